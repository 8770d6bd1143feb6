//! Policies over units: the scan view, the views stage, the interpreter, the arithmetic of verdicts.
//!
//! The only room that names the Rego engine.

mod verdict;

pub use verdict::{Examined, Outcome, RelatedPath, State, Verdict};
