//! `yields_to`: what two controls see is reported by the one that goes first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regorus::Value as Rego;

use super::judge::Judged;
use super::results::Subject;
use super::verdict::Outcome;
use crate::policy::Metadata;
use crate::resource::Path;

/// The verdicts of one policy for one unit.
pub(super) struct Ruling<'m> {
    pub(super) metadata: &'m Metadata,
    pub(super) judged: Vec<Judged>,
}

/// Drops the results that a control yields: those of the same origin as a failure of a control it yields to.
///
/// A failure counts even when it is itself dropped for a third control: that one reports the same origin.
pub(super) fn settle(rulings: &mut [Ruling<'_>]) {
    let first: BTreeSet<&String> = rulings
        .iter()
        .flat_map(|ruling| &ruling.metadata.yields_to)
        .collect();
    let failures: BTreeMap<String, Failures> = rulings
        .iter()
        .filter(|ruling| first.contains(&ruling.metadata.id))
        .map(|ruling| (ruling.metadata.id.clone(), Failures::of(&ruling.judged)))
        .collect();
    for ruling in rulings {
        for id in &ruling.metadata.yields_to {
            if let Some(first) = failures.get(id) {
                let judged = &mut ruling.judged;
                judged.retain(|one| !is_result(one) || !first.hold(one));
            }
        }
    }
}

fn is_result(judged: &Judged) -> bool {
    judged.verdict.outcome != Outcome::Pass
}

/// The failures of one policy, by what may make another result the same as one of them.
#[derive(Default)]
struct Failures {
    origins: BTreeSet<Rego>,
    /// By resource.
    places: BTreeMap<Subject, Vec<Failed>>,
}

/// Where a failure stands in its resource.
struct Failed {
    path: Path,
    has_origin: bool,
}

impl Failures {
    fn of(judged: &[Judged]) -> Self {
        let mut failures = Self::default();
        let failed = |one: &&Judged| one.verdict.outcome == Outcome::Fail;
        for one in judged.iter().filter(failed) {
            let place = Failed {
                path: one.verdict.path.clone(),
                has_origin: one.origin.is_some(),
            };
            let places = failures.places.entry(subject(one)).or_default();
            places.push(place);
            failures.origins.extend(one.origin.clone());
        }
        failures
    }

    /// Tells whether a result has the origin of one of them: as the policies say it, else the same resource and one path
    /// within the other.
    fn hold(&self, one: &Judged) -> bool {
        if let Some(origin) = &one.origin
            && self.origins.contains(origin)
        {
            return true;
        }
        let path = &one.verdict.path;
        let mut places = self.places.get(&subject(one)).into_iter().flatten();
        places.any(|other| {
            let is_told = other.has_origin && one.origin.is_some();
            !is_told && (other.path.starts_with(path) || path.starts_with(&other.path))
        })
    }
}

fn subject(judged: &Judged) -> Subject {
    Subject {
        unit: Arc::clone(&judged.verdict.unit),
        address: Arc::clone(&judged.verdict.address),
    }
}
