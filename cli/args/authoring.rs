//! Arguments of the verbs for those who write policies.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Choice, ColorChoice, ConfigSource, Input};

/// Which policies are looked at.
#[derive(Debug, Args)]
pub(crate) struct Tested {
    /// Files and folders of policies, with their `*_test.rego` and `fixtures/` (default: the policies of ordinance.toml, else
    /// the current folder)
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Load policies and libraries from here too, without looking at them (repeatable)
    #[arg(long, value_name = "DIR_OR_FILE")]
    pub(crate) policy: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) source: ConfigSource,
}

/// Arguments of `test`.
#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    #[command(flatten)]
    pub(crate) tested: Tested,
    /// Run only tests whose file or name holds this text
    #[arg(long, short = 'k', value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// Show which lines of the policies are reached, or write that to a file: lcov=FILE, html=FILE (repeatable)
    #[arg(
        long,
        value_name = "FORMAT[=FILE]",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "terminal",
        value_parser = parse_coverage
    )]
    pub(crate) coverage: Vec<(CoverageFormat, Option<PathBuf>)>,
    /// Exit with 1 when fewer lines of any file, in per cent, are reached
    #[arg(long, value_name = "PERCENT")]
    pub(crate) least_coverage: Option<f64>,
    /// How to show the results
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: TestFormat,
    /// Write the results to a file as JUnit XML too
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Run the tests again whenever something changes
    #[arg(long)]
    pub(crate) watch: bool,
    /// Show what passes too
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Use so many threads (default: one a core)
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) tested: Tested,
    /// Exit with 1 for warnings too
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// Use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// Arguments of `eval`.
#[derive(Debug, Args)]
pub(crate) struct EvalArguments {
    /// The expression (several apart by semicolons), and the file that is `input`; `-` reads standard input
    #[arg(value_name = "EXPR [FILE]", num_args = 0..=2)]
    pub(crate) words: Vec<String>,
    /// Take template parameter values from a file
    #[arg(long, value_name = "FILE")]
    pub(crate) parameters: Option<PathBuf>,
    /// Let defaults decide nothing: a template parameter without a given value is undecided
    #[arg(long)]
    pub(crate) strict_parameters: bool,
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// Show the input as policies see it
    #[arg(long)]
    pub(crate) show_input: bool,
    /// How to show the answer
    #[arg(long, value_name = "FORMAT", default_value = "pretty")]
    pub(crate) format: EvalFormat,
    /// Exit with 1 where the expression is undefined or false
    #[arg(long)]
    pub(crate) fail: bool,
    /// Use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// Arguments of `repl`.
#[derive(Debug, Args)]
pub(crate) struct ReplArguments {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// Use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub(crate) struct NewArguments {
    /// What it is called: storage/bucket-tags
    #[arg(value_name = "FAMILY/SLUG")]
    pub(crate) name: String,
    /// Its id (default: the next free one of the family)
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// The resource type that it judges: of CloudFormation or Terraform
    #[arg(long = "type", value_name = "TYPE", default_value = "AWS::S3::Bucket")]
    pub(crate) resource: String,
    /// The property that it demands, to begin with
    #[arg(long, value_name = "PROPERTY", default_value = "Tags")]
    pub(crate) property: String,
    /// Write below this folder (default: the first folder of policies of ordinance.toml, else policies)
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) source: ConfigSource,
}

/// Formats of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalFormat {
    /// Variables and values, for people
    Pretty,
    /// JSON as `opa eval` prints it
    Json,
    /// Values alone, one a line
    Raw,
}

/// Formats of test results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// What fails, for people
    Terminal,
    /// JUnit XML
    Junit,
}

/// Formats of coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageFormat {
    /// A table
    Terminal,
    /// LCOV's tracefile
    Lcov,
    /// A page
    Html,
}

/// Reads `FORMAT` or `FORMAT=FILE`.
///
/// # Errors
/// What is wrong with the text.
fn parse_coverage(text: &str) -> Result<(CoverageFormat, Option<PathBuf>), String> {
    let (format, file) = match text.split_once('=') {
        Some((format, file)) => (format, Some(file)),
        None => (text, None),
    };
    let format = CoverageFormat::from_str(format, false)?;
    match file {
        Some("") => Err("the file's name is missing".to_owned()),
        None if format != CoverageFormat::Terminal => {
            Err(format!("expected a file, such as {text}=coverage.{text}"))
        }
        file => Ok((format, file.map(PathBuf::from))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_names_a_format_and_most_need_a_file() {
        let lcov = (CoverageFormat::Lcov, Some(PathBuf::from("a.info")));
        assert_eq!(parse_coverage("lcov=a.info"), Ok(lcov));
        assert_eq!(
            parse_coverage("terminal"),
            Ok((CoverageFormat::Terminal, None))
        );
        assert!(parse_coverage("html").is_err());
        assert!(parse_coverage("html=").is_err());
    }
}
