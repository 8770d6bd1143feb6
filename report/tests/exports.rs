//! The formats for other programs: what a small scan gives, and that text of others stays text.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::io::{self, Write};
use std::sync::Arc;

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::scan::Scan;
use ordinance_engine::suppress::{Baseline, Mark, Suppressed};
use ordinance_report::{Context, annotations, csv, gitlab, in_toto, json, junit, markdown, sarif};

use common::{context, hostile, small};

fn bytes(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn digests() -> Context<'static> {
    Context {
        policies_sha256: "00",
        ..context()
    }
}

#[test]
fn annotations_of_a_small_scan() {
    insta::assert_snapshot!(bytes(|out| annotations::write(&small(), out)));
}

#[test]
fn csv_of_a_small_scan() {
    insta::assert_snapshot!(bytes(|out| csv::write(&small(), out)));
}

#[test]
fn gitlab_report_of_a_small_scan() {
    insta::assert_snapshot!(bytes(|out| gitlab::write(&small(), out)));
}

#[test]
fn in_toto_statement_of_a_small_scan() {
    insta::assert_snapshot!(bytes(|out| in_toto::write(&small(), &digests(), out)));
}

#[test]
fn junit_of_a_small_scan() {
    insta::assert_snapshot!(bytes(|out| junit::write(&small(), out)));
}

#[test]
fn markdown_of_a_small_scan() {
    insta::assert_snapshot!(bytes(|out| markdown::write(&small(), &context(), out)));
}

#[test]
fn a_hostile_text_begins_no_command_row_or_element() {
    let scan = hostile();
    let lines = bytes(|out| annotations::write(&scan, out));
    assert!(lines.lines().all(|line| line.starts_with("::")), "{lines}");
    assert_eq!(lines.lines().count(), annotated(&scan));
    let xml = bytes(|out| junit::write(&scan, out));
    assert!(!xml.contains('\u{1b}') && !xml.contains("<script"), "{xml}");
    let table = bytes(|out| markdown::write(&scan, &context(), out));
    assert!(
        !table.contains("<script") && !table.contains('\u{1b}'),
        "{table}"
    );
    let rows = bytes(|out| csv::write(&scan, out));
    assert!(
        rows.split("\r\n")
            .all(|row| !row.starts_with(['=', '+', '-', '@'])),
        "{rows}"
    );
}

/// The annotations that a scan gives.
fn annotated(scan: &Scan) -> usize {
    let failures = scan
        .findings
        .iter()
        .filter(|one| one.outcome == Outcome::Fail);
    let errors = scan
        .notices
        .iter()
        .filter(|one| one.level == ordinance_engine::resource::NoticeLevel::Error);
    failures.count() + errors.count()
}

/// Many failures of one kind.
fn many(number: usize) -> Scan {
    let mut scan = small();
    let failure = scan
        .findings
        .iter()
        .find(|one| one.outcome == Outcome::Fail)
        .unwrap()
        .clone();
    scan.findings = vec![failure; number];
    scan
}

#[test]
fn github_shows_ten_annotations_of_a_kind_and_the_rest_is_counted() {
    let lines = bytes(|out| annotations::write(&many(30), out));
    let errors = lines.lines().filter(|line| line.starts_with("::error"));
    assert_eq!(errors.count(), 10);
    assert!(lines.contains("22 annotations more"), "{lines}");
}

#[test]
fn a_summary_ends_before_github_drops_it() {
    let text = bytes(|out| markdown::write(&many(20_000), &context(), out));
    assert!(text.len() < 1024 * 1024);
    assert!(
        text.trim_end().ends_with("more in the other reports."),
        "{}",
        &text[text.len() - 200..]
    );
}

#[test]
fn every_issue_of_gitlab_has_a_fingerprint_of_its_own() {
    let issues: Vec<serde_json::Value> =
        serde_json::from_str(&bytes(|out| gitlab::write(&many(3), out))).unwrap();
    let prints: std::collections::BTreeSet<_> = issues
        .iter()
        .map(|issue| issue["fingerprint"].to_string())
        .collect();
    assert_eq!(prints.len(), 3);
}

/// The small scan with its failures accepted: one by a suppression, the others by the baseline.
fn accepted() -> Scan {
    let mut scan = small();
    let artifact = ordinance_engine::artifact::Artifact::new(
        "exceptions.yaml",
        "exceptions:\n  - rule: KMS-020\n    file: '**'\n    reason: rotated by hand\n    owner: a@example.org\n    expires: 2027-01-31\n".to_owned(),
        ordinance_engine::artifact::Encoding::Utf8,
    );
    let marks = ordinance_engine::suppress::read_exceptions(&Arc::new(artifact)).unwrap();
    let by: Arc<Mark> = Arc::new(marks.into_iter().next().unwrap());
    let baseline = Baseline::of(&scan.findings, Some("c0ffee"));
    let mut failures = 0;
    let findings = std::mem::take(&mut scan.findings);
    let mut rest = Vec::new();
    for finding in findings {
        if finding.outcome == Outcome::Fail && failures == 0 {
            failures += 1;
            scan.suppressed.push(Suppressed {
                finding,
                by: Arc::clone(&by),
            });
        } else {
            rest.push(finding);
        }
    }
    let split = baseline.split(rest, &|_| true);
    scan.findings = split.new;
    scan.baselined = split.known;
    scan.absent = split.absent;
    scan
}

#[test]
fn what_is_accepted_is_skipped_in_junit_and_listed_in_csv() {
    let xml = bytes(|out| junit::write(&accepted(), out));
    assert!(!xml.contains("<failure"), "{xml}");
    assert!(
        xml.contains("suppressed: rotated by hand")
            && xml.contains("known: recorded in the baseline"),
        "{xml}"
    );
    let rows = bytes(|out| csv::write(&accepted(), out));
    assert!(
        rows.contains(",suppressed,") && rows.contains("rotated by hand,a@example.org,2027-01-31"),
        "{rows}"
    );
    assert!(rows.contains(",known,"), "{rows}");
}

#[test]
fn an_audit_of_accepted_findings_keeps_to_the_schema_of_sarif() {
    let mut log = Vec::new();
    sarif::write(&accepted(), &context(), sarif::Profile::Audit, &mut log).unwrap();
    let log: serde_json::Value = serde_json::from_slice(&log).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&log["runs"][0]["results"]).unwrap());
}

#[test]
fn json_keeps_to_its_published_schema() {
    let schema = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/report.schema.json"
    ))
    .unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for scan in [small(), hostile(), accepted(), Scan::default()] {
        let text = bytes(|out| json::write(&scan, &context(), out));
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&report)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0]);
    }
    assert!(!validator.is_valid(&serde_json::json!({"schema_version": 1})));
}
