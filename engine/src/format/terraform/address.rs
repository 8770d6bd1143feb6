//! Addresses and references as Terraform writes them: `module.a["x"].aws_lb.main[0]`, `var.subnets`.

use std::fmt::Write as _;

use crate::document::hcl::{Part, Traversal};

/// The key of one instance of a module or resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// Of `count`.
    Number(usize),
    /// Of `for_each`.
    Name(String),
}

/// A module call on the way down to a resource, with the instance taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    /// The name of the call.
    pub(super) name: String,
    /// The instance.
    pub(super) key: Option<Key>,
}

/// A resource address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// The calls from the root module down.
    pub(super) module: Vec<Step>,
    /// Whether it is a data source.
    pub(super) data: bool,
    /// The type as written.
    pub(super) type_name: String,
    /// The name.
    pub(super) name: String,
    /// The instance.
    pub(super) key: Option<Key>,
}

/// Reads an address or a reference. Inside `["…"]` everything is the key, brackets and dots too.
pub(super) fn traversal(text: &str) -> Option<Traversal> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(index) = rest.strip_prefix('[') {
            let (part, after) = index_part(index)?;
            parts.push(part);
            rest = after;
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (word, after) = name.split_at(end);
            if word.is_empty() {
                return None;
            }
            parts.push(name_part(word));
            rest = after;
        }
    }
    Some(Traversal(parts))
}

fn name_part(word: &str) -> Part {
    match word {
        "*" => Part::Splat,
        _ => word
            .parse()
            .map_or_else(|_| Part::Name(word.to_owned()), Part::Number),
    }
}

fn index_part(text: &str) -> Option<(Part, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(']')?;
        let (index, after) = (text.get(..end)?, text.get(end + 1..)?);
        return Some((name_part(index), after));
    };
    let mut key = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let after = quoted.get(at + 1..)?.strip_prefix(']')?;
                return Some((Part::Key(key), after));
            }
            '\\' => key.push(match characters.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            }),
            // A template sequence is escaped by doubling its first character.
            '$' | '%'
                if quoted
                    .get(at..)
                    .is_some_and(|rest| rest.starts_with("$${") || rest.starts_with("%%{")) => {}
            other => key.push(other),
        }
    }
    None
}

/// Takes a resource address apart; `None` where it is none that Terraform writes.
pub(super) fn resource(text: &str) -> Option<Address> {
    let parts = traversal(text)?.0;
    let (module, mut rest) = steps(&parts);
    if !module.iter().all(|step| is_identifier(&step.name)) {
        return None;
    }
    let data =
        matches!(rest, [Part::Name(first), Part::Name(_), Part::Name(_), ..] if first == "data");
    if data {
        rest = rest.get(1..)?;
    }
    let (type_name, name, key) = match rest {
        [Part::Name(type_name), Part::Name(name)] => (type_name, name, None),
        [Part::Name(type_name), Part::Name(name), index] => (type_name, name, Some(key(index)?)),
        _ => return None,
    };
    if !is_identifier(type_name) || !is_identifier(name) {
        return None;
    }
    Some(Address {
        module,
        data,
        type_name: type_name.clone(),
        name: name.clone(),
        key,
    })
}

/// Tells whether a text can be the name of something in HCL: a letter or `_`, then also digits and `-`.
fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    let starts = |c: char| c.is_alphabetic() || c == '_';
    letters.next().is_some_and(starts)
        && letters.all(|c| starts(c) || c.is_alphanumeric() || c == '-')
}

/// Reads the module calls that lead a reference, and what follows them.
fn steps(parts: &[Part]) -> (Vec<Step>, &[Part]) {
    let mut module = Vec::new();
    let mut rest = parts;
    while let [Part::Name(word), Part::Name(name), after @ ..] = rest
        && word == "module"
    {
        let key = after.first().and_then(key);
        rest = if key.is_some() {
            after.get(1..).unwrap_or_default()
        } else {
            after
        };
        module.push(Step {
            name: name.clone(),
            key,
        });
    }
    (module, rest)
}

/// Returns the instance key that a part of a reference is, when it is a literal one.
pub(super) fn key(part: &Part) -> Option<Key> {
    match part {
        Part::Key(name) => Some(Key::Name(name.clone())),
        Part::Number(number) => Some(Key::Number(*number)),
        Part::Name(_) | Part::Splat | Part::Computed(_) => None,
    }
}

/// Writes module steps as an address.
pub(super) fn module_text(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        let dot = if text.is_empty() { "" } else { "." };
        // Writing to a string cannot fail.
        let _ = write!(text, "{dot}module.{}", step.name);
        let _ = match &step.key {
            Some(Key::Name(name)) => write!(text, "[{name:?}]"),
            Some(Key::Number(number)) => write!(text, "[{number}]"),
            None => Ok(()),
        };
    }
    text
}

/// Writes module steps as the address of what is written once for all instances: `module.a.module.b`.
pub(super) fn without_keys(steps: &[Step]) -> String {
    let names: Vec<_> = steps
        .iter()
        .map(|step| format!("module.{}", step.name))
        .collect();
    names.join(".")
}

/// Writes the path of a module in the configuration, without instances: `a.b`.
pub(super) fn module_path(steps: &[Step]) -> String {
    let names: Vec<_> = steps.iter().map(|step| step.name.as_str()).collect();
    names.join(".")
}

/// Writes parts of a reference as Terraform does: `vpc_config[0].id`.
pub(super) fn text(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        let _ = match part {
            Part::Name(name) if text.is_empty() => write!(text, "{name}"),
            Part::Name(name) => write!(text, ".{name}"),
            Part::Key(key) => write!(text, "[{key:?}]"),
            Part::Number(number) => write!(text, "[{number}]"),
            Part::Splat | Part::Computed(_) => write!(text, "[*]"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_with_dots_quotes_and_brackets_stay_whole() {
        let address = resource(r#"module.m["a.b"].module.leaf.aws_lb.x["c\"d[0]"]"#).unwrap();
        assert_eq!(module_path(&address.module), "m.leaf");
        assert_eq!(address.module[0].key, Some(Key::Name("a.b".into())));
        assert_eq!(address.key, Some(Key::Name("c\"d[0]".into())));
        assert_eq!((&*address.type_name, &*address.name), ("aws_lb", "x"));
    }

    #[test]
    fn a_data_source_is_told_from_a_resource() {
        let address = resource("data.aws_caller_identity.me[2]").unwrap();
        assert!(address.data);
        assert_eq!(address.key, Some(Key::Number(2)));
        assert!(!resource("data.x").unwrap().data);
    }

    #[test]
    fn what_follows_a_resource_is_written_as_it_was_read() {
        let parts = traversal("aws_db.x[0].secret[0].tags[\"k\"]").unwrap().0;
        assert_eq!(text(&parts[3..]), "secret[0].tags[\"k\"]");
    }

    #[test]
    fn a_broken_address_is_none() {
        assert_eq!(traversal("a[\"b"), None);
        assert_eq!(traversal("a..b"), None);
        assert_eq!(resource("module.a"), None);
        // Found by fuzzing: an index without quotes is no name, and nothing follows an instance.
        assert_eq!(resource(r#"puts[rm.outputs0"B:rn"]"#), None);
        assert_eq!(resource("module.a.aws_lb.x[0].arn"), None);
        assert_eq!(resource("aws_lb.x.arn"), None);
        assert_eq!(resource("aws_lb.x\0"), None);
        assert_eq!(resource("aws_lb.x[each.key]"), None);
        assert!(resource("module._a.aws_lb.ä-1").is_some());
    }
}
