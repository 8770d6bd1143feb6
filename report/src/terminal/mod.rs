//! What a developer reads: each failure with its source line, then what is undecided, then one summary.
//!
//! Everything shown comes from the scan, never from a file; text of others is made harmless before it reaches the
//! terminal. Results of one rule that repeat in one file are counted after the first few.

mod failure;
mod list;
mod paint;
mod snippet;
mod summary;

use std::io::{self, Write};

use ordinance_engine::evaluate::Outcome;
use ordinance_engine::resource::NoticeLevel;
use ordinance_engine::scan::Scan;

use crate::Context;
pub(crate) use paint::{Ink, Paint, columns, ink_of, labelled, wrap, wrap_after};

/// How the terminal shows things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours are wanted.
    pub color: bool,
    /// Whether line drawing and other characters beyond ASCII can be shown.
    pub unicode: bool,
    /// Whether control ids are links to their pages (OSC 8,
    /// <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>).
    pub links: bool,
    /// The columns of a line.
    pub width: usize,
}

/// Results of one rule in one file that are shown before the rest is counted.
const REPEAT_LIMIT: usize = 10;

/// Writes what the user must know about the scan itself.
pub fn write_notices(scan: &Scan, style: Style, out: &mut dyn Write) -> io::Result<()> {
    list::notices(&scan.notices, false, Paint::new(style), out)
}

/// Writes the failures, the undecided, the notices and a summary.
pub fn write(
    scan: &Scan,
    context: &Context<'_>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if let Some((key, policies)) = context.framework {
        return crate::requirements::write(scan, key, policies, style, out);
    }
    let limit = if context.verbose {
        usize::MAX
    } else {
        REPEAT_LIMIT
    };
    let paint = Paint::new(style);
    failure::write(scan, limit, paint, out)?;
    if context.quiet {
        // What was not judged is never left out: it is no clean result.
        let errors: Vec<_> = scan
            .notices
            .iter()
            .filter(|notice| notice.level == NoticeLevel::Error)
            .cloned()
            .collect();
        return list::notices(&errors, false, paint, out);
    }
    let unknown = scan
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Unknown);
    list::undecided(unknown, limit, paint, out)?;
    list::notices(&scan.notices, context.verbose, paint, out)?;
    summary::write(scan, context, paint, out)
}
