//! Paths of GitHub's REST API whose answers are read.

use crate::resource::{Node, Value};

/// What a path asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Repository,
    EnvironmentList,
    Environment,
    DeploymentBranchPolicies,
    BranchProtection,
    BranchRules,
    RulesetList,
    Ruleset,
}

/// A path, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) kind: Kind,
    /// The path without a leading slash and without a query.
    pub(super) path: String,
    /// `owner/repo`, or the organization; lower-cased.
    pub(super) repository: String,
    /// The environment or branch, decoded; empty for others.
    pub(super) name: String,
}

impl Asked {
    /// Returns what asks for one of the environments of this list.
    pub(super) fn environment(&self, name: &str) -> Self {
        Self {
            kind: Kind::Environment,
            path: format!("{}/{name}", self.path),
            repository: self.repository.clone(),
            name: name.to_owned(),
        }
    }
}

impl Kind {
    pub(super) const fn type_name(self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::EnvironmentList => "environment_list",
            Self::Environment => "environment",
            Self::DeploymentBranchPolicies => "deployment_branch_policies",
            Self::BranchProtection => "branch_protection",
            Self::BranchRules => "branch_rules",
            Self::RulesetList => "ruleset_list",
            Self::Ruleset => "ruleset",
        }
    }

    /// Tells whether an array of answers is the pages of an object.
    pub(super) const fn is_paged(self) -> bool {
        matches!(self, Self::EnvironmentList | Self::DeploymentBranchPolicies)
    }

    /// Says what an answer lacks, as the end of a sentence; nothing when it has the form of its kind.
    pub(super) fn complaint(self, node: &Node) -> Option<String> {
        let needed: &[&str] = match self {
            Self::Repository => &["full_name", "default_branch"],
            Self::EnvironmentList => &["environments"],
            Self::Environment => &["name", "protection_rules"],
            Self::DeploymentBranchPolicies => &["branch_policies"],
            Self::BranchProtection => &["enforce_admins"],
            Self::Ruleset => &["name", "enforcement", "rules"],
            Self::BranchRules | Self::RulesetList => {
                let is_list = matches!(node.value, Value::Array(_));
                return (!is_list).then(|| "must be a list".to_owned());
            }
        };
        let lacking = needed.iter().find(|key| node.get(key).is_none())?;
        Some(format!(
            "has no '{lacking}', which this answer of the API has"
        ))
    }
}

/// Takes a path apart; `None` when it is none of those that are read.
pub(super) fn asked(path: &str) -> Option<Asked> {
    let path = path.trim_start_matches('/');
    let path = path.split('?').next()?.trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    let (repository, rest) = match parts.as_slice() {
        ["repos", owner, name, rest @ ..] if !owner.is_empty() && !name.is_empty() => {
            (format!("{owner}/{name}"), rest)
        }
        ["orgs", owner, rest @ ..] if rest.first() == Some(&"rulesets") => {
            ((*owner).to_owned(), rest)
        }
        _ => return None,
    };
    let (kind, name) = match rest {
        [] => (Kind::Repository, String::new()),
        ["environments"] => (Kind::EnvironmentList, String::new()),
        ["environments", name @ .., "deployment-branch-policies"] if !name.is_empty() => {
            (Kind::DeploymentBranchPolicies, name.join("/"))
        }
        ["environments", name @ ..] => (Kind::Environment, name.join("/")),
        ["branches", name @ .., "protection"] if !name.is_empty() => {
            (Kind::BranchProtection, name.join("/"))
        }
        ["rules", "branches", name @ ..] if !name.is_empty() => (Kind::BranchRules, name.join("/")),
        ["rulesets"] => (Kind::RulesetList, String::new()),
        ["rulesets", _] => (Kind::Ruleset, String::new()),
        _ => return None,
    };
    let name = decoded(&name);
    let path = match kind {
        Kind::Environment => {
            let list = parts.get(..4)?.join("/");
            format!("{list}/{name}")
        }
        _ => path.to_owned(),
    };
    Some(Asked {
        kind,
        path,
        repository: repository.to_lowercase(),
        name,
    })
}

/// Replaces `%2F` and its kin.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let (b'%', Some(code)) = (first, code) {
            bytes.push(code);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
