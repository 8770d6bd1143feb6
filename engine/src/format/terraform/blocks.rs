//! Which written block or item made which planned element, by their literals.
//!
//! Never a guess: where several can have made an element, none has.

use crate::artifact::Span;
use crate::document::hcl::{Block, Body, Expression, Form};
use crate::resource::{Node, Value};

/// Up to how many pairs of elements and blocks one is excluded by another; beyond, literals alone decide.
const MATCHED: usize = 10_000;
/// Up to how many pairs of items two lists are compared.
const COMPARED: usize = 4_000_000;

/// A nested block; of a dynamic one the content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nested<'a> {
    /// The header of the block, or of the dynamic one.
    pub(super) header: Span,
    /// What it holds.
    pub(super) body: Option<&'a Body>,
    /// The dynamic block.
    pub(super) dynamic: Option<&'a Block>,
}

/// Returns the blocks of a name, fixed and dynamic.
pub(super) fn nested<'a>(body: &'a Body, name: &str) -> impl Iterator<Item = Nested<'a>> {
    body.blocks.iter().filter_map(move |block| {
        if block.kind == name {
            return Some(Nested {
                header: block.header,
                body: block.body.as_ref(),
                dynamic: None,
            });
        }
        let is_dynamic =
            block.kind == "dynamic" && block.labels.first().is_some_and(|label| label == name);
        is_dynamic.then(|| Nested {
            header: block.header,
            body: content(block),
            dynamic: Some(block),
        })
    })
}

fn content(dynamic: &Block) -> Option<&Body> {
    let blocks = &dynamic.body.as_ref()?.blocks;
    blocks
        .iter()
        .find(|block| block.kind == "content")
        .and_then(|block| block.body.as_ref())
}

/// Chooses the block that made the element at `index`, when only one can have.
pub(super) fn choose<'a>(
    blocks: &[Nested<'a>],
    value: Option<&Node>,
    index: usize,
) -> Option<Nested<'a>> {
    let Value::Array(elements) = &value?.value else {
        return None;
    };
    if elements.len() * blocks.len() > MATCHED {
        return only_candidate(blocks, &fitting(blocks, elements.get(index)?));
    }
    let mut candidates: Vec<Vec<usize>> = elements
        .iter()
        .map(|element| fitting(blocks, element))
        .collect();
    // A block that is the only one for another element made that, and no second element unless it is dynamic.
    loop {
        let taken: Vec<(usize, usize)> = candidates
            .iter()
            .enumerate()
            .filter_map(|(element, fitting)| match fitting.as_slice() {
                [only] => Some((element, *only)),
                _ => None,
            })
            .filter(|(_, block)| {
                blocks
                    .get(*block)
                    .is_some_and(|block| block.dynamic.is_none())
            })
            .collect();
        let before: usize = candidates.iter().map(Vec::len).sum();
        for (element, fitting) in candidates.iter_mut().enumerate() {
            fitting.retain(|block| {
                !taken
                    .iter()
                    .any(|(owner, taken)| taken == block && *owner != element)
            });
        }
        if candidates.iter().map(Vec::len).sum::<usize>() == before {
            break;
        }
    }
    only_candidate(blocks, candidates.get(index)?)
}

/// Returns the blocks that can have made an element.
fn fitting(blocks: &[Nested<'_>], element: &Node) -> Vec<usize> {
    let fits = |(at, block): (usize, &Nested<'_>)| can_make(block.body, element).then_some(at);
    blocks.iter().enumerate().filter_map(fits).collect()
}

fn only_candidate<'a>(blocks: &[Nested<'a>], candidates: &[usize]) -> Option<Nested<'a>> {
    match candidates {
        [only] => blocks.get(*only).copied(),
        _ => None,
    }
}

/// Tells whether a block can have made an element.
pub(super) fn can_make(body: Option<&Body>, element: &Node) -> bool {
    let Some(body) = body else {
        return true;
    };
    let attributes = body
        .attributes
        .iter()
        .all(|attribute| agrees(&attribute.value, element.get(&attribute.name)));
    attributes
        && body.blocks.iter().all(
            |block| match element.get(&block.kind).map(|node| &node.value) {
                Some(Value::Array(items)) => {
                    items.iter().any(|item| can_make(block.body.as_ref(), item))
                }
                _ => true,
            },
        )
}

/// Tells whether a planned value can be what an expression makes.
pub(super) fn agrees(expression: &Expression, planned: Option<&Node>) -> bool {
    match (&expression.form, planned.map(|node| &node.value)) {
        (Form::Literal(_) | Form::Bool(_) | Form::Number(_), value) => {
            let written = expression.literal().unwrap_or_default();
            match value {
                None => written.is_empty(),
                Some(value) => scalar(value).is_none_or(|planned| planned == written),
            }
        }
        // So long that comparing would take long: it may agree.
        (Form::Array(items), Some(Value::Array(nodes))) if items.len() * nodes.len() > COMPARED => {
            true
        }
        (Form::Array(items), Some(Value::Array(nodes))) => {
            items.len() >= nodes.len()
                && nodes
                    .iter()
                    .all(|node| items.iter().any(|item| agrees(item, Some(node))))
        }
        (Form::Object(items), Some(Value::Object(_))) => {
            items.iter().all(|(key, item)| match key {
                Some(key) => agrees(item, planned.and_then(|node| node.get(key))),
                None => true,
            })
        }
        (Form::Array(items), None) => items.is_empty(),
        _ => true,
    }
}

/// Returns the text of a known scalar; `None` for what may be anything.
fn scalar(value: &Value) -> Option<&str> {
    match value {
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        Value::Number(text) | Value::String(text) => Some(text),
        Value::Array(_) | Value::Object(_) => Some("\u{0}"),
        _ => None,
    }
}

/// Finds the written item that made the element at `index`: the one in its place, for sets the only one that can have.
pub(super) fn item_of<'a>(
    items: &'a [Expression],
    index: usize,
    element: Option<&Node>,
) -> Option<&'a Expression> {
    let fits = |item: &&Expression| element.is_none_or(|node| agrees(item, Some(node)));
    if let Some(item) = items.get(index).filter(fits)
        && item.literal().is_some()
    {
        return Some(item);
    }
    let mut fitting = items.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}
