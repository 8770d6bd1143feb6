//! Every verdict of a scan in one row: those that count, those that are accepted, those that were known before.

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::finding::Finding;
use ordinance_engine::scan::Scan;
use ordinance_engine::suppress::{Baselined, Mark};

use crate::words;

/// A verdict and what accepts it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict<'a> {
    /// The finding.
    pub(crate) finding: &'a Finding,
    /// The suppression that accepts it.
    pub(crate) accepted: Option<&'a Mark>,
    /// The suppression that did so until it expired.
    pub(crate) expired: Option<&'a Mark>,
    /// What the baseline knows of it.
    pub(crate) known: Option<&'a Baselined>,
}

impl<'a> Verdict<'a> {
    /// Makes the verdict of a finding that counts.
    pub(crate) const fn counting(finding: &'a Finding) -> Self {
        Self {
            finding,
            accepted: None,
            expired: None,
            known: None,
        }
    }

    /// Returns the word for what became of it: `fail`, `unknown`, `pass`, `suppressed` or `known`.
    pub(crate) const fn status(&self) -> &'static str {
        match (self.accepted, self.known) {
            (Some(_), _) => "suppressed",
            (None, Some(_)) => "known",
            (None, None) => words::outcome(self.finding.outcome),
        }
    }

    /// Tells whether it is a failure that nothing accepts.
    pub(crate) fn fails(&self) -> bool {
        self.accepted.is_none() && self.known.is_none() && self.finding.outcome == Outcome::Fail
    }
}

/// Returns all verdicts of a scan in the order of findings.
pub(crate) fn verdicts(scan: &Scan) -> Vec<Verdict<'_>> {
    let counting = scan.findings.iter().map(|finding| Verdict {
        expired: scan.expired.get(&finding.identity).map(|mark| &**mark),
        ..Verdict::counting(finding)
    });
    let suppressed = scan.suppressed.iter().map(|one| Verdict {
        accepted: Some(&one.by),
        ..Verdict::counting(&one.finding)
    });
    let known = scan.baselined.iter().map(|one| Verdict {
        known: Some(one),
        ..Verdict::counting(&one.finding)
    });
    let mut all: Vec<_> = counting.chain(suppressed).chain(known).collect();
    all.sort_by(|a, b| a.finding.cmp(b.finding));
    all
}

/// Returns the failures that count, the most severe first.
pub(crate) fn failures(scan: &Scan) -> Vec<&Finding> {
    let findings = scan.findings.iter();
    let mut failures: Vec<_> = findings
        .filter(|finding| finding.outcome == Outcome::Fail)
        .collect();
    failures.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    failures
}
