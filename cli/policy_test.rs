//! `ordinance test`: unit tests and fixtures of policies.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordinance_engine::policy_test::{Coverage, Options, Run, run as run_tests};
use ordinance_report::policy_test as report;

use crate::args::{CoverageFormat, TestArguments, TestFormat, Tested};
use crate::exit::{CommandError, Exit};
use crate::{config, pack, replace, streams, watch};

/// Runs the tests, again and again where that is asked for.
///
/// # Errors
/// When policies do not load, or a report cannot be written.
pub(crate) fn run(arguments: &TestArguments) -> Result<Exit, CommandError> {
    if !arguments.watch {
        return once(arguments);
    }
    let look = || {
        let paths = tested(&arguments.tested).unwrap_or_default();
        watch::files_below(&paths)
    };
    watch::again_and_again(look, || once(arguments))
}

fn once(arguments: &TestArguments) -> Result<Exit, CommandError> {
    let tested = tested(&arguments.tested)?;
    let set = pack::load_tested(&tested, &arguments.tested.policy)?;
    let coverage = !arguments.coverage.is_empty() || arguments.least_coverage.is_some();
    let options = Options {
        filter: arguments.filter.clone(),
        coverage,
        threads: arguments.threads,
        ..Options::default()
    };
    let results = run_tests(&Arc::new(set), &tested, &options)
        .map_err(|error| CommandError::usage(error.to_string()))?;
    write(&results, arguments)?;
    if results.units.is_empty() && results.fixtures.is_empty() {
        streams::complain(
            "There are no tests here: no `test_*` rule in a `*_test.rego` file, and no `fixtures/` beside a policy.",
        );
        return Ok(Exit::NothingToCheck);
    }
    let least = arguments.least_coverage;
    let is_covered = results.coverage.as_ref().is_none_or(|coverage| {
        let mut files = coverage.files.values();
        least.is_none_or(|least| files.all(|file| file.percent() >= least))
    });
    Ok(if results.failed() == 0 && is_covered {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

/// Returns what is tested: what the arguments name, else the policies of the configuration, else the current folder.
pub(crate) fn tested(tested: &Tested) -> Result<Vec<PathBuf>, CommandError> {
    if !tested.paths.is_empty() {
        let missing = tested.paths.iter().find(|path| !path.exists());
        return match missing {
            Some(path) => Err(CommandError::usage(format!(
                "there is no file or folder '{}'",
                path.display()
            ))),
            None => Ok(tested.paths.clone()),
        };
    }
    let config = config::of(&tested.source, Path::new("."))?;
    if config.policies.is_empty() {
        return Ok(vec![PathBuf::from(".")]);
    }
    Ok(config.policies)
}

fn write(results: &Run, arguments: &TestArguments) -> Result<(), CommandError> {
    let style = streams::style_of_stdout(arguments.color);
    let failed = |source| CommandError::Write {
        what: "the results".into(),
        source,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    match arguments.format {
        TestFormat::Terminal => report::write(results, arguments.verbose, style, &mut out),
        TestFormat::Junit => report::junit(results, &mut out),
    }
    .map_err(failed)?;
    if let Some(path) = &arguments.junit {
        to_file(path, |out| report::junit(results, out))?;
    }
    if let Some(coverage) = &results.coverage {
        let is_table = arguments.coverage.is_empty()
            || arguments.coverage.iter().any(|(_, path)| path.is_none());
        if is_table && arguments.format == TestFormat::Terminal {
            let least = arguments.least_coverage.unwrap_or(0.0);
            report::coverage_table(coverage, least, style, &mut out).map_err(failed)?;
        }
        coverage_files(coverage, arguments)?;
    }
    out.flush().map_err(failed)
}

fn coverage_files(coverage: &Coverage, arguments: &TestArguments) -> Result<(), CommandError> {
    for (format, path) in &arguments.coverage {
        let Some(path) = path else { continue };
        match format {
            CoverageFormat::Terminal => to_file(path, |out| {
                let least = arguments.least_coverage.unwrap_or(0.0);
                report::coverage_table(coverage, least, streams::style_of_files(), out)
            })?,
            CoverageFormat::Lcov => to_file(path, |out| report::coverage_lcov(coverage, out))?,
            CoverageFormat::Html => to_file(path, |out| report::coverage_html(coverage, out))?,
        }
    }
    Ok(())
}

/// Writes a file whole or not at all.
fn to_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CommandError> {
    let failed = |source| CommandError::Write {
        what: path.display().to_string(),
        source,
    };
    if let Some(folder) = path.parent().filter(|one| !one.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    replace::replace(path, |file| write(file)).map_err(failed)
}
