//! The same document in another layout: no comments, no anchors, flow style, quoted text; or as JSON.

use ordinance_engine::document::scalar::{Dialect, Scalar};
use ordinance_engine::document::{Document, Kind, NodeRef, Style};

/// Documents that are longer when written again are left out: aliases stand for much.
const LIMIT: usize = 1 << 18;

/// Writes the first document again as YAML in flow style, tags kept; `None` where that is too long.
pub fn flow(document: &Document) -> Option<String> {
    let mut out = String::from("--- ");
    yaml(document.root()?, 0, &mut out)?;
    out.push('\n');
    Some(out)
}

fn yaml(node: NodeRef<'_>, depth: usize, out: &mut String) -> Option<()> {
    // Reading has a limit of depth, and quotes cost nothing of it.
    if out.len() > LIMIT || depth > 200 {
        return None;
    }
    if let Some(tag) = node.tag() {
        if !tag
            .strip_prefix('!')?
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == ':')
        {
            return None;
        }
        out.push_str(tag);
        out.push(' ');
    }
    match node.kind() {
        Kind::Mapping => {
            out.push('{');
            for (key, value) in node.entries() {
                if key.is_absent() {
                    return None;
                }
                out.push_str("? ");
                yaml(key, depth + 1, out)?;
                out.push_str(" : ");
                yaml(value, depth + 1, out)?;
                out.push_str(", ");
            }
            out.push('}');
        }
        Kind::Sequence => {
            out.push('[');
            for item in node.items() {
                yaml(item, depth + 1, out)?;
                out.push_str(", ");
            }
            out.push(']');
        }
        Kind::Scalar(Style::Plain) if node.is_absent() => {
            // Nothing stays nothing, which is not the same as null; a list shows no item that is nothing.
            if out.ends_with(['[', ',']) || out.ends_with(", ") || out.ends_with("[ ") {
                return None;
            }
        }
        Kind::Scalar(Style::Plain) => {
            let text = node.text()?;
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "_.+-".contains(c);
            let typed = !matches!(
                node.scalar(Dialect::CloudFormation),
                Some(Scalar::String(_))
            );
            if text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(is_plain) {
                out.push_str(text);
            } else if typed || text == "<<" || text == "=" {
                return None;
            } else {
                quoted(text, out);
            }
        }
        Kind::Scalar(_) => quoted(node.text()?, out),
    }
    Some(())
}

/// Writes a text in double quotes, with escapes that JSON and YAML share.
pub fn quoted(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

/// Writes a document as JSON, plain scalars by the core schema; `None` where that is too long or it has tags.
pub fn json(node: NodeRef<'_>, out: &mut String) -> Option<()> {
    if out.len() > LIMIT || node.tag().is_some() {
        return None;
    }
    match node.kind() {
        Kind::Mapping => {
            out.push('{');
            for (index, (key, value)) in node.entries().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quoted(key.text()?, out);
                out.push(':');
                json(value, out)?;
            }
            out.push('}');
        }
        Kind::Sequence => {
            out.push('[');
            for (index, item) in node.items().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                json(item, out)?;
            }
            out.push(']');
        }
        Kind::Scalar(_) => match node.scalar(Dialect::Json)? {
            Scalar::Null => out.push_str("null"),
            Scalar::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            Scalar::Number(text) => out.push_str(text),
            Scalar::String(text) => quoted(text, out),
        },
    }
    Some(())
}
