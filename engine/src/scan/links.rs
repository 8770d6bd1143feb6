//! The templates of a scan as they reach one another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use serde_json::Value as Json;

use super::constructs::MAX_MANIFEST;
use super::shown::canonical;
use super::stacks::{MAX_DEPTH, MAX_TEMPLATE};
use crate::artifact::{self, Artifact, Candidate, decode};
use crate::document;
use crate::format::cloudformation::{
    self, Access, Export, Interface, Outputs, Passed, Surroundings,
};
use crate::format::sources::DiskSources;
use crate::format::{Options, Wanted, sniff};
use crate::resource::Format;

/// With so many sets of parameters a template is judged; more tell nobody more.
pub(super) const MAX_SETS: usize = 32;

/// Outputs that are remembered of one template, by the parameters passed.
type Remembered = BTreeMap<String, Option<Arc<Outputs>>>;

/// The templates that export a name, each with the values that it gives it.
type Exporters = BTreeMap<Arc<str>, Vec<Export>>;

/// The files of assets by their hashes.
type Assets = BTreeMap<String, String>;

/// Reaches the templates of a scan. Of a template it keeps outputs and exports only.
#[derive(Debug)]
pub(super) struct Links {
    this: Weak<Self>,
    paths: BTreeMap<Arc<str>, PathBuf>,
    options: Options,
    /// Whether a file is a template, of those that were asked for.
    /// The files of the assets of a CDK app by their hashes, by folder.
    assets: Mutex<BTreeMap<String, Arc<Assets>>>,
    templates: Mutex<BTreeMap<Arc<str>, bool>>,
    outputs: Mutex<BTreeMap<Arc<str>, Remembered>>,
    exports: Mutex<BTreeMap<Arc<str>, Exporters>>,
}

impl Links {
    pub(super) fn new(candidates: &[Candidate], options: &Options) -> Arc<Self> {
        let paths = candidates
            .iter()
            .map(|candidate| (candidate.uri.as_str().into(), candidate.path.clone()));
        Arc::new_cyclic(|this| Self {
            this: Weak::clone(this),
            paths: paths.collect(),
            options: Options {
                wanted: Wanted::All,
                parameters: options.parameters.clone(),
                by_template: Arc::clone(&options.by_template),
                strict_parameters: options.strict_parameters,
                ..Options::default()
            },
            assets: Mutex::default(),
            templates: Mutex::default(),
            outputs: Mutex::default(),
            exports: Mutex::default(),
        })
    }

    /// Returns itself as what templates ask.
    pub(super) fn access(&self) -> Option<Arc<dyn Access>> {
        self.this.upgrade().map(|this| this as Arc<dyn Access>)
    }

    /// Returns what a template shows to others, called with these parameters by the last of `above`.
    pub(super) fn interface(
        &self,
        uri: &Arc<str>,
        passed: Option<&Arc<Passed>>,
        above: &[Arc<str>],
    ) -> Option<(Arc<Artifact>, Interface)> {
        let artifact = self.read(uri)?;
        let (document, errors) = document::parse(artifact.text());
        if !errors.is_empty() {
            return None;
        }
        let own = self.options.of_template(uri);
        let options = Options {
            surroundings: Surroundings {
                access: self.access(),
                uri: Arc::clone(uri),
                passed: passed.cloned(),
                above: above.to_vec(),
            },
            ..own.unwrap_or_else(|| self.options.clone())
        };
        let files = DiskSources::beside(self.paths.get(uri)?, uri);
        let interface = cloudformation::interface(&document, &artifact, &options, &files);
        Some((artifact, interface))
    }

    /// Adds what a template exports.
    pub(super) fn add_exports(&self, uri: &Arc<str>, exports: &[(Arc<str>, Export)]) {
        let mut known = lock(&self.exports);
        for (name, export) in exports {
            let exporters = known.entry(Arc::clone(name)).or_default();
            let values = exporters.entry(Arc::clone(uri)).or_default();
            if !values.contains(export) {
                values.push(export.clone());
            }
        }
    }

    /// Reads a template; `None` when the file is none or cannot be read. That is said when it is judged.
    fn read(&self, uri: &str) -> Option<Arc<Artifact>> {
        let path = self.paths.get(uri)?;
        let bytes = artifact::read_found(path, MAX_TEMPLATE).ok()?;
        let (text, encoding) = decode(bytes).ok()?;
        let is_template = sniff::sniff(uri, &text) == Some(Format::CloudFormation);
        is_template.then(|| Arc::new(Artifact::new(uri, text, encoding)))
    }

    /// Remembers the outputs of a call that the survey has read; `passed` is the canonical text of its parameters.
    pub(super) fn remember(&self, template: &Arc<str>, passed: &str, outputs: Outputs) {
        let mut known = lock(&self.outputs);
        let sets = known.entry(Arc::clone(template)).or_default();
        if sets.len() < MAX_SETS {
            sets.insert(passed.to_owned(), Some(Arc::new(outputs)));
        }
    }

    /// Returns the assets that the manifests of a folder list.
    fn assets(&self, folder: &str) -> Arc<Assets> {
        if let Some(known) = lock(&self.assets).get(folder) {
            return Arc::clone(known);
        }
        let mut assets = Assets::new();
        for (_, path) in self
            .paths
            .iter()
            .filter(|(uri, _)| uri.ends_with(".assets.json") && folder_of(uri) == folder)
        {
            let manifest = artifact::read_found(path, MAX_MANIFEST).unwrap_or_default();
            let manifest: Json = serde_json::from_slice(&manifest).unwrap_or_default();
            let files = manifest.get("files").and_then(Json::as_object);
            for (hash, file) in files.into_iter().flatten() {
                let path = file.pointer("/source/path").and_then(Json::as_str);
                assets.extend(path.map(|path| (hash.clone(), path.to_owned())));
            }
        }
        let assets = Arc::new(assets);
        lock(&self.assets).insert(folder.to_owned(), Arc::clone(&assets));
        assets
    }

    fn is_template(&self, uri: &Arc<str>) -> bool {
        if let Some(known) = lock(&self.templates).get(uri) {
            return *known;
        }
        let is_template = self.read(uri).is_some();
        lock(&self.templates).insert(Arc::clone(uri), is_template);
        is_template
    }

    fn find(&self, parent: &str, location: &str) -> Option<Arc<str>> {
        let path = location.strip_prefix("file://").unwrap_or(location);
        if path.contains("://") {
            return None;
        }
        if path.starts_with('/') {
            let absolute = Path::new(path);
            let mut paths = self.paths.iter();
            return paths
                .find(|(_, path)| path.as_path() == absolute)
                .map(|(uri, _)| Arc::clone(uri));
        }
        let uri = joined(parent, path)?;
        let (uri, _) = self.paths.get_key_value(uri.as_str())?;
        Some(Arc::clone(uri))
    }
}

impl Access for Links {
    fn template(&self, parent: &str, location: &str) -> Option<Arc<str>> {
        self.find(parent, location)
            .filter(|uri| self.is_template(uri))
    }

    fn asset(&self, parent: &str, hash: &str) -> Option<Arc<str>> {
        let assets = self.assets(folder_of(parent));
        self.template(parent, assets.get(hash)?)
    }

    fn outputs(
        &self,
        template: &Arc<str>,
        passed: &Arc<Passed>,
        above: &[Arc<str>],
    ) -> Option<Arc<Outputs>> {
        if above.contains(template) || above.len() > MAX_DEPTH {
            return None;
        }
        let key = canonical(passed);
        {
            let mut known = lock(&self.outputs);
            let sets = known.entry(Arc::clone(template)).or_default();
            if let Some(outputs) = sets.get(&key) {
                return outputs.clone();
            }
            if sets.len() >= MAX_SETS {
                return None;
            }
        }
        let interface = self.interface(template, Some(passed), above);
        let outputs = interface.map(|(_, interface)| Arc::new(interface.outputs));
        let mut known = lock(&self.outputs);
        let sets = known.entry(Arc::clone(template)).or_default();
        sets.insert(key, outputs.clone());
        outputs
    }

    fn export(&self, name: &str) -> Option<Export> {
        let known = lock(&self.exports);
        let exporters = known.get(name)?;
        let uris: BTreeSet<_> = exporters.keys().map(|uri| format!("'{uri}'")).collect();
        if uris.len() > 1 {
            let uris: Vec<_> = uris.into_iter().collect();
            let why = format!("is exported by {}", uris.join(" and "));
            return Some(Export::Open(why.into()));
        }
        let (uri, values) = exporters.first_key_value()?;
        if let [one] = values.as_slice() {
            return Some(one.clone());
        }
        let why = format!("has several values, since '{uri}' is called several times");
        Some(Export::Open(why.into()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn folder_of(uri: &str) -> &str {
    uri.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns the URI that a relative path leads to from a file; `None` above the root.
fn joined(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder_of(from)
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_path_starts_at_the_folder_of_the_template_that_names_it() {
        assert_eq!(joined("a/b.yaml", "./c.yaml").as_deref(), Some("a/c.yaml"));
        assert_eq!(joined("a/b.yaml", "../c.yaml").as_deref(), Some("c.yaml"));
        assert_eq!(joined("b.yaml", "x/c.yaml").as_deref(), Some("x/c.yaml"));
        assert_eq!(joined("b.yaml", "../c.yaml"), None);
    }
}
