//! The policies at hand, their shared modules and tables, and what each policy needs of them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::block;
use super::error::{Place, PolicyError};
use super::metadata::Metadata;
use super::module::{Module, Reference, Source};
use super::parse::{Said, parse};
use super::suggest;
use crate::artifact::sha256_hex;

/// The rules of a policy that the engine reads.
pub const ENTRY_RULES: [&str; 5] = ["subjects", "examined", "deny", "undecided", "proven"];

/// A policy: a module whose METADATA describes a control.
#[derive(Debug, Clone)]
pub struct Policy {
    /// What it says of itself.
    pub metadata: Arc<Metadata>,
    /// Its package, dotted.
    pub package: Arc<str>,
    /// The index of its module in the set.
    pub module: usize,
}

/// What a policy needs to be evaluated, transitively.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// The modules, the policy's own among them, by their index in the set.
    pub modules: BTreeSet<usize>,
    /// The views, each after those that it reads.
    pub views: Vec<String>,
    /// The tables.
    pub tables: BTreeSet<String>,
    /// Whether it reads `input.document`.
    pub document: bool,
    /// Of a policy over the whole scan: the views over each unit, each after those that it reads.
    pub unit_views: Vec<String>,
}

/// Policies, what they share, the tables they read, and unit tests, which scans do not load.
#[derive(Debug, Default)]
pub struct PolicySet {
    modules: Vec<Module>,
    packages: BTreeMap<Arc<str>, Vec<usize>>,
    policies: Vec<Policy>,
    tests: Vec<Module>,
    tables: BTreeMap<String, Cow<'static, str>>,
}

impl PolicySet {
    /// Reads the packages and the METADATA of all sources; tables are kept as text.
    ///
    /// What is wrong with one source costs no other: its error is returned and the rest stands.
    pub fn new(
        sources: impl IntoIterator<Item = Source>,
        tables: impl IntoIterator<Item = (String, Cow<'static, str>)>,
    ) -> (Self, Vec<PolicyError>) {
        let mut set = Self {
            tables: tables.into_iter().collect(),
            ..Self::default()
        };
        let mut errors = Vec::new();
        // Reading METADATA is most of the start of a small scan: it is spread over the cores.
        let sources: Vec<Source> = sources.into_iter().collect();
        let taken: Vec<Taken> = sources.into_par_iter().map(take).collect();
        for one in taken {
            set.add(one, &mut errors);
        }
        set.policies
            .sort_by(|a, b| a.metadata.id.cmp(&b.metadata.id));
        set.check_unique(&mut errors);
        errors.sort();
        (set, errors)
    }

    fn add(&mut self, taken: Taken, errors: &mut Vec<PolicyError>) {
        errors.extend(taken.errors);
        let Some(module) = taken.module else { return };
        if module.source.is_test() {
            self.tests.push(module);
            return;
        }
        let index = self.modules.len();
        let package = Arc::clone(&module.package);
        if let Some(metadata) = taken.metadata {
            self.policies.push(Policy {
                metadata: Arc::new(*metadata),
                package: Arc::clone(&package),
                module: index,
            });
        }
        self.packages.entry(package).or_default().push(index);
        self.modules.push(module);
    }

    fn check_unique(&self, errors: &mut Vec<PolicyError>) {
        let pairs = self.policies.iter().zip(self.policies.iter().skip(1));
        for (first, second) in pairs {
            if first.metadata.id == second.metadata.id {
                let message = format!(
                    "the id '{}' is already that of {}",
                    second.metadata.id, first.package
                );
                errors.extend(self.error_in(second.module, Place::START, message));
            }
        }
        for policy in &self.policies {
            let modules = self.packages.get(&policy.package).into_iter().flatten();
            if modules.count() > 1 {
                let message = format!("the package '{}' has several files", policy.package);
                errors.extend(self.error_in(policy.module, Place::START, message));
            }
        }
    }

    fn error_in(&self, module: usize, place: Place, message: String) -> Option<PolicyError> {
        let module = self.modules.get(module)?;
        Some(PolicyError::at(&module.source.path, place, message))
    }

    /// Returns the policies by id.
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// Returns the policy of an id.
    pub fn policy(&self, id: &str) -> Option<&Policy> {
        let at = self
            .policies
            .binary_search_by(|policy| policy.metadata.id.as_str().cmp(id))
            .ok()?;
        self.policies.get(at)
    }

    /// Returns a module.
    pub fn module(&self, index: usize) -> Option<&Module> {
        self.modules.get(index)
    }

    /// Returns the modules in the order of their sources, libraries and views among them.
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// Returns the modules of unit tests (`*_test.rego`).
    pub fn tests(&self) -> &[Module] {
        &self.tests
    }

    /// Returns the names of the tables.
    pub fn table_names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// Returns the JSON text of a table.
    pub fn table(&self, name: &str) -> Option<&str> {
        self.tables.get(name).map(AsRef::as_ref)
    }

    /// Returns the sha256 of all policies, what they share, and tables, in lower-case hex: of their packages and texts,
    /// not of where they lie.
    pub fn sha256(&self) -> String {
        let mut parts: Vec<(&str, &str)> = self
            .modules
            .iter()
            .map(|module| (&*module.package, &*module.source.text))
            .collect();
        parts.extend(
            self.tables
                .iter()
                .map(|(name, text)| (name.as_str(), &**text)),
        );
        parts.sort_unstable();
        let parts: Vec<String> = parts
            .iter()
            .map(|(name, text)| format!("{name}\0{text}\0"))
            .collect();
        sha256_hex(parts.concat().as_bytes())
    }

    /// Follows what a policy reads: modules, views in the order of their computation, tables.
    ///
    /// A name under `data` that nothing defines is an error: Rego would take it for undefined and find nothing.
    pub fn dependencies(&self, policy: &Policy) -> Result<Dependencies, PolicyError> {
        let mut walk = self.walk();
        walk.module(policy.module)?;
        let mut found = walk.found;
        let of_units = self.unit_views(policy)?;
        found.modules.extend(of_units.modules);
        found.tables.extend(of_units.tables);
        found.document |= of_units.document;
        found.unit_views = of_units.views;
        Ok(found)
    }

    /// Follows what the views read whose rows a policy over the whole scan keeps of each unit.
    fn unit_views(&self, policy: &Policy) -> Result<Dependencies, PolicyError> {
        let mut walk = self.walk();
        for name in &policy.metadata.unit_views {
            let package = format!("policies.views.{name}");
            let Some(modules) = self.packages.get(package.as_str()) else {
                let message = format!("'unit_views' names '{name}', and there is no such view");
                let path = self.module(policy.module).map(|module| &module.source.path);
                let path = path.map_or_else(|| "".into(), Arc::clone);
                return Err(PolicyError::at(&path, Place::START, message));
            };
            modules.iter().try_for_each(|index| walk.module(*index))?;
        }
        Ok(walk.found)
    }

    /// Follows what a test reads: the modules, and the other test files whose helpers it calls.
    pub fn test_dependencies<'s>(
        &'s self,
        test: &'s Module,
    ) -> Result<(Dependencies, Vec<&'s Module>), PolicyError> {
        let mut walk = self.walk();
        let mut tests = vec![test];
        let mut next = 0;
        while let Some(module) = tests.get(next).copied() {
            next += 1;
            for reference in &module.reading().data {
                // A test may make up data: what nothing defines is left to it.
                if self.modules_of(&reference.keys).is_some() {
                    walk.data(module, reference)?;
                }
                let name = reference.keys.join(".");
                let helper = self.tests.iter().find(|other| {
                    name.strip_prefix(&*other.package)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                });
                let known = |helper: &&Module| tests.iter().any(|one| std::ptr::eq(*one, *helper));
                if let Some(helper) = helper.filter(|helper| !known(helper)) {
                    tests.push(helper);
                }
            }
            let tables = self.tables_of(module).map(str::to_owned);
            walk.found.tables.extend(tables);
        }
        Ok((walk.found, tests))
    }

    /// Returns the tables of the set that a module names.
    fn tables_of<'m>(&self, module: &'m Module) -> impl Iterator<Item = &'m str> {
        let references = module.reading().data.iter();
        references.filter_map(|reference| match reference.keys.as_slice() {
            [root, name, ..] if root == "tables" && self.tables.contains_key(name) => {
                Some(name.as_str())
            }
            _ => None,
        })
    }

    fn walk(&self) -> Walk<'_> {
        Walk {
            set: self,
            found: Dependencies::default(),
            open: Vec::new(),
        }
    }

    /// Returns the modules of the longest package that the keys begin with.
    fn modules_of(&self, keys: &[String]) -> Option<&[usize]> {
        let (package, _) = self.package_along(keys)?;
        self.packages.get(package).map(Vec::as_slice)
    }

    /// Returns the longest package that the keys begin with, and how many keys that are.
    pub(super) fn package_along(&self, keys: &[String]) -> Option<(&str, usize)> {
        (1..=keys.len()).rev().find_map(|length| {
            let package = keys.get(..length)?.join(".");
            let (package, _) = self.packages.get_key_value(package.as_str())?;
            Some((&**package, length))
        })
    }

    /// Returns the number of a package: that of its first module.
    pub(super) fn package_number(&self, package: &str) -> Option<usize> {
        self.packages.get(package)?.first().copied()
    }

    /// Returns the modules of a package.
    pub(super) fn modules_in(&self, package: &str) -> impl Iterator<Item = &Module> {
        let indices = self.packages.get(package).into_iter().flatten();
        indices.filter_map(|index| self.modules.get(*index))
    }
}

/// A source, taken apart.
struct Taken {
    module: Option<Module>,
    metadata: Option<Box<Metadata>>,
    errors: Vec<PolicyError>,
}

fn take(source: Source) -> Taken {
    let path = Arc::clone(&source.path);
    let test = source.is_test();
    let Some(module) = Module::new(source) else {
        let message = "the file does not begin with a package";
        return Taken {
            module: None,
            metadata: None,
            errors: vec![PolicyError::at(&path, Place::START, message)],
        };
    };
    let mut metadata = None;
    let mut errors = Vec::new();
    // Shared code of the pack is described for readers; tests of the pack read it, scans need not.
    let described = module.source.builtin && module.is_shared();
    if !test && !described {
        let block = block::find(&module.source.text, module.package_start);
        let said = block.map(|block| parse(&path, &block));
        match said {
            Some((Said::Policy(policy), wrong)) => {
                metadata = Some(policy);
                errors.extend(wrong);
            }
            Some((Said::Nothing, wrong)) => errors.extend(wrong),
            Some((Said::Other, _)) | None => errors.extend(undescribed(&module)),
        }
    }
    Taken {
        module: Some(module),
        metadata,
        errors,
    }
}

/// A module that denies something without saying what it is.
fn undescribed(module: &Module) -> Option<PolicyError> {
    // Shared code may call its functions what policies call their rules.
    if module.is_shared() {
        return None;
    }
    // What other tools call `violation` and `warn` would be ignored without a word.
    let denies = ["deny", "subjects", "violation", "warn"]
        .iter()
        .any(|rule| module.source.text.contains(rule) && module.reading().rules.contains(*rule));
    denies.then(|| {
        let message = "a policy needs METADATA with 'custom' above its package";
        PolicyError::at(&module.source.path, Place::START, message)
    })
}

/// A walk over modules, depth first.
struct Walk<'s> {
    set: &'s PolicySet,
    found: Dependencies,
    open: Vec<usize>,
}

impl Walk<'_> {
    fn module(&mut self, index: usize) -> Result<(), PolicyError> {
        let Some(module) = self.set.modules.get(index) else {
            return Ok(());
        };
        if let Some(view) = module.view()
            && self.open.contains(&index)
        {
            let message = format!("the view '{view}' reads itself");
            return Err(PolicyError::at(&module.source.path, Place::START, message));
        }
        if !self.found.modules.insert(index) {
            return Ok(());
        }
        self.open.push(index);
        let reading = module.reading();
        for reference in &reading.data {
            self.data(module, reference)?;
        }
        for reference in &reading.input {
            self.input(module, reference)?;
        }
        self.open.pop();
        if let Some(view) = module.view() {
            self.found.views.push(view.to_owned());
        }
        Ok(())
    }

    fn data(&mut self, module: &Module, reference: &Reference) -> Result<(), PolicyError> {
        let keys = &reference.keys;
        match (keys.first().map(String::as_str), keys.get(1)) {
            (Some("params"), _) => return Ok(()),
            (Some("tables"), Some(name)) if self.set.tables.contains_key(name) => {
                self.found.tables.insert(name.clone());
                return Ok(());
            }
            (Some("tables"), Some(name)) => {
                let hint = suggest::hint(name, self.set.tables.keys().map(String::as_str));
                let message = format!("there is no table '{name}'{hint}");
                return Err(PolicyError::at(
                    &module.source.path,
                    reference.place,
                    message,
                ));
            }
            _ => {}
        }
        let Some(modules) = self.set.modules_of(keys) else {
            let name = keys.join(".");
            let hint = suggest::hint(&name, self.set.packages.keys().map(AsRef::as_ref));
            let message = format!("nothing defines 'data.{name}'{hint}");
            return Err(PolicyError::at(
                &module.source.path,
                reference.place,
                message,
            ));
        };
        modules.iter().try_for_each(|index| self.module(*index))
    }

    fn input(&mut self, module: &Module, reference: &Reference) -> Result<(), PolicyError> {
        let keys = &reference.keys;
        match (keys.first().map(String::as_str), keys.get(1)) {
            (Some("document"), _) => self.found.document = true,
            (Some("views"), Some(view)) => {
                let package = format!("policies.views.{view}");
                let Some(modules) = self.set.packages.get(package.as_str()) else {
                    let message = format!("there is no view '{view}'");
                    return Err(PolicyError::at(
                        &module.source.path,
                        reference.place,
                        message,
                    ));
                };
                return modules.iter().try_for_each(|index| self.module(*index));
            }
            _ => {}
        }
        Ok(())
    }
}
