//! What a builtin may make. A builtin runs to its end whatever the limits of the evaluation are, and a few of them make
//! much of little: these are refused before they begin.

use regorus::Value;

/// The most numbers or addresses that one call lists, and the most items of a list that one call makes.
const ITEMS: u64 = 1_000_000;

/// The most bytes of a text that one call makes of other texts.
const TEXT: u64 = 64 << 20;

/// The most bytes of a value that one call writes: a template may hold a text of many megabytes.
const WRITTEN: u64 = 256 << 20;

/// The largest width or precision of a verb of `sprintf`.
const WIDTH: u64 = 10_000;

/// Says why a call is refused; `None` for one that is let through.
pub(crate) fn refused(name: &str, args: &[Value]) -> Option<String> {
    let most = match name {
        "numbers.range" | "numbers.range_step" => exceeds(range(args), ITEMS, "numbers"),
        "net.cidr_expand" => exceeds(addresses(args), ITEMS, "addresses"),
        "array.concat" => exceeds(args.iter().map(length).sum(), ITEMS, "items"),
        "sprintf" => exceeds(width(args), WIDTH, "columns")
            .or_else(|| exceeds(bytes(args), WRITTEN, "bytes")),
        "concat" => exceeds(joined(args), TEXT, "bytes"),
        "replace" => exceeds(replaced(args), TEXT, "bytes"),
        "json.marshal" | "json.marshal_with_options" | "yaml.marshal" | "strings.replace_n" => {
            exceeds(bytes(args), WRITTEN, "bytes")
        }
        _ => None,
    }?;
    Some(format!("{name} would make more than {most}"))
}

fn exceeds(number: u64, limit: u64, what: &str) -> Option<String> {
    (number > limit).then(|| format!("{limit} {what}"))
}

/// How many numbers lie between the first two arguments.
fn range(args: &[Value]) -> u64 {
    let end = |index: usize| args.get(index).and_then(|value| value.as_i64().ok());
    match (end(0), end(1)) {
        (Some(from), Some(to)) => from.abs_diff(to),
        _ => 0,
    }
}

/// How many addresses a block of them holds.
fn addresses(args: &[Value]) -> u64 {
    let Some(Value::String(block)) = args.first() else {
        return 0;
    };
    let whole: u32 = if block.contains(':') { 128 } else { 32 };
    let prefix = block
        .rsplit_once('/')
        .and_then(|(_, prefix)| prefix.parse().ok());
    let free = whole.saturating_sub(prefix.unwrap_or(whole));
    1_u64.checked_shl(free).unwrap_or(u64::MAX)
}

/// The largest number behind a `%` of a format.
fn width(args: &[Value]) -> u64 {
    let Some(Value::String(format)) = args.first() else {
        return 0;
    };
    let verbs = format.split('%').skip(1);
    let numbers = verbs.flat_map(|verb| {
        let flags = verb
            .split(|c: char| !c.is_ascii_digit() && !"+-# .".contains(c))
            .next();
        flags
            .unwrap_or_default()
            .split(|c: char| !c.is_ascii_digit())
    });
    let numbers = numbers.filter(|number| !number.is_empty());
    numbers
        .map(|number| number.parse().unwrap_or(u64::MAX))
        .max()
        .unwrap_or(0)
}

/// The length of `concat(delimiter, texts)`.
fn joined(args: &[Value]) -> u64 {
    let delimiter = args.first().map_or(0, length);
    let texts = args.get(1);
    let number = texts.map_or(0, length);
    bytes(args.get(1..2).unwrap_or_default()).saturating_add(delimiter.saturating_mul(number))
}

/// The length of `replace(text, old, new)`.
fn replaced(args: &[Value]) -> u64 {
    let [Value::String(text), Value::String(old), Value::String(new)] = args else {
        return 0;
    };
    let number = text.matches(&**old).count() as u64;
    (text.len() as u64).saturating_add(number.saturating_mul(new.len() as u64))
}

/// The bytes of a text, the items of a list.
fn length(value: &Value) -> u64 {
    let length = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.len(),
        Value::Set(items) => items.len(),
        Value::Object(entries) => entries.len(),
        _ => 0,
    };
    length as u64
}

/// The bytes that values take when they are written, counted up to a little more than the limit: what is shared inside
/// of them is written again and again.
fn bytes(values: &[Value]) -> u64 {
    let mut left = WRITTEN + 1;
    for value in values {
        count(value, &mut left);
    }
    WRITTEN + 1 - left
}

fn count(value: &Value, left: &mut u64) {
    *left = left.saturating_sub(length(value).max(1));
    if *left == 0 {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| count(item, left)),
        Value::Set(items) => items.iter().for_each(|item| count(item, left)),
        Value::Object(entries) => entries.iter().for_each(|(key, value)| {
            count(key, left);
            count(value, left);
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_with(name: &str, args: &str) -> Option<String> {
        let args = Value::from_json_str(args).unwrap();
        let args: Vec<Value> = args.as_array().unwrap().iter().cloned().collect();
        refused(name, &args)
    }

    #[test]
    fn what_makes_much_of_little_is_refused() {
        let cases = [
            ("numbers.range", "[1, 200000000]"),
            ("numbers.range", "[9, -9000000]"),
            ("numbers.range_step", "[1, 200000000, 1]"),
            ("net.cidr_expand", r#"["10.0.0.0/8"]"#),
            ("net.cidr_expand", r#"["2001:db8::/64"]"#),
            ("sprintf", r#"["%1000000000d", [1]]"#),
            ("sprintf", r#"["a %-+ 99999999999999999999.3v", [1]]"#),
            ("sprintf", r#"["%.20000f", [1]]"#),
        ];
        for (name, args) in cases {
            assert!(refused_with(name, args).is_some(), "{name} {args}");
        }
    }

    #[test]
    fn ordinary_calls_are_let_through() {
        let cases = [
            ("numbers.range", "[1, 1000]"),
            ("net.cidr_expand", r#"["10.0.0.0/20"]"#),
            ("net.cidr_expand", r#"["10.0.0.1"]"#),
            (
                "sprintf",
                r#"["100% of 1000000000 %5.2f %v %s", [1, 2, "x"]]"#,
            ),
            ("concat", r#"[", ", ["a", "b"]]"#),
            ("replace", r#"["a.b", ".", "::"]"#),
            ("json.marshal", r#"[{"a": [1, 2]}]"#),
            ("count", "[[1]]"),
        ];
        for (name, args) in cases {
            assert_eq!(refused_with(name, args), None, "{name} {args}");
        }
    }

    #[test]
    fn what_doubles_again_and_again_is_refused_before_it_is_written() {
        let mut value = Value::from("x");
        for _ in 0..60 {
            value = Value::from(vec![value.clone(), value]);
        }
        let message = refused("json.marshal", std::slice::from_ref(&value)).unwrap();
        assert_eq!(message, "json.marshal would make more than 268435456 bytes");
        let long = Value::from("x".repeat(33 << 20));
        let texts = Value::from(vec![long.clone(), long.clone()]);
        assert!(refused("concat", &[Value::from(""), texts]).is_some());
        assert!(
            refused(
                "replace",
                &[long.clone(), Value::from("x"), Value::from("yy")]
            )
            .is_some()
        );
    }
}
