//! The answers to `cases.rego`, which `.ci/run` also asks OPA for.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use ordinance_rego::{Machine, Program, Source};
use regorus::Value;
use serde_json::Value as Json;

const STEPS: u64 = 1_000_000;

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The names of the rules to evaluate.
fn cases(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("case_"))
        .filter_map(|line| line.split([' ', '[', '(']).next())
        .collect();
    names.dedup();
    names
}

/// Evaluates each case by itself; those without a value have no answer.
fn answers(text: &str) -> BTreeMap<String, Json> {
    let source = Source {
        path: "cases.rego".to_owned(),
        text: text.to_owned(),
    };
    let program = Program::default()
        .extended(&[source], &Value::new_object())
        .unwrap();
    let input = Value::from_json_str(&read("input.json")).unwrap();
    let mut machine = Machine::new(&program, input, STEPS);
    let mut answers = BTreeMap::new();
    for name in cases(text) {
        let value = machine
            .rule(name)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        if value != Value::Undefined {
            let json = serde_json::from_str(&value.to_json_str().unwrap()).unwrap();
            answers.insert(name.to_owned(), json);
        }
    }
    answers
}

#[test]
fn answers_are_those_of_opa() {
    let answers = answers(&read("cases.rego"));
    let expected: BTreeMap<String, Json> = serde_json::from_str(&read("answers.json")).unwrap();
    let names: BTreeSet<&String> = expected.keys().chain(answers.keys()).collect();
    let different: Vec<String> = names
        .into_iter()
        .filter(|name| expected.get(*name) != answers.get(*name))
        .map(|name| {
            let shown = |of: &BTreeMap<String, Json>| of.get(name).map(Json::to_string);
            format!("{name}: {:?}, not {:?}", shown(&answers), shown(&expected))
        })
        .collect();
    assert_eq!(different, Vec::<String>::new());
}
