//! Suppressions applied to findings, and what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::mark::{Mark, Origin, Scope};
use super::rules::{EXPIRED, INVALID, UNUSED};
use super::{Date, SuppressOptions, Unused};
use crate::evaluate::Outcome;
use crate::finding::{Finding, PlacedNotice, identity};
use crate::policy::{Severity, hint};
use crate::resource::{NoticeKind, NoticeLevel};

/// How many days before its last day a suppression is announced to expire.
const WARNING_DAYS: i64 = 14;

/// A finding and the suppression that accepts it.
#[derive(Debug, Clone)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// The suppression.
    pub by: Arc<Mark>,
}

/// What became of the findings.
#[derive(Debug, Default)]
pub struct Applied {
    /// Those that count, with those of the controls over suppressions.
    pub findings: Vec<Finding>,
    /// Those that are accepted.
    pub suppressed: Vec<Suppressed>,
    /// The suppressions that would accept a finding and have no effect, because they expired or await approval, by the
    /// finding's identity.
    pub expired: BTreeMap<String, Arc<Mark>>,
    /// Suppressions that are about to expire.
    pub notices: Vec<PlacedNotice>,
    /// Suppressions that are not needed.
    pub unused: Vec<Unused>,
}

/// Applies suppressions. `known` are the ids of all controls, chosen or not. Passes among the findings tell where a
/// control holds: a suppression of it there is not needed.
pub fn apply(
    findings: Vec<Finding>,
    mut marks: Vec<Mark>,
    known: &BTreeSet<&str>,
    options: &SuppressOptions,
) -> Applied {
    if options.off {
        return Applied {
            findings,
            ..Applied::default()
        };
    }
    marks.extend(options.exceptions.iter().cloned());
    let mut reporter = Reporter::default();
    let mut judged = Judged::default();
    for mark in distinct(marks) {
        judged.judge(mark, known, options, &mut reporter);
    }
    let mut applied = Applied {
        notices: judged.notices,
        ..Applied::default()
    };
    let mut valid = Use::new(&judged.valid);
    let mut expired = Use::new(&judged.expired);
    for finding in findings {
        if let Some(by) = valid.suppressing(&finding) {
            applied.suppressed.push(Suppressed { finding, by });
            continue;
        }
        if let Some(mark) = expired.suppressing(&finding) {
            applied.expired.insert(finding.identity.clone(), mark);
        }
        applied.findings.push(finding);
    }
    applied.findings.extend(judged.findings);
    for (mark, message, idle) in valid.unused() {
        let finding = reporter.finding(mark, UNUSED, Severity::Medium, &message);
        applied.findings.push(finding);
        let rules = mark.terms.rules.iter();
        applied.unused.push(Unused {
            uri: Arc::clone(&mark.location.uri),
            region: mark.location.region,
            origin: mark.origin,
            needed: rules.filter(|rule| !idle.contains(rule)).cloned().collect(),
            span: mark.span,
        });
    }
    applied.findings.sort_unstable();
    applied
}

/// Suppressions told apart.
#[derive(Default)]
struct Judged {
    valid: Vec<Arc<Mark>>,
    expired: Vec<Arc<Mark>>,
    findings: Vec<Finding>,
    notices: Vec<PlacedNotice>,
}

impl Judged {
    fn judge(
        &mut self,
        mut mark: Mark,
        known: &BTreeSet<&str>,
        options: &SuppressOptions,
        reporter: &mut Reporter,
    ) {
        check(&mut mark, known, options);
        if !mark.mistakes.is_empty() {
            let finding = reporter.finding(&mark, INVALID, Severity::High, &invalid(&mark));
            self.findings.push(finding);
            return;
        }
        if options.required.approval && mark.terms.approved_by.is_none() {
            self.notices.push(awaiting(&mark));
            mark.awaits_approval = true;
            self.expired.push(Arc::new(mark));
            return;
        }
        let days = options.today.zip(mark.terms.expires);
        let Some((expires, left)) =
            days.map(|(today, expires)| (expires, today.days_until(expires)))
        else {
            self.valid.push(Arc::new(mark));
            return;
        };
        if left < 0 {
            let finding =
                reporter.finding(&mark, EXPIRED, Severity::High, &expired(&mark, expires));
            self.findings.push(finding);
            self.expired.push(Arc::new(mark));
            return;
        }
        if left <= WARNING_DAYS {
            self.notices.push(expiring(&mark, expires, left));
        }
        self.valid.push(Arc::new(mark));
    }
}

/// Sorts the suppressions and drops those that were read twice: sources that several plans share.
fn distinct(mut marks: Vec<Mark>) -> Vec<Mark> {
    let key = |mark: &Mark| {
        let address = match &mark.scope {
            Scope::Resource(address, _) => Some(Arc::clone(address)),
            _ => None,
        };
        (
            mark.location.uri.clone(),
            mark.location.region,
            mark.origin,
            address,
        )
    };
    marks.sort_by_key(key);
    marks.dedup_by_key(|mark| key(mark));
    marks
}

/// Adds what is wrong with a suppression that could be read.
fn check(mark: &mut Mark, known: &BTreeSet<&str>, options: &SuppressOptions) {
    let mut mistakes = Vec::new();
    for rule in &mark.terms.rules {
        if !known.contains(rule.as_str()) {
            let hint = hint(rule, known.iter().copied());
            mistakes.push(format!("there is no control '{rule}'{hint}"));
        } else if options.unsuppressible.contains(rule) {
            mistakes.push(format!("the configuration lets nothing suppress '{rule}'"));
        }
    }
    let allowed = match mark.origin {
        Origin::Central => options.allowed.central,
        Origin::Comment | Origin::Metadata => options.allowed.inline,
    };
    if !allowed {
        mistakes.push("the configuration allows no suppressions here".to_owned());
    }
    if options.required.approval && mark.origin != Origin::Central {
        let mistake =
            "the configuration requires 'approval', which only the exceptions file can show";
        mistakes.push(mistake.to_owned());
    }
    let terms = &mark.terms;
    let required = [
        (options.required.owner && terms.owner.is_none(), "owner"),
        (options.required.ticket && terms.ticket.is_none(), "ticket"),
        (
            (options.required.expires || options.max_days.is_some()) && terms.expires.is_none(),
            "expires",
        ),
    ];
    let missing = required.iter().filter(|(is_missing, _)| *is_missing);
    mistakes.extend(missing.map(|(_, key)| format!("the configuration requires '{key}'")));
    if let (Some(days), Some(today), Some(expires)) =
        (options.max_days, options.today, terms.expires)
        && today.days_until(expires) > i64::from(days)
    {
        mistakes.push(format!(
            "the configuration lets a suppression hold for {days} days at most"
        ));
    }
    mark.mistakes.extend(mistakes);
}

fn invalid(mark: &Mark) -> String {
    let mistakes = mark.mistakes.join("; ");
    let end = if mistakes.ends_with('?') { "" } else { "." };
    format!("This suppression has no effect: {mistakes}{end}")
}

fn expired(mark: &Mark, expires: Date) -> String {
    let owner = mark
        .terms
        .owner
        .as_ref()
        .map_or_else(String::new, |owner| format!(" Its owner is {owner}."));
    format!(
        "This suppression of {} expired after {expires}: what it hid counts again.{owner}",
        mark.terms.rules.join(", ")
    )
}

fn awaiting(mark: &Mark) -> PlacedNotice {
    PlacedNotice {
        location: Some(mark.location.clone()),
        kind: NoticeKind::Expiring,
        level: NoticeLevel::Warning,
        rule: None,
        message: format!(
            "The suppression of {} awaits approval: without 'approved_by' it has no effect.",
            mark.terms.rules.join(", ")
        ),
    }
}

fn expiring(mark: &Mark, expires: Date, left: i64) -> PlacedNotice {
    let when = match left {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        _ => format!("in {left} days"),
    };
    PlacedNotice {
        location: Some(mark.location.clone()),
        kind: NoticeKind::Expiring,
        level: NoticeLevel::Warning,
        rule: None,
        message: format!(
            "The suppression of {} ends {when}, after {expires}.",
            mark.terms.rules.join(", ")
        ),
    }
}

/// Makes findings about suppressions.
#[derive(Default)]
struct Reporter {
    /// How many suppressions of one file named the same controls.
    alike: BTreeMap<(Arc<str>, String), usize>,
}

impl Reporter {
    fn finding(&mut self, mark: &Mark, rule: &str, severity: Severity, message: &str) -> Finding {
        let uri = &mark.location.uri;
        let rules = mark.terms.rules.join(",");
        let address: Arc<str> = match &mark.scope {
            Scope::Resource(address, _) => Arc::clone(address),
            _ => format!("ordinance:ignore[{rules}]").into(),
        };
        let count = self
            .alike
            .entry((Arc::clone(uri), format!("{address} {rules}")))
            .or_default();
        *count += 1;
        let defect = if *count == 1 {
            rules
        } else {
            format!("{rules}#{count}")
        };
        Finding {
            identity: identity(rule, uri, &address, &defect, ""),
            line_fingerprint: mark.line_fingerprint.clone(),
            location: mark.location.clone(),
            rule: rule.into(),
            address,
            defect,
            outcome: Outcome::Fail,
            severity,
            unit_uri: Arc::clone(uri),
            format: mark.format,
            resource_type: "suppression".into(),
            construct: None,
            path: String::new(),
            message: message.to_owned(),
            related: Vec::new(),
            instances: Vec::new(),
            also_in: Vec::new(),
            evidence: Vec::new(),
        }
    }
}

/// Which suppressions are about what, and which of them were needed.
struct Use<'a> {
    marks: &'a [Arc<Mark>],
    /// The suppressions that name a control.
    by_rule: BTreeMap<&'a str, Vec<usize>>,
    used: BTreeSet<(usize, &'a str)>,
    /// The control was judged in a file that the suppression is about.
    judged: BTreeSet<(usize, &'a str)>,
    /// The control holds at what the suppression is about.
    holds: BTreeSet<(usize, &'a str)>,
}

impl<'a> Use<'a> {
    fn new(marks: &'a [Arc<Mark>]) -> Self {
        let mut by_rule: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, mark) in marks.iter().enumerate() {
            for rule in &mark.terms.rules {
                by_rule.entry(rule).or_default().push(index);
            }
        }
        Self {
            marks,
            by_rule,
            used: BTreeSet::new(),
            judged: BTreeSet::new(),
            holds: BTreeSet::new(),
        }
    }

    /// Returns the first suppression of a finding; notes all of them as used.
    fn suppressing(&mut self, finding: &Finding) -> Option<Arc<Mark>> {
        let (rule, marks) = self.by_rule.get_key_value(&*finding.rule)?;
        let mut first = None;
        for index in marks {
            let Some(mark) = self.marks.get(*index) else {
                continue;
            };
            let covers = mark.covers(finding);
            if covers || mark.is_about_file(finding) {
                self.judged.insert((*index, rule));
            }
            if !covers {
                continue;
            }
            if finding.outcome == Outcome::Pass {
                self.holds.insert((*index, rule));
            } else {
                self.used.insert((*index, rule));
                first.get_or_insert_with(|| Arc::clone(mark));
            }
        }
        first
    }

    /// Returns the suppressions of which a control was judged and none of its findings was suppressed, with what to
    /// say about that, and the controls.
    fn unused(&self) -> Vec<(&'a Mark, String, Vec<&'a String>)> {
        let mut unused = Vec::new();
        for (index, mark) in self.marks.iter().enumerate() {
            let idle = mark.terms.rules.iter().filter(|rule| {
                let key = (index, rule.as_str());
                self.judged.contains(&key) && !self.used.contains(&key)
            });
            let idle: Vec<&String> = idle.collect();
            let (holding, elsewhere): (Vec<&str>, Vec<&str>) = idle
                .iter()
                .map(|rule| rule.as_str())
                .partition(|rule| self.holds.contains(&(index, *rule)));
            let mut sentences = Vec::new();
            if !holding.is_empty() {
                sentences.push(format!(
                    "{} holds here: the suppression is not needed.",
                    holding.join(", ")
                ));
            }
            if !elsewhere.is_empty() {
                sentences.push(format!(
                    "The suppression is about nothing that {} judges in this file.",
                    elsewhere.join(", ")
                ));
            }
            if !sentences.is_empty() {
                unused.push((&**mark, sentences.join(" "), idle));
            }
        }
        unused
    }
}
