//! Strings that are put together from known and unknown parts.

use std::sync::Arc;

use super::budget::MAX_TEXT;
use super::dynamic;
use crate::resource::{Fragment, Target, Unknown, UnknownKind, Value};

/// A string under construction.
#[derive(Debug, Default)]
pub(super) struct Composer {
    fragments: Vec<Fragment>,
    tail: String,
    size: usize,
}

impl Composer {
    /// Adds literal text.
    pub(super) fn text(&mut self, text: &str) {
        self.size = self.size.saturating_add(text.len());
        if self.size <= MAX_TEXT {
            self.tail.push_str(text);
        }
    }

    /// Adds a value: what is known as text, the rest as a hole. Containers do not belong into strings: they make a
    /// hole that says so.
    pub(super) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(truth) => self.text(if *truth { "true" } else { "false" }),
            Value::Number(text) | Value::String(text) => self.text(text),
            Value::Partial(fragments) => {
                for fragment in fragments {
                    match fragment {
                        Fragment::Text(text) => self.text(text),
                        Fragment::Hole(hole) => self.hole((**hole).clone()),
                    }
                }
            }
            Value::Array(_) | Value::Object(_) => self.hole(Value::unknown(
                UnknownKind::Malformed,
                "a list or map",
                "stands where a string is expected",
            )),
            Value::Reference(_) | Value::Secret(_) | Value::Unknown(_) => {
                self.hole(value.clone());
            }
        }
    }

    fn hole(&mut self, value: Value) {
        self.flush();
        self.fragments.push(Fragment::Hole(Box::new(value)));
        self.size = self.size.saturating_add(1);
    }

    fn flush(&mut self) {
        if !self.tail.is_empty() {
            let text = std::mem::take(&mut self.tail);
            self.fragments.push(Fragment::Text(text.into()));
        }
    }

    /// Returns how long the string is, as far as it is known.
    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// Returns the string: a literal when all of it is known, a lone hole as itself, else a partial string.
    /// Dynamic references that came together from parts are recognised.
    pub(super) fn finish(mut self) -> Value {
        self.flush();
        collapse(dynamic::fold(self.fragments))
    }
}

/// Returns the value that a list of fragments stands for.
pub(super) fn collapse(mut fragments: Vec<Fragment>) -> Value {
    if fragments.len() > 1 {
        return Value::Partial(fragments);
    }
    match fragments.pop() {
        None => Value::String("".into()),
        Some(Fragment::Text(text)) => Value::String(text),
        Some(Fragment::Hole(value)) => *value,
    }
}

/// Returns the text of a scalar as CloudFormation compares and joins it.
pub(super) fn scalar_text(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::String(text) | Value::Number(text) => Some(Arc::clone(text)),
        Value::Bool(truth) => Some(if *truth { "true" } else { "false" }.into()),
        _ => None,
    }
}

/// Writes a value as the name of an input: known text as it is, what is not known as `${name}`.
pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(text) | Value::String(text) | Value::Secret(text) => text.to_string(),
        Value::Reference(target) => format!("${{{}}}", target_name(target)),
        Value::Unknown(unknown) => format!("${{{}}}", unknown.name),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
        Value::Partial(fragments) => fragments.iter().map(describe_fragment).collect(),
    }
}

fn describe_fragment(fragment: &Fragment) -> String {
    match fragment {
        Fragment::Text(text) => text.to_string(),
        Fragment::Hole(hole) => describe(hole),
    }
}

/// Writes a target as `Sub` would name it.
pub(super) fn target_name(target: &Target) -> String {
    if target.attribute.is_empty() {
        target.address.to_string()
    } else {
        format!("{}.{}", target.address, target.attribute)
    }
}

/// Returns the unknown that results when `operation` is applied to a value that is not fully known: the same input
/// decides it. `None` when the value is known.
pub(super) fn derive(value: &Value, operation: &str) -> Option<Value> {
    match value {
        Value::Unknown(unknown) => Some(Value::Unknown(Box::new(Unknown {
            why: format!("{}, so {operation} is open", unknown.why).into(),
            values: Vec::new(),
            ..(**unknown).clone()
        }))),
        Value::Reference(target) => Some(Value::Unknown(Box::new(Unknown {
            kind: UnknownKind::Attribute,
            name: target_name(target).into(),
            why: format!("is known only after deployment, so {operation} is open").into(),
            values: Vec::new(),
            references: vec![target.clone()],
        }))),
        Value::Secret(text) => Some(Value::unknown(
            UnknownKind::DynamicReference,
            text,
            "is resolved at deployment",
        )),
        Value::Partial(fragments) => derive_first(holes(fragments), operation),
        Value::Array(items) => derive_first(items.iter().map(|item| &item.value), operation),
        Value::Object(entries) => {
            derive_first(entries.iter().map(|entry| &entry.node.value), operation)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn derive_first<'v>(
    values: impl Iterator<Item = &'v Value> + Clone,
    operation: &str,
) -> Option<Value> {
    let mut derived = values.clone().find_map(|value| derive(value, operation))?;
    if let Value::Unknown(unknown) = &mut derived {
        let mut references = Vec::new();
        values.for_each(|value| targets(value, &mut references));
        references.sort();
        references.dedup();
        unknown.references = references;
    }
    Some(derived)
}

/// Returns the holes among fragments.
pub(super) fn holes(fragments: &[Fragment]) -> impl Iterator<Item = &Value> + Clone {
    fragments.iter().filter_map(|fragment| match fragment {
        Fragment::Hole(value) => Some(&**value),
        Fragment::Text(_) => None,
    })
}

/// Collects the resources that a value comes from.
pub(super) fn targets(value: &Value, into: &mut Vec<Target>) {
    match value {
        Value::Reference(target) => into.push(target.clone()),
        Value::Unknown(unknown) => into.extend(unknown.references.iter().cloned()),
        Value::Partial(fragments) => holes(fragments).for_each(|hole| targets(hole, into)),
        Value::Array(items) => items.iter().for_each(|item| targets(&item.value, into)),
        Value::Object(entries) => {
            for entry in entries {
                targets(&entry.node.value, into);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => {}
    }
}
