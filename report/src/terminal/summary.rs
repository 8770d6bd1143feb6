//! One block at the end: what was looked at, what came of it, and what was not looked at.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::policy::Severity;
use ordinance_engine::resource::{Format, NoticeKind};
use ordinance_engine::scan::{Account, Coverage, Scan};

use super::paint::{Ink, Paint, labelled};
use crate::Context;
use crate::text::count;
use crate::words;

const LABEL: usize = 16;
const TYPE_LIMIT: usize = 5;

/// Writes the summary.
pub(super) fn write(
    scan: &Scan,
    context: &Context<'_>,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let total = total(scan);
    row("examined", None, &examined(scan), paint, out)?;
    row(
        "failed",
        (total.fail > 0).then_some(Ink::Red),
        &failed(scan, total.fail),
        paint,
        out,
    )?;
    row(
        "unknown",
        (total.unknown > 0).then_some(Ink::Yellow),
        &total.unknown.to_string(),
        paint,
        out,
    )?;
    row(
        "passed",
        (total.pass > 0).then_some(Ink::Green),
        &total.pass.to_string(),
        paint,
        out,
    )?;
    row(
        "not applicable",
        None,
        &total.not_applicable.to_string(),
        paint,
        out,
    )?;
    accepted(scan, &total, paint, out)?;
    if scan.elsewhere > 0 {
        let text = format!(
            "{} in files that did not change",
            count(scan.elsewhere, "finding", "findings")
        );
        row("not shown", None, &text, paint, out)?;
    }
    left_out(&scan.coverage, paint, out)?;
    needs_plan(scan, paint, out)?;
    if scan.complete && scan.coverage.judged.is_empty() {
        let text = "Nothing to check: there is no template, plan, workflow or action here.";
        row("empty", Some(Ink::Yellow), text, paint, out)?;
    }
    if !scan.complete {
        let text = if context.allow_incomplete {
            "The scan is incomplete; --allow-incomplete accepts that."
        } else {
            "The scan is incomplete: the notices above name what was not judged."
        };
        row("incomplete", Some(Ink::Red), text, paint, out)?;
    }
    hint(scan, paint, out)
}

fn total(scan: &Scan) -> Account {
    scan.rules
        .iter()
        .fold(Account::default(), |sum, rule| Account {
            fail: sum.fail + rule.account.fail,
            unknown: sum.unknown + rule.account.unknown,
            pass: sum.pass + rule.account.pass,
            not_applicable: sum.not_applicable + rule.account.not_applicable,
            suppressed: sum.suppressed + rule.account.suppressed,
            baselined: sum.baselined + rule.account.baselined,
        })
}

fn examined(scan: &Scan) -> String {
    let coverage = &scan.coverage;
    let files: usize = coverage.judged.values().sum();
    let formats: Vec<String> = coverage
        .judged
        .iter()
        .map(|(id, number)| format!("{number} {}", format_title(id)))
        .collect();
    let formats = if formats.is_empty() {
        String::new()
    } else {
        format!(" ({})", formats.join(", "))
    };
    format!(
        "{}{formats}, {}, {}",
        count(files, "file", "files"),
        count(coverage.resources, "resource", "resources"),
        count(scan.rules.len(), "control", "controls")
    )
}

fn format_title(id: &str) -> &str {
    Format::from_id(id).map_or(id, |format| words::format(format))
}

fn failed(scan: &Scan, total: usize) -> String {
    let mut severities: BTreeMap<Severity, usize> = BTreeMap::new();
    for finding in scan
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Fail)
    {
        *severities.entry(finding.severity).or_default() += 1;
    }
    let parts: Vec<String> = severities
        .iter()
        .rev()
        .map(|(severity, number)| format!("{number} {}", severity.name()))
        .collect();
    if parts.is_empty() {
        total.to_string()
    } else {
        format!("{total} ({})", parts.join(", "))
    }
}

/// What is accepted never goes without its number.
fn accepted(scan: &Scan, total: &Account, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if total.suppressed > 0 {
        row(
            "suppressed",
            None,
            &total.suppressed.to_string(),
            paint,
            out,
        )?;
    }
    let absent = scan.absent.len();
    if total.baselined > 0 || absent > 0 {
        let known = format!("{} known", total.baselined);
        let text = match absent {
            0 => known,
            1 => format!("{known}, 1 no longer found: 'ordinance baseline update' drops it"),
            _ => {
                format!("{known}, {absent} no longer found: 'ordinance baseline update' drops them")
            }
        };
        row("baseline", None, &text, paint, out)?;
    }
    Ok(())
}

fn left_out(coverage: &Coverage, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if coverage.unreadable > 0 {
        row(
            "unreadable",
            Some(Ink::Red),
            &count(coverage.unreadable, "file", "files"),
            paint,
            out,
        )?;
    }
    let skipped = [
        (coverage.ignored, "ignored"),
        (coverage.not_ours, "of no format judged here"),
    ];
    let parts: Vec<String> = skipped
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, why)| format!("{number} {why}"))
        .collect();
    if !parts.is_empty() {
        let text = format!(
            "{} ({})",
            count(coverage.ignored + coverage.not_ours, "file", "files"),
            parts.join(", ")
        );
        row("skipped", None, &text, paint, out)?;
    }
    if !coverage.unassessed.is_empty() {
        row(
            "not assessed",
            None,
            &unassessed(coverage, paint),
            paint,
            out,
        )?;
    }
    Ok(())
}

/// Says how Terraform sources are judged, unless a notice did.
fn needs_plan(scan: &Scan, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let sources = scan.coverage.terraform_sources;
    if sources > 0
        && !scan
            .notices
            .iter()
            .any(|notice| notice.kind == NoticeKind::NeedsPlan)
    {
        let text = format!(
            "{} without a plan; to have them judged: terraform plan -out=tfplan && terraform show -json tfplan > \
             tfplan.json, then scan again",
            count(sources, "Terraform source", "Terraform sources")
        );
        row("needs a plan", Some(Ink::Yellow), &text, paint, out)?;
    }
    Ok(())
}

/// Names the types that occur most.
fn unassessed(coverage: &Coverage, paint: Paint) -> String {
    let mut types: Vec<(&str, usize)> = coverage
        .unassessed
        .iter()
        .map(|(name, number)| (&**name, *number))
        .collect();
    types.sort_by_key(|(name, number)| (std::cmp::Reverse(*number), *name));
    let resources: usize = types.iter().map(|(_, number)| number).sum();
    let mut names: Vec<String> = types
        .iter()
        .take(TYPE_LIMIT)
        .map(|(name, number)| format!("{} {number}", paint.clean(name)))
        .collect();
    if types.len() > TYPE_LIMIT {
        names.push(paint.ellipsis().to_owned());
    }
    format!(
        "{} of {} that no chosen control reads ({})",
        count(resources, "resource", "resources"),
        count(types.len(), "type", "types"),
        names.join(", ")
    )
}

fn hint(scan: &Scan, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let worst = scan
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Fail)
        .min_by_key(|finding| (std::cmp::Reverse(finding.severity), &finding.rule));
    match worst {
        Some(finding) => {
            let text = format!(
                "  More about a rule: ordinance explain {}",
                paint.clean(&finding.rule)
            );
            writeln!(out, "\n{}", paint.ink(Ink::Dim, &text))
        }
        None => Ok(()),
    }
}

fn row(
    label: &str,
    ink: Option<Ink>,
    text: &str,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let plain = format!("  {label:<LABEL$}");
    let shown = match ink {
        Some(ink) => paint.ink(ink, &plain),
        None => plain.clone(),
    };
    writeln!(out, "{}", labelled(&plain, &shown, text, paint.width()))
}
