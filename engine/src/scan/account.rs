//! The results of files put together: sorted, counted, complete or not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::file::FileResult;
use super::suppressed;
use super::whole::Whole;
use super::{Account, ArtifactSummary, Coverage, Disposition, RuleSummary, Scan, ScanOptions};
use crate::artifact::Discovery;
use crate::evaluate::{Evaluator, Outcome};
use crate::finding::{Finding, PlacedNotice, grouped};
use crate::policy::{Metadata, Severity};
use crate::resource::{Format, NoticeKind, NoticeLevel};
use crate::suppress;

/// Merges what the files gave, in any order, into the result of the scan.
pub(super) fn merge(
    results: Vec<FileResult>,
    whole: Whole,
    discovery: &Discovery,
    evaluator: &Evaluator,
    options: &ScanOptions,
) -> Scan {
    let mut accounts: BTreeMap<Arc<str>, Account> = BTreeMap::new();
    let mut scan = Scan {
        coverage: Coverage {
            ignored: discovery.ignored + discovery.excluded,
            ..Coverage::default()
        },
        ..Scan::default()
    };
    let mut marks = Vec::new();
    for result in results {
        count(&result, &mut accounts, &mut scan.coverage);
        for rule in &result.not_applicable {
            scan.not_applicable
                .push((Arc::clone(rule), Arc::clone(&result.summary.uri)));
        }
        scan.findings.extend(result.findings);
        scan.architecture.units.extend(result.understood);
        scan.notices.extend(result.notices);
        scan.artifacts.push(result.summary);
        marks.extend(result.marks);
    }
    for (rule, uri) in whole.not_applicable {
        accounts
            .entry(Arc::clone(&rule))
            .or_default()
            .not_applicable += 1;
        scan.not_applicable.push((rule, uri));
    }
    count_passes(&whole.passes, &mut accounts);
    scan.findings.extend(whole.findings);
    scan.notices.extend(whole.notices);
    scan.findings = grouped(std::mem::take(&mut scan.findings));
    suppressed::settle(&mut scan, marks, evaluator, options);
    count_findings(&scan, &mut accounts);
    scan.coverage.terraform_sources = without_plan(discovery, &scan.artifacts);
    scan.notices.extend(walk_notices(discovery));
    scan.notices.extend(links_outside(discovery));
    scan.notices.extend(plan_hint(&scan.coverage));
    scan.notices.sort_unstable();
    scan.notices.dedup();
    scan.not_applicable.sort_unstable();
    let units = &mut scan.architecture.units;
    units.sort_by(|a, b| (&a.uri, &a.way).cmp(&(&b.uri, &b.way)));
    scan.artifacts.sort_unstable_by(|a, b| a.uri.cmp(&b.uri));
    scan.complete = scan
        .notices
        .iter()
        .all(|notice| notice.level != NoticeLevel::Error);
    scan.rules = rules(evaluator, &accounts, &options.severities);
    scan
}

fn count(result: &FileResult, accounts: &mut BTreeMap<Arc<str>, Account>, coverage: &mut Coverage) {
    match &result.summary.disposition {
        Disposition::Judged {
            format, resources, ..
        } => {
            *coverage.judged.entry(format).or_default() += 1;
            coverage.resources += resources;
        }
        Disposition::NotOurs => coverage.not_ours += 1,
        Disposition::Unreadable => coverage.unreadable += 1,
    }
    for (type_name, number) in &result.unassessed {
        *coverage
            .unassessed
            .entry(Arc::clone(type_name))
            .or_default() += number;
    }
    for (why, number) in &result.opaque {
        *coverage
            .opaque_expressions
            .entry(Arc::clone(why))
            .or_default() += number;
    }
    count_passes(&result.passes, accounts);
    for rule in &result.not_applicable {
        accounts.entry(Arc::clone(rule)).or_default().not_applicable += 1;
    }
}

fn count_passes(passes: &BTreeMap<Arc<str>, usize>, accounts: &mut BTreeMap<Arc<str>, Account>) {
    for (rule, number) in passes {
        accounts.entry(Arc::clone(rule)).or_default().pass += number;
    }
}

/// Counts what is reported, accepted and known.
fn count_findings(scan: &Scan, accounts: &mut BTreeMap<Arc<str>, Account>) {
    for finding in &scan.findings {
        count_finding(finding, accounts);
    }
    for one in &scan.suppressed {
        accounts
            .entry(Arc::clone(&one.finding.rule))
            .or_default()
            .suppressed += 1;
    }
    for one in &scan.baselined {
        accounts
            .entry(Arc::clone(&one.finding.rule))
            .or_default()
            .baselined += 1;
    }
}

fn count_finding(finding: &Finding, accounts: &mut BTreeMap<Arc<str>, Account>) {
    let account = accounts.entry(Arc::clone(&finding.rule)).or_default();
    match finding.outcome {
        Outcome::Fail => account.fail += 1,
        Outcome::Unknown => account.unknown += 1,
        // Passes are counted file by file, whether or not they were kept.
        Outcome::Pass => {}
    }
}

fn walk_notices(discovery: &Discovery) -> impl Iterator<Item = PlacedNotice> {
    discovery.errors.iter().map(|error| PlacedNotice {
        location: None,
        kind: NoticeKind::UnreadableFile,
        level: NoticeLevel::Error,
        rule: None,
        message: format!("'{}' cannot be read: {}.", error.uri, error.message),
    })
}

/// Says which links lead out of what is scanned: somebody may have meant what lies there to be judged.
fn links_outside(discovery: &Discovery) -> Option<PlacedNotice> {
    let first = discovery.outside.first()?;
    let message = match discovery.outside.len() {
        1 => {
            format!("The link '{first}' leads out of what is scanned: '--follow-links' follows it.")
        }
        count => format!(
            "{count} links ('{first}' first) lead out of what is scanned: '--follow-links' follows them."
        ),
    };
    Some(PlacedNotice {
        location: None,
        kind: NoticeKind::NotInScan,
        level: NoticeLevel::Warning,
        rule: None,
        message,
    })
}

/// Counts the Terraform sources that no judged plan lies beside or above.
fn without_plan(discovery: &Discovery, artifacts: &[ArtifactSummary]) -> usize {
    let is_plan = |artifact: &&ArtifactSummary| matches!(artifact.disposition, Disposition::Judged { format, .. } if format == Format::TerraformPlan.id());
    let folders: BTreeSet<&str> = artifacts
        .iter()
        .filter(is_plan)
        .map(|plan| folder(&plan.uri))
        .collect();
    let covered = |source: &str| {
        let mut at = folder(source);
        while !folders.contains(at) {
            if at.is_empty() {
                return false;
            }
            at = folder(at);
        }
        true
    };
    let sources = discovery.terraform_sources.iter();
    sources.filter(|source| !covered(source)).count()
}

fn folder(uri: &str) -> &str {
    uri.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Terraform sources are judged through a plan: without one, say how to make it.
fn plan_hint(coverage: &Coverage) -> Option<PlacedNotice> {
    (coverage.terraform_sources > 0).then(|| PlacedNotice {
        location: None,
        kind: NoticeKind::NeedsPlan,
        level: NoticeLevel::Warning,
        rule: None,
        message: format!(
            "{} Terraform source files were not judged: Ordinance reads plans. Make one with \
             'terraform plan -out=tfplan && terraform show -json tfplan > plan.json' and scan its folder.",
            coverage.terraform_sources
        ),
    })
}

fn rules(
    evaluator: &Evaluator,
    accounts: &BTreeMap<Arc<str>, Account>,
    severities: &BTreeMap<String, Severity>,
) -> Vec<RuleSummary> {
    // The controls over suppressions are named where they found something.
    let own = suppress::rules()
        .into_iter()
        .filter(|rule| accounts.contains_key(rule.id.as_str()));
    let own: Vec<_> = own.collect();
    let mut rules: Vec<_> = evaluator
        .rules()
        .chain(&own)
        .map(|metadata| RuleSummary {
            account: accounts
                .get(metadata.id.as_str())
                .copied()
                .unwrap_or_default(),
            metadata: graded(metadata, severities),
        })
        .collect();
    rules.sort_unstable_by(|a, b| a.metadata.id.cmp(&b.metadata.id));
    rules
}

/// Returns what a control says of itself, with the severity that the user gives it. Its score is then that of the
/// middle of the severity's range (CVSS 3.1, table 14), for a score tells consumers the severity.
fn graded(metadata: &Arc<Metadata>, severities: &BTreeMap<String, Severity>) -> Arc<Metadata> {
    let severity = severities
        .get(&metadata.id)
        .filter(|severity| **severity != metadata.severity);
    let Some(severity) = severity else {
        return Arc::clone(metadata);
    };
    Arc::new(Metadata {
        severity: *severity,
        score: match severity {
            Severity::Low => 2.0,
            Severity::Medium => 5.5,
            Severity::High => 8.0,
            Severity::Critical => 9.5,
        },
        ..Metadata::clone(metadata)
    })
}
