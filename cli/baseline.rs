//! `ordinance baseline`: the findings of today, recorded so that only new ones count.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::path::Path;

use ordinance_engine::scan::Scan;
use ordinance_engine::suppress::{Baseline, Entry, SuppressOptions};
use ordinance_report::harmless;

use crate::accepted::{self, read_baseline};
use crate::args::{Accepted, BaselineVerb, Judged};
use crate::exit::{CommandError, Exit};
use crate::provenance::Checkout;
use crate::replace::replace;
use crate::session::{self, Session};
use crate::streams;

/// Creates, updates or shows a baseline.
///
/// # Errors
/// As `scan`; a file that cannot be read or written, or that exists and is not to be replaced.
pub(crate) fn run(verb: &BaselineVerb) -> Result<Exit, CommandError> {
    match verb {
        BaselineVerb::Create {
            judged,
            file,
            force,
        } => create(judged, file, *force),
        BaselineVerb::Update {
            judged,
            file,
            accept_new,
        } => update(judged, file, *accept_new),
        BaselineVerb::Show { file } => show(file),
    }
}

fn create(judged: &Judged, file: &Path, force: bool) -> Result<Exit, CommandError> {
    if file.exists() && !force {
        return Err(CommandError::Usage {
            message: format!("there is a baseline already: {}", file.display()),
            help: Some(
                "'ordinance baseline update' drops what is mended; --force begins anew".into(),
            ),
        });
    }
    let scan = scan(judged, None)?;
    let baseline = Baseline::of(&scan.findings, commit(judged).as_deref());
    write(file, &baseline)?;
    streams::complain(&format!(
        "{} recorded in {}",
        findings(&baseline),
        file.display()
    ));
    Ok(exit(&scan))
}

fn update(judged: &Judged, file: &Path, accept_new: bool) -> Result<Exit, CommandError> {
    let old = read_baseline(file)?;
    let scan = scan(judged, Some(old.clone()))?;
    let mut baseline = Baseline::of_known(&scan.baselined);
    let found = scan.baselined.iter().map(|one| &one.entry);
    let settled: BTreeSet<&Entry> = found.chain(&scan.absent).collect();
    // What lies in files that are there and were not scanned stays as it is.
    let is_gone = |entry: &Entry| !Path::new(&entry.path).exists();
    let gone = old
        .entries()
        .filter(|entry| !settled.contains(entry) && is_gone(entry))
        .count();
    let dropped = scan.absent.len() + gone;
    let mut rest = old.clone();
    rest.retain(|entry| !settled.contains(entry) && !is_gone(entry));
    baseline.extend(rest);
    let new = Baseline::of(&scan.findings, commit(judged).as_deref());
    let added = new.entries().len();
    if accept_new {
        baseline.extend(new);
    }
    write(file, &baseline)?;
    let fate = if accept_new {
        "added"
    } else {
        "new, not recorded (--accept-new records them)"
    };
    streams::complain(&format!(
        "{} recorded in {}: {dropped} dropped, {added} {fate}",
        findings(&baseline),
        file.display(),
    ));
    Ok(exit(&scan))
}

fn show(file: &Path) -> Result<Exit, CommandError> {
    let baseline = read_baseline(file)?;
    let mut out = io::stdout().lock();
    let failed = |source| CommandError::Write {
        what: "the baseline".into(),
        source,
    };
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in baseline.entries() {
        *rules.entry(&entry.rule).or_default() += 1;
        let line = [&entry.rule, &entry.path, &entry.resource].map(|text| harmless(text));
        writeln!(out, "{}", line.join("  ")).map_err(failed)?;
    }
    let counts: Vec<String> = rules
        .iter()
        .map(|(rule, number)| format!("{number} {rule}"))
        .collect();
    let counts = if counts.is_empty() {
        String::new()
    } else {
        format!(": {}", counts.join(", "))
    };
    writeln!(out, "{}{}", findings(&baseline), harmless(&counts)).map_err(failed)?;
    Ok(Exit::Clean)
}

/// Scans with the suppressions that `scan` would apply: what is suppressed need not be recorded.
fn scan(judged: &Judged, baseline: Option<Baseline>) -> Result<Scan, CommandError> {
    let config = session::config(judged)?;
    let accepted = Accepted {
        fix_suppressions: false,
        no_suppressions: false,
        exceptions: None,
        baseline: None,
        no_baseline: true,
        today: None,
    };
    let suppress = accepted::options(&accepted, &config, &session::root(&judged.input))?;
    let mut session = Session::new(judged, config)?;
    session.options.suppress = SuppressOptions {
        baseline,
        ..suppress
    };
    session.scan(true)
}

fn commit(judged: &Judged) -> Option<String> {
    Checkout::around(&session::root(&judged.input)).map(|checkout| checkout.revision)
}

/// A baseline of an incomplete scan would let what was not read look new later: it is written, and the code says so.
fn exit(scan: &Scan) -> Exit {
    if scan.complete {
        Exit::Clean
    } else {
        Exit::Incomplete
    }
}

fn write(file: &Path, baseline: &Baseline) -> Result<(), CommandError> {
    let failed = |source| CommandError::Write {
        what: file.display().to_string(),
        source,
    };
    let text = baseline.write().map_err(|error| failed(error.into()))?;
    replace(file, |out| out.write_all(text.as_bytes())).map_err(failed)
}

/// Returns `1 finding`, `2 findings`.
fn findings(baseline: &Baseline) -> String {
    match baseline.entries().len() {
        1 => "1 finding".to_owned(),
        number => format!("{number} findings"),
    }
}
