//! Messages, and text that must not be read as a link.

use serde::Serialize;

use crate::Text;

/// A message (§3.11).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message<'a> {
    /// Plain text, in which `[text](1)` refers to a related location of that id (§3.11.6, §3.11.8).
    pub text: Text<'a>,
}

impl<'a> Message<'a> {
    /// Makes a message of text that may hold embedded links.
    pub fn new(text: impl Into<Text<'a>>) -> Self {
        Self { text: text.into() }
    }
}

/// Text as plain text and as Markdown (§3.12).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MultiformatMessageString<'a> {
    /// Plain text (§3.12.3).
    pub text: Text<'a>,
    /// GitHub-flavoured Markdown (§3.12.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markdown: Option<Text<'a>>,
}

impl<'a> MultiformatMessageString<'a> {
    /// Makes a string of plain text alone.
    pub fn plain(text: impl Into<Text<'a>>) -> Self {
        Self {
            text: text.into(),
            markdown: None,
        }
    }
}

/// Escapes text for the brackets of an embedded link: `[`, `]` and `\` get a backslash (§3.11.6).
pub fn link_text(text: &str) -> Text<'_> {
    if !text.contains(['[', ']', '\\']) {
        return Text::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if matches!(character, '[' | ']' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    Text::Owned(escaped)
}

/// Makes text safe outside of links: `](`, which would begin a link's target, is parted by a space.
///
/// The standard knows no escape outside of a link's text (§3.11.6), so brackets alone are left as they are.
pub fn plain_text(text: &str) -> Text<'_> {
    if text.contains("](") {
        Text::Owned(text.replace("](", "] ("))
    } else {
        Text::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{link_text, plain_text};

    #[test]
    fn brackets_and_backslashes_of_a_link_text_are_escaped() {
        assert_eq!(link_text(r"para[0]\spans"), r"para\[0\]\\spans");
        assert_eq!(link_text("aws_lb.main"), "aws_lb.main");
    }

    #[test]
    fn text_of_others_makes_no_link() {
        assert_eq!(
            plain_text("bucket [x](https://evil.example)"),
            "bucket [x] (https://evil.example)"
        );
        assert_eq!(
            plain_text("ingress[0].cidr_blocks"),
            "ingress[0].cidr_blocks"
        );
    }
}
