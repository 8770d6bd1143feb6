//! The facts of a job.

use std::rc::Rc;
use std::sync::Arc;

use super::composite::Inlined;
use super::environment::{self, Defaults, Variables};
use super::expressions::Collector;
use super::needs::Needs;
use super::scope::Scope;
use super::step::{self, Frame};
use super::tree::Notices;
use super::{fact, matrix, uses};
use crate::artifact::Span;
use crate::resource::{Edge, Entry, Node, Path, Target, Value};

/// A job as written.
pub(super) struct Job {
    pub(super) id: Arc<str>,
    pub(super) node: Node,
    /// Its key.
    pub(super) span: Option<Span>,
}

/// Takes `jobs` out of the workflow. What is no job is noticed and left out.
pub(super) fn take_jobs(root: &mut Node, notices: &mut Notices) -> Vec<Job> {
    let Value::Object(entries) = &mut root.value else {
        return Vec::new();
    };
    let Some(position) = entries.iter().position(|entry| &*entry.key == "jobs") else {
        notices.error("This workflow has no 'jobs'.".to_owned(), root.span);
        return Vec::new();
    };
    let jobs = entries.remove(position);
    let Value::Object(jobs_entries) = jobs.node.value else {
        notices.error("'jobs' is no mapping of jobs.".to_owned(), jobs.key_span);
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in jobs_entries {
        if matches!(entry.node.value, Value::Object(_)) {
            found.push(Job {
                id: entry.key,
                node: entry.node,
                span: entry.key_span,
            });
        } else {
            let message = format!("Job '{}' is no mapping.", entry.key);
            notices.error(message, entry.key_span);
        }
    }
    found
}

/// What the jobs of a workflow share.
pub(super) struct Shared<'a> {
    /// The workflow without its jobs.
    pub(super) workflow: &'a Node,
    pub(super) needs: &'a Needs,
    /// Inputs and the variables of the workflow.
    pub(super) scope: &'a Scope,
    pub(super) variables: &'a Variables,
    pub(super) defaults: &'a Defaults,
}

/// The facts of a job and what it refers to.
pub(super) type Read = (Vec<(&'static str, Node)>, Vec<Edge>);

/// Returns what contexts hold in a job.
pub(super) fn scope(job: &Node, shared: &Shared<'_>, notices: &mut Notices) -> Scope {
    let mut scope = shared.scope.clone();
    scope.matrix = Rc::new(matrix::read(job, &scope, notices));
    scope
}

/// Reads a job, with the steps that composite actions bring in.
pub(super) fn read(
    id: &str,
    job: &Node,
    inlined: &Inlined,
    shared: &Shared<'_>,
    notices: &mut Notices,
) -> Read {
    let mut scope = scope(job, shared, notices);
    let matrix = matrix::fact(&scope.matrix);
    let mut variables = shared.variables.clone();
    variables.set(job.get("env"), &mut scope);
    let defaults = shared.defaults.overlaid(job);
    let runs_on = runs_on(job, &scope);
    let environment = environment::fact(job, &scope, notices);
    let call = call(job, notices);
    check_shape(id, job, notices);

    let place = Path::default();
    let mut found = Collector::new(notices);
    let condition = found.condition(job.get("if"), &place.child("if"), &scope);
    for (key, value) in fact::entries(Some(job)).filter(|(key, _)| !matches!(*key, "if" | "steps"))
    {
        found.walk(value, &place.child(key), &scope);
    }
    let mut inside = scope.clone();
    inside.forget_rewritten(&scripts(job));
    let frame = Frame {
        scope: &inside,
        defaults: &defaults,
        windows: runs_on.windows,
        inlined: Some(inlined),
    };
    let steps = step::read(job.get("steps"), &place.child("steps"), &frame, &mut found);
    let (expressions, secrets, outputs) = found.finish();
    let direct = shared.needs.direct(id);
    let failing = job.get("continue-on-error").map(|node| scope.resolve(node));
    let text = |key: &str| job.get(key).and_then(fact::written);
    let facts = vec![
        ("id", fact::text(id)),
        ("name", fact::optional(text("name").as_deref())),
        ("needs", fact::texts(direct.iter().map(|(_, id)| id))),
        (
            "needs_closure",
            fact::texts(shared.needs.closure(id).iter().filter(|other| *other != id)),
        ),
        ("if", fact::optional(text("if").as_deref())),
        ("condition", condition),
        ("call", call),
        ("called_by", fact::list([])),
        ("steps", steps),
        ("expressions", expressions),
        ("environment", environment),
        ("matrix", matrix),
        (
            "permissions",
            environment::permissions(&[("job", job), ("workflow", shared.workflow)]),
        ),
        ("env", variables.fact()),
        ("runs_on", runs_on.fact),
        ("images", images(job, &scope)),
        ("secrets", secrets),
        ("defaults", defaults.fact()),
        (
            "continue_on_error",
            failing.unwrap_or_else(|| fact::flag(false)),
        ),
    ];
    (facts, edges(direct, outputs, shared.needs, id))
}

/// Returns the scripts of a job's steps.
fn scripts(job: &Node) -> Vec<&str> {
    match job.get("steps").map(|steps| &steps.value) {
        Some(Value::Array(steps)) => steps
            .iter()
            .filter_map(|step| step.get("run").and_then(Node::as_str))
            .collect(),
        _ => Vec::new(),
    }
}

fn check_shape(id: &str, job: &Node, notices: &mut Notices) {
    if job.get("uses").is_none() && job.get("steps").is_none() {
        let message = format!("Job '{id}' has neither 'steps' nor 'uses'.");
        notices.error(message, job.span);
    }
}

fn edges(
    direct: &[(Path, String)],
    outputs: Vec<(Path, String, String)>,
    needs: &Needs,
    id: &str,
) -> Vec<Edge> {
    let target = |job: &str, attribute: String| Target {
        address: format!("jobs.{job}").into(),
        attribute: attribute.into(),
    };
    let mut edges: Vec<Edge> = direct
        .iter()
        .map(|(path, job)| Edge {
            path: path.clone(),
            target: target(job, String::new()),
        })
        .collect();
    for (path, job, output) in outputs {
        // Contexts are lower-cased; the address is the id as declared.
        let declared = needs
            .direct(id)
            .iter()
            .find(|(_, other)| other.eq_ignore_ascii_case(&job));
        if let Some((_, other)) = declared {
            let target = target(other, format!("outputs.{output}"));
            edges.push(Edge { path, target });
        }
    }
    edges.sort();
    edges.dedup();
    edges
}

/// Returns the fact `call` of a job that calls a reusable workflow.
fn call(job: &Node, notices: &mut Notices) -> Node {
    let Some((node, raw)) = job
        .get("uses")
        .and_then(|node| Some((node, fact::written(node)?)))
    else {
        return fact::null();
    };
    let mut call = uses::fact(&raw, node.span, notices);
    if let Value::Object(entries) = &mut call.value {
        entries.push(Entry {
            key: "inlined".into(),
            key_span: None,
            node: fact::flag(false),
        });
    }
    call
}

struct RunsOn {
    fact: Node,
    windows: bool,
}

/// Reads `runs-on`: a label, a list of labels, or a group with labels.
fn runs_on(job: &Node, scope: &Scope) -> RunsOn {
    let node = job.get("runs-on").map(|node| scope.resolve(node));
    let (group, labels) = match node.as_ref().map(|node| &node.value) {
        Some(Value::Object(_)) => (
            node.as_ref()
                .and_then(|node| node.get("group"))
                .map(|group| scope.resolve(group)),
            node.as_ref()
                .and_then(|node| node.get("labels"))
                .map(|labels| scope.resolve(labels)),
        ),
        _ => (None, node.clone()),
    };
    let labels: Vec<Node> = match labels.map(|labels| labels.value) {
        Some(Value::Array(items)) => items.iter().map(|item| scope.resolve(item)).collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(other) => vec![Node::unplaced(other)],
    };
    let known = |label: &Node| label.as_str().map(str::to_lowercase);
    let possible = labels.iter().flat_map(possible_labels);
    let possible: Vec<Option<bool>> = possible
        .map(|label| Some(label?.eq_ignore_ascii_case("self-hosted")))
        .collect();
    let own = labels
        .iter()
        .any(|label| known(label).as_deref() == Some("self-hosted"));
    let open = group.is_some() || possible.iter().any(|own| *own != Some(false));
    let self_hosted = match (own, open) {
        (true, _) => fact::flag(true),
        (false, true) => fact::null(),
        (false, false) => fact::flag(false),
    };
    let windows = labels
        .iter()
        .any(|label| known(label).is_some_and(|label| label.contains("windows")));
    let fact = fact::object([
        ("labels", fact::list(labels)),
        ("group", group.unwrap_or_else(fact::null)),
        ("self_hosted", self_hosted),
    ]);
    RunsOn { fact, windows }
}

/// Returns what a label can be; `None` for what is open.
fn possible_labels(label: &Node) -> Vec<Option<&str>> {
    match &label.value {
        Value::Unknown(unknown) if !unknown.values.is_empty() => {
            unknown.values.iter().map(Node::as_str).collect()
        }
        _ => vec![label.as_str()],
    }
}

/// Returns the fact `images`: those of the container and the services.
fn images(job: &Node, scope: &Scope) -> Node {
    let mut found = Vec::new();
    if let Some(container) = job.get("container") {
        found.extend(image(
            container,
            "container",
            None,
            &Path::default().child("container"),
            scope,
        ));
    }
    let services = Path::default().child("services");
    for (name, service) in fact::entries(job.get("services")) {
        found.extend(image(
            service,
            "service",
            Some(name),
            &services.child(name),
            scope,
        ));
    }
    fact::list(found)
}

fn image(node: &Node, kind: &str, name: Option<&str>, place: &Path, scope: &Scope) -> Option<Node> {
    let (place, node) = match &node.value {
        Value::Object(_) => (place.child("image"), node.get("image")?),
        _ => (place.clone(), node),
    };
    Some(fact::object([
        ("path", fact::path(&place)),
        ("kind", fact::text(kind)),
        ("name", fact::optional(name)),
        ("image", scope.resolve_partly(node)),
    ]))
}
