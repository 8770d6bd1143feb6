//! The exceptions file: suppressions that lie in one place, with globs over files and resources.

use std::path::Path;
use std::sync::Arc;

use super::grammar::unknown_key;
use super::mark::{Mark, Origin, Scope};
use crate::artifact::{Artifact, Globs};
use crate::document::{self, Kind, NodeRef};

/// The keys of an entry.
const KEYS: [&str; 8] = [
    "rule",
    "file",
    "resource",
    "reason",
    "owner",
    "expires",
    "ticket",
    "approved_by",
];

/// The file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{uri}:{line}:{column}: {message}")]
pub struct ExceptionsError {
    uri: Arc<str>,
    line: u32,
    column: u32,
    message: String,
}

/// Reads an exceptions file: YAML or JSON, `exceptions: [{rule, reason, file?, resource?, owner?, expires?, ticket?,
/// approved_by?}]`. An entry with a mistake is kept with it, so that it can be reported as a finding.
///
/// # Errors
/// When the text is no YAML, or has not this shape.
pub fn read_exceptions(artifact: &Arc<Artifact>) -> Result<Vec<Mark>, Vec<ExceptionsError>> {
    let error = |span, message: String| {
        let region = artifact.region(span);
        ExceptionsError {
            uri: Arc::clone(artifact.uri()),
            line: region.start_line,
            column: region.start_column,
            message,
        }
    };
    let (document, errors) = document::parse(artifact.text());
    if !errors.is_empty() {
        return Err(errors
            .into_iter()
            .map(|one| error(one.span, one.message))
            .collect());
    }
    let Some(root) = document.root() else {
        return Ok(Vec::new());
    };
    if let Some((key, _)) = root
        .entries()
        .find(|(key, _)| key.text() != Some("exceptions"))
    {
        let message = unknown_key(key.text().unwrap_or_default(), ["exceptions"]);
        return Err(vec![error(key.span(), message)]);
    }
    match root.get("exceptions") {
        Some(list) if list.kind() == Kind::Sequence => {
            Ok(list.items().map(|item| entry(artifact, &item)).collect())
        }
        Some(node) if node.is_absent() => Ok(Vec::new()),
        other => {
            let span = other.map_or_else(|| root.span(), |node| node.span());
            Err(vec![error(span, "'exceptions' must be a list".to_owned())])
        }
    }
}

fn entry(artifact: &Arc<Artifact>, item: &NodeRef<'_>) -> Mark {
    let first = item
        .entries()
        .next()
        .map_or_else(|| item.span(), |(key, _)| key.span());
    let mut mark = Mark::new(artifact, Some(first), Origin::Central, Scope::Nothing);
    if item.kind() != Kind::Mapping {
        mark.mistakes
            .push("an entry must be a map with 'rule' and 'reason'".to_owned());
        return mark;
    }
    let (mut files, mut resource) = (None, None);
    for (key, value) in item.entries() {
        let key = key.text().unwrap_or_default();
        if key == "rule" && value.kind() == Kind::Sequence {
            let rules = value.items().filter_map(|rule| rule.text());
            mark.terms.rules.extend(rules.map(str::to_owned));
            continue;
        }
        let Some(text) = value.text() else {
            mark.mistakes.push(format!("'{key}' must be a text"));
            continue;
        };
        match key {
            "rule" => mark.terms.rules.push(text.to_owned()),
            "resource" => resource = Some(text.to_owned()),
            "file" => match Globs::new(Path::new(""), [text]) {
                Ok(globs) => files = Some(globs),
                Err(error) => mark.mistakes.push(error.to_string()),
            },
            _ if KEYS.contains(&key) => mark.mistakes.extend(mark.terms.set(key, text).err()),
            _ => mark.mistakes.push(unknown_key(key, KEYS)),
        }
    }
    mark.mistakes.extend(mark.terms.missing());
    if files.is_none() && resource.is_none() {
        mark.mistakes.push("it says neither 'file' nor 'resource': it would switch the control off, which the configuration does (skip_rules)".to_owned());
    }
    mark.scope = Scope::Globs { files, resource };
    mark
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::Encoding;

    fn read(text: &str) -> Result<Vec<Mark>, Vec<ExceptionsError>> {
        read_exceptions(&Arc::new(Artifact::new(
            "x.yaml",
            text.to_owned(),
            Encoding::Utf8,
        )))
    }

    #[test]
    fn entries_are_read_with_their_places() {
        let marks = read(
            "exceptions:\n  - rule: [KMS-001, S3-002]\n    file: infra/**\n    reason: Logs hold no data\n    expires: 2027-02-28\n    approved_by: ciso\n",
        )
        .unwrap();
        assert_eq!(marks.len(), 1);
        assert!(marks[0].mistakes.is_empty(), "{:?}", marks[0].mistakes);
        assert_eq!(marks[0].terms.rules, ["KMS-001", "S3-002"]);
        assert_eq!(marks[0].terms.approved_by.as_deref(), Some("ciso"));
        assert_eq!(marks[0].location.region.unwrap().start_line, 2);
    }

    #[test]
    fn a_file_of_another_shape_is_refused_with_its_place() {
        assert_eq!(
            read("exception:\n  - rule: A\n").unwrap_err()[0].to_string(),
            "x.yaml:1:1: there is no key 'exception', did you mean 'exceptions'?"
        );
        assert_eq!(
            read("exceptions: {}\n").unwrap_err()[0].to_string(),
            "x.yaml:1:13: 'exceptions' must be a list"
        );
        assert!(read("a: [").is_err());
        assert!(read("exceptions:\n").unwrap().is_empty());
    }

    #[test]
    fn an_entry_that_covers_everything_is_a_mistake() {
        let marks = read("exceptions:\n  - rule: KMS-001\n    reason: we never encrypt\n").unwrap();
        assert_eq!(marks[0].mistakes.len(), 1);
    }
}
