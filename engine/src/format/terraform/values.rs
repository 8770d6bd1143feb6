//! Planned values: what is known after the change, what waits for apply, and what the author left out.
//!
//! Decides by rule U2 of the catalogue: a value that is unknown counts as unknown only where the author wrote it;
//! a computed value that nobody wrote is absent, and so is null and the empty text or block that a provider prints.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::configuration::{Declared, Expression, Names, Written};
use super::literals::literal;
use super::matching;
use super::references::{Graph, Scope};
use super::texts::Texts;
use crate::document::raw::Json;
use crate::resource::{Edge, Entry, Node, Path, Segment, Value};

/// Where a value comes from.
#[derive(Debug, Clone, Copy)]
enum Origin<'a> {
    /// The configuration shows the resource, and does not write this.
    Left,
    /// The configuration cannot tell: it is missing, or a dynamic block made the value.
    Unseen,
    /// It is written as this.
    Written(&'a Written),
    /// It is part of the value of this expression, which starts at this depth.
    Within(&'a Expression, usize),
    /// It is part of an element that this expression makes, and providers fill such elements up.
    Element(&'a Expression, usize),
    /// It is this block.
    Block(&'a Names),
}

/// Why a value without a configuration is unknown.
const UNSEEN: &str = "is known only after apply, and the plan does not show how it is written";
/// Why a value that refers to others is unknown.
pub(super) const PENDING: &str = "is known only after apply";

/// Builds the node of one resource, and its edges.
pub(super) struct Builder<'a> {
    pub(super) graph: &'a Graph<'a>,
    pub(super) scope: Scope<'a>,
    edges: Vec<Edge>,
    texts: &'a Texts,
    pub(super) path: Path,
    /// Whether the configuration shows dynamic blocks, too.
    is_sourced: bool,
}

impl<'a> Builder<'a> {
    /// Makes a builder for a resource that stands in `scope`.
    pub(super) const fn new(graph: &'a Graph<'a>, scope: Scope<'a>, texts: &'a Texts) -> Self {
        Self {
            graph,
            scope,
            texts,
            edges: Vec::new(),
            path: Path(Vec::new()),
            is_sourced: false,
        }
    }

    /// Merges the planned values with what is unknown in them. `declared` is `None` when the configuration does not
    /// show the resource.
    pub(super) fn build(
        mut self,
        after: &Json<'_>,
        unknown: &Json<'_>,
        declared: Option<&Declared>,
    ) -> (Node, Vec<Edge>) {
        self.is_sourced = declared.is_some_and(|declared| declared.is_sourced);
        let origin = declared.map_or(Origin::Unseen, |declared| Origin::Block(&declared.names));
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
        let expression = match origin {
            // References of a list of objects are edges of the members that wait for them.
            Origin::Written(Written::Expression(expression)) if !makes_objects(after) => {
                Some(expression)
            }
            Origin::Element(expression, _) if unknown.is_true() => Some(expression),
            _ => None,
        };
        if let Some(expression) = expression {
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
        let is_empty = items.is_empty() && (was_left_out(origin) || of_blocks);
        // A computed block that nobody wrote is absent, also where an applied plan shows it.
        let is_computed =
            self.is_sourced && matches!(origin, Origin::Left) && items.iter().all(is_object);
        if is_empty || is_computed {
            return None;
        }
        let matched = match origin {
            Origin::Written(Written::Blocks(blocks)) => matching::blocks(items, blocks),
            _ => Vec::new(),
        };
        let mut nodes = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let below = match origin {
                Origin::Written(Written::Expression(expression)) if is_object(item) => {
                    Origin::Element(expression, self.path.0.len())
                }
                Origin::Written(Written::Expression(expression)) => {
                    Origin::Within(expression, self.path.0.len())
                }
                Origin::Within(..) | Origin::Element(..) => origin,
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
        members: &[(Cow<'_, str>, Json<'_>)],
        unknown: &Json<'_>,
        origin: Origin<'_>,
    ) -> Option<Value> {
        let mut entries: Vec<Entry> = Vec::new();
        for (name, after) in members {
            let mark = unknown.get(name).unwrap_or(&Json::Null);
            self.member(name, after, mark, origin, &mut entries);
        }
        self.unknown_members(members, unknown, origin, &mut entries);
        (!entries.is_empty() || !was_left_out(origin)).then_some(Value::Object(entries))
    }

    /// Adds what is wholly unknown, and so not among the planned values.
    fn unknown_members(
        &mut self,
        members: &[(Cow<'_, str>, Json<'_>)],
        unknown: &Json<'_>,
        origin: Origin<'_>,
        entries: &mut Vec<Entry>,
    ) {
        if unknown.members().is_empty() {
            return;
        }
        let known: HashSet<&str> = members.iter().map(|(name, _)| &**name).collect();
        for (name, mark) in unknown.members() {
            if !known.contains(&**name) {
                self.member(name, &Json::Null, mark, origin, entries);
            }
        }
    }

    fn member(
        &mut self,
        name: &str,
        after: &Json<'_>,
        unknown: &Json<'_>,
        origin: Origin<'_>,
        entries: &mut Vec<Entry>,
    ) {
        // Most members of what a provider knows are null.
        if matches!(after, Json::Null) && matches!(unknown, Json::Null | Json::Bool(false)) {
            return;
        }
        let depth = self.path.0.len();
        let key = self.texts.shared(name);
        self.path.0.push(Segment::Key(Arc::clone(&key)));
        let node = self.value(after, unknown, below(origin, name, depth));
        self.path.0.pop();
        if let Some(node) = node {
            entries.push(Entry {
                key,
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
            Origin::Written(Written::Expression(expression)) => {
                Some(self.refer(expression, self.path.0.len()))
            }
            Origin::Within(expression, depth) | Origin::Element(expression, depth) => {
                Some(self.refer(expression, depth))
            }
            // How many blocks a dynamic one makes is not known.
            Origin::Written(Written::Blocks(blocks)) if !blocks.dynamic.is_empty() => {
                let references = self.block_targets(&blocks.dynamic);
                Some(self.unknown(PENDING, references, None))
            }
            Origin::Written(Written::Blocks(blocks)) => Some(Value::Array(
                blocks
                    .fixed
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
    matches!(origin, Origin::Left | Origin::Unseen | Origin::Element(..))
}

const fn is_object(json: &Json<'_>) -> bool {
    matches!(json, Json::Object(_))
}

fn makes_objects(json: &Json<'_>) -> bool {
    !json.items().is_empty() && json.items().iter().all(is_object)
}

/// Returns where the member `name` of a value comes from.
fn below<'a>(origin: Origin<'a>, name: &str, depth: usize) -> Origin<'a> {
    match origin {
        Origin::Block(names) | Origin::Written(Written::Block(names)) => {
            names.get(name).map_or(Origin::Left, Origin::Written)
        }
        Origin::Written(Written::Blocks(blocks)) => match blocks.fixed.as_slice() {
            [names] => names.get(name).map_or(Origin::Left, Origin::Written),
            _ => Origin::Unseen,
        },
        Origin::Written(Written::Expression(expression)) => Origin::Within(expression, depth),
        other => other,
    }
}
