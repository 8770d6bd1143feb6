//! Texts that no report may show, and what stands in their place.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, Match, MatchKind};

/// What stands for a text that must not be shown.
pub const MASK: &str = "(sensitive)";

/// A shorter secret is hidden only where it stands by itself: any number has a `1` in it.
const SHORT: usize = 4;

/// The sensitive texts of a unit. They are read and judged, and never printed.
#[derive(Default)]
pub struct Secrets {
    texts: BTreeSet<String>,
    finder: OnceLock<Option<AhoCorasick>>,
}

impl fmt::Debug for Secrets {
    /// Tells how many there are, not what they are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.texts.len())
    }
}

impl Secrets {
    /// Adds a text, in the forms in which it may be printed: as it is, as JSON writes it, and line by line.
    pub fn add(&mut self, text: &str) {
        let escaped = serde_json::Value::from(text).to_string();
        let escaped = escaped.trim_matches('"');
        let lines = text.lines().filter(|line| line.trim().len() >= SHORT);
        let forms = [text.trim(), escaped]
            .into_iter()
            .chain(lines.map(str::trim));
        for form in forms.filter(|form| !form.is_empty()) {
            self.texts.insert(form.to_owned());
        }
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Returns a text for a sentence or a value: each secret in it replaced by `(sensitive)`.
    pub fn hide(&self, text: String) -> String {
        self.replace(text, |_| MASK.to_owned())
    }

    /// Returns a piece of source: each secret in it replaced by so many asterisks that no column moves.
    pub fn hide_in_place(&self, text: String) -> String {
        self.replace(text, |secret| {
            let blank = |c: char| match c {
                '\n' | '\r' => c.to_string(),
                _ => "*".repeat(c.len_utf16()),
            };
            secret.chars().map(blank).collect()
        })
    }

    fn replace(&self, text: String, mask: impl Fn(&str) -> String) -> String {
        let Some(finder) = self.finder() else {
            return text;
        };
        let mut shown = String::new();
        let mut end = 0;
        for found in finder
            .find_iter(&text)
            .filter(|found| stands_alone(&text, found))
        {
            shown.push_str(text.get(end..found.start()).unwrap_or_default());
            shown.push_str(&mask(text.get(found.range()).unwrap_or_default()));
            end = found.end();
        }
        if end == 0 {
            return text;
        }
        shown.push_str(text.get(end..).unwrap_or_default());
        shown
    }

    fn finder(&self) -> Option<&AhoCorasick> {
        if self.texts.is_empty() {
            return None;
        }
        let build = || {
            let mut builder = AhoCorasick::builder();
            builder.match_kind(MatchKind::LeftmostLongest);
            builder.build(&self.texts).ok()
        };
        self.finder.get_or_init(build).as_ref()
    }
}

/// Tells whether what was found is no part of a word that only looks like it.
fn stands_alone(text: &str, found: &Match) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let before = text
        .get(..found.start())
        .and_then(|text| text.chars().next_back());
    let after = text.get(found.end()..).and_then(|text| text.chars().next());
    found.len() >= SHORT || !is_word(before) && !is_word(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(texts: &[&str]) -> Secrets {
        let mut secrets = Secrets::default();
        for text in texts {
            secrets.add(text);
        }
        secrets
    }

    #[test]
    fn a_secret_is_hidden_wherever_it_stands() {
        let secrets = secrets(&["hunter2", "hunter2-old"]);
        assert_eq!(
            secrets.hide("'xhunter2-old' and 'hunter2'.".to_owned()),
            "'x(sensitive)' and '(sensitive)'."
        );
        assert_eq!(format!("{secrets:?}"), "Secrets(2)");
    }

    #[test]
    fn a_secret_is_hidden_in_the_forms_that_reports_write() {
        let secrets = secrets(&["a\"b\\c", "-----BEGIN KEY-----\nAAAABBBB\n"]);
        assert_eq!(
            secrets.hide(r#"{"x":"a\"b\\c"}"#.to_owned()),
            r#"{"x":"(sensitive)"}"#
        );
        assert_eq!(secrets.hide("  AAAABBBB".to_owned()), "  (sensitive)");
    }

    #[test]
    fn a_short_secret_is_hidden_where_it_is_a_word() {
        let secrets = secrets(&["12"]);
        assert_eq!(
            secrets.hide("port 12, not 123".to_owned()),
            "port (sensitive), not 123"
        );
    }

    #[test]
    fn columns_of_a_source_stay() {
        let secrets = secrets(&["pä🚀ss"]);
        let shown = secrets.hide_in_place("a = \"pä🚀ss\" # c".to_owned());
        assert_eq!(shown, "a = \"******\" # c");
    }

    #[test]
    fn without_secrets_a_text_stays() {
        assert_eq!(Secrets::default().hide("a".to_owned()), "a");
    }
}
