//! Documents inside JSON strings: policies, and definitions of containers.
//!
//! Owns where in a file the parts of such a document stand: strings are decoded when a file is read, so offsets in
//! the JSON text are mapped back through quotes, escapes and indentation.

mod source;

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::artifact::Span;
use crate::document::scalar::{Dialect, Scalar};
use crate::document::{Kind, NodeRef, json};
use crate::resource::{Entry, Fragment, Node, Value};
use source::{HOLE_END, HOLE_START, align};

/// Reads a text as a policy document: a JSON object with a `Statement`. `None` for anything else.
///
/// `source` is the file's text and the span of the scalar in it (quotes, block header and tag included). Where the
/// JSON cannot be found there, because it was put together, every part has the place of the scalar.
pub fn policy_document(text: &str, source: Option<(&str, Span)>) -> Option<Node> {
    read(text, &[], source)
}

/// Reads a text that is known in part as a policy document. Strings in which something is not known become partial
/// strings; where anything else is not known there is no document.
pub fn partial_policy_document(
    fragments: &[Fragment],
    source: Option<(&str, Span)>,
) -> Option<Node> {
    let mut text = String::new();
    let mut holes = Vec::new();
    for fragment in fragments {
        match fragment {
            Fragment::Text(part) if looks_like_hole(part) => return None,
            Fragment::Text(part) => text.push_str(part),
            Fragment::Hole(hole) => {
                let _ = write!(text, "{HOLE_START}{}{HOLE_END}", holes.len());
                holes.push(&**hole);
            }
        }
    }
    read(&text, &holes, source)
}

/// Tells whether a text has the characters that stand for holes, or escapes of JSON that could become them.
fn looks_like_hole(text: &str) -> bool {
    let escaped = ["\\ue00", "\\uE00"];
    text.contains([HOLE_START, HOLE_END]) || escaped.iter().any(|escape| text.contains(escape))
}

/// Reads a text as definitions of containers: a JSON array (Amazon ECS, `containerDefinitions`) or one JSON object (AWS
/// Batch, `containerProperties`). `None` for anything else; the places are those of [`policy_document`].
pub fn container_definitions(text: &str, source: Option<(&str, Span)>) -> Option<Node> {
    if !text.trim_start().starts_with(['[', '{']) {
        return None;
    }
    let (document, errors) = json::parse(text);
    let root = document.root().filter(|_| errors.is_empty())?;
    Some(placed(root, text, &[], source))
}

fn read(text: &str, holes: &[&Value], source: Option<(&str, Span)>) -> Option<Node> {
    if !text.trim_start().starts_with('{') || !text.contains("\"Statement\"") {
        return None;
    }
    let (document, errors) = json::parse(text);
    let root = document.root().filter(|_| errors.is_empty())?;
    root.get("Statement")?;
    Some(placed(root, text, holes, source))
}

fn placed(root: NodeRef<'_>, text: &str, holes: &[&Value], source: Option<(&str, Span)>) -> Node {
    let reader = Reader {
        whole: source.map(|(_, span)| span),
        places: source.and_then(|(file, span)| align(text, file, span)),
        holes,
    };
    reader.node(root)
}

/// Turns the tree of the decoded text into nodes with the places of the file.
struct Reader<'h> {
    whole: Option<Span>,
    /// Where in the file each character of the text stands that is no white space, by its first byte.
    places: Option<Vec<Span>>,
    /// What is not known, by the number that stands for it in the text.
    holes: &'h [&'h Value],
}

impl Reader<'_> {
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
            Kind::Scalar(_) => self.scalar(node),
        }
    }

    fn entries(&self, node: NodeRef<'_>) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for (key, value) in node.entries() {
            let entry = Entry {
                key: self.key(key.text().unwrap_or_default()).into(),
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
        let Some(places) = &self.places else {
            return self.whole;
        };
        let at = |offset: u32| places.get(usize::try_from(offset).ok()?).copied();
        // Tokens of JSON end in a character of one byte.
        match (at(span.start), span.end.checked_sub(1).and_then(at)) {
            (Some(first), Some(last)) if first.start < last.end => {
                Some(Span::new(first.start, last.end))
            }
            _ => self.whole,
        }
    }

    fn scalar(&self, node: NodeRef<'_>) -> Value {
        match node.scalar(Dialect::Json) {
            None | Some(Scalar::Null) => Value::Null,
            Some(Scalar::Bool(truth)) => Value::Bool(truth),
            Some(Scalar::Number(number)) => Value::Number(number.into()),
            Some(Scalar::String(text)) => self.string(text),
        }
    }

    fn string(&self, text: &str) -> Value {
        if self.holes.is_empty() {
            return Value::String(text.into());
        }
        let mut fragments = self.fragments(text);
        match fragments.pop() {
            None => Value::String("".into()),
            Some(Fragment::Text(text)) if fragments.is_empty() => Value::String(text),
            Some(Fragment::Hole(hole)) if fragments.is_empty() => *hole,
            Some(last) => {
                fragments.push(last);
                Value::Partial(fragments)
            }
        }
    }

    /// Writes a key; what is not known in it as in `Fn::Sub`.
    fn key<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.holes.is_empty() {
            return Cow::Borrowed(text);
        }
        let fragments = self.fragments(text);
        Cow::Owned(fragments.iter().map(written).collect())
    }

    /// Takes a text with holes apart.
    fn fragments(&self, text: &str) -> Vec<Fragment> {
        let mut fragments = Vec::new();
        let mut rest = text;
        while let Some((before, number, after)) = next_hole(rest) {
            push_text(&mut fragments, before);
            let hole = number.parse::<usize>().ok();
            let hole = hole.and_then(|number| self.holes.get(number));
            fragments.extend(hole.map(|hole| Fragment::Hole(Box::new((*hole).clone()))));
            rest = after;
        }
        push_text(&mut fragments, rest);
        fragments
    }
}

fn next_hole(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once(HOLE_START)?;
    let (number, after) = rest.split_once(HOLE_END)?;
    Some((before, number, after))
}

fn push_text(fragments: &mut Vec<Fragment>, text: &str) {
    if !text.is_empty() {
        fragments.push(Fragment::Text(text.into()));
    }
}

fn written(fragment: &Fragment) -> String {
    match fragment {
        Fragment::Text(text) => text.to_string(),
        Fragment::Hole(hole) => match &**hole {
            Value::Unknown(unknown) => format!("${{{}}}", unknown.name),
            Value::Reference(target) if target.attribute.is_empty() => {
                format!("${{{}}}", target.address)
            }
            Value::Reference(target) => format!("${{{}.{}}}", target.address, target.attribute),
            _ => "${…}".to_owned(),
        },
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
    fn container_definitions_are_mapped() {
        let yaml = "P: '[{\"name\": \"web\", \"privileged\": true}]'";
        let (tree, _) = document::parse(yaml);
        let (_, scalar) = tree.root().unwrap().entries().next().unwrap();
        let text = scalar.text().unwrap();
        let definitions = container_definitions(text, Some((yaml, scalar.span()))).unwrap();
        let Value::Array(containers) = &definitions.value else {
            panic!("{definitions:?}")
        };
        let span = containers[0].get("privileged").unwrap().span.unwrap();
        assert_eq!(&yaml[span.start as usize..span.end as usize], "true");
    }

    #[test]
    fn what_is_no_json_container_is_no_definition() {
        for text in ["", "web", "\"web\"", "[{\"name\": }]", "${jsonencode([])}"] {
            assert_eq!(container_definitions(text, None), None, "{text}");
        }
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
