//! Policies over the whole scan, on whole repositories: joins over files, with places in each of them.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Scans a fixture with a policy of its own and gives the JSON report.
fn scanned(fixture: &str, arguments: &[&str]) -> Value {
    let output = run(fixture, arguments);
    let report = serde_json::from_slice(&output.stdout);
    report.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn run(fixture: &str, arguments: &[&str]) -> Output {
    let folder = support::root().join("fixtures").join(fixture);
    Command::new(env!("CARGO_BIN_EXE_ordinance"))
        .current_dir(folder)
        .args([
            "scan",
            "repository",
            "--policy",
            "policies",
            "--format",
            "json",
        ])
        .args(arguments)
        .output()
        .unwrap()
}

/// The findings of a rule in short: `outcome file:line message [file:line …]`.
fn findings(report: &Value, rule: &str) -> Vec<String> {
    let place = |location: &Value| {
        let uri = location["uri"].as_str().unwrap_or_default();
        format!("{uri}:{}", location["start_line"])
    };
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|one| one["rule"] == rule && one["outcome"] != "pass")
        .map(|one| {
            let related = one["related"].as_array().into_iter().flatten();
            let related: Vec<_> = related.map(|one| place(&one["location"])).collect();
            format!(
                "{} {} {} [{}]",
                one["outcome"].as_str().unwrap_or_default(),
                place(&one["location"]),
                one["message"].as_str().unwrap_or_default(),
                related.join(" ")
            )
        })
        .collect()
}

#[test]
fn only_the_join_of_job_and_role_shows_what_the_trust_admits() {
    let report = scanned("deploy-role", &["--rule", "OWN-001"]);
    assert_eq!(
        findings(&report, "OWN-001"),
        [
            "fail repository/.github/workflows/deploy.yml:14 Job 'deploy' assumes 'shop-deploy', whose trust admits 'repo:acme/shop:ref:refs/heads/*' too. [repository/infra/role.yaml:20]",
            "fail repository/infra/role.yaml:20 Role 'Deploy' is assumed in the environment production and admits 'repo:acme/shop:ref:refs/heads/*' too. [repository/.github/workflows/deploy.yml:14]",
        ]
    );
}

#[test]
fn exported_settings_decide_what_no_workflow_shows() {
    let without = scanned("deploy-role", &["--rule", "OWN-002"]);
    let found = findings(&without, "OWN-002");
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("unknown repository/.github/workflows/deploy.yml:9 "),
        "{found:?}"
    );
    assert!(
        found[0].contains("gh api repos/OWNER/REPO/environments"),
        "{found:?}"
    );

    let with = scanned(
        "deploy-role",
        &["--rule", "OWN-002", "--facts", "environments.json"],
    );
    assert_eq!(
        findings(&with, "OWN-002"),
        [
            "fail repository/.github/workflows/deploy.yml:9 Nobody must approve deployments to 'production'. [environments.json:9]"
        ]
    );
}

#[test]
fn facts_that_are_not_understood_stop_the_scan_before_it_begins() {
    let folder = support::scratch("facts");
    let file = folder.join("facts.json");
    fs::write(&file, "{\n  \"repos/acme/shop/enviroments\": {}\n}\n").unwrap();
    let output = run("deploy-role", &["--facts", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains(":2:3"), "{said}");
    assert!(Path::new(&file).exists());
}
