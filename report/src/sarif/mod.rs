//! SARIF 2.1.0, for code scanning and for auditors.
//!
//! Two profiles, because GitHub's behaviour contradicts the standard: it shows a result of any kind as an open alert
//! (`kind: pass` included) and refuses more than 25,000 results in a run. The code scanning profile therefore holds
//! failures alone, the most severe ones where there are too many; the audit profile holds every verdict with its
//! evidence, hashes of the files, and what was not covered.
//! Facts about GitHub: <https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support>.

mod accepted;
mod files;
mod notifications;
mod places;
mod results;
mod rules;
mod run;
mod taxonomies;

use std::io::{self, Write};

use ordinance_engine::scan::Scan;

use crate::{Context, escaped};

/// What the log is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Failures alone, within GitHub's limits.
    #[default]
    CodeScanning,
    /// Every verdict and its evidence.
    Audit,
}

/// The results that GitHub accepts in one run.
pub const RESULT_LIMIT: usize = 25_000;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// How many results the log holds.
    pub results: usize,
    /// How many failures did not fit; the least severe ones.
    pub dropped: usize,
}

/// Writes a log of one run, and a line end.
pub fn write(
    scan: &Scan,
    context: &Context<'_>,
    profile: Profile,
    out: &mut dyn Write,
) -> io::Result<Written> {
    let selection = results::select(scan, profile);
    let written = Written {
        results: selection.len(),
        dropped: selection.dropped,
    };
    let log = run::log(scan, context, profile, &selection);
    let mut out = io::BufWriter::new(out);
    escaped::to_writer(&mut out, &log)?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(written)
}
