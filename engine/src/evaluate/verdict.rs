//! Verdicts: what a policy decides of a subject.

use std::sync::Arc;

use crate::policy::Severity;
use crate::resource::Path;

/// The outcome of a control for a subject (catalogue A.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// A proven violation.
    Fail,
    /// Not decidable from the input.
    Unknown,
    /// Proven to hold.
    Pass,
}

/// Whether an examined value was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Present and decided.
    Known,
    /// Not written.
    Absent,
    /// Undecided.
    Unknown,
}

/// A value that a policy read to judge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Examined {
    /// The unit of the resource, as in [`Verdict::unit`].
    pub unit: Arc<str>,
    /// The resource it belongs to.
    pub address: Arc<str>,
    /// The path from its node.
    pub path: Path,
    /// Whether it was there.
    pub state: State,
    /// The value as compact JSON, shortened; a sensitive one is masked.
    pub value: String,
}

/// A place that helps to understand a verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelatedPath {
    /// The unit of the resource, as in [`Verdict::unit`].
    pub unit: Arc<str>,
    /// The resource.
    pub address: Arc<str>,
    /// The path from its node.
    pub path: Path,
    /// What it has to do with the verdict.
    pub message: String,
}

/// One outcome of one policy for one subject and defect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verdict {
    /// The control's id.
    pub rule: Arc<str>,
    /// The key of the subject's unit among those of the scan; empty where one unit is judged on its own.
    pub unit: Arc<str>,
    /// The subject.
    pub address: Arc<str>,
    /// The outcome.
    pub outcome: Outcome,
    /// The path of the deciding value.
    pub path: Path,
    /// Names what is wrong by content; empty where the subject can fail once.
    pub defect: String,
    /// A full sentence with the facts.
    pub message: String,
    /// The severity of this result.
    pub severity: Severity,
    /// Deciding places elsewhere, in join order.
    pub related: Vec<RelatedPath>,
    /// What was read of this subject.
    pub examined: Vec<Examined>,
}
