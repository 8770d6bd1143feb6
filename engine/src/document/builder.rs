//! Fills the arena: what the YAML and the JSON parser share.
//!
//! Owns the stack of open containers and the budgets that keep aliases from growing a small text into a huge or a
//! deep tree.

use std::collections::HashMap;

use super::tree::{Content, Node};
use super::{Comment, Document, Style};
use crate::artifact::Span;

/// How deep a document may nest, aliases followed.
pub(super) const DEPTH_LIMIT: u32 = 512;

/// How many nodes the aliases of one text may stand for together.
pub(super) const ALIAS_BUDGET: u64 = 1_000_000;

/// How many bytes of text the aliases of one text may stand for together: each use of a text may be copied.
pub(super) const ALIAS_BYTES: u64 = 32 << 20;

/// A document in the making.
#[derive(Debug, Default)]
pub(super) struct Builder {
    document: Document,
    open: Vec<Open>,
    tags: HashMap<Box<str>, u32>,
    anchors: HashMap<usize, Anchor>,
    /// What the aliases so far stand for.
    expanded: Measure,
    last: Measure,
}

/// A container whose children are being read.
#[derive(Debug)]
struct Open {
    index: u32,
    children: usize,
    measure: Measure,
}

/// The size of a subtree with its aliases followed.
#[derive(Debug, Clone, Copy)]
struct Measure {
    nodes: u64,
    bytes: u64,
    height: u32,
}

/// A node that aliases may name.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    index: u32,
    /// Unknown while the node is open: an alias to it would be a cycle.
    measure: Option<Measure>,
}

impl Default for Measure {
    fn default() -> Self {
        Self {
            nodes: 1,
            bytes: 0,
            height: 1,
        }
    }
}

impl Measure {
    /// Adds a child.
    fn add(&mut self, child: Self) {
        self.nodes = self.nodes.saturating_add(child.nodes);
        self.bytes = self.bytes.saturating_add(child.bytes);
        self.height = self.height.max(child.height.saturating_add(1));
    }
}

impl Builder {
    /// Starts a document for a text of so many bytes.
    pub(super) fn new(length: usize) -> Self {
        let mut builder = Self::default();
        builder.document.texts.reserve(length / 2);
        builder.document.nodes.reserve(length / 16);
        builder
    }

    /// Adds a scalar.
    pub(super) fn scalar(&mut self, style: Style, span: Span, text: &str, tag: Option<&str>) {
        let start = offset(self.document.texts.len());
        let len = offset(text.len());
        self.document.texts.push_str(text);
        self.leaf(Content::Scalar { style, start, len }, span, tag);
    }

    /// Adds a value that is not there.
    pub(super) fn absent(&mut self, span: Span, tag: Option<&str>) {
        self.leaf(Content::Absent, span, tag);
    }

    /// Adds a use of an anchor; when it cannot be followed, says why and adds a value that is not there.
    pub(super) fn alias(&mut self, span: Span, anchor: usize) -> Result<(), String> {
        let target = self.anchors.get(&anchor).copied();
        match self.follow(target) {
            Ok((target, measure)) => {
                self.push(Content::Alias { target }, span, None);
                self.expanded.add(measure);
                self.count(measure);
                Ok(())
            }
            Err(reason) => {
                self.absent(span, None);
                Err(reason)
            }
        }
    }

    fn follow(&self, anchor: Option<Anchor>) -> Result<(u32, Measure), String> {
        let Some(anchor) = anchor else {
            return Err("alias of an unknown anchor".to_owned());
        };
        let Some(measure) = anchor.measure else {
            return Err("alias of a node that contains it".to_owned());
        };
        let mut expanded = self.expanded;
        expanded.add(measure);
        // The measure of nothing is one node, too.
        if expanded.nodes > ALIAS_BUDGET + 1 {
            return Err(format!(
                "aliases stand for more than {ALIAS_BUDGET} nodes together"
            ));
        }
        if expanded.bytes > ALIAS_BYTES {
            return Err(format!(
                "aliases stand for more than {ALIAS_BYTES} bytes together"
            ));
        }
        if offset(self.open.len()).saturating_add(measure.height) > DEPTH_LIMIT {
            return Err(format!("aliases nest deeper than {DEPTH_LIMIT} levels"));
        }
        Ok((anchor.index, measure))
    }

    /// Opens a container; its span grows when it is closed.
    pub(super) fn open(&mut self, content: Content, span: Span, tag: Option<&str>) {
        let index = self.push(content, span, tag);
        self.open.push(Open {
            index,
            children: 0,
            measure: Measure::default(),
        });
    }

    /// Closes the innermost container at `end`, or at its last child's end when that is unknown.
    pub(super) fn close(&mut self, end: Option<u32>) {
        let Some(open) = self.open.pop() else { return };
        let next = offset(self.document.nodes.len());
        if let Some(node) = self.document.nodes.get_mut(open.index as usize) {
            node.next = next;
            node.span.end = node.span.end.max(end.unwrap_or(0));
        }
        self.extend_parent(open.index);
        self.count(open.measure);
    }

    /// Remembers the leaf that was added last as the target of `anchor`.
    pub(super) fn anchor_last(&mut self, anchor: usize) {
        let index = offset(self.document.nodes.len().saturating_sub(1));
        let measure = Some(self.last);
        self.anchors.insert(anchor, Anchor { index, measure });
    }

    /// Remembers the innermost container as the target of `anchor`, not to be followed before it is complete.
    pub(super) fn anchor_open(&mut self, anchor: usize) {
        let index = self.open.last().map_or(0, |open| open.index);
        let measure = None;
        self.anchors.insert(anchor, Anchor { index, measure });
    }

    /// Marks the container that was closed last as complete for aliases.
    pub(super) fn complete_anchor(&mut self, anchor: usize) {
        if let Some(target) = self.anchors.get_mut(&anchor) {
            target.measure = Some(self.last);
        }
    }

    /// Starts a document of the text: what is added next is its root.
    pub(super) fn root(&mut self) {
        self.document.roots.push(offset(self.document.nodes.len()));
    }

    /// Adds a comment.
    pub(super) fn comment(&mut self, span: Span) {
        self.document.comments.push(Comment { span });
    }

    /// Returns how many containers are open.
    pub(super) fn depth(&self) -> u32 {
        offset(self.open.len())
    }

    /// Returns the start of the innermost container when it is a mapping.
    pub(super) fn parent_mapping(&self) -> Option<u32> {
        let node = self.document.nodes.get(self.open.last()?.index as usize)?;
        (node.content == Content::Mapping).then_some(node.span.start)
    }

    /// Finishes: closes what an error left open.
    pub(super) fn finish(mut self) -> Document {
        while let Some(open) = self.open.last() {
            let odd = open.children % 2 == 1;
            let node = self.document.nodes.get(open.index as usize).copied();
            if let Some(node) = node.filter(|node| odd && node.content == Content::Mapping) {
                self.absent(Span::new(node.span.end, node.span.end), None);
            }
            self.close(None);
        }
        let nodes = offset(self.document.nodes.len());
        self.document.roots.retain(|root| *root < nodes);
        self.document
            .comments
            .sort_unstable_by_key(|comment| comment.span);
        self.document
    }

    fn leaf(&mut self, content: Content, span: Span, tag: Option<&str>) {
        self.push(content, span, tag);
        let bytes = match content {
            Content::Scalar { len, .. } => u64::from(len),
            _ => 0,
        };
        self.count(Measure {
            bytes,
            ..Measure::default()
        });
    }

    /// Adds a slot and lets the parent's span reach it.
    fn push(&mut self, content: Content, span: Span, tag: Option<&str>) -> u32 {
        let tag = tag.map_or(0, |tag| self.tag(tag));
        let index = offset(self.document.nodes.len());
        self.document.nodes.push(Node {
            span,
            next: index + 1,
            content,
            tag,
        });
        self.extend_parent(index);
        index
    }

    fn extend_parent(&mut self, child: u32) {
        let Some(end) = self.document.nodes.get(child as usize).map(|n| n.span.end) else {
            return;
        };
        let Some(open) = self.open.last() else { return };
        if let Some(parent) = self.document.nodes.get_mut(open.index as usize)
            && open.index != child
        {
            parent.span.end = parent.span.end.max(end);
        }
    }

    /// Counts a finished child into its parent.
    fn count(&mut self, measure: Measure) {
        self.last = measure;
        if let Some(open) = self.open.last_mut() {
            open.children += 1;
            open.measure.add(measure);
        }
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

/// Returns a length as an offset. Texts of 4 GiB and more are refused before they are parsed.
pub(super) fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
