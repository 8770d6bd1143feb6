//! What plain scalars mean.
//!
//! CloudFormation reads YAML 1.1 (its documentation says so, and `AWSTemplateFormatVersion: 2010-09-09` is a string
//! all the same), GitHub Actions reads the core schema of YAML 1.2. A number keeps its text, so that `1.10` stays
//! what it is, and what only looks like a number stays text: an account id with leading zeros, a date, a time.

/// Which rules decide the type of a plain scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// CloudFormation: YAML 1.1 booleans, yet dates, times, octals and numbers with leading zeros stay text.
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
pub fn resolve(text: &str, dialect: Dialect) -> Scalar<'_> {
    if let Some(scalar) = word(text, dialect) {
        return scalar;
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if is_number(unsigned) {
        Scalar::Number(text)
    } else {
        Scalar::String(text)
    }
}

/// Returns the meaning of a text that stands for null or a boolean.
fn word(text: &str, dialect: Dialect) -> Option<Scalar<'_>> {
    match (dialect, text) {
        (_, "null") => Some(Scalar::Null),
        (Dialect::CloudFormation | Dialect::Core, "" | "~" | "Null" | "NULL") => Some(Scalar::Null),
        (_, "true") => Some(Scalar::Bool(true)),
        (_, "false") => Some(Scalar::Bool(false)),
        (Dialect::CloudFormation | Dialect::Core, "True" | "TRUE") => Some(Scalar::Bool(true)),
        (Dialect::CloudFormation | Dialect::Core, "False" | "FALSE") => Some(Scalar::Bool(false)),
        (Dialect::CloudFormation, "yes" | "Yes" | "YES" | "on" | "On" | "ON") => {
            Some(Scalar::Bool(true))
        }
        (Dialect::CloudFormation, "no" | "No" | "NO" | "off" | "Off" | "OFF") => {
            Some(Scalar::Bool(false))
        }
        _ => None,
    }
}

/// Tells whether the text is a number of JSON, sign apart (RFC 8259 §6).
///
/// The other forms of YAML (`0x1F`, `0o17`, `+1`, `.5`, `1.`, `.inf`) stay text: JSON cannot say them as written.
fn is_number(text: &str) -> bool {
    let (integer, rest) = split_digits(text);
    if integer.is_empty() || (integer.len() > 1 && integer.starts_with('0')) {
        return false;
    }
    let rest = match rest.strip_prefix('.') {
        Some(behind) => match split_digits(behind) {
            ("", _) => return false,
            (_, rest) => rest,
        },
        None => rest,
    };
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else {
        return rest.is_empty();
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    matches!(split_digits(exponent), (digits, "") if !digits.is_empty())
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}
