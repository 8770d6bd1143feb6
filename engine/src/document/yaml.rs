//! YAML into the arena: a thin adapter of granit-parser.

use super::{Document, SyntaxError};

/// Parses YAML.
pub fn parse(_text: &str) -> (Document, Vec<SyntaxError>) {
    (Document::default(), Vec::new())
}
