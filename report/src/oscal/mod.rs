//! OSCAL assessment results 1.1.3, <https://pages.nist.gov/OSCAL/reference/1.1.3/assessment-results/>.
//!
//! A finding is a control of ours, as an objective; its observations are the verdicts behind it; accepted findings are
//! risks with an approved deviation. Ids are made of content, so the same scan gives the same bytes.

mod ids;
mod objects;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::scan::{Disposition, RuleSummary, Scan};
use serde_json::{Value, json};

use crate::Context;
use crate::verdict::{Verdict, verdicts};
use ids::Ids;
use objects::{line, observation, prop, risk};

/// The version of OSCAL that is written.
const VERSION: &str = "1.1.3";

/// The framework whose controls are named as reviewed.
const REVIEWED: &str = "nist_800_53_r5";

/// Where no time is known, the document must still have one.
const NO_TIME: &str = "1970-01-01T00:00:00Z";

/// What all objects of a document share.
struct Document<'a> {
    ids: Ids,
    /// When the scan began and ended.
    times: (&'a str, &'a str),
    /// The component that observes: this program.
    tool: String,
}

/// Writes the results, and a line end.
pub fn write(scan: &Scan, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, &document(scan, context))?;
    out.write_all(b"\n")?;
    out.flush()
}

fn document(scan: &Scan, context: &Context<'_>) -> Value {
    let ids = Ids::of(scan, context);
    let document = Document {
        times: context.times.unwrap_or((NO_TIME, NO_TIME)),
        tool: ids.uuid("component", "ordinance"),
        ids,
    };
    let plan = document.ids.uuid("resource", "configuration");
    json!({
        "assessment-results": {
            "uuid": document.ids.uuid("assessment-results", ""),
            "metadata": {
                "title": "Ordinance assessment results",
                "last-modified": document.times.1,
                "version": context.version,
                "oscal-version": VERSION,
            },
            "import-ap": {
                "href": format!("#{plan}"),
                "remarks": "There is no assessment plan of its own: the resource describes what was run.",
            },
            "results": [result(&document, scan, context)],
            "back-matter": {"resources": [configuration(&plan, scan, context)]},
        }
    })
}

/// Describes what was run: program, policies, packs.
fn configuration(uuid: &str, scan: &Scan, context: &Context<'_>) -> Value {
    let mut props = vec![prop("version", context.version)];
    props.extend(
        (!context.policies_sha256.is_empty())
            .then(|| prop("policies-sha256", context.policies_sha256)),
    );
    props.extend(context.packs.iter().map(|pack| prop("pack", pack)));
    props.extend(context.command_line.map(|text| prop("command-line", text)));
    props.push(prop("controls", &scan.rules.len().to_string()));
    json!({
        "uuid": uuid,
        "title": "Scan configuration",
        "description": "The policies, and the packs whose parameters held.",
        "props": props,
    })
}

/// Returns the observations, risks and findings of all controls.
fn told(document: &Document<'_>, scan: &Scan, all: &[Verdict<'_>]) -> [Vec<Value>; 3] {
    let mut by_rule: BTreeMap<&str, Vec<&Verdict<'_>>> = BTreeMap::new();
    for verdict in all {
        let of_rule = by_rule.entry(&verdict.finding.rule).or_default();
        of_rule.push(verdict);
    }
    let mut told = [Vec::new(), Vec::new(), Vec::new()];
    let [observations, risks, findings] = &mut told;
    for rule in &scan.rules {
        let empty = Vec::new();
        let verdicts = by_rule.get(rule.metadata.id.as_str()).unwrap_or(&empty);
        let seen = verdicts
            .iter()
            .map(|verdict| observation(document, verdict));
        let seen: Vec<Value> = seen.collect();
        let accepted = verdicts
            .iter()
            .filter_map(|verdict| risk(document, verdict));
        let accepted: Vec<Value> = accepted.collect();
        let related = (&uuids(&seen)[..], &uuids(&accepted)[..]);
        findings.extend(finding(document, (rule, scan.complete), related));
        observations.extend(seen);
        risks.extend(accepted);
    }
    told
}

fn result(document: &Document<'_>, scan: &Scan, context: &Context<'_>) -> Value {
    let all = verdicts(scan);
    let [observations, risks, findings] = told(document, scan, &all);
    let complete = if scan.complete { "true" } else { "false" };
    let mut result = json!({
        "uuid": document.ids.uuid("result", ""),
        "title": "Scan by Ordinance",
        "description": "Verdicts of policies over infrastructure as code and delivery workflows, before it is deployed.",
        "start": document.times.0,
        "end": document.times.1,
        "props": [prop("complete", complete), prop("exit-code", &context.exit_code.to_string())],
        "local-definitions": {
            "components": [tool(document, context)],
        },
        "reviewed-controls": reviewed(scan),
    });
    let assets = assets(document, scan, &all);
    if !assets.is_empty() {
        result["local-definitions"]["inventory-items"] = assets.into();
    }
    // OSCAL knows no empty lists.
    for (key, list) in [
        ("observations", observations),
        ("risks", risks),
        ("findings", findings),
    ] {
        if !list.is_empty() {
            result[key] = list.into();
        }
    }
    if !scan.complete {
        result["remarks"] =
            "The scan is incomplete: something could not be read or evaluated.".into();
    }
    result
}

fn uuids(objects: &[Value]) -> Vec<String> {
    let uuids = objects.iter().filter_map(|one| one["uuid"].as_str());
    uuids.map(str::to_owned).collect()
}

fn tool(document: &Document<'_>, context: &Context<'_>) -> Value {
    json!({
        "uuid": document.tool,
        "type": "software",
        "title": "Ordinance",
        "description": "A policy-as-code compliance scanner.",
        "props": [prop("version", context.version)],
        "status": {"state": "operational"},
    })
}

/// Returns the files that were judged, with their digests, and others that verdicts are about: that of exceptions.
fn assets(document: &Document<'_>, scan: &Scan, all: &[Verdict<'_>]) -> Vec<Value> {
    let mut files: BTreeMap<&str, &str> = BTreeMap::new();
    for verdict in all {
        files.entry(&verdict.finding.unit_uri).or_default();
    }
    for artifact in &scan.artifacts {
        if matches!(artifact.disposition, Disposition::Judged { .. }) {
            files.insert(&artifact.uri, &artifact.sha256);
        }
    }
    files
        .into_iter()
        .map(|(uri, sha256)| {
            let mut props = vec![prop("path", uri)];
            props.extend((!sha256.is_empty()).then(|| prop("sha256", sha256)));
            json!({
                "uuid": document.ids.asset(uri),
                "description": line(uri),
                "props": props,
            })
        })
        .collect()
}

/// Names the controls that were looked at: those of NIST SP 800-53 that they serve, and ours as objectives.
fn reviewed(scan: &Scan) -> Value {
    let judged = scan.rules.iter().filter(|rule| is_judged(rule));
    let mappings = judged.clone().flat_map(|rule| &rule.metadata.frameworks);
    let controls: BTreeSet<String> = mappings
        .filter(|mapping| mapping.framework == REVIEWED)
        .filter_map(|mapping| catalog_id(&mapping.id))
        .collect();
    let mut selection = json!({});
    if controls.is_empty() {
        // A selection must include something; what was assessed is said by the findings alone.
        selection["include-all"] = json!({});
        selection["description"] = "No control of NIST SP 800-53 Rev. 5 was assessed".into();
    } else {
        selection["description"] =
            "Controls of NIST SP 800-53 Rev. 5 that the judged policies serve".into();
        let controls = controls.iter().map(|id| json!({"control-id": id}));
        selection["include-controls"] = controls.collect::<Vec<_>>().into();
    }
    let objectives: Vec<Value> = judged
        .map(|rule| json!({"objective-id": rule.metadata.id}))
        .collect();
    let mut reviewed = json!({"control-selections": [selection]});
    if !objectives.is_empty() {
        reviewed["control-objective-selections"] = json!([{
            "description": "Policies of Ordinance",
            "include-objectives": objectives,
        }]);
    }
    reviewed
}

fn is_judged(rule: &RuleSummary) -> bool {
    let account = rule.account;
    account.fail + account.unknown + account.pass + account.suppressed + account.baselined > 0
}

/// Returns the id of a control in NIST's catalog: `AC-6(1)` is `ac-6.1` there.
fn catalog_id(id: &str) -> Option<String> {
    let id = id.to_ascii_lowercase().replace('(', ".").replace(')', "");
    let is_id = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    is_id.then_some(id)
}

/// Returns the finding of a control; none where it judged nothing: that is not assessed, never satisfied.
fn finding(
    document: &Document<'_>,
    (rule, complete): (&RuleSummary, bool),
    (observations, risks): (&[String], &[String]),
) -> Option<Value> {
    if !is_judged(rule) {
        return None;
    }
    let account = rule.account;
    let accepted = account.suppressed + account.baselined;
    let (state, reason, remarks) = if account.fail > 0 {
        ("not-satisfied", "fail", String::new())
    } else if account.unknown > 0 {
        let remarks = format!("{} could not be decided from the input.", account.unknown);
        ("not-satisfied", "other", remarks)
    } else if accepted > 0 {
        (
            "not-satisfied",
            "other",
            format!("{accepted} are accepted; nothing else fails."),
        )
    } else if !complete {
        let remarks = "Nothing fails, but the scan is incomplete.".to_owned();
        ("not-satisfied", "other", remarks)
    } else {
        ("satisfied", "pass", String::new())
    };
    let id = &rule.metadata.id;
    let counts = [
        ("fail", account.fail),
        ("unknown", account.unknown),
        ("pass", account.pass),
        ("suppressed", account.suppressed),
        ("known", account.baselined),
    ];
    let counts = counts.map(|(name, count)| prop(name, &count.to_string()));
    let mut status = json!({"state": state, "reason": reason});
    if !remarks.is_empty() {
        status["remarks"] = remarks.into();
    }
    let mut finding = json!({
        "uuid": document.ids.uuid("finding", id),
        "title": line(&rule.metadata.title),
        "description": line(&rule.metadata.description),
        "props": counts,
        "target": {"type": "objective-id", "target-id": id, "status": status},
    });
    if !observations.is_empty() {
        let related = observations
            .iter()
            .map(|uuid| json!({"observation-uuid": uuid}));
        finding["related-observations"] = related.collect::<Vec<_>>().into();
    }
    if !risks.is_empty() {
        let related = risks.iter().map(|uuid| json!({"risk-uuid": uuid}));
        finding["related-risks"] = related.collect::<Vec<_>>().into();
    }
    Some(finding)
}

/// Returns the word for an outcome.
const fn word(outcome: Outcome) -> &'static str {
    crate::words::outcome(outcome)
}

#[cfg(test)]
mod tests {
    use super::catalog_id;

    #[test]
    fn controls_are_named_as_in_nist_s_catalog() {
        assert_eq!(catalog_id("AC-6(1)").as_deref(), Some("ac-6.1"));
        assert_eq!(catalog_id("SC-28").as_deref(), Some("sc-28"));
        assert_eq!(catalog_id("§164"), None);
    }
}
