//! Single files as `eval` and the REPL look at them: each by itself, whatever lies beside it.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordinance_engine::artifact::{Artifact, DiscoveryOptions, decode, discover};
use ordinance_engine::document;
use ordinance_engine::evaluate::Workbench;
use ordinance_engine::format::Options;
use ordinance_engine::resource::Unit;
use ordinance_engine::scan::{read_unit, recognise};
use serde_json::Value;

use crate::exit::CommandError;

/// What one file holds.
pub(crate) enum Held {
    /// A template, plan or workflow.
    Unit(Arc<Unit>),
    /// Any other JSON or YAML.
    Value(Value),
}

/// A file that is looked at.
pub(crate) struct Looked {
    /// Where it lies; `-` for standard input.
    pub(crate) path: PathBuf,
    /// How messages name it.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) held: Held,
}

impl Looked {
    /// Makes it the input of a workbench.
    pub(crate) fn show(&self, workbench: &mut Workbench) {
        match &self.held {
            Held::Unit(unit) => workbench.look_at(Arc::clone(unit)),
            Held::Value(value) => workbench.look_at_value(value),
        }
    }

    /// Returns the unit, where it is one.
    pub(crate) const fn unit(&self) -> Option<&Arc<Unit>> {
        match &self.held {
            Held::Unit(unit) => Some(unit),
            Held::Value(_) => None,
        }
    }
}

/// Reads what paths name: a file whatever its name, `-` for standard input, of a folder what a scan would look at.
///
/// # Errors
/// A path that does not exist, a file that cannot be read or parsed.
pub(crate) fn read_all(paths: &[PathBuf], options: &Options) -> Result<Vec<Looked>, CommandError> {
    let mut all = Vec::new();
    for path in paths {
        if !path.is_dir() {
            all.push(read(path, options)?);
            continue;
        }
        let found = discover(&DiscoveryOptions {
            paths: vec![path.clone()],
            ..DiscoveryOptions::default()
        });
        for candidate in found.candidates {
            let one = read(&candidate.path, options)?;
            if one.unit().is_some() {
                all.push(one);
            }
        }
    }
    Ok(all)
}

/// Reads one file.
///
/// # Errors
/// When it cannot be read or parsed.
pub(crate) fn read(path: &Path, options: &Options) -> Result<Looked, CommandError> {
    let shown = path.display();
    let is_stdin = path.as_os_str() == "-";
    let bytes = if is_stdin {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    let bytes =
        bytes.map_err(|error| CommandError::usage(format!("cannot read {shown}: {error}")))?;
    let (text, encoding) =
        decode(bytes).map_err(|error| CommandError::usage(format!("{shown} {error}")))?;
    let name = if is_stdin { "stdin".into() } else { uri(path) };
    let artifact = Arc::new(Artifact::new(name.as_str(), text, encoding));
    let held = match recognise(&artifact, true) {
        Some(format) => {
            let place = (!is_stdin).then_some(path);
            let unit = read_unit(&artifact, format, place, options).map_err(|errors| {
                let errors = errors.iter().map(|error| {
                    let region = artifact.region(error.span);
                    format!(
                        "{name}:{}:{}: {}",
                        region.start_line, region.start_column, error.message
                    )
                });
                CommandError::usage(errors.collect::<Vec<_>>().join("\n"))
            })?;
            Held::Unit(Arc::new(unit))
        }
        None => Held::Value(value(&artifact).map_err(|message| {
            CommandError::usage(format!(
                "{name} is neither a template, plan or workflow nor JSON or YAML: {message}"
            ))
        })?),
    };
    Ok(Looked {
        path: path.to_path_buf(),
        name,
        held,
    })
}

fn uri(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn value(artifact: &Artifact) -> Result<Value, String> {
    let (document, errors) = document::parse(artifact.text());
    match errors.first() {
        Some(error) => Err(error.message.clone()),
        None => Ok(document.root().map_or(Value::Null, document::plain)),
    }
}
