//! The properties of resource types, as a table that is made once (`policies/schema/types.py`).

use std::collections::{BTreeMap, BTreeSet};

/// The types and their properties.
#[derive(Debug, Clone, Default)]
pub struct Schemas<'t> {
    types: BTreeMap<&'t str, Type<'t>>,
}

/// The properties of a type.
#[derive(Debug, Clone, Default)]
pub(super) struct Type<'t> {
    /// Its own.
    pub(super) top: BTreeSet<&'t str>,
    /// Those anywhere below.
    pub(super) below: BTreeSet<&'t str>,
}

impl<'t> Schemas<'t> {
    /// Reads a table: a line is a type, its properties, a bar, and the names below them.
    pub fn of(table: &'t str) -> Self {
        let mut schemas = Self::default();
        schemas.add(table);
        schemas
    }

    /// Adds a table.
    pub fn add(&mut self, table: &'t str) {
        for line in table.lines() {
            let (top, below) = line.split_once('|').unwrap_or((line, ""));
            let mut top = top.split_whitespace();
            if let Some(name) = top.next() {
                let known = Type {
                    top: top.collect(),
                    below: below.split_whitespace().collect(),
                };
                self.types.insert(name, known);
            }
        }
    }

    /// Returns a type.
    pub(super) fn get(&self, name: &str) -> Option<&Type<'t>> {
        self.types.get(name)
    }

    /// Returns the names of all types.
    pub(super) fn names(&self) -> impl Iterator<Item = &'t str> {
        self.types.keys().copied()
    }
}
