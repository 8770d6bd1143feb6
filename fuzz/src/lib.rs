//! What must hold of any bytes: one module a fuzz target, each with a function `check` that panics where it does not.
//!
//! The targets in `fuzz_targets/` run these functions on what libFuzzer makes; `tests/fuzz_corpus.rs` of the repository
//! includes this file and runs them on the corpus, with the stable compiler.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "tests include these modules, too"
)]

pub mod address;
pub mod cloudformation;
pub mod document;
pub mod expression;
pub mod hcl;
pub mod inside;
pub mod metadata;
pub mod mistakes;
pub mod plan;
pub mod rewrite;
pub mod scan;
pub mod suppression;
pub mod workflow;
