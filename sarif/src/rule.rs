//! The tool, its rules and notifications, taxonomies, and references to them.

use serde::Serialize;

use crate::{Message, MultiformatMessageString, PropertyBag, Text};

/// How grave something is (§3.27.10, §3.58.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// No gravity: every kind but `fail`.
    None,
    /// A minor problem, or information.
    Note,
    /// A problem.
    #[default]
    Warning,
    /// A serious problem.
    Error,
}

/// The tool of a run (§3.18).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tool<'a> {
    /// The program (§3.18.2).
    pub driver: ToolComponent<'a>,
}

/// A program, or a taxonomy (§3.19).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolComponent<'a> {
    /// Its name (§3.19.8).
    pub name: Text<'a>,
    /// A stable GUID (§3.19.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guid: Option<Text<'a>>,
    /// Its name with its version (§3.19.9).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_name: Option<Text<'a>>,
    /// Who makes it (§3.19.17).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<Text<'a>>,
    /// Its version (§3.19.13).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Text<'a>>,
    /// Its version as `SemVer` (§3.19.12).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub semantic_version: Option<Text<'a>>,
    /// Where to read about it (§3.19.15).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub information_uri: Option<Text<'a>>,
    /// One sentence (§3.19.19).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_description: Option<MultiformatMessageString<'a>>,
    /// Whether it lists everything there is in its taxonomy (§3.19.29).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_comprehensive: Option<bool>,
    /// Which kinds of data it holds (§3.19.29).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<Text<'a>>,
    /// Its rules, even when there is none (§3.19.23).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<ReportingDescriptor<'a>>>,
    /// Its notifications (§3.19.24).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notifications: Vec<ReportingDescriptor<'a>>,
    /// Its classes (§3.19.25).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taxa: Vec<ReportingDescriptor<'a>>,
    /// The taxonomies its rules are classified by (§3.19.26).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub supported_taxonomies: Vec<ToolComponentReference<'a>>,
}

/// A reference to a tool component (§3.54).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolComponentReference<'a> {
    /// Its name (§3.54.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text<'a>>,
    /// Its index in the run's `taxonomies` or the tool's `extensions` (§3.54.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// Its GUID (§3.54.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guid: Option<Text<'a>>,
}

/// The default level of a rule (§3.50).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportingConfiguration {
    /// The level (§3.50.3).
    pub level: Level,
}

/// A rule, a notification or a taxon (§3.49).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportingDescriptor<'a> {
    /// Its stable id (§3.49.3).
    pub id: Text<'a>,
    /// Its readable name, in Pascal case for a rule (§3.49.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text<'a>>,
    /// One sentence (§3.49.9).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_description: Option<MultiformatMessageString<'a>>,
    /// All there is to say (§3.49.10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_description: Option<MultiformatMessageString<'a>>,
    /// How to solve it (§3.49.13).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<MultiformatMessageString<'a>>,
    /// Where to read about it (§3.49.12).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help_uri: Option<Text<'a>>,
    /// The default level (§3.49.14).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_configuration: Option<ReportingConfiguration>,
    /// How it stands to others (§3.49.15).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relationships: Vec<Relationship<'a>>,
    /// What else there is to say (§3.8).
    #[serde(skip_serializing_if = "PropertyBag::is_empty")]
    pub properties: PropertyBag<'a>,
}

/// A reference to a rule, a notification or a taxon (§3.52).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportingDescriptorReference<'a> {
    /// Its id (§3.52.4).
    pub id: Text<'a>,
    /// Its index in the component's list (§3.52.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// The component that has it; the driver where absent (§3.52.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_component: Option<ToolComponentReference<'a>>,
}

/// How a descriptor stands to another one (§3.53).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Relationship<'a> {
    /// The other one (§3.53.2).
    pub target: ReportingDescriptorReference<'a>,
    /// How it stands to it (§3.53.3).
    pub kinds: Vec<Text<'a>>,
    /// Words about it (§3.53.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Message<'a>>,
}
