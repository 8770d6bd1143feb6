//! The entries of a mapping as CloudFormation's readers see them: one per key, merge keys filled in.

use std::collections::BTreeMap;

use super::budget::Budget;
use crate::artifact::Span;
use crate::document::{Kind, NodeRef, Style};

/// How deep merge keys may nest.
const MAX_MERGES: usize = 16;

/// One entry of a mapping.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    /// The text of the key.
    pub(super) key: &'a str,
    /// Where the key is written.
    pub(super) key_span: Span,
    /// What it holds.
    pub(super) value: NodeRef<'a>,
}

/// Returns the place that a node is used at: the alias where it was reached through one.
pub(super) fn place(node: NodeRef<'_>) -> Span {
    node.alias_span().unwrap_or_else(|| node.span())
}

/// Returns the entries of a mapping in source order: of a repeated key the last value at the first's position.
/// `<<` gives what the mapping does not say itself. Keys that are no scalars are left out.
pub(super) fn pairs<'a>(node: NodeRef<'a>, budget: &mut Budget) -> Vec<Pair<'a>> {
    let mut found = Pairs::default();
    let mut merges = Vec::new();
    for (key, value) in node.entries() {
        let Some(text) = key.text() else { continue };
        if text == "<<" && key.kind() == Kind::Scalar(Style::Plain) {
            merges.push(value);
        } else {
            found.put(pair(key, text, value));
        }
    }
    for merged in merges {
        merge(merged, &mut found, budget, MAX_MERGES);
    }
    found.list
}

fn pair<'a>(key: NodeRef<'a>, text: &'a str, value: NodeRef<'a>) -> Pair<'a> {
    Pair {
        key: text,
        key_span: place(key),
        value,
    }
}

fn merge<'a>(node: NodeRef<'a>, found: &mut Pairs<'a>, budget: &mut Budget, depth: usize) {
    if depth == 0 || !budget.nodes(1) {
        return;
    }
    for item in node.items() {
        merge(item, found, budget, depth - 1);
    }
    for (key, value) in node.entries() {
        let Some(text) = key.text() else { continue };
        if text == "<<" {
            merge(value, found, budget, depth - 1);
        } else if budget.nodes(1) {
            found.add(pair(key, text, value));
        }
    }
}

/// Up to this many keys are compared one by one; more get an index.
const FEW: usize = 16;

#[derive(Default)]
struct Pairs<'a> {
    list: Vec<Pair<'a>>,
    index: BTreeMap<&'a str, usize>,
}

impl<'a> Pairs<'a> {
    /// Adds an entry, or replaces that of the same key.
    fn put(&mut self, pair: Pair<'a>) {
        let position = self.position(pair.key);
        match position.and_then(|position| self.list.get_mut(position)) {
            Some(first) => *first = pair,
            None => self.push(pair),
        }
    }

    /// Adds an entry unless there is one of the same key.
    fn add(&mut self, pair: Pair<'a>) {
        if self.position(pair.key).is_none() {
            self.push(pair);
        }
    }

    fn position(&self, key: &str) -> Option<usize> {
        if self.list.len() <= FEW {
            return self.list.iter().position(|pair| pair.key == key);
        }
        self.index.get(key).copied()
    }

    fn push(&mut self, pair: Pair<'a>) {
        self.list.push(pair);
        if self.list.len() > FEW {
            let indexed = self.index.len();
            let rest = self.list.iter().enumerate().skip(indexed);
            self.index
                .extend(rest.map(|(position, pair)| (pair.key, position)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::document;

    #[test]
    fn of_a_repeated_key_the_last_value_stands_at_the_first_place() {
        let mut text = String::new();
        for number in (0..40).chain(0..40) {
            let start = text.len();
            writeln!(text, "k{number}: v{start}").unwrap();
        }
        let (document, _) = document::parse(&text);
        let found = pairs(document.root().unwrap(), &mut Budget::new());
        let keys: Vec<_> = found.iter().map(|pair| pair.key.to_owned()).collect();
        let expected: Vec<_> = (0..40).map(|number| format!("k{number}")).collect();
        assert_eq!(keys, expected);
        let last = text.rfind("k39").unwrap();
        assert_eq!(found[39].value.text(), Some(&*format!("v{last}")));
    }
}
