//! What can go wrong, as regorus renders it: a place `--> path:line:column` and a message.

use regorus::unstable::Span;

/// Why modules were not compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The text is no Rego.
    #[error("{0}")]
    Rejected(String),
    /// The text may be Rego, but is not compiled by this crate. Interpret it.
    #[error("{0}")]
    Unsupported(String),
}

impl LoadError {
    pub(crate) fn unsupported(span: &Span, what: &str) -> Self {
        Self::Unsupported(span.error(what).to_string())
    }
}

/// Why a rule has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(pub(crate) String);

impl Error {
    pub(crate) fn at(span: &Span, message: &str) -> Self {
        Self(span.error(message).to_string())
    }

    /// Takes over an error of regorus.
    pub(crate) fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}
