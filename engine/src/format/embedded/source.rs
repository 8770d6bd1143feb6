//! Where the characters of a decoded scalar stand in its file.

use crate::artifact::Span;

/// Stands for the start of something that is not known within a text. A private character of Unicode: texts that
/// hold it are not mapped.
pub(super) const HOLE_START: char = '\u{E000}';

/// Stands for the end of something that is not known.
pub(super) const HOLE_END: char = '\u{E001}';

/// How the scalar is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Single,
    Double,
    None,
}

/// Finds each character of `text` in the file. White space is skipped on both sides: folding, indentation and line
/// ends change nothing else, and JSON gives no meaning to white space between its tokens.
pub(super) fn align(text: &str, file: &str, span: Span) -> Option<Vec<Span>> {
    let (start, end) = (
        usize::try_from(span.start).ok()?,
        usize::try_from(span.end).ok()?,
    );
    let scalar = file.get(start..end)?;
    let (quoting, content) = content(scalar);
    let mut source = Characters {
        text: scalar,
        position: content,
        quoting,
    };
    let mut offsets = vec![Span::default(); text.len()];
    let mut characters = text.char_indices();
    while let Some((position, character)) = characters.next() {
        if character.is_whitespace() {
            continue;
        }
        if character == HOLE_START {
            characters
                .by_ref()
                .find(|(_, inside)| *inside == HOLE_END)?;
            source.variable()?;
            continue;
        }
        let (offset, found) = source.next_visible()?;
        if found != character {
            return None;
        }
        let end = u32::try_from(start + source.position).ok()?;
        *offsets.get_mut(position)? = Span::new(u32::try_from(start + offset).ok()?, end);
    }
    Some(offsets)
}

/// Returns how a scalar is quoted and where its content starts: behind function name, tag, quote or block header.
fn content(scalar: &str) -> (Quoting, usize) {
    let mut rest = behind_function(scalar).unwrap_or(scalar);
    if rest.starts_with(['!', '&']) {
        let (_, value) = rest.split_once(char::is_whitespace).unwrap_or_default();
        rest = value.trim_start();
    }
    let at = scalar.len() - rest.len();
    match rest.chars().next() {
        Some('\'') => (Quoting::Single, at + 1),
        Some('"') => (Quoting::Double, at + 1),
        Some('|' | '>') => (Quoting::None, at + rest.find('\n').unwrap_or(rest.len())),
        _ => (Quoting::None, at),
    }
}

/// Returns what is written behind `Fn::Sub:`, where the scalar is the argument of that function.
fn behind_function(scalar: &str) -> Option<&str> {
    let (before, after) = scalar.split_once("Fn::Sub")?;
    if before.contains("Statement") {
        return None;
    }
    let colon = after.trim_start_matches(['"', '\'']).trim_start();
    colon.strip_prefix(':').map(str::trim_start)
}

/// The characters of a scalar as written, unescaped.
struct Characters<'s> {
    text: &'s str,
    position: usize,
    quoting: Quoting,
}

impl Characters<'_> {
    /// Returns the next character that is no white space, and where it stands.
    fn next_visible(&mut self) -> Option<(usize, char)> {
        loop {
            let at = self.position;
            let character = self.character()?;
            if !character.is_whitespace() {
                return Some((at, character));
            }
        }
    }

    /// Skips a variable of `Fn::Sub`.
    fn variable(&mut self) -> Option<()> {
        let start = (self.next_visible()?.1, self.character()?);
        if start != ('$', '{') {
            return None;
        }
        while self.character()? != '}' {}
        Some(())
    }

    fn character(&mut self) -> Option<char> {
        let rest = self.text.get(self.position..)?;
        let first = rest.chars().next()?;
        self.position += first.len_utf8();
        match (self.quoting, first) {
            (Quoting::Double, '\\') => self.escape(),
            (Quoting::Single, '\'') => {
                self.position += 1;
                rest.starts_with("''").then_some('\'')
            }
            _ => Some(first),
        }
    }

    /// Reads what follows a backslash, in the escapes that JSON and YAML share and YAML's own (YAML 1.2.2 §5.7).
    fn escape(&mut self) -> Option<char> {
        let letter = self.text.get(self.position..)?.chars().next()?;
        self.position += letter.len_utf8();
        Some(match letter {
            'n' | 'r' | 't' | 'N' | 'L' | 'P' | '_' | 'v' | 'f' => ' ',
            'x' => self.code(2)?,
            'u' => self.code_unit()?,
            'U' => self.code(8)?,
            other => other,
        })
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let digits = self.text.get(self.position..self.position + count)?;
        self.position += count;
        u32::from_str_radix(digits, 16).ok()
    }

    fn code(&mut self, count: usize) -> Option<char> {
        self.digits(count).and_then(char::from_u32)
    }

    /// A UTF-16 unit, or two that make one character.
    fn code_unit(&mut self) -> Option<char> {
        let first = self.digits(4)?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        self.position += 2;
        let second = self.digits(4)?.checked_sub(0xDC00)?;
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + second)
    }
}
