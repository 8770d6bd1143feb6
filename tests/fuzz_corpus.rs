//! The corpus of the fuzz targets: what must hold of any bytes holds of each file that fuzzing found worth keeping.
//!
//! `fuzz/README.md` says how the corpus is made. The invariants are those of the targets themselves.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

#[path = "../fuzz/src/lib.rs"]
mod targets;

mod support;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a target on its corpus, and names each file that fails.
fn replay(target: &str, check: fn(&[u8])) {
    let files = support::children(&support::root().join("fuzz/corpus").join(target));
    assert!(!files.is_empty(), "the corpus of {target} is there");
    let mut failed = Vec::new();
    for file in files {
        let bytes = fs::read(&file).unwrap();
        if catch_unwind(AssertUnwindSafe(|| check(&bytes))).is_err() {
            failed.push(file);
        }
    }
    assert!(failed.is_empty(), "{target}: {failed:?}");
}

macro_rules! corpora {
    ($($target:ident => $claim:ident,)*) => {
        $(#[test]
        fn $claim() {
            replay(stringify!($target), targets::$target::check);
        })*

        /// The corpora that are replayed here.
        const REPLAYED: &[&str] = &[$(stringify!($target)),*];
    };
}

corpora! {
    address => an_address_of_the_corpus_is_judged_or_named,
    cloudformation => a_template_of_the_corpus_says_the_same_in_another_layout,
    document => a_document_of_the_corpus_has_every_place_inside,
    expression => an_expression_of_the_corpus_is_read_wherever_it_stands,
    hcl => a_source_of_the_corpus_rejects_no_plan,
    metadata => a_policy_of_the_corpus_is_loaded_or_wrong_at_a_place,
    plan => a_plan_of_the_corpus_has_its_places_in_its_sources,
    scan => a_scan_of_the_corpus_is_accounted_for_in_every_report,
    suppression => a_suppression_of_the_corpus_has_a_place,
    workflow => a_workflow_of_the_corpus_says_the_same_in_another_layout,
}

#[test]
fn every_target_has_a_corpus_that_a_test_replays() {
    let targets = support::children(&support::root().join("fuzz/fuzz_targets"));
    let names = targets.iter().map(|path| path.file_stem().unwrap());
    let mut names: Vec<_> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    // The command line room is no library: its own tests replay this one.
    names.retain(|name| name != "configuration");
    assert_eq!(names, REPLAYED);
}
