//! What conditions decide.

use super::*;

/// Returns what `Fn::If` makes of a condition: `1` for true, `0` for false.
fn decided(condition: &str) -> String {
    let text = template("!If [C, 1, 0]")
        .replace("Conditions:\n", &format!("Conditions:\n  C: {condition}\n"));
    let unit = unit(&text);
    show(
        resource(&unit, "R")
            .node
            .get("Properties")
            .unwrap()
            .get("P")
            .unwrap(),
    )
}

#[test]
fn defaults_decide_a_condition() {
    assert_eq!(value("!If [IsProd, a, b]"), r#""a""#);
    assert_eq!(value("!If [IsDev, a, b]"), r#""b""#);
}

#[test]
fn a_given_value_decides_a_condition() {
    let unit = unit_with(&template("!If [IsNamed, a, b]"), &given(&[("Name", "x")]));
    let properties = resource(&unit, "R").node.get("Properties").unwrap();
    assert_eq!(show(properties), r#"{"P":"a"}"#);
}

#[test]
fn an_undecided_condition_shows_both_branches() {
    assert_eq!(
        value("!If [IsNamed, a, !GetAtt Key.Arn]"),
        r#"<condition IsNamed: depends on 'Name' of "a" or <Key.Arn> from Key.Arn>"#
    );
}

#[test]
fn no_value_in_an_undecided_branch_is_null() {
    assert_eq!(
        value("!If [IsNamed, !Ref AWS::NoValue, b]"),
        r#"<condition IsNamed: depends on 'Name' of null or "b">"#
    );
}

#[test]
fn branches_that_agree_need_no_decision() {
    assert_eq!(value("!If [IsNamed, true, true]"), "true");
    assert_eq!(
        value("!If [IsNamed, !Ref AWS::NoValue, !Ref AWS::NoValue]"),
        "absent"
    );
}

#[test]
fn no_value_in_the_taken_branch_removes_the_property() {
    assert_eq!(value("!If [IsProd, !Ref AWS::NoValue, b]"), "absent");
}

#[test]
fn logic_has_three_values() {
    let open = "!Equals [!Ref Name, x]";
    assert_eq!(decided("!Not [{Condition: IsDev}]"), "1");
    assert_eq!(decided("!And [!Condition IsProd, !Condition IsDev]"), "0");
    assert_eq!(decided(&format!("!And [{open}, !Condition IsDev]")), "0");
    assert_eq!(decided(&format!("!Or [{open}, !Condition IsProd]")), "1");
    assert_eq!(
        decided(&format!("!Or [{open}, !Condition IsDev]")),
        "<condition C: depends on 'Name' of 1 or 0>"
    );
    assert_eq!(
        decided(&format!(
            "!And [{open}, !Equals [!Ref AWS::Region, eu-west-1]]"
        )),
        "<condition C: depends on 'AWS::Region' and 'Name' of 1 or 0>"
    );
}

#[test]
fn the_same_input_equals_itself() {
    assert_eq!(
        decided("!Equals [!Ref AWS::Region, !Ref 'AWS::Region']"),
        "1"
    );
    assert_eq!(decided("!Equals [!Sub 'a-${Name}', !Sub 'a-${Name}']"), "1");
    assert_eq!(
        decided("!Equals [!Ref AWS::Region, !Ref Name]"),
        "<condition C: depends on 'AWS::Region' and 'Name' of 1 or 0>"
    );
}

#[test]
fn different_items_of_an_unknown_list_are_not_the_same_input() {
    assert_eq!(
        decided("!Equals [!Select [0, !Ref Subnets], !Select [1, !Ref Subnets]]"),
        "<condition C: depends on 'Subnets' of 1 or 0>"
    );
}

#[test]
fn a_known_prefix_can_decide_a_comparison() {
    assert_eq!(decided("!Equals [!Sub 'a-${Name}', b]"), "0");
}

#[test]
fn a_value_that_is_not_allowed_is_never_equal() {
    assert_eq!(decided("!Equals [!Ref Size, huge]"), "0");
    assert_eq!(
        decided("!Equals [!Ref Size, large]"),
        "<condition C: depends on 'Size' of 1 or 0>"
    );
}

#[test]
fn numbers_and_booleans_compare_as_text() {
    assert_eq!(decided("!Equals [!Ref Port, 80]"), "1");
    assert_eq!(decided("!Equals [!Ref Flag, yes]"), "1");
    assert_eq!(decided("!Equals [true, 'true']"), "1");
}

#[test]
fn a_no_echo_default_decides_a_condition() {
    assert_eq!(decided("!Not [!Equals [!Ref Password, '']]"), "1");
}

#[test]
fn a_resource_with_a_false_condition_does_not_exist() {
    let unit = unit_of("x");
    let ids: Vec<_> = unit
        .resources
        .iter()
        .map(|resource| &*resource.address)
        .collect();
    assert_eq!(ids, ["Key", "Vpc", "Stack", "Custom", "Maybe", "R"]);
}

#[test]
fn a_resource_with_an_undecided_condition_stays() {
    let unit = unit_of("x");
    let facts = &resource(&unit, "Maybe").facts;
    assert_eq!(facts[0].0, "conditional");
    assert_eq!(show(&facts[0].1), "<condition IsNamed: depends on 'Name'>");
}

#[test]
fn a_condition_that_is_not_declared_is_undecided_and_noted() {
    assert_eq!(
        value("!If [Nope, a, b]"),
        r#"<condition Nope: depends on 'Nope' of "a" or "b">"#
    );
    assert_eq!(
        notices_of("!If [Nope, a, b]"),
        ["Condition 'Nope' is not declared."]
    );
}

#[test]
fn conditions_that_ask_each_other_are_undecided_and_noted() {
    let text = template("!If [A, a, b]").replace(
        "Conditions:\n",
        "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n",
    );
    let unit = unit(&text);
    assert_eq!(notices(&unit), ["Condition 'A' depends on itself."]);
}

#[test]
fn a_condition_of_the_wrong_shape_is_undecided_and_noted() {
    for odd in [
        "yes",
        "!Equals [a]",
        "!And [!Condition IsProd]",
        "!Ref Env",
        "{a: b}",
    ] {
        let text = template("!If [C, a, b]")
            .replace("Conditions:\n", &format!("Conditions:\n  C: {odd}\n"));
        let unit = unit(&text);
        assert_eq!(
            notices(&unit),
            ["Condition 'C' is no valid condition."],
            "{odd}"
        );
    }
}

#[test]
fn what_a_condition_reads_is_no_reference_of_the_resource() {
    let text = template("!If [C, a, b]").replace(
        "Conditions:\n",
        "Conditions:\n  C: !Equals [!GetAtt Key.Arn, x]\n",
    );
    assert_eq!(edges_of(resource(&unit(&text), "R")), [""; 0]);
}
