//! Failures, each with its source and its remedy.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters,
    ThemeStyles,
};
use ordinance_engine::evaluate::Outcome;
use ordinance_engine::finding::{Construct, Finding, Location};
use ordinance_engine::policy::{Metadata, Severity};
use ordinance_engine::resource::Format;
use ordinance_engine::scan::Scan;

use super::paint::{Ink, Paint, labelled};
use super::snippet::Snippet;
use crate::text::{count, first_sentence, one_line, sentence};

/// Related places that are shown; what goes beyond is counted.
const RELATED_LIMIT: usize = 5;

/// Instances of one declaration that are named; what goes beyond is counted.
const INSTANCE_LIMIT: usize = 10;

/// Writes all failures, file by file.
pub(super) fn write(
    scan: &Scan,
    limit: usize,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rules: BTreeMap<&str, &Metadata> = scan
        .rules
        .iter()
        .map(|rule| (rule.metadata.id.as_str(), &*rule.metadata))
        .collect();
    let failures: Vec<&Finding> = scan
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Fail)
        .collect();
    let mut explained = BTreeSet::new();
    for file in failures.chunk_by(|one, next| one.location.uri == next.location.uri) {
        let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in file {
            let number = shown.entry(&finding.rule).or_default();
            *number += 1;
            if *number > limit {
                continue;
            }
            let metadata = rules.get(&*finding.rule).copied();
            failure(
                finding,
                metadata,
                explained.insert(&*finding.rule),
                paint,
                out,
            )?;
        }
        rest(&shown, limit, paint, out)?;
    }
    Ok(())
}

/// Writes how many results of each rule were not shown.
pub(super) fn rest(
    shown: &BTreeMap<&str, usize>,
    limit: usize,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (rule, number) in shown.iter().filter(|(_, number)| **number > limit) {
        let more = count(number - limit, "more result", "more results");
        let text = format!(
            "  {} {more} of {rule} in this file (see all: --verbose or --format json)",
            paint.ellipsis()
        );
        writeln!(out, "{}\n", paint.ink(Ink::Dim, &text))?;
    }
    Ok(())
}

fn failure(
    finding: &Finding,
    metadata: Option<&Metadata>,
    first: bool,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    header(finding, paint, out)?;
    if finding.unit_uri != finding.location.uri || !finding.instances.is_empty() {
        note("of", Ink::Dim, &owner(finding, paint), paint, out)?;
    }
    if let Some(construct) = &finding.construct {
        note("of", Ink::Dim, &maker(construct, paint), paint, out)?;
    }
    for related in finding.related.iter().take(RELATED_LIMIT) {
        let what = if related.message.is_empty() {
            &*related.address
        } else {
            related.message.as_str()
        };
        let text = format!(
            "{}: {}",
            place(&related.location, paint),
            paint.clean(&one_line(what))
        );
        note("see", Ink::Dim, &text, paint, out)?;
    }
    if finding.related.len() > RELATED_LIMIT {
        let more = count(
            finding.related.len() - RELATED_LIMIT,
            "more place",
            "more places",
        );
        note("see", Ink::Dim, &more, paint, out)?;
    }
    let why = metadata
        .map(|metadata| first_sentence(&metadata.description))
        .filter(|why| first && why.len() > 1);
    if let Some(why) = why {
        note("why", Ink::Dim, &paint.clean(&why), paint, out)?;
    }
    if let Some(fix) = metadata.and_then(|metadata| remedy(metadata, finding.format)) {
        note(
            "fix",
            Ink::Green,
            &paint.clean(&sentence(&one_line(fix))),
            paint,
            out,
        )?;
    }
    writeln!(out)
}

/// Names the resources that a finding is about, and the plans that show them.
fn owner(finding: &Finding, paint: Paint) -> String {
    let own = [Arc::clone(&finding.address)];
    let addresses = if finding.instances.is_empty() {
        &own[..]
    } else {
        &finding.instances
    };
    let mut text: Vec<String> = addresses
        .iter()
        .take(INSTANCE_LIMIT)
        .map(|address| paint.clean(address))
        .collect();
    if addresses.len() > INSTANCE_LIMIT {
        text.push(format!("{} more", addresses.len() - INSTANCE_LIMIT));
    }
    let plans: Vec<String> = std::iter::once(&finding.unit_uri)
        .chain(&finding.also_in)
        .map(|uri| paint.clean(uri))
        .collect();
    format!("{} in {}", text.join(", "), plans.join(", "))
}

/// Names the construct that made a resource, and where that is written.
pub(super) fn maker(construct: &Construct, paint: Paint) -> String {
    let path = paint.clean(&construct.path);
    match &construct.source {
        Some(source) => format!("construct '{path}', made at {}", paint.clean(source)),
        None => format!("construct '{path}'"),
    }
}

fn remedy<'a>(metadata: &'a Metadata, format: &str) -> Option<&'a str> {
    Format::from_id(format)
        .and_then(|format| metadata.remediation.0.get(&format))
        .map(String::as_str)
}

fn note(label: &str, ink: Ink, text: &str, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let plain = format!("  {label}: ");
    let shown = format!("  {} ", paint.ink(ink, &format!("{label}:")));
    writeln!(out, "{}", labelled(&plain, &shown, text, paint.width()))
}

/// Returns `file:line:column`, or what of it is known.
pub(super) fn place(location: &Location, paint: Paint) -> String {
    let uri = paint.clean(&location.uri);
    match location.region {
        Some(region) => format!("{uri}:{}:{}", region.start_line, region.start_column),
        None => uri,
    }
}

/// Writes the sentence and the source lines.
fn header(finding: &Finding, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let snippet = match (&finding.location.excerpt, &finding.location.region) {
        (Some(excerpt), Some(region)) => {
            Snippet::new(paint.clean(&finding.location.uri), excerpt, region, paint)
        }
        _ => None,
    };
    let without_source = snippet.is_none();
    let view = View {
        message: paint.clean(&one_line(&finding.message)),
        severity: finding.severity,
        snippet,
    };
    let handler = GraphicalReportHandler::new_themed(theme(finding, paint))
        .with_width(paint.width())
        .with_links(false)
        .with_break_words(false)
        .with_context_lines(1);
    let mut text = String::new();
    if handler.render_report(&mut text, &view).is_err() {
        text = format!(
            "  {}[{}] {view}\n",
            finding.severity.name(),
            paint.clean(&finding.rule)
        );
    }
    let text = paint.linked(&text, &paint.clean(&finding.rule));
    for line in text.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    if without_source {
        note("at", Ink::Dim, &place(&finding.location, paint), paint, out)?;
    }
    Ok(())
}

/// The icon before the sentence names the severity and the rule.
fn theme(finding: &Finding, paint: Paint) -> GraphicalTheme {
    let mut characters = if paint.unicode() {
        ThemeCharacters::unicode()
    } else {
        ThemeCharacters::ascii()
    };
    let icon = format!(
        "{}[{}]",
        finding.severity.name(),
        paint.clean(&finding.rule)
    );
    characters.error.clone_from(&icon);
    characters.warning.clone_from(&icon);
    characters.advice = icon;
    let mut styles = if paint.color() {
        ThemeStyles::ansi()
    } else {
        ThemeStyles::none()
    };
    styles.highlights = vec![match level(finding.severity) {
        miette::Severity::Error => styles.error,
        miette::Severity::Warning => styles.warning,
        miette::Severity::Advice => styles.advice,
    }];
    GraphicalTheme { characters, styles }
}

const fn level(severity: Severity) -> miette::Severity {
    match severity {
        Severity::Critical | Severity::High => miette::Severity::Error,
        Severity::Medium => miette::Severity::Warning,
        Severity::Low => miette::Severity::Advice,
    }
}

/// A failure as miette sees it.
#[derive(Debug)]
struct View {
    message: String,
    severity: Severity,
    snippet: Option<Snippet>,
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for View {}

impl Diagnostic for View {
    fn severity(&self) -> Option<miette::Severity> {
        Some(level(self.severity))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet
            .as_ref()
            .map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = self.snippet.as_ref()?;
        Some(Box::new(std::iter::once(
            LabeledSpan::new_primary_with_span(None, snippet.span),
        )))
    }
}
