//! The documents say what is true: paths they name exist, lists they give are the pack's.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every Markdown file of the repository's own.
fn documents() -> Vec<PathBuf> {
    let root = support::root();
    ["", "docs", "fixtures"]
        .iter()
        .flat_map(|folder| support::children(&root.join(folder)))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

/// The texts between backticks and the targets of links: what may name a path.
fn mentions(text: &str) -> Vec<String> {
    let quoted = text
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let linked = text
        .match_indices("](")
        .filter_map(|(at, _)| text[at + 2..].split(')').next());
    quoted.chain(linked).map(str::to_owned).collect()
}

/// Whether a mention is meant as a path of this repository: it has a folder or a known ending, and no placeholder.
fn is_path(mention: &str) -> bool {
    let known_ending = [".rs", ".md", ".toml", ".py", ".json", ".rego"]
        .iter()
        .any(|ending| mention.ends_with(ending));
    let rooted = [
        "cli/",
        "docs/",
        "engine/",
        "fixtures/",
        "policies/",
        "report/",
        "sarif/",
        "tests/",
        ".ci/",
    ]
    .iter()
    .any(|folder| mention.starts_with(folder));
    let plain = !mention.contains(['<', '*', ' ', '{', '…', '=']);
    plain && (rooted || (known_ending && mention.contains('/'))) && !mention.starts_with("http")
}

fn exists(document: &Path, mention: &str) -> bool {
    let path = mention.split('#').next().unwrap_or_default();
    support::root().join(path).exists()
        || document
            .parent()
            .is_some_and(|folder| folder.join(path).exists())
}

#[test]
fn every_path_in_the_documents_exists() {
    let mut missing = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for mention in mentions(&text) {
            if is_path(&mention) && !exists(&document, &mention) {
                missing.push(format!("{}: {mention}", support::uri(&document)));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn the_changelog_names_every_control() {
    let changelog = fs::read_to_string(support::root().join("CHANGELOG.md")).unwrap();
    let named: BTreeSet<_> = changelog
        .split(|character: char| !character.is_ascii_alphanumeric() && character != '-')
        .collect();
    let forgotten: Vec<_> = support::policy_folders()
        .iter()
        .map(|folder| support::rule_id(folder))
        .filter(|id| !named.contains(id.as_str()))
        .collect();
    assert_eq!(forgotten, Vec::<String>::new());
}

#[test]
fn a_mention_is_taken_for_a_path_only_when_it_looks_like_one() {
    assert!(is_path("tests/layering.rs"));
    assert!(is_path("docs/architecture.md"));
    assert!(!is_path("policies/<family>/<slug>/"));
    assert!(!is_path("plan.json"));
    assert!(!is_path("https://example.org/a.md"));
}

/// The table of the configuration's keys, as the schema describes them.
fn table_of_keys() -> String {
    let schema = fs::read_to_string(support::root().join("docs/ordinance.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let mut table = "<!-- keys -->\n| key | meaning |\n| --- | --- |\n".to_owned();
    for (key, property) in schema["properties"].as_object().unwrap() {
        let meaning = property["description"].as_str().unwrap();
        table.extend([format!("| `{key}` | {} |\n", meaning.replace('|', "\\|"))]);
    }
    table.push_str("<!-- /keys -->");
    table
}

/// `UPDATE_DOCS=1` writes it.
#[test]
fn the_keys_of_the_configuration_are_those_of_its_schema() {
    let path = support::root().join("docs/configuration.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("<!-- keys -->").unwrap();
    let (_, after) = rest.split_once("<!-- /keys -->").unwrap();
    let fresh = format!("{before}{}{after}", table_of_keys());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, fresh).unwrap();
    } else {
        assert!(
            page == fresh,
            "UPDATE_DOCS=1 cargo test --test docs writes docs/configuration.md"
        );
    }
}

#[test]
fn every_key_of_the_schema_is_one_that_the_program_takes() {
    let schema = fs::read_to_string(support::root().join("docs/ordinance.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let folder = support::scratch("docs-keys");
    let keys = schema["properties"].as_object().unwrap().keys();
    // A value of no shape that any key takes: the program says what it wants of the key, not that there is none.
    let lines: Vec<String> = keys.map(|key| format!("{key} = 1979-05-27\n")).collect();
    fs::write(folder.join("ordinance.toml"), lines.concat()).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_ordinance"))
        .current_dir(&folder)
        .env_clear()
        .args(["rules", "--config", "ordinance.toml"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(!said.contains("has no key"), "{said}");
}
