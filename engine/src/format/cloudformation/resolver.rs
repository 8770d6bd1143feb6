//! The resolution of values: what a node of the template stands for, as far as the template decides it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::budget::Budget;
use super::compose::{Composer, collapse};
use super::conditions::Truth;
use super::dynamic;
use super::intrinsics::{self, Recognised};
use super::mapping::{Pair, pairs, place};
use super::notices::Notices;
use super::parameters::Parameter;
use super::sam::Pending;
use super::scenarios::Trial;
use super::stacks::Nested;
use super::template::Template;
use crate::artifact::Span;
use crate::document::scalar::{Dialect, Scalar};
use crate::document::{Kind, NodeRef};
use crate::format::{Options, embedded};
use crate::resource::{
    Assumption, Edge, Entry, Fragment, Node, NoticeLevel, Path, Segment, Target, UnknownKind, Value,
};

/// What is remembered of something that is resolved when it is first asked for.
#[derive(Debug, Clone)]
pub(super) enum Memo<T> {
    /// It is being resolved: who asks for it now closes a cycle.
    Open,
    /// It is resolved.
    Done(T),
}

/// Where in a resource the resolution is, and what it found on the way.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// The path from the resource node to the value being resolved.
    pub(super) path: Vec<Segment>,
    /// What the values refer to.
    pub(super) edges: Vec<Edge>,
    /// Policy documents written as JSON strings.
    pub(super) documents: Vec<(Path, Node)>,
    /// Properties that `AWS::NoValue` leaves out, with the places of their keys.
    pub(super) left_out: Vec<(Path, Span)>,
}

/// Resolves the values of one template.
#[derive(Debug)]
pub(super) struct Resolver<'a> {
    pub(super) template: &'a Template<'a>,
    pub(super) options: &'a Options,
    pub(super) source: &'a str,
    pub(super) notices: Notices,
    pub(super) budget: Budget,
    pub(super) scope: Scope,
    pub(super) parameters: BTreeMap<&'a str, Arc<Parameter>>,
    pub(super) conditions: BTreeMap<&'a str, Memo<Truth>>,
    pub(super) nested: BTreeMap<&'a str, Memo<Option<Nested>>>,
    pub(super) assumptions: Vec<Assumption>,
    /// References to what SAM is expected to make.
    pub(super) pending: Vec<Pending>,
    /// The inputs that mappings are asked with, and the keys that these have.
    pub(super) lookups: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// What is tried to find the assignments.
    pub(super) trial: Trial,
}

impl<'a> Resolver<'a> {
    /// Makes the resolver of a template.
    pub(super) fn new(
        template: &'a Template<'a>,
        options: &'a Options,
        source: &'a str,
        notices: Notices,
        budget: Budget,
    ) -> Self {
        Self {
            template,
            options,
            source,
            notices,
            budget,
            scope: Scope::default(),
            parameters: BTreeMap::new(),
            conditions: BTreeMap::new(),
            nested: BTreeMap::new(),
            assumptions: Vec::new(),
            pending: Vec::new(),
            lookups: BTreeMap::new(),
            trial: Trial::default(),
        }
    }

    /// Returns what was assumed and what is to be said about the template.
    pub(super) fn finish(mut self) -> (Vec<Assumption>, Vec<crate::resource::Notice>) {
        if self.budget.is_exhausted() {
            self.notices.limit(
                None,
                "The template becomes larger than the scan reads: what is left out is unknown.",
            );
        }
        self.assumptions
            .sort_by(|a, b| (a.span, &a.name).cmp(&(b.span, &b.name)));
        self.assumptions.dedup();
        (self.assumptions, self.notices.finish())
    }

    /// Resolves a node. `None` means that the property does not exist (`AWS::NoValue`).
    pub(super) fn node(&mut self, node: NodeRef<'a>) -> Option<Node> {
        let span = Some(place(node));
        if !self.budget.nodes(1) || !self.budget.enter() {
            return Some(Node {
                value: exhausted(),
                span,
            });
        }
        let resolved = match intrinsics::recognise(node) {
            Recognised::Literal => Some(Node {
                value: self.literal(node),
                span,
            }),
            Recognised::Call(call) => self.call(call, node),
            Recognised::Foreign(tag) => Some(Node {
                value: self.foreign(tag, node),
                span,
            }),
            Recognised::Odd(key) => Some(Node {
                value: self.odd_map(key, node),
                span,
            }),
        };
        self.budget.leave();
        resolved
    }

    /// Resolves a node to a value; what does not exist is null.
    pub(super) fn value(&mut self, node: NodeRef<'a>) -> Value {
        self.node(node).map_or(Value::Null, |node| node.value)
    }

    /// Resolves a node whose tag or key has been dealt with.
    pub(super) fn literal(&mut self, node: NodeRef<'a>) -> Value {
        match node.kind() {
            Kind::Scalar(_) => scalar_value(node),
            Kind::Sequence => Value::Array(self.items(node)),
            Kind::Mapping => Value::Object(self.entries(node)),
        }
    }

    /// Resolves the items of a sequence, those that do not exist left out.
    pub(super) fn items(&mut self, node: NodeRef<'a>) -> Vec<Node> {
        let mut items = Vec::new();
        for item in node.items() {
            self.scope.path.push(Segment::Index(items.len()));
            items.extend(self.node(item));
            self.scope.path.pop();
        }
        items
    }

    fn entries(&mut self, node: NodeRef<'a>) -> Vec<Entry> {
        let pairs = pairs(node, &mut self.budget);
        let mut entries = Vec::with_capacity(pairs.len());
        for pair in pairs {
            entries.extend(self.entry(pair));
        }
        entries
    }

    fn entry(&mut self, pair: Pair<'a>) -> Option<Entry> {
        let key: Arc<str> = pair.key.into();
        self.scope.path.push(Segment::Key(Arc::clone(&key)));
        let node = self.node(pair.value);
        match &node {
            Some(node) => self.remember_document(&key, node),
            None => self.leave_out(pair.key_span),
        }
        self.scope.path.pop();
        Some(Entry {
            key,
            key_span: Some(pair.key_span),
            node: node?,
        })
    }

    /// Keeps where the property stands that is being resolved and does not exist.
    fn leave_out(&mut self, key: Span) {
        self.scope
            .left_out
            .push((Path(self.scope.path.clone()), key));
    }

    /// Keeps the policy document that a string holds under a key which says so.
    fn remember_document(&mut self, key: &str, node: &Node) {
        if let Some(document) = document_in(key, node, self.source) {
            let path = Path(self.scope.path.clone());
            self.scope.documents.push((path, document));
        }
    }

    fn foreign(&mut self, tag: &'a str, node: NodeRef<'a>) -> Value {
        let message = format!("The tag '{tag}' is not known: the value is taken as unknown.");
        self.notices
            .outside(NoticeLevel::Warning, Some(place(node)), message);
        Value::unknown(
            UnknownKind::Transform,
            tag,
            "is a tag that another tool replaces",
        )
    }

    /// A map that holds a function beside other keys.
    fn odd_map(&mut self, key: &'a str, node: NodeRef<'a>) -> Value {
        if key.starts_with("Fn::ForEach") {
            return match self.template.left.and_then(|left| left.of_loop(key)) {
                Some(unknown) => Value::Unknown(Box::new(unknown.clone())),
                None => self.malformed(node, key, "A loop stands where none is allowed."),
            };
        }
        if key == "Fn::Transform" {
            return self.transform(node.get(key), node);
        }
        if node.entries().count() == 1 {
            return Value::unknown(
                UnknownKind::Unsupported,
                key,
                "is no function that CloudFormation documents",
            );
        }
        let message = format!("'{key}' stands beside other keys, which CloudFormation rejects.");
        self.malformed(node, key, &message)
    }

    /// Says that a construct has the wrong shape and returns the unknown that stands for it.
    pub(super) fn malformed(&mut self, node: NodeRef<'a>, name: &str, message: &str) -> Value {
        self.notices.odd(Some(place(node)), message);
        Value::unknown(UnknownKind::Malformed, name, &reason(name, message))
    }

    /// Says that the template does not declare the transform that a function needs.
    pub(super) fn needs_extensions(&mut self, node: NodeRef<'a>, function: &str) {
        if !self.template.has_extensions {
            self.notices.missing_extensions(place(node), function);
        }
    }

    /// Records that the value being resolved comes from a resource.
    pub(super) fn refer(&mut self, target: &Target) {
        self.scope.edges.push(Edge {
            path: Path(self.scope.path.clone()),
            target: target.clone(),
        });
    }

    /// Returns the value of a composed string, unless it is too long.
    pub(super) fn composed(&mut self, composer: Composer) -> Value {
        if self.budget.text(composer.size()) {
            composer.finish()
        } else {
            exhausted()
        }
    }
}

/// Returns the policy document that a string holds under a key which says so.
pub(super) fn document_in(key: &str, node: &Node, source: &str) -> Option<Node> {
    let is_policy = ["Policy", "PolicyDocument", "PolicyText"]
        .iter()
        .any(|suffix| key.ends_with(suffix));
    let source = node.span.map(|span| (source, span));
    match &node.value {
        Value::String(text) if is_policy => embedded::policy_document(text, source),
        Value::Partial(fragments) if is_policy => {
            embedded::partial_policy_document(fragments, source)
        }
        _ => None,
    }
}

/// Returns what a message says about a name, as the end of a sentence that begins with it.
fn reason(name: &str, message: &str) -> String {
    let said = message.trim_end_matches('.');
    let about = said
        .strip_prefix('\'')
        .and_then(|said| said.strip_prefix(name));
    match about.and_then(|said| said.strip_prefix("' ")) {
        Some(said) => said.to_owned(),
        None => format!("is not valid here ({said})"),
    }
}

/// The unknown that stands for what a budget left out.
pub(super) fn exhausted() -> Value {
    Value::unknown(
        UnknownKind::Limit,
        "the template",
        "becomes larger than the scan reads",
    )
}

/// Returns what a scalar means to CloudFormation.
fn scalar_value(node: NodeRef<'_>) -> Value {
    match node.scalar(Dialect::CloudFormation) {
        None | Some(Scalar::Null) => Value::Null,
        Some(Scalar::Bool(truth)) => Value::Bool(truth),
        Some(Scalar::Number(number)) => Value::Number(number.into()),
        Some(Scalar::String(text)) => text_value(text),
    }
}

/// Returns a text, its dynamic references replaced.
pub(super) fn text_value(text: &str) -> Value {
    if dynamic::occurs_in(text) {
        collapse(dynamic::fold(vec![Fragment::Text(text.into())]))
    } else {
        Value::String(text.into())
    }
}

/// Returns a copy of a value whose nodes all have the place of the use.
pub(super) fn placed(value: &Value, span: Option<Span>) -> Value {
    match value {
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| placed_node(item, span)).collect())
        }
        Value::Object(entries) => Value::Object(
            entries
                .iter()
                .map(|entry| Entry {
                    key: Arc::clone(&entry.key),
                    key_span: span,
                    node: placed_node(&entry.node, span),
                })
                .collect(),
        ),
        other => other.clone(),
    }
}

fn placed_node(node: &Node, span: Option<Span>) -> Node {
    Node {
        value: placed(&node.value, span),
        span,
    }
}
