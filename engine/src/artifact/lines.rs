//! Lines and columns.

use std::sync::OnceLock;

use memchr::memchr2_iter;

use super::Span;

/// A region of text as people count: lines and UTF-16 columns from 1, the end column exclusive
/// (SARIF 2.1.0 §3.30 with `columnKind: utf16CodeUnits`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    /// The first line.
    pub start_line: u32,
    /// The column of the first character.
    pub start_column: u32,
    /// The last line.
    pub end_line: u32,
    /// The column after the last character.
    pub end_column: u32,
}

/// The starts of a text's lines. LF, CRLF and a lone CR end a line.
#[derive(Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// The UTF-16 units before every [`BLOCK`] of bytes: JSON of one line has thousands of places far from its start.
    /// Counted when a long line first asks.
    units: OnceLock<Vec<u32>>,
}

/// How many bytes are counted at most for a column.
const BLOCK: usize = 4096;

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr2_iter(b'\n', b'\r', bytes).filter(|&at| {
            // A CR before an LF does not end the line: the LF does.
            !(bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n'))
        });
        let starts = std::iter::once(0)
            .chain(ends.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)))
            .collect();
        Self {
            starts,
            units: OnceLock::new(),
        }
    }

    /// Returns the region of `span` in `text`, the text this index was made from. A span outside is clamped, one that
    /// cuts a character starts at it.
    pub fn region(&self, text: &str, span: Span) -> Region {
        let (start_line, start_column) = self.position(text, span.start);
        let (end_line, end_column) = self.position(text, span.end.max(span.start));
        Region {
            start_line,
            start_column,
            end_line,
            end_column,
        }
    }

    /// Returns the number of lines. What follows the last line end counts as a line, were it empty.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Returns the span of line `line` (from 1) without its line end.
    pub fn line(&self, text: &str, line: u32) -> Option<Span> {
        let index = line.checked_sub(1)? as usize;
        let start = *self.starts.get(index)?;
        let next = self.starts.get(index + 1).map(|next| *next as usize);
        let whole = text.get(start as usize..next.unwrap_or(text.len()))?;
        let written = match next {
            Some(_) => whole
                .strip_suffix("\r\n")
                .or_else(|| whole.strip_suffix(['\n', '\r']))
                .unwrap_or(whole),
            None => whole,
        };
        let length = u32::try_from(written.len()).unwrap_or(u32::MAX);
        Some(Span::new(start, start.saturating_add(length)))
    }

    /// Returns the line and the column of an offset.
    fn position(&self, text: &str, offset: u32) -> (u32, u32) {
        let after = self.starts.partition_point(|start| *start <= offset);
        let number = u32::try_from(after.max(1)).unwrap_or(u32::MAX);
        let line = self.line(text, number).unwrap_or_default();
        let end = text.floor_char_boundary(offset.min(line.end) as usize);
        let before = text.get(line.start as usize..end).unwrap_or_default();
        // A byte order mark that was not stripped is no character of the text.
        let before = match line.start {
            0 => before.strip_prefix('\u{feff}').unwrap_or(before),
            _ => before,
        };
        let units = if before.len() <= BLOCK {
            units_of(before.as_bytes())
        } else {
            let start = end - before.len();
            self.units_before(text, end) - self.units_before(text, start)
        };
        (number, u32::try_from(units + 1).unwrap_or(u32::MAX))
    }

    /// Returns the UTF-16 units before an offset of a character.
    fn units_before(&self, text: &str, offset: usize) -> usize {
        let bytes = text.as_bytes();
        let blocks = self.units.get_or_init(|| {
            let mut before = 0;
            let blocks = bytes.chunks(BLOCK).map(|block| {
                let start = before;
                before += units_of(block);
                u32::try_from(start).unwrap_or(u32::MAX)
            });
            blocks.collect()
        });
        // A text may end where a block would begin.
        let block = (offset / BLOCK).min(blocks.len().saturating_sub(1));
        let counted = blocks.get(block).map_or(0, |units| *units as usize);
        counted + units_of(bytes.get(block * BLOCK..offset).unwrap_or_default())
    }
}

/// Counts the UTF-16 units of bytes of UTF-8: a character counts where it begins.
fn units_of(bytes: &[u8]) -> usize {
    let units = bytes.iter().map(|byte| match byte {
        0x80..=0xbf => 0,
        0xf0.. => 2,
        _ => 1,
    });
    units.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str, found: &str) -> (u32, u32, u32, u32) {
        let start = text.find(found).unwrap();
        let span = Span::new(
            u32::try_from(start).unwrap(),
            u32::try_from(start + found.len()).unwrap(),
        );
        let region = LineIndex::new(text).region(text, span);
        (
            region.start_line,
            region.start_column,
            region.end_line,
            region.end_column,
        )
    }

    fn lines(text: &str) -> Vec<&str> {
        let index = LineIndex::new(text);
        (1..=u32::try_from(index.count()).unwrap())
            .map(|line| index.line(text, line).unwrap())
            .map(|span| &text[span.start as usize..span.end as usize])
            .collect()
    }

    #[test]
    fn lf_crlf_and_a_lone_cr_end_a_line() {
        assert_eq!(lines("a\nb\r\nc\rd"), ["a", "b", "c", "d"]);
        assert_eq!(lines("a\r\r\n\n"), ["a", "", "", ""]);
        assert_eq!(lines(""), [""]);
    }

    #[test]
    fn other_separators_of_unicode_end_no_line() {
        assert_eq!(lines("a\u{85}b\u{2028}c"), ["a\u{85}b\u{2028}c"]);
    }

    #[test]
    fn columns_count_utf16_units() {
        assert_eq!(region("a: b # naïve 🚀\nkey: 1", "ïve"), (1, 10, 1, 13));
        assert_eq!(region("# naïve 🚀 value", "value"), (1, 12, 1, 17));
        assert_eq!(region("x\r\n# 🚀 value", "value"), (2, 6, 2, 11));
    }

    #[test]
    fn columns_far_into_a_line_count_the_same() {
        for part in ["a", "ï", "€", "🚀", "aï€🚀"] {
            let text = format!("\u{feff}first\n{}KEY\nlast", part.repeat(5_000));
            let column = 1 + part.encode_utf16().count() * 5_000;
            let column = u32::try_from(column).unwrap();
            assert_eq!(region(&text, "KEY"), (2, column, 2, column + 3), "{part}");
        }
        let whole = "x".repeat(2 * BLOCK);
        let region = LineIndex::new(&whole).region(&whole, Span::new(8_191, 8_192));
        assert_eq!((region.start_column, region.end_column), (8_192, 8_193));
    }

    #[test]
    fn a_byte_order_mark_is_not_counted() {
        assert_eq!(region("\u{feff}key: 1", "key"), (1, 1, 1, 4));
    }

    #[test]
    fn a_region_spans_lines() {
        assert_eq!(
            region("a: |\r\n  b\r\n  c\r\n", "|\r\n  b\r\n  c"),
            (1, 4, 3, 4)
        );
    }

    #[test]
    fn a_line_end_belongs_to_the_end_of_its_line() {
        let text = "ab\r\nc";
        let region = LineIndex::new(text).region(text, Span::new(3, 3));
        assert_eq!((region.start_line, region.start_column), (1, 3));
    }

    #[test]
    fn a_span_outside_is_clamped() {
        let text = "ab\nö";
        let index = LineIndex::new(text);
        let end = index.region(text, Span::new(90, 99));
        assert_eq!(
            (end.start_line, end.start_column, end.end_column),
            (2, 2, 2)
        );
        let inside_a_character = index.region(text, Span::new(4, 2));
        assert_eq!(inside_a_character.start_column, 1);
    }
}
