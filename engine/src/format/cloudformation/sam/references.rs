//! References to made resources: taken on trust while values are resolved, settled when all resources are made.

use std::collections::{BTreeMap, BTreeSet};

use super::kind;
use crate::artifact::Span;
use crate::format::cloudformation::notices::Notices;
use crate::format::cloudformation::template::{Declaration, Template};
use crate::resource::{Entry, Fragment, Node, Output, Resource, Target, UnknownKind, Value};

/// What ids that belong to no single SAM resource start with.
const SHARED: [&str; 5] = [
    "ApiGatewayDomainName",
    "CodeDeployServiceRole",
    "RecordSetGroup",
    "Serverless",
    "ServerlessDeploymentApplication",
];

/// What is wrong with a reference to nothing.
const MISSING: &str = "is referred to, but is no resource of the template, nor does SAM make it";

/// A reference to what SAM is expected to make.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::format::cloudformation) struct Pending {
    /// The logical id, or a name such as `Api.Stage`.
    pub(in crate::format::cloudformation) address: String,
    /// Where the reference stands.
    pub(in crate::format::cloudformation) span: Option<Span>,
}

/// What a reference turns out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Binding {
    /// A resource of another address.
    Renamed(String),
    /// Nothing that is made.
    Missing,
}

/// Tells whether an id that is not declared may be that of a resource which SAM makes.
pub(in crate::format::cloudformation) fn may_make(template: &Template<'_>, id: &str) -> bool {
    if !template.has_sam {
        return false;
    }
    let is_sam = |id: &str| {
        let owner = template.resource(id);
        owner.is_some_and(|owner| kind(owner.type_name).is_some())
    };
    let prefixes = id.char_indices().skip(1).map(|(end, _)| id.get(..end));
    SHARED.iter().any(|prefix| id.starts_with(prefix)) || prefixes.flatten().any(is_sam)
}

/// Tells whether an attribute of a SAM resource names a resource that it makes.
pub(in crate::format::cloudformation) fn is_made(
    declaration: Declaration<'_>,
    attribute: &str,
) -> bool {
    let names: &[&str] = match kind(declaration.type_name) {
        Some("Function") => &["Version", "Alias", "DestinationQueue", "DestinationTopic"],
        Some("Api") => &[
            "Stage",
            "Deployment",
            "DomainName",
            "UsagePlan",
            "UsagePlanKey",
            "ApiKey",
        ],
        Some("HttpApi") => &["Stage", "DomainName"],
        _ => &[],
    };
    names.contains(&attribute)
}

/// Finds out what pending references are about. Those that are right need no binding.
pub(super) fn settle(
    mut pending: Vec<Pending>,
    names: &BTreeMap<String, String>,
    addresses: &BTreeSet<String>,
    notices: &mut Notices,
) -> BTreeMap<String, Binding> {
    pending.sort();
    pending.dedup();
    let mut bindings = BTreeMap::new();
    for Pending { address, span } in pending {
        if let Some(renamed) = names.get(&address) {
            bindings.insert(address, Binding::Renamed(renamed.clone()));
        } else if !addresses.contains(&address) {
            let message = format!("'{address}' {MISSING}.");
            notices.odd(span, message);
            bindings.insert(address, Binding::Missing);
        }
    }
    bindings
}

/// Writes the bindings into everything that refers.
pub(super) fn bind(
    bindings: &BTreeMap<String, Binding>,
    resources: &mut [Resource],
    outputs: &mut [Output],
) {
    if bindings.is_empty() {
        return;
    }
    for resource in resources {
        node(bindings, &mut resource.node);
        for (_, fact) in &mut resource.facts {
            node(bindings, fact);
        }
        resource
            .references
            .retain_mut(|edge| exists(bindings, &mut edge.target));
        resource.references.sort();
    }
    for output in outputs {
        output
            .references
            .retain_mut(|target| exists(bindings, target));
        output.references.sort();
    }
}

/// Renames a target and tells whether it exists.
fn exists(bindings: &BTreeMap<String, Binding>, target: &mut Target) -> bool {
    match bindings.get(&*target.address) {
        Some(Binding::Missing) => false,
        Some(Binding::Renamed(address)) => {
            target.address = address.as_str().into();
            true
        }
        None => true,
    }
}

fn node(bindings: &BTreeMap<String, Binding>, node: &mut Node) {
    value(bindings, &mut node.value);
}

fn value(bindings: &BTreeMap<String, Binding>, given: &mut Value) {
    match given {
        Value::Reference(target) => {
            if !exists(bindings, target) {
                *given = Value::unknown(UnknownKind::Malformed, &target.address, MISSING);
            }
        }
        Value::Unknown(unknown) => {
            unknown
                .references
                .retain_mut(|target| exists(bindings, target));
            for branch in &mut unknown.values {
                node(bindings, branch);
            }
        }
        Value::Partial(fragments) => {
            for fragment in fragments {
                if let Fragment::Hole(hole) = fragment {
                    value(bindings, hole);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| node(bindings, item)),
        Value::Object(entries) => {
            for Entry { node: child, .. } in entries {
                node(bindings, child);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => {}
    }
}
