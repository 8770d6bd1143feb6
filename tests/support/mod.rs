//! What the tests that span rooms share: the built-in pack, its fixtures, a scan in this process.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use ordinance_engine::artifact::DiscoveryOptions;
use ordinance_engine::evaluate::{Evaluator, Limits};
use ordinance_engine::policy::{PolicySet, Request, Source};
use ordinance_engine::scan::{Account, Scan, ScanOptions, scan};

/// The repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The built-in pack.
pub(crate) fn pack() -> Arc<PolicySet> {
    static PACK: OnceLock<Arc<PolicySet>> = OnceLock::new();
    Arc::clone(PACK.get_or_init(|| {
        let sources = ordinance_policies::SOURCES
            .iter()
            .map(|(path, text)| Source::builtin(*path, text));
        let tables = ordinance_policies::TABLES
            .iter()
            .map(|(name, json)| ((*name).to_owned(), Cow::Borrowed(*json)));
        let (pack, errors) = PolicySet::new(sources, tables);
        assert!(errors.is_empty(), "{errors:?}");
        Arc::new(pack)
    }))
}

/// The entries of a folder in name order; none when there is no such folder.
pub(crate) fn children(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The folder of every policy.
pub(crate) fn policy_folders() -> Vec<PathBuf> {
    children(&root().join("policies"))
        .iter()
        .filter(|family| {
            let name = family.file_name().unwrap_or_default().to_string_lossy();
            !["lib", "views", "tables", "src", "target"].contains(&&*name)
        })
        .flat_map(|family| children(family))
        .filter(|folder| folder.is_dir())
        .collect()
}

/// The id in a policy's METADATA.
pub(crate) fn rule_id(folder: &Path) -> String {
    let slug = folder.file_name().unwrap().to_string_lossy();
    let text = fs::read_to_string(folder.join(format!("{slug}.rego"))).unwrap();
    text.lines()
        .find_map(|line| line.strip_prefix("#   id: "))
        .unwrap()
        .to_owned()
}

/// The name of a file in reports of a scan of the repository.
pub(crate) fn uri(file: &Path) -> String {
    file.strip_prefix(root())
        .unwrap_or(file)
        .to_string_lossy()
        .replace('\\', "/")
}

/// The program with an empty environment, in a folder.
pub(crate) fn ordinance(folder: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ordinance"));
    command.current_dir(folder).env_clear();
    command
}

/// An empty folder for a test.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The pack that a fixture asks for in its first line, or JSON in that of its `.expect` file (`# pack: strict`), else
/// baseline.
fn pack_of(fixture: &Path) -> String {
    let beside = PathBuf::from(format!("{}.expect", fixture.display()));
    let first_file = if fixture.is_dir() {
        first_source(fixture)
    } else if beside.exists() {
        Some(beside)
    } else {
        Some(fixture.to_owned())
    };
    first_file
        .and_then(|file| fs::read_to_string(file).ok())
        .and_then(|text| {
            text.lines()
                .next()?
                .strip_prefix("# pack: ")
                .map(str::to_owned)
        })
        .unwrap_or_else(|| "baseline".to_owned())
}

fn first_source(folder: &Path) -> Option<PathBuf> {
    children(folder).iter().find_map(|path| {
        if path.is_dir() {
            return first_source(path);
        }
        let extension = path.extension()?.to_string_lossy().into_owned();
        ["tf", "yml", "yaml"]
            .contains(&&*extension)
            .then(|| path.clone())
    })
}

/// The request of a fixture: its rule, those that rule yields to, and the pack it asks for.
pub(crate) fn request(rule: &str, fixture: &Path) -> Request {
    let mut rules = vec![rule.to_owned()];
    if let Some(policy) = pack().policy(rule) {
        rules.extend(policy.metadata.yields_to.iter().cloned());
    }
    rules.retain(|rule| pack().policy(rule).is_some());
    Request {
        packs: vec![pack_of(fixture)],
        rules,
        ..Request::default()
    }
}

/// Scans a fixture with its rule and those it yields to.
pub(crate) fn scan_fixture(rule: &str, fixture: &Path) -> Scan {
    scan_with(&request(rule, fixture), fixture)
}

/// Scans a path of the repository.
pub(crate) fn scan_with(request: &Request, path: &Path) -> Scan {
    let options = ScanOptions {
        discovery: DiscoveryOptions {
            paths: vec![path.to_owned()],
            ..DiscoveryOptions::default()
        },
        threads: Some(1),
        ..ScanOptions::default()
    };
    scan(options, &evaluator(request), &|_| {}).unwrap()
}

/// An evaluator of the built-in pack.
pub(crate) fn evaluator(request: &Request) -> Evaluator {
    let selection = pack().select(request).unwrap();
    Evaluator::new(pack(), selection, Limits::default())
}

/// The counts of one rule.
pub(crate) fn account(scan: &Scan, rule: &str) -> Account {
    scan.rules
        .iter()
        .find(|summary| summary.metadata.id == rule)
        .map(|summary| summary.account)
        .unwrap_or_default()
}

/// The package of a rule.
pub(crate) fn package(rule: &str) -> String {
    pack().policy(rule).unwrap().package.to_string()
}

/// The parameter values of a rule under a request, as JSON.
pub(crate) fn parameters(request: &Request, rule: &str) -> serde_json::Value {
    let selection = pack().select(request).unwrap();
    let chosen = selection
        .policies
        .iter()
        .find(|chosen| chosen.policy.metadata.id == rule);
    serde_json::to_value(&chosen.unwrap().parameters).unwrap()
}

/// Copies a folder with all it holds.
pub(crate) fn copy(from: &Path, to: &Path) {
    for path in children(from) {
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
