//! Colours, line drawing and wrapping.

use ordinance_engine::policy::Severity;
use unicode_width::UnicodeWidthChar as _;

use super::Style;
use crate::rule_page;
use crate::text::neutral;

/// Narrower terminals are treated as if they had so many columns.
const LEAST_WIDTH: usize = 40;

/// A colour or weight of ANSI terminals (ECMA-48 SGR).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Critical and high.
    Red,
    /// Medium, and what is undecided.
    Yellow,
    /// Low, and hints.
    Cyan,
    /// What is well.
    Green,
    /// Headings.
    Bold,
    /// What matters less.
    Dim,
}

/// How things are written on this terminal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    style: Style,
}

impl Paint {
    /// Takes the terminal's abilities.
    pub(crate) fn new(style: Style) -> Self {
        Self {
            style: Style {
                width: style.width.max(LEAST_WIDTH),
                ..style
            },
        }
    }

    /// Returns the columns of a line.
    pub(crate) const fn width(self) -> usize {
        self.style.width
    }

    /// Tells whether colours are wanted.
    pub(crate) const fn color(self) -> bool {
        self.style.color
    }

    /// Tells whether characters beyond ASCII can be drawn.
    pub(crate) const fn unicode(self) -> bool {
        self.style.unicode
    }

    /// Returns the mark that something was left out.
    pub(crate) const fn ellipsis(self) -> &'static str {
        if self.style.unicode { "…" } else { "..." }
    }

    /// Returns text of others, harmless.
    pub(crate) fn clean(self, text: &str) -> String {
        neutral(text, self.style.unicode)
    }

    /// Returns a text with the first occurrence of a control's id as a link to its page, where links are wanted.
    pub(crate) fn linked(self, text: &str, id: &str) -> String {
        if self.style.links {
            let link = format!("\u{1b}]8;;{}\u{1b}\\{id}\u{1b}]8;;\u{1b}\\", rule_page(id));
            text.replacen(id, &link, 1)
        } else {
            text.to_owned()
        }
    }

    /// Returns the text in an ink.
    pub(crate) fn ink(self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Red => "31",
            Ink::Yellow => "33",
            Ink::Cyan => "36",
            Ink::Green => "32",
            Ink::Bold => "1",
            Ink::Dim => "2",
        };
        if self.style.color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Returns the ink of a severity.
pub(crate) const fn ink_of(severity: Severity) -> Ink {
    match severity {
        Severity::Critical | Severity::High => Ink::Red,
        Severity::Medium => Ink::Yellow,
        Severity::Low => Ink::Cyan,
    }
}

/// Returns the columns that a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.chars()
        .map(|character| character.width().unwrap_or(0))
        .sum()
}

/// Breaks a text at spaces into lines of so many columns. A word that is longer keeps a line for itself.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    wrap_after(0, 0, text, width)
}

/// Breaks a text whose first line begins after so many columns, and its further lines after so many others.
pub(crate) fn wrap_after(first: usize, others: usize, text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = first;
    for word in text.split_whitespace() {
        let needed = columns(word);
        if !line.is_empty() && used + 1 + needed > width {
            lines.push(std::mem::take(&mut line));
            used = others;
        }
        if !line.is_empty() {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += needed;
    }
    lines.push(line);
    lines
}

/// Puts a text behind a label, its further lines below its beginning.
pub(crate) fn labelled(label: &str, shown: &str, text: &str, width: usize) -> String {
    let indent = columns(label);
    let lines = wrap(text, width.saturating_sub(indent).max(20));
    let mut out = shown.to_owned();
    for (position, line) in lines.iter().enumerate() {
        if position > 0 {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{columns, labelled, wrap};

    #[test]
    fn lines_break_at_spaces_and_count_columns() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("鍵鍵 鍵鍵", 8), ["鍵鍵", "鍵鍵"]);
        assert_eq!(wrap("unbreakable-word x", 5), ["unbreakable-word", "x"]);
        assert_eq!(columns("鍵a"), 3);
    }

    #[test]
    fn further_lines_hang_below_the_text() {
        assert_eq!(
            labelled("fix: ", "fix: ", "aaaaaaaaaaaa bbbbbbbbbbbb", 25),
            "fix: aaaaaaaaaaaa\n     bbbbbbbbbbbb"
        );
    }
}
