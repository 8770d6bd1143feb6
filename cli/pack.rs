//! The policies at hand: the built-in pack and the user's own, and which of them are chosen.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ordinance_engine::policy::{PolicyError, PolicySet, Request, Selection, Source};

use crate::args::Choice;
use crate::config::Config;
use crate::exit::CommandError;
use crate::files;

/// Loads the built-in pack and the policies in `folders`.
///
/// # Errors
/// When a file cannot be read or a policy's METADATA is wrong: policies that do not load never pass silently.
pub(crate) fn load(folders: &[PathBuf]) -> Result<PolicySet, CommandError> {
    let mut sources: Vec<_> = ordinance_policies::SOURCES
        .iter()
        .map(|(path, text)| Source::builtin(*path, text))
        .collect();
    let mut walked = BTreeSet::new();
    for folder in folders {
        custom(folder, &mut walked, &mut sources)?;
    }
    let tables = ordinance_policies::TABLES
        .iter()
        .map(|(name, json)| ((*name).to_owned(), Cow::Borrowed(*json)));
    let (set, errors) = PolicySet::new(sources, tables);
    if errors.is_empty() {
        Ok(set)
    } else {
        Err(CommandError::Usage {
            message: lines(errors.iter().map(PolicyError::to_string)),
            help: Some("Mend the policies; nothing was scanned".into()),
        })
    }
}

/// Adds the Rego files of a file or folder, in name order. A folder that a link leads back to is walked once.
fn custom(
    path: &Path,
    walked: &mut BTreeSet<PathBuf>,
    sources: &mut Vec<Source>,
) -> Result<(), CommandError> {
    let unreadable =
        |error| CommandError::usage(format!("cannot read policies {}: {error}", path.display()));
    if path.is_file() {
        let text = files::text(path).map_err(unreadable)?;
        sources.push(Source::custom(path.to_string_lossy(), text));
        return Ok(());
    }
    if !walked.insert(path.canonicalize().map_err(unreadable)?) {
        return Ok(());
    }
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?.path());
    }
    entries.sort();
    for entry in entries {
        let is_rego = entry
            .extension()
            .is_some_and(|extension| extension == "rego");
        if entry.is_dir() || is_rego {
            custom(&entry, walked, sources)?;
        }
    }
    Ok(())
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
