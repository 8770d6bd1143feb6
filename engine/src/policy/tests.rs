//! Tests of loading and choosing policies.

use serde_json::json;

use super::*;

fn source(path: &str, text: String) -> Source {
    Source::custom(path, text)
}

fn metadata(id: &str, custom: &str) -> String {
    format!(
        "# METADATA\n# scope: package\n# title: Encrypt\n# description: |\n#   Because.\n# related_resources:\n#   - ref: https://example.com/\n\
         # custom:\n#   id: {id}\n#   slug: slug-{}\n#   family: S3\n#   severity: high\n#   score: 7.5\n\
         #   formats: [cloudformation]\n#   resources: [\"AWS::S3::Bucket\"]\n{custom}#   remediation:\n#     cloudformation: Do it.\n",
        id.to_lowercase()
    )
}

fn policy(id: &str, custom: &str, rules: &str) -> Source {
    let name = id.to_lowercase().replace('-', "_");
    let text = format!(
        "{}package policies.s3.{name}\n\n{rules}\n",
        metadata(id, custom)
    );
    let mut source = source(&format!("s3/{name}.rego"), text);
    source.builtin = true;
    source
}

fn errors(sources: Vec<Source>) -> Vec<String> {
    let (_, errors) = PolicySet::new(sources, []);
    errors.iter().map(ToString::to_string).collect()
}

const DAYS: &str = "#   packs: [baseline, cis, strict]\n#   params:\n#     - {name: days, type: integer, description: D., default: 365, stricter: lower, presets: {cis: 730, strict: 90}}\n";

#[test]
fn metadata_is_read_whole() {
    let custom = "#   packs: [strict]\n#   yields_to: [S3-002]\n#   cwe: [311]\n#   frameworks:\n#     verified: {aws_fsbp: [\"S3.1\"]}\n#     judged: {soc2: [CC6.1]}\n#   peers: {checkov: [CKV_AWS_1]}\n";
    let (set, errors) = PolicySet::new([policy("S3-001", custom, "")], []);
    assert_eq!(errors, []);
    let metadata = &set.policy("S3-001").unwrap().metadata;
    assert_eq!(metadata.description, "Because.");
    assert_eq!((metadata.severity, metadata.score), (Severity::High, 7.5));
    assert_eq!(
        (metadata.scope, metadata.cwe.as_slice()),
        (Scope::Unit, &[311][..])
    );
    assert_eq!(metadata.references, ["https://example.com/"]);
    let mapped: Vec<_> = metadata
        .frameworks
        .iter()
        .map(|one| (one.framework.as_str(), one.id.as_str(), one.verified))
        .collect();
    assert_eq!(
        mapped,
        [("aws_fsbp", "S3.1", true), ("soc2", "CC6.1", false)]
    );
}

#[test]
fn every_error_of_a_block_has_its_place() {
    let custom = "#   packs: [basline]\n#   sevrity: low\n#   params:\n#     - {name: days, type: integer, description: D., default: \"7\", stricter: lower}\n";
    assert_eq!(
        errors(vec![policy("S3-001", custom, "")]),
        [
            "s3/s3_001.rego:16:13: 'basline' is no pack, did you mean 'baseline'?",
            "s3/s3_001.rego:17:5: unknown key 'sevrity' in custom, did you mean 'severity'?",
            "s3/s3_001.rego:19:63: parameter 'days' takes a value of type integer, not \"7\"",
        ]
    );
}

#[test]
fn what_is_missing_is_named() {
    let text = "# METADATA\n# title: A\n# custom:\n#   id: S3-1\npackage a\n";
    assert_eq!(
        errors(vec![source("a.rego", text.to_owned())]),
        [
            "a.rego:2:3: 'description' is missing from METADATA",
            "a.rego:4:5: 'family' is missing from custom",
            "a.rego:4:5: 'formats' is missing from custom",
            "a.rego:4:5: 'packs' is missing from custom",
            "a.rego:4:5: 'remediation' is missing from custom",
            "a.rego:4:5: 'resources' is missing from custom",
            "a.rego:4:5: 'score' is missing from custom",
            "a.rego:4:5: 'severity' is missing from custom",
            "a.rego:4:5: 'slug' is missing from custom",
            "a.rego:4:9: 'S3-1' is no id: it must look like 'NET-001'",
        ]
    );
}

#[test]
fn a_policy_without_metadata_and_a_file_without_a_package_are_errors() {
    assert_eq!(
        errors(vec![
            source("a.rego", "package a\n\ndeny contains 1\n".into()),
            source("b.rego", "deny := 1\n".into()),
        ]),
        [
            "a.rego:1:1: a policy needs METADATA with 'custom' above its package",
            "b.rego:1:1: the file does not begin with a package",
        ]
    );
}

#[test]
fn an_id_belongs_to_one_policy() {
    let second = Source {
        path: "s3/other.rego".into(),
        text: format!(
            "{}package policies.s3.other\n",
            metadata("S3-001", "#   packs: [strict]\n")
        )
        .into(),
        builtin: true,
    };
    let found = errors(vec![policy("S3-001", "#   packs: [strict]\n", ""), second]);
    assert_eq!(
        found,
        ["s3/other.rego:1:1: the id 'S3-001' is already that of policies.s3.s3_001"]
    );
}

#[test]
fn tests_are_kept_apart() {
    let test = source(
        "s3/a_test.rego",
        "package a_test\n\ntest_x if true\n".into(),
    );
    let (set, errors) = PolicySet::new([test], []);
    assert_eq!(errors, []);
    assert_eq!((set.modules().len(), set.tests().len()), (0, 1));
}

fn ids(selection: &Selection) -> Vec<&str> {
    let policies = selection.policies.iter();
    policies
        .map(|chosen| chosen.policy.metadata.id.as_str())
        .collect()
}

fn pack() -> PolicySet {
    let sources = vec![
        policy("S3-002", "#   packs: [strict]\n", ""),
        policy("S3-001", DAYS, ""),
    ];
    PolicySet::new(sources, []).0
}

fn asked(packs: &[&str], rules: &[&str], skip: &[&str]) -> Request {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Request {
        packs: owned(packs),
        rules: owned(rules),
        skip: owned(skip),
        ..Request::default()
    }
}

#[test]
fn packs_and_rules_choose_policies() {
    let set = pack();
    let chosen = |request: Request| {
        let selection = set.select(&request).unwrap();
        ids(&selection).join(" ")
    };
    assert_eq!(chosen(asked(&[], &[], &[])), "S3-001");
    assert_eq!(chosen(asked(&["strict"], &[], &[])), "S3-001 S3-002");
    assert_eq!(chosen(asked(&["strict"], &[], &["s3-001"])), "S3-002");
    assert_eq!(chosen(asked(&[], &["slug-s3-002"], &[])), "S3-002");
}

#[test]
fn a_policy_of_the_user_is_chosen_whatever_its_packs() {
    let mut own = policy("S3-009", "#   packs: [strict]\n", "");
    own.builtin = false;
    let (set, _) = PolicySet::new([own], []);
    assert_eq!(ids(&set.select(&Request::default()).unwrap()), ["S3-009"]);
}

#[test]
fn the_stricter_pack_and_the_user_settle_parameters() {
    let set = pack();
    let days = |packs: &[&str], given: Option<i64>| {
        let mut request = asked(packs, &["S3-001"], &[]);
        if let Some(given) = given {
            let values = [("days".to_owned(), json!(given))].into();
            request.parameters.insert("S3-001".into(), values);
        }
        set.select(&request).unwrap().policies[0].parameters["days"].clone()
    };
    assert_eq!(days(&["baseline"], None), 365);
    assert_eq!(days(&["cis"], None), 730);
    assert_eq!(days(&["baseline", "cis"], None), 365);
    assert_eq!(days(&["strict", "cis"], None), 90);
    assert_eq!(days(&["strict"], Some(400)), 400);
}

#[test]
fn unknown_names_are_errors_with_suggestions() {
    let set = pack();
    let mut request = asked(&["strct"], &["S3-01"], &["NET-001"]);
    let given = [
        ("dys".to_owned(), json!(1)),
        ("days".to_owned(), json!(true)),
    ];
    request.parameters.insert("S3-001".into(), given.into());
    let errors: Vec<String> = set
        .select(&request)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        errors,
        [
            "there is no pack 'strct', did you mean 'strict'?",
            "there is no control 'S3-01', did you mean 'S3-001'?",
            "there is no control 'NET-001'",
            "control 'S3-001': parameter 'days' takes a value of type integer, not true",
            "control 'S3-001' has no parameter 'dys', did you mean 'days'?",
        ]
    );
}

fn needs(rules: &str, others: &[(&str, &str)]) -> Result<Vec<String>, String> {
    let mut sources = vec![policy("S3-001", "#   packs: [strict]\n", rules)];
    for (path, text) in others {
        sources.push(source(path, (*text).to_owned()));
    }
    let (set, errors) = PolicySet::new(sources, [("ports".to_owned(), "{}".into())]);
    assert_eq!(errors, []);
    let needs = set
        .dependencies(&set.policies()[0])
        .map_err(|error| error.to_string())?;
    let mut found: Vec<String> = needs
        .modules
        .iter()
        .filter_map(|index| set.module(*index))
        .map(|module| module.package.to_string())
        .collect();
    found.extend(needs.views.iter().map(|view| format!("view {view}")));
    found.extend(needs.tables.iter().map(|table| format!("table {table}")));
    if needs.document {
        found.push("document".into());
    }
    Ok(found)
}

#[test]
fn dependencies_are_followed_to_their_end_and_views_ordered() {
    let found = needs(
        "import data.policies.lib.a\n\nx := input.document",
        &[
            (
                "lib/a.rego",
                "package policies.lib.a\n\nx := input.views.second\n\ny := data.policies.views.second.rows\n",
            ),
            (
                "views/second.rego",
                "package policies.views.second\n\nrows := input.views.first\n",
            ),
            (
                "views/first.rego",
                "package policies.views.first\n\nrows := data.tables.ports\n",
            ),
            ("lib/other.rego", "package policies.lib.other\n"),
        ],
    );
    assert_eq!(
        found.unwrap(),
        [
            "policies.s3.s3_001",
            "policies.lib.a",
            "policies.views.second",
            "policies.views.first",
            "view first",
            "view second",
            "table ports",
            "document",
        ]
    );
}

#[test]
fn a_name_that_nothing_defines_is_an_error() {
    assert_eq!(
        needs("import data.policies.lib.valeu", &[("lib/v.rego", "package policies.lib.value\n")]),
        Err("s3/s3_001.rego:21:8: nothing defines 'data.policies.lib.valeu', did you mean 'policies.lib.value'?".into())
    );
    assert_eq!(
        needs("x := data.tables.port", &[]),
        Err("s3/s3_001.rego:21:6: there is no table 'port', did you mean 'ports'?".into())
    );
    assert_eq!(
        needs("x := input.views.v", &[]),
        Err("s3/s3_001.rego:21:6: there is no view 'v'".into())
    );
}

#[test]
fn views_that_read_each_other_are_an_error() {
    let found = needs(
        "x := input.views.a",
        &[
            (
                "views/a.rego",
                "package policies.views.a\n\nrows := input.views.b\n",
            ),
            (
                "views/b.rego",
                "package policies.views.b\n\nrows := input.views.a\n",
            ),
        ],
    );
    assert_eq!(
        found,
        Err("views/a.rego:1:1: the view 'a' reads itself".into())
    );
}

#[test]
fn what_other_tools_call_a_policy_is_never_ignored() {
    for rules in [
        "violation[message] {\n\tmessage := \"x\"\n}\n",
        "warn contains \"x\" if true\n",
        "deny := {\"x\"}\n",
    ] {
        let source = Source::custom("main.rego", format!("package main\n\n{rules}"));
        let (_, errors) = PolicySet::new([source], []);
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            errors,
            ["main.rego:1:1: a policy needs METADATA with 'custom' above its package"],
            "{rules}"
        );
    }
}
