//! JSON of scans, and what is said about controls.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use ordinance_report::terminal::Style;
use ordinance_report::{json, rules};

use common::{context, hostile, open_port, rotation, small};

const PLAIN: Style = Style {
    color: false,
    links: false,
    unicode: true,
    width: 80,
};

fn bytes(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_json_of_a_small_scan() {
    let text = bytes(|out| json::write(&small(), &context(), out));
    assert!(text.starts_with(r#"{"schema_version":1,"tool":"#) && text.ends_with("}\n"));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
}

#[test]
fn json_keeps_hostile_text_as_it_is() {
    let text = bytes(|out| json::write(&hostile(), &context(), out));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["findings"][0]["message"], common::HOSTILE);
    assert!(!text.trim_end().contains(['\n', '\u{1b}']));
}

#[test]
fn the_table_of_controls() {
    insta::assert_snapshot!(bytes(|out| rules::list(
        [&rotation(), &open_port()],
        PLAIN,
        out
    )));
}

#[test]
fn the_page_of_a_control() {
    insta::assert_snapshot!(bytes(|out| rules::explain(&rotation(), PLAIN, out)));
}

#[test]
fn a_control_as_json() {
    insta::assert_snapshot!(bytes(|out| rules::explain_json(&rotation(), out)));
    let list = bytes(|out| rules::list_json([&rotation(), &open_port()], out));
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list[1]["id"], "NET-009");
}
