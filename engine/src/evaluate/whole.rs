//! Policies over the whole scan: what is kept of each unit for them, and their evaluation once after the units.
//!
//! A policy with `scope: scan` declares what it needs of each unit: the resource types (`resources`) and the views that
//! are computed over the unit while it is at hand (`unit_views`). Only that is kept. Its input is
//!
//! ```text
//! input.format   "scan"
//! input.units    [unit]     in the order of their keys; what any policy over the whole scan declared of each
//! input.facts    [unit]     files of exported settings, in the same form
//! input.views    {name: rows}   views over this input
//! unit           {unit, format, uri, resources, by_type, outputs, unit_facts, views}
//!                unit: its key, which entries of the policy name; the file's name, or that and the calls that lead to a
//!                nested template; views: the rows of `unit_views` over the unit
//! ```
//!
//! Entries of `subjects` are {unit, resource}; those of the other rules name `unit` beside `resource`; a related place
//! without `unit` lies in the subject's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regorus::Value as Rego;

use super::evaluation::{Evaluation, Failure};
use super::evaluator::{Context, Evaluator, Plan, add_sensitive, addresses, failure, judge_all};
use super::judge::{Detail, Sensitive};
use super::results::Known;
use super::stage::{Ready, Stage};
use super::view;
use crate::policy::Scope;
use crate::resource::Unit;

/// The rows that policies over the whole scan keep of one unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    views: BTreeMap<Rego, Rego>,
    /// The policies that cannot be evaluated, because a view over the unit failed.
    failed: BTreeSet<Arc<str>>,
}

impl Part {
    /// Computes what these policies keep. A view that fails costs the policies that keep its rows.
    pub(super) fn take(
        stage: &mut Stage<'_>,
        keeping: &[Ready<'_>],
        failures: &mut Vec<Failure>,
    ) -> Self {
        let mut part = Self::default();
        stage.compute_views(keeping.iter().flat_map(|ready| &ready.needs.unit_views));
        for ready in keeping {
            match stage.rows(&ready.plan.metadata().unit_views) {
                Ok(rows) => part.views.extend(rows),
                Err(diagnostic) => {
                    part.failed.insert(Arc::clone(&ready.plan.id));
                    failures.push(failure(&ready.plan.id, diagnostic));
                }
            }
        }
        part
    }
}

/// A unit as policies over the whole scan see it.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// What entries of a policy call it: unique in the scan.
    pub key: &'a Arc<str>,
    /// The unit; the resources that no such policy declares may be gone.
    pub unit: &'a Unit,
    /// The rows over it.
    pub part: &'a Part,
}

impl Plan {
    /// Tells whether the policy is over the whole scan and reads something of a unit, also of one that it does not judge.
    pub(super) fn keeps(&self, types: &BTreeSet<&str>) -> bool {
        let metadata = self.metadata();
        let mut read = metadata.resources.iter();
        metadata.scope == Scope::Scan && read.any(|name| types.contains(name.as_str()))
    }
}

impl Evaluator {
    /// Returns the chosen policies over the whole scan.
    fn whole(&self) -> impl Iterator<Item = (usize, &Plan)> {
        let controls = self.controls();
        controls.filter(|(_, plan)| plan.metadata().scope == Scope::Scan)
    }

    /// Returns the resource types that the chosen policies over the whole scan read.
    pub fn kept_types(&self) -> BTreeSet<String> {
        self.whole()
            .flat_map(|(_, plan)| plan.metadata().resources.iter().cloned())
            .collect()
    }

    /// Evaluates the chosen policies over the whole scan. The units are in the order of their keys.
    pub fn evaluate_whole(&self, units: &[Kept<'_>], facts: &[Kept<'_>]) -> Evaluation {
        let mut evaluation = Evaluation::default();
        let both = || units.iter().chain(facts);
        let failed: BTreeSet<&Arc<str>> = both().flat_map(|kept| &kept.part.failed).collect();
        let mut running = Vec::new();
        for (index, plan) in self.whole() {
            if units.iter().any(|kept| judges(plan, kept.unit)) {
                // A view that failed over a unit was reported there.
                if !failed.contains(&plan.id) {
                    running.push(index);
                }
            } else {
                evaluation.not_applicable.push(Arc::clone(&plan.id));
            }
        }
        if running.is_empty() {
            return evaluation;
        }
        let loaded = self.load(&running, None, &mut evaluation.failures);
        let ready = self.ready(&running, &loaded, &evaluation.failures);
        let mut stage = Stage::over(&self.set, input(units, facts), &loaded, self.limits);
        stage.compute_views(ready.iter().flat_map(|ready| &ready.needs.views));
        let known = Known {
            scan: true,
            resources: both()
                .map(|kept| (&**kept.key, addresses(kept.unit)))
                .collect(),
        };
        let mut sensitive = Sensitive::default();
        for kept in both() {
            add_sensitive(kept.key, kept.unit, &mut sensitive);
        }
        let context = Context {
            known: &known,
            sensitive: &sensitive,
            detail: Detail::Evidence,
        };
        judge_all(&ready, &mut stage, &context, &mut evaluation);
        evaluation.sort();
        evaluation
    }
}

fn judges(plan: &Plan, unit: &Unit) -> bool {
    let metadata = plan.metadata();
    let judged = |name: &str| metadata.subjects.contains(name);
    let mut resources = unit.resources.iter();
    metadata.formats.contains(&unit.format) && resources.any(|resource| judged(&resource.type_name))
}

/// Returns the input of policies over the whole scan, without views.
fn input(units: &[Kept<'_>], facts: &[Kept<'_>]) -> BTreeMap<Rego, Rego> {
    let view = |kept: &Kept<'_>| shown(kept.key, kept.unit, kept.part.views.clone());
    let list = |kept: &[Kept<'_>]| kept.iter().map(view).collect();
    over(list(units), list(facts))
}

/// Returns the input over units and facts, each as [`shown`].
pub(super) fn over(units: Vec<Rego>, facts: Vec<Rego>) -> BTreeMap<Rego, Rego> {
    BTreeMap::from([
        (Rego::from("format"), Rego::from("scan")),
        (Rego::from("units"), Rego::from(units)),
        (Rego::from("facts"), Rego::from(facts)),
    ])
}

/// Returns a unit as policies over the whole scan see it.
pub(super) fn shown(key: &Arc<str>, unit: &Unit, views: BTreeMap<Rego, Rego>) -> Rego {
    let mut fields = view::input(unit);
    if let Some(facts) = fields.remove(&Rego::from("unit")) {
        fields.insert(Rego::from("unit_facts"), facts);
    }
    fields.insert(Rego::from("unit"), Rego::String(Arc::clone(key)));
    fields.insert(Rego::from("views"), Rego::from(views));
    Rego::from(fields)
}
