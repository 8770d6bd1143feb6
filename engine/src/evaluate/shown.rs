//! Values as reports show them: compact JSON, shortened, without secrets.

use std::fmt::Write as _;

use regorus::Value as Rego;

use crate::resource::{MASK, Secrets};

/// The most characters of a value that reports keep.
const LONGEST: usize = 200;

/// Returns a value as compact JSON of at most 200 characters; secrets in it are masked.
pub(super) fn value(value: &Rego, secrets: &Secrets) -> String {
    let mut text = String::new();
    write_value(&mut text, value, secrets);
    if text.chars().count() > LONGEST {
        let kept: String = text.chars().take(LONGEST - 1).collect();
        return format!("{kept}…");
    }
    text
}

/// Tells whether enough was written: what follows would be cut anyway.
fn full(text: &str) -> bool {
    text.len() > 4 * LONGEST
}

fn write_value(text: &mut String, value: &Rego, secrets: &Secrets) {
    if full(text) {
        return;
    }
    match value {
        Rego::Null | Rego::Undefined => text.push_str("null"),
        Rego::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Rego::Number(number) => text.push_str(&number.format_decimal()),
        Rego::String(string) if secrets.is_empty() => write_string(text, string),
        // Before anything is cut: the beginning of a secret is one, too.
        Rego::String(string) => write_string(text, &secrets.hide(string.to_string())),
        Rego::Array(items) => write_list(text, items.iter(), secrets),
        Rego::Set(items) => write_list(text, items.iter_sorted(), secrets),
        Rego::Object(fields) => {
            if fields.contains_key(&Rego::from("$secret")) {
                write_string(text, MASK);
                return;
            }
            text.push('{');
            for (index, (key, value)) in fields.iter_sorted().enumerate() {
                if full(text) {
                    break;
                }
                if index > 0 {
                    text.push(',');
                }
                write_value(text, key, secrets);
                text.push(':');
                write_value(text, value, secrets);
            }
            text.push('}');
        }
    }
}

fn write_list<'v>(text: &mut String, items: impl Iterator<Item = &'v Rego>, secrets: &Secrets) {
    text.push('[');
    for (index, item) in items.enumerate() {
        if full(text) {
            break;
        }
        if index > 0 {
            text.push(',');
        }
        write_value(text, item, secrets);
    }
    text.push(']');
}

fn write_string(text: &mut String, string: &str) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ if c.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            _ => text.push(c),
        }
        if full(text) {
            break;
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> String {
        value(&Rego::from_json_str(json).unwrap(), &Secrets::default())
    }

    #[test]
    fn a_value_is_compact_json() {
        assert_eq!(
            shown(r#"{"b": [1, 2.5, null], "a": "x\n\"y"}"#),
            r#"{"a":"x\n\"y","b":[1,2.5,null]}"#
        );
    }

    #[test]
    fn a_secret_is_masked_wherever_it_stands() {
        assert_eq!(
            shown(r#"["a", {"$secret": "{{resolve:secretsmanager:db}}"}]"#),
            r#"["a","(sensitive)"]"#
        );
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let text = shown(&format!("\"{}\"", "ä".repeat(5000)));
        assert_eq!(text.chars().count(), 200);
        assert!(text.ends_with("ä…"));
    }

    #[test]
    fn a_secret_is_hidden_before_a_value_is_cut() {
        let secrets = Secrets::default();
        secrets.add(&"s".repeat(3000));
        let long = Rego::from(format!("{}{}", "a".repeat(150), "s".repeat(3000)));
        let shown = value(&long, &secrets);
        assert_eq!(shown, format!("\"{}(sensitive)\"", "a".repeat(150)));
    }
}
