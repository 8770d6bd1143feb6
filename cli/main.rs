//! The command line of Ordinance: arguments in, one subcommand run, an exit code out.

mod accepted;
mod args;
mod baseline;
mod changed;
mod check;
mod clock;
mod config;
mod eval;
mod exit;
mod explain;
mod facts;
mod files;
mod fix;
mod init;
mod inputs;
mod manual;
mod map;
mod new;
mod overrides;
mod pack;
mod parameters;
mod policy_test;
mod progress;
mod provenance;
mod repl;
mod replace;
mod rules;
mod scaffold;
mod scan;
mod session;
mod stack;
mod streams;
mod timings;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Command, Ordinance};
use exit::{CommandError, Exit};

/// Evaluating Rego allocates and frees small values all the time: a quarter of a scan's time with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Ordinance::parse();
    let outcome = match arguments.command {
        Command::Scan(arguments) => scan::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Map(arguments) => map::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Baseline(arguments) => baseline::run(&arguments.verb),
        Command::Test(arguments) => policy_test::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Repl(arguments) => repl::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man(arguments) => manual::pages(&arguments),
    };
    outcome.unwrap_or_else(CommandError::print).into()
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
