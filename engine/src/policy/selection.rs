//! Which policies a scan runs, and with which parameters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::metadata::Parameter;
use super::parameter;
use super::parse::PACKS;
use super::set::{Policy, PolicySet};
use super::suggest;

/// What a user asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// The packs; empty means `baseline`.
    pub packs: Vec<String>,
    /// Only these controls, whatever their packs; empty means those of the packs.
    pub rules: Vec<String>,
    /// Not these controls.
    pub skip: Vec<String>,
    /// Values of parameters, by control and name.
    pub parameters: BTreeMap<String, BTreeMap<String, Value>>,
}

/// A request that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestError {
    /// There is no such pack.
    Pack {
        /// What was asked for.
        name: String,
        /// What was perhaps meant.
        hint: String,
    },
    /// There is no such control.
    Rule {
        /// What was asked for.
        name: String,
        /// What was perhaps meant.
        hint: String,
    },
    /// The control has no such parameter.
    Parameter {
        /// The control.
        rule: String,
        /// What was asked for.
        name: String,
        /// What was perhaps meant.
        hint: String,
    },
    /// The parameter does not take the value.
    Value {
        /// The control.
        rule: String,
        /// Why not.
        message: String,
    },
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pack { name, hint } => write!(f, "there is no pack '{name}'{hint}"),
            Self::Rule { name, hint } => write!(f, "there is no control '{name}'{hint}"),
            Self::Parameter { rule, name, hint } => {
                write!(f, "control '{rule}' has no parameter '{name}'{hint}")
            }
            Self::Value { rule, message } => write!(f, "control '{rule}': {message}"),
        }
    }
}

impl std::error::Error for RequestError {}

/// A chosen policy and the values of its parameters.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The policy.
    pub policy: Policy,
    /// The values by name; every parameter has one.
    pub parameters: BTreeMap<String, Value>,
}

/// The policies of a scan, by id.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The chosen policies, by id.
    pub policies: Vec<Chosen>,
    /// The packs whose presets hold, sorted.
    pub packs: BTreeSet<String>,
}

impl PolicySet {
    /// Chooses policies. A policy that does not belong to the built-in pack is chosen whatever its packs.
    pub fn select(&self, request: &Request) -> Result<Selection, Vec<RequestError>> {
        let mut errors = Vec::new();
        for pack in &request.packs {
            if !PACKS.contains(&pack.as_str()) {
                let hint = suggest::hint(pack, PACKS);
                errors.push(RequestError::Pack {
                    name: pack.clone(),
                    hint,
                });
            }
        }
        let rules = self.ids(&request.rules, &mut errors);
        let skip = self.ids(&request.skip, &mut errors);
        self.check_parameters(request, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut packs: BTreeSet<String> = request.packs.iter().cloned().collect();
        if packs.is_empty() {
            packs.insert(PACKS[0].to_owned());
        }
        let chosen = |policy: &&Policy| {
            let id = policy.metadata.id.as_str();
            let wanted = if rules.is_empty() {
                !self.is_builtin(policy) || !packs.is_disjoint(&policy.metadata.packs)
            } else {
                rules.contains(id)
            };
            wanted && !skip.contains(id)
        };
        let policies = self
            .policies()
            .iter()
            .filter(chosen)
            .map(|policy| Chosen {
                policy: policy.clone(),
                parameters: values(policy, &packs, request.parameters.get(&policy.metadata.id)),
            })
            .collect();
        Ok(Selection { policies, packs })
    }

    fn is_builtin(&self, policy: &Policy) -> bool {
        self.module(policy.module)
            .is_some_and(|module| module.source.builtin)
    }

    /// Takes ids, or slugs, as the ids of known controls.
    fn ids(&self, written: &[String], errors: &mut Vec<RequestError>) -> BTreeSet<&str> {
        let mut ids = BTreeSet::new();
        for name in written {
            match self.named(name) {
                Some(policy) => {
                    ids.insert(policy.metadata.id.as_str());
                }
                None => errors.push(self.unknown_rule(name)),
            }
        }
        ids
    }

    /// Returns the policy of an id or a slug, without regard to case.
    pub fn named(&self, name: &str) -> Option<&Policy> {
        self.policies().iter().find(|policy| {
            policy.metadata.id.eq_ignore_ascii_case(name)
                || policy.metadata.slug.eq_ignore_ascii_case(name)
        })
    }

    fn unknown_rule(&self, name: &str) -> RequestError {
        let known = self
            .policies()
            .iter()
            .flat_map(|policy| [policy.metadata.id.as_str(), policy.metadata.slug.as_str()]);
        RequestError::Rule {
            name: name.to_owned(),
            hint: suggest::hint(name, known),
        }
    }

    fn check_parameters(&self, request: &Request, errors: &mut Vec<RequestError>) {
        for (rule, given) in &request.parameters {
            let Some(policy) = self.policy(rule) else {
                errors.push(self.unknown_rule(rule));
                continue;
            };
            let params = &policy.metadata.params;
            for (name, value) in given {
                let Some(parameter) = params.iter().find(|one| &one.name == name) else {
                    errors.push(RequestError::Parameter {
                        rule: rule.clone(),
                        name: name.clone(),
                        hint: suggest::hint(name, params.iter().map(|one| one.name.as_str())),
                    });
                    continue;
                };
                if let Err(message) = parameter::accepts(parameter, value) {
                    errors.push(RequestError::Value {
                        rule: rule.clone(),
                        message,
                    });
                }
            }
        }
    }
}

/// Settles the parameters of a policy: the user's value, else the strictest of the chosen packs', else the default.
fn values(
    policy: &Policy,
    packs: &BTreeSet<String>,
    given: Option<&BTreeMap<String, Value>>,
) -> BTreeMap<String, Value> {
    let value = |parameter: &Parameter| {
        given
            .and_then(|given| given.get(&parameter.name))
            .unwrap_or_else(|| preset(parameter, packs, &policy.metadata.packs))
            .clone()
    };
    let params = policy.metadata.params.iter();
    params
        .map(|parameter| (parameter.name.clone(), value(parameter)))
        .collect()
}

/// Returns the strictest value of the chosen packs that hold the policy. A pack without a preset means the default.
fn preset<'p>(
    parameter: &'p Parameter,
    packs: &BTreeSet<String>,
    of_policy: &BTreeSet<String>,
) -> &'p Value {
    packs
        .intersection(of_policy)
        .map(|pack| parameter.presets.get(pack).unwrap_or(&parameter.default))
        .reduce(|one, other| parameter::stricter(parameter, one, other))
        .unwrap_or(&parameter.default)
}
