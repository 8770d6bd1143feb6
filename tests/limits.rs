//! Inputs made to cost much: each ends soon, with a notice that says what was not judged, and exit code 4. The figures of
//! large ones are in docs/hardening.md.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

const QUEUE: &str = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n";

/// Far more than any of these takes on a busy machine, in a development build.
const SOON: Duration = Duration::from_mins(1);

/// Scans one file; gives the exit code and the messages of notices.
fn scanned(name: &str, text: &str, more: &[&str]) -> (i32, Vec<String>) {
    let folder: PathBuf = support::scratch(&format!("limits-{}", name.replace('.', "-")));
    fs::write(folder.join(name), text).unwrap();
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_ordinance"))
        .current_dir(&folder)
        .env_clear()
        .args(["scan", name, "--format", "json"])
        .args(more)
        .output()
        .unwrap();
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let notices = report["notices"].as_array().unwrap().iter();
    let messages = notices.map(|notice| notice["message"].as_str().unwrap().to_owned());
    (output.status.code().unwrap(), messages.collect())
}

/// The scan is incomplete, and a notice says why.
fn refused(name: &str, text: &str, why: &str) {
    let (code, messages) = scanned(name, text, &[]);
    assert_eq!(code, 4, "{messages:?}");
    assert!(
        messages.iter().any(|message| message.contains(why)),
        "{messages:?}"
    );
    assert!(
        messages.iter().all(|message| message.len() < 2_000),
        "a notice is no copy of the input"
    );
}

#[test]
fn deep_nesting_is_refused_in_every_format() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let json = format!(
        r#"{{"Resources": {{"Q": {{"Type": "AWS::SQS::Queue", "Properties": {}}}}}}}"#,
        deep(100_000)
    );
    refused("json.json", &json, "nesting deeper than 512 levels");
    refused(
        "flow.yaml",
        &format!("{QUEUE}      Tags: {}\n", deep(100_000)),
        "recursion limit",
    );
    refused(
        "block.yaml",
        &format!("{QUEUE}      Tags:\n        {}a\n", "- ".repeat(100_000)),
        "recursion limit",
    );
    let plan = format!(
        r#"{{"format_version": "1.2", "planned_values": {{}}, "resource_changes": [{{"address": "aws_s3_bucket.a", "mode": "managed", "type": "aws_s3_bucket", "name": "a", "change": {{"actions": ["create"], "after": {}}}}}]}}"#,
        deep(100_000)
    );
    refused("plan.json", &plan, "recursion limit");
    let workflow = format!(
        "on: push\njobs:\n  a:\n    runs-on: x\n    if: ${{{{ {}1{} }}}}\n    steps: [{{run: a}}]\n",
        "(".repeat(20_000),
        ")".repeat(20_000)
    );
    refused("workflow.yml", &workflow, "The expression '");
}

#[test]
fn aliases_stand_for_no_more_than_fits() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let uses = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(laughs, "a{level}: &a{level} [{uses}]").unwrap();
    }
    refused(
        "laughs.yaml",
        &format!("{laughs}{QUEUE}      Tags: *a11\n"),
        "1000000 nodes",
    );
    // Found by measuring: one long text used often took 12 GB.
    let long = format!(
        "a: &a \"{}\"\n{QUEUE}      Tags: [{}]\n",
        "x".repeat(100_000),
        "*a, ".repeat(20_000)
    );
    refused("long.yaml", &long, "33554432 bytes");
}

#[test]
fn what_a_template_makes_of_itself_is_bounded() {
    let names = |letter: char| {
        (0..400)
            .map(|n| format!("{letter}{n}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let loops = format!(
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::A:\n    - X\n    - [{}]\n    - Fn::ForEach::B:\n        - Y\n        - [{}]\n        - Q${{X}}${{Y}}:\n            Type: AWS::SQS::Queue\n            Properties: {{Tags: [{{Key: a, Value: b}}]}}\n",
        names('a'),
        names('b')
    );
    refused("loops.yaml", &loops, "larger than the scan reads");
    let piece = "x".repeat(60_000);
    let joins: Vec<String> = (0..100)
        .map(|n| {
            format!(
                "      P{n}: !Join [\"\", [{}]]\n",
                ["!FindInMap [M, a, b]"; 100].join(", ")
            )
        })
        .collect();
    let joins = format!(
        "Mappings: {{M: {{a: {{b: \"{piece}\"}}}}}}\n{QUEUE}{}",
        joins.concat()
    );
    refused("joins.yaml", &joins, "larger than the scan reads");
}

#[test]
fn a_long_key_is_a_key() {
    let text = format!(
        r#"{{"Resources": {{"{}": {{"Type": "AWS::SQS::Queue", "Properties": {{"SqsManagedSseEnabled": false, "{}": 1}}}}}}}}"#,
        "k".repeat(1 << 20),
        "p".repeat(1 << 20)
    );
    let (code, messages) = scanned("keys.json", &text, &[]);
    assert_eq!((code, messages), (1, Vec::new()));
}

#[test]
fn many_open_choices_are_tried_together() {
    let mut text = String::from("Parameters:\n");
    for n in 0..60 {
        writeln!(text, "  P{n}: {{Type: String}}").unwrap();
    }
    text.push_str("Conditions:\n");
    for n in 0..60 {
        writeln!(text, "  C{n}: !Equals [!Ref P{n}, x]").unwrap();
    }
    text.push_str("Resources:\n");
    for n in 0..60 {
        let other = (n + 1) % 60;
        writeln!(text, "  Q{n}:\n    Type: AWS::SQS::Queue\n    Condition: C{n}\n    Properties: {{SqsManagedSseEnabled: !If [C{other}, true, false]}}").unwrap();
    }
    let (code, messages) = scanned("choices.yaml", &text, &[]);
    assert_eq!((code, messages), (0, Vec::new()));
}

/// A policy of somebody else with this condition.
fn policy(condition: &str) -> String {
    format!(
        r#"# METADATA
# scope: package
# title: t
# description: d
# custom:
#   id: X-001
#   slug: x
#   family: X
#   severity: low
#   score: 1
#   formats: [cloudformation]
#   resources: ["AWS::SQS::Queue"]
#   packs: [baseline]
#   remediation: {{cloudformation: r}}
package policies.x.x

subjects contains r.address if some r in input.by_type["AWS::SQS::Queue"]

deny contains {{"resource": r.address, "path": [], "message": "m"}} if {{
	some r in input.by_type["AWS::SQS::Queue"]
	{condition}
}}
"#
    )
}

#[test]
fn a_hostile_policy_costs_its_own_verdicts_only() {
    let cases = [
        (
            "regex.match(`((a{1,1000}){1,1000}){1,1000}b`, r.address)",
            "size limit",
        ),
        ("count(numbers.range(1, 200000000)) > 1", "1000000 numbers"),
        (
            "count(net.cidr_expand(\"10.0.0.0/8\")) > 1",
            "1000000 addresses",
        ),
        (
            "sprintf(\"%1000000000d\", [1]) != r.address",
            "10000 columns",
        ),
    ];
    let folder = support::scratch("limits-policies");
    for (number, (condition, why)) in cases.into_iter().enumerate() {
        let path = folder.join(format!("{number}.rego"));
        fs::write(&path, policy(condition)).unwrap();
        let text = format!("{QUEUE}      SqsManagedSseEnabled: false\n");
        let name = format!("policy{number}.yaml");
        let (code, messages) = scanned(&name, &text, &["--policy", path.to_str().unwrap()]);
        assert_eq!(code, 4);
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert!(
            messages[0].starts_with("Control 'X-001'") && messages[0].contains(why),
            "{messages:?}"
        );
    }
}
