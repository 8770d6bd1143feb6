//! Words for the engine's values, the same in every format.

use ordinance_engine::evaluate::{Outcome, State};
use ordinance_engine::resource::{Format, NoticeLevel};

/// Returns the name of a format for people.
pub(crate) const fn format(format: Format) -> &'static str {
    match format {
        Format::CloudFormation => "CloudFormation",
        Format::TerraformPlan => "Terraform",
        Format::GithubWorkflow => "GitHub workflow",
        Format::GithubAction => "GitHub action",
        Format::GithubSettings => "GitHub settings",
    }
}

/// Returns the word for an outcome.
pub(crate) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail => "fail",
        Outcome::Unknown => "unknown",
        Outcome::Pass => "pass",
    }
}

/// Returns the word for a state.
pub(crate) const fn state(state: State) -> &'static str {
    match state {
        State::Known => "known",
        State::Absent => "absent",
        State::Unknown => "unknown",
    }
}

/// Returns the word for a level.
pub(crate) const fn level(level: NoticeLevel) -> &'static str {
    match level {
        NoticeLevel::Note => "note",
        NoticeLevel::Warning => "warning",
        NoticeLevel::Error => "error",
    }
}
