//! `ordinance eval`: one question, one answer.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use ordinance_engine::evaluate::{Limits, Row, Workbench};
use ordinance_engine::format::Options;
use ordinance_engine::policy::Request;
use serde_json::{Value, json};

use crate::args::{EvalArguments, EvalFormat};
use crate::exit::{CommandError, Exit};
use crate::{config, inputs, pack, parameters, stack};

/// Answers.
///
/// # Errors
/// When policies or the file do not load, the question is wrong, or the answer cannot be written.
pub(crate) fn run(arguments: &EvalArguments) -> Result<Exit, CommandError> {
    stack::big(|| here(arguments))
}

fn here(arguments: &EvalArguments) -> Result<Exit, CommandError> {
    let (expression, file) = words(arguments)?;
    let config = config::of(&arguments.choice.source, Path::new("."))?;
    let set = pack::load_chosen(&arguments.choice, &config)?;
    let packs = if arguments.choice.pack.is_empty() {
        config.packs.clone()
    } else {
        arguments.choice.pack.clone()
    };
    let request = Request {
        packs,
        rules: set
            .policies()
            .iter()
            .map(|one| one.metadata.id.clone())
            .collect(),
        parameters: config.params.clone(),
        ..Request::default()
    };
    let selection = pack::request(&set, &request)?;
    let workbench = Workbench::new(Arc::new(set), &selection, Limits::default());
    let mut workbench = workbench.map_err(|problem| crate::repl::problem(&problem))?;
    let options = Options {
        parameters: match &arguments.parameters {
            Some(path) => parameters::read(path)?,
            None => std::collections::BTreeMap::new(),
        },
        strict_parameters: arguments.strict_parameters || config.strict_parameters,
        ..Options::default()
    };
    if let Some(path) = file {
        inputs::read(Path::new(path), &options)?.show(&mut workbench);
    }
    let rows = workbench.query(expression);
    let rows = rows.map_err(|problem| crate::repl::problem(&problem))?;
    let failed = |source| CommandError::Write {
        what: "the answer".into(),
        source,
    };
    write(
        &rows,
        &workbench.prints(),
        arguments,
        &mut io::stdout().lock(),
    )
    .map_err(failed)?;
    let holds = rows.iter().any(|row| {
        row.expressions
            .iter()
            .all(|(_, value)| *value != Value::Bool(false))
    });
    Ok(if arguments.fail && !holds {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

/// Tells the expression from the file. With `--show-input` a single word is the file.
fn words(arguments: &EvalArguments) -> Result<(&str, Option<&str>), CommandError> {
    let words: Vec<&str> = arguments.words.iter().map(String::as_str).collect();
    match (words[..].split_first(), arguments.show_input) {
        (Some((file, [])), true) => Ok(("input", Some(file))),
        (Some((expression, rest)), _) => Ok((expression, rest.first().copied())),
        (None, _) => Err(CommandError::usage(
            "an expression is missing: ordinance eval 'input.resources' template.yaml",
        )),
    }
}

fn write(
    rows: &[Row],
    prints: &[String],
    arguments: &EvalArguments,
    out: &mut dyn Write,
) -> io::Result<()> {
    match arguments.format {
        EvalFormat::Pretty => crate::repl::rows(rows, prints, arguments.color, out),
        EvalFormat::Json => {
            let result: Vec<Value> = rows
                .iter()
                .map(|row| {
                    let expressions: Vec<Value> = row
                        .expressions
                        .iter()
                        .map(|(text, value)| json!({"text": text, "value": value}))
                        .collect();
                    json!({"expressions": expressions, "bindings": row.bindings})
                })
                .collect();
            writeln!(out, "{:#}", json!({ "result": result }))
        }
        EvalFormat::Raw => {
            for (_, value) in rows.iter().flat_map(|row| &row.expressions) {
                match value {
                    Value::String(text) => {
                        writeln!(out, "{}", ordinance_report::harmless_line(text, true))?;
                    }
                    value => writeln!(out, "{value}")?,
                }
            }
            Ok(())
        }
    }
}
