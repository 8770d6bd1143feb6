//! What refers to what.

use super::*;

#[test]
fn ref_and_get_att_refer_in_all_their_forms() {
    assert_eq!(
        value(
            "[!Ref Key, {Ref: Key}, !GetAtt Key.Arn, !GetAtt [Key, Arn], {'Fn::GetAtt': [Key, Arn]}, {'Fn::GetAtt': Key.Arn}]"
        ),
        "[<Key>,<Key>,<Key.Arn>,<Key.Arn>,<Key.Arn>,<Key.Arn>]"
    );
}

#[test]
fn the_attribute_may_be_a_parameter() {
    assert_eq!(value("!GetAtt [Key, !Ref Env]"), "<Key.prod>");
}

#[test]
fn an_attribute_may_have_dots() {
    assert_eq!(
        value("!GetAtt Key.Endpoint.Address"),
        "<Key.Endpoint.Address>"
    );
}

#[test]
fn an_edge_has_the_path_of_its_value() {
    assert_eq!(
        edges("{Ids: [x, !Ref Key], Name: !Sub '${Maybe.Arn}/${Key}'}"),
        [
            "Properties.P.Ids[1] -> Key",
            "Properties.P.Name -> Key",
            "Properties.P.Name -> Maybe.Arn"
        ]
    );
}

#[test]
fn an_edge_inside_a_join_has_the_path_of_the_join() {
    assert_eq!(
        edges("!Join ['', [a, !GetAtt Key.Arn]]"),
        ["Properties.P -> Key.Arn"]
    );
}

#[test]
fn only_the_selected_item_is_referred_to() {
    assert_eq!(
        edges("[!Select [1, [!Ref Key, !Ref Maybe]]]"),
        ["Properties.P[0] -> Maybe"]
    );
}

#[test]
fn only_the_branch_taken_is_referred_to() {
    assert_eq!(
        edges("!If [IsProd, !Ref Key, !Ref Maybe]"),
        ["Properties.P -> Key"]
    );
}

#[test]
fn both_branches_of_an_undecided_condition_are_referred_to() {
    assert_eq!(
        edges("!If [IsNamed, [!Ref Key], [x, !Ref Maybe]]"),
        ["Properties.P[0] -> Key", "Properties.P[1] -> Maybe"]
    );
}

#[test]
fn items_that_do_not_exist_do_not_count_in_paths() {
    assert_eq!(
        edges("[!Ref AWS::NoValue, !Ref Key]"),
        ["Properties.P[0] -> Key"]
    );
}

#[test]
fn depends_on_refers_to_what_exists() {
    let text = template("x").replace(
        "    Type: Test::Type\n",
        "    Type: Test::Type\n    DependsOn: [Key, Gone, Nope]\n",
    );
    let unit = unit(&text);
    assert_eq!(edges_of(resource(&unit, "R")), ["DependsOn -> Key"]);
    assert_eq!(
        notices(&unit),
        ["'DependsOn' names 'Nope', which is no resource."]
    );
}

#[test]
fn a_single_depends_on_refers_too() {
    let text = template("x").replace(
        "    Type: Test::Type\n",
        "    Type: Test::Type\n    DependsOn: Key\n",
    );
    assert_eq!(edges_of(resource(&unit(&text), "R")), ["DependsOn -> Key"]);
}

#[test]
fn what_is_not_declared_is_malformed_and_noted() {
    let message = "'Nope' is referred to, but is neither a parameter nor a resource.";
    for property in [
        "!Ref Nope",
        "!GetAtt Nope.Arn",
        "!Sub 'a-${Nope}'",
        "!Sub '${Nope.Arn}'",
    ] {
        assert_eq!(notices_of(property), [message], "{property}");
        assert_eq!(edges(property), [""; 0]);
    }
    assert_eq!(
        value("!Ref Nope"),
        "<malformed Nope: is referred to, but is neither a parameter nor a resource>"
    );
}

#[test]
fn what_a_false_condition_removes_cannot_be_referred_to() {
    assert_eq!(
        value("!Ref Gone"),
        "<malformed Gone: is referred to, but its condition is false>"
    );
    assert_eq!(edges("!Ref Gone"), [""; 0]);
}

#[test]
fn outputs_of_nested_stacks_and_custom_resources_are_opaque() {
    assert_eq!(
        value("!GetAtt Stack.Outputs.Vpc"),
        "<attribute Stack.Outputs.Vpc: is an output of a nested stack from Stack.Outputs.Vpc>"
    );
    assert_eq!(
        value("!Sub '${Custom.Id}'"),
        "<attribute Custom.Id: is given by a custom resource from Custom.Id>"
    );
    assert_eq!(
        edges("!GetAtt Stack.Outputs.Vpc"),
        ["Properties.P -> Stack.Outputs.Vpc"]
    );
}

#[test]
fn a_module_gives_unknown_values() {
    let text = "
Resources:
  Web: {Type: Acme::S3::Bucket::MODULE}
  R: {Type: T, Properties: {P: [!GetAtt Web.Bucket.Arn, !Ref WebBucket]}}
";
    let unit = unit(text);
    let resource = resource(&unit, "R");
    assert_eq!(
        show(resource.node.get("Properties").unwrap()),
        "{\"P\":[<transform Web.Bucket.Arn: is made by a module that is not read from Web.Bucket.Arn>,\
         <transform Web.Bucket: is made by a module or transform that is not read from Web.Bucket>]}"
    );
    assert_eq!(
        notices(&unit),
        ["'Web' is the module 'Acme::S3::Bucket::MODULE': the resources in it are not judged."]
    );
}

#[test]
fn outputs_list_what_they_expose() {
    let text = template("x")
        + "Outputs:\n  A: {Value: !Sub '${Key.Arn}-${Maybe}'}\n  B: {Value: !Ref Env}\n  C: {Condition: IsDev, Value: !Ref Key}\n";
    let unit = unit(&text);
    let outputs: Vec<_> = unit
        .outputs
        .iter()
        .map(|output| {
            let targets: Vec<_> = output.references.iter().map(target).collect();
            format!("{}: {}", output.name, targets.join(" "))
        })
        .collect();
    assert_eq!(outputs, ["A: Key.Arn Maybe", "B: "]);
}

#[test]
fn an_unwanted_type_keeps_its_address_only() {
    let options = Options {
        wanted: crate::format::Wanted::Types(Arc::new(["Test::Type".to_owned()].into())),
        ..Options::default()
    };
    let unit = unit_with(&template("!Ref Maybe"), &options);
    assert_eq!(show(&resource(&unit, "Stack").node), "{}");
    assert_eq!(resource(&unit, "Maybe").facts.len(), 1);
    assert_eq!(edges_of(resource(&unit, "R")), ["Properties.P -> Maybe"]);
}
