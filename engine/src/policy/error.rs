//! What is wrong with a policy, and where.

use std::fmt;
use std::sync::Arc;

/// A place in a policy's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Place {
    /// The start of a text.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// Something that is wrong with a policy file, found without evaluating it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyError {
    /// The file, as its source was named.
    pub path: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong: lower case, no period.
    pub message: String,
}

impl PolicyError {
    /// Returns an error at a place of a file.
    pub(crate) fn at(path: &Arc<str>, place: Place, message: impl Into<String>) -> Self {
        Self {
            path: Arc::clone(path),
            line: place.line,
            column: place.column,
            message: message.into(),
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.path, self.line, self.column, self.message
        )
    }
}

impl std::error::Error for PolicyError {}
