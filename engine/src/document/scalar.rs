//! What plain scalars mean.

/// Which rules decide the type of a plain scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// CloudFormation: YAML 1.1 booleans, yet dates, long numbers and leading zeros stay text.
    CloudFormation,
    /// GitHub Actions: the YAML 1.2 core schema.
    Core,
    /// JSON.
    Json,
}

/// A scalar's meaning. Numbers are kept as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// Nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, in a form that JSON accepts.
    Number(&'a str),
    /// Text.
    String(&'a str),
}

/// Resolves the text of a plain scalar.
pub fn resolve(text: &str, _dialect: Dialect) -> Scalar<'_> {
    Scalar::String(text)
}
