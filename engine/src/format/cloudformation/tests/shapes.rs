//! Templates and constructs of the wrong shape.

use super::*;
use crate::resource::NoticeLevel;

#[test]
fn a_template_that_is_no_map_is_noted() {
    assert_eq!(notices(&unit("- a\n")), ["The template is not a map."]);
    assert_eq!(notices(&unit("text\n")), ["The template is not a map."]);
}

#[test]
fn an_empty_text_is_noted() {
    assert_eq!(notices(&unit("")), ["The template is empty."]);
}

#[test]
fn a_template_without_resources_is_noted() {
    assert_eq!(
        notices(&unit("Description: x\n")),
        ["The template has no 'Resources'."]
    );
}

#[test]
fn sections_of_the_wrong_type_are_noted() {
    let unit = unit("Parameters: x\nConditions: [a]\nResources: 5\n");
    assert_eq!(
        notices(&unit),
        [
            "'Parameters' is not a map.",
            "'Conditions' is not a map.",
            "'Resources' is not a map."
        ]
    );
}

#[test]
fn an_empty_section_is_fine() {
    assert_eq!(notices(&unit("Parameters:\nResources:\n")), [""; 0]);
}

#[test]
fn a_type_that_is_no_text_is_no_type() {
    // Found by fuzzing: null was a type of the name '~', which no control judges.
    for kind in ["~", "null", "true", "12", ""] {
        let unit = unit(&format!("Resources:\n  A:\n    Type: {kind}\n"));
        assert_eq!(
            notices(&unit),
            ["The 'Type' of resource 'A' is not a name."],
            "{kind}"
        );
    }
}

#[test]
fn a_resource_without_type_is_noted_and_the_others_stay() {
    let unit =
        unit("Resources:\n  A: {Properties: {}}\n  B: {Type: T}\n  C: [x]\n  D: {Type: [T]}\n");
    assert_eq!(
        notices(&unit),
        [
            "Resource 'A' has no 'Type'.",
            "Resource 'C' is not a map.",
            "The 'Type' of resource 'D' is not a name."
        ]
    );
    assert!(
        unit.notices
            .iter()
            .all(|notice| notice.level == NoticeLevel::Error)
    );
    assert_eq!(unit.resources.len(), 1);
}

#[test]
fn a_repeated_key_names_both_places() {
    let unit = unit("Resources:\n  A: {Type: T}\n  A: {Type: U}\n");
    assert_eq!(
        notices(&unit),
        ["The key 'A' is repeated: the value here replaces the one of line 2."]
    );
    assert_eq!(
        unit.artifact
            .region(unit.notices[0].span.unwrap())
            .start_line,
        3
    );
    assert_eq!(&*resource(&unit, "A").type_name, "U");
}

#[test]
fn a_second_document_is_noted() {
    let unit = unit("Resources: {A: {Type: T}}\n---\nResources: {B: {Type: T}}\n");
    assert_eq!(
        notices(&unit),
        ["The file holds several documents; only the first is judged."]
    );
    assert_eq!(unit.resources.len(), 1);
}

/// Functions with wrong arguments, and what is said about them.
const MALFORMED: [(&str, &str); 22] = [
    (
        "!GetAtt Key.",
        "'Fn::GetAtt' needs a logical id and an attribute.",
    ),
    (
        "!Sub '${Key.}'",
        "'${Key.}' is no valid variable of 'Fn::Sub'.",
    ),
    ("!Ref [a]", "'Ref' needs the name of what it refers to."),
    (
        "!GetAtt Key",
        "'Fn::GetAtt' needs a logical id and an attribute.",
    ),
    (
        "!GetAtt [Key]",
        "'Fn::GetAtt' needs a logical id and an attribute.",
    ),
    (
        "!Sub {a: b}",
        "'Fn::Sub' needs a string, or a string and a map.",
    ),
    (
        "!Sub '${a b}'",
        "'${a b}' is no valid variable of 'Fn::Sub'.",
    ),
    ("!Join [a]", "'Fn::Join' needs a delimiter and a list."),
    ("!Join ['', a]", "'Fn::Join' joins what is no list."),
    (
        "!Join [[], [a]]",
        "The delimiter of 'Fn::Join' is no string.",
    ),
    (
        "!Select [a, [b]]",
        "'Fn::Select' needs a number and a list.",
    ),
    ("!Select [0]", "'Fn::Select' needs an index and a list."),
    (
        "!Select [1, [a]]",
        "'Fn::Select' asks for item 1 of a list of 1.",
    ),
    ("!Split ['', a]", "'Fn::Split' splits what is no string."),
    ("!Split [a]", "'Fn::Split' needs a delimiter and a string."),
    (
        "!If [IsProd, a]",
        "'Fn::If' needs a condition and two values.",
    ),
    (
        "!FindInMap [a, b]",
        "'Fn::FindInMap' needs a map and two keys.",
    ),
    (
        "!Cidr [a]",
        "'Fn::Cidr' needs a block, a count and the bits of the new blocks.",
    ),
    ("!Cidr [a, 1, 8]", "'Fn::Cidr' cannot make 1 blocks of 'a'."),
    (
        "!Equals [a, b]",
        "A condition function stands outside of 'Conditions'.",
    ),
    ("{'Fn::Length': a}", "'Fn::Length' needs a list."),
    (
        "{'Fn::If': [IsProd, a, b], x: y}",
        "'Fn::If' stands beside other keys, which CloudFormation rejects.",
    ),
];

#[test]
fn functions_with_wrong_arguments_are_malformed_and_noted() {
    for (property, message) in MALFORMED {
        assert_eq!(notices_of(property), [message], "{property}");
        let value = value(property);
        assert!(value.contains("<malformed"), "{property} is {value}");
    }
}

#[test]
fn an_unknown_function_is_unsupported() {
    assert_eq!(
        value("{'Fn::Magic': x}"),
        "<unsupported Fn::Magic: is no function that CloudFormation documents>"
    );
}

#[test]
fn an_unknown_tag_names_the_tool_that_would_replace_it() {
    assert_eq!(
        value("!Rain::Embed file.txt"),
        "<transform !Rain::Embed: is a tag that another tool replaces>"
    );
    assert_eq!(
        notices_of("!Rain::Embed file.txt"),
        ["The tag '!Rain::Embed' is not known: the value is taken as unknown."]
    );
}

#[test]
fn a_resource_made_by_a_tag_is_noted() {
    let unit = unit(
        "Resources:\n  A: {Type: !Rain::Module ./a.yml}\n  B: {Type: T, Properties: {P: !Ref A}}\n",
    );
    assert_eq!(
        notices(&unit),
        ["Resource 'A' is made by the tag '!Rain::Module', which is not known."]
    );
    assert_eq!(
        show(&resource(&unit, "B").node),
        r#"{"Type":"T","Properties":{"P":<transform A: is made by the tag '!Rain::Module', which another tool replaces>}}"#
    );
}

#[test]
fn a_macro_gives_an_unknown_value() {
    assert_eq!(
        value("{'Fn::Transform': {Name: Count, Parameters: {X: 1}}}"),
        "<transform Count: is a macro, which runs only at deployment>"
    );
    assert_eq!(
        value("{'Fn::Transform': {Name: Count}, Other: x}"),
        "<transform Count: is a macro, which runs only at deployment>"
    );
}

#[test]
fn transforms_are_noted_by_what_they_may_change() {
    let text = "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31, AWS::CodeDeployBlueGreen, Mine, {Name: AWS::Include}]\nResources: {}\n";
    let unit = unit(text);
    assert_eq!(
        notices(&unit),
        [
            "The transform 'AWS::CodeDeployBlueGreen' adds resources that are not judged.",
            "The transform 'Mine' may change all that is judged here.",
            "An include is not read, because 'AWS::Include' names no 'Location'."
        ]
    );
}

#[test]
fn what_a_transform_may_make_is_not_malformed() {
    let unit = unit(
        "Transform: AWS::CodeDeployBlueGreen\nResources: {R: {Type: T, Properties: {P: !Ref FunctionRole}}}\n",
    );
    assert_eq!(
        show(resource(&unit, "R").node.get("Properties").unwrap()),
        r#"{"P":<transform FunctionRole: is not declared here; 'AWS::CodeDeployBlueGreen' may make it>}"#
    );
    assert_eq!(unit.notices.len(), 1);
}

#[test]
fn properties_that_are_left_out_are_an_empty_map() {
    let unit = unit("Resources:\n  R:\n    Type: T\n    Properties:\n");
    assert_eq!(
        show(&resource(&unit, "R").node),
        r#"{"Type":"T","Properties":{}}"#
    );
}

#[test]
fn properties_of_the_wrong_type_are_malformed_and_noted() {
    let unit = unit("Resources:\n  R:\n    Type: T\n    Properties: [x]\n");
    assert_eq!(
        show(resource(&unit, "R").node.get("Properties").unwrap()),
        "<malformed Properties: is not a map>"
    );
    assert_eq!(notices(&unit), ["'Properties' is not a map."]);
}

#[test]
fn a_parameter_of_the_wrong_shape_is_malformed_and_noted() {
    let unit = unit(
        "Parameters: {A: x, B: {Type: String, Default: [y]}}\nResources: {R: {Type: T, Properties: {P: [!Ref A, !Ref B]}}}\n",
    );
    assert_eq!(
        show(resource(&unit, "R").node.get("Properties").unwrap()),
        r#"{"P":[<malformed A: is not valid here (Parameter 'A' is not a map)>,<parameter B: has no default>]}"#
    );
    assert_eq!(
        notices(&unit),
        [
            "Parameter 'A' is not a map.",
            "The default of parameter 'B' is not a scalar."
        ]
    );
}

#[test]
fn a_function_in_a_mapping_is_malformed() {
    let text = template("!FindInMap [M, a, b]").replace(
        "Mappings:\n",
        "Mappings:\n  M: {a: {b: !FindInMap [M, a, b]}}\n",
    );
    assert_eq!(
        notices(&unit(&text)),
        ["A mapping holds what is no text or list."]
    );
}

#[test]
fn parameters_are_facts_of_the_unit() {
    let unit = unit_of("x");
    assert_eq!(unit.facts[0].0, "parameters");
    assert_eq!(
        show(unit.facts[0].1.get("Env").unwrap()),
        r#"{"type":"String","no_echo":false,"has_default":true,"default":"prod"}"#
    );
    assert_eq!(
        show(unit.facts[0].1.get("Name").unwrap()),
        r#"{"type":"String","no_echo":false,"has_default":false}"#
    );
}

#[test]
fn a_template_is_a_resource_for_those_who_read_it() {
    let text = "Parameters:\n  Password: {Type: String}\nResources:\n  Db:\n    Type: A::B::C\n    Properties:\n      \
                Password: !Ref Password\n      Note: !Sub 'a text that is long'\n";
    let wanted = std::collections::BTreeSet::from(["template".to_owned()]);
    let options = Options {
        wanted: crate::format::Wanted::Types(Arc::new(wanted)),
        ..Options::default()
    };
    let artifact = Arc::new(Artifact::new("t.yaml", text.to_owned(), Encoding::Utf8));
    let (document, _) = document::parse(artifact.text());
    let unit = crate::format::cloudformation::normalise(&document, artifact, &options);
    let template = unit.resources.last().unwrap();
    assert_eq!(
        (&*template.address, &*template.type_name),
        ("template", "template")
    );
    let fact = |name| {
        let (_, node) = template
            .facts
            .iter()
            .find(|(fact, _)| *fact == name)
            .unwrap();
        match &node.value {
            Value::Array(items) => items.clone(),
            _ => panic!("no list"),
        }
    };
    assert_eq!(
        fact("parameters")[0].get("name").unwrap().as_str(),
        Some("Password")
    );
    assert_eq!(
        fact("texts")[0].get("text").unwrap().as_str(),
        Some("a text that is long")
    );
    assert_eq!(unit.declared(), 1);
}

#[test]
fn a_resource_called_like_the_template_does_not_hide_it() {
    let text = "Resources:\n  template:\n    Type: A::B::C\n  template.:\n    Type: A::B::C\n";
    let wanted = std::collections::BTreeSet::from(["template".to_owned(), "A::B::C".to_owned()]);
    let options = Options {
        wanted: crate::format::Wanted::Types(Arc::new(wanted)),
        ..Options::default()
    };
    let artifact = Arc::new(Artifact::new("t.yaml", text.to_owned(), Encoding::Utf8));
    let (document, _) = document::parse(artifact.text());
    let unit = crate::format::cloudformation::normalise(&document, artifact, &options);
    let found: Vec<_> = unit
        .resources
        .iter()
        .map(|one| (&*one.address, &*one.type_name))
        .collect();
    assert_eq!(
        found,
        [
            ("template", "A::B::C"),
            ("template.", "A::B::C"),
            ("template..", "template")
        ]
    );
}
