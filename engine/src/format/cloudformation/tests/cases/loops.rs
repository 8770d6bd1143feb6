//! `Fn::ForEach`.

use super::*;

#[test]
fn loops() {
    check(&LOOPS);
}

#[test]
fn loops_that_cannot_be_unrolled() {
    check(&OPEN);
}

const LOOPS: [Case; 14] = [
    (
        "a loop over a literal list makes resources",
        "
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Topics:
    - Name
    - [Success, Failure]
    - Topic${Name}:
        Type: AWS::SNS::Topic
        Properties: {TopicName: !Ref Name, Label: !Sub '${Name}-${AWS::Region}', Plain: 'x${Name}'}
",
        &[
            r#"TopicSuccess {"TopicName":"Success","Label":partial["Success-",<pseudo-parameter AWS::Region: is known only at deployment>],"Plain":"xSuccess"}"#,
            r#"TopicFailure {"TopicName":"Failure","Label":partial["Failure-",<pseudo-parameter AWS::Region: is known only at deployment>],"Plain":"xFailure"}"#,
        ],
    ),
    (
        "a resource that a loop makes can be referred to",
        "
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Topics: [N, [A, B], {'T${N}': {Type: T, Properties: {P: {Ref: N}, Q: !GetAtt 'T${N}.Arn'}}}]
  R: {Type: T, Properties: {P: !Ref TA, Q: !GetAtt [TB, Arn], S: !Sub '${TB.Arn}/*'}}
",
        &[
            r#"TA {"P":"A","Q":<TA.Arn>}"#,
            r#"TB {"P":"B","Q":<TB.Arn>}"#,
            r#"R {"P":<TA>,"Q":<TB.Arn>,"S":partial[<TB.Arn>,"/*"]}"#,
        ],
    ),
    (
        "the collection is the default of a list parameter",
        "
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: 'a, b'}}
Resources:
  Fn::ForEach::Topics: [N, !Ref Names, {'T${N}': {Type: T, Properties: {P: !Ref N}}}]
",
        &[
            r#"Ta {"P":"a"}"#,
            r#"Tb {"P":"b"}"#,
        ],
    ),
    (
        "the collection is a given list parameter",
        "# given: Names=x,y
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: 'a, b'}}
Resources:
  Fn::ForEach::Topics: [N, !Ref Names, {'T${N}': {Type: T, Properties: {P: !Ref N}}}]
",
        &[
            r#"Tx {"P":"x"}"#,
            r#"Ty {"P":"y"}"#,
        ],
    ),
    (
        "the collection is looked up in a mapping",
        "
Transform: AWS::LanguageExtensions
Parameters: {Env: {Type: String, Default: prod}}
Mappings: {Envs: {prod: {Names: [a, b]}, dev: {Names: [c]}}}
Resources:
  Fn::ForEach::Topics: [N, !FindInMap [Envs, !Ref Env, Names], {'T${N}': {Type: T, Properties: {}}}]
",
        &[
            "Ta {}",
            "Tb {}",
        ],
    ),
    (
        "the collection comes from nested functions",
        "
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: String, Default: 'a;b'}}
Resources:
  Fn::ForEach::Topics: [N, !Split [;, !Sub '${Names};c'], {'T${N}': {Type: T, Properties: {}}}]
",
        &[
            "Ta {}",
            "Tb {}",
            "Tc {}",
        ],
    ),
    (
        "items of the collection are parameters and numbers",
        "
Transform: AWS::LanguageExtensions
Parameters: {A: {Type: String, Default: x}}
Resources:
  Fn::ForEach::Ports: [N, [!Ref A, 80], {'P${N}': {Type: T, Properties: {Port: !Ref N, Text: 'p-${N}'}}}]
",
        &[
            r#"Px {"Port":"x","Text":"p-x"}"#,
            r#"P80 {"Port":80,"Text":"p-80"}"#,
        ],
    ),
    (
        "an ampersand takes what is alphanumeric",
        "
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Nets: [Cidr, [10.0.0.0/8, a-b], {'Net&{Cidr}': {Type: T, Properties: {Cidr: '${Cidr}', Name: 'n-&{Cidr}'}}}]
",
        &[
            r#"Net100008 {"Cidr":"10.0.0.0/8","Name":"n-100008"}"#,
            r#"Netab {"Cidr":"a-b","Name":"n-ab"}"#,
        ],
    ),
    (
        "loops nest, and the inner collection may use the outer item",
        "
Transform: AWS::LanguageExtensions
Mappings: {Nets: {A: {Zones: [x, y]}, B: {Zones: [z]}}}
Resources:
  Fn::ForEach::Outer:
    - Net
    - [A, B]
    - Vpc${Net}: {Type: V, Properties: {}}
      Fn::ForEach::Inner:
        - Zone
        - !FindInMap [Nets, !Ref Net, Zones]
        - Sub${Net}${Zone}: {Type: S, Properties: {Vpc: !Ref 'Vpc${Net}', Zone: !Ref Zone}}
",
        &[
            "VpcA {}",
            r#"SubAx {"Vpc":<VpcA>,"Zone":"x"}"#,
            r#"SubAy {"Vpc":<VpcA>,"Zone":"y"}"#,
            "VpcB {}",
            r#"SubBz {"Vpc":<VpcB>,"Zone":"z"}"#,
        ],
    ),
    (
        "a loop makes properties",
        "
Transform: AWS::LanguageExtensions
Resources:
  R:
    Type: T
    Properties:
      Before: 1
      Fn::ForEach::Props: [N, [A, B], {'Is${N}': '${N}', Tags: [{Key: '${N}'}]}]
      Deep: {Fn::ForEach::More: [M, [x], {'${M}': {Ref: M}}]}
",
        &[
            r#"R {"Before":1,"IsA":"A","Tags":[{"Key":"B"}],"IsB":"B","Deep":{"x":"x"}}"#,
            "! 'Fn::ForEach::Props' makes 'Tags' again: the later value replaces the earlier one.",
        ],
    ),
    (
        "a loop makes conditions and outputs",
        "
Transform: AWS::LanguageExtensions
Parameters: {Env: {Type: String, Default: prod}}
Conditions:
  Fn::ForEach::Conds: [E, [prod, dev], {'Is${E}': !Equals [!Ref Env, !Ref E]}]
Resources:
  Fn::ForEach::Rs: [E, [prod, dev], {'R${E}': {Type: T, Condition: 'Is${E}', Properties: {}}}]
Outputs:
  Fn::ForEach::Outs: [E, [prod, dev], {'Out${E}': {Condition: 'Is${E}', Value: !GetAtt 'R${E}.Arn'}}]
",
        &[
            "Rprod {}",
            "Outprod -> Rprod.Arn",
        ],
    ),
    (
        "a loop in JSON",
        r#"{"Transform": ["AWS::LanguageExtensions"], "Resources": {"Fn::ForEach::L":
  ["N", ["a"], {"T${N}": {"Type": "T", "Properties": {"P": {"Fn::Sub": "${N}-x"}, "Q": {"Ref": "N"}}}}]}}"#,
        &[
            r#"Ta {"P":"a-x","Q":"a"}"#,
        ],
    ),
    (
        "an empty collection makes nothing",
        "
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Topics: [N, [], {'T${N}': {Type: T}}]
  R: {Type: T, Properties: {Fn::ForEach::P: [N, [], {'${N}': 1}]}}
",
        &[
            "R {}",
        ],
    ),
    (
        "a literal in a substitution stays one",
        "
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Topics: [N, [a], {'T${N}': {Type: T, Properties: {P: !Sub '${!N}-${N}', Q: '${N.x} {N} ${ N}'}}}]
",
        &[
            r#"Ta {"P":"${N}-a","Q":"${N.x} {N} ${ N}"}"#,
        ],
    ),
];

const OPEN: [Case; 9] = [
    (
        "a collection without value",
        "
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList}}
Conditions: {Fn::ForEach::C: [N, !Ref Names, {'Is${N}': !Equals [a, b]}]}
Resources:
  Fn::ForEach::Topics: [N, !Ref Names, {'T${N}': {Type: T}}]
  R: {Type: T, DependsOn: Ta, Properties: {P: !Ref Ta, Q: {Fn::ForEach::Props: [M, !Ref Names, {'${M}': 1}], A: 1}, I: !If [Isa, 1, 2]}}
",
        &[
            r#"R {"P":<transform Ta: is not declared here; 'Fn::ForEach::Topics' may make it, but 'Names' has no default, so the collection is open>,"Q":<parameter Names: has no default, so the collection is open>,"I":<condition Isa: depends on 'Names' of 1 or 2>}"#,
            "! 'Fn::ForEach::C' is not unrolled, because 'Names' has no default, so the collection is open.",
            "! 'Fn::ForEach::Topics' is not unrolled, because 'Names' has no default, so the collection is open.",
            "! 'Fn::ForEach::Props' is not unrolled, because 'Names' has no default, so the collection is open.",
        ],
    ),
    (
        "a collection that the region decides",
        "
Transform: AWS::LanguageExtensions
Mappings: {M: {us-east-1: {N: [a]}, eu-west-1: {N: [b]}}}
Resources:
  Fn::ForEach::Topics: [N, !FindInMap [M, !Ref AWS::Region, N], {'T${N}': {Type: T}}]
",
        &[
            "! 'Fn::ForEach::Topics' is unrolled in scenarios only, because 'M' depends on 'AWS::Region', so the collection is open.",
        ],
    ),
    (
        "an item that is not known",
        "
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Topics: [N, [a, !Ref AWS::Region], {'T${N}': {Type: T}}]
",
        &[
            "! 'Fn::ForEach::Topics' is not unrolled, because 'AWS::Region' is known only at deployment, so the collection is open.",
        ],
    ),
    (
        "loops of the wrong shape",
        "
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::A: [N, [a]]
  Fn::ForEach::B: [[N], [a], {}]
  Fn::ForEach::C: [N, a, {'T${N}': {Type: T}}]
  Fn::ForEach::D: x
  Fn::ForEach::E: [N, [[a]], {'T${N}': {Type: T}}]
  R: {Type: T, Properties: {P: 1}}
",
        &[
            r#"R {"P":1}"#,
            "! 'Fn::ForEach::A' needs an identifier, a collection and a map.",
            "! 'Fn::ForEach::B' needs an identifier, a collection and a map.",
            "! The collection of 'Fn::ForEach::C' is no list of texts.",
            "! 'Fn::ForEach::D' needs an identifier, a collection and a map.",
            "! The collection of 'Fn::ForEach::E' is no list of texts.",
        ],
    ),
    (
        "a key that is made twice",
        "
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::A: [N, [a, b], {Same: {Type: T, Properties: {P: !Ref N}}}]
  Same: {Type: T, Properties: {P: c}}
",
        &[
            r#"Same {"P":"c"}"#,
            "! 'Fn::ForEach::A' makes 'Same' again: the later value replaces the earlier one.",
            "! 'Same' is made by a loop or include too: the value here replaces that one.",
        ],
    ),
    (
        "names that mean something else already",
        "
Transform: AWS::LanguageExtensions
Parameters: {N: {Type: String, Default: x}}
Resources:
  Fn::ForEach::A: [N, [a], {'T${N}': {Type: T, Properties: {P: !Ref N}}}]
Outputs:
  Fn::ForEach::A: [M, [a], {'O${M}': {Value: 1}}]
",
        &[
            r#"Ta {"P":"a"}"#,
            "Oa -> ",
            "! The loop's identifier 'N' has another meaning here: the innermost holds.",
            "! The loop name 'Fn::ForEach::A' is taken by another loop.",
        ],
    ),
    (
        "a loop where none may stand",
        "
Transform: AWS::LanguageExtensions
Mappings: {Fn::ForEach::M: [N, [a], {'${N}': {b: {c: 1}}}]}
Resources: {R: {Type: T, Properties: {P: !FindInMap [a, b, c]}}}
",
        &[
            r#"R {"P":<transform a: is not declared here; 'Fn::ForEach::M' may make it>}"#,
            "! What 'Fn::ForEach::M' makes in 'Mappings' is not judged.",
        ],
    ),
    (
        "a loop without the transform is unrolled all the same",
        "
Resources:
  Fn::ForEach::A: [N, [a], {'T${N}': {Type: T, Properties: {P: !Ref N}}}]
",
        &[
            r#"Ta {"P":"a"}"#,
            "! 'Fn::ForEach' needs the transform 'AWS::LanguageExtensions', without which CloudFormation rejects it.",
        ],
    ),
    (
        "a loop whose name is missing",
        "
Transform: AWS::LanguageExtensions
Resources: {Fn::ForEach: [N, [a], {'T${N}': {Type: T, Properties: {}}}]}
",
        &[
            "Ta {}",
            "! A loop has no name: 'Fn::ForEach::NAME'.",
        ],
    ),
];

#[test]
fn what_a_loop_makes_stands_in_its_body() {
    let unit = unit_beside(LOOPS[0].1);
    let text = unit.artifact.text();
    for id in ["TopicSuccess", "TopicFailure"] {
        let resource = resource(&unit, id);
        let source = |span: crate::artifact::Span| text.get(span.start as usize..span.end as usize);
        assert_eq!(resource.span.and_then(source), Some("Topic${Name}"));
        let name = resource
            .node
            .get("Properties")
            .unwrap()
            .get("TopicName")
            .unwrap();
        assert_eq!(name.span.and_then(source), Some("!Ref Name"));
    }
}

#[test]
fn an_input_that_decides_a_loop_is_a_choice_that_is_always_tried() {
    let text = OPEN[1].1;
    let open = unit_beside(text);
    let [choice] = open.choices.as_slice() else {
        panic!("one choice");
    };
    assert_eq!((choice.assignments.len(), &choice.only_for), (2, &None));
    let (document, _) = document::parse(text);
    let settled = choice.assignments.iter().map(|assignment| {
        let artifact = Artifact::new("template.yaml", text.to_owned(), Encoding::Utf8);
        let options = Options {
            assignment: assignment.clone(),
            ..Options::default()
        };
        let unit = super::super::super::normalise(&document, Arc::new(artifact), &options);
        let ids = unit.resources.iter().map(|one| one.address.to_string());
        ids.collect::<Vec<_>>().join(" ")
    });
    assert_eq!(settled.collect::<Vec<_>>(), ["Tb", "Ta"]);
}

#[test]
fn loops_that_multiply_stop_at_a_limit() {
    let items = (0..100).fold(String::new(), |mut items, n| {
        write!(items, "i{n},").unwrap();
        items
    });
    let mut body = "'T${A}${B}${C}': {Type: T}".to_owned();
    for id in ["C", "B", "A"] {
        body = format!("'Fn::ForEach::L{id}': [{id}, [{items}], {{{body}}}]");
    }
    let text =
        format!("Transform: AWS::LanguageExtensions\nResources: {{R: {{Type: T}}, {body}}}\n");
    let lines = outcome(&text);
    assert_eq!(
        lines,
        [
            "R T",
            "! Loops and includes make the template larger than the scan reads: none of them is judged."
        ]
    );
}

#[test]
fn a_default_that_decides_a_collection_is_assumed_once() {
    let unit = unit_beside(LOOPS[2].1);
    let names: Vec<_> = unit
        .assumptions
        .iter()
        .map(|assumed| &*assumed.name)
        .collect();
    assert_eq!(names, ["Names"]);
}
