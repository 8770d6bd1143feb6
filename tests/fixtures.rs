//! Every policy on its own fixtures, through the runner that authors of policies use.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

#[path = "pack/mod.rs"]
mod pack;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ordinance_engine::policy::{PolicySet, Source};
use ordinance_engine::policy_test::{Case, Options, cases, run_fixtures};

/// The built-in pack as its authors have it: files of a folder.
fn set(root: &Path) -> Arc<PolicySet> {
    let files = pack::files(root).unwrap();
    let named = |extension: &'static str| {
        let files = files.clone().into_iter();
        files.filter(move |(path, _)| path.ends_with(extension))
    };
    let sources = named(".rego").map(|(path, text)| {
        let path = root.join(path).to_string_lossy().into_owned();
        Source::custom(path, text)
    });
    let tables = named(".json").filter_map(|(path, text)| {
        let name = path.strip_prefix("tables/")?.strip_suffix(".json")?;
        Some((name.to_owned(), text.into()))
    });
    let (set, errors) = PolicySet::new(sources, tables);
    assert_eq!(errors, []);
    Arc::new(set)
}

/// For whoever writes one policy: `ORDINANCE_FIXTURES_OF=KMS-004,KMS-005` runs their fixtures alone.
#[expect(
    clippy::disallowed_methods,
    reason = "it chooses among tests; no policy sees it"
)]
fn asked_for(mut cases: Vec<Case>) -> Vec<Case> {
    if let Ok(rules) = std::env::var("ORDINANCE_FIXTURES_OF") {
        cases.retain(|case| rules.split(',').any(|rule| rule == case.rule));
    }
    cases
}

/// What is wrong with the fixtures below a folder, one line each.
fn complaints(set: &Arc<PolicySet>, cases: &[Case]) -> Vec<String> {
    let results = run_fixtures(set, cases, &Options::default()).unwrap();
    let all = results.iter().flat_map(|result| {
        let name = result.case.path.file_name().unwrap().to_string_lossy();
        result.complaints.iter().map(move |complaint| {
            let place = complaint.place.as_ref();
            let place = place.map(|(file, line)| format!("{file}:{line}: "));
            let place = place.unwrap_or_default();
            format!("{} {name}: {place}{}", result.case.rule, complaint.message)
        })
    });
    all.collect()
}

#[test]
fn every_fixture_gives_what_it_says_where_it_says() {
    let root = support::root().join("policies");
    let set = set(&root);
    let cases = asked_for(cases(&set, &[root]));
    assert!(!cases.is_empty());
    let complaints = complaints(&set, &cases);
    assert!(
        complaints.is_empty(),
        "{} fixtures, {} complaints:\n{}",
        cases.len(),
        complaints.len(),
        complaints.join("\n")
    );
}

#[test]
fn a_fixture_that_gives_something_else_is_complained_about() {
    let folder = support::scratch("fixtures").join("kms");
    let fixtures = folder.join("fixtures");
    fs::create_dir_all(&fixtures).unwrap();
    let text = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Key: # expect: KMS-020 fail, KMS-001 fail\n    Type: AWS::KMS::Key\n    Properties: {EnableKeyRotation: true, KeyPolicy: {}}\n";
    fs::write(fixtures.join("fail_rotation.yaml"), text).unwrap();
    fs::write(
        fixtures.join("good.yaml"),
        text.replace("KMS-020 fail", "KMS-020 bad"),
    )
    .unwrap();
    let root = support::root().join("policies");
    let set = set(&root);
    let case = |name: &str| Case {
        path: fixtures.join(name),
        rule: "KMS-020".to_owned(),
    };
    assert_eq!(
        complaints(&set, &[case("fail_rotation.yaml"), case("good.yaml")]),
        [
            "KMS-020 fail_rotation.yaml: fail_rotation.yaml:3: fail is expected and was not found",
            "KMS-020 fail_rotation.yaml: its name does not fit: 1 pass, 0 fail, 0 unknown",
            "KMS-020 good.yaml: good.yaml:3: 'bad' is no outcome: expect 'fail' or 'unknown'",
            "KMS-020 good.yaml: its name must begin with 'fail_', 'pass_', 'unknown_' or 'na_'",
        ]
    );
}
