//! Changes of a template that change nothing of what it means.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::Tree;

/// Turns the order of all maps around.
pub(crate) fn reversed(tree: &Tree) -> Tree {
    match tree {
        Tree::Map(entries) => Tree::Map(
            entries
                .iter()
                .rev()
                .map(|(key, value)| (key.clone(), reversed(value)))
                .collect(),
        ),
        Tree::List(items) => Tree::List(items.iter().map(reversed).collect()),
        other => other.clone(),
    }
}

/// The new name of a resource. It sorts elsewhere, but what controls take from the words of a name (`Artifacts`) stays.
pub(crate) fn name(id: &str) -> String {
    let sum: u32 = id.bytes().map(u32::from).sum();
    let letter = char::from_u32(u32::from('A') + sum % 26).unwrap();
    format!("{letter}9{id}")
}

/// Gives every resource another name, wherever it is named.
pub(crate) fn renamed(tree: &Tree) -> Tree {
    let resources = tree.get("Resources").unwrap().entries();
    let ids: BTreeSet<&str> = resources.iter().map(|(id, _)| id.as_str()).collect();
    let Tree::Map(sections) = tree else {
        return tree.clone();
    };
    let section = |(section, content): &(String, Tree)| {
        let content = match section.as_str() {
            "Resources" => Tree::Map(
                content
                    .entries()
                    .iter()
                    .map(|(id, resource)| (name(id), in_resource(resource, &ids)))
                    .collect(),
            ),
            _ => within(content, &ids),
        };
        (section.clone(), content)
    };
    Tree::Map(sections.iter().map(section).collect())
}

fn in_resource(resource: &Tree, ids: &BTreeSet<&str>) -> Tree {
    let entry = |(key, value): &(String, Tree)| {
        let value = match (key.as_str(), value) {
            ("DependsOn", Tree::Text(id)) => Tree::Text(new(id, ids)),
            ("DependsOn", Tree::List(items)) => Tree::List(
                items
                    .iter()
                    .map(|item| match item {
                        Tree::Text(id) => Tree::Text(new(id, ids)),
                        other => other.clone(),
                    })
                    .collect(),
            ),
            _ => within(value, ids),
        };
        (key.clone(), value)
    };
    Tree::Map(resource.entries().iter().map(entry).collect())
}

fn new(id: &str, ids: &BTreeSet<&str>) -> String {
    if ids.contains(id) {
        name(id)
    } else {
        id.to_owned()
    }
}

fn within(tree: &Tree, ids: &BTreeSet<&str>) -> Tree {
    match tree {
        Tree::Map(entries) => match &entries[..] {
            [(call, argument)] => Tree::Map(vec![(call.clone(), argument_of(call, argument, ids))]),
            _ => Tree::Map(
                entries
                    .iter()
                    .map(|(key, value)| (key.clone(), within(value, ids)))
                    .collect(),
            ),
        },
        Tree::List(items) => Tree::List(items.iter().map(|item| within(item, ids)).collect()),
        other => other.clone(),
    }
}

fn argument_of(call: &str, argument: &Tree, ids: &BTreeSet<&str>) -> Tree {
    match (call, argument) {
        ("Ref", Tree::Text(id)) => Tree::Text(new(id, ids)),
        ("Fn::GetAtt", Tree::Text(text)) => {
            let (id, attribute) = text.split_once('.').unwrap_or((text, ""));
            Tree::Text(format!("{}.{attribute}", new(id, ids)))
        }
        ("Fn::GetAtt", Tree::List(parts)) => match &parts[..] {
            [Tree::Text(id), rest @ ..] => {
                let first = Tree::Text(new(id, ids));
                Tree::List([&[first], rest].concat())
            }
            _ => argument.clone(),
        },
        ("Fn::Sub", Tree::Text(text)) => Tree::Text(substituted(text, ids)),
        ("Fn::Sub", Tree::List(parts)) => match &parts[..] {
            [Tree::Text(text), variables] => {
                let mut outside = ids.clone();
                for (own, _) in variables.entries() {
                    outside.remove(own.as_str());
                }
                let text = Tree::Text(substituted(text, &outside));
                let values = variables.entries().iter();
                let values = values.map(|(key, value)| (key.clone(), within(value, ids)));
                Tree::List(vec![text, Tree::Map(values.collect())])
            }
            _ => argument.clone(),
        },
        _ => within(argument, ids),
    }
}

/// Renames what `${…}` names.
fn substituted(text: &str, ids: &BTreeSet<&str>) -> String {
    let mut pieces = text.split("${");
    let mut out = pieces.next().unwrap().to_owned();
    for piece in pieces {
        out += "${";
        match piece.split_once('}') {
            Some((named, rest)) if !named.starts_with('!') => {
                let (id, attribute) = match named.split_once('.') {
                    Some((id, attribute)) => (id, format!(".{attribute}")),
                    None => (named, String::new()),
                };
                out.extend([&*new(id, ids), &*attribute, "}", rest]);
            }
            _ => out += piece,
        }
    }
    out
}

/// What a resource says, and by what others may name it.
struct Said {
    words: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Said {
    fn of(id: &str, resource: &Tree) -> Self {
        let mut said = Self {
            words: BTreeSet::new(),
            names: BTreeSet::from([id.to_owned()]),
        };
        for (key, value) in resource.entries().iter().filter(|(key, _)| key != "Type") {
            said.collect(key, value);
        }
        said
    }

    fn collect(&mut self, key: &str, tree: &Tree) {
        match tree {
            Tree::Text(text) => {
                let found = text.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c));
                self.words.extend(found.map(str::to_owned));
                self.words.insert(text.clone());
                if ["Name", "Id", "Identifier", "Alias"]
                    .iter()
                    .any(|end| key.ends_with(end))
                {
                    self.names.insert(text.clone());
                }
            }
            Tree::Literal(_) => {}
            Tree::List(items) => items.iter().for_each(|item| self.collect(key, item)),
            Tree::Map(entries) => entries
                .iter()
                .for_each(|(key, value)| self.collect(key, value)),
        }
    }

    fn knows(&self, other: &Self) -> bool {
        !self.words.is_disjoint(&other.names) || !self.names.is_disjoint(&other.names)
    }
}

/// Splits a template into those of resources that have nothing to do with each other: none names another, directly or
/// through others.
pub(crate) fn parts(tree: &Tree) -> Vec<Tree> {
    let resources = tree.get("Resources").unwrap().entries();
    let said: BTreeMap<&str, Said> = resources
        .iter()
        .map(|(id, resource)| (id.as_str(), Said::of(id, resource)))
        .collect();
    let mut left: BTreeSet<&str> = said.keys().copied().collect();
    let mut parts = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut group = BTreeSet::from([first]);
        let mut open = vec![first];
        while let Some(one) = open.pop() {
            let is_near =
                |other: &&str| said[one].knows(&said[other]) || said[other].knows(&said[one]);
            let near: Vec<&str> = left.iter().copied().filter(is_near).collect();
            for other in near {
                left.remove(other);
                group.insert(other);
                open.push(other);
            }
        }
        parts.push(only(tree, &group));
    }
    parts
}

/// The template with these resources only; outputs name resources, so they are left out.
fn only(tree: &Tree, ids: &BTreeSet<&str>) -> Tree {
    let kept = tree
        .entries()
        .iter()
        .filter(|(section, _)| section != "Outputs");
    let kept = kept.map(|(section, content)| {
        let content = match section.as_str() {
            "Resources" => Tree::Map(
                content
                    .entries()
                    .iter()
                    .filter(|(id, _)| ids.contains(id.as_str()))
                    .cloned()
                    .collect(),
            ),
            _ => content.clone(),
        };
        (section.clone(), content)
    });
    Tree::Map(kept.collect())
}
