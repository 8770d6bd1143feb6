//! `Fn::Split`: also of strings that are known in part.

use super::Call;
use crate::document::NodeRef;
use crate::format::cloudformation::compose::{collapse, derive, scalar_text};
use crate::format::cloudformation::mapping::place;
use crate::format::cloudformation::parameters::AT_DEPLOYMENT;
use crate::format::cloudformation::resolver::Resolver;
use crate::resource::{Fragment, Node, UnknownKind, Value};

/// The pieces of a string.
struct Pieces {
    /// Those whose positions are certain.
    certain: Vec<Value>,
    /// What keeps the rest from being known; `None` when there is no rest.
    open: Option<Value>,
}

impl<'a> Resolver<'a> {
    /// `Fn::Split`.
    pub(super) fn split(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        let pieces = match self.pieces(call, node) {
            Ok(pieces) => pieces,
            Err(odd) => return odd,
        };
        if let Some(open) = pieces.open {
            return open;
        }
        if !self.budget.nodes(pieces.certain.len()) {
            return super::exhausted();
        }
        let span = Some(place(node));
        let nodes = pieces.certain.into_iter();
        Value::Array(nodes.map(|value| Node { value, span }).collect())
    }

    /// One piece, when it is certain though others may not be.
    pub(super) fn piece(
        &mut self,
        call: Call<'a>,
        node: NodeRef<'a>,
        index: usize,
    ) -> Option<Value> {
        let before = self.scope.edges.len();
        let mut pieces = self.pieces(call, node).ok()?;
        if index >= pieces.certain.len() {
            return None;
        }
        let piece = pieces.certain.swap_remove(index);
        if derive(&piece, "it").is_none() {
            self.scope.edges.truncate(before);
        }
        Some(piece)
    }

    fn pieces(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Result<Pieces, Value> {
        let arguments = call.arguments().unwrap_or_default();
        let [delimiter, text] = arguments.as_slice() else {
            let message = "'Fn::Split' needs a delimiter and a string.";
            return Err(self.malformed(node, "Fn::Split", message));
        };
        let delimiter = delimiter.text().filter(|delimiter| !delimiter.is_empty());
        let value = self.value(*text);
        let open = derive(&value, "the split text");
        match (delimiter, &value, scalar_text(&value)) {
            (Some(delimiter), _, Some(text)) => {
                let piece = |piece: &str| Value::String(piece.into());
                Ok(Pieces {
                    certain: text.split(delimiter).map(piece).collect(),
                    open: None,
                })
            }
            (Some(delimiter), Value::Partial(fragments), _) => {
                let (certain, is_whole) = split_fragments(fragments, delimiter);
                let open = open.filter(|_| !is_whole);
                Ok(Pieces { certain, open })
            }
            (Some(_), _, _) if open.is_some() => Ok(Pieces {
                certain: Vec::new(),
                open,
            }),
            _ => {
                let message = "'Fn::Split' splits what is no string.";
                Err(self.malformed(node, "Fn::Split", message))
            }
        }
    }
}

/// Returns the pieces up to the first hole that may hold the delimiter, and whether there is none such.
fn split_fragments(fragments: &[Fragment], delimiter: &str) -> (Vec<Value>, bool) {
    let mut certain = Vec::new();
    let mut piece = Vec::new();
    for fragment in fragments {
        match fragment {
            Fragment::Hole(hole) if !is_free_of(hole, delimiter) => return (certain, false),
            Fragment::Hole(_) => piece.push(fragment.clone()),
            Fragment::Text(text) => {
                for (position, part) in text.split(delimiter).enumerate() {
                    if position > 0 {
                        certain.push(collapse(std::mem::take(&mut piece)));
                    }
                    if !part.is_empty() {
                        piece.push(Fragment::Text(part.into()));
                    }
                }
            }
        }
    }
    certain.push(collapse(piece));
    (certain, true)
}

/// Tells whether a value cannot hold any character of a delimiter.
fn is_free_of(value: &Value, delimiter: &str) -> bool {
    let Value::Unknown(unknown) = value else {
        return false;
    };
    if unknown.kind == UnknownKind::PseudoParameter && &*unknown.why == AT_DEPLOYMENT {
        return pseudo_characters(&unknown.name)
            .is_some_and(|allowed| !delimiter.chars().any(allowed));
    }
    let is_free = |node: &Node| {
        scalar_text(&node.value)
            .is_some_and(|text| !text.is_empty() && !text.contains(|c| delimiter.contains(c)))
    };
    !unknown.values.is_empty() && unknown.values.iter().all(is_free)
}

/// Returns the characters of which the values of a pseudo parameter consist.
fn pseudo_characters(name: &str) -> Option<fn(char) -> bool> {
    Some(match name {
        "AWS::AccountId" => |c| c.is_ascii_digit(),
        "AWS::Partition" => |c| c.is_ascii_lowercase() || c == '-',
        "AWS::Region" => |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
        "AWS::StackName" => |c| c.is_ascii_alphanumeric() || c == '-',
        "AWS::URLSuffix" => |c| c.is_ascii_lowercase() || c == '.',
        _ => return None,
    })
}
