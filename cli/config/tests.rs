//! Tests of the configuration: texts in, settings or mistakes with their places out.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::*;

fn mistakes(text: &str) -> Vec<String> {
    read(text, Path::new("/r")).map(|_| ()).unwrap_err()
}

#[test]
fn an_empty_file_asks_for_nothing() {
    let config = read("", Path::new("/r")).unwrap();
    assert_eq!(config.packs, Vec::<String>::new());
    assert!(config.fail_on.is_none());
    assert!(!config.fail_on_unknown);
}

#[test]
fn every_key_is_read() {
    let text = r#"
packs = ["cis", "strict"]
rules = "NET-001"
skip_rules = ["KMS-020"]
policies = ["policies"]
exclude = ["vendor/"]
fail_on = "high"
fail_on_unknown = true
strict_parameters = true

[params.NET-007]
min_azs = 2
names = ["a"]

[[parameters]]
templates = "stacks/*.yaml"
values = { Env = "prod", Count = 2, Zones = ["a", "b"], Big = true }
"#;
    let config = read(text, Path::new("/r")).unwrap();
    assert_eq!(config.packs, ["cis", "strict"]);
    assert_eq!(config.rules, ["NET-001"]);
    assert_eq!(config.skip_rules, ["KMS-020"]);
    assert_eq!(config.policies, [Path::new("/r/policies")]);
    assert!(config.exclude[0].matches(Path::new("/r/vendor/a.yaml"), false));
    assert_eq!(config.fail_on, Some(FailOn::High));
    assert!(config.fail_on_unknown && config.strict_parameters);
    assert_eq!(
        json!(config.params),
        json!({"NET-007": {"min_azs": 2, "names": ["a"]}})
    );
    let [given] = config.parameters.as_slice() else {
        panic!("one entry");
    };
    assert!(
        given
            .templates
            .matches(Path::new("/r/stacks/a.yaml"), false)
    );
    assert_eq!(
        json!(given.values),
        json!({"Env": "prod", "Count": "2", "Zones": "a,b", "Big": "true"})
    );
}

#[test]
fn every_mistake_has_its_place() {
    let text = "pakcs = []\nfail_on = \"hihg\"\nrules = 3\n\n[[parameters]]\nfile = 1\n\n[params]\nNET-007 = 2\n";
    assert_eq!(
        mistakes(text),
        [
            "1:1: the configuration has no key 'pakcs', did you mean 'packs'?",
            "2:11: 'hihg' is no severity: it is one of low, medium, high, critical, never",
            "3:9: 'rules' must be a text",
            "5:1: an entry of 'parameters' needs 'templates'",
            "6:8: 'file' must be a text",
            "9:11: a table is expected here",
        ]
    );
}

#[test]
fn what_is_no_toml_is_a_mistake_with_its_place() {
    let [mistake] = mistakes("packs = [\n").try_into().unwrap();
    assert!(
        mistake.starts_with("1:") || mistake.starts_with("2:"),
        "{mistake}"
    );
}

#[test]
fn a_bad_glob_is_named() {
    assert_eq!(
        mistakes("exclude = [\"[z-a]\"]"),
        ["1:11: '[z-a]' is not a valid glob"]
    );
}

#[test]
fn the_schema_and_the_guide_know_the_same_keys() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema = fs::read_to_string(root.join("docs/ordinance.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let described: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let mut known = KEYS.to_vec();
    known.sort_unstable();
    let mut described = described;
    described.sort();
    assert_eq!(described, known);
    let guide = fs::read_to_string(root.join("docs/configuration.md")).unwrap();
    for key in KEYS {
        assert!(guide.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn the_example_of_the_guide_is_a_configuration() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = fs::read_to_string(root.join("docs/configuration.md")).unwrap();
    let example = guide
        .split("```toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let config = read(example, Path::new("/r"));
    assert!(config.is_ok(), "{:?}", config.err());
}

#[path = "../../fuzz/src/mistakes.rs"]
mod mistakes_of_any_text;

#[test]
fn a_configuration_of_the_fuzz_corpus_is_read_or_wrong_at_a_place() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/configuration");
    let mut replayed = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        replayed += 1;
        if let Err(found) = read(&text, Path::new("/no/such/folder")) {
            assert!(!found.is_empty());
            mistakes_of_any_text::placed(&text, &found);
        }
        for is_toml in [false, true] {
            if let Err((message, span)) = parameters::values_of(&text, is_toml) {
                mistakes_of_any_text::odd(&text, &message, span);
            }
        }
    }
    assert!(replayed > 0);
}
