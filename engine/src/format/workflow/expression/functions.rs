//! The functions of the expression language, over what their arguments can be.

use std::cmp::Ordering;

use super::evaluate::{Domain, MAX_VALUES};
use super::value::{compare, text_of, truthy};
use crate::resource::Value;

/// Returns what a call can give.
pub(super) fn call(name: &str, items: Vec<Domain>) -> Domain {
    match name {
        "always" => Domain::fixed(Value::Bool(true)),
        "success" | "failure" | "cancelled" => Domain::boolean(),
        "contains" => test(&items, contains),
        "startswith" => test(&items, |text, start| {
            text_of(text)
                .to_lowercase()
                .starts_with(&text_of(start).to_lowercase())
        }),
        "endswith" => test(&items, |text, end| {
            text_of(text)
                .to_lowercase()
                .ends_with(&text_of(end).to_lowercase())
        }),
        "format" => pure(&items, format),
        "join" => pure(&items, join),
        "tojson" => pure(&items, to_json),
        "fromjson" => pure(&items, from_json),
        "case" => case(items),
        "hashfiles" => Domain::open("is a hash of files"),
        _ => Domain::open("is no function of the expression language"),
    }
}

/// A test of two values: both answers where something is open.
fn test(items: &[Domain], holds: impl Fn(&Value, &Value) -> bool) -> Domain {
    let Some(rows) = combinations(items) else {
        return Domain::boolean();
    };
    let answers = rows.iter().map(|row| match row.as_slice() {
        [left, right] => Value::Bool(holds(left, right)),
        _ => Value::Bool(false),
    });
    Domain::of(answers.collect())
}

/// A function of known values; open where an argument is, or where the function has no answer.
fn pure(items: &[Domain], answer: impl Fn(&[&Value]) -> Option<Value>) -> Domain {
    const WHY: &str = "is made of what only a run knows";
    let Some(rows) = combinations(items) else {
        return Domain::open(WHY);
    };
    let answers: Option<Vec<Value>> = rows.iter().map(|row| answer(row)).collect();
    answers.map_or_else(|| Domain::open(WHY), Domain::of)
}

/// Returns every choice of one value an argument; `None` where one is open or there are too many.
pub(super) fn combinations(items: &[Domain]) -> Option<Vec<Vec<&Value>>> {
    let mut rows: Vec<Vec<&Value>> = vec![Vec::new()];
    for item in items {
        let values = item.all()?;
        if rows.len().saturating_mul(values.len()) > MAX_VALUES {
            return None;
        }
        rows = rows
            .iter()
            .flat_map(|row| {
                values.iter().map(move |value| {
                    let mut longer = row.clone();
                    longer.push(value);
                    longer
                })
            })
            .collect();
    }
    Some(rows)
}

fn contains(place: &Value, item: &Value) -> bool {
    match place {
        Value::Array(items) => items
            .iter()
            .any(|known| compare(&known.value, item) == Some(Ordering::Equal)),
        _ => text_of(place)
            .to_lowercase()
            .contains(&text_of(item).to_lowercase()),
    }
}

/// `format('{0} {{literal}}', a)`
fn format(items: &[&Value]) -> Option<Value> {
    let (template, arguments) = items.split_first()?;
    let template = text_of(template);
    let mut result = String::new();
    let mut rest = template.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        result.push_str(rest.get(..at)?);
        rest = rest.get(at..)?;
        if let Some(after) = rest.strip_prefix("{{") {
            result.push('{');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("}}") {
            result.push('}');
            rest = after;
        } else {
            let (index, after) = rest.strip_prefix('{')?.split_once('}')?;
            result.push_str(&text_of(arguments.get(index.parse::<usize>().ok()?)?));
            rest = after;
        }
    }
    result.push_str(rest);
    Some(Value::String(result.into()))
}

fn join(items: &[&Value]) -> Option<Value> {
    let separator = items
        .get(1)
        .map_or_else(|| ",".to_owned(), |text| text_of(text));
    let joined = match items.first()? {
        Value::Array(parts) => parts
            .iter()
            .map(|part| text_of(&part.value))
            .collect::<Vec<_>>()
            .join(&separator),
        other => text_of(other),
    };
    Some(Value::String(joined.into()))
}

/// Scalars only: the layout of containers is GitHub's own.
fn to_json(items: &[&Value]) -> Option<Value> {
    let text = match items.first()? {
        Value::Null => "null".to_owned(),
        Value::String(text) => serde_json::to_string(&**text).ok()?,
        scalar @ (Value::Bool(_) | Value::Number(_)) => text_of(scalar),
        _ => return None,
    };
    Some(Value::String(text.into()))
}

fn from_json(items: &[&Value]) -> Option<Value> {
    let (document, errors) = crate::document::json::parse(&text_of(items.first()?));
    let root = errors.is_empty().then(|| document.root())??;
    super::super::tree::json_value(root)
}

/// `case(predicate, value, predicate, value, …, default)`
fn case(items: Vec<Domain>) -> Domain {
    let mut result = Domain::of(Vec::new());
    let mut items = items.into_iter();
    while let Some(item) = items.next() {
        let Some(value) = items.next() else {
            result.join(item);
            break;
        };
        let known = item
            .all()
            .map(|values| values.iter().map(truthy).collect::<Vec<_>>());
        match known {
            Some(answers) if answers.iter().all(|answer| *answer) => {
                result.join(value);
                break;
            }
            Some(answers) if answers.iter().all(|answer| !*answer) => {}
            _ => result.join(value),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Domain {
        Domain::text(text)
    }

    #[test]
    fn format_knows_escaped_braces() {
        let made = call("format", vec![text("{{{0}}} {1}"), text("a"), text("b")]);
        assert_eq!(made, text("{a} b"));
    }

    #[test]
    fn a_malformed_template_is_open() {
        assert_eq!(call("format", vec![text("{0"), text("a")]).all(), None);
        assert_eq!(call("format", vec![text("{7}"), text("a")]).all(), None);
    }

    #[test]
    fn contains_looks_into_lists_and_texts_without_case() {
        let list = call("fromjson", vec![text("[\"Main\"]")]);
        let yes = Domain::fixed(Value::Bool(true));
        assert_eq!(call("contains", vec![list, text("main")]), yes);
        assert_eq!(call("contains", vec![text("Hello"), text("ELL")]), yes);
    }

    #[test]
    fn a_test_of_an_open_value_has_two_answers() {
        let open = Domain::open("is a secret");
        assert_eq!(
            call("startswith", vec![open, text("a")])
                .all()
                .map(<[Value]>::len),
            Some(2)
        );
    }

    #[test]
    fn case_takes_the_first_that_holds() {
        let yes = Domain::fixed(Value::Bool(true));
        let no = Domain::fixed(Value::Bool(false));
        let made = call("case", vec![no, text("a"), yes, text("b"), text("c")]);
        assert_eq!(made, text("b"));
    }
}
