//! Which files to look at.

use std::path::PathBuf;

/// What to walk and what to leave out.
#[derive(Debug, Clone, Default)]
pub struct DiscoveryOptions {
    /// Files and folders named on the command line.
    pub paths: Vec<PathBuf>,
    /// Globs of paths to leave out, relative to the root, in the syntax of .gitignore.
    pub exclude: Vec<String>,
}

/// A file that may be ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Where to read it.
    pub path: PathBuf,
    /// Its name in reports: relative to the root, forward slashes.
    pub uri: String,
    /// Whether the user named the file itself: it is scanned whatever its name.
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
    pub terraform_sources: usize,
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
pub fn discover(_options: &DiscoveryOptions) -> Discovery {
    Discovery::default()
}
