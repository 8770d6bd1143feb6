//! Holds the authors of the built-in policies to the contract and to the Rego on which the engine and OPA agree.
//!
//! [`text`] looks at lines and tokens, [`folder`] at what a policy's folder holds, [`schema`] at METADATA; what authors
//! elsewhere are told too is the engine's. Each lint has a test that shows what it catches.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod folder;
#[path = "../pack/mod.rs"]
mod pack;
mod schema;
mod text;

use std::path::{Path, PathBuf};

use ordinance_engine::policy::lint;
use ordinance_engine::policy::{Module, PolicySet};

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn policies() -> PathBuf {
    root().join("policies")
}

/// The pack; what is wrong with its METADATA is the matter of one test alone.
fn pack() -> PolicySet {
    pack::load(&policies()).0
}

/// Runs a lint over all modules of the pack and shows what it found.
fn check(modules: &[Module], lint: impl Fn(&Module) -> Vec<String>) {
    let found: Vec<String> = modules.iter().flat_map(lint).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_metadata_of_the_pack_is_complete() {
    let (_, errors) = pack::load(&policies());
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "\n{}", errors.join("\n"));
}

#[test]
fn the_text_of_policies_keeps_to_the_common_idioms() {
    let set = pack();
    check(set.modules(), text::lint);
}

#[test]
fn the_text_of_unit_tests_is_tidy() {
    let set = pack();
    check(set.tests(), text::lint_test);
}

#[test]
fn views_have_their_two_packages() {
    let set = pack();
    check(set.modules(), folder::lint_view);
}

#[test]
fn every_policy_has_its_folder_tests_and_fixtures() {
    let set = pack();
    let found: Vec<String> = set
        .policies()
        .iter()
        .flat_map(|policy| folder::lint_policy(&policies(), &set, policy))
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn everything_that_policies_refer_to_is_defined() {
    let set = pack();
    let found: Vec<String> = set
        .policies()
        .iter()
        .filter_map(|policy| set.dependencies(policy).err())
        .map(|error| error.to_string())
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn what_policies_read_they_examine() {
    let set = pack();
    let found: Vec<String> = set
        .policies()
        .iter()
        .flat_map(|policy| lint::policy(&set, policy, None))
        .map(|remark| remark.to_string())
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_pack_passes_the_check_that_authors_have() {
    let set = pack();
    let mut schemas = lint::Schemas::default();
    for table in ordinance_policies::SCHEMAS {
        schemas.add(table);
    }
    let found: Vec<String> = set
        .policies()
        .iter()
        .flat_map(|policy| lint::policy(&set, policy, Some(&schemas)))
        .map(|remark| remark.to_string())
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// A set of modules made up by a test.
fn made_up(sources: &[(&str, &str)]) -> PolicySet {
    use ordinance_engine::policy::Source;
    let sources = sources
        .iter()
        .map(|(path, text)| Source::custom(*path, (*text).to_owned()));
    PolicySet::new(sources, []).0
}
