//! The arithmetic of verdicts: denied, else undecided, else unknown, else pass.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use regorus::Value as Rego;

use super::results::{self, Record, Results, Violation};
use super::verdict::{Examined, Outcome, State, Verdict};
use super::{shown, witness};
use crate::policy::Metadata;
use crate::resource::{MASK, Path, Secrets};

/// The most witnesses that one message names.
const MOST_WITNESSES: usize = 3;

/// A verdict and what a policy said of its origin.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) origin: Option<Rego>,
}

/// What no verdict may show.
#[derive(Default)]
pub(super) struct Sensitive<'u> {
    /// The paths that hold sensitive values, by resource.
    pub(super) paths: BTreeMap<results::Subject, Vec<Path>>,
    /// The values, by unit.
    pub(super) secrets: BTreeMap<Arc<str>, &'u Secrets>,
}

/// How much of a judgement is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Every verdict, with what was examined for it.
    Evidence,
    /// What findings are made of: passes are counted, and what was examined is kept where it tells what is unknown.
    Findings,
}

/// What a policy's results mean.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// Its verdicts, in the order of the subjects.
    pub(super) judged: Vec<Judged>,
    /// How many passes are counted instead.
    pub(super) passes: usize,
}

/// Settles what a policy's results mean, per subject in address order.
pub(super) fn judge(
    metadata: &Metadata,
    results: Results,
    sensitive: &Sensitive<'_>,
    detail: Detail,
) -> Judgement {
    let mut deny = by_subject(results.deny);
    let mut undecided = by_subject(results.undecided);
    let mut examined: HashMap<results::Subject, Vec<Record>> = HashMap::new();
    for record in results.examined {
        let records = examined.entry(record.subject.clone()).or_default();
        records.push(record);
    }
    // What is denied or undecided is judged, whether or not the policy lists it.
    let mut subjects: BTreeSet<results::Subject> = results.subjects;
    subjects.extend(deny.keys().cloned());
    subjects.extend(undecided.keys().cloned());

    let mut judgement = Judgement::default();
    for named in subjects {
        let records = examined.remove(&named).unwrap_or_default();
        let subject = Subject {
            metadata,
            sensitive,
            detail,
            proven: results.proven.contains(&named),
            records,
            named,
        };
        let denied = deny.remove(&subject.named).unwrap_or_default();
        let open = undecided.remove(&subject.named).unwrap_or_default();
        subject.settle(denied, open, &mut judgement);
    }
    judgement
}

fn by_subject(violations: Vec<Violation>) -> HashMap<results::Subject, Vec<Violation>> {
    let mut groups: HashMap<results::Subject, Vec<Violation>> = HashMap::new();
    for violation in violations {
        let group = groups.entry(violation.subject.clone()).or_default();
        // The same defect twice is one result: the first in the order of values. Without a defect the path tells.
        let same = |other: &Violation| {
            other.defect == violation.defect
                && (!violation.defect.is_empty() || other.path == violation.path)
        };
        if !group.iter().any(same) {
            group.push(violation);
        }
    }
    groups
}

fn evidence(
    records: &[Record],
    subject: &results::Subject,
    sensitive: &Sensitive<'_>,
) -> Vec<Examined> {
    let sensitive_paths = sensitive.paths.get(subject);
    let hidden = |path: &Path| {
        sensitive_paths.is_some_and(|paths| {
            paths
                .iter()
                .any(|one| path.starts_with(one) || one.starts_with(path))
        })
    };
    let none = Secrets::default();
    let mut evidence: Vec<Examined> = records
        .iter()
        .map(|record| Examined {
            unit: Arc::clone(&record.subject.unit),
            address: Arc::clone(&record.subject.address),
            path: record.path.clone(),
            state: record.state,
            value: match record.state {
                State::Absent => "null".to_owned(),
                _ if hidden(&record.path) => MASK.to_owned(),
                _ => {
                    let secrets = sensitive.secrets.get(&record.subject.unit);
                    shown::value(&record.value, secrets.copied().unwrap_or(&none))
                }
            },
        })
        .collect();
    evidence.sort();
    evidence.dedup();
    evidence
}

/// One subject of a policy.
struct Subject<'m> {
    metadata: &'m Metadata,
    sensitive: &'m Sensitive<'m>,
    detail: Detail,
    named: results::Subject,
    records: Vec<Record>,
    proven: bool,
}

impl Subject<'_> {
    /// One verdict a defect: what is denied fails, what is undecided of other defects is unknown (catalogue A.2).
    fn settle(self, denied: Vec<Violation>, mut open: Vec<Violation>, judgement: &mut Judgement) {
        if denied.is_empty() && open.is_empty() {
            let verdict = self.unknown();
            if verdict.is_none() && self.detail == Detail::Findings {
                judgement.passes += 1;
                return;
            }
            judgement.judged.push(Judged {
                verdict: verdict.unwrap_or_else(|| self.pass()),
                origin: None,
            });
            return;
        }
        // Without a defect key the subject has one defect, and its proven violation wins.
        open.retain(|undecided| {
            denied.is_empty()
                || (!undecided.defect.is_empty()
                    && denied.iter().all(|other| other.defect != undecided.defect))
        });
        let fails = denied
            .into_iter()
            .map(|violation| (Outcome::Fail, violation));
        let unknowns = open
            .into_iter()
            .map(|violation| (Outcome::Unknown, violation));
        for (outcome, violation) in fails.chain(unknowns) {
            judgement.judged.push(self.judged(outcome, violation));
        }
    }

    fn judged(&self, outcome: Outcome, violation: Violation) -> Judged {
        Judged {
            origin: violation.origin,
            verdict: Verdict {
                severity: violation.severity.unwrap_or(self.metadata.severity),
                defect: violation.defect,
                related: violation.related,
                ..self.verdict(outcome, violation.path, violation.message)
            },
        }
    }

    fn evidence(&self) -> Vec<Examined> {
        evidence(&self.records, &self.named, self.sensitive)
    }

    fn verdict(&self, outcome: Outcome, path: Path, message: String) -> Verdict {
        let keeps = self.detail == Detail::Evidence || outcome == Outcome::Unknown;
        Verdict {
            rule: self.metadata.id.as_str().into(),
            unit: Arc::clone(&self.named.unit),
            address: Arc::clone(&self.named.address),
            outcome,
            path,
            defect: String::new(),
            message,
            severity: self.metadata.severity,
            related: Vec::new(),
            examined: if keeps { self.evidence() } else { Vec::new() },
        }
    }

    /// Unknown, when something that decides is: unless the policy proved that it does not matter.
    fn unknown(&self) -> Option<Verdict> {
        if self.proven {
            return None;
        }
        let open = || {
            self.records
                .iter()
                .filter(|record| record.state == State::Unknown)
        };
        let first = open().next()?;
        let mut reasons: Vec<String> = Vec::new();
        for reason in open().map(|record| witness::sentence(&record.value)) {
            if !reasons.contains(&reason) && reasons.len() < MOST_WITNESSES {
                reasons.push(reason);
            }
        }
        let message = format!(
            "'{}' cannot be decided for '{}': {}.",
            self.metadata.title,
            self.named.address,
            reasons.join("; ")
        );
        Some(self.verdict(Outcome::Unknown, first.path.clone(), message))
    }

    fn pass(&self) -> Verdict {
        let evidence = self.evidence();
        let seen = evidence
            .iter()
            .find(|one| one.state == State::Known)
            .or_else(|| evidence.first());
        let what = match seen {
            Some(one) if one.state == State::Absent => format!(": '{}' is not set", one.path),
            Some(one) => format!(": '{}' is '{}'", one.path, one.value),
            None => String::new(),
        };
        let message = format!(
            "'{}' holds for '{}'{what}.",
            self.metadata.title, self.named.address
        );
        let path = seen.map(|one| one.path.clone()).unwrap_or_default();
        self.verdict(Outcome::Pass, path, message)
    }
}
