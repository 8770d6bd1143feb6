//! Policy documents in JSON strings.

use super::*;

const POLICY: &str = r#"{"Statement": [{"Effect": "Allow", "Principal": "*"}]}"#;

fn documents(unit: &Unit) -> String {
    let facts = &resource(unit, "R").facts;
    facts
        .iter()
        .find(|(name, _)| *name == "documents")
        .map_or(String::new(), |(_, node)| show(node))
}

#[test]
fn a_policy_in_a_string_is_a_document() {
    let unit = unit_of(&format!(
        "{{RepositoryPolicyText: '{POLICY}', Other: '{POLICY}'}}"
    ));
    assert_eq!(
        documents(&unit),
        r#"[{"path":["Properties","P","RepositoryPolicyText"],"value":{"Statement":[{"Effect":"Allow","Principal":"*"}]}}]"#
    );
}

#[test]
fn a_substituted_policy_is_a_document_when_all_of_it_is_known() {
    let policy = POLICY.replace('*', "${Env}");
    let unit = unit_of(&format!("{{KeyPolicy: !Sub '{policy}'}}"));
    assert!(documents(&unit).contains(r#""Principal":"prod""#));
    let unit = unit_of(&format!(
        "{{KeyPolicy: !Sub '{}'}}",
        POLICY.replace('*', "${Name}")
    ));
    assert_eq!(documents(&unit), "");
}

#[test]
fn a_part_of_a_document_stands_inside_the_string() {
    let unit = unit_of(&format!("{{AssumeRolePolicyDocument: '{POLICY}'}}"));
    let (_, documents) = &resource(&unit, "R").facts[0];
    let Value::Array(items) = &documents.value else {
        panic!("a list");
    };
    let statement = items[0].get("value").unwrap().get("Statement").unwrap();
    let span = statement.span.unwrap();
    let text = unit.artifact.text();
    assert_eq!(
        text.get(span.start as usize..span.end as usize),
        Some(r#"[{"Effect": "Allow", "Principal": "*"}]"#)
    );
}
