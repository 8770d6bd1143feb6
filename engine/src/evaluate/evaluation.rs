//! What an evaluation gives, and what it may cost.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::architecture::Component;
use super::diagnostic::PolicyPlace;
use super::verdict::Verdict;
use super::whole::Part;

/// What one evaluation may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest time that one interpreted policy may take over one unit.
    pub per_policy: Duration,
    /// The most steps that one compiled policy may take over one unit.
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_policy: Duration::from_secs(5),
            steps: 50_000_000,
        }
    }
}

/// A policy that gave no verdicts, or not all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// The control.
    pub rule: Arc<str>,
    /// Where its text is wrong, as far as that is known.
    pub place: Option<PolicyPlace>,
    /// What went wrong: lower case, no period.
    pub message: String,
}

/// What the chosen policies say of a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// The verdicts, sorted by control, subject and defect.
    pub verdicts: Vec<Verdict>,
    /// How many subjects each control passes, beside those in the verdicts.
    pub passes: BTreeMap<Arc<str>, usize>,
    /// What could not be evaluated.
    pub failures: Vec<Failure>,
    /// The controls of the unit's format that found nothing to judge.
    pub not_applicable: Vec<Arc<str>>,
    /// What policies over the whole scan need of the unit; `None` where none reads anything of it.
    pub part: Option<Part>,
    /// The components of the unit, where they were asked for and it has any.
    pub components: Vec<Component>,
}

impl Evaluation {
    /// Brings everything into the order of controls, units, subjects and defects.
    pub(super) fn sort(&mut self) {
        self.verdicts.sort_by(|a, b| {
            (&a.rule, &a.unit, &a.address, &a.defect, &a.path)
                .cmp(&(&b.rule, &b.unit, &b.address, &b.defect, &b.path))
        });
        self.failures.sort();
        self.failures.dedup();
        self.not_applicable.sort();
    }
}
