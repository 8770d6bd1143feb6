//! A template as a tree without layout, intrinsics in their long form; and the texts that say it.

use ordinance_engine::document::scalar::{Dialect, Scalar};
use ordinance_engine::document::{Kind, NodeRef};

/// A node of a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    /// Null, a boolean or a number, as JSON writes it.
    Literal(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// A map.
    Map(Vec<(String, Self)>),
}

impl Tree {
    /// Reads a node.
    pub(crate) fn of(node: NodeRef<'_>) -> Self {
        let inner = match node.kind() {
            Kind::Mapping => Self::Map(
                node.entries()
                    .map(|(key, value)| (key.text().unwrap().to_owned(), Self::of(value)))
                    .collect(),
            ),
            Kind::Sequence => Self::List(node.items().map(Self::of).collect()),
            Kind::Scalar(_) => match node.scalar(Dialect::CloudFormation).unwrap() {
                Scalar::Null => Self::Literal("null".to_owned()),
                Scalar::Bool(value) => Self::Literal(value.to_string()),
                Scalar::Number(text) => Self::Literal(text.to_owned()),
                Scalar::String(text) => Self::Text(text.to_owned()),
            },
        };
        match node.tag() {
            None => inner,
            Some("!Ref") => Self::call("Ref", inner),
            Some("!Condition") => Self::call("Condition", inner),
            Some("!GetAtt") => match inner {
                Self::Text(text) => {
                    let (id, attribute) = text.split_once('.').unwrap();
                    let parts = [id, attribute].map(|part| Self::Text(part.to_owned()));
                    Self::call("Fn::GetAtt", Self::List(parts.into()))
                }
                other => Self::call("Fn::GetAtt", other),
            },
            Some(tag) => Self::call(&format!("Fn::{}", &tag[1..]), inner),
        }
    }

    fn call(name: &str, argument: Self) -> Self {
        Self::Map(vec![(name.to_owned(), argument)])
    }

    /// Returns what stands under a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else {
            return None;
        };
        entries
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Returns the entries of a map; none of anything else.
    pub(crate) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Writes it as JSON.
    pub(crate) fn json(&self) -> String {
        match self {
            Self::Literal(text) => text.clone(),
            Self::Text(text) => quoted(text),
            Self::List(items) => format!("[{}]", joined(items.iter().map(Self::json))),
            Self::Map(entries) => {
                let entries = entries.iter();
                let entries =
                    entries.map(|(key, value)| format!("{}: {}", quoted(key), value.json()));
                format!("{{{}}}", joined(entries))
            }
        }
    }

    /// Writes it as YAML, sections and resources in block style; with short intrinsics where there are such.
    pub(crate) fn yaml(&self, short: bool) -> String {
        let mut lines = Vec::new();
        for (section, content) in self.entries() {
            match content {
                Self::Map(entries) if !entries.is_empty() => {
                    lines.push(format!("{section}:\n"));
                    for (name, value) in entries {
                        lines.push(format!("  {}: {}\n", quoted(name), value.flow(short)));
                    }
                }
                other => lines.push(format!("{section}: {}\n", other.flow(short))),
            }
        }
        lines.concat()
    }

    fn flow(&self, short: bool) -> String {
        match self {
            Self::Literal(text) => text.clone(),
            Self::Text(text) => quoted(text),
            Self::List(items) => format!("[{}]", joined(items.iter().map(|item| item.flow(short)))),
            Self::Map(entries) => {
                if let (true, [(name, argument)]) = (short, &entries[..])
                    && let Some(text) = tagged(name, argument)
                {
                    return text;
                }
                let entries = entries.iter();
                let entries =
                    entries.map(|(key, value)| format!("{}: {}", quoted(key), value.flow(short)));
                format!("{{{}}}", joined(entries))
            }
        }
    }
}

/// The short form of an intrinsic. A node has one tag: what is itself an intrinsic stays long inside of another.
fn tagged(name: &str, argument: &Tree) -> Option<String> {
    let tag = match name {
        "Ref" => "Ref",
        _ => name.strip_prefix("Fn::")?,
    };
    if tag == "GetAtt"
        && let Tree::List(parts) = argument
        && let [Tree::Text(id), Tree::Text(attribute)] = &parts[..]
    {
        return Some(format!("!GetAtt {}", quoted(&format!("{id}.{attribute}"))));
    }
    let is_call = argument.entries().len() == 1;
    Some(format!("!{tag} {}", argument.flow(!is_call)))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// A text in double quotes, as JSON and YAML both read it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}
