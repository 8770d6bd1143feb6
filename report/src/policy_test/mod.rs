//! Results of policy tests: for people, and as JUnit XML; coverage as a table, LCOV and HTML.

mod coverage;
mod diff;
mod junit;
mod traces;

use std::io::{self, Write};

use ordinance_engine::policy_test::{FixtureResult, Outcome, Run, UnitResult};

use crate::terminal::{Ink, Paint, Style};
use crate::text::{count, one_line};

pub use coverage::{html as coverage_html, lcov as coverage_lcov, table as coverage_table};
pub use junit::write as junit;
pub use traces::write as traces;

/// Writes what failed, and a summary. With `verbose`, what passed too.
pub fn write(run: &Run, verbose: bool, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(style);
    for test in &run.units {
        unit(test, verbose, paint, out)?;
    }
    for test in &run.fixtures {
        fixture(test, verbose, paint, out)?;
    }
    if run.units.is_empty() && run.fixtures.is_empty() {
        return Ok(());
    }
    summary(run, paint, out)
}

fn unit(test: &UnitResult, verbose: bool, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let place = format!("{}:{}", test.path, test.line);
    let place = paint.clean(&place);
    match &test.outcome {
        Outcome::Passed if !verbose => return Ok(()),
        Outcome::Passed => {
            writeln!(
                out,
                "{} {place} {}",
                paint.ink(Ink::Green, "pass"),
                test.name
            )?;
        }
        Outcome::Todo => {
            writeln!(
                out,
                "{} {place} {}",
                paint.ink(Ink::Yellow, "todo"),
                test.name
            )?;
        }
        Outcome::Failed {
            message,
            cases,
            traces,
        } => {
            let fail = paint.ink(Ink::Red, "FAIL");
            writeln!(out, "{fail} {place} {}", paint.ink(Ink::Bold, &test.name))?;
            writeln!(out, "  {}", paint.clean(&one_line(message)))?;
            for case in cases {
                writeln!(out, "  case {}", paint.clean(&one_line(case)))?;
            }
            traces::write(traces, style_of(paint), out)?;
        }
    }
    for line in &test.prints {
        writeln!(out, "  print: {}", paint.clean(line))?;
    }
    if matches!(test.outcome, Outcome::Failed { .. }) {
        writeln!(out)?;
    }
    Ok(())
}

fn style_of(paint: Paint) -> Style {
    Style {
        color: paint.color(),
        unicode: paint.unicode(),
        links: false,
        width: paint.width(),
    }
}

fn fixture(
    test: &FixtureResult,
    verbose: bool,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = paint.clean(&test.case.name());
    if test.complaints.is_empty() {
        if verbose {
            let pass = paint.ink(Ink::Green, "pass");
            writeln!(out, "{pass} {name} {}", paint.clean(&test.case.rule))?;
        }
        return Ok(());
    }
    let fail = paint.ink(Ink::Red, "FAIL");
    let rule = paint.ink(Ink::Bold, &paint.clean(&test.case.rule));
    writeln!(out, "{fail} {name} {rule}")?;
    for complaint in &test.complaints {
        let message = paint.clean(&one_line(&complaint.message));
        match &complaint.place {
            Some((file, line)) => writeln!(out, "  {}:{line}: {message}", paint.clean(file))?,
            None => writeln!(out, "  {message}")?,
        }
    }
    writeln!(out)
}

fn summary(run: &Run, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let todo = run
        .units
        .iter()
        .filter(|one| one.outcome == Outcome::Todo)
        .count();
    let units = count(run.units.len() - todo, "unit test", "unit tests");
    let fixtures = count(run.fixtures.len(), "fixture", "fixtures");
    let failed = run.failed();
    let verdict = if failed == 0 {
        paint.ink(Ink::Green, "all pass")
    } else {
        paint.ink(Ink::Red, &format!("{failed} failed"))
    };
    let open = match todo {
        0 => String::new(),
        number => format!("; {number} to be written"),
    };
    writeln!(out, "{units}, {fixtures}: {verdict}{open}")
}
