//! Comments and what they stand at.
//!
//! A comment on a line of its own stands at the next node and all below it; one behind something stands at the node
//! that begins on its line. Nodes are the entries of maps and the items of lists, the blocks and attributes of HCL;
//! of several that begin on one line, the outermost.

use super::{Document, Kind, NodeRef};
use crate::artifact::Span;

/// A comment and the node that it stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remark {
    /// The comment with its mark (`#`, `//`, `/*`), to the end of its line.
    pub comment: Span,
    /// The node from its key to its end; `None` where nothing follows, or nothing begins on the line.
    pub node: Option<Span>,
}

/// Returns the comments of a YAML text and what they stand at.
pub fn of_tree(text: &str, document: &Document) -> Vec<Remark> {
    if document.comments().is_empty() {
        return Vec::new();
    }
    let mut nodes = Vec::new();
    let mut open: Vec<NodeRef<'_>> = document.roots().collect();
    while let Some(node) = open.pop() {
        match node.kind() {
            Kind::Mapping => {
                for (key, value) in node.entries() {
                    let end = written(&value).end.max(key.span().end);
                    nodes.push(Span::new(key.span().start, end));
                    open.extend(value.alias_span().is_none().then_some(value));
                }
            }
            Kind::Sequence => {
                for item in node.items() {
                    nodes.push(written(&item));
                    open.extend(item.alias_span().is_none().then_some(item));
                }
            }
            Kind::Scalar(_) => {}
        }
    }
    let comments = document.comments().iter().map(|comment| comment.span);
    attach(text, comments, nodes)
}

/// The place where a node is used: that of the alias where it is behind one.
fn written(node: &NodeRef<'_>) -> Span {
    node.alias_span().unwrap_or_else(|| node.span())
}

/// Finds for each comment the node that it stands at.
pub(super) fn attach(
    text: &str,
    comments: impl Iterator<Item = Span>,
    mut nodes: Vec<Span>,
) -> Vec<Remark> {
    nodes.sort_unstable_by_key(|node| (node.start, std::cmp::Reverse(node.end)));
    let first_from = |at: u32| nodes.get(nodes.partition_point(|node| node.start < at));
    comments
        .map(|comment| {
            let line = line_start(text, comment);
            let node = if is_alone(text, comment) {
                first_from(comment.end)
            } else {
                first_from(line).filter(|node| node.start < comment.start)
            };
            Remark {
                comment,
                node: node.copied(),
            }
        })
        .collect()
}

/// Tells whether nothing but blanks stands before a comment on its line.
pub(super) fn is_alone(text: &str, comment: Span) -> bool {
    let before = text.get(line_start(text, comment) as usize..comment.start as usize);
    before.is_some_and(|before| before.trim().is_empty())
}

/// Returns where the line of a comment begins.
pub(super) fn line_start(text: &str, comment: Span) -> u32 {
    let before = text.get(..comment.start as usize).unwrap_or_default();
    let end = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    u32::try_from(end).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::yaml;

    /// The text of the node that each comment stands at.
    fn nodes(text: &str) -> Vec<Option<&str>> {
        let (document, errors) = yaml::parse(text);
        assert!(errors.is_empty());
        let remarks = of_tree(text, &document);
        remarks
            .iter()
            .map(|remark| {
                let node = remark.node?;
                text.get(node.start as usize..node.end as usize)
            })
            .collect()
    }

    #[test]
    fn a_comment_on_its_own_line_stands_at_what_follows() {
        let text = "a:\n  # one\n\n  # two\n  b:\n    c: 1\n  d: 2\n";
        assert_eq!(nodes(text), [Some("b:\n    c: 1"), Some("b:\n    c: 1")]);
    }

    #[test]
    fn a_comment_behind_something_stands_at_what_begins_there() {
        let text = "a:  # one\n  b: 1  # two\nl:\n  - x: 1  # three\n    y: 2\n  - z\n";
        assert_eq!(
            nodes(text),
            [
                Some("a:  # one\n  b: 1"),
                Some("b: 1"),
                Some("x: 1  # three\n    y: 2")
            ]
        );
    }

    #[test]
    fn of_flow_syntax_the_outermost_node_of_the_line_is_meant() {
        assert_eq!(
            nodes("a: {b: [1, 2]} # one\nc: [\n 1 ] # two\n"),
            [Some("a: {b: [1, 2]}"), Some("1")]
        );
    }

    #[test]
    fn nothing_follows_the_last_comment() {
        assert_eq!(nodes("a: 1\n# end\n"), [None]);
    }

    #[test]
    fn a_hash_in_a_text_is_no_comment() {
        assert_eq!(
            nodes("a: 'x # y'\nrun: |\n  # in a script\n  true\n"),
            [None; 0]
        );
    }

    #[test]
    fn what_an_alias_leads_to_is_not_what_it_stands_at() {
        let text = "a: &x\n  b: 1\nc: *x # one\n";
        assert_eq!(nodes(text), [Some("c: *x")]);
    }
}
