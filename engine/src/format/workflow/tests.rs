//! What normalising gives, on small files.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::*;
use crate::artifact::Encoding;
use crate::resource::{Fragment, NoticeKind, NoticeLevel};

fn unit(text: &str) -> Unit {
    unit_as(text, Format::GithubWorkflow)
}

fn unit_as(text: &str, format: Format) -> Unit {
    let (document, errors) = crate::document::parse(text);
    assert_eq!(errors, []);
    let artifact = Artifact::new(".github/workflows/x.yml", text.to_owned(), Encoding::Utf8);
    normalise(&document, Arc::new(artifact), format, &Options::default())
}

fn shown(node: &Node) -> Json {
    value(&node.value)
}

fn value(of: &Value) -> Json {
    match of {
        Value::Null => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Number(text) => serde_json::from_str(text).unwrap(),
        Value::String(text) => json!(&**text),
        Value::Array(items) => items.iter().map(shown).collect(),
        Value::Object(entries) => entries
            .iter()
            .map(|entry| (entry.key.to_string(), shown(&entry.node)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Unknown(unknown) => {
            let possible: Vec<Json> = unknown.values.iter().map(shown).collect();
            json!({"unknown": unknown.kind.name(), "name": &*unknown.name, "values": possible})
        }
        Value::Partial(fragments) => fragments
            .iter()
            .map(|fragment| match fragment {
                Fragment::Text(text) => json!(&**text),
                Fragment::Hole(hole) => value(hole),
            })
            .collect(),
        Value::Reference(_) | Value::Secret(_) => json!("?"),
    }
}

fn facts(unit: &Unit, address: &str) -> Json {
    let resource = unit
        .resources
        .iter()
        .find(|resource| &*resource.address == address)
        .unwrap();
    resource
        .facts
        .iter()
        .map(|(name, node)| ((*name).to_owned(), shown(node)))
        .collect::<Map<_, _>>()
        .into()
}

/// The facts of job `a`, whose lines (indented by four) are `body`, in a workflow that begins with `head`.
fn job(head: &str, body: &str) -> Json {
    let unit = unit(&format!(
        "{head}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: []\n{body}\n"
    ));
    assert_eq!(unit.notices, []);
    facts(&unit, "jobs.a")
}

/// The commands of a script as (program, words, operator).
fn commands(script: &str) -> Json {
    let found = command::fact(script, command::Language::Posix, &Path::default());
    let shown = shown(&found);
    let rows = shown.as_array().unwrap().iter();
    rows.map(|row| json!([row["program"], row["words"], row["operator"]]))
        .collect()
}

fn messages(text: &str) -> Vec<String> {
    let unit = unit(text);
    for notice in &unit.notices {
        assert_eq!(
            (notice.kind, notice.level),
            (NoticeKind::InvalidInput, NoticeLevel::Error)
        );
    }
    unit.notices
        .into_iter()
        .map(|notice| notice.message)
        .collect()
}

fn expression(head: &str, text: &str) -> Json {
    job(head, &format!("    env:\n      X: \"{text}\""))["expressions"][0].clone()
}

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

#[test]
fn uses_is_taken_apart() {
    let used = |raw: &str| shown(&uses::fact(raw, None, &mut Notices::default()));
    let action = used("GitHub/CodeQL-Action/analyze@v3");
    assert_eq!(action["name"], json!("github/codeql-action/analyze"));
    assert_eq!(
        [&action["kind"], &action["ref"], &action["sha"]],
        [&json!("remote"), &json!("v3"), &json!(false)]
    );
    let pinned = used("a/b@0123456789abcdef0123456789abcdef01234567");
    assert_eq!(
        [&pinned["sha"], &pinned["path"]],
        [&json!(true), &Json::Null]
    );
    assert_eq!(used("./.github/actions/x")["kind"], json!("local"));
    assert_eq!(used("docker://alpine:3")["image"], json!("alpine:3"));
    assert_eq!(used("actions/checkout")["ref"], Json::Null);
    assert_eq!(used("a/b@v4.2")["version"], json!([4, 2]));
    assert_eq!(used("a/b@main")["version"], Json::Null);
}

#[test]
fn the_comment_behind_a_commit_id_says_its_version() {
    let version = |comment: &str| {
        let uses = format!("a/b@0123456789abcdef0123456789abcdef01234567{comment}");
        let text = format!(
            "on: push\njobs:\n  a:\n    steps:\n      - uses: {uses}\n      - uses: c/d@v9\n"
        );
        facts(&unit(&text), "jobs.a")["steps"][0]["uses"]["version"].clone()
    };
    assert_eq!(version(" # v4.2.1"), json!([4, 2, 1]));
    assert_eq!(version(" # tag=v3"), json!([3]));
    assert_eq!(version(" # pin@4.0 of March"), json!([4, 0]));
    assert_eq!(version(" # the release of March"), Json::Null);
    assert_eq!(version(""), Json::Null);
}

#[test]
fn a_step_says_what_it_does() {
    let body = "    defaults: {run: {shell: sh}}\n    steps:\n      - {id: x, uses: a/b@v1, with: {K: v}, if: always()}\n      - {run: make, working-directory: d}\n      - {name: none}";
    let unit = unit(&format!("on: push\njobs:\n  a:\n{body}\n"));
    let steps = facts(&unit, "jobs.a")["steps"].clone();
    assert_eq!(steps[0]["kind"], json!("uses"));
    assert_eq!(steps[0]["with"], json!({"K": "v"}));
    assert_eq!(steps[0]["condition"]["status"], json!(["always"]));
    assert_eq!(steps[0]["condition"]["value"], Json::Null);
    assert_eq!(
        [&steps[1]["shell"], &steps[1]["working_directory"]],
        ["sh", "d"]
    );
    assert_eq!(steps[1]["commands"][0]["path"], json!(["steps", 1, "run"]));
    assert_eq!(steps[2]["kind"], json!("none"));
}

#[test]
fn wrappers_are_taken_off_the_program() {
    assert_eq!(
        commands("sudo -u ci env A=1 /usr/bin/Terraform -chdir=x apply"),
        json!([[
            "terraform",
            ["/usr/bin/Terraform", "-chdir=x", "apply"],
            null
        ]])
    );
    assert_eq!(commands("npx --yes cdk@2 deploy")[0][0], json!("cdk"));
    assert_eq!(
        commands("npx -p aws-cdk @scope/tool@1.2 x")[0][0],
        json!("tool")
    );
    assert_eq!(commands("npm exec -- cdk deploy")[0][0], json!("cdk"));
    assert_eq!(commands("npm run deploy")[0][0], json!("npm"));
    assert_eq!(
        commands("uv run --with x pytest -q")[0][1],
        json!(["pytest", "-q"])
    );
    assert_eq!(commands("timeout -k 5 10m aws s3 ls")[0][0], json!("aws"));
    assert_eq!(commands("command -v aws")[0][0], json!("command"));
    assert_eq!(commands("A=1 B=2")[0][0], json!(""));
    assert_eq!(
        commands("${{ github.workspace }}/bin/deploy.sh")[0][0],
        json!("deploy.sh")
    );
    assert_eq!(commands("$RUNNER x")[0][0], json!("$runner"));
}

#[test]
fn scripts_of_shells_are_read() {
    assert_eq!(
        commands("bash -ec 'make && ./x' || true"),
        json!([
            ["bash", ["bash", "-ec", "make && ./x"], "||"],
            ["make", ["make"], "&&"],
            ["x", ["./x"], null],
            ["true", ["true"], null]
        ])
    );
    assert_eq!(commands("bash deploy.sh")[1], Json::Null);
}

#[test]
fn a_command_names_the_one_behind_it() {
    let found = shown(&command::fact(
        "a \"$(b | c)\" || d",
        command::Language::Posix,
        &Path::default(),
    ));
    let next: Vec<&Json> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["next"])
        .collect();
    assert_eq!(next, [&json!(3), &json!(2), &Json::Null, &Json::Null]);
}

#[test]
fn other_shells_are_a_command_a_line() {
    let unit = unit(
        "on: push\njobs:\n  a:\n    runs-on: windows-latest\n    steps:\n      - run: |\n          # no\n          terraform apply; x\n          dir\n",
    );
    let step = facts(&unit, "jobs.a")["steps"][0].clone();
    assert_eq!(step["language"], json!("powershell"));
    assert_eq!(
        step["commands"][0]["words"],
        json!(["terraform", "apply;", "x"])
    );
    assert_eq!(step["commands"][1]["operator"], Json::Null);
}

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
