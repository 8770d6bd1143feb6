//! The scan view: a unit as the `input` that policies see.
//!
//! Built directly as values of the Rego engine. Keys and strings of the unit are shared, not copied; a resource is one
//! shared value in `resources` and in `by_type`.

use std::collections::BTreeMap;
use std::str::FromStr as _;
use std::sync::Arc;

use regorus::Value as Rego;

use crate::resource::{
    Edge, Fragment, Node, Output, Path, Resource, Segment, Target, Unit, Unknown, Value,
};

/// What policies see of a unit, made before they are chosen.
#[derive(Debug)]
pub struct View(pub(super) BTreeMap<Rego, Rego>);

/// Returns `input` without `views` and `document`.
pub(super) fn input(unit: &Unit) -> BTreeMap<Rego, Rego> {
    let keys = Keys::default();
    let mut resources = BTreeMap::new();
    let mut by_type: BTreeMap<Rego, Vec<Rego>> = BTreeMap::new();
    for resource in &unit.resources {
        let value = keys.resource(unit, resource);
        resources.insert(string(&resource.address), value.clone());
        let group = by_type.entry(string(&resource.type_name)).or_default();
        group.push(value);
    }
    let by_type: BTreeMap<Rego, Rego> = by_type
        .into_iter()
        .map(|(name, group)| (name, Rego::from(group)))
        .collect();
    let outputs: Vec<Rego> = unit.outputs.iter().map(|one| keys.output(one)).collect();
    let facts = unit
        .facts
        .iter()
        .map(|(name, node)| (Rego::from(*name), keys.node(node)));
    BTreeMap::from([
        (Rego::from("format"), Rego::from(unit.format.id())),
        (Rego::from("uri"), string(unit.artifact.uri())),
        (Rego::from("resources"), Rego::from(resources)),
        (Rego::from("by_type"), Rego::from(by_type)),
        (Rego::from("outputs"), Rego::from(outputs)),
        (
            Rego::from("unit"),
            Rego::from(facts.collect::<BTreeMap<_, _>>()),
        ),
    ])
}

fn string(text: &Arc<str>) -> Rego {
    Rego::String(Arc::clone(text))
}

/// The keys that the view itself writes, made once a unit and shared.
struct Keys {
    address: Rego,
    attribute: Rego,
    format: Rego,
    kind: Rego,
    name: Rego,
    node: Rego,
    partial: Rego,
    path: Rego,
    properties: Rego,
    reference: Rego,
    references: Rego,
    secret: Rego,
    type_name: Rego,
    unknown: Rego,
    values: Rego,
    why: Rego,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            address: Rego::from("address"),
            attribute: Rego::from("attribute"),
            format: Rego::from("format"),
            kind: Rego::from("kind"),
            name: Rego::from("name"),
            node: Rego::from("node"),
            partial: Rego::from("$partial"),
            path: Rego::from("path"),
            properties: Rego::from("properties"),
            reference: Rego::from("$reference"),
            references: Rego::from("references"),
            secret: Rego::from("$secret"),
            type_name: Rego::from("type"),
            unknown: Rego::from("$unknown"),
            values: Rego::from("values"),
            why: Rego::from("why"),
        }
    }
}

impl Keys {
    fn resource(&self, unit: &Unit, resource: &Resource) -> Rego {
        let node = self.node(&resource.node);
        let properties = match resource.properties_key {
            None => node.clone(),
            Some(key) => resource
                .node
                .get(key)
                .map_or_else(Rego::new_object, |_| node[key].clone()),
        };
        let edges: Vec<Rego> = resource
            .references
            .iter()
            .map(|one| self.edge(one))
            .collect();
        let mut fields = BTreeMap::from([
            (self.address.clone(), string(&resource.address)),
            (self.type_name.clone(), string(&resource.type_name)),
            (self.format.clone(), Rego::from(unit.format.id())),
            (self.node.clone(), node),
            (self.properties.clone(), properties),
            (self.references.clone(), Rego::from(edges)),
        ]);
        for (name, fact) in &resource.facts {
            fields.insert(Rego::from(*name), self.node(fact));
        }
        Rego::from(fields)
    }

    fn output(&self, output: &Output) -> Rego {
        let targets: Vec<Rego> = output
            .references
            .iter()
            .map(|one| self.target(one))
            .collect();
        Rego::from(BTreeMap::from([
            (self.name.clone(), string(&output.name)),
            (self.references.clone(), Rego::from(targets)),
        ]))
    }

    fn edge(&self, edge: &Edge) -> Rego {
        Rego::from(BTreeMap::from([
            (self.path.clone(), path(&edge.path)),
            (self.address.clone(), string(&edge.target.address)),
            (self.attribute.clone(), string(&edge.target.attribute)),
        ]))
    }

    fn target(&self, target: &Target) -> Rego {
        Rego::from(BTreeMap::from([
            (self.address.clone(), string(&target.address)),
            (self.attribute.clone(), string(&target.attribute)),
        ]))
    }

    fn node(&self, node: &Node) -> Rego {
        self.value(&node.value)
    }

    fn value(&self, value: &Value) -> Rego {
        match value {
            Value::Null => Rego::Null,
            Value::Bool(value) => Rego::Bool(*value),
            Value::Number(text) => number(text),
            Value::String(text) => string(text),
            Value::Array(items) => {
                Rego::from(items.iter().map(|item| self.node(item)).collect::<Vec<_>>())
            }
            Value::Object(entries) => {
                let fields = entries
                    .iter()
                    .map(|entry| (escaped(&entry.key), self.node(&entry.node)));
                Rego::from(fields.collect::<BTreeMap<_, _>>())
            }
            Value::Reference(target) => one(&self.reference, self.target(target)),
            Value::Partial(fragments) => {
                let fragments = fragments.iter().map(|fragment| match fragment {
                    Fragment::Text(text) => string(text),
                    Fragment::Hole(value) => self.value(value),
                });
                one(&self.partial, Rego::from(fragments.collect::<Vec<_>>()))
            }
            Value::Secret(text) => one(&self.secret, string(text)),
            Value::Unknown(unknown) => one(&self.unknown, self.unknown(unknown)),
        }
    }

    fn unknown(&self, unknown: &Unknown) -> Rego {
        let mut fields = BTreeMap::from([
            (self.kind.clone(), Rego::from(unknown.kind.name())),
            (self.name.clone(), string(&unknown.name)),
            (self.why.clone(), string(&unknown.why)),
        ]);
        if !unknown.values.is_empty() {
            let values: Vec<Rego> = unknown.values.iter().map(|one| self.node(one)).collect();
            fields.insert(self.values.clone(), Rego::from(values));
        }
        if !unknown.references.is_empty() {
            let targets = unknown.references.iter().map(|one| self.target(one));
            fields.insert(
                self.references.clone(),
                Rego::from(targets.collect::<Vec<_>>()),
            );
        }
        Rego::from(fields)
    }
}

fn one(key: &Rego, value: Rego) -> Rego {
    Rego::from(BTreeMap::from([(key.clone(), value)]))
}

/// Returns a key of the source; one that begins like a key of the view is escaped.
fn escaped(key: &Arc<str>) -> Rego {
    if key.starts_with('$') {
        return Rego::from(format!("${key}"));
    }
    string(key)
}

fn path(path: &Path) -> Rego {
    let steps = path.0.iter().map(|segment| match segment {
        Segment::Key(key) => string(key),
        Segment::Index(index) => Rego::from(*index),
    });
    Rego::from(steps.collect::<Vec<_>>())
}

/// The longest number that is taken for one: beyond it, arithmetic on it would only cost time.
const LONGEST_NUMBER: usize = 64;

/// Returns a number. One that is too long or too large to be of use, and what is none, stays text.
pub(super) fn number(text: &Arc<str>) -> Rego {
    let exponent = text.split(['e', 'E']).nth(1).map(str::len);
    if text.len() > LONGEST_NUMBER || exponent.is_some_and(|digits| digits > 4) {
        return string(text);
    }
    if let Ok(value) = text.parse::<i64>() {
        return Rego::from(value);
    }
    regorus_number(text).unwrap_or_else(|| string(text))
}

fn regorus_number(text: &str) -> Option<Rego> {
    let written = serde_json::Number::from_str(text).ok()?;
    Some(Rego::from(serde_json::Value::Number(written)))
}
