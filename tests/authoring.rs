//! The tools of policy authors as users run them: `test`, `eval`, `repl`, `new`, `check`.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use support::ordinance;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    ordinance(folder).args(arguments).output().unwrap()
}

/// Everything that a run shows: output, messages, exit code.
fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!(
        "{}{}exit {}",
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap()
    )
}

fn repl(folder: &Path, arguments: &[&str], lines: &str) -> Output {
    let mut child = ordinance(folder)
        .arg("repl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(lines.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

const TEMPLATE: &str = "AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Tier: {Type: String}
Conditions:
  IsPublic: !Equals [!Ref Tier, web]
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      Tags:
        - {Key: team, Value: !Ref Tier}
  Data:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: !If [IsPublic, PublicRead, Private]
";

fn folder(name: &str) -> PathBuf {
    let folder = support::scratch(name);
    fs::write(folder.join("storage.yaml"), TEMPLATE).unwrap();
    folder
}

#[test]
fn an_expression_is_answered_over_a_file() {
    let folder = folder("eval");
    let ask = |arguments: &[&str]| shown(&run(&folder, arguments));
    let query = "some r in input.resources; not r.properties.Tags; name := r.address";
    insta::assert_snapshot!(
        "eval",
        [
            ask(&[
                "eval",
                "input.by_type[\"AWS::S3::Bucket\"][_].address",
                "storage.yaml"
            ]),
            ask(&[
                "eval",
                "--format",
                "json",
                "name := input.resources.Data.address",
                "storage.yaml"
            ]),
            ask(&[
                "eval",
                "--format",
                "raw",
                "input.resources.Logs.properties.Tags[0].Value",
                "storage.yaml"
            ]),
            ask(&["eval", "--fail", "input.resources.None", "storage.yaml"]),
            ask(&["eval", "sprintf(\"%d\", [1", "storage.yaml"]),
            ask(&["eval", "1 + 1"]),
            ask(&["eval"]),
        ]
        .join("\n")
    );
    assert!(shown(&run(&folder, &["eval", query, "storage.yaml"])).contains("name = \"Data\""));
}

#[test]
fn a_session_finds_explains_and_becomes_a_tested_policy() {
    let folder = folder("repl");
    let lines = "# what is there\n:resources\nimport data.policies.lib.value\n_path := [\"Properties\", \"Tags\"]\n\
        deny contains violation if {\n\tsome r in input.by_type[\"AWS::S3::Bucket\"]\n\tvalue.is_absent(value.present(r, _path))\n\
        \tviolation := {\"resource\": r.address, \"path\": _path, \"message\": sprintf(\"'%s' has no tags.\", [r.address])}\n}\n\
        deny\n:why Logs deny\n:where input.resources.Data.properties.AccessControl\n:save storage/bucket-tags ORG-001\n:test\n:rule ORG-001\n";
    let output = repl(&folder, &["storage.yaml"], lines);
    insta::assert_snapshot!("repl", shown(&output));
    let policy = folder.join("policies/storage/bucket_tags");
    let files = [
        "bucket_tags.rego",
        "bucket_tags_test.rego",
        "fixtures/fail_storage.yaml",
    ];
    let texts = files.map(|file| fs::read_to_string(policy.join(file)).unwrap());
    insta::assert_snapshot!("repl_saved", texts.join("\n=====\n"));
    assert_eq!(run(&folder, &["test", "policies"]).status.code(), Some(0));
}

#[test]
fn commands_of_a_session_say_what_is_wrong_and_go_on() {
    let folder = folder("repl_mistakes");
    let lines = ":vieew x\n:view nothing\n:use 7\n:why Nobody S3-001\n:rule S3-999\n:set S3-001\n:set KMS-020.nothing=1\n\
        :load nowhere.yaml\n:where 1 + 1\n:forget x\n:save a\n:test\nx := \ninput.\n1 + 1\n:files\n";
    let output = repl(&folder, &["storage.yaml"], lines);
    insta::assert_snapshot!("repl_mistakes", shown(&output));
}

#[test]
fn a_scenario_settles_what_the_template_leaves_open() {
    let folder = folder("repl_scenario");
    let asked = "input.resources.Data.properties.AccessControl\n";
    let lines = format!(
        ":scenario\n{asked}:scenario IsPublic=true\n{asked}:scenario\n:scenario -\n:scenario Tier=api\n{asked}"
    );
    insta::assert_snapshot!(
        "repl_scenario",
        shown(&repl(&folder, &["storage.yaml"], &lines))
    );
}

#[test]
fn a_new_policy_passes_its_tests_and_finds_something() {
    let folder = folder("new");
    let made = [
        shown(&run(&folder, &["new", "storage/bucket-tags"])),
        shown(&run(
            &folder,
            &[
                "new",
                "queues/queue-keys",
                "--type",
                "aws_sqs_queue",
                "--property",
                "kms_master_key_id",
            ],
        )),
        shown(&run(&folder, &["test", "policies", "--coverage"])),
        shown(&run(
            &folder,
            &[
                "scan",
                "--policy",
                "policies",
                "--rule",
                "STORAGE-001",
                "storage.yaml",
            ],
        )),
        shown(&run(
            &folder,
            &["new", "storage/bucket-tags", "--id", "STORAGE-009"],
        )),
        shown(&run(&folder, &["new", "Storage", "--id", "STORAGE-009"])),
        shown(&run(&folder, &["new", "storage/x", "--type", "Bucket"])),
    ];
    insta::assert_snapshot!("new", made.join("\n"));
}

/// A policy whose tests fail in several ways.
fn failing(name: &str) -> PathBuf {
    let folder = folder(name);
    assert_eq!(
        run(&folder, &["new", "storage/bucket-tags"]).status.code(),
        Some(0)
    );
    let policy = folder.join("policies/storage/bucket_tags");
    let tests = policy.join("bucket_tags_test.rego");
    let more = "\ntest_wrong_value if {\n\tprint(\"looking\")\n\tgiven := _input({})\n\tbucket_tags.deny == {{\"resource\": \"Other\", \"path\": [\"Properties\", \"Tags\"], \"message\": \"'Subject' does not set Tags.\"}} with input as given\n}\n\ntest_sizes[name] if {\n\tsome name, size in {\"none\": 0, \"one\": 2}\n\tcount([x | some x in [\"a\"]; name == \"one\"]) == size\n}\n\ntodo_test_later if false\n\ntest_breaks if to_number(\"x\") == 1\n";
    let text = fs::read_to_string(&tests).unwrap() + more;
    fs::write(&tests, text).unwrap();
    let fixture = policy.join("fixtures/pass_given.yaml");
    let text = fs::read_to_string(&fixture)
        .unwrap()
        .replace("Tags: given", "Name: x");
    fs::write(&fixture, text).unwrap();
    folder
}

#[test]
fn a_failure_shows_where_it_stops_and_with_which_values() {
    let folder = failing("test_failing");
    insta::assert_snapshot!("test_failing", shown(&run(&folder, &["test", "policies"])));
    let filtered = shown(&run(&folder, &["test", "policies", "-k", "sizes"]));
    assert!(
        filtered.contains("1 unit test, 0 fixtures: 1 failed"),
        "{filtered}"
    );
}

#[test]
fn results_and_coverage_are_written_for_tools() {
    let folder = failing("test_reports");
    let arguments = [
        "test",
        "policies",
        "--junit",
        "out/junit.xml",
        "--coverage=lcov=out/a.info",
        "--coverage=html=out/a.html",
        "--least-coverage",
        "100",
    ];
    let output = run(&folder, &arguments);
    assert_eq!(output.status.code(), Some(1));
    let read = |name: &str| fs::read_to_string(folder.join("out").join(name)).unwrap();
    insta::assert_snapshot!("test_junit", read("junit.xml"));
    insta::assert_snapshot!("test_lcov", read("a.info"));
    assert!(read("a.html").contains("bucket_tags.rego"));
    assert_eq!(shown(&output), shown(&run(&folder, &arguments)));
}

#[test]
fn a_folder_without_tests_is_nothing_to_check() {
    let folder = folder("test_nothing");
    insta::assert_snapshot!("test_nothing", shown(&run(&folder, &["test"])));
    assert_eq!(run(&folder, &["test", "nowhere"]).status.code(), Some(2));
}

/// A policy with a mistake of each kind.
const MISTAKEN: &str = "# METADATA
# scope: package
# title: Encrypt buckets
# description: Because.
# custom:
#   id: ORG-001
#   slug: encrypted
#   family: ORG
#   severity: high
#   score: 7.5
#   formats: [cloudformation]
#   resources: [\"AWS::S3::Bucket\"]
#   packs: [baseline]
#   remediation: {cloudformation: Do it.}
package policies.org.encrypted

import data.policies.lib.value

subjects contains r.address if some r in input.by_type[\"AWS::S3::Buckets\"]

examined contains record if {
\tsome r in input.by_type[\"AWS::S3::Bucket\"]
\trecord := value.get(r, [\"Properties\", \"BucketEncription\"])
}

deny contains violation if {
\tsome r in input.by_type[\"AWS::S3::Bucket\"]
\tr.properties.AccessControl != \"Private\"
\tviolation := {\"resource\": r.address, \"path\": [], \"message\": sprintfs(\"%s\", [r.address])}
}

deny contains violation if {
\tsome r in input.by_type[\"AWS::S3::Bucket\"]
\t\"a\" == \"b\"
\tviolation := {\"resource\": r.address, \"path\": [], \"message\": \"x\"}
}
";

#[test]
fn mistakes_of_a_policy_are_shown_at_their_places() {
    let folder = folder("check");
    let policies = folder.join("policies");
    fs::create_dir_all(&policies).unwrap();
    fs::write(policies.join("encrypted.rego"), MISTAKEN).unwrap();
    insta::assert_snapshot!("check", shown(&run(&folder, &["check", "policies"])));
    let broken = MISTAKEN
        .replace("#   severity: high", "#   severity: severe")
        .replace("ORG-001", "ORG-002");
    fs::write(policies.join("encrypted.rego"), broken).unwrap();
    insta::assert_snapshot!(
        "check_metadata",
        shown(&run(&folder, &["check", "policies"]))
    );
    let recursive =
        MISTAKEN.replace("sprintfs(\"%s\", [r.address])", "_f(r.address)") + "\n_f(x) := _f(x)\n";
    fs::write(policies.join("encrypted.rego"), recursive).unwrap();
    let told = shown(&run(&folder, &["check", "policies"]));
    assert!(told.contains("the function '_f' calls itself"), "{told}");
}

#[test]
fn a_new_policy_passes_the_check() {
    let folder = folder("check_new");
    assert_eq!(
        run(&folder, &["new", "storage/bucket-tags"]).status.code(),
        Some(0)
    );
    assert_eq!(
        shown(&run(&folder, &["check", "policies", "--deny-warnings"])),
        "Policies: 1; errors: 0; warnings: 0\nexit 0"
    );
    let nothing = folder.join("nothing");
    fs::create_dir_all(&nothing).unwrap();
    assert_eq!(run(&folder, &["check", "nothing"]).status.code(), Some(3));
}

#[test]
fn a_scan_leaves_the_fixtures_of_policies_out() {
    let folder = folder("fixtures_left_out");
    assert_eq!(
        run(&folder, &["new", "storage/bucket-tags"]).status.code(),
        Some(0)
    );
    let scanned = |arguments: &[&str]| {
        let output = run(
            &folder,
            &[&["scan", "--rule", "STORAGE-001"], arguments].concat(),
        );
        shown(&output).contains("policies/storage/bucket_tags/fixtures/fail_missing.yaml")
    };
    fs::write(folder.join("ordinance.toml"), "policies = [\"policies\"]\n").unwrap();
    assert!(!scanned(&[]));
    fs::remove_file(folder.join("ordinance.toml")).unwrap();
    assert!(!scanned(&["--policy", "policies", "."]));
    let policy = "policies/storage/bucket_tags/bucket_tags.rego";
    assert!(scanned(&["--policy", policy, "."]));
}
