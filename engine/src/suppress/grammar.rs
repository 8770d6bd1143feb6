//! What a suppression says: `ordinance:ignore[KMS-001, S3-002] reason="…" owner=… expires=YYYY-MM-DD ticket=…`.

use super::Date;
use crate::policy::hint;

/// The keys that an inline suppression may have.
const KEYS: [&str; 4] = ["reason", "owner", "expires", "ticket"];

/// How a suppression begins.
pub(super) const NAME: &str = "ordinance:";

/// The characters that a reason has at least: one word is none.
pub(super) const SHORTEST_REASON: usize = 10;

/// What a suppression says of itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Terms {
    /// The controls that it is about, as written.
    pub rules: Vec<String>,
    /// Why the findings are accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<Date>,
    /// Where it was decided.
    pub ticket: Option<String>,
    /// Who approved it; only the exceptions file says so.
    pub approved_by: Option<String>,
}

impl Terms {
    /// Sets what a key gives.
    ///
    /// # Errors
    /// What is wrong with the key or its value.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let text = Some(value.trim().to_owned());
        match key {
            "reason" => value.trim().clone_into(&mut self.reason),
            "owner" => self.owner = text,
            "ticket" => self.ticket = text,
            "approved_by" => self.approved_by = text,
            "expires" => match value.trim().parse() {
                Ok(date) => self.expires = Some(date),
                Err(error) => return Err(format!("'{value}' {error}")),
            },
            _ => return Err(unknown_key(key, KEYS)),
        }
        Ok(())
    }

    /// Says what is missing that every suppression has.
    pub(super) fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        if self.rules.is_empty() {
            missing.push("it names no control".to_owned());
        }
        if self.reason.chars().count() < SHORTEST_REASON {
            missing.push(format!(
                "a reason of at least {SHORTEST_REASON} characters is needed: reason=\"…\""
            ));
        }
        missing
    }
}

/// Says that a key does not exist.
pub(super) fn unknown_key<'k>(key: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    format!("there is no key '{key}'{}", hint(key, known))
}

/// Reads the text of a comment, without its mark. `None` where it is no suppression; else what it says, and what is
/// wrong with it.
pub(super) fn read(comment: &str) -> Option<(Terms, Vec<String>)> {
    let text = comment.trim();
    let Some(said) = text.strip_prefix(NAME) else {
        let elsewhere = text.contains("ordinance:ignore[");
        return elsewhere
            .then(|| wrong("'ordinance:ignore' must stand at the start of its comment"));
    };
    let verb = said.split(['[', ' ', '\t']).next().unwrap_or_default();
    if verb != "ignore" {
        let message = format!("there is no 'ordinance:{verb}'{}", hint(verb, ["ignore"]));
        return Some(wrong(&message));
    }
    let rest = said.get(verb.len()..).unwrap_or_default();
    let Some((rules, rest)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return Some(wrong("the controls are missing: ordinance:ignore[KMS-001]"));
    };
    let mut terms = Terms {
        rules: rules
            .split(',')
            .map(|rule| rule.trim().to_owned())
            .filter(|rule| !rule.is_empty())
            .collect(),
        ..Terms::default()
    };
    let mut mistakes = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let mut rest = rest.trim_start();
    while !rest.is_empty() {
        match pair(rest) {
            Ok((key, value, after)) => {
                if !KEYS.contains(&&*key) {
                    mistakes.push(unknown_key(&key, KEYS));
                } else if seen.contains(&key) {
                    mistakes.push(format!("'{key}' stands twice"));
                } else if let Err(mistake) = terms.set(&key, &value) {
                    mistakes.push(mistake);
                }
                seen.push(key);
                rest = after.trim_start();
            }
            Err(mistake) => {
                mistakes.push(mistake);
                break;
            }
        }
    }
    mistakes.extend(terms.missing());
    Some((terms, mistakes))
}

fn wrong(mistake: &str) -> (Terms, Vec<String>) {
    (Terms::default(), vec![mistake.to_owned()])
}

/// Reads `key=value` or `key="value"` at the start of a text.
fn pair(text: &str) -> Result<(String, String, &str), String> {
    let word = text.split_whitespace().next().unwrap_or_default();
    let Some((key, rest)) = text
        .split_once('=')
        .filter(|(key, _)| !key.contains(char::is_whitespace))
    else {
        return Err(format!(
            "'{word}' is no KEY=VALUE; a value with spaces is quoted: reason=\"…\""
        ));
    };
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (value, after) = rest.split_at(end);
        return Ok((key.to_owned(), value.to_owned(), after));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                return Ok((
                    key.to_owned(),
                    value,
                    quoted.get(at + 1..).unwrap_or_default(),
                ));
            }
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => value.push(character),
        }
    }
    Err(format!("the value of '{key}' is never closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(comment: &str) -> Vec<String> {
        read(comment).unwrap().1
    }

    #[test]
    fn a_whole_suppression_is_read() {
        let (terms, mistakes) = read(
            " ordinance:ignore[KMS-001, S3-002] reason=\"Logs hold \\\"no\\\" data\" owner=a@example.org expires=2027-02-28 ticket=RISK-142 ",
        )
        .unwrap();
        assert!(mistakes.is_empty());
        assert_eq!(terms.rules, ["KMS-001", "S3-002"]);
        assert_eq!(terms.reason, "Logs hold \"no\" data");
        assert_eq!(terms.owner.as_deref(), Some("a@example.org"));
        assert_eq!(terms.expires, "2027-02-28".parse().ok());
        assert_eq!(terms.ticket.as_deref(), Some("RISK-142"));
    }

    #[test]
    fn other_comments_are_none() {
        assert_eq!(read("see ordinance: below"), None);
        assert_eq!(read("checkov:skip=CKV_AWS_1:why"), None);
    }

    #[test]
    fn every_mistake_is_named() {
        assert_eq!(
            mistakes("ordinance:ingore[KMS-001]"),
            ["there is no 'ordinance:ingore', did you mean 'ignore'?"]
        );
        assert_eq!(
            mistakes("ordinance:ignore KMS-001"),
            ["the controls are missing: ordinance:ignore[KMS-001]"]
        );
        assert_eq!(
            mistakes("ordinance:ignore[] reason=short"),
            [
                "it names no control",
                "a reason of at least 10 characters is needed: reason=\"…\""
            ]
        );
        assert_eq!(
            mistakes(
                "ordinance:ignore[A-1] reason=\"long enough\" expire=2027-01-01 owner=a owner=b expires=tomorrow"
            ),
            [
                "there is no key 'expire', did you mean 'expires'?",
                "'owner' stands twice",
                "'tomorrow' is no day written as YYYY-MM-DD"
            ]
        );
        assert_eq!(
            mistakes("ordinance:ignore[A-1] reason=\"long enough\" because we can")[0],
            "'because' is no KEY=VALUE; a value with spaces is quoted: reason=\"…\""
        );
        assert_eq!(
            mistakes("ordinance:ignore[A-1] reason=\"long enough")[0],
            "the value of 'reason' is never closed"
        );
        assert_eq!(
            mistakes("TODO ordinance:ignore[A-1] reason=\"long enough\""),
            ["'ordinance:ignore' must stand at the start of its comment"]
        );
    }
}
