//! Template parameter values from a file.
//!
//! What a file is shows in its content, whatever its name:
//!
//! - a list of `ParameterKey` and `ParameterValue`, as `aws cloudformation create-stack` takes it
//! - a list of `NAME=VALUE`, as `aws cloudformation deploy` takes it
//! - an object with a map `Parameters`, as `CodePipeline` takes it, or `parameters` beside `template-file-path`, as
//!   Git sync does
//! - the configuration of SAM, as TOML or YAML: `parameter_overrides` of the environment `default`, or of the only one
//! - a plain map

use std::collections::BTreeMap;
use std::path::Path;

use ordinance_engine::artifact::{Artifact, Span, decode};
use ordinance_engine::document::{self, Document, Kind, NodeRef};

use crate::exit::CommandError;
use crate::{files, overrides};

/// Parameter values by name.
pub(crate) type Values = BTreeMap<String, String>;

/// What a file says that cannot be read, and where.
pub(crate) type Odd = (String, Option<Span>);

/// Reads parameter values.
///
/// # Errors
/// When the file cannot be read, has a syntax error or another shape; says where.
pub(crate) fn read(path: &Path) -> Result<Values, CommandError> {
    let shown = path.display();
    let bytes = files::bytes(path)
        .map_err(|error| CommandError::usage(format!("cannot read parameters {shown}: {error}")))?;
    let (text, encoding) = decode(bytes)
        .map_err(|error| CommandError::usage(format!("parameters {shown} {error}")))?;
    let artifact = Artifact::new("", text, encoding);
    let is_toml = path
        .extension()
        .is_some_and(|extension| extension == "toml");
    values_of(artifact.text(), is_toml).map_err(|(message, span)| {
        let place = span.map_or_else(String::new, |span| {
            let region = artifact.region(span);
            format!(":{}:{}", region.start_line, region.start_column)
        });
        CommandError::Usage {
            message: format!("cannot read parameters {shown}{place}: {message}"),
            help: Some(
                "Write a map of names and values, a list of ParameterKey and ParameterValue, or give samconfig.toml"
                    .into(),
            ),
        }
    })
}

/// Reads parameter values from a text; what is wrong comes with its place.
pub(crate) fn values_of(text: &str, is_toml: bool) -> Result<Values, Odd> {
    if text.trim().is_empty() {
        return Err(("the file is empty".to_owned(), None));
    }
    if is_toml {
        return toml_values(text);
    }
    let (document, errors) = document::parse(text);
    let is_tree = document
        .root()
        .is_some_and(|root| !matches!(root.kind(), Kind::Scalar(_)));
    match errors.into_iter().next() {
        None if is_tree => values(&document),
        // Neither JSON nor a YAML map or list: TOML is left.
        other => toml_values(text).map_err(|odd| match other {
            Some(error) => (error.message, Some(error.span)),
            None => odd,
        }),
    }
}

fn toml_values(text: &str) -> Result<Values, Odd> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let span = error.span().and_then(|range| {
            let start = u32::try_from(range.start).ok()?;
            Some(Span::new(start, u32::try_from(range.end).ok()?))
        });
        (error.message().trim().to_owned(), span)
    })?;
    // From here on it is read like the same in JSON; its places are not those of the file.
    let json = serde_json::to_string(&table).map_err(|error| (error.to_string(), None))?;
    let (document, _) = document::parse(&json);
    values(&document).map_err(|(message, _)| (message, None))
}

fn values(document: &Document) -> Result<Values, Odd> {
    let Some(root) = document.root() else {
        return Err(("the file is empty".to_owned(), None));
    };
    match root.kind() {
        Kind::Sequence => list(root),
        Kind::Mapping => map(root),
        Kind::Scalar(_) => Err(odd("it holds neither a map nor a list", root)),
    }
}

fn odd(message: &str, node: NodeRef<'_>) -> Odd {
    (message.to_owned(), Some(node.span()))
}

/// A list of `ParameterKey` and `ParameterValue`, or of `NAME=VALUE`.
fn list(root: NodeRef<'_>) -> Result<Values, Odd> {
    let mut values = Values::new();
    for item in root.items() {
        if let (Kind::Scalar(_), Some(text)) = (item.kind(), item.text()) {
            let found = overrides::parse(text);
            values.extend(found.ok_or_else(|| odd("expected NAME=VALUE", item))?);
            continue;
        }
        let name = item.get("ParameterKey").and_then(|node| node.text());
        let name = name.ok_or_else(|| odd("expected a map with 'ParameterKey'", item))?;
        match item.get("ParameterValue") {
            Some(value) => {
                values.extend(literal(value)?.map(|value| (name.to_owned(), value)));
            }
            // The value of the deployed stack is not known here.
            None if item.get("UsePreviousValue").is_some() => {}
            None => return Err(odd("expected 'ParameterValue' in this map", item)),
        }
    }
    Ok(values)
}

fn map(root: NodeRef<'_>) -> Result<Values, Odd> {
    let is_map = |node: &NodeRef<'_>| node.kind() == Kind::Mapping;
    if let Some(configured) = overrides::of_sam(root)? {
        return Ok(configured);
    }
    let inner = root.get("Parameters").filter(is_map);
    let synced = root.get("template-file-path");
    let inner = inner.or_else(|| synced.and_then(|_| root.get("parameters")).filter(is_map));
    entries(inner.unwrap_or(root))
}

/// Reads a map of names and values.
pub(crate) fn entries(map: NodeRef<'_>) -> Result<Values, Odd> {
    let mut values = Values::new();
    for (key, value) in map.entries() {
        let name = key.text().ok_or_else(|| odd("this name is no text", key))?;
        values.extend(literal(value)?.map(|value| (name.to_owned(), value)));
    }
    Ok(values)
}

/// A list becomes the comma-delimited text that CloudFormation takes for it. What only `CodePipeline` can resolve
/// (`Fn::GetParam`) is not given.
fn literal(value: NodeRef<'_>) -> Result<Option<String>, Odd> {
    match value.kind() {
        Kind::Scalar(_) => Ok(value.text().map(str::to_owned)),
        Kind::Sequence => {
            let items = value.items().map(|item| item.text());
            let items: Option<Vec<_>> = items.collect();
            let items = items.ok_or_else(|| odd("expected a list of texts", value))?;
            Ok(Some(items.join(",")))
        }
        Kind::Mapping => {
            let mut keys = value.entries().filter_map(|(key, _)| key.text());
            if keys.next().is_some_and(|key| key.starts_with("Fn::")) {
                return Ok(None);
            }
            Err(odd("expected a text or a list, not a map", value))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<(String, String)>, String> {
        let values = values_of(text, false).map_err(|(message, _)| message)?;
        Ok(values.into_iter().collect())
    }

    #[test]
    fn the_shapes_give_the_same_values() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = Ok(vec![pair("A", "1"), pair("B", "x,y")]);
        for text in [
            "A: 1\nB: [x, y]\n",
            r#"{"Parameters": {"A": "1", "B": "x,y"}}"#,
            r#"[{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "ParameterValue": "x,y"}]"#,
            r#"["A=1", "B=x,y"]"#,
            "template-file-path: a.yaml\nparameters:\n  A: '1'\n  B: x,y\n",
            "version = 0.1\n[default.deploy.parameters]\nstack_name = \"s\"\nparameter_overrides = \"A=1 B=\\\"x,y\\\"\"\n",
            "version = 0.1\n[default.global.parameters]\nparameter_overrides = [\"A=1\", \"B=x,y\"]\n",
            "[default.global.parameters]\nparameter_overrides = [\"A=2\"]\n[default.deploy.parameters]\nparameter_overrides = [\"A=1\", \"B=x,y\"]\n",
            "[prod.deploy.parameters.parameter_overrides]\nA = 1\nB = [\"x\", \"y\"]\n",
            "version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides: ParameterKey=A,ParameterValue=1 ParameterKey=B,ParameterValue=x,y\n",
        ] {
            assert_eq!(read_text(text), expected, "{text}");
        }
    }

    #[test]
    fn another_shape_is_refused_with_its_place() {
        let place = |text: &str| values_of(text, false).unwrap_err().1.map(|span| span.start);
        assert_eq!(place("A: 1\nB: {b: c}"), Some(8));
        assert_eq!(place("[1]"), Some(1));
        assert_eq!(place("[{\"ParameterKey\": \"A\"}]"), Some(1));
        assert_eq!(place("A: [\n"), Some(3));
        assert_eq!(read_text(""), Err("the file is empty".to_owned()));
    }

    #[test]
    fn what_is_decided_elsewhere_is_not_given() {
        let pipeline = r#"{"Parameters": {"A": "1", "Image": {"Fn::GetParam": ["Build", "image.json", "uri"]}}}"#;
        assert_eq!(read_text(pipeline).map(|values| values.len()), Ok(1));
        let previous = r#"[{"ParameterKey": "A", "UsePreviousValue": true}]"#;
        assert_eq!(read_text(previous), Ok(Vec::new()));
    }
}
