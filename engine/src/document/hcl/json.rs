//! Terraform's JSON syntax (`.tf.json`, `.tfvars.json`) as the same blocks and attributes.
//!
//! JSON does not tell a nested block from an attribute: below the labels everything is an attribute, except what
//! `dynamic` makes. Strings are templates; what stands inside one has the span of the whole string.

use hcl_edit::template::{Element, Template};

use super::{Attribute, Block, Body, Expression, Form};
use crate::artifact::Span;
use crate::document::scalar::{Dialect, Scalar};
use crate::document::{self, Kind, NodeRef};

/// How deep values are read; below, an expression is [`Form::Other`].
const DEPTH: usize = 64;

/// Reads a file of blocks (`.tf.json`). What is no valid JSON declares nothing.
pub fn parse_json(text: &str) -> Body {
    let mut body = Body::default();
    read(text, |kind, node| {
        let kind_text = kind.text().unwrap_or_default();
        declare(kind_text, node, Vec::new(), kind.span(), &mut body);
    });
    body
}

/// Reads a file of attributes (`.tfvars.json`), whose strings are no templates.
pub fn parse_values(text: &str) -> Body {
    let mut body = Body::default();
    read(text, |name, node| {
        body.attributes.push(Attribute {
            name: name.text().unwrap_or_default().to_owned(),
            name_span: name.span(),
            value: expression(node, false, 0),
        });
    });
    body
}

fn read(text: &str, mut entry: impl FnMut(NodeRef<'_>, NodeRef<'_>)) {
    let (document, errors) = document::json::parse(text);
    if !errors.is_empty() {
        return;
    }
    let entries = document.root().into_iter().flat_map(|root| root.entries());
    for (key, node) in entries.filter(|(key, _)| key.text() != Some("//")) {
        entry(key, node);
    }
}

/// How many labels a block of this kind has.
fn label_count(kind: &str) -> usize {
    match kind {
        "resource" | "data" | "ephemeral" => 2,
        "module" | "variable" | "output" | "provider" | "check" | "dynamic" => 1,
        _ => 0,
    }
}

/// Reads the blocks of a kind: one, or several in a list, at each level of labels.
fn declare(kind: &str, node: NodeRef<'_>, labels: Vec<String>, header: Span, out: &mut Body) {
    if node.kind() == Kind::Sequence {
        for item in node.items().filter(|item| item.kind() == Kind::Mapping) {
            declare(kind, item, labels.clone(), header, out);
        }
        return;
    }
    if labels.len() == label_count(kind) {
        out.blocks.push(Block {
            kind: kind.to_owned(),
            labels,
            header,
            body: Some(held(kind, node)),
        });
        return;
    }
    for (key, below) in node.entries() {
        let mut labels = labels.clone();
        labels.push(key.text().unwrap_or_default().to_owned());
        declare(kind, below, labels, key.span(), out);
    }
}

fn held(kind: &str, node: NodeRef<'_>) -> Body {
    let mut body = Body::default();
    for (key, value) in node.entries() {
        match (kind, key.text().unwrap_or_default()) {
            (_, "//") => {}
            ("resource" | "data", "dynamic") => {
                declare("dynamic", value, Vec::new(), key.span(), &mut body);
            }
            ("dynamic", "content") => {
                declare("content", value, Vec::new(), key.span(), &mut body);
            }
            (_, name) => body.attributes.push(Attribute {
                name: name.to_owned(),
                name_span: key.span(),
                value: expression(value, true, 0),
            }),
        }
    }
    body
}

fn expression(node: NodeRef<'_>, templates: bool, depth: usize) -> Expression {
    let form = match node.kind() {
        _ if depth > DEPTH => Form::Other(Vec::new()),
        Kind::Mapping => Form::Object(
            node.entries()
                .map(|(key, value)| {
                    let name = key.text().filter(|name| !templates || !is_template(name));
                    (
                        name.map(str::to_owned),
                        expression(value, templates, depth + 1),
                    )
                })
                .collect(),
        ),
        Kind::Sequence => Form::Array(
            node.items()
                .map(|item| expression(item, templates, depth + 1))
                .collect(),
        ),
        Kind::Scalar(_) => scalar(node, templates),
    };
    let span = node.span();
    Expression { span, form }
}

fn scalar(node: NodeRef<'_>, templates: bool) -> Form {
    match node.scalar(Dialect::Json) {
        Some(Scalar::String(text)) if templates && is_template(text) => template(text, node.span()),
        Some(Scalar::String(text)) => Form::Literal(text.to_owned()),
        Some(Scalar::Bool(value)) => Form::Bool(value),
        Some(Scalar::Null) | None => Form::Null,
        Some(Scalar::Number(text)) => Form::Number(text.to_owned()),
    }
}

fn is_template(text: &str) -> bool {
    text.contains("${") || text.contains("%{")
}

/// Reads a string with interpolations; one that is nothing but an interpolation is its expression.
fn template(text: &str, span: Span) -> Form {
    let Ok(template) = text.parse::<Template>() else {
        return Form::Other(Vec::new());
    };
    let elements: Vec<_> = template.iter().collect();
    let mut made = Expression {
        span,
        form: match elements.as_slice() {
            [Element::Interpolation(hole)] => super::expression(&hole.expr).form,
            [Element::Literal(text)] => Form::Literal(text.value().clone()),
            _ => super::pieces(&template).map_or_else(|| Form::Other(Vec::new()), Form::Template),
        },
    };
    made.replace_spans(&|_| span);
    made.form
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::hcl::{Part, Traversal};

    const NETWORK: &str = r#"{
  "//": "by a program",
  "resource": {
    "aws_security_group": {
      "web": {
        "name": "web",
        "vpc_id": "${aws_vpc.main.id}",
        "ingress": [{"from_port": 22, "cidr_blocks": ["0.0.0.0/0", "${var.more}/8"]}],
        "dynamic": {"egress": {"for_each": "${var.out}", "content": {"to_port": 1}}}
      }
    }
  },
  "locals": [{"a": 1}, {"b": {"c": null}}]
}"#;

    fn text_at(span: Span) -> &'static str {
        &NETWORK[span.start as usize..span.end as usize]
    }

    #[test]
    fn blocks_have_their_labels_and_the_key_of_the_last_one() {
        let body = parse_json(NETWORK);
        let group = &body.blocks[0];
        assert_eq!(group.kind, "resource");
        assert_eq!(group.labels, ["aws_security_group", "web"]);
        assert_eq!(text_at(group.header), "\"web\"");
        let held = group.body.as_ref().unwrap();
        let names: Vec<_> = held.attributes.iter().map(|one| &*one.name).collect();
        assert_eq!(names, ["name", "vpc_id", "ingress"]);
        assert_eq!(held.blocks[0].labels, ["egress"]);
        let content = &held.blocks[0].body.as_ref().unwrap().blocks[0];
        assert_eq!(content.body.as_ref().unwrap().attributes[0].name, "to_port");
        let locals: Vec<_> = body.blocks[1..]
            .iter()
            .map(|block| block.body.as_ref().unwrap().attributes[0].name.clone())
            .collect();
        assert_eq!(locals, ["a", "b"]);
    }

    #[test]
    fn a_string_is_a_template_and_its_pieces_have_its_place() {
        let body = parse_json(NETWORK);
        let held = body.blocks[0].body.as_ref().unwrap();
        let vpc = &held.attribute("vpc_id").unwrap().value;
        assert_eq!(text_at(vpc.span), "\"${aws_vpc.main.id}\"");
        assert_eq!(
            vpc.form,
            Form::Traversal(Traversal(
                ["aws_vpc", "main", "id"]
                    .map(|name| Part::Name(name.into()))
                    .into()
            ))
        );
        let Form::Array(rules) = &held.attribute("ingress").unwrap().value.form else {
            panic!("a list")
        };
        let cidrs = rules[0].item("cidr_blocks").unwrap();
        assert_eq!(cidrs.traversals().len(), 1);
        let Form::Array(cidrs) = &cidrs.form else {
            panic!("a list")
        };
        assert_eq!(text_at(cidrs[0].span), "\"0.0.0.0/0\"");
        assert_eq!(cidrs[0].literal(), Some("0.0.0.0/0"));
    }

    #[test]
    fn values_are_no_templates_and_a_broken_file_declares_nothing() {
        let body = parse_values(r#"{"a": "${x}", "b": [1]}"#);
        assert_eq!(body.attributes[0].value.literal(), Some("${x}"));
        assert_eq!(parse_json("{\"resource\": {"), Body::default());
        let deep = format!(
            "{{\"locals\":{{\"a\":{}1{}}}}}",
            "[".repeat(5000),
            "]".repeat(5000)
        );
        assert!(parse_json(&deep).blocks.len() <= 1);
    }
}
