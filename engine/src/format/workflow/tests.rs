//! What normalising gives, on small files.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::*;
use crate::artifact::Encoding;
use crate::resource::{Fragment, Path, Segment};

pub(super) fn unit(text: &str) -> Unit {
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

fn value(value_: &Value) -> Json {
    match value_ {
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
            let values: Vec<Json> = unknown.values.iter().map(shown).collect();
            json!({"unknown": unknown.kind.name(), "name": &*unknown.name, "values": values})
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

#[test]
#[ignore = "reads files named by hand"]
fn dump() {
    let list = std::fs::read_to_string("/tmp/wf/list").unwrap();
    for path in list.lines() {
        let text = std::fs::read_to_string(path).unwrap();
        let (document, errors) = crate::document::parse(&text);
        let artifact = Artifact::new(path, text.clone(), Encoding::Utf8);
        let unit = normalise(
            &document,
            Arc::new(artifact),
            Format::GithubWorkflow,
            &Options::default(),
        );
        println!("=== {path} {errors:?}");
        for notice in &unit.notices {
            println!("NOTICE {} {:?}", notice.message, notice.span);
        }
        for resource in &unit.resources {
            println!(
                "FACTS {} {}",
                resource.address,
                serde_json::to_string(&facts(&unit, &resource.address)).unwrap()
            );
        }
    }
}
