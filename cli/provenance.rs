//! Where the scanned files come from: what git's own files say of the checkout.
//!
//! Reads `.git` itself, so that no git need be installed and none is run in a folder that somebody else wrote.

use std::fs;
use std::path::{Path, PathBuf};

/// A checkout of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkout {
    /// The repository's address, as `https`.
    pub(crate) repository: String,
    /// The commit.
    pub(crate) revision: String,
    /// The branch, unless the head is detached.
    pub(crate) branch: Option<String>,
}

impl Checkout {
    /// Returns the checkout that holds `folder`, when it has a remote and a commit.
    pub(crate) fn around(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let git = folder.ancestors().find_map(git_folder)?;
        let common = common_folder(&git);
        let head = fs::read_to_string(git.join("HEAD")).ok()?;
        let head = head.trim();
        let reference = head.strip_prefix("ref: ");
        let revision = match reference {
            Some(reference) => commit_of(&git, &common, reference)?,
            None => head.to_owned(),
        };
        let config = fs::read_to_string(common.join("config")).ok()?;
        Some(Self {
            repository: web_address(&origin(&config)?)?,
            revision,
            branch: reference
                .and_then(|reference| reference.strip_prefix("refs/heads/"))
                .map(str::to_owned),
        })
    }
}

/// The `.git` of a folder: a folder itself, or a file that names one (worktrees, submodules).
fn git_folder(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = fs::read_to_string(&git).ok()?;
    Some(folder.join(text.trim().strip_prefix("gitdir: ")?))
}

/// Worktrees share the configuration and the references of their repository.
fn common_folder(git: &Path) -> PathBuf {
    fs::read_to_string(git.join("commondir"))
        .map_or_else(|_| git.to_owned(), |common| git.join(common.trim()))
}

fn commit_of(git: &Path, common: &Path, reference: &str) -> Option<String> {
    let loose = [git, common]
        .iter()
        .find_map(|folder| fs::read_to_string(folder.join(reference)).ok());
    if let Some(commit) = loose {
        return Some(commit.trim().to_owned());
    }
    let packed = fs::read_to_string(common.join("packed-refs")).ok()?;
    packed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(_, name)| *name == reference)
        .map(|(commit, _)| commit.to_owned())
}

/// The address of the remote `origin` in a git configuration.
fn origin(config: &str) -> Option<String> {
    let mut in_origin = false;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            in_origin = line == r#"[remote "origin"]"#;
            continue;
        }
        let url = line.strip_prefix("url").map(str::trim_start);
        if let (true, Some(url)) = (in_origin, url.and_then(|url| url.strip_prefix('='))) {
            return Some(url.trim().to_owned());
        }
    }
    None
}

/// Turns a remote's address into one for the web, without user and password; `None` for local ones.
fn web_address(remote: &str) -> Option<String> {
    let rest = match remote.split_once("://") {
        Some(("https" | "http" | "ssh" | "git", rest)) => rest.to_owned(),
        Some(_) => return None,
        // The short form of ssh: user@host:path.
        None => {
            let (host, path) = remote.split_once(':')?;
            if !host.contains('@') {
                return None;
            }
            format!("{host}/{path}")
        }
    };
    let (host, path) = rest.split_once('/')?;
    let host = host.rsplit('@').next()?;
    let host = host.split(':').next()?;
    let path = path.trim_end_matches('/').trim_end_matches(".git");
    let plain = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        !text.is_empty() && text.bytes().all(fits)
    };
    (plain(host) && plain(path)).then(|| format!("https://{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_become_web_addresses_without_secrets() {
        let expected = Some("https://example.org/team/infra".to_owned());
        for remote in [
            "https://example.org/team/infra.git",
            "https://user:token@example.org/team/infra",
            "git@example.org:team/infra.git",
            "ssh://git@example.org:2222/team/infra.git",
        ] {
            assert_eq!(web_address(remote), expected, "{remote}");
        }
    }

    #[test]
    fn a_local_remote_has_no_web_address() {
        assert_eq!(web_address("../infra.git"), None);
        assert_eq!(web_address("file:///srv/infra.git"), None);
        assert_eq!(web_address("https://example.org/a\"><b"), None);
    }

    #[test]
    fn only_the_origin_counts() {
        let config =
            "[remote \"fork\"]\n\turl = a\n[remote \"origin\"]\n\tfetch = x\n\turl = b\n[branch]\n";
        assert_eq!(origin(config), Some("b".to_owned()));
    }
}
