//! Recognising formats and normalising documents into units.
//!
//! Owns what keys mean: intrinsics, plan fields, workflow syntax. Knows nothing of policies.

pub mod cloudformation;
pub mod embedded;
pub mod mistaken;
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
    /// Whether the default of a parameter that is not given decides nothing.
    pub strict_parameters: bool,
    /// Where a template stands among those of its scan.
    pub surroundings: cloudformation::Surroundings,
    /// What the scenario settles that is to be judged.
    pub assignment: Assignment,
    /// Which resource types the chosen policies read.
    pub wanted: Wanted,
}

impl Options {
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
}
