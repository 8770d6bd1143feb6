//! Comments of HCL and what they stand at.

use std::ops::Range;

use super::scanner::{Statement, scan};
use crate::artifact::Span;
use crate::document::remarks::{Remark, attach, is_alone, line_start};

/// How deep blocks are nested that are looked into.
const DEPTH: usize = 32;

/// Returns the comments of a text and what they stand at. Inside the value of an attribute, which has no statements,
/// that is the next line, or the line of the comment.
pub fn remarks(text: &str) -> Vec<Remark> {
    let (statements, comments) = scan(text);
    let mut nodes = Vec::new();
    let mut values = Vec::new();
    collect(
        text,
        statements,
        0,
        &mut Found {
            nodes: &mut nodes,
            values: &mut values,
        },
        0,
    );
    let comments: Vec<Span> = comments.into_iter().map(|range| span(&range)).collect();
    let mut remarks = attach(text, comments.into_iter(), nodes);
    for remark in &mut remarks {
        let comment = remark.comment;
        let is_inside = |value: &Span| value.start < comment.start && comment.end <= value.end;
        // On the first line of its attribute the comment stands at the whole of it.
        let begins_here = remark
            .node
            .is_some_and(|node| !is_alone(text, comment) && node.start < comment.start);
        if !begins_here && values.iter().any(is_inside) {
            remark.node = Some(line_of(text, comment));
        }
    }
    remarks
}

struct Found<'a> {
    nodes: &'a mut Vec<Span>,
    values: &'a mut Vec<Span>,
}

/// Gathers the statements of a body that begins at `start`, and of the bodies inside.
fn collect(
    text: &str,
    statements: Vec<Statement>,
    start: usize,
    found: &mut Found<'_>,
    depth: usize,
) {
    for statement in statements {
        match statement {
            Statement::Attribute { name, value } => {
                let value = span(&(value.start + start..value.end + start));
                found.nodes.push(Span::new(
                    span(&(name.start + start..name.end)).start,
                    value.end,
                ));
                found.values.push(value);
            }
            Statement::Block { header, inner, .. } => {
                let end = inner.as_ref().map_or(header.end, |inner| inner.end + 1);
                found.nodes.push(span(&(header.start + start..end + start)));
                let Some(inner) = inner.filter(|_| depth < DEPTH) else {
                    continue;
                };
                let from = inner.start + start;
                let body = text.get(from..inner.end + start).unwrap_or_default();
                collect(text, scan(body).0, from, found, depth + 1);
            }
        }
    }
}

fn span(range: &Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(range.start), offset(range.end))
}

/// Returns the line that a comment inside a value stands at.
fn line_of(text: &str, comment: Span) -> Span {
    let start = if is_alone(text, comment) {
        let rest = text.get(comment.end as usize..).unwrap_or_default();
        comment.end as usize + (rest.len() - rest.trim_start().len())
    } else {
        line_start(text, comment) as usize
    };
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
    span(&(start..start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(text: &str) -> Vec<Option<&str>> {
        let nodes = remarks(text).into_iter().map(|remark| {
            let node = remark.node?;
            text.get(node.start as usize..node.end as usize)
        });
        nodes.collect()
    }

    #[test]
    fn a_comment_stands_at_the_block_or_attribute() {
        let text = "# one\nresource \"a\" \"b\" { // two\n  x = 1 # three\n  # four\n  y {\n    z = 2 /* five */\n  }\n}\n";
        let block = text.get(6..text.len() - 1);
        assert_eq!(
            nodes(text),
            [
                block,
                block,
                Some("x = 1"),
                Some("y {\n    z = 2 /* five */\n  }"),
                Some("z = 2")
            ]
        );
    }

    #[test]
    fn inside_a_value_a_comment_stands_at_a_line() {
        let text = "x = [ # all\n  1, # one\n  # next\n  2,\n]\ny = 3\n";
        assert_eq!(
            nodes(text),
            [
                Some("x = [ # all\n  1, # one\n  # next\n  2,\n]"),
                Some("  1, # one"),
                Some("2,")
            ]
        );
    }

    #[test]
    fn texts_hold_no_comments() {
        assert_eq!(nodes("x = \"# no\"\ny = <<E\n# no\nE\n"), [None; 0]);
        assert_eq!(
            nodes("x = \"${ f(1) }\" # yes\n"),
            [Some("x = \"${ f(1) }\"")]
        );
    }
}
