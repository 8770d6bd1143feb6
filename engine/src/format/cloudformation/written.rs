//! The template as a resource of its own (`template`): its sections as they are written, without anything evaluated, for
//! policies that look at every text of a file.

use super::budget::Budget;
use super::mapping::{pairs, place};
use crate::artifact::Span;
use crate::document::scalar::{Dialect, Scalar};
use crate::document::{Document, Kind, NodeRef};
use crate::resource::{Entry, Node, Resource, Value};

/// The address and the type of the template itself.
pub(super) const TEMPLATE: &str = "template";

/// Returns the template as a resource. Of one whose aliases multiply, what exceeds the budget is left out.
pub(super) fn template(document: &Document) -> Option<Resource> {
    let root = document.root().filter(|root| root.kind() == Kind::Mapping)?;
    let mut budget = Budget::new();
    let mut sections = Vec::new();
    let mut span = None;
    for pair in pairs(root, &mut budget) {
        span = span.or(Some(pair.key_span));
        let node = written(pair.value, &mut budget);
        sections.push(entry(pair.key, pair.key_span, node));
    }
    Some(Resource {
        address: TEMPLATE.into(),
        type_name: TEMPLATE.into(),
        node: Node {
            value: Value::Object(sections),
            span: Some(place(root)),
        },
        properties_key: None,
        references: Vec::new(),
        facts: Vec::new(),
        span,
    })
}

fn written(node: NodeRef<'_>, budget: &mut Budget) -> Node {
    let mut value = Value::Null;
    if budget.nodes(1) && budget.enter() {
        value = match node.kind() {
            Kind::Scalar(_) => scalar(node),
            Kind::Sequence => {
                Value::Array(node.items().map(|item| written(item, budget)).collect())
            }
            Kind::Mapping => {
                let pairs = pairs(node, budget);
                let entries = pairs.into_iter();
                Value::Object(
                    entries
                        .map(|pair| entry(pair.key, pair.key_span, written(pair.value, budget)))
                        .collect(),
                )
            }
        };
        budget.leave();
    }
    Node {
        value,
        span: Some(place(node)),
    }
}

fn scalar(node: NodeRef<'_>) -> Value {
    match node.scalar(Dialect::CloudFormation) {
        None | Some(Scalar::Null) => Value::Null,
        Some(Scalar::Bool(truth)) => Value::Bool(truth),
        Some(Scalar::Number(text)) => Value::Number(text.into()),
        Some(Scalar::String(text)) => Value::String(text.into()),
    }
}

fn entry(key: &str, span: Span, node: Node) -> Entry {
    Entry {
        key: key.into(),
        key_span: Some(span),
        node,
    }
}
