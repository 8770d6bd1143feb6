//! The controls over suppressions themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::policy::{Metadata, Remediation, Scope, Severity};
use crate::resource::Format;

/// A suppression that cannot be read, or that is not allowed.
pub const INVALID: &str = "SUP-001";
/// A suppression past its last day.
pub const EXPIRED: &str = "SUP-002";
/// A suppression that suppresses nothing.
pub const UNUSED: &str = "SUP-003";

/// Returns what these controls say of themselves, by id.
pub fn rules() -> [Arc<Metadata>; 3] {
    [
        metadata(
            INVALID,
            "invalid-suppression",
            "Write suppressions that can be read",
            "A suppression with a mistake has no effect: a misspelt control, a missing reason or an unknown key would \
             else accept a risk that nobody meant, or none at all, in silence.",
            Severity::High,
            7.0,
            "Mend what the message names. The form is: ordinance:ignore[ID] reason=\"why this is accepted\" \
             expires=YYYY-MM-DD owner=NAME ticket=ID.",
        ),
        metadata(
            EXPIRED,
            "expired-suppression",
            "Review suppressions when they expire",
            "An exception is accepted until a day. Past it the finding counts again, and somebody has to decide anew.",
            Severity::High,
            7.0,
            "Fix the finding and remove the suppression, or accept the risk again with a new last day.",
        ),
        metadata(
            UNUSED,
            "unused-suppression",
            "Remove suppressions that suppress nothing",
            "What is left behind when a finding is fixed, or what stands at the wrong place, would hide the next \
             finding that nobody has seen.",
            Severity::Medium,
            4.0,
            "Remove the suppression; where it was meant for something else, move it there.",
        ),
    ]
}

/// Returns what the control of this id says of itself.
pub fn rule_of(id: &str) -> Option<Arc<Metadata>> {
    rules().into_iter().find(|rule| rule.id == id)
}

fn metadata(
    id: &str,
    slug: &str,
    title: &str,
    description: &str,
    severity: Severity,
    score: f64,
    remedy: &str,
) -> Arc<Metadata> {
    let formats = BTreeSet::from([
        Format::CloudFormation,
        Format::TerraformPlan,
        Format::GithubWorkflow,
        Format::GithubAction,
    ]);
    let remedies = formats.iter().map(|format| (*format, remedy.to_owned()));
    Arc::new(Metadata {
        id: id.to_owned(),
        slug: slug.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        family: "SUP".to_owned(),
        severity,
        score,
        remediation: Remediation(remedies.collect()),
        formats,
        resources: BTreeSet::new(),
        subjects: BTreeSet::new(),
        reads_unnamed: false,
        scope: Scope::Unit,
        unit_views: Vec::new(),
        params: Vec::new(),
        packs: BTreeSet::new(),
        frameworks: Vec::new(),
        cwe: Vec::new(),
        peers: BTreeMap::new(),
        yields_to: Vec::new(),
        references: Vec::new(),
    })
}
