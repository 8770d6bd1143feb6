//! `ordinance scan`.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::policy::Severity;
use ordinance_engine::scan::Scan;
use ordinance_report::terminal::{self, Style};
use ordinance_report::{
    Context, Provenance, annotations, csv, gitlab, in_toto, json, junit, markdown, sarif,
};

use crate::args::{FailOn, OutputFormat, SarifProfile, ScanArguments};
use crate::config::Config;
use crate::exit::{CommandError, Exit};
use crate::provenance::Checkout;
use crate::session::{self, Session};
use crate::{accepted, streams};

/// Scans, writes the reports and decides the exit code.
///
/// # Errors
/// Before scanning: wrong arguments or policies. After it: a report that cannot be written.
pub(crate) fn run(arguments: &ScanArguments) -> Result<Exit, CommandError> {
    let config = session::config(&arguments.input)?;
    let threshold = Threshold::of(arguments, &config);
    let suppress = accepted::options(
        &arguments.accepted,
        &config,
        &session::root(&arguments.input),
    )?;
    let mut session = Session::new(&arguments.input, config)?;
    session.options.evidence = wants_evidence(arguments);
    session.options.suppress = suppress;
    let packs = std::mem::take(&mut session.packs);
    let policies = if wants_digest(arguments) {
        session.policies_sha256()
    } else {
        String::new()
    };
    let scan = session.scan(!arguments.no_progress)?;

    let exit = exit(&scan, threshold, arguments.exit_zero);
    let checkout = Checkout::around(&session::root(&arguments.input));
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
        ..Context::default()
    };
    write_reports(&scan, &context, arguments)?;
    Ok(exit)
}

/// Tells whether a report names the sha256 of the policies.
fn wants_digest(arguments: &ScanArguments) -> bool {
    formats(arguments).any(|format| format == OutputFormat::InToto)
}

/// Every format that is asked for.
fn formats(arguments: &ScanArguments) -> impl Iterator<Item = OutputFormat> {
    let files = arguments.output.iter().map(|(format, _)| *format);
    files.chain([arguments.format])
}

/// Formats that show passes, examined values or hashes of the files.
fn wants_evidence(arguments: &ScanArguments) -> bool {
    formats(arguments).any(|format| match format {
        OutputFormat::Sarif => arguments.sarif_profile == SarifProfile::Audit,
        OutputFormat::Json | OutputFormat::Junit | OutputFormat::Csv | OutputFormat::InToto => true,
        OutputFormat::Terminal
        | OutputFormat::Markdown
        | OutputFormat::Github
        | OutputFormat::Gitlab => false,
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
        OutputFormat::Junit => junit::write(scan, &mut out)?,
        OutputFormat::Csv => csv::write(scan, &mut out)?,
        OutputFormat::Markdown => markdown::write(scan, context, &mut out)?,
        OutputFormat::Github => annotations::write(scan, &mut out)?,
        OutputFormat::Gitlab => gitlab::write(scan, &mut out)?,
        OutputFormat::InToto => in_toto::write(scan, context, &mut out)?,
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
