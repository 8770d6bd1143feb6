//! Covered lines: a table for people, LCOV for tools, HTML for both eyes.

use std::fmt::Write as _;
use std::io::{self, Write};

use ordinance_engine::policy_test::{Coverage, FileCoverage};

use crate::html::escape;
use crate::terminal::{Ink, Paint, Style};

/// Writes a line a file that has lines which no test reaches, and the total. Files below `least` are marked.
pub fn table(coverage: &Coverage, least: f64, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(style);
    for (path, file) in &coverage.files {
        if file.missed.is_empty() {
            continue;
        }
        let percent = file.percent();
        let shown = format!("{percent:5.1} %");
        let shown = if percent < least {
            paint.ink(Ink::Red, &shown)
        } else {
            shown
        };
        let lines = ranges(file.missed.iter().copied());
        writeln!(out, "{shown} {} misses {lines}", paint.clean(path))?;
    }
    let below = coverage
        .files
        .values()
        .filter(|file| file.percent() < least);
    let below = match below.count() {
        0 => String::new(),
        number => format!(", {number} of them below {least} %"),
    };
    let files = coverage.files.len();
    writeln!(
        out,
        "Coverage: {:.1} % of the lines of {files} files{below}",
        coverage.percent()
    )
}

/// Returns numbers with runs of them as `3-5`.
fn ranges(lines: impl Iterator<Item = u32>) -> String {
    let mut found: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == line => *last = line,
            _ => found.push((line, line)),
        }
    }
    let shown = found.iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// Writes LCOV's tracefile (geninfo(1), section FILES).
pub fn lcov(coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    for (path, file) in &coverage.files {
        let path: String = path.chars().filter(|c| !c.is_control()).collect();
        writeln!(out, "TN:\nSF:{path}")?;
        let covered = file.covered.iter().map(|line| (*line, 1));
        let missed = file.missed.iter().map(|line| (*line, 0));
        let mut lines: Vec<(u32, u32)> = covered.chain(missed).collect();
        lines.sort_unstable();
        for (line, hits) in &lines {
            writeln!(out, "DA:{line},{hits}")?;
        }
        writeln!(
            out,
            "LF:{}\nLH:{}\nend_of_record",
            lines.len(),
            file.covered.len()
        )?;
    }
    Ok(())
}

const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color-scheme:light dark;max-width:70rem}\
pre{font:13px/1.45 ui-monospace,monospace;overflow-x:auto}\
table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:left}td.n{text-align:right}\
.l{display:block;white-space:pre}.y{background:#1a7f3722}.x{background:#cf222e33}.k{opacity:.6;user-select:none}";

/// Writes one page: a table of the files, then each file with its lines marked.
pub fn html(coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Coverage of policies</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>Coverage of policies</h1>\n<p>{:.1} % of the lines of {} files.</p>\n<table>\n\
         <thead><tr><th scope=\"col\">File</th><th scope=\"col\">Lines</th><th scope=\"col\">Missed</th>\
         <th scope=\"col\">Covered</th></tr></thead>\n<tbody>",
        coverage.percent(),
        coverage.files.len()
    )?;
    for (number, (path, file)) in coverage.files.iter().enumerate() {
        writeln!(
            out,
            "<tr><td><a href=\"#f{number}\">{}</a></td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{:.1} %</td></tr>",
            escape(path),
            file.covered.len() + file.missed.len(),
            file.missed.len(),
            file.percent()
        )?;
    }
    writeln!(out, "</tbody>\n</table>")?;
    for (number, (path, file)) in coverage.files.iter().enumerate() {
        writeln!(
            out,
            "<h2 id=\"f{number}\">{}</h2>\n<pre>{}</pre>",
            escape(path),
            listing(file)
        )?;
    }
    writeln!(out, "</body>\n</html>")
}

fn listing(file: &FileCoverage) -> String {
    let mut text = String::new();
    for (number, line) in (1u32..).zip(file.text.lines()) {
        let (class, sign) = if file.covered.contains(&number) {
            (" y", '+')
        } else if file.missed.contains(&number) {
            (" x", '!')
        } else {
            ("", ' ')
        };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "<span class=\"l{class}\"><span class=\"k\">{number:5} {sign} </span>{}</span>",
            escape(line)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn runs_of_lines_are_ranges() {
        assert_eq!(ranges([1, 3, 4, 5, 9].into_iter()), "1, 3-5, 9");
    }
}
