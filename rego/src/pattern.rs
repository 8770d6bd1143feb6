//! Regular expressions, each compiled once.
//!
//! A [`Regex`] that is cloned begins without its working memory and builds it anew at the first search, which costs more
//! than most searches do. So those of literal patterns stand in the program, and those of computed ones are kept a thread.
//!
//! The classes `\d`, `\s` and `\w` and the border `\b` are those of ASCII, as in OPA: <https://github.com/google/re2/wiki/Syntax>.
//! Those of Unicode, which regorus has, also take a hundred times as long to compile.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder};
use regorus::Value;

/// The largest automaton of a computed pattern, in bytes: that of regorus, whose error a larger one is.
const LARGEST: usize = 100 * 1024;

/// How many computed patterns a thread keeps.
const KEPT: usize = 512;

thread_local! {
    static COMPUTED: RefCell<HashMap<Arc<str>, Option<Regex>>> = RefCell::new(HashMap::new());
}

/// A builtin that searches with a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Search {
    Match,
    Replace,
    FindN,
    Split,
    Submatches,
}

impl Search {
    /// Finds the builtin of a name that takes so many arguments.
    pub(crate) fn find(name: &str, arguments: usize) -> Option<Self> {
        match (name, arguments) {
            ("regex.match", 2) => Some(Self::Match),
            ("regex.replace", 3) => Some(Self::Replace),
            ("regex.find_n", 3) => Some(Self::FindN),
            ("regex.split", 2) => Some(Self::Split),
            ("regex.find_all_string_submatch_n", 3) => Some(Self::Submatches),
            _ => None,
        }
    }

    /// Returns which argument is the pattern.
    pub(crate) const fn pattern(self) -> usize {
        match self {
            Self::Replace => 1,
            _ => 0,
        }
    }

    /// Searches; `None` where the arguments are not what the builtin takes.
    pub(crate) fn run(self, regex: &Regex, args: &[Value]) -> Option<Value> {
        match (self, args) {
            (Self::Match, [_, Value::String(text)]) => Some(Value::Bool(regex.is_match(text))),
            (Self::Replace, [Value::String(text), _, Value::String(by)]) => {
                let replaced = regex.replace_all(text, by.as_ref());
                Some(match replaced {
                    Cow::Borrowed(_) => Value::String(Arc::clone(text)),
                    Cow::Owned(replaced) => Value::from(replaced),
                })
            }
            (Self::FindN, [_, Value::String(text), limit]) => {
                let found = regex.find_iter(text).take(most(limit)?);
                let found = found.map(|one| Value::from(one.as_str()));
                Some(Value::from(found.collect::<Vec<_>>()))
            }
            (Self::Split, [_, Value::String(text)]) => {
                let pieces = regex.split(text).map(Value::from);
                Some(Value::from(pieces.collect::<Vec<_>>()))
            }
            (Self::Submatches, [_, Value::String(text), limit]) => {
                let found = regex.captures_iter(text).take(most(limit)?);
                let found = found.map(|one| {
                    let groups = one.iter();
                    let groups = groups.map(|group| group.map_or("", |group| group.as_str()));
                    Value::from(groups.map(Value::from).collect::<Vec<_>>())
                });
                Some(Value::from(found.collect::<Vec<_>>()))
            }
            _ => None,
        }
    }
}

/// Reads how many matches are wanted; all, where the number is negative.
fn most(limit: &Value) -> Option<usize> {
    let limit = limit.as_i64().ok()?;
    Some(usize::try_from(limit).unwrap_or(usize::MAX))
}

/// A literal pattern, compiled at the first search.
#[derive(Debug)]
pub(crate) struct Literal {
    text: Arc<str>,
    regex: OnceLock<Option<Regex>>,
}

impl Literal {
    pub(crate) fn new(text: &Arc<str>) -> Self {
        Self {
            text: Arc::clone(text),
            regex: OnceLock::new(),
        }
    }

    /// Returns the expression; `None` where the pattern is none.
    pub(crate) fn regex(&self) -> Option<&Regex> {
        let compiled = || Regex::new(&ascii(&self.text)).ok();
        let regex = self.regex.get_or_init(compiled);
        regex.as_ref()
    }
}

/// Returns a pattern with its classes written out as those of ASCII; as it is, where it has one that cannot be.
fn ascii(pattern: &str) -> Cow<'_, str> {
    if !pattern.contains('\\') {
        return Cow::Borrowed(pattern);
    }
    let mut written = String::with_capacity(pattern.len() * 2);
    let mut brackets = 0_usize;
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '[' => brackets += 1,
            ']' => brackets = brackets.saturating_sub(1),
            '\\' => {
                let Some(escaped) = characters.next() else {
                    return Cow::Borrowed(pattern);
                };
                // The borders `\b{start}` and `\b{end}` are of no other kind.
                if escaped == 'b' && characters.peek() == Some(&'{') {
                    return Cow::Borrowed(pattern);
                }
                match escape(escaped, brackets > 0) {
                    Escape::Written(class) => written.push_str(class),
                    Escape::Kept => written.extend(['\\', escaped]),
                    Escape::Unclear => return Cow::Borrowed(pattern),
                }
                continue;
            }
            _ => {}
        }
        written.push(character);
    }
    Cow::Owned(written)
}

/// How an escape is written for ASCII.
enum Escape {
    Written(&'static str),
    Kept,
    Unclear,
}

fn escape(escaped: char, inside: bool) -> Escape {
    Escape::Written(match (escaped, inside) {
        ('d', true) => "0-9",
        ('s', true) => r"\t\n\f\r\x20",
        ('w', true) => "0-9A-Za-z_",
        ('d', false) => "[0-9]",
        ('s', false) => r"[\t\n\f\r\x20]",
        ('w', false) => "[0-9A-Za-z_]",
        ('D', false) => "[^0-9]",
        ('S', false) => r"[^\t\n\f\r\x20]",
        ('W', false) => "[^0-9A-Za-z_]",
        ('b', false) => r"(?-u:\b)",
        // A negated class in brackets, and what is no border, cannot be written so.
        ('D' | 'S' | 'W' | 'B' | 'b', _) => return Escape::Unclear,
        _ => return Escape::Kept,
    })
}

/// Searches with a computed pattern; `None` where it is none, or the arguments are not what the builtin takes.
pub(crate) fn computed(search: Search, args: &[Value]) -> Option<Value> {
    let Value::String(pattern) = args.get(search.pattern())? else {
        return None;
    };
    COMPUTED.with_borrow_mut(|kept| {
        if let Some(regex) = kept.get(pattern) {
            return search.run(regex.as_ref()?, args);
        }
        if kept.len() == KEPT {
            kept.clear();
        }
        let mut builder = RegexBuilder::new(&ascii(pattern));
        let regex = builder.size_limit(LARGEST).build().ok();
        let answer = regex.as_ref().and_then(|regex| search.run(regex, args));
        kept.insert(Arc::clone(pattern), regex);
        answer
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_ascii() {
        assert_eq!(
            ascii(r"^\d+\.[\w.-]+\s"),
            r"^[0-9]+\.[0-9A-Za-z_.-]+[\t\n\f\r\x20]"
        );
        assert_eq!(ascii(r"\bfoo\S\b"), r"(?-u:\b)foo[^\t\n\f\r\x20](?-u:\b)");
        assert_eq!(ascii(r"\\d\[d]"), r"\\d\[d]");
    }

    #[test]
    fn what_cannot_be_written_so_is_left() {
        for pattern in [r"[^\W]", r"\Bfoo\d", r"\b{start}\d", "\\d\\"] {
            assert_eq!(ascii(pattern), pattern);
        }
    }

    #[test]
    fn digits_of_other_scripts_are_no_digits() {
        let found = |pattern: &str, text: &str| {
            computed(Search::Match, &[Value::from(pattern), Value::from(text)])
        };
        assert_eq!(found(r"^\d$", "7"), Some(Value::Bool(true)));
        assert_eq!(found(r"^\d$", "٧"), Some(Value::Bool(false)));
        assert_eq!(found(r"^[\w-]$", "é"), Some(Value::Bool(false)));
    }

    #[test]
    fn a_search_gives_what_was_found() {
        let run = |search: Search, args: &[Value]| computed(search, args);
        let texts = |texts: &[&str]| {
            Value::from(
                texts
                    .iter()
                    .map(|one| Value::from(*one))
                    .collect::<Vec<_>>(),
            )
        };
        let (digits, text) = (Value::from("([0-9])x?"), Value::from("a1xb2"));
        let all = Value::from(-1);
        assert_eq!(
            run(
                Search::FindN,
                &[digits.clone(), text.clone(), Value::from(1)]
            ),
            Some(texts(&["1x"]))
        );
        assert_eq!(
            run(Search::Split, &[digits.clone(), text.clone()]),
            Some(texts(&["a", "b", ""]))
        );
        assert_eq!(
            run(Search::Submatches, &[digits.clone(), text.clone(), all]),
            Some(Value::from(vec![texts(&["1x", "1"]), texts(&["2", "2"])]))
        );
        assert_eq!(
            run(Search::Replace, &[text, digits, Value::from("<$1>")]),
            Some(Value::from("a<1>b<2>"))
        );
        assert_eq!(
            run(Search::Match, &[Value::from("("), Value::from("a")]),
            None
        );
        assert_eq!(run(Search::Match, &[Value::from("a"), Value::Null]), None);
    }
}
