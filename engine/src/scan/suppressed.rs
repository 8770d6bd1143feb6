//! Findings told apart: those that count, those that a suppression accepts, those that the baseline knows.

use std::collections::BTreeSet;

use super::{Scan, ScanOptions};
use crate::evaluate::{Evaluator, Outcome};
use crate::finding::Finding;
use crate::resource::Format;
use crate::suppress::{Baseline, Mark, apply};

/// Tells whether a file is a Terraform source, which is judged through a plan.
fn is_terraform_source(uri: &str) -> bool {
    [".tf", ".tf.json"].iter().any(|end| uri.ends_with(end))
}

/// Settles what suppressions and the baseline say of the findings of a scan, and drops the passes that only told
/// where a suppression is not needed.
pub(super) fn settle(
    scan: &mut Scan,
    marks: Vec<Mark>,
    evaluator: &Evaluator,
    options: &ScanOptions,
) {
    let known: BTreeSet<&str> = evaluator.known().collect();
    let mut findings = std::mem::take(&mut scan.findings);
    for finding in &mut findings {
        let severity = options.severities.get(&*finding.rule);
        finding.severity = severity.copied().unwrap_or(finding.severity);
    }
    let applied = apply(findings, marks, &known, &options.suppress);
    scan.suppressed = applied.suppressed;
    scan.expired = applied.expired;
    scan.unused = applied.unused;
    scan.notices.extend(applied.notices);
    scan.findings = applied.findings;
    if !options.evidence {
        scan.findings
            .retain(|finding| finding.outcome != Outcome::Pass);
    }
    if let Some(baseline) = &options.suppress.baseline {
        tell_known(scan, baseline);
    }
    if let Some(only) = &options.only {
        leave_out(scan, only);
    }
}

/// Takes out what the baseline knows.
fn tell_known(scan: &mut Scan, baseline: &Baseline) {
    let scanned: BTreeSet<&str> = scan
        .artifacts
        .iter()
        .map(|artifact| &*artifact.uri)
        .collect();
    let has_plans = scan
        .coverage
        .judged
        .contains_key(Format::TerraformPlan.id());
    let is_scanned = |uri: &str| scanned.contains(uri) || (has_plans && is_terraform_source(uri));
    let split = baseline.split(std::mem::take(&mut scan.findings), &is_scanned);
    scan.findings = split.new;
    scan.baselined = split.known;
    scan.absent = split.absent;
}

/// Takes out findings that have nothing to do with these files. A join can break in a file that was not changed: what
/// names one of them as a related place stays.
fn leave_out(scan: &mut Scan, only: &BTreeSet<String>) {
    let is_asked = |finding: &Finding| {
        let related = finding.related.iter().map(|related| &related.location.uri);
        let own = [&finding.location.uri, &finding.unit_uri];
        let mut all = own.into_iter().chain(&finding.also_in).chain(related);
        all.any(|uri| only.contains(&**uri))
    };
    let (kept, others): (Vec<_>, Vec<_>) = std::mem::take(&mut scan.findings)
        .into_iter()
        .partition(is_asked);
    scan.findings = kept;
    scan.elsewhere = others
        .iter()
        .filter(|finding| finding.outcome != Outcome::Pass)
        .count();
    scan.suppressed.retain(|one| is_asked(&one.finding));
    scan.baselined.retain(|one| is_asked(&one.finding));
    scan.absent.retain(|entry| only.contains(&entry.path));
}
