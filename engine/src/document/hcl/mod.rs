//! HCL: blocks, attributes and their spans. A thin adapter of hcl-edit.
//!
//! Gives what finding a place and following a reference need: names, literals, traversals and bytes, no evaluation.
//! `recovery` reads statement by statement what hcl-edit rejects as a whole, though Terraform takes it (a repeated
//! object key is one reason); `json` reads the JSON syntax.

mod json;
mod recovery;
mod remarks;
mod scanner;
mod spans;

use hcl_edit::Span as _;
use hcl_edit::expr::{self, ObjectKey, TraversalOperator};
use hcl_edit::structure;
use hcl_edit::template::{Element, Template};
use hcl_edit::visit::{self, Visit};

use crate::artifact::Span;
pub use json::{parse_json, parse_values};
pub use remarks::remarks;

/// What a file, or a block, holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// Its attributes in source order.
    pub attributes: Vec<Attribute>,
    /// Its blocks in source order.
    pub blocks: Vec<Block>,
}

/// `name = value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// Where the name is written.
    pub name_span: Span,
    /// The value.
    pub value: Expression,
}

/// `kind "label" … { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The first word.
    pub kind: String,
    /// The labels, unquoted.
    pub labels: Vec<String>,
    /// From the first word to the last label.
    pub header: Span,
    /// What stands between the braces; `None` when only the header could be read.
    pub body: Option<Body>,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Where it is written.
    pub span: Span,
    /// What it is, as far as it can be told without evaluating.
    pub form: Form,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// `null`.
    Null,
    /// A string without interpolation.
    Literal(String),
    /// A boolean.
    Bool(bool),
    /// A number, as text.
    Number(String),
    /// A string with interpolations.
    Template(Vec<Piece>),
    /// `[…]`.
    Array(Vec<Expression>),
    /// `{…}`; the key is `None` where it must be evaluated.
    Object(Vec<(Option<String>, Expression)>),
    /// Nothing but a traversal: `aws_vpc.main.id`.
    Traversal(Traversal),
    /// A function call, by name.
    Call(String, Vec<Expression>),
    /// Anything else, with the traversals inside it.
    Other(Vec<Traversal>),
}

/// A piece of a string.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Literal text.
    Text(String),
    /// `${…}`.
    Hole(Expression),
}

/// `a.b[0].c`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traversal(pub Vec<Part>);

/// A step of a traversal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A name: the root, or an attribute.
    Name(String),
    /// A literal string index.
    Key(String),
    /// A literal number index.
    Number(usize),
    /// `[*]` or `.*`.
    Splat,
    /// An index that is evaluated, with the traversals inside it.
    Computed(Vec<Traversal>),
}

/// Parses a file. When it is rejected its statements are read one by one, as far as they can be.
pub fn parse(text: &str) -> Body {
    let text_start = text.len() - text.trim_start_matches('\u{feff}').len();
    let rest = text.get(text_start..).unwrap_or_default();
    let mut body = strict(rest).unwrap_or_else(|| recovery::read(rest));
    body.shift(text_start);
    body
}

/// Parses a text that hcl-edit accepts whole.
fn strict(text: &str) -> Option<Body> {
    text.parse::<structure::Body>().ok().as_ref().map(body)
}

/// Parses an expression that stands alone.
fn strict_expression(text: &str) -> Option<Expression> {
    text.parse::<expr::Expression>()
        .ok()
        .as_ref()
        .map(expression)
}

impl Body {
    /// Returns the attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }
}

impl Expression {
    /// Returns the traversals anywhere inside, in source order.
    pub fn traversals(&self) -> Vec<&Traversal> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    /// Returns the text of a literal string, number or boolean.
    pub fn literal(&self) -> Option<&str> {
        match &self.form {
            Form::Literal(text) | Form::Number(text) => Some(text),
            Form::Bool(value) => Some(if *value { "true" } else { "false" }),
            _ => None,
        }
    }

    /// Returns the value of a key of an object.
    pub fn item(&self, key: &str) -> Option<&Self> {
        let Form::Object(items) = &self.form else {
            return None;
        };
        items
            .iter()
            .rev()
            .find(|(name, _)| name.as_deref() == Some(key))
            .map(|(_, value)| value)
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Traversal>) {
        match &self.form {
            Form::Null | Form::Literal(_) | Form::Bool(_) | Form::Number(_) => {}
            Form::Template(pieces) => {
                for piece in pieces {
                    if let Piece::Hole(hole) = piece {
                        hole.collect(found);
                    }
                }
            }
            Form::Array(items) | Form::Call(_, items) => {
                for item in items {
                    item.collect(found);
                }
            }
            Form::Object(items) => {
                for (_, item) in items {
                    item.collect(found);
                }
            }
            Form::Traversal(traversal) => found.push(traversal),
            Form::Other(traversals) => found.extend(traversals),
        }
    }
}

fn span(range: Option<std::ops::Range<usize>>) -> Span {
    let range = range.unwrap_or_default();
    let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(clamp(range.start), clamp(range.end))
}

fn body(source: &structure::Body) -> Body {
    Body {
        attributes: source.attributes().map(attribute).collect(),
        blocks: source.blocks().map(block).collect(),
    }
}

fn attribute(source: &structure::Attribute) -> Attribute {
    Attribute {
        name: source.key.as_str().to_owned(),
        name_span: span(source.key.span()),
        value: expression(&source.value),
    }
}

fn block(source: &structure::Block) -> Block {
    let first = span(source.ident.span());
    let last = source
        .labels
        .last()
        .map_or(first, |label| span(label.span()));
    Block {
        kind: source.ident.as_str().to_owned(),
        labels: source
            .labels
            .iter()
            .map(|label| label.as_str().to_owned())
            .collect(),
        header: Span::new(first.start, last.end),
        body: Some(body(&source.body)),
    }
}

fn expression(source: &expr::Expression) -> Expression {
    if let expr::Expression::Parenthesis(inner) = source {
        return expression(inner.inner());
    }
    Expression {
        span: span(source.span()),
        form: form(source),
    }
}

fn form(source: &expr::Expression) -> Form {
    match source {
        expr::Expression::Null(_) => Form::Null,
        expr::Expression::Bool(value) => Form::Bool(*value.value()),
        expr::Expression::Number(value) => Form::Number(value.value().to_string()),
        expr::Expression::String(value) => Form::Literal(value.value().clone()),
        expr::Expression::Array(items) => Form::Array(items.iter().map(expression).collect()),
        expr::Expression::Object(items) => Form::Object(
            items
                .iter()
                .map(|(key, value)| (object_key(key), expression(value.expr())))
                .collect(),
        ),
        expr::Expression::FuncCall(call) => Form::Call(
            call.name.name.as_str().to_owned(),
            call.args.iter().map(expression).collect(),
        ),
        expr::Expression::StringTemplate(_) | expr::Expression::HeredocTemplate(_) => source
            .as_template()
            .and_then(pieces)
            .map_or_else(|| Form::Other(traversals(source)), Form::Template),
        _ => match traversal(source) {
            Some(traversal) => Form::Traversal(traversal),
            None => Form::Other(traversals(source)),
        },
    }
}

/// Returns the pieces of a template; `None` when directives make it.
fn pieces(template: &Template) -> Option<Vec<Piece>> {
    template
        .iter()
        .map(|element| match element {
            Element::Literal(text) => Some(Piece::Text(text.value().clone())),
            Element::Interpolation(hole) => Some(Piece::Hole(expression(&hole.expr))),
            Element::Directive(_) => None,
        })
        .collect()
}

fn object_key(key: &ObjectKey) -> Option<String> {
    match key {
        ObjectKey::Ident(name) => Some(name.as_str().to_owned()),
        ObjectKey::Expression(inner) => match form(inner) {
            Form::Literal(text) | Form::Number(text) => Some(text),
            _ => None,
        },
    }
}

/// Reads an expression that is nothing but a traversal from a variable.
fn traversal(source: &expr::Expression) -> Option<Traversal> {
    match source {
        expr::Expression::Variable(name) => {
            Some(Traversal(vec![Part::Name(name.as_str().to_owned())]))
        }
        expr::Expression::Traversal(inner) => {
            let mut parts = traversal(&inner.expr)?.0;
            parts.extend(
                inner
                    .operators
                    .iter()
                    .map(|operator| part(operator.value())),
            );
            Some(Traversal(parts))
        }
        expr::Expression::Parenthesis(inner) => traversal(inner.inner()),
        _ => None,
    }
}

fn part(operator: &TraversalOperator) -> Part {
    match operator {
        TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => Part::Splat,
        TraversalOperator::GetAttr(name) => Part::Name(name.as_str().to_owned()),
        TraversalOperator::LegacyIndex(index) => {
            Part::Number(usize::try_from(*index.value()).unwrap_or(usize::MAX))
        }
        TraversalOperator::Index(index) => match index {
            expr::Expression::String(key) => Part::Key(key.value().clone()),
            expr::Expression::Number(number) => number
                .value()
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
                .map_or_else(|| Part::Computed(Vec::new()), Part::Number),
            other => Part::Computed(traversals(other)),
        },
    }
}

/// Collects the outermost traversals of any expression.
fn traversals(source: &expr::Expression) -> Vec<Traversal> {
    let mut collector = Collector(Vec::new());
    collector.visit_expr(source);
    collector.0
}

struct Collector(Vec<Traversal>);

impl Visit for Collector {
    fn visit_expr(&mut self, node: &expr::Expression) {
        match traversal(node) {
            Some(found) => self.0.push(found),
            None => visit::visit_expr(self, node),
        }
    }
}

#[cfg(test)]
mod tests;
