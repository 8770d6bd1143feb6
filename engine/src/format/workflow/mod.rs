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
//! call              null, or the `uses` (below) of a called workflow: kind "local" or "remote"
//! steps             [step]
//! expressions       [expression]     of the job and its steps
//! environment       null, or {path, name: value, raw, deployment_false}    "" among the values: no environment is used
//! matrix            null, [{key: value}] after include and exclude, or $unknown
//! permissions       {origin: "job" | "workflow" | "default", path, value}  path in the node of the origin's resource
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
//! kind              "uses" | "run" | "none"
//! uses              null, or {raw, kind, name, owner, repo, path, ref, image, sha}
//!                   kind "remote" (owner/repo/path@ref), "local" (./path), "docker" (image), "invalid" (an expression);
//!                   name "owner/repo" or "owner/repo/path", name, owner and repo lower-cased; sha: ref is a full commit id
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
//! of something open is `{true, false}`. Local reusable workflows are not inlined yet.

mod action;
mod command;
mod environment;
mod expression;
mod expressions;
mod fact;
mod job;
mod matrix;
mod needs;
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
use crate::resource::{Edge, Format, Node, Path, Resource, Secrets, Unit, Value};
use environment::{Defaults, Variables};
use expressions::Collector;
use job::Shared;
use needs::Needs;
use scope::Scope;
use tree::Notices;
use trigger::Trigger;

/// Normalises a workflow or an action file. What is wrong with it becomes notices of the unit.
pub fn normalise(
    document: &Document,
    artifact: Arc<Artifact>,
    format: Format,
    options: &Options,
) -> Unit {
    let mut notices = Notices::default();
    let root = document
        .root()
        .map(|root| tree::convert(root, &mut notices));
    if let Some(second) = document.roots().nth(1) {
        let message = "Only the first YAML document of this file is read.".to_owned();
        notices.error(message, Some(second.span()));
    }
    let resources = match root {
        Some(root) if matches!(root.value, Value::Object(_)) => match format {
            Format::GithubAction => vec![action::read(root, &mut notices)],
            _ => workflow(root, options, &mut notices),
        },
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
        sources: None,
    }
}

fn workflow(mut root: Node, options: &Options, notices: &mut Notices) -> Vec<Resource> {
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
    let wanted = options.wanted.wants("job");
    let read = jobs.iter().filter(|_| wanted).map(|job| {
        let (facts, references) = job::read(&job.id, &job.node, &shared, notices);
        let address = format!("jobs.{}", job.id);
        resource(
            address,
            "job",
            job.node.clone(),
            facts,
            references,
            job.span,
        )
    });
    let read: Vec<Resource> = read.collect();
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
    std::iter::once(whole).chain(read).collect()
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
        span,
    }
}

/// A job as written.
struct Job {
    id: Arc<str>,
    node: Node,
    /// Its key.
    span: Option<Span>,
}

/// Takes `jobs` out of the workflow. What is no job is noticed and left out.
fn take_jobs(root: &mut Node, notices: &mut Notices) -> Vec<Job> {
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

#[cfg(test)]
mod tests;
