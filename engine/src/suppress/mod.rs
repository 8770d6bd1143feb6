//! Suppressions and baselines: which findings are reported.
//!
//! Owns the grammar of `ordinance:ignore`, the exceptions file, the baseline, the judgement of expiry, and the controls
//! SUP-001…003 over suppressions themselves. Knows places and identities, not how a verdict came about, and no clock:
//! the day is given.

mod apply;
mod baseline;
mod date;
mod exceptions;
mod foreign;
mod grammar;
mod mark;
mod options;
mod remove;
mod rules;

pub use apply::{Applied, Suppressed, apply};
pub use baseline::{Baseline, BaselineError, Baselined, Entry, Split};
pub use date::Date;
pub use exceptions::{ExceptionsError, read_exceptions};
pub use foreign::{Foreign, foreign_marks};
pub use grammar::Terms;
pub use mark::{Mark, Origin, marks_of};
pub use options::{Allowed, Required, SuppressOptions};
pub use remove::{Unused, removed};
pub use rules::{EXPIRED, INVALID, UNUSED, rule_of, rules};
