//! Text of others is text in every report: whatever it says, a report has the lines, rows, elements and members that it has
//! for a harmless text, and holds nothing that moves a cursor or hides text.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::io::{self, Write};
use std::sync::Arc;

use ordinance_engine::finding::{Construct, Finding, Location};
use ordinance_engine::scan::Scan;
use ordinance_report::terminal::{self, Style};
use ordinance_report::{
    Context, annotations, csv, gitlab, html, in_toto, json, junit, markdown, sarif,
};
use serde_json::Value;

use common::{context, small};

/// What texts of attackers are made of.
const PIECES: [&str; 38] = [
    "a",
    "word ",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "\u{7}",
    "\u{1b}[31m",
    "\u{1b}]8;;https://evil.example\u{7}",
    "\u{9b}2J",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "::error file=a::x",
    "::stop-commands::t",
    "##[error]",
    "%0A::set-output name=a::b",
    "](https://evil.example)",
    "[a](1)",
    "![i](http://evil.example/p)",
    "|",
    "`",
    "```",
    "<script>alert(1)</script>",
    "</td></table>",
    "<!--",
    "]]>",
    "&lt;",
    "\"",
    "'",
    "\\",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
];

/// Texts that look random and are the same in each run.
fn texts() -> Vec<String> {
    let mut state = 7_u32;
    let mut next = |end: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % end
    };
    let mut texts: Vec<String> = PIECES.iter().map(|piece| format!("{piece}x")).collect();
    texts.extend(["+1", "-1", "=1", "@a"].map(str::to_owned));
    for _ in 0..200 {
        let length = 1 + next(6);
        texts.push((0..length).map(|_| PIECES[next(PIECES.len())]).collect());
    }
    texts
}

/// The small scan, with a text wherever a scanned file decides what is written.
fn with(text: &str) -> Scan {
    let mut scan = small();
    for finding in &mut scan.findings {
        say(finding, text);
    }
    for notice in &mut scan.notices {
        text.clone_into(&mut notice.message);
        if let Some(location) = &mut notice.location {
            place(location, text);
        }
    }
    for artifact in &mut scan.artifacts {
        artifact.uri = format!("a/{text}.yaml").into();
    }
    scan.coverage.unassessed = [(text.into(), 2)].into();
    scan
}

fn say(finding: &mut Finding, text: &str) {
    place(&mut finding.location, text);
    finding.unit_uri = format!("a/{text}.yaml").into();
    finding.address = text.into();
    finding.resource_type = text.into();
    text.clone_into(&mut finding.defect);
    text.clone_into(&mut finding.path);
    text.clone_into(&mut finding.message);
    finding.construct = Some(Construct {
        path: text.into(),
        source: Some(text.into()),
    });
    for instance in &mut finding.instances {
        *instance = text.into();
    }
    for related in &mut finding.related {
        place(&mut related.location, text);
        related.address = text.into();
        text.clone_into(&mut related.message);
    }
    for evidence in &mut finding.evidence {
        evidence.address = text.into();
        text.clone_into(&mut evidence.path);
        text.clone_into(&mut evidence.value);
    }
}

fn place(location: &mut Location, text: &str) {
    location.uri = Arc::from(format!("a/{text}.yaml"));
    if let Some(excerpt) = &mut location.excerpt {
        // An excerpt has lines, and no line holds a line end.
        let inside = text.replace(['\n', '\r'], " ");
        let lines = excerpt.text.lines().map(|line| [&*inside, line].concat());
        excerpt.text = lines.collect::<Vec<_>>().join("\n");
    }
}

fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Nothing moves the cursor, hides text or turns its direction.
fn quiet(report: &str) {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let bad = report
        .chars()
        .find(|c| turns(*c) || (c.is_control() && !matches!(c, '\n' | '\r' | '\t')));
    assert_eq!(bad, None, "{report}");
}

/// Holds `same` for a report of each hostile text and that of a harmless one.
fn for_each(write: impl Fn(&Scan, &mut dyn Write) -> io::Result<()>, same: impl Fn(&str, &str)) {
    let harmless = written(|out| write(&with("x"), out));
    for text in texts() {
        let hostile = written(|out| write(&with(&text), out));
        quiet(&hostile);
        same(&harmless, &hostile);
    }
}

/// The tags of XML or HTML in order, without attributes' values and texts.
fn tags(markup: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = markup;
    while let Some((_, after)) = rest.split_once('<') {
        let mut quoted = false;
        let end = after.find(|c| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let (tag, after) = after.split_at(end.unwrap_or(after.len()));
        let mut names = tag.split('"').step_by(2).collect::<Vec<_>>();
        names.retain(|part| !part.trim().is_empty());
        tags.push(names.join("\"\""));
        rest = after;
    }
    tags
}

/// What JSON looks like without its texts.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => "".into(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), shape(value)))
            .collect(),
        other => other.clone(),
    }
}

/// The cells of a table of comma-separated values (RFC 4180).
fn rows(table: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = table.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && letters.peek() == Some(&'\n') => {
                letters.next();
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    assert!(!quoted && row.is_empty() && cell.is_empty(), "{table}");
    rows
}

#[test]
fn a_terminal_shows_the_text_and_does_nothing() {
    for links in [false, true] {
        let style = Style {
            color: false,
            links: false,
            unicode: true,
            width: 100,
        };
        for_each(
            |scan, out| terminal::write(scan, &context(), style, out),
            |_, _| {},
        );
        let style = Style { links, ..style };
        // What the terminal is told is ours: colours, and links to our pages.
        for text in texts() {
            let style = Style {
                color: true,
                ..style
            };
            let shown = written(|out| terminal::write(&with(&text), &context(), style, out));
            for command in shown.split('\u{1b}').skip(1) {
                let is_color = command.strip_prefix('[').is_some_and(|rest| {
                    rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';')
                        .starts_with('m')
                });
                let link = command.strip_prefix("]8;;");
                let is_link = link.is_some_and(|link| {
                    link.is_empty() || link.starts_with("https://github.com/ordinance-dev/")
                });
                assert!(
                    is_color || is_link || command.starts_with('\\'),
                    "{command:?}"
                );
            }
        }
    }
}

#[test]
fn annotations_are_the_commands_that_they_would_be() {
    for_each(
        |scan, out| annotations::write(scan, out),
        |harmless, hostile| {
            let commands = |text: &str| -> Vec<String> {
                text.split(['\n', '\r'])
                    .map(|line| line.split([' ', ':']).take(3).collect::<Vec<_>>().join(":"))
                    .collect()
            };
            assert_eq!(commands(harmless), commands(hostile), "{hostile}");
        },
    );
}

#[test]
fn a_table_has_its_rows_and_cells_and_no_formula() {
    for_each(
        |scan, out| csv::write(scan, out),
        |harmless, hostile| {
            let widths = |table: &str| rows(table).iter().map(Vec::len).collect::<Vec<_>>();
            assert_eq!(widths(harmless), widths(hostile), "{hostile}");
            for cell in rows(hostile).iter().flatten() {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']),
                    "{cell:?}"
                );
            }
        },
    );
}

#[test]
fn markup_has_the_elements_that_it_would_have() {
    for_each(
        |scan, out| junit::write(scan, out),
        |harmless, hostile| assert_eq!(tags(harmless), tags(hostile), "{hostile}"),
    );
    for_each(
        |scan, out| html::write(scan, &context(), out),
        |harmless, hostile| assert_eq!(tags(harmless), tags(hostile)),
    );
}

#[test]
fn markdown_has_its_lines_and_cells_and_no_link_of_others() {
    for_each(
        |scan, out| markdown::write(scan, &context(), out),
        |harmless, hostile| {
            let cells = |text: &str| -> Vec<usize> {
                text.lines()
                    .map(|line| line.replace("\\|", "").matches('|').count())
                    .collect()
            };
            assert_eq!(cells(harmless), cells(hostile), "{hostile}");
            assert!(
                !hostile.contains("](https://evil") && !hostile.contains("](http://evil"),
                "{hostile}"
            );
            assert!(
                !hostile.contains("<script") && !hostile.contains("<!--"),
                "{hostile}"
            );
        },
    );
}

#[test]
fn json_has_the_members_that_it_would_have() {
    type Writer = fn(&Scan, &mut dyn Write) -> io::Result<()>;
    let digest = || Context {
        policies_sha256: "00",
        ..context()
    };
    let writers: [Writer; 4] = [
        |scan, out| json::write(scan, &context(), out),
        |scan, out| gitlab::write(scan, out),
        |scan, out| sarif::write(scan, &context(), sarif::Profile::CodeScanning, out).map(|_| ()),
        |scan, out| sarif::write(scan, &context(), sarif::Profile::Audit, out).map(|_| ()),
    ];
    let parsed = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    for write in writers {
        for_each(write, |harmless, hostile| {
            let (harmless, hostile) = (parsed(harmless), parsed(hostile));
            let results = |log: &Value| log["runs"][0]["results"].as_array().map(Vec::len);
            assert_eq!(results(&harmless), results(&hostile));
            let findings = |report: &Value| report["findings"].as_array().map(Vec::len);
            assert_eq!(findings(&harmless), findings(&hostile));
            // What was not assessed has types as keys, and a result of SARIF only the columns that its text has.
            if hostile.is_array() {
                assert_eq!(shape(&harmless), shape(&hostile));
            }
        });
    }
    for_each(
        |scan, out| in_toto::write(scan, &digest(), out),
        |harmless, hostile| assert_eq!(shape(&parsed(harmless)), shape(&parsed(hostile))),
    );
}

#[test]
fn a_message_of_sarif_links_only_to_places_of_its_own() {
    for text in texts() {
        let scan = with(&text);
        let mut log = Vec::new();
        sarif::write(&scan, &context(), sarif::Profile::CodeScanning, &mut log).unwrap();
        let log: Value = serde_json::from_slice(&log).unwrap();
        for result in log["runs"][0]["results"].as_array().unwrap() {
            let message = result["message"]["text"].as_str().unwrap();
            let related = result["relatedLocations"].as_array().map_or(0, Vec::len);
            let links = message.replace("\\]", "").matches("](").count();
            assert!(links <= related, "{message:?}");
        }
    }
}
