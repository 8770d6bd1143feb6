//! The configuration of a repository, `ordinance.toml`: where it lies and what it says.

mod reader;
mod suppressions;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use ordinance_engine::artifact::Globs;
use ordinance_engine::policy::Severity;
use ordinance_engine::scan::TemplateParameters;
use serde_json::Value;

use crate::args::{ConfigSource, FailOn, OutputFormat, parse_output};
use crate::exit::CommandError;
use crate::{files, parameters};
use reader::{Item, Reader, Table};
pub(crate) use suppressions::Suppressions;

/// The name of the file.
pub(crate) const NAME: &str = "ordinance.toml";

/// The keys at the top.
const KEYS: [&str; 15] = [
    "packs",
    "rules",
    "skip_rules",
    "policies",
    "exclude",
    "fail_on",
    "fail_on_unknown",
    "strict_parameters",
    "params",
    "parameters",
    "suppressions",
    "facts",
    "severities",
    "format",
    "output",
];

/// What a repository asks for. Paths are complete.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// The packs, where none is given on the command line.
    pub(crate) packs: Vec<String>,
    /// Only these controls, where none is given on the command line.
    pub(crate) rules: Vec<String>,
    /// Not these controls.
    pub(crate) skip_rules: Vec<String>,
    /// Files and folders of policies.
    pub(crate) policies: Vec<PathBuf>,
    /// What is left out, relative to the file.
    pub(crate) exclude: Vec<Globs>,
    /// The threshold of the exit code, where none is given on the command line.
    pub(crate) fail_on: Option<FailOn>,
    /// Whether verdicts that cannot be decided count like findings.
    pub(crate) fail_on_unknown: bool,
    /// Whether defaults of template parameters decide nothing.
    pub(crate) strict_parameters: bool,
    /// Parameter values of controls.
    pub(crate) params: BTreeMap<String, BTreeMap<String, Value>>,
    /// Parameter values of templates.
    pub(crate) parameters: Vec<TemplateParameters>,
    /// Who may suppress what.
    pub(crate) suppressions: Suppressions,
    /// Files of exported settings.
    pub(crate) facts: Vec<PathBuf>,
    /// The severity of controls, where it is not their own.
    pub(crate) severities: BTreeMap<String, Severity>,
    /// What goes to standard output, where the command line does not say.
    pub(crate) format: Option<OutputFormat>,
    /// What goes to files, where the command line names none.
    pub(crate) output: Vec<(OutputFormat, PathBuf)>,
}

/// Returns the configuration: of the file that is named, else of the nearest one in `start` or above it, up to the
/// root of its repository; an empty one where there is none.
///
/// # Errors
/// When the file cannot be read or says what it cannot; every mistake is named with its place.
fn load(named: Option<&Path>, start: &Path) -> Result<Config, CommandError> {
    let Some(path) = named
        .map(Path::to_path_buf)
        .or_else(|| nearest(start, NAME))
    else {
        return Ok(Config::default());
    };
    let shown = path.display();
    let text = files::text(&path)
        .map_err(|error| CommandError::usage(format!("cannot read {shown}: {error}")))?;
    let folder = path.canonicalize().ok();
    let folder = folder
        .as_deref()
        .and_then(Path::parent)
        .unwrap_or(Path::new("."));
    read(&text, folder).map_err(|mistakes| {
        let mistakes = mistakes
            .into_iter()
            .map(|mistake| format!("{shown}:{mistake}"));
        CommandError::Usage {
            message: mistakes.collect::<Vec<_>>().join("\n"),
            help: Some("docs/configuration.md describes every key".into()),
        }
    })
}

/// Returns the configuration that the arguments name or that lies around `start`.
///
/// # Errors
/// As [`load`].
pub(crate) fn of(source: &ConfigSource, start: &Path) -> Result<Config, CommandError> {
    if source.no_config {
        return Ok(Config::default());
    }
    load(source.config.as_deref(), start)
}

/// Looks for a file in a folder and above it, up to the root of the repository.
pub(crate) fn nearest(start: &Path, name: &str) -> Option<PathBuf> {
    let start = start.canonicalize().ok()?;
    for folder in start.ancestors() {
        let path = folder.join(name);
        if path.is_file() {
            return Some(path);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Reads a configuration that lies in `folder`; each mistake starts with its line and column.
pub(crate) fn read(text: &str, folder: &Path) -> Result<Config, Vec<String>> {
    let mut reader = Reader::new(text);
    let config = reader.root().map(|root| config(&mut reader, &root, folder));
    let mistakes = reader.finish();
    match config {
        Some(config) if mistakes.is_empty() => Ok(config),
        _ => Err(mistakes),
    }
}

fn config(reader: &mut Reader<'_>, root: &Table<'_>, folder: &Path) -> Config {
    reader.keys(root, &KEYS, "the configuration");
    Config {
        packs: reader.texts(root, "packs"),
        rules: reader.texts(root, "rules"),
        skip_rules: reader.texts(root, "skip_rules"),
        policies: reader
            .texts(root, "policies")
            .iter()
            .map(|path| folder.join(path))
            .collect(),
        exclude: exclude(reader, root, folder),
        fail_on: fail_on(reader, root),
        fail_on_unknown: reader.boolean(root, "fail_on_unknown"),
        strict_parameters: reader.boolean(root, "strict_parameters"),
        params: params(reader, root),
        parameters: templates(reader, root, folder),
        suppressions: suppressions::read(reader, root, folder),
        facts: reader
            .texts(root, "facts")
            .iter()
            .map(|path| folder.join(path))
            .collect(),
        severities: severities(reader, root),
        format: format(reader, root),
        output: output(reader, root, folder),
    }
}

fn exclude(reader: &mut Reader<'_>, root: &Table<'_>, folder: &Path) -> Vec<Globs> {
    globs(reader, root, "exclude", folder).into_iter().collect()
}

fn globs(reader: &mut Reader<'_>, table: &Table<'_>, key: &str, folder: &Path) -> Option<Globs> {
    let texts = reader.texts(table, key);
    match Globs::new(folder, texts.iter().map(String::as_str)) {
        Ok(globs) => (!texts.is_empty()).then_some(globs),
        Err(error) => {
            reader.wrong_value(table, key, error.to_string());
            None
        }
    }
}

fn fail_on(reader: &mut Reader<'_>, root: &Table<'_>) -> Option<FailOn> {
    let text = reader.text(root, "fail_on")?;
    let found = FailOn::from_str(&text, true).ok();
    if found.is_none() {
        let message = format!(
            "'{text}' is no severity: it is one of {}",
            names::<FailOn>()
        );
        reader.wrong_value(root, "fail_on", message);
    }
    found
}

/// Lists the names that a value may have.
fn names<T: ValueEnum>() -> String {
    let known = T::value_variants().iter();
    let known = known.filter_map(|one| Some(one.to_possible_value()?.get_name().to_owned()));
    known.collect::<Vec<String>>().join(", ")
}

fn severities(reader: &mut Reader<'_>, root: &Table<'_>) -> BTreeMap<String, Severity> {
    let table = reader.table(root, "severities");
    let mut severities = BTreeMap::new();
    for (rule, item) in table.iter().flat_map(Table::entries) {
        let text = reader.json(&item);
        match text.as_str().and_then(Severity::from_name) {
            Some(severity) => drop(severities.insert(rule, severity)),
            None => reader.wrong(
                &item,
                "a severity is one of low, medium, high, critical".to_owned(),
            ),
        }
    }
    severities
}

fn format(reader: &mut Reader<'_>, root: &Table<'_>) -> Option<OutputFormat> {
    let text = reader.text(root, "format")?;
    let format = OutputFormat::from_str(&text, false).ok();
    if format.is_none() {
        let message = format!(
            "'{text}' is no format: it is one of {}",
            names::<OutputFormat>()
        );
        reader.wrong_value(root, "format", message);
    }
    format
}

fn output(
    reader: &mut Reader<'_>,
    root: &Table<'_>,
    folder: &Path,
) -> Vec<(OutputFormat, PathBuf)> {
    let mut files = Vec::new();
    for text in reader.texts(root, "output") {
        match parse_output(&text) {
            Ok((format, path)) => files.push((format, folder.join(path))),
            Err(error) => reader.wrong_value(root, "output", error),
        }
    }
    files
}

fn params(reader: &mut Reader<'_>, root: &Table<'_>) -> BTreeMap<String, BTreeMap<String, Value>> {
    let rules = reader.table(root, "params");
    let mut params = BTreeMap::new();
    for (rule, item) in rules.iter().flat_map(Table::entries) {
        let values = reader.item_table(&item);
        let values = values.iter().flat_map(Table::entries);
        let values = values.map(|(name, item)| (name, reader.json(&item)));
        params.insert(rule, values.collect());
    }
    params
}

fn templates(reader: &mut Reader<'_>, root: &Table<'_>, folder: &Path) -> Vec<TemplateParameters> {
    let items: Vec<Item<'_>> = reader.items(root, "parameters");
    let mut found = Vec::new();
    for item in items {
        let Some(table) = reader.item_table(&item) else {
            continue;
        };
        reader.keys(
            &table,
            &["templates", "file", "values"],
            "an entry of 'parameters'",
        );
        let templates = globs(reader, &table, "templates", folder);
        if templates.is_none() && !table.holds("templates") {
            reader.wrong(
                &item,
                "an entry of 'parameters' needs 'templates'".to_owned(),
            );
        }
        let mut values = file_values(reader, &table, folder);
        values.extend(written_values(reader, &table));
        found.extend(templates.map(|templates| TemplateParameters { templates, values }));
    }
    found
}

fn file_values(reader: &mut Reader<'_>, table: &Table<'_>, folder: &Path) -> parameters::Values {
    let Some(file) = reader.text(table, "file") else {
        return parameters::Values::new();
    };
    parameters::read(&folder.join(file)).unwrap_or_else(|error| {
        reader.wrong_value(table, "file", error.to_string());
        parameters::Values::new()
    })
}

fn written_values(reader: &mut Reader<'_>, table: &Table<'_>) -> parameters::Values {
    let values = reader.table(table, "values");
    let mut found = parameters::Values::new();
    for (name, item) in values.iter().flat_map(Table::entries) {
        match reader.json(&item) {
            Value::String(text) => {
                found.insert(name, text);
            }
            value @ (Value::Bool(_) | Value::Number(_)) => {
                found.insert(name, value.to_string());
            }
            Value::Array(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| {
                        item.as_str()
                            .map_or_else(|| item.to_string(), str::to_owned)
                    })
                    .collect();
                found.insert(name, items.join(","));
            }
            Value::Null | Value::Object(_) => {
                reader.wrong(
                    &item,
                    format!("the value of '{name}' must be a text, a number or a list"),
                );
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
