//! The source lines of a finding, cleaned and cut to the width of the terminal.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use ordinance_engine::artifact::Region;
use ordinance_engine::finding::Excerpt;
use unicode_width::UnicodeWidthChar as _;

use super::paint::{Paint, columns};
use crate::excerpt::byte_of_column;
use crate::text::{is_hostile, replacement};

const TAB: usize = 4;

/// Some lines and the part of one of them that decides.
#[derive(Debug)]
pub(super) struct Snippet {
    name: String,
    text: String,
    first_line: u32,
    column: u32,
    /// The deciding bytes of the text.
    pub(super) span: SourceSpan,
}

impl Snippet {
    /// Makes the lines ready: the first line of the region, and the lines around it.
    pub(super) fn new(
        name: String,
        excerpt: &Excerpt,
        region: &Region,
        paint: Paint,
    ) -> Option<Self> {
        let position = usize::try_from(region.start_line.checked_sub(excerpt.first_line)?).ok()?;
        let source = excerpt.text.split('\n').nth(position)?;
        let start = byte_of_column(source, region.start_column)?;
        let end = if region.end_line == region.start_line {
            byte_of_column(source, region.end_column)?
        } else {
            source.len()
        };
        let gutter = region.start_line.saturating_add(1).to_string().len() + 4;
        let room = paint.width().saturating_sub(gutter);
        let line = clean(source, start, end.max(start), paint);
        let line = around(&line, room, paint);

        let first = position.saturating_sub(1);
        let mut text = String::new();
        let mut offset = 0;
        for (number, other) in excerpt
            .text
            .split('\n')
            .enumerate()
            .skip(first)
            .take(position - first + 2)
        {
            if number > first {
                text.push('\n');
            }
            if number == position {
                offset = text.len();
                text.push_str(&line.text);
            } else {
                text.push_str(&head(&clean(other, 0, 0, paint).text, room, paint));
            }
        }
        Some(Self {
            name,
            text,
            first_line: excerpt
                .first_line
                .saturating_add(u32::try_from(first).ok()?),
            column: region.start_column,
            span: (offset + line.start, line.end - line.start).into(),
        })
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self
            .text
            .read_span(span, context_lines_before, context_lines_after)?;
        let first_line = usize::try_from(self.first_line)
            .unwrap_or(1)
            .saturating_sub(1);
        // miette counts bytes and asks without context for the place in the header: there we know better.
        let column = if context_lines_before == 0 {
            usize::try_from(self.column).unwrap_or(1).saturating_sub(1)
        } else {
            inner.column()
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + first_line,
            column,
            inner.line_count(),
        )))
    }
}

/// A line and the bytes of it that matter.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    text: String,
    start: usize,
    end: usize,
}

/// Replaces what a terminal would act on and expands tabs.
fn clean(source: &str, start: usize, end: usize, paint: Paint) -> Line {
    let mut line = Line {
        text: String::with_capacity(source.len()),
        start: 0,
        end: 0,
    };
    let mut column = 0;
    for (byte, character) in source.char_indices() {
        line.mark(byte, start, end);
        if character == '\t' {
            let spaces = TAB - column % TAB;
            line.text.push_str(&" ".repeat(spaces));
            column += spaces;
            continue;
        }
        let shown = if is_hostile(character) {
            replacement(character, paint.unicode())
        } else {
            character
        };
        line.text.push(shown);
        column += shown.width().unwrap_or(0);
    }
    line.mark(source.len(), start, end);
    line
}

impl Line {
    fn mark(&mut self, byte: usize, start: usize, end: usize) {
        if byte == start {
            self.start = self.text.len();
        }
        if byte == end {
            self.end = self.text.len();
        }
    }
}

/// Cuts a line to so many columns, from its beginning.
fn head(text: &str, room: usize, paint: Paint) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let room = room.saturating_sub(columns(paint.ellipsis()));
    let mut kept = String::new();
    let mut used = 0;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > room {
            break;
        }
        kept.push(character);
    }
    kept + paint.ellipsis()
}

/// Cuts a line to so many columns so that what matters is seen.
fn around(line: &Line, room: usize, paint: Paint) -> Line {
    let before = line.text.get(..line.end).unwrap_or_default();
    if columns(&line.text) <= room
        || columns(before) < room.saturating_sub(columns(paint.ellipsis()))
    {
        let text = head(&line.text, room, paint);
        let end = line.end.min(text.len());
        return Line {
            start: line.start.min(end),
            end,
            text,
        };
    }
    let left = left_of(line, room / 3);
    let mark = paint.ellipsis();
    let rest = format!("{mark}{}", line.text.get(left..).unwrap_or_default());
    let text = head(&rest, room, paint);
    let start = (line.start - left + mark.len()).min(text.len());
    Line {
        start,
        end: (line.end - left + mark.len()).min(text.len()).max(start),
        text,
    }
}

/// Returns the byte from which at most so many columns lie before what matters.
fn left_of(line: &Line, room: usize) -> usize {
    let before = line.text.get(..line.start).unwrap_or_default();
    let mut left = before.len();
    let mut used = 0;
    for (byte, character) in before.char_indices().rev() {
        used += character.width().unwrap_or(0);
        if used > room {
            break;
        }
        left = byte;
    }
    left
}

#[cfg(test)]
mod tests {
    use super::{Line, around, clean, head};
    use crate::terminal::{Paint, Style};

    fn paint() -> Paint {
        Paint::new(Style {
            color: false,
            links: false,
            unicode: true,
            width: 80,
        })
    }

    #[test]
    fn tabs_and_escapes_keep_the_marked_bytes() {
        let line = clean("\tk: \u{1b}[1mv", 4, 9, paint());
        assert_eq!(line.text, "    k: ␛[1mv");
        assert_eq!(&line.text[line.start..line.end], "␛[1mv");
    }

    #[test]
    fn a_long_line_is_cut_around_what_matters() {
        let text = format!("{}KEY{}", "a".repeat(100), "b".repeat(100));
        let cut = around(
            &Line {
                start: 100,
                end: 103,
                text,
            },
            30,
            paint(),
        );
        assert_eq!(
            cut.text,
            format!("…{}KEY{}…", "a".repeat(10), "b".repeat(15))
        );
        assert_eq!(&cut.text[cut.start..cut.end], "KEY");
    }

    #[test]
    fn a_line_is_cut_from_its_beginning() {
        assert_eq!(head("abcdef", 4, paint()), "abc…");
        assert_eq!(head("鍵鍵鍵", 5, paint()), "鍵鍵…");
        assert_eq!(head("abcd", 4, paint()), "abcd");
    }
}
