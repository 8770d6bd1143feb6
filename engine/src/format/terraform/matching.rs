//! Which written block made which planned element: sets are planned in another order than they are written.

use super::configuration::{Blocks, Names, Written};
use crate::document::raw::Json;
use crate::resource::{Node, Value};

/// Returns for each planned element the written block that made it, where one can have.
///
/// Literals decide; between blocks that literals do not tell apart the order does.
pub(super) fn blocks<'a>(items: &[Json<'_>], written: &'a Blocks) -> Vec<Option<&'a Names>> {
    let blocks = &written.fixed;
    let mut free: Vec<bool> = vec![true; blocks.len()];
    let mut matched = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let fits = |at: usize| {
            free.get(at) == Some(&true) && blocks.get(at).is_some_and(|names| can_be(item, names))
        };
        let chosen = Some(index)
            .filter(|at| fits(*at))
            .or_else(|| (0..blocks.len()).find(|at| fits(*at)));
        if let Some(slot) = chosen.and_then(|at| free.get_mut(at)) {
            *slot = false;
        }
        let fixed = chosen.and_then(|at| blocks.get(at));
        matched.push(fixed.or_else(|| written.dynamic.iter().find(|names| can_be(item, names))));
    }
    matched
}

fn can_be(item: &Json<'_>, names: &Names) -> bool {
    names
        .iter()
        .all(|(name, written)| match (written, item.get(name)) {
            (Written::Expression(expression), value) => expression
                .constant
                .as_ref()
                .is_none_or(|constant| agrees(constant, value.unwrap_or(&Json::Null))),
            (Written::Blocks(blocks), Some(Json::Array(items))) => {
                items.len() >= blocks.fixed.len()
                    && blocks
                        .fixed
                        .iter()
                        .all(|names| items.iter().any(|item| can_be(item, names)))
            }
            (Written::Block(_) | Written::Blocks(_), _) => true,
        })
}

/// Tells whether a planned value can be what this literal makes; Terraform converts between texts, numbers and booleans.
fn agrees(constant: &Node, planned: &Json<'_>) -> bool {
    match (&constant.value, planned) {
        (Value::Null, _) => true,
        (Value::String(text), Json::Null) => text.is_empty(),
        (Value::Array(written), Json::Array(items)) => {
            written.len() >= items.len()
                && items
                    .iter()
                    .all(|item| written.iter().any(|node| agrees(node, item)))
        }
        (Value::Object(entries), Json::Object(_)) => entries
            .iter()
            .all(|entry| agrees(&entry.node, planned.get(&entry.key).unwrap_or(&Json::Null))),
        (written, planned) => {
            text(written).is_some_and(|text| scalar(planned).is_some_and(|planned| text == planned))
        }
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        Value::Number(text) | Value::String(text) => Some(text),
        _ => None,
    }
}

fn scalar<'a>(json: &'a Json<'_>) -> Option<&'a str> {
    match json {
        Json::Bool(true) => Some("true"),
        Json::Bool(false) => Some("false"),
        Json::Number(text) | Json::String(text) => Some(text),
        _ => None,
    }
}
