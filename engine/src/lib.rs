//! Ordinance's engine: infrastructure as code and delivery workflows in, verdicts with exact places out.
//!
//! A scan discovers artifacts, parses each into a document whose every node knows its bytes, normalises it
//! into a unit of resources, evaluates Rego policies over that unit, and places each verdict in the source.
//! The engine never prints, reads no environment variable and no clock, and knows no output format.
//!
//! ```text
//! path ─▶ artifact ─▶ document ─▶ resource (unit) ─▶ format ─▶ policy ─▶ evaluate ─▶ finding ─▶ suppress ─▶ scan ─▶ policy_test
//! ```
//!
//! Rooms import only rooms to their left; `tests/layering.rs` in the workspace holds that order.

pub mod artifact;
pub mod document;
pub mod evaluate;
pub mod finding;
pub mod format;
pub mod policy;
pub mod policy_test;
pub mod resource;
pub mod scan;
pub mod suppress;
