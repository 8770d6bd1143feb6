//! `Globals`: what the properties of all resources of a kind have in common.
//!
//! Maps merge, lists append the resource's items to those of the globals, and everything else of the resource
//! replaces what the globals say. Reference: *Globals section of the AWS SAM template*.

use std::collections::BTreeSet;

use super::make::{entries, get};
use crate::resource::{Entry, Node, Value};

/// Properties whose lists replace those of the globals.
const REPLACED: [&str; 1] = ["Architectures"];

/// The sections that `Globals` can have.
const SECTIONS: [&str; 10] = [
    "Api",
    "CapacityProvider",
    "Function",
    "HttpApi",
    "LayerVersion",
    "MicroVMImage",
    "NetworkConnector",
    "SimpleTable",
    "StateMachine",
    "WebSocketApi",
];

/// Returns the names in `Globals` that are no sections.
pub(super) fn odd_sections(globals: &Node) -> impl Iterator<Item = &Entry> {
    entries(globals)
        .iter()
        .filter(|entry| !SECTIONS.contains(&&*entry.key))
}

/// Which of the globals a resource does not take.
#[derive(Debug, Default)]
pub(super) struct Ignored {
    /// `IgnoreGlobals: "*"`.
    pub(super) all: bool,
    /// The properties named by `IgnoreGlobals`, and those that the resource removes with `AWS::NoValue`.
    pub(super) names: BTreeSet<String>,
}

/// Returns the properties of a resource of a kind (`Function`), the globals merged in.
pub(super) fn merge(globals: Option<&Node>, kind: &str, own: Node, ignored: &Ignored) -> Node {
    let Some(section) = globals.and_then(|globals| get(globals, kind)) else {
        return own;
    };
    if ignored.all || !matches!(own.value, Value::Object(_)) {
        return own;
    }
    let taken = entries(section)
        .iter()
        .filter(|entry| !ignored.names.contains(&*entry.key));
    let section = Node {
        value: Value::Object(taken.cloned().collect()),
        span: section.span,
    };
    both(&section, own)
}

fn both(global: &Node, own: Node) -> Node {
    let value = match (&global.value, own.value) {
        (Value::Object(first), Value::Object(second)) => Value::Object(maps(first, second)),
        (Value::Array(first), Value::Array(second)) => {
            Value::Array(first.iter().cloned().chain(second).collect())
        }
        (_, value) => value,
    };
    Node {
        value,
        span: own.span,
    }
}

fn maps(global: &[Entry], own: Vec<Entry>) -> Vec<Entry> {
    let mut merged = own;
    for entry in global {
        match merged.iter_mut().find(|mine| mine.key == entry.key) {
            Some(mine) if !REPLACED.contains(&&*mine.key) => {
                let node = std::mem::replace(&mut mine.node, Node::unplaced(Value::Null));
                mine.node = both(&entry.node, node);
            }
            Some(_) => {}
            None => merged.push(entry.clone()),
        }
    }
    merged
}
