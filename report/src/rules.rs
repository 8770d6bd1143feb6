//! What the controls are: the list and the page of one.

use std::io::{self, Write};

use ordinance_engine::policy::Metadata;

use crate::terminal::Style;

/// Writes a table of controls.
pub fn list<'a>(
    _rules: impl IntoIterator<Item = &'a Metadata>,
    _style: Style,
    _out: &mut dyn Write,
) -> io::Result<()> {
    Ok(())
}

/// Writes controls as a JSON array, and a line end.
pub fn list_json<'a>(
    _rules: impl IntoIterator<Item = &'a Metadata>,
    _out: &mut dyn Write,
) -> io::Result<()> {
    Ok(())
}

/// Writes all there is to say about a control.
pub fn explain(_metadata: &Metadata, _style: Style, _out: &mut dyn Write) -> io::Result<()> {
    Ok(())
}

/// Writes a control as a JSON object, and a line end.
pub fn explain_json(_metadata: &Metadata, _out: &mut dyn Write) -> io::Result<()> {
    Ok(())
}
