//! Policies as data: sources, METADATA, parameters, packs, and what each reads.
//!
//! Knows Rego's text well enough to find packages, METADATA, imports and rule names; evaluates nothing.
//! [`PolicySet::new`] reads what the callers embed or load, [`PolicySet::select`] chooses for a scan, and
//! [`PolicySet::dependencies`] says what a chosen policy needs.

pub mod anatomy;
mod block;
mod error;
mod fields;
mod link;
pub mod lint;
mod metadata;
mod module;
mod parameter;
mod parse;
pub mod qualify;
mod selection;
mod set;
mod suggest;
mod survey;
pub mod token;

#[cfg(test)]
mod tests;

pub use error::{Place, PolicyError};
pub use link::{Linked, PACKAGE, PARAMS, TABLES, unlinked};
pub use metadata::{Mapping, Metadata, Parameter, Remediation, Scope, Severity};
pub use module::{Module, Reading, Reference, Source, keys_after};
pub use parse::PACKS;
pub use selection::{Chosen, Request, RequestError, Selection};
pub use set::{Dependencies, ENTRY_RULES, Policy, PolicySet};
pub use suggest::hint;
