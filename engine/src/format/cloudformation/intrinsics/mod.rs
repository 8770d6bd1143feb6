//! Intrinsic functions: recognised in long and short form, and handed to their evaluation.

mod choice;
mod cidr;
mod json;
mod lists;
mod lookup;
mod reference;
mod split;
mod sub;

use super::compose::describe;
use super::mapping::place;
use super::resolver::{Resolver, exhausted};
use crate::document::{Kind, NodeRef};
use crate::resource::{Node, NoticeLevel, Target, UnknownKind, Value};

/// The intrinsic functions of templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    And,
    Base64,
    Cidr,
    Condition,
    Equals,
    FindInMap,
    GetAtt,
    GetAzs,
    GetStackOutput,
    If,
    ImportValue,
    Join,
    Length,
    Not,
    Or,
    Ref,
    Select,
    Split,
    Sub,
    ToJsonString,
    Transform,
}

impl Function {
    /// Returns the function of a short name (`GetAtt`).
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "And" => Self::And,
            "Base64" => Self::Base64,
            "Cidr" => Self::Cidr,
            "Condition" => Self::Condition,
            "Equals" => Self::Equals,
            "FindInMap" => Self::FindInMap,
            "GetAtt" => Self::GetAtt,
            "GetAZs" => Self::GetAzs,
            "GetStackOutput" => Self::GetStackOutput,
            "If" => Self::If,
            "ImportValue" => Self::ImportValue,
            "Join" => Self::Join,
            "Length" => Self::Length,
            "Not" => Self::Not,
            "Or" => Self::Or,
            "Ref" => Self::Ref,
            "Select" => Self::Select,
            "Split" => Self::Split,
            "Sub" => Self::Sub,
            "ToJsonString" => Self::ToJsonString,
            "Transform" => Self::Transform,
            _ => return None,
        })
    }

    /// Returns the function of a long name (`Fn::GetAtt`, `Ref`).
    fn from_key(key: &str) -> Option<Self> {
        match key.strip_prefix("Fn::") {
            Some("Ref" | "Condition") => None,
            Some(name) => Self::from_name(name),
            None => (key == "Ref").then_some(Self::Ref),
        }
    }
}

/// A call of a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) function: Function,
    /// The node of the arguments. In short form it is the tagged node itself.
    pub(super) argument: NodeRef<'a>,
    /// Whether the tag of the argument was the call.
    pub(super) short: bool,
}

impl<'a> Call<'a> {
    /// Returns the arguments when they are a written list.
    pub(super) fn arguments(&self) -> Option<Vec<NodeRef<'a>>> {
        let written = self.short || matches!(recognise(self.argument), Recognised::Literal);
        (written && self.argument.kind() == Kind::Sequence).then(|| self.argument.items().collect())
    }
}

/// What a node turns out to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Recognised<'a> {
    /// A scalar, list or map.
    Literal,
    /// A function.
    Call(Call<'a>),
    /// A tag that CloudFormation does not know.
    Foreign(&'a str),
    /// A map with a function, or what looks like one, among other keys.
    Odd(&'a str),
}

/// Recognises a value.
pub(super) fn recognise(node: NodeRef<'_>) -> Recognised<'_> {
    if let Some(tag) = node.tag().filter(|tag| !is_core_tag(tag)) {
        let name = tag.strip_prefix('!').unwrap_or(tag);
        return Function::from_name(name).map_or(Recognised::Foreign(tag), |function| {
            Recognised::Call(Call {
                function,
                argument: node,
                short: true,
            })
        });
    }
    recognise_untagged(node)
}

/// Recognises a value whose tag has been dealt with.
fn recognise_untagged(node: NodeRef<'_>) -> Recognised<'_> {
    if node.kind() != Kind::Mapping {
        return Recognised::Literal;
    }
    let mut entries = node.entries();
    let first = entries.next();
    if let (Some((key, argument)), None) = (first, entries.next())
        && let Some(key) = key.text()
    {
        return match Function::from_key(key) {
            Some(function) => Recognised::Call(Call {
                function,
                argument,
                short: false,
            }),
            None if key.starts_with("Fn::") => Recognised::Odd(key),
            None => Recognised::Literal,
        };
    }
    node.entries()
        .filter_map(|(key, _)| key.text())
        .find(|key| key.starts_with("Fn::"))
        .map_or(Recognised::Literal, Recognised::Odd)
}

/// Recognises a condition expression, in which `Condition: NAME` is a function too.
pub(super) fn recognise_condition(node: NodeRef<'_>) -> Recognised<'_> {
    let mut entries = node.entries();
    if let (Some((key, argument)), None) = (entries.next(), entries.next())
        && key.text() == Some("Condition")
    {
        return Recognised::Call(Call {
            function: Function::Condition,
            argument,
            short: false,
        });
    }
    recognise(node)
}

/// Tells whether a tag is one of YAML itself (`!!str`, `!`).
fn is_core_tag(tag: &str) -> bool {
    tag == "!" || tag.starts_with("!!") || tag.contains("yaml.org,2002:")
}

impl<'a> Resolver<'a> {
    /// Evaluates a call; `node` is where it is written.
    pub(super) fn call(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Option<Node> {
        let value = match call.function {
            Function::If => return self.choose(call, node),
            Function::Ref if call.argument.text() == Some("AWS::NoValue") => return None,
            Function::Ref => self.reference(call, node),
            Function::GetAtt => self.get_att(call, node),
            Function::Sub => self.sub(call, node),
            Function::Join => self.join(call, node),
            Function::Select => self.select(call, node),
            Function::Split => self.split(call, node),
            Function::FindInMap => self.find_in_map(call, node),
            Function::Cidr => self.cidr(call, node),
            Function::GetAzs => self.get_azs(call),
            // Kept as it is written: policies look into it.
            Function::Base64 => self.argument(call),
            Function::ImportValue => self.import(call),
            Function::GetStackOutput => self.stack_output(call, node),
            Function::Length => self.length(call, node),
            Function::ToJsonString => self.json_string(call, node),
            Function::Transform => self.transform(Some(call.argument), node),
            Function::And
            | Function::Or
            | Function::Not
            | Function::Equals
            | Function::Condition => {
                let name = "a condition function";
                self.malformed(
                    node,
                    name,
                    "A condition function stands outside of 'Conditions'.",
                )
            }
        };
        Some(Node {
            value,
            span: Some(place(node)),
        })
    }

    /// Resolves the single argument of a call.
    pub(super) fn argument(&mut self, call: Call<'a>) -> Value {
        if !call.short {
            return self.value(call.argument);
        }
        // The tag of the node was the call; what remains may be a call in long form.
        match recognise_untagged(call.argument) {
            Recognised::Call(inner) if self.budget.enter() => {
                let resolved = self.call(inner, call.argument);
                self.budget.leave();
                resolved.map_or(Value::Null, |node| node.value)
            }
            Recognised::Call(_) => exhausted(),
            _ => self.literal(call.argument),
        }
    }

    fn import(&mut self, call: Call<'a>) -> Value {
        let name = self.argument(call);
        self.imported(&name)
    }

    /// `Fn::GetStackOutput`: an output of another stack, which need not export it.
    fn stack_output(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        let field = |name| call.argument.get(name);
        let (Some(stack), Some(output)) = (field("StackName"), field("OutputName")) else {
            let message = "'Fn::GetStackOutput' needs 'StackName' and 'OutputName'.";
            return self.malformed(node, "Fn::GetStackOutput", message);
        };
        let (stack, output) = (self.value(stack), self.value(output));
        let name = format!("{}.{}", describe(&stack), describe(&output));
        Value::unknown(UnknownKind::Import, &name, "is an output of another stack")
    }

    /// `Fn::Transform`, alone or beside other keys, which it may change.
    pub(super) fn transform(&mut self, argument: Option<NodeRef<'a>>, node: NodeRef<'a>) -> Value {
        let left = argument.and_then(|argument| self.template.reason_at(argument));
        if let Some(unknown) = left {
            return Value::Unknown(Box::new(unknown.clone()));
        }
        let first = argument.map(|argument| argument.items().next().unwrap_or(argument));
        let name = first.and_then(|first| first.get("Name"));
        let name = name.and_then(|name| name.text());
        let name = name.unwrap_or("Fn::Transform");
        let message = format!("The macro '{name}' runs only at deployment: its result is unknown.");
        self.notices
            .outside(NoticeLevel::Warning, Some(place(node)), message);
        Value::unknown(
            UnknownKind::Transform,
            name,
            "is a macro, which runs only at deployment",
        )
    }

    /// Returns a reference to a resource and records it.
    pub(super) fn refer_to(&mut self, address: &str, attribute: &str) -> Target {
        let target = Target {
            address: address.into(),
            attribute: attribute.into(),
        };
        self.refer(&target);
        target
    }
}
