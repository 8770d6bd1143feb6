//! Policies over the whole scan: judged once, after all files, on what was kept of them.
//!
//! What is kept of a file is what such policies declare: the resources of the types they read, with their places, and
//! the rows of views. Files without any of them are dropped like all others. A template that others call is kept once
//! per way in which it is called. Conditions of a template stay open here: scenarios are those of single units.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::Disposition;
use super::constructs::Constructs;
use super::file::{FileResult, failed};
use crate::evaluate::{Evaluation, Evaluator, Kept, Outcome, Part, Verdict};
use crate::finding::{Finding, PlacedNotice, Placer, Related, mark};
use crate::policy::Scope;
use crate::resource::Unit;

/// What is kept of one unit.
pub(super) struct KeptUnit {
    key: Arc<str>,
    unit: Unit,
    part: Part,
    /// How a nested template is called: what its identities hold, and the calls.
    way: Option<(String, Vec<Related>)>,
    /// Where a template lies, when it lies in a file.
    pub(super) path: Option<PathBuf>,
}

impl KeptUnit {
    /// Drops what no policy over the whole scan reads.
    pub(super) fn new(mut unit: Unit, part: Part, types: &BTreeSet<String>) -> Self {
        let resources = &mut unit.resources;
        resources.retain(|resource| types.contains(&*resource.type_name));
        resources.shrink_to_fit();
        unit.choices = Vec::new();
        unit.assumptions = Vec::new();
        Self {
            key: Arc::clone(unit.artifact.uri()),
            unit,
            part,
            way: None,
            path: None,
        }
    }

    /// Notes the way in which the template is called.
    pub(super) fn called(&mut self, key: &str, chain: &[Related]) {
        self.key = format!("{} in {key}", self.unit.artifact.uri()).into();
        self.way = Some((key.to_owned(), chain.to_vec()));
    }
}

/// What policies over the whole scan gave.
#[derive(Default)]
pub(super) struct Whole {
    pub(super) findings: Vec<Finding>,
    pub(super) notices: Vec<PlacedNotice>,
    pub(super) passes: BTreeMap<Arc<str>, usize>,
    /// (rule, uri): files of the policy's formats in which it judged nothing.
    pub(super) not_applicable: BTreeSet<(Arc<str>, Arc<str>)>,
}

/// Judges what the files left.
pub(super) fn judge(
    results: &mut [FileResult],
    facts: &[Unit],
    evaluator: &Evaluator,
    constructs: &Constructs,
    evidence: bool,
    passes: bool,
) -> Whole {
    let mut units: Vec<KeptUnit> = results
        .iter_mut()
        .flat_map(|result| std::mem::take(&mut result.kept))
        .collect();
    units.sort_by(|a, b| a.key.cmp(&b.key));
    let none = Part::default();
    let facts: Vec<Kept<'_>> = facts.iter().map(|unit| of_facts(unit, &none)).collect();
    let kept: Vec<Kept<'_>> = units.iter().map(KeptUnit::shown).collect();
    let evaluation = evaluator.evaluate_whole(&kept, &facts);
    let placing = Placing {
        units: units.iter().map(|unit| (&*unit.key, unit)).collect(),
        placers: kept
            .iter()
            .chain(&facts)
            .map(|kept| (&**kept.key, Placer::new(kept.unit, evidence)))
            .collect(),
        constructs,
        passes,
    };
    let judged: BTreeSet<(Arc<str>, Arc<str>)> = evaluation
        .verdicts
        .iter()
        .filter_map(|verdict| Some((Arc::clone(&verdict.rule), placing.uri(verdict)?)))
        .collect();
    let mut whole = placing.place(evaluation);
    whole.not_applicable = without_verdict(results, evaluator, &judged, &whole.notices);
    yield_across(results, &mut whole, evaluator);
    whole
}

fn of_facts<'a>(unit: &'a Unit, part: &'a Part) -> Kept<'a> {
    Kept {
        key: unit.artifact.uri(),
        unit,
        part,
    }
}

/// Turns verdicts over the whole scan into findings.
struct Placing<'a> {
    units: BTreeMap<&'a str, &'a KeptUnit>,
    placers: BTreeMap<&'a str, Placer<'a>>,
    constructs: &'a Constructs,
    passes: bool,
}

impl Placing<'_> {
    /// Returns the file of a verdict's unit; `None` for a file of facts.
    fn uri(&self, verdict: &Verdict) -> Option<Arc<str>> {
        let kept = self.units.get(&*verdict.unit)?;
        Some(Arc::clone(kept.unit.artifact.uri()))
    }

    fn place(&self, evaluation: Evaluation) -> Whole {
        let mut whole = Whole::default();
        for verdict in evaluation.verdicts {
            if verdict.outcome == Outcome::Pass {
                *whole.passes.entry(Arc::clone(&verdict.rule)).or_default() += 1;
                if !self.passes {
                    continue;
                }
            }
            whole.findings.extend(self.finding(verdict));
        }
        for failure in evaluation.failures {
            let message = format!(
                "Control '{}' could not be evaluated on the whole scan: {}.",
                failure.rule, failure.message
            );
            whole.notices.push(failed(failure.rule, None, message));
        }
        whole
    }

    fn finding(&self, verdict: Verdict) -> Option<Finding> {
        let key = Arc::clone(&verdict.unit);
        let others = |unit: &str| self.placers.get(unit);
        let mut finding = self.placers.get(&*key)?.place_among(verdict, &others);
        let kept = self.units.get(&*key).copied();
        if let Some(path) = kept.and_then(|kept| kept.path.as_deref()) {
            let uri = Arc::clone(&finding.unit_uri);
            let one = std::slice::from_mut(&mut finding);
            self.constructs.name(path, &uri, one);
        }
        if let Some((way, chain)) = kept.and_then(|kept| kept.way.as_ref()) {
            mark(&mut finding, way, chain);
        }
        Some(finding)
    }
}

/// Returns, for each policy over the whole scan that could be evaluated, the files of its formats without a verdict.
fn without_verdict(
    results: &[FileResult],
    evaluator: &Evaluator,
    judged: &BTreeSet<(Arc<str>, Arc<str>)>,
    notices: &[PlacedNotice],
) -> BTreeSet<(Arc<str>, Arc<str>)> {
    let failed = |rule: &str| notices.iter().any(|one| one.rule.as_deref() == Some(rule));
    let mut without = BTreeSet::new();
    for metadata in evaluator.rules() {
        if metadata.scope != Scope::Scan || failed(&metadata.id) {
            continue;
        }
        let rule: Arc<str> = metadata.id.as_str().into();
        for result in results {
            let Disposition::Judged { format, .. } = result.summary.disposition else {
                continue;
            };
            let pair = (Arc::clone(&rule), Arc::clone(&result.summary.uri));
            let fits = metadata.formats.iter().any(|one| one.id() == format);
            if fits && !judged.contains(&pair) {
                without.insert(pair);
            }
        }
    }
    without
}

/// Settles `yields_to` between policies over the whole scan and those over single units: what one yields is dropped
/// where the other failed the same resource at the same place. Within each kind that is settled before, and what is
/// unknown there too: across the kinds unknowns are kept, for what is open in a unit another unit may decide.
fn yield_across(results: &mut [FileResult], whole: &mut Whole, evaluator: &Evaluator) {
    let scopes: BTreeMap<&str, Scope> = evaluator
        .rules()
        .map(|metadata| (metadata.id.as_str(), metadata.scope))
        .collect();
    for metadata in evaluator.rules() {
        for first in &metadata.yields_to {
            let other = scopes.get(first.as_str()).copied();
            match (metadata.scope, other) {
                (Scope::Scan, Some(Scope::Unit)) => {
                    let firsts = results.iter().flat_map(|result| &result.findings);
                    let firsts: Vec<Spot> = firsts.filter_map(|one| spot(one, first)).collect();
                    drop_yielded(&mut whole.findings, &metadata.id, &firsts);
                }
                (Scope::Unit, Some(Scope::Scan)) => {
                    let firsts = whole.findings.iter();
                    let firsts: Vec<Spot> = firsts.filter_map(|one| spot(one, first)).collect();
                    for result in &mut *results {
                        drop_yielded(&mut result.findings, &metadata.id, &firsts);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The unit, resource and property path of a finding.
type Spot = (Arc<str>, Arc<str>, String);

/// Returns where a finding is, when it is a failure of this control.
fn spot(finding: &Finding, rule: &str) -> Option<Spot> {
    let of_rule = &*finding.rule == rule && finding.outcome == Outcome::Fail;
    of_rule.then(|| {
        let (uri, address) = (&finding.unit_uri, &finding.address);
        (Arc::clone(uri), Arc::clone(address), finding.path.clone())
    })
}

fn drop_yielded(findings: &mut Vec<Finding>, rule: &str, firsts: &[Spot]) {
    let covers = |one: &Finding, (uri, address, path): &Spot| {
        one.unit_uri == *uri
            && one.address == *address
            && (leads_to(&one.path, path) || leads_to(path, &one.path))
    };
    findings.retain(|one| {
        *one.rule != *rule
            || one.outcome == Outcome::Pass
            || !firsts.iter().any(|first| covers(one, first))
    });
}

/// Tells whether a written path is another or an ancestor of it.
fn leads_to(path: &str, other: &str) -> bool {
    let rest = other.strip_prefix(path);
    rest.is_some_and(|rest| path.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
}

impl KeptUnit {
    fn shown(&self) -> Kept<'_> {
        Kept {
            key: &self.key,
            unit: &self.unit,
            part: &self.part,
        }
    }
}

#[cfg(test)]
#[path = "whole_tests.rs"]
mod tests;
