//! Policies over units: the scan view, the views stage, the interpreter, the arithmetic of verdicts.
//!
//! The only room that names the Rego engine. [`Evaluator`] is made once a scan and shared by its workers; what it
//! loads it loads when the first unit needs it.

mod architecture;
mod diagnostic;
mod evaluation;
mod evaluator;
mod explain;
mod guard;
mod incomplete;
mod judge;
mod loader;
mod program;
mod readers;
mod results;
mod shown;
mod stage;
mod testing;
pub(crate) mod timings;
mod verdict;
mod view;
mod whole;
mod witness;
mod workbench;
mod written;
mod yields;

#[cfg(test)]
mod tests;

pub use architecture::{Component, Deployment, Encryption, Exposure, Kind, Level, Peer};
pub use diagnostic::PolicyPlace;
pub use evaluation::{Evaluation, Failure, Limits};
pub use evaluator::Evaluator;
pub use explain::{Came, Shown, Trace};
pub use readers::Change;
pub use testing::{Reached, TestBench, faults, reach};
pub use timings::{Spent, Sum, Timings};
pub use verdict::{Examined, Outcome, RelatedPath, State, Verdict};
pub use view::View;
pub use whole::{Kept, Part};
pub use workbench::{Problem, Row, TYPED, Workbench};

/// The stack that a thread needs to evaluate policies: Rego is evaluated by recursion.
pub const STACK_SIZE: usize = 16 * 1024 * 1024;
