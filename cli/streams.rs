//! Standard output and standard error: who may write, in colour or not, how wide.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use ordinance_report::terminal::Style;
use terminal_size::{Width, terminal_size};

use crate::args::ColorChoice;

/// The columns of what is no terminal.
const DEFAULT_WIDTH: usize = 100;

/// Returns how standard output shows text.
pub(crate) fn style_of_stdout(choice: ColorChoice) -> Style {
    let terminal = io::stdout().is_terminal();
    let color = match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && !variable_is_set("NO_COLOR"),
    };
    Style {
        color,
        links: terminal && color,
        unicode: speaks_unicode(),
        width: if terminal { width() } else { DEFAULT_WIDTH },
    }
}

/// Returns how files show text: without colours, whatever the terminal has.
pub(crate) const fn style_of_files() -> Style {
    Style {
        color: false,
        links: false,
        unicode: true,
        width: DEFAULT_WIDTH,
    }
}

/// Returns whether standard error is a terminal.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Writes a message for the user to standard error.
pub(crate) fn complain(message: &str) {
    // There is nobody left to tell when standard error cannot be written.
    let _ = writeln!(io::stderr(), "{}", message.trim_end());
}

fn variable_is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn speaks_unicode() -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| env::var_os(name).filter(|value| !value.is_empty()))
        .is_none_or(|value| {
            let value = value.to_string_lossy().to_lowercase();
            value.contains("utf-8") || value.contains("utf8")
        })
}

fn width() -> usize {
    let told = env::var_os("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
    let measured = || terminal_size().map(|(Width(columns), _)| usize::from(columns));
    told.or_else(measured)
        .unwrap_or(DEFAULT_WIDTH)
        .clamp(40, 160)
}
