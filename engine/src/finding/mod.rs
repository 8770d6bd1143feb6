//! Findings: verdicts with their places and identities.
//!
//! Turns a path of a resource into a region of a file, and a verdict into something that can be compared between scans.

mod group;
mod identity;
mod place;
mod report;

use std::sync::Arc;

use crate::artifact::Region;
use crate::evaluate::{Outcome, State};
use crate::policy::Severity;
use crate::resource::{NoticeKind, NoticeLevel, Path, Resource, Unit};

pub use group::grouped;
pub use identity::{identity, identity_within};
pub use report::{Placer, location_of, mark, placed_notice};

/// A region of a file and the text around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file.
    pub uri: Arc<str>,
    /// The region; `None` where the whole file is meant.
    pub region: Option<Region>,
    /// The source lines around the region, when there is one.
    pub excerpt: Option<Excerpt>,
    /// Whether this is the value itself, and not the nearest place that exists.
    pub exact: bool,
}

/// Some consecutive lines of a file: the lines of a region and a line before and after it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excerpt {
    /// The number of the first line.
    pub first_line: u32,
    /// The lines, joined by LF, without a last line end. Overlong lines are not kept: then there is no excerpt.
    pub text: String,
}

/// A place that helps to understand a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// The resource there.
    pub address: Arc<str>,
    /// What it has to do with the finding: a full sentence or a noun phrase, without period.
    pub message: String,
}

/// A value that was examined, ready for a report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The resource.
    pub address: Arc<str>,
    /// The property path (`Properties.StorageEncrypted`).
    pub path: String,
    /// Whether it was there.
    pub state: State,
    /// The value as compact JSON, shortened.
    pub value: String,
}

/// The construct of an AWS CDK app that made a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Construct {
    /// Its path in the app (`Shop/Pictures/Resource`).
    pub path: Arc<str>,
    /// Where the app makes it (`lib/shop.ts:42:5`), when the synthesised output says so.
    pub source: Option<Arc<str>>,
}

/// A verdict with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where: sorts first, by (uri, region).
    pub location: Location,
    /// The control's id.
    pub rule: Arc<str>,
    /// The resource address.
    pub address: Arc<str>,
    /// The defect key; empty where there is none.
    pub defect: String,
    /// The outcome.
    pub outcome: Outcome,
    /// The severity of this result.
    pub severity: Severity,
    /// The scanned file, which may differ from the place's file (a plan and its `.tf`).
    pub unit_uri: Arc<str>,
    /// The format of the scanned file (`cloudformation`).
    pub format: &'static str,
    /// The native type of the resource.
    pub resource_type: Arc<str>,
    /// What made the resource, where that is known to be a CDK app.
    pub construct: Option<Construct>,
    /// The property path of the deciding value.
    pub path: String,
    /// A full sentence with the facts, ending in a period.
    pub message: String,
    /// Deciding places elsewhere, in join order.
    pub related: Vec<Related>,
    /// The addresses of all instances of one declaration that this is true of, when there are several.
    pub instances: Vec<Arc<str>>,
    /// Other scanned files that give the same finding at the same place: plans of one project.
    pub also_in: Vec<Arc<str>>,
    /// What was examined; empty unless evidence was asked for or the outcome is unknown.
    pub evidence: Vec<Evidence>,
    /// sha256 of (rule, uri, address, defect or path), lower-case hex: stable when lines move. The address is that of
    /// the declaration, without the keys of instances.
    pub identity: String,
    /// The content fingerprint of the line (see [`crate::artifact::line_fingerprint`]), or the identity where the
    /// place is no line of a source file.
    pub line_fingerprint: String,
}

/// A notice with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlacedNotice {
    /// The file it is about; `None` for the scan as a whole.
    pub location: Option<Location>,
    /// What it is about.
    pub kind: NoticeKind,
    /// How grave it is.
    pub level: NoticeLevel,
    /// The policy it is about, where it is about one.
    pub rule: Option<Arc<str>>,
    /// A full sentence.
    pub message: String,
}
/// Returns where a path of a resource stands: its value, else the nearest ancestor that is written.
pub fn location_at(unit: &Unit, resource: &Resource, path: &Path) -> Location {
    place::Place::of(unit, resource, path).location()
}
