//! The `.tf` files behind a plan: module folders, their blocks and locals.
//!
//! Paths come from untrusted files: they are joined and normalised as text, never absolute, and leave the plan's
//! folder only for modules that the configuration calls by `../`.

use std::collections::BTreeMap;
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex, OnceLock};

use super::address;
use crate::artifact::Artifact;
use crate::document::hcl::{self, Block, Body, Expression};
use crate::document::raw;
use crate::format::sources::{SourceAccess, join};

/// The most source files of one folder that are read.
const FOLDER_LIMIT: usize = 2_000;

/// The module folders of a plan, read when they are first asked for.
#[derive(Debug)]
pub(super) struct Sources {
    access: Arc<dyn SourceAccess>,
    /// The `source` of each module call, by the path of the module it makes.
    calls: BTreeMap<String, String>,
    /// The folders that `terraform init` wrote down, by module path.
    installed: OnceLock<BTreeMap<String, String>>,
    folders: Mutex<BTreeMap<String, Arc<Folder>>>,
}

/// The sources of one module.
#[derive(Debug, Default)]
pub(super) struct Folder {
    blocks: BTreeMap<Name, Vec<Found>>,
    locals: BTreeMap<String, Expression>,
    /// The files that were read, with what they hold.
    pub(super) files: Vec<(Arc<Artifact>, Body)>,
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

impl Sources {
    /// Makes the sources of a plan whose module calls have these sources.
    pub(super) fn new(access: Arc<dyn SourceAccess>, calls: BTreeMap<String, String>) -> Self {
        Self {
            access,
            calls,
            installed: OnceLock::new(),
            folders: Mutex::default(),
        }
    }

    /// Returns the folder of a module path, or `None` when it is not known or holds no sources.
    pub(super) fn folder(&self, module: &str) -> Option<Arc<Folder>> {
        let path = self.path(module, 0)?;
        // A poisoned cache is still a cache: its entries are written whole.
        let mut folders = self
            .folders
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let folder = folders
            .entry(path.clone())
            .or_insert_with(|| Arc::new(self.read(&path)));
        (!folder.files.is_empty()).then(|| Arc::clone(folder))
    }

    /// Returns the text of a file of the plan's folder.
    pub(super) fn file(&self, path: &str) -> Option<Arc<Artifact>> {
        self.access.file(path)
    }

    /// Returns the folder of a module path as text.
    fn path(&self, module: &str, depth: usize) -> Option<String> {
        if module.is_empty() {
            return Some(String::new());
        }
        if let Some(folder) = self.installed().get(module) {
            return Some(folder.clone());
        }
        let (caller, _) = module.rsplit_once('.').unwrap_or(("", module));
        let source = self.calls.get(module)?;
        let is_local = source.starts_with("./")
            || source.starts_with("../")
            || source == "."
            || source == "..";
        if !is_local || depth > 64 {
            return None;
        }
        join(&self.path(caller, depth + 1)?, source)
    }

    /// Reads `.terraform/modules/modules.json`.
    fn installed(&self) -> &BTreeMap<String, String> {
        self.installed.get_or_init(|| {
            let Some(artifact) = self.access.file(".terraform/modules/modules.json") else {
                return BTreeMap::new();
            };
            let Ok(manifest) = raw::parse(artifact.text()) else {
                return BTreeMap::new();
            };
            let modules = manifest.get("Modules").map_or(&[][..], raw::Json::items);
            modules
                .iter()
                .filter_map(|module| {
                    let key = module.text("Key").filter(|key| !key.is_empty())?;
                    let folder = module.text("Dir")?;
                    // Only modules called by a path may lie outside the plan's folder.
                    let is_local = module
                        .text("Source")
                        .is_some_and(|source| source.starts_with('.'));
                    let path = join("", folder)?;
                    (is_local || !path.starts_with("..")).then(|| (key.to_owned(), path))
                })
                .collect()
        })
    }

    fn read(&self, path: &str) -> Folder {
        let mut folder = Folder::default();
        let names = self.access.names(path);
        let sources = names.iter().filter(|name| {
            FilePath::new(name)
                .extension()
                .is_some_and(|extension| extension == "tf")
        });
        for name in sources.take(FOLDER_LIMIT) {
            let file = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}/{name}")
            };
            let Some(artifact) = self.access.file(&file) else {
                continue;
            };
            let is_override = name == "override.tf" || name.ends_with("_override.tf");
            folder.add(artifact, is_override);
        }
        folder
    }
}

impl Folder {
    fn add(&mut self, artifact: Arc<Artifact>, is_override: bool) {
        let body = hcl::parse(artifact.text());
        for block in &body.blocks {
            if block.kind == "locals" {
                let held = block.body.iter().flat_map(|body| &body.attributes);
                for attribute in held {
                    self.locals
                        .insert(attribute.name.clone(), attribute.value.clone());
                }
            }
            if let Some(name) = declared(block) {
                self.blocks.entry(name).or_default().push(Found {
                    artifact: Arc::clone(&artifact),
                    block: block.clone(),
                    is_override,
                });
            }
        }
        self.files.push((artifact, body));
    }

    /// Returns the expression of a local.
    pub(super) fn local(&self, name: &str) -> Option<&Expression> {
        self.locals.get(name)
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

    /// Returns the block that declares a name and those that override it; `None` when none does, or several do:
    /// then the folder is no single module, and any place would be a guess.
    pub(super) fn find(&self, name: &Name) -> Option<(&Found, Vec<&Found>)> {
        let found = self.blocks.get(name)?;
        let mut bases = found.iter().filter(|found| !found.is_override);
        let base = bases.next()?;
        if bases.next().is_some() {
            return None;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_text_and_never_absolute() {
        assert_eq!(join("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(join("", "../m").as_deref(), Some("../m"));
        assert_eq!(join("../m", "../n").as_deref(), Some("../n"));
        assert_eq!(join("a", "/etc"), None);
        assert_eq!(join("a", "C:\\x"), None);
    }
}
