//! Tests of linking.

use super::*;
use crate::policy::Source;

const LIBRARY: &str = "package lib.value\n\nget(x) := x\n\nnone := null\n";

/// Links the first of some modules.
fn linked(texts: &[&str]) -> Result<Linked, PolicyError> {
    let all = texts.iter().chain([&LIBRARY]).enumerate();
    let sources = all.map(|(at, text)| Source::custom(format!("{at}.rego"), (*text).to_owned()));
    let (set, _) = PolicySet::new(sources, [("ports".to_owned(), "{}".into())]);
    set.link(&set.modules()[0], None)
}

fn text(module: &str) -> String {
    linked(&[module]).unwrap().text
}

fn message(module: &str) -> String {
    let error = linked(&[module]).unwrap_err();
    format!("{}:{} {}", error.line, error.column, error.message)
}

#[test]
fn rules_and_imports_get_names_of_their_own() {
    assert_eq!(
        text(
            "package a\nimport data.lib.value # why\nx := value.get(y.x)\n\ny := {\"x\": value.none} # y\n"
        ),
        "package ordinance\n \nm0__x := m1__get(m0__y.x)\n\nm0__y := {\"x\": m1__none}"
    );
}

#[test]
fn an_alias_and_a_whole_path_lead_to_the_same_rule() {
    assert_eq!(
        text(
            "package a\nimport data.lib.value as v\nx := [v.none, data.lib.value.none, data.lib[\"value\"].none.k]\n"
        ),
        "package ordinance\n\nm0__x := [m1__none, m1__none, m1__none.k]"
    );
}

#[test]
fn an_imported_rule_is_named_as_the_rule() {
    assert_eq!(
        text("package a\nimport data.lib.value.get\nx := get(1)\n"),
        "package ordinance\n\nm0__x := m1__get(1)"
    );
}

#[test]
fn an_imported_value_becomes_a_rule() {
    assert_eq!(
        text(
            "package a\nimport input.resources as all\nimport data.tables.ports\nx := [all, ports.ssh]\n"
        ),
        "package ordinance\n\n\nm0__x := [m0__all, m0__ports.ssh]\nm0__all := input[\"resources\"]\n\n\
         m0__ports := input.data_tables[\"ports\"]\n"
    );
}

#[test]
fn tables_and_parameters_are_read_from_the_input() {
    assert_eq!(
        text("package a\nx := data.params[\"KMS-020\"].days in data.tables[y]\n"),
        "package ordinance\nm0__x := input.data_params[\"KMS-020\"].days in input.data_tables[y]"
    );
}

#[test]
fn a_variable_that_hides_a_rule_still_does() {
    assert_eq!(
        text("package a\nx := 1\nf(x) := [x | some x in [x]]\n"),
        "package ordinance\nm0__x := 1\nm0__f(m0__x) := [m0__x | some m0__x in [m0__x]]"
    );
}

#[test]
fn a_builtin_keeps_its_name() {
    assert_eq!(
        text("package a\nobject := object.get({}, \"a\", 1)\n"),
        "package ordinance\nm0__object := object.get({}, \"a\", 1)"
    );
}

#[test]
fn strings_and_fields_keep_their_text() {
    assert_eq!(
        text("package a\nx := {\"x\": \"x # x\"}.x\n"),
        "package ordinance\nm0__x := {\"x\": \"x # x\"}.x"
    );
}

#[test]
fn two_files_of_a_package_share_their_names() {
    let linked = linked(&["package a\nx := y\n", "package a\ny := 1\n"]);
    assert_eq!(linked.unwrap().text, "package ordinance\nm0__x := m0__y");
}

#[test]
fn the_entry_holds_the_rules_that_the_module_defines() {
    let source = Source::custom("a.rego", "package a\ndeny contains 1\n".to_owned());
    let (set, _) = PolicySet::new([source], []);
    let linked = set.link(&set.modules()[0], Some("entry")).unwrap();
    assert_eq!(
        linked.text,
        "package ordinance\nm0__deny contains 1\nm0__entry := {\"deny\": m0__deny}\n"
    );
}

#[test]
fn what_cannot_be_linked_is_named_with_its_place() {
    assert_eq!(
        message("package a\nimport data.lib.value\nx := value.gett(1)\n"),
        "3:6 'data.lib.value' defines no 'gett', did you mean 'get'?"
    );
    assert_eq!(
        message(
            "package a\nimport data.lib.value\nx := y if {\n\tsome value in [1]\n\ty := value\n}\n"
        ),
        "4:7 'value' is an imported package here; a variable needs another name"
    );
    assert_eq!(
        message("package a\nx := data.lib.value\n"),
        "2:6 a package cannot be read as a whole; name one of its rules"
    );
    assert_eq!(
        message("package a\nx if y with input as {}\n"),
        "2:8 a policy cannot replace the whole 'input'; tests can"
    );
}

#[test]
fn a_place_leads_back_to_the_text_as_written() {
    let module = "package a\nimport data.lib.value\nx := [value.none, y, 7]\ny := 1\n";
    let linked = linked(&[module]).unwrap();
    let line = linked.text.lines().nth(2).unwrap();
    for (now, was) in [
        ("m0__x", "x"),
        ("m1__none", "value.none"),
        ("m0__y", "y"),
        ("7", "7"),
    ] {
        let column = |line: &str, text: &str| characters(&line[..line.find(text).unwrap()]) + 1;
        let place = Place {
            line: 3,
            column: column(line, now),
        };
        let written = module.lines().nth(2).unwrap();
        assert_eq!(linked.place(place).column, column(written, was));
    }
}

#[test]
fn messages_name_rules_as_they_were_written() {
    assert_eq!(
        unlinked("var m12__get is unsafe, m3 and item2__x are not"),
        "var get is unsafe, m3 and item2__x are not"
    );
}
