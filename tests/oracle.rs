//! The cases for the comparison with OPA: every policy on every fixture of its own, with the values as they are, with
//! each examined value absent, and with each unknown.
//!
//! Writes `oracle.jsonl` into the tests' scratch folder; `tests/oracle/run.py` evaluates the same under OPA. What this
//! test holds by itself: our engine evaluates every case without an error.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordinance_engine::artifact::{Artifact, Encoding};
use ordinance_engine::evaluate::Evaluator;
use ordinance_engine::format::Options;
use ordinance_engine::resource::Format;
use ordinance_engine::scan::{read_unit, recognise};
use serde_json::{Map, Value, json};

/// How many values of one input are taken away, each in turn.
const MOST_VARIED: usize = 12;

/// What a policy sees of a file.
struct View {
    name: String,
    format: Format,
    input: Value,
}

fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let children = support::children(path);
    children.iter().flat_map(|child| files(child)).collect()
}

fn view(evaluator: &Evaluator, path: &Path) -> Option<View> {
    let name = support::uri(path);
    let text = fs::read_to_string(path).ok()?;
    let artifact = Arc::new(Artifact::new(name.as_str(), text, Encoding::Utf8));
    let format = recognise(&artifact, false)?;
    let unit = read_unit(&artifact, format, Some(path), &Options::default()).unwrap();
    let input = serde_json::from_str(&evaluator.scan_view(&unit)).unwrap();
    Some(View {
        name,
        format,
        input,
    })
}

/// Each known value that the policy examined in `result`: (resource, path).
fn examined(result: &Value) -> Vec<(String, Vec<Value>)> {
    let records = result["examined"].as_array().cloned().unwrap_or_default();
    let known: BTreeSet<_> = records
        .iter()
        .filter(|record| record["state"] == "known")
        .filter_map(|record| {
            let path = serde_json::to_string(&record["path"]).unwrap();
            Some((record["resource"].as_str()?.to_owned(), path))
        })
        .collect();
    known
        .into_iter()
        .take(MOST_VARIED)
        .map(|(resource, path)| (resource, serde_json::from_str(&path).unwrap()))
        .collect()
}

/// The input with one value replaced, or taken away; `None` when the path is no path of the resource's node.
fn varied(input: &Value, resource: &str, path: &[Value], value: Option<&Value>) -> Option<Value> {
    let mut input = input.clone();
    let changed = {
        let declared = input["resources"].get_mut(resource)?;
        replace(declared.get_mut("node")?, path, value)?;
        let is_template = declared["format"] == "cloudformation";
        declared["properties"] = if is_template {
            declared["node"]
                .get("Properties")
                .cloned()
                .unwrap_or_else(|| json!({}))
        } else {
            declared["node"].clone()
        };
        declared.clone()
    };
    for declared in input["by_type"].as_object_mut()?.values_mut() {
        for other in declared.as_array_mut()? {
            if other["address"] == resource {
                *other = changed.clone();
            }
        }
    }
    Some(input)
}

fn replace(node: &mut Value, path: &[Value], value: Option<&Value>) -> Option<()> {
    let (step, rest) = path.split_first()?;
    if !rest.is_empty() {
        let child = match step {
            Value::String(key) => node.get_mut(key)?,
            step => node.get_mut(usize::try_from(step.as_u64()?).ok()?)?,
        };
        return replace(child, rest, value);
    }
    match (node, step, value) {
        (Value::Object(map), Value::String(key), Some(value)) => {
            *map.get_mut(key)? = value.clone();
        }
        (Value::Object(map), Value::String(key), None) => drop(map.remove(key)?),
        (Value::Array(items), step, Some(value)) => {
            *items.get_mut(usize::try_from(step.as_u64()?).ok()?)? = value.clone();
        }
        _ => return None,
    }
    Some(())
}

/// Every case of a view: as it is, and with each examined value absent and unknown.
fn cases(evaluator: &Evaluator, rule: &str, view: &View) -> Vec<(String, Value, Value)> {
    let unknown =
        json!({"$unknown": {"kind": "parameter", "name": "Varied", "why": "has no default"}});
    let evaluate = |input: &Value| -> Value {
        let result = evaluator
            .probe(rule, view.format, &input.to_string())
            .unwrap_or_else(|failure| panic!("{rule} on {}: {failure:?}", view.name));
        serde_json::from_str(&result).unwrap()
    };
    let whole = evaluate(&view.input);
    let mut cases = vec![(view.name.clone(), view.input.clone(), whole.clone())];
    for (resource, path) in examined(&whole) {
        for (how, value) in [("absent", None), ("unknown", Some(&unknown))] {
            let Some(input) = varied(&view.input, &resource, &path, value) else {
                continue;
            };
            let name = format!(
                "{} {resource} {} {how}",
                view.name,
                Value::from(path.clone())
            );
            let result = evaluate(&input);
            cases.push((name, input, result));
        }
    }
    cases
}

#[test]
fn our_engine_evaluates_every_case_for_the_comparison_with_opa() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("oracle.jsonl");
    let mut out = BufWriter::new(File::create(path).unwrap());
    let mut written = 0;
    for folder in support::policy_folders() {
        let rule = support::rule_id(&folder);
        for fixture in support::children(&folder.join("fixtures")) {
            let request = support::request(&rule, &fixture);
            let evaluator = support::evaluator(&request);
            let params = support::parameters(&request, &rule);
            for view in files(&fixture)
                .iter()
                .filter_map(|file| view(&evaluator, file))
            {
                for (name, input, result) in cases(&evaluator, &rule, &view) {
                    let params = Map::from_iter([(rule.clone(), params.clone())]);
                    let package = support::package(&rule);
                    let case = json!({"name": name, "package": package, "params": params, "input": input, "result": result});
                    writeln!(out, "{case}").unwrap();
                    written += 1;
                }
            }
        }
    }
    assert!(written > 0);
}
