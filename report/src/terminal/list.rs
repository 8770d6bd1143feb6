//! What is undecided and what the user must know, a few words each.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ordinance_engine::finding::{Finding, PlacedNotice, Related};
use ordinance_engine::resource::{Format, NoticeLevel};

use super::failure::{maker, place, rest};
use super::paint::{Ink, Paint, columns, wrap_after};
use crate::text::{count, one_line};
use crate::words;

/// Writes the undecided, by file.
pub(super) fn undecided<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    limit: usize,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let findings: Vec<&Finding> = findings.collect();
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "{}\n",
        paint.ink(
            Ink::Bold,
            "Not decided from the input (never counted as passed)"
        )
    )?;
    for file in findings.chunk_by(|one, next| one.location.uri == next.location.uri) {
        let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in file {
            let number = shown.entry(&finding.rule).or_default();
            *number += 1;
            if *number <= limit {
                let mut text = paint.clean(&one_line(&finding.message));
                if let Some(call) = call(finding) {
                    text = format!("{text} ({})", paint.clean(&one_line(call)));
                }
                if let Some(construct) = &finding.construct {
                    text = format!("{text} ({})", maker(construct, paint));
                }
                item(
                    &place(&finding.location, paint),
                    "unknown",
                    &finding.rule,
                    Ink::Yellow,
                    &text,
                    paint,
                    out,
                )?;
            }
        }
        rest(&shown, limit, paint, out)?;
    }
    writeln!(out)
}

/// Returns what tells the findings of a nested stack apart that several calls give rise to: the call.
fn call(finding: &Finding) -> Option<&str> {
    if finding.format != Format::CloudFormation.id() {
        return None;
    }
    let elsewhere = |related: &&Related| related.location.uri != finding.unit_uri;
    let call = finding.related.iter().find(elsewhere)?;
    Some(&call.message)
}

/// Writes the notices; those that are for information only are counted unless everything is to be shown.
pub(super) fn notices(
    notices: &[PlacedNotice],
    verbose: bool,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let is_shown = |notice: &&PlacedNotice| verbose || notice.level != NoticeLevel::Note;
    for notice in notices.iter().filter(is_shown) {
        write_notice(notice, paint, out)?;
    }
    let hidden = notices.len() - notices.iter().filter(is_shown).count();
    if hidden > 0 {
        let notes = count(hidden, "note is", "notes are");
        writeln!(out, "  {notes} not shown; --verbose shows them")?;
    }
    if notices.is_empty() {
        Ok(())
    } else {
        writeln!(out)
    }
}

fn write_notice(notice: &PlacedNotice, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let ink = match notice.level {
        NoticeLevel::Error => Ink::Red,
        NoticeLevel::Warning => Ink::Yellow,
        NoticeLevel::Note => Ink::Cyan,
    };
    let place = notice
        .location
        .as_ref()
        .map(|location| place(location, paint))
        .unwrap_or_default();
    let id = notice.rule.as_deref().unwrap_or(notice.kind.id());
    let text = paint.clean(&one_line(&notice.message));
    item(
        &place,
        words::level(notice.level),
        id,
        ink,
        &text,
        paint,
        out,
    )
}

fn item(
    place: &str,
    word: &str,
    id: &str,
    ink: Ink,
    text: &str,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let icon = format!("{word}[{}]", paint.clean(id));
    let text = if place.is_empty() {
        text.to_owned()
    } else {
        format!("{place}: {text}")
    };
    for (position, line) in wrap_after(columns(&icon) + 3, 4, &text, paint.width())
        .iter()
        .enumerate()
    {
        if position == 0 {
            writeln!(out, "  {} {line}", paint.ink(ink, &icon))?;
        } else {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}
