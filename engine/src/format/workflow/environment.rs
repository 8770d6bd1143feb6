//! Environments of jobs and environment variables of everything.

use std::collections::BTreeMap;

use super::expression::Domain;
use super::fact;
use super::scope::{Scope, to_value};
use super::tree::Notices;
use crate::resource::{Node, Path, UnknownKind, Value};

/// Returns the fact `environment` of a job.
pub(super) fn fact(job: &Node, scope: &Scope, notices: &mut Notices) -> Node {
    let Some(node) = job.get("environment") else {
        return fact::null();
    };
    let place = Path::default().child("environment");
    let (place, name) = match &node.value {
        Value::Null => return fact::null(),
        Value::Object(_) => (place.child("name"), node.get("name")),
        _ => (place, Some(node)),
    };
    let Some(written) = name.and_then(fact::written) else {
        let message = "The environment of this job has no name.".to_owned();
        notices.error(message, node.span);
        let unnamed = Value::unknown(UnknownKind::Malformed, "environment", "has no name");
        return shape(
            &Path::default().child("environment"),
            Node::unplaced(unnamed),
            None,
            node,
        );
    };
    let resolved = match name {
        Some(name) if written.contains("${{") => scope.resolve(name).value,
        _ => Value::String(written.as_str().into()),
    };
    shape(
        &place,
        Node::unplaced(as_text(resolved)),
        Some(&written),
        node,
    )
}

/// Environment names are texts; what gives null gives no environment, "".
fn as_text(value: Value) -> Value {
    match value {
        Value::Unknown(mut unknown) => {
            for node in &mut unknown.values {
                node.value = as_text(std::mem::replace(&mut node.value, Value::Null));
            }
            Value::Unknown(unknown)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            Value::String(super::expression::text_of(&value).into())
        }
        other => other,
    }
}

fn shape(place: &Path, name: Node, raw: Option<&str>, node: &Node) -> Node {
    let recorded = node.get("deployment").map(|deployment| &deployment.value);
    fact::object([
        ("path", fact::path(place)),
        ("name", name),
        ("raw", fact::optional(raw)),
        (
            "deployment_false",
            fact::flag(recorded == Some(&Value::Bool(false))),
        ),
    ])
}

/// Environment variables by name as written, in the order in which they are first set.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    known: Vec<(String, Domain, String)>,
    /// A whole `env` that is an expression: any name can be set.
    open: Option<String>,
}

impl Variables {
    /// Sets what an `env` node sets, and lets `scope` see it.
    pub(super) fn set(&mut self, node: Option<&Node>, scope: &mut Scope) {
        let Some(node) = node else {
            return;
        };
        if let Some(text) = node.as_str().filter(|text| text.contains("${{")) {
            self.open = Some(super::scope::names(text));
            return;
        }
        // Variables of one `env` do not see each other.
        let before = scope.clone();
        for (name, value) in fact::entries(Some(node)) {
            let raw = fact::written(value).unwrap_or_default();
            let domain = match &value.value {
                Value::String(text) => before.text(text),
                Value::Null => Domain::text(""),
                other => Domain::text(&super::expression::text_of(other)),
            };
            scope.env.insert(name.to_lowercase(), domain.clone());
            self.known.retain(|(known, _, _)| known != name);
            self.known.push((name.to_owned(), domain, raw));
        }
    }

    /// Returns the fact `env`.
    pub(super) fn fact(&self) -> Node {
        if let Some(name) = &self.open {
            let why = "is a whole environment given by an expression";
            return Node::unplaced(Value::unknown(UnknownKind::Expression, name, why));
        }
        fact::object(self.known.iter().map(|(name, domain, raw)| {
            let value = as_text(to_value(domain, &super::scope::names(raw)));
            (name, Node::unplaced(value))
        }))
    }
}

/// Returns the effective `permissions`: the first of these levels that writes them.
pub(super) fn permissions(levels: &[(&str, &Node)]) -> Node {
    let written = levels
        .iter()
        .find_map(|(origin, node)| Some((*origin, node.get("permissions")?)));
    let (origin, value, place) = match written {
        Some((origin, value)) => (origin, value.clone(), Path::default().child("permissions")),
        None => ("default", fact::null(), Path::default()),
    };
    fact::object([
        ("origin", fact::text(origin)),
        ("path", fact::path(&place)),
        ("value", value),
    ])
}

/// What `defaults.run` sets.
#[derive(Debug, Clone, Default)]
pub(super) struct Defaults {
    pub(super) shell: Option<String>,
    pub(super) working_directory: Option<String>,
}

impl Defaults {
    /// Returns these defaults with what a job's or workflow's `defaults` sets over them.
    pub(super) fn overlaid(&self, node: &Node) -> Self {
        let run = node
            .get("defaults")
            .and_then(|defaults| defaults.get("run"));
        let field = |key| run.and_then(|run| run.get(key)).and_then(fact::written);
        Self {
            shell: field("shell").or_else(|| self.shell.clone()),
            working_directory: field("working-directory")
                .or_else(|| self.working_directory.clone()),
        }
    }

    /// Returns the fact `defaults`.
    pub(super) fn fact(&self) -> Node {
        fact::object(BTreeMap::from([
            ("shell", fact::optional(self.shell.as_deref())),
            (
                "working_directory",
                fact::optional(self.working_directory.as_deref()),
            ),
        ]))
    }
}
