//! What a scan gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::evaluate::Component;
use crate::finding::{Finding, PlacedNotice};
use crate::policy::Metadata;
use crate::suppress::{Baselined, Entry, Mark, Suppressed, Unused};

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposition {
    /// It was judged as this format (`cloudformation`), with so many resources.
    Judged {
        /// The format id.
        format: &'static str,
        /// How many resources it declares.
        resources: usize,
        /// How many of them no chosen policy reads.
        unassessed: usize,
    },
    /// It is none of the formats.
    NotOurs,
    /// It could not be read, decoded or parsed; a notice says why.
    Unreadable,
}

/// One file of the scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactSummary {
    /// Its name in reports.
    pub uri: Arc<str>,
    /// Its size in bytes.
    pub length: u64,
    /// sha256 of its bytes, lower-case hex; empty unless hashes were asked for.
    pub sha256: String,
    /// What became of it.
    pub disposition: Disposition,
}

/// Counts of outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// Proven violations.
    pub fail: usize,
    /// Undecided.
    pub unknown: usize,
    /// Proven to hold.
    pub pass: usize,
    /// Units in which the control had nothing to judge.
    pub not_applicable: usize,
    /// Failures and unknowns that a suppression accepts.
    pub suppressed: usize,
    /// Failures that the baseline knows.
    pub baselined: usize,
}

/// What was looked at and what not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Files that .gitignore or an exclude glob left out.
    pub ignored: usize,
    /// Terraform source files without a plan.
    pub terraform_sources: usize,
    /// Files looked at that are none of the formats.
    pub not_ours: usize,
    /// Files judged, by format id.
    pub judged: BTreeMap<&'static str, usize>,
    /// Files that could not be read.
    pub unreadable: usize,
    /// Resources in judged files.
    pub resources: usize,
    /// Resource types that no chosen policy reads, with how often they occur.
    pub unassessed: BTreeMap<Arc<str>, usize>,
    /// Expressions of workflows and actions whose values only a run knows, by the reason: the end of a sentence.
    pub opaque_expressions: BTreeMap<Arc<str>, usize>,
}

/// A chosen control and its account in this scan.
#[derive(Debug, Clone)]
pub struct RuleSummary {
    /// What the control says of itself.
    pub metadata: Arc<Metadata>,
    /// Its counts.
    pub account: Account,
}

/// What was understood of one unit: a template, once for each way in which it is called, a plan or a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// The file.
    pub uri: Arc<str>,
    /// The format id.
    pub format: &'static str,
    /// How a nested template is called; empty for what is judged on its own.
    pub way: String,
    /// The components, sorted by kind and address.
    pub components: Vec<Component>,
    /// The lines at which they are declared, where the file itself declares them.
    pub lines: BTreeMap<String, u32>,
}

/// What a scan understood of a system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Architecture {
    /// The units with components, by file and way.
    pub units: Vec<Understood>,
}

/// The result of a scan, ready for any report. Everything in it is sorted.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// Failures and unknowns; passes too when evidence was asked for. Sorted by place, rule and resource.
    pub findings: Vec<Finding>,
    /// Failures and unknowns that a suppression accepts, sorted like the findings.
    pub suppressed: Vec<Suppressed>,
    /// The expired suppressions that would accept a finding, by the finding's identity.
    pub expired: BTreeMap<String, Arc<Mark>>,
    /// The suppressions that are not needed.
    pub unused: Vec<Unused>,
    /// Failures that the baseline knows, sorted like the findings.
    pub baselined: Vec<Baselined>,
    /// What the baseline knows and the scan did not find, sorted.
    pub absent: Vec<Entry>,
    /// How many failures and unknowns lie in files that were not asked about.
    pub elsewhere: usize,
    /// What the user must know about the scan itself, sorted by file.
    pub notices: Vec<PlacedNotice>,
    /// The chosen controls, by id.
    pub rules: Vec<RuleSummary>,
    /// Units in which a control had nothing to judge: (rule id, uri); only when evidence was asked for.
    pub not_applicable: Vec<(Arc<str>, Arc<str>)>,
    /// The files judged or unreadable, by URI.
    pub artifacts: Vec<ArtifactSummary>,
    /// What was looked at.
    pub coverage: Coverage,
    /// What was understood of the system; empty unless it was asked for.
    pub architecture: Architecture,
    /// Whether every input could be read and every policy evaluated.
    pub complete: bool,
}
