//! Template parameter values from a file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ordinance_engine::document::{self, Kind, NodeRef};

use crate::exit::CommandError;

/// Reads parameter values.
///
/// Three shapes are read, as JSON or YAML: CloudFormation's list of `ParameterKey` and `ParameterValue`, an object
/// with a `Parameters` map (as `CodePipeline` writes it), and a plain map.
///
/// # Errors
/// When the file cannot be read, has a syntax error or another shape.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<String, String>, CommandError> {
    let shown = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| CommandError::usage(format!("cannot read parameters {shown}: {error}")))?;
    let (document, errors) = document::parse(&text);
    if let Some(error) = errors.first() {
        let message = format!("cannot parse parameters {shown}: {}", error.message);
        return Err(CommandError::usage(message));
    }
    let values = document.root().and_then(values);
    values.ok_or_else(|| CommandError::Usage {
        message: format!("parameters {shown} have no shape that is read"),
        help: Some(
            "Write a map of names and values, or a list of ParameterKey and ParameterValue".into(),
        ),
    })
}

fn values(root: NodeRef<'_>) -> Option<BTreeMap<String, String>> {
    match root.kind() {
        Kind::Sequence => root.items().map(pair).collect(),
        Kind::Mapping => {
            let map = root
                .get("Parameters")
                .filter(|inner| inner.kind() == Kind::Mapping)
                .unwrap_or(root);
            map.entries().map(entry).collect()
        }
        Kind::Scalar(_) => None,
    }
}

fn pair(item: NodeRef<'_>) -> Option<(String, String)> {
    let name = item.get("ParameterKey")?.text()?;
    let value = item.get("ParameterValue")?.text()?;
    Some((name.to_owned(), value.to_owned()))
}

/// A list becomes the comma-delimited text that CloudFormation takes for it.
fn entry((key, value): (NodeRef<'_>, NodeRef<'_>)) -> Option<(String, String)> {
    let text = match value.kind() {
        Kind::Scalar(_) => value.text()?.to_owned(),
        Kind::Sequence => value
            .items()
            .map(|item| item.text())
            .collect::<Option<Vec<_>>>()?
            .join(","),
        Kind::Mapping => return None,
    };
    Some((key.text()?.to_owned(), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Option<Vec<(String, String)>> {
        let (document, _) = document::parse(text);
        let values = document.root().and_then(values)?;
        Some(values.into_iter().collect())
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn the_three_shapes_give_the_same_values() {
        let expected = Some(pairs(&[("A", "1"), ("B", "x,y")]));
        assert_eq!(read_text("A: 1\nB: [x, y]\n"), expected);
        assert_eq!(
            read_text(r#"{"Parameters": {"A": "1", "B": "x,y"}}"#),
            expected
        );
        let list = r#"[{"ParameterKey": "A", "ParameterValue": "1"},
                       {"ParameterKey": "B", "ParameterValue": "x,y"}]"#;
        assert_eq!(read_text(list), expected);
    }

    #[test]
    fn another_shape_is_refused() {
        assert_eq!(read_text("A: {b: c}"), None);
        assert_eq!(read_text("[1]"), None);
    }
}
