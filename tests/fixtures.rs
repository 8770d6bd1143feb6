//! Every policy on its own fixtures, through the scan that users run: the outcomes and their places.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::scan::Scan;

/// One outcome at one place: (file, line, outcome).
type Expectation = (String, u32, &'static str);

struct Fixture {
    rule: String,
    path: PathBuf,
    name: String,
}

/// Every file and folder in every policy's `fixtures/`.
fn fixtures() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for policy in support::policy_folders() {
        let rule = support::rule_id(&policy);
        for path in support::children(&policy.join("fixtures")) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !name.ends_with(".expect") {
                fixtures.push(Fixture {
                    rule: rule.clone(),
                    path,
                    name,
                });
            }
        }
    }
    fixtures
}

/// Every file of a fixture: itself, or what its folder holds.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    support::children(path)
        .iter()
        .flat_map(|child| files(child))
        .collect()
}

/// Reads `# expect: ID outcome[, ID outcome]` comments, and the `.expect` file beside a JSON template.
fn expected(rule: &str, fixture: &Path) -> BTreeSet<Expectation> {
    let mut expected = BTreeSet::new();
    for file in files(fixture) {
        let uri = support::uri(&file);
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in (1u32..).zip(text.lines()) {
            let Some((_, comment)) = line.split_once("# expect: ") else {
                continue;
            };
            for part in comment.split(',') {
                let mut words = part.split_whitespace();
                if words.next() == Some(rule) {
                    let outcome = outcome_named(words.next().unwrap_or_default());
                    expected.insert((uri.clone(), number, outcome));
                }
            }
        }
    }
    expected.extend(expected_beside(rule, fixture));
    expected
}

fn expected_beside(rule: &str, fixture: &Path) -> Vec<Expectation> {
    let beside = PathBuf::from(format!("{}.expect", fixture.display()));
    let Ok(text) = fs::read_to_string(beside) else {
        return Vec::new();
    };
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|words| words.get(1) == Some(&rule))
        .map(|words| {
            let line = words[0].parse().unwrap();
            (support::uri(fixture), line, outcome_named(words[2]))
        })
        .collect()
}

fn outcome_named(word: &str) -> &'static str {
    match word {
        "fail" => "fail",
        "unknown" => "unknown",
        other => panic!("'{other}' is no outcome that a fixture expects"),
    }
}

/// What the scan gave for one rule, at the lines it gave.
fn found(rule: &str, scan: &Scan) -> BTreeSet<Expectation> {
    scan.findings
        .iter()
        .filter(|finding| &*finding.rule == rule)
        .filter_map(|finding| {
            let outcome = match finding.outcome {
                Outcome::Fail => "fail",
                Outcome::Unknown => "unknown",
                Outcome::Pass => return None,
            };
            let line = finding
                .location
                .region
                .map_or(0, |region| region.start_line);
            Some((finding.location.uri.to_string(), line, outcome))
        })
        .collect()
}

/// What is wrong with a fixture; empty when it is as it says.
fn complaints(fixture: &Fixture) -> Vec<String> {
    let scan = support::scan_fixture(&fixture.rule, &fixture.path);
    let expected = expected(&fixture.rule, &fixture.path);
    let found = found(&fixture.rule, &scan);
    let mut complaints: Vec<_> = expected
        .difference(&found)
        .map(|(uri, line, outcome)| format!("{uri}:{line}: expected {outcome}, not found"))
        .chain(
            found
                .difference(&expected)
                .map(|(uri, line, outcome)| format!("{uri}:{line}: {outcome} was not expected")),
        )
        .chain(
            scan.notices
                .iter()
                .map(|notice| format!("notice: {}", notice.message)),
        )
        .collect();
    let account = support::account(&scan, &fixture.rule);
    let kind = fixture.name.split('_').next().unwrap_or_default();
    let keeps_its_name = match kind {
        "fail" => account.fail > 0,
        "unknown" => account.unknown > 0,
        "pass" => account.pass > 0 && account.fail == 0 && account.unknown == 0,
        "na" => account.pass + account.fail + account.unknown == 0,
        _ => false,
    };
    if !keeps_its_name {
        complaints.push(format!("the name does not fit the account {account:?}"));
    }
    complaints
        .iter()
        .map(|complaint| format!("{} {}: {complaint}", fixture.rule, fixture.name))
        .collect()
}

/// For whoever writes one policy: `ORDINANCE_FIXTURES_OF=KMS-004,KMS-005` runs their fixtures alone.
#[expect(
    clippy::disallowed_methods,
    reason = "it chooses among tests; no policy sees it"
)]
fn asked_for(mut fixtures: Vec<Fixture>) -> Vec<Fixture> {
    if let Ok(rules) = std::env::var("ORDINANCE_FIXTURES_OF") {
        fixtures.retain(|fixture| rules.split(',').any(|rule| rule == fixture.rule));
    }
    fixtures
}

#[test]
fn every_fixture_gives_what_it_says_where_it_says() {
    let fixtures = asked_for(fixtures());
    assert!(!fixtures.is_empty());
    let complaints: Vec<_> = fixtures.iter().flat_map(complaints).collect();
    assert!(
        complaints.is_empty(),
        "{} fixtures, {} complaints:\n{}",
        fixtures.len(),
        complaints.len(),
        complaints.join("\n")
    );
}

#[test]
fn an_expectation_names_its_rule_and_outcome() {
    let folder = support::scratch("expectations");
    let file = folder.join("fail_a.yaml");
    fs::write(&file, "a: 1 # expect: KMS-001 fail, S3-001 unknown\nb: 2\n").unwrap();
    let lines: Vec<_> = expected("S3-001", &file)
        .into_iter()
        .map(|(_, line, outcome)| (line, outcome))
        .collect();
    assert_eq!(lines, [(1, "unknown")]);
}
