//! What a team meets in its first week: a configuration made for it, only its own changes, its own severities, quiet hooks.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const LEAKY: &str = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: false\n";
const OPEN: &str = "Parameters:\n  Encrypted:\n    Type: String\n  Stage:\n    Type: String\n    Default: dev\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n";

fn ordinance(folder: &Path, arguments: &[&str]) -> Output {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Command::new(env!("CARGO_BIN_EXE_ordinance"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .args(arguments)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "-c",
        "commit.gpgsign=false",
    ];
    let output = Command::new("git")
        .current_dir(folder)
        .args(identity)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A git repository with these files, committed.
fn repository(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = support::scratch(&format!("adoption-{name}"));
    git(&root, &["init", "--quiet"]);
    write(&root, files);
    git(&root, &["add", "."]);
    git(
        &root,
        &["commit", "--quiet", "--allow-empty", "-m", "begin"],
    );
    root
}

fn write(root: &Path, files: &[(&str, &str)]) {
    for (file, text) in files {
        fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
        fs::write(root.join(file), text).unwrap();
    }
}

/// The exit code, and `FILE RULE` of each finding.
fn found(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let output = ordinance(folder, &[&["scan", "--format", "json"], arguments].concat());
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let findings = report["findings"].as_array().unwrap().iter();
    let open = findings.filter(|one| one["outcome"] != "pass");
    let words = |one: &Value| {
        format!(
            "{} {}",
            one["location"]["uri"].as_str().unwrap(),
            one["rule"].as_str().unwrap()
        )
    };
    (output.status.code().unwrap(), open.map(words).collect())
}

#[test]
fn init_writes_what_it_finds_and_the_scan_takes_it() {
    let workflow = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: 'true'\n";
    let root = repository(
        "init",
        &[
            ("stacks/a.yaml", OPEN),
            ("examples/b.yaml", LEAKY),
            (".github/workflows/ci.yml", workflow),
            ("infra/main.tf", ""),
        ],
    );
    let output = ordinance(&root, &["init"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    insta::assert_snapshot!(
        "configuration",
        fs::read_to_string(root.join("ordinance.toml")).unwrap()
    );
    assert_eq!(
        found(&root, &[])
            .1
            .iter()
            .filter(|one| one.contains("KMS-006"))
            .count(),
        2
    );
    // Every line that is commented out is one that the configuration takes.
    let text = fs::read_to_string(root.join("ordinance.toml")).unwrap();
    let keys = [
        "# exclude",
        "# fail_on",
        "# require",
        "# max_days",
        "# unsuppressible",
        "# [[parameters]]",
        "# templates",
        "# values",
    ];
    let uncommented: Vec<String> = text
        .lines()
        .map(|line| {
            if keys.iter().any(|key| line.starts_with(key)) {
                line[2..].to_owned()
            } else {
                line.to_owned()
            }
        })
        .collect();
    fs::write(root.join("ordinance.toml"), uncommented.join("\n")).unwrap();
    let (code, findings) = found(&root, &[]);
    assert!(
        code < 2 && !findings.iter().any(|one| one.starts_with("examples/")),
        "{findings:?}"
    );
    assert_eq!(ordinance(&root, &["init"]).status.code(), Some(2));
    assert_eq!(
        ordinance(&root, &["init", "--force"]).status.code(),
        Some(0)
    );
}

#[test]
fn suppressions_for_other_tools_are_listed_and_never_honoured() {
    let template = LEAKY.replace(
        "    Properties:\n",
        "    Metadata:\n      cfn_nag:\n        rules_to_suppress:\n          - {id: W48, reason: holds public data only}\n    Properties: # checkov:skip=CKV_AWS_27:public\n",
    );
    let root = repository(
        "migrate",
        &[
            ("a.yaml", &template),
            ("x/main.tf", "# tfsec:ignore:aws-sqs-x\n"),
        ],
    );
    let output = ordinance(&root, &["init", "--migrate"]);
    insta::assert_snapshot!("migration", stdout(&output));
    assert!(!root.join("ordinance.toml").exists());
    assert_eq!(found(&root, &[]).0, 1);
}

#[test]
fn only_what_a_commit_touches_is_reported() {
    let root = repository(
        "changed",
        &[
            ("old.yaml", LEAKY),
            ("b.yaml", "Resources: {}\n"),
            ("README.md", "a"),
        ],
    );
    assert_eq!(found(&root, &["--changed-only"]), (0, vec![]));
    write(&root, &[("README.md", "b")]);
    assert_eq!(found(&root, &["--changed-only"]), (0, vec![]));
    write(&root, &[("b.yaml", LEAKY), ("new/c.yaml", LEAKY)]);
    git(&root, &["add", "b.yaml"]);
    let changed = vec!["b.yaml KMS-006".to_owned(), "new/c.yaml KMS-006".to_owned()];
    assert_eq!(found(&root, &["--changed-only"]), (1, changed.clone()));
    // A hook names the files; from a folder below, too.
    assert_eq!(
        found(&root, &["--changed-only", "b.yaml"]),
        (1, changed[..1].to_vec())
    );
    assert_eq!(found(&root.join("new"), &["--changed-only"]), (1, changed));
    let shown = ordinance(&root, &["scan", "--changed-only"]);
    assert!(
        stdout(&shown).contains("1 finding in files that did not change"),
        "{}",
        stdout(&shown)
    );
    // Where the configuration changes everything may be another.
    write(&root, &[("ordinance.toml", "packs = [\"strict\"]\n")]);
    assert!(
        found(&root, &["--changed-only"])
            .1
            .iter()
            .any(|one| one.starts_with("old.yaml"))
    );
}

#[test]
fn where_a_file_is_gone_everything_is_reported() {
    let root = repository(
        "gone",
        &[("old.yaml", LEAKY), ("b.yaml", "Resources: {}\n")],
    );
    fs::remove_file(root.join("b.yaml")).unwrap();
    let all = vec!["old.yaml KMS-006".to_owned()];
    assert_eq!(found(&root, &["--changed-only"]), (1, all));
}

#[test]
fn what_a_change_breaks_elsewhere_is_reported() {
    let parent = "Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./child.yaml\n      Parameters:\n        Encrypted: true\n";
    let child = "Parameters:\n  Encrypted:\n    Type: String\nResources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: !Ref Encrypted\n";
    let root = repository(
        "broken-join",
        &[("parent.yaml", parent), ("child.yaml", child)],
    );
    write(&root, &[("parent.yaml", &parent.replace("true", "false"))]);
    let (_, findings) = found(&root, &["--changed-only"]);
    assert!(
        findings.contains(&"child.yaml KMS-006".to_owned()),
        "{findings:?}"
    );
}

#[test]
fn outside_of_a_repository_changes_must_be_named() {
    let root = support::scratch("adoption-no-repository");
    // The scratch folders lie in the repository of this project: git is told to look no further.
    let output = Command::new(env!("CARGO_BIN_EXE_ordinance"))
        .current_dir("/")
        .env_clear()
        .args(["scan", "--changed-only"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("lies in no repository"),
        "{}",
        stderr(&output)
    );
    drop(root);
}

#[test]
fn a_team_grades_controls_as_it_sees_them() {
    let root = repository(
        "severities",
        &[
            ("a.yaml", LEAKY),
            (
                "ordinance.toml",
                "fail_on = \"high\"\n[severities]\nKMS-006 = \"low\"\n",
            ),
        ],
    );
    let output = ordinance(&root, &["scan", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    let finding = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["rule"] == "KMS-006")
        .unwrap();
    assert_eq!(finding["severity"], "low");
    let rule = report["rules"]
        .as_array()
        .unwrap()
        .iter()
        .find(|rule| rule["id"] == "KMS-006")
        .unwrap();
    assert_eq!(
        (&rule["severity"], &rule["score"]),
        (&"low".into(), &2.0.into())
    );
}

#[test]
fn the_configuration_names_reports() {
    let root = repository(
        "output",
        &[
            ("a.yaml", LEAKY),
            (
                "ordinance.toml",
                "format = \"gitlab\"\noutput = [\"csv=out.csv\"]\n",
            ),
        ],
    );
    let output = ordinance(&root, &["scan"]);
    assert!(
        stdout(&output).starts_with("[{\"description\":\"KMS-006"),
        "{}",
        stdout(&output)
    );
    assert!(
        fs::read_to_string(root.join("out.csv"))
            .unwrap()
            .contains("KMS-006")
    );
    write(
        &root,
        &[(
            "ordinance.toml",
            "format = \"pdf\"\n[severities]\nKMS-006 = \"urgent\"\n",
        )],
    );
    let output = ordinance(&root, &["scan", "--config", "ordinance.toml"]);
    assert_eq!(output.status.code(), Some(2));
    let message = stderr(&output).replace(['\n', '│'], " ");
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    insta::assert_snapshot!("configuration_mistakes", message);
}

#[test]
fn a_quiet_scan_says_nothing_where_nothing_fails() {
    let root = repository(
        "quiet",
        &[
            ("a.yaml", LEAKY),
            ("b/c.yaml", &LEAKY.replace("false", "true")),
        ],
    );
    let output = ordinance(&root, &["scan", "--quiet", "b"]);
    assert_eq!(
        (output.status.code(), stdout(&output), stderr(&output)),
        (Some(0), String::new(), String::new())
    );
    let output = ordinance(&root, &["scan", "--quiet"]);
    assert!(
        stdout(&output).contains("KMS-006") && !stdout(&output).contains("examined"),
        "{}",
        stdout(&output)
    );
    write(
        &root,
        &[(
            "b/c.yaml",
            "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties: [\n",
        )],
    );
    let output = ordinance(&root, &["scan", "--quiet", "b/c.yaml"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(
        stdout(&output).contains("cannot be parsed"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_watching_scan_sees_what_changes() {
    use std::io::{BufRead as _, BufReader};
    let root = repository("watch", &[("a.yaml", LEAKY)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_ordinance"))
        .current_dir(&root)
        .env_clear()
        .args(["scan", "--watch", "--format", "gitlab", "--quiet"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("KMS-006"));
    write(&root, &[("a.yaml", &LEAKY.replace("false", "true"))]);
    assert_eq!(lines.next().unwrap().unwrap(), "[]");
    write(&root, &[("new/b.yaml", LEAKY)]);
    assert!(lines.next().unwrap().unwrap().contains("new/b.yaml"));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_verbose_scan_says_what_took_how_long() {
    let root = repository("verbose", &[("a.yaml", LEAKY)]);
    let output = ordinance(&root, &["scan", "--verbose"]);
    let said = stderr(&output);
    for part in [
        "discovering",
        "reading",
        "loading policies",
        "views",
        "policies",
        "kms.sqs_sns_encrypted, 1 time",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!stderr(&ordinance(&root, &["scan"])).contains("Times"));
    assert_eq!(stdout(&output), stdout(&ordinance(&root, &["scan"])));
}

#[test]
fn shells_and_manuals_know_every_verb() {
    let root = support::root();
    for (shell, sign) in [
        ("bash", "_ordinance()"),
        ("zsh", "#compdef ordinance"),
        ("fish", "complete -c ordinance"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let output = ordinance(&root, &["completions", shell]);
        let script = stdout(&output);
        assert!(
            script.contains(sign) && script.contains("baseline"),
            "{shell}"
        );
    }
    let page = stdout(&ordinance(&root, &["man", "scan"]));
    assert!(
        page.contains(".TH ORDINANCE-SCAN 1") && page.contains("changed\\-only"),
        "{page}"
    );
    let folder = support::scratch("adoption-man");
    ordinance(&root, &["man", "--output", folder.to_str().unwrap()]);
    let pages: Vec<_> = support::children(&folder)
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert!(
        pages.contains(&"ordinance.1".to_owned())
            && pages.contains(&"ordinance-baseline-create.1".to_owned()),
        "{pages:?}"
    );
    assert_eq!(ordinance(&root, &["man", "scna"]).status.code(), Some(2));
}

#[test]
fn the_help_is_what_a_newcomer_reads() {
    let root = support::root();
    let help = |arguments: &[&str]| stdout(&ordinance(&root, arguments));
    insta::assert_snapshot!("help", help(&["--help"]));
    insta::assert_snapshot!("help_scan", help(&["scan", "--help"]));
    insta::assert_snapshot!(
        "help_baseline_create",
        help(&["baseline", "create", "--help"])
    );
    insta::assert_snapshot!("help_init", help(&["init", "--help"]));
}
