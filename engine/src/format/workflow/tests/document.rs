//! The workflow as a whole, and what is wrong with it.

use serde_json::json;

use super::*;

#[test]
fn triggers_have_one_shape_for_three_forms() {
    let triggers = |on: &str| {
        let text = format!("on: {on}\njobs: {{}}");
        facts(&unit(&text), "workflow")["triggers"].clone()
    };
    assert_eq!(
        triggers("push"),
        json!([{"event": "push", "filters": {}, "path": ["on"]}])
    );
    assert_eq!(
        triggers("[push, Release]")[1],
        json!({"event": "release", "filters": {}, "path": ["on", 1]})
    );
    assert_eq!(
        triggers(
            "{push: {branches: main, tags: ['v*']}, schedule: [{cron: '0 0 * * *'}], release: }"
        ),
        json!([
            {"event": "push", "filters": {"branches": ["main"], "tags": ["v*"]}, "path": ["on", "push"]},
            {"event": "schedule", "filters": {"cron": ["0 0 * * *"]}, "path": ["on", "schedule"]},
            {"event": "release", "filters": {}, "path": ["on", "release"]}
        ])
    );
}

#[test]
fn the_workflow_stands_without_its_jobs() {
    let unit = unit("on: push\nname: CI\npermissions: read-all\njobs:\n  a: {uses: ./x.yml}\n");
    let addresses: Vec<&str> = unit
        .resources
        .iter()
        .map(|resource| &*resource.address)
        .collect();
    assert_eq!(addresses, ["workflow", "jobs.a"]);
    assert!(unit.resources[0].node.get("jobs").is_none());
    let workflow = facts(&unit, "workflow");
    assert_eq!(workflow["name"], json!("CI"));
    assert_eq!(
        workflow["permissions"],
        json!({"origin": "workflow", "path": ["permissions"], "value": "read-all"})
    );
    assert_eq!(
        facts(&unit, "jobs.a")["permissions"]["origin"],
        json!("workflow")
    );
}

#[test]
fn needs_are_closed_transitively() {
    let unit = unit(
        "on: push\njobs:\n  a: {steps: []}\n  b: {steps: [], needs: a}\n  c: {steps: [], needs: [B]}\n  d: {steps: [], needs: [a, c]}\n",
    );
    assert_eq!(unit.notices, []);
    let deploy = facts(&unit, "jobs.d");
    assert_eq!(deploy["needs"], json!(["a", "c"]));
    assert_eq!(deploy["needs_closure"], json!(["a", "c", "b"]));
    let edge = &unit.resources[3].references[0];
    assert_eq!(
        (edge.path.to_string(), &*edge.target.address),
        ("needs[0]".to_owned(), "jobs.b")
    );
}

#[test]
fn outputs_of_needed_jobs_are_edges() {
    let unit = unit(
        "on: push\njobs:\n  Build: {steps: []}\n  b:\n    needs: Build\n    steps:\n      - run: echo ${{ needs.build.outputs.tag }}\n",
    );
    let edge = unit.resources[2].references.last().unwrap();
    assert_eq!(edge.path.to_string(), "steps[0].run");
    assert_eq!(
        (&*edge.target.address, &*edge.target.attribute),
        ("jobs.Build", "outputs.tag")
    );
}

#[test]
fn anchors_are_expanded() {
    let unit = unit(
        "on: push\njobs:\n  a:\n    env: &e {A: x}\n    steps: []\n  b:\n    env: *e\n    steps: []\n",
    );
    assert_eq!(unit.notices, []);
    assert_eq!(facts(&unit, "jobs.b")["env"], json!({"A": "x"}));
}

#[test]
fn what_github_rejects_is_noticed() {
    let jobs = |body: &str| messages(&format!("on: push\njobs:\n{body}"));
    assert_eq!(messages("on: push"), ["This workflow has no 'jobs'."]);
    assert_eq!(
        messages("jobs: {a: {steps: []}}"),
        ["This workflow has no 'on'."]
    );
    assert_eq!(messages("- a"), ["This file is no mapping."]);
    assert_eq!(messages(""), ["This file is no mapping."]);
    assert_eq!(jobs("  a: x"), ["Job 'a' is no mapping."]);
    assert_eq!(jobs("  a: {}"), ["Job 'a' has neither 'steps' nor 'uses'."]);
    assert_eq!(jobs("  a: {steps: x}"), ["'steps' is no list."]);
    assert_eq!(jobs("  a: {steps: [x]}"), ["This step is no mapping."]);
    assert_eq!(
        jobs("  a: {steps: [], needs: b}"),
        ["Job 'a' needs 'b', which does not exist."]
    );
    assert_eq!(
        jobs("  a: {steps: [], needs: b}\n  b: {steps: [], needs: a}"),
        [
            "Job 'a' needs itself through its needs.",
            "Job 'b' needs itself through its needs."
        ]
    );
    assert_eq!(
        jobs("  a: {steps: [], environment: {url: x}}"),
        ["The environment of this job has no name."]
    );
    assert_eq!(
        jobs("  a: {steps: [{uses: 'a/b@${{ x }}'}]}"),
        ["'uses' takes no expression, but is 'a/b@${{ x }}'."]
    );
    assert_eq!(
        jobs("  a: {steps: [], if: 'a = b'}"),
        ["The expression 'a = b' has the unexpected character '='."]
    );
    let long = jobs(&format!("  a: {{steps: [], if: '{}'}}", "(".repeat(9000)));
    assert!(long[0].len() < 300, "{}", long[0]);
    assert_eq!(
        jobs("  a: {steps: [], name: '${{ x'}"),
        ["The '${{' in 'name' is never closed."]
    );
    assert_eq!(
        jobs("  a: {steps: [], name: x, name: y}"),
        ["The key 'name' is repeated; the last one is judged."]
    );
    assert_eq!(
        jobs("  a: {steps: [], <<: {name: x}}"),
        ["GitHub Actions does not support the merge key '<<'."]
    );
}

#[test]
fn an_alias_bomb_ends_in_one_notice() {
    use std::fmt::Write as _;
    let mut text = "on: push\nx0: &x0 [a, b]\n".to_owned();
    for level in 1..17 {
        let below = level - 1;
        writeln!(text, "x{level}: &x{level} [*x{below}, *x{below}]").unwrap();
    }
    text.push_str("jobs: {a: {steps: *x16}}");
    let unit = unit(&text);
    assert_eq!(unit.notices[0].kind, NoticeKind::Limit);
    assert!(unit.notices.len() < 4);
}

#[test]
fn an_action_has_steps_and_expressions() {
    let text = "name: x\ndescription: say ${{ what\ninputs: {who: {description: '${{ no', default: a}}\nruns:\n  using: composite\n  steps:\n    - run: echo ${{ inputs.who }}\n      shell: bash\n";
    let unit = unit_as(text, Format::GithubAction);
    assert_eq!(unit.notices, []);
    let action = facts(&unit, "action");
    assert_eq!(action["using"], json!("composite"));
    assert_eq!(action["steps"][0]["path"], json!(["runs", "steps", 0]));
    assert_eq!(action["expressions"][0]["contexts"], json!(["inputs.who"]));
}
