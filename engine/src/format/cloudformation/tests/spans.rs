//! Where values stand.

use super::*;
use crate::artifact::Span;

/// Returns the source text of a span.
fn source(unit: &Unit, span: Option<Span>) -> &str {
    let span = span.unwrap();
    let range = span.start as usize..span.end as usize;
    unit.artifact.text().get(range).unwrap()
}

/// Returns the source text of what such a property becomes.
fn written(property: &str) -> String {
    let unit = unit_of(property);
    let node = resource(&unit, "R")
        .node
        .get("Properties")
        .unwrap()
        .get("P")
        .unwrap();
    source(&unit, node.span).to_owned()
}

#[test]
fn a_literal_stands_where_it_is_written() {
    assert_eq!(written("'text'"), "'text'");
}

#[test]
fn a_default_stands_where_the_parameter_is_used() {
    assert_eq!(written("!Ref Env"), "!Ref Env");
    assert_eq!(written("{Ref: Env}"), "{Ref: Env}");
}

#[test]
fn items_of_a_list_parameter_stand_where_it_is_used() {
    let unit = unit_of("!Ref Zones");
    let node = resource(&unit, "R")
        .node
        .get("Properties")
        .unwrap()
        .get("P")
        .unwrap();
    let Value::Array(items) = &node.value else {
        panic!("a list");
    };
    assert!(
        items
            .iter()
            .all(|item| source(&unit, item.span) == "!Ref Zones")
    );
}

#[test]
fn a_composed_string_stands_where_the_function_does() {
    assert_eq!(written("!Sub '${Env}-x'"), "!Sub '${Env}-x'");
    assert_eq!(written("!Join ['', [a, b]]"), "!Join ['', [a, b]]");
}

#[test]
fn a_branch_taken_stands_where_the_branch_does() {
    assert_eq!(written("!If [IsProd, open, closed]"), "open");
}

#[test]
fn a_resource_and_its_keys_have_places() {
    let unit = unit_of("x");
    let resource = resource(&unit, "R");
    assert_eq!(source(&unit, resource.span), "R");
    let entry = resource.node.entry("Properties").unwrap();
    assert_eq!(source(&unit, entry.key_span), "Properties");
}

#[test]
fn an_alias_stands_where_it_is_used() {
    let unit = unit(
        "Resources:\n  A: {Type: T, Properties: {X: &x [1]}}\n  R: {Type: T, Properties: {X: *x}}\n",
    );
    let node = resource(&unit, "R")
        .node
        .get("Properties")
        .unwrap()
        .get("X")
        .unwrap();
    assert_eq!(show(node), "[1]");
    assert_eq!(source(&unit, node.span), "*x");
}

#[test]
fn an_assumption_stands_at_the_default() {
    let unit = unit_of("x");
    assert_eq!(source(&unit, unit.assumptions[0].span), "prod");
}
