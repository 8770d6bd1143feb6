//! What plans leave out of their configuration: dynamic blocks, indices that are evaluated, and the expressions
//! themselves. The sources show them.
//!
//! A source counts only where it agrees with the plan, for a file can be newer than the plan beside it.

use std::sync::Arc;

use super::address;
use super::configuration::{Blocks, Configuration, Expression, Names, Written};
use super::folder::{Folder, made_kind};
use super::literals::written_literal;
use super::parts::is_meta;
use super::sources::Sources;
use crate::document::hcl::{self, Block, Body, Part, Traversal};

/// Completes the configuration from the sources.
pub(super) fn complete(configuration: &mut Configuration, sources: &Sources) {
    for (path, module) in configuration.modules_mut() {
        let Some(folder) = sources.folder(path) else {
            continue;
        };
        let module = Arc::make_mut(module);
        for (name, declared) in &mut module.resources {
            let Some(body) = resource_body(&folder, name) else {
                continue;
            };
            names(&mut declared.names, &body);
            loop_expression(declared.for_each.as_mut(), &body);
            declared.is_sourced = true;
        }
        for (name, call) in &mut module.calls {
            if let Some(body) = folder.body(&("module".to_owned(), String::new(), name.clone())) {
                names(&mut call.names, &body);
                loop_expression(call.for_each.as_mut(), &body);
            }
        }
        for (name, output) in &mut module.outputs {
            let body = folder.body(&("output".to_owned(), String::new(), name.clone()));
            if let Some(value) = body.as_ref().and_then(|body| body.attribute("value")) {
                expression(output, &value.value);
            }
        }
    }
}

fn resource_body(folder: &Folder, name: &str) -> Option<Body> {
    let (kind, rest) = match name.strip_prefix("data.") {
        Some(rest) => ("data", rest),
        None => ("resource", name),
    };
    let (type_name, name) = rest.split_once('.')?;
    folder.body(&(kind.to_owned(), type_name.to_owned(), name.to_owned()))
}

fn loop_expression(for_each: Option<&mut Expression>, body: &Body) {
    if let (Some(for_each), Some(attribute)) = (for_each, body.attribute("for_each")) {
        expression(for_each, &attribute.value);
    }
}

/// Completes what is written in a block.
fn names(known: &mut Names, body: &Body) {
    for attribute in &body.attributes {
        if let Some(Written::Expression(written)) = known.get_mut(&attribute.name) {
            expression(written, &attribute.value);
        }
    }
    let mut kinds: Vec<&str> = body.blocks.iter().map(made_kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let made: Vec<&Block> = body
            .blocks
            .iter()
            .filter(|block| made_kind(block) == kind)
            .collect();
        blocks(known, kind, &made);
    }
}

/// Completes the blocks of one kind.
fn blocks(known: &mut Names, kind: &str, made: &[&Block]) {
    let fixed: Vec<&Body> = made
        .iter()
        .filter(|block| block.kind != "dynamic")
        .filter_map(|block| block.body.as_ref())
        .collect();
    let dynamic: Vec<Names> = made
        .iter()
        .filter(|block| block.kind == "dynamic")
        .filter_map(|block| content(block))
        .collect();
    match known.get_mut(kind) {
        Some(Written::Block(names_of_it)) => {
            if let [only] = fixed.as_slice() {
                names(names_of_it, only);
            }
        }
        Some(Written::Blocks(written)) => {
            if written.fixed.len() == fixed.len() {
                written
                    .fixed
                    .iter_mut()
                    .zip(&fixed)
                    .for_each(|(known, body)| names(known, body));
            }
            written.dynamic = dynamic;
        }
        // Attributes that may be written as blocks: the plan shows their references in one heap.
        Some(Written::Expression(_)) => {
            let fixed = fixed.iter().map(|body| read(body, &[])).collect();
            known.insert(kind.to_owned(), Written::Blocks(Blocks { fixed, dynamic }));
        }
        None if !dynamic.is_empty() => {
            let fixed = Vec::new();
            known.insert(kind.to_owned(), Written::Blocks(Blocks { fixed, dynamic }));
        }
        // What the plan never shows: `lifecycle`, `provisioner`.
        None => {}
    }
}

/// What the iterator of a dynamic block stands for.
type Loop<'a> = (&'a str, Vec<Traversal>);

fn content(dynamic: &Block) -> Option<Names> {
    let body = dynamic.body.as_ref()?;
    let content = body.blocks.iter().find(|block| block.kind == "content")?;
    let label = dynamic.labels.first()?.as_str();
    let named = body
        .attribute("iterator")
        .and_then(|attribute| match &attribute.value.form {
            hcl::Form::Traversal(Traversal(parts)) => match parts.as_slice() {
                [Part::Name(name)] => Some(name.as_str()),
                _ => None,
            },
            _ => None,
        });
    let over = body
        .attribute("for_each")
        .map(|attribute| attribute.value.traversals().into_iter().cloned().collect());
    let iterator = (named.unwrap_or(label), over.unwrap_or_default());
    Some(read(content.body.as_ref()?, &[iterator]))
}

/// Reads a block that the plan does not show.
fn read(body: &Body, iterators: &[Loop<'_>]) -> Names {
    let mut names = Names::new();
    for attribute in &body.attributes {
        let references = attribute
            .value
            .traversals()
            .into_iter()
            .flat_map(|traversal| replaced(traversal, iterators))
            .collect();
        let is_own = attribute
            .value
            .traversals()
            .iter()
            .all(|traversal| iterator_of(traversal, iterators).is_none());
        let written = Expression {
            constant: written_literal(&attribute.value),
            references,
            source: is_own.then(|| attribute.value.clone()),
        };
        names.insert(attribute.name.clone(), Written::Expression(written));
    }
    for block in &body.blocks {
        let slot = names
            .entry(made_kind(block).to_owned())
            .or_insert_with(|| Written::Blocks(Blocks::default()));
        let Written::Blocks(blocks) = slot else {
            continue;
        };
        if block.kind == "dynamic" {
            blocks.dynamic.extend(content(block));
        } else if let Some(body) = &block.body {
            blocks.fixed.push(read(body, iterators));
        }
    }
    names
}

fn iterator_of<'a>(traversal: &Traversal, iterators: &'a [Loop<'_>]) -> Option<&'a [Traversal]> {
    let Some(Part::Name(root)) = traversal.0.first() else {
        return None;
    };
    iterators
        .iter()
        .find(|(name, _)| name == root)
        .map(|(_, over)| over.as_slice())
}

/// Puts what is iterated over in place of the iterator's value.
fn replaced(traversal: &Traversal, iterators: &[Loop<'_>]) -> Vec<Traversal> {
    match iterator_of(traversal, iterators) {
        None => vec![traversal.clone()],
        Some(_) if matches!(traversal.0.get(1), Some(Part::Name(name)) if name == "key") => {
            Vec::new()
        }
        Some(over) => over.to_vec(),
    }
}

/// Completes an expression, when its source refers to all that the plan says it refers to.
fn expression(written: &mut Expression, source: &hcl::Expression) {
    let found = source.traversals();
    let agrees = written
        .references
        .iter()
        .filter(|reference| !is_meta(reference))
        .all(|reference| {
            found
                .iter()
                .any(|traversal| head(traversal) == head(reference))
        });
    if written.constant.is_some() || !agrees {
        return;
    }
    written.references = found.into_iter().cloned().collect();
    written.source = Some(source.clone());
}

/// Returns what a reference refers to, without what is taken from it.
fn head(reference: &Traversal) -> String {
    let length = match reference.0.as_slice() {
        [Part::Name(root), ..] if root == "data" => 3,
        _ => 2,
    };
    address::text(reference.0.get(..length).unwrap_or(&reference.0))
}
