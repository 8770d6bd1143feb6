//! Markdown for the summary of a job: what fails, by severity, within GitHub's size.
//!
//! GitHub drops a summary of more than 1 MiB whole
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>): this one ends before, and says
//! how much is missing.

use std::io::{self, Write};

use ordinance_engine::finding::Finding;
use ordinance_engine::policy::Severity;
use ordinance_engine::resource::NoticeLevel;
use ordinance_engine::scan::{Account, Scan};

use crate::text::{count, neutral, one_line, sentence, shorten};
use crate::verdict::failures;
use crate::{Context, rule_page};

/// The bytes that are written at most.
const LIMIT: usize = 900 * 1024;

/// The characters of a message that a row shows.
const MESSAGE: usize = 400;

/// Notices that are shown.
const NOTICES: usize = 50;

/// Writes the counts, what kept the scan from being complete, and a table of the failures.
pub fn write(scan: &Scan, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let failures = failures(scan);
    let mut text = head(scan, context, &failures);
    errors(scan, &mut text);
    if !failures.is_empty() {
        text.push_str("\n| severity | control | place | what |\n| --- | --- | --- | --- |\n");
    }
    let mut shown = 0;
    for finding in &failures {
        let row = row(finding, context);
        if text.len() + row.len() > LIMIT {
            break;
        }
        text.push_str(&row);
        shown += 1;
    }
    if shown < failures.len() {
        text.extend([format!(
            "\n{} more in the other reports.\n",
            count(failures.len() - shown, "failure", "failures")
        )]);
    }
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn head(scan: &Scan, context: &Context<'_>, failures: &[&Finding]) -> String {
    let total = scan.rules.iter().fold(Account::default(), |mut sum, rule| {
        sum.unknown += rule.account.unknown;
        sum.pass += rule.account.pass;
        sum.suppressed += rule.account.suppressed;
        sum.baselined += rule.account.baselined;
        sum
    });
    let verdict = match (scan.complete, failures.is_empty()) {
        (false, _) => "⚠️ The scan is incomplete",
        (true, true) => "✅ Nothing fails",
        (true, false) => "❌ Findings",
    };
    let files: usize = scan.coverage.judged.values().sum();
    let packs: Vec<String> = context.packs.iter().map(|pack| escape(pack)).collect();
    let mut text = format!(
        "## Ordinance: {verdict}\n\n{}, {}, packs: {}\n\n| critical | high | medium | low | unknown | passed | suppressed | known |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n|",
        count(files, "file", "files"),
        count(scan.rules.len(), "control", "controls"),
        packs.join(", ")
    );
    for severity in [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ] {
        let number = failures
            .iter()
            .filter(|finding| finding.severity == severity)
            .count();
        text.extend([format!(" {number} |")]);
    }
    text.extend([format!(
        " {} | {} | {} | {} |\n",
        total.unknown, total.pass, total.suppressed, total.baselined
    )]);
    text
}

fn errors(scan: &Scan, text: &mut String) {
    let errors: Vec<_> = scan
        .notices
        .iter()
        .filter(|notice| notice.level == NoticeLevel::Error)
        .collect();
    if errors.is_empty() {
        return;
    }
    text.push_str("\nWhat was not judged:\n\n");
    for notice in errors.iter().take(NOTICES) {
        text.extend([format!(
            "- {}\n",
            escape(&shorten(&one_line(&notice.message), MESSAGE))
        )]);
    }
    if errors.len() > NOTICES {
        text.extend([format!("- and {} more\n", errors.len() - NOTICES)]);
    }
}

fn row(finding: &Finding, context: &Context<'_>) -> String {
    let place = match finding.location.region {
        Some(region) => format!("{}:{}", finding.location.uri, region.start_line),
        None => finding.location.uri.to_string(),
    };
    let shown = escape(&place);
    let place = match link(finding, context) {
        Some(link) => format!("[{shown}]({link})"),
        None => shown,
    };
    format!(
        "| {} | [{}]({}) | {place} | {} |\n",
        finding.severity.name(),
        escape(&finding.rule),
        rule_page(&finding.rule),
        escape(&shorten(&one_line(&sentence(&finding.message)), MESSAGE))
    )
}

/// Returns the address of the line on GitHub, where the repository and the commit are known.
fn link(finding: &Finding, context: &Context<'_>) -> Option<String> {
    let known = context.provenance?;
    let repository = known.repository_uri.strip_prefix("https://github.com/")?;
    let revision = known.revision?;
    let uri = ordinance_sarif::uri_of_path(&finding.location.uri);
    let line = finding
        .location
        .region
        .map_or_else(String::new, |region| format!("#L{}", region.start_line));
    let is_inside = ordinance_sarif::is_relative(&finding.location.uri);
    is_inside.then(|| format!("https://github.com/{repository}/blob/{revision}/{uri}{line}"))
}

/// Escapes everything that Markdown or HTML would take for its own.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in neutral(text, true).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // Mentions notify people, and bare addresses become links.
            '@' => escaped.push_str("&#64;"),
            ':' => escaped.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '|' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(character);
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
    fn text_of_others_is_no_markup() {
        assert_eq!(
            escape("[x](http://a) |<b>@me"),
            "\\[x\\]\\(http&#58;//a\\) \\|&lt;b&gt;&#64;me"
        );
    }
}
