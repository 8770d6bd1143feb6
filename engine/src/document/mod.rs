//! Documents: YAML and JSON as one arena tree, HCL as blocks, JSON members as slices.
//!
//! The only room that names a parser. Every node knows its bytes; errors are values; comments, tags and
//! duplicate keys are kept. Knows nothing of what the keys mean.
//!
//! [`tree`] is the arena, [`yaml`] and [`json`] fill it, [`assemble`] makes one from parts of others, [`scalar`] says
//! what plain text means in a dialect.

pub mod assemble;
mod builder;
pub mod hcl;
pub mod json;
pub mod raw;
pub mod remarks;
pub mod scalar;
pub mod tree;
pub mod yaml;

use crate::artifact::Span;
use scalar::{Dialect, Scalar, resolve};
pub use tree::{Comment, Document, Kind, NodeRef, Style};

/// Something the text has that its grammar does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong: lower case, no period.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl SyntaxError {
    fn too_large() -> Self {
        Self {
            message: "text of 4 GiB or more".to_owned(),
            span: Span::new(0, 0),
        }
    }
}

/// Parses text as JSON when it looks like JSON, else as YAML.
///
/// Relaxed JSON (comments, trailing commas), which strict JSON rejects, is read as YAML flow syntax.
/// Always gives a document; what could not be read is missing from it and named by the errors.
pub fn parse(text: &str) -> (Document, Vec<SyntaxError>) {
    let looks_like_json = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with(['{', '[']);
    if looks_like_json {
        let (document, errors) = json::parse(text);
        if errors.is_empty() {
            return (document, errors);
        }
        let (relaxed, yaml_errors) = yaml::parse(text);
        // The error of the strict parser is the one that a JSON author understands.
        return if yaml_errors.is_empty() {
            (relaxed, yaml_errors)
        } else {
            (document, errors)
        };
    }
    yaml::parse(text)
}

/// Returns a node as plain JSON, by the core schema of YAML 1.2. Tags are dropped.
pub fn plain(node: NodeRef<'_>) -> serde_json::Value {
    use serde_json::Value;
    match node.kind() {
        Kind::Sequence => Value::Array(node.items().map(plain).collect()),
        Kind::Mapping => Value::Object(
            node.entries()
                .map(|(key, value)| (key.text().unwrap_or_default().to_owned(), plain(value)))
                .collect(),
        ),
        Kind::Scalar(Style::Plain) => match resolve(node.text().unwrap_or_default(), Dialect::Core)
        {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
            Scalar::String(text) => text.into(),
        },
        Kind::Scalar(_) => node.text().unwrap_or_default().into(),
    }
}

#[cfg(test)]
mod tests;
