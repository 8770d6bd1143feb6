//! `ordinance.toml` as users meet it: found from below, beaten by the command line, refused with places.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const TEMPLATE: &str = "Parameters:\n  Encrypted:\n    Type: String\nResources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: !Ref Encrypted\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: true\n      RotationPeriodInDays: 300\n";

/// A repository with a template in `stacks/` and a configuration.
fn repository(name: &str, configuration: &str) -> PathBuf {
    let root = support::scratch(&format!("configuration-{name}"));
    fs::create_dir_all(root.join(".git")).unwrap();
    fs::create_dir_all(root.join("stacks")).unwrap();
    fs::write(root.join("stacks/queue.yaml"), TEMPLATE).unwrap();
    fs::write(root.join("ordinance.toml"), configuration).unwrap();
    root
}

fn scan(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ordinance"))
        .current_dir(folder)
        .env_clear()
        .arg("scan")
        .args(arguments)
        .output()
        .unwrap()
}

/// What a run said on standard error, without the breaks of its lines.
fn unwrapped(output: &Output) -> String {
    let message = String::from_utf8(output.stderr.clone()).unwrap();
    let lines = message
        .lines()
        .map(|line| line.trim_start_matches([' ', '│', '×']));
    lines.collect::<Vec<_>>().join(" ")
}

/// The exit code, and `RULE outcome` of what is no pass.
fn judged(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let output = scan(folder, &[&["--format", "json"], arguments].concat());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let words = |finding: &serde_json::Value| {
        let word = |key: &str| finding[key].as_str().unwrap().to_owned();
        format!("{} {}", word("rule"), word("outcome"))
    };
    let open = findings.iter().filter(|one| one["outcome"] != "pass");
    (output.status.code().unwrap(), open.map(words).collect())
}

fn expect(found: &(i32, Vec<String>), code: i32, findings: &[&str]) {
    assert_eq!(found.0, code, "{found:?}");
    assert_eq!(found.1, findings);
}

#[test]
fn it_is_found_from_below_and_gives_values_to_the_templates_it_names() {
    let entry = "[[parameters]]\ntemplates = \"stacks/*.yaml\"\nvalues = { Encrypted = false }\n";
    let root = repository("found", entry);
    expect(&judged(&root, &[]), 1, &["KMS-006 fail"]);
    expect(&judged(&root.join("stacks"), &[]), 1, &["KMS-006 fail"]);
    expect(&judged(&root, &["--no-config"]), 0, &["KMS-006 unknown"]);
    fs::write(root.join("given.json"), "{\"Encrypted\": \"true\"}").unwrap();
    expect(&judged(&root, &["--parameters", "given.json"]), 0, &[]);
    let elsewhere = entry.replace("stacks/", "other/");
    let root = repository("elsewhere", &elsewhere);
    expect(&judged(&root, &[]), 0, &["KMS-006 unknown"]);
}

#[test]
fn a_file_of_values_is_read_beside_it() {
    let root = repository(
        "file",
        "[[parameters]]\ntemplates = \"stacks/\"\nfile = \"given.json\"\n",
    );
    let list = "[{\"ParameterKey\": \"Encrypted\", \"ParameterValue\": \"false\"}]";
    fs::write(root.join("given.json"), list).unwrap();
    expect(
        &judged(&root.join("stacks"), &["queue.yaml"]),
        1,
        &["KMS-006 fail"],
    );
}

#[test]
fn parameters_of_controls_beat_their_packs() {
    let root = repository(
        "params",
        "skip_rules = [\"KMS-006\"]\n[params.KMS-020]\nmax_rotation_days = 90\n",
    );
    expect(&judged(&root, &[]), 1, &["KMS-020 fail"]);
    expect(
        &judged(&root, &["--no-config", "--rule", "KMS-020"]),
        0,
        &[],
    );
}

#[test]
fn the_command_line_wins() {
    let root = repository(
        "wins",
        "rules = [\"KMS-020\"]\nfail_on_unknown = true\nfail_on = \"critical\"\n",
    );
    expect(&judged(&root, &[]), 0, &[]);
    expect(
        &judged(&root, &["--rule", "KMS-006"]),
        0,
        &["KMS-006 unknown"],
    );
    expect(
        &judged(&root, &["--rule", "KMS-006", "--fail-on", "low"]),
        1,
        &["KMS-006 unknown"],
    );
}

#[test]
fn what_it_excludes_is_counted() {
    let root = repository("excludes", "exclude = [\"stacks/queue.yaml\"]\n");
    let output = scan(&root, &[]);
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn mistakes_stop_the_scan_with_their_places() {
    let root = repository("mistakes", "packs = [\"basline\"]\n");
    let output = scan(&root, &[]);
    assert_eq!(output.status.code(), Some(2));
    let message = unwrapped(&output);
    assert!(
        message.contains("there is no pack 'basline', did you mean 'baseline'?"),
        "{message}"
    );

    let root = repository(
        "keys",
        "skip_rule = []\n[params.KMS-020]\nmax_rotation_days = \"long\"\n",
    );
    let output = scan(&root, &[]);
    assert_eq!(output.status.code(), Some(2));
    let message = unwrapped(&output);
    assert!(
        message
            .contains(":1:1: the configuration has no key 'skip_rule', did you mean 'skip_rules'?"),
        "{message}"
    );
}
