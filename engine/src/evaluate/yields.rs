//! `yields_to`: what two controls see is reported by the one that goes first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regorus::Value as Rego;

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
    let first: BTreeSet<&String> = rulings
        .iter()
        .flat_map(|ruling| &ruling.metadata.yields_to)
        .collect();
    let said: BTreeMap<String, Said> = rulings
        .iter()
        .filter(|ruling| first.contains(&ruling.metadata.id))
        .map(|ruling| (ruling.metadata.id.clone(), Said::of(&ruling.judged)))
        .collect();
    for ruling in rulings {
        for id in &ruling.metadata.yields_to {
            if let Some(first) = said.get(id) {
                let judged = &mut ruling.judged;
                judged.retain(|one| !is_result(one) || !first.covers(one));
            }
        }
    }
}

fn is_result(judged: &Judged) -> bool {
    judged.verdict.outcome != Outcome::Pass
}

/// What the control that goes first says.
struct Said {
    failures: Results,
    unknowns: Results,
}

impl Said {
    fn of(judged: &[Judged]) -> Self {
        Self {
            failures: Results::of(judged, Outcome::Fail),
            unknowns: Results::of(judged, Outcome::Unknown),
        }
    }

    /// Tells whether that is what another result says.
    fn covers(&self, one: &Judged) -> bool {
        let within =
            |first: &Path, other: &Path| first.starts_with(other) || other.starts_with(first);
        let is_open = one.verdict.outcome == Outcome::Unknown;
        self.failures.hold(one, within)
            || (is_open && self.unknowns.hold(one, |first, other| first == other))
    }
}

/// By unit and resource: the paths of results, and whether the result has an origin.
type Places = BTreeMap<(Arc<str>, Arc<str>), Vec<(Path, bool)>>;

/// The results of one policy, by what may make another result the same as one of them.
#[derive(Default)]
struct Results {
    origins: BTreeSet<Rego>,
    places: Places,
}

impl Results {
    fn of(judged: &[Judged], outcome: Outcome) -> Self {
        let mut results = Self::default();
        for one in judged.iter().filter(|one| one.verdict.outcome == outcome) {
            let verdict = &one.verdict;
            let key = (Arc::clone(&verdict.unit), Arc::clone(&verdict.address));
            let place = (verdict.path.clone(), one.origin.is_some());
            results.places.entry(key).or_default().push(place);
            results.origins.extend(one.origin.clone());
        }
        results
    }

    /// Tells whether a result has the origin of one of them: as the policies say it, else the same resource and paths
    /// that agree.
    fn hold(&self, one: &Judged, agree: impl Fn(&Path, &Path) -> bool) -> bool {
        if let Some(origin) = &one.origin
            && self.origins.contains(origin)
        {
            return true;
        }
        let verdict = &one.verdict;
        let key = (Arc::clone(&verdict.unit), Arc::clone(&verdict.address));
        let mut places = self.places.get(&key).into_iter().flatten();
        places.any(|(path, has_origin)| {
            let is_told = *has_origin && one.origin.is_some();
            !is_told && agree(path, &verdict.path)
        })
    }
}
