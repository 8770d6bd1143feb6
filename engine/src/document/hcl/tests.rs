//! Tests of the HCL adapter.

use super::*;

fn text_at(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

const BUCKET: &str = r#"
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
  tags   = { Name = var.name, "a.b" = local.tags["x"].y }
  dynamic "grant" {
    for_each = aws_x.y[*].id
    content {
      id = jsonencode({ Arn = aws_s3_bucket.b["k"].arn })
    }
  }
}
"#;

#[test]
fn a_block_knows_its_header_and_what_it_holds() {
    let body = parse(BUCKET);
    let block = &body.blocks[0];
    assert_eq!(
        text_at(BUCKET, block.header),
        r#"resource "aws_s3_bucket" "logs""#
    );
    assert_eq!(block.labels, ["aws_s3_bucket", "logs"]);
    let held = block.body.as_ref().unwrap();
    let bucket = held.attribute("bucket").unwrap();
    assert_eq!(bucket.value.literal(), Some("logs"));
    assert_eq!(text_at(BUCKET, bucket.value.span), r#""logs""#);
    assert_eq!(held.blocks[0].labels, ["grant"]);
}

#[test]
fn traversals_are_found_anywhere_in_an_expression() {
    let body = parse(BUCKET);
    let held = body.blocks[0].body.as_ref().unwrap();
    let tags = held.attribute("tags").unwrap();
    assert_eq!(
        tags.value.traversals()[1],
        &Traversal(vec![
            Part::Name("local".into()),
            Part::Name("tags".into()),
            Part::Key("x".into()),
            Part::Name("y".into()),
        ])
    );
    let grant = held.blocks[0].body.as_ref().unwrap();
    assert_eq!(
        grant.attribute("for_each").unwrap().value.form,
        Form::Traversal(Traversal(vec![
            Part::Name("aws_x".into()),
            Part::Name("y".into()),
            Part::Splat,
            Part::Name("id".into()),
        ]))
    );
    let content = grant.blocks[0].body.as_ref().unwrap();
    let Form::Call(name, arguments) = &content.attributes[0].value.form else {
        panic!("a call")
    };
    assert_eq!(name, "jsonencode");
    assert_eq!(arguments[0].item("Arn").unwrap().traversals().len(), 1);
}

#[test]
fn a_rejected_file_loses_only_the_value_that_is_rejected() {
    let text = "# é\nresource \"a\" \"b\" {\n  x = { k = 1\n k = 2 }\n  y = \"v\"\n  in {\n    z = var.z\n  }\n}\nlocals { w = 1 }\n";
    let body = parse(text);
    assert_eq!(body.blocks[0].labels, ["a", "b"]);
    assert_eq!(text_at(text, body.blocks[0].header), "resource \"a\" \"b\"");
    let held = body.blocks[0].body.as_ref().unwrap();
    let x = held.attribute("x").unwrap();
    assert_eq!(text_at(text, x.name_span), "x");
    assert_eq!(text_at(text, x.value.span), "{ k = 1\n k = 2 }");
    assert_eq!(x.value.form, Form::Other(Vec::new()));
    let y = held.attribute("y").unwrap();
    assert_eq!(
        (text_at(text, y.value.span), y.value.literal()),
        ("\"v\"", Some("v"))
    );
    let z = held.blocks[0]
        .body
        .as_ref()
        .unwrap()
        .attribute("z")
        .unwrap();
    assert_eq!(text_at(text, z.value.span), "var.z");
    let w = body.blocks[1]
        .body
        .as_ref()
        .unwrap()
        .attribute("w")
        .unwrap();
    assert_eq!(text_at(text, w.name_span), "w");
}

#[test]
fn a_byte_order_mark_moves_no_place() {
    for value in ["1", "{ k = 1\n k = 2 }"] {
        let text = format!("\u{feff}locals {{\n  a = {value}\n}}\n");
        let body = parse(&text);
        assert_eq!(text_at(&text, body.blocks[0].header), "locals");
        let held = body.blocks[0].body.as_ref().unwrap();
        assert_eq!(text_at(&text, held.attributes[0].value.span), value);
    }
}

#[test]
fn hostile_texts_end() {
    let nested = |open: &str, close: &str| {
        format!(
            "a {{\n x = {}1{}\n}}\n",
            open.repeat(3_000),
            close.repeat(3_000)
        )
    };
    let texts = [
        nested("(", ")"),
        nested("[", "]"),
        nested("{ a = ", "}"),
        nested("f(", ")"),
        nested("\"${", "}\""),
        nested("-", ""),
        nested("a ? ", " : b"),
        "a {\n".repeat(3_000),
        "a = <<E\n".repeat(3_000),
        "\"${".repeat(3_000),
        "}".repeat(30_000),
        "/*".repeat(30_000),
        format!("a \"{}\" {{}}", "\\".repeat(30_001)),
    ];
    for text in texts {
        let body = parse(&text);
        assert!(body.blocks.len() + body.attributes.len() < 4_000);
    }
}
