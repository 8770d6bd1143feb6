//! Local composite actions, inlined: their steps as steps of the job that uses them.
//!
//! The step that uses `./.github/actions/deploy` stays, as a step of kind `call`, and the steps of that action follow it.
//! Their nodes lie in the file of the action, and `inputs` are what the step passes. A path is one of the workspace:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses>. So nothing
//! is inlined behind a checkout of another repository into the root of it. Actions of other kinds stay one step.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::called::{Callable, Library};
use super::expression::{Domain, Piece, parse, pieces};
use super::files::Place;
use super::scope::{Passed, Scope};
use super::tree::Notices;
use super::{fact, uses};
use crate::artifact::{Artifact, Span};
use crate::resource::{Call, Node, Value};

/// How many actions GitHub nests:
/// <https://docs.github.com/en/actions/tutorials/create-actions/create-a-composite-action>.
const MAX_LEVELS: usize = 10;

/// How many steps a job has once its actions are inlined.
const MAX_STEPS: usize = 1000;

/// The names of the file of an action.
const FILES: [&str; 2] = ["action.yml", "action.yaml"];

/// What composite actions bring into a job, by the indices of its steps.
#[derive(Debug, Default)]
pub(super) struct Inlined {
    /// The action whose steps follow a step.
    pub(super) actions: BTreeMap<usize, Callable>,
    /// The step that brings a step in.
    pub(super) within: BTreeMap<usize, usize>,
    /// Where a step that is brought in lies.
    pub(super) places: BTreeMap<usize, Place>,
}

/// Returns a job with the steps of its composite actions; `None` where it has none.
pub(super) fn expand(
    job: &Node,
    address: &str,
    file: &Arc<Artifact>,
    library: &dyn Library,
    notices: &mut Notices,
) -> Option<(Node, Inlined)> {
    let Value::Array(steps) = &job.get("steps")?.value else {
        return None;
    };
    let mut expansion = Expansion {
        library,
        root: uses::root_of(file.uri())?,
        address,
        notices,
        steps: Vec::new(),
        inlined: Inlined::default(),
        is_replaced: false,
    };
    expansion.take(steps, &Level::of(file));
    if expansion.inlined.actions.is_empty() {
        return None;
    }
    let (steps, inlined) = (expansion.steps, expansion.inlined);
    let mut expanded = job.clone();
    if let Value::Object(entries) = &mut expanded.value {
        for entry in entries.iter_mut().filter(|entry| &*entry.key == "steps") {
            entry.node.value = Value::Array(steps.clone());
        }
    }
    Some((expanded, inlined))
}

/// Where an expansion stands: the files from the workflow down, the calls, and the using step.
#[derive(Clone)]
struct Level {
    files: Vec<Arc<Artifact>>,
    calls: Vec<Call>,
    within: Option<usize>,
    /// Where the outermost call stands, in the workflow.
    span: Option<Span>,
}

impl Level {
    fn of(file: &Arc<Artifact>) -> Self {
        Self {
            files: vec![Arc::clone(file)],
            calls: Vec::new(),
            within: None,
            span: None,
        }
    }
}

struct Expansion<'a> {
    library: &'a dyn Library,
    root: &'a str,
    address: &'a str,
    notices: &'a mut Notices,
    steps: Vec<Node>,
    inlined: Inlined,
    /// Whether the workspace holds another repository from here on.
    is_replaced: bool,
}

impl Expansion<'_> {
    fn take(&mut self, steps: &[Node], level: &Level) {
        for step in steps {
            let index = self.steps.len();
            self.steps.push(step.clone());
            if let (Some(within), Some(file)) = (level.within, level.files.last()) {
                self.inlined.within.insert(index, within);
                let place = (Arc::clone(file), level.calls.clone());
                self.inlined.places.insert(index, place);
            }
            self.is_replaced |= replaces_workspace(step);
            if !self.is_replaced {
                self.follow(step, index, level);
            }
        }
    }

    /// Takes the steps of the action that a step uses, where that is a composite one of the scan.
    fn follow(&mut self, step: &Node, index: usize, level: &Level) {
        let used = step.get("uses");
        let Some(action) = used.and_then(Node::as_str).and_then(|uses| self.find(uses)) else {
            return;
        };
        let Some(steps) = composite_steps(&action.root) else {
            return;
        };
        let span = level.span.or(step.span);
        if let Some(why) = self.refused(&action, level) {
            let message = format!("A step uses '{}', {why}.", action.artifact.uri());
            self.notices.error(message, span);
            return;
        }
        let mut below = level.clone();
        let file = level.files.last().unwrap_or(&action.artifact);
        below.calls.insert(
            0,
            Call {
                artifact: Arc::clone(file),
                span: used.and_then(|node| node.span),
                address: self.address.into(),
                message: format!("a step here uses '{}'", action.artifact.uri()),
            },
        );
        below.files.push(Arc::clone(&action.artifact));
        below.within = Some(index);
        below.span = span;
        self.inlined.actions.insert(index, action.clone());
        self.take(steps, &below);
    }

    fn find(&self, used: &str) -> Option<Callable> {
        let path = used.trim().strip_prefix("./")?.trim_end_matches('/');
        if path.split('/').any(|part| matches!(part, "." | "..")) {
            return None;
        }
        let folder = match path {
            "" => self.root.to_owned(),
            path => format!("{}{path}/", self.root),
        };
        let mut uris = FILES.iter().map(|name| format!("{folder}{name}"));
        uris.find_map(|uri| self.library.action(&uri))
    }

    fn refused(&self, action: &Callable, level: &Level) -> Option<String> {
        if level
            .files
            .iter()
            .any(|file| file.uri() == action.artifact.uri())
        {
            Some("which uses itself".to_owned())
        } else if level.files.len() > MAX_LEVELS {
            Some(format!(
                "but actions are nested at most {MAX_LEVELS} levels deep"
            ))
        } else if self.steps.len() >= MAX_STEPS {
            Some(format!("but at most {MAX_STEPS} steps are read in one job"))
        } else {
            None
        }
    }
}

/// A checkout of another repository into the root of the workspace.
fn replaces_workspace(step: &Node) -> bool {
    let uses = step.get("uses").and_then(Node::as_str).unwrap_or_default();
    let with = step.get("with");
    let repository = with.and_then(|with| with.get("repository")?.as_str());
    uses.to_lowercase().starts_with("actions/checkout@")
        && with.and_then(|with| with.get("path")).is_none()
        && repository.is_some_and(|text| !text.contains("github.repository"))
}

fn composite_steps(action: &Node) -> Option<&[Node]> {
    let runs = action.get("runs")?;
    let using = runs.get("using")?.as_str()?;
    match &runs.get("steps")?.value {
        Value::Array(steps) if using.eq_ignore_ascii_case("composite") => Some(steps),
        _ => None,
    }
}

/// Returns what contexts hold in an action that a step uses, given what they hold in the step.
pub(super) fn bound(action: &Node, step: &Node, outside: &Scope) -> Scope {
    let with = step.get("with");
    let mut inputs = BTreeMap::new();
    let mut passed = BTreeMap::new();
    for (name, declared) in fact::entries(action.get("inputs")) {
        let given = fact::entries(with).find(|(key, _)| key.eq_ignore_ascii_case(name));
        let text = match given {
            Some((_, value)) => fact::written(value),
            None => declared.get("default").and_then(fact::written),
        };
        let text = text.unwrap_or_default();
        // Inputs of actions are texts, whatever was passed.
        let domain = Domain::text("").append(&outside.text(&text));
        inputs.insert(name.to_lowercase(), domain);
        passed.insert(name.to_lowercase(), contexts_of(&text, outside));
    }
    let mut scope = outside.clone();
    scope.inputs = Rc::new(inputs);
    scope.passed = Rc::new(passed);
    scope
}

fn contexts_of(text: &str, outside: &Scope) -> Passed {
    let mut found = Passed::default();
    for piece in pieces(text) {
        let Piece::Expression { text, .. } = piece else {
            continue;
        };
        let Ok(parsed) = parse(text) else {
            continue;
        };
        let names = |contexts: Vec<super::expression::Context>| {
            contexts
                .into_iter()
                .map(|context| context.name)
                .collect::<Vec<_>>()
        };
        found
            .contexts
            .extend(outside.named(names(parsed.contexts())));
        found.flows.extend(outside.flowing(names(parsed.flows())));
    }
    found
}
