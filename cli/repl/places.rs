//! `:where`: the place in the source of a value of the input.

use std::io::Write;

use ordinance_engine::finding::location_at;
use ordinance_engine::policy::keys_after;
use ordinance_engine::policy::token::{Token, tokens};
use ordinance_engine::resource::{Path, Resource, Segment, Unit};
use ordinance_report::harmless;
use serde_json::Value;

use super::session::Session;
use super::{commands, failed, show};
use crate::exit::CommandError;

/// Shows where a value of the input was written.
///
/// # Errors
/// When the expression is no value of the input.
pub(super) fn run(
    session: &mut Session,
    expression: &str,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let unit = commands::unit(session)?;
    let (resource, path) = target(session, &unit, expression)?;
    let location = location_at(&unit, resource, &path);
    let exact = if location.exact {
        ""
    } else {
        " (nearest that is written)"
    };
    writeln!(out, "{}{exact}", shown(&unit, resource, &path)).map_err(failed)?;
    let (Some(region), Some(excerpt)) = (location.region, location.excerpt) else {
        return Ok(());
    };
    let text = unit.secrets.hide_in_place(excerpt.text);
    for (number, line) in (excerpt.first_line..).zip(text.lines()) {
        let mark = if number == region.start_line {
            '>'
        } else {
            ' '
        };
        let line = ordinance_report::harmless_line(line, true);
        writeln!(out, "{mark} {number:5} | {line}").map_err(failed)?;
    }
    Ok(())
}

/// Returns what an expression stands for: a resource, and a path from its node.
fn target<'u>(
    session: &mut Session,
    unit: &'u Unit,
    expression: &str,
) -> Result<(&'u Resource, Path), CommandError> {
    let all: Vec<_> = tokens(expression).collect();
    let (keys, last) = keys_after_with_numbers(&all);
    let starts = all.first().is_some_and(|first| first.is_word("input"));
    let find = |address: &str| unit.resources.iter().find(|one| *one.address == *address);
    if starts && last + 1 == all.len() {
        let mut keys = keys.iter();
        let is_resources = matches!(keys.next(), Some(Segment::Key(key)) if &**key == "resources");
        if is_resources
            && let Some(Segment::Key(address)) = keys.next()
            && let Some(resource) = find(address)
        {
            let rest: Vec<Segment> = keys.cloned().collect();
            return Ok((resource, from_node(resource, &rest)));
        }
    }
    let rows = session.workbench.query(expression);
    let rows = rows.map_err(|problem| show::problem(&problem))?;
    let values = rows.first().into_iter().flat_map(|row| {
        let expressions = row.expressions.iter().map(|(_, value)| value);
        expressions.chain(row.bindings.values())
    });
    let mut addresses = values.filter_map(|value| match value {
        Value::String(text) => Some(text.as_str()),
        value => value.get("address")?.as_str(),
    });
    let found = addresses.find_map(find);
    found.map(|resource| (resource, Path::default())).ok_or_else(|| {
        CommandError::usage("that is no resource of the input, nor a value of one: input.resources.NAME.properties.…")
    })
}

/// Returns a path from the node: `properties` of a template are a key of it, of a plan the node itself.
fn from_node(resource: &Resource, rest: &[Segment]) -> Path {
    let key = |text: &str| Segment::Key(text.into());
    let (first, below) = match rest.split_first() {
        Some((Segment::Key(first), below)) => (&**first, below),
        _ => return Path::default(),
    };
    let mut steps: Vec<Segment> = match first {
        "properties" => resource.properties_key.map(key).into_iter().collect(),
        _ => Vec::new(),
    };
    if matches!(first, "properties" | "node") {
        steps.extend_from_slice(below);
    }
    Path(steps)
}

/// Returns the keys after the first token, numbers in brackets included, and the index of the last token.
fn keys_after_with_numbers(all: &[Token<'_>]) -> (Vec<Segment>, usize) {
    let mut steps = Vec::new();
    let mut at = 0;
    loop {
        let (keys, last) = keys_after(all, at);
        steps.extend(keys.iter().map(|(key, _)| Segment::Key((*key).into())));
        at = last;
        let number = all
            .get(at + 2)
            .and_then(|token| token.text.parse::<usize>().ok());
        let in_brackets = all.get(at + 1).is_some_and(|open| open.is_mark("["))
            && all.get(at + 3).is_some_and(|close| close.is_mark("]"));
        match number.filter(|_| in_brackets) {
            Some(number) => steps.push(Segment::Index(number)),
            None => return (steps, at),
        }
        at += 3;
    }
}

/// Returns `file:line:column`.
pub(super) fn shown(unit: &Unit, resource: &Resource, path: &Path) -> String {
    let location = location_at(unit, resource, path);
    let region = location.region;
    let region = region.map(|one| format!(":{}:{}", one.start_line, one.start_column));
    format!("{}{}", harmless(&location.uri), region.unwrap_or_default())
}
