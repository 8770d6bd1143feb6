//! Rego's text as tokens: enough to find names, without comments and without what stands in strings.

use super::error::Place;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or keyword.
    Word,
    /// A string, with its quotes.
    Text,
    /// A number.
    Number,
    /// Any other character, alone.
    Mark,
}

/// A token of Rego's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// As written.
    pub text: &'a str,
    /// The byte offset of its start.
    pub start: usize,
    /// Where it starts.
    pub place: Place,
    /// How many braces, brackets and parentheses are open before it.
    pub depth: usize,
}

impl<'a> Token<'a> {
    /// Returns the offset after the token.
    pub const fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Tells whether this is the mark `mark`.
    pub fn is_mark(&self, mark: &str) -> bool {
        self.kind == TokenKind::Mark && self.text == mark
    }

    /// Tells whether this is the word `word`.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text == word
    }

    /// Returns what a string holds, as long as it has no escapes.
    pub fn literal(&self) -> Option<&'a str> {
        let quoted = (self.kind == TokenKind::Text).then_some(self.text)?;
        let inner = quoted.get(1..quoted.len().checked_sub(1)?)?;
        (quoted.starts_with('`') || !inner.contains('\\')).then_some(inner)
    }
}

/// Splits Rego's text into tokens. Never fails: what Rego does not know is a mark.
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens {
        text,
        at: 0,
        line: 1,
        counted: 0,
        column: 1,
        depth: 0,
    }
}

/// The tokens of a text.
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    /// Up to where the characters of the line are counted, and the column there.
    counted: usize,
    column: u32,
    depth: usize,
}

impl<'a> Tokens<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Moves over blanks, line ends and comments.
    fn skip(&mut self) {
        while let Some(first) = self.text.as_bytes().get(self.at) {
            match first {
                b'\n' => {
                    self.at += 1;
                    self.begin_line(self.at);
                }
                b'#' => {
                    let rest = self.rest();
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                _ if first.is_ascii_graphic() => return,
                _ => match self.rest().chars().next() {
                    Some(first) if first.is_whitespace() => self.at += first.len_utf8(),
                    _ => return,
                },
            }
        }
    }

    fn begin_line(&mut self, start: usize) {
        self.line += 1;
        self.counted = start;
        self.column = 1;
    }

    fn place(&mut self) -> Place {
        let passed = self.text.get(self.counted..self.at).unwrap_or_default();
        let characters = u32::try_from(passed.chars().count()).unwrap_or(u32::MAX);
        self.column = self.column.saturating_add(characters);
        self.counted = self.at;
        Place {
            line: self.line,
            column: self.column,
        }
    }

    fn pass(&mut self, text: &str) {
        for (offset, _) in text.match_indices('\n') {
            self.begin_line(self.at + offset + 1);
        }
        self.at += text.len();
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip();
        let rest = self.rest();
        let first = rest.chars().next()?;
        let (kind, length) = match first {
            '"' => (TokenKind::Text, quoted_length(rest)),
            '`' => (
                TokenKind::Text,
                rest.get(1..)
                    .and_then(|inner| inner.find('`'))
                    .map_or(rest.len(), |end| end + 2),
            ),
            _ if is_word_start(first) => (TokenKind::Word, run(rest, is_word_part)),
            _ if first.is_ascii_digit() => (TokenKind::Number, run(rest, is_word_part)),
            _ => (TokenKind::Mark, first.len_utf8()),
        };
        let token = Token {
            kind,
            text: rest.get(..length).unwrap_or(rest),
            start: self.at,
            place: self.place(),
            depth: self.depth,
        };
        if kind == TokenKind::Mark {
            match first {
                '{' | '[' | '(' => self.depth += 1,
                '}' | ']' | ')' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        if kind == TokenKind::Text {
            self.pass(token.text);
        } else {
            self.at += length;
        }
        Some(token)
    }
}

const fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

const fn is_word_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns how many of the first bytes are parts, which are ASCII.
fn run(text: &str, part: impl Fn(u8) -> bool) -> usize {
    let mut bytes = text.bytes();
    bytes.position(|byte| !part(byte)).unwrap_or(text.len())
}

/// Returns the length of a string with escapes, at most to the end of its line.
fn quoted_length(text: &str) -> usize {
    let mut escaped = false;
    for (offset, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return offset,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return offset + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text).map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_strings_hide_what_stands_in_them() {
        assert_eq!(
            texts("x := \"data.a # b\" # data.b\ny == `data.c\n#`"),
            [
                "x",
                ":",
                "=",
                "\"data.a # b\"",
                "y",
                "=",
                "=",
                "`data.c\n#`"
            ]
        );
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_string() {
        assert_eq!(texts(r#""a\"b" c"#), [r#""a\"b""#, "c"]);
    }

    #[test]
    fn a_token_knows_its_line_its_column_and_its_depth() {
        let second = tokens("a {\n\tä(b)\n}").nth(4).unwrap();
        assert_eq!(
            (second.text, second.place, second.depth),
            ("b", Place { line: 2, column: 4 }, 2)
        );
    }

    #[test]
    fn an_unfinished_string_ends_with_its_line() {
        assert_eq!(texts("\"abc\ndef"), ["\"abc", "def"]);
    }
}
