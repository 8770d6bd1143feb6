//! Files as text: discovery, decoding, and the translation of byte offsets to lines and columns.
//!
//! Owns what a path is to a report (its URI), how bytes become UTF-8 text, and where a byte lies.
//! Knows nothing of what the text means.

mod discover;
mod lines;
mod text;

pub use discover::{Candidate, DiscoverError, Discovery, DiscoveryOptions, discover};
pub use lines::{LineIndex, Region};
pub use text::{Artifact, Encoding, ReadError, decode, line_fingerprint};

/// A half-open range of bytes in an artifact's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The offset of the first byte.
    pub start: u32,
    /// The offset after the last byte.
    pub end: u32,
}

impl Span {
    /// Returns the span of `start..end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }
}
