//! Suppressions as they stand in files, and what each covers.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::grammar::{self, NAME, Terms, unknown_key};
use crate::artifact::{Artifact, Globs, Span, line_fingerprint};
use crate::document;
use crate::document::hcl;
use crate::document::remarks::{self, Remark};
use crate::finding::{Finding, Location, location_of};
use crate::resource::{Format, Node, Path, Resource, Unit, Value};

/// The keys that an entry of `Metadata.ordinance.ignore` may have.
const METADATA_KEYS: [&str; 6] = ["rule", "path", "reason", "owner", "expires", "ticket"];

/// Where a suppression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// In a comment.
    Comment,
    /// In the `Metadata` of a template's resource.
    Metadata,
    /// In the exceptions file.
    Central,
}

/// What a suppression covers.
#[derive(Debug, Clone)]
pub(super) enum Scope {
    /// Nothing: it cannot be told what is meant.
    Nothing,
    /// Findings that begin on these lines of its file.
    Lines(u32, u32),
    /// Findings of a resource of its file, below a property where one is named.
    Resource(Arc<str>, Option<String>),
    /// Findings in files and of resources that globs name.
    Globs {
        /// Of files; `None` for all.
        files: Option<Globs>,
        /// Of resources, `*` standing for any text; `None` for all.
        resource: Option<String>,
    },
}

/// A suppression.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The place of the comment or entry.
    pub location: Location,
    /// Where it stands.
    pub origin: Origin,
    /// The format of what it stands in (`cloudformation`); of no format in the exceptions file.
    pub format: &'static str,
    /// What it says.
    pub terms: Terms,
    /// What is wrong with it: with any mistake it has no effect.
    pub mistakes: Vec<String>,
    /// Whether it has no effect because nobody has approved it yet.
    pub awaits_approval: bool,
    /// The content fingerprint of its line.
    pub(super) line_fingerprint: String,
    pub(super) scope: Scope,
    /// The place of the comment or of the first key of the entry.
    pub(super) span: Option<Span>,
}

impl Mark {
    pub(super) fn new(
        artifact: &Arc<Artifact>,
        span: Option<Span>,
        origin: Origin,
        scope: Scope,
    ) -> Self {
        let location = location_of(artifact, span);
        let line = location.region.map_or(1, |region| region.start_line);
        Self {
            line_fingerprint: line_fingerprint(artifact, line),
            location,
            origin,
            format: "",
            terms: Terms::default(),
            mistakes: Vec::new(),
            awaits_approval: false,
            scope,
            span,
        }
    }

    /// Tells whether the suppression is about a finding, whatever its control.
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        let is_here = |uri: &Arc<str>| *uri == self.location.uri;
        match &self.scope {
            Scope::Nothing => false,
            Scope::Lines(first, last) => {
                let region = finding.location.region;
                is_here(&finding.location.uri)
                    && region.is_some_and(|region| (*first..=*last).contains(&region.start_line))
            }
            Scope::Resource(address, path) => {
                is_here(&finding.unit_uri)
                    && finding.address == *address
                    && path
                        .as_deref()
                        .is_none_or(|path| leads_to(path, &finding.path))
            }
            Scope::Globs { .. } => {
                self.is_about_file(finding)
                    && self.resource().is_none_or(|glob| {
                        std::iter::once(&finding.address)
                            .chain(&finding.instances)
                            .all(|address| fits(glob, address))
                    })
            }
        }
    }

    /// Tells whether a finding lies in a file that the suppression is about.
    pub(super) fn is_about_file(&self, finding: &Finding) -> bool {
        match &self.scope {
            Scope::Globs { files, .. } => files.as_ref().is_none_or(|globs| {
                [&finding.location.uri, &finding.unit_uri]
                    .iter()
                    .any(|uri| globs.matches(std::path::Path::new(&***uri), false))
            }),
            _ => finding.location.uri == self.location.uri || finding.unit_uri == self.location.uri,
        }
    }

    fn resource(&self) -> Option<&str> {
        match &self.scope {
            Scope::Globs { resource, .. } => resource.as_deref(),
            _ => None,
        }
    }
}

/// Tells whether a property path is another or an ancestor of it; `/` separates as well as `.`.
fn leads_to(path: &str, other: &str) -> bool {
    let path = path.trim_matches('/').replace('/', ".");
    let rest = other.strip_prefix(&path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Tells whether a text is what a glob describes, in which only `*` is special.
fn fits(glob: &str, text: &str) -> bool {
    let Some((start, rest)) = glob.split_once('*') else {
        return glob == text;
    };
    let Some(mut left) = text.strip_prefix(start) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match left.split_once(piece) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

/// Returns the suppressions that stand in the file of a unit and in the sources behind it.
pub fn marks_of(unit: &Unit) -> Vec<Mark> {
    let mut marks = Vec::new();
    if unit.format != Format::TerraformPlan {
        marks.extend(in_comments(&unit.artifact, yaml_remarks));
        let starts = starts(unit);
        for mark in &mut marks {
            refuse_several(mark, &starts);
        }
    }
    if unit.format == Format::CloudFormation {
        marks.extend(
            unit.resources
                .iter()
                .flat_map(|resource| in_metadata(unit, resource)),
        );
    }
    let files = unit.sources.iter().flat_map(|sources| sources.files());
    for file in files.filter(|file| file.uri().ends_with(".tf")) {
        marks.extend(in_comments(&file, hcl::remarks));
    }
    for mark in &mut marks {
        mark.format = unit.format.id();
    }
    marks
}

fn yaml_remarks(text: &str) -> Vec<Remark> {
    let (document, _) = document::parse(text);
    remarks::of_tree(text, &document)
}

fn in_comments(artifact: &Arc<Artifact>, remarks: fn(&str) -> Vec<Remark>) -> Vec<Mark> {
    let text = artifact.text();
    if !text.contains(NAME) {
        return Vec::new();
    }
    let marks = remarks(text).into_iter().filter_map(|remark| {
        let Span { start, end } = remark.comment;
        let comment = text.get(start as usize..end as usize)?;
        let said = comment.trim_start_matches(['#', '/', '*']);
        let (terms, mistakes) = grammar::read(said.trim_end().trim_end_matches("*/"))?;
        let scope = remark
            .node
            .map_or(Scope::Nothing, |node| lines(artifact, node));
        let mut mark = Mark::new(artifact, Some(remark.comment), Origin::Comment, scope);
        mark.terms = terms;
        mark.mistakes = mistakes;
        if remark.node.is_none() {
            mark.mistakes
                .push("nothing stands below or beside it that it could be about".to_owned());
        }
        Some(mark)
    });
    marks.collect()
}

fn lines(artifact: &Artifact, node: Span) -> Scope {
    let region = artifact.region(node);
    // A node that ends at the start of a line does not reach into it.
    let reaches = region.end_column > 1 || region.end_line == region.start_line;
    Scope::Lines(region.start_line, region.end_line - u32::from(!reaches))
}

/// Returns the lines on which the resources of a unit begin.
fn starts(unit: &Unit) -> BTreeSet<u32> {
    let declared = unit
        .resources
        .iter()
        .filter(|resource| !matches!(&*resource.type_name, "template" | "workflow"));
    let own = declared.filter(|resource| {
        unit.sources
            .as_ref()
            .is_none_or(|sources| sources.artifact(resource, &Path::default()).is_none())
    });
    own.filter_map(|resource| Some(unit.artifact.region(resource.span?).start_line))
        .collect()
}

/// An inline suppression is about one resource: what covers more is for the exceptions file.
fn refuse_several(mark: &mut Mark, starts: &BTreeSet<u32>) {
    let Scope::Lines(first, last) = mark.scope else {
        return;
    };
    let several = starts.range(first..=last).count();
    if several > 1 {
        mark.mistakes.push(format!(
            "it stands at {several} resources: put it at one, or use the exceptions file"
        ));
    }
}

/// Reads `Metadata: {ordinance: {ignore: […]}}` of a resource.
fn in_metadata(unit: &Unit, resource: &Resource) -> Vec<Mark> {
    let Some(entry) = resource
        .node
        .get("Metadata")
        .and_then(|metadata| metadata.entry("ordinance"))
    else {
        return Vec::new();
    };
    let place = entry.key_span.or(entry.node.span);
    let new = |span: Option<Span>, path: Option<String>| {
        let scope = Scope::Resource(Arc::clone(&resource.address), path);
        Mark::new(&unit.artifact, span.or(place), Origin::Metadata, scope)
    };
    let wrong = |mistake: &str| {
        let mut mark = new(place, None);
        mark.mistakes.push(mistake.to_owned());
        vec![mark]
    };
    let Value::Object(entries) = &entry.node.value else {
        return wrong("'Metadata.ordinance' must be a map with the key 'ignore'");
    };
    if let Some(other) = entries.iter().find(|entry| &*entry.key != "ignore") {
        return wrong(&unknown_key(&other.key, ["ignore"]));
    }
    let Some(Value::Array(items)) = entry.node.get("ignore").map(|node| &node.value) else {
        return wrong("'Metadata.ordinance.ignore' must be a list");
    };
    items.iter().map(|item| of_entry(item, &new)).collect()
}

fn of_entry(item: &Node, new: &dyn Fn(Option<Span>, Option<String>) -> Mark) -> Mark {
    let mut mark = new(
        item.span,
        item.get("path").and_then(Node::as_str).map(str::to_owned),
    );
    let Value::Object(entries) = &item.value else {
        mark.mistakes
            .push("an entry must be a map with 'rule' and 'reason'".to_owned());
        return mark;
    };
    // The map's own place is that of all it holds: its first key tells the line.
    if let Some(first) = entries.first().and_then(|entry| entry.key_span) {
        let path = item.get("path").and_then(Node::as_str).map(str::to_owned);
        mark = new(Some(first), path);
    }
    for entry in entries {
        let Some(value) = entry.node.as_str() else {
            mark.mistakes
                .push(format!("'{}' must be a text", entry.key));
            continue;
        };
        match &*entry.key {
            "rule" => mark.terms.rules.push(value.trim().to_owned()),
            "path" => {}
            key if METADATA_KEYS.contains(&key) => {
                mark.mistakes.extend(mark.terms.set(key, value).err());
            }
            key => mark.mistakes.push(unknown_key(key, METADATA_KEYS)),
        }
    }
    mark.mistakes.extend(mark.terms.missing());
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_covers_what_lies_below() {
        assert!(leads_to("Properties/Tags", "Properties.Tags[0].Value"));
        assert!(leads_to("Properties.Tags", "Properties.Tags"));
        assert!(!leads_to("Properties.Tag", "Properties.Tags"));
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(fits("module.a[\"*\"].x", "module.a[\"b.c\"].x"));
        assert!(fits("Log*", "LogBucket"));
        assert!(fits("*", ""));
        assert!(!fits("Log", "LogBucket"));
        assert!(!fits("*a*b", "ba"));
    }
}
