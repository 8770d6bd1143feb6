//! What can be asked for on the command line.

mod authoring;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use ordinance_engine::suppress::Date;

use crate::accepted::BASELINE;
pub(crate) use authoring::{
    CheckArguments, CoverageFormat, EvalArguments, EvalFormat, NewArguments, ReplArguments,
    TestArguments, TestFormat, Tested,
};

/// Policy as code for CloudFormation templates, Terraform plans and GitHub Actions workflows
#[derive(Debug, Parser)]
#[command(name = "ordinance", version, max_term_width = 100)]
pub(crate) struct Ordinance {
    /// The verb.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge templates, plans and workflows
    Scan(Box<ScanArguments>),
    /// List the controls
    Rules(RulesArguments),
    /// Show what is understood of a system: entry points, services, data stores, subnets, jobs that deploy
    Map(MapArguments),
    /// Explain a control
    Explain(ExplainArguments),
    /// Record the findings of today, so that only new ones count
    Baseline(Box<BaselineArguments>),
    /// Run the tests of policies: their `test_*` rules, and the fixtures beside them
    Test(Box<TestArguments>),
    /// Look for mistakes in policies: names, types and properties that do not exist, what is read and not examined
    Check(CheckArguments),
    /// Answer an expression of Rego over a file
    Eval(Box<EvalArguments>),
    /// Ask about files and policies, one question after the other
    Repl(Box<ReplArguments>),
    /// Write a new policy with a test and fixtures
    New(NewArguments),
    /// Write a configuration for what is found here
    Init(InitArguments),
    /// Print a script that completes commands in a shell
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Print the manual page of a verb, or write those of all
    Man(ManArguments),
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The folder to look at and to write to
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// List the suppressions of other tools, with the control here that is nearest; nothing is written
    #[arg(long)]
    pub(crate) migrate: bool,
    /// Replace a configuration that exists
    #[arg(long)]
    pub(crate) force: bool,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// The verb (default: the program itself)
    #[arg(value_name = "VERB")]
    pub(crate) verb: Option<String>,
    /// Write the pages of the program and all verbs into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "verb")]
    pub(crate) output: Option<PathBuf>,
}

/// Which controls are chosen.
#[derive(Debug, Args)]
#[command(next_help_heading = "Controls")]
pub(crate) struct Choice {
    /// Use a pack of controls (repeatable; default: baseline)
    #[arg(long, value_name = "PACK")]
    pub(crate) pack: Vec<String>,
    /// Use only these controls, whatever their packs; the packs set the parameters (repeatable)
    #[arg(long, value_name = "ID")]
    pub(crate) rule: Vec<String>,
    /// Leave a control out (repeatable)
    #[arg(long, value_name = "ID")]
    pub(crate) skip_rule: Vec<String>,
    /// Add policies from a file or folder of Rego (repeatable)
    #[arg(long, value_name = "DIR_OR_FILE")]
    pub(crate) policy: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) source: ConfigSource,
}

/// Where the configuration lies.
#[derive(Debug, Args)]
pub(crate) struct ConfigSource {
    /// Take this configuration (default: ordinance.toml of the scanned folder or the nearest above it)
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long)]
    pub(crate) no_config: bool,
}

/// What is read.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// Files and folders to scan; `-` reads standard input; a file given by name is scanned whatever its name
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Take template parameter values from a file: a map, a list as the AWS tools take it, or samconfig.toml
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) parameters: Option<PathBuf>,
    /// Let defaults decide nothing: a template parameter without a given value is undecided
    #[arg(long, help_heading = "Input")]
    pub(crate) strict_parameters: bool,
    /// Follow links that lead out of what is scanned
    #[arg(long, help_heading = "Input")]
    pub(crate) follow_links: bool,
    /// Leave out paths that match a glob (repeatable)
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub(crate) exclude: Vec<String>,
}

/// What is judged, and by which controls.
#[derive(Debug, Args)]
pub(crate) struct Judged {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// Take settings of GitHub repositories as evidence: what `gh api` prints (repeatable; docs/facts.md)
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) facts: Vec<PathBuf>,
    /// Use so many threads (default: one a core)
    #[arg(long, value_name = "N", help_heading = "Input")]
    pub(crate) threads: Option<usize>,
}

/// Which findings are accepted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Accepted findings")]
pub(crate) struct Accepted {
    /// Let no suppression have any effect
    #[arg(long)]
    pub(crate) no_suppressions: bool,
    /// Take exceptions from a file (default: ordinance-exceptions.yaml of the scanned folder or the nearest above it)
    #[arg(long, value_name = "FILE", conflicts_with = "no_suppressions")]
    pub(crate) exceptions: Option<PathBuf>,
    /// Take known findings from a file (default: ordinance-baseline.json of the scanned folder or the nearest above it)
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub(crate) baseline: Option<PathBuf>,
    /// Take suppressions that are not needed (SUP-003) out of their files
    #[arg(long, conflicts_with = "no_suppressions")]
    pub(crate) fix_suppressions: bool,
    /// Let known findings count like new ones
    #[arg(long)]
    pub(crate) no_baseline: bool,
    /// Judge on this day whether a suppression has expired (default: the current day, in UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// Arguments of `baseline`.
#[derive(Debug, Args)]
pub(crate) struct BaselineArguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: BaselineVerb,
}

/// What to do with a baseline.
#[derive(Debug, Subcommand)]
pub(crate) enum BaselineVerb {
    /// Scan, and record every failure
    Create {
        #[command(flatten)]
        judged: Judged,
        /// Write this file
        #[arg(long, value_name = "FILE", default_value = BASELINE, help_heading = "Baseline")]
        file: PathBuf,
        /// Replace a file that exists
        #[arg(long, help_heading = "Baseline")]
        force: bool,
    },
    /// Scan, and drop what is no longer found
    Update {
        #[command(flatten)]
        judged: Judged,
        /// Read and write this file
        #[arg(long, value_name = "FILE", default_value = BASELINE, help_heading = "Baseline")]
        file: PathBuf,
        /// Record new failures too
        #[arg(long, help_heading = "Baseline")]
        accept_new: bool,
    },
    /// List what is recorded
    Show {
        /// Read this file
        #[arg(long, value_name = "FILE", default_value = BASELINE, help_heading = "Baseline")]
        file: PathBuf,
    },
}

/// Arguments of `scan`.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
#[derive(Debug, Args)]
pub(crate) struct ScanArguments {
    #[command(flatten)]
    pub(crate) judged: Judged,
    #[command(flatten)]
    pub(crate) accepted: Accepted,
    /// Report only what has to do with changed files: those named, else those that git calls changed or new. What they
    /// may join with is scanned too
    #[arg(long, help_heading = "Input")]
    pub(crate) changed_only: bool,
    /// Scan again whenever something changes
    #[arg(long, help_heading = "Input")]
    pub(crate) watch: bool,
    /// Write this format to standard output (default: terminal)
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: Option<OutputFormat>,
    /// Write a format to a file too (repeatable)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse_output, help_heading = "Output")]
    pub(crate) output: Vec<(OutputFormat, PathBuf)>,
    /// What SARIF holds: failures for code scanning, or every verdict with its evidence
    #[arg(
        long,
        value_name = "PROFILE",
        default_value = "code-scanning",
        help_heading = "Output"
    )]
    pub(crate) sarif_profile: SarifProfile,
    /// Show in the terminal what the scan says of each control of a framework, such as `nist_800_53_r5`
    #[arg(long, value_name = "FRAMEWORK", help_heading = "Output")]
    pub(crate) framework: Option<String>,
    /// Put this name into SARIF's category, to keep several scans of one repository apart
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        help_heading = "Output",
        hide_default_value = true
    )]
    pub(crate) category: String,
    /// Show every finding in the terminal, however many are alike, and what took how long on standard error
    #[arg(long, short, help_heading = "Output")]
    pub(crate) verbose: bool,
    /// Show failures alone in the terminal, and nothing where nothing fails
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Show no progress bar
    #[arg(long, help_heading = "Output")]
    pub(crate) no_progress: bool,
    /// Use colours
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output"
    )]
    pub(crate) color: ColorChoice,
    /// Exit with 1 only for findings of at least this severity (default: low)
    #[arg(long, value_name = "SEVERITY", help_heading = "Exit code")]
    pub(crate) fail_on: Option<FailOn>,
    /// Let verdicts that cannot be decided count like findings
    #[arg(long, help_heading = "Exit code")]
    pub(crate) fail_on_unknown: bool,
    /// Exit with 0 whatever is found; errors keep their codes
    #[arg(long, help_heading = "Exit code")]
    pub(crate) exit_zero: bool,
    /// Let a scan that could not read everything count as a successful execution in SARIF
    #[arg(long, help_heading = "Exit code")]
    pub(crate) allow_incomplete: bool,
}

/// Arguments of `map`.
#[derive(Debug, Args)]
pub(crate) struct MapArguments {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) source: ConfigSource,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: MapFormat,
    /// Use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// Arguments of `rules`.
#[derive(Debug, Args)]
pub(crate) struct RulesArguments {
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// How to list them
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: ListFormat,
    /// Use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The control's id or slug
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
    /// Look among policies from a file or folder of Rego too (repeatable)
    #[arg(long, value_name = "DIR_OR_FILE")]
    pub(crate) policy: Vec<PathBuf>,
    /// Use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// Formats of a scan's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// Diagnostics for people
    Terminal,
    /// SARIF 2.1.0
    Sarif,
    /// Ordinance's own JSON
    Json,
    /// An audit report in one HTML file
    Html,
    /// JUnit XML: one suite a control
    Junit,
    /// One row a verdict
    Csv,
    /// A summary for a job, in Markdown
    Markdown,
    /// Annotations of a GitHub Actions run
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// An unsigned in-toto statement: the files scanned and the controls that hold
    InToto,
    /// OSCAL assessment results
    Oscal,
}

/// Formats of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MapFormat {
    /// Text for people
    Text,
    /// A Mermaid flowchart, which GitHub draws in Markdown
    Mermaid,
}

/// Formats of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A table
    Terminal,
    /// JSON
    Json,
}

/// What SARIF holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SarifProfile {
    /// Failures only, for GitHub code scanning
    CodeScanning,
    /// Every verdict and its evidence
    Audit,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The threshold of the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum FailOn {
    /// Any finding
    Low,
    /// Medium and above
    Medium,
    /// High and above
    High,
    /// Critical only
    Critical,
    /// No finding
    Never,
}

/// Reads `FORMAT=FILE`.
///
/// # Errors
/// What is wrong with the text.
pub(crate) fn parse_output(text: &str) -> Result<(OutputFormat, PathBuf), String> {
    let (format, file) = text
        .split_once('=')
        .ok_or("expected FORMAT=FILE, such as sarif=results.sarif")?;
    if file.is_empty() {
        return Err("the file's name is missing".to_owned());
    }
    Ok((OutputFormat::from_str(format, false)?, PathBuf::from(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        use clap::CommandFactory as _;
        Ordinance::command().debug_assert();
    }

    #[test]
    fn an_output_names_its_format_and_file() {
        assert_eq!(
            parse_output("sarif=a=b.sarif"),
            Ok((OutputFormat::Sarif, PathBuf::from("a=b.sarif")))
        );
        assert!(parse_output("sarif").is_err());
        assert!(parse_output("pdf=a").is_err());
    }
}
