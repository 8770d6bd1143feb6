//! Loading policies, when a unit first needs them: compiled where that is possible, else to be interpreted.
//!
//! All loaded policies share one program, so that a library is read once. A unit that needs more extends it. The
//! first units load only what they need, which keeps a small scan quick; after a few extensions for a format the rest
//! of that format's policies is loaded at once, which keeps a large scan from extending again and again.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ordinance_rego::Source;
use regorus::Value as Rego;
use serde_json::{Map, Value, json};

use super::diagnostic::{self, Diagnostic, PolicyPlace};
use super::evaluation::{Failure, Limits};
use super::evaluator::{Plan, failure};
use super::guard::{self, Refusal};
use super::program::Program;
use super::timings::Timings;
use crate::policy::{
    Dependencies, Linked, Module, PARAMS, Place, PolicyError, PolicySet, Scope, TABLES, unlinked,
};
use crate::resource::Format;

/// The rule that is added to each policy: an object of all it returns.
pub(super) const ENTRY: &str = "ordinance_entry";

/// After so many extensions for a format, everything of the format is loaded.
const EXTENSIONS: usize = 3;

/// What is loaded, for one unit.
#[derive(Clone)]
pub(super) struct Loaded {
    pub(super) compiled: Arc<ordinance_rego::Program>,
    /// The program of those policies that are not compiled, and their indices.
    pub(super) interpreted: Option<(Program, Arc<BTreeSet<usize>>)>,
    /// What policies read of `input` that is no fact of a unit.
    pub(super) data: [(Rego, Rego); 2],
    /// Where times are noted, when they are wanted.
    pub(super) timings: Option<Arc<Timings>>,
}

/// What is loaded so far.
pub(super) struct Loader {
    compiled: Arc<ordinance_rego::Program>,
    /// The modules that are compiled.
    modules: BTreeSet<usize>,
    program: Option<Program>,
    /// The modules that are interpreted.
    interpreted_modules: BTreeSet<usize>,
    interpreted: Arc<BTreeSet<usize>>,
    ready: BTreeSet<usize>,
    failed: BTreeMap<usize, Failure>,
    params: Rego,
    tables: BTreeMap<Rego, Rego>,
    extensions: BTreeMap<Format, usize>,
    /// Where times are noted, when they are wanted.
    pub(super) timings: Option<Arc<Timings>>,
}

impl Loader {
    /// Returns a loader that holds the parameters of the chosen policies and nothing else.
    pub(super) fn new(plans: &[Plan]) -> Self {
        let params: Map<String, Value> = plans
            .iter()
            .map(|plan| (plan.id.to_string(), json!(plan.chosen.parameters)))
            .collect();
        Self {
            compiled: Arc::default(),
            modules: BTreeSet::new(),
            program: None,
            interpreted_modules: BTreeSet::new(),
            interpreted: Arc::default(),
            ready: BTreeSet::new(),
            failed: BTreeMap::new(),
            params: Rego::from(json!(params)),
            tables: BTreeMap::new(),
            extensions: BTreeMap::new(),
            timings: None,
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

    /// Returns what is loaded.
    pub(super) fn loaded(&self) -> Loaded {
        let program = self.program.clone();
        Loaded {
            compiled: Arc::clone(&self.compiled),
            interpreted: program.map(|program| (program, Arc::clone(&self.interpreted))),
            data: data(&self.params, &self.tables),
            timings: self.timings.clone(),
        }
    }

    /// Extends the program by what is missing of these policies.
    pub(super) fn load(
        &mut self,
        set: &PolicySet,
        plans: &[Plan],
        wanted: &[usize],
        format: Option<Format>,
        limits: Limits,
    ) {
        // Another worker may have loaded them meanwhile.
        if self.holds(wanted) {
            return;
        }
        let everything = format.filter(|format| {
            let extensions = self.extensions.entry(*format).or_default();
            *extensions += 1;
            *extensions > EXTENSIONS
        });
        let missing: Vec<usize> = (0..plans.len())
            .filter(|index| {
                let of_format = |format: Format| {
                    plans.get(*index).is_some_and(|plan| {
                        let metadata = &plan.chosen.policy.metadata;
                        metadata.scope == Scope::Unit && metadata.formats.contains(&format)
                    })
                };
                wanted.contains(index) || everything.is_some_and(of_format)
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

    /// Compiles policies into the program. One that cannot be compiled is interpreted; where it is one of several, all
    /// are left alone.
    fn extend(&mut self, batch: &Batch<'_>, missing: &[usize]) -> Result<(), Diagnostic> {
        let mut modules = self.modules.clone();
        let mut tables = self.tables.clone();
        let mut sources = Vec::new();
        let mut loaded = Vec::new();
        for index in missing {
            let Some(plan) = batch.plans.get(*index) else {
                continue;
            };
            match batch.needs(plan, &mut tables) {
                Ok(needs) => {
                    sources.extend(batch.sources(needs, &mut modules)?);
                    loaded.push(*index);
                }
                Err(diagnostic) => self.fail(batch, *index, diagnostic),
            }
        }
        let known: BTreeMap<Rego, Rego> = data(&self.params, &tables).into();
        match self.compiled.extended(&sources, &Rego::from(known)) {
            Ok(compiled) => {
                self.compiled = Arc::new(compiled);
                self.modules = modules;
            }
            Err(_) if loaded.len() == 1 => {
                for index in &loaded {
                    self.interpret(batch, *index)?;
                }
            }
            Err(error) => return Err(diagnostic::read(&error.to_string())),
        }
        self.tables = tables;
        self.ready.extend(loaded);
        Ok(())
    }

    /// Adds a policy to a copy of the program that is interpreted, which replaces it when it can be prepared.
    fn interpret(&mut self, batch: &Batch<'_>, index: usize) -> Result<(), Diagnostic> {
        let mut program = match &self.program {
            Some(program) => program.clone(),
            None => Program::new(batch.limits.per_policy)?,
        };
        let mut modules = self.interpreted_modules.clone();
        if let Some(plan) = batch.plans.get(index) {
            let needs = plan.dependencies(batch.set).map_err(described)?;
            for source in batch.sources(needs, &mut modules)? {
                program
                    .add_module(&source.path, source.text)
                    .map_err(|diagnostic| written(batch.set, diagnostic))?;
            }
        }
        program
            .prepare()
            .map_err(|diagnostic| written(batch.set, diagnostic))?;
        self.program = Some(program);
        self.interpreted_modules = modules;
        Arc::make_mut(&mut self.interpreted).insert(index);
        Ok(())
    }
}

/// Returns the fields of every input that policies know as `data`.
fn data(params: &Rego, tables: &BTreeMap<Rego, Rego>) -> [(Rego, Rego); 2] {
    [
        (Rego::from(PARAMS), params.clone()),
        (Rego::from(TABLES), Rego::from(tables.clone())),
    ]
}

/// What stays the same while policies are loaded.
struct Batch<'a> {
    set: &'a PolicySet,
    plans: &'a [Plan],
    limits: Limits,
}

impl<'a> Batch<'a> {
    /// Returns what a policy needs, and adds the tables among it.
    fn needs(
        &self,
        plan: &'a Plan,
        tables: &mut BTreeMap<Rego, Rego>,
    ) -> Result<&'a Dependencies, Diagnostic> {
        let needs = plan.dependencies(self.set).map_err(described)?;
        self.guard(needs)?;
        for name in &needs.tables {
            if let Entry::Vacant(entry) = tables.entry(Rego::from(name.as_str())) {
                entry.insert(table(self.set, name)?);
            }
        }
        Ok(needs)
    }

    /// Links the modules that a policy needs and that are not loaded.
    fn sources(
        &self,
        needs: &Dependencies,
        loaded: &mut BTreeSet<usize>,
    ) -> Result<Vec<Source>, Diagnostic> {
        let fresh = needs.modules.iter().copied();
        let fresh: Vec<usize> = fresh.filter(|index| loaded.insert(*index)).collect();
        fresh
            .iter()
            .filter_map(|index| {
                let module = self.set.module(*index)?;
                let linked = self.set.link(module, self.entry(*index));
                Some(linked.map(|linked| Source {
                    path: module.source.path.to_string(),
                    text: linked.text,
                }))
            })
            .collect::<Result<_, _>>()
            .map_err(|error| described(&error))
    }

    /// Returns the rule to add to a module: a chosen policy ends with its entry.
    fn entry(&self, module: usize) -> Option<&'static str> {
        let mut plans = self.plans.iter();
        let chosen = plans.any(|plan| plan.chosen.policy.module == module);
        chosen.then_some(ENTRY)
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
            guard::check(module).map_err(|refusal| refused(module, refusal))?;
        }
        if foreign().next().is_some()
            && let Some((module, refusal)) = guard::recursion(modules())
        {
            return Err(refused(module, refusal));
        }
        Ok(())
    }
}

/// Parses a table.
pub(super) fn table(set: &PolicySet, name: &str) -> Result<Rego, Diagnostic> {
    let text = set.table(name).unwrap_or("null");
    Rego::from_json_str(text).map_err(|error| Diagnostic {
        place: None,
        message: format!("the table '{name}' is no JSON: {error}"),
    })
}

fn place(linked: &Linked, found: Place) -> Place {
    let before = usize::try_from(found.line).unwrap_or(usize::MAX);
    let line = linked.text.lines().nth(before.saturating_sub(1));
    linked.place(Place {
        column: diagnostic::column(line.unwrap_or_default(), found.column),
        ..found
    })
}

/// Returns a diagnostic of a linked module in terms of the module as it was written.
pub(super) fn written(set: &PolicySet, diagnostic: Diagnostic) -> Diagnostic {
    let place = diagnostic.place.map(|found| {
        let mut modules = set.modules().iter();
        let module = modules.find(|module| module.source.path == found.path);
        let linked = module.and_then(|module| set.link(module, None).ok());
        let place = linked.map_or(found.place, |linked| place(&linked, found.place));
        PolicyPlace { place, ..found }
    });
    Diagnostic {
        place,
        message: unlinked(&diagnostic.message),
    }
}

pub(super) fn described(error: &PolicyError) -> Diagnostic {
    Diagnostic {
        place: Some(PolicyPlace {
            path: error.path.clone(),
            place: Place {
                line: error.line,
                column: error.column,
            },
        }),
        message: error.message.clone(),
    }
}

pub(super) fn refused(module: &Module, refusal: Refusal) -> Diagnostic {
    Diagnostic {
        place: Some(PolicyPlace {
            path: module.source.path.clone(),
            place: refusal.place,
        }),
        message: refusal.message,
    }
}
