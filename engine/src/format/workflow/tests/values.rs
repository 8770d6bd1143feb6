//! What environments, inputs, variables and matrices hold.

use serde_json::json;

use super::*;

#[test]
fn an_environment_is_a_text_an_object_or_an_expression() {
    let environment = |body: &str| job("on: push", body)["environment"].clone();
    assert_eq!(environment(""), Json::Null);
    assert_eq!(
        environment("    environment: production"),
        json!({"path": ["environment"], "name": "production", "raw": "production", "deployment_false": false})
    );
    assert_eq!(
        environment("    environment: {name: prod, deployment: false}"),
        json!({"path": ["environment", "name"], "name": "prod", "raw": "prod", "deployment_false": true})
    );
    assert_eq!(
        environment("    environment: ${{ vars.TARGET }}")["name"],
        json!({"unknown": "expression", "name": "vars.target", "values": []})
    );
    assert_eq!(
        environment(
            "    environment: ${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}"
        )["name"],
        json!({"unknown": "alternatives", "name": "github.ref", "values": ["production", "staging"]})
    );
}

#[test]
fn choices_are_their_options_and_empty_for_other_events() {
    let input = "workflow_dispatch: {inputs: {target: {type: choice, options: [dev, prod]}, free: {default: x}}}";
    let name = |on: &str, text: &str| {
        job(
            &format!("on: {{{on}}}"),
            &format!("    environment: {text}"),
        )["environment"]["name"]
            .clone()
    };
    let choice = "${{ inputs.Target }}";
    assert_eq!(name(input, choice)["values"], json!(["dev", "prod"]));
    let both = format!("push: , {input}");
    assert_eq!(name(&both, choice)["values"], json!(["dev", "prod", ""]));
    assert_eq!(
        name(&both, "${{ inputs.target || 'prod' }}")["values"],
        json!(["dev", "prod"])
    );
    assert_eq!(
        name(&both, "${{ github.event.inputs.target }}")["values"],
        json!(["dev", "prod", ""])
    );
    assert_eq!(
        name(input, "${{ inputs.free }}")["unknown"],
        json!("expression")
    );
}

#[test]
fn inputs_of_calls_are_open_even_with_a_default() {
    let head =
        "on: {workflow_call: {inputs: {env: {type: string, default: dev}, dry: {type: boolean}}}}";
    let environment = job(head, "    environment: ${{ inputs.env }}")["environment"].clone();
    assert_eq!(environment["name"]["unknown"], json!("expression"));
    assert_eq!(
        expression(head, "${{ inputs.dry }}")["result"],
        json!({"kind": "boolean"})
    );
}

#[test]
fn variables_resolve_from_the_nearest_level() {
    let head = "on: push\nenv: {A: one, B: two, C: '${{ github.sha }}'}";
    let found = job(
        head,
        "    env: {A: three}\n    environment: ${{ env.a }}-${{ env.B }}",
    );
    assert_eq!(found["environment"]["name"], json!("three-two"));
    assert_eq!(
        found["env"],
        json!({"B": "two", "C": {"unknown": "expression", "name": "github.sha", "values": []}, "A": "three"})
    );
}

#[test]
fn variables_that_a_step_sets_again_are_open() {
    let unit = unit(
        "on: push\nenv: {A: one, B: two}\njobs:\n  a:\n    steps:\n      - run: echo A=x >> $GITHUB_ENV\n      - run: echo ${{ env.A }} ${{ env.B }}\n",
    );
    let found = facts(&unit, "jobs.a")["expressions"].clone();
    assert_eq!(found[0]["result"], json!({"kind": "text"}));
    assert_eq!(
        found[1]["result"],
        json!({"kind": "literal", "value": "two"})
    );
}

#[test]
fn a_matrix_is_its_combinations() {
    let matrix = |text: &str| {
        let body = format!("    strategy: {{matrix: {text}}}");
        job("on: push", &body)["matrix"].clone()
    };
    assert_eq!(
        matrix(
            "{os: [a, b], v: [1, 2], exclude: [{os: a, v: 2}], include: [{os: b, x: y}, {os: c}]}"
        ),
        json!([
            {"os": "a", "v": 1}, {"os": "b", "v": 1, "x": "y"}, {"os": "b", "v": 2, "x": "y"}, {"os": "c"}
        ])
    );
    assert_eq!(
        matrix("{include: [{env: dev}, {env: prod}]}"),
        json!([{"env": "dev"}, {"env": "prod"}])
    );
    assert_eq!(
        matrix("'${{ fromJSON(needs.a.outputs.m) }}'")["unknown"],
        json!("expression")
    );
    assert_eq!(
        matrix("{os: [a], v: '${{ fromJSON(vars.V) }}'}")[0]["v"]["unknown"],
        json!("expression")
    );
    assert_eq!(
        matrix("\"${{ fromJSON('{\\\"os\\\": [1, 2]}') }}\""),
        json!([{"os": 1}, {"os": 2}])
    );
    let many = (0..20).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    assert_eq!(
        matrix(&format!("{{a: [{many}], b: [{many}]}}"))["unknown"],
        json!("limit")
    );
}

#[test]
fn matrix_values_resolve_together() {
    let body = "    strategy: {matrix: {include: [{e: dev, r: eu}, {e: prod, r: us}]}}\n    environment: ${{ matrix.e }}-${{ matrix.r }}\n    continue-on-error: ${{ matrix.e == 'dev' }}";
    let found = job("on: push", body);
    assert_eq!(
        found["environment"]["name"]["values"],
        json!(["dev-eu", "prod-us"])
    );
    assert_eq!(found["continue_on_error"]["values"], json!([true, false]));
}

#[test]
fn images_keep_what_is_literal() {
    let body = "    container: {image: 'ghcr.io/x/y:${{ github.sha }}'}\n    services:\n      db: {image: postgres:16}\n      q: redis";
    assert_eq!(
        job("on: push", body)["images"],
        json!([
            {"path": ["container", "image"], "kind": "container", "name": null,
             "image": ["ghcr.io/x/y:", {"unknown": "expression", "name": "github.sha", "values": []}]},
            {"path": ["services", "db", "image"], "kind": "service", "name": "db", "image": "postgres:16"},
            {"path": ["services", "q"], "kind": "service", "name": "q", "image": "redis"}
        ])
    );
}

#[test]
fn runners_are_labels() {
    let runner = |text: &str| {
        let unit = unit(&format!(
            "on: push\njobs:\n  a: {{steps: [], runs-on: {text}}}\n"
        ));
        facts(&unit, "jobs.a")["runs_on"].clone()
    };
    assert_eq!(
        runner("ubuntu-latest"),
        json!({"labels": ["ubuntu-latest"], "group": null, "self_hosted": false})
    );
    assert_eq!(runner("[self-hosted, linux]")["self_hosted"], json!(true));
    assert_eq!(runner("{group: big}")["self_hosted"], Json::Null);
    assert_eq!(runner("'${{ vars.RUNNER }}'")["self_hosted"], Json::Null);
    let either = "\"${{ github.ref == 'x' && 'macos-15' || 'ubuntu-24.04' }}\"";
    assert_eq!(runner(either)["self_hosted"], json!(false));
}
