//! Which results the log holds, and each of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::finding::{Evidence, Finding, Related};
use ordinance_engine::scan::Scan;
use ordinance_engine::suppress::Entry;
use ordinance_sarif::{Kind, Level, Message, Property, PropertyBag, Result, link_text, plain_text};

use super::accepted::Shown;
use super::files::Files;
use super::rules::{Rules, level};
use super::{Profile, RESULT_LIMIT, places};
use crate::text::sentence;
use crate::verdict::{Verdict, verdicts};
use crate::words;

/// Related places in a result; GitHub shows 100 and refuses a result with more than 1,000.
const RELATED_LIMIT: usize = 100;

/// Related places that the message links to; more would bury the sentence.
const LINK_LIMIT: usize = 5;

/// The results of a log.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    /// The verdicts, in the order of the scan.
    pub(super) verdicts: Vec<Verdict<'a>>,
    /// Files in which a control had nothing to judge.
    pub(super) not_applicable: &'a [(Arc<str>, Arc<str>)],
    /// What the baseline knows and the scan did not find.
    pub(super) absent: &'a [Entry],
    /// What stands on every result.
    pub(super) shown: Shown,
    /// How many failures did not fit.
    pub(super) dropped: usize,
}

impl Selection<'_> {
    /// Returns the number of results.
    pub(super) fn len(&self) -> usize {
        self.verdicts.len() + self.not_applicable.len() + self.absent.len()
    }
}

/// Chooses the results of a profile.
pub(super) fn select(scan: &Scan, profile: Profile) -> Selection<'_> {
    match profile {
        Profile::Audit => Selection {
            verdicts: verdicts(scan),
            not_applicable: &scan.not_applicable,
            absent: &scan.absent,
            shown: Shown::of(scan),
            dropped: 0,
        },
        Profile::CodeScanning => {
            let failures = scan
                .findings
                .iter()
                .filter(|finding| finding.outcome == Outcome::Fail)
                .collect();
            most_severe(scan, failures, RESULT_LIMIT)
        }
    }
}

/// Keeps the most severe findings; among equals the first ones.
fn most_severe<'a>(scan: &Scan, findings: Vec<&'a Finding>, limit: usize) -> Selection<'a> {
    let dropped = findings.len().saturating_sub(limit);
    let mut ranked: Vec<(usize, &Finding)> = findings.into_iter().enumerate().collect();
    if dropped > 0 {
        let scores: BTreeMap<&str, f64> = scan
            .rules
            .iter()
            .map(|rule| (rule.metadata.id.as_str(), rule.metadata.score))
            .collect();
        let score = |finding: &Finding| scores.get(&*finding.rule).copied().unwrap_or_default();
        ranked.sort_by(|(_, a), (_, b)| {
            b.severity
                .cmp(&a.severity)
                .then_with(|| score(b).total_cmp(&score(a)))
        });
        ranked.truncate(limit);
        ranked.sort_unstable_by_key(|(position, _)| *position);
    }
    let verdicts = ranked
        .into_iter()
        .map(|(_, finding)| Verdict::counting(finding));
    Selection {
        verdicts: verdicts.collect(),
        not_applicable: &[],
        absent: &[],
        shown: Shown::default(),
        dropped,
    }
}

/// Returns the result of a verdict.
pub(super) fn result<'a>(finding: &'a Finding, rules: &Rules<'a>, files: &Files<'a>) -> Result<'a> {
    let related = finding.related.iter().take(RELATED_LIMIT);
    Result {
        rule_id: (&*finding.rule).into(),
        rule_index: rules.index(&finding.rule),
        kind: kind(finding.outcome),
        level: if finding.outcome == Outcome::Fail {
            level(finding.severity)
        } else {
            Level::None
        },
        message: message(finding),
        analysis_target: (finding.unit_uri != finding.location.uri)
            .then(|| files.location(&finding.unit_uri)),
        locations: vec![places::finding(finding, files)],
        related_locations: related
            .zip(1..)
            .map(|(related, id)| places::related(related, id, files))
            .collect(),
        partial_fingerprints: print("primaryLocationLineHash", &finding.line_fingerprint),
        fingerprints: print("resourcePropertyIdentity/v1", &finding.identity),
        properties: properties(finding),
        ..Result::default()
    }
}

/// Returns the result of a control that had nothing to judge in a file.
pub(super) fn not_applicable<'a>(
    rule: &'a str,
    uri: &'a str,
    rules: &Rules<'a>,
    files: &Files<'a>,
) -> Result<'a> {
    let text = format!("Control '{rule}' has nothing to judge in '{uri}'.");
    Result {
        rule_id: rule.into(),
        rule_index: rules.index(rule),
        kind: Kind::NotApplicable,
        level: Level::None,
        message: Message::new(plain_text(&text).into_owned()),
        locations: vec![places::file(uri, files)],
        ..Result::default()
    }
}

const fn kind(outcome: Outcome) -> Kind {
    match outcome {
        Outcome::Fail => Kind::Fail,
        Outcome::Unknown => Kind::Open,
        Outcome::Pass => Kind::Pass,
    }
}

/// Returns the sentence of a verdict, followed by links to the places that decide it.
fn message(finding: &Finding) -> Message<'_> {
    let mut text = plain_text(&sentence(&finding.message)).into_owned();
    let links: Vec<String> = finding
        .related
        .iter()
        .take(LINK_LIMIT)
        .zip(1..)
        .map(|(related, id)| link(related, id))
        .collect();
    if !links.is_empty() {
        text.push_str(" See ");
        text.push_str(&links.join(", "));
        text.push('.');
    }
    Message::new(text)
}

fn link(related: &Related, id: u32) -> String {
    let words = if related.message.is_empty() {
        &*related.address
    } else {
        related.message.as_str()
    };
    format!("[{}]({id})", link_text(words.trim_end_matches('.')))
}

pub(super) fn print<'a>(
    key: &'static str,
    value: &'a str,
) -> BTreeMap<&'static str, ordinance_sarif::Text<'a>> {
    let mut prints = BTreeMap::new();
    if !value.is_empty() {
        prints.insert(key, value.into());
    }
    prints
}

fn properties(finding: &Finding) -> PropertyBag<'_> {
    let mut bag = PropertyBag::default()
        .with_text("resourceType", &*finding.resource_type)
        .with_text("resourceAddress", &*finding.address)
        .with_text("propertyPath", finding.path.as_str());
    if !finding.defect.is_empty() {
        bag = bag.with_text("defect", finding.defect.as_str());
    }
    bag = bag
        .with_text("severity", finding.severity.name())
        .with_text("format", finding.format);
    if let Some(construct) = &finding.construct {
        bag = bag.with_text("constructPath", &*construct.path);
        if let Some(source) = &construct.source {
            bag = bag.with_text("constructSource", &**source);
        }
    }
    for (key, list) in [
        ("instances", &finding.instances),
        ("alsoIn", &finding.also_in),
    ] {
        if !list.is_empty() {
            let texts = list.iter().map(|text| (&**text).into()).collect();
            bag = bag.with(key, Property::Texts(texts));
        }
    }
    if !finding.location.exact {
        bag = bag.with("exactPlace", Property::Truth(false));
    }
    if !finding.evidence.is_empty() {
        bag = bag.with(
            "evidence",
            Property::Bags(finding.evidence.iter().map(evidence).collect()),
        );
    }
    bag
}

fn evidence(evidence: &Evidence) -> PropertyBag<'_> {
    PropertyBag::default()
        .with_text("address", &*evidence.address)
        .with_text("path", evidence.path.as_str())
        .with_text("state", words::state(evidence.state))
        .with_text("value", evidence.value.as_str())
}
