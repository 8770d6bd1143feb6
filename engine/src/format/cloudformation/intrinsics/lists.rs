//! `Fn::Select`, `Fn::Length` and `Fn::GetAZs`.

use super::choice::may_be_absent;
use super::lookup::MAX_VALUES;
use super::{Call, Function, Recognised, recognise};
use crate::document::NodeRef;
use crate::format::cloudformation::compose::{derive, describe, scalar_text};
use crate::format::cloudformation::parameters::AT_DEPLOYMENT;
use crate::format::cloudformation::resolver::Resolver;
use crate::resource::{Edge, Node, Segment, Unknown, UnknownKind, Value};

/// The name of the unknown that `Fn::GetAZs` gives.
const GET_AZS: &str = "Fn::GetAZs";

impl<'a> Resolver<'a> {
    /// `Fn::Select`.
    pub(super) fn select(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        let arguments = call.arguments().unwrap_or_default();
        let [index, list] = arguments.as_slice() else {
            let message = "'Fn::Select' needs an index and a list.";
            return self.malformed(node, "Fn::Select", message);
        };
        let index = self.value(*index);
        let before = self.scope.edges.len();
        if let (Recognised::Call(split), Some(index)) = (recognise(*list), scalar_text(&index))
            && split.function == Function::Split
            && let Ok(index) = index.parse::<usize>()
            && let Some(piece) = self.piece(split, *list, index)
        {
            return piece;
        }
        self.scope.edges.truncate(before);
        let list = self.value(*list);
        let Some(index) = scalar_text(&index) else {
            return derive(&index, "the item").unwrap_or_else(|| self.odd_select(node));
        };
        let Ok(index) = index.parse::<usize>() else {
            return self.odd_select(node);
        };
        match list {
            Value::Array(items) => self.item(items, index, before, node),
            Value::Unknown(unknown) if unknown.name.starts_with(GET_AZS) => {
                let name = format!("{}[{index}]", unknown.name);
                Value::unknown(UnknownKind::PseudoParameter, &name, AT_DEPLOYMENT)
            }
            other => {
                let operation = format!("item {index} of it");
                derive(&other, &operation).unwrap_or_else(|| self.odd_select(node))
            }
        }
    }

    fn item(
        &mut self,
        mut items: Vec<Node>,
        index: usize,
        before: usize,
        node: NodeRef<'a>,
    ) -> Value {
        self.keep_edges_of(index, before);
        let mut preceding = items.iter().take(index.saturating_add(1));
        if let Some(maybe) = preceding.find(|item| may_be_absent(&item.value)) {
            return derive(&maybe.value, "the item").unwrap_or(Value::Null);
        }
        if index >= items.len() {
            let count = items.len();
            let message = format!("'Fn::Select' asks for item {index} of a list of {count}.");
            return self.malformed(node, "Fn::Select", &message);
        }
        items.swap_remove(index).value
    }

    /// Of the edges recorded since `before`, keeps those of the selected item, with the path of the selection.
    fn keep_edges_of(&mut self, index: usize, before: usize) {
        let depth = self.scope.path.len();
        let recorded = self.scope.edges.split_off(before);
        let kept = recorded.into_iter().filter_map(|mut edge: Edge| {
            match edge.path.0.get(depth) {
                // It is an edge of the whole list.
                None => Some(edge),
                Some(segment) if segment == &Segment::Index(index) => {
                    edge.path.0.remove(depth);
                    Some(edge)
                }
                Some(_) => None,
            }
        });
        self.scope.edges.extend(kept);
    }

    fn odd_select(&mut self, node: NodeRef<'a>) -> Value {
        let message = "'Fn::Select' needs a number and a list.";
        self.malformed(node, "Fn::Select", message)
    }

    /// `Fn::Length` of the language extensions.
    pub(super) fn length(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        self.needs_extensions(node, "'Fn::Length'");
        let list = self.argument(call);
        match &list {
            Value::Unknown(unknown) if common_length(unknown).is_some() => {
                let length = common_length(unknown).unwrap_or_default();
                Value::Number(length.to_string().into())
            }
            Value::Array(items) => match items.iter().find(|item| may_be_absent(&item.value)) {
                Some(maybe) => derive(&maybe.value, "the length").unwrap_or(Value::Null),
                None => Value::Number(items.len().to_string().into()),
            },
            other => derive(other, "the length").unwrap_or_else(|| {
                self.malformed(node, "Fn::Length", "'Fn::Length' needs a list.")
            }),
        }
    }

    /// `Fn::GetAZs`: a list of unknown length whose items differ.
    pub(super) fn get_azs(&mut self, call: Call<'a>) -> Value {
        let region = describe(&self.argument(call));
        let name = match region.as_str() {
            "" | "${AWS::Region}" => GET_AZS.to_owned(),
            other => format!("{GET_AZS}({other})"),
        };
        Value::Unknown(Box::new(Unknown {
            kind: UnknownKind::PseudoParameter,
            name: name.into(),
            why: AT_DEPLOYMENT.into(),
            values: Vec::new(),
            references: Vec::new(),
        }))
    }
}

/// Returns the length of a list of which only the alternatives are known, when they have the same.
fn common_length(unknown: &Unknown) -> Option<usize> {
    if unknown.values.len() >= MAX_VALUES {
        return None;
    }
    let mut lengths = unknown.values.iter().map(|node| match &node.value {
        Value::Array(items) if !items.iter().any(|item| may_be_absent(&item.value)) => {
            Some(items.len())
        }
        _ => None,
    });
    let first = lengths.next()??;
    lengths.all(|length| length == Some(first)).then_some(first)
}
