//! The arena tree of a YAML or JSON text.
//!
//! Nodes lie in source order; a container's children follow it directly, a mapping's alternate key and value, and
//! every node knows the index after its subtree. Texts are kept unescaped in one buffer, places as byte offsets.

use super::scalar::{self, Dialect, Scalar};
use crate::artifact::Span;

/// A parsed text: a flat arena of nodes in source order.
#[derive(Debug, Default)]
pub struct Document {
    pub(super) nodes: Vec<Node>,
    pub(super) roots: Vec<u32>,
    pub(super) texts: String,
    pub(super) tags: Vec<Box<str>>,
    pub(super) comments: Vec<Comment>,
}

/// One slot of the arena.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) span: Span,
    /// The index after the subtree: the next sibling, where there is one.
    pub(super) next: u32,
    pub(super) content: Content,
    /// The index of the tag plus one; 0 for none.
    pub(super) tag: u32,
}

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// A value that was left out, or an alias that cannot be followed.
    Absent,
    /// A scalar: where its text lies in the buffer.
    Scalar { style: Style, start: u32, len: u32 },
    /// A list.
    Sequence,
    /// A map.
    Mapping,
    /// A use of an anchor: the index of the anchored node.
    Alias { target: u32 },
}

/// A node of a [`Document`]. Aliases are followed: a node reference never is an alias.
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'a> {
    document: &'a Document,
    index: u32,
    /// The slot of the outermost alias on the way to this node.
    alias: Option<u32>,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, a number, a boolean or nothing.
    Scalar(Style),
    /// A list.
    Sequence,
    /// A map.
    Mapping,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: the dialect decides its type.
    Plain,
    /// In single or double quotes, or a JSON string.
    Quoted,
    /// A literal or folded block.
    Block,
}

/// A comment of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to the end of its line.
    pub span: Span,
}

impl Document {
    /// Returns the roots: one a YAML document of the text.
    pub fn roots(&self) -> impl Iterator<Item = NodeRef<'_>> {
        self.roots
            .iter()
            .map(|&index| NodeRef::at(self, index, None))
    }

    /// Returns the first root.
    pub fn root(&self) -> Option<NodeRef<'_>> {
        self.roots().next()
    }

    /// Returns the comments in source order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Returns each repeated key of a mapping with the key it repeats: (first, repeated), by the repeated key's place.
    ///
    /// Keys are compared by their text, so `1` and `"1"` are the same key, as they are in JSON.
    pub fn duplicate_keys(&self) -> Vec<(Span, Span)> {
        let mut duplicates = Vec::new();
        let mut keys = Vec::new();
        for (index, node) in (0..).zip(&self.nodes) {
            if node.content != Content::Mapping {
                continue;
            }
            let entries = NodeRef::at(self, index, None).entries();
            keys.clear();
            keys.extend(entries.filter_map(|(key, _)| {
                Some((key.text()?, key.alias_span().unwrap_or(key.span())))
            }));
            // A stable sort keeps equal keys in source order.
            keys.sort_by_key(|(text, _)| *text);
            for equal in keys.chunk_by(|a, b| a.0 == b.0) {
                let Some(((_, first), repeated)) = equal.split_first() else {
                    continue;
                };
                duplicates.extend(repeated.iter().map(|(_, place)| (*first, *place)));
            }
        }
        duplicates.sort_unstable_by_key(|(_, repeated)| *repeated);
        duplicates
    }

    /// Returns the slot of an index that this document gave out.
    fn node(&self, index: u32) -> Node {
        self.nodes
            .get(index as usize)
            .copied()
            .unwrap_or(Node::NOTHING)
    }
}

impl Node {
    /// What stands where nothing stands.
    const NOTHING: Self = Self {
        span: Span::new(0, 0),
        next: u32::MAX,
        content: Content::Absent,
        tag: 0,
    };
}

impl<'a> NodeRef<'a> {
    /// Returns the node at `index`, or the one that the alias there stands for.
    fn at(document: &'a Document, index: u32, alias: Option<u32>) -> Self {
        match document.node(index).content {
            Content::Alias { target } => Self {
                document,
                index: target,
                alias: alias.or(Some(index)),
            },
            _ => Self {
                document,
                index,
                alias,
            },
        }
    }

    fn node(&self) -> Node {
        self.document.node(self.index)
    }

    /// Returns what the node is. A value that was left out is a plain scalar.
    pub fn kind(&self) -> Kind {
        match self.node().content {
            Content::Sequence => Kind::Sequence,
            Content::Mapping => Kind::Mapping,
            Content::Scalar { style, .. } => Kind::Scalar(style),
            Content::Absent | Content::Alias { .. } => Kind::Scalar(Style::Plain),
        }
    }

    /// Returns the text of a scalar, unescaped; `None` for containers. The text of a value that was left out is empty.
    pub fn text(&self) -> Option<&'a str> {
        match self.node().content {
            Content::Scalar { start, len, .. } => {
                let start = start as usize;
                self.document.texts.get(start..start + len as usize)
            }
            Content::Absent | Content::Alias { .. } => Some(""),
            Content::Sequence | Content::Mapping => None,
        }
    }

    /// Returns what a scalar means in `dialect`; `None` for containers.
    ///
    /// Quoted and block scalars are text whatever they say, and so is a plain one with a tag other than `!!bool`,
    /// `!!int`, `!!float` and `!!null` of YAML; a value that was left out is null unless it has a tag.
    pub fn scalar(&self, dialect: Dialect) -> Option<Scalar<'a>> {
        let text = self.text()?;
        let plain = self.kind() == Kind::Scalar(Style::Plain);
        let typed = self
            .tag()
            .is_none_or(|tag| matches!(tag, "!!bool" | "!!int" | "!!float" | "!!null"));
        Some(if plain && typed {
            scalar::resolve(text, dialect)
        } else {
            Scalar::String(text)
        })
    }

    /// Returns the tag as written (`!Sub`), when there is one.
    pub fn tag(&self) -> Option<&'a str> {
        let index = (self.node().tag as usize).checked_sub(1)?;
        self.document.tags.get(index).map(|tag| &**tag)
    }

    /// Returns the span of the node: a scalar with its quotes, a tagged node from its tag, a block scalar from its `|`
    /// or `>`, a container from its first child's start (or its bracket or first dash) to its last child's end.
    ///
    /// Behind an alias this is the place of the definition; see [`NodeRef::alias_span`].
    pub fn span(&self) -> Span {
        self.node().span
    }

    /// Tells whether the node is a value that was left out (`key:` with nothing behind it), or an alias that cannot
    /// be followed.
    pub fn is_absent(&self) -> bool {
        matches!(self.node().content, Content::Absent | Content::Alias { .. })
    }

    /// Returns the span of the alias (`*name`) when the node, or a container it was reached from, was reached through
    /// one; the outermost where there are several.
    pub fn alias_span(&self) -> Option<Span> {
        self.alias.map(|index| self.document.node(index).span)
    }

    /// Returns the key and value of each entry of a mapping in source order, duplicates included.
    pub fn entries(&self) -> impl Iterator<Item = (NodeRef<'a>, NodeRef<'a>)> + use<'a> {
        let mut children = self.children(Content::Mapping);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// Returns the items of a sequence.
    pub fn items(&self) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
        self.children(Content::Sequence)
    }

    /// Returns the value of the last entry whose key is `key`.
    pub fn get(&self, key: &str) -> Option<NodeRef<'a>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Returns the last entry whose key is `key`: the key and the value.
    pub fn entry(&self, key: &str) -> Option<(NodeRef<'a>, NodeRef<'a>)> {
        self.entries()
            .filter(|(name, _)| name.text() == Some(key))
            .last()
    }

    /// Returns the children when the node is a container of this kind.
    fn children(&self, content: Content) -> Children<'a> {
        let node = self.node();
        let is_such = node.content == content;
        Children {
            document: self.document,
            next: self.index + 1,
            end: if is_such { node.next } else { 0 },
            alias: self.alias,
        }
    }
}

/// The nodes directly below a container.
struct Children<'a> {
    document: &'a Document,
    next: u32,
    end: u32,
    alias: Option<u32>,
}

impl<'a> Iterator for Children<'a> {
    type Item = NodeRef<'a>;

    fn next(&mut self) -> Option<NodeRef<'a>> {
        if self.next >= self.end {
            return None;
        }
        let index = self.next;
        self.next = self.document.node(index).next;
        Some(NodeRef::at(self.document, index, self.alias))
    }
}
