//! HCL: the sources behind a plan.

use ordinance_engine::artifact::Span;
use ordinance_engine::document::hcl::{self, Body, Expression, Form, Piece};

use super::inside;
use super::plan;

/// Any text is read; every place lies in it, blocks inside each other; a plan beside it finds its places.
pub fn check(bytes: &[u8]) {
    let Some(artifact) = inside::artifact("main.tf", bytes) else {
        return;
    };
    let text = artifact.text();
    body(text, &hcl::parse(text));
    body(text, &hcl::parse_json(text));
    body(text, &hcl::parse_values(text));
    for remark in hcl::remarks(text) {
        inside::span(text, remark.comment);
        remark
            .node
            .iter()
            .for_each(|place| inside::span(text, *place));
    }
    let beside = inside::file("plan.json", include_str!("../seeds/plan.json"));
    assert!(
        plan::judge(&beside, text).is_some(),
        "sources reject no plan"
    );
}

fn body(text: &str, body_: &Body) {
    for attribute in &body_.attributes {
        inside::span(text, attribute.name_span);
        expression(text, &attribute.value);
        before(attribute.name_span, attribute.value.span);
    }
    for block in &body_.blocks {
        inside::span(text, block.header);
        if let Some(below) = &block.body {
            body(text, below);
        }
    }
}

fn before(first: Span, second: Span) {
    assert!(
        first.end <= second.start || second == Span::default(),
        "{first:?} {second:?}"
    );
}

fn expression(text: &str, found: &Expression) {
    inside::span(text, found.span);
    match &found.form {
        Form::Array(items) | Form::Call(_, items) => {
            for item in items {
                expression(text, item);
            }
        }
        Form::Object(items) => items.iter().for_each(|(_, item)| expression(text, item)),
        Form::Template(pieces) => {
            for piece in pieces {
                if let Piece::Hole(hole) = piece {
                    expression(text, hole);
                }
            }
        }
        _ => {}
    }
}
