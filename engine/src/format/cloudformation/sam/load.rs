//! SAM resources, resolved, with the globals merged in.

use std::collections::BTreeMap;

use super::globals::{self, Ignored};
use super::make::{At, Made, entry, get};
use super::{PREFIX, kind};
use crate::document::NodeRef;
use crate::format::cloudformation::intrinsics::{Recognised, recognise};
use crate::format::cloudformation::mapping::{pairs, place};
use crate::format::cloudformation::notices::Notices;
use crate::format::cloudformation::resolver::{Resolver, Scope};
use crate::format::cloudformation::resources::{Presence, presence};
use crate::format::cloudformation::template::Declaration;
use crate::resource::{Entry, Node, NoticeLevel, Value};

/// A SAM resource.
#[derive(Debug)]
pub(super) struct Sam<'a> {
    /// Its logical id.
    pub(super) id: &'a str,
    /// Its kind (`Function`).
    pub(super) kind: &'a str,
    /// Where the logical id stands.
    pub(super) at: At,
    /// Its properties, the globals merged in.
    pub(super) properties: Node,
    /// What stands beside them.
    pub(super) attributes: Vec<Entry>,
    /// What it exists under, when that is not decided.
    pub(super) conditional: Option<Node>,
    /// Whether `StageName` is written as text: SAM makes a logical id of it.
    pub(super) literal_stage: bool,
}

impl Sam<'_> {
    /// Returns a property.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        get(&self.properties, key)
    }

    /// Returns a property with its key.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        entry(&self.properties, key)
    }

    /// Returns the text of a property.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::as_str)
    }

    /// Returns the place of a property, or of the resource when it has none.
    pub(super) fn at(&self, key: &str) -> At {
        self.entry(key)
            .map_or(self.at, |entry| At(entry.key_span.or(entry.node.span)))
    }

    /// Gives what was made the condition and origin of this resource, and the main resource what stands beside the
    /// properties.
    pub(super) fn stamp(&self, mut made: Made) -> Made {
        if made.conditional.is_none() {
            made.conditional.clone_from(&self.conditional);
        }
        made.origin = Some((self.id.to_owned(), format!("{PREFIX}{}", self.kind)));
        if made.id == self.id {
            for entry in &self.attributes {
                made.attributes.retain(|own| own.key != entry.key);
                made.attributes.push(entry.clone());
            }
        } else {
            let kept = ["Condition"];
            let kept = self
                .attributes
                .iter()
                .filter(|entry| kept.contains(&&*entry.key));
            made.attributes.extend(kept.cloned());
        }
        made
    }
}

/// Resolves the SAM resources that exist.
pub(super) fn load<'a>(resolver: &mut Resolver<'a>) -> (BTreeMap<&'a str, Sam<'a>>, Option<Node>) {
    let template = resolver.template;
    let globals = template.globals.map(|globals| {
        resolver.scope = Scope::default();
        let value = resolver.value(globals);
        Node {
            value,
            span: Some(place(globals)),
        }
    });
    for odd in globals.iter().flat_map(globals::odd_sections) {
        let message = format!("'Globals' has no section '{}'.", odd.key);
        resolver.notices.odd(odd.key_span, message);
    }
    let mut sams = BTreeMap::new();
    for declaration in &template.resources {
        let Some(kind) = kind(declaration.type_name) else {
            continue;
        };
        if let Presence::Exists(conditional) = presence(resolver, *declaration) {
            let sam = resolver.sam(*declaration, kind, globals.as_ref(), conditional);
            sams.insert(sam.id, sam);
        }
    }
    resolver.scope = Scope::default();
    (sams, globals)
}

impl<'a> Resolver<'a> {
    fn sam(
        &mut self,
        declaration: Declaration<'a>,
        kind: &'a str,
        globals: Option<&Node>,
        conditional: Option<Node>,
    ) -> Sam<'a> {
        self.scope = Scope::default();
        let own = declaration.pair.value.get("Properties");
        let properties = match own.filter(|own| !own.is_absent()) {
            Some(own) => Node {
                value: self.value(own),
                span: Some(place(own)),
            },
            None => Node {
                value: Value::Object(Vec::new()),
                span: Some(place(declaration.pair.value)),
            },
        };
        let ignored = ignored(declaration, self, &properties);
        let attributes = self.attributes(declaration);
        // Each resource has its copy of the globals.
        let section = globals.and_then(|globals| get(globals, kind));
        let globals = globals.filter(|_| self.budget.nodes(section.map_or(0, size)));
        Sam {
            id: declaration.pair.key,
            kind,
            at: At(Some(declaration.pair.key_span)),
            properties: globals::merge(globals, kind, properties, &ignored),
            attributes,
            conditional,
            literal_stage: own
                .and_then(|own| own.get("StageName"))
                .is_none_or(|name| matches!(recognise(name), Recognised::Literal)),
        }
    }

    /// Resolves what stands beside the properties.
    fn attributes(&mut self, declaration: Declaration<'a>) -> Vec<Entry> {
        let mut attributes = Vec::new();
        for pair in pairs(declaration.pair.value, &mut self.budget) {
            let own = ["Type", "Properties", "Connectors", "IgnoreGlobals"];
            if !own.contains(&pair.key)
                && let Some(node) = self.node(pair.value)
            {
                attributes.push(Entry {
                    key: pair.key.into(),
                    key_span: Some(pair.key_span),
                    node,
                });
            }
        }
        attributes
    }
}

/// Returns how many nodes a value has.
fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(entries) => entries.iter().map(|entry| size(&entry.node)).sum(),
        _ => 0,
    }
}

fn ignored<'a>(
    declaration: Declaration<'a>,
    resolver: &mut Resolver<'a>,
    properties: &Node,
) -> Ignored {
    let mut ignored = Ignored::default();
    let names = declaration.pair.value.get("IgnoreGlobals");
    for name in names.iter().flat_map(NodeRef::items).chain(names) {
        match name.text() {
            Some("*") => ignored.all = true,
            Some(name) => _ = ignored.names.insert(name.to_owned()),
            None => {}
        }
    }
    if let Some(own) = declaration.pair.value.get("Properties") {
        let written = pairs(own, &mut resolver.budget).into_iter();
        let removed = written.filter(|pair| properties.get(pair.key).is_none());
        ignored
            .names
            .extend(removed.map(|pair| pair.key.to_owned()));
    }
    ignored
}

/// Says of a SAM resource that is not expanded that what it makes is not judged.
pub(in crate::format::cloudformation) fn note_unexpanded(
    declaration: Declaration<'_>,
    notices: &mut Notices,
) -> bool {
    let type_name = declaration.type_name;
    if !type_name.starts_with(PREFIX) || kind(type_name).is_some() {
        return false;
    }
    let message = format!(
        "'{}' is an '{type_name}': the resources that SAM makes of this type are not known, so they are not judged.",
        declaration.pair.key
    );
    notices.outside(
        NoticeLevel::Warning,
        Some(declaration.pair.key_span),
        message,
    );
    true
}
