//! Literals of plans and sources as nodes, and the marks on them.

use crate::document::hcl::{self, Form};
use crate::document::raw::Json;
use crate::resource::{Entry, Node, Value};

/// Converts JSON as it is.
pub(super) fn literal(json: &Json<'_>) -> Node {
    Node::unplaced(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(text) => Value::Number((&**text).into()),
        Json::String(text) => Value::String((&**text).into()),
        Json::Array(items) => Value::Array(items.iter().map(literal).collect()),
        Json::Object(members) => {
            // The last of two members of one name counts, as Terraform's own parser has it.
            let mut entries: Vec<Entry> = Vec::with_capacity(members.len());
            for (name, value) in members {
                entries.push(Entry {
                    key: (&**name).into(),
                    key_span: None,
                    node: literal(value),
                });
            }
            Value::Object(entries)
        }
    })
}

/// Returns the value of a literal of the sources, or of a list of them.
pub(super) fn written_literal(source: &hcl::Expression) -> Option<Node> {
    let value = match &source.form {
        Form::Null => Value::Null,
        Form::Literal(text) => Value::String(text.as_str().into()),
        Form::Number(text) => Value::Number(text.as_str().into()),
        Form::Bool(value) => Value::Bool(*value),
        Form::Array(items) => {
            Value::Array(items.iter().map(written_literal).collect::<Option<_>>()?)
        }
        _ => return None,
    };
    Some(Node::unplaced(value))
}

/// Lists the paths that `sensitive` marks and `node` has.
pub(super) fn sensitive(sensitive: &Json<'_>, node: &Node) -> Vec<Node> {
    let mut paths = Vec::new();
    mark_sensitive(sensitive, node, &mut Vec::new(), &mut paths);
    paths
}

fn mark_sensitive(mark: &Json<'_>, node: &Node, path: &mut Vec<Node>, paths: &mut Vec<Node>) {
    if mark.is_true() && !path.is_empty() {
        paths.push(Node::unplaced(Value::Array(path.clone())));
    }
    for (name, mark) in mark.members() {
        if let Some(child) = node.get(name) {
            path.push(Node::unplaced(Value::String((&**name).into())));
            mark_sensitive(mark, child, path, paths);
            path.pop();
        }
    }
    let Value::Array(items) = &node.value else {
        return;
    };
    for (index, (mark, child)) in mark.items().iter().zip(items).enumerate() {
        path.push(Node::unplaced(Value::Number(index.to_string().into())));
        mark_sensitive(mark, child, path, paths);
        path.pop();
    }
}
