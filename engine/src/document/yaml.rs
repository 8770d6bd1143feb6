//! YAML into the arena: a thin adapter of granit-parser.
//!
//! The parser gives events whose spans follow its own conventions; what [`super::NodeRef::span`] promises is
//! restored here: tags belong to their node, block scalars start at `|`, block sequences at their first dash.

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, Tag, options};
use std::borrow::Cow;

use super::builder::{Builder, offset};
use super::tree::Content;
use super::{Document, Style, SyntaxError};
use crate::artifact::Span;

/// Parses YAML: every document of the text.
///
/// Merge keys (`<<`) stay as written. Reading stops at the first error of the grammar; aliases that cannot be
/// followed are errors too, but reading goes on.
pub fn parse(text: &str) -> (Document, Vec<SyntaxError>) {
    if u32::try_from(text.len()).is_err() {
        return (Document::default(), vec![SyntaxError::too_large()]);
    }
    let mut reader = Reader {
        text,
        builder: Builder::new(text.len()),
        errors: Vec::new(),
        cursor: 0,
        anchored: Vec::new(),
        limit_reported: false,
    };
    for item in Parser::new_from_str_with_options(text, parser_options()) {
        match item {
            Ok((event, span)) => reader.event(event, &span),
            Err(error) => {
                let at = offset(error.marker().byte_offset().unwrap_or(text.len()));
                reader.error(error.info(), Span::new(at, at));
                break;
            }
        }
    }
    (reader.builder.finish(), reader.errors)
}

fn parser_options() -> Options {
    options! {
        emit_comments: true,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        // libyaml, and with it CloudFormation's and GitHub's readers, add no line feed that is not there.
        block_scalar_eof_without_line_feed: true,
        // Long comment blocks and long keys are legal; both are read in linear time.
        max_buffered_comment_events: usize::MAX,
        simple_key_max_lookahead: usize::MAX,
    }
}

struct Reader<'t> {
    text: &'t str,
    builder: Builder,
    errors: Vec<SyntaxError>,
    /// The end of the last token that is known to belong to an earlier node.
    cursor: usize,
    /// The anchor of each open container, 0 for none.
    anchored: Vec<usize>,
    limit_reported: bool,
}

/// Where the parts of a node lie.
struct Place<'t> {
    start: usize,
    end: usize,
    /// Where the tag ends.
    content: Option<usize>,
    tag: Option<Cow<'t, str>>,
}

impl<'t> Reader<'t> {
    fn event(&mut self, event: Event<'_>, span: &granit_parser::Span) {
        let Some(range) = span.byte_range() else {
            return;
        };
        match event {
            Event::DocumentStart(explicit, _) => {
                self.builder.root();
                // The event of a document without `---` has the span of its first token.
                if explicit {
                    self.cursor = range.end;
                }
            }
            Event::DocumentEnd if range.end > range.start => self.cursor = range.end,
            Event::Scalar(value, style, anchor, tag) => {
                let place = self.place(span, tag.as_deref());
                self.scalar(&value, style, &place);
                self.anchor(anchor);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let place = self.place(span, tag.as_deref());
                self.open(Content::Sequence, style, &place, anchor);
            }
            Event::MappingStart(style, anchor, tag) => {
                let place = self.place(span, tag.as_deref());
                self.open(Content::Mapping, style, &place, anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.start, range.end),
            Event::Alias(id) => {
                let followed = self.builder.alias(to_span(range.start, range.end), id);
                self.cursor = range.end;
                if let Err(reason) = followed {
                    self.alias_error(reason, to_span(range.start, range.end));
                }
            }
            Event::UnresolvedAlias(name) => {
                let span = to_span(range.start, range.end);
                self.builder.absent(span, None);
                self.cursor = range.end;
                self.error(format!("alias of an unknown anchor '{name}'"), span);
            }
            Event::Comment(..) => self.builder.comment(to_span(range.start, range.end)),
            _ => {}
        }
    }

    /// Finds the parts of a node from the span of its event.
    fn place(&self, span: &granit_parser::Span, tag: Option<&Tag>) -> Place<'t> {
        let range = span.byte_range().unwrap_or_default();
        let Some(tag) = tag else {
            return Place {
                start: range.start,
                end: range.end,
                content: None,
                tag: None,
            };
        };
        let written = span
            .tag_span()
            .and_then(|tag| tag.byte_range())
            .and_then(|range| Some((range.clone(), self.text.get(range)?)));
        match written {
            Some((tag_range, source)) => Place {
                start: tag_range.start.min(range.start),
                end: range.end,
                content: Some(tag_range.end),
                tag: Some(Cow::Borrowed(source)),
            },
            None => Place {
                start: range.start,
                end: range.end,
                content: None,
                tag: Some(Cow::Owned(tag.original())),
            },
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, place: &Place<'_>) {
        let tag = place.tag.as_deref();
        let (style, span) = match style {
            ScalarStyle::Plain => (Style::Plain, to_span(place.start, place.end)),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                (Style::Quoted, to_span(place.start, place.end))
            }
            ScalarStyle::Literal | ScalarStyle::Folded => (Style::Block, self.block_span(place)),
        };
        if style == Style::Plain && self.is_nothing(place) {
            let end = place.content.unwrap_or(place.start);
            self.builder.absent(to_span(place.start, end), tag);
            self.cursor = self.cursor.max(end);
            return;
        }
        self.builder.scalar(style, span, value, tag);
        self.cursor = place.end;
    }

    /// Tells whether nothing is written behind the tag: the event of such a node lies at the next token.
    fn is_nothing(&self, place: &Place<'_>) -> bool {
        let from = place.content.unwrap_or(place.start);
        self.text
            .get(from..place.end)
            .is_none_or(|text| text.trim().is_empty())
    }

    /// Returns the span of a block scalar: from its tag or its indicator to the end of its last line that is not blank.
    fn block_span(&self, place: &Place<'_>) -> Span {
        let header = self.find(place.content.unwrap_or(self.cursor), &['|', '>']);
        let start = if place.content.is_some() {
            place.start
        } else {
            header
        };
        let end = place.end.max(header);
        let body = self.text.get(header..end).unwrap_or_default();
        let written = body.trim_end_matches([' ', '\t', '\r', '\n']).len();
        let line = body
            .get(written..)
            .and_then(|rest| rest.find(['\r', '\n']))
            .unwrap_or(body.len() - written);
        to_span(start, header + written + line)
    }

    fn open(&mut self, content: Content, style: StructureStyle, place: &Place<'_>, anchor: usize) {
        let span = match style {
            StructureStyle::Flow => to_span(place.start, place.end),
            StructureStyle::Block => {
                let first = self.first_token(content, place);
                // The span of a tag alone, until the first child extends it.
                place.content.map_or_else(
                    || to_span(first, first),
                    |tag_end| to_span(place.start.min(first), tag_end),
                )
            }
        };
        self.builder.open(content, span, place.tag.as_deref());
        self.anchored.push(anchor);
        if anchor != 0 {
            self.builder.anchor_open(anchor);
        }
    }

    /// Returns where the content of a block container starts.
    fn first_token(&mut self, content: Content, place: &Place<'_>) -> usize {
        let mapping = self.builder.parent_mapping();
        let (Content::Sequence, Some(mapping)) = (content, mapping) else {
            return place.start;
        };
        // A list that is not indented against its key is announced behind its first dash.
        let from = self.cursor.max(mapping as usize);
        let dash = self.find(place.content.unwrap_or(from), &['-']);
        self.cursor = dash + 1;
        dash
    }

    fn close(&mut self, start: usize, end: usize) {
        let bracketed = end > start;
        self.builder.close(bracketed.then(|| offset(end)));
        if bracketed {
            self.cursor = end;
        }
        if let Some(anchor) = self.anchored.pop().filter(|anchor| *anchor != 0) {
            self.builder.complete_anchor(anchor);
        }
    }

    fn anchor(&mut self, anchor: usize) {
        if anchor != 0 {
            self.builder.anchor_last(anchor);
        }
    }

    /// Finds the first of `indicators` from `from` on, over blanks, comments, indicators of the structure, anchors
    /// and tags; the place where something else stands when there is none.
    fn find(&self, from: usize, indicators: &[char]) -> usize {
        let mut at = from;
        while let Some(c) = self.text.get(at..).and_then(|rest| rest.chars().next()) {
            if indicators.contains(&c) {
                return at;
            }
            let rest = self.text.get(at..).unwrap_or_default();
            at += match c {
                '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
                '&' | '!' => rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len()),
                ' ' | '\t' | '\n' | '\r' | ':' | '-' | '?' | '\u{feff}' => c.len_utf8(),
                _ => return at,
            };
        }
        at
    }

    fn error(&mut self, message: String, span: Span) {
        self.errors.push(SyntaxError { message, span });
    }

    /// Reports an alias that cannot be followed; the budgets once.
    fn alias_error(&mut self, message: String, span: Span) {
        let limit = message.starts_with("aliases");
        if limit && self.limit_reported {
            return;
        }
        self.limit_reported |= limit;
        self.error(message, span);
    }
}

fn to_span(start: usize, end: usize) -> Span {
    Span::new(offset(start), offset(end))
}
