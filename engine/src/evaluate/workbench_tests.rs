//! Tests of queries and explanations.

use super::super::explain::{Came, Trace};
use super::*;
use crate::artifact::{Artifact, Encoding};
use crate::policy::{Request, Source};

const POLICY: &str = "# METADATA
# title: Encrypt buckets
# description: Because.
# custom:
#   id: S3-001
#   slug: a
#   family: S3
#   severity: high
#   score: 7.5
#   formats: [cloudformation]
#   resources: [\"AWS::S3::Bucket\"]
#   packs: [baseline]
#   remediation: {cloudformation: Do it.}
package policies.s3.a

import data.policies.lib.size

deny contains v if {
	some r in input.by_type[\"AWS::S3::Bucket\"]
	size.large(r.properties.Days)
	not _closed(r)
	v := {\"resource\": r.address, \"path\": []}
}

_closed(r) if r.properties.Access == \"private\"

_closed(r) if {
	r.properties.Locked
	r.properties.Access != \"public\"
}
";

const LIBRARY: &str = "package policies.lib.size\n\nlarge(days) if days > 30\n";

const TEMPLATE: &str = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Small: {Type: 'AWS::S3::Bucket', Properties: {Days: 3}}\n  Closed: {Type: 'AWS::S3::Bucket', Properties: {Days: 31, Access: private}}\n  Open: {Type: 'AWS::S3::Bucket', Properties: {Days: 31, Access: public}}\n";

fn workbench() -> Workbench {
    let sources = [("s3/a/a.rego", POLICY), ("lib/size.rego", LIBRARY)];
    let sources = sources.map(|(path, text)| Source::custom(path, text.to_owned()));
    let (set, errors) = PolicySet::new(sources, []);
    assert_eq!(errors, []);
    let selection = set.select(&Request::default()).unwrap();
    let mut workbench = Workbench::new(Arc::new(set), &selection, Limits::default()).unwrap();
    let artifact = Artifact::new("a.yaml", TEMPLATE.to_owned(), Encoding::Utf8);
    let (document, _) = crate::document::parse(TEMPLATE);
    let unit = crate::format::cloudformation::normalise(
        &document,
        Arc::new(artifact),
        &crate::format::Options::default(),
    );
    workbench.look_at(Arc::new(unit));
    workbench
}

fn told(traces: &[Trace]) -> Vec<String> {
    let one = |trace: &Trace| {
        let line = trace.place.place.line;
        match &trace.came {
            Came::Holds { gives } => format!("{line} {} holds {gives:?}", trace.rule),
            Came::Unclear { message } => format!("{line} {} unclear {message}", trace.rule),
            Came::Stops {
                statement,
                values,
                helpers,
                place,
                ..
            } => {
                let values = values.iter().map(|shown| {
                    let value = shown.value.as_deref().unwrap_or("undefined");
                    format!("{} = {value}", shown.text)
                });
                let values = values.collect::<Vec<_>>().join(", ");
                format!(
                    "{line} {} stops at {} '{statement}' [{values}] {:?}",
                    trace.rule,
                    place.place.line,
                    told(helpers)
                )
            }
        }
    };
    traces.iter().map(one).collect()
}

#[test]
fn a_query_gives_a_row_for_each_solution() {
    let rows = workbench()
        .query("some r in input.resources; r.properties.Days > 30; x := r.address")
        .unwrap();
    let found: Vec<&Value> = rows.iter().map(|row| &row.bindings["x"]).collect();
    assert_eq!(found, ["Closed", "Open"]);
}

#[test]
fn what_is_typed_is_known_to_queries() {
    let mut workbench = workbench();
    workbench
        .type_rules("import data.policies.lib.size\n\nbig contains r.address if {\n\tsome r in input.resources\n\tsize.large(r.properties.Days)\n}\n")
        .unwrap();
    let rows = workbench.query("big; size.large(40)").unwrap();
    assert_eq!(
        rows[0].expressions,
        [
            ("big".to_owned(), json!(["Closed", "Open"])),
            ("size.large(40)".to_owned(), json!(true))
        ]
    );
    let wrong = workbench.type_rules("x := ").unwrap_err();
    assert_eq!(wrong.place.map(|place| place.place.line), Some(4));
    assert!(workbench.query("big").is_ok());
}

#[test]
fn an_error_of_a_query_costs_nothing_after_it() {
    let mut workbench = workbench();
    assert!(workbench.query("to_number(\"x\")").is_err());
    assert!(workbench.query("x := nothing_like_it(1)").is_err());
    assert_eq!(
        workbench.query("1 + 1").unwrap()[0].expressions[0].1,
        json!(2)
    );
}

#[test]
fn an_explanation_names_the_statement_and_the_values() {
    let mut workbench = workbench();
    let mut why = |about| told(&workbench.explain("policies.s3.a", "deny", Some(about)));
    assert_eq!(
        why("Small"),
        [
            "18 deny stops at 20 'size.large(r.properties.Days)' [size.large(r.properties.Days) = undefined, r.properties.Days = 3] []"
        ]
    );
    assert_eq!(
        why("Open"),
        ["18 deny holds Some(\"{\\\"path\\\":[],\\\"resource\\\":\\\"Open\\\"}\")"]
    );
    assert_eq!(
        why("Closed"),
        [
            "18 deny stops at 21 'not _closed(r)' [_closed(r) = true, r = <AWS::S3::Bucket 'Closed'>] [\"25 _closed(r) holds None\", \"27 _closed(r) stops at 28 'r.properties.Locked' [r.properties.Locked = undefined] []\"]"
        ]
    );
}
