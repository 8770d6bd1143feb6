//! GitHub Actions workflows and actions: the facts that policies read.
//!
//! Scalars are typed by the YAML 1.2 core schema (`on` is a text, only `true` and `false` are booleans), aliases are
//! expanded, the merge key is an error notice. Node trees keep every scalar as written; what is parsed or resolved
//! stands in facts beside them. A `path` in a fact starts at the node of its own resource and can be returned by a
//! policy as it is; behind the path of a text, one more element is a text to find in it:
//! `array.concat(expression.path, [expression.raw])`, `array.concat(command.path, [command.text])`.
//!
//! A *value* below is a literal, or `$unknown`: kind `expression` (named by the contexts it is made of), or kind
//! `alternatives` with `values`, all that it can be. `$partial` only where it says so. What is not written is null,
//! an empty list or an empty object, never missing: every key below always exists.
//!
//! # `workflow` (type `workflow`; node: the document without `jobs`)
//!
//! ```text
//! name              text or null
//! triggers          [{event, filters, path}]    event lower-cased; path ["on"], ["on", 0] or ["on", "push"]
//!                   filters: {branches, branches-ignore, tags, tags-ignore, paths, paths-ignore, types, workflows, cron},
//!                   only those written, each a list of texts
//! dispatch_inputs   {lower-case name: {name, type, required, default, options, path}}    of workflow_dispatch;
//!                   type: string (where none is written), boolean, choice, number, environment
//! call_inputs       the same of workflow_call
//! env               {NAME: value}    or one $unknown where the whole env is an expression
//! permissions       {origin: "workflow" | "default", path, value}    value as written: map, text or null
//! defaults          {shell, working_directory}
//! expressions       [expression]     all outside jobs
//! secrets           [name]           lower-cased, sorted
//! ```
//!
//! # `jobs.<id>` (type `job`; node: the job)
//!
//! ```text
//! id, name          text; name null where none is written
//! needs             [id]             declared jobs, by their declared spelling
//! needs_closure     [id]             all that must have ended before, nearest first, without the job itself
//! if                text or null     as written
//! condition         condition or null
//! workflow          {name, uri}      of the workflow that the job stands in
//! call              null, or the `uses` (below) of a called workflow: kind "local" or "remote"; and `inlined`: whether
//!                   its jobs stand in this unit
//! called_by         [id]             of an inlined job: the calling jobs, the innermost first; else empty
//! steps             [step]
//! expressions       [expression]     of the job and its steps
//! environment       null, or {path, name: value, raw, deployment_false}    "" among the values: no environment is used
//! matrix            null, [{key: value}] after include and exclude, or $unknown
//! permissions       {origin: "job" | "workflow" | "called_workflow" | "default", address, path, value}
//!                   path in the node of the resource of that address; an inlined job without any has its caller's
//! env               {NAME: value}    of the workflow and the job
//! runs_on           {labels: [value], group: value or null, self_hosted: boolean, or null where it is open}
//! images            [{path, kind: "container" | "service", name, image}]   image: value or $partial; name of the service
//! secrets           [name]           used by expressions in the job
//! defaults          {shell, working_directory}    of the job over the workflow
//! continue_on_error value            false where none is written
//! ```
//!
//! References of a job: {path: ["needs", 0], address: "jobs.build", attribute: ""}, and for each use of an output of a
//! needed job `{path of the text, address, attribute: "outputs.NAME"}`.
//!
//! # Inlined jobs
//!
//! A local reusable workflow that is in the scan is inlined (`called.rs`): its job `publish`, called by the job `deploy`,
//! is the job `deploy/publish` (address `jobs.deploy/publish`), with the inputs that the call passes. Its `needs` are those
//! of its workflow, else the caller's; its `needs_closure` holds the calling jobs too, whose conditions precede it. Who
//! needs a call needs the called jobs. Its workflow is `workflow:deploy` (type `called_workflow`, facts as of a
//! workflow). A job that is called has `steps`, its caller has none. What flows into an input stands in the caller's
//! `expressions`, at the path ["with", NAME].
//!
//! # Inlined steps
//!
//! The steps of a local composite action that is in the scan are steps of the job that uses it (`composite.rs`): they
//! follow the step that uses it, in `steps` and in the node. They have the inputs that it passes (an input among
//! `contexts` and `flows` is replaced by those of what is passed), the condition of both, its `continue_on_error` unless
//! their own is set, and its name where they have none. Paths lead into the file of the action. That file is judged as
//! an `action` too.
//!
//! # `action` (type `action`; node: the document)
//!
//! `name`, `using`, `inputs` (as written), `steps`, `expressions`, `images` (kind `action`), `secrets`, as above.
//!
//! # step
//!
//! ```text
//! index, id, name   number, text or null
//! if, condition     as of a job
//! path              ["steps", 0]; in an action ["runs", "steps", 0]
//! kind              "uses" | "run" | "none"; "call": uses a local composite action whose steps follow
//! within            of an inlined step: the index of the step that brings it in; else null
//! uses              null, or {raw, kind, name, owner, repo, path, ref, image, sha, version}
//!                   kind "remote" (owner/repo/path@ref), "local" (./path), "docker" (image), "invalid" (an expression);
//!                   name "owner/repo" or "owner/repo/path", name, owner and repo lower-cased; sha: ref is a full commit id;
//!                   version: [4, 1] of the ref "v4.1", or of the comment "# v4.1" behind a commit id; null where none says
//! with              as written
//! run               text or null     as written
//! commands          [command]
//! continue_on_error value
//! shell             text or null     of the step, else of the defaults; null: the runner's default
//! language          "sh" | "powershell" | "cmd" | "python" | "other"    how `run` was read
//! working_directory text or null     of the step, else of the defaults
//! env               {NAME: value}    of the step alone
//! ```
//!
//! # command
//!
//! One simple command of a script (catalogue P7). Comments and here-document bodies are no commands; what `$(…)`,
//! backticks, `<(…)`, groups and functions hold is, behind what contains it. Not `sh`: a command a line, words at blanks.
//!
//! ```text
//! program           base name, lower-cased, behind sudo, env, npx, `uv run` …; "" for assignments alone;
//!                   a version behind npx and its kin is dropped (cdk@2 is cdk)
//! words             [text] from the program on, without quotes; `${{ }}`, $NAME and $(…) keep their text
//! operator          what joins it to the next: ";" (a line end too) "&&" "||" "|" "&"; null for the last of its list;
//!                   the last command of a group has the operator behind the group
//! index, next       its place in `commands`; that of the command that `operator` joins it to, or null
//! text              its source in the script, assignments and wrappers included
//! path              of the script
//! assignments       {NAME: text} before it
//! wrappers          [program] taken off
//! background        boolean
//! redirects         [{operator, target, body}]   operator with its descriptor ("2>", ">>", "<<"); body of a here-document,
//!                   else null; those behind a group or loop are those of every command in it
//! depth             how many substitutions and groups it stands in
//! condition         whether it is the condition of if, elif, while or until
//! negated           whether "!" stands before it
//! function          the name of the function that it is defined in, or null
//! ```
//!
//! # expression
//!
//! ```text
//! path, raw, text   path of the scalar; "${{ x }}" as written (of an `if`: the whole text); "x"
//! condition         whether it is an `if`
//! contexts          ["github.event.issue.title"]   every context named: lower-cased, ['x'] is .x, * stays;
//!                   a computed index ends it: "github.event[…]"
//! flows             those contexts whose text can become part of the result: not those only compared or tested
//! functions         [name]           lower-cased
//! dynamic           whether a context has a computed index
//! result            {kind: "literal", value}: one value whatever happens; {kind: "boolean"}; {kind: "text"}: anything
//!                   else; {kind: "invalid"}: no valid expression
//! opaque            why not all its values are known, as the end of a sentence; else null
//! branches          [value] where all values are known and several (`cond && 'a' || 'b'`, choice inputs, matrix); else null
//! ```
//!
//! # condition
//!
//! ```text
//! path, raw, text   as of an expression
//! ast               null where it is invalid or text around `${{ }}` (then always true), else one of
//!                   {literal}, {context}, {call, args}, {op: "!" | "&&" | "||" | "==" … | "index", args};
//!                   && and || have two or more args
//! contexts, functions
//! status            [name]           of success, failure, always, cancelled
//! value             true or false where it is decided without a status function, else null
//! ```
//!
//! # What is resolved
//!
//! Literals; `env` (step over job over workflow; open in the steps of a job where one of its scripts sets the variable
//! again through `GITHUB_ENV`); matrix combinations, each on its own; inputs: of `workflow_dispatch` a choice is its
//! options and a boolean both values, of `workflow_call` a boolean both values, everything else is open even with a
//! default, and empty is added where another event starts the workflow too. All other contexts are open; a comparison
//! of something open is `{true, false}`. Inputs of an inlined
//! workflow are what the call passes, else their defaults.

mod action;
mod called;
mod command;
mod composite;
mod environment;
mod expression;
mod expressions;
mod fact;
mod files;
mod job;
mod matrix;
mod needs;
mod outward;
mod scope;
mod shell;
mod step;
mod tree;
mod trigger;
mod uses;
mod wrapper;

use std::sync::Arc;

use super::Options;
use crate::artifact::{Artifact, Span};
use crate::document::Document;
use crate::resource::{Edge, Format, Locate, Node, Path, Resource, Secrets, Unit, Value};
use called::{Caller, Depth, Inliner};
use composite::Inlined;
use environment::{Defaults, Variables};
use expressions::Collector;
use files::CalledFiles;
use job::{Job, Shared, take_jobs};
use needs::Needs;
use scope::Scope;
use tree::Notices;
use trigger::Trigger;

pub use called::{Callable, Library};

/// The other workflows of a scan, for one that may call them.
#[derive(Debug, Clone, Default)]
pub struct Neighbours(pub Option<Arc<dyn Library>>);

/// Returns a document as a tree with places, by the YAML 1.2 core schema, for formats that have no syntax of their own.
pub(super) fn plain(document: &Document) -> Option<Node> {
    let mut notices = Notices::default();
    Some(tree::convert(document.root()?, &mut notices))
}

/// Normalises a workflow or an action file. What is wrong with it becomes notices of the unit.
pub fn normalise(
    document: &Document,
    artifact: Arc<Artifact>,
    format: Format,
    options: &Options,
) -> Unit {
    let mut notices = Notices::of(Arc::clone(&artifact));
    let root = document
        .root()
        .map(|root| tree::convert(root, &mut notices));
    if let Some(second) = document.roots().nth(1) {
        let message = "Only the first YAML document of this file is read.".to_owned();
        notices.error(message, Some(second.span()));
    }
    let mut sources: Option<Box<dyn Locate>> = None;
    let resources = match root {
        Some(root) if matches!(root.value, Value::Object(_)) => {
            if format == Format::GithubAction {
                vec![action::read(root, &mut notices)]
            } else {
                let (resources, files) = workflow(root, &artifact, options, &mut notices);
                sources = files.map(|files| Box::new(files) as Box<dyn Locate>);
                resources
            }
        }
        _ => {
            notices.error("This file is no mapping.".to_owned(), None);
            Vec::new()
        }
    };
    Unit {
        format,
        artifact,
        resources,
        outputs: Vec::new(),
        facts: Vec::new(),
        assumptions: Vec::new(),
        choices: Vec::new(),
        notices: notices.into_vec(),
        secrets: Secrets::default(),
        sources,
    }
}

fn workflow(
    mut root: Node,
    artifact: &Arc<Artifact>,
    options: &Options,
    notices: &mut Notices,
) -> (Vec<Resource>, Option<CalledFiles>) {
    let jobs = take_jobs(&mut root, notices);
    let triggers = trigger::read(&root, notices);
    let mut scope = Scope::default();
    trigger::bind_inputs(&triggers, &mut scope);
    let mut variables = Variables::default();
    variables.set(root.get("env"), &mut scope);
    let listed: Vec<(&str, &Node)> = jobs.iter().map(|job| (&*job.id, &job.node)).collect();
    let shared = Shared {
        workflow: &root,
        needs: &Needs::read(&listed, notices),
        scope: &scope,
        variables: &variables,
        defaults: &Defaults::default().overlaid(&root),
    };
    let facts = workflow_facts(&triggers, &shared, notices);
    let (jobs, files) = if options.wanted.wants("job") {
        read_jobs(&jobs, artifact, &shared, options, notices)
    } else {
        (Vec::new(), None)
    };
    let on = root.entry("on").and_then(|entry| entry.key_span);
    let span = on.or(root.span);
    let whole = resource(
        "workflow".to_owned(),
        "workflow",
        root,
        facts,
        Vec::new(),
        span,
    );
    (std::iter::once(whole).chain(jobs).collect(), files)
}

/// Reads the jobs and what they call. A workflow that is judged through its callers gives none.
fn read_jobs(
    jobs: &[Job],
    artifact: &Arc<Artifact>,
    shared: &Shared<'_>,
    options: &Options,
    notices: &mut Notices,
) -> (Vec<Resource>, Option<CalledFiles>) {
    let library = options.workflows.0.as_deref();
    let covered = library.is_some_and(|library| library.is_covered(artifact.uri()));
    let mut read = Vec::new();
    let mut brought = Vec::new();
    let mut files = CalledFiles::default();
    for job in jobs {
        let address = format!("jobs.{}", job.id);
        let expanded = library
            .and_then(|library| composite::expand(&job.node, &address, artifact, library, notices));
        let (node, inlined) = expanded.unwrap_or_else(|| (job.node.clone(), Inlined::default()));
        let (mut facts, edges) = job::read(&job.id, &node, &inlined, shared, notices);
        outward::place_permissions(&mut facts, &address);
        outward::set_workflow(&mut facts, shared.workflow, artifact);
        if !inlined.places.is_empty() {
            files.steps.insert(address.as_str().into(), inlined.places);
        }
        if let Some(library) = library.filter(|_| !covered) {
            let mut calls = Inliner {
                library,
                notices: &mut *notices,
                resources: std::mem::take(&mut brought),
                files: std::mem::take(&mut files),
            };
            let caller = Caller {
                id: &job.id,
                node: &job.node,
                span: job.span,
                shared,
                facts: &facts,
            };
            if calls.inline(&caller, &Depth::of(artifact)) {
                outward::mark_inlined(&mut facts);
            }
            brought = calls.resources;
            files = calls.files;
        }
        read.push(resource(address, "job", node, facts, edges, job.span));
    }
    if covered {
        return (Vec::new(), None);
    }
    read.extend(brought);
    outward::wait_for_called(&mut read);
    (read, (!files.is_empty()).then_some(files))
}

fn workflow_facts(
    triggers: &[Trigger<'_>],
    shared: &Shared<'_>,
    notices: &mut Notices,
) -> Vec<(&'static str, Node)> {
    let root = shared.workflow;
    let mut found = Collector::of_file(notices);
    found.walk(root, &Path::default(), shared.scope);
    let (expressions, secrets, _) = found.finish();
    let name = root.get("name").and_then(fact::written);
    let dispatched = trigger::inputs(triggers, "workflow_dispatch");
    vec![
        ("name", fact::optional(name.as_deref())),
        ("triggers", trigger::fact(triggers)),
        ("dispatch_inputs", dispatched),
        ("call_inputs", trigger::inputs(triggers, "workflow_call")),
        ("env", shared.variables.fact()),
        (
            "permissions",
            environment::permissions(&[("workflow", root)]),
        ),
        ("defaults", shared.defaults.fact()),
        ("expressions", expressions),
        ("secrets", secrets),
    ]
}

fn resource(
    address: String,
    type_name: &str,
    node: Node,
    facts: Vec<(&'static str, Node)>,
    references: Vec<Edge>,
    span: Option<Span>,
) -> Resource {
    Resource {
        address: address.into(),
        type_name: type_name.into(),
        node,
        properties_key: None,
        references,
        facts,
        left_out: Vec::new(),
        span,
    }
}

#[cfg(test)]
mod tests;
