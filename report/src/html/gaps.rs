//! The exceptions, and what was not assessed and why.

use std::io::{self, Write};

use ordinance_engine::scan::Scan;

use super::{Status, escape, section, status};
use crate::text::count;
use crate::words;

/// No result of a scan is excepted: nothing that would fail was left out of the counts.
pub(super) fn exceptions(out: &mut dyn Write) -> io::Result<()> {
    section("exceptions", out)?;
    writeln!(out, "<p>None. Every result is counted as it was found.</p>")
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
