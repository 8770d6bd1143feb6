//! The exceptions, and what was not assessed and why.

use std::io::{self, Write};

use ordinance_engine::finding::Finding;
use ordinance_engine::scan::Scan;
use ordinance_engine::suppress::Mark;

use super::findings::place;
use super::{Status, escape, section, status};
use crate::architecture::joined;
use crate::text::count;
use crate::words;

/// Findings that a suppression accepts, suppressions that have expired, and findings that the baseline knows.
pub(super) fn exceptions(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    section("exceptions", out)?;
    if scan.suppressed.is_empty() && scan.expired.is_empty() && scan.baselined.is_empty() {
        return writeln!(out, "<p>None. Every result is counted as it was found.</p>");
    }
    writeln!(
        out,
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Exceptions\"><table><caption>Findings that \
         are accepted, and suppressions that no longer hold</caption><thead><tr><th scope=\"col\">Control</th>\
         <th scope=\"col\">State</th><th scope=\"col\">Finding</th><th scope=\"col\">Reason</th>\
         <th scope=\"col\">Owner</th><th scope=\"col\">Ticket, approval</th><th scope=\"col\">Expires</th>\
         <th scope=\"col\">Stands in</th></tr></thead><tbody>"
    )?;
    for one in &scan.suppressed {
        excepted(&one.finding, "accepted", &one.by, out)?;
    }
    for finding in &scan.findings {
        if let Some(mark) = scan.expired.get(&finding.identity) {
            let state = if mark.awaits_approval {
                "awaits approval: counts as found"
            } else {
                "expired: counts as found"
            };
            excepted(finding, state, mark, out)?;
        }
    }
    for one in &scan.baselined {
        let since = one.entry.first_seen.as_deref().unwrap_or_default();
        let cells = [
            "known from the baseline",
            &one.finding.message,
            "",
            "",
            "",
            "",
            since,
        ];
        row(&one.finding.rule, cells, out)?;
    }
    writeln!(out, "</tbody></table></div>")
}

fn excepted(finding: &Finding, state: &str, by: &Mark, out: &mut dyn Write) -> io::Result<()> {
    let terms = &by.terms;
    let decided = [&terms.ticket, &terms.approved_by];
    let decided = joined(decided.into_iter().flatten().cloned(), ", ");
    let expires = terms
        .expires
        .map_or("never".to_owned(), |day| day.to_string());
    let place = place(&by.location);
    let owner = terms.owner.as_deref().unwrap_or_default();
    let cells = [
        state,
        &finding.message,
        &terms.reason,
        owner,
        &decided,
        &expires,
        &place,
    ];
    row(&finding.rule, cells, out)
}

fn row(rule: &str, cells: [&str; 7], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<tr><th scope=\"row\">{}</th>", escape(rule))?;
    for cell in cells {
        write!(out, "<td>{}</td>", escape(cell))?;
    }
    writeln!(out, "</tr>")
}

pub(super) fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    section("gaps", out)?;
    notices(scan, out)?;
    files(scan, out)?;
    controls(scan, out)?;
    types(scan, out)
}

fn notices(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    if scan.notices.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h3>Notices</h3>\n<ul>")?;
    for notice in &scan.notices {
        let place = notice.location.as_ref().map_or(String::new(), |location| {
            let line = location
                .region
                .map_or(String::new(), |region| format!(":{}", region.start_line));
            format!(" <code>{}{line}</code>", escape(&location.uri))
        });
        writeln!(
            out,
            "<li><b>{}</b>: {}{place}</li>",
            words::level(notice.level),
            escape(&notice.message)
        )?;
    }
    writeln!(out, "</ul>")
}

fn files(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    let coverage = &scan.coverage;
    let said = [
        (coverage.unreadable, "could not be read"),
        (coverage.ignored, "left out by .gitignore or a glob"),
        (coverage.not_ours, "neither template, plan nor workflow"),
        (coverage.terraform_sources, "of Terraform without a plan"),
    ];
    let said = said.iter().filter(|(number, _)| *number > 0);
    let said: Vec<String> = said
        .map(|(number, why)| format!("<li>{} {why}</li>", count(*number, "file", "files")))
        .collect();
    if said.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h3>Files</h3>\n<ul>{}</ul>", said.join(""))
}

fn controls(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    let none = scan.rules.iter();
    let none = none.filter(|rule| status(&rule.account) == Status::None);
    let ids: Vec<String> = none.map(|rule| escape(&rule.metadata.id)).collect();
    if ids.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<h3>Controls</h3>\n<p>{} found nothing to judge: {}.</p>",
        count(ids.len(), "control", "controls"),
        ids.join(", ")
    )
}

fn types(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    if scan.coverage.unassessed.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<h3>Resource types</h3>\n<p>No chosen control reads these types:</p>\n<ul>"
    )?;
    for (type_name, number) in &scan.coverage.unassessed {
        writeln!(
            out,
            "<li><code>{}</code> ({number})</li>",
            escape(type_name)
        )?;
    }
    writeln!(out, "</ul>")
}
