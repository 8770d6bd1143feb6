//! A whole scan: files in, findings, notices and an account of every file out.

mod outcome;

pub use outcome::{Account, ArtifactSummary, Coverage, Disposition, RuleSummary, Scan};
