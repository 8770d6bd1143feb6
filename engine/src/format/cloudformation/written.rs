//! The template as a resource of its own (`template`): its sections as they are written, without anything evaluated, for
//! policies that look at every text of a file. Its facts: `texts`, the texts of at least 16 characters with their paths,
//! `{path, text}`; and `parameters`, where parameters are referred to, `{path, name}`.

use super::budget::Budget;
use super::mapping::{pairs, place};
use crate::artifact::Span;
use crate::document::scalar::{Dialect, Scalar};
use crate::document::{Document, Kind, NodeRef};
use crate::resource::{Entry, Node, Resource, Value};

/// The address and the type of the template itself.
pub(super) const TEMPLATE: &str = "template";

/// Returns the template as a resource beside its others, one of which may have its name. Of one whose aliases multiply,
/// what exceeds the budget is left out.
pub(super) fn template(document: &Document, others: &[Resource]) -> Option<Resource> {
    let mut address = TEMPLATE.to_owned();
    while others.iter().any(|other| *other.address == *address) {
        address.push('.');
    }
    let root = document
        .root()
        .filter(|root| root.kind() == Kind::Mapping)?;
    let mut budget = Budget::new();
    let mut sections = Vec::new();
    let mut span = None;
    for pair in pairs(root, &mut budget) {
        span = span.or(Some(pair.key_span));
        let node = written(pair.value, &mut budget);
        sections.push(entry(pair.key, pair.key_span, node));
    }
    let node = Node {
        value: Value::Object(sections),
        span: Some(place(root)),
    };
    let mut leaves = Leaves::default();
    leaves.collect(&node);
    Some(Resource {
        address: address.into(),
        type_name: TEMPLATE.into(),
        node,
        properties_key: None,
        references: Vec::new(),
        facts: vec![
            ("texts", Node::unplaced(Value::Array(leaves.texts))),
            (
                "parameters",
                Node::unplaced(Value::Array(leaves.parameters)),
            ),
        ],
        left_out: Vec::new(),
        span,
    })
}

/// Shorter texts are not listed.
const SHORTEST: usize = 16;

#[derive(Default)]
struct Leaves {
    path: Vec<Node>,
    texts: Vec<Node>,
    parameters: Vec<Node>,
}

impl Leaves {
    // The depth is bounded by the budget with which the node was made.
    fn collect(&mut self, node: &Node) {
        match &node.value {
            Value::String(text) if text.len() >= SHORTEST => {
                self.texts.push(self.leaf("text", text));
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let step = Value::Number(index.to_string().into());
                    self.below(step, item);
                }
            }
            Value::Object(entries) => {
                for entry in entries {
                    if let ("Ref", Some(name)) = (&*entry.key, entry.node.as_str()) {
                        self.parameters.push(self.leaf("name", name));
                    }
                    self.below(Value::String(entry.key.clone()), &entry.node);
                }
            }
            _ => {}
        }
    }

    fn below(&mut self, step: Value, node: &Node) {
        self.path.push(Node::unplaced(step));
        self.collect(node);
        self.path.pop();
    }

    fn leaf(&self, key: &str, text: &str) -> Node {
        let member = |key: &str, value| Entry {
            key: key.into(),
            key_span: None,
            node: Node::unplaced(value),
        };
        Node::unplaced(Value::Object(vec![
            member("path", Value::Array(self.path.clone())),
            member(key, Value::String(text.into())),
        ]))
    }
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
    let tag = node.tag().and_then(|tag| tag.strip_prefix('!'));
    if let Some(name) = tag.filter(|name| !name.starts_with('!')) {
        value = tagged(name, value, place(node));
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

/// Writes a short tag out: `!Sub` as `Fn::Sub`.
fn tagged(name: &str, value: Value, span: Span) -> Value {
    let key = match name {
        "Ref" | "Condition" => name.to_owned(),
        _ => format!("Fn::{name}"),
    };
    let node = Node {
        value,
        span: Some(span),
    };
    Value::Object(vec![entry(&key, span, node)])
}
