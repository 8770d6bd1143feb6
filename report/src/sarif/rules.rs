//! The chosen controls as SARIF rules, with what GitHub, GitLab and `DefectDojo` read of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ordinance_engine::policy::{Metadata, Severity};
use ordinance_engine::resource::Format;
use ordinance_engine::scan::Scan;
use ordinance_sarif::{
    Level, MultiformatMessageString, Property, PropertyBag, ReportingConfiguration,
    ReportingDescriptor, ReportingDescriptorReference,
};

use super::taxonomies::Taxonomies;
use crate::text::{pascal_case, sentence, shorten};
use crate::{framework, rule_page, words};

/// The length GitHub keeps of a description.
const DESCRIPTION_LIMIT: usize = 1024;

/// The rules of a run: their order is the order of the scan, which is by id.
#[derive(Debug)]
pub(super) struct Rules<'a> {
    scan: &'a Scan,
    indices: BTreeMap<&'a str, usize>,
}

impl<'a> Rules<'a> {
    /// Numbers the rules of a scan.
    pub(super) fn of(scan: &'a Scan) -> Self {
        let indices = scan
            .rules
            .iter()
            .enumerate()
            .map(|(index, rule)| (rule.metadata.id.as_str(), index))
            .collect();
        Self { scan, indices }
    }

    /// Returns the index of a rule.
    pub(super) fn index(&self, id: &str) -> Option<usize> {
        self.indices.get(id).copied()
    }

    /// Returns a reference to a rule.
    pub(super) fn reference(&self, id: &'a str) -> ReportingDescriptorReference<'a> {
        ReportingDescriptorReference {
            id: id.into(),
            index: self.index(id),
            tool_component: None,
        }
    }

    /// Returns the descriptors in the order of their indices.
    pub(super) fn descriptors(&self, taxonomies: &Taxonomies<'a>) -> Vec<ReportingDescriptor<'a>> {
        self.scan
            .rules
            .iter()
            .map(|rule| descriptor(&rule.metadata, taxonomies))
            .collect()
    }
}

/// Returns the level of a severity.
pub(super) const fn level(severity: Severity) -> Level {
    match severity {
        Severity::Critical | Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low => Level::Note,
    }
}

fn descriptor<'a>(metadata: &'a Metadata, taxonomies: &Taxonomies<'a>) -> ReportingDescriptor<'a> {
    ReportingDescriptor {
        id: metadata.id.as_str().into(),
        name: Some(pascal_case(&metadata.slug).into()),
        short_description: Some(MultiformatMessageString::plain(described(&metadata.title))),
        full_description: Some(MultiformatMessageString::plain(described(full(metadata)))),
        help: Some(MultiformatMessageString {
            text: help_text(metadata).into(),
            markdown: Some(help_markdown(metadata).into()),
        }),
        help_uri: Some(rule_page(&metadata.id).into()),
        default_configuration: Some(ReportingConfiguration {
            level: level(metadata.severity),
        }),
        relationships: taxonomies.relationships(metadata),
        properties: properties(metadata),
    }
}

fn full(metadata: &Metadata) -> &str {
    if metadata.description.trim().is_empty() {
        &metadata.title
    } else {
        &metadata.description
    }
}

fn described(text: &str) -> String {
    sentence(&shorten(
        &crate::text::one_line(text),
        DESCRIPTION_LIMIT - 1,
    ))
}

fn properties(metadata: &Metadata) -> PropertyBag<'_> {
    let mut tags: Vec<ordinance_sarif::Text<'_>> = vec!["security".into()];
    tags.extend(metadata.formats.iter().map(|format| tag(*format).into()));
    tags.dedup();
    tags.push(metadata.family.to_lowercase().into());
    tags.extend(
        metadata
            .cwe
            .iter()
            .map(|number| format!("external/cwe/cwe-{number:03}").into()),
    );
    tags.truncate(10);
    PropertyBag::default()
        .with("tags", Property::Texts(tags))
        .with_text("precision", "very-high")
        .with_text("problem.severity", problem(metadata.severity))
        .with_text("security-severity", security_severity(metadata))
        .with(
            "packs",
            Property::Texts(metadata.packs.iter().map(Into::into).collect()),
        )
}

const fn tag(format: Format) -> &'static str {
    match format {
        Format::CloudFormation => "cloudformation",
        Format::TerraformPlan => "terraform",
        Format::GithubWorkflow | Format::GithubAction | Format::GithubSettings => "github-actions",
    }
}

const fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "recommendation",
    }
}

/// Returns the score as GitHub reads it: a number as text, above 9.0 for critical and within the band otherwise.
fn security_severity(metadata: &Metadata) -> String {
    let (lowest, highest) = match metadata.severity {
        Severity::Critical => (9.1, 10.0),
        Severity::High => (7.0, 8.9),
        Severity::Medium => (4.0, 6.9),
        Severity::Low => (0.1, 3.9),
    };
    let score = if metadata.score.is_finite() {
        metadata.score
    } else {
        lowest
    };
    format!("{:.1}", score.clamp(lowest, highest))
}

fn help_text(metadata: &Metadata) -> String {
    let mut text = format!("Why: {}\n", sentence(full(metadata)));
    if !metadata.remediation.0.is_empty() {
        text.push_str("\nHow to fix:\n");
    }
    for (format, fix) in &metadata.remediation.0 {
        let _ = writeln!(text, "- {}: {}", words::format(*format), sentence(fix));
    }
    for (heading, items) in lists(metadata) {
        let _ = write!(text, "\n{heading}:\n");
        for item in items {
            let _ = writeln!(text, "- {item}");
        }
    }
    text.trim_end().to_owned()
}

fn help_markdown(metadata: &Metadata) -> String {
    let mut text = format!("**Why**: {}\n", sentence(full(metadata)));
    if !metadata.remediation.0.is_empty() {
        text.push_str("\n**How to fix**\n\n");
    }
    for (format, fix) in &metadata.remediation.0 {
        let _ = writeln!(text, "* {}: {}", words::format(*format), sentence(fix));
    }
    for (heading, items) in lists(metadata) {
        let _ = write!(text, "\n**{heading}**\n\n");
        for item in items {
            let link = item.starts_with("https://");
            let _ = if link {
                writeln!(text, "* <{item}>")
            } else {
                writeln!(text, "* {item}")
            };
        }
    }
    text.trim_end().to_owned()
}

/// Returns the lists at the end of a help text, without the empty ones.
fn lists(metadata: &Metadata) -> impl Iterator<Item = (&'static str, Vec<String>)> {
    [
        ("Frameworks", framework::lines(&metadata.frameworks)),
        ("References", metadata.references.clone()),
    ]
    .into_iter()
    .filter(|(_, items)| !items.is_empty())
}
