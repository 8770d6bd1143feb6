//! JUnit XML: one suite a control, one case a verdict.
//!
//! The subset that GitLab, Jenkins and GitHub's reporters read: GitLab knows a case by class name and name, and shows the
//! text of a failure, not its message. A case that is undecided or accepted is skipped, never passed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::finding::PlacedNotice;
use ordinance_engine::resource::NoticeLevel;
use ordinance_engine::scan::Scan;

use crate::text::{is_hostile, one_line, sentence};
use crate::verdict::{Verdict, verdicts};

/// Writes the suites. Times are zero: the same scan gives the same bytes.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut suites: BTreeMap<&str, Vec<Verdict<'_>>> = BTreeMap::new();
    for verdict in verdicts(scan) {
        suites
            .entry(&verdict.finding.rule)
            .or_default()
            .push(verdict);
    }
    let errors = scan
        .notices
        .iter()
        .filter(|notice| notice.level == NoticeLevel::Error);
    let errors: Vec<_> = errors.collect();
    let all: Counts = suites.values().map(|cases| Counts::of(cases)).sum();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"ordinance\" {} errors=\"{}\" time=\"0\">",
        all.attributes(errors.len()),
        errors.len()
    )?;
    if !errors.is_empty() {
        let count = errors.len();
        writeln!(
            out,
            "  <testsuite name=\"scan\" tests=\"{count}\" failures=\"0\" skipped=\"0\" errors=\"{count}\" time=\"0\">"
        )?;
        let mut names = Names::default();
        errors
            .into_iter()
            .try_for_each(|notice| error(notice, &mut names, &mut out))?;
        writeln!(out, "  </testsuite>")?;
    }
    for (rule, cases) in suites {
        let counts = Counts::of(&cases);
        writeln!(
            out,
            "  <testsuite name=\"{}\" {} errors=\"0\" time=\"0\">",
            xml(rule),
            counts.attributes(0)
        )?;
        let mut names = Names::default();
        cases
            .iter()
            .try_for_each(|verdict| case(verdict, &mut names, &mut out))?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")?;
    out.flush()
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    skipped: usize,
}

impl Counts {
    fn of(cases: &[Verdict<'_>]) -> Self {
        let failures = cases.iter().filter(|case| case.fails()).count();
        let passes = cases.iter().filter(|case| case.status() == "pass").count();
        Self {
            tests: cases.len(),
            failures,
            skipped: cases.len() - failures - passes,
        }
    }

    fn attributes(self, errors: usize) -> String {
        format!(
            "tests=\"{}\" failures=\"{}\" skipped=\"{}\"",
            self.tests + errors,
            self.failures,
            self.skipped
        )
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            tests: sum.tests + one.tests,
            failures: sum.failures + one.failures,
            skipped: sum.skipped + one.skipped,
        })
    }
}

/// The names of cases that were given away: each is used once.
#[derive(Default)]
struct Names(BTreeSet<(String, String)>);

impl Names {
    fn unique(&mut self, class: &str, name: &str) -> String {
        let mut unique = name.to_owned();
        let mut number = 1;
        while !self.0.insert((class.to_owned(), unique.clone())) {
            number += 1;
            unique = format!("{name} ({number})");
        }
        unique
    }
}

fn case(verdict: &Verdict<'_>, names: &mut Names, out: &mut dyn Write) -> io::Result<()> {
    let finding = verdict.finding;
    let defect = if finding.defect.is_empty() {
        String::new()
    } else {
        format!(" {}", finding.defect)
    };
    let name = format!("{} {}{defect}", finding.rule, finding.address);
    let name = names.unique(&finding.location.uri, &one_line(&name));
    let uri = xml(&finding.location.uri);
    let line = finding.location.region.map_or_else(String::new, |region| {
        format!(" line=\"{}\"", region.start_line)
    });
    write!(
        out,
        "    <testcase classname=\"{uri}\" name=\"{}\" file=\"{uri}\"{line} time=\"0\"",
        xml(&name)
    )?;
    let message = sentence(&one_line(&finding.message));
    match (verdict.status(), verdict.accepted) {
        ("fail", _) => {
            let place = format!("{}{}", finding.location.uri, place(verdict));
            writeln!(
                out,
                ">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
                xml(finding.severity.name()),
                xml(&message),
                xml(&format!(
                    "{message}\n{place}\n{}",
                    crate::rule_page(&finding.rule)
                ))
            )
        }
        (_, Some(mark)) => skipped(&format!("suppressed: {}", mark.terms.reason), out),
        ("known", _) => skipped("known: recorded in the baseline", out),
        _ if finding.outcome == Outcome::Unknown => skipped(&format!("unknown: {message}"), out),
        _ => writeln!(out, "/>"),
    }
}

fn place(verdict: &Verdict<'_>) -> String {
    let region = verdict.finding.location.region;
    region.map_or_else(String::new, |region| {
        format!(":{}:{}", region.start_line, region.start_column)
    })
}

fn skipped(why: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        ">\n      <skipped message=\"{}\"/>\n    </testcase>",
        xml(&one_line(why))
    )
}

fn error(notice: &PlacedNotice, names: &mut Names, out: &mut dyn Write) -> io::Result<()> {
    let uri = notice
        .location
        .as_ref()
        .map_or("scan", |location| &*location.uri);
    let name = names.unique(uri, notice.kind.id());
    let message = xml(&one_line(&notice.message));
    writeln!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">\n      <error type=\"{}\" message=\"{message}\">{message}</error>\n    </testcase>",
        xml(uri),
        xml(&name),
        notice.kind.id()
    )
}

/// Escapes text for an attribute or an element; what XML 1.0 does not allow becomes a replacement character.
pub(crate) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            _ if is_hostile(character) || matches!(character, '\u{FFFE}' | '\u{FFFF}') => {
                escaped.push('\u{FFFD}');
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_closes_no_element() {
        assert_eq!(
            xml("</failure>\u{1b}\"&"),
            "&lt;/failure&gt;\u{fffd}&quot;&amp;"
        );
    }

    #[test]
    fn names_are_given_once() {
        let mut names = Names::default();
        assert_eq!(names.unique("a", "x"), "x");
        assert_eq!(names.unique("b", "x"), "x");
        assert_eq!(names.unique("a", "x"), "x (2)");
    }
}
