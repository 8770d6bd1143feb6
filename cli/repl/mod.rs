//! `ordinance repl`: questions about files and policies, one after the other.
//!
//! [`session`] is the state, [`typed`] tells rules from queries, [`commands`] answers what begins with a colon, [`editor`] is
//! the line editor of a terminal. Without a terminal lines are read as they come, so that a script can ask.

mod commands;
mod editor;
mod places;
mod save;
mod session;
mod show;
mod typed;

use std::io::{self, BufRead as _, IsTerminal as _, Write};
use std::path::Path;

use ordinance_engine::evaluate::{Problem, Row};
use ordinance_report::terminal::Style;

use crate::args::{ColorChoice, ReplArguments};
use crate::exit::{CommandError, Exit};
use crate::{config, session as scans, stack, streams};
use session::Session;

/// What comes after a text is answered.
enum After {
    /// The next.
    Next,
    /// The end.
    Quit,
}

/// Answers until the input ends.
///
/// # Errors
/// When policies or files do not load, or nothing can be written.
pub(crate) fn run(arguments: &ReplArguments) -> Result<Exit, CommandError> {
    stack::big(|| here(arguments))
}

fn here(arguments: &ReplArguments) -> Result<Exit, CommandError> {
    scans::check_paths(&arguments.input)?;
    let root = scans::root(&arguments.input);
    let root = if root.exists() {
        root
    } else {
        Path::new(".").to_path_buf()
    };
    let config = config::of(&arguments.choice.source, &root)?;
    let mut session = Session::new(&arguments.input, &arguments.choice, &config)?;
    let style = streams::style_of_stdout(arguments.color);
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return editor::run(&mut session, style);
    }
    piped(&mut session, style)
}

/// Answers lines from a pipe. A mistake is said and costs nothing after it, but the exit code tells of it.
fn piped(session: &mut Session, style: Style) -> Result<Exit, CommandError> {
    let mut out = io::stdout().lock();
    let mut exit = Exit::Clean;
    let mut open = String::new();
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| CommandError::usage(format!("cannot read: {error}")))?;
        open.push_str(&line);
        open.push('\n');
        if !open.trim_start().starts_with(':') && typed::is_open(&open) {
            continue;
        }
        let text = std::mem::take(&mut open);
        match answer(session, &text, style, &mut out) {
            Ok(After::Next) => {}
            Ok(After::Quit) => return Ok(exit),
            Err(error @ CommandError::Write { .. }) => return Err(error),
            Err(error) => exit = error.print(),
        }
    }
    if !open.trim().is_empty() {
        return Err(CommandError::usage(
            "the input ends in the middle of a rule",
        ));
    }
    Ok(exit)
}

/// Answers one text.
fn answer(
    session: &mut Session,
    text: &str,
    style: Style,
    out: &mut dyn Write,
) -> Result<After, CommandError> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('#') {
        return Ok(After::Next);
    }
    if let Some(command) = text.strip_prefix(':') {
        return commands::run(session, command, style, out);
    }
    let problem = |problem: Problem| show::problem(&problem);
    match typed::kind(text) {
        typed::Kind::Query => {
            let rows = session.workbench.query(text).map_err(problem)?;
            let prints = session.workbench.prints();
            show::rows(&rows, &prints, style, out).map_err(failed)?;
        }
        kind => {
            session.add(&kind, text).map_err(problem)?;
            let what = match &kind {
                typed::Kind::Rule(name) => format!("Rule '{name}' is defined."),
                _ => "Imported.".to_owned(),
            };
            writeln!(out, "{what}").map_err(failed)?;
        }
    }
    Ok(After::Next)
}

/// Returns a problem as what the user is told.
pub(crate) fn problem(problem: &Problem) -> CommandError {
    show::problem(problem)
}

/// Writes the solutions of a query.
///
/// # Errors
/// When they cannot be written.
pub(crate) fn rows(
    rows: &[Row],
    prints: &[String],
    color: ColorChoice,
    out: &mut dyn Write,
) -> io::Result<()> {
    show::rows(rows, prints, streams::style_of_stdout(color), out)
}

fn failed(source: io::Error) -> CommandError {
    CommandError::Write {
        what: "the answer".into(),
        source,
    }
}
