//! Results and their places.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{ArtifactContent, ArtifactLocation, Level, Message, PropertyBag, Text};

/// What a result says (§3.27.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The rule is violated.
    #[default]
    Fail,
    /// The rule holds.
    Pass,
    /// Not decidable from what was there.
    Open,
    /// The rule has nothing to judge.
    NotApplicable,
    /// For information.
    Informational,
    /// A person must decide.
    Review,
}

/// Lines and columns from 1, the end column exclusive (§3.30).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Region<'a> {
    /// The first line (§3.30.5).
    pub start_line: u32,
    /// The first column; 1 where absent (§3.30.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_column: Option<u32>,
    /// The last line; the first one where absent (§3.30.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    /// The column after the last character; the end of the line where absent (§3.30.8).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
    /// The text of the region (§3.30.13).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<ArtifactContent<'a>>,
}

/// A place in a file (§3.29).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalLocation<'a> {
    /// The file (§3.29.3).
    pub artifact_location: ArtifactLocation<'a>,
    /// The place (§3.29.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region<'a>>,
    /// A strict superset of the region (§3.29.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_region: Option<Region<'a>>,
}

/// A named construct (§3.33).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogicalLocation<'a> {
    /// The last part of its name (§3.33.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text<'a>>,
    /// Its whole name (§3.33.5).
    pub fully_qualified_name: Text<'a>,
    /// Its name as a machine has it (§3.33.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decorated_name: Option<Text<'a>>,
    /// What it is (§3.33.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Text<'a>>,
}

/// A place (§3.28).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location<'a> {
    /// What embedded links call it; unique in a result (§3.28.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// What it has to do with the result (§3.28.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message<'a>>,
    /// The place in a file (§3.28.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_location: Option<PhysicalLocation<'a>>,
    /// The constructs there (§3.28.4).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logical_locations: Vec<LogicalLocation<'a>>,
}

/// A result (§3.27).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Result<'a> {
    /// The rule's id (§3.27.5).
    pub rule_id: Text<'a>,
    /// Its index in the driver's rules (§3.27.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_index: Option<usize>,
    /// What the result says (§3.27.9).
    pub kind: Kind,
    /// How grave it is; `none` unless it is a failure (§3.27.10).
    pub level: Level,
    /// A sentence (§3.27.11).
    pub message: Message<'a>,
    /// The file that was analysed, where the place lies in another (§3.27.13).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analysis_target: Option<ArtifactLocation<'a>>,
    /// Where (§3.27.12).
    pub locations: Vec<Location<'a>>,
    /// Places that help to understand it (§3.27.22).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_locations: Vec<Location<'a>>,
    /// Parts of an identity (§3.27.17).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub partial_fingerprints: BTreeMap<&'static str, Text<'a>>,
    /// Whole identities (§3.27.16).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fingerprints: BTreeMap<&'static str, Text<'a>>,
    /// Why it is accepted; on all results of a run or on none, empty where nothing accepts it (§3.27.23).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppressions: Option<Vec<Suppression<'a>>>,
    /// What it was to an earlier run; on all results of a run or on none (§3.27.24).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_state: Option<BaselineState>,
    /// What else there is to say (§3.8).
    #[serde(skip_serializing_if = "PropertyBag::is_empty")]
    pub properties: PropertyBag<'a>,
}

/// What a result was to an earlier run (§3.27.24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum BaselineState {
    /// It was not there.
    New,
    /// It was there.
    Unchanged,
    /// It was there in another form.
    Updated,
    /// It is no longer there.
    Absent,
}

/// Where a suppression stands (§3.35.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SuppressionKind {
    /// In the source.
    InSource,
    /// Elsewhere.
    External,
}

/// How far a suppression was reviewed (§3.35.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SuppressionStatus {
    /// It holds.
    Accepted,
    /// It does not.
    Rejected,
    /// It does not yet: somebody has to agree.
    UnderReview,
}

/// Why a result is accepted (§3.35).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Suppression<'a> {
    /// Where it stands (§3.35.2).
    pub kind: SuppressionKind,
    /// Whether it holds (§3.35.3).
    pub status: SuppressionStatus,
    /// The reason (§3.35.4).
    pub justification: Text<'a>,
    /// Where it is written (§3.35.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location<'a>>,
    /// What else there is to say (§3.8).
    #[serde(skip_serializing_if = "PropertyBag::is_empty")]
    pub properties: PropertyBag<'a>,
}
