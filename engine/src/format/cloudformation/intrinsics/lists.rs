//! `Fn::Select`, `Fn::Split`, `Fn::Length` and `Fn::GetAZs`.

use super::Call;
use super::choice::may_be_absent;
use crate::document::NodeRef;
use crate::format::cloudformation::compose::{derive, describe, scalar_text};
use crate::format::cloudformation::mapping::place;
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
            if edge.path.0.get(depth)? != &Segment::Index(index) {
                return None;
            }
            edge.path.0.remove(depth);
            Some(edge)
        });
        self.scope.edges.extend(kept);
    }

    fn odd_select(&mut self, node: NodeRef<'a>) -> Value {
        let message = "'Fn::Select' needs a number and a list.";
        self.malformed(node, "Fn::Select", message)
    }

    /// `Fn::Split`.
    pub(super) fn split(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        let arguments = call.arguments().unwrap_or_default();
        let [delimiter, text] = arguments.as_slice() else {
            let message = "'Fn::Split' needs a delimiter and a string.";
            return self.malformed(node, "Fn::Split", message);
        };
        let delimiter = delimiter.text().filter(|delimiter| !delimiter.is_empty());
        let value = self.value(*text);
        let (Some(delimiter), Some(text)) = (delimiter, scalar_text(&value)) else {
            return derive(&value, "the split text").unwrap_or_else(|| {
                self.malformed(node, "Fn::Split", "'Fn::Split' splits what is no string.")
            });
        };
        let pieces: Vec<&str> = text.split(delimiter).collect();
        if !self.budget.nodes(pieces.len()) {
            return super::exhausted();
        }
        let span = Some(place(node));
        let item = |piece: &str| Node {
            value: Value::String(piece.into()),
            span,
        };
        Value::Array(pieces.into_iter().map(item).collect())
    }

    /// `Fn::Length` of the language extensions.
    pub(super) fn length(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        let list = self.argument(call);
        match &list {
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
