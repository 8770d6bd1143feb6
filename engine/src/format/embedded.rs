//! Policy documents inside JSON strings.
//!
//! Owns where in a file the parts of such a document stand: strings are decoded when a file is read, so offsets in
//! the JSON text are mapped back through quotes, escapes and indentation.

use crate::artifact::Span;
use crate::document::scalar::{Dialect, Scalar};
use crate::document::{Kind, NodeRef, json};
use crate::resource::{Entry, Node, Value};

/// Reads a text as a policy document: a JSON object with a `Statement`. `None` for anything else.
///
/// `source` is the file's text and the span of the scalar in it (quotes, block header and tag included). Where the
/// JSON cannot be found there, because it was put together, every part has the place of the scalar.
pub fn policy_document(text: &str, source: Option<(&str, Span)>) -> Option<Node> {
    if !text.trim_start().starts_with('{') || !text.contains("\"Statement\"") {
        return None;
    }
    let (document, errors) = json::parse(text);
    let root = document.root().filter(|_| errors.is_empty())?;
    root.get("Statement")?;
    let places = Places::new(text, source);
    Some(places.node(root))
}

/// Maps offsets of a decoded text to those of its file.
struct Places {
    whole: Option<Span>,
    /// Where in the file each character of the text stands that is no white space, by its first byte.
    offsets: Option<Vec<Span>>,
}

impl Places {
    fn new(text: &str, source: Option<(&str, Span)>) -> Self {
        let offsets = source.and_then(|(file, span)| align(text, file, span));
        Self {
            whole: source.map(|(_, span)| span),
            offsets,
        }
    }

    fn node(&self, node: NodeRef<'_>) -> Node {
        Node {
            value: self.value(node),
            span: self.span(node.span()),
        }
    }

    fn value(&self, node: NodeRef<'_>) -> Value {
        match node.kind() {
            Kind::Sequence => Value::Array(node.items().map(|item| self.node(item)).collect()),
            Kind::Mapping => Value::Object(self.entries(node)),
            Kind::Scalar(_) => literal(node),
        }
    }

    fn entries(&self, node: NodeRef<'_>) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for (key, value) in node.entries() {
            let entry = Entry {
                key: key.text().unwrap_or_default().into(),
                key_span: self.span(key.span()),
                node: self.node(value),
            };
            match entries.iter_mut().find(|seen| seen.key == entry.key) {
                Some(seen) => *seen = entry,
                None => entries.push(entry),
            }
        }
        entries
    }

    fn span(&self, span: Span) -> Option<Span> {
        let Some(offsets) = &self.offsets else {
            return self.whole;
        };
        let at = |offset: u32| offsets.get(usize::try_from(offset).ok()?).copied();
        // Tokens of JSON end in a character of one byte.
        match (at(span.start), span.end.checked_sub(1).and_then(at)) {
            (Some(first), Some(last)) if first.start < last.end => {
                Some(Span::new(first.start, last.end))
            }
            _ => self.whole,
        }
    }
}

fn literal(node: NodeRef<'_>) -> Value {
    match node.scalar(Dialect::Json) {
        None | Some(Scalar::Null) => Value::Null,
        Some(Scalar::Bool(truth)) => Value::Bool(truth),
        Some(Scalar::Number(number)) => Value::Number(number.into()),
        Some(Scalar::String(text)) => Value::String(text.into()),
    }
}

/// How the scalar is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Single,
    Double,
    None,
}

/// Finds each character of `text` in the file. White space is skipped on both sides: folding, indentation and line
/// ends change nothing else, and JSON gives no meaning to white space between its tokens.
fn align(text: &str, file: &str, span: Span) -> Option<Vec<Span>> {
    let (start, end) = (
        usize::try_from(span.start).ok()?,
        usize::try_from(span.end).ok()?,
    );
    let scalar = file.get(start..end)?;
    let (quoting, content) = content(scalar);
    let mut source = Characters {
        text: scalar,
        position: content,
        quoting,
    };
    let mut offsets = vec![Span::default(); text.len()];
    for (position, character) in text.char_indices() {
        if character.is_whitespace() {
            continue;
        }
        let (offset, found) = source.next_visible()?;
        if found != character {
            return None;
        }
        let end = u32::try_from(start + source.position).ok()?;
        *offsets.get_mut(position)? = Span::new(u32::try_from(start + offset).ok()?, end);
    }
    Some(offsets)
}

/// Returns how a scalar is quoted and where its content starts: behind function name, tag, quote or block header.
fn content(scalar: &str) -> (Quoting, usize) {
    let mut rest = behind_function(scalar).unwrap_or(scalar);
    if rest.starts_with(['!', '&']) {
        let (_, value) = rest.split_once(char::is_whitespace).unwrap_or_default();
        rest = value.trim_start();
    }
    let at = scalar.len() - rest.len();
    match rest.chars().next() {
        Some('\'') => (Quoting::Single, at + 1),
        Some('"') => (Quoting::Double, at + 1),
        Some('|' | '>') => (Quoting::None, at + rest.find('\n').unwrap_or(rest.len())),
        _ => (Quoting::None, at),
    }
}

/// Returns what is written behind `Fn::Sub:`, where the scalar is the argument of that function.
fn behind_function(scalar: &str) -> Option<&str> {
    let (before, after) = scalar.split_once("Fn::Sub")?;
    if before.contains("Statement") {
        return None;
    }
    let colon = after.trim_start_matches(['"', '\'']).trim_start();
    colon.strip_prefix(':').map(str::trim_start)
}

/// The characters of a scalar as written, unescaped.
struct Characters<'s> {
    text: &'s str,
    position: usize,
    quoting: Quoting,
}

impl Characters<'_> {
    /// Returns the next character that is no white space, and where it stands.
    fn next_visible(&mut self) -> Option<(usize, char)> {
        loop {
            let at = self.position;
            let character = self.character()?;
            if !character.is_whitespace() {
                return Some((at, character));
            }
        }
    }

    fn character(&mut self) -> Option<char> {
        let rest = self.text.get(self.position..)?;
        let first = rest.chars().next()?;
        self.position += first.len_utf8();
        match (self.quoting, first) {
            (Quoting::Double, '\\') => self.escape(),
            (Quoting::Single, '\'') => {
                self.position += 1;
                rest.starts_with("''").then_some('\'')
            }
            _ => Some(first),
        }
    }

    /// Reads what follows a backslash, in the escapes that JSON and YAML share and YAML's own (YAML 1.2.2 §5.7).
    fn escape(&mut self) -> Option<char> {
        let letter = self.text.get(self.position..)?.chars().next()?;
        self.position += letter.len_utf8();
        Some(match letter {
            'n' | 'r' | 't' | 'N' | 'L' | 'P' | '_' | 'v' | 'f' => ' ',
            'x' => self.code(2)?,
            'u' => self.code_unit()?,
            'U' => self.code(8)?,
            other => other,
        })
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let digits = self.text.get(self.position..self.position + count)?;
        self.position += count;
        u32::from_str_radix(digits, 16).ok()
    }

    fn code(&mut self, count: usize) -> Option<char> {
        self.digits(count).and_then(char::from_u32)
    }

    /// A UTF-16 unit, or two that make one character.
    fn code_unit(&mut self) -> Option<char> {
        let first = self.digits(4)?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        self.position += 2;
        let second = self.digits(4)?.checked_sub(0xDC00)?;
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;

    /// Parses the only value of a YAML map and returns the source text of the document's `Effect`, key and value.
    fn effect(yaml: &str) -> (String, String) {
        let (tree, errors) = document::parse(yaml);
        assert_eq!(errors, []);
        let (_, scalar) = tree.root().unwrap().entries().next().unwrap();
        let place = scalar.span();
        let text = scalar
            .text()
            .or_else(|| scalar.get("Fn::Sub").and_then(|inner| inner.text()))
            .unwrap();
        let policy = policy_document(text, Some((yaml, place))).unwrap();
        let statement = policy.get("Statement").unwrap();
        let entry = statement.entry("Effect").unwrap();
        let at = |span: Option<Span>| {
            let span = span.unwrap();
            yaml[span.start as usize..span.end as usize].to_owned()
        };
        (at(entry.key_span), at(entry.node.span))
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn single_quotes_are_mapped() {
        let yaml = r#"P: '{"Sid": "it''s", "Statement": {"Effect": "Allow"}}'"#;
        assert_eq!(effect(yaml), pair("\"Effect\"", "\"Allow\""));
    }

    #[test]
    fn escapes_in_double_quotes_are_mapped() {
        let yaml = r#"{"P": "{\n \"Sid\": \"\u00e4\ud83d\ude00\", \"Statement\":{\t\"Effect\":\"Allow\"}}"}"#;
        assert_eq!(effect(yaml), pair(r#"\"Effect\""#, r#"\"Allow\""#));
    }

    #[test]
    fn literal_blocks_are_mapped() {
        let yaml = "P: |\n  {\n    \"Statement\": {\n      \"Effect\": \"Allow\"\n    }\n  }\n";
        assert_eq!(effect(yaml), pair("\"Effect\"", "\"Allow\""));
    }

    #[test]
    fn folded_blocks_and_tags_are_mapped() {
        let yaml = "P: !Sub >-\r\n  {\r\n  \"Statement\": {\r\n  \"Effect\": \"Allow\"\r\n  }}\r\n";
        assert_eq!(effect(yaml), pair("\"Effect\"", "\"Allow\""));
    }

    #[test]
    fn the_long_form_of_sub_is_mapped() {
        let yaml = "P:\n  Fn::Sub: '{\"Statement\": {\"Effect\": \"Allow\"}}'\n";
        assert_eq!(effect(yaml), pair("\"Effect\"", "\"Allow\""));
        let json = r#"{"P": {"Fn::Sub": "{\"Statement\": {\"Effect\": \"Allow\"}}"}}"#;
        assert_eq!(effect(json), pair(r#"\"Effect\""#, r#"\"Allow\""#));
    }

    #[test]
    fn a_text_that_is_not_in_the_source_has_the_place_of_its_scalar() {
        let span = Span::new(3, 7);
        let policy = policy_document(r#"{"Statement": []}"#, Some(("P: abcd", span))).unwrap();
        assert_eq!(policy.get("Statement").unwrap().span, Some(span));
    }

    #[test]
    fn without_a_source_there_is_no_place() {
        let policy = policy_document(r#"{"Statement": []}"#, None).unwrap();
        assert_eq!(policy.span, None);
    }

    #[test]
    fn other_texts_are_no_policies() {
        for text in [
            "",
            "x",
            "[]",
            r#"{"a": 1}"#,
            r#"{"Statement": ["#,
            r#"{"a": "\"Statement\""}"#,
        ] {
            assert_eq!(policy_document(text, None), None, "{text}");
        }
    }

    #[test]
    fn of_a_repeated_key_the_last_value_counts() {
        let policy = policy_document(r#"{"Statement": 1, "Statement": 2}"#, None).unwrap();
        assert_eq!(
            policy.get("Statement").unwrap().value,
            Value::Number("2".into())
        );
    }
}
