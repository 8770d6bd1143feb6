//! `ordinance scan`.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::policy::{Metadata, Severity, hint};
use ordinance_engine::scan::Scan;
use ordinance_report::terminal::{self, Style};
use ordinance_report::{
    Context, Provenance, annotations, csv, gitlab, html, in_toto, json, junit, markdown, oscal,
    requirements, sarif,
};

use crate::args::{FailOn, OutputFormat, SarifProfile, ScanArguments};
use crate::changed::Changes;
use crate::config::Config;
use crate::exit::{CommandError, Exit};
use crate::provenance::Checkout;
use crate::replace::replace;
use crate::session::{self, Session};
use crate::watch::watch;
use crate::{accepted, clock, fix, streams};

/// Scans, writes the reports and decides the exit code.
///
/// # Errors
/// Before scanning: wrong arguments or policies. After it: a report that cannot be written.
pub(crate) fn run(arguments: &ScanArguments) -> Result<Exit, CommandError> {
    if arguments.watch {
        watch(arguments, || once(arguments))
    } else {
        once(arguments)
    }
}

fn once(arguments: &ScanArguments) -> Result<Exit, CommandError> {
    once_mending(arguments, arguments.accepted.fix_suppressions)
}

/// Scans once; where suppressions are to be taken out and some were, once more.
fn once_mending(arguments: &ScanArguments, mends: bool) -> Result<Exit, CommandError> {
    let config = session::config(&arguments.judged)?;
    let threshold = Threshold::of(arguments, &config);
    let reports = Reports::of(arguments, &config);
    let root = session::root(&arguments.judged.input);
    let suppress = accepted::options(&arguments.accepted, &config, &root)?;
    let changes = arguments
        .changed_only
        .then(|| Changes::of(&arguments.judged.input.paths))
        .transpose()?;
    let mut session = Session::new(&arguments.judged, config)?;
    if arguments.verbose {
        session = session.with_timings();
    }
    if reports.formats().any(|format| format == OutputFormat::Html) {
        session = session.with_architecture();
    }
    if let Some(changes) = changes {
        session.restrict(changes);
    }
    session.options.evidence = reports.want_evidence(arguments.sarif_profile);
    session.options.suppress = suppress;
    let packs = std::mem::take(&mut session.packs);
    let policies = if reports.want_digest() {
        session.policies_sha256()
    } else {
        String::new()
    };
    let all = session.metadata();
    if let Some(key) = &arguments.framework {
        check_framework(key, &all)?;
    }
    session.is_last = !arguments.watch;
    let scan = session.scan(!arguments.no_progress)?;
    if mends && fix::suppressions(&scan)? {
        return once_mending(arguments, false);
    }

    let exit = exit(&scan, threshold, arguments);
    let checkout = Checkout::around(&root);
    let context = Context {
        provenance: checkout.as_ref().map(|checkout| Provenance {
            repository_uri: &checkout.repository,
            revision: Some(&checkout.revision),
            branch: checkout.branch.as_deref(),
        }),
        version: env!("CARGO_PKG_VERSION"),
        policies_sha256: &policies,
        packs: &packs,
        exit_code: exit as i32,
        allow_incomplete: arguments.allow_incomplete,
        category: Some(&*arguments.category).filter(|category| !category.is_empty()),
        verbose: arguments.verbose,
        framework: arguments.framework.as_deref().map(|key| (key, &all[..])),
        quiet: arguments.quiet,
        ..Context::default()
    };
    write_reports(&scan, &context, arguments, &reports)?;
    if !arguments.watch {
        // The process ends now: giving back each small piece of the scan would only delay that.
        std::mem::forget(scan);
    }
    Ok(exit)
}

/// A framework that no policy serves is a mistake of the command line.
fn check_framework(key: &str, all: &[Arc<Metadata>]) -> Result<(), CommandError> {
    let keys = requirements::keys(all);
    if keys.contains(&key) {
        return Ok(());
    }
    let hint = hint(key, keys.iter().copied());
    Err(CommandError::Usage {
        message: format!("there is no framework '{key}'{hint}"),
        help: Some(format!("The policies serve {}", keys.join(", "))),
    })
}

/// The reports that are asked for.
struct Reports {
    /// What goes to standard output.
    stdout: OutputFormat,
    /// What goes to files.
    files: Vec<(OutputFormat, PathBuf)>,
}

impl Reports {
    /// What the arguments say, and the configuration where they say nothing.
    fn of(arguments: &ScanArguments, config: &Config) -> Self {
        let files = if arguments.output.is_empty() {
            &config.output
        } else {
            &arguments.output
        };
        let stdout = arguments.format.or(config.format);
        Self {
            stdout: stdout.unwrap_or(OutputFormat::Terminal),
            files: files.clone(),
        }
    }

    fn formats(&self) -> impl Iterator<Item = OutputFormat> {
        let files = self.files.iter().map(|(format, _)| *format);
        files.chain([self.stdout])
    }

    /// Tells whether a report names the sha256 of the policies.
    fn want_digest(&self) -> bool {
        self.formats().any(|format| {
            let digested = [
                OutputFormat::InToto,
                OutputFormat::Html,
                OutputFormat::Oscal,
            ];
            digested.contains(&format)
        })
    }

    /// Tells whether a report shows passes, examined values or hashes of the files.
    fn want_evidence(&self, profile: SarifProfile) -> bool {
        self.formats().any(|format| match format {
            OutputFormat::Sarif => profile == SarifProfile::Audit,
            OutputFormat::Json
            | OutputFormat::Html
            | OutputFormat::Junit
            | OutputFormat::Csv
            | OutputFormat::InToto
            | OutputFormat::Oscal => true,
            OutputFormat::Terminal
            | OutputFormat::Markdown
            | OutputFormat::Github
            | OutputFormat::Gitlab => false,
        })
    }
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
fn exit(scan: &Scan, threshold: Threshold, arguments: &ScanArguments) -> Exit {
    if !scan.complete {
        return Exit::Incomplete;
    }
    if scan.coverage.judged.is_empty() {
        // A commit that touches nothing of ours is as good as a clean one.
        return if arguments.changed_only {
            Exit::Clean
        } else {
            Exit::NothingToCheck
        };
    }
    let counts = scan
        .findings
        .iter()
        .any(|finding| threshold.counts(finding.outcome, finding.severity));
    if counts && !arguments.exit_zero {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

fn write_reports(
    scan: &Scan,
    context: &Context<'_>,
    arguments: &ScanArguments,
    reports: &Reports,
) -> Result<(), CommandError> {
    for (format, path) in &reports.files {
        let failed = |source| CommandError::Write {
            what: path.display().to_string(),
            source,
        };
        // A file has no colours, whatever the terminal has.
        let style = streams::style_of_files();
        replace(path, |file| {
            write_report(scan, context, *format, arguments, style, file)
        })
        .map_err(failed)?;
    }
    let failed = |source| CommandError::Write {
        what: "to standard output".into(),
        source,
    };
    let style = streams::style_of_stdout(arguments.color);
    let stdout = io::stdout().lock();
    match write_report(scan, context, reports.stdout, arguments, style, stdout) {
        // A reader that has seen enough changes nothing of the verdict.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        result => result.map_err(failed)?,
    }
    if reports.stdout != OutputFormat::Terminal && !arguments.quiet {
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
        OutputFormat::Html => html::write(scan, context, &mut out)?,
        OutputFormat::Junit => junit::write(scan, &mut out)?,
        OutputFormat::Csv => csv::write(scan, &mut out)?,
        OutputFormat::Markdown => markdown::write(scan, context, &mut out)?,
        OutputFormat::Github => annotations::write(scan, &mut out)?,
        OutputFormat::Gitlab => gitlab::write(scan, &mut out)?,
        OutputFormat::InToto => in_toto::write(scan, context, &mut out)?,
        OutputFormat::Oscal => {
            let now = clock::now();
            let times = Some((now.as_str(), now.as_str()));
            oscal::write(scan, &Context { times, ..*context }, &mut out)?;
        }
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
