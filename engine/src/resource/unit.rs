//! Units and resources: what a file declares.

use std::fmt;
use std::sync::Arc;

use super::{Choice, Node, Path, Secrets, Target, Value};
use crate::artifact::{Artifact, Span};

/// The input formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// An AWS CloudFormation template.
    CloudFormation,
    /// The JSON of `terraform show -json PLAN`.
    TerraformPlan,
    /// A GitHub Actions workflow.
    GithubWorkflow,
    /// A GitHub action definition (`action.yml`).
    GithubAction,
    /// Exported settings of GitHub repositories: facts, not judged on their own.
    GithubSettings,
}

impl Format {
    /// Returns the format's id, as policies and reports write it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::CloudFormation => "cloudformation",
            Self::TerraformPlan => "terraform-plan",
            Self::GithubWorkflow => "github-workflow",
            Self::GithubAction => "github-action",
            Self::GithubSettings => "github-settings",
        }
    }

    /// Returns what a file of the format is called in a sentence.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::CloudFormation => "a CloudFormation template",
            Self::TerraformPlan => "a Terraform plan",
            Self::GithubWorkflow => "a GitHub Actions workflow",
            Self::GithubAction => "a GitHub action",
            Self::GithubSettings => "exported GitHub settings",
        }
    }

    /// Returns the format of an id, of those that policies judge.
    pub fn from_id(id: &str) -> Option<Self> {
        [
            Self::CloudFormation,
            Self::TerraformPlan,
            Self::GithubWorkflow,
            Self::GithubAction,
        ]
        .into_iter()
        .find(|format| format.id() == id)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// An edge of the reference graph: what stands at `path` of a resource comes from another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The path from the resource node to the value that refers.
    pub path: Path,
    /// What it refers to.
    pub target: Target,
}

/// One declared thing: a CloudFormation resource, a Terraform resource or data source, a workflow, a job.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The logical id, the Terraform address, `workflow`, `jobs.<id>` or `action`.
    pub address: Arc<str>,
    /// The native type (`AWS::S3::Bucket`, `aws_s3_bucket`, `data.aws_iam_policy_document`, `workflow`, `job`, `action`).
    pub type_name: Arc<str>,
    /// The node that paths start from.
    pub node: Node,
    /// The key of `node` that holds the native properties; `None` where the node itself does.
    pub properties_key: Option<&'static str>,
    /// What this resource refers to, sorted by path.
    pub references: Vec<Edge>,
    /// Format-specific facts that the scan view shows beside the properties (`documents`, `steps`, `sensitive`, …).
    pub facts: Vec<(&'static str, Node)>,
    /// What is written and does not exist (`AWS::NoValue`): the path it would have, and where its key stands.
    pub left_out: Vec<(Path, Span)>,
    /// The place of the resource itself: the logical id, the block header, the job key.
    pub span: Option<Span>,
}

/// A named output of the unit and what it gives away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The output's name.
    pub name: Arc<str>,
    /// The resources that it exposes.
    pub references: Vec<Target>,
}

/// A parameter that was resolved by its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// The parameter.
    pub name: Arc<str>,
    /// The default, shortened; never shown when the parameter is secret.
    pub value: Arc<str>,
    /// Where the default is written.
    pub span: Option<Span>,
}

/// How grave a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeLevel {
    /// For information; the scan is complete.
    Note,
    /// Something the user should look at; the scan is complete.
    Warning,
    /// Something was not judged: the scan is incomplete.
    Error,
}

/// What a notice is about. Each kind has a stable id that reports use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// A file could not be read or decoded.
    UnreadableFile,
    /// A file is not valid YAML or JSON, or not a valid document of its format.
    SyntaxError,
    /// Part of a file has a shape its format does not allow.
    InvalidInput,
    /// A policy failed, exceeded its limits or returned the wrong shape.
    PolicyError,
    /// A budget of the scan was exhausted.
    Limit,
    /// Part of an input is outside what the scan reads (nested stacks, remote modules).
    NotInScan,
    /// A plan that Terraform itself calls incomplete or failed.
    IncompletePlan,
    /// Sources were found that need another step before they can be judged.
    NeedsPlan,
    /// What a plan describes was changed outside of Terraform.
    Drift,
    /// A suppression is about to expire.
    Expiring,
}

impl NoticeKind {
    /// All kinds in id order.
    pub const ALL: [Self; 10] = [
        Self::UnreadableFile,
        Self::SyntaxError,
        Self::InvalidInput,
        Self::PolicyError,
        Self::Limit,
        Self::NotInScan,
        Self::IncompletePlan,
        Self::NeedsPlan,
        Self::Drift,
        Self::Expiring,
    ];

    /// Returns the stable id of the kind.
    pub const fn id(self) -> &'static str {
        match self {
            Self::UnreadableFile => "NTF-001",
            Self::SyntaxError => "NTF-002",
            Self::InvalidInput => "NTF-003",
            Self::PolicyError => "NTF-004",
            Self::Limit => "NTF-005",
            Self::NotInScan => "NTF-006",
            Self::IncompletePlan => "NTF-007",
            Self::NeedsPlan => "NTF-008",
            Self::Drift => "NTF-009",
            Self::Expiring => "NTF-010",
        }
    }
}

/// Something the user must know about the scan itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// How grave it is.
    pub level: NoticeLevel,
    /// A full sentence.
    pub message: String,
    /// Where in the unit's artifact, when it has a place.
    pub span: Option<Span>,
}

/// A place that a path was resolved to.
#[derive(Debug, Clone)]
pub struct Spot {
    /// The file.
    pub artifact: Arc<Artifact>,
    /// The bytes.
    pub span: Span,
    /// How many segments of the path the place covers; fewer than asked means an ancestor.
    pub depth: usize,
}

/// Finds the source place of a path of a resource, for formats whose source is another file.
pub trait Locate: Send + Sync + fmt::Debug {
    /// Returns the place of the longest part of `path` that the sources show, or `None` without sources.
    fn locate(&self, resource: &Resource, path: &Path) -> Option<Spot>;
    /// Tells whether places depend on the values of resources.
    fn reads_values(&self) -> bool {
        true
    }

    /// Returns where the value at `path` comes from, when another place gives it: the nearest first.
    fn origins(&self, resource: &Resource, path: &Path) -> Vec<Origin> {
        let _ = (resource, path);
        Vec::new()
    }

    /// Returns the address of what is written once for all instances of the resource of this address.
    fn declaration(&self, address: &str) -> Option<Arc<str>> {
        let _ = address;
        None
    }

    /// Says why the sources do not show a resource: a clause. `None` when they do.
    fn gap(&self, resource: &Resource) -> Option<String> {
        let _ = resource;
        None
    }

    /// Returns the file that spans at a path of the resource lie in, where that is not the unit's.
    fn artifact(&self, resource: &Resource, path: &Path) -> Option<&Arc<Artifact>> {
        let _ = (resource, path);
        None
    }

    /// Returns the source files that were written by hand, for what stands in their comments.
    fn files(&self) -> Vec<Arc<Artifact>> {
        Vec::new()
    }

    /// Returns the calls that bring what stands at a path of the resource into the unit, the innermost first.
    fn calls(&self, resource: &Resource, path: &Path) -> &[Call] {
        let _ = (resource, path);
        &[]
    }
}

/// A place that gives the value at another one: a variable's default, a local.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The place.
    pub spot: Spot,
    /// What is defined there (`module.a.var.b`).
    pub address: Arc<str>,
    /// What it is: a noun phrase.
    pub message: String,
}

/// A call that brings the resources of another file into a unit.
#[derive(Debug, Clone)]
pub struct Call {
    /// The calling file.
    pub artifact: Arc<Artifact>,
    /// Where the call stands.
    pub span: Option<Span>,
    /// The calling resource.
    pub address: Arc<str>,
    /// What calls what: a noun phrase, without period.
    pub message: String,
}

/// What one file declares, ready to be judged.
#[derive(Debug)]
pub struct Unit {
    /// The format it was read as.
    pub format: Format,
    /// The file it was read from.
    pub artifact: Arc<Artifact>,
    /// What it declares, in source order; addresses are unique.
    pub resources: Vec<Resource>,
    /// What it gives to others.
    pub outputs: Vec<Output>,
    /// Format-specific facts of the whole unit that the scan view shows (`provider`, `complete`, …).
    pub facts: Vec<(&'static str, Node)>,
    /// Parameters that defaults decided.
    pub assumptions: Vec<Assumption>,
    /// What it leaves open, and the ways to settle it.
    pub choices: Vec<Choice>,
    /// What went wrong while reading it.
    pub notices: Vec<Notice>,
    /// What no report may show.
    pub secrets: Secrets,
    /// How paths become places, where the unit's own artifact is not the source.
    pub sources: Option<Box<dyn Locate>>,
}

impl Unit {
    /// Forgets the values of resources, for a unit whose view is made. Types, edges and marks stay, and the values of those
    /// for which `keep` holds; nothing is forgotten where places are found by the values.
    pub fn forget_values(&mut self, keep: impl Fn(&Resource) -> bool) {
        let sources = self.sources.as_ref();
        if sources.is_none_or(|sources| sources.reads_values()) {
            return;
        }
        for resource in self.resources.iter_mut().filter(|one| !keep(one)) {
            resource.node = Node::unplaced(Value::Object(Vec::new()));
            resource.facts.retain(|(name, _)| *name == "sensitive");
            resource.facts.shrink_to_fit();
        }
    }

    /// Returns how many resources the file declares. A template and the providers of a plan are no declared resources,
    /// although policies may read them as such.
    pub fn declared(&self) -> usize {
        let declared = self.resources.iter();
        declared
            .filter(|one| !matches!(&*one.type_name, "template" | "provider"))
            .count()
    }
}
