//! Inputs that try to be too much.

use super::*;

#[test]
fn substitutions_that_multiply_stop_at_a_limit() {
    let big = "x".repeat(4000);
    let many = "${A}".repeat(40);
    let text = format!(
        "Parameters: {{A: {{Type: String, Default: {big}}}}}\nResources: {{R: {{Type: T, Properties: {{P: !Sub '{many}'}}}}}}\n"
    );
    let unit = unit(&text);
    assert_eq!(
        show(resource(&unit, "R").node.get("Properties").unwrap()),
        r#"{"P":<limit the template: becomes larger than the scan reads>}"#
    );
    assert_eq!(unit.notices.len(), 1);
}

#[test]
fn aliases_that_multiply_stop_at_a_limit() {
    let mut text = String::from("Metadata:\n  L0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..5 {
        let below = format!("*l{}", level - 1);
        let items = vec![below; 10].join(", ");
        writeln!(text, "  L{level}: &l{level} [{items}]").unwrap();
    }
    text.push_str("Resources: {R: {Type: T, Properties: {P: [*l4, *l4, *l4, *l4, *l4, *l4]}}}\n");
    let unit = unit(&text);
    assert_eq!(
        notices(&unit),
        ["The template becomes larger than the scan reads: what is left out is unknown."]
    );
}

#[test]
fn deep_nesting_stops_at_a_limit() {
    let forms = [
        ("{'Fn::Join': ['', [", "]]}"),
        ("{'Fn::If': [IsProd, ", ", a]}"),
        ("{'Fn::If': [IsNamed, ", ", a]}"),
        ("{'Fn::Sub': ['${A}', {A: ", "}]}"),
        ("{'Fn::Select': [0, [", "]]}"),
        ("{'Fn::Split': ['.', ", "]}"),
        ("{'Fn::FindInMap': [a, b, c, {DefaultValue: ", "}]}"),
        ("{'Fn::Base64': ", "}"),
        ("{'Fn::Cidr': [", ", 1, 1]}"),
        ("{'Fn::ToJsonString': ", "}"),
        ("[", "]"),
        ("{a: ", "}"),
    ];
    for (open, close) in forms {
        for depth in [20, 49, 60, 120] {
            let nested = format!("{}x{}", open.repeat(depth), close.repeat(depth));
            let artifact = Artifact::new("template.yaml", template(&nested), Encoding::Utf8);
            let (document, errors) = document::parse(artifact.text());
            let unit = super::super::normalise(&document, Arc::new(artifact), &Options::default());
            if errors.is_empty() {
                assert_eq!(unit.resources.last().unwrap().address.as_ref(), "R");
            }
        }
    }
}

#[test]
fn the_same_notice_is_given_once_and_many_are_counted() {
    let properties = (0..300).fold(String::new(), |mut text, number| {
        writeln!(text, "      P{number}: !Ref Nope{number}").unwrap();
        text
    });
    let text = format!("Resources:\n  R:\n    Type: T\n    Properties:\n{properties}");
    let unit = unit(&text);
    assert_eq!(unit.notices.len(), 101);
    assert_eq!(
        unit.notices[100].message,
        "The template gives rise to 200 more notices like these."
    );
}
