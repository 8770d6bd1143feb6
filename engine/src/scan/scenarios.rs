//! One unit in all its scenarios: what its inputs decide is judged in each way that they can be settled.
//!
//! First the unit is judged with everything open. Then each choice is settled in all its ways, the others left open: a
//! subject whose verdicts change depends on that choice. One that depends on several choices is judged in their
//! combinations. Choices that no subject shares are never combined, so the cost grows with their sum.
//!
//! Many choices are settled together, in few scenarios that show each pair of them in all its combinations: a subject
//! depends on the one choice that its verdicts follow through all of them. Where no single choice explains a subject,
//! the choices are settled one by one after all.
//!
//! What fails in every scenario in which its resource exists fails, what passes in all in which it is judged passes;
//! else the verdict is unknown and names the inputs with which it fails (catalogue U1). A resource that exists and is
//! not judged, for the control is not applicable to it there, does not fail there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::said::{Said, decide, say};
use super::{changes, covering};
use crate::evaluate::{Change, Evaluation, Evaluator, Failure, Outcome, Verdict};
use crate::finding::{Finding, Placer};
use crate::format::{Options, Wanted};
use crate::resource::{Assignment, Choice, Notice, NoticeKind, NoticeLevel, Unit};

/// The most combinations of choices for one subject.
const MAX_COMBINED: usize = 64;

/// The most scenarios of one unit, all choices together.
const MAX_SCENARIOS: usize = 512;

/// Choices that need more scenarios than this one by one are settled together first.
const MAX_SINGLE: usize = 16;

/// Who a verdict is about: the control and the subject.
type Subject = (Arc<str>, Arc<str>);

/// A unit judged in one way to settle what it leaves open.
pub(super) struct Scenario {
    unit: Unit,
    /// The addresses of its resources.
    addresses: BTreeSet<Arc<str>>,
    /// The controls that were evaluated; what the others say did not change.
    rules: BTreeSet<Arc<str>>,
    verdicts: BTreeMap<Subject, Vec<Verdict>>,
}

/// A scenario, as what settles the choice at hand.
pub(super) type Way<'s> = (&'s Assignment, &'s Scenario);

/// What some scenarios say of one subject.
struct Merged {
    findings: Vec<Finding>,
    /// Whether the control is applicable in any of them.
    judged: bool,
}

/// What the scenarios of a unit come to.
#[derive(Default)]
pub(super) struct Settled {
    /// The findings of subjects whose verdicts the choices decide; passes only where evidence is kept.
    pub(super) findings: Vec<Finding>,
    /// The controls of those subjects that pass, once a subject.
    pub(super) passes: Vec<Arc<str>>,
    /// What is to be said about scenarios that were not tried.
    pub(super) notices: Vec<Notice>,
}

/// How a template is read and judged.
pub(super) struct Judge<'a> {
    pub(super) evaluator: &'a Evaluator,
    /// Whether findings keep what was examined.
    pub(super) evidence: bool,
    /// Whether passes are kept.
    pub(super) passes: bool,
    /// The options with which everything is open.
    pub(super) options: &'a Options,
    /// Gives the unit with other options.
    pub(super) read: &'a (dyn Fn(&Options) -> Unit + Sync),
}

/// Judges a unit in its scenarios, and takes the verdicts that they decide out of `evaluation`.
pub(super) fn settle(unit: &Unit, evaluation: &mut Evaluation, judge: &Judge<'_>) -> Settled {
    let mut run = Run {
        unit,
        open: by_subject(std::mem::take(&mut evaluation.verdicts)),
        judge,
        left: MAX_SCENARIOS,
        decided: BTreeMap::new(),
        failures: Vec::new(),
        exhausted: false,
        untried: false,
    };
    run.choices(unit);
    run.combinations(unit);
    if run.untried {
        run.doubt_passes();
    }
    let mut settled = Settled::default();
    for (subject, by_choice) in std::mem::take(&mut run.decided) {
        run.open.remove(&subject);
        let judged = by_choice.values().any(|merged| merged.judged);
        let findings = by_choice.into_values().flat_map(|merged| merged.findings);
        let findings: Vec<Finding> = findings.collect();
        if judged && findings.iter().all(|one| one.outcome == Outcome::Pass) {
            settled.passes.push(subject.0);
        }
        settled.findings.extend(findings);
    }
    if run.exhausted {
        settled.notices.push(Notice {
            kind: NoticeKind::Limit,
            level: NoticeLevel::Warning,
            message: format!(
                "'{}' can be deployed in more ways than are judged: what depends on them is unknown.",
                unit.artifact.uri()
            ),
            span: None,
        });
    }
    evaluation.failures.append(&mut run.failures);
    evaluation.failures.sort();
    evaluation.failures.dedup();
    evaluation.verdicts = run.open.into_values().flatten().collect();
    settled
}

fn by_subject(verdicts: Vec<Verdict>) -> BTreeMap<Subject, Vec<Verdict>> {
    let mut subjects: BTreeMap<Subject, Vec<Verdict>> = BTreeMap::new();
    for verdict in verdicts {
        let subject = (Arc::clone(&verdict.rule), Arc::clone(&verdict.address));
        subjects.entry(subject).or_default().push(verdict);
    }
    subjects
}

struct Run<'a> {
    /// The unit with everything open.
    unit: &'a Unit,
    /// The verdicts with everything open.
    open: BTreeMap<Subject, Vec<Verdict>>,
    judge: &'a Judge<'a>,
    /// How many scenarios may still be judged.
    left: usize,
    /// The findings of the subjects that choices decide, by the choices.
    decided: BTreeMap<Subject, BTreeMap<BTreeSet<usize>, Merged>>,
    failures: Vec<Failure>,
    exhausted: bool,
    /// Whether a choice was not tried at all.
    untried: bool,
}

impl Run<'_> {
    /// Settles the choices, together or each by itself.
    fn choices(&mut self, unit: &Unit) {
        let always = unit.choices.iter().enumerate();
        let always: Vec<usize> = always
            .filter(|(_, choice)| choice.only_for.is_none() && !choice.assignments.is_empty())
            .map(|(number, _)| number)
            .collect();
        let single: usize = always
            .iter()
            .filter_map(|number| unit.choices.get(*number))
            .map(|choice| choice.assignments.len())
            .sum();
        self.untried = unit.choices.iter().any(|one| one.assignments.is_empty());
        let explained = single > MAX_SINGLE && always.len() > 1 && self.together(unit, &always);
        for (number, choice) in unit.choices.iter().enumerate() {
            let only = choice.only_for.as_ref().map(|input| self.open_for(input));
            let tried = only
                .as_ref()
                .map_or(!explained, |subjects| !subjects.is_empty());
            if tried {
                self.judge(
                    &BTreeSet::from([number]),
                    &choice.assignments,
                    only.as_ref(),
                );
            }
        }
    }

    /// Settles choices together. Tells whether a single choice explains each subject; nothing is decided otherwise.
    fn together(&mut self, unit: &Unit, numbers: &[usize]) -> bool {
        let choices: Vec<&Choice> = numbers
            .iter()
            .filter_map(|number| unit.choices.get(*number))
            .collect();
        let sizes: Vec<usize> = choices.iter().map(|one| one.assignments.len()).collect();
        let Some(rows) = covering::rows(&sizes, self.left) else {
            return false;
        };
        self.left -= rows.len();
        let scenarios = self.scenarios(&assigned(&choices, &rows), None);
        let mut decided = BTreeMap::new();
        for subject in self.subjects(&scenarios) {
            if !self.is_changed(&subject, &scenarios) {
                continue;
            }
            let followed = choices
                .iter()
                .enumerate()
                .find(|(column, _)| self.follows(&subject, &scenarios, &rows, *column));
            let Some((column, choice)) = followed else {
                return false;
            };
            let ways = choice.assignments.iter().enumerate();
            let ways: Vec<Way<'_>> = ways
                .filter_map(|(pick, assignment)| {
                    let row = rows.iter().position(|row| row.get(column) == Some(&pick))?;
                    Some((assignment, scenarios.get(row)?))
                })
                .collect();
            let merged = self.merge(&subject, &ways);
            let number = numbers.get(column).copied().unwrap_or_default();
            decided.insert(subject, (number, merged));
        }
        for (subject, (number, merged)) in decided {
            let by_choice = self.decided.entry(subject).or_default();
            by_choice.insert(BTreeSet::from([number]), merged);
        }
        true
    }

    /// Tells whether the same pick of a choice always comes with the same verdicts.
    fn follows(
        &self,
        subject: &Subject,
        scenarios: &[Scenario],
        rows: &[Vec<usize>],
        column: usize,
    ) -> bool {
        let mut seen: BTreeMap<usize, Option<&[Verdict]>> = BTreeMap::new();
        rows.iter().zip(scenarios).all(|(row, scenario)| {
            let verdicts = self.said(scenario, subject);
            row.get(column)
                .is_some_and(|pick| *seen.entry(*pick).or_insert(verdicts) == verdicts)
        })
    }

    /// Returns everything that the open unit or a scenario says something of.
    fn subjects(&self, scenarios: &[Scenario]) -> BTreeSet<Subject> {
        let said = scenarios.iter().flat_map(|one| one.verdicts.keys());
        self.open.keys().chain(said).cloned().collect()
    }

    /// Returns the subjects with an unknown verdict that names an input.
    fn open_for(&self, input: &str) -> BTreeSet<Subject> {
        let quoted = format!("'{input}'");
        let json = format!("\"name\":\"{input}\"");
        let names = |verdict: &Verdict| {
            let mut values = verdict.examined.iter().map(|one| &one.value);
            verdict.outcome == Outcome::Unknown
                && (verdict.message.contains(&quoted) || values.any(|value| value.contains(&json)))
        };
        self.open
            .iter()
            .filter(|(_, verdicts)| verdicts.iter().any(names))
            .map(|(subject, _)| subject.clone())
            .collect()
    }

    /// Settles choices together that a subject depends on together.
    fn combinations(&mut self, unit: &Unit) {
        let mut shared: BTreeMap<BTreeSet<usize>, BTreeSet<Subject>> = BTreeMap::new();
        for (subject, by_choice) in &self.decided {
            if by_choice.len() > 1 {
                let choices: BTreeSet<usize> = by_choice.keys().flatten().copied().collect();
                shared.entry(choices).or_default().insert(subject.clone());
            }
        }
        for (choices, subjects) in shared {
            for subject in &subjects {
                self.decided.remove(subject);
            }
            let assignments = combined(unit, &choices);
            if assignments.is_empty() {
                self.leave_open(&subjects);
            } else {
                self.judge(&choices, &assignments, Some(&subjects));
            }
        }
    }

    /// Makes what is not judged in its combinations unknown.
    fn leave_open(&mut self, subjects: &BTreeSet<Subject>) {
        self.exhausted = true;
        for subject in subjects {
            for verdict in self.open.get_mut(subject).into_iter().flatten() {
                if verdict.outcome != Outcome::Unknown {
                    verdict.outcome = Outcome::Unknown;
                    verdict.message = format!(
                        "'{}' depends on more conditions than are tried together. With all of them open: {}",
                        verdict.address, verdict.message
                    );
                }
            }
        }
    }

    /// Makes passes unknown that may hang on what was not tried: a resource under an open condition stands in the unit as
    /// if it existed, so whatever passes beside one of its type is not proven to.
    fn doubt_passes(&mut self) {
        let resources = self.unit.resources.iter();
        let conditional: BTreeMap<&str, Change<'_>> = resources
            .filter(|one| one.facts.iter().any(|(name, _)| *name == "conditional"))
            .map(|one| (&*one.type_name, Change::Whole))
            .collect();
        let rules = self.judge.evaluator.readers(&conditional);
        self.decided.retain(|subject, by_choice| {
            let mut findings = by_choice.values().flat_map(|merged| &merged.findings);
            !rules.contains(&subject.0) || findings.any(|one| one.outcome != Outcome::Pass)
        });
        let verdicts = self.open.values_mut().flatten();
        for verdict in verdicts.filter(|one| rules.contains(&one.rule)) {
            if verdict.outcome == Outcome::Pass {
                verdict.outcome = Outcome::Unknown;
                verdict.message = format!(
                    "Conditions that can be settled in too many ways may decide this. With all of them open: {}",
                    verdict.message
                );
            }
        }
    }

    /// Judges the unit with each assignment, and keeps what comes of the subjects that it changes.
    fn judge(
        &mut self,
        choices: &BTreeSet<usize>,
        assignments: &[Assignment],
        only: Option<&BTreeSet<Subject>>,
    ) {
        if assignments.len() > self.left {
            self.exhausted = true;
            match only {
                Some(subjects) => self.leave_open(subjects),
                None => self.untried = true,
            }
            return;
        }
        self.left -= assignments.len();
        let rules =
            only.map(|subjects| subjects.iter().map(|(rule, _)| Arc::clone(rule)).collect());
        let scenarios = self.scenarios(assignments, rules.as_ref());
        let ways: Vec<Way<'_>> = assignments.iter().zip(&scenarios).collect();
        for subject in self.subjects(&scenarios) {
            let asked = only.is_none_or(|only| only.contains(&subject));
            if !asked || !self.is_changed(&subject, &scenarios) {
                continue;
            }
            let merged = self.merge(&subject, &ways);
            let by_choice = self.decided.entry(subject).or_default();
            by_choice.insert(choices.clone(), merged);
        }
    }

    /// Judges the unit with each assignment, by all policies or by these.
    fn scenarios(
        &mut self,
        assignments: &[Assignment],
        rules: Option<&BTreeSet<Arc<str>>>,
    ) -> Vec<Scenario> {
        let (open, evaluator) = (self.unit, self.judge.evaluator);
        let wanted = match rules {
            Some(rules) => Wanted::Types(Arc::new(evaluator.wanted_by(rules))),
            None => self.judge.options.wanted.clone(),
        };
        let judge = |assignment: &Assignment| {
            let unit = (self.judge.read)(&Options {
                assignment: assignment.clone(),
                wanted: wanted.clone(),
                ..self.judge.options.clone()
            });
            let mut different = changes::between(open, &unit);
            different.retain(|type_name, _| wanted.wants(type_name));
            let mut changed = evaluator.readers(&different);
            changed.retain(|rule| rules.is_none_or(|rules| rules.contains(rule)));
            let evaluation = evaluator.evaluate_only(&unit, &changed);
            let resources = unit.resources.iter();
            let scenario = Scenario {
                addresses: resources.map(|one| Arc::clone(&one.address)).collect(),
                unit,
                rules: changed,
                verdicts: by_subject(evaluation.verdicts),
            };
            (scenario, evaluation.failures)
        };
        let judged: Vec<(Scenario, Vec<Failure>)> = assignments.par_iter().map(judge).collect();
        let mut scenarios = Vec::with_capacity(judged.len());
        for (scenario, failures) in judged {
            self.failures.extend(failures);
            scenarios.push(scenario);
        }
        scenarios
    }

    /// Settles what the scenarios in which a subject exists say of it, one finding a defect.
    fn merge(&self, subject: &Subject, ways: &[Way<'_>]) -> Merged {
        let evidence = self.judge.evidence;
        let present: Vec<(Way<'_>, &[Verdict])> = ways
            .iter()
            .filter_map(|way| Some((*way, self.said(way.1, subject)?)))
            .collect();
        let all = present.iter().flat_map(|(_, verdicts)| verdicts.iter());
        let defects: BTreeSet<&str> = all
            .filter(|verdict| verdict.outcome != Outcome::Pass)
            .map(|verdict| verdict.defect.as_str())
            .collect();
        let place = |scenario: &Scenario, verdict: Verdict| {
            Placer::new(&scenario.unit, evidence).place(verdict)
        };
        let first = present.iter().find(|(_, verdicts)| !verdicts.is_empty());
        let findings = if defects.is_empty() {
            // Nothing of a pass is shown unless passes are kept: it is only counted.
            let passes = first.filter(|_| self.judge.passes).into_iter();
            let placed = passes.flat_map(|((_, scenario), verdicts)| {
                let each = verdicts.iter();
                each.map(|verdict| place(scenario, verdict.clone()))
            });
            placed.collect()
        } else {
            let decided = defects.into_iter().filter_map(|defect| {
                let said = present.iter();
                let said: Vec<Said<'_>> = said
                    .map(|(way, verdicts)| say(*way, verdicts, defect))
                    .collect();
                let (scenario, verdict) = decide(&said)?;
                Some(place(scenario, verdict))
            });
            decided.collect()
        };
        Merged {
            findings,
            judged: first.is_some(),
        }
    }

    /// Tells whether scenarios say something else of a subject than the open unit, where it exists.
    fn is_changed(&self, subject: &Subject, scenarios: &[Scenario]) -> bool {
        let open = self.open.get(subject).map_or(&[][..], Vec::as_slice);
        scenarios
            .iter()
            .filter_map(|scenario| self.said(scenario, subject))
            .any(|verdicts| verdicts != open)
    }

    /// Returns what a scenario says of a subject: nothing where the control is not applicable, `None` where the subject
    /// does not exist.
    fn said<'s>(&'s self, scenario: &'s Scenario, subject: &Subject) -> Option<&'s [Verdict]> {
        let verdicts = if scenario.rules.contains(&subject.0) {
            scenario.verdicts.get(subject)
        } else {
            self.open.get(subject)
        };
        let exists = || scenario.addresses.contains(&subject.1);
        verdicts
            .map(Vec::as_slice)
            .or_else(|| exists().then_some(&[]))
    }
}

/// Returns all ways to settle several choices; none where there are too many.
fn combined(unit: &Unit, choices: &BTreeSet<usize>) -> Vec<Assignment> {
    let mut all = vec![Assignment::default()];
    for choice in choices
        .iter()
        .filter_map(|number| unit.choices.get(*number))
    {
        if all.len() * choice.assignments.len() > MAX_COMBINED {
            return Vec::new();
        }
        all = all
            .iter()
            .flat_map(|first| choice.assignments.iter().map(|second| first.and(second)))
            .collect();
    }
    all
}

/// Returns the assignments that rows of picks stand for.
fn assigned(choices: &[&Choice], rows: &[Vec<usize>]) -> Vec<Assignment> {
    rows.iter()
        .map(|row| {
            let picked = choices.iter().zip(row);
            picked
                .filter_map(|(choice, pick)| choice.assignments.get(*pick))
                .fold(Assignment::default(), |all, one| all.and(one))
        })
        .collect()
}

#[cfg(test)]
#[path = "scenarios_tests.rs"]
mod tests;
