//! Values of parameters: which are accepted, and which of two is stricter.

use serde_json::Value;

use super::metadata::Parameter;

/// The types of parameters.
pub(super) const KINDS: [&str; 4] = ["string", "boolean", "integer", "list"];

const DIRECTIONS: [&str; 6] = ["higher", "lower", "true", "false", "shorter", "longer"];

/// Takes `stricter: true` for what its author means: the value `true` is the stricter one.
pub(super) fn direction(written: Value) -> Value {
    match written {
        Value::Bool(value) => Value::String(value.to_string()),
        other => other,
    }
}

/// Tells whether the direction is one that values of the parameter can have.
pub(super) fn check_direction(parameter: &Parameter) -> Result<(), String> {
    match &parameter.stricter {
        Value::Array(order) if !order.is_empty() => {
            order.iter().try_for_each(|value| accepts(parameter, value))
        }
        Value::String(name) => {
            let fits: &[&str] = match parameter.kind.as_str() {
                "integer" => &["higher", "lower"],
                "boolean" => &["true", "false"],
                "list" => &["shorter", "longer"],
                _ => &[],
            };
            if fits.contains(&name.as_str()) {
                return Ok(());
            }
            let hint = super::suggest::hint(name, DIRECTIONS);
            Err(format!(
                "'{name}' is no direction of a parameter of type {}{hint}",
                parameter.kind
            ))
        }
        _ => Err("'stricter' must be a direction or the values from loosest to strictest".into()),
    }
}

/// Tells whether a value has the parameter's type and, where its values are listed, is one of them.
pub(super) fn accepts(parameter: &Parameter, value: &Value) -> Result<(), String> {
    let typed = match parameter.kind.as_str() {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "list" => value.as_array().is_some_and(|items| {
            items
                .iter()
                .all(|item| !item.is_array() && !item.is_object())
        }),
        _ => true,
    };
    let name = &parameter.name;
    if !typed {
        return Err(format!(
            "parameter '{name}' takes a value of type {}, not {value}",
            parameter.kind
        ));
    }
    match &parameter.stricter {
        Value::Array(order) if !order.contains(value) => {
            let known: Vec<String> = order.iter().map(Value::to_string).collect();
            Err(format!(
                "parameter '{name}' takes one of {}, not {value}",
                known.join(", ")
            ))
        }
        _ => Ok(()),
    }
}

/// Returns the stricter of two accepted values; the first where neither is.
pub(super) fn stricter<'v>(parameter: &Parameter, one: &'v Value, other: &'v Value) -> &'v Value {
    let second = match &parameter.stricter {
        Value::Array(order) => rank(order, other) > rank(order, one),
        Value::String(direction) => match direction.as_str() {
            "higher" => number(other) > number(one),
            "lower" => number(other) < number(one),
            "true" => other == &Value::Bool(true),
            "false" => other == &Value::Bool(false),
            "shorter" => length(other) < length(one),
            "longer" => length(other) > length(one),
            _ => false,
        },
        _ => false,
    };
    if second { other } else { one }
}

fn rank(order: &[Value], value: &Value) -> Option<usize> {
    order.iter().position(|known| known == value)
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64()
}

fn length(value: &Value) -> Option<usize> {
    value.as_array().map(Vec::len)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn parameter(kind: &str, stricter: Value) -> Parameter {
        Parameter {
            name: "p".into(),
            kind: kind.into(),
            description: String::new(),
            default: Value::Null,
            presets: BTreeMap::new(),
            stricter,
        }
    }

    #[test]
    fn the_stricter_value_follows_the_direction() {
        let cases = [
            ("integer", json!("lower"), json!(365), json!(90), json!(90)),
            (
                "integer",
                json!("higher"),
                json!(365),
                json!(90),
                json!(365),
            ),
            (
                "boolean",
                json!("true"),
                json!(false),
                json!(true),
                json!(true),
            ),
            (
                "boolean",
                json!("false"),
                json!(false),
                json!(true),
                json!(false),
            ),
            (
                "list",
                json!("shorter"),
                json!([1, 2]),
                json!([1]),
                json!([1]),
            ),
            (
                "string",
                json!(["aws", "cmk"]),
                json!("aws"),
                json!("cmk"),
                json!("cmk"),
            ),
        ];
        for (kind, direction, one, other, expected) in cases {
            let parameter = parameter(kind, direction);
            assert_eq!(stricter(&parameter, &one, &other), &expected, "{kind}");
            assert_eq!(stricter(&parameter, &other, &one), &expected, "{kind}");
        }
    }

    #[test]
    fn a_value_of_another_type_is_not_accepted() {
        let days = parameter("integer", json!("lower"));
        assert_eq!(accepts(&days, &json!(90)), Ok(()));
        assert_eq!(
            accepts(&days, &json!("90")),
            Err("parameter 'p' takes a value of type integer, not \"90\"".into())
        );
    }

    #[test]
    fn listed_values_are_the_only_ones() {
        let level = parameter("string", json!(["aws", "cmk"]));
        assert_eq!(
            accepts(&level, &json!("none")),
            Err("parameter 'p' takes one of \"aws\", \"cmk\", not \"none\"".into())
        );
    }

    #[test]
    fn a_direction_must_fit_the_type() {
        assert_eq!(check_direction(&parameter("list", json!("longer"))), Ok(()));
        assert_eq!(
            check_direction(&parameter("integer", json!("lowr"))),
            Err(
                "'lowr' is no direction of a parameter of type integer, did you mean 'lower'?"
                    .into()
            )
        );
    }
}
