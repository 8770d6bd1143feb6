//! OSCAL as tools of auditors read it: every reference leads somewhere, nothing unassessed is satisfied, the bytes repeat.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn oscal(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ordinance"))
        .current_dir(folder)
        .env_clear()
        .env("SOURCE_DATE_EPOCH", "1764288061")
        .args(["scan", "--format", "oscal", "--today", "2026-11-27"])
        .args(arguments)
        .output()
        .unwrap()
}

fn document(output: &Output) -> Value {
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    document["assessment-results"].clone()
}

/// Every text under a key, wherever it stands.
fn under<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| under(item, key, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == key {
                    found.extend(value.as_str());
                }
                under(value, key, found);
            }
        }
        _ => {}
    }
}

fn texts<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    let mut found = Vec::new();
    under(value, key, &mut found);
    found
}

fn no_empty_list(value: &Value) {
    match value {
        Value::Array(items) => {
            assert!(!items.is_empty());
            items.iter().for_each(no_empty_list);
        }
        Value::Object(fields) => fields.values().for_each(no_empty_list),
        _ => {}
    }
}

/// Holds what no schema says: ids are unique and of version 5, references lead to them, no list is empty.
fn hold(document: &Value) {
    let all = texts(document, "uuid");
    let ids: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(all.len(), ids.len());
    assert!(ids.iter().all(|id| id.len() == 36 && &id[14..15] == "5"));
    for key in [
        "subject-uuid",
        "actor-uuid",
        "observation-uuid",
        "risk-uuid",
    ] {
        for reference in texts(document, key) {
            assert!(ids.contains(reference), "{key} {reference} leads nowhere");
        }
    }
    let plan = document["import-ap"]["href"].as_str().unwrap();
    assert!(ids.contains(plan.trim_start_matches('#')));
    no_empty_list(document);
    for text in texts(document, "value") {
        assert!(
            !text.is_empty() && text.trim() == text && !text.contains('\n'),
            "{text:?}"
        );
    }
}

const QUEUE: &str = "Resources:\n  Orders: # ordinance:ignore[KMS-006] reason=\"holds public data only\" owner=ann expires=2027-01-31\n    Type: AWS::SQS::Queue\n    Properties: {SqsManagedSseEnabled: false}\n  Returns:\n    Type: AWS::SQS::Queue\n    Properties: {SqsManagedSseEnabled: false}\n";

#[test]
fn findings_observations_and_risks_hang_together() {
    let folder = support::scratch("oscal");
    fs::write(folder.join("queue.yaml"), QUEUE).unwrap();
    let output = oscal(&folder, &["--rule", "KMS-006", "--rule", "S3-001"]);
    assert_eq!(output.status.code(), Some(1));
    let document = document(&output);
    hold(&document);
    let text = serde_json::to_string_pretty(&document).unwrap();
    let digest = document["back-matter"]["resources"][0]["props"][1]["value"]
        .as_str()
        .unwrap();
    insta::assert_snapshot!(
        "oscal",
        text.replace(digest, "DIGEST"),
        "without what changes with the policies"
    );
}

#[test]
fn what_judged_nothing_is_not_assessed() {
    let folder = support::scratch("oscal-none");
    fs::write(folder.join("queue.yaml"), QUEUE).unwrap();
    let document = document(&oscal(&folder, &[]));
    hold(&document);
    let targets: BTreeSet<&str> = texts(&document, "target-id").into_iter().collect();
    assert!(targets.contains("KMS-006"));
    assert!(!targets.contains("S3-001"), "{targets:?}");
    let reviewed = document["results"][0]["reviewed-controls"].to_string();
    assert!(
        reviewed.contains("sc-28") && !reviewed.contains("S3-001"),
        "{reviewed}"
    );
}

#[test]
fn hostile_broken_and_empty_input_give_valid_documents() {
    let folder = support::scratch("oscal-hostile");
    let hostile = "Resources:\n  \"A\\e[31m](x) <script>\":\n    Type: AWS::SQS::Queue\n    Properties: {SqsManagedSseEnabled: false}\n";
    fs::write(folder.join("a b#.yaml"), hostile).unwrap();
    fs::write(
        folder.join("b.yaml"),
        "Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: [\n",
    )
    .unwrap();
    let output = oscal(&folder, &[]);
    assert_eq!(output.status.code(), Some(4));
    let broken = document(&output);
    hold(&broken);
    assert!(!String::from_utf8_lossy(&output.stdout).contains("\\u001b"));
    assert!(
        broken["results"][0]["remarks"]
            .as_str()
            .unwrap()
            .contains("incomplete")
    );
    assert!(
        texts(&broken, "href")
            .iter()
            .any(|href| href.starts_with("a%20b%23.yaml#L"))
    );
    let nothing = folder.join("nothing");
    fs::create_dir_all(&nothing).unwrap();
    let empty = document(&oscal(&nothing, &[]));
    hold(&empty);
    let reviewed = empty["results"][0]["reviewed-controls"].to_string();
    assert!(
        reviewed.contains("No control of NIST SP 800-53 Rev. 5 was assessed"),
        "{reviewed}"
    );
    assert!(texts(&empty, "target-id").is_empty());
}

#[test]
fn an_incomplete_scan_satisfies_nothing() {
    let folder = support::scratch("oscal-incomplete");
    let good = QUEUE
        .replace("false", "true")
        .replace("ordinance:ignore", "no");
    fs::write(folder.join("good.yaml"), good).unwrap();
    let states = |arguments: &[&str]| {
        let document = document(&oscal(&folder, arguments));
        hold(&document);
        let states = texts(&document, "state");
        let states = states
            .into_iter()
            .filter(|state| state.ends_with("satisfied"));
        states.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(states(&["--rule", "KMS-006"]), ["satisfied"]);
    fs::write(
        folder.join("bad.yaml"),
        "Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: [\n",
    )
    .unwrap();
    assert_eq!(states(&["--rule", "KMS-006"]), ["not-satisfied"]);
}

#[test]
fn the_same_scan_gives_the_same_bytes() {
    let folder = support::root().join("fixtures/web-service");
    let once = oscal(&folder, &[]);
    assert_eq!(once.stdout, oscal(&folder, &[]).stdout);
    hold(&document(&once));
}
