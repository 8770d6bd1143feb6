//! What the scenarios of a unit say of one defect, put into one verdict.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::scenarios::{Scenario, Way};
use crate::evaluate::{Outcome, Verdict};
use crate::resource::Assignment;

/// What a scenario says of one defect of a subject.
pub(super) struct Said<'s> {
    assignment: &'s Assignment,
    scenario: &'s Scenario,
    verdict: Option<&'s Verdict>,
    outcome: Outcome,
}

pub(super) fn say<'s>(
    (assignment, scenario): Way<'s>,
    verdicts: &'s [Verdict],
    defect: &str,
) -> Said<'s> {
    // What is unknown of the subject as a whole is unknown of each defect.
    let verdict = verdicts
        .iter()
        .find(|verdict| verdict.defect == defect && verdict.outcome != Outcome::Pass)
        .or_else(|| {
            let mut unknown = verdicts.iter();
            unknown.find(|verdict| verdict.outcome == Outcome::Unknown && verdict.defect.is_empty())
        });
    Said {
        assignment,
        scenario,
        verdict,
        outcome: verdict.map_or(Outcome::Pass, |verdict| verdict.outcome),
    }
}

/// Returns the verdict of a defect, and the scenario that it is placed in.
pub(super) fn decide<'s>(said: &[Said<'s>]) -> Option<(&'s Scenario, Verdict)> {
    let first = |outcome: Outcome| {
        let mut said = said.iter();
        let found = said.find(|one| one.outcome == outcome)?;
        Some((found.scenario, found.verdict?.clone()))
    };
    let Some((scenario, mut verdict)) = first(Outcome::Fail) else {
        return first(Outcome::Unknown);
    };
    if said.iter().any(|one| one.outcome != Outcome::Fail) {
        verdict.outcome = Outcome::Unknown;
        verdict.message = format!("Fails when {}: {}", when(said), verdict.message);
    }
    Some((scenario, verdict))
}

/// Says with which inputs a defect is there, as briefly as they allow.
fn when(said: &[Said<'_>]) -> String {
    let values = |failing: bool, name: &str| -> BTreeSet<String> {
        said.iter()
            .filter(|one| (one.outcome == Outcome::Fail) == failing)
            .flat_map(|one| one.assignment.facts())
            .filter(|(known, _)| &***known == name)
            .map(|(_, value)| value)
            .collect()
    };
    let failing = said.iter().find(|one| one.outcome == Outcome::Fail);
    let facts: Vec<(&Arc<str>, String)> = failing
        .into_iter()
        .flat_map(|one| one.assignment.facts())
        .collect();
    for (name, _) in &facts {
        let fails = values(true, name);
        if fails.is_disjoint(&values(false, name)) {
            let fails: Vec<String> = fails.into_iter().collect();
            return format!("'{name}' is {}", fails.join(" or "));
        }
    }
    let facts: Vec<String> = facts
        .iter()
        .map(|(name, value)| format!("'{name}' is {value}"))
        .collect();
    facts.join(" and ")
}
