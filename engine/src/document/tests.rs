use super::{Document, Kind, NodeRef, parse, yaml};
use crate::artifact::Span;

/// Shows a tree with the source of every node: `kind«source»`, keys before their values.
fn outline(text: &str) -> String {
    let (document, errors) = parse(text);
    assert_eq!(errors, []);
    let roots: Vec<String> = document.roots().map(|root| show(text, root)).collect();
    roots.join(" --- ")
}

fn show(text: &str, node: NodeRef<'_>) -> String {
    let source = slice(text, node.span());
    match node.kind() {
        _ if node.is_absent() => format!("absent«{source}»"),
        Kind::Scalar(_) => format!("«{source}»"),
        Kind::Sequence => {
            let items: Vec<String> = node.items().map(|item| show(text, item)).collect();
            format!("[{}]«{source}»", items.join(", "))
        }
        Kind::Mapping => {
            let entry = |(key, value)| format!("{}: {}", show(text, key), show(text, value));
            let entries: Vec<String> = node.entries().map(entry).collect();
            format!("{{{}}}«{source}»", entries.join(", "))
        }
    }
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

fn good(text: &str) -> Document {
    let (document, errors) = yaml::parse(text);
    assert_eq!(errors, [], "{text}");
    document
}

/// Returns the source of the value at a path of keys.
fn source<'t>(text: &'t str, path: &[&str]) -> &'t str {
    let document = good(text);
    let node = path
        .iter()
        .fold(document.root().unwrap(), |node, key| node.get(key).unwrap());
    slice(text, node.span())
}

#[test]
fn nodes_know_their_bytes() {
    assert_eq!(
        outline("a: 1\nb: [x, 'y']\n"),
        "{«a»: «1», «b»: [«x», «'y'»]«[x, 'y']»}«a: 1\nb: [x, 'y']»"
    );
}

#[test]
fn a_value_left_out_is_absent_and_a_tilde_is_not() {
    let document = good("a:\nb: ~\nc: ''\nd: !T\n");
    let root = document.root().unwrap();
    let absent = |key| root.get(key).unwrap().is_absent();
    assert_eq!(["a", "b", "c", "d"].map(absent), [true, false, false, true]);
    assert_eq!(root.get("d").unwrap().tag(), Some("!T"));
    assert_eq!(root.get("a").unwrap().text(), Some(""));
    assert_eq!(root.get("b").unwrap().text(), Some("~"));
}

#[test]
fn a_tagged_node_starts_at_its_tag() {
    assert_eq!(source("a: !Ref x # c\n", &["a"]), "!Ref x");
    assert_eq!(
        source("a: !Sub |\n  x\n  y\n\nb: 1\n", &["a"]),
        "!Sub |\n  x\n  y"
    );
    assert_eq!(
        source("a: !If\n  - x\n  - y\n", &["a"]),
        "!If\n  - x\n  - y"
    );
    assert_eq!(source("a: !If\n- x\n- y\n", &["a"]), "!If\n- x\n- y");
    assert_eq!(source("a: !If [x, y]\nb: 1", &["a"]), "!If [x, y]");
    assert_eq!(source("a: &n !Ref x\n", &["a"]), "!Ref x");
    assert_eq!(source("a: !Ref\nb: 1\n", &["a"]), "!Ref");
}

#[test]
fn a_block_scalar_starts_at_its_indicator() {
    assert_eq!(
        source("a: |  # c\n\n\n   text\n  \nb: 1\n", &["a"]),
        "|  # c\n\n\n   text"
    );
    assert_eq!(
        source("a:\n  # c | d\n  >-\n  x\nb: 1\n", &["a"]),
        ">-\n  x"
    );
    assert_eq!(source("a: &x |\n  x", &["a"]), "|\n  x");
    assert_eq!(source("a: |\nb: 1\n", &["a"]), "|");
    assert_eq!(source("a: |\n", &["a"]), "|");
}

#[test]
fn a_block_sequence_starts_at_its_first_dash() {
    assert_eq!(
        source("a:\n- # c\n  x: 1\n- y\nb: 1\n", &["a"]),
        "- # c\n  x: 1\n- y"
    );
    assert_eq!(source("a: # - c\n  - x\n  - - y\n", &["a"]), "- x\n  - - y");
    assert_eq!(
        source("a:\n- - x\n  - y\n- z\n", &["a"]),
        "- - x\n  - y\n- z"
    );
    assert_eq!(
        outline("- a\n- - b\n-\n- c\n")
            .matches("[«b»]«- b»")
            .count(),
        1
    );
}
