//! `parameter_overrides` of the AWS SAM command line and its configuration file.

use ordinance_engine::document::{Kind, NodeRef};

use crate::parameters::{Odd, Values, entries};

/// Commands whose options name parameters, the more general first: later ones win.
const COMMANDS: [&str; 2] = ["global", "deploy"];

/// Returns the overrides of a SAM configuration: of the environment `default`, else of the only one that has some.
/// `None` when the map is no SAM configuration.
///
/// # Errors
/// When overrides have another shape than SAM takes, or several environments but not `default` have some.
pub(crate) fn of_sam(root: NodeRef<'_>) -> Result<Option<Values>, Odd> {
    let mut found = Vec::new();
    let mut is_sam = false;
    for (environment, commands) in root.entries() {
        let options = COMMANDS.iter().filter_map(|command| {
            let command = commands.get(command)?;
            command
                .get("parameters")
                .filter(|options| options.kind() == Kind::Mapping)
        });
        let mut values = None;
        for options in options {
            is_sam = true;
            if let Some(overrides) = options.get("parameter_overrides") {
                values
                    .get_or_insert_with(Values::new)
                    .extend(of_option(overrides)?);
            }
        }
        found.extend(values.map(|values| (environment.text().unwrap_or_default(), values)));
    }
    if !is_sam {
        return Ok(None);
    }
    if let Some(position) = found.iter().position(|(name, _)| *name == "default") {
        return Ok(Some(found.swap_remove(position).1));
    }
    match found.len() {
        0 => Ok(Some(Values::new())),
        1 => Ok(found.pop().map(|(_, values)| values)),
        _ => {
            let names: Vec<_> = found.iter().map(|(name, _)| format!("'{name}'")).collect();
            let message = format!(
                "the environments {} have parameters, but 'default' has none",
                names.join(", ")
            );
            Err((message, Some(root.span())))
        }
    }
}

fn of_option(node: NodeRef<'_>) -> Result<Values, Odd> {
    let refuse = |node: NodeRef<'_>| ("expected NAME=VALUE".to_owned(), Some(node.span()));
    match node.kind() {
        Kind::Mapping => entries(node),
        Kind::Sequence => {
            let mut values = Values::new();
            for item in node.items() {
                let found = if item.kind() == Kind::Mapping {
                    entries(item)?
                } else {
                    let parsed = item.text().and_then(parse);
                    parsed.ok_or_else(|| refuse(item))?
                };
                values.extend(found);
            }
            Ok(values)
        }
        Kind::Scalar(_) => node.text().and_then(parse).ok_or_else(|| refuse(node)),
    }
}

/// Reads `NAME=VALUE …`, values with spaces in quotes, or `ParameterKey=NAME,ParameterValue=VALUE …`.
pub(crate) fn parse(text: &str) -> Option<Values> {
    words(text)
        .iter()
        .map(|word| {
            if let Some(rest) = word.strip_prefix("ParameterKey=") {
                let (name, value) = rest.split_once(",ParameterValue=")?;
                return Some((name.to_owned(), value.to_owned()));
            }
            let (name, value) = word.split_once('=')?;
            (!name.is_empty()).then(|| (name.to_owned(), value.to_owned()))
        })
        .collect()
}

/// Splits a text at spaces outside of quotes, and takes the quotes and backslashes off.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', _) => word.get_or_insert_default().extend(characters.next()),
            (_, Some(open)) if character == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (_, None) if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_a_value_together() {
        let values = parse(r#"A=1 B="x y" C='' ParameterKey=D,ParameterValue=a=b E="say \"hi\"""#);
        let values: Vec<_> = values.unwrap().into_iter().collect();
        let expected = [
            ("A", "1"),
            ("B", "x y"),
            ("C", ""),
            ("D", "a=b"),
            ("E", "say \"hi\""),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(values, expected);
        assert_eq!(parse("A"), None);
    }
}
