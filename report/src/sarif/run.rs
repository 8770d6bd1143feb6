//! The run: the tool, how it went, and the results as a stream.

use ordinance_engine::scan::Scan;
use ordinance_sarif::{
    ArtifactLocation, AutomationDetails, BaseIds, BaselineState, Invocation, Log, Message,
    Property, PropertyBag, Result as Verdict, Run, Tool, ToolComponent, VersionControlDetails,
};
use serde::{Serialize, Serializer};

use super::accepted::absent;
use super::files::{Files, ROOT};
use super::results::{Selection, not_applicable, result};
use super::rules::Rules;
use super::taxonomies::Taxonomies;
use super::{Profile, notifications};
use crate::{Context, PROJECT};

/// Returns the whole log; its results are made while it is written.
pub(super) fn log<'a>(
    scan: &'a Scan,
    context: &'a Context<'a>,
    profile: Profile,
    selection: &'a Selection<'a>,
) -> Log<'a, impl Serialize + 'a> {
    let rules = Rules::of(scan);
    let files = Files::of(scan, profile, selection);
    let taxonomies = Taxonomies::of(scan);
    let tool = Tool {
        driver: driver(context, &rules, &taxonomies),
    };
    let invocation = invocation(scan, context, profile, selection.dropped, &rules, &files);
    let artifacts = files.artifacts();
    let results = Results {
        selection,
        rules,
        files,
    };
    Log::new(Run {
        invocations: vec![invocation],
        automation_details: Some(automation(context)),
        version_control_provenance: provenance(context),
        original_uri_base_ids: base_ids(context, profile),
        artifacts,
        language: Some("en-US".into()),
        taxonomies: taxonomies.components(),
        properties: properties(scan, context),
        ..Run::new(tool, results)
    })
}

/// The results, each made when it is written.
#[derive(Debug)]
struct Results<'a> {
    selection: &'a Selection<'a>,
    rules: Rules<'a>,
    files: Files<'a>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (rules, files, shown) = (&self.rules, &self.files, self.selection.shown);
        let verdicts = self.selection.verdicts.iter().map(|verdict| {
            let result = result(verdict.finding, rules, files);
            shown.complete(result, Some(verdict), files)
        });
        let others = self.selection.not_applicable.iter().map(|(rule, uri)| {
            shown.complete(not_applicable(rule, uri, rules, files), None, files)
        });
        let absent = self.selection.absent.iter().map(|entry| Verdict {
            baseline_state: Some(BaselineState::Absent),
            ..shown.complete(absent(entry, rules, files), None, files)
        });
        serializer.collect_seq(verdicts.chain(others).chain(absent))
    }
}

fn driver<'a>(
    context: &'a Context<'a>,
    rules: &Rules<'a>,
    taxonomies: &Taxonomies<'a>,
) -> ToolComponent<'a> {
    ToolComponent {
        name: "Ordinance".into(),
        full_name: Some(format!("Ordinance {}", context.version).into()),
        organization: Some("Ordinance".into()),
        version: Some(context.version.into()),
        semantic_version: Some(context.version.into()),
        information_uri: Some(PROJECT.into()),
        rules: Some(rules.descriptors(taxonomies)),
        notifications: notifications::descriptors(),
        supported_taxonomies: taxonomies.references(),
        ..ToolComponent::default()
    }
}

/// A consumer that reads `executionSuccessful: false` keeps the alerts it has: what an incomplete scan did not find
/// must not count as fixed.
fn invocation<'a>(
    scan: &'a Scan,
    context: &'a Context<'a>,
    profile: Profile,
    dropped: usize,
    rules: &Rules<'a>,
    files: &Files<'a>,
) -> Invocation<'a> {
    let audit = profile == Profile::Audit;
    let times = context.times.filter(|_| audit);
    Invocation {
        execution_successful: scan.complete || context.allow_incomplete,
        exit_code: Some(context.exit_code),
        command_line: context.command_line.filter(|_| audit).map(Into::into),
        start_time_utc: times.map(|(start, _)| start.into()),
        end_time_utc: times.map(|(_, end)| end.into()),
        working_directory: working_directory(context, audit || files.any_absolute()),
        tool_configuration_notifications: notifications::configuration(scan, rules, files),
        tool_execution_notifications: notifications::execution(
            scan, context, profile, dropped, rules, files,
        ),
    }
}

/// GitHub makes absolute locations relative to the working directory, and refuses them without one.
fn working_directory<'a>(context: &Context<'a>, wanted: bool) -> Option<ArtifactLocation<'a>> {
    let uri = context.base_uri.filter(|_| wanted)?;
    Some(ArtifactLocation {
        uri: Some(uri.into()),
        ..ArtifactLocation::default()
    })
}

/// Returns the category: everything up to the last slash is what GitHub tells analyses apart by.
fn automation<'a>(context: &Context<'a>) -> AutomationDetails<'a> {
    let category = context.category.unwrap_or_default().trim_matches('/');
    let id = if category.is_empty() {
        "ordinance/".to_owned()
    } else {
        format!("ordinance/{category}/")
    };
    AutomationDetails {
        id: id.into(),
        description: None,
    }
}

fn provenance<'a>(context: &Context<'a>) -> Vec<VersionControlDetails<'a>> {
    let details = context.provenance.map(|known| VersionControlDetails {
        repository_uri: known.repository_uri.into(),
        revision_id: known.revision.map(Into::into),
        branch: known.branch.map(Into::into),
        mapped_to: Some(ArtifactLocation {
            uri_base_id: Some(ROOT.into()),
            ..ArtifactLocation::default()
        }),
    });
    details.into_iter().collect()
}

fn base_ids<'a>(context: &Context<'a>, profile: Profile) -> BaseIds<'a> {
    let root = ArtifactLocation {
        uri: context
            .base_uri
            .filter(|_| profile == Profile::Audit)
            .map(Into::into),
        description: Some(Message::new("The root of the scan.")),
        ..ArtifactLocation::default()
    };
    BaseIds::from([(ROOT.into(), root)])
}

fn properties<'a>(scan: &Scan, context: &'a Context<'a>) -> PropertyBag<'a> {
    PropertyBag::default()
        .with(
            "packs",
            Property::Texts(context.packs.iter().map(Into::into).collect()),
        )
        .with("complete", Property::Truth(scan.complete))
}
