//! The pack against the catalogue of controls: ids, names, severities, packs and formats are its, and none is forgotten.
//!
//! `controls.json` lists what the catalogue fixes of each control.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;

use ordinance_engine::policy::Metadata;
use serde_json::{Value, json};

/// Controls of the catalogue that have no policy yet.
const MISSING: &[&str] = &[];

fn controls() -> Vec<Value> {
    let path = support::root().join("tests/catalogue/controls.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What the catalogue fixes, as the METADATA says it. Action definitions are workflows there.
fn facts(metadata: &Metadata) -> Value {
    let formats: BTreeSet<&str> = metadata.formats.iter().map(|one| one.id()).collect();
    let formats: Vec<&str> = ["cloudformation", "terraform-plan", "github-workflow"]
        .into_iter()
        .filter(|format| formats.contains(format))
        .collect();
    json!({
        "id": metadata.id,
        "slug": metadata.slug,
        "severity": metadata.severity.name(),
        "score": metadata.score,
        "packs": sorted(metadata.packs.iter().map(String::as_str)),
        "title": metadata.title,
        "formats": formats,
    })
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    names.collect()
}

#[test]
fn policies_are_what_the_catalogue_says() {
    let mut wrong = Vec::new();
    for mut control in controls() {
        let id = control["id"].as_str().unwrap().to_owned();
        let packs = control["packs"].as_array().unwrap().clone();
        control["packs"] = json!(sorted(packs.iter().filter_map(Value::as_str)));
        if let Some(policy) = support::pack().policy(&id) {
            let facts = facts(&policy.metadata);
            if facts != control {
                wrong.push(format!("{id}:\n  policy    {facts}\n  catalogue {control}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_control_is_forgotten_and_none_is_invented() {
    let pack = support::pack();
    let written: BTreeSet<&str> = pack
        .policies()
        .iter()
        .map(|one| one.metadata.id.as_str())
        .collect();
    let controls = controls();
    let known: BTreeSet<&str> = controls
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    let missing: Vec<&str> = known.difference(&written).copied().collect();
    let invented: Vec<&str> = written.difference(&known).copied().collect();
    assert_eq!(invented, Vec::<&str>::new());
    assert_eq!(missing, MISSING);
}
