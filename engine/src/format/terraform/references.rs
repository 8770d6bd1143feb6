//! From references to resources: through modules, variables, outputs, locals and the keys of instances.
//!
//! Decides by rule U3 of the catalogue: the same key refers to the same key, a literal key to that instance,
//! anything else to all instances.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::address::{self, Address, Key, Step};
use super::configuration::{Configuration, Expression, Module, Written};
use super::parts::{is_bare, is_meta, is_own_key, is_passed_on, select, split_index, with_own_key};
use super::sources::Sources;
use crate::document::hcl::{self, Part, Traversal};
use crate::resource::Target;

/// How many references of one expression are followed. Modules that pass lists of lists on multiply.
const BUDGET: usize = 20_000;
/// How deep references are followed through modules and locals.
const DEPTH: usize = 64;

/// Where a reference stands.
#[derive(Debug, Clone)]
pub(super) struct Scope<'a> {
    /// The module instance.
    pub(super) module: Vec<Step>,
    /// The key of the resource or module call that refers.
    pub(super) key: Option<Key>,
    /// What it iterates over.
    pub(super) for_each: Option<&'a Expression>,
    /// Whether the key was used on the way here, so that it may choose an instance.
    pub(super) is_chosen_by_key: bool,
}

/// What the plan declares, for following references.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    configuration: Option<&'a Configuration>,
    sources: &'a Sources,
    /// The instances of each resource, by module address and `type.name`.
    instances: BTreeMap<(String, String), BTreeMap<Option<Key>, Arc<str>>>,
    /// The instances of each module call, by the address of the calling module and the name of the call.
    calls: BTreeMap<(String, String), BTreeSet<Option<Key>>>,
}

impl<'a> Graph<'a> {
    /// Indexes the addresses of a plan.
    pub(super) fn new<'b>(
        configuration: Option<&'a Configuration>,
        sources: &'a Sources,
        addresses: impl Iterator<Item = (&'b Address, &'b Arc<str>)>,
    ) -> Self {
        let mut graph = Self {
            configuration,
            sources,
            instances: BTreeMap::new(),
            calls: BTreeMap::new(),
        };
        for (parsed, address) in addresses {
            for (depth, step) in parsed.module.iter().enumerate() {
                let caller = address::module_text(parsed.module.get(..depth).unwrap_or_default());
                graph
                    .calls
                    .entry((caller, step.name.clone()))
                    .or_default()
                    .insert(step.key.clone());
            }
            graph
                .instances
                .entry((address::module_text(&parsed.module), local_name(parsed)))
                .or_default()
                .insert(parsed.key.clone(), Arc::clone(address));
        }
        graph
    }

    /// Returns what the references lead to, sorted, each once.
    pub(super) fn targets<'t>(
        &self,
        references: impl IntoIterator<Item = &'t Traversal>,
        scope: &Scope<'_>,
    ) -> Vec<Target> {
        let references: Vec<&Traversal> = references.into_iter().collect();
        let mut walk = Walk {
            graph: self,
            left: BUDGET,
            found: BTreeSet::new(),
        };
        walk.all(&references, scope, &[], 0);
        walk.found.into_iter().collect()
    }

    /// Returns what an expression leads to, sorted, each once.
    pub(super) fn expression_targets(
        &self,
        expression: &Expression,
        scope: &Scope<'_>,
    ) -> Vec<Target> {
        self.targets(&expression.references, scope)
    }

    fn module(&self, steps: &[Step]) -> Option<&'a Module> {
        self.configuration?.module(&address::module_path(steps))
    }
}

/// The state of following one expression.
struct Walk<'w, 'a> {
    graph: &'w Graph<'a>,
    left: usize,
    found: BTreeSet<Target>,
}

impl Walk<'_, '_> {
    /// Follows an expression from which `trail` is taken.
    fn expression(
        &mut self,
        expression: &Expression,
        scope: &Scope<'_>,
        trail: &[Part],
        depth: usize,
    ) {
        match &expression.source {
            Some(source) => self.source(source, scope, trail, depth),
            None => self.all(
                &expression.references.iter().collect::<Vec<_>>(),
                scope,
                trail,
                depth,
            ),
        }
    }

    /// Follows a source expression from which `trail` is taken: objects are narrowed to the key that is taken.
    fn source(
        &mut self,
        source: &hcl::Expression,
        scope: &Scope<'_>,
        trail: &[Part],
        depth: usize,
    ) {
        let mut source = source;
        let mut trail = trail;
        while let [Part::Name(key) | Part::Key(key), rest @ ..] = trail
            && let Some(item) = source.item(key)
        {
            (source, trail) = (item, rest);
        }
        self.all(&source.traversals(), scope, trail, depth);
    }

    /// Follows the references of one expression; `trail` is what is taken from its value.
    fn all(&mut self, references: &[&Traversal], scope: &Scope<'_>, trail: &[Part], depth: usize) {
        let keyed =
            scope.is_chosen_by_key || references.iter().any(|reference| is_own_key(&reference.0));
        let sole = references
            .iter()
            .filter(|reference| !is_meta(reference))
            .count()
            == 1;
        for reference in references {
            let mut parts = with_own_key(&reference.0, scope.key.as_ref());
            // What is taken from the value of one reference is taken from what it refers to.
            // A number counts in the list that the expression makes, which need not be the list of instances.
            let counted = matches!(trail.first(), Some(Part::Number(_))) && !is_passed_on(&parts);
            if sole && !counted && is_bare(&parts) {
                parts.extend_from_slice(trail);
            }
            self.follow(&parts, scope, keyed, depth);
        }
    }

    fn follow(&mut self, parts: &[Part], scope: &Scope<'_>, keyed: bool, depth: usize) {
        if depth > DEPTH || self.left == 0 {
            return;
        }
        self.left -= 1;
        let [Part::Name(first), rest @ ..] = parts else {
            return;
        };
        match (first.as_str(), rest) {
            ("each", [Part::Name(value), trail @ ..]) if value == "value" => {
                self.each_value(scope, trail, depth);
            }
            ("each" | "count" | "path" | "terraform" | "self", _) => {}
            ("var", [Part::Name(name), trail @ ..]) => {
                self.variable(name, scope, trail, keyed, depth);
            }
            ("local", [Part::Name(name), trail @ ..]) => self.local(name, scope, trail, depth),
            ("module", [Part::Name(name), rest @ ..]) => {
                self.output(name, rest, scope, keyed, depth);
            }
            ("data", [Part::Name(type_name), Part::Name(name), rest @ ..]) => {
                self.resource(&format!("data.{type_name}.{name}"), rest, scope, keyed);
            }
            (type_name, [Part::Name(name), rest @ ..]) => {
                self.resource(&format!("{type_name}.{name}"), rest, scope, keyed);
            }
            _ => {}
        }
    }

    /// Follows `each.value`: what is iterated over, at the same key.
    fn each_value(&mut self, scope: &Scope<'_>, trail: &[Part], depth: usize) {
        let Some(for_each) = scope.for_each else {
            return;
        };
        let outside = Scope {
            for_each: None,
            is_chosen_by_key: true,
            ..scope.clone()
        };
        let own = match &scope.key {
            Some(Key::Name(name)) => for_each
                .source
                .as_ref()
                .and_then(|source| source.item(name)),
            _ => None,
        };
        match own {
            Some(value) => self.source(value, &outside, trail, depth + 1),
            None => self.expression(for_each, &outside, trail, depth + 1),
        }
    }

    fn local(&mut self, name: &str, scope: &Scope<'_>, trail: &[Part], depth: usize) {
        let folder = self
            .graph
            .sources
            .folder(&address::module_path(&scope.module));
        if let Some(expression) = folder.as_ref().and_then(|folder| folder.local(name)) {
            self.source(expression, scope, trail, depth + 1);
        }
    }

    /// Follows an input variable to the argument of the module call.
    fn variable(
        &mut self,
        name: &str,
        scope: &Scope<'_>,
        trail: &[Part],
        keyed: bool,
        depth: usize,
    ) {
        let Some((last, caller)) = scope.module.split_last() else {
            return;
        };
        let call = self
            .graph
            .module(caller)
            .and_then(|module| module.calls.get(&last.name));
        let Some(call) = call else {
            return;
        };
        if let Some(Written::Expression(argument)) = call.names.get(name) {
            let own = if keyed { scope.key.clone() } else { None };
            let outside = Scope {
                module: caller.to_vec(),
                is_chosen_by_key: own.is_some() && last.key.is_none(),
                key: last.key.clone().or(own),
                for_each: call.for_each.as_ref(),
            };
            self.expression(argument, &outside, trail, depth + 1);
        }
    }

    /// Follows `module.name[key].output` into the module.
    fn output(&mut self, name: &str, rest: &[Part], scope: &Scope<'_>, keyed: bool, depth: usize) {
        let (index, rest) = split_index(rest);
        let [Part::Name(output), trail @ ..] = rest else {
            return;
        };
        let caller = address::module_text(&scope.module);
        let none = BTreeSet::from([None]);
        let keys = self
            .graph
            .calls
            .get(&(caller, name.to_owned()))
            .unwrap_or(&none);
        for key in select(keys.iter(), index, keyed, scope.key.as_ref()) {
            let mut module = scope.module.clone();
            module.push(Step {
                name: name.to_owned(),
                key: key.clone(),
            });
            let expression = self
                .graph
                .module(&module)
                .and_then(|module| module.outputs.get(output));
            if let Some(expression) = expression {
                // A key that did not choose the instance of the module may choose one inside.
                let is_chosen_by_key = keyed && key.is_none();
                let inside = Scope {
                    module,
                    key: if is_chosen_by_key {
                        scope.key.clone()
                    } else {
                        None
                    },
                    for_each: None,
                    is_chosen_by_key,
                };
                self.expression(expression, &inside, trail, depth + 1);
            }
        }
    }

    fn resource(&mut self, name: &str, rest: &[Part], scope: &Scope<'_>, keyed: bool) {
        let module = address::module_text(&scope.module);
        let (index, attribute) = split_index(rest);
        let attribute: Arc<str> = address::text(attribute).into();
        let Some(instances) = self.graph.instances.get(&(module.clone(), name.to_owned())) else {
            // A data source that the plan does not show is outside of it, yet it is what the value comes from.
            if name.starts_with("data.") {
                let dot = if module.is_empty() { "" } else { "." };
                self.found.insert(Target {
                    address: format!("{module}{dot}{name}").into(),
                    attribute,
                });
            }
            return;
        };
        for key in select(instances.keys(), index, keyed, scope.key.as_ref()) {
            if let Some(address) = instances.get(key) {
                self.found.insert(Target {
                    address: Arc::clone(address),
                    attribute: Arc::clone(&attribute),
                });
            }
        }
    }
}

fn local_name(address: &Address) -> String {
    let data = if address.data { "data." } else { "" };
    format!("{data}{}.{}", address.type_name, address.name)
}
