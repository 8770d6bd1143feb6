//! Tests of called workflows, on folders made for them, through the scan itself.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::artifact::DiscoveryOptions;
use crate::evaluate::{Evaluator, Limits};
use crate::policy::{PolicySet, Request, Source};
use crate::scan::{Scan, ScanOptions, scan};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Says of every job what it is, so that a finding shows what a policy sees.
const SAY: &str = r#"# METADATA
# scope: package
# title: Say
# description: Because.
# custom:
#   id: PIPE-901
#   slug: say
#   family: PIPE
#   severity: low
#   score: 1.0
#   formats: [github-workflow]
#   resources: [workflow, job]
#   packs: [baseline]
#   remediation:
#     github-workflow: Nothing.
package policies.pipe.say

subjects contains job.address if some job in input.by_type.job

deny contains v if {
	some job in input.by_type.job
	job.call == null
	v := {
		"resource": job.address, "path": ["environment"],
		"message": sprintf("%s in %v after %v, permissions of %s, by %v", [
			job.id, _environment(job), job.needs_closure, job.permissions.address, job.called_by,
		]),
	}
}

deny contains v if {
	some job in input.by_type.job
	job.call != null
	v := {"resource": job.address, "path": ["uses"], "message": sprintf("%s inlined %v", [job.id, job.call.inlined])}
}

_environment(job) := "none" if job.environment == null

_environment(job) := job.environment.name if job.environment != null
"#;

fn scanned(files: &[(&str, &str)]) -> Scan {
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("ordinance-workflows-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    let workflows = folder.join(".github/workflows");
    fs::create_dir_all(&workflows).unwrap();
    for (name, text) in files {
        fs::write(workflows.join(name), text).unwrap();
    }
    let source = Source {
        path: "pipe/say.rego".into(),
        text: SAY.into(),
        builtin: true,
    };
    let (set, errors) = PolicySet::new([source], []);
    assert_eq!(errors, []);
    let selection = set.select(&Request::default()).unwrap();
    let evaluator = Evaluator::new(set.into(), selection, Limits::default());
    let options = ScanOptions {
        discovery: DiscoveryOptions {
            paths: vec![folder.clone()],
            exclude: Vec::new(),
            leave_out: Vec::new(),
            follow_links: false,
        },
        ..ScanOptions::default()
    };
    let scan = scan(options, &evaluator, &|_| {}).unwrap();
    let _ = fs::remove_dir_all(&folder);
    scan
}

/// The findings in short: `file:line message [related]`, and the notices.
fn said(files: &[(&str, &str)]) -> Vec<String> {
    let scan = scanned(files);
    let place = |location: &crate::finding::Location| {
        let name = location.uri.rsplit('/').next().unwrap_or_default();
        let line = location.region.map_or(0, |region| region.start_line);
        format!("{name}:{line}")
    };
    let findings = scan.findings.iter().map(|one| {
        let related: Vec<_> = one.related.iter().map(|one| place(&one.location)).collect();
        format!("{} {} {related:?}", place(&one.location), one.message)
    });
    let notices = scan.notices.iter().map(|notice| notice.message.clone());
    let mut said: Vec<String> = findings.chain(notices).collect();
    said.sort();
    said
}

const RELEASE: &str = "on:
  workflow_call:
    inputs:
      target: {type: string, required: true}
      region: {type: string, default: eu-west-1}
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: make
  publish:
    needs: build
    runs-on: ubuntu-24.04
    environment: ${{ inputs.target }}-${{ inputs.region }}
    steps:
      - run: make publish
";

const CALLER: &str = "on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make test
  deploy:
    needs: test
    uses: ./.github/workflows/release.yml
    with:
      target: production
  after:
    needs: deploy
    runs-on: ubuntu-24.04
    steps:
      - run: make notify
";

#[test]
fn the_jobs_of_a_called_workflow_are_judged_in_their_caller() {
    assert_eq!(
        said(&[("ci.yml", CALLER), ("release.yml", RELEASE)]),
        [
            "ci.yml:10 deploy inlined true []",
            r#"ci.yml:13 after in none after ["deploy", "test", "deploy/build", "deploy/publish"], permissions of workflow, by [] []"#,
            "ci.yml:4 test in none after [], permissions of workflow, by [] []",
            r#"release.yml:16 deploy/publish in production-eu-west-1 after ["deploy/build", "deploy", "test"], permissions of workflow:deploy, by ["deploy"] ["ci.yml:8"]"#,
            r#"release.yml:9 deploy/build in none after ["deploy", "test"], permissions of workflow:deploy, by ["deploy"] ["ci.yml:8"]"#,
        ]
    );
}

#[test]
fn two_callers_are_two_findings_with_identities_of_their_own() {
    let other = CALLER.replace("target: production", "target: staging");
    let scan = scanned(&[
        ("a.yml", CALLER),
        ("b.yml", &other),
        ("release.yml", RELEASE),
    ]);
    let published = scan
        .findings
        .iter()
        .filter(|one| &*one.address == "jobs.deploy/publish");
    let published: Vec<_> = published.collect();
    assert_eq!(published.len(), 2);
    assert_ne!(published[0].identity, published[1].identity);
    let of = |name: &str| {
        published
            .iter()
            .filter(|one| one.message.contains(name))
            .count()
    };
    assert_eq!((of("production-eu"), of("staging-eu")), (1, 1));
}

#[test]
fn a_workflow_that_nobody_calls_or_that_is_called_and_started_is_judged_itself() {
    let alone = said(&[("release.yml", RELEASE)]);
    assert!(
        alone[0].starts_with("release.yml:16 publish in {\"$unknown\""),
        "{alone:?}"
    );
    let both = RELEASE.replace("on:\n", "on:\n  push:\n");
    let found = said(&[("ci.yml", CALLER), ("release.yml", &both)]);
    assert_eq!(
        found
            .iter()
            .filter(|one| one.starts_with("release.yml"))
            .count(),
        4
    );
}

#[test]
fn nested_calls_name_the_innermost_call_first() {
    let middle = "on: workflow_call\njobs:\n  inner:\n    uses: ./.github/workflows/release.yml\n    with: {target: dev}\n";
    let caller = CALLER.replace("release.yml", "middle.yml");
    let found = said(&[
        ("ci.yml", &caller),
        ("middle.yml", middle),
        ("release.yml", RELEASE),
    ]);
    let expected = r#"release.yml:16 deploy/inner/publish in dev-eu-west-1 after ["deploy/inner/build", "deploy/inner", "deploy", "test"], permissions of workflow:deploy/inner, by ["deploy/inner", "deploy"] ["middle.yml:3", "ci.yml:8"]"#;
    assert!(found.iter().any(|one| one == expected), "{found:#?}");
}

#[test]
fn workflows_that_call_each_other_are_noticed_and_judged() {
    let a = "on: workflow_call\njobs:\n  one:\n    uses: ./.github/workflows/b.yml\n";
    let b = "on: workflow_call\njobs:\n  two:\n    uses: ./.github/workflows/a.yml\n";
    let found = said(&[("a.yml", a), ("b.yml", b)]);
    assert!(
        found.iter().any(|one| one.contains("which calls itself")),
        "{found:#?}"
    );
    assert!(
        found
            .iter()
            .any(|one| one.starts_with("a.yml:4 one inlined true"))
    );
}

#[test]
fn an_input_that_is_not_passed_has_its_default_and_one_from_outside_stays_open() {
    let without = CALLER.replace("    with:\n      target: production\n", "");
    let found = said(&[("ci.yml", &without), ("release.yml", RELEASE)]);
    assert!(
        found
            .iter()
            .any(|one| one.contains("publish in -eu-west-1 after")),
        "{found:#?}"
    );
    let open = CALLER.replace("target: production", "target: ${{ vars.TARGET }}");
    let found = said(&[("ci.yml", &open), ("release.yml", RELEASE)]);
    assert!(
        found
            .iter()
            .any(|one| one.contains("deploy/publish in {\"$unknown\"")),
        "{found:#?}"
    );
}

#[test]
fn ten_levels_are_connected_and_no_more() {
    let name = |number: usize| format!("w{number:02}.yml");
    let mut files = Vec::new();
    for number in 0..11 {
        let on = if number == 0 { "push" } else { "workflow_call" };
        let call = format!("    uses: ./.github/workflows/{}\n", name(number + 1));
        let steps = "    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n";
        let job = if number == 10 { steps } else { &call };
        files.push((name(number), format!("on: {on}\njobs:\n  j:\n{job}")));
    }
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(a, b)| (&**a, &**b)).collect();
    let found = said(&borrowed);
    assert!(
        found
            .iter()
            .any(|one| one.contains("at most 10 levels deep")),
        "{found:#?}"
    );
    let shorter: Vec<(&str, &str)> = borrowed.iter().skip(1).copied().collect();
    let first = files[1].1.replace("workflow_call", "push");
    let mut shorter = shorter;
    shorter[0].1 = &first;
    let found = said(&shorter);
    assert!(
        !found.iter().any(|one| one.contains("levels deep")),
        "{found:#?}"
    );
}
