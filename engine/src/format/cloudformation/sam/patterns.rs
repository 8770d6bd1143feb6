//! Patterns of values: JSON whose strings have `${…}` for what the template or the stack gives.

use serde_json::Value as Json;

use super::Expander;
use super::make::At;
use crate::format::cloudformation::compose::Composer;
use crate::resource::{Entry, Node, Value};

/// What stands for a name in a pattern.
pub(super) type Names<'n> = dyn Fn(&str) -> Option<Value> + 'n;

impl Expander<'_, '_> {
    /// Returns a string with `${NAME}` replaced, by `names` or else by the pseudo parameter.
    pub(super) fn pattern(&mut self, at: At, text: &'static str, names: &Names<'_>) -> Node {
        let mut composer = Composer::default();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            composer.text(before);
            if let Some(value) = names(name) {
                composer.value(&value);
            } else if let Some(parameter) = self.resolver.parameter(name) {
                composer.value(&parameter.shown);
            }
            rest = after;
        }
        composer.text(rest);
        at.node(self.resolver.composed(composer))
    }

    /// Returns an ARN or other text in which only pseudo parameters are replaced.
    pub(super) fn pseudo(&mut self, at: At, text: &'static str) -> Node {
        self.pattern(at, text, &|_| None)
    }

    /// Returns a pattern with the names in its strings replaced.
    pub(super) fn instance(&mut self, at: At, pattern: &'static Json, names: &Names<'_>) -> Node {
        match pattern {
            Json::Null => at.node(Value::Null),
            Json::Bool(truth) => at.flag(*truth),
            Json::Number(number) => at.node(Value::Number(number.to_string().into())),
            Json::String(text) => self.pattern(at, text, names),
            Json::Array(items) => {
                let items: Vec<_> = items
                    .iter()
                    .map(|item| self.instance(at, item, names))
                    .collect();
                at.list(items)
            }
            Json::Object(map) => {
                let entries: Vec<Entry> = map
                    .iter()
                    .map(|(key, value)| at.entry(key, self.instance(at, value, names)))
                    .collect();
                at.entries(entries)
            }
        }
    }
}
