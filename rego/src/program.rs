//! Rules of all modules that were compiled so far.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use regorus::Value;

use crate::compile;
use crate::error::LoadError;
use crate::ir::{Clause, Expr, Head, Kind, RuleId};

/// A module to compile.
#[derive(Debug, Clone)]
pub struct Source {
    /// How errors name it.
    pub path: String,
    /// Its text. What its package is called does not matter.
    pub text: String,
}

/// A rule with all its definitions.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: Arc<str>,
    pub(crate) kind: Kind,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) default: Option<Clause>,
    /// The rules that it reads.
    pub(crate) reads: BTreeSet<RuleId>,
    /// Whether its own text names `input`.
    pub(crate) reads_input: bool,
    /// The value that every definition gives: once one of them holds, the others need not be tried.
    pub(crate) only: Option<Value>,
    /// The value of a rule that does not depend on the input.
    pub(crate) fixed: Option<OnceLock<Value>>,
}

/// Compiled rules. Evaluate them with a [`crate::Machine`].
#[derive(Debug, Clone, Default)]
pub struct Program {
    pub(crate) names: BTreeMap<Arc<str>, RuleId>,
    pub(crate) rules: Vec<Arc<Rule>>,
}

impl Program {
    /// Returns a program that also has the rules of these modules.
    ///
    /// `known` is an object of those fields of every input that never change: they become part of the program.
    ///
    /// # Errors
    /// When a module is no Rego, or not of the kind that is compiled; the program stays as it was.
    pub fn extended(&self, sources: &[Source], known: &Value) -> Result<Self, LoadError> {
        let modules = sources
            .iter()
            .map(compile::parse)
            .collect::<Result<Vec<_>, _>>()?;
        let drafts = compile::compile(&self.names, &self.rules, &modules, known)?;
        let mut program = self.clone();
        for draft in drafts {
            program
                .names
                .insert(Arc::clone(&draft.name), program.rules.len());
            program.rules.push(Arc::new(draft));
        }
        program.settle(self.rules.len());
        Ok(program)
    }

    /// Tells whether the program defines a rule.
    pub fn defines(&self, rule: &str) -> bool {
        self.names.contains_key(rule)
    }

    /// Finds out what holds of the new rules as a whole.
    fn settle(&mut self, first: RuleId) {
        let mut depends: Vec<Option<bool>> = vec![None; self.rules.len()];
        for id in first..self.rules.len() {
            let fixed = !self.depends_on_input(id, &mut depends);
            let Some(rule) = self.rules.get_mut(id).and_then(Arc::get_mut) else {
                continue;
            };
            if fixed && !matches!(rule.kind, Kind::Function(_)) {
                rule.fixed = Some(OnceLock::new());
            }
            rule.only = only_value(&rule.clauses);
        }
    }

    fn depends_on_input(&self, id: RuleId, known: &mut Vec<Option<bool>>) -> bool {
        if let Some(depends) = known.get(id).copied().flatten() {
            return depends;
        }
        let Some(rule) = self.rules.get(id) else {
            return true;
        };
        // A rule that reads itself is an error when it is evaluated; until it is known, it decides nothing.
        if let Some(entry) = known.get_mut(id) {
            *entry = Some(rule.reads_input);
        }
        let depends = rule.reads_input
            || rule
                .reads
                .iter()
                .any(|read| self.depends_on_input(*read, known));
        if let Some(entry) = known.get_mut(id) {
            *entry = Some(depends);
        }
        depends
    }
}

/// Returns the literal value that all definitions give.
fn only_value(clauses: &[Clause]) -> Option<Value> {
    let mut values = clauses.iter().flat_map(|clause| &clause.arms).map(|arm| {
        if let Head::Value(Expr::Const(value)) = &arm.head {
            Some(value)
        } else {
            None
        }
    });
    let first = values.next()??;
    values
        .all(|value| value == Some(first))
        .then(|| first.clone())
}
