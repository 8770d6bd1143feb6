//! The chosen policies, loaded as units need them, and their evaluation over one unit.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use regorus::Value as Rego;

use super::architecture::{self, Component};
use super::diagnostic::Diagnostic;
use super::evaluation::{Evaluation, Failure, Limits};
use super::incomplete::Incomplete;
use super::judge::{Detail, Sensitive, judge};
use super::loader::{Loaded, Loader};
use super::results;
use super::results::{Known, Subject};
use super::stage::{Ready, Stage};
use super::timings::{Spent, Timings, timed};
use super::view::{self, View};
use super::whole::Part;
use super::yields::{self, Ruling};
use crate::policy::{Chosen, Dependencies, Metadata, PolicyError, PolicySet, Scope, Selection};
use crate::resource::{Format, Node, Path, Segment, Unit, Value};

/// A chosen policy on its way to the Rego engine.
pub(super) struct Plan {
    pub(super) chosen: Chosen,
    pub(super) id: Arc<str>,
    dependencies: OnceLock<Result<Dependencies, PolicyError>>,
}

impl Plan {
    /// Returns what the policy needs; its text is read at the first call.
    pub(super) fn dependencies(&self, set: &PolicySet) -> Result<&Dependencies, &PolicyError> {
        self.dependencies
            .get_or_init(|| set.dependencies(&self.chosen.policy))
            .as_ref()
    }

    pub(super) fn metadata(&self) -> &Metadata {
        &self.chosen.policy.metadata
    }

    fn judges(&self, format: Format, types: &BTreeSet<&str>) -> bool {
        let metadata = &self.chosen.policy.metadata;
        metadata.formats.contains(&format)
            && metadata
                .subjects
                .iter()
                .any(|name| types.contains(name.as_str()))
    }
}

/// A unit to evaluate.
struct Task<'u> {
    unit: &'u Unit,
    /// What policies see of it, where that was made before.
    view: Option<View>,
    detail: Detail,
}

impl<'u> Task<'u> {
    const fn whole(unit: &'u Unit) -> Self {
        Self {
            unit,
            view: None,
            detail: Detail::Evidence,
        }
    }
}

/// Evaluates the chosen policies. One is shared by all workers of a scan.
///
/// Rego is evaluated by recursion: run [`Self::evaluate`] on threads with stacks of [`super::STACK_SIZE`]
/// (`rayon::ThreadPoolBuilder::new().stack_size(STACK_SIZE)`).
pub struct Evaluator {
    pub(super) set: Arc<PolicySet>,
    pub(super) plans: Vec<Plan>,
    loader: RwLock<Loader>,
    /// The plan that asks for the components of units, which is no control.
    survey: Option<usize>,
    pub(super) limits: Limits,
    /// Where times are noted, when they are wanted.
    timings: Option<Arc<Timings>>,
}

impl Evaluator {
    /// Returns an evaluator that has loaded nothing yet.
    pub fn new(set: Arc<PolicySet>, selection: Selection, limits: Limits) -> Self {
        let plans: Vec<Plan> = selection
            .policies
            .into_iter()
            .map(|chosen| Plan {
                id: chosen.policy.metadata.id.as_str().into(),
                chosen,
                dependencies: OnceLock::new(),
            })
            .collect();
        Self {
            loader: RwLock::new(Loader::new(&plans)),
            survey: None,
            timings: None,
            set,
            plans,
            limits,
        }
    }

    /// Notes what takes how long.
    #[must_use]
    pub fn with_timings(mut self) -> Self {
        let timings = Arc::new(Timings::default());
        let loader = self
            .loader
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        loader.timings = Some(Arc::clone(&timings));
        self.timings = Some(timings);
        self
    }

    /// Returns what took how long, where that is noted.
    pub fn timings(&self) -> Option<&Arc<Timings>> {
        self.timings.as_ref()
    }

    /// Lets evaluations give the components of units too.
    #[must_use]
    pub fn with_architecture(mut self) -> Self {
        if let Some(chosen) = self.set.survey(architecture::VIEW) {
            self.survey = Some(self.plans.len());
            self.plans.push(Plan {
                id: chosen.policy.metadata.id.as_str().into(),
                chosen,
                dependencies: OnceLock::new(),
            });
        }
        self
    }

    /// Returns the controls and their positions.
    pub(super) fn controls(&self) -> impl Iterator<Item = (usize, &Plan)> {
        let plans = self.plans.iter().enumerate();
        plans.filter(|(index, _)| Some(*index) != self.survey)
    }

    /// Returns the resource types that the chosen policies read: others are not assessed.
    pub fn assessed(&self) -> BTreeSet<String> {
        self.controls()
            .flat_map(|(_, plan)| plan.metadata().resources.iter().cloned())
            .collect()
    }

    /// Returns the resource types that are read; what else a unit declares need not be converted.
    pub fn wanted(&self) -> BTreeSet<String> {
        self.plans
            .iter()
            .flat_map(|plan| plan.chosen.policy.metadata.resources.iter().cloned())
            .collect()
    }

    /// Returns what the chosen policies say of themselves, by id.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<Metadata>> {
        let controls = self.controls();
        controls.map(|(_, plan)| &plan.chosen.policy.metadata)
    }

    /// Returns the ids of all policies at hand, chosen or not.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        self.set
            .policies()
            .iter()
            .map(|policy| policy.metadata.id.as_str())
    }

    /// Tells whether a chosen policy that judges a format reads the file as written.
    pub fn reads_document(&self, format: Format) -> bool {
        let judging = |plan: &&Plan| plan.metadata().formats.contains(&format);
        let mut plans = self.plans.iter().filter(judging);
        plans.any(|plan| {
            let needs = plan.dependencies(&self.set);
            needs.is_ok_and(|needs| needs.document)
        })
    }

    /// Evaluates the policies that judge what the unit declares.
    pub fn evaluate(&self, unit: &Unit) -> Evaluation {
        let types = types_of(unit);
        let keeping = |plan: &Plan| plan.keeps(&types);
        self.evaluate_where(Task::whole(unit), &|_| true, &keeping)
    }

    /// Evaluates the policies that judge what the unit declares, for findings: passes are counted, and of what was
    /// examined only that of unknown verdicts is kept. Where the `view` is given, the unit may have forgotten its values.
    pub fn evaluate_for_findings(&self, unit: &Unit, view: Option<View>) -> Evaluation {
        let types = types_of(unit);
        let keeping = |plan: &Plan| plan.keeps(&types);
        // Verdicts on an incomplete plan are opened by what was examined for them.
        let detail = match Incomplete::of(unit) {
            Some(_) => Detail::Evidence,
            None => Detail::Findings,
        };
        let task = Task { unit, view, detail };
        self.evaluate_where(task, &|_| true, &keeping)
    }

    /// Returns what policies see of a unit, for [`Self::evaluate_for_findings`].
    pub fn view(&self, unit: &Unit) -> View {
        View(view::input(unit))
    }

    /// Evaluates these policies only. Those that they yield to are evaluated too, but their verdicts are not given.
    pub fn evaluate_only(&self, unit: &Unit, rules: &BTreeSet<Arc<str>>) -> Evaluation {
        let with = self.with_yielded(rules);
        let chosen = |plan: &Plan| with.contains(&*plan.id);
        let mut evaluation = self.evaluate_where(Task::whole(unit), &chosen, &|_| false);
        let verdicts = &mut evaluation.verdicts;
        verdicts.retain(|verdict| rules.contains(&verdict.rule));
        evaluation
    }

    /// Returns the resource types that these policies read, and those that they yield to.
    pub fn wanted_by(&self, rules: &BTreeSet<Arc<str>>) -> BTreeSet<String> {
        let with = self.with_yielded(rules);
        let plans = self.plans.iter().filter(|plan| with.contains(&*plan.id));
        plans
            .flat_map(|plan| plan.chosen.policy.metadata.resources.iter().cloned())
            .collect()
    }

    /// Returns the ids of policies and of those that they yield to.
    fn with_yielded<'a>(&'a self, rules: &'a BTreeSet<Arc<str>>) -> BTreeSet<&'a str> {
        let plans = self.plans.iter().filter(|plan| rules.contains(&plan.id));
        let yielded = plans.flat_map(|plan| &plan.chosen.policy.metadata.yields_to);
        rules
            .iter()
            .map(AsRef::as_ref)
            .chain(yielded.map(String::as_str))
            .collect()
    }

    /// Evaluates the chosen policies over a unit, and the views over it that policies over the whole scan keep.
    fn evaluate_where(
        &self,
        task: Task<'_>,
        chosen: &dyn Fn(&Plan) -> bool,
        keeping: &dyn Fn(&Plan) -> bool,
    ) -> Evaluation {
        let unit = task.unit;
        let types = types_of(unit);
        let mut evaluation = Evaluation::default();
        let mut running = Vec::new();
        let mut kept_by = Vec::new();
        let mut survey = None;
        for (index, plan) in self.plans.iter().enumerate() {
            if plan.metadata().scope == Scope::Scan {
                if chosen(plan) && keeping(plan) {
                    if Some(index) == self.survey {
                        survey = Some(index);
                    } else {
                        kept_by.push(index);
                    }
                }
                continue;
            }
            if !plan.metadata().formats.contains(&unit.format) || !chosen(plan) {
                continue;
            }
            if plan.judges(unit.format, &types) {
                running.push(index);
            } else {
                evaluation.not_applicable.push(Arc::clone(&plan.id));
            }
        }
        let all = running.iter().chain(&kept_by).chain(&survey);
        let all: Vec<usize> = all.copied().collect();
        if all.is_empty() {
            return evaluation;
        }
        let format = Some(unit.format);
        let loaded = self.load(&all, format, &mut evaluation.failures);
        let asked = Asked {
            running,
            kept_by,
            survey,
        };
        self.run(task, &asked, &loaded, &mut evaluation);
        evaluation.sort();
        evaluation
    }

    /// Loads these policies, and notes those of them that cannot be loaded.
    pub(super) fn load(
        &self,
        running: &[usize],
        format: Option<Format>,
        failures: &mut Vec<Failure>,
    ) -> Loaded {
        {
            let loader = self.loader.read().unwrap_or_else(PoisonError::into_inner);
            if loader.holds(running) {
                failures.extend(loader.failures(running));
                return loader.loaded();
            }
        }
        let mut loader = self.loader.write().unwrap_or_else(PoisonError::into_inner);
        timed(
            self.timings.as_deref(),
            || Spent::Loading,
            || {
                loader.load(&self.set, &self.plans, running, format, self.limits);
            },
        );
        failures.extend(loader.failures(running));
        loader.loaded()
    }

    /// Returns those of these policies that are loaded.
    pub(super) fn ready<'p>(
        &'p self,
        indices: &[usize],
        loaded: &Loaded,
        failures: &[Failure],
    ) -> Vec<Ready<'p>> {
        let interpreted = loaded.interpreted.as_ref().map(|(_, indices)| indices);
        let ready = indices.iter().filter_map(|index| {
            let plan = self.plans.get(*index)?;
            Some(Ready {
                plan,
                needs: plan.dependencies(&self.set).ok()?,
                interpreted: interpreted.is_some_and(|indices| indices.contains(index)),
            })
        });
        ready
            .filter(|ready| failures.iter().all(|failure| failure.rule != ready.plan.id))
            .collect()
    }

    fn run(&self, task: Task<'_>, asked: &Asked, loaded: &Loaded, evaluation: &mut Evaluation) {
        let ready = self.ready(&asked.running, loaded, &evaluation.failures);
        let keeping = self.ready(&asked.kept_by, loaded, &evaluation.failures);
        let survey: Vec<usize> = asked.survey.into_iter().collect();
        let survey = self.ready(&survey, loaded, &evaluation.failures);
        let Task { unit, view, detail } = task;
        let all = ready.iter().chain(&keeping).chain(&survey);
        let all: Vec<&Ready<'_>> = all.collect();
        let mut stage = Stage::new(&self.set, (unit, view), loaded, &all, self.limits);
        stage.compute_views(ready.iter().flat_map(|ready| &ready.needs.views));
        let known = Known {
            scan: false,
            resources: BTreeMap::from([("", addresses(unit))]),
        };
        let mut sensitive = Sensitive::default();
        add_sensitive(&"".into(), unit, &mut sensitive);
        let context = Context {
            known: &known,
            sensitive: &sensitive,
            detail,
        };
        judge_all(&ready, &mut stage, &context, evaluation);
        if let Some(incomplete) = Incomplete::of(unit) {
            let rules = ready.iter().map(|ready| ready.plan.metadata());
            incomplete.open(rules, &mut evaluation.verdicts);
        }
        if !asked.kept_by.is_empty() {
            evaluation.part = Some(Part::take(&mut stage, &keeping, &mut evaluation.failures));
        }
        for ready in &survey {
            match components(&mut stage, ready, unit) {
                Ok(found) => evaluation.components = found,
                Err(diagnostic) => {
                    let failures = &mut evaluation.failures;
                    failures.push(failure(&ready.plan.id, diagnostic));
                }
            }
        }
    }
}

/// Which plans are asked of a unit.
struct Asked {
    running: Vec<usize>,
    /// Those over the whole scan, for which rows of views are kept.
    kept_by: Vec<usize>,
    survey: Option<usize>,
}

/// Computes the components of a unit.
fn components(
    stage: &mut Stage<'_>,
    ready: &Ready<'_>,
    unit: &Unit,
) -> Result<Vec<Component>, Diagnostic> {
    stage.compute_views(ready.needs.unit_views.iter());
    let rows = stage.rows(&ready.plan.metadata().unit_views)?;
    let rows = rows.into_values().next().unwrap_or(Rego::Undefined);
    architecture::read(&rows, unit)
}

/// Keeps what a policy found to be secret out of all reports.
fn conceal(results: &results::Results, sensitive: &Sensitive<'_>) {
    for violation in results.deny.iter().chain(&results.undecided) {
        if let Some(secrets) = sensitive.secrets.get(&violation.subject.unit) {
            for text in &violation.conceals {
                secrets.add(text);
            }
        }
    }
}

/// What results are read with.
pub(super) struct Context<'c> {
    pub(super) known: &'c Known<'c>,
    pub(super) sensitive: &'c Sensitive<'c>,
    pub(super) detail: Detail,
}

/// Evaluates policies over the stage's input, and settles what their results mean.
pub(super) fn judge_all(
    ready: &[Ready<'_>],
    stage: &mut Stage<'_>,
    context: &Context<'_>,
    evaluation: &mut Evaluation,
) {
    let mut rulings = Vec::new();
    for ready in ready {
        let plan = ready.plan;
        let entry = match stage.policy(ready) {
            Ok(entry) => entry,
            Err(diagnostic) => {
                evaluation.failures.push(failure(&plan.id, diagnostic));
                continue;
            }
        };
        let mut results = results::read(&entry, context.known);
        drop(entry);
        stage.forget_policy(ready);
        let wrong = std::mem::take(&mut results.wrong);
        evaluation.failures.extend(shape_failure(&plan.id, &wrong));
        conceal(&results, context.sensitive);
        let metadata = plan.metadata();
        let judgement = judge(metadata, results, context.sensitive, context.detail);
        let judged = judgement.judged;
        if judgement.passes > 0 {
            let passes = (Arc::clone(&plan.id), judgement.passes);
            evaluation.passes.extend([passes]);
        } else if judged.is_empty() && wrong.is_empty() {
            evaluation.not_applicable.push(Arc::clone(&plan.id));
        }
        rulings.push(Ruling { metadata, judged });
    }
    yields::settle(&mut rulings);
    let judged = rulings.into_iter().flat_map(|ruling| ruling.judged);
    evaluation.verdicts.extend(judged.map(|one| one.verdict));
}

impl Evaluator {
    /// Returns the scan view of a unit, what its policies see as `input`, as JSON.
    pub fn scan_view(&self, unit: &Unit) -> String {
        let view = Rego::from(view::input(unit));
        view.to_json_str().unwrap_or_default()
    }

    /// Evaluates the rules of one chosen policy on a scan view given as JSON, and returns them as a JSON object.
    ///
    /// This is how the pack is compared with OPA: views are computed and joined as in a scan.
    ///
    /// # Errors
    /// When no such policy is chosen, the view is no JSON object, or the evaluation fails.
    pub fn probe(&self, rule: &str, format: Format, scan_view: &str) -> Result<String, Failure> {
        let refused = |message: &str| Failure {
            rule: rule.into(),
            place: None,
            message: message.to_owned(),
        };
        let index = self.plans.iter().position(|plan| &*plan.id == rule);
        let index = index.ok_or_else(|| refused("is not chosen"))?;
        let mut failures = Vec::new();
        let loaded = self.load(&[index], Some(format), &mut failures);
        let plan = &self.plans[index];
        let needs = plan.dependencies(&self.set).ok();
        let (Some(needs), None) = (needs, failures.pop()) else {
            return Err(refused("cannot be loaded"));
        };
        let interpreted = loaded.interpreted.as_ref();
        let ready = Ready {
            plan,
            needs,
            interpreted: interpreted.is_some_and(|(_, indices)| indices.contains(&index)),
        };
        let input = Rego::from_json_str(scan_view).map_err(|error| refused(&error.to_string()))?;
        let input = input.as_object().map_err(|_| refused("needs an object"))?;
        let input = input
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()));
        let mut stage = Stage::over(&self.set, input.collect(), &loaded, self.limits);
        stage.compute_views(ready.needs.views.iter());
        let value = stage
            .policy(&ready)
            .map_err(|diagnostic| failure(&plan.id, diagnostic))?;
        value
            .to_json_str()
            .map_err(|error| refused(&error.to_string()))
    }
}

/// Returns the failure that a diagnostic means for a policy.
pub(super) fn failure(rule: &Arc<str>, diagnostic: Diagnostic) -> Failure {
    Failure {
        rule: Arc::clone(rule),
        place: diagnostic.place,
        message: diagnostic.message,
    }
}

fn shape_failure(rule: &Arc<str>, wrong: &[String]) -> Option<Failure> {
    let first = wrong.first()?;
    let others = match wrong.len() - 1 {
        0 => String::new(),
        count => format!(" (and {count} more)"),
    };
    Some(Failure {
        rule: Arc::clone(rule),
        place: None,
        message: format!("{first}{others}"),
    })
}

/// Returns the types that a unit declares.
fn types_of(unit: &Unit) -> BTreeSet<&str> {
    let resources = unit.resources.iter();
    resources.map(|resource| &*resource.type_name).collect()
}

/// Returns the addresses that a unit declares.
pub(super) fn addresses(unit: &Unit) -> HashSet<&str> {
    let resources = unit.resources.iter();
    resources.map(|resource| &*resource.address).collect()
}

/// Collects what must not be shown of a unit: secrets, and paths of values by its `sensitive` facts.
pub(super) fn add_sensitive<'u>(key: &Arc<str>, unit: &'u Unit, sensitive: &mut Sensitive<'u>) {
    sensitive.secrets.insert(Arc::clone(key), &unit.secrets);
    for resource in &unit.resources {
        let Some((_, fact)) = resource.facts.iter().find(|(name, _)| *name == "sensitive") else {
            continue;
        };
        let Value::Array(items) = &fact.value else {
            continue;
        };
        let subject = Subject {
            unit: Arc::clone(key),
            address: Arc::clone(&resource.address),
        };
        let paths = items.iter().filter_map(path_of).collect();
        sensitive.paths.insert(subject, paths);
    }
}

fn path_of(node: &Node) -> Option<Path> {
    let Value::Array(steps) = &node.value else {
        return None;
    };
    let steps = steps.iter().map(|step| match &step.value {
        Value::String(key) => Some(Segment::Key(Arc::clone(key))),
        Value::Number(index) => index.parse().ok().map(Segment::Index),
        _ => None,
    });
    steps.collect::<Option<Vec<_>>>().map(Path)
}
