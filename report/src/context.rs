//! What a report must know beside the scan.

use std::sync::Arc;

use ordinance_engine::policy::Metadata;

/// The revision that was scanned, where the command line room knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Provenance<'a> {
    /// The repository's absolute URI, without credentials.
    pub repository_uri: &'a str,
    /// The commit.
    pub revision: Option<&'a str>,
    /// The branch.
    pub branch: Option<&'a str>,
}

/// Facts about this run of the program, from the command line room.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The program's version, as `SemVer`.
    pub version: &'a str,
    /// sha256 of the policies at hand, lower-case hex.
    pub policies_sha256: &'a str,
    /// The packs chosen.
    pub packs: &'a [String],
    /// The exit code the program will end with.
    pub exit_code: i32,
    /// Whether an incomplete scan counts as a successful one (`--allow-incomplete`).
    pub allow_incomplete: bool,
    /// What tells this scan from others of the same repository (`--category`).
    pub category: Option<&'a str>,
    /// The repository and revision scanned; absent where they are not known.
    pub provenance: Option<Provenance<'a>>,
    /// The command line, for audit reports.
    pub command_line: Option<&'a str>,
    /// The absolute URI of the scan root with a final slash, for audit reports.
    pub base_uri: Option<&'a str>,
    /// Start and end as RFC 3339 in UTC, for audit reports.
    pub times: Option<(&'a str, &'a str)>,
    /// The framework whose controls the terminal shows, and all policies at hand, chosen or not.
    pub framework: Option<(&'a str, &'a [Arc<Metadata>])>,
    /// Whether failures alone are shown, and nothing where nothing fails.
    pub quiet: bool,
    /// Whether everything is shown instead of the first results of each rule and file.
    pub verbose: bool,
}
