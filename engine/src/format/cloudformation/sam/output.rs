//! What was made, as resources of the unit: with edges, documents and unique addresses.

use std::collections::{BTreeMap, BTreeSet};

use super::Expander;
use super::make::{At, Made};
use super::references;
use crate::format::Wanted;
use crate::format::cloudformation::compose::holes;
use crate::format::cloudformation::resolver::{Resolver, document_in};
use crate::format::cloudformation::resources::documents;
use crate::resource::{Edge, Entry, Node, Output, Path, Resource, Segment, Target, Value};

/// The resources that the SAM resources of a template become.
#[derive(Debug, Default)]
pub(in crate::format::cloudformation) struct Expansion {
    /// By the logical id of the SAM resource.
    by_owner: BTreeMap<String, Vec<Resource>>,
    /// Those that belong to no single one.
    shared: Vec<Resource>,
    /// The addresses of all of them.
    addresses: BTreeSet<String>,
    /// What names such as `Api.Stage` stand for.
    pub(super) names: BTreeMap<String, String>,
}

impl Expansion {
    /// Returns what a SAM resource becomes.
    pub(in crate::format::cloudformation) fn take(&mut self, id: &str) -> Vec<Resource> {
        self.by_owner.remove(id).unwrap_or_default()
    }

    /// Returns what belongs to no single SAM resource.
    pub(in crate::format::cloudformation) fn take_shared(&mut self) -> Vec<Resource> {
        std::mem::take(&mut self.shared)
    }

    /// Settles the references to made resources, now that all of them are known.
    pub(in crate::format::cloudformation) fn bind(
        &self,
        resolver: &mut Resolver<'_>,
        resources: &mut [Resource],
        outputs: &mut [Output],
    ) {
        let pending = std::mem::take(&mut resolver.pending);
        let bindings =
            references::settle(pending, &self.names, &self.addresses, &mut resolver.notices);
        references::bind(&bindings, resources, outputs);
    }

    pub(super) fn add(
        &mut self,
        owner: Option<&str>,
        made: Vec<Made>,
        expander: &mut Expander<'_, '_>,
        wanted: &Wanted,
    ) {
        let mut resources = Vec::new();
        for made in made {
            let declared = expander.resolver.template.resource(&made.id);
            let foreign = declared.filter(|other| Some(other.pair.key) != owner);
            if foreign.is_some() || !self.addresses.insert(made.id.clone()) {
                let message = format!(
                    "SAM makes a resource '{}', but the template has one of this name.",
                    made.id
                );
                expander.resolver.notices.odd(made.at.0, message);
                continue;
            }
            resources.push(resource(made, expander.resolver, wanted));
        }
        match owner {
            Some(owner) => _ = self.by_owner.insert(owner.to_owned(), resources),
            None => self.shared.extend(resources),
        }
    }
}

fn resource(made: Made, resolver: &mut Resolver<'_>, wanted: &Wanted) -> Resource {
    let facts = facts(&made);
    let mut walk = Walk {
        source: resolver.source,
        path: Vec::new(),
        edges: Vec::new(),
        documents: Vec::new(),
    };
    let mut entries = Vec::new();
    if wanted.wants(made.type_name) {
        entries = whole(&made);
        walk.entries(&entries);
        walk.waits(&made.after);
    }
    walk.edges.sort();
    walk.edges.dedup();
    let documents = (!walk.documents.is_empty()).then(|| documents(walk.documents));
    Resource {
        address: made.id.into(),
        type_name: made.type_name.into(),
        node: made.at.node(Value::Object(entries)),
        properties_key: Some("Properties"),
        references: walk.edges,
        facts: facts
            .into_iter()
            .chain(documents.map(|node| ("documents", node)))
            .collect(),
        left_out: Vec::new(),
        span: made.at.0,
    }
}

/// Returns the whole node of a made resource.
fn whole(made: &Made) -> Vec<Entry> {
    let at = made.at;
    let mut entries = vec![
        at.entry("Type", at.text(made.type_name)),
        at.entry("Properties", at.entries(made.properties.iter().cloned())),
    ];
    entries.extend(made.attributes.iter().cloned());
    if !made.after.is_empty() {
        let ids = made.after.iter().map(|id| at.text(id));
        match entries.iter_mut().find(|entry| &*entry.key == "DependsOn") {
            Some(own) => {
                let waited = super::make::items(&own.node).iter().cloned();
                let list = waited.chain(ids).collect();
                own.node.value = Value::Array(list);
            }
            None => entries.push(at.entry("DependsOn", at.list(ids))),
        }
    }
    entries
}

fn facts(made: &Made) -> Vec<(&'static str, Node)> {
    let at = At(None);
    let origin = made.origin.as_ref().map(|(address, type_name)| {
        at.map([("address", at.text(address)), ("type", at.text(type_name))])
    });
    let conditional = made.conditional.clone();
    conditional
        .map(|node| ("conditional", node))
        .into_iter()
        .chain(origin.map(|node| ("sam", node)))
        .collect()
}

/// Walks a resource and collects what it refers to and the policy documents in its strings.
struct Walk<'s> {
    source: &'s str,
    path: Vec<Segment>,
    edges: Vec<Edge>,
    documents: Vec<(Path, Node)>,
}

impl Walk<'_> {
    fn entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.path.push(Segment::Key(entry.key.clone()));
            if self.path.len() == 1 && &*entry.key == "DependsOn" {
                self.written_waits(&entry.node);
            } else {
                self.value(&entry.node.value);
                if let Some(document) = document_in(&entry.key, &entry.node, self.source) {
                    self.documents.push((Path(self.path.clone()), document));
                }
            }
            self.path.pop();
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Reference(target) => self.edge(target),
            Value::Partial(fragments) => holes(fragments).for_each(|hole| self.value(hole)),
            Value::Unknown(unknown) => {
                for target in &unknown.references {
                    self.edge(target);
                }
                for branch in &unknown.values {
                    self.value(&branch.value);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.path.push(Segment::Index(index));
                    self.value(&item.value);
                    self.path.pop();
                }
            }
            Value::Object(entries) => self.entries(entries),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Secret(_) => {}
        }
    }

    fn written_waits(&mut self, node: &Node) {
        for id in super::make::items(node).iter().filter_map(Node::as_str) {
            self.edge(&Target {
                address: id.into(),
                attribute: "".into(),
            });
        }
    }

    fn waits(&mut self, ids: &[String]) {
        self.path = vec![Segment::from("DependsOn")];
        for id in ids {
            self.edge(&Target {
                address: id.as_str().into(),
                attribute: "".into(),
            });
        }
        self.path.clear();
    }

    fn edge(&mut self, target: &Target) {
        self.edges.push(Edge {
            path: Path(self.path.clone()),
            target: target.clone(),
        });
    }
}
