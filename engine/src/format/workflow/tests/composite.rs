//! Composite actions as steps of the jobs that use them.

use serde_json::json;

use super::*;

/// The files of a repository, by URI.
#[derive(Debug)]
struct Files(Vec<(&'static str, &'static str)>);

impl Library for Files {
    fn workflow(&self, uri: &str) -> Option<Callable> {
        let (uri, text) = self.0.iter().find(|(known, _)| *known == uri)?;
        let (document, errors) = crate::document::parse(text);
        assert_eq!(errors, []);
        let artifact = Artifact::new(*uri, (*text).to_owned(), Encoding::Utf8);
        Callable::new(Arc::new(artifact), &document)
    }

    fn action(&self, uri: &str) -> Option<Callable> {
        self.workflow(uri)
    }

    fn is_covered(&self, _: &str) -> bool {
        false
    }
}

const DEPLOY: (&str, &str) = (
    "actions/deploy/action.yml",
    "name: Deploy
inputs:
  stack: {required: true}
  dry-run: {default: 'false'}
runs:
  using: composite
  steps:
    - if: inputs.dry-run == 'true'
      shell: bash
      run: cdk diff
    - name: Bring it there
      shell: bash
      run: cdk deploy ${{ inputs.stack }}
",
);

const BOTH: (&str, &str) = (
    "actions/both/action.yaml",
    "name: Both
inputs:
  title: {default: none}
runs:
  using: composite
  steps:
    - uses: ./actions/deploy
      with: {stack: 'app-${{ inputs.title }}'}
    - uses: ./actions/node
",
);

const NODE: (&str, &str) = (
    "actions/node/action.yml",
    "name: Node
runs: {using: node20, main: index.js}
",
);

const CYCLE: (&str, &str) = (
    "actions/cycle/action.yml",
    "name: Cycle
runs:
  using: composite
  steps:
    - uses: ./actions/cycle
",
);

/// A workflow whose job `a` has these steps.
fn using(steps: &str) -> Unit {
    let text = format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}\n");
    let (document, errors) = crate::document::parse(&text);
    assert_eq!(errors, []);
    let artifact = Artifact::new(".github/workflows/x.yml", text, Encoding::Utf8);
    let files = Files(vec![DEPLOY, BOTH, NODE, CYCLE]);
    let options = Options {
        workflows: Neighbours(Some(Arc::new(files))),
        ..Options::default()
    };
    normalise(
        &document,
        Arc::new(artifact),
        Format::GithubWorkflow,
        &options,
    )
}

fn steps(unit: &Unit) -> Vec<Json> {
    facts(unit, "jobs.a")["steps"].as_array().unwrap().clone()
}

fn kinds(steps: &[Json]) -> Json {
    steps
        .iter()
        .map(|step| json!([step["kind"], step["within"], step["name"]]))
        .collect()
}

#[test]
fn the_steps_of_an_action_follow_the_step_that_uses_it() {
    let unit = using(
        "    - {name: Ship, uses: ./actions/deploy/, with: {stack: shop}}
    - run: make",
    );
    let steps = steps(&unit);
    assert_eq!(
        kinds(&steps),
        json!([
            ["call", null, "Ship"],
            ["run", 0, "Ship"],
            ["run", 0, "Bring it there"],
            ["run", null, null]
        ])
    );
    assert_eq!(steps[2]["path"], json!(["steps", 2]));
    assert_eq!(steps[2]["commands"][0]["program"], json!("cdk"));
}

#[test]
fn inputs_are_what_is_passed_or_their_defaults() {
    let unit = using("    - {uses: ./actions/deploy, with: {stack: 'x-${{ github.head_ref }}'}}");
    assert_eq!(steps(&unit)[1]["condition"]["value"], json!(false));
    let unit = using("    - {uses: ./actions/deploy, with: {stack: s, dry-run: true}}");
    assert_eq!(steps(&unit)[1]["condition"]["value"], json!(true));
}

#[test]
fn what_is_passed_flows_into_what_is_run() {
    let unit = using("    - {uses: ./actions/both, with: {title: '${{ github.head_ref }}'}}");
    let expressions = facts(&unit, "jobs.a")["expressions"].clone();
    let flows: Vec<&Json> = expressions
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["text"] == json!("inputs.stack"))
        .map(|one| &one["flows"])
        .collect();
    assert_eq!(flows, [&json!(["github.head_ref"])]);
}

#[test]
fn actions_nest_and_those_of_other_kinds_stay_a_step() {
    let unit = using("    - uses: ./actions/both");
    assert_eq!(unit.notices, []);
    assert_eq!(
        kinds(&steps(&unit)),
        json!([
            ["call", null, null],
            ["call", 0, null],
            ["run", 1, null],
            ["run", 1, "Bring it there"],
            ["uses", 0, null]
        ])
    );
}

#[test]
fn a_step_runs_where_the_one_that_uses_its_action_does() {
    let unit = using(
        "    - if: github.ref == 'refs/heads/main'
      uses: ./actions/deploy
      continue-on-error: true
      with: {stack: s, dry-run: '${{ vars.DRY }}'}",
    );
    let steps = steps(&unit);
    assert_eq!(
        steps[1]["condition"]["text"],
        json!("(github.ref == 'refs/heads/main') && (inputs.dry-run == 'true')")
    );
    assert_eq!(
        steps[2]["condition"]["text"],
        json!("github.ref == 'refs/heads/main'")
    );
    assert_eq!(steps[2]["continue_on_error"], json!(true));
}

#[test]
fn places_lie_in_the_file_of_the_action() {
    let unit = using("    - uses: ./actions/both");
    let sources = unit.sources.as_ref().unwrap();
    let job = unit.resources.iter().find(|one| &*one.address == "jobs.a");
    let step = |index: usize| Path::default().child("steps").child(index);
    let file = |index| {
        let file = sources.artifact(job.unwrap(), &step(index));
        file.map(|file| file.uri().to_string())
    };
    assert_eq!(file(0), None);
    assert_eq!(file(1).as_deref(), Some("actions/both/action.yaml"));
    assert_eq!(file(3).as_deref(), Some("actions/deploy/action.yml"));
    let calls = sources.calls(job.unwrap(), &step(3));
    let files: Vec<String> = calls
        .iter()
        .map(|call| call.artifact.uri().to_string())
        .collect();
    assert_eq!(
        files,
        ["actions/both/action.yaml", ".github/workflows/x.yml"]
    );
}

#[test]
fn an_action_that_uses_itself_is_refused() {
    let unit = using("    - uses: ./actions/cycle");
    assert_eq!(
        kinds(&steps(&unit)),
        json!([["call", null, null], ["uses", 0, null]])
    );
    let messages: Vec<&str> = unit.notices.iter().map(|one| &*one.message).collect();
    assert_eq!(
        messages,
        ["A step uses 'actions/cycle/action.yml', which uses itself."]
    );
}

#[test]
fn behind_a_checkout_of_another_repository_nothing_is_known() {
    let unit = using(
        "    - {uses: actions/checkout@v4, with: {repository: o/r}}
    - uses: ./actions/deploy",
    );
    assert_eq!(steps(&unit)[1]["kind"], json!("uses"));
    assert_eq!(steps(&unit).len(), 2);
    let unit = using(
        "    - {uses: actions/checkout@v4, with: {repository: o/r, path: other}}
    - uses: ./actions/deploy",
    );
    assert_eq!(steps(&unit).len(), 4);
}
