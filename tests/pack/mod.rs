//! The files of the built-in pack as they lie in the repository, tests of policies included.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::path::{Path, PathBuf};
use std::{fs, io};

use ordinance_engine::policy::{PolicyError, PolicySet, Source};

/// Loads the pack of a folder, with what is wrong in it.
pub(crate) fn load(root: &Path) -> (PolicySet, Vec<PolicyError>) {
    let files = files(root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    let named = |extension: &str| {
        files
            .iter()
            .filter(move |(path, _)| path.ends_with(extension))
            .cloned()
            .collect::<Vec<_>>()
    };
    let sources = named(".rego").into_iter().map(|(path, text)| Source {
        path: path.into(),
        text: text.into(),
        builtin: true,
    });
    let tables = named(".json").into_iter().filter_map(|(path, text)| {
        let name = path.strip_prefix("tables/")?.strip_suffix(".json")?;
        Some((name.to_owned(), text.into()))
    });
    PolicySet::new(sources, tables)
}

/// Lists the text files of a pack, except fixtures: (path below the root, text), sorted.
pub(crate) fn files(root: &Path) -> io::Result<Vec<(String, String)>> {
    let mut paths = Vec::new();
    collect(root, &mut paths)?;
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let relative = path.strip_prefix(root).unwrap_or(&path);
            let name = relative.to_string_lossy().replace('\\', "/");
            Ok((name, fs::read_to_string(&path)?))
        })
        .collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if !["fixtures", "src", "target"].contains(&&*entry.file_name().to_string_lossy()) {
                collect(&path, paths)?;
            }
        } else if path
            .extension()
            .is_some_and(|extension| extension == "rego" || extension == "json")
        {
            paths.push(path);
        }
    }
    Ok(())
}
