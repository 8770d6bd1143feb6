//! The statements of any HCL text: blocks and attributes by their bytes, found without a grammar.
//!
//! Knows strings with their interpolations, heredocs, comments and brackets, so that nothing inside one is taken for
//! a statement.

use std::ops::Range;

/// A statement of a body, by its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Statement {
    /// `kind "label" { … }`.
    Block {
        /// The first word.
        kind: String,
        /// The labels, unquoted.
        labels: Vec<String>,
        /// From the first word to the last label.
        header: Range<usize>,
        /// What stands between the braces; `None` when they are never closed.
        inner: Option<Range<usize>>,
    },
    /// `name = value`.
    Attribute {
        /// The name.
        name: Range<usize>,
        /// The value, to the end of its line or of its last bracket.
        value: Range<usize>,
    },
}

/// Lists the statements of a text; what is none is skipped.
pub(super) fn statements(text: &str) -> Vec<Statement> {
    scan(text).0
}

/// Lists the statements of a text, and every comment wherever it stands.
pub(super) fn scan(text: &str) -> (Vec<Statement>, Vec<Range<usize>>) {
    let mut scanner = Scanner {
        text,
        at: 0,
        comments: Vec::new(),
    };
    let mut found = Vec::new();
    while scanner.at < text.len() {
        found.extend(scanner.statement());
    }
    (found, scanner.comments)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    comments: Vec<Range<usize>>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    /// Skips to just behind `end`, or to the end of the text.
    fn skip_past(&mut self, end: &str) {
        let found = self
            .rest()
            .find(end)
            .map_or(usize::MAX, |at| at + end.len());
        self.skip(found.min(self.text.len()));
    }

    /// Reads one statement, or skips one token that starts none.
    fn statement(&mut self) -> Option<Statement> {
        self.blank(true);
        let start = self.at;
        let kind = self.word();
        if kind.is_empty() {
            self.token();
            return None;
        }
        let mut labels = Vec::new();
        let mut header = start..self.at;
        loop {
            self.blank(false);
            let rest = self.rest();
            if rest.starts_with('"') {
                let from = self.at;
                self.token();
                let quoted = self.text.get(from..self.at).unwrap_or_default();
                labels.push(unquoted(quoted));
                header.end = self.at;
            } else if rest.starts_with('{') {
                return Some(Statement::Block {
                    kind: kind.to_owned(),
                    labels,
                    header,
                    inner: self.braces(),
                });
            } else if labels.is_empty() && rest.starts_with('=') && !rest.starts_with("==") {
                self.skip(1);
                let value = self.value();
                return Some(Statement::Attribute {
                    name: header,
                    value,
                });
            } else {
                let label = self.word();
                if label.is_empty() {
                    return None;
                }
                labels.push(label.to_owned());
                header.end = self.at;
            }
        }
    }

    /// Skips a text in braces and returns what stands between them, when they are closed.
    fn braces(&mut self) -> Option<Range<usize>> {
        let start = self.at + 1;
        let is_closed = self.token();
        is_closed.then(|| start..self.at.saturating_sub(1))
    }

    /// Skips to the end of an expression: a line end or a closing bracket that no bracket of its own holds.
    fn value(&mut self) -> Range<usize> {
        self.blank(false);
        let start = self.at;
        let mut end = start;
        while self.at < self.text.len() {
            let from = self.at;
            if self.rest().starts_with(['\n', '\r', '}', ']', ')']) {
                break;
            }
            if self.comment() {
                continue;
            }
            let is_space = self.rest().starts_with([' ', '\t']);
            self.token();
            if !is_space {
                end = self.at;
            }
            if self.at == from {
                break;
            }
        }
        start..end
    }

    /// Reads an identifier; empty when none stands here.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        self.skip(length);
        rest.get(..length).unwrap_or_default()
    }

    /// Skips blanks and comments.
    fn blank(&mut self, lines_too: bool) {
        loop {
            let rest = self.rest();
            let is_blank = |c: char| c.is_whitespace() && (lines_too || !matches!(c, '\n' | '\r'));
            let blanks = rest.find(|c| !is_blank(c)).unwrap_or(rest.len());
            self.skip(blanks);
            if !self.comment() {
                return;
            }
        }
    }

    fn comment(&mut self) -> bool {
        let rest = self.rest();
        let start = self.at;
        if rest.starts_with("/*") {
            self.skip_past("*/");
        } else if rest.starts_with('#') || rest.starts_with("//") {
            let end = rest.find('\n').unwrap_or(rest.len());
            self.skip(end);
        } else {
            return false;
        }
        self.comments.push(start..self.at);
        true
    }

    /// Skips a string, a heredoc, a bracketed text, or one character. False when the text ends before what is open.
    fn token(&mut self) -> bool {
        let mut open = Vec::new();
        loop {
            let quoted = open.last() == Some(&'"');
            if !quoted && self.comment() {
                if self.at >= self.text.len() {
                    return open.is_empty();
                }
                continue;
            }
            self.piece(&mut open);
            if open.is_empty() || self.at >= self.text.len() {
                return open.is_empty();
            }
        }
    }

    /// Reads one piece of nested text; `open` holds the brackets and quotes that are not closed yet.
    fn piece(&mut self, open: &mut Vec<char>) {
        let rest = self.rest();
        let Some(next) = rest.chars().next() else {
            return;
        };
        if open.last() == Some(&'"') {
            self.quoted(next, open);
            return;
        }
        match next {
            '"' => open.push('"'),
            '{' | '[' | '(' => open.push(next),
            '}' | ']' | ')' => {
                open.pop();
            }
            '<' if rest.starts_with("<<") => {
                self.heredoc();
                return;
            }
            _ => {}
        }
        self.skip(next.len_utf8());
    }

    fn quoted(&mut self, next: char, open: &mut Vec<char>) {
        let rest = self.rest();
        if next == '\\' || rest.starts_with("$${") || rest.starts_with("%%{") {
            self.skip(if next == '\\' { 2 } else { 3 });
        } else if rest.starts_with("${") || rest.starts_with("%{") {
            open.push('{');
            self.skip(2);
        } else {
            if next == '"' {
                open.pop();
            }
            self.skip(next.len_utf8());
        }
    }

    fn heredoc(&mut self) {
        self.skip(2);
        if self.rest().starts_with('-') {
            self.skip(1);
        }
        let mark = self.word();
        if mark.is_empty() {
            return;
        }
        self.skip_past("\n");
        while self.at < self.text.len() {
            let line = self.rest().lines().next().unwrap_or_default();
            if line.trim() == mark {
                self.skip(line.len());
                return;
            }
            self.skip_past("\n");
        }
    }
}

/// Returns the text of a label; one with escapes is compared with nothing, for names have none.
fn unquoted(label: &str) -> String {
    let inner = label.strip_prefix('"').unwrap_or(label);
    inner.strip_suffix('"').unwrap_or(inner).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(text: &str) -> Vec<&str> {
        let headers = statements(text)
            .into_iter()
            .filter_map(|found| match found {
                Statement::Block { header, .. } => Some(&text[header]),
                Statement::Attribute { .. } => None,
            });
        headers.collect()
    }

    #[test]
    fn headers_inside_strings_heredocs_and_comments_are_none() {
        let text = r#"
# resource "no" "a" {
/* resource "no" "b" { */
locals {
  u = "https://x" # }
  x = "resource \"no\" \"c\" { ${ { a = "}" } }"
  y = <<-EOT
    resource "no" "d" {
    EOT
}
resource "yes" "é" { // }
}
module yes {}
x = [{ resource = "no" }]
"#;
        assert_eq!(
            headers(text),
            ["locals", "resource \"yes\" \"é\"", "module yes"]
        );
    }

    #[test]
    fn an_unclosed_text_ends() {
        assert_eq!(
            headers("resource \"a\" \"b\" { x = \"${ <<EOT\n"),
            ["resource \"a\" \"b\""]
        );
        assert!(headers("\"${").is_empty());
        assert!(headers("/*").is_empty());
    }

    #[test]
    fn a_value_ends_with_its_line_outside_of_brackets() {
        let text = "a = [1, # ]\n 2] // x\nb = \"${x[\"}\"]}\" \r\nc = <<E\n x = 1\nE\nd = f(\n)\n";
        let values: Vec<_> = statements(text)
            .into_iter()
            .filter_map(|found| match found {
                Statement::Attribute { name, value } => Some((&text[name], &text[value])),
                Statement::Block { .. } => None,
            })
            .collect();
        assert_eq!(
            values,
            [
                ("a", "[1, # ]\n 2]"),
                ("b", "\"${x[\"}\"]}\""),
                ("c", "<<E\n x = 1\nE"),
                ("d", "f(\n)")
            ]
        );
    }

    #[test]
    fn braces_that_are_never_closed_hold_nothing_certain() {
        let found = statements("a {\n x = \"}\n}\n");
        assert!(matches!(&found[..], [Statement::Block { inner: None, .. }]));
        let found = statements("a { b = 1 }");
        assert!(
            matches!(&found[..], [Statement::Block { inner: Some(inner), .. }] if *inner == (3..10))
        );
    }
}
