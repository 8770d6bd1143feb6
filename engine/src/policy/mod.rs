//! Policies as data: sources, METADATA, parameters, packs, and what each reads.
//!
//! Knows Rego's text well enough to find packages, METADATA, imports and rule names; evaluates nothing.

mod metadata;

pub use metadata::{Mapping, Metadata, Parameter, Remediation, Scope, Severity};
