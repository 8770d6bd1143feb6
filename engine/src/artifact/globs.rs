//! Globs that a user writes down, relative to a folder, in the syntax of .gitignore.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Globs and the folder that they are relative to.
#[derive(Debug, Clone)]
pub struct Globs {
    root: PathBuf,
    globs: Gitignore,
}

/// A text that is no glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{glob}' is not a valid glob")]
pub struct GlobError {
    /// The text.
    pub glob: String,
}

impl Globs {
    /// Reads globs. `root` is a resolved path: no link leads through it.
    ///
    /// # Errors
    /// The first text that is no glob.
    pub fn new<'g>(
        root: &Path,
        globs: impl IntoIterator<Item = &'g str>,
    ) -> Result<Self, GlobError> {
        let mut builder = GitignoreBuilder::new(root);
        for glob in globs {
            builder.add_line(None, glob).map_err(|_| GlobError {
                glob: glob.to_owned(),
            })?;
        }
        Ok(Self {
            root: root.to_path_buf(),
            globs: builder.build().unwrap_or_else(|_| Gitignore::empty()),
        })
    }

    /// Tells whether a glob names a resolved path, or a folder that holds it.
    pub fn matches(&self, path: &Path, is_folder: bool) -> bool {
        let Ok(relative) = path.strip_prefix(&self.root) else {
            return false;
        };
        !relative.has_root()
            && self
                .globs
                .matched_path_or_any_parents(relative, is_folder)
                .is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_names_paths_below_its_root_only() {
        let globs = Globs::new(Path::new("/r"), ["stacks/*.yaml", "!stacks/dev.yaml"]).unwrap();
        let matches = |path| globs.matches(Path::new(path), false);
        assert!(matches("/r/stacks/prod.yaml"));
        assert!(!matches("/r/stacks/dev.yaml"));
        assert!(!matches("/r/prod.yaml"));
        assert!(!matches("/elsewhere/stacks/prod.yaml"));
    }

    #[test]
    fn what_is_no_glob_is_named() {
        let error = Globs::new(Path::new("/r"), ["a", "b/[z-a]"]).unwrap_err();
        assert_eq!(error.to_string(), "'b/[z-a]' is not a valid glob");
    }
}
