//! What .gitignore files and exclude globs leave out.

use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{DiscoverError, Globs};

/// Why files are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeftOut {
    /// A .gitignore file says so.
    Ignored,
    /// An exclude glob says so.
    Excluded,
}

/// The rules that hold in a folder and below, the nearest last.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// Each with the depth of its folder below the start of the walk; 0 for those above it.
    ignores: Vec<(usize, Gitignore)>,
}

impl Rules {
    /// Reads the rules that hold in `start` because of the folders above it, up to the root of its repository.
    pub(super) fn above(start: &Path) -> Self {
        let mut rules = Self::default();
        let Some(root) = start.ancestors().find(|path| path.join(".git").exists()) else {
            return rules;
        };
        rules.add(0, root, &root.join(".git/info/exclude"));
        let mut between: Vec<PathBuf> = start
            .ancestors()
            .skip(1)
            .take_while(|path| path.starts_with(root))
            .map(Path::to_path_buf)
            .collect();
        between.reverse();
        for folder in between {
            rules.add(0, &folder, &folder.join(".gitignore"));
        }
        rules
    }

    /// Enters a folder at this depth: forgets what held in its siblings, reads its own rules.
    pub(super) fn enter(&mut self, depth: usize, folder: &Path) {
        self.ignores.retain(|(of, _)| *of < depth || *of == 0);
        self.add(depth, folder, &folder.join(".gitignore"));
    }

    /// Forgets the rules of folders that do not hold an entry at this depth.
    pub(super) fn leave_to(&mut self, depth: usize) {
        while self.ignores.last().is_some_and(|(of, _)| *of > depth) {
            self.ignores.pop();
        }
    }

    /// Tells whether the nearest rule that speaks of the path leaves it out.
    pub(super) fn ignore(&self, path: &Path, is_folder: bool) -> bool {
        self.ignores
            .iter()
            .rev()
            .find_map(|(_, rules)| match rules.matched(path, is_folder) {
                Match::None => None,
                Match::Ignore(_) => Some(true),
                Match::Whitelist(_) => Some(false),
            })
            .unwrap_or(false)
    }

    /// Reads a file of rules; lines that are no globs are skipped, as git does.
    fn add(&mut self, depth: usize, folder: &Path, file: &Path) {
        if !file.is_file() {
            return;
        }
        let mut builder = GitignoreBuilder::new(folder);
        let _ = builder.add(file);
        if let Ok(rules) = builder.build()
            && !rules.is_empty()
        {
            self.ignores.push((depth, rules));
        }
    }
}

/// The globs that leave paths out of a scan.
#[derive(Debug)]
pub(super) struct Excludes(Vec<Globs>);

impl Excludes {
    /// Reads globs that are relative to the root of the scan, beside those that were read before; what is no glob is an
    /// error.
    pub(super) fn new(
        root: &Path,
        globs: &[String],
        read: &[Globs],
        errors: &mut Vec<DiscoverError>,
    ) -> Self {
        let is_valid = |glob: &&str| match Globs::new(root, [*glob]) {
            Ok(_) => true,
            Err(error) => {
                errors.push(DiscoverError {
                    uri: error.glob,
                    message: "not a valid exclude glob".to_owned(),
                });
                false
            }
        };
        let valid: Vec<&str> = globs.iter().map(String::as_str).filter(is_valid).collect();
        let mut all = read.to_vec();
        all.extend(Globs::new(root, valid));
        Self(all)
    }

    /// Tells whether a glob leaves out the path or a folder that holds it.
    pub(super) fn exclude(&self, path: &Path, is_folder: bool) -> bool {
        self.0.iter().any(|globs| globs.matches(path, is_folder))
    }
}
