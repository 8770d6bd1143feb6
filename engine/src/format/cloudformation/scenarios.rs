//! What a template leaves open, as choices with their consistent assignments.
//!
//! An input (a parameter without value, a pseudo parameter) that conditions compare with literals is one of these, or
//! something else; one with `AllowedValues` is one of those, and one that a mapping is asked with is one of the
//! mapping's keys: another would fail the deployment. A comparison of anything else is true or false. Conditions
//! that ask for the same input belong together: their truths are found by trying all that their inputs can be, without
//! what a `Rules` assertion forbids. What stays open within equal truths stays open in the scenario.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::budget::Budget;
use super::conditions::Truth;
use super::expand::Leftovers;
use super::notices::Notices;
use super::resolver::{Memo, Resolver};
use crate::document::NodeRef;
use crate::resource::{Assignment, Choice, Value};

/// The most assignments of one choice (catalogue U1).
const MAX_ASSIGNMENTS: usize = 64;

/// The most combinations of inputs that are tried to find the assignments of one choice.
const MAX_TRIALS: usize = 4096;

/// What would decide a comparison.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Question {
    /// Whether an input is a literal.
    Input { name: Arc<str>, literal: Arc<str> },
    /// Whether two other things are equal, by their text.
    Comparison(Arc<str>),
}

impl Question {
    fn atom(&self) -> Atom {
        match self {
            Self::Input { name, .. } => Atom::Input(Arc::clone(name)),
            Self::Comparison(text) => Atom::Comparison(Arc::clone(text)),
        }
    }
}

/// What can be settled by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Atom {
    Input(Arc<str>),
    Comparison(Arc<str>),
}

/// What an atom is in a trial.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Pick {
    /// The input is this literal; the comparison holds.
    Is(Arc<str>),
    /// The input is none of the literals that it is compared with; the comparison does not hold.
    Other,
}

/// Atoms as they are tried.
#[derive(Debug, Clone, Default)]
pub(super) struct Trial {
    picks: BTreeMap<Atom, Pick>,
}

impl Trial {
    /// Answers a question, where the trial does.
    pub(super) fn answer(&self, question: &Question) -> Option<bool> {
        match (self.picks.get(&question.atom())?, question) {
            (Pick::Is(value), Question::Input { literal, .. }) => Some(value == literal),
            (pick, _) => Some(*pick != Pick::Other),
        }
    }
}

/// Conditions that share atoms.
#[derive(Debug, Default)]
struct Group {
    conditions: BTreeSet<Arc<str>>,
    atoms: BTreeSet<Atom>,
}

/// What atoms are compared with.
type Asked = BTreeMap<Atom, BTreeSet<Pick>>;

/// Groups the conditions that the resolver met and could not decide.
fn groups(resolver: &Resolver<'_>) -> (Asked, Vec<Group>) {
    let mut asked = Asked::new();
    let mut groups: Vec<Group> = Vec::new();
    for (name, memo) in &resolver.conditions {
        let Memo::Done(Truth::Undecided(open)) = memo else {
            continue;
        };
        if open.questions.is_empty() {
            continue;
        }
        let mut group = Group::default();
        group.conditions.insert((*name).into());
        for question in &open.questions {
            let picks = asked.entry(question.atom()).or_default();
            picks.insert(Pick::Other);
            picks.insert(Pick::Is(match question {
                Question::Input { literal, .. } => Arc::clone(literal),
                Question::Comparison(text) => Arc::clone(text),
            }));
            group.atoms.insert(question.atom());
        }
        join(&mut groups, group);
    }
    (asked, groups)
}

/// Finds the choices that the resolver of a template met.
pub(super) fn choices(resolver: &mut Resolver<'_>) -> Vec<Choice> {
    let (asked, groups) = groups(resolver);
    let mut allowed = allowed_values(resolver);
    let mut choices = Vec::new();
    let mut untried = Vec::new();
    for group in groups {
        let domains = group
            .atoms
            .iter()
            .map(|atom| (atom.clone(), domain(atom, &asked, &allowed)));
        let domains: Vec<(Atom, Vec<Pick>)> = domains.collect();
        if let Some(assignments) = assignments(resolver, &group, &domains, &allowed) {
            choices.push(Choice {
                assignments,
                only_for: None,
            });
        } else {
            note_too_many(resolver, &group);
            untried.push(Choice::default());
        }
    }
    let settled: BTreeSet<Arc<str>> = asked
        .into_keys()
        .filter_map(|atom| match atom {
            Atom::Input(name) => Some(name),
            Atom::Comparison(_) => None,
        })
        .collect();
    for (name, keys) in &resolver.lookups {
        let keys = || keys.iter().cloned().collect();
        allowed.entry(Arc::clone(name)).or_insert_with(keys);
    }
    let loops = loop_inputs(resolver);
    let free = allowed.iter().filter(|(name, _)| !settled.contains(*name));
    choices.extend(free.map(|(name, values)| Choice {
        assignments: values.iter().map(|value| parameter(name, value)).collect(),
        // What a loop makes is no subject before the input is settled.
        only_for: (!loops.contains(name)).then(|| Arc::clone(name)),
    }));
    choices.retain(|choice| (1..=MAX_ASSIGNMENTS).contains(&choice.assignments.len()));
    choices.extend(untried);
    choices
}

/// Returns the inputs that decide what the loops and includes make which are left.
fn loop_inputs(resolver: &Resolver<'_>) -> BTreeSet<Arc<str>> {
    let left = resolver.template.left.into_iter();
    left.flat_map(Leftovers::inputs).cloned().collect()
}

/// Adds a group, joined with those that it shares an atom with.
fn join(groups: &mut Vec<Group>, mut group: Group) {
    groups.retain_mut(|other| {
        let apart = other.atoms.is_disjoint(&group.atoms);
        if !apart {
            group.atoms.append(&mut other.atoms);
            group.conditions.append(&mut other.conditions);
        }
        apart
    });
    groups.push(group);
}

/// Returns the values that parameters without value may take, of those that the template used.
fn allowed_values(resolver: &Resolver<'_>) -> BTreeMap<Arc<str>, Vec<Arc<str>>> {
    let parameters = resolver.parameters.iter();
    parameters
        .filter_map(|(name, parameter)| {
            let Value::Unknown(unknown) = &parameter.actual else {
                return None;
            };
            let values = unknown.values.iter();
            let values: BTreeSet<Arc<str>> = values
                .filter_map(|node| node.as_str())
                .map(Arc::from)
                .collect();
            (!values.is_empty()).then(|| ((*name).into(), values.into_iter().collect()))
        })
        .collect()
}

fn parameter(name: &Arc<str>, value: &Arc<str>) -> Assignment {
    Assignment {
        conditions: BTreeMap::new(),
        parameters: BTreeMap::from([(Arc::clone(name), Arc::clone(value))]),
    }
}

fn domain(atom: &Atom, asked: &Asked, allowed: &BTreeMap<Arc<str>, Vec<Arc<str>>>) -> Vec<Pick> {
    if let Atom::Input(name) = atom
        && let Some(values) = allowed.get(name)
    {
        return values.iter().cloned().map(Pick::Is).collect();
    }
    asked.get(atom).into_iter().flatten().cloned().collect()
}

/// Tries all that a group's atoms can be. `None` where there are too many ways.
fn assignments(
    resolver: &Resolver<'_>,
    group: &Group,
    domains: &[(Atom, Vec<Pick>)],
    allowed: &BTreeMap<Arc<str>, Vec<Arc<str>>>,
) -> Option<Vec<Assignment>> {
    let sizes = domains.iter().map(|(_, picks)| picks.len());
    let trials = sizes.fold(1_usize, usize::saturating_mul);
    if trials > MAX_TRIALS {
        return None;
    }
    let mut found: Vec<Assignment> = Vec::new();
    for number in 0..trials {
        let trial = Trial {
            picks: nth(domains, number),
        };
        let Some(conditions) = truths(resolver, group, &trial) else {
            continue;
        };
        let parameters = picked(&trial, allowed);
        let assignment = Assignment {
            conditions,
            parameters,
        };
        if !found.contains(&assignment) {
            found.push(assignment);
        }
        if found.len() > MAX_ASSIGNMENTS {
            return None;
        }
    }
    Some(found)
}

/// Returns one combination of all.
fn nth(domains: &[(Atom, Vec<Pick>)], number: usize) -> BTreeMap<Atom, Pick> {
    let mut rest = number;
    let mut picks = BTreeMap::new();
    for (atom, domain) in domains {
        let index = rest.checked_rem(domain.len()).unwrap_or_default();
        rest = rest.checked_div(domain.len()).unwrap_or_default();
        if let Some(pick) = domain.get(index) {
            picks.insert(atom.clone(), pick.clone());
        }
    }
    picks
}

/// Returns the allowed values that a trial gives to parameters. Other inputs stay open: equal truths stand for several
/// of their values.
fn picked(
    trial: &Trial,
    allowed: &BTreeMap<Arc<str>, Vec<Arc<str>>>,
) -> BTreeMap<Arc<str>, Arc<str>> {
    let picks = trial.picks.iter();
    picks
        .filter_map(|(atom, pick)| match (atom, pick) {
            (Atom::Input(name), Pick::Is(value)) if allowed.contains_key(name) => {
                Some((Arc::clone(name), Arc::clone(value)))
            }
            _ => None,
        })
        .collect()
}

/// Returns what a trial makes of a group's conditions; `None` where a rule of the template forbids it.
fn truths(
    resolver: &Resolver<'_>,
    group: &Group,
    trial: &Trial,
) -> Option<BTreeMap<Arc<str>, bool>> {
    let mut trying = Resolver::new(
        resolver.template,
        resolver.options,
        resolver.source,
        Notices::default(),
        Budget::new(),
    );
    trying.trial = trial.clone();
    if trying.breaks_a_rule() {
        return None;
    }
    let conditions = group.conditions.iter().filter_map(|name| {
        let truth = match resolver.template.conditions.get(name) {
            Some(pair) => trying.declared_condition(pair.key),
            None => trying.undecidable(name, name),
        };
        match truth {
            Truth::Known(truth) => Some((Arc::clone(name), truth)),
            Truth::Undecided(_) => None,
        }
    });
    Some(conditions.collect())
}

fn note_too_many(resolver: &mut Resolver<'_>, group: &Group) {
    let names: Vec<String> = group
        .conditions
        .iter()
        .take(3)
        .map(|name| format!("'{name}'"))
        .collect();
    let more = group.conditions.len() - names.len();
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let message = format!(
        "The conditions {}{more} can be settled in more than {MAX_ASSIGNMENTS} ways: what depends on them is unknown.",
        names.join(", ")
    );
    resolver.notices.limit(None, message);
}

impl<'a> Resolver<'a> {
    /// Tells whether an assertion of `Rules` is certainly false.
    fn breaks_a_rule(&mut self) -> bool {
        let rules: Vec<_> = self.template.rules.iter().collect();
        rules.into_iter().any(|rule| {
            let applies = match rule.value.get("RuleCondition") {
                Some(condition) => self.assertion(condition) == Some(true),
                None => true,
            };
            let assertions = rule.value.get("Assertions");
            applies
                && assertions
                    .into_iter()
                    .flat_map(|list| list.items())
                    .filter_map(|assertion| assertion.get("Assert"))
                    .any(|assert| self.assertion(assert) == Some(false))
        })
    }

    /// Evaluates a rule function: those of conditions, and `Fn::Contains`. Others are not decided.
    fn assertion(&mut self, node: NodeRef<'a>) -> Option<bool> {
        let Some(contains) = node.get("Fn::Contains") else {
            return match self.rule_expression(node) {
                Truth::Known(truth) => Some(truth),
                Truth::Undecided(_) => None,
            };
        };
        let mut operands = contains.items();
        let (list, wanted) = (operands.next()?, operands.next()?);
        let mut decided = Some(false);
        for item in list.items() {
            match self.equals(item, wanted) {
                Truth::Known(true) => return Some(true),
                Truth::Known(false) => {}
                Truth::Undecided(_) => decided = None,
            }
        }
        decided
    }
}
