//! Tests of evaluation: policies in memory over units made by hand.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::artifact::{Artifact, Encoding};
use crate::policy::{PolicySet, Request, Source};
use crate::resource::{
    Edge, Entry, Format, Node, Path, Resource, Target, Unit, UnknownKind, Value,
};

/// Builds a node of JSON.
fn node(json: &serde_json::Value) -> Node {
    use serde_json::Value as Json;
    Node::unplaced(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(number.to_string().into()),
        Json::String(text) => Value::String(text.as_str().into()),
        Json::Array(items) => Value::Array(items.iter().map(node).collect()),
        Json::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(key, value)| entry(key, node(value)))
                .collect(),
        ),
    })
}

fn entry(key: &str, node: Node) -> Entry {
    Entry {
        key: key.into(),
        key_span: None,
        node,
    }
}

fn bucket(address: &str, properties: Node) -> Resource {
    Resource {
        address: address.into(),
        type_name: "AWS::S3::Bucket".into(),
        node: Node::unplaced(Value::Object(vec![entry("Properties", properties)])),
        properties_key: Some("Properties"),
        references: Vec::new(),
        facts: Vec::new(),
        left_out: Vec::new(),
        span: None,
    }
}

fn unit(resources: Vec<Resource>) -> Unit {
    Unit {
        format: Format::CloudFormation,
        artifact: Arc::new(Artifact::new(
            "a.yaml",
            "A: !Sub x\nB: 1\n".into(),
            Encoding::Utf8,
        )),
        resources,
        outputs: Vec::new(),
        facts: Vec::new(),
        assumptions: Vec::new(),
        choices: Vec::new(),
        notices: Vec::new(),
        secrets: crate::resource::Secrets::default(),
        sources: None,
    }
}

fn metadata(id: &str, more: &str) -> String {
    format!(
        "# METADATA\n# scope: package\n# title: Encrypt buckets\n# description: Because.\n# custom:\n#   id: {id}\n\
         #   slug: s{}\n#   family: S3\n#   severity: high\n#   score: 7.5\n#   formats: [cloudformation]\n\
         #   resources: [\"AWS::S3::Bucket\"]\n#   packs: [baseline]\n{more}#   remediation:\n#     cloudformation: Do it.\n",
        id.to_lowercase()
    )
}

fn policy(id: &str, more: &str, rules: &str) -> Source {
    let package = id.to_lowercase().replace('-', "_");
    let text = format!(
        "{}package policies.s3.{package}\n\n{rules}\n",
        metadata(id, more)
    );
    Source {
        path: format!("s3/{package}.rego").into(),
        text: text.into(),
        builtin: true,
    }
}

fn evaluator(sources: Vec<Source>) -> Evaluator {
    let tables = [("ports".to_owned(), "{\"ssh\": 22}".into())];
    let (set, errors) = PolicySet::new(sources, tables);
    assert_eq!(errors, []);
    let selection = set.select(&Request::default()).unwrap();
    Evaluator::new(Arc::new(set), selection, Limits::default())
}

fn evaluate(sources: Vec<Source>, unit: &Unit) -> Evaluation {
    evaluator(sources).evaluate(unit)
}

/// The verdicts in short: `ID address outcome path: message`.
fn short(evaluation: &Evaluation) -> Vec<String> {
    evaluation
        .verdicts
        .iter()
        .map(|one| {
            format!(
                "{} {} {:?} {}: {}",
                one.rule, one.address, one.outcome, one.path, one.message
            )
        })
        .collect()
}

const SUBJECTS: &str =
    "subjects contains r.address if some r in input.by_type[\"AWS::S3::Bucket\"]\n\n";

const EXAMINED: &str = "examined contains x if {\n\tsome r in input.by_type[\"AWS::S3::Bucket\"]\n\tv := object.get(r.properties, \"Key\", null)\n\tv != null\n\ts := [\"known\", \"unknown\"][count([1 | is_object(v)])]\n\tx := {\"resource\": r.address, \"path\": [\"Properties\", \"Key\"], \"state\": s, \"value\": v}\n}\n\n";

const DENY: &str = "deny contains v if {\n\tsome r in input.by_type[\"AWS::S3::Bucket\"]\n\tobject.get(r.properties, \"Key\", null) == null\n\tv := {\"resource\": r.address, \"path\": [\"Properties\", \"Key\"], \"message\": sprintf(\"Bucket '%s' has no key.\", [r.address])}\n}\n\n";

fn parameter(name: &str) -> Node {
    Node::unplaced(Value::unknown(
        UnknownKind::Parameter,
        name,
        "has no default",
    ))
}

fn keyed(key: Node) -> Node {
    Node::unplaced(Value::Object(vec![entry("Key", key)]))
}

#[test]
fn a_subject_is_denied_else_unknown_else_passes() {
    let unit = unit(vec![
        bucket("Denied", node(&serde_json::json!({}))),
        bucket("Passing", keyed(node(&serde_json::json!("aws:kms")))),
        bucket("Unknown", keyed(parameter("Algorithm"))),
    ]);
    let rules = format!("{SUBJECTS}{EXAMINED}{DENY}");
    let evaluation = evaluate(vec![policy("S3-001", "", &rules)], &unit);
    assert_eq!(evaluation.failures, []);
    assert_eq!(
        short(&evaluation),
        [
            "S3-001 Denied Fail Properties.Key: Bucket 'Denied' has no key.",
            "S3-001 Passing Pass Properties.Key: 'Encrypt buckets' holds for 'Passing': 'Properties.Key' is '\"aws:kms\"'.",
            "S3-001 Unknown Unknown Properties.Key: 'Encrypt buckets' cannot be decided for 'Unknown': parameter 'Algorithm' has no default.",
        ]
    );
}

#[test]
fn for_findings_passes_are_counted_and_the_rest_is_alike() {
    let mut unit = unit(vec![
        bucket("Denied", node(&serde_json::json!({}))),
        bucket("Passing", keyed(node(&serde_json::json!("aws:kms")))),
        bucket("Unknown", keyed(parameter("Algorithm"))),
    ]);
    let rules = format!("{SUBJECTS}{EXAMINED}{DENY}");
    let evaluator = evaluator(vec![policy("S3-001", "", &rules)]);
    let whole = evaluator.evaluate(&unit);
    let view = evaluator.view(&unit);
    for resource in &mut unit.resources {
        resource.node = Node::unplaced(Value::Null);
    }
    let brief = evaluator.evaluate_for_findings(&unit, Some(view));
    let (passes, others): (Vec<_>, Vec<_>) = whole
        .verdicts
        .into_iter()
        .partition(|one| one.outcome == Outcome::Pass);
    assert_eq!(brief.passes, BTreeMap::from([("S3-001".into(), 1)]));
    assert_eq!(passes.len(), 1);
    assert_eq!(brief.verdicts, others);
    assert_eq!(brief.verdicts[1].examined.len(), 1);
}

#[test]
fn what_is_proven_passes_although_something_is_unknown() {
    let unit = unit(vec![bucket("B", keyed(parameter("Algorithm")))]);
    let rules = format!("{SUBJECTS}{EXAMINED}proven contains \"B\"\n");
    let evaluation = evaluate(vec![policy("S3-001", "", &rules)], &unit);
    assert_eq!(evaluation.verdicts[0].outcome, Outcome::Pass);
}

#[test]
fn a_resource_that_is_denied_is_a_subject() {
    let unit = unit(vec![bucket("B", node(&serde_json::json!({})))]);
    let evaluation = evaluate(vec![policy("S3-001", "", DENY)], &unit);
    assert_eq!(
        short(&evaluation),
        ["S3-001 B Fail Properties.Key: Bucket 'B' has no key."]
    );
}

#[test]
fn an_undecided_entry_is_unknown_and_wins_over_pass() {
    let unit = unit(vec![bucket("B", node(&serde_json::json!({})))]);
    let rules = format!(
        "{SUBJECTS}undecided contains {{\"resource\": \"B\", \"path\": [\"Properties\"], \"defect\": \"d\", \"message\": \"M.\"}}\n"
    );
    let evaluation = evaluate(vec![policy("S3-001", "", &rules)], &unit);
    assert_eq!(short(&evaluation), ["S3-001 B Unknown Properties: M."]);
    assert_eq!(evaluation.verdicts[0].defect, "d");
}

#[test]
fn a_policy_without_its_types_is_not_applicable() {
    let unit = unit(Vec::new());
    let evaluation = evaluate(vec![policy("S3-001", "", SUBJECTS)], &unit);
    assert_eq!(evaluation.not_applicable, ["S3-001".into()]);
    assert_eq!(evaluation.verdicts, []);
}

#[test]
fn a_policy_that_fails_costs_no_other() {
    let unit = unit(vec![bucket("B", node(&serde_json::json!({})))]);
    let evaluation = evaluate(
        vec![
            policy(
                "S3-001",
                "",
                "deny contains v if {\n\tv := to_number(\"x\")\n}\n",
            ),
            policy("S3-002", "", "deny contains v if {\n\tv :=\n}\n"),
            policy("S3-003", "", "deny contains v if {\n\tv := nothing(1)\n}\n"),
            policy("S3-004", "", DENY),
        ],
        &unit,
    );
    let failed: Vec<String> = evaluation
        .failures
        .iter()
        .map(|one| {
            let place = one
                .place
                .as_ref()
                .map_or_else(String::new, ToString::to_string);
            format!("{} {place} {}", one.rule, one.message)
        })
        .collect();
    assert_eq!(
        failed,
        [
            "S3-001 s3/s3_001.rego:19:18 could not parse string as number",
            "S3-002 s3/s3_002.rego:19:4 expecting `}` while parsing set",
            "S3-003 s3/s3_003.rego:19:14 could not find function nothing",
        ]
    );
    assert_eq!(
        short(&evaluation),
        ["S3-004 B Fail Properties.Key: Bucket 'B' has no key."]
    );
}

#[test]
fn a_wrong_entry_is_named_and_the_others_stand() {
    let unit = unit(vec![bucket("B", node(&serde_json::json!({})))]);
    let rules = format!(
        "{DENY}deny contains {{\"resource\": \"B\", \"path\": []}}\n\ndeny contains {{\"resource\": \"Nope\", \"path\": [], \"message\": \"M.\"}}\n"
    );
    let evaluation = evaluate(vec![policy("S3-001", "", &rules)], &unit);
    assert_eq!(
        evaluation.failures[0].message,
        "'deny' holds an entry about 'Nope', which is no resource of the unit (and 1 more)"
    );
    assert_eq!(
        short(&evaluation),
        ["S3-001 B Fail Properties.Key: Bucket 'B' has no key."]
    );
}

#[test]
fn views_are_computed_once_in_order_and_joined() {
    let view = |name: &str, rules: &str| Source {
        path: format!("views/{name}.rego").into(),
        text: format!("package policies.views.{name}\n\n{rules}\n").into(),
        builtin: true,
    };
    let sources = vec![
        view(
            "second",
            "rows contains [row, \"second\"] if some row in input.views.first",
        ),
        view(
            "first",
            "rows := [address | some address, _ in input.resources]",
        ),
        policy(
            "S3-001",
            "",
            "deny contains {\"resource\": row[0], \"path\": [], \"message\": row[1]} if some row in input.views.second\n",
        ),
    ];
    let unit = unit(vec![bucket("B", node(&serde_json::json!({})))]);
    let evaluation = evaluate(sources, &unit);
    assert_eq!(evaluation.failures, []);
    assert_eq!(short(&evaluation), ["S3-001 B Fail : second"]);
}

#[test]
fn a_view_that_fails_fails_its_policies() {
    let sources = vec![
        Source {
            path: "views/v.rego".into(),
            text: "package policies.views.v\n\nrows := x if x := to_number(\"a\")\n".into(),
            builtin: true,
        },
        policy("S3-001", "", "deny contains v if some v in input.views.v\n"),
        policy("S3-002", "", DENY),
    ];
    let unit = unit(vec![bucket("B", node(&serde_json::json!({})))]);
    let evaluation = evaluate(sources, &unit);
    assert_eq!(evaluation.failures.len(), 1);
    assert_eq!(
        evaluation.failures[0].message,
        "the view 'v' that it reads failed: could not parse string as number"
    );
    assert_eq!(evaluation.verdicts.len(), 1);
}

#[test]
fn parameters_and_tables_reach_a_policy() {
    let params = "#   params:\n#     - {name: days, type: integer, description: Days., default: 7, stricter: lower, presets: {baseline: 3}}\n";
    let rules = "deny contains v if {\n\tmessage := sprintf(\"%d %d\", [data.params[\"S3-001\"].days, data.tables.ports.ssh])\n\tv := {\"resource\": \"B\", \"path\": [], \"message\": message}\n}\n";
    let unit = unit(vec![bucket("B", node(&serde_json::json!({})))]);
    let evaluation = evaluate(vec![policy("S3-001", params, rules)], &unit);
    assert_eq!(evaluation.failures, []);
    assert_eq!(short(&evaluation), ["S3-001 B Fail : 3 22"]);
}

#[test]
fn a_result_of_the_same_origin_is_yielded() {
    let unit = unit(vec![bucket("B", node(&serde_json::json!({})))]);
    let deny = |path: &str| {
        format!("deny contains {{\"resource\": \"B\", \"path\": {path}, \"message\": \"M.\"}}\n\n")
    };
    let weaker = format!(
        "{}{}",
        deny("[\"Properties\", \"Rules\", 0]"),
        deny("[\"Properties\", \"Name\"]")
    );
    let evaluation = evaluate(
        vec![
            policy("S3-001", "#   yields_to: [S3-002]\n", &weaker),
            policy(
                "S3-002",
                "",
                &deny("[\"Properties\", \"Rules\", 0, \"Cidr\"]"),
            ),
        ],
        &unit,
    );
    assert_eq!(
        short(&evaluation),
        [
            "S3-001 B Fail Properties.Name: M.",
            "S3-002 B Fail Properties.Rules[0].Cidr: M."
        ]
    );
}

#[test]
fn a_question_of_the_same_place_is_yielded_and_a_failure_is_not() {
    let unit = unit(vec![bucket("B", node(&serde_json::json!({})))]);
    let rule = |kind: &str, path: &str, defect: &str| {
        format!(
            "{kind} contains {{\"resource\": \"B\", \"path\": {path}, \"defect\": \"{defect}\", \"message\": \"M.\"}}\n\n"
        )
    };
    let rows = "[\"Properties\", \"Rules\"]";
    let first = "[\"Properties\", \"Rules\", 0]";
    let second = "[\"Properties\", \"Rules\", 1]";
    let yielding = [
        rule("undecided", rows, "all"),
        rule("undecided", first, "a"),
        rule("deny", second, "b"),
    ];
    let going_first = [
        rule("undecided", first, "a"),
        rule("undecided", second, "b"),
    ];
    let evaluation = evaluate(
        vec![
            policy("S3-001", "#   yields_to: [S3-002]\n", &yielding.concat()),
            policy("S3-002", "", &going_first.concat()),
        ],
        &unit,
    );
    assert_eq!(
        short(&evaluation),
        [
            "S3-001 B Unknown Properties.Rules: M.",
            "S3-001 B Fail Properties.Rules[1]: M.",
            "S3-002 B Unknown Properties.Rules[0]: M.",
            "S3-002 B Unknown Properties.Rules[1]: M.",
        ]
    );
}

/// The policies that a change of these properties of buckets concerns; of more than properties when there are none.
fn readers(evaluator: &Evaluator, names: &[&str]) -> Vec<String> {
    let change = match names {
        [] => Change::Whole,
        names => Change::Properties(names.iter().copied().collect()),
    };
    let readers = evaluator.readers(&BTreeMap::from([("AWS::S3::Bucket", change)]));
    readers.iter().map(ToString::to_string).collect()
}

#[test]
fn a_change_concerns_the_policies_that_name_the_property_and_those_that_yield_to_them() {
    let evaluator = evaluator(vec![
        policy("S3-001", "", &format!("{SUBJECTS}{EXAMINED}{DENY}")),
        policy("S3-002", "", SUBJECTS),
        policy("S3-003", "#   yields_to: [S3-001]\n", SUBJECTS),
        policy("S3-004", "#   reads_unnamed: true\n", SUBJECTS),
    ]);
    assert_eq!(
        readers(&evaluator, &["Key"]),
        ["S3-001", "S3-003", "S3-004"]
    );
    assert_eq!(readers(&evaluator, &["Colour"]), ["S3-004"]);
    let all = ["S3-001", "S3-002", "S3-003", "S3-004"];
    assert_eq!(readers(&evaluator, &[]), all);
    let elsewhere = BTreeMap::from([("AWS::SQS::Queue", Change::Whole)]);
    assert!(evaluator.readers(&elsewhere).is_empty());
}

#[test]
fn a_policy_of_somebody_else_may_read_anything() {
    let custom = Source {
        builtin: false,
        ..policy("S3-001", "", SUBJECTS)
    };
    assert_eq!(readers(&evaluator(vec![custom]), &["Colour"]), ["S3-001"]);
}

#[test]
fn sensitive_values_are_masked_in_evidence() {
    let mut resource = bucket("B", keyed(node(&serde_json::json!("hunter2"))));
    let sensitive = node(&serde_json::json!([["Properties", "Key"]]));
    resource.facts.push(("sensitive", sensitive));
    let rules = format!("{SUBJECTS}{EXAMINED}");
    let evaluation = evaluate(vec![policy("S3-001", "", &rules)], &unit(vec![resource]));
    assert_eq!(evaluation.verdicts[0].examined[0].value, "(sensitive)");
    assert!(!evaluation.verdicts[0].message.contains("hunter2"));
}

fn stopped(rules: &str) -> String {
    let (set, _) = PolicySet::new(vec![policy("S3-001", "", rules)], []);
    let selection = set.select(&Request::default()).unwrap();
    let limits = Limits {
        per_policy: Duration::from_millis(50),
        steps: 10_000,
    };
    let unit = unit(vec![bucket("B", node(&serde_json::json!({})))]);
    let evaluation = Evaluator::new(Arc::new(set), selection, limits).evaluate(&unit);
    evaluation.failures[0].message.clone()
}

#[test]
fn a_policy_that_takes_too_many_steps_is_stopped() {
    let rules = "deny contains v if {\n\tsome a in numbers.range(1, 3000)\n\tsome b in numbers.range(1, 3000)\n\ta * b < 0\n\tv := a\n}\n";
    assert_eq!(stopped(rules), "it took more than the limit of 10000 steps");
}

#[test]
fn an_interpreted_policy_that_takes_too_long_is_stopped() {
    let rules = "deny contains v if {\n\ta := numbers.range(1, 3000)[_]\n\tb := numbers.range(1, 3000)[_]\n\ta * b < 0\n\tv := a\n}\n";
    assert_eq!(stopped(rules), "it took longer than the limit of 50 ms");
}

#[test]
fn what_is_not_compiled_is_interpreted_beside_what_is() {
    let unit = unit(vec![
        bucket("Denied", node(&serde_json::json!({}))),
        bucket("Passing", keyed(node(&serde_json::json!("aws:kms")))),
    ]);
    let compiled = format!("{SUBJECTS}{EXAMINED}{DENY}");
    let interpreted = compiled
        .replace(
            "some r in input.by_type[\"AWS::S3::Bucket\"]",
            "r := input.by_type[\"AWS::S3::Bucket\"][_]",
        )
        .replace(" if r :=", " if {\n\tr :=")
        .replace("[_]\n\nexamined", "[_]\n}\n\nexamined");
    let sources = vec![
        policy("S3-001", "", &compiled),
        policy("S3-002", "", &interpreted),
    ];
    let evaluation = evaluate(sources, &unit);
    assert_eq!(evaluation.failures, []);
    let (first, second): (Vec<_>, Vec<_>) = short(&evaluation)
        .into_iter()
        .partition(|verdict| verdict.starts_with("S3-001"));
    let second: Vec<String> = second
        .iter()
        .map(|verdict| verdict.replace("S3-002", "S3-001"))
        .collect();
    assert_eq!(first.len(), 2);
    assert_eq!(first, second);
}

#[test]
fn an_error_stands_where_its_author_wrote_it() {
    let rules = "deny contains v if {\n\tv := [data.tables.ports, to_number(\"x\")]\n}\n";
    let evaluation = evaluate(
        vec![policy("S3-001", "", rules)],
        &unit(vec![bucket("B", node(&serde_json::json!({})))]),
    );
    let failure = &evaluation.failures[0];
    let place = failure.place.as_ref().unwrap();
    let lines = metadata("S3-001", "").lines().count();
    assert_eq!(usize::try_from(place.place.line).unwrap(), lines + 4);
    // regorus means the text of a string, behind its quote.
    assert_eq!(place.place.column, 38);
}

#[test]
fn the_written_document_is_there_for_those_who_read_it() {
    let rules = "deny contains v if {\n\tv := {\"resource\": \"B\", \"path\": [], \"message\": json.marshal(input.document)}\n}\n";
    let unit = unit(vec![bucket("B", node(&serde_json::json!({})))]);
    let evaluation = evaluate(vec![policy("S3-001", "", rules)], &unit);
    assert_eq!(evaluation.failures, []);
    assert_eq!(
        short(&evaluation),
        ["S3-001 B Fail : {\"A\":{\"Fn::Sub\":\"x\"},\"B\":1}"]
    );
}

#[test]
fn a_resource_of_the_view_has_the_shape_of_the_contract() {
    let mut resource = bucket("B", node(&serde_json::json!({"$odd": 1.5})));
    resource.references.push(Edge {
        path: Path::default().child("DependsOn"),
        target: Target {
            address: "C".into(),
            attribute: "".into(),
        },
    });
    resource
        .facts
        .push(("documents", node(&serde_json::json!([]))));
    let input: BTreeMap<_, _> = view::input(&unit(vec![resource]));
    let text = regorus::Value::from(input).to_json_str().unwrap();
    let compact: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!({
        "address": "B", "type": "AWS::S3::Bucket", "format": "cloudformation",
        "node": {"Properties": {"$$odd": 1.5}}, "properties": {"$$odd": 1.5},
        "references": [{"path": ["DependsOn"], "address": "C", "attribute": ""}], "documents": [],
    });
    assert_eq!(compact["resources"]["B"], expected);
    assert_eq!(
        compact["by_type"]["AWS::S3::Bucket"],
        serde_json::json!([expected])
    );
    assert_eq!(compact["unit"], serde_json::json!({}));
}
