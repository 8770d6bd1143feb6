//! The program as users run it: what it prints, what it exits with.

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

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

const LEAKY: &str = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: false\n";
const SAFE: &str = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n";
const BROKEN: &str = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties: [\n";
const OPEN: &str = "Parameters:\n  Encrypted:\n    Type: String\nResources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: !Ref Encrypted\n";

/// A folder with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = support::scratch(name);
    for (file, text) in files {
        fs::write(folder.join(file), text).unwrap();
    }
    folder
}

#[test]
fn the_web_service_gives_its_mistakes_with_their_places() {
    let folder = support::root().join("fixtures/web-service");
    let output = run(&folder, &["scan"]);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!("web_service", stdout(&output));
}

#[test]
fn what_a_parent_passes_makes_its_nested_stack_fail() {
    let folder = support::root().join("fixtures/nested-stacks");
    let output = run(&folder, &["scan", "--verbose"]);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!("nested_stacks", stdout(&output));
    // On its own the nested template is right.
    assert_eq!(code(&run(&folder, &["scan", "queues.yaml"])), 0);
}

#[test]
fn each_set_of_parameters_gives_findings_of_its_own() {
    let call = |id: &str, name: &str| {
        format!(
            "  {id}:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: child.yaml\n      Parameters: {{Encrypted: 'false', Name: {name}}}\n"
        )
    };
    let parent = format!(
        "Resources:\n{}{}{}",
        call("One", "a"),
        call("Two", "b"),
        call("Again", "a")
    );
    let child = OPEN.replace("Resources:", "  Name: {Type: String}\nResources:");
    let folder = folder("sets", &[("child.yaml", &child), ("parent.yaml", &parent)]);
    let output = run(&folder, &["scan", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let fails: Vec<_> = findings
        .iter()
        .filter(|finding| finding["outcome"] == "fail")
        .collect();
    let calls: Vec<_> = fails
        .iter()
        .map(|finding| finding["related"][0]["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        calls,
        [
            "as nested stack 'One' of 'parent.yaml' with Encrypted=false, Name=a",
            "as nested stack 'Two' of 'parent.yaml' with Encrypted=false, Name=b"
        ]
    );
    assert_ne!(fails[0]["identity"], fails[1]["identity"]);
}

#[test]
fn what_stays_open_in_a_nested_stack_names_the_call() {
    let parent = "Parameters:\n  Stage: {Type: String}\nResources:\n  One:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: child.yaml\n      Parameters: {Encrypted: !Ref Stage}\n";
    let folder = folder(
        "open_call",
        &[("child.yaml", OPEN), ("parent.yaml", parent)],
    );
    insta::assert_snapshot!("open_call", stdout(&run(&folder, &["scan"])));
}

#[test]
fn a_cdk_app_gives_its_mistakes_with_their_constructs() {
    let folder = support::root().join("fixtures/cdk");
    let output = run(&folder, &["scan"]);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!("cdk", stdout(&output));
}

#[test]
fn machines_are_told_the_construct_too() {
    let folder = support::root().join("fixtures/cdk");
    let of = |format: &str| -> serde_json::Value {
        let output = run(&folder, &["scan", "--rule", "KMS-003", "--format", format]);
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let construct = &of("json")["findings"][0]["construct"];
    assert_eq!(construct["path"], "Shop/Database/Resource");
    assert_eq!(construct["source"], "app.js:47:22");
    let result = &of("sarif")["runs"][0]["results"][0];
    assert_eq!(
        result["properties"]["constructPath"],
        "Shop/Database/Resource"
    );
    assert_eq!(result["properties"]["constructSource"], "app.js:47:22");
    let logical = &result["locations"][0]["logicalLocations"][1];
    assert_eq!(logical["kind"], "construct");
    assert_eq!(logical["fullyQualifiedName"], "Shop/Database/Resource");
}

#[test]
fn two_runs_and_any_number_of_threads_give_the_same_bytes() {
    let folder = support::root().join("fixtures");
    let audit = ["scan", "--format", "sarif", "--sarif-profile", "audit"];
    let one = run(&folder, &[&audit[..], &["--threads", "1"]].concat());
    let two = run(&folder, &[&audit[..], &["--threads", "2"]].concat());
    let again = run(&folder, &audit);
    assert!(one.stdout == two.stdout);
    assert!(two.stdout == again.stdout);
}

#[test]
fn a_clean_folder_exits_with_zero() {
    let folder = folder("clean", &[("a.yaml", SAFE)]);
    assert_eq!(code(&run(&folder, &["scan"])), 0);
}

#[test]
fn findings_exit_with_one_unless_the_threshold_is_above_them() {
    let folder = folder("findings", &[("a.yaml", LEAKY)]);
    assert_eq!(code(&run(&folder, &["scan"])), 1);
    assert_eq!(code(&run(&folder, &["scan", "--fail-on", "critical"])), 0);
    assert_eq!(code(&run(&folder, &["scan", "--exit-zero"])), 0);
}

#[test]
fn an_empty_folder_exits_with_three() {
    let folder = folder("empty", &[]);
    let output = run(&folder, &["scan"]);
    assert_eq!(code(&output), 3);
    insta::assert_snapshot!("empty_folder", stdout(&output));
}

#[test]
fn a_broken_template_costs_no_other_and_exits_with_four() {
    let folder = folder("broken", &[("bad.yaml", BROKEN), ("good.yaml", LEAKY)]);
    let output = run(&folder, &["scan", "--exit-zero"]);
    assert_eq!(code(&output), 4);
    insta::assert_snapshot!("broken_template", stdout(&output));
}

#[test]
fn an_open_parameter_is_unknown_and_named() {
    let folder = folder("open", &[("a.yaml", OPEN)]);
    let output = run(&folder, &["scan"]);
    assert_eq!(code(&output), 0);
    insta::assert_snapshot!("open_parameter", stdout(&output));
    assert_eq!(code(&run(&folder, &["scan", "--fail-on-unknown"])), 1);
}

#[test]
fn a_parameter_file_decides_an_open_parameter() {
    let folder = folder(
        "decided",
        &[
            ("a.yaml", OPEN),
            ("parameters.json", r#"{"Encrypted": "false"}"#),
        ],
    );
    let output = run(
        &folder,
        &["scan", "a.yaml", "--parameters", "parameters.json"],
    );
    assert_eq!(code(&output), 1);
}

#[test]
fn a_parameter_file_of_another_shape_is_refused_with_its_place() {
    let folder = folder(
        "odd_parameters",
        &[
            ("a.yaml", OPEN),
            ("odd.json", "{\n  \"Encrypted\": {\"a\": 1}}"),
        ],
    );
    let output = run(&folder, &["scan", "a.yaml", "--parameters", "odd.json"]);
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(
        said.contains("odd.json:2:16: expected a text or a list"),
        "{said}"
    );
}

#[test]
fn the_configuration_of_sam_gives_parameters() {
    let sam =
        "version = 0.1\n[default.deploy.parameters]\nparameter_overrides = \"Encrypted=false\"\n";
    let folder = folder("samconfig", &[("a.yaml", OPEN), ("samconfig.toml", sam)]);
    let arguments = ["scan", "a.yaml", "--parameters", "samconfig.toml"];
    assert_eq!(code(&run(&folder, &arguments)), 1);
}

#[test]
fn strict_parameters_let_no_default_decide() {
    let text = OPEN.replace("Type: String", "{Type: String, Default: 'false'}");
    let text = text.replace("Encrypted:\n    {", "Encrypted: {");
    let folder = folder("strict_parameters", &[("a.yaml", &text)]);
    assert_eq!(code(&run(&folder, &["scan"])), 1);
    let output = run(
        &folder,
        &["scan", "--strict-parameters", "--format", "json"],
    );
    assert_eq!(code(&output), 0);
    let why = "parameter 'Encrypted' is not given a value, and its default does not decide";
    assert!(stdout(&output).contains(why), "{}", stdout(&output));
}

#[test]
fn standard_input_is_scanned_like_a_file() {
    let folder = folder("stdin", &[]);
    let mut child = ordinance(&folder)
        .args(["scan", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(LEAKY.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("KMS-006"));
}

#[test]
fn mistakes_of_the_command_line_exit_with_two() {
    let folder = folder("usage", &[("a.yaml", SAFE)]);
    for arguments in [
        &["scan", "nowhere"][..],
        &["scan", "--pack", "strickt"],
        &["scan", "--rule", "KMS-0006"],
        &["scan", "--format", "html5"],
        &["explain", "nothing"],
    ] {
        let output = run(&folder, arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(stdout(&output).is_empty(), "{arguments:?}");
        assert!(!stderr(&output).is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_misspelt_pack_is_answered_with_the_right_one() {
    let folder = folder("misspelt", &[]);
    let output = run(&folder, &["scan", "--pack", "strickt"]);
    insta::assert_snapshot!("misspelt_pack", stderr(&output));
}

#[test]
fn several_reports_come_from_one_run() {
    let folder = folder("reports", &[("a.yaml", LEAKY)]);
    let output = run(
        &folder,
        &[
            "scan",
            "--output",
            "sarif=out.sarif",
            "--output",
            "json=out.json",
        ],
    );
    assert_eq!(code(&output), 1);
    for file in ["out.sarif", "out.json"] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(value.is_object());
    }
}

#[test]
fn a_policy_of_the_users_own_runs_beside_the_pack() {
    let policy = include_str!("support/own_policy.rego");
    let folder = folder("own", &[("a.yaml", SAFE), ("own.rego", policy)]);
    let output = run(&folder, &["scan", "--policy", "own.rego", "a.yaml"]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("OWN-001"));
}

#[test]
fn the_controls_are_listed() {
    let output = run(&support::root(), &["rules"]);
    assert_eq!(code(&output), 0);
    insta::assert_snapshot!("rules", stdout(&output));
}

#[test]
fn a_control_is_explained() {
    let output = run(&support::root(), &["explain", "kms-key-rotation"]);
    assert_eq!(code(&output), 0);
    insta::assert_snapshot!("explain", stdout(&output));
}

#[test]
fn the_map_of_the_web_service_shows_its_parts_and_what_is_not_known() {
    let folder = support::root().join("fixtures/web-service");
    let output = run(&folder, &["map"]);
    assert_eq!(code(&output), 0);
    insta::assert_snapshot!("map_web_service", stdout(&output));
}

#[test]
fn the_map_of_a_plan_is_a_flowchart_too() {
    let folder = support::root().join("fixtures/terraform-plan/estate");
    let output = run(&folder, &["map", "plan.json", "--format", "mermaid"]);
    assert_eq!(code(&output), 0);
    insta::assert_snapshot!("map_estate_mermaid", stdout(&output));
}

#[test]
fn a_map_of_nothing_says_so() {
    let folder = folder("map_nothing", &[("notes.txt", "nothing")]);
    let output = run(&folder, &["map"]);
    assert_eq!(code(&output), 3);
    assert_eq!(stdout(&output), "");
}

#[test]
fn a_map_shows_what_hostile_names_are_without_obeying_them() {
    let template =
        "Resources:\n  \"Q\\e[31m\\\"]\\n  x --> y<script>\":\n    Type: AWS::SQS::Queue\n";
    let folder = folder("map_hostile", &[("template.yaml", template)]);
    let text = stdout(&run(&folder, &["map"]));
    assert!(!text.contains('\u{1b}'), "{text}");
    assert_eq!(text.lines().count(), 4, "{text}");
    let chart = stdout(&run(&folder, &["map", "--format", "mermaid"]));
    assert!(!chart.contains("<script>"), "{chart}");
    assert!(!chart.contains("Q\u{1b}"), "{chart}");
    assert!(
        !chart
            .lines()
            .any(|line| line.trim_start().starts_with("x -->")),
        "{chart}"
    );
}

#[test]
fn the_audit_report_is_the_same_bytes_each_time_and_obeys_no_scanned_text() {
    let template = "Resources:\n  \"<script>alert(1)</script>\":\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: false # <img src=x>\n";
    let folder = folder("html", &[("template.yaml", template)]);
    let report = || {
        let output = run(&folder, &["scan", "--format", "html"]);
        assert_eq!(code(&output), 1);
        stdout(&output)
    };
    let html = report();
    assert_eq!(html, report());
    assert!(!html.contains("<script"), "{html}");
    assert!(!html.contains("<img"), "{html}");
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(
        html.contains("SqsManagedSseEnabled: false"),
        "the source excerpt"
    );
    assert!(html.contains("<svg class=\"drawing\""), "the drawing");
}

#[test]
fn a_framework_shows_its_own_controls_and_what_is_not_assessed() {
    let folder = folder("framework", &[("a.yaml", LEAKY), ("b.yaml", OPEN)]);
    let service = support::root().join("fixtures/web-service");
    let output = run(
        &service,
        &["scan", "--framework", "cis_aws_3.0", "--pack", "cis"],
    );
    insta::assert_snapshot!("framework", stdout(&output));
    let output = run(
        &folder,
        &["scan", "--framework", "nist_800_53_r5", "--rule", "KMS-006"],
    );
    let shown = stdout(&output);
    assert_eq!(code(&output), 1);
    assert!(shown.contains("not assessed: KMS-001"), "{shown}");
    assert!(
        shown
            .lines()
            .any(|line| line.trim_start().starts_with("fail ") && line.contains("SC-28")),
        "{shown}"
    );
    let wrong = run(&folder, &["scan", "--framework", "nist_800_53"]);
    assert_eq!(code(&wrong), 2);
    assert!(
        stderr(&wrong).contains("did you mean 'nist_800_53_r5'?"),
        "{}",
        stderr(&wrong)
    );
}
