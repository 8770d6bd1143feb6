//! Tests of the strict JSON reader.

use super::*;
use crate::document::{Kind, NodeRef};

fn error(text: &str) -> (String, (u32, u32)) {
    let (_, errors) = parse(text);
    let error = errors
        .into_iter()
        .next()
        .unwrap_or_else(|| panic!("{text} is taken"));
    (error.message, (error.span.start, error.span.end))
}

fn message(text: &str) -> String {
    error(text).0
}

fn text_of(text: &str) -> String {
    let (document, errors) = parse(text);
    assert_eq!(errors, [], "{text}");
    document.root().unwrap().text().unwrap().to_owned()
}

#[test]
fn the_forms_of_rfc_8259_are_read() {
    for text in [
        "0", "-0", "1", "10.25", "1e5", "-1.5E+10", "1e-2", "true", "false", "null",
    ] {
        assert_eq!(text_of(text), text);
    }
    assert_eq!(text_of(" \t\r\n\"x\" \n"), "x");
    assert_eq!(text_of(r#""\"\\\/\b\f\n\r\tA""#), "\"\\/\u{8}\u{c}\n\r\tA");
    for text in [
        "[]",
        "{}",
        "[ ]",
        "{ }",
        "[[],{}]",
        r#"{"a":{"b":[1,"2",null]}}"#,
    ] {
        assert_eq!(parse(text).1, [], "{text}");
    }
}

#[test]
fn surrogates_are_joined_and_a_lone_half_is_replaced() {
    assert_eq!(text_of(r#""\ud83d\ude80""#), "🚀");
    assert_eq!(text_of(r#""\uD83D\uDE80!""#), "🚀!");
    assert_eq!(text_of(r#""\ud83dx""#), "\u{fffd}x");
    assert_eq!(text_of(r#""\ude80""#), "\u{fffd}");
    assert_eq!(text_of(r#""\ud83d\u0041""#), "\u{fffd}A");
    assert_eq!(text_of(r#""\ud83d\ud83d\ude80""#), "\u{fffd}🚀");
    assert_eq!(text_of(r#""\u0000""#), "\0");
}

#[test]
fn what_is_no_number_is_refused() {
    for text in ["01", "-01", "00"] {
        assert_eq!(message(text), "number with a leading zero");
    }
    for text in ["1.", "1.e3", "1e", "1e+", "-1.x"] {
        assert_eq!(message(text), "number that ends without a digit");
    }
    assert_eq!(message("-"), "expected a digit behind the minus sign");
    assert_eq!(message("-x"), "expected a digit behind the minus sign");
    for text in [
        ".5", "+1", "NaN", "Infinity", "tru", "nul", "True", "'a'", "", " ",
    ] {
        assert_eq!(message(text), "expected a value", "{text}");
    }
    assert_eq!(message("0x1F"), "text behind the end of the JSON value");
}

#[test]
fn what_is_no_string_is_refused() {
    assert_eq!(message("\"a\tb\""), "raw control character in a string");
    assert_eq!(message("\"a\nb\""), "raw control character in a string");
    assert_eq!(message("\"a\0b\""), "raw control character in a string");
    assert_eq!(message(r#""\x41""#), "unknown escape in a string");
    assert_eq!(message(r#""\'""#), "unknown escape in a string");
    assert_eq!(
        message(r#""\u12""#),
        "'\\u' without four hexadecimal digits"
    );
    assert_eq!(
        message(r#""\u12g4""#),
        "'\\u' without four hexadecimal digits"
    );
    assert_eq!(
        message(r#""\u+123""#),
        "'\\u' without four hexadecimal digits"
    );
    assert_eq!(
        message(r#""\u12é""#),
        "'\\u' without four hexadecimal digits"
    );
    assert_eq!(
        error(r#"["abc"#),
        ("string without its closing quote".to_owned(), (1, 2))
    );
    assert_eq!(message("\"abc\\"), "unknown escape in a string");
}

#[test]
fn what_is_no_container_is_refused() {
    assert_eq!(message("[1,]"), "expected a value");
    assert_eq!(message("[1 2]"), "expected ',' or ']'");
    assert_eq!(message("[1}"), "expected ',' or ']'");
    assert_eq!(message("{\"a\":1,}"), "expected a key in double quotes");
    assert_eq!(message("{a:1}"), "expected a key in double quotes or '}'");
    assert_eq!(message("{\"a\" 1}"), "expected ':'");
    assert_eq!(message("{\"a\":1 \"b\":2}"), "expected ',' or '}'");
    assert_eq!(message("{1:2}"), "expected a key in double quotes or '}'");
    assert_eq!(message("[1] [2]"), "text behind the end of the JSON value");
    assert_eq!(message("{\"a\": // c\n 1}"), "expected a value");
    assert_eq!(message("[1\u{a0}]"), "expected ',' or ']'");
}

#[test]
fn an_error_lies_at_a_whole_character() {
    assert_eq!(error("[1, é]"), ("expected a value".to_owned(), (4, 6)));
    assert_eq!(error("[1,"), ("expected a value".to_owned(), (3, 3)));
}

#[test]
fn nesting_ends_at_the_limit() {
    let nested = |levels| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(parse(&nested(512)).1, []);
    assert_eq!(message(&nested(513)), "nesting deeper than 512 levels");
    assert_eq!(
        message(&"{\"a\":".repeat(100_000)),
        "nesting deeper than 512 levels"
    );
}

#[test]
fn every_node_reads_the_same_from_its_span() {
    let text = r#" {"a": "\ud83d\ude80 \" \\", "é\n": [1.50, -0, true, null, {}, [ ], "🚀", ""],
        "a": {"b" : {"c":[[{"d":1e9}]]}}} "#;
    let (document, errors) = parse(text);
    assert_eq!(errors, []);
    let mut count = 0;
    reread(text, document.root().unwrap(), &mut count);
    assert_eq!(count, 23);
    assert_eq!(document.duplicate_keys().len(), 1);
}

fn reread(text: &str, node: NodeRef<'_>, count: &mut usize) {
    *count += 1;
    let span = node.span();
    let source = &text[span.start as usize..span.end as usize];
    let (document, errors) = parse(source);
    assert_eq!(errors, [], "{source}");
    let again = document.root().unwrap();
    assert_eq!(again.kind(), node.kind());
    assert_eq!(again.text(), node.text());
    if node.kind() == Kind::Sequence {
        assert_eq!(again.items().count(), node.items().count());
    }
    for item in node.items() {
        reread(text, item, count);
    }
    for (key, value) in node.entries() {
        reread(text, key, count);
        reread(text, value, count);
    }
}
