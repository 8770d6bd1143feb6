//! What expressions and conditions say.

use serde_json::json;

use super::*;

#[test]
fn expressions_say_what_they_name_and_give() {
    let found = expression("on: push", "a ${{ GitHub.Event.Issue['title'] }} b");
    assert_eq!(found["path"], json!(["env", "X"]));
    assert_eq!(found["raw"], json!("${{ GitHub.Event.Issue['title'] }}"));
    assert_eq!(found["contexts"], json!(["github.event.issue.title"]));
    assert_eq!(found["result"], json!({"kind": "text"}));
    assert_eq!(
        expression("on: push", "${{ github.event[vars.K] }}")["dynamic"],
        json!(true)
    );
    assert_eq!(
        expression("on: push", "${{ 'a' }}")["result"],
        json!({"kind": "literal", "value": "a"})
    );
    assert_eq!(
        expression("on: push", "${{ github.actor == 'x' && 'a' || 'b' }}")["branches"],
        json!(["a", "b"])
    );
    assert_eq!(
        expression("on: push", "${{ contains(github.head_ref, 'x') }}")["result"]["kind"],
        json!("boolean")
    );
}

#[test]
fn conditions_need_no_braces() {
    let condition = |text: &str| job("on: push", &format!("    if: {text}"))["condition"].clone();
    let plain = condition("github.ref == 'refs/heads/main' && success()");
    assert_eq!(
        plain["ast"],
        json!({"op": "&&", "args": [
            {"op": "==", "args": [{"context": "github.ref"}, {"literal": "refs/heads/main"}]},
            {"call": "success", "args": []}
        ]})
    );
    assert_eq!(
        condition("${{ github.ref == 'refs/heads/main' && success() }}")["ast"],
        plain["ast"]
    );
    assert_eq!(condition("false")["value"], json!(false));
    assert_eq!(
        condition("\"${{ github.actor }} == 'x'\"")["ast"],
        Json::Null
    );
}

#[test]
fn a_description_is_prose_only_where_it_describes() {
    let unit = unit(
        "on: {workflow_call: {inputs: {a: {description: 'say ${{'}}}}\njobs:\n  a:\n    uses: ./b.yml\n    with: {description: '${{ github.event.issue.title }}'}\n",
    );
    assert_eq!(unit.notices, []);
    let found = facts(&unit, "jobs.a");
    assert_eq!(
        found["expressions"][0]["path"],
        json!(["with", "description"])
    );
}

#[test]
fn secrets_are_listed_once() {
    let found = job(
        "on: push",
        "    env: {A: '${{ secrets.Token }}', B: '${{ secrets.TOKEN || secrets.x }}'}",
    );
    assert_eq!(found["secrets"], json!(["token", "x"]));
}
