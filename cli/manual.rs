//! `ordinance completions` and `ordinance man`: what shells and manuals know of the command line.

use std::fs;
use std::io::{self, Write as _};

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::{ManArguments, Ordinance};
use crate::exit::{CommandError, Exit};

/// Prints a completion script.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn completions(shell: Shell) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Ordinance::command(), "ordinance", &mut script);
    print(&script, "the completion script")
}

/// Prints one manual page, or writes all.
///
/// # Errors
/// When there is no such verb, or a page cannot be written.
pub(crate) fn pages(arguments: &ManArguments) -> Result<Exit, CommandError> {
    let mut program = Ordinance::command();
    program.build();
    let pages: Vec<(String, Command)> = commands(&program);
    if let Some(folder) = &arguments.output {
        let failed = |source| CommandError::Write {
            what: folder.display().to_string(),
            source,
        };
        fs::create_dir_all(folder).map_err(failed)?;
        for (name, command) in pages {
            fs::write(
                folder.join(format!("{name}.1")),
                page(&name, command).map_err(failed)?,
            )
            .map_err(failed)?;
        }
        return Ok(Exit::Clean);
    }
    let wanted = match &arguments.verb {
        Some(verb) => format!("ordinance-{verb}"),
        None => "ordinance".to_owned(),
    };
    let Some((name, command)) = pages.into_iter().find(|(name, _)| *name == wanted) else {
        let verb = arguments.verb.as_deref().unwrap_or_default();
        return Err(CommandError::usage(format!("there is no verb '{verb}'")));
    };
    let failed = |source| CommandError::Write {
        what: "the manual page".into(),
        source,
    };
    print(&page(&name, command).map_err(failed)?, "the manual page")
}

/// The program and its verbs, each with the name of its page.
fn commands(program: &Command) -> Vec<(String, Command)> {
    let mut found = vec![("ordinance".to_owned(), program.clone())];
    for verb in program
        .get_subcommands()
        .filter(|verb| verb.get_name() != "help")
    {
        let name = format!("ordinance-{}", verb.get_name());
        for inner in verb
            .get_subcommands()
            .filter(|inner| inner.get_name() != "help")
        {
            found.push((format!("{name}-{}", inner.get_name()), inner.clone()));
        }
        found.push((name, verb.clone()));
    }
    found
}

fn page(name: &str, command: Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command)
        .title(name.to_uppercase())
        .source(format!("ordinance {}", env!("CARGO_PKG_VERSION")))
        .render(&mut page)?;
    Ok(page)
}

fn print(bytes: &[u8], what: &str) -> Result<Exit, CommandError> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|source| CommandError::Write {
            what: what.to_owned(),
            source,
        })?;
    Ok(Exit::Clean)
}
