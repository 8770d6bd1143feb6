//! The arena tree of a YAML or JSON text.

use crate::artifact::Span;

/// A parsed text: a flat arena of nodes in source order.
#[derive(Debug, Default)]
pub struct Document {}

/// A node of a [`Document`]. Aliases are followed: a node reference never is an alias.
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'a> {
    document: &'a Document,
    index: u32,
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
        std::iter::empty()
    }

    /// Returns the first root.
    pub fn root(&self) -> Option<NodeRef<'_>> {
        self.roots().next()
    }

    /// Returns the comments in source order.
    pub fn comments(&self) -> &[Comment] {
        &[]
    }

    /// Returns each repeated key of a mapping with the key it repeats: (first, repeated).
    pub fn duplicate_keys(&self) -> Vec<(Span, Span)> {
        Vec::new()
    }
}

impl<'a> NodeRef<'a> {
    /// Returns what the node is.
    pub fn kind(&self) -> Kind {
        let _ = (self.document, self.index);
        Kind::Mapping
    }

    /// Returns the text of a scalar, unescaped; `None` for containers.
    pub fn text(&self) -> Option<&'a str> {
        None
    }

    /// Returns the tag as written (`!Sub`), when there is one.
    pub fn tag(&self) -> Option<&'a str> {
        None
    }

    /// Returns the span of the node: a scalar with its quotes, a tagged node from its tag, a container from its
    /// first child's start (or its bracket) to its last child's end.
    pub fn span(&self) -> Span {
        Span::default()
    }

    /// Tells whether the node is a value that was left out (`key:` with nothing behind it).
    pub fn is_absent(&self) -> bool {
        false
    }

    /// Returns the span of the alias (`*name`) when the node was reached through one.
    pub fn alias_span(&self) -> Option<Span> {
        None
    }

    /// Returns the key and value of each entry of a mapping in source order, duplicates included.
    pub fn entries(&self) -> impl Iterator<Item = (NodeRef<'a>, NodeRef<'a>)> + use<'a> {
        std::iter::empty()
    }

    /// Returns the items of a sequence.
    pub fn items(&self) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
        std::iter::empty()
    }

    /// Returns the value of the last entry whose key is `key`.
    pub fn get(&self, key: &str) -> Option<NodeRef<'a>> {
        self.entries()
            .filter(|(name, _)| name.text() == Some(key))
            .map(|(_, value)| value)
            .last()
    }
}
