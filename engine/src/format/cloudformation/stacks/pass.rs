//! Values on their way from one stack to another.

use std::cell::RefCell;
use std::sync::Arc;

use super::Given;
use crate::format::cloudformation::compose::{collapse, describe, holes, scalar_text};
use crate::resource::{Fragment, Node, Target, Unknown, UnknownKind, Value};

/// Pseudo parameters that differ between a stack and the stacks nested in it.
const OF_ONE_STACK: [&str; 3] = ["AWS::NotificationARNs", "AWS::StackId", "AWS::StackName"];

/// A value of more parts than this is not taken apart on its way: it is open as a whole.
const MAX_PARTS: usize = 256;

/// Longer reasons are cut: each stack on the way adds to them.
const MAX_SAID: usize = 300;

/// How the reason of a parameter that a parent passes begins.
const PASSED: &str = "is given by ";

/// An output as a value of the calling template: holes say what they are below.
pub(super) fn risen(id: &str, attribute: &str, template: &str, value: &Value) -> Value {
    let name = format!("{id}.{attribute}");
    let target = Target {
        address: id.into(),
        attribute: attribute.into(),
    };
    let open = |value: &Value| match value {
        pseudo @ Value::Unknown(unknown) if is_shared(unknown) => pseudo.clone(),
        secret @ Value::Secret(_) => secret.clone(),
        other => Value::Unknown(Box::new(Unknown {
            kind: UnknownKind::Attribute,
            name: name.as_str().into(),
            why: format!("is {} of '{template}'", said(other)).into(),
            values: Vec::new(),
            references: vec![target.clone()],
        })),
    };
    mapped(value, &open)
}

/// Who passes a parameter.
pub(super) struct Giver<'g> {
    /// The logical id of the nested stack.
    pub(super) stack: &'g str,
    /// The calling template.
    pub(super) uri: &'g str,
    /// The parameter.
    pub(super) name: &'g str,
}

impl Giver<'_> {
    /// Returns a value of the calling template as the called one sees it; nothing where `AWS::NoValue` is passed.
    pub(super) fn pass(&self, value: &Value) -> Option<Given> {
        let is_present = match value {
            Value::Reference(_) => true,
            Value::Unknown(unknown) => unknown.kind == UnknownKind::Attribute,
            _ => false,
        };
        let is_whole = !matches!(value, Value::Array(_) | Value::Partial(_));
        // Parts of one parameter that differ have names that differ.
        let parts = RefCell::new(Vec::new());
        let value = mapped(value, &|value| match value {
            Value::Secret(_) => value.clone(),
            Value::Unknown(unknown) if is_shared(unknown) => value.clone(),
            other if is_whole => self.open(self.name, other),
            other => {
                let number = position(&mut parts.borrow_mut(), said(other));
                self.open(&format!("{}[{number}]", self.name), other)
            }
        });
        (value != Value::Null).then_some(Given { value, is_present })
    }

    fn open(&self, name: &str, value: &Value) -> Value {
        let values = match value {
            Value::Unknown(unknown) => unknown.values.iter().map(unplaced).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        // What may be left out, or be open again, is no list of values.
        let literal = |node: &Node| matches!(node.value, Value::String(_));
        Value::Unknown(Box::new(Unknown {
            kind: UnknownKind::Parameter,
            name: name.into(),
            why: format!(
                "{PASSED}'{}' of '{}' as {}",
                self.stack,
                self.uri,
                said(value)
            )
            .into(),
            values: if values.iter().all(literal) {
                values
            } else {
                Vec::new()
            },
            references: Vec::new(),
        }))
    }
}

/// Returns where a text stands in a list, adding it when it does not yet.
fn position(list: &mut Vec<String>, text: String) -> usize {
    let known = list.iter().position(|known| *known == text);
    known.unwrap_or_else(|| {
        list.push(text);
        list.len() - 1
    })
}

fn unplaced(node: &Node) -> Node {
    Node::unplaced(scalar_text(&node.value).map_or_else(|| node.value.clone(), Value::String))
}

/// Returns a value with its open parts replaced, without places.
fn mapped(value: &Value, open: &impl Fn(&Value) -> Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            scalar_text(value).map_or(Value::Null, Value::String)
        }
        Value::Partial(parts) if parts.len() > MAX_PARTS => open(value),
        Value::Array(parts) if parts.len() > MAX_PARTS => open(value),
        Value::Array(items) => {
            let items = items.iter().map(|item| mapped(&item.value, open));
            Value::Array(items.map(Node::unplaced).collect())
        }
        Value::Partial(fragments) => Value::Partial(
            fragments
                .iter()
                .map(|fragment| match fragment {
                    Fragment::Text(text) => Fragment::Text(Arc::clone(text)),
                    Fragment::Hole(hole) => Fragment::Hole(Box::new(mapped(hole, open))),
                })
                .collect(),
        ),
        Value::Object(_) | Value::Reference(_) | Value::Secret(_) | Value::Unknown(_) => {
            open(value)
        }
    }
}

/// Tells whether a pseudo parameter is the same in a stack and those nested in it.
fn is_shared(unknown: &Unknown) -> bool {
    unknown.kind == UnknownKind::PseudoParameter && !OF_ONE_STACK.contains(&&*unknown.name)
}

/// Says what an open value is, as a part of a sentence.
pub(super) fn said(value: &Value) -> String {
    let mut text = said_whole(value);
    if let Some((end, _)) = text.char_indices().nth(MAX_SAID) {
        text.truncate(end);
        text.push('…');
    }
    text
}

fn said_whole(value: &Value) -> String {
    match value {
        Value::Reference(target) if target.attribute.is_empty() => {
            format!("'{}'", target.address)
        }
        Value::Reference(target) => format!("'{}.{}'", target.address, target.attribute),
        Value::Unknown(unknown) => format!("'{}', which {}", unknown.name, unknown.why),
        Value::Partial(fragments) => match holes(fragments).next() {
            Some(hole) => format!("a text with {}", said(hole)),
            None => "a text".to_owned(),
        },
        Value::Array(items) => {
            let mut open = items.iter().map(|item| &item.value);
            open.find(|value| scalar_text(value).is_none()).map_or_else(
                || "a list".to_owned(),
                |item| format!("a list with {}", said(item)),
            )
        }
        other => format!("'{}'", describe(other)),
    }
}

/// Tells whether an unknown is a whole parameter that a parent passes, not something derived from one.
pub(in crate::format::cloudformation) fn is_passed(unknown: &Unknown) -> bool {
    unknown.why.starts_with(PASSED) && !unknown.why.contains(", so ")
}

/// Splits a text that is known in part at its commas, as `CloudFormation` does for a list parameter.
pub(in crate::format::cloudformation) fn split_list(fragments: &[Fragment]) -> Vec<Node> {
    let mut items = vec![Vec::new()];
    for fragment in fragments {
        match fragment {
            Fragment::Text(text) => {
                for (position, part) in text.split(',').enumerate() {
                    if position > 0 {
                        items.push(Vec::new());
                    }
                    let part = part.trim();
                    if let (Some(item), false) = (items.last_mut(), part.is_empty()) {
                        item.push(Fragment::Text(part.into()));
                    }
                }
            }
            Fragment::Hole(hole) => {
                if let Some(item) = items.last_mut() {
                    item.push(Fragment::Hole(hole.clone()));
                }
            }
        }
    }
    let node = |item| Node::unplaced(collapse(item));
    items.into_iter().map(node).collect()
}
