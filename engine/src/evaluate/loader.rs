//! Loading policies into one program, when a unit first needs them.
//!
//! All loaded policies share one program, so that a library is parsed once. A unit that needs more extends it. The
//! first units load only what they need, which keeps a small scan quick; after a few extensions for a format the rest
//! of that format's policies is loaded at once, which keeps a large scan from extending again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use regorus::Value as Rego;
use serde_json::{Map, Value, json};

use super::diagnostic::{Diagnostic, PolicyPlace};
use super::evaluator::{Failure, Limits, Plan, failure};
use super::guard::{self, Refusal};
use super::program::Program;
use crate::policy::{Dependencies, ENTRY_RULES, Module, PolicyError, PolicySet, Scope};
use crate::resource::Format;

/// The rule that is added to each policy: an object of all it returns.
pub(super) const ENTRY: &str = "ordinance_entry";

/// After so many extensions for a format, everything of the format is loaded.
const EXTENSIONS: usize = 3;

/// What is loaded so far.
pub(super) struct Loader {
    program: Option<Program>,
    ready: BTreeSet<usize>,
    failed: BTreeMap<usize, Failure>,
    modules: BTreeSet<usize>,
    tables: BTreeSet<String>,
    extensions: BTreeMap<Format, usize>,
}

impl Loader {
    /// Returns a loader whose program holds the parameters of the chosen policies and nothing else.
    pub(super) fn new(plans: &[Plan], limits: Limits) -> Self {
        let params: Map<String, Value> = plans
            .iter()
            .map(|plan| (plan.id.to_string(), json!(plan.chosen.parameters)))
            .collect();
        let program = Program::new(limits.per_policy).and_then(|mut program| {
            program.add_data(Rego::from(json!({ "params": params, "tables": {} })))?;
            Ok(program)
        });
        Self {
            program: program.ok(),
            ready: BTreeSet::new(),
            failed: BTreeMap::new(),
            modules: BTreeSet::new(),
            tables: BTreeSet::new(),
            extensions: BTreeMap::new(),
        }
    }

    /// Tells whether these policies were loaded, or failed to.
    pub(super) fn holds(&self, plans: &[usize]) -> bool {
        plans
            .iter()
            .all(|index| self.ready.contains(index) || self.failed.contains_key(index))
    }

    /// Returns those of the policies that could not be loaded.
    pub(super) fn failures(&self, plans: &[usize]) -> Vec<Failure> {
        plans
            .iter()
            .filter_map(|index| self.failed.get(index).cloned())
            .collect()
    }

    /// Returns a clone of the program.
    pub(super) fn program(&self) -> Option<Program> {
        self.program.clone()
    }

    /// Extends the program by what is missing of these policies.
    pub(super) fn load(
        &mut self,
        set: &PolicySet,
        plans: &[Plan],
        wanted: &[usize],
        format: Format,
        limits: Limits,
    ) {
        // Another worker may have loaded them meanwhile.
        if self.holds(wanted) {
            return;
        }
        let extensions = self.extensions.entry(format).or_default();
        *extensions += 1;
        let everything = *extensions > EXTENSIONS;
        let missing: Vec<usize> = (0..plans.len())
            .filter(|index| {
                let of_format = plans.get(*index).is_some_and(|plan| {
                    let metadata = &plan.chosen.policy.metadata;
                    metadata.scope == Scope::Unit && metadata.formats.contains(&format)
                });
                wanted.contains(index) || everything && of_format
            })
            .filter(|index| !self.holds(&[*index]))
            .collect();
        let batch = Batch { set, plans, limits };
        if self.extend(&batch, &missing).is_err() {
            // Something in the batch does not fit together: find out what, one policy at a time.
            for index in missing {
                if self.holds(&[index]) {
                    continue;
                }
                if let Err(diagnostic) = self.extend(&batch, &[index]) {
                    self.fail(&batch, index, diagnostic);
                }
            }
        }
    }

    fn fail(&mut self, batch: &Batch<'_>, index: usize, diagnostic: Diagnostic) {
        if let Some(plan) = batch.plans.get(index) {
            self.failed.insert(index, failure(&plan.id, diagnostic));
        }
    }

    /// Adds policies to a copy of the program, which replaces it when it can be prepared.
    fn extend(&mut self, batch: &Batch<'_>, missing: &[usize]) -> Result<(), Diagnostic> {
        let mut program = match &self.program {
            Some(program) => program.clone(),
            None => Program::new(batch.limits.per_policy)?,
        };
        let mut modules = self.modules.clone();
        let mut tables = self.tables.clone();
        let mut loaded = Vec::new();
        for index in missing {
            let Some(plan) = batch.plans.get(*index) else {
                continue;
            };
            match batch.add(plan, &mut program, &mut modules, &mut tables) {
                Ok(()) => loaded.push(*index),
                Err(diagnostic) => self.fail(batch, *index, diagnostic),
            }
        }
        program.prepare()?;
        self.program = Some(program);
        self.modules = modules;
        self.tables = tables;
        self.ready.extend(loaded);
        Ok(())
    }
}

/// What stays the same while policies are loaded.
struct Batch<'a> {
    set: &'a PolicySet,
    plans: &'a [Plan],
    limits: Limits,
}

impl Batch<'_> {
    /// Adds a policy with all it needs.
    fn add(
        &self,
        plan: &Plan,
        program: &mut Program,
        modules: &mut BTreeSet<usize>,
        tables: &mut BTreeSet<String>,
    ) -> Result<(), Diagnostic> {
        let needs = plan.dependencies(self.set).map_err(described)?;
        self.guard(needs)?;
        for index in &needs.modules {
            if modules.contains(index) {
                continue;
            }
            if let Some(module) = self.set.module(*index) {
                program.add_module(&module.source.path, self.text(*index, module))?;
            }
            modules.insert(*index);
        }
        for name in &needs.tables {
            if tables.contains(name) {
                continue;
            }
            add_table(program, self.set, name)?;
            tables.insert(name.clone());
        }
        Ok(())
    }

    /// Checks what is not ours before the Rego engine reads it.
    fn guard(&self, needs: &Dependencies) -> Result<(), Diagnostic> {
        let modules = || {
            needs
                .modules
                .iter()
                .filter_map(|index| self.set.module(*index))
        };
        let foreign = || modules().filter(|module| !module.source.builtin);
        for module in foreign() {
            guard::check_text(&module.source.text).map_err(|refusal| refused(module, refusal))?;
        }
        if foreign().next().is_some()
            && let Some((module, refusal)) = guard::recursion(modules())
        {
            return Err(refused(module, refusal));
        }
        Ok(())
    }

    /// Returns the text of a module; that of a chosen policy ends with its entry rule.
    fn text(&self, index: usize, module: &Module) -> String {
        let mut text = module.source.text.to_string();
        let chosen = self
            .plans
            .iter()
            .any(|plan| plan.chosen.policy.module == index);
        if chosen {
            let rules = &module.reading().rules;
            let fields: Vec<String> = ENTRY_RULES
                .iter()
                .filter(|rule| rules.contains(**rule))
                .map(|rule| format!("\"{rule}\": {rule}"))
                .collect();
            // Writing to a String cannot fail.
            let _ = write!(text, "\n\n{ENTRY} := {{{}}}\n", fields.join(", "));
        }
        text
    }
}

/// Parses a table and adds it to the data of a program.
pub(super) fn add_table(
    program: &mut Program,
    set: &PolicySet,
    name: &str,
) -> Result<(), Diagnostic> {
    let text = set.table(name).unwrap_or("null");
    let table = Rego::from_json_str(text).map_err(|error| Diagnostic {
        place: None,
        message: format!("the table '{name}' is no JSON: {error}"),
    })?;
    let named = BTreeMap::from([(Rego::from(name), table)]);
    let data = BTreeMap::from([(Rego::from("tables"), Rego::from(named))]);
    program.add_data(Rego::from(data))
}

pub(super) fn described(error: &PolicyError) -> Diagnostic {
    Diagnostic {
        place: Some(PolicyPlace {
            path: error.path.clone(),
            place: crate::policy::Place {
                line: error.line,
                column: error.column,
            },
        }),
        message: error.message.clone(),
    }
}

fn refused(module: &Module, refusal: Refusal) -> Diagnostic {
    Diagnostic {
        place: Some(PolicyPlace {
            path: module.source.path.clone(),
            place: refusal.place,
        }),
        message: refusal.message,
    }
}
