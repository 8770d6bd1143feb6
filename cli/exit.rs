//! Exit codes, the same for every format.

use std::io;

use miette::Diagnostic;
use thiserror::Error;

use crate::streams;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Nothing at or above the threshold.
    Clean = 0,
    /// Findings at or above the threshold.
    Findings = 1,
    /// Wrong usage, configuration or policies: found before scanning.
    Usage = 2,
    /// There was nothing to check.
    NothingToCheck = 3,
    /// An input could not be read or a policy could not be evaluated.
    Incomplete = 4,
}

/// What ends a command before it has a result.
#[derive(Debug, Error, Diagnostic)]
pub(crate) enum CommandError {
    /// Something the user asked for does not exist or does not fit.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do next.
        #[help]
        help: Option<String>,
    },
    /// A report could not be written.
    #[error("cannot write {what}: {source}")]
    Write {
        /// What was to be written.
        what: String,
        /// Why it could not.
        source: io::Error,
    },
}

impl CommandError {
    /// Returns a usage error.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            help: None,
        }
    }

    /// Says what is wrong on standard error and gives the exit code. A reader that went away is no failure.
    pub(crate) fn print(self) -> Exit {
        if let Self::Write { source, .. } = &self
            && source.kind() == io::ErrorKind::BrokenPipe
        {
            return Exit::Clean;
        }
        streams::complain(&format!("{:?}", miette::Report::new(self)));
        Exit::Usage
    }
}
