//! What scenarios rely on: a policy of the pack reads a property only by a name that stands in one of its texts, or its
//! METADATA says that it reads others (`reads_unnamed`).
//!
//! Every policy is evaluated on its fixtures as they are, and with every property that it does not name changed: the
//! results must be the same.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordinance_engine::artifact::{Artifact, Encoding};
use ordinance_engine::evaluate::Evaluator;
use ordinance_engine::format::Options;
use ordinance_engine::resource::Format;
use ordinance_engine::scan::{read_unit, recognise};
use serde_json::{Value, json};

fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let children = support::children(path);
    children.iter().flat_map(|child| files(child)).collect()
}

/// What the policies see of a template; `None` for other files.
fn template(evaluator: &Evaluator, path: &Path) -> Option<Value> {
    let text = fs::read_to_string(path).ok()?;
    let artifact = Arc::new(Artifact::new(support::uri(path), text, Encoding::Utf8));
    let format = recognise(&artifact, false).filter(|format| *format == Format::CloudFormation)?;
    let unit = read_unit(&artifact, format, Some(path), &Options::default()).unwrap();
    serde_json::from_str(&evaluator.scan_view(&unit)).ok()
}

/// Changes every property that the policy does not name, wherever a resource stands in the view. Returns how many.
fn disguise(view: &mut Value, with: &Value, may_read: &dyn Fn(&str) -> bool) -> usize {
    let Some(object) = view.as_object_mut() else {
        let items = view.as_array_mut().into_iter().flatten();
        return items.map(|item| disguise(item, with, may_read)).sum();
    };
    if !object.contains_key("properties") || !object.contains_key("address") {
        let children = object.values_mut();
        return children.map(|child| disguise(child, with, may_read)).sum();
    }
    let mut changed = change(object.get_mut("properties"), with, may_read);
    let node = object.get_mut("node");
    changed += change(
        node.and_then(|node| node.get_mut("Properties")),
        with,
        may_read,
    );
    changed
}

fn change(properties: Option<&mut Value>, with: &Value, may_read: &dyn Fn(&str) -> bool) -> usize {
    let properties = properties.and_then(Value::as_object_mut);
    let unread = properties
        .into_iter()
        .flatten()
        .filter(|(name, _)| !may_read(name));
    unread.map(|(_, value)| *value = with.clone()).count()
}

#[test]
fn policies_read_properties_by_names_in_their_texts() {
    let unknown = json!({"$unknown": {"kind": "parameter", "name": "Any", "why": "is open"}});
    let mut changed = 0;
    for folder in support::policy_folders() {
        let rule = support::rule_id(&folder);
        for fixture in support::children(&folder.join("fixtures")) {
            let evaluator = support::evaluator(&support::request(&rule, &fixture));
            let may_read = |name: &str| evaluator.may_read(&rule, name);
            let judge = |view: &Value| -> Value {
                let given = evaluator.probe(&rule, Format::CloudFormation, &view.to_string());
                serde_json::from_str(&given.unwrap()).unwrap()
            };
            let views = files(&fixture);
            for view in views.iter().filter_map(|file| template(&evaluator, file)) {
                let before = judge(&view);
                for with in [
                    &unknown,
                    &json!("another text"),
                    &json!([{"Another": true}]),
                ] {
                    let mut other = view.clone();
                    changed += disguise(&mut other, with, &may_read);
                    assert_eq!(
                        before,
                        judge(&other),
                        "{rule} on {}: it reads a property that none of its texts names; say reads_unnamed",
                        fixture.display()
                    );
                }
            }
        }
    }
    assert!(changed > 500, "only {changed} properties were changed");
}
