//! Types and properties that a policy names, against what it declares and what AWS has.

use std::collections::BTreeSet;

use super::schema::Type;
use super::{Level, Remark, Schemas};
use crate::policy::set::Policy;
use crate::policy::token::{Token, TokenKind, tokens};
use crate::policy::{Module, suggest};

/// Returns the types that the text names and METADATA does not.
pub(super) fn undeclared(module: &Module, policy: &Policy) -> Vec<Remark> {
    let declared = &policy.metadata.resources;
    let all = tokens(&module.source.text);
    let named = all.filter(|token| {
        let text = token.literal().unwrap_or_default();
        is_type(text) && !declared.contains(text)
    });
    // A type that only helps to tell words apart, as in a table of nouns, is read nowhere.
    let read = |token: &Token<'_>| {
        let before = module.source.text.get(..token.start).unwrap_or_default();
        before.trim_end().ends_with("by_type[")
    };
    named
        .filter(read)
        .map(|token| {
            let name = token.literal().unwrap_or_default();
            let hint = suggest::hint(name, declared.iter().map(String::as_str));
            Remark::at(
                module,
                &token,
                (Level::Error, "undeclared-type"),
                format!("'{name}' is not among the 'resources' of METADATA, so it is never in the input{hint}"),
                "Add it to 'custom.resources'",
            )
        })
        .collect()
}

/// Tells whether a text is the name of a resource type of AWS.
fn is_type(text: &str) -> bool {
    let of_plans = text.strip_prefix("aws_").is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .bytes()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
    });
    of_plans || text.starts_with("AWS::") && text.matches("::").count() == 2
}

/// Returns the properties that no type of the policy has, and the types that AWS does not have.
pub(super) fn lint(module: &Module, policy: &Policy, schemas: &Schemas<'_>) -> Vec<Remark> {
    let declared = &policy.metadata.resources;
    let known: Vec<&Type<'_>> = declared
        .iter()
        .filter_map(|name| schemas.get(name))
        .collect();
    let all: Vec<Token<'_>> = tokens(&module.source.text).collect();
    let mut remarks = unknown_types(module, policy, schemas);
    // A type that the table does not hold may have any property.
    let is_open = declared.iter().any(|name| schemas.get(name).is_none());
    if known.is_empty() || is_open {
        return remarks;
    }
    let has = |name: &str, first: bool| {
        known
            .iter()
            .any(|one| one.top.contains(name) || !first && one.below.contains(name))
    };
    for (token, first) in named(&all) {
        let name = token.literal().unwrap_or(token.text);
        if has(name, first) {
            continue;
        }
        let candidates: BTreeSet<&str> = known
            .iter()
            .flat_map(|one| one.top.iter().chain(&one.below).copied())
            .collect();
        let hint = suggest::hint(name, candidates);
        let place = if first {
            "property"
        } else {
            "property anywhere"
        };
        remarks.push(Remark::at(
            module,
            token,
            (Level::Error, "unknown-property"),
            format!("no type of this policy has a {place} '{name}'{hint}"),
            "A path that does not exist is absent in every template: the policy would deny or pass everything",
        ));
    }
    remarks
}

fn unknown_types(module: &Module, policy: &Policy, schemas: &Schemas<'_>) -> Vec<Remark> {
    let all = tokens(&module.source.text);
    let mut seen = BTreeSet::new();
    let written = policy.metadata.resources.iter().filter(|name| {
        let made_by_others =
            name.starts_with("AWS::Serverless::") || name.starts_with("AWS::CloudFormation::");
        is_type(name) && !made_by_others && schemas.get(name).is_none()
    });
    let wrong: BTreeSet<&str> = written.map(String::as_str).collect();
    all.filter(|token| {
        let name = token.literal().unwrap_or_default();
        wrong.contains(name) && seen.insert(name.to_owned())
    })
    .map(|token| {
        let name = token.literal().unwrap_or_default();
        let hint = suggest::hint(name, schemas.names());
        Remark::at(
            module,
            &token,
            (Level::Warning, "unknown-type"),
            format!("neither CloudFormation's registry nor the AWS provider has a type '{name}'{hint}"),
            "The tables are of the versions that docs/writing-policies.md names: a newer type is missing there",
        )
    })
    .collect()
}

/// Returns the names of properties that a text reads, and whether each must be one of the type itself: `.properties.X`, and
/// texts in lists that begin with "Properties".
fn named<'t, 'a>(all: &'t [Token<'a>]) -> Vec<(&'t Token<'a>, bool)> {
    let mut found = Vec::new();
    for (at, token) in all.iter().enumerate() {
        let next = all.get(at + 1).zip(all.get(at + 2));
        if token.is_word("properties")
            && let Some((dot, key)) = next
            && dot.is_mark(".")
            && dot.start == token.end()
            && key.kind == TokenKind::Word
        {
            found.push((key, true));
        }
        let opens = at.checked_sub(1).and_then(|before| all.get(before));
        let starts = opens.is_some_and(|open| open.is_mark("["));
        if token.literal() == Some("Properties") && starts {
            found.extend(list(all, at));
        }
    }
    found
}

/// Returns the texts that follow "Properties" in its list.
fn list<'t, 'a>(all: &'t [Token<'a>], at: usize) -> Vec<(&'t Token<'a>, bool)> {
    let Some(level) = all.get(at).map(|token| token.depth) else {
        return Vec::new();
    };
    let inside = all
        .iter()
        .skip(at + 1)
        .take_while(|token| !(token.depth < level || token.depth == level && token.is_mark("]")));
    // What is computed makes the path unknown from there on.
    let literal = inside.take_while(|token| token.kind != TokenKind::Word && token.depth == level);
    let texts = literal.filter(|token| token.kind == TokenKind::Text);
    texts
        .enumerate()
        .map(|(number, token)| (token, number == 0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::linted;

    fn with(rule: &str) -> Vec<String> {
        linted(&format!("subjects contains 1 if true\n{rule}"))
    }

    #[test]
    fn a_property_that_no_type_has_is_told_with_the_nearest() {
        assert_eq!(
            with(
                "deny contains r if {\n\tsome r in input.resources\n\tr.properties.AcessControl\n}"
            ),
            [
                "unknown-property a.rego:20:15: no type of this policy has a property 'AcessControl', did you mean 'AccessControl'?"
            ]
        );
        assert_eq!(
            with("_path := [\"Properties\", \"BucketEncryption\", \"Stats\"]"),
            [
                "unknown-property a.rego:18:45: no type of this policy has a property anywhere 'Stats', did you mean 'Status'?"
            ]
        );
        assert!(with("_path := [\"Properties\", \"Tags\", 0, \"Key\"]").is_empty());
        assert!(with("_path(x) := [\"Properties\", x, \"Anything\"]").is_empty());
    }

    #[test]
    fn a_type_that_is_read_and_not_declared_is_told() {
        assert_eq!(
            with("_all := input.by_type[\"AWS::S3::Buckets\"]"),
            [
                "undeclared-type a.rego:18:23: 'AWS::S3::Buckets' is not among the 'resources' of METADATA, so it is never in the input, did you mean 'AWS::S3::Bucket'?"
            ]
        );
        assert!(with("_noun := {\"AWS::S3::AccessPoint\": \"access point\"}").is_empty());
    }
}
