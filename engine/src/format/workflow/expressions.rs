//! The facts about the expressions of a node: `expressions` and `condition`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::expression::{
    Context, Domain, Expr, Index, Literal, Piece, Rest, parse, pieces, text_of,
};
use super::fact;
use super::scope::Scope;
use super::tree::Notices;
use crate::artifact::Span;
use crate::resource::{Node, Path, Segment, Value};

/// Collects the expressions of a node.
pub(super) struct Collector<'n> {
    notices: &'n mut Notices,
    /// Whether the node is a whole file, whose descriptions are prose: GitHub evaluates nothing in them.
    declares: bool,
    found: Vec<Node>,
    secrets: BTreeSet<String>,
    outputs: Vec<(Path, String, String)>,
}

impl<'n> Collector<'n> {
    pub(super) fn new(notices: &'n mut Notices) -> Self {
        Self {
            notices,
            declares: false,
            found: Vec::new(),
            secrets: BTreeSet::new(),
            outputs: Vec::new(),
        }
    }

    /// Collects the expressions of a whole file.
    pub(super) fn of_file(notices: &'n mut Notices) -> Self {
        Self {
            declares: true,
            ..Self::new(notices)
        }
    }

    /// Tells whether what stands under `key` of `place` is text for people: a description of the file or of an input.
    fn is_prose(&self, place: &Path, key: &str) -> bool {
        let declaration = match place.0.first() {
            None => true,
            Some(Segment::Key(first)) => matches!(&**first, "on" | "inputs" | "outputs"),
            Some(Segment::Index(_)) => false,
        };
        self.declares && key == "description" && declaration
    }

    /// Where notices go.
    pub(super) fn notices(&mut self) -> &mut Notices {
        self.notices
    }

    /// Returns the fact `expressions`, the fact `secrets`, and each use of another job's outputs: (path, job, output).
    pub(super) fn finish(self) -> (Node, Node, Vec<(Path, String, String)>) {
        (
            fact::list(self.found),
            fact::texts(&self.secrets),
            self.outputs,
        )
    }

    /// Reads every text below a node.
    pub(super) fn walk(&mut self, node: &Node, place: &Path, scope: &Scope) {
        match &node.value {
            Value::String(text) if text.contains("${{") => {
                self.text(text, place, scope, node.span, false);
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(item, &place.child(index), scope);
                }
            }
            Value::Object(entries) => {
                for entry in entries {
                    if self.is_prose(place, &entry.key) {
                        continue;
                    }
                    self.walk(&entry.node, &place.child(&*entry.key), scope);
                }
            }
            _ => {}
        }
    }

    fn text(
        &mut self,
        text: &str,
        place: &Path,
        scope: &Scope,
        span: Option<Span>,
        condition: bool,
    ) {
        for piece in pieces(text) {
            match piece {
                Piece::Text(_) => {}
                Piece::Expression { raw, text } => {
                    self.expression(raw, text, place, scope, span, condition);
                }
                Piece::Unclosed(_) => {
                    let message = format!("The '${{{{' in '{place}' is never closed.");
                    self.notices.error(message, span);
                }
            }
        }
    }

    fn expression(
        &mut self,
        raw: &str,
        text: &str,
        place: &Path,
        scope: &Scope,
        span: Option<Span>,
        condition: bool,
    ) -> Option<(Expr, Domain)> {
        match parse(text) {
            Ok(parsed) => {
                let domain = scope.evaluate(&parsed);
                self.record(&parsed, place);
                self.found.push(item(
                    raw,
                    text,
                    place,
                    condition,
                    Some((&parsed, &domain)),
                    scope,
                ));
                Some((parsed, domain))
            }
            Err(error) => {
                self.found
                    .push(item(raw, text, place, condition, None, scope));
                let message = format!("The expression '{}' {error}.", head(text));
                self.notices.error(message, span);
                None
            }
        }
    }

    fn record(&mut self, parsed: &Expr, place: &Path) {
        for context in parsed.contexts() {
            let keys: Vec<&str> = context.name.split('.').collect();
            match keys.as_slice() {
                ["secrets", name, ..] => {
                    self.secrets.insert((*name).to_owned());
                }
                ["needs", job, "outputs", output, ..] => {
                    self.outputs
                        .push((place.clone(), (*job).to_owned(), (*output).to_owned()));
                }
                _ => {}
            }
        }
    }

    /// Reads an `if`; returns the fact `condition`.
    pub(super) fn condition(&mut self, node: Option<&Node>, place: &Path, scope: &Scope) -> Node {
        let Some((node, written)) = node.and_then(|node| Some((node, fact::written(node)?))) else {
            return fact::null();
        };
        let trimmed = written.trim();
        let parts = pieces(trimmed);
        let inner = match parts.as_slice() {
            [Piece::Expression { text, .. }] => Some(*text),
            [Piece::Text(_)] => Some(trimmed),
            _ => None,
        };
        let Some(inner) = inner else {
            self.text(trimmed, place, scope, node.span, true);
            return shape(&written, trimmed, place, None);
        };
        let read = self.expression(&written, inner, place, scope, node.span, true);
        shape(
            &written,
            inner,
            place,
            read.as_ref().map(|(parsed, domain)| (parsed, domain)),
        )
    }
}

/// One item of the fact `expressions`.
fn item(
    raw: &str,
    text: &str,
    place: &Path,
    condition: bool,
    read: Option<(&Expr, &Domain)>,
    scope: &Scope,
) -> Node {
    let contexts = read
        .map(|(parsed, _)| parsed.contexts())
        .unwrap_or_default();
    let flows = read.map(|(parsed, _)| parsed.flows()).unwrap_or_default();
    let functions = read
        .map(|(parsed, _)| parsed.functions())
        .unwrap_or_default();
    let names = |contexts: &[Context]| {
        let names = contexts.iter().map(|context| context.name.clone());
        names.collect::<Vec<_>>()
    };
    fact::object([
        ("path", fact::path(place)),
        ("raw", fact::text(raw)),
        ("text", fact::text(text)),
        ("condition", fact::flag(condition)),
        ("contexts", fact::texts(scope.named(names(&contexts)))),
        ("flows", fact::texts(scope.flowing(names(&flows)))),
        ("functions", fact::texts(functions)),
        (
            "dynamic",
            fact::flag(contexts.iter().any(|context| context.dynamic)),
        ),
        ("result", result(read)),
        ("branches", branches(read)),
        ("opaque", fact::optional(opaque(read))),
    ])
}

fn result(read: Option<(&Expr, &Domain)>) -> Node {
    let Some((parsed, domain)) = read else {
        return fact::object([("kind", fact::text("invalid"))]);
    };
    if let Some(value) = domain.single() {
        let value = Node::unplaced(value.clone());
        return fact::object([("kind", fact::text("literal")), ("value", value)]);
    }
    let booleans = domain.all().is_some_and(|values| {
        values
            .iter()
            .all(|value| matches!(value, Value::Bool(_) | Value::Null))
    });
    let boolean = parsed.is_boolean() || booleans;
    fact::object([("kind", fact::text(if boolean { "boolean" } else { "text" }))])
}

/// Says why not all values of an expression are known, as the end of a sentence.
fn opaque<'a>(read: Option<(&Expr, &'a Domain)>) -> Option<&'a str> {
    match read.map(|(_, domain)| &domain.rest) {
        None => Some("is no valid expression"),
        Some(Rest::Falsy(why) | Rest::Anything(why)) => Some(why),
        Some(Rest::Nothing) => None,
    }
}

fn branches(read: Option<(&Expr, &Domain)>) -> Node {
    match read.and_then(|(_, domain)| domain.all()) {
        Some(values) if values.len() > 1 => fact::list(values.iter().cloned().map(Node::unplaced)),
        _ => fact::null(),
    }
}

fn shape(raw: &str, text: &str, place: &Path, read: Option<(&Expr, &Domain)>) -> Node {
    let status = read
        .map(|(parsed, _)| parsed.status_functions())
        .unwrap_or_default();
    let contexts = read
        .map(|(parsed, _)| parsed.contexts())
        .unwrap_or_default();
    let functions = read
        .map(|(parsed, _)| parsed.functions())
        .unwrap_or_default();
    let single = read.and_then(|(_, domain)| domain.single());
    // A status function depends on what ran before, even `always()`.
    let value = single
        .filter(|_| status.is_empty())
        .map_or_else(fact::null, |value| fact::flag(truthy(value)));
    fact::object([
        ("path", fact::path(place)),
        ("raw", fact::text(raw)),
        ("text", fact::text(text)),
        (
            "ast",
            read.map_or_else(fact::null, |(parsed, _)| ast(parsed)),
        ),
        (
            "contexts",
            fact::texts(contexts.iter().map(|context| &context.name)),
        ),
        ("functions", fact::texts(functions)),
        ("status", fact::texts(status)),
        ("value", value),
    ])
}

/// Returns the condition that two conditions make together: of a step, and of the step that uses its action.
pub(super) fn both(outer: &Node, inner: &Node) -> Node {
    if outer.value == Value::Null {
        return inner.clone();
    }
    if inner.value == Value::Null {
        return outer.clone();
    }
    let field = |of: &Node, key: &str| of.get(key).cloned().unwrap_or_else(fact::null);
    let text = |of: &Node| field(of, "text").as_str().unwrap_or_default().to_owned();
    let union = |key: &str| {
        let lists = [field(outer, key), field(inner, key)];
        let lists = lists
            .iter()
            .map(|list| fact::scalars(list, &Path::default()));
        let names: BTreeSet<String> = lists.flatten().map(|(_, name)| name).collect();
        fact::texts(names)
    };
    let (left, right) = (field(outer, "ast"), field(inner, "ast"));
    let ast = match (&left.value, &right.value) {
        (Value::Null, _) => right,
        (_, Value::Null) => left,
        _ => fact::object([
            ("op", fact::text("&&")),
            ("args", fact::list([left, right])),
        ]),
    };
    let values = [field(outer, "value"), field(inner, "value")];
    let is = |flag: bool| move |value: &Node| value.value == Value::Bool(flag);
    let value = if values.iter().any(is(false)) {
        fact::flag(false)
    } else if values.iter().all(is(true)) {
        fact::flag(true)
    } else {
        fact::null()
    };
    fact::object([
        ("path", field(inner, "path")),
        ("raw", field(inner, "raw")),
        (
            "text",
            fact::text(&format!("({}) && ({})", text(outer), text(inner))),
        ),
        ("ast", ast),
        ("contexts", union("contexts")),
        ("functions", union("functions")),
        ("status", union("status")),
        ("value", value),
    ])
}

fn truthy(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::Null => false,
        Value::Number(_) => !matches!(text_of(value).as_str(), "0" | "-0" | "NaN"),
        other => !text_of(other).is_empty(),
    }
}

/// A syntax tree as a fact.
fn ast(parsed: &Expr) -> Node {
    let operation = |sign: &str, items: &[&Expr]| {
        fact::object([
            ("op", fact::text(sign)),
            ("args", fact::list(items.iter().map(|item| ast(item)))),
        ])
    };
    if let Some(context) = parsed.context() {
        return fact::object([("context", fact::text(&context.name))]);
    }
    match parsed {
        Expr::Literal(literal) => fact::object([("literal", literal_node(literal))]),
        Expr::Not(inner) => operation("!", &[inner]),
        Expr::And(items) => operation("&&", &items.iter().collect::<Vec<_>>()),
        Expr::Or(items) => operation("||", &items.iter().collect::<Vec<_>>()),
        Expr::Compare(sign, left, right) => operation(sign.sign(), &[left, right]),
        Expr::Call(name, items) => fact::object([
            ("call", fact::text(name)),
            ("args", fact::list(items.iter().map(ast))),
        ]),
        Expr::Access(base, index) => {
            let index = match index {
                Index::Property(key) => fact::object([("literal", fact::text(key))]),
                Index::Star => fact::object([("literal", fact::text("*"))]),
                Index::Dynamic(inner) => ast(inner),
            };
            fact::object([
                ("op", fact::text("index")),
                ("args", fact::list([ast(base), index])),
            ])
        }
        Expr::Name(name) => fact::object([("context", fact::text(name))]),
    }
}

fn literal_node(literal: &Literal) -> Node {
    match literal {
        Literal::Null => fact::null(),
        Literal::Bool(value) => fact::flag(*value),
        Literal::String(text) => fact::text(text),
        Literal::Number(number) if number.is_finite() => {
            Node::unplaced(Value::Number(number.to_string().into()))
        }
        Literal::Number(number) => fact::text(&number.to_string()),
    }
}

/// Returns a text as a message shows it: its beginning, where it is long.
fn head(text: &str) -> Cow<'_, str> {
    /// So many characters are shown.
    const SHOWN: usize = 200;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}
