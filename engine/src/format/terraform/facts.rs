//! What the scan view shows beside the values: modules, providers, documents, completeness.

use std::sync::Arc;

use super::address::{self, Address, Key};
use super::configuration::{Configuration, Declared};
use super::literals;
use super::plan::{Change, Plan};
use super::sources::Sources;
use super::texts::Texts;
use crate::document::SyntaxError;
use crate::document::hcl;
use crate::document::raw::Json;
use crate::format::embedded;
use crate::resource::{Entry, Node, Notice, NoticeKind, NoticeLevel, Path, Segment, Value};

type Facts = Vec<(&'static str, Node)>;

/// The attributes that hold containers as JSON: of `aws_ecs_task_definition` and `aws_batch_job_definition`.
const CONTAINERS: [&str; 2] = ["container_definitions", "container_properties"];

/// Returns the facts of a resource.
pub(super) fn of_resource(
    address: &Address,
    change: &Change<'_>,
    declared: Option<&Declared>,
    (sensitive, node): (&Json<'_>, &Node),
    texts: &Texts,
) -> Facts {
    let shared = |text: &str| Node::unplaced(Value::String(texts.shared(text)));
    let mut facts = vec![
        ("module", shared(&address::module_text(&address.module))),
        ("provider", shared(provider(change, declared))),
        ("mode", shared(&change.mode)),
    ];
    match &address.key {
        Some(Key::Name(name)) => facts.push(("index", string(name))),
        Some(Key::Number(number)) => facts.push(("index", number_node(*number))),
        None => {}
    }
    if change.is_replaced {
        facts.push(("replaced", Node::unplaced(Value::Bool(true))));
    }
    let hidden = literals::sensitive(sensitive, node);
    if !hidden.is_empty() {
        facts.push(("sensitive", array(hidden)));
    }
    let mut documents = Vec::new();
    collect_documents(node, &mut Path::default(), &mut documents);
    documents.extend(container_definitions(node));
    if !documents.is_empty() {
        facts.push(("documents", array(documents)));
    }
    facts
}

/// Returns the provider configuration: `aws`, `aws.west`, or the whole key inside a module.
fn provider<'t>(change: &'t Change<'_>, declared: Option<&'t Declared>) -> &'t str {
    match declared {
        Some(declared) if !declared.provider.is_empty() => &declared.provider,
        _ => change.provider.rsplit('/').next().unwrap_or_default(),
    }
}

/// Collects the policy documents that stand in strings.
fn collect_documents(node: &Node, path: &mut Path, found: &mut Vec<Node>) {
    match &node.value {
        Value::String(text) => {
            if let Some(document) = embedded::policy_document(text, None) {
                found.push(object(vec![("path", path_node(path)), ("value", document)]));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.0.push(Segment::Index(index));
                collect_documents(item, path, found);
                path.0.pop();
            }
        }
        Value::Object(entries) => {
            for entry in entries {
                path.0.push(Segment::Key(Arc::clone(&entry.key)));
                collect_documents(&entry.node, path, found);
                path.0.pop();
            }
        }
        _ => {}
    }
}

fn path_node(path: &Path) -> Node {
    let steps = path.0.iter().map(|step| match step {
        Segment::Key(key) => Node::unplaced(Value::String(Arc::clone(key))),
        Segment::Index(index) => number_node(*index),
    });
    array(steps.collect())
}

/// Returns the container definitions that stand in a string of the resource.
fn container_definitions(node: &Node) -> impl Iterator<Item = Node> {
    let held = CONTAINERS.iter().filter_map(|name| {
        let Value::String(text) = &node.get(name)?.value else {
            return None;
        };
        let document = embedded::container_definitions(text, None)?;
        Some(object(vec![
            ("path", array(vec![string(name)])),
            ("value", document),
        ]))
    });
    held.collect::<Vec<_>>().into_iter()
}

/// Returns the facts and notices of the whole plan.
pub(super) fn of_unit(
    plan: &Plan<'_>,
    configuration: Option<&Configuration>,
    sources: &Sources,
) -> Result<(Facts, Vec<Notice>), SyntaxError> {
    let errored = plan.scalar("errored").as_deref() == Some("true");
    let incomplete = plan.scalar("complete").as_deref() == Some("false");
    let complete = !errored && !incomplete;
    let mut facts = vec![
        ("providers", object_of(providers(configuration, sources))),
        ("complete", Node::unplaced(Value::Bool(complete))),
    ];
    if let Some(version) = plan.scalar("terraform_version") {
        facts.push(("terraform_version", string(&version)));
    }
    let mut notices = Vec::new();
    if !complete {
        let reason = if errored {
            "Terraform failed while it made this plan"
        } else {
            "Terraform calls this plan incomplete"
        };
        let message = format!("{reason}: what it leaves out is not judged, and counts as unknown.");
        notices.push(notice(
            NoticeKind::IncompletePlan,
            NoticeLevel::Warning,
            message,
        ));
    }
    notices.extend(drift(&plan.drifted()?));
    Ok((facts, notices))
}

/// Says what changed outside of Terraform: the plan is judged as it will be applied.
fn drift(drifted: &[String]) -> Option<Notice> {
    let message = format!(
        "{} changed outside of Terraform since the last apply: this drift is not judged, what the plan makes of it is.",
        named(drifted)?
    );
    Some(notice(NoticeKind::Drift, NoticeLevel::Note, message))
}

/// Says which resources are not judged because their addresses are none that Terraform writes.
pub(super) fn misnamed(addresses: &[Arc<str>]) -> Option<Notice> {
    let message = format!(
        "What has the address {} in this plan is not judged: Terraform writes no such address.",
        named(addresses)?
    );
    Some(notice(
        NoticeKind::InvalidInput,
        NoticeLevel::Error,
        message,
    ))
}

/// Names the first addresses and counts the others; `None` where there are none.
fn named(addresses: &[impl AsRef<str>]) -> Option<String> {
    /// So many addresses are named.
    const SHOWN: usize = 3;
    let names: Vec<String> = addresses
        .iter()
        .take(SHOWN)
        .map(|address| format!("'{}'", address.as_ref()))
        .collect();
    let more = match addresses.len().saturating_sub(SHOWN) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    (!names.is_empty()).then(|| format!("{}{more}", names.join(", ")))
}

const fn notice(kind: NoticeKind, level: NoticeLevel, message: String) -> Notice {
    Notice {
        kind,
        level,
        message,
        span: None,
    }
}

/// Returns the major version of each provider: as locked, else where the constraint allows only one.
fn providers(configuration: Option<&Configuration>, sources: &Sources) -> Vec<(Arc<str>, Node)> {
    let mut majors = std::collections::BTreeMap::new();
    for (name, constraint) in configuration
        .into_iter()
        .flat_map(|configuration| configuration.providers.values())
    {
        let major = constraint.as_deref().and_then(major_of_constraint);
        let known: &mut Option<u32> = majors.entry(name.clone()).or_default();
        *known = known.or(major);
    }
    for (name, major) in locked(sources) {
        majors.insert(name, Some(major));
    }
    majors
        .into_iter()
        .map(|(name, major)| {
            let major = major.map(|major| {
                (
                    "major",
                    Node::unplaced(Value::Number(major.to_string().into())),
                )
            });
            (name.into(), object(major.into_iter().collect()))
        })
        .collect()
}

/// Reads `.terraform.lock.hcl`.
fn locked(sources: &Sources) -> Vec<(String, u32)> {
    let Some(artifact) = sources.file(".terraform.lock.hcl") else {
        return Vec::new();
    };
    hcl::parse(artifact.text())
        .blocks
        .iter()
        .filter_map(|block| {
            let name = block.labels.first()?.rsplit('/').next()?.to_owned();
            let version = block.body.as_ref()?.attribute("version")?.value.literal()?;
            Some((name, version.split('.').next()?.parse().ok()?))
        })
        .collect()
}

/// Returns the one major version that a constraint allows.
fn major_of_constraint(constraint: &str) -> Option<u32> {
    let mut exact = None;
    let mut least = None;
    let mut below = None;
    for part in constraint.split(',').map(str::trim) {
        let digits = part.find(|c: char| c.is_ascii_digit())?;
        let (operator, version) = part.split_at(digits);
        let mut numbers = version.split('.');
        let major: u32 = numbers.next()?.trim().parse().ok()?;
        let is_whole = numbers.all(|number| number.trim() == "0");
        match operator.trim() {
            "" | "=" => exact = Some(major),
            // Two numbers or more fix the first one.
            "~>" if version.contains('.') => exact = Some(major),
            "~>" | ">=" | ">" => least = Some(major),
            "<" if is_whole => below = Some(major),
            "<=" | "<" => below = Some(major + 1),
            _ => {}
        }
    }
    exact.or_else(|| least.filter(|least| below == Some(least + 1)))
}

/// Returns the texts that were given to variables of the root module that have no default: they come from outside.
pub(super) fn given(
    values: &std::collections::BTreeMap<String, Node>,
    configuration: Option<&Configuration>,
) -> Node {
    let mut texts = std::collections::BTreeSet::new();
    for (name, value) in values {
        let has_default =
            configuration.is_some_and(|configuration| configuration.defaults.contains(name));
        if !has_default {
            leaves(value, &mut texts);
        }
    }
    array(texts.into_iter().map(string).collect())
}

fn leaves<'n>(node: &'n Node, texts: &mut std::collections::BTreeSet<&'n str>) {
    match &node.value {
        Value::String(text) | Value::Number(text) => {
            texts.insert(text);
        }
        Value::Array(items) => items.iter().for_each(|item| leaves(item, texts)),
        Value::Object(entries) => entries.iter().for_each(|entry| leaves(&entry.node, texts)),
        _ => {}
    }
}

fn string(text: &str) -> Node {
    Node::unplaced(Value::String(text.into()))
}

fn number_node(number: usize) -> Node {
    Node::unplaced(Value::Number(number.to_string().into()))
}

const fn array(items: Vec<Node>) -> Node {
    Node::unplaced(Value::Array(items))
}

fn object(members: Vec<(&'static str, Node)>) -> Node {
    object_of(
        members
            .into_iter()
            .map(|(name, node)| (name.into(), node))
            .collect(),
    )
}

pub(super) fn object_of(members: Vec<(Arc<str>, Node)>) -> Node {
    let entries = members.into_iter().map(|(key, node)| Entry {
        key,
        key_span: None,
        node,
    });
    Node::unplaced(Value::Object(entries.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_that_allows_two_majors_names_none() {
        assert_eq!(major_of_constraint("~> 5.100"), Some(5));
        assert_eq!(major_of_constraint(">= 5.0, < 6.0"), Some(5));
        assert_eq!(major_of_constraint("5.1.0"), Some(5));
        assert_eq!(major_of_constraint(">= 5.0"), None);
        assert_eq!(major_of_constraint("~> 5"), None);
        assert_eq!(major_of_constraint(">= 4.0, < 6.0"), None);
    }
}
