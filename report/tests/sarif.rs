//! SARIF: valid by the standard's schema, and as GitHub wants it.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::path::Path;

use ordinance_engine::scan::Scan;

use ordinance_report::sarif::{Profile, RESULT_LIMIT, Written, write};
use ordinance_report::{Context, Provenance};
use serde_json::Value;

use common::{context, empty, hostile, many, small};

/// The schema of the standard: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/>.
const SCHEMA: &str = include_str!("data/sarif-schema-2.1.0.json");

const PROFILES: [Profile; 2] = [Profile::CodeScanning, Profile::Audit];

fn audit_context() -> Context<'static> {
    Context {
        category: Some("infra/prod"),
        command_line: Some("ordinance scan --format sarif"),
        base_uri: Some("file:///srv/repository/"),
        times: Some(("2026-11-22T22:00:00Z", "2026-11-22T22:00:01Z")),
        allow_incomplete: true,
        provenance: Some(Provenance {
            repository_uri: "https://github.com/example/infra",
            revision: Some("3f2c1e7a9d0b4c5e8f6a7b8c9d0e1f2a3b4c5d6e"),
            branch: Some("main"),
        }),
        ..context()
    }
}

fn log(scan: &Scan, context: &Context<'_>, profile: Profile) -> (Value, Written) {
    let mut bytes = Vec::new();
    let written = write(scan, context, profile, &mut bytes).unwrap();
    (serde_json::from_slice(&bytes).unwrap(), written)
}

fn run(scan: &Scan, profile: Profile) -> Value {
    log(scan, &context(), profile).0["runs"][0].take()
}

#[test]
fn both_profiles_are_valid_by_the_schema_of_the_standard() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    for (name, scan) in [
        ("small", small()),
        ("hostile", hostile()),
        ("empty", empty()),
        ("many", many(30)),
    ] {
        for profile in PROFILES {
            for context in [context(), audit_context()] {
                let (log, _) = log(&scan, &context, profile);
                let errors: Vec<String> = validator
                    .iter_errors(&log)
                    .map(|error| format!("{}: {error}", error.instance_path()))
                    .collect();
                assert!(errors.is_empty(), "{name} {profile:?}: {errors:#?}");
                keep(name, profile, &context, &log);
            }
        }
    }
}

/// Writes the logs for other validators where a folder for them is there (`target/tmp/sarif`).
fn keep(name: &str, profile: Profile, context: &Context<'_>, log: &Value) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sarif");
    if folder.is_dir() {
        let times = if context.times.is_some() {
            "times"
        } else {
            "plain"
        };
        std::fs::write(
            folder.join(format!("{name}-{profile:?}-{times}.sarif")),
            log.to_string(),
        )
        .unwrap();
    }
}

#[test]
fn code_scanning_holds_failures_alone() {
    let run = run(&small(), Profile::CodeScanning);
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    assert!(results.iter().all(|result| result["kind"] == "fail"));
    assert_eq!(results[0]["level"], "error");
    assert_eq!(results[1]["level"], "warning");
}

#[test]
fn an_audit_holds_every_verdict_and_only_failures_have_a_level() {
    let run = run(&small(), Profile::Audit);
    let kinds: Vec<(&str, &str)> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            (
                result["kind"].as_str().unwrap(),
                result["level"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("fail", "error"),
        ("open", "none"),
        ("fail", "warning"),
        ("pass", "none"),
        ("notApplicable", "none"),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(
        run["results"][1]["properties"]["evidence"][0]["state"],
        "unknown"
    );
}

#[test]
fn too_many_failures_keep_the_most_severe_and_say_so() {
    let (log, written) = log(&many(30_000), &context(), Profile::CodeScanning);
    assert_eq!(
        written,
        Written {
            results: RESULT_LIMIT,
            dropped: 5_000
        }
    );
    keep("thousands", Profile::CodeScanning, &context(), &log);
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), RESULT_LIMIT);
    assert_eq!(
        results
            .iter()
            .filter(|result| result["level"] == "error")
            .count(),
        10_000
    );
    let uris: Vec<&str> = results
        .iter()
        .map(|result| {
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                .as_str()
                .unwrap()
        })
        .collect();
    assert!(uris.is_sorted());
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notification["descriptor"]["id"], "NTF-101");
    assert!(
        notification["message"]["text"]
            .as_str()
            .unwrap()
            .contains("5000 least severe"),
        "{notification}"
    );
}

#[test]
fn nothing_found_is_an_empty_list_beside_the_rules() {
    let run = run(&empty(), Profile::CodeScanning);
    assert_eq!(run["results"], serde_json::json!([]));
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "KMS-020");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn an_incomplete_scan_is_no_success_unless_allowed() {
    let (log_, _) = log(&small(), &context(), Profile::CodeScanning);
    assert_eq!(
        log_["runs"][0]["invocations"][0]["executionSuccessful"],
        false
    );
    let (log_, _) = log(&small(), &audit_context(), Profile::CodeScanning);
    assert_eq!(
        log_["runs"][0]["invocations"][0]["executionSuccessful"],
        true
    );
}

#[test]
fn critical_is_above_nine_and_scores_stay_in_their_band() {
    let run = run(&small(), Profile::CodeScanning);
    let rules = &run["tool"]["driver"]["rules"];
    assert_eq!(rules[0]["properties"]["security-severity"], "5.5");
    assert_eq!(
        rules[1]["properties"]["security-severity"], "9.1",
        "9.0 would be high at GitHub"
    );
}

#[test]
fn every_reference_into_the_run_is_right() {
    let run = run(&small(), Profile::Audit);
    for result in run["results"].as_array().unwrap() {
        let rule = &run["tool"]["driver"]["rules"][index(&result["ruleIndex"])];
        assert_eq!(rule["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(
            run["artifacts"][index(&place["index"])]["location"]["uri"],
            place["uri"]
        );
    }
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        for relationship in rule["relationships"].as_array().unwrap() {
            let target = &relationship["target"];
            let taxonomy = &run["taxonomies"][index(&target["toolComponent"]["index"])];
            assert_eq!(taxonomy["name"], target["toolComponent"]["name"]);
            assert_eq!(
                taxonomy["taxa"][index(&target["index"])]["id"],
                target["id"]
            );
        }
    }
    let notifications = &run["tool"]["driver"]["notifications"];
    for notification in run["invocations"][0]["toolExecutionNotifications"]
        .as_array()
        .unwrap()
    {
        let descriptor = &notification["descriptor"];
        assert_eq!(
            notifications[index(&descriptor["index"])]["id"],
            descriptor["id"]
        );
    }
}

fn index(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn a_finding_mapped_from_a_plan_names_the_plan_and_links_its_cause() {
    let run = run(&small(), Profile::CodeScanning);
    let result = &run["results"][0];
    assert_eq!(result["analysisTarget"]["uri"], "infra/tfplan.json");
    assert_eq!(
        result["message"]["text"],
        "Security group 'aws_security_group.bastion' lets '0.0.0.0/0' reach port '22' (tcp). \
         See [The default of 'admin_cidrs' is the whole internet](1)."
    );
    assert_eq!(result["relatedLocations"][0]["id"], 1);
    assert_eq!(
        result["locations"][0]["logicalLocations"][0]["name"],
        "bastion"
    );
}

#[test]
fn regions_carry_their_text_and_a_strict_superset() {
    let run = run(&small(), Profile::Audit);
    let place = &run["results"][3]["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["snippet"]["text"], "naïve 🚀 k");
    assert_eq!(place["contextRegion"]["startLine"], 5);
    assert_eq!(place["contextRegion"]["endColumn"], 32);
}

#[test]
fn text_of_others_makes_no_links_and_no_uris() {
    let run = run(&hostile(), Profile::CodeScanning);
    let result = &run["results"][0];
    let text = result["message"]["text"].as_str().unwrap();
    let (message, links) = text.rsplit_once(" See [").unwrap();
    assert!(!message.contains("]("), "{message}");
    assert!(links.ends_with("](1)."), "{links}");
    assert_eq!(
        links.matches("](").count() - links.matches("\\](").count(),
        1,
        "{links}"
    );
    let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        .as_str()
        .unwrap();
    assert_eq!(
        uri,
        "my%20files/a%231%20%2541%20%5Bx%5D%1B%5B2J%20%C3%A9:%C3%BC.yaml"
    );
    let bare = &run["results"][1]["locations"][0]["physicalLocation"];
    assert_eq!(bare["region"]["startLine"], 1);
}

#[test]
fn a_file_outside_of_the_root_comes_with_the_working_directory() {
    let mut scan = small();
    scan.findings[0].location.uri = "/abs/path to/x.tf".into();
    let (log, _) = log(&scan, &audit_context(), Profile::CodeScanning);
    let run = &log["runs"][0];
    let place = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(place["uri"], "file:///abs/path%20to/x.tf");
    assert_eq!(place.get("uriBaseId"), None);
    assert_eq!(
        run["invocations"][0]["workingDirectory"]["uri"],
        "file:///srv/repository/"
    );
}

#[test]
fn times_and_machine_facts_appear_only_in_an_audit() {
    let mut bytes = Vec::new();
    write(
        &small(),
        &audit_context(),
        Profile::CodeScanning,
        &mut bytes,
    )
    .unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.contains("2026-11-22") && !text.contains("/srv/repository"));
    let (log, _) = log(&small(), &audit_context(), Profile::Audit);
    assert_eq!(
        log["runs"][0]["invocations"][0]["startTimeUtc"],
        "2026-11-22T22:00:00Z"
    );
    assert_eq!(
        log["runs"][0]["automationDetails"]["id"],
        "ordinance/infra/prod/"
    );
}

#[test]
fn the_same_scan_gives_the_same_bytes() {
    let bytes = || {
        let mut bytes = Vec::new();
        write(&small(), &audit_context(), Profile::Audit, &mut bytes).unwrap();
        bytes
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn a_small_scan_in_both_profiles() {
    for profile in PROFILES {
        let (log, _) = log(&small(), &audit_context(), profile);
        insta::assert_snapshot!(
            format!("{profile:?}"),
            serde_json::to_string_pretty(&log).unwrap()
        );
    }
}
