//! Scenarios: what a file leaves open to whoever deploys it, and the ways in which it can be settled.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Inputs that belong together, and the ways to settle them. Different choices can be settled in any combination.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The ways, in a fixed order; no two of them settle everything alike. None where there are too many to try.
    pub assignments: Vec<Assignment>,
    /// The input that must stand in the way of a verdict for this to be tried; `None` where it is always tried.
    pub only_for: Option<Arc<str>>,
}

/// One way to settle a choice, or several of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignment {
    /// Conditions and whether they hold.
    pub conditions: BTreeMap<Arc<str>, bool>,
    /// Parameters and their values.
    pub parameters: BTreeMap<Arc<str>, Arc<str>>,
}

impl Assignment {
    /// Tells whether nothing is settled.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty() && self.parameters.is_empty()
    }

    /// Returns what is settled as names and values, ready to be shown.
    pub fn facts(&self) -> impl Iterator<Item = (&Arc<str>, String)> {
        let conditions = self.conditions.iter();
        let parameters = self.parameters.iter();
        conditions
            .map(|(name, holds)| (name, holds.to_string()))
            .chain(parameters.map(|(name, value)| (name, format!("'{value}'"))))
    }

    /// Returns what settles both; assignments of different choices name nothing twice.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.conditions.extend(other.conditions.clone());
        both.parameters.extend(other.parameters.clone());
        both
    }
}
