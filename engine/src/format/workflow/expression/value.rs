//! Values as expressions see them: truth, coercion and comparison.

use std::cmp::Ordering;

use crate::resource::Value;

/// Tells whether a value counts as true.
pub(super) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(_) => {
            let number = to_number(value);
            number != 0.0 && !number.is_nan()
        }
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

/// Returns the number that a text writes: decimal, exponent, hexadecimal, octal.
pub(super) fn number_of(text: &str) -> Option<f64> {
    let text = text.trim();
    let radix = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().map(f64::from);
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    match text {
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) => {
            text.parse().ok()
        }
        _ => None,
    }
}

/// Returns the number that a value is coerced to: NaN where it is none.
fn to_number(value: &Value) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Bool(flag) => f64::from(u8::from(*flag)),
        Value::String(text) if text.trim().is_empty() => 0.0,
        Value::Number(text) | Value::String(text) => number_of(text).unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

/// Writes a number as GitHub does: `3.10` becomes `3.1`.
pub(super) fn number_text(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    number.to_string()
}

/// Returns the text that a value is coerced to.
pub(in super::super) fn text_of(value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Number(text) => number_of(text).map_or_else(|| text.to_string(), number_text),
        Value::String(text) => text.to_string(),
        Value::Array(_) => "Array".to_owned(),
        Value::Object(_) => "Object".to_owned(),
        _ => String::new(),
    }
}

/// Compares two values as `==` and `<` do: without case, different types as numbers. `None` where nothing holds.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => {
            Some(left.to_uppercase().cmp(&right.to_uppercase()))
        }
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        _ => to_number(left).partial_cmp(&to_number(right)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::String(text.into())
    }

    #[test]
    fn strings_compare_without_case() {
        assert_eq!(compare(&text("Main"), &text("MAIN")), Some(Ordering::Equal));
    }

    #[test]
    fn different_types_compare_as_numbers() {
        assert_eq!(compare(&text(""), &Value::Null), Some(Ordering::Equal));
        assert_eq!(
            compare(&text("1"), &Value::Bool(true)),
            Some(Ordering::Equal)
        );
        assert_eq!(compare(&text("true"), &Value::Bool(true)), None);
        assert_eq!(
            compare(&text("0x10"), &Value::Number("16".into())),
            Some(Ordering::Equal)
        );
    }

    #[test]
    fn a_number_loses_its_trailing_zeros() {
        assert_eq!(text_of(&Value::Number("3.10".into())), "3.1");
        assert_eq!(text_of(&Value::Number("20".into())), "20");
    }

    #[test]
    fn emptiness_is_false() {
        assert!(!truthy(&text("")));
        assert!(truthy(&text("false")));
        assert!(!truthy(&Value::Number("0.0".into())));
        assert!(truthy(&Value::Array(Vec::new())));
    }
}
