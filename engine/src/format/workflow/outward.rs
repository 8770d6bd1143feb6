//! The facts of called jobs as facts of jobs of the first caller.

use std::collections::BTreeMap;

use super::called::{Caller, Depth};
use super::fact;
use crate::artifact::Artifact;
use crate::resource::{Node, Path, Resource, Value};

pub(super) type Facts = Vec<(&'static str, Node)>;

/// Makes the facts of a called job those of a job of the first caller.
pub(super) fn outward(
    facts: &mut Facts,
    id: &str,
    caller: &Caller<'_>,
    depth: &Depth,
    workflow: &str,
) {
    let prefixed = |facts: &Facts, key: &str| -> Vec<String> {
        let ids = texts(find(facts, key)).into_iter();
        ids.map(|inner| format!("{}/{inner}", caller.id)).collect()
    };
    let mut needs = prefixed(facts, "needs");
    if needs.is_empty() {
        needs = texts(find(caller.facts, "needs"));
    }
    let mut closure = prefixed(facts, "needs_closure");
    closure.push(caller.id.to_owned());
    closure.extend(texts(find(caller.facts, "needs_closure")));
    let permissions = match find(facts, "permissions").and_then(|fact| fact.get("origin")?.as_str())
    {
        Some("job") => None,
        Some("workflow") => Some(fact::object([
            ("origin", fact::text("called_workflow")),
            ("address", fact::text(workflow)),
            ("path", fact::texts(["permissions"])),
            ("value", field(find(facts, "permissions"), "value")),
        ])),
        _ => find(caller.facts, "permissions").cloned(),
    };
    set(facts, "id", fact::text(id));
    set(facts, "needs", fact::texts(needs));
    set(facts, "needs_closure", fact::texts(closure));
    set(facts, "called_by", fact::texts(&depth.ids));
    if let Some(permissions) = permissions {
        set(facts, "permissions", permissions);
    }
    place_permissions(facts, &format!("jobs.{id}"));
}

/// Adds the fact `workflow`: the name and the file of the workflow that a job stands in.
pub(super) fn set_workflow(facts: &mut Facts, workflow: &Node, file: &Artifact) {
    let name = workflow.get("name").and_then(fact::written);
    let written = fact::object([
        ("name", fact::optional(name.as_deref())),
        ("uri", fact::text(file.uri())),
    ]);
    set(facts, "workflow", written);
}

/// Adds to `permissions` the address of the resource that its path starts from.
pub(super) fn place_permissions(facts: &mut Facts, job: &str) {
    let Some(permissions) = find(facts, "permissions").cloned() else {
        return;
    };
    if permissions.get("address").is_some() {
        return;
    }
    let origin = permissions.get("origin").and_then(Node::as_str);
    let address = if origin == Some("workflow") {
        "workflow"
    } else {
        job
    };
    let placed = fact::object([
        ("origin", field(Some(&permissions), "origin")),
        ("address", fact::text(address)),
        ("path", field(Some(&permissions), "path")),
        ("value", field(Some(&permissions), "value")),
    ]);
    set(facts, "permissions", placed);
}

/// Notes in the fact `call` that the called workflow's jobs stand in the unit.
pub(super) fn mark_inlined(facts: &mut Facts) {
    let Some((_, call)) = facts.iter_mut().find(|(name, _)| *name == "call") else {
        return;
    };
    if let Value::Object(entries) = &mut call.value {
        for entry in entries.iter_mut().filter(|entry| &*entry.key == "inlined") {
            entry.node = fact::flag(true);
        }
    }
}

/// Lets every job that waits for a call wait for the jobs that it brings in.
pub(super) fn wait_for_called(resources: &mut [Resource]) {
    let mut called: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for resource in resources.iter().filter(|one| &*one.type_name == "job") {
        let id = resource.address.trim_start_matches("jobs.");
        for by in texts(find(&resource.facts, "called_by")) {
            called.entry(by).or_default().push(id.to_owned());
        }
    }
    if called.is_empty() {
        return;
    }
    for resource in resources.iter_mut().filter(|one| &*one.type_name == "job") {
        let own = texts(find(&resource.facts, "called_by"));
        let mut closure = texts(find(&resource.facts, "needs_closure"));
        let waited: Vec<String> = closure
            .iter()
            .filter(|id| !own.contains(id))
            .filter_map(|id| called.get(id))
            .flatten()
            .cloned()
            .collect();
        for id in waited {
            if !closure.contains(&id) {
                closure.push(id);
            }
        }
        set(&mut resource.facts, "needs_closure", fact::texts(closure));
    }
}

fn find<'f>(facts: &'f [(&'static str, Node)], key: &str) -> Option<&'f Node> {
    let found = facts.iter().find(|(name, _)| *name == key);
    found.map(|(_, fact)| fact)
}

fn set(facts: &mut Facts, key: &'static str, value: Node) {
    match facts.iter_mut().find(|(name, _)| *name == key) {
        Some((_, fact)) => *fact = value,
        None => facts.push((key, value)),
    }
}

fn texts(node: Option<&Node>) -> Vec<String> {
    let texts = node.map(|node| fact::scalars(node, &Path::default()));
    let texts = texts.unwrap_or_default().into_iter();
    texts.map(|(_, text)| text).collect()
}

fn field(node: Option<&Node>, key: &str) -> Node {
    let field = node.and_then(|node| node.get(key));
    field.cloned().unwrap_or_else(fact::null)
}
