//! `Fn::If`.

use super::Call;
use crate::artifact::Span;
use crate::document::NodeRef;
use crate::format::cloudformation::compose::targets;
use crate::format::cloudformation::conditions::{Truth, equal, undecided};
use crate::format::cloudformation::mapping::place;
use crate::format::cloudformation::resolver::Resolver;
use crate::resource::{Node, Unknown, UnknownKind, Value};

impl<'a> Resolver<'a> {
    /// `Fn::If`: the branch taken, or both.
    pub(super) fn choose(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Option<Node> {
        let arguments = call.arguments().unwrap_or_default();
        let [condition, then, otherwise] = arguments.as_slice() else {
            let message = "'Fn::If' needs a condition and two values.";
            return Some(Node {
                value: self.malformed(node, "Fn::If", message),
                span: Some(place(node)),
            });
        };
        let (name, truth) = self.named_condition(*condition);
        let inputs = match truth {
            Truth::Known(true) => return self.node(*then),
            Truth::Known(false) => return self.node(*otherwise),
            Truth::Undecided(open) => open.inputs,
        };
        let branches = [self.node(*then), self.node(*otherwise)];
        either(branches, undecided(name, &inputs), place(node))
    }
}

/// Returns what a choice that is not decided shows: the branches as values, null for one that does not exist.
fn either(branches: [Option<Node>; 2], mut unknown: Unknown, span: Span) -> Option<Node> {
    if branches.iter().all(Option::is_none) {
        return None;
    }
    for branch in branches {
        let node = branch.unwrap_or(Node {
            value: Value::Null,
            span: Some(span),
        });
        targets(&node.value, &mut unknown.references);
        unknown.values.push(node);
    }
    unknown.references.sort();
    unknown.references.dedup();
    if let [first, second] = unknown.values.as_slice()
        && equal(&first.value, &second.value) == Some(true)
    {
        return Some(first.clone());
    }
    Some(Node {
        value: Value::Unknown(Box::new(unknown)),
        span: Some(span),
    })
}

/// Tells whether a value may turn out to be `AWS::NoValue`.
pub(super) fn may_be_absent(value: &Value) -> bool {
    match value {
        Value::Unknown(unknown) if unknown.kind == UnknownKind::Condition => {
            let is_null = |node: &Node| matches!(node.value, Value::Null);
            unknown.values.iter().any(is_null)
        }
        _ => false,
    }
}
