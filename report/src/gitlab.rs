//! GitLab's code quality report: what its merge requests show.
//!
//! Facts: <https://docs.gitlab.com/ci/testing/code_quality/>.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::finding::Finding;
use ordinance_engine::policy::Severity;
use ordinance_engine::scan::Scan;
use ordinance_sarif::Stream;
use serde::Serialize;

use crate::escaped;
use crate::text::{one_line, sentence};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes the failures as an array, and a line end. Of issues with one fingerprint GitLab keeps the first: those after
/// it are numbered.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let failures = scan
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Fail);
    let numbered: Vec<(&Finding, usize)> = failures
        .map(|finding| {
            let number = seen.entry(&finding.identity).or_default();
            *number += 1;
            (finding, *number)
        })
        .collect();
    escaped::to_writer(
        &mut out,
        &Stream(|| {
            numbered
                .iter()
                .map(|(finding, number)| issue(finding, *number))
        }),
    )?;
    out.write_all(b"\n")?;
    out.flush()
}

fn issue(finding: &Finding, number: usize) -> Issue<'_> {
    let uri = &*finding.location.uri;
    Issue {
        description: format!(
            "{}: {}",
            finding.rule,
            one_line(&sentence(&finding.message))
        ),
        check_name: &finding.rule,
        fingerprint: match number {
            1 => finding.identity.clone(),
            _ => format!("{}-{number}", finding.identity),
        },
        severity: match finding.severity {
            Severity::Critical => "blocker",
            Severity::High => "critical",
            Severity::Medium => "major",
            Severity::Low => "minor",
        },
        location: Place {
            path: uri.strip_prefix("./").unwrap_or(uri),
            lines: Lines {
                begin: finding
                    .location
                    .region
                    .map_or(1, |region| region.start_line),
            },
        },
    }
}
