//! Parameters: given values, defaults, and what stands for a parameter that has neither.

use std::sync::Arc;

use super::mapping::place;
use super::resolver::{Resolver, text_value};
use super::stacks::split_list;
use super::template::Template;
use crate::document::scalar::{Dialect, Scalar};
use crate::document::{Kind, NodeRef};
use crate::format::Options;
use crate::resource::{Assumption, Entry, Node, Secrets, Target, Unknown, UnknownKind, Value};

/// Why a parameter without value is unknown.
pub(super) const NO_DEFAULT: &str = "has no default";

/// Why a parameter with a default is unknown when defaults do not decide.
pub(super) const NOT_GIVEN: &str = "is not given a value, and its default does not decide";

/// Why a pseudo parameter is unknown.
pub(super) const AT_DEPLOYMENT: &str = "is known only at deployment";

/// The longest default that an assumption shows.
const MAX_SHOWN: usize = 80;

/// The pseudo parameters, `AWS::NoValue` aside.
const PSEUDO_PARAMETERS: [&str; 7] = [
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// What a parameter stands for.
#[derive(Debug)]
pub(super) struct Parameter {
    /// Its value where it is used.
    pub(super) shown: Value,
    /// Its value as conditions see it: also of `NoEcho` parameters.
    pub(super) actual: Value,
}

impl Parameter {
    fn open(value: Value) -> Self {
        Self {
            actual: value.clone(),
            shown: value,
        }
    }
}

impl<'a> Resolver<'a> {
    /// Returns a parameter or pseudo parameter of the template.
    pub(super) fn parameter(&mut self, name: &'a str) -> Option<Arc<Parameter>> {
        if let Some(known) = self.parameters.get(name) {
            return Some(Arc::clone(known));
        }
        let parameter = match self.template.parameters.get(name) {
            Some(pair) => self.declared(name, pair.value),
            None if PSEUDO_PARAMETERS.contains(&name) => self.pseudo(name),
            None => return None,
        };
        let parameter = Arc::new(parameter);
        self.parameters.insert(name, Arc::clone(&parameter));
        Some(parameter)
    }

    fn pseudo(&self, name: &str) -> Parameter {
        Parameter::open(match self.options.given(name) {
            Some(given) => Value::String(given.into()),
            None => Value::unknown(UnknownKind::PseudoParameter, name, AT_DEPLOYMENT),
        })
    }

    fn declared(&mut self, name: &'a str, definition: NodeRef<'a>) -> Parameter {
        if definition.kind() != Kind::Mapping {
            let message = format!("Parameter '{name}' is not a map.");
            return Parameter::open(self.malformed(definition, name, &message));
        }
        let type_name = text_of(definition, "Type").unwrap_or("String");
        if type_name.starts_with("AWS::SSM::Parameter::Value<") {
            return Parameter::open(Value::unknown(
                UnknownKind::DynamicReference,
                name,
                "is read from Parameter Store at deployment",
            ));
        }
        let passed = self.options.surroundings.passed.as_ref();
        let settled = self.options.assignment.parameters.get(name);
        let actual = if let Some(text) = settled {
            typed(text, type_name)
        } else if let Some(given) = passed.and_then(|passed| passed.get(name)) {
            let shown = typed_value(&given.value, type_name);
            if given.is_present && !is_no_echo(definition) {
                // Conditions see that it is something.
                let actual = Value::Reference(Target {
                    address: name.into(),
                    attribute: "".into(),
                });
                return Parameter { shown, actual };
            }
            shown
        } else if let Some(text) = self.text_of_parameter(name, definition) {
            typed(&text, type_name)
        } else {
            return Parameter::open(without_value(name, definition, self.options));
        };
        if is_no_echo(definition) {
            let shown = Value::unknown(
                UnknownKind::Parameter,
                name,
                "is NoEcho, so its value is not read",
            );
            return Parameter { shown, actual };
        }
        let shown = used(&actual);
        Parameter { shown, actual }
    }

    /// Returns the given value or the default, which is recorded as assumed.
    fn text_of_parameter(&mut self, name: &'a str, definition: NodeRef<'a>) -> Option<Arc<str>> {
        let is_nested = self.options.surroundings.passed.is_some();
        if let Some(given) = self.options.parameters.get(name).filter(|_| !is_nested) {
            return Some(given.as_str().into());
        }
        let default = definition.get("Default")?;
        if self.options.strict_parameters && !is_nested {
            return None;
        }
        let Some(text) = scalar_text(default) else {
            let message = format!("The default of parameter '{name}' is not a scalar.");
            self.notices.odd(Some(place(default)), message);
            return None;
        };
        if is_nested {
            // Only the parent stack could have passed something else: nothing is assumed.
            return Some(text);
        }
        let shown = if is_no_echo(definition) {
            "****".into()
        } else {
            shorten(&text)
        };
        self.assumptions.push(Assumption {
            name: name.into(),
            value: shown,
            span: Some(place(default)),
        });
        Some(text)
    }
}

/// Returns the name of a pseudo parameter.
pub(super) fn pseudo_name(name: &str) -> Option<&'static str> {
    PSEUDO_PARAMETERS.into_iter().find(|pseudo| *pseudo == name)
}

/// Returns a parameter's value where it is used: there its dynamic references are resolved.
fn used(value: &Value) -> Value {
    match value {
        Value::String(text) => text_value(text),
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| Node {
                    value: used(&item.value),
                    span: item.span,
                })
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Returns the names of the parameters whose values are never shown.
pub(super) fn secrets<'a>(template: &Template<'a>) -> impl Iterator<Item = &'a str> {
    let parameters = template.parameters.iter();
    parameters
        .filter(|pair| is_no_echo(pair.value))
        .map(|pair| pair.key)
}

/// Returns the defaults of those parameters.
pub(super) fn hidden(template: &Template<'_>) -> Secrets {
    let secrets = Secrets::default();
    for pair in template.parameters.iter() {
        let default = pair.value.get("Default").and_then(scalar_text);
        if let Some(text) = default.filter(|_| is_no_echo(pair.value)) {
            secrets.add(&text);
        }
    }
    secrets
}

/// Returns the text of a field of a definition.
fn text_of<'a>(definition: NodeRef<'a>, field: &str) -> Option<&'a str> {
    definition.get(field).and_then(|node| node.text())
}

fn is_no_echo(definition: NodeRef<'_>) -> bool {
    definition
        .get("NoEcho")
        .and_then(scalar_text)
        .is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Returns a scalar as the text that CloudFormation makes of it: booleans in lower case.
fn scalar_text(node: NodeRef<'_>) -> Option<Arc<str>> {
    Some(match node.scalar(Dialect::CloudFormation)? {
        Scalar::Bool(truth) => if truth { "true" } else { "false" }.into(),
        Scalar::Null => "".into(),
        Scalar::Number(text) | Scalar::String(text) => text.into(),
    })
}

fn is_list(type_name: &str) -> bool {
    type_name == "CommaDelimitedList" || type_name.starts_with("List<")
}

/// Returns a value that a parent stack passes as a parameter of this type takes it.
fn typed_value(value: &Value, type_name: &str) -> Value {
    match value {
        Value::String(text) => typed(text, type_name),
        Value::Partial(fragments) if is_list(type_name) => Value::Array(split_list(fragments)),
        Value::Array(items) if !is_list(type_name) => {
            let texts: Option<Vec<_>> = items.iter().map(Node::as_str).collect();
            texts.map_or_else(
                || value.clone(),
                |texts| Value::String(texts.join(",").into()),
            )
        }
        other => other.clone(),
    }
}

fn typed(text: &str, type_name: &str) -> Value {
    if !is_list(type_name) {
        return Value::String(text.into());
    }
    if text.trim().is_empty() {
        return Value::Array(Vec::new());
    }
    let item = |part: &str| Node::unplaced(Value::String(part.trim().into()));
    Value::Array(text.split(',').map(item).collect())
}

/// The unknown of a parameter without value; its allowed values are the values that it can take.
fn without_value(name: &str, definition: NodeRef<'_>, options: &Options) -> Value {
    let is_list = text_of(definition, "Type").is_some_and(is_list);
    let has_default = options.strict_parameters && definition.get("Default").is_some();
    let allowed = definition
        .get("AllowedValues")
        .filter(|_| !is_list && !is_no_echo(definition));
    let values = allowed.into_iter().flat_map(|list| list.items());
    Value::Unknown(Box::new(Unknown {
        kind: UnknownKind::Parameter,
        name: name.into(),
        why: if has_default { NOT_GIVEN } else { NO_DEFAULT }.into(),
        values: values
            .filter_map(|item| Some((scalar_text(item)?, item)))
            .map(|(text, item)| Node {
                value: Value::String(text),
                span: Some(item.span()),
            })
            .collect(),
        references: Vec::new(),
    }))
}

fn shorten(text: &Arc<str>) -> Arc<str> {
    match text.char_indices().nth(MAX_SHOWN) {
        None => Arc::clone(text),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
    }
}

/// Returns the fact `parameters` of the unit: of each parameter its `type`, `no_echo`, `has_default`, and `default` and the
/// `allowed` values unless they are secret, and its `allowed_pattern`.
pub(super) fn facts(template: &Template<'_>) -> Node {
    let facts = template.parameters.iter().map(|pair| Entry {
        key: pair.key.into(),
        key_span: Some(pair.key_span),
        node: Node {
            value: fact(pair.value),
            span: Some(place(pair.value)),
        },
    });
    Node::unplaced(Value::Object(facts.collect()))
}

fn fact(definition: NodeRef<'_>) -> Value {
    let no_echo = is_no_echo(definition);
    let default = definition.get("Default");
    let text = default.and_then(scalar_text);
    let mut entries = vec![
        entry(
            "type",
            Value::String(text_of(definition, "Type").unwrap_or("String").into()),
        ),
        entry("no_echo", Value::Bool(no_echo)),
        entry("has_default", Value::Bool(default.is_some())),
    ];
    let allowed = definition.get("AllowedValues");
    let allowed = allowed.into_iter().flat_map(|list| list.items());
    let allowed: Vec<Node> = allowed
        .filter_map(scalar_text)
        .map(|text| Node::unplaced(Value::String(text)))
        .collect();
    if !allowed.is_empty() && !no_echo {
        entries.push(entry("allowed", Value::Array(allowed)));
    }
    if let Some(pattern) = text_of(definition, "AllowedPattern") {
        entries.push(entry("allowed_pattern", Value::String(pattern.into())));
    }
    if let Some(text) = text.filter(|text| !no_echo || text.is_empty()) {
        entries.push(entry("default", Value::String(text)));
    }
    Value::Object(entries)
}

fn entry(key: &str, value: Value) -> Entry {
    Entry {
        key: key.into(),
        key_span: None,
        node: Node::unplaced(value),
    }
}
