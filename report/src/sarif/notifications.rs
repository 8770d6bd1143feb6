//! What the log says about the scan itself.

use ordinance_engine::finding::PlacedNotice;
use ordinance_engine::resource::{NoticeKind, NoticeLevel};
use ordinance_engine::scan::Scan;
use ordinance_sarif::{
    Level, Message, MultiformatMessageString, Notification, ReportingConfiguration,
    ReportingDescriptor, ReportingDescriptorReference, plain_text,
};

use super::files::Files;
use super::rules::Rules;
use super::{Profile, RESULT_LIMIT, places};
use crate::text::sentence;
use crate::{Context, PROJECT};

/// A notification's id, name, level, meaning and remedy.
type Entry = (
    &'static str,
    &'static str,
    Level,
    &'static str,
    &'static str,
);

const DROPPED: &str = "NTF-101";
const ALLOWED: &str = "NTF-102";
const UNASSESSED: &str = "NTF-103";
const LEFT_OUT: &str = "NTF-104";

/// Every notification, by id: the kinds of the engine's notices, then the report's own.
const ENTRIES: [Entry; 14] = [
    (
        NoticeKind::UnreadableFile.id(),
        "UnreadableFile",
        Level::Error,
        "A file could not be read or decoded.",
        "Make the file readable and store it as UTF-8, or exclude it.",
    ),
    (
        NoticeKind::SyntaxError.id(),
        "SyntaxError",
        Level::Error,
        "A file is no valid document of its format.",
        "Correct the syntax at the place named, or exclude the file.",
    ),
    (
        NoticeKind::InvalidInput.id(),
        "InvalidInput",
        Level::Warning,
        "Part of a file has a shape that its format does not allow.",
        "Correct the part named: what depends on it was judged without it.",
    ),
    (
        NoticeKind::PolicyError.id(),
        "PolicyError",
        Level::Error,
        "A policy failed, exceeded its limits or returned the wrong shape.",
        "Correct the policy, or leave it out of the scan.",
    ),
    (
        NoticeKind::Limit.id(),
        "LimitReached",
        Level::Warning,
        "A limit of the scan was reached.",
        "Split the input, or scan its parts apart.",
    ),
    (
        NoticeKind::NotInScan.id(),
        "NotInScan",
        Level::Note,
        "An input refers to something that is not part of the scan.",
        "Add what is referred to to the scan.",
    ),
    (
        NoticeKind::IncompletePlan.id(),
        "IncompletePlan",
        Level::Warning,
        "Terraform itself calls the plan incomplete or failed.",
        "Make the plan again without errors and without targets.",
    ),
    (
        NoticeKind::NeedsPlan.id(),
        "NeedsPlan",
        Level::Note,
        "Sources were found that need another step before they can be judged.",
        "Run 'terraform plan -out=tfplan' and 'terraform show -json tfplan > tfplan.json', and scan the result.",
    ),
    (
        NoticeKind::Drift.id(),
        "Drift",
        Level::Note,
        "Resources were changed outside of Terraform since the last apply.",
        "Apply the plan, or take the change into the configuration.",
    ),
    (
        NoticeKind::Expiring.id(),
        "ExpiringSuppression",
        Level::Warning,
        "A suppression is about to expire.",
        "Fix the finding, or accept the risk again with a new last day.",
    ),
    (
        DROPPED,
        "ResultsDropped",
        Level::Warning,
        "There are more failures than the consumer accepts.",
        "Scan parts of the repository apart, each with a category of its own, or use the audit profile.",
    ),
    (
        ALLOWED,
        "IncompleteScanAllowed",
        Level::Warning,
        "The scan is incomplete and was told to count as successful.",
        "Solve what the other notifications name.",
    ),
    (
        UNASSESSED,
        "ResourceTypeNotAssessed",
        Level::Note,
        "No chosen control reads resources of this type.",
        "Choose a larger pack, or write a policy for the type.",
    ),
    (
        LEFT_OUT,
        "FilesLeftOut",
        Level::Note,
        "Files were not judged.",
        "Check that nothing is ignored that should be judged.",
    ),
];

/// Returns the descriptors of all notifications.
pub(super) fn descriptors() -> Vec<ReportingDescriptor<'static>> {
    ENTRIES.iter().map(descriptor).collect()
}

fn descriptor(&(id, name, level, meaning, remedy): &Entry) -> ReportingDescriptor<'static> {
    let anchor = id.to_lowercase();
    ReportingDescriptor {
        id: id.into(),
        name: Some(name.into()),
        short_description: Some(MultiformatMessageString::plain(meaning)),
        full_description: Some(MultiformatMessageString::plain(meaning)),
        help: Some(MultiformatMessageString::plain(remedy)),
        help_uri: Some(format!("{PROJECT}/blob/main/docs/notifications.md#{anchor}").into()),
        default_configuration: Some(ReportingConfiguration { level }),
        ..ReportingDescriptor::default()
    }
}

/// Returns the notices about policies.
pub(super) fn configuration<'a>(
    scan: &'a Scan,
    rules: &Rules<'a>,
    files: &Files<'a>,
) -> Vec<Notification<'a>> {
    let about_policies = scan
        .notices
        .iter()
        .filter(|notice| is_configuration(notice));
    about_policies
        .map(|notice| of_notice(notice, rules, files))
        .collect()
}

/// Returns all other notices, and what the report itself has to say.
pub(super) fn execution<'a>(
    scan: &'a Scan,
    context: &Context<'_>,
    profile: Profile,
    dropped: usize,
    rules: &Rules<'a>,
    files: &Files<'a>,
) -> Vec<Notification<'a>> {
    let others = scan
        .notices
        .iter()
        .filter(|notice| !is_configuration(notice));
    let mut notifications: Vec<_> = others
        .map(|notice| of_notice(notice, rules, files))
        .collect();
    if dropped > 0 {
        let text = format!(
            "The scan found {} failures; the {dropped} least severe ones are left out, as at most {RESULT_LIMIT} are \
             accepted.",
            dropped + RESULT_LIMIT
        );
        notifications.push(own(DROPPED, text));
    }
    if !scan.complete && context.allow_incomplete {
        notifications.push(own(
            ALLOWED,
            "The scan is incomplete; '--allow-incomplete' accepts that.".to_owned(),
        ));
    }
    if profile == Profile::Audit {
        notifications.extend(coverage(scan));
    }
    notifications
}

fn is_configuration(notice: &PlacedNotice) -> bool {
    notice.kind == NoticeKind::PolicyError
}

fn of_notice<'a>(
    notice: &'a PlacedNotice,
    rules: &Rules<'a>,
    files: &Files<'a>,
) -> Notification<'a> {
    Notification {
        descriptor: reference(notice.kind.id()),
        associated_rule: notice.rule.as_deref().map(|rule| rules.reference(rule)),
        locations: notice
            .location
            .iter()
            .map(|place| places::bare(place, files))
            .collect(),
        level: level(notice.level),
        message: Message::new(plain_text(&sentence(&notice.message)).into_owned()),
    }
}

fn coverage(scan: &Scan) -> Vec<Notification<'static>> {
    let types = scan.coverage.unassessed.iter().map(|(name, number)| {
        own(
            UNASSESSED,
            format!(
                "No chosen control reads resources of type '{name}', which occurs '{number}' times."
            ),
        )
    });
    let left_out = [
        (
            scan.coverage.not_ours,
            "are none of the formats that are judged",
        ),
        (
            scan.coverage.ignored,
            "are ignored by .gitignore or by an exclude glob",
        ),
        (
            scan.coverage.terraform_sources,
            "are Terraform sources without a plan",
        ),
    ];
    let files = left_out
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, why)| own(LEFT_OUT, format!("Files that {why}: '{number}'.")));
    types.chain(files).collect()
}

fn own(id: &'static str, text: String) -> Notification<'static> {
    let level = ENTRIES
        .iter()
        .find(|entry| entry.0 == id)
        .map_or(Level::Note, |entry| entry.2);
    Notification {
        descriptor: reference(id),
        level,
        message: Message::new(text),
        ..Notification::default()
    }
}

fn reference(id: &'static str) -> ReportingDescriptorReference<'static> {
    let index = ENTRIES.iter().position(|entry| entry.0 == id);
    ReportingDescriptorReference {
        id: id.into(),
        index,
        tool_component: None,
    }
}

const fn level(level: NoticeLevel) -> Level {
    match level {
        NoticeLevel::Note => Level::Note,
        NoticeLevel::Warning => Level::Warning,
        NoticeLevel::Error => Level::Error,
    }
}

#[cfg(test)]
mod tests {
    use ordinance_engine::resource::NoticeKind;

    use super::ENTRIES;

    #[test]
    fn every_kind_of_notice_has_a_descriptor() {
        for kind in NoticeKind::ALL {
            assert!(ENTRIES.iter().any(|entry| entry.0 == kind.id()), "{kind:?}");
        }
        assert!(
            ENTRIES.windows(2).all(|pair| pair[0].0 < pair[1].0),
            "sorted by id, each once"
        );
    }
}
