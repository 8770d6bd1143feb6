//! What normalising gives, on small files.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::*;
use crate::artifact::Encoding;
use crate::resource::{Fragment, NoticeKind, NoticeLevel};

mod composite;
mod document;
mod expressions;
mod steps;
mod values;

fn unit(text: &str) -> Unit {
    unit_as(text, Format::GithubWorkflow)
}

fn unit_as(text: &str, format: Format) -> Unit {
    let (document, errors) = crate::document::parse(text);
    assert_eq!(errors, []);
    let artifact = Artifact::new(".github/workflows/x.yml", text.to_owned(), Encoding::Utf8);
    normalise(&document, Arc::new(artifact), format, &Options::default())
}

fn shown(node: &Node) -> Json {
    value(&node.value)
}

fn value(of: &Value) -> Json {
    match of {
        Value::Null => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Number(text) => serde_json::from_str(text).unwrap(),
        Value::String(text) => json!(&**text),
        Value::Array(items) => items.iter().map(shown).collect(),
        Value::Object(entries) => entries
            .iter()
            .map(|entry| (entry.key.to_string(), shown(&entry.node)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Unknown(unknown) => {
            let possible: Vec<Json> = unknown.values.iter().map(shown).collect();
            json!({"unknown": unknown.kind.name(), "name": &*unknown.name, "values": possible})
        }
        Value::Partial(fragments) => fragments
            .iter()
            .map(|fragment| match fragment {
                Fragment::Text(text) => json!(&**text),
                Fragment::Hole(hole) => value(hole),
            })
            .collect(),
        Value::Reference(_) | Value::Secret(_) => json!("?"),
    }
}

fn facts(unit: &Unit, address: &str) -> Json {
    let resource = unit
        .resources
        .iter()
        .find(|resource| &*resource.address == address)
        .unwrap();
    resource
        .facts
        .iter()
        .map(|(name, node)| ((*name).to_owned(), shown(node)))
        .collect::<Map<_, _>>()
        .into()
}

/// The facts of job `a`, whose lines (indented by four) are `body`, in a workflow that begins with `head`.
fn job(head: &str, body: &str) -> Json {
    let unit = unit(&format!(
        "{head}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: []\n{body}\n"
    ));
    assert_eq!(unit.notices, []);
    facts(&unit, "jobs.a")
}

/// The commands of a script as (program, words, operator).
fn commands(script: &str) -> Json {
    let found = command::fact(script, command::Language::Posix, &Path::default());
    let shown = shown(&found);
    let rows = shown.as_array().unwrap().iter();
    rows.map(|row| json!([row["program"], row["words"], row["operator"]]))
        .collect()
}

fn messages(text: &str) -> Vec<String> {
    let unit = unit(text);
    for notice in &unit.notices {
        assert_eq!(
            (notice.kind, notice.level),
            (NoticeKind::InvalidInput, NoticeLevel::Error)
        );
    }
    unit.notices
        .into_iter()
        .map(|notice| notice.message)
        .collect()
}

fn expression(head: &str, text: &str) -> Json {
    job(head, &format!("    env:\n      X: \"{text}\""))["expressions"][0].clone()
}
