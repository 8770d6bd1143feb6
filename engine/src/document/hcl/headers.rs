//! Top-level block headers of any HCL text, read without a grammar.
//!
//! Knows strings with their interpolations, heredocs, comments and brackets, so that nothing inside one is taken for
//! a block.

use super::{Block, Body};
use crate::artifact::Span;

/// Reads the headers of the blocks that stand at the top of a text.
pub(super) fn scan(text: &str) -> Body {
    let mut scanner = Scanner { text, at: 0 };
    let mut body = Body::default();
    while scanner.at < text.len() {
        if let Some(block) = scanner.statement() {
            body.blocks.push(block);
        }
    }
    body
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
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

    /// Reads one top-level statement, or skips one character that starts none.
    fn statement(&mut self) -> Option<Block> {
        self.blank(true);
        let start = self.at;
        let kind = self.word();
        if kind.is_empty() {
            self.token();
            return None;
        }
        let mut labels = Vec::new();
        let mut end = self.at;
        loop {
            self.blank(false);
            let rest = self.rest();
            if rest.starts_with('"') {
                let from = self.at;
                self.token();
                let quoted = self.text.get(from..self.at).unwrap_or_default();
                labels.push(quoted.trim_matches('"').to_owned());
                end = self.at;
            } else if rest.starts_with('{') {
                self.token();
                return Some(block(kind, labels, start, end));
            } else {
                let label = self.word();
                if label.is_empty() {
                    return None;
                }
                labels.push(label.to_owned());
                end = self.at;
            }
        }
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
        if rest.starts_with("/*") {
            self.skip_past("*/");
        } else if rest.starts_with('#') || rest.starts_with("//") {
            let end = rest.find('\n').unwrap_or(rest.len());
            self.skip(end);
        } else {
            return false;
        }
        true
    }

    /// Skips a string, a heredoc, a bracketed text, or one character.
    fn token(&mut self) {
        let mut open = Vec::new();
        loop {
            let quoted = open.last() == Some(&'"');
            if !quoted && self.comment() {
                if self.at >= self.text.len() {
                    return;
                }
                continue;
            }
            self.piece(&mut open);
            if open.is_empty() || self.at >= self.text.len() {
                return;
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

fn block(kind: &str, labels: Vec<String>, start: usize, end: usize) -> Block {
    let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    Block {
        kind: kind.to_owned(),
        labels,
        header: Span::new(clamp(start), clamp(end)),
        body: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(text: &str) -> Vec<&str> {
        scan(text)
            .blocks
            .iter()
            .map(|block| &text[block.header.start as usize..block.header.end as usize])
            .collect()
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
}
