//! `yields_to`: what two controls see is reported by the one that goes first.

use std::collections::BTreeMap;

use super::judge::Judged;
use super::verdict::Outcome;
use crate::policy::Metadata;

/// The verdicts of one policy for one unit.
pub(super) struct Ruling<'m> {
    pub(super) metadata: &'m Metadata,
    pub(super) judged: Vec<Judged>,
}

/// Drops the results that a control yields: those of the same origin as a failure of a control it yields to.
///
/// A failure counts even when it is itself dropped for a third control: that one reports the same origin.
pub(super) fn settle(rulings: &mut [Ruling<'_>]) {
    let failures: BTreeMap<String, Vec<Judged>> = rulings
        .iter()
        .map(|ruling| {
            let failed = ruling.judged.iter().filter(|one| is_failure(one));
            (ruling.metadata.id.clone(), failed.cloned().collect())
        })
        .collect();
    for ruling in rulings {
        for id in &ruling.metadata.yields_to {
            let Some(first) = failures.get(id) else {
                continue;
            };
            ruling
                .judged
                .retain(|one| !is_result(one) || !first.iter().any(|other| same(one, other)));
        }
    }
}

fn is_failure(judged: &Judged) -> bool {
    judged.verdict.outcome == Outcome::Fail
}

fn is_result(judged: &Judged) -> bool {
    judged.verdict.outcome != Outcome::Pass
}

/// Tells whether two results have one origin: as the policies say it, else the same resource and one path within the
/// other.
fn same(one: &Judged, other: &Judged) -> bool {
    if let (Some(one), Some(other)) = (&one.origin, &other.origin) {
        return one == other;
    }
    let (one, other) = (&one.verdict, &other.verdict);
    one.unit == other.unit
        && one.address == other.address
        && (one.path.starts_with(&other.path) || other.path.starts_with(&one.path))
}
