//! Which files to look at.
//!
//! Folders are walked by their resolved paths, so every file is seen once whatever links lead to it. URIs are
//! relative to the current directory when all given paths lie in it, else to the deepest folder that holds them
//! all; they have forward slashes and no leading `./`, and are not percent-encoded.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fs;
use std::path::{Component, Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::ignored::{Excludes, LeftOut, Rules};
use super::{Globs, NOT_ORDINARY, reason};

/// What to walk and what to leave out.
#[derive(Debug, Clone, Default)]
pub struct DiscoveryOptions {
    /// Files and folders named on the command line; the current directory when there are none.
    pub paths: Vec<PathBuf>,
    /// Globs of paths to leave out, relative to the root, in the syntax of .gitignore. Files named on the command line
    /// are left out by them too: that is how hooks name files.
    pub exclude: Vec<String>,
    /// Globs that are relative to other folders, which leave paths out too.
    pub leave_out: Vec<Globs>,
    /// Whether links are followed that lead out of the root: whoever writes a link can then show any file of the machine.
    pub follow_links: bool,
}

/// A file that may be ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Where to read it.
    pub path: PathBuf,
    /// Its name in reports: relative to the root, forward slashes.
    pub uri: String,
    /// Whether the user named the file itself: it is scanned whatever its name. Also set for files of a
    /// `.github/workflows` folder whose URI does not show that they lie in one.
    pub named: bool,
}

/// What discovery found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Files to look at, sorted by URI, each once.
    pub candidates: Vec<Candidate>,
    /// Candidates left out by .gitignore.
    pub ignored: usize,
    /// Candidates left out by an exclude glob.
    pub excluded: usize,
    /// Terraform source files seen: they are judged through a plan.
    pub terraform_sources: Vec<String>,
    /// Links to folders and candidates out of the root, which were not followed, as reports name them; sorted.
    pub outside: Vec<String>,
    /// Folders and files that could not be read.
    pub errors: Vec<DiscoverError>,
}

/// A path that could not be walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoverError {
    /// The path as reports name it.
    pub uri: String,
    /// What the system said: lower case, no period.
    pub message: String,
}

/// Walks the paths.
///
/// Hidden folders other than `.github` are skipped, and so are `node_modules` and `target` folders that hold a
/// `CACHEDIR.TAG`. .gitignore files and `.git/info/exclude` are honoured for what is not named itself.
pub fn discover(options: &DiscoveryOptions) -> Discovery {
    let here = PathBuf::from(".");
    let given = match options.paths.as_slice() {
        [] => std::slice::from_ref(&here),
        paths => paths,
    };
    let mut found = Discovery::default();
    let mut starts = Vec::new();
    for path in given {
        match resolve(path) {
            Ok(resolved) => starts.push(resolved),
            Err(error) => found.errors.push(DiscoverError {
                uri: slashes(path),
                message: reason(&error),
            }),
        }
    }
    let root = root_of(&starts);
    let excludes = Excludes::new(
        &root,
        &options.exclude,
        &options.leave_out,
        &mut found.errors,
    );
    let mut walk = Walk {
        root,
        excludes,
        follow_links: options.follow_links,
        found,
        files: BTreeMap::new(),
        folders: HashSet::new(),
        left_out: BTreeMap::new(),
        sources: HashSet::new(),
        links: VecDeque::new(),
    };
    walk.starts(&starts);
    walk.finish()
}

/// Resolves the links of a path. What has no path, such as a pipe, stays as it is.
fn resolve(path: &Path) -> std::io::Result<PathBuf> {
    let metadata = fs::metadata(path)?;
    match fs::canonicalize(path) {
        Err(_) if !metadata.is_dir() => Ok(path.to_path_buf()),
        resolved => resolved,
    }
}

/// Returns the folder that URIs are relative to.
fn root_of(starts: &[PathBuf]) -> PathBuf {
    let here = fs::canonicalize(".").unwrap_or_default();
    if starts.iter().all(|start| start.starts_with(&here)) {
        return here;
    }
    let mut folders = starts.iter().map(|start| match start.parent() {
        Some(parent) if !start.is_dir() => parent,
        _ => start,
    });
    let first = folders.next().unwrap_or(&here).to_path_buf();
    folders.fold(first, |mut common, folder| {
        while !folder.starts_with(&common) && common.pop() {}
        common
    })
}

/// A walk over the given paths.
struct Walk {
    root: PathBuf,
    excludes: Excludes,
    follow_links: bool,
    found: Discovery,
    /// Candidates by resolved path, so that each file is one.
    files: BTreeMap<PathBuf, Candidate>,
    /// Folders that were walked, by resolved path.
    folders: HashSet<PathBuf>,
    /// Candidates that were left out, by resolved path.
    left_out: BTreeMap<PathBuf, LeftOut>,
    /// Terraform sources, by resolved path.
    sources: HashSet<PathBuf>,
    /// Links to folders: where they lead and what they are called.
    links: VecDeque<(PathBuf, String)>,
}

impl Walk {
    fn starts(&mut self, starts: &[PathBuf]) {
        for start in starts.iter().filter(|start| !start.is_dir()) {
            self.named(start);
        }
        for start in starts.iter().filter(|start| start.is_dir()) {
            let uri = self.uri(start);
            self.folder(start, &uri);
        }
        // Links are followed after all else: what they lead to has its own name if it lies in a walked folder.
        while let Some((folder, uri)) = self.links.pop_front() {
            self.folder(&folder, &uri);
        }
    }

    fn named(&mut self, path: &Path) {
        if self.excludes.exclude(path, false) {
            self.leave_out(path, LeftOut::Excluded);
            return;
        }
        let candidate = Candidate {
            path: path.to_path_buf(),
            uri: self.uri(path),
            named: true,
        };
        self.files.insert(path.to_path_buf(), candidate);
    }

    /// Walks a folder that reports call `uri`.
    fn folder(&mut self, start: &Path, uri: &str) {
        if self.folders.contains(start) {
            return;
        }
        let mut rules = Rules::above(start);
        // How each folder on the way to the current entry is left out, by depth.
        let mut states: Vec<Option<LeftOut>> = Vec::new();
        let mut entries = WalkDir::new(start).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.error(start, uri, &error);
                    continue;
                }
            };
            let depth = entry.depth();
            states.truncate(depth);
            let is_folder = entry.file_type().is_dir();
            if depth > 0 && is_skipped(&entry) {
                if is_folder {
                    entries.skip_current_dir();
                }
                continue;
            }
            rules.leave_to(depth.saturating_sub(1));
            let inherited = states.last().copied().flatten();
            let state = inherited.or_else(|| self.judge(&rules, &entry));
            if !is_folder {
                self.file(&entry, &child_uri(uri, start, entry.path()), state);
                continue;
            }
            if state.is_none() && !self.folders.insert(entry.path().to_path_buf()) {
                entries.skip_current_dir();
                continue;
            }
            if state.is_none() {
                rules.enter(depth, entry.path());
            }
            states.push(state);
        }
    }

    /// Tells whether an entry is left out by itself.
    fn judge(&self, rules: &Rules, entry: &DirEntry) -> Option<LeftOut> {
        let is_folder = entry.file_type().is_dir();
        if self.excludes.exclude(entry.path(), is_folder) {
            Some(LeftOut::Excluded)
        } else if entry.depth() > 0 && rules.ignore(entry.path(), is_folder) {
            Some(LeftOut::Ignored)
        } else {
            None
        }
    }

    fn file(&mut self, entry: &DirEntry, uri: &str, state: Option<LeftOut>) {
        let path = entry.path();
        let kind = kind_of(path);
        if entry.path_is_symlink() {
            self.link(path, uri, kind, state);
            return;
        }
        if entry.file_type().is_file() {
            self.add(path, uri, kind, state);
        } else if kind == FileKind::Candidate && state.is_none() {
            self.unreadable(uri, NOT_ORDINARY.to_owned());
        }
    }

    fn unreadable(&mut self, uri: &str, message: String) {
        self.found.errors.push(DiscoverError {
            uri: uri.to_owned(),
            message,
        });
    }

    fn add(&mut self, path: &Path, uri: &str, kind: FileKind, state: Option<LeftOut>) {
        match (kind, state) {
            (FileKind::TerraformSource, None) => {
                self.sources.insert(path.to_path_buf());
            }
            (FileKind::TerraformSource, Some(_)) | (FileKind::Other, _) => {}
            (FileKind::Candidate, Some(reason)) => self.leave_out(path, reason),
            (FileKind::Candidate, None) => {
                let named = lies_in_workflows(path) && !lies_in_workflows(Path::new(uri));
                self.files
                    .entry(path.to_path_buf())
                    .or_insert_with(|| Candidate {
                        path: path.to_path_buf(),
                        uri: uri.to_owned(),
                        named,
                    });
            }
        }
    }

    /// Follows a link once.
    fn link(&mut self, path: &Path, uri: &str, kind: FileKind, state: Option<LeftOut>) {
        let target = match fs::canonicalize(path) {
            Ok(target) => target,
            Err(error) if kind == FileKind::Candidate && state.is_none() => {
                self.unreadable(uri, reason(&error));
                return;
            }
            Err(_) => return,
        };
        if !self.follow_links && !target.starts_with(&self.root) && !path.starts_with(&target) {
            if state.is_none() && (kind == FileKind::Candidate || target.is_dir()) {
                self.found.outside.push(uri.to_owned());
            }
            return;
        }
        // Reports name the file itself where they can: a code host shows nothing at a link.
        let uri = if target.starts_with(&self.root) {
            self.uri(&target)
        } else {
            uri.to_owned()
        };
        if target.is_file() {
            self.add(&target, &uri, kind, state);
        } else if state.is_none() && target.is_dir() && !path.starts_with(&target) {
            self.links.push_back((target, uri));
        } else if kind == FileKind::Candidate && state.is_none() && !target.is_dir() {
            self.unreadable(&uri, NOT_ORDINARY.to_owned());
        }
    }

    fn leave_out(&mut self, path: &Path, reason: LeftOut) {
        self.left_out.insert(path.to_path_buf(), reason);
    }

    fn error(&mut self, start: &Path, uri: &str, error: &walkdir::Error) {
        let path = error.path().unwrap_or(start);
        let message = error
            .io_error()
            .map_or_else(|| "cannot be walked".to_owned(), reason);
        self.found.errors.push(DiscoverError {
            uri: child_uri(uri, start, path),
            message,
        });
    }

    /// Returns the name of a resolved path in reports.
    fn uri(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        if relative.as_os_str().is_empty() {
            return ".".to_owned();
        }
        slashes(relative)
    }

    fn finish(mut self) -> Discovery {
        self.found.terraform_sources = self.sources.iter().map(|path| self.uri(path)).collect();
        self.found.terraform_sources.sort_unstable();
        // What one start leaves out another may name.
        for (path, reason) in &self.left_out {
            match reason {
                _ if self.files.contains_key(path) => {}
                LeftOut::Ignored => self.found.ignored += 1,
                LeftOut::Excluded => self.found.excluded += 1,
            }
        }
        self.found.candidates = self.files.into_values().collect();
        self.found
            .candidates
            .sort_by(|a, b| (&a.uri, &a.path).cmp(&(&b.uri, &b.path)));
        self.found
            .errors
            .sort_by(|a, b| (&a.uri, &a.message).cmp(&(&b.uri, &b.message)));
        self.found.errors.dedup();
        self.found.outside.sort_unstable();
        self.found
    }
}

/// Returns the name of what lies in a folder that reports call `uri`.
fn child_uri(uri: &str, folder: &Path, path: &Path) -> String {
    let relative = slashes(path.strip_prefix(folder).unwrap_or(path));
    match (uri, relative.as_str()) {
        (_, "") => uri.to_owned(),
        (".", _) => relative,
        _ => format!("{uri}/{relative}"),
    }
}

/// Writes a path with forward slashes and without `./`; what is not Unicode shows as U+FFFD.
fn slashes(path: &Path) -> String {
    let mut text = String::new();
    for component in path.components() {
        match component {
            Component::CurDir => continue,
            Component::RootDir => {
                text.push('/');
                continue;
            }
            Component::Prefix(_) | Component::ParentDir | Component::Normal(_) => {}
        }
        if !text.is_empty() && !text.ends_with('/') {
            text.push('/');
        }
        text.push_str(&component.as_os_str().to_string_lossy());
    }
    text
}

/// What the name of a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Candidate,
    TerraformSource,
    Other,
}

fn kind_of(path: &Path) -> FileKind {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    // The lock files of an editor are links to nowhere.
    if name.starts_with(".#") {
        return FileKind::Other;
    }
    let ends = |ending: &[&str]| ending.iter().any(|ending| name.ends_with(ending));
    if ends(&[".tf", ".tf.json"]) {
        FileKind::TerraformSource
    } else if ends(&[".yaml", ".yml", ".json", ".template"]) {
        FileKind::Candidate
    } else {
        FileKind::Other
    }
}

/// Tells whether an entry is a folder, or a link to one, that holds nothing that people wrote for us.
fn is_skipped(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let skipped = match &*name {
        ".github" => false,
        "node_modules" => true,
        "target" => entry.path().join("CACHEDIR.TAG").is_file(),
        name => name.starts_with('.'),
    };
    skipped && entry.path().is_dir()
}

/// Tells whether a file lies directly in `.github/workflows`.
fn lies_in_workflows(path: &Path) -> bool {
    path.parent()
        .is_some_and(|folder| folder.ends_with(".github/workflows"))
}

#[cfg(test)]
#[path = "discover_tests.rs"]
mod tests;
