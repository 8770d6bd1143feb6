//! JSON of a scan, for programs.
//!
//! One object; its shape is version 1 and only ever gains keys. Everything is sorted as in the scan, and the findings
//! are written one at a time.
//!
//! ```text
//! {"schema_version": 1,
//!  "tool": {"name", "version"}, "packs": [text], "complete": bool, "exit_code": number,
//!  "elsewhere": number,
//!  "coverage": {"judged": {format: number}, "unreadable", "not_ours", "ignored", "terraform_sources", "resources",
//!               "unassessed": {type: number}, "opaque_expressions": {reason: number}},
//!  "rules": [{"id", "slug", "title", "severity", "score", "fail", "unknown", "pass", "not_applicable", "suppressed",
//!             "baselined"}],
//!  "artifacts": [{"uri", "length", "sha256"?, "disposition": "judged"|"not-ours"|"unreadable",
//!                 "format"?, "resources"?, "unassessed"?}],
//!  "notices": [{"id", "level": "note"|"warning"|"error", "rule"?, "message", "location"?}],
//!  "findings": [{"rule", "outcome": "fail"|"unknown"|"pass", "severity", "message", "location", "unit", "format",
//!                "address", "resource_type", "path", "defect"?, "identity", "line_fingerprint",
//!                "instances"?: [address], "also_in"?: [uri],
//!                "construct"?: {"path", "source"?},
//!                "related"?: [{"address", "message", "location"}],
//!                "evidence"?: [{"address", "path", "state": "known"|"absent"|"unknown", "value"}]}],
//!  "suppressed": [{"finding": a finding, "by": {"location", "origin": "comment"|"metadata"|"exceptions", "reason",
//!                 "owner"?, "expires"?, "ticket"?, "approved_by"?}}],
//!  "baselined": [{"finding": a finding, "moved": bool, "first_seen"?}],
//!  "absent": [{"path", "rule", "resource", "defect", "identity", "first_seen"?}],
//!  "not_applicable": [{"rule", "uri"}]}
//! location = {"uri", "exact": bool, "start_line"?, "start_column"?, "end_line"?, "end_column"?}
//! ```
//!
//! `elsewhere` counts findings in files that were not asked about (`--changed-only`). `instances` lists every address that a finding is true of where one declaration makes several; `also_in` the other
//! scanned files that give the same finding at the same place.
//!
//! Lines and columns count from 1, columns in UTF-16 code units, the end column exclusive. `uri` is the file's name
//! as it is, not percent-encoded.

use std::io::{self, Write};
use std::sync::Arc;

use ordinance_engine::finding::{Construct, Evidence, Finding, Location, PlacedNotice, Related};
use ordinance_engine::scan::{ArtifactSummary, Coverage, Disposition, RuleSummary, Scan};
use ordinance_engine::suppress::{Baselined, Origin, Suppressed};
use ordinance_sarif::Stream;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::words;
use crate::{Context, escaped};

/// The version of the shape.
pub const SCHEMA_VERSION: u32 = 1;

/// Writes the scan as one JSON document, and a line end.
pub fn write(scan: &Scan, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    escaped::to_writer(&mut out, &Document { scan, context })?;
    out.write_all(b"\n")?;
    out.flush()
}

struct Document<'a> {
    scan: &'a Scan,
    context: &'a Context<'a>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { scan, context } = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema_version", &SCHEMA_VERSION)?;
        map.serialize_entry(
            "tool",
            &Tool {
                name: "ordinance",
                version: context.version,
            },
        )?;
        map.serialize_entry("packs", context.packs)?;
        map.serialize_entry("complete", &scan.complete)?;
        map.serialize_entry("exit_code", &context.exit_code)?;
        map.serialize_entry("elsewhere", &scan.elsewhere)?;
        map.serialize_entry("coverage", &coverage(&scan.coverage))?;
        map.serialize_entry("rules", &Stream(|| scan.rules.iter().map(rule)))?;
        map.serialize_entry("artifacts", &Stream(|| scan.artifacts.iter().map(artifact)))?;
        map.serialize_entry("notices", &Stream(|| scan.notices.iter().map(notice)))?;
        map.serialize_entry("findings", &Stream(|| scan.findings.iter().map(finding)))?;
        map.serialize_entry(
            "suppressed",
            &Stream(|| scan.suppressed.iter().map(suppressed)),
        )?;
        map.serialize_entry(
            "baselined",
            &Stream(|| scan.baselined.iter().map(baselined)),
        )?;
        map.serialize_entry("absent", &scan.absent)?;
        map.serialize_entry(
            "not_applicable",
            &Stream(|| scan.not_applicable.iter().map(not_applicable)),
        )?;
        map.end()
    }
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct CoverageView<'a> {
    judged: &'a std::collections::BTreeMap<&'static str, usize>,
    unreadable: usize,
    not_ours: usize,
    ignored: usize,
    terraform_sources: usize,
    resources: usize,
    unassessed: &'a std::collections::BTreeMap<Arc<str>, usize>,
    opaque_expressions: &'a std::collections::BTreeMap<Arc<str>, usize>,
}

fn coverage(coverage: &Coverage) -> CoverageView<'_> {
    CoverageView {
        judged: &coverage.judged,
        unreadable: coverage.unreadable,
        not_ours: coverage.not_ours,
        ignored: coverage.ignored,
        terraform_sources: coverage.terraform_sources,
        resources: coverage.resources,
        unassessed: &coverage.unassessed,
        opaque_expressions: &coverage.opaque_expressions,
    }
}

#[derive(Serialize)]
struct RuleView<'a> {
    id: &'a str,
    slug: &'a str,
    title: &'a str,
    severity: &'static str,
    score: f64,
    fail: usize,
    unknown: usize,
    pass: usize,
    not_applicable: usize,
    suppressed: usize,
    baselined: usize,
}

fn rule(rule: &RuleSummary) -> RuleView<'_> {
    RuleView {
        id: &rule.metadata.id,
        slug: &rule.metadata.slug,
        title: &rule.metadata.title,
        severity: rule.metadata.severity.name(),
        score: rule.metadata.score,
        fail: rule.account.fail,
        unknown: rule.account.unknown,
        pass: rule.account.pass,
        not_applicable: rule.account.not_applicable,
        suppressed: rule.account.suppressed,
        baselined: rule.account.baselined,
    }
}

#[derive(Serialize)]
struct ArtifactView<'a> {
    uri: &'a str,
    length: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    sha256: &'a str,
    disposition: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unassessed: Option<usize>,
}

fn artifact(artifact: &ArtifactSummary) -> ArtifactView<'_> {
    let (disposition, format, resources, unassessed) = match artifact.disposition {
        Disposition::Judged {
            format,
            resources,
            unassessed,
        } => ("judged", Some(format), Some(resources), Some(unassessed)),
        Disposition::NotOurs => ("not-ours", None, None, None),
        Disposition::Unreadable => ("unreadable", None, None, None),
    };
    ArtifactView {
        uri: &artifact.uri,
        length: artifact.length,
        sha256: &artifact.sha256,
        disposition,
        format,
        resources,
        unassessed,
    }
}

#[derive(Serialize)]
struct LocationView<'a> {
    uri: &'a str,
    exact: bool,
    #[serde(flatten)]
    region: Option<RegionView>,
}

#[derive(Serialize)]
struct RegionView {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

fn location(location: &Location) -> LocationView<'_> {
    let region = location.region.map(|region| RegionView {
        start_line: region.start_line,
        start_column: region.start_column,
        end_line: region.end_line,
        end_column: region.end_column,
    });
    LocationView {
        uri: &location.uri,
        exact: location.exact,
        region,
    }
}

#[derive(Serialize)]
struct NoticeView<'a> {
    id: &'static str,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<LocationView<'a>>,
}

fn notice(notice: &PlacedNotice) -> NoticeView<'_> {
    NoticeView {
        id: notice.kind.id(),
        level: words::level(notice.level),
        rule: notice.rule.as_deref(),
        message: &notice.message,
        location: notice.location.as_ref().map(location),
    }
}

#[derive(Serialize)]
struct FindingView<'a> {
    rule: &'a str,
    outcome: &'static str,
    severity: &'static str,
    message: &'a str,
    location: LocationView<'a>,
    unit: &'a str,
    format: &'static str,
    address: &'a str,
    resource_type: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    defect: &'a str,
    identity: &'a str,
    line_fingerprint: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    instances: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also_in: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    construct: Option<ConstructView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<EvidenceView<'a>>,
}

fn finding(finding: &Finding) -> FindingView<'_> {
    FindingView {
        rule: &finding.rule,
        outcome: words::outcome(finding.outcome),
        severity: finding.severity.name(),
        message: &finding.message,
        location: location(&finding.location),
        unit: &finding.unit_uri,
        format: finding.format,
        address: &finding.address,
        resource_type: &finding.resource_type,
        path: &finding.path,
        defect: &finding.defect,
        identity: &finding.identity,
        line_fingerprint: &finding.line_fingerprint,
        instances: finding.instances.iter().map(|one| &**one).collect(),
        also_in: finding.also_in.iter().map(|uri| &**uri).collect(),
        construct: finding.construct.as_ref().map(construct),
        related: finding.related.iter().map(related).collect(),
        evidence: finding.evidence.iter().map(evidence).collect(),
    }
}

#[derive(Serialize)]
struct ConstructView<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

fn construct(construct: &Construct) -> ConstructView<'_> {
    ConstructView {
        path: &construct.path,
        source: construct.source.as_deref(),
    }
}

#[derive(Serialize)]
struct RelatedView<'a> {
    address: &'a str,
    message: &'a str,
    location: LocationView<'a>,
}

fn related(related: &Related) -> RelatedView<'_> {
    RelatedView {
        address: &related.address,
        message: &related.message,
        location: location(&related.location),
    }
}

#[derive(Serialize)]
struct EvidenceView<'a> {
    address: &'a str,
    path: &'a str,
    state: &'static str,
    value: &'a str,
}

fn evidence(evidence: &Evidence) -> EvidenceView<'_> {
    EvidenceView {
        address: &evidence.address,
        path: &evidence.path,
        state: words::state(evidence.state),
        value: &evidence.value,
    }
}

#[derive(Serialize)]
struct SuppressedView<'a> {
    finding: FindingView<'a>,
    by: MarkView<'a>,
}

#[derive(Serialize)]
struct MarkView<'a> {
    location: LocationView<'a>,
    origin: &'static str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<&'a str>,
}

fn suppressed(one: &Suppressed) -> SuppressedView<'_> {
    let terms = &one.by.terms;
    SuppressedView {
        finding: finding(&one.finding),
        by: MarkView {
            location: location(&one.by.location),
            origin: match one.by.origin {
                Origin::Comment => "comment",
                Origin::Metadata => "metadata",
                Origin::Central => "exceptions",
            },
            reason: &terms.reason,
            owner: terms.owner.as_deref(),
            expires: terms.expires.map(|date| date.to_string()),
            ticket: terms.ticket.as_deref(),
            approved_by: terms.approved_by.as_deref(),
        },
    }
}

#[derive(Serialize)]
struct BaselinedView<'a> {
    finding: FindingView<'a>,
    moved: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<&'a str>,
}

fn baselined(one: &Baselined) -> BaselinedView<'_> {
    BaselinedView {
        finding: finding(&one.finding),
        moved: one.moved,
        first_seen: one.entry.first_seen.as_deref(),
    }
}

#[derive(Serialize)]
struct NotApplicableView<'a> {
    rule: &'a str,
    uri: &'a str,
}

fn not_applicable((rule, uri): &(Arc<str>, Arc<str>)) -> NotApplicableView<'_> {
    NotApplicableView { rule, uri }
}
