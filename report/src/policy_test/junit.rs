//! Results of policy tests as JUnit XML: one suite a file of tests, one for the fixtures of a control.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ordinance_engine::policy_test::{Outcome, Run};

use super::style_of;
use super::traces;
use crate::junit::xml;
use crate::terminal::{Paint, Style};

/// A case: its name, and what is wrong with it or `None`; whether it is still to be written.
struct Case {
    name: String,
    failure: Option<String>,
    skipped: bool,
}

/// Writes the suites. Times are zero: the same run gives the same bytes.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for test in &run.units {
        let failure = match &test.outcome {
            Outcome::Failed {
                message,
                cases,
                traces,
            } => {
                let cases = cases.iter().map(|case| format!("\ncase {case}"));
                let text = format!("{message}{}\n", cases.collect::<String>());
                Some(text + &explained(traces)?)
            }
            Outcome::Passed | Outcome::Todo => None,
        };
        suites.entry(test.path.to_string()).or_default().push(Case {
            name: test.name.clone(),
            failure,
            skipped: test.outcome == Outcome::Todo,
        });
    }
    for test in &run.fixtures {
        let complaints = test.complaints.iter().map(|one| match &one.place {
            Some((file, line)) => format!("{file}:{line}: {}\n", one.message),
            None => format!("{}\n", one.message),
        });
        let failure: String = complaints.collect();
        suites
            .entry(format!("fixtures of {}", test.case.rule))
            .or_default()
            .push(Case {
                name: test.case.name(),
                failure: (!failure.is_empty()).then_some(failure),
                skipped: false,
            });
    }
    suites_of(&suites, out)
}

fn explained(traces: &[ordinance_engine::evaluate::Trace]) -> io::Result<String> {
    let plain = Paint::new(Style {
        color: false,
        links: false,
        unicode: true,
        width: 100,
    });
    let mut text = Vec::new();
    traces::write(traces, style_of(plain), &mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn suites_of(suites: &BTreeMap<String, Vec<Case>>, out: &mut dyn Write) -> io::Result<()> {
    let all = || suites.values().flatten();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let counts = counted(all());
    writeln!(out, "<testsuites name=\"ordinance test\" {counts}>")?;
    for (name, cases) in suites {
        let counts = counted(cases.iter());
        writeln!(out, "  <testsuite name=\"{}\" {counts}>", xml(name))?;
        for case in cases {
            let head = format!("classname=\"{}\" name=\"{}\"", xml(name), xml(&case.name));
            match &case.failure {
                Some(failure) => {
                    let first = failure.lines().next().unwrap_or_default();
                    writeln!(out, "    <testcase {head} time=\"0\">")?;
                    let (message, text) = (xml(first), xml(failure));
                    writeln!(out, "      <failure message=\"{message}\">{text}</failure>")?;
                    writeln!(out, "    </testcase>")?;
                }
                None if case.skipped => {
                    writeln!(out, "    <testcase {head} time=\"0\"><skipped/></testcase>")?;
                }
                None => writeln!(out, "    <testcase {head} time=\"0\"/>")?,
            }
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn counted<'c>(cases: impl Iterator<Item = &'c Case>) -> String {
    let (mut tests, mut failures, mut skipped) = (0, 0, 0);
    for case in cases {
        tests += 1;
        failures += usize::from(case.failure.is_some());
        skipped += usize::from(case.skipped);
    }
    format!(
        "tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\" errors=\"0\" time=\"0\""
    )
}
