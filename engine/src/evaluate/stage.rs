//! One unit in front of the loaded policies: its view, and the rows of the views over it.
//!
//! A compiled policy and its libraries are evaluated by a machine that keeps what each rule gave: what two policies
//! share is evaluated once. A policy that could not be compiled is interpreted, over the same view.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ordinance_rego::Machine;
use regorus::Value as Rego;

use super::diagnostic::{self, Diagnostic};
use super::evaluation::Limits;
use super::evaluator::Plan;
use super::loader::{ENTRY, Loaded, written};
use super::program::Program;
use super::timings::{Spent, timed};
use super::view::{self, View};
use crate::policy::{Dependencies, PolicySet};
use crate::resource::Unit;

/// A policy that is loaded.
pub(super) struct Ready<'p> {
    pub(super) plan: &'p Plan,
    pub(super) needs: &'p Dependencies,
    pub(super) interpreted: bool,
}

/// One unit in front of the loaded policies.
pub(super) struct Stage<'p> {
    set: &'p PolicySet,
    loaded: &'p Loaded,
    limits: Limits,
    machine: Machine<'p>,
    interpreter: Option<Program>,
    input: BTreeMap<Rego, Rego>,
    views: BTreeMap<Rego, Rego>,
    failed: BTreeMap<String, Diagnostic>,
}

impl<'p> Stage<'p> {
    /// Returns a stage over the view of a unit.
    pub(super) fn new(
        set: &'p PolicySet,
        (unit, view): (&Unit, Option<View>),
        loaded: &'p Loaded,
        ready: &[&Ready<'_>],
        limits: Limits,
    ) -> Self {
        let mut input = view.map_or_else(|| view::input(unit), |view| view.0);
        if ready.iter().any(|ready| ready.needs.document) {
            input.insert(Rego::from("document"), super::written::document(unit));
        }
        Self::over(set, input, loaded, limits)
    }

    /// Returns a stage over an input without views.
    pub(super) fn over(
        set: &'p PolicySet,
        mut input: BTreeMap<Rego, Rego>,
        loaded: &'p Loaded,
        limits: Limits,
    ) -> Self {
        input.extend(loaded.data.clone());
        let mut stage = Self {
            set,
            loaded,
            limits,
            machine: Machine::new(&loaded.compiled, Rego::Undefined, limits.steps),
            interpreter: loaded.interpreted.as_ref().map(|(one, _)| one.clone()),
            input,
            views: BTreeMap::new(),
            failed: BTreeMap::new(),
        };
        stage.join();
        stage
    }

    /// Joins the rows of the views to the input.
    fn join(&mut self) {
        let mut input = self.input.clone();
        input.insert(Rego::from("views"), Rego::from(self.views.clone()));
        let input = Rego::from(input);
        if let Some(program) = &mut self.interpreter {
            program.set_input(input.clone());
        }
        self.machine.extend_input(input);
    }

    /// Computes these views, each once; those that one reads stand before it.
    pub(super) fn compute_views<'n>(&mut self, names: impl Iterator<Item = &'n String>) {
        for name in names {
            let row = Rego::from(name.as_str());
            if self.views.contains_key(&row) || self.failed.contains_key(name) {
                continue;
            }
            let package = format!("policies.views.{name}");
            let interpreted = !self.compiles(&package, "rows");
            match self.evaluate(&package, "rows", interpreted) {
                Ok(rows) => {
                    self.views.insert(row, rows);
                    // Nobody asks a view's own rules again: its rows are input.
                    self.forget(&package, "rows");
                    self.join();
                }
                Err(diagnostic) => {
                    self.failed.insert(name.clone(), diagnostic);
                }
            }
        }
    }

    fn compiles(&self, package: &str, rule: &str) -> bool {
        let rule = self.set.linked_rule(package, rule);
        rule.is_some_and(|rule| self.loaded.compiled.defines(&rule))
    }

    /// Returns the rows of these views, or why the first of them that failed did.
    pub(super) fn rows(&self, names: &[String]) -> Result<BTreeMap<Rego, Rego>, Diagnostic> {
        let rows = names.iter().map(|name| {
            if let Some(diagnostic) = self.failed.get(name) {
                return Err(diagnostic.clone());
            }
            let key = Rego::from(name.as_str());
            let rows = self.views.get(&key).cloned().unwrap_or(Rego::Undefined);
            Ok((key, rows))
        });
        rows.collect()
    }

    /// Evaluates a policy.
    pub(super) fn policy(&mut self, ready: &Ready<'_>) -> Result<Rego, Diagnostic> {
        let failed = ready
            .needs
            .views
            .iter()
            .find_map(|name| self.failed.get_key_value(name));
        if let Some((name, diagnostic)) = failed {
            return Err(Diagnostic {
                place: diagnostic.place.clone(),
                message: format!(
                    "the view '{name}' that it reads failed: {}",
                    diagnostic.message
                ),
            });
        }
        let package = &ready.plan.chosen.policy.package;
        self.evaluate(package, ENTRY, ready.interpreted)
    }

    /// Forgets what the rules of a policy gave, which no other policy reads. What its libraries gave stays.
    pub(super) fn forget_policy(&mut self, ready: &Ready<'_>) {
        self.forget(&ready.plan.chosen.policy.package, ENTRY);
    }

    /// Forgets what the rules of a package gave, one of which has this name.
    fn forget(&mut self, package: &str, rule: &str) {
        if let Some(linked) = self.set.linked_rule(package, rule) {
            let package = linked.strip_suffix(rule).unwrap_or(&linked);
            self.machine.forget(package);
        }
    }

    fn evaluate(
        &mut self,
        package: &str,
        rule: &str,
        interpreted: bool,
    ) -> Result<Rego, Diagnostic> {
        let linked = self.set.linked_rule(package, rule).unwrap_or_default();
        let timings = self.loaded.timings.as_deref();
        let what = || match package.strip_prefix("policies.views.") {
            Some(view) => Spent::View(view.to_owned()),
            None => Spent::Policy(package.to_owned()),
        };
        let answer = timed(timings, what, || {
            if interpreted {
                self.interpret(&linked)
            } else {
                self.run(&linked)
            }
        });
        match answer {
            Ok(Rego::Undefined) => Err(Diagnostic {
                place: None,
                message: format!("'data.{package}.{rule}' is undefined"),
            }),
            Ok(value) => Ok(value),
            Err(diagnostic) => Err(written(self.set, diagnostic)),
        }
    }

    /// Evaluates a compiled rule. After a panic the machine is thrown away: it may be in any state.
    fn run(&mut self, rule: &str) -> Result<Rego, Diagnostic> {
        let machine = &mut self.machine;
        if let Ok(answer) = catch_unwind(AssertUnwindSafe(|| machine.rule(rule))) {
            return answer.map_err(|error| diagnostic::read(&error.to_string()));
        }
        let compiled = &self.loaded.compiled;
        self.machine = Machine::new(compiled, Rego::Undefined, self.limits.steps);
        self.join();
        Err(Diagnostic {
            place: None,
            message: "the Rego engine failed on it".to_owned(),
        })
    }

    /// Evaluates a rule by the interpreter, which is thrown away after an error: it may be in any state.
    fn interpret(&mut self, rule: &str) -> Result<Rego, Diagnostic> {
        let Some(program) = &mut self.interpreter else {
            return Ok(Rego::Undefined);
        };
        let path = format!("data.{}.{rule}", crate::policy::PACKAGE);
        let answer = program.evaluate(&path);
        if answer.is_err() {
            let fresh = self.loaded.interpreted.as_ref();
            self.interpreter = fresh.map(|(program, _)| program.clone());
            self.join();
        }
        answer
    }
}
