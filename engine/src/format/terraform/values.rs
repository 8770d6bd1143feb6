//! Planned values: what is known after the change, what waits for apply, and what the author left out.
//!
//! Decides by rule U2 of the catalogue: a value that is unknown counts as unknown only where the author wrote it;
//! a computed value that nobody wrote is absent, and so is null and the empty text or block that a provider prints.

use std::sync::Arc;

use super::address;
use super::configuration::{Expression, Names, Written};
use super::matching;
use super::references::{Graph, Scope};
use crate::document::raw::Json;
use crate::resource::{Edge, Entry, Node, Path, Target, Unknown, UnknownKind, Value};

/// Where a value comes from.
#[derive(Debug, Clone, Copy)]
enum Origin<'a> {
    /// The configuration shows the resource, and does not write this.
    Left,
    /// The configuration cannot tell: it is missing, or a dynamic block made the value.
    Unseen,
    /// It is written as this.
    Written(&'a Written),
    /// It is part of the value of this expression.
    Within(&'a Expression),
    /// It is this block.
    Block(&'a Names),
}

/// Why a value without a configuration is unknown.
const UNSEEN: &str = "is known only after apply, and the plan does not show how it is written";
/// Why a value that refers to others is unknown.
const PENDING: &str = "is known only after apply";

/// Builds the node of one resource, and its edges.
pub(super) struct Builder<'a> {
    graph: &'a Graph<'a>,
    scope: Scope<'a>,
    edges: Vec<Edge>,
    path: Path,
}

impl<'a> Builder<'a> {
    /// Makes a builder for a resource that stands in `scope`.
    pub(super) const fn new(graph: &'a Graph<'a>, scope: Scope<'a>) -> Self {
        Self {
            graph,
            scope,
            edges: Vec::new(),
            path: Path(Vec::new()),
        }
    }

    /// Merges the planned values with what is unknown in them. `written` is `None` when the configuration does not
    /// show the resource.
    pub(super) fn build(
        mut self,
        after: &Json<'_>,
        unknown: &Json<'_>,
        written: Option<&Names>,
    ) -> (Node, Vec<Edge>) {
        let origin = written.map_or(Origin::Unseen, Origin::Block);
        let node = self.value(after, unknown, origin);
        let empty = Node::unplaced(Value::Object(Vec::new()));
        self.edges.sort();
        self.edges.dedup();
        (node.unwrap_or(empty), self.edges)
    }

    fn value(&mut self, after: &Json<'_>, unknown: &Json<'_>, origin: Origin<'_>) -> Option<Node> {
        let value = if unknown.is_true() {
            self.pending(origin)?
        } else {
            match after {
                Json::Null => return None,
                Json::String(text) if text.is_empty() && was_left_out(origin) => return None,
                Json::Array(items) => self.array(items, unknown, origin)?,
                Json::Object(members) => self.object(members, unknown, origin)?,
                scalar => literal(scalar).value,
            }
        };
        if let Origin::Written(Written::Expression(expression)) = origin {
            self.edge(expression);
        }
        Some(Node::unplaced(value))
    }

    fn array(
        &mut self,
        items: &[Json<'_>],
        unknown: &Json<'_>,
        origin: Origin<'_>,
    ) -> Option<Value> {
        let of_blocks = matches!(origin, Origin::Written(Written::Blocks(_)));
        if items.is_empty() && (was_left_out(origin) || of_blocks) {
            return None;
        }
        let matched = match origin {
            Origin::Written(Written::Blocks(blocks)) => matching::blocks(items, blocks),
            _ => Vec::new(),
        };
        let mut nodes = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let below = match origin {
                Origin::Written(Written::Expression(expression)) => Origin::Within(expression),
                Origin::Within(expression) => Origin::Within(expression),
                Origin::Written(_) => matched
                    .get(index)
                    .copied()
                    .flatten()
                    .map_or(Origin::Unseen, Origin::Block),
                Origin::Left | Origin::Unseen | Origin::Block(_) => Origin::Unseen,
            };
            let mark = unknown.items().get(index).unwrap_or(&Json::Null);
            self.path.0.push(index.into());
            // A null item keeps its place, for the paths of the others count on it.
            let node = self.value(item, mark, below);
            self.path.0.pop();
            nodes.push(node.unwrap_or(Node::unplaced(Value::Null)));
        }
        Some(Value::Array(nodes))
    }

    fn object(
        &mut self,
        members: &[(std::borrow::Cow<'_, str>, Json<'_>)],
        unknown: &Json<'_>,
        origin: Origin<'_>,
    ) -> Option<Value> {
        let mut entries: Vec<Entry> = Vec::new();
        for (name, after) in members {
            let mark = unknown.get(name).unwrap_or(&Json::Null);
            self.member(name, after, mark, origin, &mut entries);
        }
        // What is wholly unknown is not among the planned values.
        let known: std::collections::BTreeSet<&str> =
            members.iter().map(|(name, _)| &**name).collect();
        for (name, mark) in unknown.members() {
            if !known.contains(&**name) {
                self.member(name, &Json::Null, mark, origin, &mut entries);
            }
        }
        (!entries.is_empty() || !was_left_out(origin)).then_some(Value::Object(entries))
    }

    fn member(
        &mut self,
        name: &str,
        after: &Json<'_>,
        unknown: &Json<'_>,
        origin: Origin<'_>,
        entries: &mut Vec<Entry>,
    ) {
        self.path.0.push(name.into());
        let node = self.value(after, unknown, below(origin, name));
        self.path.0.pop();
        if let Some(node) = node {
            entries.push(Entry {
                key: name.into(),
                key_span: None,
                node,
            });
        }
    }

    /// Returns what stands for a value that is known after apply only.
    fn pending(&mut self, origin: Origin<'_>) -> Option<Value> {
        match origin {
            Origin::Left => None,
            Origin::Unseen => Some(self.unknown(UNSEEN, Vec::new(), None)),
            Origin::Written(Written::Expression(expression)) | Origin::Within(expression) => {
                Some(self.refer(expression))
            }
            Origin::Written(Written::Blocks(blocks)) => Some(Value::Array(
                blocks
                    .iter()
                    .enumerate()
                    .map(|(index, names)| {
                        self.path.0.push(index.into());
                        let value = self.written_block(names);
                        self.path.0.pop();
                        Node::unplaced(value)
                    })
                    .collect(),
            )),
            Origin::Written(Written::Block(names)) | Origin::Block(names) => {
                Some(self.written_block(names))
            }
        }
    }

    /// Builds a block that is wholly unknown from what the configuration writes.
    fn written_block(&mut self, names: &Names) -> Value {
        let mut entries = Vec::new();
        for (name, written) in names {
            let constant = match written {
                Written::Expression(expression) => expression.constant.clone(),
                Written::Blocks(_) | Written::Block(_) => None,
            };
            self.path.0.push((&**name).into());
            let node = match constant {
                Some(node) => Some(node),
                None => self.value(&Json::Null, &Json::Bool(true), Origin::Written(written)),
            };
            self.path.0.pop();
            entries.extend(
                node.filter(|node| node.value != Value::Null)
                    .map(|node| Entry {
                        key: (&**name).into(),
                        key_span: None,
                        node,
                    }),
            );
        }
        Value::Object(entries)
    }

    /// Returns the reference that an expression is, or an unknown that names what it refers to.
    fn refer(&self, expression: &Expression) -> Value {
        let targets = self.graph.targets(&expression.references, &self.scope);
        match targets.as_slice() {
            [target] if self.is_plain(expression, target) => Value::Reference(target.clone()),
            _ => {
                let first = expression
                    .references
                    .first()
                    .map(|first| address::text(&first.0));
                self.unknown(PENDING, targets, first)
            }
        }
    }

    /// Tells whether an expression can only be the reference itself. A policy text that names one ARN is not that ARN.
    fn is_plain(&self, expression: &Expression, target: &Target) -> bool {
        let sole = expression
            .references
            .iter()
            .filter(|reference| !super::references::is_meta(reference))
            .count()
            == 1;
        let attribute = self.path.0.iter().rev().find_map(|segment| match segment {
            crate::resource::Segment::Key(key) => Some(&**key),
            crate::resource::Segment::Index(_) => None,
        });
        let holds_document = attribute.is_some_and(|name| {
            name.ends_with("policy")
                || name.ends_with("_document")
                || name.ends_with("definitions")
                || name == "definition"
        });
        sole && !(holds_document && matches!(&*target.attribute, "arn" | "id" | "name" | "bucket"))
    }

    fn unknown(&self, why: &str, references: Vec<Target>, name: Option<String>) -> Value {
        let name: Arc<str> = name.unwrap_or_else(|| self.path.to_string()).into();
        Value::Unknown(Box::new(Unknown {
            kind: UnknownKind::Computed,
            name,
            why: why.into(),
            values: Vec::new(),
            references,
        }))
    }

    fn edge(&mut self, expression: &Expression) {
        for target in self.graph.targets(&expression.references, &self.scope) {
            self.edges.push(Edge {
                path: self.path.clone(),
                target,
            });
        }
    }
}

const fn was_left_out(origin: Origin<'_>) -> bool {
    matches!(origin, Origin::Left | Origin::Unseen)
}

/// Returns where the member `name` of a value comes from.
fn below<'a>(origin: Origin<'a>, name: &str) -> Origin<'a> {
    match origin {
        Origin::Block(names) | Origin::Written(Written::Block(names)) => {
            names.get(name).map_or(Origin::Left, Origin::Written)
        }
        Origin::Written(Written::Blocks(blocks)) => match blocks.as_slice() {
            [names] => names.get(name).map_or(Origin::Left, Origin::Written),
            _ => Origin::Unseen,
        },
        Origin::Written(Written::Expression(expression)) => Origin::Within(expression),
        other => other,
    }
}

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
