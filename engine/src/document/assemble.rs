//! Puts a tree together from parts of other trees: what a template with its loops unrolled is.
//!
//! Every node keeps the place that it is given; nothing is an alias.

use std::collections::BTreeMap;

use super::builder::offset;
use super::tree::{Content, Node};
use super::{Document, Kind, Style};
use crate::artifact::Span;

/// A tree in the making. Containers are opened, filled and closed; of a mapping key and value are added in turns.
#[derive(Debug, Default)]
pub struct Assembler {
    document: Document,
    open: Vec<u32>,
    tags: BTreeMap<Box<str>, u32>,
}

impl Assembler {
    /// Adds a scalar.
    pub fn scalar(&mut self, style: Style, span: Span, text: &str, tag: Option<&str>) {
        let start = offset(self.document.texts.len());
        let len = offset(text.len());
        self.document.texts.push_str(text);
        self.push(Content::Scalar { style, start, len }, span, tag);
    }

    /// Adds a value that was left out.
    pub fn absent(&mut self, span: Span, tag: Option<&str>) {
        self.push(Content::Absent, span, tag);
    }

    /// Opens a list or map; a scalar kind opens a map.
    pub fn open(&mut self, kind: Kind, span: Span, tag: Option<&str>) {
        let content = if kind == Kind::Sequence {
            Content::Sequence
        } else {
            Content::Mapping
        };
        let index = self.push(content, span, tag);
        self.open.push(index);
    }

    /// Closes the innermost container.
    pub fn close(&mut self) {
        let Some(index) = self.open.pop() else { return };
        let next = offset(self.document.nodes.len());
        if let Some(node) = self.document.nodes.get_mut(index as usize) {
            node.next = next;
        }
    }

    /// Finishes: what was added first is the root.
    pub fn finish(mut self) -> Document {
        while !self.open.is_empty() {
            self.close();
        }
        if !self.document.nodes.is_empty() {
            self.document.roots.push(0);
        }
        self.document
    }

    fn push(&mut self, content: Content, span: Span, tag: Option<&str>) -> u32 {
        let tag = tag.map_or(0, |tag| self.tag(tag));
        let index = offset(self.document.nodes.len());
        self.document.nodes.push(Node {
            span,
            next: index + 1,
            content,
            tag,
        });
        index
    }

    fn tag(&mut self, tag: &str) -> u32 {
        if let Some(&known) = self.tags.get(tag) {
            return known;
        }
        self.document.tags.push(tag.into());
        let index = offset(self.document.tags.len());
        self.tags.insert(tag.into(), index);
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_read_as_it_was_put_together() {
        let span = Span::new(3, 5);
        let mut tree = Assembler::default();
        tree.open(Kind::Mapping, span, None);
        tree.scalar(Style::Plain, span, "k", None);
        tree.open(Kind::Sequence, span, Some("!Tag"));
        tree.scalar(Style::Quoted, span, "v", None);
        tree.absent(span, None);
        tree.close();
        tree.scalar(Style::Plain, span, "last", None);
        tree.scalar(Style::Plain, span, "1", None);
        tree.close();
        let document = tree.finish();
        let root = document.root().unwrap();
        let list = root.get("k").unwrap();
        assert_eq!((list.tag(), list.items().count()), (Some("!Tag"), 2));
        assert_eq!(list.items().next().unwrap().text(), Some("v"));
        assert_eq!(root.get("last").unwrap().text(), Some("1"));
        assert_eq!(root.get("last").unwrap().span(), span);
    }
}
