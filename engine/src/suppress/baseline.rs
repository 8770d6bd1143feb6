//! The baseline: findings that were there when a team began, by identity.
//!
//! A file of JSON with one line an entry, sorted, without line numbers: moved code stays in it, and a merge of two
//! branches is a merge of lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::evaluate::Outcome;
use crate::finding::Finding;

/// The version of the file's shape.
const VERSION: u32 = 1;

/// A finding that was there before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file.
    pub path: String,
    /// The control.
    pub rule: String,
    /// The resource address.
    pub resource: String,
    /// What is wrong, or the property path where there is no defect key.
    pub defect: String,
    /// The finding's identity.
    pub identity: String,
    /// The commit in which it was first recorded, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
}

/// The file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no JSON of this shape.
    #[error("is no baseline: {0}")]
    Shape(#[from] serde_json::Error),
    /// Another program wrote it.
    #[error("is a baseline of version {0}; this program reads version {VERSION}")]
    Version(u32),
}

/// The findings that were there before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    entries: BTreeSet<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    entries: Vec<Entry>,
}

/// A finding that the baseline knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baselined {
    /// The finding.
    pub finding: Finding,
    /// Whether it was found in another file than before.
    pub moved: bool,
    /// What the baseline says of it.
    pub entry: Entry,
}

/// Findings told apart by a baseline.
#[derive(Debug, Default)]
pub struct Split {
    /// Those that the baseline does not know, and all that are no failures.
    pub new: Vec<Finding>,
    /// Those that it knows.
    pub known: Vec<Baselined>,
    /// What it knows and the scan did not find.
    pub absent: Vec<Entry>,
}

impl Baseline {
    /// Returns the baseline of findings; failures alone are recorded. `commit` is where they were seen.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>, commit: Option<&str>) -> Self {
        let failures = findings
            .into_iter()
            .filter(|finding| finding.outcome == Outcome::Fail);
        Self {
            entries: failures.map(|finding| entry(finding, commit)).collect(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is no baseline, or one of another version.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        let file: File = serde_json::from_str(text)?;
        if file.version != VERSION {
            return Err(BaselineError::Version(file.version));
        }
        Ok(Self {
            entries: file.entries.into_iter().collect(),
        })
    }

    /// Returns the text of the file.
    ///
    /// # Errors
    /// Never in practice: every entry can be written as JSON.
    pub fn write(&self) -> Result<String, serde_json::Error> {
        let mut text = format!("{{\"version\":{VERSION},\"entries\":[");
        for (index, entry) in self.entries.iter().enumerate() {
            let separator = if index == 0 { "\n" } else { ",\n" };
            let entry = serde_json::to_string(entry)?;
            // Writing to a string does not fail.
            let _ = write!(text, "{separator}{entry}");
        }
        text.push_str("\n]}\n");
        Ok(text)
    }

    /// Returns the entries, sorted by path, control and resource.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Returns the baseline of findings that an older one knows, as they are today.
    pub fn of_known(known: &[Baselined]) -> Self {
        let entries = known
            .iter()
            .map(|one| entry(&one.finding, one.entry.first_seen.as_deref()));
        Self {
            entries: entries.collect(),
        }
    }

    /// Keeps the entries of which this is true.
    pub fn retain(&mut self, keep: impl FnMut(&Entry) -> bool) {
        self.entries.retain(keep);
    }

    /// Adds the entries of another baseline whose identities are not there yet.
    pub fn extend(&mut self, other: Self) {
        let known: BTreeSet<String> = self
            .entries
            .iter()
            .map(|entry| entry.identity.clone())
            .collect();
        self.entries.extend(
            other
                .entries
                .into_iter()
                .filter(|entry| !known.contains(&entry.identity)),
        );
    }

    /// Tells findings apart. A failure is known by its identity; one whose file moved by control, resource and defect,
    /// when `is_scanned` says that the file of the entry is gone. An entry is absent when its file was scanned and the
    /// finding is not there.
    pub fn split(&self, findings: Vec<Finding>, is_scanned: &dyn Fn(&str) -> bool) -> Split {
        let by_identity: BTreeMap<&str, &Entry> = self
            .entries
            .iter()
            .map(|entry| (entry.identity.as_str(), entry))
            .collect();
        let mut split = Split::default();
        let mut matched = BTreeSet::new();
        let mut rest = Vec::new();
        for finding in findings {
            let entry = by_identity.get(finding.identity.as_str()).copied();
            match entry.filter(|_| finding.outcome == Outcome::Fail) {
                Some(entry) => {
                    matched.insert(entry);
                    split.known.push(known(finding, entry, false));
                }
                None => rest.push(finding),
            }
        }
        let mut gone: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        for entry in self.entries.iter().rev() {
            if !matched.contains(entry) && !is_scanned(&entry.path) {
                let key = apart_from_file(&entry.rule, &entry.resource, &entry.defect);
                gone.entry(key).or_default().push(entry);
            }
        }
        for finding in rest {
            let key = apart_from_file(&finding.rule, &finding.address, defect(&finding));
            let is_failure = finding.outcome == Outcome::Fail;
            match is_failure.then(|| gone.get_mut(&key)?.pop()).flatten() {
                Some(entry) => {
                    matched.insert(entry);
                    split.known.push(known(finding, entry, true));
                }
                None => split.new.push(finding),
            }
        }
        let absent = self
            .entries
            .iter()
            .filter(|entry| !matched.contains(entry) && is_scanned(&entry.path));
        split.absent = absent.cloned().collect();
        split
    }
}

fn known(finding: Finding, entry: &Entry, moved: bool) -> Baselined {
    Baselined {
        finding,
        moved,
        entry: entry.clone(),
    }
}

/// What an entry and a finding in another file have in common.
fn apart_from_file(rule: &str, resource: &str, defect: &str) -> String {
    [rule, resource, defect].join("\0")
}

fn defect(finding: &Finding) -> &str {
    if finding.defect.is_empty() {
        &finding.path
    } else {
        &finding.defect
    }
}

fn entry(finding: &Finding, commit: Option<&str>) -> Entry {
    Entry {
        path: finding.location.uri.to_string(),
        rule: finding.rule.to_string(),
        resource: finding.address.to_string(),
        defect: defect(finding).to_owned(),
        identity: finding.identity.clone(),
        first_seen: commit.map(str::to_owned),
    }
}
