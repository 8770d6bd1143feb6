//! What stands for a value that is known only after apply: a reference, a string known in part, or an unknown.

use std::sync::Arc;

use super::address;
use super::configuration::{Expression, Names, Written};
use super::parts::is_meta;
use super::values::{Builder, PENDING};
use crate::document::hcl::{self, Form};
use crate::resource::{Fragment, Node, Segment, Target, Unknown, UnknownKind, Value};

impl Builder<'_> {
    /// Returns the reference that an expression is, or an unknown that names what it refers to. The value stands
    /// in the value of the expression, which starts at `depth`.
    pub(super) fn refer(&self, expression: &Expression, depth: usize) -> Value {
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
    pub(super) fn block_targets(&self, blocks: &[Names]) -> Vec<Target> {
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
            .filter(|reference| !is_meta(reference))
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

    pub(super) fn unknown(
        &self,
        why: &str,
        references: Vec<Target>,
        name: Option<String>,
    ) -> Value {
        let name: Arc<str> = name.unwrap_or_else(|| self.path.to_string()).into();
        Value::Unknown(Box::new(Unknown {
            kind: UnknownKind::Computed,
            name,
            why: why.into(),
            values: Vec::new(),
            references,
        }))
    }
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
