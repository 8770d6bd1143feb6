//! Resources and outputs.

use super::compose::targets;
use super::conditions::{Truth, undecided};
use super::intrinsics::{Recognised, recognise};
use super::mapping::place;
use super::resolver::{Resolver, Scope};
use super::sam;
use super::template::Declaration;
use crate::document::{Kind, NodeRef};
use crate::format::Wanted;
use crate::resource::{Entry, Node, Output, Path, Resource, Segment, Target, UnknownKind, Value};

/// Converts the resources, in source order. Those whose condition is false do not exist; those that no policy reads
/// keep their address and type only.
pub(super) fn convert(
    resolver: &mut Resolver<'_>,
    wanted: &Wanted,
) -> (Vec<Resource>, sam::Expansion) {
    let mut resources = Vec::with_capacity(resolver.template.resources.len());
    let template = resolver.template;
    let mut expansion = sam::expand(resolver, wanted);
    for declaration in &template.resources {
        resolver.note_nested_stack(*declaration);
        if sam::kind(declaration.type_name).is_some() {
            resources.extend(expansion.take(declaration.pair.key));
            continue;
        }
        let Presence::Exists(conditional) = presence(resolver, *declaration) else {
            continue;
        };
        let mut resource = if wanted.wants(declaration.type_name) {
            resolver.resource(*declaration)
        } else {
            stub(*declaration)
        };
        resource
            .facts
            .extend(conditional.map(|node| ("conditional", node)));
        resources.push(resource);
    }
    resources.extend(expansion.take_shared());
    (resources, expansion)
}

/// Whether a resource exists.
pub(super) enum Presence {
    /// Its condition is false.
    Removed,
    /// It does, or does under a condition that is not decided.
    Exists(Option<Node>),
}

/// Tells whether a resource exists.
pub(super) fn presence<'a>(resolver: &mut Resolver<'a>, declaration: Declaration<'a>) -> Presence {
    let Some(condition) = declaration.condition else {
        return Presence::Exists(None);
    };
    match resolver.named_condition(condition) {
        (_, Truth::Known(false)) => Presence::Removed,
        (_, Truth::Known(true)) => Presence::Exists(None),
        (name, Truth::Undecided(open)) => Presence::Exists(Some(Node {
            value: Value::Unknown(Box::new(undecided(name, &open.inputs))),
            span: Some(place(condition)),
        })),
    }
}

fn stub(declaration: Declaration<'_>) -> Resource {
    Resource {
        address: declaration.pair.key.into(),
        type_name: declaration.type_name.into(),
        node: Node {
            value: Value::Object(Vec::new()),
            span: Some(place(declaration.pair.value)),
        },
        properties_key: Some("Properties"),
        references: Vec::new(),
        facts: Vec::new(),
        left_out: Vec::new(),
        span: Some(declaration.pair.key_span),
    }
}

impl<'a> Resolver<'a> {
    fn resource(&mut self, declaration: Declaration<'a>) -> Resource {
        self.check_policies(declaration);
        self.scope = Scope::default();
        let mut value = self.literal(declaration.pair.value);
        self.check_properties(&mut value);
        self.depends_on(declaration.pair.value.get("DependsOn"));
        let scope = std::mem::take(&mut self.scope);
        let mut references = scope.edges;
        references.sort();
        references.dedup();
        let documents = (!scope.documents.is_empty()).then(|| documents(scope.documents));
        let mut resource = stub(declaration);
        resource.node.value = value;
        resource.references = references;
        resource.left_out = scope.left_out;
        resource
            .facts
            .extend(documents.map(|node| ("documents", node)));
        resource
    }

    /// Functions in these policies need the language extensions.
    fn check_policies(&mut self, declaration: Declaration<'a>) {
        for name in ["DeletionPolicy", "UpdateReplacePolicy"] {
            let policy = declaration.pair.value.get(name);
            let call = policy.filter(|node| matches!(recognise(*node), Recognised::Call(_)));
            if let Some(call) = call {
                self.needs_extensions(call, &format!("A function in '{name}'"));
            }
        }
    }

    /// Holds properties to be a map: what was left out is an empty one.
    fn check_properties(&mut self, resource: &mut Value) {
        let Value::Object(entries) = resource else {
            return;
        };
        let mut entries = entries.iter_mut();
        let Some(entry) = entries.find(|entry| &*entry.key == "Properties") else {
            return;
        };
        let value = &mut entry.node.value;
        match value {
            Value::Object(_) | Value::Unknown(_) => {}
            Value::Null => *value = Value::Object(Vec::new()),
            _ => {
                self.notices
                    .odd(entry.node.span, "'Properties' is not a map.");
                *value = Value::unknown(UnknownKind::Malformed, "Properties", "is not a map");
            }
        }
    }

    /// Records what a resource waits for. What a false condition removes is waited for by nobody.
    fn depends_on(&mut self, node: Option<NodeRef<'a>>) {
        let Some(node) = node else { return };
        self.scope.path.push(Segment::from("DependsOn"));
        let single = (node.kind() != Kind::Sequence).then_some(node);
        for item in node.items().chain(single) {
            if let (Some(id), Recognised::Literal) = (item.text(), recognise(item)) {
                self.depends_on_one(id, item);
            } else {
                let message = "'DependsOn' names something else than a resource.";
                self.notices.odd(Some(place(item)), message);
            }
        }
        self.scope.path.pop();
    }

    fn depends_on_one(&mut self, id: &str, node: NodeRef<'a>) {
        match self.template.resource(id) {
            Some(declaration) if self.is_removed(declaration) => {}
            Some(_) => self.refer(&Target {
                address: id.into(),
                attribute: "".into(),
            }),
            None if sam::may_make(self.template, id) => {
                self.pending.push(sam::Pending {
                    address: id.to_owned(),
                    span: Some(place(node)),
                });
                self.refer(&Target {
                    address: id.into(),
                    attribute: "".into(),
                });
            }
            None if self.template.generator.is_some() => {}
            None => {
                let message = format!("'DependsOn' names '{id}', which is no resource.");
                self.notices.odd(Some(place(node)), message);
            }
        }
    }
}

/// Returns the fact `documents` of a resource: the path and content of each policy document in a string.
pub(super) fn documents(documents: Vec<(Path, Node)>) -> Node {
    let facts = documents.into_iter().map(|(path, value)| {
        let path = Node::unplaced(Value::Array(path.0.iter().map(segment).collect()));
        Node {
            span: value.span,
            value: Value::Object(vec![entry("path", path), entry("value", value)]),
        }
    });
    Node::unplaced(Value::Array(facts.collect()))
}

fn segment(segment: &Segment) -> Node {
    Node::unplaced(match segment {
        Segment::Key(key) => Value::String(key.clone()),
        Segment::Index(index) => Value::Number(index.to_string().into()),
    })
}

fn entry(key: &str, node: Node) -> Entry {
    Entry {
        key: key.into(),
        key_span: None,
        node,
    }
}

/// Converts the outputs, in source order, those left out whose condition is false.
pub(super) fn outputs(resolver: &mut Resolver<'_>) -> Vec<Output> {
    let template = resolver.template;
    let mut outputs = Vec::new();
    for pair in template.outputs.iter() {
        if pair.key.starts_with("Fn::") {
            continue;
        }
        if pair.value.kind() != Kind::Mapping {
            let message = format!("Output '{}' is not a map.", pair.key);
            resolver.notices.odd(Some(pair.key_span), message);
        }
        let condition = pair.value.get("Condition");
        let truth = condition.map(|condition| resolver.named_condition(condition).1);
        if truth == Some(Truth::Known(false)) {
            continue;
        }
        let mut references = Vec::new();
        if let Some(value) = pair.value.get("Value") {
            resolver.scope = Scope::default();
            let value = resolver.value(value);
            references.extend(
                std::mem::take(&mut resolver.scope)
                    .edges
                    .into_iter()
                    .map(|edge| edge.target),
            );
            targets(&value, &mut references);
        }
        references.sort();
        references.dedup();
        outputs.push(Output {
            name: pair.key.into(),
            references,
        });
    }
    outputs
}
