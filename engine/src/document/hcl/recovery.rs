//! What can be read of a file that hcl-edit rejects: each statement on its own.
//!
//! A rejected block is read statement by statement too, so that one odd value costs only itself. Where braces are
//! never closed nothing inside them is certain, and only the header is kept.

use std::ops::Range;

use super::scanner::{Statement, statements};
use super::{Attribute, Block, Body, Expression, Form, strict, strict_expression};
use crate::artifact::Span;

/// How deep rejected blocks are taken apart: each level reads their text again.
const DEPTH: usize = 8;

/// Reads a text that is accepted whole.
type Whole = fn(&str) -> Option<Body>;

/// Reads the statements of a rejected text.
pub(super) fn read(text: &str) -> Body {
    body(text, 0..text.len(), 0, strict)
}

/// Reads the statements of a part of a text; `whole` reads what a block holds, where it can.
fn body(text: &str, range: Range<usize>, depth: usize, whole: Whole) -> Body {
    let inner = text.get(range.clone()).unwrap_or_default();
    let mut body = Body::default();
    for statement in statements(inner) {
        match statement {
            Statement::Attribute { name, value } => {
                let name = moved(name, range.start);
                let value = moved(value, range.start);
                body.attributes.push(attribute(text, name, value));
            }
            Statement::Block {
                kind,
                labels,
                header,
                inner,
            } => body.blocks.push(Block {
                kind,
                labels,
                header: span(moved(header, range.start)),
                body: inner
                    .and_then(|inner| held(text, moved(inner, range.start), depth + 1, whole)),
            }),
        }
    }
    body
}

fn held(text: &str, range: Range<usize>, depth: usize, whole: Whole) -> Option<Body> {
    if let Some(mut parsed) = whole(text.get(range.clone())?) {
        parsed.shift(range.start);
        return Some(parsed);
    }
    (depth <= DEPTH).then(|| body(text, range, depth, whole))
}

fn attribute(text: &str, name: Range<usize>, value: Range<usize>) -> Attribute {
    let parsed = text
        .get(value.clone())
        .and_then(strict_expression)
        .map(|mut parsed| {
            let by = |old: Span| span(moved(old.start as usize..old.end as usize, value.start));
            parsed.replace_spans(&by);
            parsed
        });
    Attribute {
        name: text.get(name.clone()).unwrap_or_default().to_owned(),
        name_span: span(name),
        value: parsed.unwrap_or_else(|| Expression {
            span: span(value),
            form: Form::Other(Vec::new()),
        }),
    }
}

const fn moved(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

fn span(range: Range<usize>) -> Span {
    super::span(Some(range))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "tf") {
                found.push(path);
            }
        }
    }

    /// Heredocs end behind their mark here and behind its line there.
    fn trimmed(body: &mut Body, text: &str) {
        body.replace_spans(&|span| {
            let range = span.start as usize..span.end as usize;
            let length = text[range].trim_end().len();
            Span::new(span.start, span.start + u32::try_from(length).unwrap())
        });
    }

    #[test]
    fn what_is_accepted_is_recovered_the_same() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut files = Vec::new();
        sources(&root.join("fixtures"), &mut files);
        sources(&root.join("policies"), &mut files);
        let mut compared = 0;
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let Some(mut accepted) = strict(&text) else {
                continue;
            };
            let mut recovered = body(&text, 0..text.len(), 0, |_| None);
            trimmed(&mut accepted, &text);
            trimmed(&mut recovered, &text);
            assert_eq!(recovered, accepted, "{}", file.display());
            compared += 1;
        }
        assert!(compared > 50);
    }
}
