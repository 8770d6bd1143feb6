//! From a path of planned values to the line of the `.tf` file that somebody wrote.
//!
//! Never a wrong line: where blocks cannot be told apart the place is the header of the resource, and where the
//! folder declares an address twice there is none.

use std::sync::Arc;

use super::address::{self, Step};
use super::sources::{Found, Sources, block_name};
use crate::artifact::{Artifact, Span};
use crate::document::hcl::{Block, Body, Expression, Form};
use crate::format::embedded;
use crate::resource::{Locate, Node, Path, Resource, Segment, Spot, Value};

/// Up to how many pairs of elements and blocks one is excluded by another; beyond, literals alone decide.
const MATCHED: usize = 10_000;

/// The places of a plan's resources.
#[derive(Debug)]
pub(super) struct Places(pub(super) Arc<Sources>);

impl Locate for Places {
    fn locate(&self, resource: &Resource, path: &Path) -> Option<Spot> {
        let address = address::resource(&resource.address)?;
        let Some(folder) = self.0.folder(&address::module_path(&address.module)) else {
            return self.call(&address.module);
        };
        let (base, overrides) = folder.find(&block_name(&address))?;
        let place = within(base, &overrides, &path.0, &resource.node);
        Some(place.unwrap_or_else(|| header(base)))
    }
}

impl Places {
    /// Returns the call of the outermost module whose sources are not here.
    fn call(&self, module: &[Step]) -> Option<Spot> {
        (0..module.len()).rev().find_map(|depth| {
            let caller = self.0.folder(&address::module_path(module.get(..depth)?))?;
            let name = module.get(depth)?.name.clone();
            let (base, _) = caller.find(&("module".to_owned(), String::new(), name))?;
            Some(header(base))
        })
    }
}

fn header(found: &Found) -> Spot {
    spot(&found.artifact, found.block.header, 0)
}

fn spot(artifact: &Arc<Artifact>, span: Span, depth: usize) -> Spot {
    Spot {
        artifact: Arc::clone(artifact),
        span,
        depth,
    }
}

/// Finds the place inside a resource: the last override that sets the first name counts, else the block itself.
fn within(base: &Found, overrides: &[&Found], path: &[Segment], node: &Node) -> Option<Spot> {
    let [Segment::Key(name), ..] = path else {
        return None;
    };
    let sets = |found: &Found| {
        let body = found.block.body.as_ref();
        body.is_some_and(|body| {
            body.attribute(name).is_some() || nested(body, name).next().is_some()
        })
    };
    let found = overrides
        .iter()
        .rev()
        .copied()
        .find(|found| sets(found))
        .unwrap_or(base);
    let (span, left) = in_body(found.block.body.as_ref()?, path, Some(node))?;
    Some(spot(&found.artifact, span, path.len() - left))
}

/// A place, and how many segments of the path lie below it.
type Place = (Span, usize);

fn in_body(body: &Body, path: &[Segment], node: Option<&Node>) -> Option<Place> {
    let [first @ Segment::Key(name), rest @ ..] = path else {
        return None;
    };
    let value = node.and_then(|node| node.child(first));
    if let Some(attribute) = body.attribute(name) {
        return Some(in_expression(&attribute.value, rest, value));
    }
    let blocks: Vec<_> = nested(body, name).collect();
    let (index, below) = match rest {
        [Segment::Index(index), below @ ..] => (Some(*index), below),
        _ => (None, rest),
    };
    let chosen = match (index, blocks.as_slice()) {
        (_, []) => return None,
        (_, [only]) => *only,
        (None, [first, ..]) => return Some((first.header, rest.len())),
        (Some(index), several) => choose(several, value, index)?,
    };
    let element = match index {
        Some(index) => value.and_then(|value| value.child(&Segment::Index(index))),
        None => value,
    };
    let inner = chosen.body.and_then(|body| in_body(body, below, element));
    Some(inner.unwrap_or((chosen.header, below.len())))
}

/// A nested block; of a dynamic one the content.
#[derive(Debug, Clone, Copy)]
struct Nested<'a> {
    header: Span,
    body: Option<&'a Body>,
    is_dynamic: bool,
}

fn nested<'a>(body: &'a Body, name: &str) -> impl Iterator<Item = Nested<'a>> {
    body.blocks.iter().filter_map(move |block| {
        if block.kind == name {
            return Some(Nested {
                header: block.header,
                body: block.body.as_ref(),
                is_dynamic: false,
            });
        }
        let is_dynamic =
            block.kind == "dynamic" && block.labels.first().is_some_and(|label| label == name);
        is_dynamic.then(|| Nested {
            header: block.header,
            body: content(block),
            is_dynamic: true,
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
fn choose<'a>(blocks: &[Nested<'a>], value: Option<&Node>, index: usize) -> Option<Nested<'a>> {
    let Value::Array(elements) = &value?.value else {
        return None;
    };
    let mut candidates: Vec<Vec<usize>> = elements
        .iter()
        .map(|element| {
            (0..blocks.len())
                .filter(|at| {
                    blocks
                        .get(*at)
                        .is_some_and(|block| can_make(block.body, element))
                })
                .collect()
        })
        .collect();
    if elements.len() * blocks.len() > MATCHED {
        return only_candidate(blocks, candidates.get(index)?);
    }
    // A block that is the only one for another element made that, and no second element unless it is dynamic.
    loop {
        let taken: Vec<(usize, usize)> = candidates
            .iter()
            .enumerate()
            .filter_map(|(element, fitting)| match fitting.as_slice() {
                [only] => Some((element, *only)),
                _ => None,
            })
            .filter(|(_, block)| blocks.get(*block).is_some_and(|block| !block.is_dynamic))
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

fn only_candidate<'a>(blocks: &[Nested<'a>], candidates: &[usize]) -> Option<Nested<'a>> {
    match candidates {
        [only] => blocks.get(*only).copied(),
        _ => None,
    }
}

fn can_make(body: Option<&Body>, element: &Node) -> bool {
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
fn agrees(expression: &Expression, planned: Option<&Node>) -> bool {
    match (&expression.form, planned.map(|node| &node.value)) {
        (Form::Literal(_) | Form::Bool(_) | Form::Number(_), value) => {
            let written = expression.literal().unwrap_or_default();
            match value {
                None => written.is_empty(),
                Some(value) => scalar(value).is_none_or(|planned| planned == written),
            }
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

fn in_expression(expression: &Expression, path: &[Segment], value: Option<&Node>) -> Place {
    let here = (expression.span, path.len());
    let [first, rest @ ..] = path else {
        return here;
    };
    let below = value.and_then(|value| value.child(first));
    match (&expression.form, first) {
        // What is below a policy text is below the object that the text is made of.
        (Form::Call(name, arguments), _) if name == "jsonencode" => match arguments.as_slice() {
            [argument] => in_expression(argument, path, containers(value).as_ref()),
            _ => here,
        },
        (Form::Object(_), Segment::Key(key)) => match expression.item(key) {
            Some(item) => in_expression(item, rest, below),
            None => here,
        },
        (Form::Array(items), Segment::Index(index)) => {
            let item = match value {
                Some(_) => item_of(items, *index, below),
                None => items.get(*index),
            };
            item.map_or(here, |item| in_expression(item, rest, below))
        }
        _ => here,
    }
}

/// Returns the containers that a planned text lists. The provider sorts them, so that they are told by what they say and
/// not by where they stand.
fn containers(value: Option<&Node>) -> Option<Node> {
    match &value?.value {
        Value::String(text) if text.starts_with('[') => embedded::container_definitions(text, None),
        _ => None,
    }
}

/// Finds the written item that made the element at `index`: the one in its place, for sets the only one that can have.
fn item_of<'a>(
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
