//! YAML and JSON documents.

use ordinance_engine::document::{self, Document, Kind, NodeRef, remarks};
use serde_json::value::RawValue;

use super::inside;
use super::rewrite;

/// Every place lies in the text and in its parent's; strict JSON is what `serde_json` takes; what was read and written
/// as JSON is read as the same.
pub fn check(bytes: &[u8]) {
    let Some(artifact) = inside::artifact("a.yaml", bytes) else {
        return;
    };
    let text = artifact.text();
    let (document, errors) = document::parse(text);
    for error in &errors {
        inside::spot(&artifact, error.span);
        assert!(
            !error.message.is_empty() && !error.message.ends_with('.'),
            "{error:?}"
        );
    }
    for comment in document.comments() {
        inside::span(text, comment.span);
        assert!(text[comment.span.start as usize..].starts_with('#'));
    }
    for (first, repeated) in document.duplicate_keys() {
        inside::span(text, first);
        inside::span(text, repeated);
        assert!(first < repeated, "{first:?} {repeated:?}");
    }
    for remark in remarks::of_tree(text, &document) {
        inside::span(text, remark.comment);
        remark
            .node
            .iter()
            .for_each(|node| inside::span(text, *node));
    }
    let mut left = 50_000;
    for root in document.roots() {
        places(text, root, &mut left);
    }
    strict(text);
    if errors.is_empty() {
        again(&document);
    }
}

fn places(text: &str, node: NodeRef<'_>, left: &mut usize) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    inside::span(text, node.span());
    node.alias_span()
        .iter()
        .for_each(|place| inside::span(text, *place));
    let mut below = |child: NodeRef<'_>| {
        if child.alias_span().is_none() && !child.is_absent() {
            let (outer, inner) = (node.span(), child.span());
            assert!(
                outer.start <= inner.start && inner.end <= outer.end,
                "{inner:?} is not inside of {outer:?}"
            );
        }
        places(text, child, left);
    };
    match node.kind() {
        Kind::Mapping => node.entries().for_each(|(key, value)| {
            below(key);
            below(value);
        }),
        Kind::Sequence => node.items().for_each(below),
        Kind::Scalar(_) => assert!(node.text().is_some()),
    }
}

/// Our reader of JSON accepts what `serde_json` does, and nothing else, except for what is nested too deeply.
fn strict(text: &str) {
    if text.starts_with('\u{feff}') {
        return;
    }
    let (_, errors) = document::json::parse(text);
    let theirs = serde_json::from_str::<&RawValue>(text);
    let deep = |message: &str| message.contains("deep") || message.contains("recursion");
    match (errors.first(), theirs) {
        (None, Err(error)) if !deep(&error.to_string()) => panic!("accepted, but {error}"),
        (Some(error), Ok(_)) if !deep(&error.message) => panic!("rejected: {error:?}"),
        _ => {}
    }
}

/// A document without tags and aliases, written as JSON, is the same document.
fn again(document: &Document) {
    let Some(root) = document.root() else {
        return;
    };
    let mut first = String::new();
    if rewrite::json(root, &mut first).is_none() {
        return;
    }
    let (read, errors) = document::json::parse(&first);
    let deep = |message: &str| message.contains("deep");
    if errors.iter().any(|error| deep(&error.message)) {
        return;
    }
    assert!(errors.is_empty(), "{errors:?} in {first:?}");
    let mut second = String::new();
    let root = read
        .root()
        .unwrap_or_else(|| panic!("nothing in {first:?}"));
    assert!(rewrite::json(root, &mut second).is_some());
    assert_eq!(first, second);
}
