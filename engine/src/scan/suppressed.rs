//! Findings told apart: those that count, those that a suppression accepts, those that the baseline knows.

use std::collections::BTreeSet;

use super::{Scan, ScanOptions};
use crate::evaluate::{Evaluator, Outcome};
use crate::resource::Format;
use crate::suppress::{Mark, apply};

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
    let applied = apply(
        std::mem::take(&mut scan.findings),
        marks,
        &known,
        &options.suppress,
    );
    scan.suppressed = applied.suppressed;
    scan.expired = applied.expired;
    scan.notices.extend(applied.notices);
    scan.findings = applied.findings;
    if !options.evidence {
        scan.findings
            .retain(|finding| finding.outcome != Outcome::Pass);
    }
    let Some(baseline) = &options.suppress.baseline else {
        return;
    };
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
