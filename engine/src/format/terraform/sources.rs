//! The `.tf` files behind a plan: module folders, their blocks and locals.
//!
//! Paths come from untrusted files: they are joined and normalised as text, never absolute, and leave the plan's
//! folder only for modules that the configuration calls by `../`.

use std::collections::BTreeMap;
use std::path::Path as FilePath;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use super::address;
use crate::artifact::{Artifact, Span};
use crate::document::hcl::{self, Attribute, Block, Body, Expression};
use crate::document::raw;
use crate::format::sources::{SourceAccess, join};

/// The most source files of one folder that are read.
const FOLDER_LIMIT: usize = 2_000;

/// The most bytes of source files that are read for one plan.
const BYTE_LIMIT: usize = 64 << 20;
/// How deep modules are nested that have folders.
const DEPTH: usize = 64;
/// Where `terraform init` puts modules that are not local.
const INSTALLED: &str = ".terraform/modules/";

/// The module folders of a plan, read when they are first asked for.
#[derive(Debug)]
pub(super) struct Sources {
    access: Arc<dyn SourceAccess>,
    /// The `source` of each module call, by the path of the module it makes.
    calls: BTreeMap<String, String>,
    /// The folders that `terraform init` wrote down, by module path.
    installed: OnceLock<BTreeMap<String, String>>,
    folders: Mutex<BTreeMap<String, Arc<Folder>>>,
    /// The files that set variables of the root module, the weakest first.
    values: OnceLock<Vec<ValuesFile>>,
    /// How many bytes were read.
    read: AtomicUsize,
}

/// A tfvars file.
#[derive(Debug)]
pub(super) struct ValuesFile {
    /// The file.
    pub(super) artifact: Arc<Artifact>,
    /// Its attributes.
    pub(super) body: Body,
}

/// The sources of one module.
#[derive(Debug, Default)]
pub(super) struct Folder {
    blocks: BTreeMap<Name, Vec<Found>>,
    locals: BTreeMap<String, Local>,
    /// A name that two files declare, none of them an override.
    doubled: Option<Name>,
    is_empty: bool,
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

impl Sources {
    /// Makes the sources of a plan whose module calls have these sources.
    pub(super) fn new(access: Arc<dyn SourceAccess>, calls: BTreeMap<String, String>) -> Self {
        Self {
            access,
            calls,
            installed: OnceLock::new(),
            folders: Mutex::default(),
            values: OnceLock::new(),
            read: AtomicUsize::new(0),
        }
    }

    /// Returns the folder of a module path, or `None` when it is not known or holds no sources.
    pub(super) fn folder(&self, module: &str) -> Option<Arc<Folder>> {
        let path = self.path(module, 0)?;
        let folder = self.folder_at(&path);
        (!folder.is_empty).then_some(folder)
    }

    fn folder_at(&self, path: &str) -> Arc<Folder> {
        // A poisoned cache is still a cache: its entries are written whole.
        let mut folders = self
            .folders
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let folder = folders
            .entry(path.to_owned())
            .or_insert_with(|| Arc::new(self.read(path)));
        Arc::clone(folder)
    }

    /// Returns the text of a file of the plan's folder.
    pub(super) fn file(&self, path: &str) -> Option<Arc<Artifact>> {
        self.access.file(path)
    }

    /// Returns the files that set variables of the root module, in the order of Terraform's precedence, the strongest
    /// last. What is given with `-var` and `-var-file` is stronger than all of them, and in no file that is known.
    pub(super) fn values(&self) -> &[ValuesFile] {
        self.values.get_or_init(|| {
            let names = self.access.names("");
            let automatic = names.iter().map(String::as_str).filter(|name| {
                name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")
            });
            ["terraform.tfvars", "terraform.tfvars.json"]
                .into_iter()
                .filter(|name| names.iter().any(|other| other == name))
                .chain(automatic)
                .take(FOLDER_LIMIT)
                .filter_map(|name| {
                    let artifact = self.limited(name)?;
                    let body = if is_json(name) {
                        hcl::parse_values(artifact.text())
                    } else {
                        hcl::parse(artifact.text())
                    };
                    Some(ValuesFile { artifact, body })
                })
                .collect()
        })
    }

    /// Returns a file, as long as the limit of bytes is not reached.
    fn limited(&self, path: &str) -> Option<Arc<Artifact>> {
        if self.read.load(Ordering::Relaxed) > BYTE_LIMIT {
            return None;
        }
        let artifact = self.access.file(path)?;
        self.read
            .fetch_add(artifact.text().len(), Ordering::Relaxed);
        Some(artifact)
    }

    /// Returns the folder of a module path as text: of a module that is called by a path beside its caller, of any
    /// other one where `terraform init` put it.
    fn path(&self, module: &str, depth: usize) -> Option<String> {
        if module.is_empty() {
            return Some(String::new());
        }
        if depth > DEPTH {
            return None;
        }
        let (caller, name) = module.rsplit_once('.').unwrap_or(("", module));
        let above = self.path(caller, depth + 1)?;
        let source = match self.calls.get(module) {
            Some(source) => source.clone(),
            None => self.written_source(&above, name)?,
        };
        let is_local = source.starts_with("./")
            || source.starts_with("../")
            || source == "."
            || source == "..";
        if !is_local {
            return self.installed().get(module).cloned();
        }
        let path = join(&above, &source)?;
        // A module that was fetched cannot lead out of where it was put.
        let is_fetched = above.starts_with(INSTALLED);
        (!is_fetched || path.starts_with(INSTALLED)).then_some(path)
    }

    /// Returns the `source` that a module call has in the files, for plans that do not tell.
    fn written_source(&self, caller: &str, name: &str) -> Option<String> {
        let block = ("module".to_owned(), String::new(), name.to_owned());
        let body = self.folder_at(caller).body(&block)?;
        body.attribute("source")?.value.literal().map(str::to_owned)
    }

    /// Reads `.terraform/modules/modules.json`. It is believed only about what lies beside it.
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
                    // Windows writes its own separators.
                    let path = join("", &module.text("Dir")?.replace('\\', "/"))?;
                    path.starts_with(INSTALLED).then(|| (key.to_owned(), path))
                })
                .collect()
        })
    }

    fn read(&self, path: &str) -> Folder {
        let mut folder = Folder {
            is_empty: true,
            ..Folder::default()
        };
        let mut names = self.access.names(path);
        names.retain(|name| is_source(name));
        names.truncate(FOLDER_LIMIT);
        // What overrides comes after what it overrides.
        names.sort_by_key(|name| is_override(name));
        for name in names {
            let file = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}/{name}")
            };
            if let Some(artifact) = self.limited(&file) {
                folder.add(&artifact, &name);
            }
        }
        folder
    }
}

fn is_json(name: &str) -> bool {
    extension(name) == Some("json")
}

fn is_source(name: &str) -> bool {
    extension(name) == Some("tf") || name.ends_with(".tf.json")
}

fn extension(name: &str) -> Option<&str> {
    FilePath::new(name).extension()?.to_str()
}

fn is_override(name: &str) -> bool {
    let stem = name.strip_suffix(".json").unwrap_or(name);
    stem == "override.tf" || stem.ends_with("_override.tf")
}

impl Folder {
    fn add(&mut self, artifact: &Arc<Artifact>, file: &str) {
        let is_override = is_override(file);
        let body = if is_json(file) {
            hcl::parse_json(artifact.text())
        } else {
            hcl::parse(artifact.text())
        };
        for block in body.blocks {
            if let Some(name) = declared(&block) {
                let found = self.blocks.entry(name.clone()).or_default();
                if !is_override && found.iter().any(|found| !found.is_override) {
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
        self.is_empty = false;
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
