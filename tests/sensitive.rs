//! A sensitive value decides a verdict and stands in no output: not in messages, evidence, excerpts or notices.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

const FIXTURE: &str = "policies/alb/modern_tls_policy/fixtures/fail_plan";
const SECRET: &str = "ELBSecurityPolicy-2015-05-hostile";

const FORMATS: [&[&str]; 4] = [
    &["--format", "terminal", "--verbose"],
    &["--format", "json"],
    &["--format", "sarif"],
    &["--format", "sarif", "--sarif-profile", "audit"],
];

/// The fixture with a security policy that its plan calls sensitive; with its sources or without.
fn project(name: &str, with_sources: bool) -> PathBuf {
    let folder = support::scratch(&format!("sensitive-{name}"));
    let fixture = support::root().join(FIXTURE);
    let text = fs::read_to_string(fixture.join("plan.json")).unwrap();
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    for change in plan["resource_changes"].as_array_mut().unwrap() {
        if change["type"] == "aws_lb_listener" {
            change["change"]["after"]["ssl_policy"] = json!(SECRET);
            let unknown = change["change"]["after_unknown"].as_object_mut().unwrap();
            unknown.remove("ssl_policy");
            change["change"]["after_sensitive"] = json!({"ssl_policy": true});
        }
    }
    let root = &mut plan["configuration"]["root_module"]["resources"];
    for resource in root.as_array_mut().unwrap() {
        if resource["type"] == "aws_lb_listener" {
            resource["expressions"]["ssl_policy"] = json!({"constant_value": SECRET});
        }
    }
    fs::write(folder.join("plan.json"), plan.to_string()).unwrap();
    if with_sources {
        let header = "resource \"aws_lb_listener\" \"https\" {";
        let source = fs::read_to_string(fixture.join("main.tf")).unwrap();
        let written = source.replace(header, &format!("{header}\n  ssl_policy = \"{SECRET}\"\n"));
        assert_ne!(written, source);
        fs::write(folder.join("main.tf"), written).unwrap();
    }
    folder
}

/// All that a run prints.
fn printed(folder: &Path, format: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_ordinance"))
        .current_dir(folder)
        .env_clear()
        .args(["scan", "--rule", "ALB-003"])
        .args(format)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_sensitive_value_decides_and_is_not_printed() {
    for (name, with_sources) in [("sources", true), ("alone", false)] {
        let folder = project(name, with_sources);
        for format in FORMATS {
            let text = printed(&folder, format);
            assert!(
                !text.contains(SECRET),
                "{format:?} prints the secret: {text}"
            );
            assert!(
                text.contains("(sensitive)"),
                "{format:?} has no finding: {text}"
            );
        }
    }
}

#[test]
fn a_source_shows_asterisks_where_the_value_stands() {
    let text = printed(&project("excerpt", true), FORMATS[0]);
    let masked = format!("ssl_policy = \"{}\"", "*".repeat(SECRET.len()));
    assert!(text.contains(&masked), "{text}");
}

#[test]
fn a_plan_that_is_cut_off_behind_the_value_does_not_print_it() {
    let folder = project("cut", false);
    let plan = fs::read_to_string(folder.join("plan.json")).unwrap();
    let end = plan.rfind(SECRET).unwrap() + SECRET.len() + 1;
    fs::write(folder.join("plan.json"), &plan[..end]).unwrap();
    for format in FORMATS {
        let text = printed(&folder, format);
        assert!(
            !text.contains(SECRET),
            "{format:?} prints the secret: {text}"
        );
        assert!(text.contains("cannot be parsed"), "{text}");
    }
}

/// Secrets that stand in the fixtures of the policies that find them.
const FOUND: [(&str, &[&str]); 4] = [
    (
        "policies/sec/no_hardcoded_secrets/fixtures/fail_stack.yaml",
        &[
            "AQX7RTWN4ZK2P5MHD",
            "another-long-word",
            "carrier-pigeon",
            "changeme",
            "correct-horse-battery",
            "not-a-real-key-4711",
            "seagull-lighthouse",
            "the-key-of-the-uploader",
            "the-secret-of-the-uploader",
            "token-for-the-registry",
        ],
    ),
    (
        "policies/sec/no_hardcoded_secrets/fixtures/fail_plan",
        &[
            "AQX7RTWN4ZK2P5MHD",
            "Seagull-Lighthouse-1",
            "carrier-pigeon",
            "correct-horse-battery-staple",
            "hunter2hunter2",
            "not-a-real-key-4711",
        ],
    ),
    (
        "policies/sec/container_secrets_injected_at_runtime/fixtures/fail_service.yaml",
        &["cachepass", "correct-horse-battery", "not-a-real-key"],
    ),
    (
        "policies/sec/container_secrets_injected_at_runtime/fixtures/fail_service_plan",
        &["correct-horse-battery", "seagull"],
    ),
];

#[test]
fn what_a_policy_finds_to_be_a_secret_is_not_printed_by_any() {
    for (fixture, secrets) in FOUND {
        for format in FORMATS {
            let output = Command::new(env!("CARGO_BIN_EXE_ordinance"))
                .current_dir(support::root())
                .env_clear()
                .args(["scan", fixture, "--pack", "strict"])
                .args(format)
                .output()
                .unwrap();
            let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(text.contains("SEC-00"), "{format:?} finds none: {text}");
            for secret in secrets {
                assert!(
                    !text.contains(secret),
                    "{format:?} prints '{secret}' of {fixture}"
                );
            }
        }
    }
}
