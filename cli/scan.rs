//! `ordinance scan`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordinance_engine::artifact::{Artifact, DiscoveryOptions, decode};
use ordinance_engine::evaluate::{Evaluator, Limits, Outcome};
use ordinance_engine::format;
use ordinance_engine::policy::Severity;
use ordinance_engine::scan::{Scan, ScanOptions, scan};
use ordinance_report::terminal::{self, Style};
use ordinance_report::{Context, Provenance, json, sarif};

use crate::args::{FailOn, OutputFormat, SarifProfile, ScanArguments};
use crate::config::{self, Config};
use crate::exit::{CommandError, Exit};
use crate::progress::Bar;
use crate::provenance::Checkout;
use crate::streams;
use crate::{facts, pack, parameters};

/// Scans, writes the reports and decides the exit code.
///
/// # Errors
/// Before scanning: wrong arguments or policies. After it: a report that cannot be written.
pub(crate) fn run(arguments: &ScanArguments) -> Result<Exit, CommandError> {
    check_paths(arguments)?;
    let config = config::of(&arguments.choice, &root(arguments))?;
    let set = pack::load_chosen(&arguments.choice, &config)?;
    let selection = pack::select(&set, &arguments.choice, &config)?;
    let packs: Vec<_> = selection.packs.iter().cloned().collect();
    let evaluator = Evaluator::new(Arc::new(set), selection, Limits::default());
    // The process ends after the reports: giving back each small piece of these would only delay that.
    let evaluator = ManuallyDrop::new(evaluator);
    let threshold = Threshold::of(arguments, &config);
    let options = options(arguments, config)?;

    let bar = Bar::new(!arguments.no_progress && streams::stderr_is_terminal());
    let result = scan(options, &evaluator, &|progress| bar.advance(progress));
    bar.finish();
    let scan = result.map_err(|error| CommandError::usage(error.to_string()))?;
    let scan = ManuallyDrop::new(scan);

    let exit = exit(&scan, threshold, arguments.exit_zero);
    let checkout = Checkout::around(&root(arguments));
    let context = Context {
        provenance: checkout.as_ref().map(|checkout| Provenance {
            repository_uri: &checkout.repository,
            revision: Some(&checkout.revision),
            branch: checkout.branch.as_deref(),
        }),
        version: env!("CARGO_PKG_VERSION"),
        packs: &packs,
        exit_code: exit as i32,
        allow_incomplete: arguments.allow_incomplete,
        category: Some(&*arguments.category).filter(|category| !category.is_empty()),
        verbose: arguments.verbose,
        ..Context::default()
    };
    write_reports(&scan, &context, arguments)?;
    Ok(exit)
}

/// The folder that the scanned files lie in: what is named first, else the current one.
fn root(arguments: &ScanArguments) -> PathBuf {
    let first = arguments.paths.iter().find(|path| path.is_dir());
    first.cloned().unwrap_or_else(|| ".".into())
}

/// A path that does not exist is a mistake of the command line, not of the scan.
fn check_paths(arguments: &ScanArguments) -> Result<(), CommandError> {
    for path in &arguments.paths {
        if path.as_os_str() != "-" && !path.exists() {
            let message = format!("there is no file or folder '{}'", path.display());
            return Err(CommandError::usage(message));
        }
    }
    Ok(())
}

fn options(arguments: &ScanArguments, config: Config) -> Result<ScanOptions, CommandError> {
    let reads_stdin = |path: &Path| path.as_os_str() == "-";
    let mut paths: Vec<_> = arguments.paths.clone();
    let stdin = paths.iter().any(|path| reads_stdin(path));
    paths.retain(|path| !reads_stdin(path));
    if arguments.paths.is_empty() {
        paths.push(".".into());
    }
    let parameters = match &arguments.parameters {
        Some(path) => parameters::read(path)?,
        None => BTreeMap::new(),
    };
    Ok(ScanOptions {
        discovery: DiscoveryOptions {
            paths,
            exclude: arguments.exclude.clone(),
            leave_out: config.exclude,
        },
        texts: if stdin {
            vec![read_stdin()?]
        } else {
            Vec::new()
        },
        facts: facts::read_all(&arguments.facts)?,
        format: format::Options {
            parameters,
            strict_parameters: arguments.strict_parameters || config.strict_parameters,
            ..format::Options::default()
        },
        template_parameters: config.parameters,
        evidence: wants_evidence(arguments),
        threads: arguments.threads,
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

/// Only audit SARIF and JSON show passes and every examined value.
fn wants_evidence(arguments: &ScanArguments) -> bool {
    let formats = arguments.output.iter().map(|(format, _)| *format);
    formats
        .chain([arguments.format])
        .any(|format| match format {
            OutputFormat::Sarif => arguments.sarif_profile == SarifProfile::Audit,
            OutputFormat::Json => true,
            OutputFormat::Terminal => false,
        })
}

/// From where on findings decide the exit code.
#[derive(Clone, Copy)]
struct Threshold {
    fail_on: FailOn,
    unknown: bool,
}

impl Threshold {
    fn of(arguments: &ScanArguments, config: &Config) -> Self {
        Self {
            fail_on: arguments.fail_on.or(config.fail_on).unwrap_or(FailOn::Low),
            unknown: arguments.fail_on_unknown || config.fail_on_unknown,
        }
    }

    fn counts(self, outcome: Outcome, severity: Severity) -> bool {
        let at_or_above = match self.fail_on {
            FailOn::Low => true,
            FailOn::Medium => severity >= Severity::Medium,
            FailOn::High => severity >= Severity::High,
            FailOn::Critical => severity >= Severity::Critical,
            FailOn::Never => false,
        };
        match outcome {
            Outcome::Fail => at_or_above,
            Outcome::Unknown => self.unknown && at_or_above,
            Outcome::Pass => false,
        }
    }
}

/// Errors win over findings; having had nothing to check wins over being clean.
fn exit(scan: &Scan, threshold: Threshold, exit_zero: bool) -> Exit {
    if !scan.complete {
        return Exit::Incomplete;
    }
    if scan.coverage.judged.is_empty() {
        return Exit::NothingToCheck;
    }
    let counts = scan
        .findings
        .iter()
        .any(|finding| threshold.counts(finding.outcome, finding.severity));
    if counts && !exit_zero {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

fn write_reports(
    scan: &Scan,
    context: &Context<'_>,
    arguments: &ScanArguments,
) -> Result<(), CommandError> {
    for (format, path) in &arguments.output {
        let failed = |source| CommandError::Write {
            what: path.display().to_string(),
            source,
        };
        let file = File::create(path).map_err(failed)?;
        // A file has no colours, whatever the terminal has.
        let style = streams::style_of_files();
        write_report(scan, context, *format, arguments, style, file).map_err(failed)?;
    }
    let failed = |source| CommandError::Write {
        what: "to standard output".into(),
        source,
    };
    let style = streams::style_of_stdout(arguments.color);
    let stdout = io::stdout().lock();
    write_report(scan, context, arguments.format, arguments, style, stdout).map_err(failed)?;
    if arguments.format != OutputFormat::Terminal {
        streams::complain(&summary(scan));
    }
    Ok(())
}

/// One line for people whose report goes to a machine.
fn summary(scan: &Scan) -> String {
    let count = |outcome| {
        let findings = scan.findings.iter();
        findings
            .filter(|finding| finding.outcome == outcome)
            .count()
    };
    let judged: usize = scan.coverage.judged.values().sum();
    let incomplete = if scan.complete {
        ""
    } else {
        "; the scan is incomplete"
    };
    format!(
        "ordinance: {} failed, {} unknown in {judged} files{incomplete}",
        count(Outcome::Fail),
        count(Outcome::Unknown)
    )
}

fn write_report(
    scan: &Scan,
    context: &Context<'_>,
    format: OutputFormat,
    arguments: &ScanArguments,
    style: Style,
    out: impl Write,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    match format {
        OutputFormat::Terminal => terminal::write(scan, context, style, &mut out)?,
        OutputFormat::Json => json::write(scan, context, &mut out)?,
        OutputFormat::Sarif => {
            let profile = match arguments.sarif_profile {
                SarifProfile::CodeScanning => sarif::Profile::CodeScanning,
                SarifProfile::Audit => sarif::Profile::Audit,
            };
            let written = sarif::write(scan, context, profile, &mut out)?;
            if written.dropped > 0 {
                streams::complain(&format!(
                    "{} results were left out of SARIF: code scanning takes {} a run. The audit profile keeps all.",
                    written.dropped,
                    sarif::RESULT_LIMIT
                ));
            }
        }
    }
    out.flush()
}
