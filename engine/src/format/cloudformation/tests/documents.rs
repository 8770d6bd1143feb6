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
fn a_substituted_policy_is_a_document() {
    let policy = POLICY.replace('*', "${Env}");
    let unit = unit_of(&format!("{{KeyPolicy: !Sub '{policy}'}}"));
    assert!(documents(&unit).contains(r#""Principal":"prod""#));
}

#[test]
fn what_is_not_known_in_a_policy_is_part_of_its_strings() {
    let policy = r#"{"Statement": [{"Resource": "${Key.Arn}/*", "Condition": {"${Key}:sub": ["${Name}"]}}]}"#;
    let unit = unit_of(&format!("{{KeyPolicy: !Sub '{policy}'}}"));
    assert_eq!(
        documents(&unit),
        r#"[{"path":["Properties","P","KeyPolicy"],"value":{"Statement":[{"Resource":partial[<Key.Arn>,"/*"],"Condition":{"${Key}:sub":[<parameter Name: has no default>]}}]}}]"#
    );
    let (_, facts) = &resource(&unit, "R").facts[0];
    let Value::Array(items) = &facts.value else {
        panic!("a list");
    };
    let Value::Array(statements) = &items[0]
        .get("value")
        .unwrap()
        .get("Statement")
        .unwrap()
        .value
    else {
        panic!("a list");
    };
    let span = statements[0].get("Condition").unwrap().span.unwrap();
    assert_eq!(
        unit.artifact
            .text()
            .get(span.start as usize..span.end as usize),
        Some(r#"{"${Key}:sub": ["${Name}"]}"#)
    );
}

#[test]
fn a_policy_whose_statements_are_not_known_is_no_document() {
    let unit = unit_of(r#"{KeyPolicy: !Sub '{"Statement": [${Name}]}'}"#);
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
