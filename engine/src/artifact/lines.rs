//! Lines and columns.

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
}

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(_text: &str) -> Self {
        Self { starts: vec![0] }
    }

    /// Returns the region of `span` in `text`, the text this index was made from. A span outside is clamped.
    pub fn region(&self, _text: &str, _span: Span) -> Region {
        Region {
            start_line: 1,
            start_column: 1,
            end_line: 1,
            end_column: 1,
        }
    }

    /// Returns the number of lines.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Returns the span of line `line` (from 1) without its line end.
    pub fn line(&self, _text: &str, _line: u32) -> Option<Span> {
        None
    }
}
