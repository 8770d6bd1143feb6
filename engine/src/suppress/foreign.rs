//! Suppressions written for other tools: recognised so that a person can decide about each, never honoured.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::artifact::{Artifact, Span};
use crate::document::{self, Kind, NodeRef};
use crate::finding::{Location, location_of};

/// A suppression for another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// The tool.
    pub tool: &'static str,
    /// The check that it is about, as that tool calls it.
    pub id: String,
    /// The reason that is given; empty where there is none.
    pub reason: String,
    /// Where it stands.
    pub location: Location,
}

/// Comments: the tool, and a pattern whose groups are the checks and the reason.
static COMMENTS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    let patterns = [
        (
            "checkov",
            r"(?:checkov|bridgecrew):skip=\s*([A-Za-z0-9_,]+)(?::[ \t]*(.*))?",
        ),
        ("trivy", r"trivy:ignore:([A-Za-z0-9_*.-]+)(.*)?"),
        ("tfsec", r"tfsec:ignore:([A-Za-z0-9_*.-]+)(.*)?"),
        ("zizmor", r"zizmor:[ \t]*ignore\[([^\]]+)\][ \t]*(.*)?"),
        (
            "kics",
            r"kics-scan[ \t]+(ignore-line|ignore-block|ignore|disable=[A-Za-z0-9,-]+)(.*)?",
        ),
    ];
    let compiled = patterns
        .into_iter()
        .map(|(tool, pattern)| Some((tool, Regex::new(pattern).ok()?)));
    compiled.flatten().collect()
});

/// Keys of a resource's `Metadata`: the tool, the path to the list, the keys of the check and of the reason in an item.
const METADATA: [(&str, &[&str], &str, &str); 4] = [
    ("checkov", &["checkov", "skip"], "id", "comment"),
    ("cfn_nag", &["cfn_nag", "rules_to_suppress"], "id", "reason"),
    ("guard", &["guard", "SuppressedRules"], "", ""),
    ("cfn-lint", &["cfn-lint", "config", "ignore_checks"], "", ""),
];

/// Returns the suppressions for other tools in a file, in source order.
pub fn foreign_marks(artifact: &Arc<Artifact>) -> Vec<Foreign> {
    let mut found = in_comments(artifact);
    let text = artifact.text();
    if METADATA
        .iter()
        .any(|(_, path, _, _)| path.iter().all(|key| text.contains(key)))
    {
        let (document, _) = document::parse(text);
        let resources = document.root().and_then(|root| root.get("Resources"));
        for (_, resource) in resources.iter().flat_map(NodeRef::entries) {
            found.extend(in_metadata(artifact, &resource));
        }
    }
    found.sort_by(|a, b| a.location.cmp(&b.location));
    found
}

fn in_comments(artifact: &Arc<Artifact>) -> Vec<Foreign> {
    let text = artifact.text();
    let mut found = Vec::new();
    for (tool, pattern) in COMMENTS.iter() {
        for groups in pattern.captures_iter(text) {
            let group = |index| groups.get(index);
            let (Some(whole), Some(checks)) = (group(0), group(1)) else {
                continue;
            };
            // Outside of a comment the words are text like any other.
            let before = text.get(..whole.start()).unwrap_or_default();
            let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
            if !line.contains('#') && !line.contains("//") && !line.contains("/*") {
                continue;
            }
            let reason = group(2).map_or("", |reason| reason.as_str()).trim();
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let span = Span::new(offset(whole.start()), offset(checks.end()));
            found.extend(checks.as_str().split(',').map(|id| Foreign {
                tool,
                id: id.trim().to_owned(),
                reason: reason.to_owned(),
                location: location_of(artifact, Some(span)),
            }));
        }
    }
    found
}

fn in_metadata(artifact: &Arc<Artifact>, resource: &NodeRef<'_>) -> Vec<Foreign> {
    let Some(metadata) = resource.get("Metadata") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (tool, path, id, reason) in METADATA {
        let list = path.iter().try_fold(metadata, |node, key| node.get(key));
        let Some(list) = list.filter(|list| list.kind() == Kind::Sequence) else {
            continue;
        };
        for item in list.items() {
            let check = if id.is_empty() {
                Some(item)
            } else {
                item.get(id)
            };
            let Some((check, text)) = check.and_then(|check| Some((check, check.text()?))) else {
                continue;
            };
            let reason = if reason.is_empty() {
                None
            } else {
                item.get(reason)
            };
            found.push(Foreign {
                tool,
                id: text.to_owned(),
                reason: reason
                    .and_then(|reason| reason.text())
                    .unwrap_or_default()
                    .to_owned(),
                location: location_of(artifact, Some(check.span())),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::Encoding;

    fn found(uri: &str, text: &str) -> Vec<String> {
        let artifact = Arc::new(Artifact::new(uri, text.to_owned(), Encoding::Utf8));
        let marks = foreign_marks(&artifact).into_iter();
        marks
            .map(|mark| {
                let line = mark.location.region.map_or(0, |region| region.start_line);
                format!("{line} {} {} {}", mark.tool, mark.id, mark.reason)
                    .trim_end()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn comments_of_other_tools_are_recognised() {
        let text = "resource \"a\" \"b\" {\n  #checkov:skip=CKV_AWS_20:public site\n  x = 1 #trivy:ignore:AVD-AWS-0065\n  y = 2 // tfsec:ignore:aws-s3-x\n  z = \"checkov:skip=CKV_AWS_1\"\n}\n";
        assert_eq!(
            found("a.tf", text),
            [
                "2 checkov CKV_AWS_20 public site",
                "3 trivy AVD-AWS-0065",
                "4 tfsec aws-s3-x"
            ]
        );
        assert_eq!(
            found(
                "w.yml",
                "on: push # zizmor: ignore[dangerous-triggers] reviewed\n"
            ),
            ["1 zizmor dangerous-triggers reviewed"]
        );
    }

    #[test]
    fn metadata_of_other_tools_is_recognised() {
        let text = "Resources:\n  A:\n    Metadata:\n      cfn_nag:\n        rules_to_suppress:\n          - id: W35\n            reason: the log bucket itself\n      guard:\n        SuppressedRules:\n          - S3_BUCKET_LOGGING_ENABLED\n      checkov:\n        skip:\n          - id: CKV_AWS_18\n            comment: log bucket\n";
        assert_eq!(
            found("a.yaml", text),
            [
                "6 cfn_nag W35 the log bucket itself",
                "10 guard S3_BUCKET_LOGGING_ENABLED",
                "13 checkov CKV_AWS_18 log bucket"
            ]
        );
    }
}
