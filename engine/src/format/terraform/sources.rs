//! The files behind a plan: module folders and tfvars files.
//!
//! Paths come from untrusted files: they are joined and normalised as text, never absolute, and leave the plan's
//! folder only for modules that the configuration calls by `../`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path as FilePath;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use super::folder::{Folder, is_json, is_override};
use crate::artifact::Artifact;
use crate::document::hcl::{self, Body};
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
        (!folder.is_empty()).then_some(folder)
    }

    /// Returns the files of the root module and of the modules that it calls by their path. What was fetched from
    /// elsewhere is not among them.
    pub(super) fn own_files(&self) -> Vec<Arc<Artifact>> {
        let modules = std::iter::once("").chain(self.calls.keys().map(String::as_str));
        let paths = modules.filter_map(|module| self.path(module, 0));
        let own: BTreeSet<String> = paths.filter(|path| !path.starts_with(INSTALLED)).collect();
        own.iter()
            .flat_map(|path| self.folder_at(path).files().to_vec())
            .collect()
    }

    /// Tells whether any module of the plan has a folder.
    pub(super) fn any(&self) -> bool {
        let root = std::iter::once("");
        let called = self.calls.keys().map(String::as_str);
        let installed = self.installed().keys().map(String::as_str);
        let mut modules = root.chain(called).chain(installed);
        modules.any(|module| self.folder(module).is_some())
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
        let mut folder = Folder::default();
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

fn is_source(name: &str) -> bool {
    extension(name) == Some("tf") || name.ends_with(".tf.json")
}

fn extension(name: &str) -> Option<&str> {
    FilePath::new(name).extension()?.to_str()
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
