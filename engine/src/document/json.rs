//! Strict JSON into the arena.
//!
//! RFC 8259 to the letter, except that a byte order mark is skipped (§8.1 allows that) and that a half of a
//! surrogate pair that stands alone reads as U+FFFD, since no UTF-8 text can hold it.

use super::builder::{Builder, DEPTH_LIMIT, offset};
use super::tree::Content;
use super::{Document, Style, SyntaxError};
use crate::artifact::Span;

/// Parses JSON (RFC 8259), strictly. Reading stops at the first error.
pub fn parse(text: &str) -> (Document, Vec<SyntaxError>) {
    if u32::try_from(text.len()).is_err() {
        return (Document::default(), vec![SyntaxError::too_large()]);
    }
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: start,
        builder: Builder::new(text.len()),
        open: Vec::new(),
        unescaped: String::new(),
    };
    reader.builder.root();
    let errors = reader.document().err().into_iter().collect();
    (reader.builder.finish(), errors)
}

/// The two containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Object,
    Array,
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    builder: Builder,
    open: Vec<Container>,
    unescaped: String,
}

type Step = Result<(), SyntaxError>;

impl Reader<'_> {
    fn document(&mut self) -> Step {
        self.blanks();
        self.value()?;
        while let Some(container) = self.open.last().copied() {
            self.rest_of(container)?;
        }
        self.blanks();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.error("text behind the end of the JSON value", 1)),
        }
    }

    /// Reads what follows a complete value inside `container`.
    fn rest_of(&mut self, container: Container) -> Step {
        self.blanks();
        let (end, expected) = match container {
            Container::Object => (b'}', "expected ',' or '}'"),
            Container::Array => (b']', "expected ',' or ']'"),
        };
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.blanks();
                self.member(container)
            }
            Some(byte) if byte == end => {
                self.close();
                Ok(())
            }
            _ => Err(self.error(expected, 1)),
        }
    }

    /// Reads one member of a container.
    fn member(&mut self, container: Container) -> Step {
        if container == Container::Array {
            return self.value();
        }
        if self.peek() != Some(b'"') {
            return Err(self.error("expected a key in double quotes", 1));
        }
        self.string()?;
        self.blanks();
        if self.peek() != Some(b':') {
            return Err(self.error("expected ':'", 1));
        }
        self.at += 1;
        self.blanks();
        self.value()
    }

    /// Reads a value; of a container that is not empty, the start and the first member.
    fn value(&mut self) -> Step {
        loop {
            let container = match self.peek() {
                Some(b'{') => Container::Object,
                Some(b'[') => Container::Array,
                _ => return self.scalar(),
            };
            self.open(container)?;
            self.blanks();
            match (container, self.peek()) {
                (Container::Object, Some(b'}')) | (Container::Array, Some(b']')) => {
                    self.close();
                    return Ok(());
                }
                (Container::Array, _) => {}
                (Container::Object, _) => {
                    if self.peek() != Some(b'"') {
                        return Err(self.error("expected a key in double quotes or '}'", 1));
                    }
                    self.string()?;
                    self.blanks();
                    if self.peek() != Some(b':') {
                        return Err(self.error("expected ':'", 1));
                    }
                    self.at += 1;
                    self.blanks();
                }
            }
        }
    }

    fn open(&mut self, container: Container) -> Step {
        if self.builder.depth() >= DEPTH_LIMIT {
            return Err(self.error(&format!("nesting deeper than {DEPTH_LIMIT} levels"), 1));
        }
        let content = match container {
            Container::Object => Content::Mapping,
            Container::Array => Content::Sequence,
        };
        let span = Span::new(offset(self.at), offset(self.at + 1));
        self.builder.open(content, span, None);
        self.open.push(container);
        self.at += 1;
        Ok(())
    }

    fn close(&mut self) {
        self.at += 1;
        self.builder.close(Some(offset(self.at)));
        self.open.pop();
    }

    fn scalar(&mut self) -> Step {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => Err(self.error("expected a value", 1)),
        }
    }

    fn word(&mut self, word: &str) -> Step {
        let end = self.at + word.len();
        if self.text.get(self.at..end) != Some(word) {
            return Err(self.error("expected a value", 1));
        }
        self.plain(end);
        Ok(())
    }

    fn number(&mut self) -> Step {
        let mut end = self.at;
        end += usize::from(self.byte(end) == Some(b'-'));
        match self.byte(end) {
            Some(b'0') => end += 1,
            Some(b'1'..=b'9') => end = self.digits(end),
            _ => return Err(self.error("expected a digit behind the minus sign", 1)),
        }
        if self.byte(end).is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.error("number with a leading zero", self.digits(end) - self.at));
        }
        if self.byte(end) == Some(b'.') {
            end = self.some_digits(end + 1)?;
        }
        if matches!(self.byte(end), Some(b'e' | b'E')) {
            end += 1;
            end += usize::from(matches!(self.byte(end), Some(b'+' | b'-')));
            end = self.some_digits(end)?;
        }
        self.plain(end);
        Ok(())
    }

    /// Returns the end of the digits at `from`, of which there must be one.
    fn some_digits(&self, from: usize) -> Result<usize, SyntaxError> {
        let end = self.digits(from);
        if end == from {
            return Err(self.error("number that ends without a digit", from - self.at));
        }
        Ok(end)
    }

    fn digits(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    fn plain(&mut self, end: usize) {
        let span = Span::new(offset(self.at), offset(end));
        let text = self.text.get(self.at..end).unwrap_or_default();
        self.builder.scalar(Style::Plain, span, text, None);
        self.at = end;
    }

    /// Reads a string; the position is at its opening quote.
    fn string(&mut self) -> Step {
        let start = self.at;
        self.at += 1;
        self.unescaped.clear();
        loop {
            let run = self.at;
            let rest = self.bytes.get(run..).unwrap_or_default();
            let stop = rest
                .iter()
                .position(|b| matches!(b, b'"' | b'\\' | 0..0x20));
            self.at = run + stop.unwrap_or(rest.len());
            let piece = self.text.get(run..self.at).unwrap_or_default();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    let span = Span::new(offset(start), offset(self.at));
                    if self.unescaped.is_empty() {
                        self.builder.scalar(Style::Quoted, span, piece, None);
                    } else {
                        self.unescaped.push_str(piece);
                        self.builder
                            .scalar(Style::Quoted, span, &self.unescaped, None);
                    }
                    return Ok(());
                }
                Some(b'\\') => {
                    self.unescaped.push_str(piece);
                    self.escape()?;
                }
                Some(_) => return Err(self.error("raw control character in a string", 1)),
                None => {
                    self.at = start;
                    return Err(self.error("string without its closing quote", 1));
                }
            }
        }
    }

    /// Reads an escape; the position is at its backslash.
    fn escape(&mut self) -> Step {
        let unescaped = match self.byte(self.at + 1) {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.error("unknown escape in a string", 2)),
        };
        self.unescaped.push(unescaped);
        self.at += 2;
        Ok(())
    }

    fn unicode_escape(&mut self) -> Step {
        let Some(unit) = self.code_unit(self.at) else {
            return Err(self.error("'\\u' without four hexadecimal digits", 2));
        };
        let low = match unit {
            0xD800..=0xDBFF => self.code_unit(self.at + 6),
            _ => None,
        };
        let pair = low.and_then(|low| char::decode_utf16([unit, low]).next()?.ok());
        let single = char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
        self.unescaped.push(pair.unwrap_or(single));
        self.at += if pair.is_some() { 12 } else { 6 };
        Ok(())
    }

    /// Returns the code unit of the `\uXXXX` at `at`, when there is one.
    fn code_unit(&self, at: usize) -> Option<u16> {
        let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| u16::from_str_radix(digits, 16).ok())?
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.byte(self.at)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Returns an error of so many bytes at the position, widened to whole characters.
    fn error(&self, message: &str, length: usize) -> SyntaxError {
        let start = self.at.min(self.bytes.len());
        let mut end = (start + length).min(self.bytes.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        SyntaxError {
            message: message.to_owned(),
            span: Span::new(offset(start), offset(end)),
        }
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
