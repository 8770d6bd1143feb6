//! Inputs that try to be too much.

use super::*;
use crate::format::sources::MemorySources;

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

#[test]
fn includes_that_include_themselves_stop_at_a_limit() {
    let include = "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: self.yaml}}}";
    let pair = format!("A: {include}\nB: {include}\n");
    let files = MemorySources([("self.yaml".to_owned(), pair)].into());
    let text = format!("Resources: {{R: {{Type: T, Properties: {include}}}}}\n");
    let artifact = Artifact::new("template.yaml", text, Encoding::Utf8);
    let (document, _) = document::parse(artifact.text());
    let artifact = Arc::new(artifact);
    let unit = super::super::normalise_beside(&document, artifact, &Options::default(), &files);
    let shown = show(&resource(&unit, "R").node);
    assert!(shown.contains("self.yaml: is one include more than the scan follows"));
    assert_eq!(unit.notices.len(), 1);
}

#[test]
fn a_loop_over_what_multiplies_stops_at_a_limit() {
    let mut text = String::from(
        "Transform: AWS::LanguageExtensions\nMetadata:\n  L0: &l0 [x, x, x, x, x, x, x, x, x, x]\n",
    );
    for level in 1..5 {
        let below = format!("*l{}", level - 1);
        let items = vec![below; 10].join(", ");
        writeln!(text, "  L{level}: &l{level} [{items}]").unwrap();
    }
    text.push_str("Resources:\n  Fn::ForEach::L: [N, [a, b, c, d, e, f, g], {'R${N}': {Type: T, Properties: {P: *l4}}}]\n");
    let unit = unit(&text);
    assert!(unit.resources.is_empty());
    assert_eq!(unit.notices.len(), 1);
}

#[test]
fn loops_in_every_odd_shape_are_read() {
    let shapes = [
        "",
        "x",
        "[]",
        "{}",
        "[N]",
        "[N, [a]]",
        "[N, [a], x]",
        "[N, [a], {}]",
        "[1, [a], {}]",
        "[N, {}, {}]",
        "[N, !Ref X, {}]",
        "[N, [{a: b}], {}]",
        "[N, [~], {'${N}': 1}]",
        "[N, [a], {Fn::ForEach::L: [N, [b], {'${N}${': {Type: T}}]}]",
        "!Ref X",
        "[[[N]]]",
        "[N, [a], !Sub {}]",
        "[N, ['${N}', '{'], {'${N}&{N}': {'Ref': N}}]",
    ];
    for shape in shapes {
        for section in [
            "Parameters",
            "Mappings",
            "Conditions",
            "Resources",
            "Outputs",
        ] {
            let text = format!(
                "Transform: AWS::LanguageExtensions\n{section}:\n  Fn::ForEach::L: {shape}\n  Fn::Transform: {shape}\n  Z: {{Type: T, Properties: {{Fn::ForEach::P: {shape}}}}}\n"
            );
            let _ = unit(&text);
        }
    }
}

#[test]
fn a_lookup_with_more_candidates_than_are_looked_at_is_not_decided() {
    let rows = (0..70).map(|number| {
        let value = if number == 69 { "other" } else { "same" };
        format!("r{number}: {{V: {value}}}")
    });
    let text = format!(
        "Mappings: {{M: {{{}}}}}\nResources: {{R: {{Type: T, Properties: {{P: !FindInMap [M, !Ref AWS::Region, V]}}}}}}\n",
        rows.collect::<Vec<_>>().join(", ")
    );
    let unit = unit(&text);
    assert_eq!(
        show(resource(&unit, "R").node.get("Properties").unwrap()),
        r#"{"P":<mapping M: depends on 'AWS::Region'>}"#
    );
}
