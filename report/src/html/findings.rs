//! The findings, by control, the gravest first, each with the lines of the source.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::finding::{Finding, Location};
use ordinance_engine::policy::Severity;
use ordinance_engine::scan::{RuleSummary, Scan};

use super::{Status, escape, section};
use crate::rule_page;
use crate::text::sentence;

pub(super) fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    section("findings", out)?;
    let mut groups: Vec<(Outcome, Severity, &RuleSummary, Vec<&Finding>)> = Vec::new();
    for outcome in [Outcome::Fail, Outcome::Unknown] {
        let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in scan.findings.iter().filter(|one| one.outcome == outcome) {
            by_rule.entry(&finding.rule).or_default().push(finding);
        }
        let mut of_outcome: Vec<_> = by_rule
            .into_iter()
            .filter_map(|(id, findings)| {
                let rule = scan.rules.iter().find(|rule| rule.metadata.id == id)?;
                let gravest = findings.iter().map(|one| one.severity).max()?;
                Some((outcome, gravest, rule, findings))
            })
            .collect();
        of_outcome.sort_by_key(|group| Reverse(group.1));
        groups.extend(of_outcome);
    }
    if groups.is_empty() {
        return writeln!(out, "<p>None.</p>");
    }
    for (outcome, severity, rule, findings) in groups {
        group(outcome, severity, rule, &findings, out)?;
    }
    Ok(())
}

fn group(
    outcome: Outcome,
    severity: Severity,
    rule: &RuleSummary,
    findings: &[&Finding],
    out: &mut dyn Write,
) -> io::Result<()> {
    let metadata = &rule.metadata;
    let status = match outcome {
        Outcome::Fail => Status::Fail,
        Outcome::Unknown => Status::Unknown,
        Outcome::Pass => Status::Pass,
    };
    writeln!(
        out,
        "<h3>{} · {} · <a href=\"{}\">{}</a> {}</h3>",
        status.html(),
        severity.name(),
        escape(&rule_page(&metadata.id)),
        escape(&metadata.id),
        escape(&metadata.title)
    )?;
    let formats = &metadata.remediation.0;
    for (format, text) in formats {
        if outcome == Outcome::Fail && findings.iter().any(|one| one.format == format.id()) {
            writeln!(out, "<p><b>Fix:</b> {}</p>", marked_up(text))?;
        }
    }
    for finding in findings {
        article(finding, status, out)?;
    }
    Ok(())
}

/// Shows what stands between backquotes as code.
fn marked_up(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    let parts = parts.iter().enumerate();
    parts
        .map(|(number, part)| match number % 2 {
            0 => escape(part),
            _ => format!("<code>{}</code>", escape(part)),
        })
        .collect()
}

fn article(finding: &Finding, status: Status, out: &mut dyn Write) -> io::Result<()> {
    let (class, _, _) = status.shown();
    writeln!(
        out,
        "<article class=\"{class}\"><p>{}</p><p class=\"soft\"><code>{}</code> in <code>{}</code></p>",
        escape(&finding.message),
        escape(&finding.address),
        escape(&place(&finding.location))
    )?;
    excerpt(&finding.location, out)?;
    let instances: Vec<String> = finding.instances.iter().map(|one| escape(one)).collect();
    if !instances.is_empty() {
        writeln!(
            out,
            "<p class=\"soft\">Instances: {}</p>",
            instances.join(", ")
        )?;
    }
    for related in &finding.related {
        writeln!(
            out,
            "<p class=\"soft\">{} <code>{}</code></p>",
            escape(&sentence(&related.message)),
            escape(&place(&related.location))
        )?;
    }
    writeln!(out, "</article>")
}

pub(super) fn place(location: &Location) -> String {
    match location.region {
        Some(region) => format!("{}:{}", location.uri, region.start_line),
        None => location.uri.to_string(),
    }
}

/// The lines around the place; those of the region are marked, by a sign and by colour.
fn excerpt(location: &Location, out: &mut dyn Write) -> io::Result<()> {
    let (Some(excerpt), Some(region)) = (&location.excerpt, location.region) else {
        return Ok(());
    };
    write!(out, "<pre>")?;
    for (number, line) in (excerpt.first_line..).zip(excerpt.text.split('\n')) {
        let line = escape(line);
        if (region.start_line..=region.end_line).contains(&number) {
            writeln!(out, "<mark>{number:>5} › {line}</mark>")?;
        } else {
            writeln!(out, "{number:>5}   {line}")?;
        }
    }
    writeln!(out, "</pre>")
}
