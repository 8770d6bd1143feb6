//! Tests of policies: unit tests (`test_*` rules) and fixtures (whole inputs beside a policy), and the lines they reach.
//!
//! Fixtures go through the scan that users run. Knows nothing of how results are shown.

mod check;
mod coverage;
mod fixture;
mod unit;

use std::path::PathBuf;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::evaluate::{Limits, STACK_SIZE};
use crate::policy::{Module, PolicySet};
use crate::scan::ScanError;

pub use check::check;
pub use coverage::{Coverage, FileCoverage};
pub use fixture::{Case, Complaint, FixtureResult, cases};
pub use unit::{Outcome, UnitResult};

/// What to run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only tests whose file or name holds this text.
    pub filter: Option<String>,
    /// Whether to note which lines are reached.
    pub coverage: bool,
    /// What one test may cost.
    pub limits: Limits,
    /// How many threads to use; `None` for one a core.
    pub threads: Option<usize>,
}

/// What came of all tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// The unit tests, by file and place.
    pub units: Vec<UnitResult>,
    /// The fixtures, by path.
    pub fixtures: Vec<FixtureResult>,
    /// The lines that were reached, where that was asked for.
    pub coverage: Option<Coverage>,
}

impl Run {
    /// Returns how many tests failed.
    pub fn failed(&self) -> usize {
        let units = self.units.iter().filter(|one| one.failed()).count();
        let fixtures = self
            .fixtures
            .iter()
            .filter(|one| !one.complaints.is_empty());
        units + fixtures.count()
    }

    /// Returns how many tests there are, those that are still to be written left out.
    pub fn count(&self) -> usize {
        let units = self.units.iter().filter(|one| one.outcome != Outcome::Todo);
        units.count() + self.fixtures.len()
    }
}

/// Runs the unit tests and the fixtures that lie in these folders or files; without any, all unit tests of a set.
///
/// # Errors
/// When the threads cannot be started.
pub fn run(set: &Arc<PolicySet>, tested: &[PathBuf], options: &Options) -> Result<Run, ScanError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.unwrap_or(0))
        .stack_size(STACK_SIZE)
        .build()?;
    Ok(pool.install(|| run_here(set, tested, options)))
}

/// Runs fixtures alone.
///
/// # Errors
/// When the threads cannot be started.
pub fn run_fixtures(
    set: &Arc<PolicySet>,
    cases: &[Case],
    options: &Options,
) -> Result<Vec<FixtureResult>, ScanError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.unwrap_or(0))
        .stack_size(STACK_SIZE)
        .build()?;
    Ok(pool.install(|| {
        let cases = cases.par_iter();
        cases
            .map(|case| fixture::run(set, case, options).0)
            .collect()
    }))
}

fn run_here(set: &Arc<PolicySet>, tested: &[PathBuf], options: &Options) -> Run {
    let wanted = |text: &str| {
        let filter = options.filter.as_deref();
        filter.is_none_or(|filter| text.contains(filter))
    };
    let own = |module: &&Module| tested.is_empty() || fixture::lies_in(module, tested);
    let modules: Vec<_> = set.tests().iter().filter(own).collect();
    let ran: Vec<_> = modules
        .par_iter()
        .map(|module| unit::run(set, module, options, &wanted))
        .collect();
    let mut cases = cases(set, tested);
    cases.retain(|case| wanted(&case.name()));
    let fixtures: Vec<_> = cases
        .par_iter()
        .map(|case| fixture::run(set, case, options))
        .collect();
    let mut coverage = options.coverage.then(|| Coverage::of(set, tested));
    let mut run = Run::default();
    for (results, reached) in ran {
        run.units.extend(results);
        add(coverage.as_mut(), &reached);
    }
    for (result, reached) in fixtures {
        run.fixtures.push(result);
        add(coverage.as_mut(), &reached);
    }
    run.units
        .sort_by(|a, b| (&a.path, a.line, &a.name).cmp(&(&b.path, b.line, &b.name)));
    run.fixtures.sort_by(|a, b| a.case.path.cmp(&b.case.path));
    run.coverage = coverage;
    run
}

fn add(coverage: Option<&mut Coverage>, reached: &crate::evaluate::Reached) {
    if let Some(coverage) = coverage {
        coverage.add(reached);
    }
}
