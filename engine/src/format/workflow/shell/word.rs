//! Words: quotes, escapes and substitutions.

use super::Word;
use super::scan::{End, Scanner};

/// How deep substitutions are followed.
pub(super) const MAX_DEPTH: usize = 40;

/// How long an arithmetic expression may be.
const MAX_ARITHMETIC: usize = 1_000;

/// Tells whether a byte stands behind a word.
const fn ends_word(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b')'
    )
}

impl Scanner<'_> {
    /// Reads the word that begins here. Always advances when a word character stands here.
    pub(super) fn word(&mut self) -> Word {
        let mut word = Word {
            start: self.at,
            ..Word::default()
        };
        while let Some(next) = self.peek() {
            match next {
                _ if ends_word(next) => break,
                b'<' | b'>' => {
                    if !self.process_substitution(&mut word) {
                        break;
                    }
                }
                b'(' if !word.text.ends_with('=') => break,
                b'(' => self.array(&mut word),
                b'\\' => self.escape(&mut word),
                b'\'' => self.single(&mut word),
                b'"' => self.double(&mut word),
                b'`' => self.backtick(&mut word),
                b'$' => self.dollar(&mut word),
                _ => self.push_char(&mut word),
            }
        }
        word.end = self.at;
        word
    }

    /// Copies the character that stands here.
    fn push_char(&mut self, word: &mut Word) {
        if let Some(character) = self.character() {
            word.text.push(character);
        }
        self.skip_char();
    }

    fn escape(&mut self, word: &mut Word) {
        self.at += 1;
        if self.take("\n") || self.take("\r\n") {
            return;
        }
        word.quoted = true;
        self.push_char(word);
    }

    fn single(&mut self, word: &mut Word) {
        word.quoted = true;
        self.at += 1;
        while let Some(next) = self.peek() {
            if next == b'\'' {
                self.at += 1;
                return;
            }
            self.push_char(word);
        }
    }

    fn double(&mut self, word: &mut Word) {
        word.quoted = true;
        self.at += 1;
        while let Some(next) = self.peek() {
            match next {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'\n') => self.at += 1,
                        Some(b'"' | b'\\' | b'$' | b'`') => self.push_char(word),
                        _ => word.text.push('\\'),
                    }
                }
                b'`' => self.backtick(word),
                b'$' if self.rest().starts_with("$'") || self.rest().starts_with("$\"") => {
                    self.push_char(word);
                }
                b'$' => self.dollar(word),
                _ => self.push_char(word),
            }
        }
    }

    /// `$'…'`, `$"…"`, `${{ }}`, `${…}`, `$((…))`, `$(…)` or a plain dollar.
    fn dollar(&mut self, word: &mut Word) {
        let start = self.at;
        let rest = self.rest();
        if rest.starts_with("${{") {
            self.at += self.expression_length(rest);
        } else if rest.starts_with("$'") {
            return self.ansi(word);
        } else if rest.starts_with("$\"") {
            self.at += 1;
            return self.double(word);
        } else if rest.starts_with("${") {
            self.at += 2;
            self.parameter();
        } else if rest.starts_with("$((") && self.skip_arithmetic(3) {
        } else if rest.starts_with("$(") && self.depth < MAX_DEPTH {
            self.at += 2;
            self.nested(End::Parenthesis);
        } else {
            self.at += 1;
        }
        self.copy_since(word, start);
    }

    /// The length of the `${{ … }}` that `rest` begins with; of its opening alone where nothing closes it.
    fn expression_length(&mut self, rest: &str) -> usize {
        const OPENING: usize = 3;
        if self.unclosed {
            return OPENING;
        }
        let length = super::super::expression::length(rest);
        self.unclosed = length.is_none();
        length.unwrap_or(OPENING)
    }

    fn copy_since(&self, word: &mut Word, start: usize) {
        word.text
            .push_str(self.script.get(start..self.at).unwrap_or_default());
    }

    /// `$'…'` with its escapes; numeric ones are kept as written.
    fn ansi(&mut self, word: &mut Word) {
        word.quoted = true;
        self.at += 2;
        while let Some(next) = self.peek() {
            match next {
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'n') => self.replace(word, '\n'),
                        Some(b't') => self.replace(word, '\t'),
                        Some(b'r') => self.replace(word, '\r'),
                        Some(b'\'' | b'"' | b'\\') => self.push_char(word),
                        _ => word.text.push('\\'),
                    }
                }
                _ => self.push_char(word),
            }
        }
    }

    fn replace(&mut self, word: &mut Word, character: char) {
        word.text.push(character);
        self.at += 1;
    }

    /// The rest of `${…}` behind its brace: braces and quotes balance, substitutions are followed.
    fn parameter(&mut self) {
        let mut open = 1_usize;
        let mut ignored = Word::default();
        while let Some(next) = self.peek() {
            match next {
                b'{' => open += 1,
                b'}' => {
                    open -= 1;
                    if open == 0 {
                        self.at += 1;
                        return;
                    }
                }
                b'\\' => self.at += 1,
                b'`' => {
                    self.backtick(&mut ignored);
                    continue;
                }
                b'$' if self.rest().starts_with("$(") && self.depth < MAX_DEPTH => {
                    self.at += 2;
                    self.nested(End::Parenthesis);
                    continue;
                }
                b'$' if self.rest().starts_with("${") => {
                    open += 1;
                    self.at += 1;
                }
                b'\n' => return,
                _ => {}
            }
            self.skip_char();
        }
    }

    /// Skips `((…))` when it is closed on this line; `opened` bytes of it stand before the inside.
    pub(super) fn skip_arithmetic(&mut self, opened: usize) -> bool {
        let rest = self.rest();
        let inside = rest.get(opened..).unwrap_or_default();
        let mut open = 0_usize;
        for (at, byte) in inside.bytes().enumerate().take(MAX_ARITHMETIC) {
            match byte {
                b'\n' => return false,
                b'(' => open += 1,
                b')' if open > 0 => open -= 1,
                b')' => {
                    let closes = inside.as_bytes().get(at + 1) == Some(&b')');
                    self.at += if closes { opened + at + 2 } else { 0 };
                    return closes;
                }
                _ => {}
            }
        }
        false
    }

    fn backtick(&mut self, word: &mut Word) {
        let start = self.at;
        self.at += 1;
        let inside = self.at;
        while let Some(next) = self.peek() {
            if next == b'`' {
                break;
            }
            if next == b'\\' {
                self.at += 1;
            }
            self.skip_char();
        }
        let closing = self.at;
        if self.depth < MAX_DEPTH {
            let outer = std::mem::replace(&mut self.end, closing);
            self.at = inside;
            self.nested(End::Text);
            self.end = outer;
        }
        self.at = (closing + 1).min(self.end);
        self.copy_since(word, start);
    }

    /// `<(…)` or `>(…)`.
    fn process_substitution(&mut self, word: &mut Word) -> bool {
        let opens = self.rest().starts_with("<(") || self.rest().starts_with(">(");
        if !opens || self.depth >= MAX_DEPTH {
            return false;
        }
        let start = self.at;
        self.at += 2;
        self.nested(End::Parenthesis);
        self.copy_since(word, start);
        true
    }

    /// `(…)` behind `name=`: copied, not read.
    fn array(&mut self, word: &mut Word) {
        let start = self.at;
        let mut open = 0_usize;
        let mut ignored = Word::default();
        while let Some(next) = self.peek() {
            match next {
                b'(' => open += 1,
                b')' => open = open.saturating_sub(1),
                b'\'' => {
                    self.single(&mut ignored);
                    continue;
                }
                b'"' => {
                    self.double(&mut ignored);
                    continue;
                }
                b'$' => {
                    self.dollar(&mut ignored);
                    continue;
                }
                b'\\' => self.at += 1,
                _ => {}
            }
            self.skip_char();
            if open == 0 {
                break;
            }
        }
        self.copy_since(word, start);
    }
}
