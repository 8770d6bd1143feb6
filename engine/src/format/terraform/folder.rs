//! The sources of one module: its blocks and locals, with what overrides them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::address;
use crate::artifact::{Artifact, Span};
use crate::document::hcl::{self, Attribute, Block, Body, Expression};

/// How many times one name may be overridden.
const OVERRIDES: usize = 1_000;

/// The sources of one module.
#[derive(Debug, Default)]
pub(super) struct Folder {
    blocks: BTreeMap<Name, Vec<Found>>,
    locals: BTreeMap<String, Local>,
    /// A name that two files declare, none of them an override.
    doubled: Option<Name>,
    /// The files, in the order in which they were read.
    files: Vec<Arc<Artifact>>,
}

#[derive(Debug)]
struct Local {
    artifact: Arc<Artifact>,
    attribute: Attribute,
    is_override: bool,
}

/// A name with its value: a local, an argument, a line of a tfvars file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Defined<'a> {
    /// The file.
    pub(super) artifact: &'a Arc<Artifact>,
    /// The name.
    pub(super) name_span: Span,
    /// The value.
    pub(super) value: &'a Expression,
}

impl<'a> Defined<'a> {
    /// Makes the definition that an attribute of a file is.
    pub(super) const fn of(artifact: &'a Arc<Artifact>, attribute: &'a Attribute) -> Self {
        Self {
            artifact,
            name_span: attribute.name_span,
            value: &attribute.value,
        }
    }
}

/// What a top-level block declares: `resource`, type, name; `module`, "", name.
pub(super) type Name = (String, String, String);

/// A declaring block of a folder.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The file.
    pub(super) artifact: Arc<Artifact>,
    /// The block.
    pub(super) block: Block,
    /// Whether it overrides another one (`override.tf`, `*_override.tf`).
    pub(super) is_override: bool,
}

impl Folder {
    /// Tells whether no file was read.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Returns the files.
    pub(super) fn files(&self) -> &[Arc<Artifact>] {
        &self.files
    }

    /// Adds a file. Those that override come after those that they override.
    pub(super) fn add(&mut self, artifact: &Arc<Artifact>, file: &str) {
        let is_override = is_override(file);
        let body = if is_json(file) {
            hcl::parse_json(artifact.text())
        } else {
            hcl::parse(artifact.text())
        };
        for block in body.blocks {
            if let Some(name) = declared(&block) {
                let found = self.blocks.entry(name.clone()).or_default();
                let is_second = !is_override && found.iter().any(|found| !found.is_override);
                if is_second || found.len() > OVERRIDES {
                    self.doubled.get_or_insert(name);
                }
                found.push(Found {
                    artifact: Arc::clone(artifact),
                    block,
                    is_override,
                });
            } else if block.kind == "locals" {
                let held = block.body.into_iter().flat_map(|body| body.attributes);
                held.for_each(|attribute| self.add_local(artifact, attribute, is_override));
            }
        }
        self.files.push(Arc::clone(artifact));
    }

    fn add_local(&mut self, artifact: &Arc<Artifact>, attribute: Attribute, is_override: bool) {
        let name = attribute.name.clone();
        let new = Local {
            artifact: Arc::clone(artifact),
            attribute,
            is_override,
        };
        let old = self.locals.insert(name.clone(), new);
        if !is_override && old.is_some_and(|old| !old.is_override) {
            self.doubled
                .get_or_insert(("locals".to_owned(), String::new(), name));
        }
    }

    /// Returns the expression of a local.
    pub(super) fn local(&self, name: &str) -> Option<&Expression> {
        self.locals.get(name).map(|local| &local.attribute.value)
    }

    /// Returns the definition of a local, when the folder is one module.
    pub(super) fn defined_local(&self, name: &str) -> Option<Defined<'_>> {
        let local = self.locals.get(name).filter(|_| self.doubled.is_none())?;
        Some(Defined::of(&local.artifact, &local.attribute))
    }

    /// Returns a name that is declared more than once and no override: then the folder is no single module, and any
    /// place in it would be a guess.
    pub(super) const fn doubled(&self) -> Option<&Name> {
        self.doubled.as_ref()
    }

    /// Returns the body of the block that declares a name, its overrides merged in.
    pub(super) fn body(&self, name: &Name) -> Option<Body> {
        let (base, overrides) = self.find(name)?;
        let mut merged = base.block.body.clone()?;
        for found in overrides {
            let body = found.block.body.as_ref()?;
            merged
                .attributes
                .retain(|old| body.attribute(&old.name).is_none());
            merged.attributes.extend(body.attributes.iter().cloned());
            // Blocks of an override replace all blocks of their kind.
            let kinds: Vec<_> = body.blocks.iter().map(made_kind).collect();
            merged.blocks.retain(|old| !kinds.contains(&made_kind(old)));
            merged.blocks.extend(body.blocks.iter().cloned());
        }
        Some(merged)
    }

    /// Returns the block that declares a name and those that override it; `None` when none does, or when the folder is
    /// no single module.
    pub(super) fn find(&self, name: &Name) -> Option<(&Found, Vec<&Found>)> {
        let found = self.blocks.get(name).filter(|_| self.doubled.is_none())?;
        let base = found.iter().find(|found| !found.is_override)?;
        Some((
            base,
            found.iter().filter(|found| found.is_override).collect(),
        ))
    }
}

/// Returns the kind of the blocks that a block is or makes.
pub(super) fn made_kind(block: &Block) -> &str {
    match (block.kind.as_str(), block.labels.as_slice()) {
        ("dynamic", [made]) => made,
        (kind, _) => kind,
    }
}

fn declared(block: &Block) -> Option<Name> {
    match (block.kind.as_str(), block.labels.as_slice()) {
        (kind @ ("resource" | "data" | "ephemeral"), [type_name, name]) => {
            Some((kind.to_owned(), type_name.clone(), name.clone()))
        }
        (kind @ ("module" | "variable" | "output"), [name]) => {
            Some((kind.to_owned(), String::new(), name.clone()))
        }
        _ => None,
    }
}

/// Returns the source block name of a resource address.
pub(super) fn block_name(address: &address::Address) -> Name {
    let kind = if address.data { "data" } else { "resource" };
    (
        kind.to_owned(),
        address.type_name.clone(),
        address.name.clone(),
    )
}

/// Tells a file that overrides what others declare.
pub(super) fn is_override(name: &str) -> bool {
    let stem = name.strip_suffix(".json").unwrap_or(name);
    stem == "override.tf" || stem.ends_with("_override.tf")
}

/// Tells a file in JSON syntax.
pub(super) fn is_json(name: &str) -> bool {
    name.strip_suffix(".json").is_some()
}
