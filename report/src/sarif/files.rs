//! The run's artifacts, and locations that refer to them by index.

use std::collections::BTreeMap;

use ordinance_engine::scan::{ArtifactSummary, Disposition, Scan};
use ordinance_sarif::{Artifact, ArtifactLocation, Hashes, is_relative, uri_of_path};

use super::Profile;
use super::results::Selection;

/// The key of the scan root in `originalUriBaseIds`.
pub(super) const ROOT: &str = "%SRCROOT%";

/// The files of a run, by name; the order is the order of the artifacts.
#[derive(Debug, Default)]
pub(super) struct Files<'a>(BTreeMap<&'a str, File<'a>>);

#[derive(Debug, Default)]
struct File<'a> {
    index: usize,
    summary: Option<&'a ArtifactSummary>,
    has_result: bool,
}

impl<'a> Files<'a> {
    /// Collects the files that the log names, and in an audit all that were looked at.
    pub(super) fn of(scan: &'a Scan, profile: Profile, selection: &Selection<'a>) -> Self {
        let mut files = Self::default();
        for verdict in &selection.verdicts {
            let finding = verdict.finding;
            files.entry(&finding.location.uri).has_result = true;
            files.entry(&finding.unit_uri);
            for related in &finding.related {
                files.entry(&related.location.uri);
            }
        }
        let marks = selection
            .verdicts
            .iter()
            .flat_map(|verdict| [verdict.accepted, verdict.expired]);
        for mark in marks.flatten() {
            files.entry(&mark.location.uri);
        }
        for entry in selection.absent {
            files.entry(&entry.path);
        }
        for (_, uri) in selection.not_applicable {
            files.entry(uri);
        }
        for location in scan
            .notices
            .iter()
            .filter_map(|notice| notice.location.as_ref())
        {
            files.entry(&location.uri);
        }
        files.describe(scan, profile);
        files
    }

    /// Returns the location of a file, with its index where it is one of the artifacts.
    pub(super) fn location(&self, uri: &'a str) -> ArtifactLocation<'a> {
        ArtifactLocation {
            index: self.0.get(uri).map(|file| file.index),
            ..location(uri)
        }
    }

    /// Tells whether a file lies outside of the scan root.
    pub(super) fn any_absolute(&self) -> bool {
        self.0.keys().any(|uri| !is_relative(uri))
    }

    /// Returns the artifacts in the order of their indices.
    pub(super) fn artifacts(&self) -> Vec<Artifact<'a>> {
        self.0
            .iter()
            .map(|(uri, file)| artifact(uri, file))
            .collect()
    }

    fn entry(&mut self, uri: &'a str) -> &mut File<'a> {
        self.0.entry(uri).or_default()
    }

    fn describe(&mut self, scan: &'a Scan, profile: Profile) {
        for summary in &scan.artifacts {
            match profile {
                Profile::Audit => self.entry(&summary.uri).summary = Some(summary),
                Profile::CodeScanning => {
                    if let Some(file) = self.0.get_mut(&*summary.uri) {
                        file.summary = Some(summary);
                    }
                }
            }
        }
        for (index, file) in self.0.values_mut().enumerate() {
            file.index = index;
        }
    }
}

fn location(uri: &str) -> ArtifactLocation<'_> {
    ArtifactLocation {
        uri: Some(uri_of_path(uri)),
        uri_base_id: is_relative(uri).then(|| ROOT.into()),
        ..ArtifactLocation::default()
    }
}

fn artifact<'a>(uri: &'a str, file: &File<'a>) -> Artifact<'a> {
    let judged = file
        .summary
        .is_some_and(|summary| matches!(summary.disposition, Disposition::Judged { .. }));
    let mut roles = Vec::new();
    if judged {
        roles.push("analysisTarget".into());
    }
    if file.has_result {
        roles.push("resultFile".into());
    }
    let (mime_type, source_language) = media(uri);
    Artifact {
        location: location(uri),
        length: file.summary.map(|summary| summary.length),
        roles,
        mime_type: mime_type.map(Into::into),
        source_language: source_language.map(Into::into),
        hashes: file
            .summary
            .filter(|summary| !summary.sha256.is_empty())
            .map(|summary| Hashes {
                sha256: summary.sha256.as_str().into(),
            }),
    }
}

/// Returns the media type (RFC 9512 for YAML) and the language of a file by the end of its name.
fn media(uri: &str) -> (Option<&'static str>, Option<&'static str>) {
    match uri.rsplit_once('.').map(|(_, extension)| extension) {
        Some("yaml" | "yml") => (Some("application/yaml"), Some("yaml")),
        Some("json") => (Some("application/json"), Some("json")),
        Some("tf") => (Some("text/plain"), Some("terraform")),
        _ => (None, None),
    }
}
