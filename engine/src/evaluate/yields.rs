//! `yields_to`: what two controls see is reported by the one that goes first.

use std::collections::BTreeMap;

use super::judge::Judged;
use super::verdict::Outcome;
use crate::policy::Metadata;
use crate::resource::Path;

/// The verdicts of one policy for one unit.
pub(super) struct Ruling<'m> {
    pub(super) metadata: &'m Metadata,
    pub(super) judged: Vec<Judged>,
}

/// Drops the results that a control yields: those of the same origin as a failure of a control it yields to, and what
/// is unknown of the very place of which that control says so too. One open question is asked once (catalogue A.2); a
/// failure is proven, and no question of another control hides it.
///
/// A result counts even when it is itself dropped for a third control: that one reports the same origin.
pub(super) fn settle(rulings: &mut [Ruling<'_>]) {
    let results: BTreeMap<String, Vec<Judged>> = rulings
        .iter()
        .map(|ruling| {
            let results = ruling.judged.iter().filter(|one| is_result(one));
            (ruling.metadata.id.clone(), results.cloned().collect())
        })
        .collect();
    for ruling in rulings {
        for id in &ruling.metadata.yields_to {
            let Some(first) = results.get(id) else {
                continue;
            };
            ruling
                .judged
                .retain(|one| !is_result(one) || !first.iter().any(|other| covers(other, one)));
        }
    }
}

fn is_result(judged: &Judged) -> bool {
    judged.verdict.outcome != Outcome::Pass
}

/// Tells whether a result of the control that goes first says what another result says.
fn covers(first: &Judged, other: &Judged) -> bool {
    match (first.verdict.outcome, other.verdict.outcome) {
        (Outcome::Fail, _) => is_same(first, other, |one, other| {
            one.starts_with(other) || other.starts_with(one)
        }),
        (Outcome::Unknown, Outcome::Unknown) => is_same(first, other, |one, other| one == other),
        _ => false,
    }
}

/// Tells whether two results have one origin: as the policies say it, else the same resource and paths that agree.
fn is_same(one: &Judged, other: &Judged, agree: impl Fn(&Path, &Path) -> bool) -> bool {
    if let (Some(one), Some(other)) = (&one.origin, &other.origin) {
        return one == other;
    }
    let (one, other) = (&one.verdict, &other.verdict);
    one.unit == other.unit && one.address == other.address && agree(&one.path, &other.path)
}
