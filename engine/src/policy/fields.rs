//! Reading typed fields out of METADATA, with the places of what is wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::block::Block;
use super::error::{Place, PolicyError};
use super::suggest;
use crate::document::{Kind, NodeRef};

/// Collects the errors of one block.
pub(super) struct Reader<'a> {
    pub(super) path: &'a Arc<str>,
    pub(super) block: &'a Block,
    pub(super) errors: Vec<PolicyError>,
}

/// A mapping of the block, whose keys were checked against those that exist.
#[derive(Clone, Copy)]
pub(super) struct Fields<'d> {
    node: NodeRef<'d>,
}

impl Reader<'_> {
    /// Notes what is wrong at a node.
    pub(super) fn wrong(&mut self, node: NodeRef<'_>, message: impl Into<String>) {
        let place = self.place(node);
        self.errors.push(PolicyError::at(self.path, place, message));
    }

    fn place(&self, node: NodeRef<'_>) -> Place {
        self.block
            .place(usize::try_from(node.span().start).unwrap_or_default())
    }

    /// Takes a node as a mapping with these keys; others and repeated ones are errors.
    pub(super) fn fields<'d>(
        &mut self,
        node: NodeRef<'d>,
        known: &[&str],
        what: &str,
    ) -> Option<Fields<'d>> {
        if node.kind() != Kind::Mapping {
            self.wrong(node, format!("{what} must be a mapping"));
            return None;
        }
        let mut seen: Vec<&str> = Vec::new();
        for (key, _) in node.entries() {
            let name = key.text().unwrap_or_default();
            if seen.contains(&name) {
                self.wrong(key, format!("'{name}' stands twice"));
            } else if !known.contains(&name) {
                let hint = suggest::hint(name, known.iter().copied());
                self.wrong(key, format!("unknown key '{name}' in {what}{hint}"));
            }
            seen.push(name);
        }
        Some(Fields { node })
    }

    /// Returns a value that must be there.
    pub(super) fn required<'d>(
        &mut self,
        fields: Fields<'d>,
        key: &str,
        what: &str,
    ) -> Option<NodeRef<'d>> {
        let found = fields.get(key);
        if found.is_none() {
            self.wrong(fields.node, format!("'{key}' is missing from {what}"));
        }
        found
    }

    /// Takes a node as text that is not empty.
    pub(super) fn text(&mut self, node: NodeRef<'_>, what: &str) -> Option<String> {
        match node.text() {
            Some(text) if !text.trim().is_empty() && !node.is_absent() => {
                Some(text.trim_end().to_owned())
            }
            _ => {
                self.wrong(node, format!("'{what}' must be text"));
                None
            }
        }
    }

    /// Returns the text of a field that must be there.
    pub(super) fn required_text(&mut self, fields: Fields<'_>, key: &str) -> Option<String> {
        let node = self.required(fields, key, "custom")?;
        self.text(node, key)
    }

    /// Takes a node as a list of texts.
    pub(super) fn texts(&mut self, node: NodeRef<'_>, what: &str) -> Vec<String> {
        if node.kind() != Kind::Sequence {
            self.wrong(node, format!("'{what}' must be a list"));
            return Vec::new();
        }
        node.items()
            .filter_map(|item| self.text(item, what))
            .collect()
    }

    /// Takes a node as a mapping from names to lists of texts.
    pub(super) fn lists(&mut self, node: NodeRef<'_>, what: &str) -> BTreeMap<String, Vec<String>> {
        if node.kind() != Kind::Mapping {
            self.wrong(node, format!("'{what}' must be a mapping"));
            return BTreeMap::new();
        }
        node.entries()
            .map(|(key, value)| {
                let name = key.text().unwrap_or_default();
                (name.to_owned(), self.texts(value, name))
            })
            .collect()
    }

    /// Takes a node as one of the names of a type.
    pub(super) fn named<T>(
        &mut self,
        node: NodeRef<'_>,
        what: &str,
        of: impl Fn(&str) -> Option<T>,
        known: &[&str],
    ) -> Option<T> {
        let text = self.text(node, what)?;
        let found = of(&text);
        if found.is_none() {
            let hint = suggest::hint(&text, known.iter().copied());
            self.wrong(node, format!("'{text}' is no {what}{hint}"));
        }
        found
    }
}

impl<'d> Fields<'d> {
    /// Returns the value of a key that is written.
    pub(super) fn get(&self, key: &str) -> Option<NodeRef<'d>> {
        self.node.get(key).filter(|value| !value.is_absent())
    }
}
