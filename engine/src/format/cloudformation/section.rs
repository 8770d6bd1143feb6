//! One section of a template: its entries by name, and what may make others.

use std::collections::BTreeMap;

use super::mapping::Pair;

/// One section: its entries by name.
#[derive(Debug, Default)]
pub(super) struct Section<'a> {
    pairs: Vec<Pair<'a>>,
    index: BTreeMap<&'a str, usize>,
    /// The loops and transforms that make entries which are not shown.
    pub(super) makers: Vec<Pair<'a>>,
}

impl<'a> Section<'a> {
    /// Makes a section whose entries loops and transforms may make.
    pub(super) fn of(mut pairs: Vec<Pair<'a>>) -> Self {
        let makers = pairs.extract_if(.., |pair| pair.key.starts_with("Fn::"));
        let makers = makers.collect();
        Self {
            makers,
            ..Self::new(pairs)
        }
    }

    /// Makes a section of its entries.
    pub(super) fn new(pairs: Vec<Pair<'a>>) -> Self {
        let index = pairs
            .iter()
            .enumerate()
            .map(|(position, pair)| (pair.key, position))
            .collect();
        Self {
            pairs,
            index,
            makers: Vec::new(),
        }
    }

    /// Returns the entry of a name.
    pub(super) fn get(&self, name: &str) -> Option<Pair<'a>> {
        let position = self.index.get(name)?;
        self.pairs.get(*position).copied()
    }

    /// Returns what may make entries that are not shown.
    pub(super) fn maker(&self) -> Option<&'a str> {
        self.makers.first().map(|pair| pair.key)
    }

    /// Returns the entries in source order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Pair<'a>> {
        self.pairs.iter().copied()
    }
}
