//! The steps of a job or of a composite action.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::command::{self, Language};
use super::composite::{self, Inlined};
use super::environment::{Defaults, Variables};
use super::expressions::{self, Collector};
use super::scope::Scope;
use super::{fact, uses};
use crate::artifact::Artifact;
use crate::resource::{Node, Path, Value};

/// What the steps of a job share.
pub(super) struct Frame<'a> {
    pub(super) scope: &'a Scope,
    pub(super) defaults: &'a Defaults,
    /// Whether the job runs on Windows only, where the default shell is PowerShell.
    pub(super) windows: bool,
    /// What composite actions bring in.
    pub(super) inlined: Option<&'a Inlined>,
}

/// A step that uses a composite action, as the steps of that see it.
struct Caller {
    index: usize,
    action: Arc<Artifact>,
    scope: Scope,
    name: Option<String>,
    condition: Node,
    failing: Node,
}

/// Reads `steps`; returns the fact.
pub(super) fn read(
    steps: Option<&Node>,
    place: &Path,
    frame: &Frame<'_>,
    found: &mut Collector<'_>,
) -> Node {
    let Some(node) = steps else {
        return fact::list([]);
    };
    let Value::Array(items) = &node.value else {
        found
            .notices()
            .error("'steps' is no list.".to_owned(), node.span);
        return fact::list([]);
    };
    let mut callers: BTreeMap<usize, Caller> = BTreeMap::new();
    let mut facts = Vec::with_capacity(items.len());
    for (index, step) in items.iter().enumerate() {
        let within = frame.inlined.and_then(|inlined| inlined.within.get(&index));
        let caller = within.and_then(|within| callers.get(within));
        let before = caller.map(|one| found.notices().enter(Some(Arc::clone(&one.action))));
        let mut read = one(index, step, &place.child(index), frame, caller, found);
        if let Some(before) = before {
            found.notices().leave(before);
        }
        let used = frame
            .inlined
            .and_then(|inlined| inlined.actions.get(&index));
        if let Some(action) = used {
            callers.insert(
                index,
                Caller {
                    index,
                    action: Arc::clone(&action.artifact),
                    scope: composite::bound(&action.root, step, &read.scope),
                    name: read.name.take(),
                    condition: read.condition,
                    failing: read.failing,
                },
            );
        }
        facts.push(read.fact);
    }
    fact::list(facts)
}

/// A step that was read: its fact, and what the steps of an action see of it.
struct Read {
    fact: Node,
    scope: Scope,
    name: Option<String>,
    condition: Node,
    failing: Node,
}

fn one(
    index: usize,
    step: &Node,
    place: &Path,
    frame: &Frame<'_>,
    caller: Option<&Caller>,
    found: &mut Collector<'_>,
) -> Read {
    refuse_others(step, found);
    let mut scope = caller.map_or(frame.scope, |caller| &caller.scope).clone();
    let mut variables = Variables::default();
    variables.set(step.get("env"), &mut scope);
    let own = found.condition(step.get("if"), &place.child("if"), &scope);
    let condition = caller.map_or_else(
        || own.clone(),
        |caller| expressions::both(&caller.condition, &own),
    );
    for (key, value) in fact::entries(Some(step)).filter(|(key, _)| *key != "if") {
        found.walk(value, &place.child(key), &scope);
    }
    let text = |key: &str| step.get(key).and_then(fact::written);
    let (written, used, run) = body(step, found);
    let is_call = |inlined: &Inlined| inlined.actions.contains_key(&index);
    let kind = if frame.inlined.is_some_and(is_call) {
        "call"
    } else {
        written
    };
    let [commands, shell, language, directory] = script(step, run.as_deref(), place, frame, caller);
    let failing = failing(step, caller, &scope);
    let name = text("name").or_else(|| caller?.name.clone());
    let fact = fact::object([
        ("index", fact::number(index)),
        ("id", fact::optional(text("id").as_deref())),
        ("name", fact::optional(name.as_deref())),
        ("if", fact::optional(text("if").as_deref())),
        ("condition", condition.clone()),
        ("path", fact::path(place)),
        ("kind", fact::text(kind)),
        (
            "within",
            caller.map_or_else(fact::null, |caller| fact::number(caller.index)),
        ),
        ("uses", used),
        (
            "with",
            step.get("with")
                .cloned()
                .unwrap_or_else(|| fact::object::<&str>([])),
        ),
        ("run", fact::optional(run.as_deref())),
        ("commands", commands),
        ("continue_on_error", failing.clone()),
        ("shell", shell),
        ("language", language),
        ("working_directory", directory),
        ("env", variables.fact()),
    ]);
    Read {
        fact,
        scope,
        name,
        condition,
        failing,
    }
}

/// Says that a step is none, when it is no mapping.
fn refuse_others(step: &Node, found: &mut Collector<'_>) {
    if !matches!(step.value, Value::Object(_)) {
        let message = "This step is no mapping.".to_owned();
        found.notices().error(message, step.span);
    }
}

/// How a step runs its script: the facts `commands`, `shell`, `language` and `working_directory`.
fn script(
    step: &Node,
    run: Option<&str>,
    place: &Path,
    frame: &Frame<'_>,
    caller: Option<&Caller>,
) -> [Node; 4] {
    let text = |key: &str| step.get(key).and_then(fact::written);
    // What `defaults` of a workflow set is not for the steps of an action.
    let defaults = Some(frame.defaults).filter(|_| caller.is_none());
    let shell = text("shell").or_else(|| defaults?.shell.clone());
    let directory = text("working-directory").or_else(|| defaults?.working_directory.clone());
    let language = Language::of(shell.as_deref(), frame.windows && caller.is_none());
    let commands = run.map_or_else(
        || fact::list([]),
        |run| command::fact(run, language, &place.child("run")),
    );
    [
        commands,
        fact::optional(shell.as_deref()),
        fact::text(language.name()),
        fact::optional(directory.as_deref()),
    ]
}

/// Whether the job goes on when a step fails: as the step says, or the one that uses its action.
fn failing(step: &Node, caller: Option<&Caller>, scope: &Scope) -> Node {
    let own = step.get("continue-on-error");
    let own = own.map_or_else(|| fact::flag(false), |node| scope.resolve(node));
    match caller {
        Some(caller) if own.value == Value::Bool(false) => caller.failing.clone(),
        _ => own,
    }
}

/// What a step does: its kind, the fact `uses`, the text of `run`.
fn body(step: &Node, found: &mut Collector<'_>) -> (&'static str, Node, Option<String>) {
    if let Some(node) = step.get("uses") {
        if step.get("run").is_some() {
            let message = "A step has 'uses' or 'run', not both.".to_owned();
            found.notices().error(message, step.span);
        }
        if let Some(raw) = fact::written(node) {
            return ("uses", uses::fact(&raw, node.span, found.notices()), None);
        }
        found
            .notices()
            .error("'uses' is no text.".to_owned(), node.span);
    }
    match step.get("run").map(|node| (node, fact::written(node))) {
        Some((_, Some(script))) => ("run", fact::null(), Some(script)),
        Some((node, None)) => {
            if node.value != Value::Null {
                found
                    .notices()
                    .error("'run' is no text.".to_owned(), node.span);
            }
            ("none", fact::null(), None)
        }
        None => ("none", fact::null(), None),
    }
}
