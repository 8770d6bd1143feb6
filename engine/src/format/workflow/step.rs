//! The steps of a job or of a composite action.

use super::command::{self, Language};
use super::environment::{Defaults, Variables};
use super::expressions::Collector;
use super::scope::Scope;
use super::{fact, uses};
use crate::resource::{Node, Path, Value};

/// What the steps of a job share.
pub(super) struct Frame<'a> {
    pub(super) scope: &'a Scope,
    pub(super) defaults: &'a Defaults,
    /// Whether the job runs on Windows only, where the default shell is PowerShell.
    pub(super) windows: bool,
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
    fact::list(
        items
            .iter()
            .enumerate()
            .map(|(index, step)| one(index, step, &place.child(index), frame, found)),
    )
}

fn one(
    index: usize,
    step: &Node,
    place: &Path,
    frame: &Frame<'_>,
    found: &mut Collector<'_>,
) -> Node {
    if !matches!(step.value, Value::Object(_)) {
        found
            .notices()
            .error("This step is no mapping.".to_owned(), step.span);
    }
    let mut scope = frame.scope.clone();
    let mut variables = Variables::default();
    variables.set(step.get("env"), &mut scope);
    let condition = found.condition(step.get("if"), &place.child("if"), &scope);
    for (key, value) in fact::entries(Some(step)).filter(|(key, _)| *key != "if") {
        found.walk(value, &place.child(key), &scope);
    }
    let text = |key: &str| step.get(key).and_then(fact::written);
    let shell = text("shell").or_else(|| frame.defaults.shell.clone());
    let directory = text("working-directory").or_else(|| frame.defaults.working_directory.clone());
    let language = Language::of(shell.as_deref(), frame.windows);
    let (kind, used, run) = body(step, found);
    let commands = run.as_deref().map_or_else(
        || fact::list([]),
        |run| command::fact(run, language, &place.child("run")),
    );
    let failing = step
        .get("continue-on-error")
        .map(|node| scope.resolve(node));
    fact::object([
        ("index", fact::number(index)),
        ("id", fact::optional(text("id").as_deref())),
        ("name", fact::optional(text("name").as_deref())),
        ("if", fact::optional(text("if").as_deref())),
        ("condition", condition),
        ("path", fact::path(place)),
        ("kind", fact::text(kind)),
        ("uses", used),
        (
            "with",
            step.get("with")
                .cloned()
                .unwrap_or_else(|| fact::object::<&str>([])),
        ),
        ("run", fact::optional(run.as_deref())),
        ("commands", commands),
        (
            "continue_on_error",
            failing.unwrap_or_else(|| fact::flag(false)),
        ),
        ("shell", fact::optional(shell.as_deref())),
        ("language", fact::text(language.name())),
        ("working_directory", fact::optional(directory.as_deref())),
        ("env", variables.fact()),
    ])
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
