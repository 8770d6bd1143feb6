//! Findings that are accepted: the exceptions file, the baseline, and the day on which expiry is judged.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordinance_engine::artifact::{Artifact, Encoding};
use ordinance_engine::suppress::{Baseline, Mark, SuppressOptions, read_exceptions};

use crate::args::Accepted;
use crate::clock;
use crate::config::{self, Config};
use crate::exit::CommandError;
use crate::files;

/// The name of the baseline.
pub(crate) const BASELINE: &str = "ordinance-baseline.json";

/// The name of the exceptions file.
pub(crate) const EXCEPTIONS: &str = "ordinance-exceptions.yaml";

/// Returns how suppressions are judged in a scan of `root`.
///
/// # Errors
/// When the exceptions file or the baseline cannot be read.
pub(crate) fn options(
    accepted: &Accepted,
    config: &Config,
    root: &Path,
) -> Result<SuppressOptions, CommandError> {
    let rules = &config.suppressions;
    let baseline = match (accepted.no_baseline, &accepted.baseline) {
        (true, _) => None,
        (false, Some(path)) => Some(read_baseline(path)?),
        (false, None) => config::nearest(root, BASELINE)
            .map(|path| read_baseline(&path))
            .transpose()?,
    };
    Ok(SuppressOptions {
        off: accepted.no_suppressions,
        today: Some(accepted.today.unwrap_or_else(clock::today)),
        allowed: rules.allowed,
        required: rules.required,
        max_days: rules.max_days,
        unsuppressible: rules.unsuppressible.clone(),
        exceptions: exceptions(accepted, config, root)?,
        baseline,
    })
}

fn exceptions(
    accepted: &Accepted,
    config: &Config,
    root: &Path,
) -> Result<Vec<Mark>, CommandError> {
    if accepted.no_suppressions {
        return Ok(Vec::new());
    }
    let named = accepted
        .exceptions
        .as_ref()
        .or(config.suppressions.exceptions.as_ref());
    let Some(path) = named.cloned().or_else(|| config::nearest(root, EXCEPTIONS)) else {
        return Ok(Vec::new());
    };
    let shown = shown(&path);
    let text = files::text(&path)
        .map_err(|error| CommandError::usage(format!("cannot read {shown}: {error}")))?;
    let artifact = Arc::new(Artifact::new(shown, text, Encoding::Utf8));
    read_exceptions(&artifact).map_err(|errors| CommandError::Usage {
        message: errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n"),
        help: Some("docs/suppressions.md describes the exceptions file".into()),
    })
}

/// Reads a baseline.
///
/// # Errors
/// When the file cannot be read or is none.
pub(crate) fn read_baseline(path: &Path) -> Result<Baseline, CommandError> {
    let shown = path.display();
    let text = files::text(path)
        .map_err(|error| CommandError::usage(format!("cannot read {shown}: {error}")))?;
    Baseline::read(&text).map_err(|error| CommandError::usage(format!("{shown} {error}")))
}

/// The name of a file in reports: relative to the current folder where it lies below it.
fn shown(path: &Path) -> String {
    let current = std::env::current_dir()
        .and_then(|folder| folder.canonicalize())
        .ok();
    let whole = path.canonicalize().ok();
    let relative = current
        .zip(whole)
        .and_then(|(folder, path)| Some(path.strip_prefix(folder).ok()?.to_owned()));
    relative
        .unwrap_or_else(|| PathBuf::from(path))
        .to_string_lossy()
        .replace('\\', "/")
}
