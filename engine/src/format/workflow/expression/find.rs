//! Where expressions stand in text.

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Piece<'a> {
    /// Literal text.
    Text(&'a str),
    /// An expression: with its `${{ }}`, and what stands between them.
    Expression {
        /// As written.
        raw: &'a str,
        /// The expression itself, trimmed.
        text: &'a str,
    },
    /// A `${{` that is never closed, and all that follows it.
    Unclosed(&'a str),
}

/// Splits a text into literal parts and expressions.
pub(in super::super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${{") {
        let (before, opened) = rest.split_at(start);
        if !before.is_empty() {
            found.push(Piece::Text(before));
        }
        let Some(length) = length(opened) else {
            found.push(Piece::Unclosed(opened));
            return found;
        };
        let (raw, after) = opened.split_at(length);
        let inner = raw
            .strip_prefix("${{")
            .and_then(|inner| inner.strip_suffix("}}"));
        found.push(Piece::Expression {
            raw,
            text: inner.unwrap_or_default().trim(),
        });
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

/// Returns the length of the expression that `text` begins with. A `}}` inside a string does not close it.
pub(in super::super) fn length(text: &str) -> Option<usize> {
    let mut quoted = false;
    let bytes = text.as_bytes();
    for (at, pair) in bytes.windows(2).enumerate().skip(3) {
        match pair {
            [b'\'', _] => quoted = !quoted,
            b"}}" if !quoted => return Some(at + 2),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_expressions_alternate() {
        assert_eq!(
            pieces("a${{ b }}c"),
            [
                Piece::Text("a"),
                Piece::Expression {
                    raw: "${{ b }}",
                    text: "b"
                },
                Piece::Text("c")
            ]
        );
    }

    #[test]
    fn braces_inside_a_string_do_not_close() {
        assert_eq!(
            pieces("${{ format('{{0}}', 'it''s') }}"),
            [Piece::Expression {
                raw: "${{ format('{{0}}', 'it''s') }}",
                text: "format('{{0}}', 'it''s')"
            }]
        );
    }

    #[test]
    fn an_open_expression_is_told_apart() {
        assert_eq!(
            pieces("a ${{ b }"),
            [Piece::Text("a "), Piece::Unclosed("${{ b }")]
        );
        assert_eq!(
            pieces("${{}}"),
            [Piece::Expression {
                raw: "${{}}",
                text: ""
            }]
        );
    }
}
