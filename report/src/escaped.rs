//! JSON that a person may look at: what moves the cursor, hides text or turns its direction is written as `\uXXXX`. To a
//! parser that is the same text; to a terminal it is none of these.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::text::is_hostile;

/// Writes a value as compact JSON.
pub(crate) fn to_writer(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Escaped))?;
    Ok(())
}

struct Escaped;

impl Formatter for Escaped {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hostile) {
            let (before, after) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            let mut letters = after.chars();
            for unit in letters.next().iter().flat_map(|c| {
                let mut units = [0; 2];
                c.encode_utf16(&mut units).to_vec()
            }) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = letters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_the_text_is_the_same() {
        let text = "a\u{9b}2J\u{202e}é\u{1b}\u{7f} 🚀\"\\\u{feff}";
        let mut bytes = Vec::new();
        to_writer(&mut bytes, &text).unwrap();
        let written = String::from_utf8(bytes).unwrap();
        assert_eq!(written, r#""a\u009b2J\u202eé\u001b\u007f 🚀\"\\\ufeff""#);
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
