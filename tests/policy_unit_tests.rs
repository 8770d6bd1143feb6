//! Runs the unit tests and the fixtures of the built-in policies, as their authors do.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use ordinance_engine::policy::{PolicySet, Source};
use ordinance_engine::policy_test::{Options, Outcome, run};

#[path = "pack/mod.rs"]
mod pack;

#[test]
fn the_unit_tests_of_the_pack_pass() {
    let (set, _) = pack::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies"));
    let results = run(&Arc::new(set), &[], &Options::default());
    let results = results.map(|run| run.units).unwrap_or_default();
    let mut failed = String::new();
    for result in results.iter().filter(|result| result.failed()) {
        // Writing to a String cannot fail.
        let _ = writeln!(
            failed,
            "{} {}: {:?}",
            result.path, result.name, result.outcome
        );
    }
    assert!(!results.is_empty(), "no unit tests were found");
    assert_eq!(failed, "", "of {} tests", results.len());
}

/// Each test of a text: its name, and why it failed with the cases that do not hold.
fn ran(text: &str) -> Vec<(String, Option<String>)> {
    let (set, errors) = PolicySet::new([Source::custom("a_test.rego", text.to_owned())], []);
    assert_eq!(errors, []);
    let results = run(&Arc::new(set), &[], &Options::default());
    let results = results.map(|run| run.units).unwrap_or_default();
    results
        .into_iter()
        .map(|result| {
            let failure = match result.outcome {
                Outcome::Passed => None,
                Outcome::Todo => Some("to be written".to_owned()),
                Outcome::Failed { message, cases, .. } => {
                    let cases: Vec<String> =
                        cases.iter().map(|case| format!(" [{case}]")).collect();
                    Some(message + &cases.concat())
                }
            };
            (result.name, failure)
        })
        .collect()
}

#[test]
fn a_test_that_is_false_or_breaks_fails() {
    let text = "package a_test\n\ntest_good if true\n\ntest_false if 1 == 2\n\ntest_broken if to_number(\"x\") == 1\n\ntodo_test_later if false\n";
    assert_eq!(
        ran(text),
        [
            ("test_good".into(), None),
            ("test_false".into(), Some("it is undefined".into())),
            (
                "test_broken".into(),
                Some("a_test.rego:7:27: could not parse string as number".into())
            ),
            ("todo_test_later".into(), Some("to be written".into())),
        ]
    );
}

#[test]
fn a_test_with_cases_names_those_that_do_not_hold() {
    let text = "package a_test\n\n_cases := {\"one\": 1, \"two\": 3}\n\n_length := {\"one\": 1, \"two\": 2}\n\ntest_length[name] if {\n\tsome name, expected in _cases\n\t_length[name] == expected\n}\n\ntest_nothing[name] if {\n\tsome name in []\n\ttrue\n}\n";
    assert_eq!(
        ran(text),
        [
            (
                "test_length".into(),
                Some("some cases do not hold [two]".into())
            ),
            ("test_nothing".into(), Some("it is {}".into())),
        ]
    );
}
