//! What steps and their commands do.

use serde_json::json;

use super::*;

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
