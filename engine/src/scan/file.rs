//! One file from its bytes to its findings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::called;
use super::constructs::Constructs;
use super::scenarios::{self, Settled};
use super::stacks::Stacks;
use super::whole::KeptUnit;
use super::workflows;
use super::{ArtifactSummary, Disposition, ScanOptions, Understood};
use crate::artifact::{self, Artifact, Candidate, Encoding, decode, sha256_hex};
use crate::document::{self, SyntaxError};
use crate::evaluate::timings::timed;
use crate::evaluate::{Component, Evaluation, Evaluator, Outcome, Spent, Timings};
use crate::finding::{Finding, Location, PlacedNotice, Placer, location_of, placed_notice};
use crate::format::mistaken::Mistaken;
use crate::format::{Options, Wanted, cloudformation, sniff, terraform, workflow};
use crate::resource::{Format, Notice, NoticeKind, NoticeLevel, Unit, Value};
use crate::suppress::{Mark, marks_of};

/// The text of a plan of so many bytes is dropped once it is read.
const LARGE_PLAN: usize = 1 << 20;

/// Judges files.
pub(super) struct Scanner<'a> {
    pub(super) options: &'a ScanOptions,
    pub(super) evaluator: &'a Evaluator,
    pub(super) stacks: &'a Stacks,
    pub(super) constructs: Constructs,
    /// The resource types that policies over the whole scan read.
    pub(super) kept_types: &'a BTreeSet<String>,
    /// The resource types that controls read.
    pub(super) assessed: &'a Wanted,
}

/// What one file gave.
pub(super) struct FileResult {
    pub(super) summary: ArtifactSummary,
    pub(super) findings: Vec<Finding>,
    pub(super) notices: Vec<PlacedNotice>,
    pub(super) passes: BTreeMap<Arc<str>, usize>,
    pub(super) not_applicable: Vec<Arc<str>>,
    pub(super) unassessed: BTreeMap<Arc<str>, usize>,
    /// Expressions whose values only a run knows, by the reason.
    pub(super) opaque: BTreeMap<Arc<str>, usize>,
    /// What policies over the whole scan need of it.
    pub(super) kept: Vec<KeptUnit>,
    /// The suppressions that stand in it and in the sources behind it. With any, passes are among the findings.
    pub(super) marks: Vec<Mark>,
    /// What was understood of it.
    pub(super) understood: Vec<Understood>,
}

impl FileResult {
    fn new(uri: &Arc<str>, length: u64, disposition: Disposition) -> Self {
        Self {
            summary: ArtifactSummary {
                uri: Arc::clone(uri),
                length,
                sha256: String::new(),
                disposition,
            },
            findings: Vec::new(),
            notices: Vec::new(),
            passes: BTreeMap::new(),
            not_applicable: Vec::new(),
            unassessed: BTreeMap::new(),
            opaque: BTreeMap::new(),
            kept: Vec::new(),
            marks: Vec::new(),
            understood: Vec::new(),
        }
    }

    fn unreadable(uri: &Arc<str>, length: u64, reason: &str) -> Self {
        let nothing = Artifact::new(Arc::clone(uri), String::new(), Encoding::Utf8);
        let notice = Notice {
            kind: NoticeKind::UnreadableFile,
            level: NoticeLevel::Error,
            message: format!("'{uri}' {reason}."),
            span: None,
        };
        let mut result = Self::new(uri, length, Disposition::Unreadable);
        result
            .notices
            .push(placed_notice(&Arc::new(nothing), notice));
        result
    }
}

impl Scanner<'_> {
    /// Reads and judges a file.
    pub(super) fn candidate(&self, candidate: &Candidate) -> FileResult {
        let uri: Arc<str> = candidate.uri.as_str().into();
        let limit = self.options.max_file_size;
        let bytes = if candidate.named {
            artifact::read(&candidate.path, limit)
        } else {
            artifact::read_found(&candidate.path, limit)
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => return FileResult::unreadable(&uri, 0, &error.to_string()),
        };
        let length = bytes.len() as u64;
        let sha256 = if self.options.evidence {
            sha256_hex(&bytes)
        } else {
            String::new()
        };
        let mistaken = Mistaken::binary(&bytes);
        let mut result = match (mistaken, decode(bytes)) {
            (Some(mistaken), _) => FileResult::unreadable(&uri, length, mistaken.remedy()),
            (None, Ok((text, encoding))) => {
                let artifact = Artifact::new(Arc::clone(&uri), text, encoding);
                self.judge(artifact, Some(&candidate.path), candidate.named)
            }
            (None, Err(error)) => FileResult::unreadable(&uri, length, &error.to_string()),
        };
        result.summary.length = length;
        result.summary.sha256 = sha256;
        result
    }

    /// Judges a text that lies in no file.
    pub(super) fn text(&self, artifact: Artifact) -> FileResult {
        let length = artifact.text().len() as u64;
        let sha256 = sha256_hex(artifact.text().as_bytes());
        let mut result = self.judge(artifact, None, true);
        result.summary.length = length;
        if self.options.evidence {
            result.summary.sha256 = sha256;
        }
        result
    }

    fn judge(&self, artifact: Artifact, path: Option<&Path>, named: bool) -> FileResult {
        let artifact = Arc::new(artifact);
        let Some(format) = recognise(&artifact, named) else {
            return not_ours(&artifact, named);
        };
        if format != Format::CloudFormation {
            return self.judge_other(artifact, format, path);
        }
        let (document, errors) = document::parse(artifact.text());
        if !errors.is_empty() {
            return unparsable(&artifact, format, errors);
        }
        let files = sources(path, artifact.uri());
        let judge = |options: &Options| {
            let read = |options: &Options| {
                let artifact = Arc::clone(&artifact);
                cloudformation::normalise_beside(&document, artifact, options, &*files)
            };
            self.template(options, &read)
        };
        let own = self.options.format.of_template(artifact.uri());
        let options = own.as_ref().unwrap_or(&self.options.format);
        let mut result = called::judge(self.stacks, &artifact, options, judge);
        if let Some(path) = path {
            self.constructs
                .name(path, artifact.uri(), &mut result.findings);
            for kept in &mut result.kept {
                kept.path = Some(path.to_owned());
            }
        }
        result
    }

    /// Judges an artifact that is no template.
    fn judge_other(
        &self,
        artifact: Arc<Artifact>,
        format: Format,
        path: Option<&Path>,
    ) -> FileResult {
        let read = || read_unit(&artifact, format, path, &self.options.format);
        match timed(self.timings(), || Spent::Reading, read) {
            Ok(mut unit) => {
                let marks = self.marks(&unit);
                // Nothing of a plan has a place in its own text, and it may be most of what is held.
                let is_large = artifact.text().len() > LARGE_PLAN;
                let is_whole = self.keeps_passes(&marks) || self.evaluator.reads_document(format);
                if format != Format::TerraformPlan || !is_large || is_whole {
                    let evaluation = self.evaluate(&unit, &marks);
                    return self.account(unit, evaluation, Settled::default(), marks);
                }
                unit.artifact = Arc::new(artifact.without_text());
                drop(artifact);
                let evaluation = self.evaluate_large(&mut unit);
                self.account(unit, evaluation, Settled::default(), marks)
            }
            Err(errors) => unparsable(&artifact, format, errors),
        }
    }

    /// Judges a template in the ways in which it can be deployed; `read` gives its unit with the options.
    fn template(&self, options: &Options, read: &(dyn Fn(&Options) -> Unit + Sync)) -> FileResult {
        let unit = timed(self.timings(), || Spent::Reading, || read(options));
        let marks = self.marks(&unit);
        let (evaluation, settled) = if unit.choices.is_empty() {
            (self.evaluate(&unit, &marks), Settled::default())
        } else {
            let mut evaluation = self.evaluator.evaluate(&unit);
            let judge = scenarios::Judge {
                evaluator: self.evaluator,
                evidence: self.options.evidence,
                passes: self.keeps_passes(&marks),
                options,
                read,
            };
            let settled = scenarios::settle(&unit, &mut evaluation, &judge);
            (evaluation, settled)
        };
        self.account(unit, evaluation, settled, marks)
    }

    fn timings(&self) -> Option<&Timings> {
        self.evaluator.timings().map(|timings| &**timings)
    }

    /// Returns the suppressions that stand in a unit.
    fn marks(&self, unit: &Unit) -> Vec<Mark> {
        if self.options.suppress.off {
            Vec::new()
        } else {
            marks_of(unit)
        }
    }

    /// Tells whether passes are kept: as evidence, or because they show that a suppression is not needed.
    fn keeps_passes(&self, marks: &[Mark]) -> bool {
        self.options.evidence || !marks.is_empty() || self.options.suppress.has_exceptions()
    }

    /// Evaluates a unit as far as the reports show it.
    fn evaluate(&self, unit: &Unit, marks: &[Mark]) -> Evaluation {
        if self.keeps_passes(marks) {
            self.evaluator.evaluate(unit)
        } else {
            self.evaluator.evaluate_for_findings(unit, None)
        }
    }

    /// Evaluates a unit whose values are forgotten once they are in its view.
    fn evaluate_large(&self, unit: &mut Unit) -> Evaluation {
        let view = self.evaluator.view(unit);
        let complete = unit.facts.iter().find(|(name, _)| *name == "complete");
        // Verdicts on an incomplete plan are opened by what its values show.
        if complete.is_none_or(|(_, node)| node.value == Value::Bool(true)) {
            unit.forget_values(|resource| self.kept_types.contains(&*resource.type_name));
        }
        self.evaluator.evaluate_for_findings(unit, Some(view))
    }

    /// Puts together what the evaluation of a unit gave.
    fn account(
        &self,
        mut unit: Unit,
        mut evaluation: Evaluation,
        settled: Settled,
        marks: Vec<Mark>,
    ) -> FileResult {
        let mut result = FileResult::new(
            unit.artifact.uri(),
            0,
            Disposition::Judged {
                format: unit.format.id(),
                resources: unit.declared(),
                unassessed: 0,
            },
        );
        self.count_unassessed(&unit, &mut result);
        result.opaque = workflows::opaque(&unit);
        let mut notices = std::mem::take(&mut unit.notices);
        notices.extend(settled.notices);
        result.notices = notices
            .into_iter()
            .map(|notice| placed_notice(&unit.artifact, notice))
            .collect();
        let part = evaluation.part.take();
        result.understood = understood(&unit, std::mem::take(&mut evaluation.components));
        self.place(&unit, evaluation, self.keeps_passes(&marks), &mut result);
        result.marks = marks;
        for rule in settled.passes {
            *result.passes.entry(rule).or_default() += 1;
        }
        result.findings.extend(settled.findings);
        result.kept = part
            .map(|part| KeptUnit::new(unit, part, self.kept_types))
            .into_iter()
            .collect();
        result
    }

    fn count_unassessed(&self, unit: &Unit, result: &mut FileResult) {
        for resource in &unit.resources {
            if !self.assessed.wants(&resource.type_name) {
                *result
                    .unassessed
                    .entry(Arc::clone(&resource.type_name))
                    .or_default() += 1;
            }
        }
        if let Disposition::Judged { unassessed, .. } = &mut result.summary.disposition {
            *unassessed = result.unassessed.values().sum();
        }
    }

    fn place(&self, unit: &Unit, evaluation: Evaluation, passes: bool, result: &mut FileResult) {
        let placer = Placer::new(unit, self.options.evidence);
        result.passes.clone_from(&evaluation.passes);
        for verdict in evaluation.verdicts {
            if verdict.outcome == Outcome::Pass {
                *result.passes.entry(Arc::clone(&verdict.rule)).or_default() += 1;
                if !passes {
                    continue;
                }
            }
            result.findings.push(placer.place(verdict));
        }
        result.notices.extend(gaps(unit, &placer, &result.findings));
        for failure in evaluation.failures {
            let message = format!(
                "Control '{}' could not be evaluated on '{}': {}.",
                failure.rule,
                unit.artifact.uri(),
                failure.message
            );
            let location = Some(location_of(&unit.artifact, None));
            result.notices.push(failed(failure.rule, location, message));
        }
        result.not_applicable = evaluation.not_applicable;
    }
}

/// What was understood of a unit, where that is anything.
fn understood(unit: &Unit, components: Vec<Component>) -> Vec<Understood> {
    if components.is_empty() {
        return Vec::new();
    }
    let declared = unit.resources.iter().filter_map(|resource| {
        let location = location_of(&unit.artifact, Some(resource.span?));
        Some((resource.address.to_string(), location.region?.start_line))
    });
    let mut lines: BTreeMap<String, u32> = declared.collect();
    let named = |address: &str| components.iter().any(|one| one.address == address);
    lines.retain(|address, _| named(address));
    vec![Understood {
        uri: Arc::clone(unit.artifact.uri()),
        format: unit.format.id(),
        way: String::new(),
        components,
        lines,
    }]
}

/// Says which results the sources behind a unit do not show, and why: one notice a reason.
fn gaps(unit: &Unit, placer: &Placer<'_>, findings: &[Finding]) -> Vec<PlacedNotice> {
    let mut reasons: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.outcome != Outcome::Pass)
    {
        if let Some(reason) = placer.gap(&finding.address) {
            reasons.entry(reason).or_insert((0, &finding.address)).0 += 1;
        }
    }
    let notice = |(reason, (number, address)): (String, (usize, &str))| {
        let results = if number == 1 {
            "result has"
        } else {
            "results have"
        };
        let notice = Notice {
            kind: NoticeKind::NotInScan,
            level: NoticeLevel::Warning,
            message: format!(
                "{number} {results} no exact place in Terraform sources ('{address}' first): {reason}."
            ),
            span: None,
        };
        placed_notice(&unit.artifact, notice)
    };
    reasons.into_iter().map(notice).collect()
}

/// The notice of a policy that could not be evaluated.
pub(super) fn failed(rule: Arc<str>, location: Option<Location>, message: String) -> PlacedNotice {
    PlacedNotice {
        location,
        kind: NoticeKind::PolicyError,
        level: NoticeLevel::Error,
        rule: Some(rule),
        message,
    }
}

/// Tells which format an artifact has. A named one is recognised by its content alone.
pub fn recognise(artifact: &Artifact, named: bool) -> Option<Format> {
    if named {
        sniff::sniff_named(artifact.uri(), artifact.text())
    } else {
        sniff::sniff(artifact.uri(), artifact.text())
    }
}

/// Reads an artifact as a unit. `path` says where it lies, so that sources beside a plan are found.
///
/// # Errors
/// What its grammar does not allow, with the places.
pub fn read_unit(
    artifact: &Arc<Artifact>,
    format: Format,
    path: Option<&Path>,
    options: &Options,
) -> Result<Unit, Vec<SyntaxError>> {
    if format == Format::TerraformPlan {
        let sources = sources(path, artifact.uri());
        return terraform::read(Arc::clone(artifact), options, sources)
            .map_err(|error| vec![error]);
    }
    let (document, errors) = document::parse(artifact.text());
    if !errors.is_empty() {
        return Err(errors);
    }
    let artifact = Arc::clone(artifact);
    Ok(if format == Format::CloudFormation {
        let files = sources(path, artifact.uri());
        cloudformation::normalise_beside(&document, artifact, options, &*files)
    } else {
        workflow::normalise(&document, artifact, format, options)
    })
}

/// The files beside a plan or template; one from standard input has none.
fn sources(path: Option<&Path>, uri: &str) -> Arc<dyn terraform::SourceAccess> {
    match path {
        Some(path) => Arc::new(terraform::DiskSources::beside(path, uri)),
        None => Arc::new(terraform::NoSources),
    }
}

fn not_ours(artifact: &Arc<Artifact>, named: bool) -> FileResult {
    let length = artifact.text().len() as u64;
    let mut result = FileResult::new(artifact.uri(), length, Disposition::NotOurs);
    if named {
        let mistaken = Mistaken::text(artifact.text()).map(Mistaken::remedy);
        let what =
            mistaken.unwrap_or("is no CloudFormation template, Terraform plan, workflow or action");
        let notice = Notice {
            kind: NoticeKind::InvalidInput,
            level: NoticeLevel::Warning,
            message: format!("'{}' {what}.", artifact.uri()),
            span: None,
        };
        result.notices.push(placed_notice(artifact, notice));
    }
    result
}

fn unparsable(artifact: &Arc<Artifact>, format: Format, errors: Vec<SyntaxError>) -> FileResult {
    let length = artifact.text().len() as u64;
    let mut result = FileResult::new(artifact.uri(), length, Disposition::Unreadable);
    for error in errors {
        let notice = Notice {
            kind: NoticeKind::SyntaxError,
            level: NoticeLevel::Error,
            message: format!(
                "'{}' cannot be parsed as {}: {}.",
                artifact.uri(),
                format.noun(),
                error.message
            ),
            span: Some(error.span),
        };
        result.notices.push(placed_notice(artifact, notice));
    }
    result
}
