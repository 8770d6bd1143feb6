//! Verdicts on a plan that Terraform itself calls incomplete: what it does not show need not be absent (catalogue U2).

use std::collections::BTreeMap;

use super::verdict::{Outcome, State, Verdict};
use crate::policy::Metadata;
use crate::resource::{Format, Node, Path, Unit, Value};

/// The resources of an incomplete plan.
pub(super) struct Incomplete<'u> {
    nodes: BTreeMap<&'u str, &'u Node>,
}

impl<'u> Incomplete<'u> {
    /// Returns the resources of a unit that is an incomplete plan; `None` for one that is whole.
    pub(super) fn of(unit: &'u Unit) -> Option<Self> {
        let complete = unit.facts.iter().find(|(name, _)| *name == "complete");
        let is_complete = complete.is_none_or(|(_, node)| node.value != Value::Bool(false));
        if unit.format != Format::TerraformPlan || is_complete {
            return None;
        }
        let nodes = unit.resources.iter();
        Some(Self {
            nodes: nodes.map(|one| (&*one.address, &one.node)).collect(),
        })
    }

    /// Opens the verdicts that rest on the absence of something.
    pub(super) fn open<'m>(
        &self,
        rules: impl Iterator<Item = &'m Metadata>,
        verdicts: &mut [Verdict],
    ) {
        let titles: BTreeMap<&str, &str> = rules
            .map(|rule| (rule.id.as_str(), rule.title.as_str()))
            .collect();
        for verdict in verdicts {
            let missing = match verdict.outcome {
                Outcome::Fail => (!self.shows(verdict)).then(|| verdict.path.clone()),
                Outcome::Pass => missing(verdict),
                Outcome::Unknown => None,
            };
            let Some(missing) = missing else {
                continue;
            };
            let what = if missing.0.is_empty() {
                "what belongs to it".to_owned()
            } else {
                format!("'{missing}'")
            };
            verdict.outcome = Outcome::Unknown;
            verdict.message = format!(
                "'{}' cannot be decided for '{}': the plan is incomplete, and need not show {what}.",
                titles.get(&*verdict.rule).copied().unwrap_or_default(),
                verdict.address
            );
        }
    }

    /// Tells whether the plan shows what a failure rests on: not the resource alone, and something that is there.
    fn shows(&self, verdict: &Verdict) -> bool {
        let Some(node) = self.nodes.get(&*verdict.address) else {
            return false;
        };
        let mut node = *node;
        for segment in &verdict.path.0 {
            node = match (node.child(segment), &node.value) {
                (Some(child), _) => child,
                // A path may lead on into a text.
                (None, Value::String(_)) => return true,
                (None, _) => return false,
            };
        }
        !verdict.path.0.is_empty()
    }
}

/// Returns what a pass rests on that is not there; empty where it rests on nothing that was read.
fn missing(verdict: &Verdict) -> Option<Path> {
    if verdict.examined.is_empty() {
        return Some(Path::default());
    }
    let absent = verdict
        .examined
        .iter()
        .find(|one| one.state == State::Absent);
    absent.map(|one| one.path.clone())
}
