//! `--changed-only`: the files that a commit touches.
//!
//! Given by name, as hooks do, or asked from git: what differs from the last commit, staged or not, and what is new.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::exit::CommandError;

/// Files that changed and the folder in which everything is scanned that they may join with.
#[derive(Debug)]
pub(crate) struct Changes {
    /// The root of the repository, else the current folder.
    pub(crate) root: PathBuf,
    /// The names that reports give the files.
    pub(crate) uris: BTreeSet<String>,
    /// Whether a file is gone: no finding can name it, so what that breaks may be anywhere.
    pub(crate) is_gone: bool,
}

impl Changes {
    /// Returns the changes: the files among `paths`, or what git tells of the repository where no file is named.
    ///
    /// # Errors
    /// When git must be asked and cannot be, or no repository is there.
    pub(crate) fn of(paths: &[PathBuf]) -> Result<Self, CommandError> {
        let here = std::env::current_dir()
            .and_then(|folder| folder.canonicalize())
            .map_err(|error| {
                CommandError::usage(format!("cannot find the current folder: {error}"))
            })?;
        let named: Vec<PathBuf> = paths
            .iter()
            .filter(|path| !path.is_dir())
            .cloned()
            .collect();
        let start = paths
            .iter()
            .find(|path| path.is_dir())
            .map_or(here.as_path(), PathBuf::as_path);
        let start = start.canonicalize().unwrap_or_else(|_| here.clone());
        let root = repository(&start);
        let (changed, is_gone) = if named.is_empty() {
            let root = root.as_deref().ok_or_else(|| no_repository(&start))?;
            (from_git(root)?, has_gone(root)?)
        } else {
            (named, false)
        };
        let root = root.unwrap_or_else(|| here.clone());
        // Reports name files from the current folder where the scanned folder lies in it, else from the scanned one.
        let base = if root.starts_with(&here) {
            &here
        } else {
            &root
        };
        let uris = changed.iter().filter_map(|path| uri(path, base)).collect();
        Ok(Self {
            root,
            uris,
            is_gone,
        })
    }
}

fn uri(path: &Path, base: &Path) -> Option<String> {
    let whole = path.canonicalize().ok()?;
    let relative = whole.strip_prefix(base).ok()?;
    Some(relative.to_string_lossy().replace('\\', "/"))
}

fn repository(start: &Path) -> Option<PathBuf> {
    start
        .ancestors()
        .find(|folder| folder.join(".git").exists())
        .map(Path::to_path_buf)
}

fn no_repository(start: &Path) -> CommandError {
    CommandError::Usage {
        message: format!(
            "--changed-only asks git, and {} lies in no repository",
            start.display()
        ),
        help: Some("Name the files that changed: ordinance scan --changed-only FILE…".into()),
    }
}

/// Asks git. A monitor or a driver that the repository configures is not run.
fn from_git(root: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let diff = [
        "diff",
        "--name-only",
        "--no-ext-diff",
        "--diff-filter=d",
        "-z",
        "HEAD",
    ];
    let new = ["ls-files", "--others", "--exclude-standard", "-z"];
    let mut changed = Vec::new();
    for arguments in [&diff[..], &new[..]] {
        changed.extend(ask(root, arguments)?.iter().map(|name| root.join(name)));
    }
    Ok(changed)
}

/// Tells whether a file that a scan may look at was deleted or moved away.
fn has_gone(root: &Path) -> Result<bool, CommandError> {
    let gone = [
        "diff",
        "--name-only",
        "--no-ext-diff",
        "--no-renames",
        "--diff-filter=D",
        "-z",
        "HEAD",
    ];
    let ends = ["yaml", "yml", "json", "template", "tf", "tfvars"];
    let is_ours = |name: &String| {
        Path::new(name)
            .extension()
            .is_some_and(|end| ends.iter().any(|one| end == *one))
    };
    Ok(
        match ask(root, &["rev-parse", "--verify", "--quiet", "HEAD"]) {
            Ok(_) => ask(root, &gone)?.iter().any(is_ours),
            // Before the first commit nothing can be gone.
            Err(_) => false,
        },
    )
}

fn ask(root: &Path, arguments: &[&str]) -> Result<Vec<String>, CommandError> {
    let output = Command::new("git")
        .args(["-c", "core.fsmonitor=false"])
        .args(arguments)
        .current_dir(root)
        .output()
        .map_err(|error| CommandError::usage(format!("cannot run git: {error}")))?;
    if output.status.success() {
        let names = output
            .stdout
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty());
        return Ok(names
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("no reason given");
    // Before the first commit there is nothing to compare with: all that is tracked is new.
    if said.contains("'HEAD'") && arguments.contains(&"HEAD") {
        return ask(root, &["ls-files", "-z"]);
    }
    Err(CommandError::usage(format!("git says: {said}")))
}
