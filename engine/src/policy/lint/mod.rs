//! What is likely wrong with a policy, told by its text: what it reads and does not examine, types and properties that do
//! not exist, bodies that never hold, tests that a value that cannot be known passes.

mod examined;
mod properties;
mod reach;
mod schema;
mod unknowns;

use std::fmt;
use std::sync::Arc;

use super::Module;
use super::error::Place;
use super::set::{Policy, PolicySet};
use super::token::Token;

pub use schema::Schemas;

/// How sure a lint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The policy does not do what it says.
    Error,
    /// It may not.
    Warning,
}

/// Something about a policy that its author should see.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The file.
    pub path: Arc<str>,
    /// Where in it.
    pub place: Place,
    /// The text there, as far as it is meant.
    pub text: String,
    /// How sure this is.
    pub level: Level,
    /// The name of the lint.
    pub lint: &'static str,
    /// What is wrong: lower case, no period.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column } = self.place;
        write!(f, "{}:{line}:{column}: {}", self.path, self.message)
    }
}

impl Remark {
    fn at(
        module: &Module,
        token: &Token<'_>,
        (level, lint): (Level, &'static str),
        message: String,
        help: &str,
    ) -> Self {
        Self {
            path: Arc::clone(&module.source.path),
            place: token.place,
            text: token.text.to_owned(),
            level,
            lint,
            message,
            help: help.to_owned(),
        }
    }
}

/// Looks at a policy. Without schemas types and properties are not compared with what AWS has.
pub fn policy(set: &PolicySet, policy: &Policy, schemas: Option<&Schemas>) -> Vec<Remark> {
    let Some(module) = set.module(policy.module) else {
        return Vec::new();
    };
    let mut remarks = examined::lint(set, policy);
    remarks.extend(reach::lint(module));
    remarks.extend(unknowns::lint(module));
    remarks.extend(properties::undeclared(module, policy));
    if let Some(schemas) = schemas {
        remarks.extend(properties::lint(module, policy, schemas));
    }
    remarks.sort();
    remarks.dedup();
    remarks
}

#[cfg(test)]
mod tests {
    use super::super::module::Source;
    use super::*;

    /// A set of modules made up by a test.
    pub(super) fn made_up(sources: &[(&str, &str)]) -> PolicySet {
        let sources = sources
            .iter()
            .map(|(path, text)| Source::custom(*path, (*text).to_owned()));
        PolicySet::new(sources, []).0
    }

    /// What the lints say of a policy over buckets; its rules begin on line 17.
    pub(super) fn linted(rules: &str) -> Vec<String> {
        let text = format!(
            "# METADATA\n# title: A\n# description: B.\n# custom:\n#   id: S3-001\n#   slug: a\n#   family: S3\n#   severity: low\n#   score: 1.0\n#   formats: [cloudformation]\n#   resources: [\"AWS::S3::Bucket\"]\n#   packs: [strict]\n#   remediation: {{cloudformation: C.}}\npackage policies.s3.a\n\nimport data.policies.lib.value\n{rules}\n"
        );
        let library = "package policies.lib.value\n\nget(r, path) := object.get(r.node, path, null)\n\nknown(x) if x\n";
        let set = made_up(&[("a.rego", &text), ("lib/value.rego", library)]);
        let schemas =
            Schemas::of("AWS::S3::Bucket AccessControl BucketEncryption Tags | Key Status Value\n");
        let remarks = policy(&set, &set.policies()[0], Some(&schemas));
        let shown = remarks.iter().filter(|remark| remark.lint != "unexamined");
        shown.map(|one| format!("{} {}", one.lint, one)).collect()
    }
}
