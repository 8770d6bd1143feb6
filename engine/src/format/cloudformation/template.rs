//! The sections of a template, found but not yet resolved.

use std::collections::BTreeMap;

use super::budget::Budget;
use super::expand::Leftovers;
use super::intrinsics::{self, Recognised};
use super::mapping::{Pair, pairs, place};
use super::notices::Notices;
use super::parameters;
use super::sam;
use super::section::Section;
use crate::document::scalar::{Dialect, Scalar};
use crate::document::{Document, Kind, NodeRef};
use crate::resource::{NoticeLevel, Unknown, UnknownKind, Value};

/// Transforms of AWS whose effect on what is judged is known: none, or worked out here.
const HARMLESS_TRANSFORMS: [&str; 2] = [EXTENSIONS, sam::TRANSFORM];

/// The transform of the language extensions.
const EXTENSIONS: &str = "AWS::LanguageExtensions";

/// The sections that are read.
const SECTIONS: [&str; 5] = [
    "Parameters",
    "Mappings",
    "Conditions",
    "Resources",
    "Outputs",
];

/// A resource whose declaration has the right shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declaration<'a> {
    /// Its logical id and its mapping.
    pub(super) pair: Pair<'a>,
    /// Its type.
    pub(super) type_name: &'a str,
    /// The condition it stands under.
    pub(super) condition: Option<NodeRef<'a>>,
}

impl Declaration<'_> {
    /// Tells whether a module of the registry stands in the resource's place.
    pub(super) fn is_module(&self) -> bool {
        self.type_name.ends_with("::MODULE")
    }
}

/// A template taken apart.
#[derive(Debug, Default)]
pub(super) struct Template<'a> {
    /// `Parameters`.
    pub(super) parameters: Section<'a>,
    /// `Mappings`.
    pub(super) mappings: Section<'a>,
    /// `Conditions`.
    pub(super) conditions: Section<'a>,
    /// Whether a resource is one that SAM expands.
    pub(super) has_sam: bool,
    /// `Globals` of SAM.
    pub(super) globals: Option<NodeRef<'a>>,
    /// `Rules`.
    pub(super) rules: Section<'a>,
    /// `Outputs`.
    pub(super) outputs: Section<'a>,
    /// The resources that could be read, in source order.
    pub(super) resources: Vec<Declaration<'a>>,
    /// Those of them that are modules of the registry.
    pub(super) modules: Vec<Declaration<'a>>,
    /// Where in `resources` a logical id stands.
    by_id: BTreeMap<&'a str, usize>,
    /// What makes resources that the template does not show: the first macro, loop or include.
    pub(super) generator: Option<&'a str>,
    /// The logical ids whose declarations have the wrong shape.
    unreadable: Vec<Pair<'a>>,
    /// The sections that are no maps.
    odd: Vec<&'static str>,
    /// Whether the template declares the language extensions.
    pub(super) has_extensions: bool,
    /// The loops and includes that stand in the template as they are written, with the reasons.
    pub(super) left: Option<&'a Leftovers>,
}

impl<'a> Template<'a> {
    /// Takes the first document apart. What is odd becomes a notice.
    pub(super) fn read(
        document: &'a Document,
        left: &'a Leftovers,
        notices: &mut Notices,
        budget: &mut Budget,
    ) -> Self {
        let mut template = Self {
            left: Some(left),
            ..Self::default()
        };
        let mut roots = document.roots();
        let Some(root) = roots.next() else {
            notices.unreadable(None, "The template is empty.");
            return template;
        };
        if let Some(second) = roots.next() {
            notices.unreadable(
                Some(second.span()),
                "The file holds several documents; only the first is judged.",
            );
        }
        if root.kind() != Kind::Mapping {
            notices.unreadable(Some(root.span()), "The template is not a map.");
            return template;
        }
        let top = Section::new(pairs(root, budget));
        template.transforms(&top, notices);
        let mut section = |name| section(&top, name, notices, budget);
        template.odd = SECTIONS
            .into_iter()
            .filter(|name| top.get(name).is_some_and(|pair| !is_map(pair.value)))
            .collect();
        template.parameters = section("Parameters").unwrap_or_default();
        template.mappings = section("Mappings").unwrap_or_default();
        template.conditions = section("Conditions").unwrap_or_default();
        template.rules = section("Rules").unwrap_or_default();
        template.outputs = section("Outputs").unwrap_or_default();
        template.globals = top.get("Globals").map(|pair| pair.value);
        let resources = section("Resources");
        template.note_makers(notices);
        match resources {
            Some(resources) => template.declare(&resources, notices, budget),
            None if top.get("Resources").is_none() => {
                notices.odd(Some(root.span()), "The template has no 'Resources'.");
            }
            None => {}
        }
        template
    }

    /// Returns the declaration of a logical id.
    pub(super) fn resource(&self, id: &str) -> Option<Declaration<'a>> {
        let position = self.by_id.get(id)?;
        self.resources.get(*position).copied()
    }

    fn transforms(&mut self, top: &Section<'a>, notices: &mut Notices) {
        if let Some(pair) = top.get("Transform") {
            let listed = pair.value.items();
            let single = (pair.value.kind() != Kind::Sequence).then_some(pair.value);
            for node in listed.chain(single) {
                self.transform(node, notices);
            }
        }
        if let Some(pair) = top.get("Fn::Transform") {
            self.transform(pair.value, notices);
        }
    }

    fn transform(&mut self, node: NodeRef<'a>, notices: &mut Notices) {
        let name = node
            .text()
            .or_else(|| node.get("Name").and_then(|name| name.text()))
            .unwrap_or("a macro without a name");
        if HARMLESS_TRANSFORMS.contains(&name) {
            self.has_extensions |= name == EXTENSIONS;
            return;
        }
        self.generator.get_or_insert(name);
        if self.reason_at(node).is_some() {
            return;
        }
        let (level, effect) = match name {
            "AWS::Include" => (NoticeLevel::Warning, "takes in a file that is not read"),
            _ if name.starts_with("AWS::") => {
                (NoticeLevel::Note, "adds resources that are not judged")
            }
            _ => (NoticeLevel::Warning, "may change all that is judged here"),
        };
        let message = format!("The transform '{name}' {effect}.");
        notices.outside(level, Some(place(node)), message);
    }

    fn declare(&mut self, resources: &Section<'a>, notices: &mut Notices, budget: &mut Budget) {
        for pair in &resources.makers {
            self.generate(*pair, "Resources", notices);
        }
        for pair in resources.iter() {
            if let Some(declaration) = declaration(pair, notices, budget) {
                if declaration.is_module() {
                    let message = format!(
                        "'{}' is the module '{}': the resources in it are not judged.",
                        pair.key, declaration.type_name
                    );
                    notices.outside(NoticeLevel::Warning, Some(pair.key_span), message);
                    self.generator.get_or_insert(declaration.type_name);
                    self.modules.push(declaration);
                } else if sam::kind(declaration.type_name).is_some() {
                    self.has_sam = true;
                } else if sam::note_unexpanded(declaration, notices) {
                    self.generator.get_or_insert(declaration.type_name);
                }
                self.by_id.insert(pair.key, self.resources.len());
                self.resources.push(declaration);
            } else {
                self.generator.get_or_insert(pair.key);
                self.unreadable.push(pair);
            }
        }
    }

    /// Says what makes entries of the other sections.
    fn note_makers(&mut self, notices: &mut Notices) {
        let sections = [
            ("Parameters", &self.parameters),
            ("Mappings", &self.mappings),
            ("Conditions", &self.conditions),
            ("Outputs", &self.outputs),
        ];
        let makers = sections.map(|(name, section)| (name, section.makers.clone()));
        for (name, makers) in makers {
            for pair in makers {
                self.generate(pair, name, notices);
            }
        }
    }

    /// Notes what makes entries of a section that are not shown, unless the reason was said before.
    fn generate(&mut self, pair: Pair<'a>, section: &str, notices: &mut Notices) {
        if matches!(section, "Parameters" | "Resources") {
            self.generator.get_or_insert(pair.key);
        }
        let left = self.left.and_then(|left| left.of_maker(pair.key));
        if left.is_none() {
            let message = format!("What '{}' makes in '{section}' is not judged.", pair.key);
            notices.outside(NoticeLevel::Warning, Some(pair.key_span), message);
        }
    }

    /// Returns why the transform of a node was not applied.
    pub(super) fn reason_at(&self, node: NodeRef<'a>) -> Option<&'a Unknown> {
        self.left.and_then(|left| left.of_include(place(node)))
    }

    /// Returns the name of a parameter or pseudo parameter as the template has it.
    pub(super) fn own_name(&self, name: &str) -> Option<&'a str> {
        let declared = self.parameters.get(name).map(|pair| pair.key);
        declared.or_else(|| parameters::pseudo_name(name))
    }

    /// Returns what stands for a resource whose declaration cannot be read.
    pub(super) fn unreadable(&self, id: &str) -> Option<Value> {
        let pair = self.unreadable.iter().find(|pair| pair.key == id)?;
        let kind = pair.value.get("Type").unwrap_or(pair.value);
        Some(
            match (
                intrinsics::recognise(pair.value),
                intrinsics::recognise(kind),
            ) {
                (Recognised::Foreign(tag), _) | (_, Recognised::Foreign(tag)) => {
                    let why = format!("is made by the tag '{tag}', which another tool replaces");
                    Value::unknown(UnknownKind::Transform, id, &why)
                }
                _ => {
                    let why = "is a resource whose declaration cannot be read";
                    Value::unknown(UnknownKind::Malformed, id, why)
                }
            },
        )
    }

    /// Returns the first of these sections that is no map.
    pub(super) fn odd_section(&self, names: &[&str]) -> Option<&'static str> {
        let mut odd = self.odd.iter().copied();
        odd.find(|odd| names.contains(odd))
    }

    /// Returns the input that would show what a loop or include makes.
    pub(super) fn input_of(&self, maker: &'a str) -> &'a str {
        let left = self.left.and_then(|left| left.of_maker(maker));
        left.map_or(maker, |open| &open.name)
    }

    /// Returns why something that is not declared may nevertheless exist: what makes it, and what that waits for.
    pub(super) fn made_by(&self, maker: &str) -> String {
        let left = self.left.and_then(|left| left.of_maker(maker));
        let because = left.map(|open| format!(", but '{}' {}", open.name, open.why));
        let because = because.unwrap_or_default();
        format!("is not declared here; '{maker}' may make it{because}")
    }
}

/// Tells whether a section is a map, or left out.
fn is_map(node: NodeRef<'_>) -> bool {
    node.is_absent() || node.kind() == Kind::Mapping
}

fn section<'a>(
    top: &Section<'a>,
    name: &str,
    notices: &mut Notices,
    budget: &mut Budget,
) -> Option<Section<'a>> {
    let pair = top.get(name)?;
    if pair.value.is_absent() {
        return Some(Section::default());
    }
    if let Recognised::Foreign(tag) = intrinsics::recognise(pair.value) {
        let message = format!("'{name}' is made by the tag '{tag}', which is not known.");
        notices.outside(NoticeLevel::Warning, Some(place(pair.value)), message);
        if pair.value.kind() != Kind::Mapping {
            return None;
        }
    }
    if pair.value.kind() != Kind::Mapping {
        let message = format!("'{name}' is not a map.");
        notices.unreadable(Some(place(pair.value)), message);
        return None;
    }
    let keys = pair.value.entries().map(|(key, _)| key);
    for key in keys.filter(|key| key.text().is_none()) {
        let message = format!("A key in '{name}' is no text: what it holds is not judged.");
        notices.unreadable(Some(place(key)), message);
    }
    Some(Section::of(pairs(pair.value, budget)))
}

fn declaration<'a>(
    pair: Pair<'a>,
    notices: &mut Notices,
    budget: &mut Budget,
) -> Option<Declaration<'a>> {
    let (id, value) = (pair.key, pair.value);
    if let Recognised::Foreign(tag) = intrinsics::recognise(value) {
        foreign(pair, tag, notices);
        return None;
    }
    if value.kind() != Kind::Mapping {
        let message = format!("Resource '{id}' is not a map.");
        notices.unreadable(Some(pair.key_span), message);
        return None;
    }
    let entries = pairs(value, budget);
    let field = |name| entries.iter().find(|entry| entry.key == name);
    let Some(kind) = field("Type") else {
        let message = format!("Resource '{id}' has no 'Type'.");
        notices.unreadable(Some(pair.key_span), message);
        return None;
    };
    let recognised = intrinsics::recognise(kind.value);
    if let Recognised::Foreign(tag) = recognised {
        foreign(pair, tag, notices);
        return None;
    }
    let plain = matches!(recognised, Recognised::Literal);
    // Null, a boolean and a number are no names, however they are written.
    let name = match kind.value.scalar(Dialect::CloudFormation) {
        Some(Scalar::String(name)) if plain && !name.is_empty() => Some(name),
        _ => None,
    };
    let Some(type_name) = name else {
        let message = format!("The 'Type' of resource '{id}' is not a name.");
        notices.unreadable(Some(place(kind.value)), message);
        return None;
    };
    Some(Declaration {
        pair,
        type_name,
        condition: field("Condition").map(|condition| condition.value),
    })
}

fn foreign(pair: Pair<'_>, tag: &str, notices: &mut Notices) {
    let id = pair.key;
    let message = format!("Resource '{id}' is made by the tag '{tag}', which is not known.");
    notices.outside(NoticeLevel::Warning, Some(pair.key_span), message);
}
