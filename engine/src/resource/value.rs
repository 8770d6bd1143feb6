//! Values as the source gives them: known, known in part, or unknown with a reason.

use crate::artifact::Span;
use std::sync::Arc;

use super::Segment;

/// A value and the place it was written at.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What the source says here, resolved as far as it can be.
    pub value: Value,
    /// Where it is written; `None` for what no source text shows (plans, injected values).
    pub span: Option<Span>,
}

/// One key of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key is written.
    pub key_span: Option<Span>,
    /// What it holds.
    pub node: Node,
}

/// What another resource of the unit gives: its presence is known, its literal is not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The address of the resource that gives the value.
    pub address: Arc<str>,
    /// The attribute of it (`Arn`, `id`); empty for a whole resource, as in `Ref` and `DependsOn`.
    pub attribute: Arc<str>,
}

/// A part of a string that is known in part.
#[derive(Debug, Clone, PartialEq)]
pub enum Fragment {
    /// Literal text.
    Text(Arc<str>),
    /// Something that stands between literal texts.
    Hole(Box<Value>),
}

/// Why a value is unknown. The name is what policies and reports see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnknownKind {
    /// A template or input parameter without a value (`parameter`).
    Parameter,
    /// A condition that the given parameters do not decide (`condition`).
    Condition,
    /// A value exported by another stack (`import`).
    Import,
    /// An attribute that only the deployed resource has (`attribute`).
    Attribute,
    /// A pseudo parameter such as the account id (`pseudo-parameter`).
    PseudoParameter,
    /// A value that Terraform knows only after apply (`computed`).
    Computed,
    /// A workflow expression whose context only a run knows (`expression`).
    Expression,
    /// A matrix, choice or alternative that takes several known values (`alternatives`).
    Alternatives,
    /// A macro, transform or module whose result the file does not show (`transform`).
    Transform,
    /// A mapping that holds no such key, or is asked with an undecided key (`mapping`).
    Mapping,
    /// An external value resolved at deployment (`dynamic-reference`).
    DynamicReference,
    /// An intrinsic or construct with arguments of the wrong shape (`malformed`).
    Malformed,
    /// A budget of the scan was exhausted (`limit`).
    Limit,
    /// A function or form that the language of the source does not know (`unsupported`).
    Unsupported,
}

impl UnknownKind {
    /// Returns the name of the kind as policies see it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Condition => "condition",
            Self::Import => "import",
            Self::Attribute => "attribute",
            Self::PseudoParameter => "pseudo-parameter",
            Self::Computed => "computed",
            Self::Expression => "expression",
            Self::Alternatives => "alternatives",
            Self::Transform => "transform",
            Self::Mapping => "mapping",
            Self::DynamicReference => "dynamic-reference",
            Self::Malformed => "malformed",
            Self::Limit => "limit",
            Self::Unsupported => "unsupported",
        }
    }
}

/// A value that cannot be decided statically, and what it waits for.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// What sort of input is missing.
    pub kind: UnknownKind,
    /// The input that would decide it (`Subnets`, `aws_kms_key.a.arn`, `inputs.environment`).
    pub name: Arc<str>,
    /// Why it is not known, as the end of a sentence ("has no default").
    pub why: Arc<str>,
    /// The values it can take, where they are known.
    pub values: Vec<Node>,
    /// The resources that give it, where they are known.
    pub references: Vec<Target>,
}

/// A value of the scan view.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The null of the source.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, kept as written.
    Number(Arc<str>),
    /// A string.
    String(Arc<str>),
    /// A list.
    Array(Vec<Node>),
    /// A map, in source order, without duplicate keys.
    Object(Vec<Entry>),
    /// What another resource of the unit gives (`$reference`).
    Reference(Target),
    /// A string known in part (`$partial`).
    Partial(Vec<Fragment>),
    /// A dynamic reference to a secret store, as written (`$secret`).
    Secret(Arc<str>),
    /// An undecided value (`$unknown`).
    Unknown(Box<Unknown>),
}

impl Value {
    /// Returns an unknown of this kind, named and explained.
    pub fn unknown(kind: UnknownKind, name: &str, why: &str) -> Self {
        Self::Unknown(Box::new(Unknown {
            kind,
            name: name.into(),
            why: why.into(),
            values: Vec::new(),
            references: Vec::new(),
        }))
    }
}

impl Node {
    /// Returns a node without a place.
    pub const fn unplaced(value: Value) -> Self {
        Self { value, span: None }
    }

    /// Returns the node under `key` when this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// Returns the entry of `key` when this is an object that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Object(entries) => entries.iter().find(|entry| &*entry.key == key),
            _ => None,
        }
    }

    /// Returns the string when this is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the child one segment down, when there is one.
    pub fn child(&self, segment: &Segment) -> Option<&Self> {
        match (segment, &self.value) {
            (Segment::Key(key), Value::Object(_)) => self.get(key),
            (Segment::Index(index), Value::Array(items)) => items.get(*index),
            _ => None,
        }
    }
}
