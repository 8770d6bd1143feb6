//! `Fn::Sub` and `Fn::Join`: strings put together.

use std::collections::BTreeMap;

use super::Call;
use super::choice::may_be_absent;
use crate::document::{Kind, NodeRef};
use crate::format::cloudformation::compose::{Composer, derive};
use crate::format::cloudformation::mapping::pairs;
use crate::format::cloudformation::resolver::Resolver;
use crate::resource::Value;

/// A part of the text of `Fn::Sub`.
#[derive(Debug, PartialEq, Eq)]
enum Part<'t> {
    Text(&'t str),
    Variable(&'t str),
}

impl<'a> Resolver<'a> {
    /// `Fn::Sub`, with or without variables of its own.
    pub(super) fn sub(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        if let (Kind::Scalar(_), Some(text)) = (call.argument.kind(), call.argument.text()) {
            return self.substitute(text, &BTreeMap::new(), node);
        }
        let arguments = call.arguments().unwrap_or_default();
        let (text, variables) = match arguments.as_slice() {
            [text] => (text.text(), None),
            [text, variables] if variables.kind() == Kind::Mapping => {
                (text.text(), Some(*variables))
            }
            _ => (None, None),
        };
        let Some(text) = text else {
            let message = "'Fn::Sub' needs a string, or a string and a map.";
            return self.malformed(node, "Fn::Sub", message);
        };
        let mut values = BTreeMap::new();
        let declared = variables.map(|map| pairs(map, &mut self.budget));
        for pair in declared.unwrap_or_default() {
            values.insert(pair.key, self.value(pair.value));
        }
        self.substitute(text, &values, node)
    }

    fn substitute(
        &mut self,
        text: &'a str,
        variables: &BTreeMap<&str, Value>,
        node: NodeRef<'a>,
    ) -> Value {
        let mut composer = Composer::default();
        for part in parts(text) {
            match part {
                Part::Text(text) => composer.text(text),
                Part::Variable(name) => match variables.get(name) {
                    Some(value) => composer.value(value),
                    None => composer.value(&self.variable(name, node)),
                },
            }
        }
        self.composed(composer)
    }

    fn variable(&mut self, name: &'a str, node: NodeRef<'a>) -> Value {
        if !self.budget.nodes(1) {
            return super::exhausted();
        }
        match name.split_once('.') {
            _ if !is_name(name) => {
                let message = format!("'${{{name}}}' is no valid variable of 'Fn::Sub'.");
                self.malformed(node, name, &message)
            }
            Some((id, attribute)) => self.attribute(id, attribute, node),
            None => self.named(name, node),
        }
    }

    /// `Fn::Join`.
    pub(super) fn join(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        let arguments = call.arguments().unwrap_or_default();
        let [delimiter, list] = arguments.as_slice() else {
            let message = "'Fn::Join' needs a delimiter and a list.";
            return self.malformed(node, "Fn::Join", message);
        };
        let Some(delimiter) = delimiter.text() else {
            return self.malformed(
                node,
                "Fn::Join",
                "The delimiter of 'Fn::Join' is no string.",
            );
        };
        let items = match self.flat(*list) {
            Value::Array(items) => items,
            Value::Unknown(_) | Value::Reference(_) | Value::Partial(_) | Value::Secret(_) => {
                return self.joined_unknown(*list);
            }
            _ => return self.malformed(node, "Fn::Join", "'Fn::Join' joins what is no list."),
        };
        if let Some(maybe) = items.iter().find(|item| may_be_absent(&item.value)) {
            return derive(&maybe.value, "the joined text").unwrap_or(Value::Null);
        }
        let mut composer = Composer::default();
        for (position, item) in items.iter().enumerate() {
            composer.text(if position == 0 { "" } else { delimiter });
            composer.value(&item.value);
        }
        self.composed(composer)
    }

    fn joined_unknown(&mut self, list: NodeRef<'a>) -> Value {
        let before = self.scope.edges.len();
        let value = self.value(list);
        // The list was resolved before: its edges are recorded.
        self.scope.edges.truncate(before);
        derive(&value, "the joined text").unwrap_or(Value::Null)
    }

    /// Resolves a list whose items are parts of one value: edges have the path of the whole.
    fn flat(&mut self, list: NodeRef<'a>) -> Value {
        let (depth, before) = (self.scope.path.len(), self.scope.edges.len());
        let value = self.value(list);
        for edge in self.scope.edges.iter_mut().skip(before) {
            edge.path.0.truncate(depth);
        }
        value
    }
}

/// Takes the text of `Fn::Sub` apart. `${!Literal}` is the text `${Literal}`.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, inside, after)) = next_variable(rest) {
        parts.push(Part::Text(before));
        match inside.strip_prefix('!') {
            Some(literal) => {
                parts.extend([Part::Text("${"), Part::Text(literal), Part::Text("}")]);
            }
            None => parts.push(Part::Variable(inside)),
        }
        rest = after;
    }
    parts.push(Part::Text(rest));
    parts
}

fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${")?;
    let (inside, after) = rest.split_once('}')?;
    Some((before, inside, after))
}

fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':');
    !name.is_empty() && !name.starts_with('.') && !name.ends_with('.') && name.chars().all(allowed)
}
