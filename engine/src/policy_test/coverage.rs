//! Which lines of policies tests reach.
//!
//! A line counts when an expression stands on it; blank lines, comments and closing braces do not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::evaluate::Reached;
use crate::policy::{Module, PolicySet, anatomy};

/// The lines of some files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// By path.
    pub files: BTreeMap<Arc<str>, FileCoverage>,
}

/// The lines of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileCoverage {
    /// The text.
    pub text: String,
    /// Lines that were reached.
    pub covered: BTreeSet<u32>,
    /// Lines that were not.
    pub missed: BTreeSet<u32>,
    /// Whether no evaluation has seen the file: then the lines that count are a guess.
    unseen: bool,
}

impl FileCoverage {
    /// Returns how many lines of a hundred are covered.
    pub fn percent(&self) -> f64 {
        percent(self.covered.len(), self.missed.len())
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a pack has fewer lines than a float can count"
)]
fn percent(covered: usize, missed: usize) -> f64 {
    if covered + missed == 0 {
        return 100.0;
    }
    100.0 * covered as f64 / (covered + missed) as f64
}

impl Coverage {
    /// Returns the lines of the policies that lie in these folders or files, none of them covered yet.
    pub(super) fn of(set: &PolicySet, tested: &[PathBuf]) -> Self {
        let modules = set.modules().iter();
        let own = modules.filter(|module| super::fixture::lies_in(module, tested));
        Self {
            files: own
                .map(|module| (Arc::clone(&module.source.path), uncovered(module)))
                .collect(),
        }
    }

    /// Adds what an evaluation reached.
    pub(super) fn add(&mut self, reached: &Reached) {
        for (path, (covered, missed)) in reached {
            let Some(file) = self.files.get_mut(path.as_str()) else {
                continue;
            };
            if std::mem::take(&mut file.unseen) {
                file.missed.clear();
            }
            file.covered.extend(covered);
            file.missed.extend(missed);
            file.missed.retain(|line| !file.covered.contains(line));
        }
    }

    /// Returns how many lines of a hundred are covered.
    pub fn percent(&self) -> f64 {
        let files = self.files.values();
        let covered = files.clone().map(|file| file.covered.len()).sum();
        percent(covered, files.map(|file| file.missed.len()).sum())
    }
}

/// Returns the lines of a file that no evaluation has seen: where its statements begin.
fn uncovered(module: &Module) -> FileCoverage {
    let text = module.source.text.to_string();
    let mut missed = BTreeSet::new();
    for rule in anatomy::rules(&text) {
        let values = rule.value.iter();
        let bodies = rule.bodies.iter();
        let inside = bodies.flat_map(|body| body.value.iter().chain(&body.statements));
        // A name alone is no expression that is evaluated.
        let is_name = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
        let counted = values
            .chain(inside)
            .filter(|one| !is_name(&one.text) && !one.text.starts_with("some "));
        missed.extend(counted.map(|one| one.place.line));
    }
    FileCoverage {
        text,
        covered: BTreeSet::new(),
        missed,
        unseen: true,
    }
}
