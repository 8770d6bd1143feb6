//! Functions, one property a case: the template is the common one of the tests with the property `P` of `R`.

use super::*;

/// A name, a property, and what becomes of it; notices behind ` ! `.
type Property = (&'static str, &'static str, &'static str);

#[test]
fn functions() {
    check_properties(&FUNCTIONS);
}

#[test]
fn dynamic_references() {
    check_properties(&DYNAMIC);
}

fn check_properties(cases: &[Property]) {
    let mut wrong = String::new();
    for (name, property, expected) in cases {
        let unit = unit_of(property);
        let properties = resource(&unit, "R").node.get("Properties").unwrap();
        let mut actual = properties.get("P").map_or("absent".to_owned(), show);
        for notice in notices(&unit) {
            write!(actual, " ! {notice}").unwrap();
        }
        if actual != *expected {
            writeln!(wrong, "{name}:\n  {actual}\n expected:\n  {expected}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

const FUNCTIONS: [Property; 40] = [
    (
        "ToJsonString of known values",
        "{'Fn::ToJsonString': {a: [1, !Ref Env], b: true, c: ~}}",
        r#""{\"a\":[1,\"prod\"],\"b\":true,\"c\":null}""#,
    ),
    (
        "ToJsonString with text to escape",
        r#"{'Fn::ToJsonString': {'k"': "a\n"}}"#,
        r#""{\"k\\\"\":\"a\\n\"}""#,
    ),
    (
        "ToJsonString with a reference",
        "{'Fn::ToJsonString': {Arn: !GetAtt Key.Arn, Id: !Sub '${AWS::AccountId}-x'}}",
        r#"partial["{\"Arn\":\"",<Key.Arn>,"\",\"Id\":\"",<pseudo-parameter AWS::AccountId: is known only at deployment>,"-x\"}"]"#,
    ),
    (
        "ToJsonString with a parameter without value",
        "{'Fn::ToJsonString': [!Ref Name]}",
        r#"partial["[\"",<parameter Name: has no default>,"\"]"]"#,
    ),
    (
        "ToJsonString with what may be a list",
        "{'Fn::ToJsonString': {a: !Ref Subnets}}",
        "<parameter Subnets: has no default, so the JSON text is open>",
    ),
    (
        "ToJsonString of a list parameter",
        "{'Fn::ToJsonString': !Ref Zones}",
        r#""[\"a\",\"b\",\"c\"]""#,
    ),
    ("Length of a list", "{'Fn::Length': [a, b]}", "2"),
    (
        "Length of a list parameter",
        "{'Fn::Length': !Ref Zones}",
        "3",
    ),
    (
        "Length of a list with unknown items",
        "{'Fn::Length': [!Ref Name, !GetAtt Key.Arn]}",
        "2",
    ),
    (
        "Length of a split",
        "{'Fn::Length': !Split ['-', !Sub '${Env}-${AWS::AccountId}-c']}",
        "3",
    ),
    (
        "Length of an unknown list",
        "{'Fn::Length': !Ref Subnets}",
        "<parameter Subnets: has no default, so the length is open>",
    ),
    (
        "Length of branches that agree",
        "{'Fn::Length': !If [IsNamed, [a, b], [c, d]]}",
        "2",
    ),
    (
        "Length of branches that differ",
        "{'Fn::Length': !If [IsNamed, [a], [c, d]]}",
        "<condition IsNamed: depends on 'Name', so the length is open>",
    ),
    (
        "Length of blocks that are not known",
        "{'Fn::Length': !Cidr [!GetAtt Key.Block, 3, 8]}",
        "3",
    ),
    (
        "Length of the items of an open mapping",
        "{'Fn::Length': !FindInMap [Regions, !Ref AWS::Region, Zones]}",
        "<mapping Regions: depends on 'AWS::Region', so the length is open>",
    ),
    (
        "FindInMap with functions in its keys",
        "!FindInMap [!Join ['', [Reg, ions]], !Select [0, [us-east-1]], Ami]",
        r#""ami-1""#,
    ),
    (
        "FindInMap with nested keys",
        "!FindInMap [Envs, !Select [0, [!Ref Env]], !Sub Size]",
        "10",
    ),
    (
        "FindInMap with a default",
        "!FindInMap [Envs, test, Size, {DefaultValue: !Ref Port}]",
        r#""80""#,
    ),
    (
        "FindInMap in a mapping that is not there, with a default",
        "!FindInMap [None, a, b, {DefaultValue: [x]}]",
        r#"["x"]"#,
    ),
    (
        "FindInMap with an open key and a default",
        "!FindInMap [Regions, !Ref AWS::Region, Ami, {DefaultValue: ami-0}]",
        r#"<mapping Regions: depends on 'AWS::Region' of "ami-1" or "ami-2" or "ami-0">"#,
    ),
    (
        "FindInMap whose key is a reference",
        "!FindInMap [Envs, !GetAtt Key.Arn, Size]",
        "10",
    ),
    (
        "Ref of a name that is not known",
        "{Ref: !Sub 'Key${Name}'}",
        "<parameter Name: has no default, so the name is open>",
    ),
    (
        "Ref of a resource that a function names",
        "{Ref: {'Fn::Join': ['', [K, ey]]}}",
        "<Key>",
    ),
    (
        "Ref of a parameter that a function names",
        "{Ref: !Select [0, [Port]]}",
        r#""80""#,
    ),
    (
        "GetAtt of a resource that a function names",
        "{'Fn::GetAtt': [!Sub 'Key', Arn]}",
        "<Key.Arn>",
    ),
    (
        "GetAtt of a name that is not known",
        "{'Fn::GetAtt': [!Ref Name, Arn]}",
        "<parameter Name: has no default, so the name is open>",
    ),
    (
        "GetStackOutput",
        "{'Fn::GetStackOutput': {StackName: !Sub '${Env}-net', OutputName: Vpc}}",
        "<import prod-net.Vpc: is an output of another stack>",
    ),
    (
        "GetStackOutput in short form",
        "!GetStackOutput {StackName: net, OutputName: Vpc, Region: eu-west-1}",
        "<import net.Vpc: is an output of another stack>",
    ),
    (
        "a function that nobody knows",
        "{'Fn::Magic': [1]}",
        "<unsupported Fn::Magic: is no function that CloudFormation documents>",
    ),
    (
        "Split keeps the pieces of a partial string",
        "!Split ['/', !Sub 'a/${AWS::Region}-x/c']",
        r#"["a",partial[<pseudo-parameter AWS::Region: is known only at deployment>,"-x"],"c"]"#,
    ),
    (
        "Select of a piece before what may be anything",
        "!Select [1, !Split ['/', !Sub 'a/b/${Name}']]",
        r#""b""#,
    ),
    (
        "Select of a piece behind what may be anything",
        "!Select [2, !Split ['/', !Sub 'a/${Name}/c']]",
        "<parameter Name: has no default, so the split text is open, so item 2 of it is open>",
    ),
    (
        "Select of a piece with a known set of values",
        "!Select [1, !Split ['.', !Sub 'a.${Size}.c']]",
        r#"<parameter Size: has no default of "small" or "large">"#,
    ),
    (
        "Select, Split, Join and Sub keep their fragments",
        "!Join ['|', [!Select [3, !Split [':', !Sub 'arn:aws:s3:${AWS::Region}:x']], !Sub '${Key}!']]",
        r#"partial[<pseudo-parameter AWS::Region: is known only at deployment>,"|",<Key>,"!"]"#,
    ),
    (
        "Cidr of an IPv6 block",
        "!Cidr ['2600:1f14::/56', 3, 64]",
        r#"["2600:1f14::/64","2600:1f14:0:1::/64","2600:1f14:0:2::/64"]"#,
    ),
    (
        "Cidr of a block that is not known",
        "!Select [1, !Cidr [!Ref Name, 2, 8]]",
        "<parameter Name: has no default, so block 1 of it is open>",
    ),
    (
        "Cidr without the size of the blocks",
        "!Select [0, !Cidr [10.0.0.0/16, 2]]",
        "<unsupported Fn::Cidr(10.0.0.0/16)[0]: has a size that the template leaves to AWS>",
    ),
    (
        "Cidr of the VPC's own block",
        "!Select [1, !Cidr [!GetAtt Vpc.CidrBlock, 3, 8]]",
        r#""10.0.1.0/24""#,
    ),
    (
        "GetAZs has items of its own",
        "[!Select [0, !GetAZs ''], {'Fn::Length': !GetAZs ''}]",
        "[<pseudo-parameter Fn::GetAZs[0]: is known only at deployment>,<pseudo-parameter Fn::GetAZs: is known only at deployment, so the length is open>]",
    ),
    (
        "an attribute that AWS fixes stays a reference",
        "[!GetAtt Vpc.CidrBlock, !GetAtt Key.Arn, !Ref Key]",
        "[<Vpc.CidrBlock>,<Key.Arn>,<Key>]",
    ),
];

const DYNAMIC: [Property; 10] = [
    (
        "a secret",
        "'{{resolve:secretsmanager:Db:SecretString:password::}}'",
        "<secret {{resolve:secretsmanager:Db:SecretString:password::}}>",
    ),
    (
        "a secure parameter",
        "'{{resolve:ssm-secure:/db:3}}'",
        "<secret {{resolve:ssm-secure:/db:3}}>",
    ),
    (
        "a plain parameter",
        "'{{resolve:ssm:/db}}'",
        "<dynamic-reference ssm:/db: is resolved at deployment>",
    ),
    (
        "a service that is not known",
        "'{{resolve:vault:x}}'",
        "<dynamic-reference vault:x: is resolved at deployment>",
    ),
    (
        "a secret inside of a text",
        "'postgres://u:{{resolve:secretsmanager:Db}}@h'",
        r#"partial["postgres://u:",<secret {{resolve:secretsmanager:Db}}>,"@h"]"#,
    ),
    (
        "a secret in Sub, put together",
        "!Sub '{{resolve:secretsmanager:${Key}:SecretString:${Env}}}/x'",
        r#"partial[<secret {{resolve:secretsmanager:${Key}:SecretString:prod}}>,"/x"]"#,
    ),
    (
        "a secret in Join",
        "!Join ['', ['{{resolve:ssm-secure:', !Ref Env, '}}', '-', !Ref AWS::Region]]",
        r#"partial[<secret {{resolve:ssm-secure:prod}}>,"-",<pseudo-parameter AWS::Region: is known only at deployment>]"#,
    ),
    (
        "a plain parameter in Base64 and Select",
        "!Select [0, [{'Fn::Base64': 'a {{resolve:ssm:/x}}'}]]",
        r#"partial["a ",<dynamic-reference ssm:/x: is resolved at deployment>]"#,
    ),
    (
        "a secret in ToJsonString",
        "{'Fn::ToJsonString': {p: '{{resolve:secretsmanager:Db}}', q: 'a-{{resolve:ssm:/x}}'}}",
        r#"partial["{\"p\":\"",<secret {{resolve:secretsmanager:Db}}>,"\",\"q\":\"a-",<dynamic-reference ssm:/x: is resolved at deployment>,"\"}"]"#,
    ),
    (
        "a secret as the default of a parameter",
        "[!Ref Resolved, !Sub 'x-${Resolved}']",
        r#"[<secret {{resolve:secretsmanager:Db}}>,partial["x-",<secret {{resolve:secretsmanager:Db}}>]]"#,
    ),
];

#[test]
fn deletion_policies_may_be_functions() {
    let text = "Transform: AWS::LanguageExtensions
Parameters: {Keep: {Type: String, Default: Retain}}
Resources: {R: {Type: T, DeletionPolicy: !Ref Keep, UpdateReplacePolicy: !Sub '${Keep}'}}
";
    let unit = unit(text);
    assert_eq!(
        show(&resource(&unit, "R").node),
        r#"{"Type":"T","DeletionPolicy":"Retain","UpdateReplacePolicy":"Retain"}"#
    );
    assert_eq!(notices(&unit), [""; 0]);
}

#[test]
fn without_the_transform_its_functions_work_and_are_noted() {
    for (property, subject) in [
        ("{'Fn::Length': [a]}", "'Fn::Length'"),
        ("{'Fn::ToJsonString': [a]}", "'Fn::ToJsonString'"),
        (
            "!FindInMap [Envs, x, Size, {DefaultValue: 1}]",
            "'Fn::FindInMap' with a default",
        ),
        ("{Ref: !Sub 'Key'}", "A function as a name"),
    ] {
        let text = template(property).replace("Transform: AWS::LanguageExtensions\n", "");
        let unit = unit(&text);
        let message = format!(
            "{subject} needs the transform 'AWS::LanguageExtensions', without which CloudFormation rejects it."
        );
        assert_eq!(notices(&unit), [message], "{property}");
        assert!(
            !show(&resource(&unit, "R").node).contains("<malformed"),
            "{property}"
        );
    }
    let text = "Parameters: {K: {Type: String, Default: Retain}}\nResources: {R: {Type: T, DeletionPolicy: !Ref K}}\n";
    assert_eq!(notices(&unit(text)).len(), 1);
}

#[test]
fn a_known_piece_leaves_no_edge_and_a_block_keeps_its_own() {
    assert_eq!(
        edges("!Select [0, !Split ['/', !Sub 'a/${Key.Arn}']]"),
        [""; 0]
    );
    assert_eq!(
        edges("!Select [1, !Cidr [!GetAtt Key.Block, 2, 8]]"),
        ["Properties.P -> Key.Block"]
    );
    assert_eq!(
        edges("{'Fn::ToJsonString': {a: [!GetAtt Key.Arn]}}"),
        ["Properties.P -> Key.Arn"]
    );
}
