//! A whole scan: files in, findings, notices and an account of every file out.
//!
//! Files are read, judged and dropped one by one, in parallel: what stays of a file is its findings, its notices and
//! its account, so memory grows with the largest file and the number of findings.

mod account;
mod called;
mod changes;
mod constructs;
mod covering;
mod file;
mod given;
mod links;
mod outcome;
mod said;
mod scenarios;
mod shown;
mod stacks;
mod suppressed;
mod whole;
mod workflows;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use crate::artifact::{Artifact, Candidate, Discovery, DiscoveryOptions, discover};
use crate::evaluate::timings::timed;
use crate::evaluate::{Evaluator, STACK_SIZE, Spent};
use crate::format;
use crate::policy::Severity;
use crate::resource::Unit;
use crate::suppress::SuppressOptions;

pub use file::{read_unit, recognise};
pub use given::TemplateParameters;
pub use outcome::{
    Account, Architecture, ArtifactSummary, Coverage, Disposition, RuleSummary, Scan, Understood,
};

/// Files larger than this are not read, unless the options say otherwise.
pub const MAX_FILE_SIZE: u64 = 1024 * 1024 * 1024;

/// What to scan and how.
#[derive(Debug)]
pub struct ScanOptions {
    /// Where to look.
    pub discovery: DiscoveryOptions,
    /// Texts that lie in no file, such as standard input; scanned whatever their name.
    pub texts: Vec<Artifact>,
    /// Exported settings of the repositories, one unit a file.
    pub facts: Vec<Unit>,
    /// What normalising needs to know. The wanted types are the evaluator's, not these.
    pub format: format::Options,
    /// Parameter values of single templates; those of the options win.
    pub template_parameters: Vec<TemplateParameters>,
    /// Whether to keep passes and every examined value.
    pub evidence: bool,
    /// How suppressions are judged.
    pub suppress: SuppressOptions,
    /// The severity of controls, by id, where it is not their own.
    pub severities: BTreeMap<String, Severity>,
    /// Only findings that lie in these files, or that these files have to do with, are given; `None` for all.
    pub only: Option<BTreeSet<String>>,
    /// How many threads to use; `None` for one a core.
    pub threads: Option<usize>,
    /// Files larger than this are unreadable.
    pub max_file_size: u64,
}

impl Default for ScanOptions {
    fn default() -> Self {
        Self {
            discovery: DiscoveryOptions::default(),
            texts: Vec::new(),
            facts: Vec::new(),
            format: format::Options::default(),
            template_parameters: Vec::new(),
            evidence: false,
            suppress: SuppressOptions::default(),
            severities: BTreeMap::new(),
            only: None,
            threads: None,
            max_file_size: MAX_FILE_SIZE,
        }
    }
}

/// How far a scan has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many files will be looked at.
    Found(usize),
    /// One more file is done.
    Done,
}

/// Threads could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the scanning threads")]
pub struct ScanError(#[from] rayon::ThreadPoolBuildError);

/// Scans.
///
/// Gives the same result for the same files, whatever the number of threads.
///
/// # Errors
/// Only when the threads cannot be started: everything about files and policies is in the result.
pub fn scan(
    options: ScanOptions,
    evaluator: &Evaluator,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Scan, ScanError> {
    let timings = evaluator.timings().map(|timings| &**timings);
    let discovery = timed(
        timings,
        || Spent::Discovering,
        || discover(&options.discovery),
    );
    progress(Progress::Found(
        discovery.candidates.len() + options.texts.len(),
    ));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.unwrap_or(0))
        .stack_size(STACK_SIZE)
        .build()?;
    Ok(pool.install(|| scan_files(options, &discovery, evaluator, progress)))
}

/// Tells whether none of the files that were asked about is one that a scan looks at.
fn is_untouched(options: &ScanOptions, discovery: &Discovery) -> bool {
    let Some(only) = &options.only else {
        return false;
    };
    let mut candidates = discovery.candidates.iter().map(|candidate| &candidate.uri);
    let mut sources = discovery.terraform_sources.iter();
    !candidates.any(|uri| only.contains(uri)) && !sources.any(|uri| only.contains(uri))
}

fn scan_files(
    mut options: ScanOptions,
    discovery: &Discovery,
    evaluator: &Evaluator,
    progress: &(dyn Fn(Progress) + Sync),
) -> Scan {
    if is_untouched(&options, discovery) {
        return Scan {
            complete: true,
            ..Scan::default()
        };
    }
    options.format.wanted = format::Wanted::Types(Arc::new(evaluator.wanted()));
    let given = given::by_template(&options.template_parameters, &discovery.candidates);
    options.format.by_template = Arc::new(given);
    let texts = std::mem::take(&mut options.texts);
    let stacks = stacks::Stacks::survey(&discovery.candidates, &options.format);
    options.format.workflows = workflows::survey(&discovery.candidates);
    let kept_types = evaluator.kept_types();
    let assessed = format::Wanted::Types(Arc::new(evaluator.assessed()));
    let scanner = file::Scanner {
        kept_types: &kept_types,
        assessed: &assessed,
        options: &options,
        evaluator,
        stacks: &stacks,
        constructs: constructs::Constructs::default(),
    };
    let count = |result| {
        progress(Progress::Done);
        result
    };
    let mut results: Vec<_> = discovery
        .candidates
        .par_iter()
        .map(|candidate: &Candidate| count(scanner.candidate(candidate)))
        .collect();
    results.extend(
        texts
            .into_par_iter()
            .map(|text| count(scanner.text(text)))
            .collect::<Vec<_>>(),
    );
    let (facts, evidence) = (&options.facts, options.evidence);
    let constructs = &scanner.constructs;
    let passes = evidence
        || options.suppress.has_exceptions()
        || results.iter().any(|result| !result.marks.is_empty());
    let whole = whole::judge(&mut results, facts, evaluator, constructs, evidence, passes);
    account::merge(results, whole, discovery, evaluator, &options)
}
