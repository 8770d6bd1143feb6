//! Unit tests: the `test_*` rules of `*_test.rego` files.

use std::sync::Arc;

use super::Options;
use crate::evaluate::{Problem, Reached, TestBench, Trace};
use crate::policy::{Module, PolicySet, anatomy};

/// What came of one unit test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitResult {
    /// The file.
    pub path: Arc<str>,
    /// The rule; nothing where the whole file failed.
    pub name: String,
    /// The line where it begins.
    pub line: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// What it printed.
    pub prints: Vec<String>,
}

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It is still to be written: `todo_test_*`.
    Todo,
    /// It does not hold.
    Failed {
        /// What is wrong.
        message: String,
        /// The cases that do not hold, of a test with cases (`test_x[case]`).
        cases: Vec<String>,
        /// Where its bodies stop.
        traces: Vec<Trace>,
    },
}

impl UnitResult {
    /// Tells whether it failed.
    pub const fn failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed { .. })
    }
}

/// Runs the tests of a file.
pub(super) fn run(
    set: &PolicySet,
    module: &Module,
    options: &Options,
    wanted: &dyn Fn(&str) -> bool,
) -> (Vec<UnitResult>, Reached) {
    let tests = tests(module);
    let names = |test: &(String, u32)| wanted(&format!("{}:{}", module.source.path, test.0));
    let tests: Vec<_> = tests.into_iter().filter(names).collect();
    if tests.is_empty() {
        return (Vec::new(), Reached::new());
    }
    let result = |name: &str, line: u32, outcome: Outcome, prints: Vec<String>| UnitResult {
        path: Arc::clone(&module.source.path),
        name: name.to_owned(),
        line,
        outcome,
        prints,
    };
    let mut bench = match TestBench::new(set, module, options.limits, options.coverage) {
        Ok(bench) => bench,
        Err(problem) => {
            let failed = failed(said(&problem), Vec::new());
            return (vec![result("", 1, failed, Vec::new())], Reached::new());
        }
    };
    let mut results = Vec::new();
    for (name, line) in tests {
        let outcome = if name.starts_with("todo_") {
            Outcome::Todo
        } else {
            judge(&mut bench, &name)
        };
        results.push(result(&name, line, outcome, bench.prints()));
    }
    let reached = bench.reached();
    (results, reached)
}

/// Returns the tests of a file with their first lines, each name once.
fn tests(module: &Module) -> Vec<(String, u32)> {
    let mut found: Vec<(String, u32)> = Vec::new();
    for rule in anatomy::rules(&module.source.text) {
        let is_test = rule.name.starts_with("test_") || rule.name.starts_with("todo_test_");
        if is_test && found.iter().all(|(name, _)| *name != rule.name) {
            found.push((rule.name, rule.place.line));
        }
    }
    found
}

fn judge(bench: &mut TestBench<'_>, name: &str) -> Outcome {
    let value = match bench.value(name) {
        Ok(value) => value,
        Err(problem) => return failed(said(&problem), Vec::new()),
    };
    let cases = match &value {
        Some(serde_json::Value::Bool(true)) => return Outcome::Passed,
        Some(serde_json::Value::Object(cases)) => {
            let mut wrong: Vec<String> = cases
                .iter()
                .filter(|(_, value)| **value != serde_json::Value::Bool(true))
                .map(|(case, _)| case.clone())
                .collect();
            let known = bench.cases(name);
            wrong.extend(known.into_iter().filter(|case| !cases.contains_key(case)));
            if wrong.is_empty() && !cases.is_empty() {
                return Outcome::Passed;
            }
            wrong
        }
        _ => Vec::new(),
    };
    let message = match &value {
        None => "it is undefined".to_owned(),
        Some(_) if !cases.is_empty() => "some cases do not hold".to_owned(),
        Some(value) => format!("it is {value}"),
    };
    Outcome::Failed {
        message,
        traces: bench.explain(name, &cases),
        cases,
    }
}

fn failed(message: String, traces: Vec<Trace>) -> Outcome {
    Outcome::Failed {
        message,
        cases: Vec::new(),
        traces,
    }
}

fn said(problem: &Problem) -> String {
    match &problem.place {
        Some(place) => format!("{place}: {}", problem.message),
        None => problem.message.clone(),
    }
}
