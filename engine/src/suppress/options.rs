//! Who may suppress what.

use std::collections::BTreeSet;

use super::{Baseline, Date, Mark};

/// Where suppressions may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// In the files themselves: comments, and `Metadata` of templates.
    pub inline: bool,
    /// In the exceptions file.
    pub central: bool,
}

impl Default for Allowed {
    fn default() -> Self {
        Self {
            inline: true,
            central: true,
        }
    }
}

/// What a suppression must say beside its reason.
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Required {
    /// Who answers for it.
    pub owner: bool,
    /// Until when it holds.
    pub expires: bool,
    /// Where it was decided.
    pub ticket: bool,
    /// That somebody approved it: then only the exceptions file can suppress, and an entry without `approved_by` has no
    /// effect yet.
    pub approval: bool,
}

/// How suppressions are judged.
#[derive(Debug, Default)]
pub struct SuppressOptions {
    /// Whether no suppression has any effect.
    pub off: bool,
    /// The day on which expiry is judged; without one nothing has expired.
    pub today: Option<Date>,
    /// Where suppressions may stand.
    pub allowed: Allowed,
    /// What they must say.
    pub required: Required,
    /// For how many days from today they may hold at most.
    pub max_days: Option<u32>,
    /// Controls that nothing may suppress.
    pub unsuppressible: BTreeSet<String>,
    /// Those of the exceptions file.
    pub exceptions: Vec<Mark>,
    /// Findings that were there before.
    pub baseline: Option<Baseline>,
}

impl SuppressOptions {
    /// Tells whether an exceptions file has entries that count.
    pub fn has_exceptions(&self) -> bool {
        !self.off && !self.exceptions.is_empty()
    }
}
