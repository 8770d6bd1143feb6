//! What is accepted, in an audit: suppressions, and the state against the baseline.

use ordinance_engine::scan::Scan;
use ordinance_engine::suppress::{Entry, Mark, Origin};
use ordinance_sarif::{
    BaselineState, Kind, Level, Message, PropertyBag, Result, Suppression, SuppressionKind,
    SuppressionStatus, plain_text,
};

use super::files::Files;
use super::places;
use super::rules::Rules;
use crate::verdict::Verdict;

/// Which of the two every result of the run must have: they stand on all results or on none.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shown {
    suppressions: bool,
    states: bool,
}

impl Shown {
    /// Decides it for an audit.
    pub(super) fn of(scan: &Scan) -> Self {
        Self {
            suppressions: !scan.suppressed.is_empty() || !scan.expired.is_empty(),
            states: !scan.baselined.is_empty() || !scan.absent.is_empty(),
        }
    }

    /// Adds to a result what accepts it.
    pub(super) fn complete<'a>(
        self,
        result: Result<'a>,
        verdict: Option<&Verdict<'a>>,
        files: &Files<'a>,
    ) -> Result<'a> {
        let suppressions = || {
            let accepted = verdict.and_then(|verdict| verdict.accepted);
            let expired = verdict.and_then(|verdict| verdict.expired);
            let accepted =
                accepted.map(|mark| suppression(mark, SuppressionStatus::Accepted, files));
            let expired = expired.map(|mark| {
                let status = if mark.awaits_approval {
                    SuppressionStatus::UnderReview
                } else {
                    SuppressionStatus::Rejected
                };
                suppression(mark, status, files)
            });
            accepted.into_iter().chain(expired).collect()
        };
        let state = || verdict.map_or(BaselineState::New, state);
        Result {
            suppressions: self.suppressions.then(suppressions),
            baseline_state: self.states.then(state),
            ..result
        }
    }
}

/// Returns what a verdict was to the baseline.
fn state(verdict: &Verdict<'_>) -> BaselineState {
    match verdict.known {
        None => BaselineState::New,
        Some(known) if known.moved => BaselineState::Updated,
        Some(_) => BaselineState::Unchanged,
    }
}

fn suppression<'a>(
    mark: &'a Mark,
    status: SuppressionStatus,
    files: &Files<'a>,
) -> Suppression<'a> {
    let terms = &mark.terms;
    let texts = [
        ("owner", terms.owner.as_deref()),
        ("ticket", terms.ticket.as_deref()),
        ("approvedBy", terms.approved_by.as_deref()),
    ];
    let mut properties = texts
        .into_iter()
        .filter_map(|(key, text)| Some((key, text?)))
        .fold(PropertyBag::default(), |bag, (key, text)| {
            bag.with_text(key, text)
        });
    if let Some(expires) = terms.expires {
        properties = properties.with_text("expires", expires.to_string());
    }
    let state = match status {
        SuppressionStatus::Accepted => "active",
        SuppressionStatus::Rejected => "expired",
        SuppressionStatus::UnderReview => "awaiting approval",
    };
    Suppression {
        kind: match mark.origin {
            Origin::Comment | Origin::Metadata => SuppressionKind::InSource,
            Origin::Central => SuppressionKind::External,
        },
        status,
        justification: terms.reason.as_str().into(),
        location: Some(places::bare(&mark.location, files)),
        properties: properties.with_text("state", state),
    }
}

/// Returns the result of an entry of the baseline that was not found.
pub(super) fn absent<'a>(entry: &'a Entry, rules: &Rules<'a>, files: &Files<'a>) -> Result<'a> {
    let text = format!(
        "The finding of '{}' on '{}' is no longer there.",
        entry.rule, entry.resource
    );
    Result {
        rule_id: entry.rule.as_str().into(),
        rule_index: rules.index(&entry.rule),
        kind: Kind::Pass,
        level: Level::None,
        message: Message::new(plain_text(&text).into_owned()),
        locations: vec![places::file(&entry.path, files)],
        fingerprints: super::results::print("resourcePropertyIdentity/v1", &entry.identity),
        ..Result::default()
    }
}
