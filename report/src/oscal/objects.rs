//! Observations, risks and properties.

use ordinance_engine::finding::Finding;
use ordinance_sarif::uri_of_path;
use serde_json::{Value, json};

use super::{Document, word};
use crate::PROJECT;
use crate::text::{one_line, shorten};
use crate::verdict::Verdict;

/// The longest value of a property.
const LONGEST: usize = 1000;

/// Returns a property of our own.
pub(super) fn prop(name: &str, value: &str) -> Value {
    json!({"name": name, "ns": PROJECT, "value": line(value)})
}

/// Returns a text as OSCAL takes it: one line, never empty, nothing that moves a cursor.
pub(super) fn line(text: &str) -> String {
    let text = shorten(&crate::harmless(&one_line(text)), LONGEST);
    if text.is_empty() {
        "-".to_owned()
    } else {
        text
    }
}

/// Returns the name of a verdict in the document.
fn name(finding: &Finding) -> String {
    format!(
        "{}\0{}\0{}",
        finding.rule,
        finding.identity,
        word(finding.outcome)
    )
}

/// Returns what was seen: one verdict.
pub(super) fn observation(document: &Document<'_>, verdict: &Verdict<'_>) -> Value {
    let finding = verdict.finding;
    let mut props = vec![
        prop("outcome", verdict.status()),
        prop("severity", finding.severity.name()),
        prop("resource", &finding.address),
        prop("identity", &finding.identity),
    ];
    if !finding.path.is_empty() {
        props.push(prop("property", &finding.path));
    }
    let mut evidence = vec![place(finding)];
    evidence.extend(finding.evidence.iter().map(|one| {
        json!({
            "description": line(&format!("{}: {}", one.path, one.value)),
            "props": [prop("state", crate::words::state(one.state))],
        })
    }));
    json!({
        "uuid": document.ids.uuid("observation", &name(finding)),
        "title": line(&format!("{} on {}", finding.rule, finding.address)),
        "description": line(&finding.message),
        "props": props,
        "methods": ["TEST"],
        "types": ["finding"],
        "origins": [{"actors": [{"type": "tool", "actor-uuid": document.tool}]}],
        "subjects": [{
            "subject-uuid": document.ids.asset(&finding.unit_uri),
            "type": "inventory-item",
            "title": line(&finding.unit_uri),
        }],
        "relevant-evidence": evidence,
        "collected": document.times.1,
    })
}

/// Returns where the verdict stands.
fn place(finding: &Finding) -> Value {
    let uri = uri_of_path(&finding.location.uri);
    let region = finding.location.region;
    let href = region.map_or_else(
        || uri.to_string(),
        |region| format!("{uri}#L{}", region.start_line),
    );
    json!({"href": href, "description": "The place of the deciding value"})
}

/// Returns the risk of an accepted verdict.
pub(super) fn risk(document: &Document<'_>, verdict: &Verdict<'_>) -> Option<Value> {
    let finding = verdict.finding;
    let observation = document.ids.uuid("observation", &name(finding));
    let mark = verdict.accepted.or(verdict.expired);
    let (statement, status) = match (verdict.accepted, verdict.known) {
        (Some(mark), _) => (mark.terms.reason.as_str(), "deviation-approved"),
        (None, Some(_)) => ("It was there when the baseline was recorded.", "open"),
        (None, None) => (mark?.terms.reason.as_str(), "open"),
    };
    let mut risk = json!({
        "uuid": document.ids.uuid("risk", &name(finding)),
        "title": line(&format!("{} on {}", finding.rule, finding.address)),
        "description": line(&finding.message),
        "statement": line(statement),
        "status": status,
        "related-observations": [{"observation-uuid": observation}],
    });
    let terms = mark.map(|mark| &mark.terms);
    let told = terms.map(|terms| {
        [
            ("owner", &terms.owner),
            ("ticket", &terms.ticket),
            ("approved-by", &terms.approved_by),
        ]
    });
    let props: Vec<Value> = told
        .into_iter()
        .flatten()
        .filter_map(|(key, text)| Some(prop(key, text.as_deref()?)))
        .collect();
    if !props.is_empty() {
        risk["props"] = props.into();
    }
    if let Some(expires) = terms.and_then(|terms| terms.expires) {
        risk["deadline"] = format!("{expires}T23:59:59Z").into();
    }
    Some(risk)
}
