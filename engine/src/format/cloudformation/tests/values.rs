//! What values become.

use super::*;

#[test]
fn scalars_keep_their_types_and_texts() {
    assert_eq!(
        value("[true, 1.10, text, '1', 2010-09-09, 000123, ~, !!str 5]"),
        r#"[true,1.10,"text","1","2010-09-09","000123",null,"5"]"#
    );
}

#[test]
fn a_parameter_becomes_its_default() {
    assert_eq!(value("!Ref Env"), r#""prod""#);
}

#[test]
fn a_number_parameter_stays_text() {
    assert_eq!(value("{Ref: Port}"), r#""80""#);
}

#[test]
fn a_given_value_beats_the_default() {
    let unit = unit_with(&template("!Ref Env"), &given(&[("Env", "dev")]));
    let properties = resource(&unit, "R").node.get("Properties").unwrap();
    assert_eq!(show(properties), r#"{"P":"dev"}"#);
    assert!(unit.assumptions.is_empty());
}

#[test]
fn a_default_that_is_used_is_assumed_once() {
    let unit = unit_of("[!Ref Port, !Sub '${Port}', !Ref Name]");
    let assumed: Vec<_> = unit
        .assumptions
        .iter()
        .map(|assumption| format!("{}={}", assumption.name, assumption.value))
        .collect();
    assert_eq!(assumed, ["Env=prod", "Port=80"]);
}

#[test]
fn a_list_parameter_is_split_and_trimmed() {
    assert_eq!(value("!Ref Zones"), r#"["a","b","c"]"#);
}

#[test]
fn a_parameter_without_value_is_unknown() {
    assert_eq!(value("!Ref Subnets"), "<parameter Subnets: has no default>");
}

#[test]
fn allowed_values_are_what_a_parameter_can_be() {
    assert_eq!(
        value("!Ref Size"),
        r#"<parameter Size: has no default of "small" or "large">"#
    );
}

#[test]
fn a_no_echo_default_is_never_shown() {
    let unit = unit_of("[!Ref Password, !Sub 'x-${Password}']");
    let all = format!("{unit:?}");
    let text = template("");
    assert!(text.contains("hunter2"));
    assert_eq!(all.matches("hunter2").count(), 1, "only in the artifact");
    assert_eq!(
        show(unit.facts[0].1.get("Password").unwrap()),
        r#"{"type":"String","no_echo":true,"has_default":true}"#
    );
}

#[test]
fn a_parameter_store_type_is_opaque() {
    assert_eq!(
        value("!Ref Ami"),
        "<dynamic-reference Ami: is read from Parameter Store at deployment>"
    );
}

#[test]
fn a_boolean_default_is_the_text_that_cloudformation_passes() {
    assert_eq!(value("!Ref Flag"), r#""true""#);
}

#[test]
fn a_pseudo_parameter_is_an_unknown_with_its_name() {
    assert_eq!(
        value("!Ref AWS::Region"),
        "<pseudo-parameter AWS::Region: is known only at deployment>"
    );
}

#[test]
fn a_pseudo_parameter_can_be_given() {
    let options = given(&[("AWS::Region", "eu-west-1")]);
    let unit = unit_with(
        &template("!FindInMap [Regions, !Ref AWS::Region, Ami]"),
        &options,
    );
    let properties = resource(&unit, "R").node.get("Properties").unwrap();
    assert_eq!(show(properties), r#"{"P":"ami-2"}"#);
}

#[test]
fn no_value_removes_the_property_and_the_item() {
    assert_eq!(value("!Ref AWS::NoValue"), "absent");
    assert_eq!(value("[a, !Ref 'AWS::NoValue', b]"), r#"["a","b"]"#);
}

#[test]
fn a_sub_of_known_values_is_a_string() {
    assert_eq!(value("!Sub '${Env}-${Port}'"), r#""prod-80""#);
}

#[test]
fn a_sub_keeps_its_fragments() {
    assert_eq!(
        value("!Sub 'arn:${AWS::Partition}:kms:${Key.Arn}/*'"),
        "partial[\"arn:\",<pseudo-parameter AWS::Partition: is known only at deployment>,\":kms:\",<Key.Arn>,\"/*\"]"
    );
}

#[test]
fn a_sub_of_one_reference_is_the_reference() {
    assert_eq!(value("!Sub '${Key}'"), "<Key>");
}

#[test]
fn a_literal_in_a_sub_loses_its_mark() {
    assert_eq!(
        value("!Sub '${!aws:username}-${Env}'"),
        r#""${aws:username}-prod""#
    );
}

#[test]
fn a_sub_takes_its_own_variables_first() {
    assert_eq!(
        value("!Sub ['${Env}-${X}', {Env: a, X: !Ref Port}]"),
        r#""a-80""#
    );
}

#[test]
fn a_join_puts_the_delimiter_between() {
    assert_eq!(value("!Join ['-', [a, !Ref Env, 3]]"), r#""a-prod-3""#);
    assert_eq!(value("{'Fn::Join': [',', !Ref Zones]}"), r#""a,b,c""#);
}

#[test]
fn a_join_of_an_unknown_list_is_unknown_and_no_string() {
    assert_eq!(
        value("!Join [',', !Ref Subnets]"),
        "<parameter Subnets: has no default, so the joined text is open>"
    );
}

#[test]
fn select_takes_an_item_of_a_list_and_of_a_split() {
    assert_eq!(value("!Select [1, !Ref Zones]"), r#""b""#);
    assert_eq!(value("!Select ['2', !Split ['.', 'a.b.c']]"), r#""c""#);
}

#[test]
fn select_of_an_attribute_waits_for_the_resource() {
    assert_eq!(
        value("!Select [5, !Split [':', !GetAtt Key.Arn]]"),
        "<attribute Key.Arn: is known only after deployment, so the split text is open, so item 5 of it is open from Key.Arn>"
    );
}

#[test]
fn different_zones_have_different_names() {
    assert_eq!(
        value("[!Select [0, !GetAZs ''], !Select [1, {'Fn::GetAZs': !Ref AWS::Region}]]"),
        "[<pseudo-parameter Fn::GetAZs[0]: is known only at deployment>,<pseudo-parameter Fn::GetAZs[1]: is known only at deployment>]"
    );
}

#[test]
fn find_in_map_gives_texts_and_lists() {
    assert_eq!(value("!FindInMap [Envs, !Ref Env, Size]"), "10");
    assert_eq!(
        value("!FindInMap [Regions, us-east-1, Zones]"),
        r#"["a","b"]"#
    );
}

#[test]
fn find_in_map_with_an_open_key_lists_what_it_can_be() {
    assert_eq!(
        value("!FindInMap [Regions, !Ref AWS::Region, Ami]"),
        "<mapping Regions: depends on 'AWS::Region' of \"ami-1\" or \"ami-2\">"
    );
}

#[test]
fn find_in_map_is_decided_when_all_candidates_agree() {
    assert_eq!(
        value("!FindInMap [Regions, !Ref AWS::Region, Same]"),
        r#""x""#
    );
}

#[test]
fn find_in_map_falls_back_to_its_default_value() {
    assert_eq!(
        value("!FindInMap [Envs, test, Size, {DefaultValue: 3}]"),
        "3"
    );
}

#[test]
fn find_in_map_without_such_a_key_is_unknown_and_noted() {
    let property = "!FindInMap [Envs, test, Size]";
    assert_eq!(
        value(property),
        "<mapping Envs: has no value for 'test' and 'Size'>"
    );
    assert_eq!(
        notices_of(property),
        ["Mapping 'Envs' has no value for 'test' and 'Size'."]
    );
}

#[test]
fn base64_keeps_its_text_readable() {
    assert_eq!(
        value("{'Fn::Base64': !Sub 'echo ${Env}'}"),
        r#""echo prod""#
    );
    assert_eq!(
        value("!Base64\n        Fn::Sub: 'echo ${Env}'"),
        r#""echo prod""#
    );
}

#[test]
fn cidr_splits_a_block() {
    assert_eq!(
        value("!Cidr [10.0.5.9/16, 3, 8]"),
        r#"["10.0.0.0/24","10.0.1.0/24","10.0.2.0/24"]"#
    );
}

#[test]
fn cidr_of_too_many_blocks_is_malformed() {
    assert_eq!(
        notices_of("!Cidr [10.0.0.0/24, 3, 7]"),
        ["'Fn::Cidr' cannot make 3 blocks of '10.0.0.0/24'."]
    );
}

#[test]
fn cidr_of_the_whole_address_space_does_not_overflow() {
    assert_eq!(value("!Cidr [0.0.0.0/0, 1, 32]"), r#"["0.0.0.0/0"]"#);
    assert_eq!(
        value("!Select [255, !Cidr [255.255.255.0/24, 256, 0]]"),
        r#""255.255.255.255/32""#
    );
}

#[test]
fn an_import_names_its_export() {
    assert_eq!(
        value("!ImportValue\n        Fn::Sub: '${Env}-${AWS::StackName}-vpc'"),
        "<import prod-${AWS::StackName}-vpc: is exported by another stack>"
    );
}

#[test]
fn a_secret_reference_is_a_secret() {
    let written = "'{{resolve:secretsmanager:Db:SecretString:password}}'";
    assert_eq!(
        value(written),
        "<secret {{resolve:secretsmanager:Db:SecretString:password}}>"
    );
    assert_eq!(
        value("'{{resolve:ssm-secure:/db}}'"),
        "<secret {{resolve:ssm-secure:/db}}>"
    );
}

#[test]
fn a_secret_reference_may_be_part_of_a_string() {
    assert_eq!(
        value("'user:{{resolve:secretsmanager:Db}}@host'"),
        r#"partial["user:",<secret {{resolve:secretsmanager:Db}}>,"@host"]"#
    );
}

#[test]
fn a_secret_reference_may_come_together_from_parts() {
    let secret = "<secret {{resolve:secretsmanager:${Key}:SecretString:p}}>";
    assert_eq!(
        value("!Sub '{{resolve:secretsmanager:${Key}:SecretString:p}}'"),
        secret
    );
    assert_eq!(
        value("!Join ['', ['{{resolve:secretsmanager:', !Ref Key, ':SecretString:p}}']]"),
        secret
    );
}

#[test]
fn an_ssm_reference_is_unknown() {
    assert_eq!(
        value("'{{resolve:ssm:/a:1}}'"),
        "<dynamic-reference ssm:/a:1: is resolved at deployment>"
    );
}

#[test]
fn a_reference_without_end_is_text() {
    assert_eq!(value("'a {{resolve:ssm:/b'"), r#""a {{resolve:ssm:/b""#);
}

#[test]
fn length_and_json_of_known_values_are_known() {
    assert_eq!(value("{'Fn::Length': !Ref Zones}"), "3");
    assert_eq!(
        value("{'Fn::ToJsonString': {a: [1, !Ref Env], b: true}}"),
        r#""{\"a\":[1,\"prod\"],\"b\":true}""#
    );
}

#[test]
fn a_yaml_merge_gives_what_the_map_does_not_say() {
    let text = "
Resources:
  A: {Type: T, Properties: &base {X: 1, Y: 2}}
  R: {Type: T, Properties: {<<: *base, Y: 3}}
";
    let unit = unit(text);
    let properties = resource(&unit, "R").node.get("Properties").unwrap();
    assert_eq!(show(properties), r#"{"Y":3,"X":1}"#);
}
