//! Local reusable workflows, inlined: the jobs of a called workflow as jobs of its caller.
//!
//! A job `deploy` that calls `./.github/workflows/release.yml` brings that workflow's job `publish` in as the job
//! `deploy/publish`, with the inputs that the call passes, waiting for what the call waits for. Its node lies in the
//! called file: places come from there, and the calls are named beside them. GitHub lets workflows be nested ten levels
//! deep: <https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations>.

use std::fmt;
use std::sync::Arc;

use super::composite::{self, Inlined};
use super::environment::{Defaults, Variables};
use super::fact;
use super::files::CalledFiles;
use super::job::{self, Job, Shared, take_jobs};
use super::needs::Needs;
use super::outward::{mark_inlined, outward, set_workflow};
use super::scope::Scope;
use super::tree::{self, Notices};
use super::uses::{FOLDER, root_of};
use super::{resource, trigger};
use crate::artifact::{Artifact, Span};
use crate::document::Document;
use crate::resource::{Call, Edge, Node, Resource, Target};

/// How many levels of workflows GitHub connects, the first caller among them.
const MAX_LEVELS: usize = 10;

/// How many jobs are inlined into one workflow.
const MAX_JOBS: usize = 1000;

/// A workflow that others can call, or an action.
#[derive(Debug, Clone)]
pub struct Callable {
    /// Its file.
    pub artifact: Arc<Artifact>,
    /// Its document.
    pub root: Arc<Node>,
}

impl Callable {
    /// Takes a parsed file; `None` for one that is empty.
    pub fn new(artifact: Arc<Artifact>, document: &Document) -> Option<Self> {
        // What is wrong with the file is noticed when it is judged itself.
        let root = tree::convert(document.root()?, &mut Notices::default());
        let root = Arc::new(root);
        Some(Self { artifact, root })
    }

    /// Tells whether nothing but calls starts it.
    pub fn is_only_called(&self) -> bool {
        let triggers = trigger::read(&self.root, &mut Notices::default());
        !triggers.is_empty() && triggers.iter().all(|one| one.event == "workflow_call")
    }

    /// Returns the URIs of the local workflows that its jobs call.
    pub fn calls(&self) -> Vec<String> {
        let jobs = fact::entries(self.root.get("jobs"));
        let uses = jobs.filter_map(|(_, job)| job.get("uses")?.as_str());
        uses.filter_map(|uses| uri_of(self.artifact.uri(), uses))
            .collect()
    }
}

/// The workflows and actions of a scan.
pub trait Library: Send + Sync + fmt::Debug {
    /// Returns the workflow of a URI.
    fn workflow(&self, uri: &str) -> Option<Callable>;

    /// Returns the action of the URI of its file.
    fn action(&self, uri: &str) -> Option<Callable>;

    /// Tells whether a workflow is judged through those that call it, and not on its own.
    fn is_covered(&self, uri: &str) -> bool;
}

/// Returns the URI of the workflow that a file names by a path from the root of its repository.
fn uri_of(caller: &str, uses: &str) -> Option<String> {
    let path = uses.trim().strip_prefix("./")?;
    let root = root_of(caller)?;
    path.starts_with(FOLDER).then(|| format!("{root}{path}"))
}

/// A job that may call a workflow, with what the called jobs need to know of it.
pub(super) struct Caller<'a> {
    /// Its id as a job of the unit: `deploy`, or `deploy/publish` where it is inlined itself.
    pub(super) id: &'a str,
    pub(super) node: &'a Node,
    pub(super) span: Option<Span>,
    pub(super) shared: &'a Shared<'a>,
    /// Its facts as a job.
    pub(super) facts: &'a [(&'static str, Node)],
}

/// Inlines what the jobs of a workflow call.
pub(super) struct Inliner<'a> {
    pub(super) library: &'a dyn Library,
    pub(super) notices: &'a mut Notices,
    pub(super) resources: Vec<Resource>,
    pub(super) files: CalledFiles,
}

/// Where an inliner stands: the files from the first caller down, and the calls, the innermost first.
#[derive(Clone)]
pub(super) struct Depth {
    pub(super) files: Vec<Arc<Artifact>>,
    pub(super) calls: Vec<Call>,
    /// The ids of the calling jobs, the innermost first.
    pub(super) ids: Vec<String>,
}

impl Depth {
    /// Stands in the file that is judged.
    pub(super) fn of(artifact: &Arc<Artifact>) -> Self {
        Self {
            files: vec![Arc::clone(artifact)],
            calls: Vec::new(),
            ids: Vec::new(),
        }
    }
}

impl Inliner<'_> {
    /// Inlines the workflow that a job calls, if it is in the scan. Tells whether it was.
    pub(super) fn inline(&mut self, caller: &Caller<'_>, depth: &Depth) -> bool {
        let Some(file) = depth.files.last() else {
            return false;
        };
        let uses = caller.node.get("uses").and_then(Node::as_str);
        let uri = uses.and_then(|uses| uri_of(file.uri(), uses));
        let Some(callable) = uri.and_then(|uri| self.library.workflow(&uri)) else {
            return false;
        };
        if let Some(message) = self.refused(caller, &callable, depth) {
            let first = depth.files.len() == 1;
            let outermost = depth.calls.last().and_then(|call| call.span);
            let span = if first { caller.span } else { outermost };
            self.notices.error(message, span);
            return false;
        }
        let mut below = depth.clone();
        below.files.push(Arc::clone(&callable.artifact));
        below.ids.insert(0, caller.id.to_owned());
        below.calls.insert(
            0,
            Call {
                artifact: Arc::clone(file),
                span: caller.span,
                address: format!("jobs.{}", caller.id).into(),
                message: format!("job '{}' calls '{}'", caller.id, callable.artifact.uri()),
            },
        );
        self.workflow(caller, &callable, &below);
        true
    }

    fn refused(&self, caller: &Caller<'_>, target: &Callable, depth: &Depth) -> Option<String> {
        let uri = target.artifact.uri();
        if depth.files.iter().any(|file| file.uri() == uri) {
            let message = format!("Job '{}' calls '{uri}', which calls itself.", caller.id);
            return Some(message);
        }
        let why = if depth.files.len() >= MAX_LEVELS {
            format!("workflows are connected at most {MAX_LEVELS} levels deep")
        } else if self.resources.len() >= MAX_JOBS {
            format!("at most {MAX_JOBS} called jobs are read in one workflow")
        } else {
            return None;
        };
        Some(format!("Job '{}' calls '{uri}': {why}.", caller.id))
    }

    fn workflow(&mut self, caller: &Caller<'_>, target: &Callable, depth: &Depth) {
        let mut silent = Notices::default();
        let mut root = (*target.root).clone();
        let jobs = take_jobs(&mut root, &mut silent);
        let triggers = trigger::read(&root, &mut silent);
        let mut scope = Scope::default();
        let outside = job::scope(caller.node, caller.shared, &mut silent);
        trigger::bind_called(&triggers, caller.node.get("with"), &outside, &mut scope);
        let mut variables = Variables::default();
        variables.set(root.get("env"), &mut scope);
        let listed: Vec<(&str, &Node)> = jobs.iter().map(|job| (&*job.id, &job.node)).collect();
        let shared = Shared {
            workflow: &root,
            needs: &Needs::read(&listed, &mut silent),
            scope: &scope,
            variables: &variables,
            defaults: &Defaults::default().overlaid(&root),
        };
        let address = format!("workflow:{}", caller.id);
        let mut whole = resource(
            address.clone(),
            "called_workflow",
            root.clone(),
            super::workflow_facts(&triggers, &shared, &mut silent),
            Vec::new(),
            root.entry("on").and_then(|entry| entry.key_span),
        );
        whole.facts.push(("called_by", fact::texts(&depth.ids)));
        self.push(whole, depth);
        for job in &jobs {
            self.job(caller, job, &shared, depth, &address);
        }
    }

    fn job(
        &mut self,
        caller: &Caller<'_>,
        job: &Job,
        shared: &Shared<'_>,
        depth: &Depth,
        workflow: &str,
    ) {
        let id = format!("{}/{}", caller.id, job.id);
        let address: Arc<str> = format!("jobs.{id}").into();
        let file = depth.files.last();
        let mut silent = file.map_or_else(Notices::default, |file| Notices::of(Arc::clone(file)));
        let expanded = file.and_then(|file| {
            composite::expand(&job.node, &address, file, self.library, &mut silent)
        });
        let (node, inlined) = expanded.unwrap_or_else(|| (job.node.clone(), Inlined::default()));
        let (mut facts, edges) = job::read(&job.id, &node, &inlined, shared, &mut silent);
        self.places(&address, inlined, &depth.calls);
        if let Some(file) = file {
            set_workflow(&mut facts, shared.workflow, file);
        }
        outward(&mut facts, &id, caller, depth, workflow);
        let inner = Caller {
            id: &id,
            node: &job.node,
            span: job.span,
            shared,
            facts: &facts,
        };
        if self.inline(&inner, depth) {
            mark_inlined(&mut facts);
        }
        let edges = edges.into_iter().map(|edge| renamed(edge, caller.id));
        let edges = edges.collect();
        let read = resource(address.to_string(), "job", node, facts, edges, job.span);
        self.push(read, depth);
    }

    /// Keeps the places of what actions bring into a job that is itself brought in by calls.
    fn places(&mut self, address: &Arc<str>, inlined: Inlined, calls: &[Call]) {
        if inlined.places.is_empty() {
            return;
        }
        let mut places = inlined.places;
        for (_, inner) in places.values_mut() {
            inner.extend(calls.iter().cloned());
        }
        self.files.steps.insert(Arc::clone(address), places);
    }

    fn push(&mut self, resource: Resource, depth: &Depth) {
        if let Some(file) = depth.files.last() {
            let place = (Arc::clone(file), depth.calls.clone());
            self.files.jobs.insert(Arc::clone(&resource.address), place);
        }
        self.resources.push(resource);
    }
}

/// Renames the job that an edge leads to.
fn renamed(edge: Edge, caller: &str) -> Edge {
    let inner = edge.target.address.trim_start_matches("jobs.").to_owned();
    Edge {
        path: edge.path,
        target: Target {
            address: format!("jobs.{caller}/{inner}").into(),
            attribute: edge.target.attribute,
        },
    }
}
