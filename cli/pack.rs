//! The policies at hand: the built-in pack and the user's own, and which of them are chosen.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ordinance_engine::artifact::Globs;
use ordinance_engine::policy::{PolicyError, PolicySet, Request, Selection, Source};

use crate::args::Choice;
use crate::config::Config;
use crate::exit::CommandError;
use crate::files;

/// The folders whose JSON files are tables: `tables/ports.json` is `data.tables.ports`.
const TABLES: &str = "tables";

/// The folders of inputs beside policies.
const FIXTURES: &str = "fixtures";

/// Loads the built-in pack and the policies in `folders`.
///
/// # Errors
/// When a file cannot be read or a policy's METADATA is wrong: policies that do not load never pass silently.
pub(crate) fn load(folders: &[PathBuf]) -> Result<PolicySet, CommandError> {
    let mut found = Found::builtin();
    let mut own = Found::default();
    for folder in folders {
        custom(folder, &mut own)?;
    }
    if let Some(name) = own
        .tables
        .keys()
        .find(|name| found.tables.contains_key(*name))
    {
        let message =
            format!("the table '{name}' is one of the built-in pack; name yours otherwise");
        return Err(CommandError::usage(message));
    }
    found.sources.extend(own.sources);
    found.tables.extend(own.tables);
    made(found)
}

/// Texts of policies, and the tables that they read.
#[derive(Default)]
struct Found {
    sources: Vec<Source>,
    tables: BTreeMap<String, Cow<'static, str>>,
    /// The folders that were walked: a link may lead back to one.
    walked: BTreeSet<PathBuf>,
}

impl Found {
    fn builtin() -> Self {
        let sources = ordinance_policies::SOURCES.iter();
        let tables = ordinance_policies::TABLES.iter();
        Self {
            sources: sources
                .map(|(path, text)| Source::builtin(*path, text))
                .collect(),
            tables: tables
                .map(|(name, json)| ((*name).to_owned(), Cow::Borrowed(*json)))
                .collect(),
            walked: BTreeSet::new(),
        }
    }
}

fn made(found: Found) -> Result<PolicySet, CommandError> {
    let (set, errors) = PolicySet::new(found.sources, found.tables);
    without_errors(set, &errors)
}

fn without_errors(set: PolicySet, errors: &[PolicyError]) -> Result<PolicySet, CommandError> {
    if errors.is_empty() {
        Ok(set)
    } else {
        Err(CommandError::Usage {
            message: lines(errors.iter().map(PolicyError::to_string)),
            help: Some("Mend the policies; nothing was scanned".into()),
        })
    }
}

/// Loads the policies in `tested` and `folders`, and of the built-in pack what they do not replace: so the pack itself can
/// be tested, and a policy beside libraries of its own name.
///
/// # Errors
/// As [`load`].
pub(crate) fn load_tested(
    tested: &[PathBuf],
    folders: &[PathBuf],
) -> Result<PolicySet, CommandError> {
    let (set, errors) = read_tested(tested, folders)?;
    without_errors(set, &errors)
}

/// As [`load_tested`], with what is wrong with METADATA beside the policies that can be read.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn read_tested(
    tested: &[PathBuf],
    folders: &[PathBuf],
) -> Result<(PolicySet, Vec<PolicyError>), CommandError> {
    let mut own = Found::default();
    for folder in tested.iter().chain(folders) {
        custom(folder, &mut own)?;
    }
    let replaced: BTreeSet<String> = own.sources.iter().filter_map(Source::package).collect();
    let mut found = Found::builtin();
    found.sources.retain(|source| {
        source
            .package()
            .is_none_or(|package| !replaced.contains(&package))
    });
    found.sources.extend(own.sources);
    found.tables.extend(own.tables);
    Ok(PolicySet::new(found.sources, found.tables))
}

/// Adds the Rego files of a file or folder, in name order, and the JSON files of folders that are called `tables`.
fn custom(path: &Path, found: &mut Found) -> Result<(), CommandError> {
    let unreadable =
        |error| CommandError::usage(format!("cannot read policies {}: {error}", path.display()));
    if path.is_file() {
        let text = files::text(path).map_err(unreadable)?;
        if path.extension().is_some_and(|end| end == "json") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            found.tables.insert(name.into_owned(), Cow::Owned(text));
        } else {
            found
                .sources
                .push(Source::custom(path.to_string_lossy(), text));
        }
        return Ok(());
    }
    if !found
        .walked
        .insert(path.canonicalize().map_err(unreadable)?)
    {
        return Ok(());
    }
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?.path());
    }
    entries.sort();
    let holds_tables = path.file_name().is_some_and(|name| name == TABLES);
    for entry in entries {
        let ends = |with: &str| entry.extension().is_some_and(|end| end == with);
        let is_fixtures = entry.file_name().is_some_and(|name| name == FIXTURES);
        let is_wanted = entry.is_dir() && !is_fixtures || ends("rego");
        if is_wanted || holds_tables && ends("json") {
            custom(&entry, found)?;
        }
    }
    Ok(())
}

/// Returns what names the fixtures beside policies: they are wrong on purpose, and nobody deploys them.
pub(crate) fn fixtures<'p>(policies: impl Iterator<Item = &'p PathBuf>) -> Vec<Globs> {
    let folders = policies.filter_map(|path| path.canonicalize().ok());
    let folders = folders.filter(|path| path.is_dir());
    folders
        .filter_map(|folder| Globs::new(&folder, [FIXTURES]).ok())
        .collect()
}

/// Loads the built-in pack and the policies that the arguments and the configuration name.
///
/// # Errors
/// As [`load`].
pub(crate) fn load_chosen(choice: &Choice, config: &Config) -> Result<PolicySet, CommandError> {
    let mut folders = config.policies.clone();
    folders.extend_from_slice(&choice.policy);
    load(&folders)
}

/// Chooses the controls that the arguments name, and the configuration where they do not.
///
/// # Errors
/// When a pack, a control or a parameter of one does not exist, or does not take the value.
pub(crate) fn select(
    set: &PolicySet,
    choice: &Choice,
    config: &Config,
) -> Result<Selection, CommandError> {
    let first = |given: &[String], configured: &[String]| {
        if given.is_empty() { configured } else { given }.to_vec()
    };
    let mut skip = choice.skip_rule.clone();
    skip.extend_from_slice(&config.skip_rules);
    // What the command line asks for is not left out by the configuration.
    skip.retain(|rule| choice.skip_rule.contains(rule) || !choice.rule.contains(rule));
    let request = Request {
        packs: first(&choice.pack, &config.packs),
        rules: first(&choice.rule, &config.rules),
        skip,
        parameters: config.params.clone(),
    };
    self::request(set, &request)
}

/// Chooses the controls of a request.
///
/// # Errors
/// When a pack or control does not exist.
pub(crate) fn request(set: &PolicySet, request: &Request) -> Result<Selection, CommandError> {
    set.select(request).map_err(|errors| CommandError::Usage {
        message: lines(errors.iter().map(ToString::to_string)),
        help: Some("'ordinance rules' lists the controls and their packs".into()),
    })
}

fn lines(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join("\n")
}
