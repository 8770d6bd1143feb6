//! Which policies a change of a unit can concern.
//!
//! A unit is judged again in each of its scenarios. A policy that reads nothing of what a scenario changes says there
//! what it said before, and need not be asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use memchr::memmem;

use super::evaluator::{Evaluator, Plan};
use crate::policy::PolicySet;

/// What differs in the resources of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<'u> {
    /// These properties only.
    Properties(BTreeSet<&'u str>),
    /// More than properties: which resources there are, what they refer to, what was found out about them.
    Whole,
}

impl<'u> Change<'u> {
    /// Adds another change of the same type.
    pub fn join(&mut self, other: Change<'u>) {
        match (self, other) {
            (Self::Properties(names), Self::Properties(more)) => names.extend(more),
            (whole, _) => *whole = Self::Whole,
        }
    }
}

impl Evaluator {
    /// Returns the policies whose verdicts can change with these changes, by type: those that read what changes, and
    /// those that yield to one of these.
    pub fn readers(&self, changes: &BTreeMap<&str, Change<'_>>) -> BTreeSet<Arc<str>> {
        let plans = || self.plans.iter();
        let mut readers: BTreeSet<Arc<str>> = plans()
            .filter(|plan| reads(&self.set, plan, changes))
            .map(|plan| Arc::clone(&plan.id))
            .collect();
        let yielding: Vec<Arc<str>> = plans()
            .filter(|plan| {
                let mut yielded = plan.chosen.policy.metadata.yields_to.iter();
                yielded.any(|id| readers.contains(id.as_str()))
            })
            .map(|plan| Arc::clone(&plan.id))
            .collect();
        readers.extend(yielding);
        readers
    }

    /// Tells whether a chosen policy can read a property of this name; `false` for a policy that is not chosen.
    pub fn may_read(&self, rule: &str, property: &str) -> bool {
        let mut plans = self.plans.iter();
        let plan = plans.find(|plan| &*plan.id == rule);
        plan.is_some_and(|plan| reads_property(&self.set, plan, property))
    }
}

fn reads_property(set: &PolicySet, plan: &Plan, name: &str) -> bool {
    plan.chosen.policy.metadata.reads_unnamed || mentions(set, plan, name)
}

fn reads(set: &PolicySet, plan: &Plan, changes: &BTreeMap<&str, Change<'_>>) -> bool {
    let metadata = &plan.chosen.policy.metadata;
    changes
        .iter()
        .filter(|(type_name, _)| metadata.resources.contains(**type_name))
        .any(|(_, change)| match change {
            Change::Whole => true,
            Change::Properties(names) => {
                let mut names = names.iter();
                names.any(|name| reads_property(set, plan, name))
            }
        })
}

/// Tells whether a name occurs in a text of a policy: its own, that of what it imports, a table. What cannot be read,
/// and what somebody else wrote, may read anything.
fn mentions(set: &PolicySet, plan: &Plan, name: &str) -> bool {
    let Ok(needs) = plan.dependencies(set) else {
        return true;
    };
    let finder = memmem::Finder::new(name);
    let holds = |text: &str| finder.find(text.as_bytes()).is_some();
    needs.document
        || needs.modules.iter().any(|index| {
            set.module(*index)
                .is_none_or(|module| !module.source.builtin || holds(&module.source.text))
        })
        || needs
            .tables
            .iter()
            .any(|table| set.table(table).is_none_or(holds))
}
