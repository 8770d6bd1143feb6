//! Logs, runs and what happened in them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    Artifact, ArtifactLocation, Level, Location, Message, PropertyBag,
    ReportingDescriptorReference, SCHEMA, Text, Tool, ToolComponent, VERSION,
};

/// What `uriBaseId`s stand for, by name (§3.14.14).
pub type BaseIds<'a> = BTreeMap<Text<'a>, ArtifactLocation<'a>>;

/// A SARIF log (§3.13).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Log<'a, R> {
    /// The schema's URI (§3.13.3).
    #[serde(rename = "$schema")]
    schema: &'static str,
    /// The standard's version (§3.13.2).
    version: &'static str,
    /// The runs (§3.13.4).
    pub runs: Vec<Run<'a, R>>,
}

impl<'a, R> Log<'a, R> {
    /// Makes a log of one run.
    pub fn new(run: Run<'a, R>) -> Self {
        Self {
            schema: SCHEMA,
            version: VERSION,
            runs: vec![run],
        }
    }
}

/// One run of a tool (§3.14). `R` gives the results; see [`crate::Stream`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run<'a, R> {
    /// The tool (§3.14.6).
    pub tool: Tool<'a>,
    /// How it was started and how that went (§3.14.11).
    pub invocations: Vec<Invocation<'a>>,
    /// What this run is one of (§3.14.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automation_details: Option<AutomationDetails<'a>>,
    /// Which revisions of which repositories were looked at (§3.14.13).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub version_control_provenance: Vec<VersionControlDetails<'a>>,
    /// What relative references are relative to (§3.14.14).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub original_uri_base_ids: BaseIds<'a>,
    /// The files (§3.14.15).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<Artifact<'a>>,
    /// What a column counts, `utf16CodeUnits` or `unicodeCodePoints` (§3.14.27).
    pub column_kind: &'static str,
    /// The language of all messages (§3.14.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Text<'a>>,
    /// The taxonomies that the rules refer to (§3.14.8).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taxonomies: Vec<ToolComponent<'a>>,
    /// The results (§3.14.23).
    pub results: R,
    /// What else there is to say (§3.8).
    #[serde(skip_serializing_if = "PropertyBag::is_empty")]
    pub properties: PropertyBag<'a>,
}

impl<'a, R> Run<'a, R> {
    /// Makes a run whose columns count UTF-16 code units, with nothing but a tool and results.
    pub fn new(tool: Tool<'a>, results: R) -> Self {
        Self {
            tool,
            invocations: Vec::new(),
            automation_details: None,
            version_control_provenance: Vec::new(),
            original_uri_base_ids: BaseIds::new(),
            artifacts: Vec::new(),
            column_kind: "utf16CodeUnits",
            language: None,
            taxonomies: Vec::new(),
            results,
            properties: PropertyBag::default(),
        }
    }
}

/// What a run is one of (§3.17).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AutomationDetails<'a> {
    /// The category, then `/`, then what tells this run from others of it (§3.17.3).
    pub id: Text<'a>,
    /// What it is for (§3.17.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Message<'a>>,
}

/// A revision of a repository (§3.23).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionControlDetails<'a> {
    /// The repository's absolute URI (§3.23.3).
    pub repository_uri: Text<'a>,
    /// The revision (§3.23.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision_id: Option<Text<'a>>,
    /// The branch (§3.23.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<Text<'a>>,
    /// Where its root is in this run (§3.23.8).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mapped_to: Option<ArtifactLocation<'a>>,
}

/// How the tool was started and how that went (§3.20).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation<'a> {
    /// Whether it did what it was asked to, whatever it found (§3.20.14).
    pub execution_successful: bool,
    /// The exit code (§3.20.10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The command line (§3.20.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_line: Option<Text<'a>>,
    /// When it began, as RFC 3339 in UTC (§3.20.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time_utc: Option<Text<'a>>,
    /// When it ended (§3.20.8).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time_utc: Option<Text<'a>>,
    /// Where it ran (§3.20.19).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<ArtifactLocation<'a>>,
    /// What went wrong with how it was set up (§3.20.22).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_configuration_notifications: Vec<Notification<'a>>,
    /// What else happened (§3.20.21).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_execution_notifications: Vec<Notification<'a>>,
}

/// Something about the run itself (§3.58).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification<'a> {
    /// What kind it is (§3.58.2).
    pub descriptor: ReportingDescriptorReference<'a>,
    /// The rule it is about (§3.58.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associated_rule: Option<ReportingDescriptorReference<'a>>,
    /// Where (§3.58.4).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location<'a>>,
    /// How grave it is (§3.58.6).
    pub level: Level,
    /// A sentence (§3.58.5).
    pub message: Message<'a>,
}
