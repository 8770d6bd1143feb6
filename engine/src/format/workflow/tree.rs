//! A document as the node tree of a resource, by the YAML 1.2 core schema.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::artifact::{Artifact, Span};
use crate::document::scalar::{Dialect, Scalar, resolve};
use crate::document::{Kind, NodeRef, Style};
use crate::resource::{Entry, Node, Notice, NoticeKind, NoticeLevel, UnknownKind, Value};

/// How many nodes a document may have once its aliases are expanded.
const MAX_NODES: usize = 200_000;

/// How deep a document may nest.
const MAX_DEPTH: usize = 100;

/// Collects what is wrong with a file, each thing once, and knows the comments of its source.
#[derive(Debug, Default)]
pub(super) struct Notices {
    source: Option<Arc<Artifact>>,
    is_muted: bool,
    found: Vec<Notice>,
    seen: BTreeSet<(Option<Span>, String)>,
}

impl Notices {
    pub(super) fn of(source: Arc<Artifact>) -> Self {
        Self {
            source: Some(source),
            ..Self::default()
        }
    }

    /// Reads on in another file, whose own notices say what is wrong with it. Returns the file that was read.
    pub(super) fn enter(&mut self, source: Option<Arc<Artifact>>) -> Option<Arc<Artifact>> {
        self.is_muted = true;
        std::mem::replace(&mut self.source, source)
    }

    /// Goes back to the file that was read.
    pub(super) fn leave(&mut self, source: Option<Arc<Artifact>>) {
        self.is_muted = false;
        self.source = source;
    }

    /// Returns the comment behind a node on its last line.
    pub(super) fn comment_behind(&self, span: Option<Span>) -> Option<&str> {
        let end = usize::try_from(span?.end).ok()?;
        let rest = self.source.as_deref()?.text().get(end..)?;
        let (_, comment) = rest.lines().next()?.split_once(" #")?;
        Some(comment.trim())
    }

    /// Records that part of the file has no valid form and cannot be judged.
    pub(super) fn error(&mut self, message: String, span: Option<Span>) {
        self.add(NoticeKind::InvalidInput, message, span);
    }

    fn add(&mut self, kind: NoticeKind, message: String, span: Option<Span>) {
        if !self.is_muted && self.seen.insert((span, message.clone())) {
            self.found.push(Notice {
                kind,
                level: NoticeLevel::Error,
                message,
                span,
            });
        }
    }

    /// Returns the notices in the order in which they were found.
    pub(super) fn into_vec(self) -> Vec<Notice> {
        self.found
    }
}

/// Converts a document node.
pub(super) fn convert(root: NodeRef<'_>, notices: &mut Notices) -> Node {
    let mut converter = Converter {
        notices: Some(notices),
        dialect: Dialect::Core,
        left: MAX_NODES,
        is_cut: false,
    };
    converter.node(root, 0)
}

/// Converts a JSON document that stands inside an expression; `None` when it is too large.
pub(super) fn json_value(root: NodeRef<'_>) -> Option<Value> {
    let mut converter = Converter {
        notices: None,
        dialect: Dialect::Json,
        left: 1_000,
        is_cut: false,
    };
    let node = converter.node(root, 0);
    (!converter.is_cut).then_some(node.value)
}

struct Converter<'n> {
    notices: Option<&'n mut Notices>,
    dialect: Dialect,
    left: usize,
    is_cut: bool,
}

impl Converter<'_> {
    fn error(&mut self, message: String, span: Span) {
        if let Some(notices) = &mut self.notices {
            notices.error(message, Some(span));
        }
    }

    fn node(&mut self, node: NodeRef<'_>, depth: usize) -> Node {
        let span = node.span();
        if depth > MAX_DEPTH || self.left == 0 {
            return self.cut(span);
        }
        self.left -= 1;
        let value = match node.kind() {
            Kind::Scalar(style) => scalar(node.text().unwrap_or_default(), style, self.dialect),
            Kind::Sequence => Value::Array(
                node.items()
                    .map(|item| self.node(item, depth + 1))
                    .collect(),
            ),
            Kind::Mapping => self.mapping(node, depth),
        };
        Node {
            value,
            span: Some(span),
        }
    }

    /// What stands for a part beyond the limits; said once.
    fn cut(&mut self, span: Span) -> Node {
        if let Some(notices) = self.notices.as_deref_mut().filter(|_| !self.is_cut) {
            let message = "This part of the file is too large or too deep to be read.".to_owned();
            notices.add(NoticeKind::Limit, message, Some(span));
        }
        self.is_cut = true;
        Node {
            value: Value::unknown(
                UnknownKind::Limit,
                "alias",
                "is too large or too deep to be read",
            ),
            span: Some(span),
        }
    }

    fn mapping(&mut self, node: NodeRef<'_>, depth: usize) -> Value {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (key, value) in node.entries() {
            let Some(name) = key.text() else {
                self.error("A key of this mapping is no text.".to_owned(), key.span());
                continue;
            };
            if name == "<<" && self.dialect == Dialect::Core {
                let message = "GitHub Actions does not support the merge key '<<'.".to_owned();
                self.error(message, key.span());
                continue;
            }
            let entry = Entry {
                key: name.into(),
                key_span: Some(key.span()),
                node: self.node(value, depth + 1),
            };
            if let Some(known) = seen.get(name).and_then(|index| entries.get_mut(*index)) {
                let message = format!("The key '{name}' is repeated; the last one is judged.");
                *known = entry;
                self.error(message, key.span());
            } else {
                seen.insert(name, entries.len());
                entries.push(entry);
            }
        }
        Value::Object(entries)
    }
}

fn scalar(text: &str, style: Style, dialect: Dialect) -> Value {
    if style != Style::Plain {
        return Value::String(text.into());
    }
    match resolve(text, dialect) {
        Scalar::Null => Value::Null,
        Scalar::Bool(flag) => Value::Bool(flag),
        Scalar::Number(_) => Value::Number(text.into()),
        Scalar::String(text) => Value::String(text.into()),
    }
}
