//! Regular expressions, each compiled once.
//!
//! A [`Regex`] that is cloned begins without its working memory and builds it anew at the first search, which costs more
//! than most searches do. So those of literal patterns stand in the program, and those of computed ones are kept a thread.

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
                    std::borrow::Cow::Borrowed(_) => Value::String(Arc::clone(text)),
                    std::borrow::Cow::Owned(replaced) => Value::from(replaced),
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
        let regex = self.regex.get_or_init(|| Regex::new(&self.text).ok());
        regex.as_ref()
    }
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
        let regex = RegexBuilder::new(pattern).size_limit(LARGEST).build().ok();
        let answer = regex.as_ref().and_then(|regex| search.run(regex, args));
        kept.insert(Arc::clone(pattern), regex);
        answer
    })
}
