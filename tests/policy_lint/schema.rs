//! METADATA against its JSON Schema, and the schema against the engine's own validation.

use std::fs;

use ordinance_engine::policy::{PolicySet, Source};
use serde_json::Value;

use crate::{pack, root};

fn schema() -> Value {
    let text = fs::read_to_string(root().join("docs/policy-metadata.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_metadata_of_the_pack_fits_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let set = pack();
    let mut found = Vec::new();
    for policy in set.policies() {
        let module = set.module(policy.module).unwrap();
        let metadata = module.metadata_json().unwrap();
        for error in validator.iter_errors(&metadata) {
            found.push(format!(
                "{}: {}: {error}",
                module.source.path,
                error.instance_path()
            ));
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

const GOOD: &str = "title: A\ndescription: B.\nrelated_resources:\n  - ref: https://example.com/\ncustom:\n  id: S3-001\n  slug: a\n  family: S3\n  severity: low\n  score: 1.5\n  formats: [cloudformation]\n  resources: [\"AWS::S3::Bucket\"]\n  packs: [strict]\n  params:\n    - {name: days, type: integer, description: D., default: 7, presets: {strict: 3}, stricter: lower}\n  remediation: {cloudformation: C.}\n";

/// Tells whether the engine accepts METADATA, and whether the schema does.
fn accepted(yaml: &str) -> (bool, bool) {
    let comment = yaml.trim_end().replace('\n', "\n# ");
    let text = format!("# METADATA\n# {comment}\npackage a\n");
    let (set, errors) = PolicySet::new([Source::custom("a.rego", text)], []);
    let metadata = set.modules()[0].metadata_json().unwrap();
    (
        errors.is_empty(),
        jsonschema::is_valid(&schema(), &metadata),
    )
}

#[test]
fn schema_and_engine_agree() {
    assert_eq!(accepted(GOOD), (true, true));
    let changes = [
        ("title: A\n", ""),
        ("description: B.", "description: [B]"),
        ("description: B.", "descriptoin: B."),
        ("- ref:", "- url:"),
        ("id: S3-001", "id: s3"),
        ("id: S3-001", "ident: S3-001"),
        ("slug: a", "slug: A b"),
        ("severity: low", "severity: minor"),
        ("score: 1.5", "score: 11"),
        ("score: 1.5", "score: high"),
        ("formats: [cloudformation]", "formats: [pulumi]"),
        ("formats: [cloudformation]", "formats: []"),
        ("resources: [\"AWS::S3::Bucket\"]", "resources: []"),
        ("packs: [strict]", "packs: [mine]"),
        ("type: integer", "type: number"),
        ("stricter: lower", "stricter: less"),
        ("presets: {strict: 3}", "presets: {mine: 3}"),
        ("default: 7, ", ""),
        (
            "remediation: {cloudformation: C.}",
            "remediation: {pulumi: C.}",
        ),
        (
            "remediation: {cloudformation: C.}",
            "cwe: [1, 2, 3]\n  remediation: {cloudformation: C.}",
        ),
    ];
    for (from, to) in changes {
        let wrong = GOOD.replace(from, to);
        assert_ne!(wrong, GOOD, "{from}");
        assert_eq!(accepted(&wrong), (false, false), "{from} -> {to}");
    }
}
