//! METADATA of a policy package (OPA's annotation grammar, `scope: package`).

use std::collections::{BTreeMap, BTreeSet};

use crate::resource::Format;

/// The severity of a control or of one result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Level note.
    Low,
    /// Level warning.
    Medium,
    /// Level error.
    High,
    /// Level error.
    Critical,
}

impl Severity {
    /// Returns the lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Returns the severity of a lower-case name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Low, Self::Medium, Self::High, Self::Critical]
            .into_iter()
            .find(|severity| severity.name() == name)
    }
}

/// Whether a policy judges one unit or the whole scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One template, plan or workflow.
    Unit,
    /// Everything in the scan together.
    Scan,
}

/// A parameter that packs preset and users set.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// `string`, `boolean`, `integer`, `list`.
    pub kind: String,
    /// What it means.
    pub description: String,
    /// The value where no chosen pack presets one, as JSON.
    pub default: serde_json::Value,
    /// The value a pack presets, by pack, as JSON.
    pub presets: BTreeMap<String, serde_json::Value>,
    /// Which direction is stricter: `higher`, `lower`, `true`, `false`, `smaller` (lists), `larger` (lists),
    /// or the values from loosest to strictest.
    pub stricter: serde_json::Value,
}

/// A requirement of a framework that a control serves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mapping {
    /// The framework's key (`nist_800_53_r5`).
    pub framework: String,
    /// The requirement's id (`SC-28`).
    pub id: String,
    /// Whether a published mapping says so; else it was assigned by judgement.
    pub verified: bool,
}

/// How to fix a finding, per format.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remediation(pub BTreeMap<Format, String>);

/// What a policy says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// The catalogue id (`KMS-001`).
    pub id: String,
    /// The readable name (`s3-encrypted`).
    pub slug: String,
    /// What the control demands: an imperative without period.
    pub title: String,
    /// Why, in sentences.
    pub description: String,
    /// The family (`KMS`).
    pub family: String,
    /// The severity of its results unless a result says otherwise.
    pub severity: Severity,
    /// The security severity, 0.1 to 10.0.
    pub score: f64,
    /// The formats it judges.
    pub formats: BTreeSet<Format>,
    /// The resource types that it and its joins read.
    pub resources: BTreeSet<String>,
    /// Those of them that it judges; a unit that declares none of these is not applicable without being evaluated.
    pub subjects: BTreeSet<String>,
    /// Whether it reads properties whose names stand in none of its texts.
    pub reads_unnamed: bool,
    /// Unit or scan.
    pub scope: Scope,
    /// The views whose rows over each unit a policy over the whole scan reads.
    pub unit_views: Vec<String>,
    /// Its parameters.
    pub params: Vec<Parameter>,
    /// The packs that hold it.
    pub packs: BTreeSet<String>,
    /// What it serves, sorted.
    pub frameworks: Vec<Mapping>,
    /// CWE numbers, at most two.
    pub cwe: Vec<u32>,
    /// How to fix it.
    pub remediation: Remediation,
    /// Near-equivalents in other tools, by tool.
    pub peers: BTreeMap<String, Vec<String>>,
    /// Controls that report the same defect, or leave the same place open, first.
    pub yields_to: Vec<String>,
    /// Documentation of the subject (`related_resources`).
    pub references: Vec<String>,
}
