//! Recognising formats and normalising documents into units.
//!
//! Owns what keys mean: intrinsics, plan fields, workflow syntax. Knows nothing of policies.

pub mod cloudformation;
pub mod embedded;
pub mod mistaken;
pub mod settings;
pub mod sniff;
pub mod sources;
pub mod terraform;
pub mod workflow;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::resource::Assignment;

/// What normalising needs to know besides the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Parameter values given by the user, by parameter name.
    pub parameters: BTreeMap<String, String>,
    /// Parameter values of single templates; those given by the user win.
    pub by_template: Arc<GivenParameters>,
    /// Whether the default of a parameter that is not given decides nothing.
    pub strict_parameters: bool,
    /// Where a template stands among those of its scan.
    pub surroundings: cloudformation::Surroundings,
    /// The workflows that one may call.
    pub workflows: workflow::Neighbours,
    /// What the scenario settles that is to be judged.
    pub assignment: Assignment,
    /// Which resource types the chosen policies read.
    pub wanted: Wanted,
}

/// Parameter values by template, by the name of the parameter.
pub type GivenParameters = BTreeMap<Arc<str>, BTreeMap<String, String>>;

impl Options {
    /// Returns the options with the parameter values of a template, by its URI; `None` where it has none of its own.
    pub fn of_template(&self, uri: &str) -> Option<Self> {
        let mine = self.by_template.get(uri)?;
        let mut options = self.clone();
        for (name, value) in mine {
            let values = options.parameters.entry(name.clone());
            values.or_insert_with(|| value.clone());
        }
        Some(options)
    }

    /// Returns the value that the scenario or the user gives a parameter.
    pub fn given(&self, name: &str) -> Option<&str> {
        let settled = self.assignment.parameters.get(name);
        settled
            .map(AsRef::as_ref)
            .or_else(|| self.parameters.get(name).map(String::as_str))
    }
}

/// The resource types that policies read; others need not be converted.
#[derive(Debug, Clone, Default)]
pub enum Wanted {
    /// Every type.
    #[default]
    All,
    /// These types.
    Types(Arc<BTreeSet<String>>),
}

impl Wanted {
    /// Tells whether resources of this type are read.
    pub fn wants(&self, type_name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Types(types) => types.contains(type_name),
        }
    }

    /// Tells whether a type that begins so is named.
    pub(crate) fn names_any_below(&self, prefix: &str) -> bool {
        matches!(self, Self::Types(types) if types.iter().any(|one| one.starts_with(prefix)))
    }

    /// Tells whether this type is named: files themselves are resources only for those who ask for them.
    pub fn names(&self, type_name: &str) -> bool {
        matches!(self, Self::Types(types) if types.contains(type_name))
    }
}
