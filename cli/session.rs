//! A scan made ready: what `scan` and `baseline` share.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use ordinance_engine::artifact::{Artifact, DiscoveryOptions, decode};
use ordinance_engine::evaluate::{Evaluator, Limits};
use ordinance_engine::format;
use ordinance_engine::policy::{Metadata, PolicySet};
use ordinance_engine::scan::{Scan, ScanOptions, scan};

use crate::args::{Input, Judged};
use crate::changed::Changes;
use crate::config::{self, Config};
use crate::exit::CommandError;
use crate::progress::Bar;
use crate::{accepted, facts, pack, parameters, streams, timings};

/// Everything that a scan needs.
pub(crate) struct Session {
    /// The chosen controls, ready to be evaluated.
    evaluator: Evaluator,
    /// What is scanned and how.
    pub(crate) options: ScanOptions,
    /// The packs chosen.
    pub(crate) packs: Vec<String>,
    policies: Arc<PolicySet>,
    /// Whether the process ends after the scan.
    pub(crate) is_last: bool,
}

impl Session {
    /// Loads the policies and inputs that the arguments and the configuration name.
    ///
    /// # Errors
    /// Policies, parameters or facts that do not load.
    pub(crate) fn new(judged: &Judged, config: Config) -> Result<Self, CommandError> {
        let set = pack::load_chosen(&judged.choice, &config)?;
        let selection = pack::select(&set, &judged.choice, &config)?;
        let policies = Arc::new(set);
        let facts = [&config.facts[..], &judged.facts[..]].concat();
        let fixtures = pack::fixtures(config.policies.iter().chain(&judged.choice.policy));
        let mut options = ScanOptions {
            facts: facts::read_all(&facts)?,
            threads: judged.threads,
            ..options(&judged.input, config)?
        };
        options.discovery.leave_out.extend(fixtures);
        Ok(Self {
            packs: selection.packs.iter().cloned().collect(),
            evaluator: Evaluator::new(Arc::clone(&policies), selection, Limits::default()),
            options,
            policies,
            is_last: true,
        })
    }

    /// Reports only what has to do with changed files, and scans the whole repository for it. Where the configuration or
    /// a policy changed, or a file is gone, everything may be another: all is reported.
    pub(crate) fn restrict(&mut self, changes: Changes) {
        let paths = &mut self.options.discovery.paths;
        paths.retain(|path| path.is_dir() && path.as_os_str() != ".");
        if paths.is_empty() {
            paths.push(changes.root);
        }
        let names = [config::NAME, accepted::BASELINE, accepted::EXCEPTIONS];
        let is_ours = |uri: &String| {
            names.iter().any(|name| uri.ends_with(name))
                || Path::new(uri).extension().is_some_and(|end| end == "rego")
        };
        if !changes.is_gone && !changes.uris.iter().any(is_ours) {
            self.options.only = Some(changes.uris);
        }
    }

    /// Has the scan note what takes how long.
    pub(crate) fn with_timings(mut self) -> Self {
        self.evaluator = self.evaluator.with_timings();
        self
    }

    /// Has the scan tell what it understands of the system, too.
    pub(crate) fn with_architecture(mut self) -> Self {
        self.evaluator = self.evaluator.with_architecture();
        self
    }

    /// Returns what all policies at hand say of themselves, chosen or not.
    pub(crate) fn metadata(&self) -> Vec<Arc<Metadata>> {
        let policies = self.policies.policies().iter();
        policies
            .map(|policy| Arc::clone(&policy.metadata))
            .collect()
    }

    /// Returns the sha256 of the policies at hand.
    pub(crate) fn policies_sha256(&self) -> String {
        self.policies.sha256()
    }

    /// Scans, with a progress bar on a terminal where one is wanted.
    ///
    /// # Errors
    /// When the threads cannot be started.
    pub(crate) fn scan(self, progress: bool) -> Result<Scan, CommandError> {
        let bar = Bar::new(progress && streams::stderr_is_terminal());
        let start = Instant::now();
        let result = scan(self.options, &self.evaluator, &|progress| {
            bar.advance(progress);
        });
        bar.finish();
        if let Some(timings) = self.evaluator.timings() {
            timings::show(timings, start.elapsed());
        }
        if self.is_last {
            // The process ends soon: giving back each small piece of what was prepared would only delay that.
            std::mem::forget(self.evaluator);
        }
        result.map_err(|error| CommandError::usage(error.to_string()))
    }
}

/// Reads the configuration around what is scanned.
///
/// # Errors
/// A path that does not exist, a configuration with mistakes.
pub(crate) fn config(judged: &Judged) -> Result<Config, CommandError> {
    check_paths(&judged.input)?;
    config::of(&judged.choice.source, &root(&judged.input))
}

/// The folder that the scanned files lie in: what is named first, else the current one.
pub(crate) fn root(input: &Input) -> PathBuf {
    let first = input.paths.iter().find(|path| path.is_dir());
    first.cloned().unwrap_or_else(|| ".".into())
}

/// A path that does not exist is a mistake of the command line, not of the scan.
pub(crate) fn check_paths(input: &Input) -> Result<(), CommandError> {
    for path in &input.paths {
        if path.as_os_str() != "-" && !path.exists() {
            let message = format!("there is no file or folder '{}'", path.display());
            return Err(CommandError::usage(message));
        }
    }
    Ok(())
}

/// What of the options follows from the input and the configuration.
pub(crate) fn options(input: &Input, config: Config) -> Result<ScanOptions, CommandError> {
    let reads_stdin = |path: &Path| path.as_os_str() == "-";
    let mut paths: Vec<_> = input.paths.clone();
    let stdin = paths.iter().any(|path| reads_stdin(path));
    paths.retain(|path| !reads_stdin(path));
    if input.paths.is_empty() {
        paths.push(".".into());
    }
    let parameters = match &input.parameters {
        Some(path) => parameters::read(path)?,
        None => BTreeMap::new(),
    };
    Ok(ScanOptions {
        discovery: DiscoveryOptions {
            paths,
            exclude: input.exclude.clone(),
            leave_out: config.exclude,
            follow_links: input.follow_links,
        },
        texts: if stdin {
            vec![read_stdin()?]
        } else {
            Vec::new()
        },
        format: format::Options {
            parameters,
            strict_parameters: input.strict_parameters || config.strict_parameters,
            ..format::Options::default()
        },
        template_parameters: config.parameters,
        severities: config.severities,
        ..ScanOptions::default()
    })
}

fn read_stdin() -> Result<Artifact, CommandError> {
    let mut bytes = Vec::new();
    io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| CommandError::usage(format!("cannot read standard input: {error}")))?;
    let (text, encoding) =
        decode(bytes).map_err(|error| CommandError::usage(format!("standard input {error}")))?;
    Ok(Artifact::new("stdin", text, encoding))
}
