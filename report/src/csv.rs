//! CSV (RFC 4180): one row a verdict, for spreadsheets.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ordinance_engine::policy::Metadata;
use ordinance_engine::scan::Scan;

use crate::framework;
use crate::text::{neutral, one_line};
use crate::verdict::{Verdict, verdicts};

/// The columns.
const COLUMNS: [&str; 18] = [
    "control",
    "title",
    "family",
    "severity",
    "status",
    "file",
    "line",
    "column",
    "resource",
    "type",
    "property",
    "message",
    "identity",
    "reason",
    "owner",
    "expires",
    "ticket",
    "frameworks",
];

/// Writes the heading and a row for each verdict. Lines end in CR and LF.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    row(COLUMNS.map(str::to_owned), &mut out)?;
    let rules: BTreeMap<&str, &Metadata> = scan
        .rules
        .iter()
        .map(|rule| (rule.metadata.id.as_str(), &*rule.metadata))
        .collect();
    for verdict in verdicts(scan) {
        let rule = rules.get(&*verdict.finding.rule).copied();
        row(cells(&verdict, rule), &mut out)?;
    }
    out.flush()
}

fn cells(verdict: &Verdict<'_>, rule: Option<&Metadata>) -> [String; 18] {
    let finding = verdict.finding;
    let region = finding.location.region;
    let terms = verdict.accepted.map(|mark| &mark.terms);
    let said = |text: Option<&String>| text.cloned().unwrap_or_default();
    [
        finding.rule.to_string(),
        rule.map_or_else(String::new, |rule| rule.title.clone()),
        rule.map_or_else(String::new, |rule| rule.family.clone()),
        finding.severity.name().to_owned(),
        verdict.status().to_owned(),
        finding.location.uri.to_string(),
        region.map_or_else(String::new, |region| region.start_line.to_string()),
        region.map_or_else(String::new, |region| region.start_column.to_string()),
        finding.address.to_string(),
        finding.resource_type.to_string(),
        finding.path.clone(),
        one_line(&finding.message),
        finding.identity.clone(),
        terms.map_or_else(String::new, |terms| terms.reason.clone()),
        said(terms.and_then(|terms| terms.owner.as_ref())),
        terms
            .and_then(|terms| terms.expires)
            .map_or_else(String::new, |date| date.to_string()),
        said(terms.and_then(|terms| terms.ticket.as_ref())),
        rule.map_or_else(String::new, |rule| {
            framework::lines(&rule.frameworks).join("; ")
        }),
    ]
}

fn row(cells: [String; 18], out: &mut dyn Write) -> io::Result<()> {
    let cells = cells.map(|text| cell(&text));
    write!(out, "{}\r\n", cells.join(","))
}

/// Quotes a cell where it must be; control characters are shown, not kept. What a spreadsheet would take for a formula is made text by an apostrophe
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn cell(text: &str) -> String {
    let text = neutral(text, true);
    let guarded = if text.trim_start().starts_with(['=', '+', '-', '@']) {
        format!("'{text}")
    } else {
        text
    };
    if guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_text() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(cell("-1"), "'-1");
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("a"), "a");
    }
}
