//! `ordinance check`: what is likely wrong with policies, before they judge anything.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::sync::Arc;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
    Severity,
};
use ordinance_engine::policy::lint::{Level, Remark, Schemas};
use ordinance_engine::policy::{PolicyError, PolicySet};
use ordinance_engine::policy_test;

use crate::args::CheckArguments;
use crate::exit::{CommandError, Exit};
use crate::{pack, policy_test as tests, streams};

/// Checks policies.
///
/// # Errors
/// When they cannot be read, or the remarks cannot be written.
pub(crate) fn run(arguments: &CheckArguments) -> Result<Exit, CommandError> {
    let tested = tests::tested(&arguments.tested)?;
    let (set, errors) = pack::read_tested(&tested, &arguments.tested.policy)?;
    let mut schemas = Schemas::default();
    for table in ordinance_policies::SCHEMAS {
        schemas.add(table);
    }
    let mut remarks: Vec<Remark> = errors.into_iter().map(metadata).collect();
    remarks.extend(policy_test::check(&set, &tested, &schemas));
    let style = streams::style_of_stdout(arguments.color);
    let mut out = io::stdout().lock();
    let failed = |source| CommandError::Write {
        what: "the remarks".into(),
        source,
    };
    let handler = handler(style.color, style.unicode, style.width);
    let texts = texts(&set);
    for remark in &remarks {
        let shown = shown(remark, &texts, &handler);
        writeln!(out, "{}", shown.trim_end()).map_err(failed)?;
        writeln!(out).map_err(failed)?;
    }
    let errors = remarks
        .iter()
        .filter(|one| one.level == Level::Error)
        .count();
    let warnings = remarks.len() - errors;
    let policies = set.policies().iter().filter(|policy| {
        let module = set.module(policy.module);
        module.is_some_and(|module| !module.source.builtin)
    });
    let policies = policies.count();
    if policies == 0 && remarks.is_empty() {
        streams::complain("There are no policies here: no .rego file whose METADATA has 'custom'.");
        return Ok(Exit::NothingToCheck);
    }
    writeln!(
        out,
        "Policies: {policies}; errors: {errors}; warnings: {warnings}"
    )
    .map_err(failed)?;
    let fails = errors > 0 || arguments.deny_warnings && warnings > 0;
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// Returns the texts of the policies, by path.
fn texts(set: &PolicySet) -> BTreeMap<Arc<str>, String> {
    let modules = set.modules().iter().chain(set.tests());
    modules
        .map(|module| {
            (
                Arc::clone(&module.source.path),
                module.source.text.to_string(),
            )
        })
        .collect()
}

/// Returns a mistake of METADATA as a remark.
fn metadata(error: PolicyError) -> Remark {
    Remark {
        path: error.path,
        place: ordinance_engine::policy::Place {
            line: error.line,
            column: error.column,
        },
        text: String::new(),
        level: Level::Error,
        lint: "metadata",
        message: error.message,
        help: "docs/policy-metadata.schema.json says what stands in METADATA".to_owned(),
    }
}

fn handler(color: bool, unicode: bool, width: usize) -> GraphicalReportHandler {
    let theme = match (color, unicode) {
        (true, true) => GraphicalTheme::unicode(),
        (false, true) => GraphicalTheme::unicode_nocolor(),
        (true, false) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_context_lines(1)
        .with_links(false)
}

fn shown(
    remark: &Remark,
    texts: &BTreeMap<Arc<str>, String>,
    handler: &GraphicalReportHandler,
) -> String {
    let severity = match remark.level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
    };
    let mut diagnostic = MietteDiagnostic::new(remark.message.clone())
        .with_code(remark.lint)
        .with_severity(severity)
        .with_help(remark.help.clone());
    let text = texts.get(&remark.path);
    let source = text.map(|text| {
        let start = offset(text, remark.place.line, remark.place.column);
        let clean = text.replace('\t', "    ");
        // Tabs are one column here: what stands before the place moves with them.
        let before = text.get(..start).unwrap_or_default().matches('\t').count();
        let start = start + 3 * before;
        diagnostic.labels = Some(vec![LabeledSpan::underline(
            start..start + remark.text.len(),
        )]);
        NamedSource::new(&*remark.path, harmless(&clean))
    });
    let report = Report::new(diagnostic);
    let report = match source {
        Some(source) => report.with_source_code(source),
        None => report,
    };
    let mut text = String::new();
    let rendered = handler.render_report(&mut text, report.as_ref());
    if rendered.is_ok() && texts.contains_key(&remark.path) {
        text
    } else {
        format!(
            "{text}  {}:{}:{}\n",
            remark.path, remark.place.line, remark.place.column
        )
    }
}

/// Returns a text without what moves the cursor, with its lines as they are.
fn harmless(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| ordinance_report::harmless_line(line, true));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the byte offset of a line and a column in characters, both from 1.
fn offset(text: &str, line: u32, column: u32) -> usize {
    let number = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let before: usize = text.split_inclusive('\n').take(number).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default();
    let column = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    before + rest.chars().take(column).map(char::len_utf8).sum::<usize>()
}
