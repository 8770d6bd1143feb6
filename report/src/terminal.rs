//! What a developer reads.

use std::io::{self, Write};

use ordinance_engine::scan::Scan;

use crate::Context;

/// How the terminal shows things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours are wanted.
    pub color: bool,
    /// Whether line drawing and other characters beyond ASCII can be shown.
    pub unicode: bool,
    /// The columns of a line.
    pub width: usize,
}

/// Writes the findings and a summary.
pub fn write(
    _scan: &Scan,
    _context: &Context<'_>,
    _style: Style,
    _out: &mut dyn Write,
) -> io::Result<()> {
    Ok(())
}
