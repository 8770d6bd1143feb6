//! Planned values: what is known after the change, what waits for apply, and what the author left out.
//!
//! Decides by rule U2 of the catalogue: a value that is unknown counts as unknown only where the author wrote it;
//! a computed value that nobody wrote is absent, and so is null and the empty text or block that a provider prints.

use std::sync::Arc;

use super::address;
use super::configuration::{Declared, Expression, Names, Written};
use super::matching;
use super::references::{Graph, Scope};
use crate::document::hcl::{self, Form};
use crate::document::raw::Json;
use crate::resource::{
    Edge, Entry, Fragment, Node, Path, Segment, Target, Unknown, UnknownKind, Value,
};

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
const PENDING: &str = "is known only after apply";

/// Builds the node of one resource, and its edges.
pub(super) struct Builder<'a> {
    graph: &'a Graph<'a>,
    scope: Scope<'a>,
    edges: Vec<Edge>,
    path: Path,
    /// Whether the configuration shows dynamic blocks, too.
    is_sourced: bool,
}

impl<'a> Builder<'a> {
    /// Makes a builder for a resource that stands in `scope`.
    pub(super) const fn new(graph: &'a Graph<'a>, scope: Scope<'a>) -> Self {
        Self {
            graph,
            scope,
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
        let depth = self.path.0.len();
        self.path.0.push(name.into());
        let node = self.value(after, unknown, below(origin, name, depth));
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

    /// Returns the reference that an expression is, or an unknown that names what it refers to. The value stands
    /// in the value of the expression, which starts at `depth`.
    fn refer(&self, expression: &Expression, depth: usize) -> Value {
        let inner = self.path.0.get(depth..).unwrap_or_default();
        if let Some(source) = &expression.source
            && let Some(part) = part_of(source, inner)
        {
            return self.symbolic(part);
        }
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

    /// Returns what an expression of the sources is without evaluating it.
    fn symbolic(&self, source: &hcl::Expression) -> Value {
        match &source.form {
            Form::Null => Value::Null,
            Form::Literal(text) => Value::String(text.as_str().into()),
            Form::Number(text) => Value::Number(text.as_str().into()),
            Form::Bool(value) => Value::Bool(*value),
            Form::Array(items) => Value::Array(
                items
                    .iter()
                    .map(|item| Node::unplaced(self.symbolic(item)))
                    .collect(),
            ),
            Form::Template(pieces) => {
                Value::Partial(pieces.iter().map(|piece| self.fragment(piece)).collect())
            }
            Form::Object(_) | Form::Traversal(_) | Form::Call(..) | Form::Other(_) => {
                self.evaluated(source)
            }
        }
    }

    fn fragment(&self, piece: &hcl::Piece) -> Fragment {
        match piece {
            hcl::Piece::Text(text) => Fragment::Text(text.as_str().into()),
            hcl::Piece::Hole(hole) => Fragment::Hole(Box::new(self.symbolic(hole))),
        }
    }

    /// Returns the reference that an evaluated expression surely is, or an unknown.
    fn evaluated(&self, source: &hcl::Expression) -> Value {
        let traversals = source.traversals();
        let targets = self.graph.targets(traversals.iter().copied(), &self.scope);
        match (&source.form, targets.as_slice()) {
            (Form::Traversal(_), [target]) => Value::Reference(target.clone()),
            // These give one of their arguments.
            (Form::Call(name, _), [target])
                if matches!(
                    name.as_str(),
                    "try"
                        | "one"
                        | "coalesce"
                        | "element"
                        | "sensitive"
                        | "nonsensitive"
                        | "tostring"
                ) =>
            {
                Value::Reference(target.clone())
            }
            _ => {
                let first = traversals.first().map(|first| address::text(&first.0));
                self.unknown(PENDING, targets, first)
            }
        }
    }

    /// Returns what dynamic blocks refer to.
    fn block_targets(&self, blocks: &[Names]) -> Vec<Target> {
        let expressions =
            blocks
                .iter()
                .flat_map(Names::values)
                .filter_map(|written| match written {
                    Written::Expression(expression) => Some(expression),
                    Written::Blocks(_) | Written::Block(_) => None,
                });
        self.graph.targets(
            expressions.flat_map(|expression| &expression.references),
            &self.scope,
        )
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
            Segment::Key(key) => Some(&**key),
            Segment::Index(_) => None,
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
    matches!(origin, Origin::Left | Origin::Unseen | Origin::Element(..))
}

const fn is_object(json: &Json<'_>) -> bool {
    matches!(json, Json::Object(_))
}

fn makes_objects(json: &Json<'_>) -> bool {
    !json.items().is_empty() && json.items().iter().all(is_object)
}

/// Returns the part of a literal list or map that makes what stands at a path below it.
fn part_of<'s>(source: &'s hcl::Expression, path: &[Segment]) -> Option<&'s hcl::Expression> {
    let [first, rest @ ..] = path else {
        return Some(source);
    };
    let part = match (&source.form, first) {
        (Form::Object(_), Segment::Key(key)) => source.item(key)?,
        // What is not known is none of the literals; in its place unless a set moved it.
        (Form::Array(items), Segment::Index(index)) => {
            let mut unknown = items.iter().filter(|item| item.literal().is_none());
            let only = unknown.next().filter(|_| unknown.next().is_none());
            only.or_else(|| items.get(*index).filter(|item| item.literal().is_none()))?
        }
        _ => return None,
    };
    part_of(part, rest)
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
