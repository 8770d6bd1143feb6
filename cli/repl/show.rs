//! Answers as text: rows of a query, values, problems.

use std::io::{self, Write};

use ordinance_engine::evaluate::{Problem, Row};
use ordinance_report::terminal::Style;
use serde_json::Value;

use crate::exit::CommandError;

/// A value that fits into so many characters stands on one line.
const ONE_LINE: usize = 72;

/// Rows beyond these are counted.
const MOST_ROWS: usize = 100;

/// Writes the solutions of a query: what its expressions give, else its variables.
pub(super) fn rows(
    rows: &[Row],
    prints: &[String],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for line in prints {
        writeln!(out, "print: {}", ordinance_report::harmless(line))?;
    }
    if rows.is_empty() {
        return writeln!(out, "undefined");
    }
    for (number, row) in rows.iter().take(MOST_ROWS).enumerate() {
        if number > 0 && !row.bindings.is_empty() {
            writeln!(out, "---")?;
        }
        one(row, style, out)?;
    }
    if rows.len() > MOST_ROWS {
        writeln!(out, "… and {} more", rows.len() - MOST_ROWS)?;
    }
    Ok(())
}

fn one(row: &Row, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for (name, value) in &row.bindings {
        writeln!(out, "{name} = {}", pretty(value, style))?;
    }
    // What holds is said by the variables; a value is shown where there are none, or where it is not plain truth.
    let told = row
        .expressions
        .iter()
        .filter(|(_, value)| row.bindings.is_empty() || *value != Value::Bool(true));
    for (_, value) in told {
        writeln!(out, "{}", pretty(value, style))?;
    }
    Ok(())
}

/// Returns a value as JSON: on one line where it is short.
pub(super) fn pretty(value: &Value, style: Style) -> String {
    let short = value.to_string();
    let text = if short.chars().count() <= ONE_LINE {
        short
    } else {
        serde_json::to_string_pretty(value).unwrap_or(short)
    };
    let lines = text.lines().map(|line| {
        let indent = line.len() - line.trim_start().len();
        let blank = line.get(..indent).unwrap_or_default();
        format!(
            "{blank}{}",
            ordinance_report::harmless_line(line.get(indent..).unwrap_or_default(), style.unicode)
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns a problem as what the user is told.
pub(super) fn problem(problem: &Problem) -> CommandError {
    let place = problem.place.as_ref();
    let place = place.map(|place| format!("{place}: ")).unwrap_or_default();
    CommandError::usage(format!("{place}{}", problem.message))
}
