//! The Rego engine behind a door: modules in, values out, errors taken apart.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value as Rego};

use super::diagnostic::{self, Diagnostic};
use crate::policy::qualify::variables;

/// A rule that is evaluated to make the engine analyse its modules before it is cloned.
const READY: (&str, &str) = ("ready.rego", "package ordinance_ready\n\nready := true\n");

/// How many steps the interpreter takes between two looks at the clock.
const STEPS_PER_LOOK: NonZeroU32 = NonZeroU32::new(256).expect("256 is not zero");

/// The variable that holds the solutions of a query.
const SOLUTIONS: &str = "ordinance_solutions";

/// The lines of a file that evaluations reached, and those that they did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CoveredFile {
    pub(super) path: String,
    pub(super) covered: BTreeSet<u32>,
    pub(super) missed: BTreeSet<u32>,
}

/// Modules and data, ready to be evaluated. Cloning shares them.
#[derive(Clone)]
pub(super) struct Program {
    engine: Engine,
}

impl Program {
    /// Returns a program without policies. Errors of builtins are errors, not undefined values.
    pub(super) fn new(limit: Duration) -> Result<Self, Diagnostic> {
        let mut engine = Engine::new();
        engine.set_strict_builtin_errors(true);
        engine.set_gather_prints(true);
        engine.set_execution_timer_config(ExecutionTimerConfig {
            limit,
            check_interval: STEPS_PER_LOOK,
        });
        let mut program = Self { engine };
        program.add_module(READY.0, READY.1.to_owned())?;
        Ok(program)
    }

    /// Parses a module.
    pub(super) fn add_module(&mut self, path: &str, text: String) -> Result<(), Diagnostic> {
        let engine = &mut self.engine;
        guarded(|| engine.add_policy(path.to_owned(), text).map(drop))
    }

    /// Adds to `data`.
    pub(super) fn add_data(&mut self, data: Rego) -> Result<(), Diagnostic> {
        self.engine
            .add_data(data)
            .map_err(|error| diagnostic::read(&error.to_string()))
    }

    /// Analyses the modules, so that clones need not.
    pub(super) fn prepare(&mut self) -> Result<(), Diagnostic> {
        self.set_input(Rego::new_object());
        self.evaluate("data.ordinance_ready.ready").map(drop)
    }

    /// Sets `input`.
    pub(super) fn set_input(&mut self, input: Rego) {
        self.engine.set_input(input);
    }

    /// Notes from now on which lines are evaluated.
    pub(super) fn note_coverage(&mut self) {
        self.engine.set_enable_coverage(true);
    }

    /// Returns the lines that were evaluated, by file; files without any are left out.
    pub(super) fn coverage(&self) -> Vec<CoveredFile> {
        let report = self.engine.get_coverage_report().unwrap_or_default();
        report
            .files
            .into_iter()
            .map(|file| CoveredFile {
                path: file.path,
                covered: file.covered,
                missed: file.not_covered,
            })
            .collect()
    }

    /// Returns what `print` printed since the last call.
    pub(super) fn take_prints(&mut self) -> Vec<String> {
        self.engine.take_prints().unwrap_or_default()
    }

    /// Evaluates statements: an object of the variables that they bind for each solution.
    ///
    /// They are asked as a comprehension: of several statements at the top of a query regorus 0.14 loses the solutions after
    /// one that is false.
    pub(super) fn solutions(&mut self, statements: &str) -> Result<Vec<Rego>, Diagnostic> {
        let names = variables(statements);
        let fields: Vec<String> = names
            .iter()
            .map(|name| format!("\"{name}\": {name}"))
            .collect();
        let text = format!(
            "{SOLUTIONS} := [{{{}}} |\n{statements}\ntrue\n]",
            fields.join(", ")
        );
        let engine = &mut self.engine;
        let results = guarded(|| engine.eval_query(text, false))?;
        let Some(row) = results.result.into_iter().next() else {
            return Ok(Vec::new());
        };
        let rows = row.bindings[SOLUTIONS].as_array().into_iter();
        Ok(rows.flat_map(|rows| rows.iter().cloned()).collect())
    }

    /// Evaluates a rule by its whole path. After a panic the program must be thrown away.
    pub(super) fn evaluate(&mut self, rule: &str) -> Result<Rego, Diagnostic> {
        let engine = &mut self.engine;
        guarded(|| engine.eval_rule(rule.to_owned()))
    }
}

/// Takes errors apart and stops panics of the Rego engine here.
fn guarded<T, E: std::fmt::Display>(run: impl FnOnce() -> Result<T, E>) -> Result<T, Diagnostic> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(diagnostic::read(&error.to_string())),
        Err(_) => Err(Diagnostic {
            place: None,
            message: "the Rego engine failed on it".to_owned(),
        }),
    }
}
