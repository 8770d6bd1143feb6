//! Sets of parameters: as text to compare, and as words for people.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::format::cloudformation::{Call, Passed};
use crate::resource::{Fragment, Value};

/// So many parameters are shown of a call.
const MAX_SHOWN: usize = 4;

/// Longer values are not shown.
const MAX_LENGTH: usize = 40;

/// Returns a text that is equal for sets of parameters that policies cannot tell apart: of what is not known it does
/// not matter why.
pub(super) fn canonical(passed: &Passed) -> String {
    let mut text = String::new();
    for (name, given) in passed {
        write_text(name, &mut text);
        text.push(if given.is_present { '+' } else { '=' });
        write_value(&given.value, &mut text);
    }
    text
}

fn write_text(written: &str, into: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(into, "{}:{written}", written.len());
}

fn write_value(value: &Value, into: &mut String) {
    match value {
        Value::Null => into.push('0'),
        Value::Bool(truth) => into.push(if *truth { 't' } else { 'f' }),
        Value::Number(text) | Value::String(text) => {
            into.push('s');
            write_text(text, into);
        }
        Value::Secret(text) => {
            into.push('!');
            write_text(text, into);
        }
        Value::Array(items) => {
            into.push('[');
            for item in items {
                write_value(&item.value, into);
            }
            into.push(']');
        }
        Value::Object(entries) => {
            into.push('{');
            for entry in entries {
                write_text(&entry.key, into);
                write_value(&entry.node.value, into);
            }
            into.push('}');
        }
        Value::Partial(fragments) => {
            into.push('(');
            for fragment in fragments {
                match fragment {
                    Fragment::Text(text) => write_text(text, into),
                    Fragment::Hole(hole) => write_value(hole, into),
                }
            }
            into.push(')');
        }
        Value::Reference(_) => into.push('?'),
        Value::Unknown(unknown) => {
            into.push('?');
            write_text(&unknown.name, into);
            for node in &unknown.values {
                write_value(&node.value, into);
            }
        }
    }
}

/// Says which call it is: "as nested stack 'Db' of 'parent.yaml' with Encrypted=false". Secrets are not shown.
pub(super) fn shown(call: &Call, uri: &str, secrets: &[Arc<str>]) -> String {
    let mut text = format!("as nested stack '{}' of '{uri}'", call.id);
    let literals: Vec<_> = call
        .passed
        .iter()
        .filter(|(name, _)| !secrets.contains(name) && !says_secret(name))
        .filter_map(|(name, given)| match &given.value {
            Value::String(text) if text.chars().count() <= MAX_LENGTH => {
                Some(format!("{name}={text}"))
            }
            _ => None,
        })
        .collect();
    if !literals.is_empty() {
        let first: Vec<_> = literals.iter().take(MAX_SHOWN).cloned().collect();
        text.push_str(" with ");
        text.push_str(&first.join(", "));
    }
    if literals.len() > MAX_SHOWN {
        text.push_str(", …");
    }
    text
}

/// Tells whether a name is one that secrets have, also where its parameter is not called secret. Too many are better than
/// too few: what is left out here only makes a sentence shorter.
fn says_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "passw",
        "passphrase",
        "pwd",
        "secret",
        "token",
        "credential",
        "key",
        "auth",
    ]
    .iter()
    .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::Span;
    use crate::format::cloudformation::Given;
    use crate::resource::UnknownKind;

    fn passed(value: Value) -> Passed {
        let is_present = false;
        Passed::from([("A".into(), Given { value, is_present })])
    }

    #[test]
    fn sets_that_differ_only_in_why_a_value_is_open_are_the_same() {
        let open = |why| passed(Value::unknown(UnknownKind::Parameter, "A", why));
        assert_eq!(canonical(&open("x")), canonical(&open("y")));
        let text = |text: &str| passed(Value::String(text.into()));
        assert_ne!(canonical(&text("x")), canonical(&text("y")));
    }

    #[test]
    fn secrets_are_not_shown() {
        let mut passed = passed(Value::String("hunter2".into()));
        let value = Value::String("false".into());
        let is_present = false;
        passed.insert("B".into(), Given { value, is_present });
        let value = Value::String("hunter2".into());
        passed.insert("DbPassword".into(), Given { value, is_present });
        let call = Call {
            id: "Db".into(),
            span: Span::new(0, 1),
            template: "db.yaml".into(),
            passed,
        };
        assert_eq!(
            shown(&call, "a.yaml", &["A".into()]),
            "as nested stack 'Db' of 'a.yaml' with B=false"
        );
    }
}
