//! The files beside an artifact: what a plan or a template takes in from its own folder.
//!
//! Paths come from untrusted files: they are joined and normalised as text and are never absolute.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use crate::artifact::{self, Artifact};

/// The most bytes of one source file that are read.
const FILE_LIMIT: u64 = 8 << 20;

/// Reads files by their path from the folder of the artifact, with forward slashes; `../` leads out of it.
pub trait SourceAccess: Send + Sync + fmt::Debug {
    /// Returns the names of the files in a folder, sorted; `""` is the folder of the artifact.
    fn names(&self, folder: &str) -> Vec<String>;
    /// Returns a file.
    fn file(&self, path: &str) -> Option<Arc<Artifact>>;
}

/// No sources.
#[derive(Debug, Clone, Copy)]
pub struct NoSources;

impl SourceAccess for NoSources {
    fn names(&self, _folder: &str) -> Vec<String> {
        Vec::new()
    }

    fn file(&self, _path: &str) -> Option<Arc<Artifact>> {
        None
    }
}

/// The files beside a plan or template on disk.
#[derive(Debug, Clone)]
pub struct DiskSources {
    folder: PathBuf,
    uri: String,
    /// The root of the scan as far as the name of the artifact tells it: what links may lead to.
    root: PathBuf,
}

impl DiskSources {
    /// Makes the sources of the artifact at `path`, which reports name `uri`.
    pub fn beside(path: &FilePath, uri: &str) -> Self {
        let folder = path.parent().map(FilePath::to_path_buf).unwrap_or_default();
        let uri = uri.rsplit_once('/').map_or("", |(folder, _)| folder);
        Self {
            root: here_if_empty(root(&folder, uri)),
            folder: here_if_empty(folder),
            uri: uri.to_owned(),
        }
    }

    /// Tells whether a file lies where its path says, or a link leads to it that stays inside the scan.
    fn is_inside(&self, path: &str) -> bool {
        let real = self.folder.join(path).canonicalize();
        let (Ok(real), Ok(mut named)) = (real, self.folder.canonicalize()) else {
            return false;
        };
        for part in path.split('/') {
            if part == ".." {
                named.pop();
            } else {
                named.push(part);
            }
        }
        real == named
            || self
                .root
                .canonicalize()
                .is_ok_and(|root| real.starts_with(root))
    }
}

/// Returns the folder that an artifact's name is relative to; its own where the name does not tell.
fn root(folder: &FilePath, uri: &str) -> PathBuf {
    let parts: Vec<&str> = uri.split('/').filter(|part| !part.is_empty()).collect();
    let is_plain = !uri.starts_with('/') && !parts.contains(&"..") && folder.ends_with(uri);
    let depth = if is_plain { parts.len() } else { 0 };
    folder
        .ancestors()
        .nth(depth)
        .unwrap_or(folder)
        .to_path_buf()
}

fn here_if_empty(folder: PathBuf) -> PathBuf {
    if folder.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        folder
    }
}

impl SourceAccess for DiskSources {
    fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.folder.join(folder)) else {
            return Vec::new();
        };
        let mut names: Vec<_> = entries
            .filter_map(Result::ok)
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }

    fn file(&self, path: &str) -> Option<Arc<Artifact>> {
        let place = self.folder.join(path);
        let metadata = std::fs::metadata(&place).ok()?;
        if !metadata.is_file() || metadata.len() > FILE_LIMIT || !self.is_inside(path) {
            return None;
        }
        let (text, encoding) = artifact::decode(std::fs::read(&place).ok()?).ok()?;
        let uri = join(&self.uri, path)?;
        Some(Arc::new(Artifact::new(uri, text, encoding)))
    }
}

/// Sources in memory, by path from the artifact's folder.
#[derive(Debug, Clone, Default)]
pub struct MemorySources(pub BTreeMap<String, String>);

impl SourceAccess for MemorySources {
    fn names(&self, folder: &str) -> Vec<String> {
        let split = |path: &'_ str| {
            path.rsplit_once('/')
                .map_or((String::new(), path.to_owned()), |(folder, name)| {
                    (folder.to_owned(), name.to_owned())
                })
        };
        self.0
            .keys()
            .map(|path| split(path))
            .filter(|(parent, _)| parent == folder)
            .map(|(_, name)| name)
            .collect()
    }

    fn file(&self, path: &str) -> Option<Arc<Artifact>> {
        let text = self.0.get(path)?;
        Some(Arc::new(Artifact::new(
            path,
            text.clone(),
            artifact::Encoding::Utf8,
        )))
    }
}

/// Joins a relative path to a folder and normalises it; `None` for an absolute one.
pub(in crate::format) fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') || path.contains(':') || path.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}
