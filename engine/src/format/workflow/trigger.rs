//! What starts a workflow, and the inputs that come with it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::expression::Domain;
use super::fact;
use super::scope::Scope;
use super::tree::Notices;
use crate::resource::{Node, Path, Value};

/// The filters that are lists of texts.
const FILTERS: [&str; 8] = [
    "branches",
    "branches-ignore",
    "tags",
    "tags-ignore",
    "paths",
    "paths-ignore",
    "types",
    "workflows",
];

/// One event that starts a workflow.
pub(super) struct Trigger<'a> {
    /// Its name, lower-cased.
    pub(super) event: String,
    /// The path of its node.
    pub(super) path: Path,
    /// What is written below it.
    pub(super) node: Option<&'a Node>,
}

/// Reads `on` in any of its three forms.
pub(super) fn read<'a>(workflow: &'a Node, notices: &mut Notices) -> Vec<Trigger<'a>> {
    let Some(on) = workflow.get("on") else {
        notices.error("This workflow has no 'on'.".to_owned(), workflow.span);
        return Vec::new();
    };
    let place = Path::default().child("on");
    match &on.value {
        Value::Object(entries) => entries
            .iter()
            .map(|entry| Trigger {
                event: entry.key.to_lowercase(),
                path: place.child(&*entry.key),
                node: Some(&entry.node),
            })
            .collect(),
        Value::String(_) | Value::Array(_) => fact::scalars(on, &place)
            .into_iter()
            .map(|(path, event)| Trigger {
                event: event.to_lowercase(),
                path,
                node: None,
            })
            .collect(),
        _ => {
            let message = "'on' names no event.".to_owned();
            notices.error(message, on.span.or(workflow.span));
            Vec::new()
        }
    }
}

/// Returns the fact `triggers`.
pub(super) fn fact(triggers: &[Trigger<'_>]) -> Node {
    fact::list(triggers.iter().map(|trigger| {
        fact::object([
            ("event", fact::text(&trigger.event)),
            ("filters", filters(trigger)),
            ("path", fact::path(&trigger.path)),
        ])
    }))
}

fn filters(trigger: &Trigger<'_>) -> Node {
    let Some(node) = trigger.node else {
        return fact::object::<&str>([]);
    };
    if trigger.event == "schedule" {
        let crons = match &node.value {
            Value::Array(items) => items.iter().filter_map(|item| item.get("cron")).collect(),
            _ => Vec::new(),
        };
        let crons = crons.into_iter().filter_map(fact::written);
        return fact::object([("cron", fact::texts(crons))]);
    }
    let known = fact::entries(Some(node)).filter(|(key, _)| FILTERS.contains(key));
    fact::object(known.map(|(key, value)| {
        let texts = fact::scalars(value, &Path::default());
        (key, fact::texts(texts.into_iter().map(|(_, text)| text)))
    }))
}

/// Returns the inputs that `workflow_dispatch` or `workflow_call` declares, by lower-case name.
pub(super) fn inputs(triggers: &[Trigger<'_>], event: &str) -> Node {
    let declared = triggers
        .iter()
        .find(|trigger| trigger.event == event)
        .and_then(|trigger| Some((trigger.path.child("inputs"), trigger.node?.get("inputs")?)));
    let Some((place, node)) = declared else {
        return fact::object::<&str>([]);
    };
    fact::object(fact::entries(Some(node)).map(|(name, input)| {
        let field = |key| input.get(key).cloned().unwrap_or_else(fact::null);
        let options = input
            .get("options")
            .map_or_else(Vec::new, |options| fact::scalars(options, &Path::default()));
        let facts = fact::object([
            ("name", fact::text(name)),
            ("type", fact::text(&kind(input))),
            ("required", field("required")),
            ("default", field("default")),
            (
                "options",
                fact::texts(options.into_iter().map(|(_, text)| text)),
            ),
            ("path", fact::path(&place.child(name))),
        ]);
        (name.to_lowercase(), facts)
    }))
}

/// The type of an input, lower-cased; `string` where none is written.
fn kind(input: &Node) -> String {
    let written = input.get("type").and_then(Node::as_str);
    written.unwrap_or("string").to_lowercase()
}

/// Fills the inputs of a scope: what each can be over all events that start the workflow.
pub(super) fn bind_inputs(triggers: &[Trigger<'_>], scope: &mut Scope) {
    let mut inputs: BTreeMap<String, Domain> = BTreeMap::new();
    let mut event_inputs: BTreeMap<String, Domain> = BTreeMap::new();
    let declaring = |event: &str| matches!(event, "workflow_dispatch" | "workflow_call");
    for trigger in triggers.iter().filter(|trigger| declaring(&trigger.event)) {
        let declared = trigger.node.and_then(|node| node.get("inputs"));
        for (name, input) in fact::entries(declared) {
            let name = name.to_lowercase();
            let called = trigger.event == "workflow_call";
            join(&mut inputs, &name, possible(input, called, false));
            if !called {
                join(&mut event_inputs, &name, possible(input, called, true));
            }
        }
    }
    // Started by another event, a workflow has no inputs: each is empty.
    if !triggers.iter().all(|trigger| declaring(&trigger.event)) {
        add_empty(&mut inputs);
    }
    if !triggers
        .iter()
        .all(|trigger| trigger.event == "workflow_dispatch")
    {
        add_empty(&mut event_inputs);
    }
    scope.inputs = Rc::new(inputs);
    scope.event_inputs = Rc::new(event_inputs);
}

/// Fills the inputs of a called workflow's scope with what a call passes, `with`, or their defaults.
pub(super) fn bind_called(
    triggers: &[Trigger<'_>],
    with: Option<&Node>,
    caller: &Scope,
    scope: &mut Scope,
) {
    let call = triggers.iter().find(|one| one.event == "workflow_call");
    let declared = call.and_then(|trigger| trigger.node?.get("inputs"));
    let whole = with.and_then(Node::as_str).is_some();
    let inputs = fact::entries(declared).map(|(name, input)| {
        let given = fact::entries(with).find(|(key, _)| key.eq_ignore_ascii_case(name));
        let domain = match (given, whole) {
            (Some((_, value)), _) => passed(value, caller),
            (None, true) => Domain::open("is given by the calling workflow"),
            (None, false) => default(input),
        };
        (name.to_lowercase(), domain)
    });
    scope.inputs = Rc::new(inputs.collect());
    // The event is that of the first caller.
    scope.event_inputs = Rc::clone(&caller.event_inputs);
}

fn passed(value: &Node, caller: &Scope) -> Domain {
    match &value.value {
        Value::String(text) => caller.text(text),
        other => Domain::fixed(other.clone()),
    }
}

/// What an input holds that is not given: its default, else the empty value of its type.
fn default(input: &Node) -> Domain {
    match input.get("default").map(|node| &node.value) {
        Some(Value::String(text)) if text.contains("${{") => {
            Domain::open("has an expression as its default")
        }
        Some(value) => Domain::fixed(value.clone()),
        None => Domain::fixed(match kind(input).as_str() {
            "boolean" => Value::Bool(false),
            "number" => Value::Number("0".into()),
            _ => Value::String("".into()),
        }),
    }
}

fn add_empty(inputs: &mut BTreeMap<String, Domain>) {
    for domain in inputs.values_mut() {
        domain.join(Domain::fixed(Value::Null));
    }
}

fn join(inputs: &mut BTreeMap<String, Domain>, name: &str, domain: Domain) {
    match inputs.get_mut(name) {
        Some(known) => known.join(domain),
        None => {
            inputs.insert(name.to_owned(), domain);
        }
    }
}

/// What the user or the caller can give. `github.event.inputs` holds booleans as text.
fn possible(input: &Node, called: bool, as_text: bool) -> Domain {
    match (kind(input).as_str(), called) {
        ("boolean", _) if as_text => Domain::of(
            ["true", "false"]
                .map(|text| Value::String(text.into()))
                .to_vec(),
        ),
        ("boolean", _) => Domain::of(vec![Value::Bool(true), Value::Bool(false)]),
        ("choice", false) => {
            let options = input
                .get("options")
                .map(|node| fact::scalars(node, &Path::default()));
            let options = options.unwrap_or_default().into_iter();
            Domain::of(
                options
                    .map(|(_, text)| Value::String(text.into()))
                    .collect(),
            )
        }
        (_, true) => Domain::open("is given by the calling workflow"),
        (_, false) => Domain::open("is given when the workflow is started by hand"),
    }
}
