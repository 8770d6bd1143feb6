//! Texts that no report may show, and what stands in their place.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, Match, MatchKind};

/// What stands for a text that must not be shown.
pub const MASK: &str = "(sensitive)";

/// A shorter secret is hidden only where it stands by itself: any number has a `1` in it.
const SHORT: usize = 4;

/// The sensitive texts of a unit. They are read and judged, and never printed. What policies find while the unit is judged
/// joins those that its format marks.
#[derive(Default)]
pub struct Secrets {
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    texts: BTreeSet<String>,
    /// Finds the texts; made when it is first needed.
    finder: Option<Arc<AhoCorasick>>,
}

impl fmt::Debug for Secrets {
    /// Tells how many there are, not what they are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        write!(f, "Secrets({})", known.texts.len())
    }
}

impl Secrets {
    /// Adds a text, in the forms in which it may be printed: as it is, as JSON writes it, and line by line.
    pub fn add(&self, text: &str) {
        let escaped = serde_json::Value::from(text).to_string();
        let escaped = escaped.trim_matches('"');
        let lines = text.lines().filter(|line| line.trim().len() >= SHORT);
        let forms = [text.trim(), escaped]
            .into_iter()
            .chain(lines.map(str::trim));
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for form in forms.filter(|form| !form.is_empty()) {
            known.texts.insert(form.to_owned());
        }
        known.finder = None;
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.texts.is_empty()
    }

    /// Returns a text for a sentence or a value: each secret in it replaced by `(sensitive)`.
    pub fn hide(&self, text: String) -> String {
        self.replace(text, |_| MASK.to_owned())
    }

    /// Returns a value that may have been cut (it then ends in `…`): no secret stands in it, nor the beginning of one where
    /// it was cut.
    pub fn hide_cut(&self, text: String) -> String {
        let Some(kept) = text.strip_suffix('…') else {
            return self.hide(text);
        };
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let begun = known.texts.iter().filter_map(|secret| {
            let ends = secret.char_indices().skip(1).map(|(end, _)| end);
            ends.filter(|end| kept.ends_with(secret.get(..*end).unwrap_or_default()))
                .max()
        });
        let start = kept.len() - begun.max().unwrap_or_default();
        let whole = kept.get(..start).unwrap_or_default().to_owned();
        drop(known);
        self.hide(whole) + "…"
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

    fn finder(&self) -> Option<Arc<AhoCorasick>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.texts.is_empty() || known.finder.is_some() {
            return known.finder.clone();
        }
        drop(known);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest);
        known.finder = builder.build(&known.texts).ok().map(Arc::new);
        known.finder.clone()
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
        let secrets = Secrets::default();
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
    fn where_a_value_is_cut_no_secret_begins() {
        let secrets = secrets(&["hunter2hunter2"]);
        assert_eq!(secrets.hide_cut("\"a hunter2hun…".to_owned()), "\"a …");
        assert_eq!(secrets.hide_cut("\"a".to_owned()), "\"a");
    }

    #[test]
    fn what_is_found_later_is_hidden_too() {
        let secrets = secrets(&["hunter2"]);
        assert_eq!(secrets.hide("hunter3".to_owned()), "hunter3");
        secrets.add("hunter3");
        assert_eq!(secrets.hide("hunter3".to_owned()), "(sensitive)");
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
