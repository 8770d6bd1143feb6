//! Files as text: discovery, decoding, and the translation of byte offsets to lines and columns.
//!
//! Owns what a path is to a report (its URI), how bytes become UTF-8 text, and where a byte lies.
//! Knows nothing of what the text means.

mod discover;
mod fingerprint;
mod globs;
mod ignored;
mod lines;
mod text;

pub use discover::{Candidate, DiscoverError, Discovery, DiscoveryOptions, discover};
pub use globs::{GlobError, Globs};
pub use lines::{LineIndex, Region};
pub use text::{
    Artifact, Encoding, ReadError, decode, line_fingerprint, read, read_found, sha256_hex,
};

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

/// What is said of a pipe, a socket or a device where a file was expected.
const NOT_ORDINARY: &str = "it is a pipe, a socket or a device";

/// Returns what the system said: lower case, no period, no number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    let first = letters.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(letters).collect()
}
