//! States and planned values: resources as modules hold them, without what changes.
//!
//! Facts of the shape: Terraform's "JSON Output Format", values representation.

use std::borrow::Cow;

use super::plan::{Change, find, shifted, text};
use crate::document::SyntaxError;
use crate::document::raw;

/// How deep modules may nest.
const DEPTH: usize = 64;

/// Hands on the resources of a state, or of the planned values; only the data sources where that is asked.
pub(super) fn resources<'a>(
    state: &'a str,
    data_only: bool,
    add: &mut dyn FnMut(Change<'a>),
) -> Result<(), SyntaxError> {
    let mut state = state;
    let whole = state;
    let inside = |slice: &'a str| {
        let members = if slice == "null" {
            Ok(Vec::new())
        } else {
            raw::members(slice)
        };
        members.map_err(|error| shifted(error, whole, slice))
    };
    let mut members = inside(state)?;
    // A prior state is a whole state, whose `values` are the root module's.
    if let Some(values) = find(&members, "values") {
        state = values;
        members = inside(state)?;
    }
    let Some(root) = find(&members, "root_module") else {
        return Ok(());
    };
    module(root, data_only, add, 0).map_err(|error| shifted(error, whole, root))
}

fn module<'a>(
    slice: &'a str,
    data_only: bool,
    add: &mut dyn FnMut(Change<'a>),
    depth: usize,
) -> Result<(), SyntaxError> {
    let within = |error, inner| shifted(error, slice, inner);
    let members = raw::members(slice)?;
    if let Some(list) = find(&members, "resources") {
        for item in raw::items(list).map_err(|error| within(error, list))? {
            let found = resource(item).map_err(|error| within(error, item))?;
            found
                .filter(|change| !data_only || change.mode == "data")
                .into_iter()
                .for_each(&mut *add);
        }
    }
    let children = find(&members, "child_modules").filter(|_| depth < DEPTH);
    if let Some(list) = children {
        for child in raw::items(list).map_err(|error| within(error, list))? {
            module(child, data_only, add, depth + 1).map_err(|error| within(error, child))?;
        }
    }
    Ok(())
}

fn resource(item: &str) -> Result<Option<Change<'_>>, SyntaxError> {
    let members = raw::members(item)?;
    let Some(address) = text(&members, "address") else {
        return Ok(None);
    };
    // An object that was replaced and waits for its deletion.
    if find(&members, "deposed_key").is_some_and(|deposed| deposed != "null") {
        return Ok(None);
    }
    Ok(Some(Change {
        address: (&*address).into(),
        provider: text(&members, "provider_name").unwrap_or_default(),
        mode: text(&members, "mode").unwrap_or(Cow::Borrowed("managed")),
        is_replaced: false,
        after: find(&members, "values").unwrap_or("null"),
        unknown: "null",
        sensitive: find(&members, "sensitive_values").unwrap_or("null"),
    }))
}
