//! Files: artifact locations and artifacts.

use serde::Serialize;

use crate::{MultiformatMessageString, Text};

/// Where an artifact is (§3.4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactLocation<'a> {
    /// The URI or relative reference (§3.4.3); see [`crate::uri_of_path`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<Text<'a>>,
    /// The key of the base in `originalUriBaseIds` (§3.4.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri_base_id: Option<Text<'a>>,
    /// The index in the run's `artifacts` (§3.4.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// What is there (§3.4.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<crate::Message<'a>>,
}

/// Contents of an artifact or of a part of it (§3.3).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactContent<'a> {
    /// The text (§3.3.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text<'a>>,
    /// The text rendered (§3.3.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rendered: Option<MultiformatMessageString<'a>>,
}

/// Hashes of an artifact's contents (§3.24.11).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Hashes<'a> {
    /// SHA-256, lower-case hex.
    #[serde(rename = "sha-256")]
    pub sha256: Text<'a>,
}

/// A file that was looked at (§3.24).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Artifact<'a> {
    /// Where it is (§3.24.2).
    pub location: ArtifactLocation<'a>,
    /// Its size in bytes (§3.24.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// What it was in this run (§3.24.6).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Text<'a>>,
    /// Its media type (§3.24.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<Text<'a>>,
    /// Its language, lower case (§3.24.10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_language: Option<Text<'a>>,
    /// Its hashes (§3.24.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hashes: Option<Hashes<'a>>,
}
