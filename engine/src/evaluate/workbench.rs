//! Policies and an input to ask questions of: queries for `eval` and the REPL, and what stands behind an answer.
//!
//! Everything is interpreted here, from the text as its author wrote it: a question may be about any rule, and its cost
//! is that of one person waiting for one answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use regorus::Value as Rego;
use serde_json::{Value, json};

use super::diagnostic::{Diagnostic, PolicyPlace};
use super::evaluation::Limits;
use super::explain::{Explainer, Trace};
use super::program::Program;
use super::{guard, loader, view, written};
use crate::policy::anatomy::{Statement, statements};
use crate::policy::qualify::{Names, variables};
use crate::policy::token::{Token, tokens};
use crate::policy::{PolicySet, Selection};
use crate::resource::{Format, Secrets, Unit};

/// The package of what is typed.
pub const TYPED: &str = "repl";

/// A solution of a query: what the variables are, and what each expression gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The variables, by name.
    pub bindings: BTreeMap<String, Value>,
    /// The expressions in the order of the query, as written.
    pub expressions: Vec<(String, Value)>,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// Where in a policy; `None` where it is in the question.
    pub place: Option<PolicyPlace>,
    /// What is wrong: lower case, no period.
    pub message: String,
}

impl From<Diagnostic> for Problem {
    fn from(diagnostic: Diagnostic) -> Self {
        let own = |place: &PolicyPlace| &*place.path != QUERY;
        Self {
            place: diagnostic.place.filter(own),
            message: diagnostic.message,
        }
    }
}

/// How regorus names the text of a query.
const QUERY: &str = "<query.rego>";

/// Policies and an input.
pub struct Workbench {
    pub(super) set: Arc<PolicySet>,
    /// The policies alone.
    base: Program,
    /// The policies, and what was typed.
    program: Program,
    names: Names,
    input: Rego,
    unit: Option<Arc<Unit>>,
}

impl Workbench {
    /// Loads all policies of a set, with the parameters of a selection.
    ///
    /// # Errors
    /// When a policy must not be evaluated, or the Rego engine does not take it.
    pub fn new(
        set: Arc<PolicySet>,
        selection: &Selection,
        limits: Limits,
    ) -> Result<Self, Problem> {
        let mut base = Program::new(limits.per_policy)?;
        let foreign = || {
            let modules = set.modules().iter();
            modules.filter(|module| !module.source.builtin)
        };
        for module in foreign() {
            guard::check(module).map_err(|refusal| loader::refused(module, refusal))?;
        }
        if foreign().next().is_some()
            && let Some((module, refusal)) = guard::recursion(set.modules().iter())
        {
            return Err(loader::refused(module, refusal).into());
        }
        for module in set.modules() {
            base.add_module(&module.source.path, module.source.text.to_string())?;
        }
        base.add_data(tables(&set)?)?;
        base.add_data(parameters(selection))?;
        base.prepare()?;
        Ok(Self {
            program: base.clone(),
            names: Names::of("", TYPED, [].into_iter()),
            input: Rego::new_object(),
            unit: None,
            set,
            base,
        })
    }

    /// Returns the policies.
    pub fn policies(&self) -> &Arc<PolicySet> {
        &self.set
    }

    /// Makes a unit the input, as policies see it, with the file as written as `input.document`.
    pub fn look_at(&mut self, unit: Arc<Unit>) {
        let mut input = view::input(&unit);
        input.insert(Rego::from("document"), written::document(&unit));
        self.input = Rego::from(input);
        self.program.set_input(self.input.clone());
        self.unit = Some(unit);
    }

    /// Makes a value the input.
    pub fn look_at_value(&mut self, value: &Value) {
        self.input = Rego::from(value.clone());
        self.program.set_input(self.input.clone());
        self.unit = None;
    }

    /// Returns the unit that is looked at.
    pub fn unit(&self) -> Option<&Arc<Unit>> {
        self.unit.as_ref()
    }

    /// Replaces what was typed: imports and rules of the package `repl`. Where it is wrong, what was typed before stays.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn type_rules(&mut self, text: &str) -> Result<(), Problem> {
        let whole = format!("package {TYPED}\n\n{text}\n");
        guard::check_text(&whole).map_err(|refusal| Problem {
            place: None,
            message: refusal.message,
        })?;
        let module = crate::policy::Source::custom("repl.rego", whole.clone());
        let (typed, _) = PolicySet::new([module], []);
        let rules: BTreeSet<String> = typed
            .modules()
            .iter()
            .flat_map(|module| module.reading().rules.clone())
            .collect();
        let mut program = self.base.clone();
        program.add_module("repl.rego", whole.clone())?;
        program.set_input(self.input.clone());
        program.solutions("true")?;
        self.program = program;
        self.names = Names::of(&whole, TYPED, rules.iter().map(String::as_str));
        Ok(())
    }

    /// Answers a query, in which names of the typed package and its imports are known.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn query(&mut self, text: &str) -> Result<Vec<Row>, Problem> {
        guard::check_text(text).map_err(|refusal| Problem {
            place: None,
            message: refusal.message,
        })?;
        let unfinished = Problem {
            place: None,
            message: "a bracket is not closed".to_owned(),
        };
        let depth = tokens(text).last().map_or(0, |last| match last.text {
            "}" | "]" | ")" => last.depth.saturating_sub(1),
            "{" | "[" | "(" => last.depth + 1,
            _ => last.depth,
        });
        if depth > 0 {
            return Err(unfinished);
        }
        let written = statements(text);
        let told: Vec<bool> = written.iter().map(|one| gives(&one.text)).collect();
        let single = written.len() == 1;
        // Writing to a String cannot fail.
        let mut asked = String::new();
        for (at, (statement, gives)) in written.iter().zip(&told).enumerate() {
            let text = self.names.qualified(&statement.text, &variables(text));
            if *gives {
                let _ = writeln!(asked, "{EXPRESSION}{at} := {text}");
            } else {
                let _ = writeln!(asked, "{text}");
            }
            // Among others a false statement is one that does not hold; alone it is the answer.
            if *gives && !single {
                let _ = writeln!(asked, "{EXPRESSION}{at} != false");
            }
        }
        let found = self.ask(&asked)?;
        Ok(found.iter().map(|row| self.row(row, &written)).collect())
    }

    fn row(&self, row: &Rego, written: &[Statement]) -> Row {
        let mut bindings = self.bindings(row);
        let values = written.iter().enumerate().filter_map(|(at, one)| {
            let value = bindings.remove(&format!("{EXPRESSION}{at}"))?;
            Some((one.text.clone(), value))
        });
        Row {
            expressions: values.collect(),
            bindings,
        }
    }

    fn bindings(&self, bindings: &Rego) -> BTreeMap<String, Value> {
        let Ok(fields) = bindings.as_object() else {
            return BTreeMap::new();
        };
        let named = fields.iter().filter_map(|(name, value)| {
            let name = name.as_string().ok()?;
            Some((name.to_string(), self.json(value)))
        });
        named.collect()
    }

    /// Evaluates statements whose names are in full. After an error the program starts afresh: it may be in any state.
    fn ask(&mut self, text: &str) -> Result<Vec<Rego>, Problem> {
        let backup = self.program.clone();
        let answer = self.program.solutions(text);
        if answer.is_err() {
            self.program = backup;
        }
        answer.map_err(Problem::from)
    }

    /// Returns what `print` printed since the last call.
    pub fn prints(&mut self) -> Vec<String> {
        let prints = self.program.take_prints();
        match &self.unit {
            Some(unit) => prints
                .into_iter()
                .map(|line| unit.secrets.hide(line))
                .collect(),
            None => prints,
        }
    }

    /// Returns a value as JSON, without secrets of the unit.
    pub(super) fn json(&self, value: &Rego) -> Value {
        let none = Secrets::default();
        let secrets = self.unit.as_ref().map_or(&none, |unit| &unit.secrets);
        let plain = value.to_json_str().ok();
        let plain = plain.and_then(|text| serde_json::from_str(&text).ok());
        hidden(plain.unwrap_or(Value::Null), secrets)
    }

    /// Explains what each rule of a name came to: which bodies hold, and where the others stop.
    ///
    /// Where an address is given, only what concerns that resource counts.
    pub fn explain(&mut self, package: &str, rule: &str, about: Option<&str>) -> Vec<Trace> {
        let none = Secrets::default();
        let unit = self.unit.clone();
        let secrets = unit.as_ref().map_or(&none, |unit| &unit.secrets);
        let mut explainer = Explainer {
            set: &self.set,
            program: self.program.clone(),
            secrets,
            about,
            case: None,
        };
        explainer.package(package, rule)
    }

    /// Explains a rule of the typed package, whose text this is, as [`Self::explain`].
    pub fn explain_typed(&mut self, text: &str, rule: &str, about: Option<&str>) -> Vec<Trace> {
        let whole = format!("package {TYPED}\n\n{text}\n");
        let source = crate::policy::Source::custom("repl.rego", whole);
        let (typed, _) = PolicySet::new([source], []);
        let none = Secrets::default();
        let unit = self.unit.clone();
        let mut explainer = Explainer {
            set: &self.set,
            program: self.program.clone(),
            secrets: unit.as_ref().map_or(&none, |unit| &unit.secrets),
            about,
            case: None,
        };
        let modules = typed.modules().iter();
        modules
            .flat_map(|module| explainer.module(module, rule, &[], 0))
            .collect()
    }

    /// Returns the format of what is looked at.
    pub fn format(&self) -> Option<Format> {
        self.unit.as_ref().map(|unit| unit.format)
    }
}

/// The variables that hold what the expressions of a query give.
const EXPRESSION: &str = "ordinance_expression_";

/// Tells whether a statement gives a value, instead of binding variables or only holding or not.
fn gives(text: &str) -> bool {
    let all: Vec<Token<'_>> = tokens(text).collect();
    let binds = ["some", "every", "not"];
    if all.first().is_some_and(|first| binds.contains(&first.text)) {
        return false;
    }
    let mut signs = all
        .iter()
        .enumerate()
        .filter(|(_, token)| token.depth == 0 && token.is_mark("="));
    let is_part = |at: usize| {
        let next = all.get(at + 1).is_some_and(|one| one.is_mark("="));
        let before = at.checked_sub(1).and_then(|before| all.get(before));
        next || before.is_some_and(|one| matches!(one.text, "=" | "!" | "<" | ">"))
    };
    signs.all(|(at, _)| is_part(at))
}

/// Returns a value without secrets.
fn hidden(value: Value, secrets: &Secrets) -> Value {
    match value {
        Value::String(text) => Value::String(secrets.hide(text)),
        Value::Array(items) => items
            .into_iter()
            .map(|item| hidden(item, secrets))
            .collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            Value::Object(
                fields
                    .map(|(key, value)| (key, hidden(value, secrets)))
                    .collect(),
            )
        }
        other => other,
    }
}

/// Returns `data.tables`.
pub(super) fn tables(set: &PolicySet) -> Result<Rego, Diagnostic> {
    let mut tables = BTreeMap::new();
    for name in set.table_names() {
        tables.insert(Rego::from(name), loader::table(set, name)?);
    }
    let data = BTreeMap::from([(Rego::from("tables"), Rego::from(tables))]);
    Ok(Rego::from(data))
}

/// Returns `data.params`.
fn parameters(selection: &Selection) -> Rego {
    let params: serde_json::Map<String, Value> = selection
        .policies
        .iter()
        .map(|chosen| {
            let id = chosen.policy.metadata.id.clone();
            (id, json!(chosen.parameters))
        })
        .collect();
    Rego::from(json!({ "params": params }))
}

#[cfg(test)]
#[path = "workbench_tests.rs"]
mod tests;
