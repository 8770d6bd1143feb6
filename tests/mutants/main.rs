//! The reference architecture scans clean, and each single edit of it gives the failure that it must, where it must.
//!
//! `fixtures/reference-architecture/mutants/<folder>/*.toml` list the edits; `cases.rs` says what an entry holds.
//! Each is applied to a copy of its folder. What fails there and not in the clean copy must be what the entry names, with
//! the line; a failure more, a failure less or another line fails the test.
//!
//! `UPDATE_DOCS=1 cargo test --test mutants` writes `docs/mutants.md`.
//! For whoever writes them: `ORDINANCE_MUTANTS_OF=NET-001,KMS` runs those of a control or family alone.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod cases;
mod edit;
mod page;
mod run;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;

use cases::{Cases, Layer};

/// Takes the edits that `ORDINANCE_MUTANTS_OF` names; all without it.
#[expect(
    clippy::disallowed_methods,
    reason = "it chooses among tests; no policy sees it"
)]
fn asked_for(mut cases: Cases) -> Cases {
    if let Ok(names) = std::env::var("ORDINANCE_MUTANTS_OF") {
        let named = |control: &str| {
            let family = control.split('-').next();
            names
                .split(',')
                .any(|name| name == control || Some(name) == family)
        };
        cases.mutants.retain(|mutant| named(&mutant.control));
    }
    cases
}

#[test]
fn each_edit_gives_its_failure_and_nothing_else() {
    let cases = asked_for(cases::read());
    assert!(!cases.mutants.is_empty());
    let complaints = run::all(&cases.mutants);
    assert!(
        complaints.is_empty(),
        "{} edits, {} are not as they say:\n{}",
        cases.mutants.len(),
        complaints.len(),
        complaints.join("\n")
    );
}

/// Nothing fails, and nothing but what `open` holds is undecided.
fn assert_clean(infrastructure: Layer, facts: Option<&str>, open: &[&str]) {
    let (failures, undecided) = run::whole(infrastructure, facts);
    let folder = infrastructure.folder();
    assert!(failures.is_empty(), "{folder}:\n{}", failures.join("\n"));
    let unforeseen: Vec<String> = undecided
        .into_iter()
        .filter(|shown| !open.iter().any(|part| shown.contains(part)))
        .collect();
    assert!(
        unforeseen.is_empty(),
        "{folder}, undecided:\n{}",
        unforeseen.join("\n")
    );
}

#[test]
fn the_stacks_scan_clean_with_the_workflows_and_the_settings() {
    // CloudFormation has no property for it.
    let open = ["blue/green update of the database"];
    let facts = Some("facts/environments.json");
    assert_clean(Layer::CloudFormation, facts, &open);
}

/// Terraform declares the settings of the repository too.
#[test]
fn the_configuration_scans_clean_with_the_workflows() {
    if Layer::Terraform.exists() {
        assert_clean(Layer::Terraform, None, &[]);
    }
}

#[test]
fn every_control_has_an_edit_for_each_of_its_formats_or_an_excuse() {
    let cases = cases::read();
    let given: BTreeSet<(&str, Layer)> = cases
        .mutants
        .iter()
        .map(|mutant| (&*mutant.control, mutant.layer))
        .chain(
            cases
                .excused
                .iter()
                .map(|excused| (&*excused.control, excused.layer())),
        )
        .collect();
    let pack = support::pack();
    let missing: Vec<String> = pack
        .policies()
        .iter()
        .flat_map(|policy| {
            let id = policy.metadata.id.as_str();
            let layers: BTreeSet<Layer> = policy
                .metadata
                .formats
                .iter()
                .filter_map(|format| Layer::of(*format))
                .collect();
            layers.into_iter().map(move |layer| (id, layer))
        })
        .filter(|(id, layer)| layer.exists() && !given.contains(&(*id, *layer)))
        .map(|(id, layer)| format!("{id}: no edit of {}", layer.folder()))
        .collect();
    assert!(
        missing.is_empty(),
        "{} are missing:\n{}",
        missing.len(),
        missing.join("\n")
    );
}

#[test]
fn the_page_is_fresh() {
    let file = support::root().join("docs/mutants.md");
    let page = page::page(&cases::read());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(written, page, "UPDATE_DOCS=1 writes the page");
}
