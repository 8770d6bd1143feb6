//! Unit tests of policies: the `test_*` rules of `*_test.rego` files.

use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::Value as Rego;

use super::diagnostic::Diagnostic;
use super::evaluation::Limits;
use super::program::Program;
use crate::policy::{Module, PolicySet};
use crate::resource::Secrets;

/// What came of one test.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TestResult {
    /// The file.
    pub path: Arc<str>,
    /// The rule, or nothing where the whole file failed.
    pub name: String,
    /// Why it failed; `None` where it passed.
    pub failure: Option<String>,
}

/// Runs all unit tests of a set, each in a program that holds only what its file needs, sorted by file and name.
///
/// A test passes when its rule is true, or an object whose values are all true. Rules `todo_test_*` are not run.
pub fn run_tests(set: &PolicySet, limits: Limits) -> Vec<TestResult> {
    let mut results: Vec<TestResult> = set
        .tests()
        .iter()
        .flat_map(|module| run_module(set, module, limits))
        .collect();
    results.sort();
    results
}

fn run_module(set: &PolicySet, module: &Module, limits: Limits) -> Vec<TestResult> {
    let result = |name: &str, failure: Option<String>| TestResult {
        path: Arc::clone(&module.source.path),
        name: name.to_owned(),
        failure,
    };
    let program = match load(set, module, limits) {
        Ok(program) => program,
        Err(diagnostic) => return vec![result("", Some(said(&diagnostic)))],
    };
    let names = module.reading().rules.iter();
    names
        .filter(|name| name.starts_with("test_"))
        .map(|name| {
            let rule = format!("data.{}.{name}", module.package);
            let failure = match program.clone().evaluate(&rule) {
                Ok(value) if holds(&value) => None,
                Ok(Rego::Undefined) => Some("it is undefined".to_owned()),
                Ok(value) => Some(format!(
                    "it is {}",
                    super::shown::value(&value, &Secrets::default())
                )),
                Err(diagnostic) => Some(said(&diagnostic)),
            };
            result(name, failure)
        })
        .collect()
}

fn holds(value: &Rego) -> bool {
    match value {
        Rego::Bool(value) => *value,
        Rego::Object(cases) => cases.values().all(|case| *case == Rego::Bool(true)),
        _ => false,
    }
}

fn said(diagnostic: &Diagnostic) -> String {
    match &diagnostic.place {
        Some(place) => format!("{place}: {}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

fn load(set: &PolicySet, test: &Module, limits: Limits) -> Result<Program, Diagnostic> {
    let (needs, tests) = set
        .test_dependencies(test)
        .map_err(|error| super::loader::described(&error))?;
    let mut program = Program::new(limits.per_policy)?;
    let modules = needs.modules.iter().filter_map(|index| set.module(*index));
    for module in modules.chain(tests) {
        program.add_module(&module.source.path, module.source.text.to_string())?;
    }
    for name in &needs.tables {
        let named = BTreeMap::from([(Rego::from(name.as_str()), super::loader::table(set, name)?)]);
        let data = BTreeMap::from([(Rego::from("tables"), Rego::from(named))]);
        program.add_data(Rego::from(data))?;
    }
    program.prepare()?;
    Ok(program)
}
