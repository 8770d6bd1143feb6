//! A bench for the unit tests of one file: a program that holds only what the file needs.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value as Rego;
use serde_json::Value;

use super::diagnostic::Diagnostic;
use super::diagnostic::PolicyPlace;
use super::evaluation::Limits;
use super::explain::{Explainer, Trace};
use super::program::Program;
use super::workbench::Problem;
use super::{guard, loader};
use crate::policy::qualify::Names;
use crate::policy::token::{Token, TokenKind, tokens};
use crate::policy::{Dependencies, Module, Place, Policy, PolicySet, keys_after};
use crate::resource::{Format, Secrets, Unit};

/// The lines that evaluations reached, and those that they did not, by file.
pub type Reached = BTreeMap<String, (BTreeSet<u32>, BTreeSet<u32>)>;

/// The unit tests of one file, ready to be evaluated.
pub struct TestBench<'s> {
    set: &'s PolicySet,
    module: &'s Module,
    program: Program,
    secrets: Secrets,
}

impl<'s> TestBench<'s> {
    /// Loads a file of tests with what it needs.
    ///
    /// # Errors
    /// When a name is not defined, a policy must not be evaluated, or the Rego engine does not take it.
    pub fn new(
        set: &'s PolicySet,
        module: &'s Module,
        limits: Limits,
        coverage: bool,
    ) -> Result<Self, Problem> {
        let (needs, tests) = set
            .test_dependencies(module)
            .map_err(|error| loader::described(&error))?;
        let mut program = load(set, &needs, &tests, limits)?;
        if coverage {
            program.note_coverage();
        }
        Ok(Self {
            set,
            module,
            program,
            secrets: Secrets::default(),
        })
    }

    /// Returns the value of a test; `None` where it is undefined.
    ///
    /// # Errors
    /// When its evaluation fails.
    pub fn value(&mut self, name: &str) -> Result<Option<Value>, Problem> {
        let rule = format!("data.{}.{name}", self.module.package);
        // Without what an evaluation left, one test cannot cost another.
        match self.program.evaluate(&rule) {
            Ok(Rego::Undefined) => Ok(None),
            Ok(value) => {
                let text = value.to_json_str().unwrap_or_default();
                Ok(serde_json::from_str(&text).ok())
            }
            Err(diagnostic) => Err(diagnostic.into()),
        }
    }

    /// Returns the names of all cases of a test with cases.
    pub fn cases(&mut self, name: &str) -> BTreeSet<String> {
        self.explainer(None).cases(self.module, name)
    }

    /// Explains why a test does not hold; where cases are given, for the first of them.
    pub fn explain(&mut self, name: &str, cases: &[String]) -> Vec<Trace> {
        let module = self.module;
        let case = cases.first().map(String::as_str);
        let mut traces = self.explainer(case).module(module, name, &[], 0);
        traces.retain(Trace::is_no_success);
        traces
    }

    fn explainer<'e>(&'e self, case: Option<&'e str>) -> Explainer<'e> {
        Explainer {
            set: self.set,
            program: self.program.clone(),
            secrets: &self.secrets,
            about: None,
            case,
        }
    }

    /// Returns what the tests printed since the last call.
    pub fn prints(&mut self) -> Vec<String> {
        self.program.take_prints()
    }

    /// Returns the lines that the tests reached so far.
    pub fn reached(&self) -> Reached {
        reached(&self.program)
    }
}

/// Returns what keeps a policy from being evaluated: names that nothing defines, text that is no Rego, functions that do not
/// exist, functions that call themselves.
pub fn faults(set: &PolicySet, policy: &Policy, limits: Limits) -> Vec<Problem> {
    let needs = match set.dependencies(policy) {
        Ok(needs) => needs,
        Err(error) => return vec![loader::described(&error).into()],
    };
    let Some(module) = set.module(policy.module) else {
        return Vec::new();
    };
    if let Err(error) = set.link(module, None) {
        return vec![loader::described(&error).into()];
    }
    let mut program = match load(set, &needs, &[], limits) {
        Ok(program) => program,
        Err(diagnostic) => return vec![diagnostic.into()],
    };
    let mut missing = called(module, &set.names(module));
    missing.retain(|name, _| {
        let asked = program.clone().solutions(&format!("{name}()"));
        asked.is_err_and(|error| error.message.contains("could not find function"))
    });
    let problem = |(name, place): (String, Place)| Problem {
        place: Some(PolicyPlace {
            path: module.source.path.clone(),
            place,
        }),
        message: format!("there is no function '{name}'"),
    };
    // A program that panicked is in any state.
    program.take_prints();
    missing.into_iter().map(problem).collect()
}

/// Returns the functions that a module calls and neither defines nor imports, with the first place of each.
fn called(module: &Module, names: &Names) -> BTreeMap<String, Place> {
    let all: Vec<Token<'_>> = tokens(&module.source.text).collect();
    let mut found = BTreeMap::new();
    for (at, token) in all.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| all.get(before));
        let member = before.is_some_and(|mark| mark.is_mark(".") && mark.end() == token.start);
        let (keys, last) = keys_after(&all, at);
        let is_called = all
            .get(last + 1)
            .zip(all.get(last))
            .is_some_and(|(open, name)| open.is_mark("(") && open.start == name.end());
        // A word before `(` is a call; `some (…)`, `in (…)` leave a blank.
        if token.kind != TokenKind::Word || member || !is_called || names.full(token.text).is_some()
        {
            continue;
        }
        if matches!(token.text, "data" | "input") {
            continue;
        }
        let keys = keys.iter().map(|(key, _)| *key);
        let name: Vec<&str> = std::iter::once(token.text).chain(keys).collect();
        found.entry(name.join(".")).or_insert(token.place);
    }
    found
}

/// Returns the lines that a policy reaches over a unit, and its views with it.
///
/// # Errors
/// As [`TestBench::new`], and when its evaluation fails.
pub fn reach(
    set: &PolicySet,
    policy: &Policy,
    parameters: &BTreeMap<String, Value>,
    units: &[Unit],
    limits: Limits,
) -> Result<Reached, Problem> {
    let needs = set
        .dependencies(policy)
        .map_err(|error| loader::described(&error))?;
    let mut program = load(set, &needs, &[], limits)?;
    let params = serde_json::json!({"params": {&policy.metadata.id: parameters}});
    program.add_data(Rego::from(params))?;
    program.note_coverage();
    let inputs: Vec<Rego> = match policy.metadata.scope {
        crate::policy::Scope::Unit => {
            let fits = |unit: &&Unit| policy.metadata.formats.contains(&unit.format);
            let input = |unit: &Unit| {
                let mut input = super::view::input(unit);
                if needs.document {
                    input.insert(Rego::from("document"), super::written::document(unit));
                }
                Rego::from(input)
            };
            units.iter().filter(fits).map(input).collect()
        }
        crate::policy::Scope::Scan => vec![whole(&mut program, &needs, units)?],
    };
    for input in inputs {
        let input = with_views(&mut program, &needs, &input)?;
        program.set_input(input);
        for rule in crate::policy::ENTRY_RULES {
            let module = set.module(policy.module);
            if module.is_some_and(|module| module.reading().rules.contains(rule)) {
                program.evaluate(&format!("data.{}.{rule}", policy.package))?;
            }
        }
    }
    Ok(reached(&program))
}

/// Joins the rows of the views to an input, as a scan does.
fn with_views(
    program: &mut Program,
    needs: &Dependencies,
    input: &Rego,
) -> Result<Rego, Diagnostic> {
    let fields = input
        .as_object()
        .into_iter()
        .flat_map(regorus::value::Object::iter);
    let mut fields: BTreeMap<Rego, Rego> = fields
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let mut views: BTreeMap<Rego, Rego> = BTreeMap::new();
    for name in &needs.views {
        program.set_input(Rego::from(fields.clone()));
        let rows = program.evaluate(&format!("data.policies.views.{name}.rows"))?;
        views.insert(Rego::from(name.as_str()), rows);
        fields.insert(Rego::from("views"), Rego::from(views.clone()));
    }
    Ok(Rego::from(fields))
}

/// Returns the input of a policy over the whole scan: the units with the rows of its views.
fn whole(program: &mut Program, needs: &Dependencies, units: &[Unit]) -> Result<Rego, Diagnostic> {
    let mut shown: [Vec<Rego>; 2] = [Vec::new(), Vec::new()];
    for unit in units {
        let of_unit = Dependencies {
            views: needs.unit_views.clone(),
            ..Dependencies::default()
        };
        let seen = with_views(program, &of_unit, &Rego::from(super::view::input(unit)))?;
        let rows = seen["views"].as_object().into_iter();
        let rows = rows.flat_map(regorus::value::Object::iter);
        let views = rows
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let is_facts = unit.format == Format::GithubSettings;
        let list = &mut shown[usize::from(is_facts)];
        list.push(super::whole::shown(unit.artifact.uri(), unit, views));
    }
    let [units, facts] = shown;
    Ok(Rego::from(super::whole::over(units, facts)))
}

fn reached(program: &Program) -> Reached {
    let files = program.coverage().into_iter();
    files
        .map(|file| (file.path, (file.covered, file.missed)))
        .collect()
}

fn load(
    set: &PolicySet,
    needs: &Dependencies,
    tests: &[&Module],
    limits: Limits,
) -> Result<Program, Diagnostic> {
    let mut program = Program::new(limits.per_policy)?;
    let modules = || {
        let needed = needs.modules.iter().filter_map(|index| set.module(*index));
        needed.chain(tests.iter().copied())
    };
    let foreign = || modules().filter(|module| !module.source.builtin);
    for module in foreign() {
        guard::check(module).map_err(|refusal| loader::refused(module, refusal))?;
    }
    if let Some((module, refusal)) = foreign().next().and_then(|_| guard::recursion(modules())) {
        return Err(loader::refused(module, refusal));
    }
    for module in modules() {
        program.add_module(&module.source.path, module.source.text.to_string())?;
    }
    for name in &needs.tables {
        let named = BTreeMap::from([(Rego::from(name.as_str()), loader::table(set, name)?)]);
        let data = BTreeMap::from([(Rego::from("tables"), Rego::from(named))]);
        program.add_data(Rego::from(data))?;
    }
    program.prepare()?;
    Ok(program)
}
