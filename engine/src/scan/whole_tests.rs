//! Tests of policies over the whole scan, through the scan itself.

use std::fmt::Write as _;

use super::*;
use crate::artifact::{Artifact, Encoding};
use crate::evaluate::Limits;
use crate::policy::{PolicySet, Request, Source};
use crate::scan::{Scan, ScanOptions, scan};

const DEPLOY: &str = "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    environment: production\n    steps:\n      - run: make deploy\n";
const CI: &str =
    "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n";
const TEMPLATE: &str =
    "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Logs:\n    Type: AWS::S3::Bucket\n";

/// Finds in every job named deploy the first job named test of another file.
const JOIN: &str = r#"
_jobs contains {"unit": unit.unit, "job": job, "steps": unit.views.steps} if {
	some unit in input.units
	some job in unit.by_type.job
}

subjects contains {"unit": one.unit, "resource": one.job.address} if {
	some one in _jobs
	one.job.id == "deploy"
}

deny contains v if {
	some one in _jobs
	one.job.id == "deploy"
	some other in _jobs
	other.job.id == "test"
	v := {
		"unit": one.unit, "resource": one.job.address, "path": ["environment"],
		"message": sprintf("It has %d steps.", [one.steps[one.job.address]]),
		"related": [{"unit": other.unit, "address": other.job.address, "path": ["steps", 0, "run"], "message": "the test"}],
	}
}
"#;

const VIEW: &str = "package policies.views.steps\n\nrows := {job.address: count(job.steps) | some job in input.by_type.job}\n";

fn policy(id: &str, scope: &str, more: &str, rules: &str) -> Source {
    let package = id.to_lowercase().replace('-', "_");
    let mut text = String::new();
    let _ = write!(
        text,
        "# METADATA\n# scope: package\n# title: Hold\n# description: Because.\n# custom:\n#   id: {id}\n#   slug: {}\n\
         #   family: GATE\n#   severity: high\n#   score: 7.5\n#   formats: [github-workflow]\n#   resources: [job]\n\
         #   scope: {scope}\n{more}#   packs: [baseline]\n#   remediation:\n#     github-workflow: Do it.\n\
         package policies.gate.{package}\n{rules}",
        package.replace('_', "-")
    );
    source(&format!("gate/{package}.rego"), text)
}

fn source(path: &str, text: String) -> Source {
    Source {
        path: path.into(),
        text: text.into(),
        builtin: true,
    }
}

fn scanned(sources: Vec<Source>, files: &[(&str, &str)], evidence: bool) -> Scan {
    let (set, errors) = PolicySet::new(sources, []);
    assert_eq!(errors, []);
    let selection = set.select(&Request::default()).unwrap();
    let evaluator = Evaluator::new(set.into(), selection, Limits::default());
    let text = |(uri, text): &(&str, &str)| Artifact::new(*uri, (*text).into(), Encoding::Utf8);
    let options = ScanOptions {
        texts: files.iter().map(text).collect(),
        evidence,
        discovery: crate::artifact::DiscoveryOptions {
            paths: Vec::new(),
            exclude: Vec::new(),
            leave_out: Vec::new(),
            follow_links: false,
        },
        ..ScanOptions::default()
    };
    scan(options, &evaluator, &|_| {}).unwrap()
}

fn join() -> Vec<Source> {
    let views = "#   unit_views: [steps]\n";
    vec![
        policy("GATE-901", "scan", views, JOIN),
        source("views/steps.rego", VIEW.to_owned()),
    ]
}

fn short(scan: &Scan) -> Vec<String> {
    let line = |location: &crate::finding::Location| {
        let line = location.region.map_or(0, |region| region.start_line);
        format!("{}:{line}", location.uri)
    };
    let findings = scan.findings.iter().map(|one| {
        let related: Vec<_> = one.related.iter().map(|one| line(&one.location)).collect();
        format!(
            "{} {} {:?} {} {related:?}",
            one.rule,
            line(&one.location),
            one.outcome,
            one.message
        )
    });
    findings.collect()
}

#[test]
fn a_join_over_two_files_is_placed_in_both() {
    let files = [("deploy.yml", DEPLOY), ("ci.yml", CI), ("t.yaml", TEMPLATE)];
    let scan = scanned(join(), &files, true);
    let expected = "GATE-901 deploy.yml:5 Fail It has 1 steps. [\"ci.yml:6\"]";
    assert_eq!(short(&scan), [expected]);
    assert_eq!(
        scan.not_applicable,
        [("GATE-901".into(), "ci.yml".into())],
        "the template is of no format of the policy"
    );
    let account = scan.rules[0].account;
    assert_eq!(
        (account.fail, account.pass, account.not_applicable),
        (1, 0, 1)
    );
    assert!(scan.complete);
}

#[test]
fn the_order_of_files_and_threads_changes_nothing() {
    let mut files = vec![("deploy.yml", DEPLOY), ("ci.yml", CI), ("z.yml", DEPLOY)];
    let first = short(&scanned(join(), &files, false));
    files.reverse();
    assert_eq!(first, short(&scanned(join(), &files, false)));
    assert_eq!(first.len(), 2);
}

#[test]
fn without_its_subjects_a_policy_is_not_applicable() {
    let scan = scanned(join(), &[("t.yaml", TEMPLATE)], true);
    assert_eq!((short(&scan), scan.not_applicable.len()), (Vec::new(), 0));
}

#[test]
fn a_policy_reads_resources_of_formats_that_it_does_not_judge() {
    let rules = r#"
subjects contains {"unit": unit.unit, "resource": job.address} if {
	some unit in input.units
	some job in unit.by_type.job
}

deny contains v if {
	some entry in subjects
	some unit in input.units
	some bucket in unit.by_type["AWS::S3::Bucket"]
	v := object.union(entry, {"path": [], "message": bucket.address})
}
"#;
    let mut reading = policy("GATE-902", "scan", "", rules);
    let both = "resources: [job, AWS::S3::Bucket]\n#   subjects: [job]";
    reading.text = reading.text.replace("resources: [job]", both).into();
    let files = [
        (".github/workflows/deploy.yml", DEPLOY),
        ("logs.yaml", TEMPLATE),
    ];
    let scan = scanned(vec![reading], &files, false);
    let found: Vec<&str> = scan.findings.iter().map(|one| &*one.message).collect();
    assert_eq!(found, ["Logs"]);
}

#[test]
fn a_view_that_fails_over_a_unit_costs_the_verdict_and_says_so() {
    let broken = "package policies.views.steps\n\nrows := {job.address: to_number(job.id) | some job in input.by_type.job}\n";
    let mut sources = join();
    sources[1] = source("views/steps.rego", broken.to_owned());
    let scan = scanned(sources, &[("deploy.yml", DEPLOY), ("ci.yml", CI)], false);
    assert!(!scan.complete);
    assert_eq!(short(&scan), Vec::<String>::new());
    assert!(
        scan.notices[0].message.contains("'GATE-901'"),
        "{:?}",
        scan.notices
    );
}

#[test]
fn an_entry_must_name_a_unit_and_a_resource_of_it() {
    let rules = "\nsubjects contains {\"unit\": \"nowhere.yml\", \"resource\": \"jobs.deploy\"} if input.units\n";
    let scan = scanned(
        vec![policy("GATE-902", "scan", "", rules)],
        &[("deploy.yml", DEPLOY)],
        false,
    );
    assert!(!scan.complete);
    let message = &scan.notices[0].message;
    assert!(
        message.contains("which is no resource of 'nowhere.yml'"),
        "{message}"
    );
}

#[test]
fn controls_yield_across_scopes_where_one_failed_the_same_place() {
    let unit = "\nsubjects contains job.address if some job in input.by_type.job\n\ndeny contains {\"resource\": job.address, \"path\": [\"environment\"], \"message\": \"No.\"} if {\n\tsome job in input.by_type.job\n\tjob.id == \"deploy\"\n}\n";
    let files = [("deploy.yml", DEPLOY), ("ci.yml", CI)];
    let yields = |id: &str| format!("#   yields_to: [{id}]\n");
    let mut sources = join();
    sources.push(policy("GATE-903", "unit", &yields("GATE-901"), unit));
    let scan = scanned(sources, &files, false);
    assert_eq!(short(&scan).len(), 1);
    assert!(short(&scan)[0].starts_with("GATE-901"));

    let views = format!("#   unit_views: [steps]\n{}", yields("GATE-903"));
    let sources = vec![
        policy("GATE-901", "scan", &views, JOIN),
        source("views/steps.rego", VIEW.to_owned()),
        policy("GATE-903", "unit", "", unit),
    ];
    let scan = scanned(sources, &files, false);
    assert_eq!(short(&scan).len(), 1);
    assert!(short(&scan)[0].starts_with("GATE-903"));
}

#[test]
fn a_view_that_nothing_defines_is_an_error_of_the_policy() {
    let views = "#   unit_views: [nothing]\n";
    let scan = scanned(
        vec![policy("GATE-904", "scan", views, JOIN)],
        &[("deploy.yml", DEPLOY)],
        false,
    );
    assert!(!scan.complete);
    assert!(scan.notices[0].message.contains("no such view"));
}

#[test]
fn paths_lead_to_each_other_at_whole_steps() {
    assert!(leads_to("steps[0]", "steps[0].run") && leads_to("", "a") && leads_to("a", "a"));
    assert!(!leads_to("step", "steps[0]"));
}
