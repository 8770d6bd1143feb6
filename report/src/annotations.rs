//! Annotations of a GitHub Actions run: workflow commands on standard output.
//!
//! GitHub shows ten of each kind for a step: the most severe come first, and what does not fit is counted. Facts:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ordinance_engine::finding::{Finding, Location};
use ordinance_engine::policy::Severity;
use ordinance_engine::resource::NoticeLevel;
use ordinance_engine::scan::Scan;

use crate::text::{count, is_hostile, replacement, sentence};
use crate::verdict::failures;

/// How many annotations of one kind GitHub shows for a step.
const LIMIT: usize = 10;

/// Writes what kept the scan from being complete, then the failures by severity, one annotation a line.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    let mut written: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left = 0;
    let errors = scan
        .notices
        .iter()
        .filter(|notice| notice.level == NoticeLevel::Error);
    let errors = errors.map(|notice| {
        let place = notice.location.as_ref();
        (
            "error",
            place,
            "Ordinance".to_owned(),
            notice.message.clone(),
        )
    });
    let failures = failures(scan).into_iter().map(|finding| {
        (
            kind(finding.severity),
            Some(&finding.location),
            title(scan, finding),
            sentence(&finding.message),
        )
    });
    for (kind, place, title, message) in errors.chain(failures) {
        let number = written.entry(kind).or_default();
        *number += 1;
        if *number > LIMIT {
            left += 1;
            continue;
        }
        writeln!(
            out,
            "::{kind} {}::{}",
            properties(place, &title),
            data(&message)
        )?;
    }
    if left > 0 {
        let more = count(left, "annotation", "annotations");
        writeln!(
            out,
            "::notice title=Ordinance::{more} more: GitHub shows {LIMIT} of each kind. The other reports hold all."
        )?;
    }
    Ok(())
}

const fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    }
}

fn title(scan: &Scan, finding: &Finding) -> String {
    let rule = scan
        .rules
        .iter()
        .find(|rule| rule.metadata.id == *finding.rule);
    match rule {
        Some(rule) => format!("{}: {}", finding.rule, rule.metadata.title),
        None => finding.rule.to_string(),
    }
}

/// Columns are given only within one line: GitHub refuses them otherwise.
fn properties(place: Option<&Location>, title: &str) -> String {
    let mut all = Vec::new();
    if let Some(place) = place {
        all.push(format!("file={}", property(&place.uri)));
        if let Some(region) = place.region {
            all.push(format!(
                "line={},endLine={}",
                region.start_line, region.end_line
            ));
            if region.start_line == region.end_line {
                all.push(format!(
                    "col={},endColumn={}",
                    region.start_column, region.end_column
                ));
            }
        }
    }
    all.push(format!("title={}", property(title)));
    all.join(",")
}

/// Escapes the text of a command: a line end would begin another one. A log is shown on a terminal, too.
fn data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            _ if is_hostile(character) => escaped.push(replacement(character, true)),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_begins_no_command() {
        assert_eq!(
            data("a\n::stop-commands::x\r%"),
            "a%0A::stop-commands::x%0D%25"
        );
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
