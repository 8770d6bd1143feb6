//! Runs the unit tests of the built-in policies.

use std::fmt::Write as _;
use std::path::Path;

use ordinance_engine::evaluate::{Limits, run_tests};
use ordinance_engine::policy::{PolicySet, Source};

#[path = "pack/mod.rs"]
mod pack;

#[test]
fn the_unit_tests_of_the_pack_pass() {
    let (set, _) = pack::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies"));
    let results = on_a_big_stack(move || run_tests(&set, Limits::default()));
    let mut failed = String::new();
    for result in &results {
        if let Some(failure) = &result.failure {
            // Writing to a String cannot fail.
            let _ = writeln!(failed, "{} {}: {failure}", result.path, result.name);
        }
    }
    assert!(!results.is_empty(), "no unit tests were found");
    assert_eq!(failed, "", "of {} tests", results.len());
}

#[test]
fn a_test_that_is_false_or_breaks_fails() {
    let text = "package a_test\n\ntest_good if true\n\ntest_false if 1 == 2\n\ntest_broken if to_number(\"x\") == 1\n";
    let (set, errors) = PolicySet::new([Source::custom("a_test.rego", text.to_owned())], []);
    assert_eq!(errors, []);
    let results: Vec<(String, Option<String>)> =
        on_a_big_stack(move || run_tests(&set, Limits::default()))
            .into_iter()
            .map(|result| (result.name, result.failure))
            .collect();
    assert_eq!(
        results,
        [
            (
                "test_broken".into(),
                Some("a_test.rego:7:27: could not parse string as number".into())
            ),
            ("test_false".into(), Some("it is undefined".into())),
            ("test_good".into(), None),
        ]
    );
}

/// Rego is evaluated by recursion: tests run on a stack as big as a scan's.
fn on_a_big_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new()
        .stack_size(ordinance_engine::evaluate::STACK_SIZE)
        .spawn(run);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(value)) => value,
        other => panic!("the thread of the tests failed: {:?}", other.map(|_| ())),
    }
}
