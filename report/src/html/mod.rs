//! The audit report: one self-contained HTML file that reads without script and network.
//!
//! Sections are those that an auditor asks for: the run, the scores, the control matrix, the exceptions, what was not
//! assessed, the architecture, the findings. Every text is escaped where it is written (`escape`): whatever comes from
//! a scanned file is hostile. The policy of the page allows inline styles and nothing else.

mod drawing;
mod findings;
mod gaps;
mod layout;
mod matrix;
mod run;
mod scores;

use std::io::{self, Write};

use ordinance_engine::scan::{Account, Scan};

use crate::Context;
use crate::text::is_hostile;

/// Writes the report.
pub fn write(scan: &Scan, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    head(scan, out)?;
    run::write(scan, context, out)?;
    scores::write(scan, out)?;
    matrix::write(scan, out)?;
    gaps::exceptions(scan, out)?;
    gaps::write(scan, out)?;
    drawing::write(scan, out)?;
    findings::write(scan, out)?;
    writeln!(
        out,
        "</main>\n<footer><p>Made by Ordinance {}. Sensitive values are replaced by <code>(sensitive)</code> or \
         asterisks wherever they would stand.</p></footer>\n</body>\n</html>",
        escape(context.version)
    )
}

const STYLE: &str = include_str!("style.css");

/// The sections: their ids and headings.
const SECTIONS: [(&str, &str); 7] = [
    ("run", "The run"),
    ("scores", "Scores"),
    ("controls", "Controls"),
    ("exceptions", "Exceptions"),
    ("gaps", "Not assessed"),
    ("architecture", "Architecture"),
    ("findings", "Findings"),
];

fn head(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Ordinance audit report</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header>\n<h1>Ordinance audit report</h1>"
    )?;
    let total = total(scan);
    let files: usize = scan.coverage.judged.values().sum();
    let judged = scan
        .rules
        .iter()
        .filter(|rule| status(&rule.account) != Status::None);
    writeln!(
        out,
        "<p class=\"soft\">{files} files with {} resources, judged by {} of {} chosen controls.</p>",
        scan.coverage.resources,
        judged.count(),
        scan.rules.len()
    )?;
    if !scan.complete {
        writeln!(
            out,
            "<p class=\"s fail\">✕ The scan is incomplete: something could not be read or evaluated (<a \
             href=\"#gaps\">Not assessed</a>).</p>"
        )?;
    }
    writeln!(
        out,
        "<ul class=\"totals\"><li><b class=\"fail\">✕ {}</b>failed</li><li><b class=\"unknown\">? {}</b>unknown</li>\
         <li><b class=\"except\">◇ {}</b>excepted</li><li><b class=\"pass\">✓ {}</b>passed</li></ul>",
        total.fail,
        total.unknown,
        total.suppressed + total.baselined,
        total.pass
    )?;
    writeln!(out, "<nav aria-label=\"Sections\"><ul>")?;
    for (id, heading) in SECTIONS {
        writeln!(out, "<li><a href=\"#{id}\">{heading}</a></li>")?;
    }
    writeln!(out, "</ul></nav>\n</header>\n<main id=\"main\">")
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

/// Writes the heading of a section.
fn section(id: &str, out: &mut dyn Write) -> io::Result<()> {
    let heading = SECTIONS.iter().find(|(own, _)| *own == id);
    let heading = heading.map_or("", |(_, heading)| heading);
    writeln!(out, "<h2 id=\"{id}\">{heading}</h2>")
}

/// What the verdicts of a control come to. Unknown is never pass, and what judged nothing was not assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Fail,
    Unknown,
    Excepted,
    Pass,
    None,
}

impl Status {
    /// The class, the mark and the word: never colour alone.
    const fn shown(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Fail => ("fail", "✕", "fail"),
            Self::Unknown => ("unknown", "?", "unknown"),
            Self::Excepted => ("except", "◇", "exception"),
            Self::Pass => ("pass", "✓", "pass"),
            Self::None => ("none", "–", "not assessed"),
        }
    }

    fn html(self) -> String {
        let (class, mark, word) = self.shown();
        format!("<span class=\"s {class}\">{mark} {word}</span>")
    }
}

fn status(account: &Account) -> Status {
    match account {
        Account { fail: 1.., .. } => Status::Fail,
        Account { unknown: 1.., .. } => Status::Unknown,
        Account {
            suppressed: 1.., ..
        }
        | Account { baselined: 1.., .. } => Status::Excepted,
        Account { pass: 1.., .. } => Status::Pass,
        _ => Status::None,
    }
}

/// Makes text of others safe in an element and in a quoted attribute. Characters that would hide or turn text become
/// visible.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(character),
            _ if is_hostile(character) => escaped.push(crate::text::replacement(character, true)),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{Account, Status, escape, status};

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(
            escape("<img src=x onerror='a'>\"&\u{202e}\u{1b}"),
            "&lt;img src=x onerror=&#39;a&#39;&gt;&quot;&amp;\u{fffd}␛"
        );
    }

    #[test]
    fn a_control_that_judged_nothing_is_not_assessed() {
        let account = |fail, unknown, pass| Account {
            fail,
            unknown,
            pass,
            not_applicable: 3,
            ..Account::default()
        };
        assert_eq!(status(&account(0, 0, 0)), Status::None);
        assert_eq!(status(&account(0, 1, 9)), Status::Unknown);
        assert_eq!(status(&account(1, 1, 9)), Status::Fail);
        assert_eq!(status(&account(0, 0, 9)), Status::Pass);
        let accepted = Account {
            suppressed: 1,
            ..account(0, 0, 9)
        };
        assert_eq!(status(&accepted), Status::Excepted);
    }
}
