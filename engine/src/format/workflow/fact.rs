//! Small builders of fact nodes.

use crate::resource::{Node, Path, Segment, Value};

/// A text.
pub(super) fn text(text: &str) -> Node {
    Node::unplaced(Value::String(text.into()))
}

/// A text, or null.
pub(super) fn optional(value: Option<&str>) -> Node {
    value.map_or_else(null, text)
}

/// A boolean.
pub(super) const fn flag(value: bool) -> Node {
    Node::unplaced(Value::Bool(value))
}

/// A number.
pub(super) fn number(value: usize) -> Node {
    Node::unplaced(Value::Number(value.to_string().into()))
}

/// Null.
pub(super) const fn null() -> Node {
    Node::unplaced(Value::Null)
}

/// A list.
pub(super) fn list(items: impl IntoIterator<Item = Node>) -> Node {
    Node::unplaced(Value::Array(items.into_iter().collect()))
}

/// A list of texts.
pub(super) fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Node {
    list(items.into_iter().map(|item| text(item.as_ref())))
}

/// An object.
pub(super) fn object<K: AsRef<str>>(entries: impl IntoIterator<Item = (K, Node)>) -> Node {
    let entries = entries
        .into_iter()
        .map(|(key, node)| crate::resource::Entry {
            key: key.as_ref().into(),
            key_span: None,
            node,
        });
    Node::unplaced(Value::Object(entries.collect()))
}

/// A path, as policies return it.
pub(super) fn path(path: &Path) -> Node {
    list(path.0.iter().map(|segment| match segment {
        Segment::Key(key) => Node::unplaced(Value::String(key.clone())),
        Segment::Index(index) => number(*index),
    }))
}

/// Returns the text of a scalar as written; `None` for null and containers.
pub(super) fn written(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Some(text.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Returns a scalar as a list of one, a list as its scalars, each with its path.
pub(super) fn scalars(node: &Node, place: &Path) -> Vec<(Path, String)> {
    match &node.value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| Some((place.child(index), written(item)?)))
            .collect(),
        _ => written(node)
            .map(|text| (place.clone(), text))
            .into_iter()
            .collect(),
    }
}

/// Returns the entries of an object as (key, node); nothing for anything else.
pub(super) fn entries(node: Option<&Node>) -> impl Iterator<Item = (&str, &Node)> {
    let entries = match node.map(|node| &node.value) {
        Some(Value::Object(entries)) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().map(|entry| (&*entry.key, &entry.node))
}
