//! Names of a module in full: what a statement of it means where its imports and its package are not known.
//!
//! `value.get(r, p)` of a module that imports `data.policies.lib.value` becomes `data.policies.lib.value.get(r, p)`, a
//! rule `_open` of the module `data.<package>._open`. Names that the text itself declares stay.

use std::collections::{BTreeMap, BTreeSet};

use super::module::{Module, keys_after};
use super::set::PolicySet;
use super::token::{Token, TokenKind, tokens};

/// What the names of a module stand for.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Aliases of imports and names of rules, and the reference that each stands for.
    full: BTreeMap<String, String>,
    /// Those of them that are rules of the module.
    rules: BTreeSet<String>,
}

impl PolicySet {
    /// Returns what names mean in a module: its imports, and the rules of its package.
    pub fn names(&self, module: &Module) -> Names {
        let rules = self.rules_of(&module.package);
        Names::of(&module.source.text, &module.package, rules)
    }
}

impl Names {
    /// Returns what names mean in a text that belongs to a package with these rules.
    pub fn of<'r>(text: &str, package: &str, rules: impl Iterator<Item = &'r str>) -> Self {
        let mut names = Self::default();
        let keys: Vec<&str> = package.split('.').collect();
        for rule in rules {
            let full = reference("data", keys.iter().copied().chain([rule]));
            names.full.insert(rule.to_owned(), full);
            names.rules.insert(rule.to_owned());
        }
        names.import(text);
        names
    }

    /// Adds the imports of a text.
    pub fn import(&mut self, text: &str) {
        let all: Vec<Token<'_>> = tokens(text).collect();
        for (at, token) in all.iter().enumerate() {
            if !token.is_word("import") || token.depth > 0 || token.place.column != 1 {
                continue;
            }
            let Some(root) = all.get(at + 1) else {
                continue;
            };
            let (keys, last) = keys_after(&all, at + 1);
            let renamed = all.get(last + 1).is_some_and(|word| word.is_word("as"));
            let alias = if renamed {
                all.get(last + 2).map(|word| word.text)
            } else {
                keys.last().map(|(key, _)| *key)
            };
            let is_value = matches!(root.text, "data" | "input");
            if let (Some(alias), true) = (alias, is_value) {
                let full = reference(root.text, keys.iter().map(|(key, _)| *key));
                self.full.insert(alias.to_owned(), full);
            }
        }
    }

    /// Tells whether a name is a rule of the module.
    pub fn is_rule(&self, name: &str) -> bool {
        self.rules.contains(name)
    }

    /// Returns what a name stands for.
    pub fn full(&self, name: &str) -> Option<&str> {
        self.full.get(name).map(String::as_str)
    }

    /// Writes a text with names in full. `bound` are variables from outside of it.
    pub fn qualified(&self, text: &str, bound: &BTreeSet<String>) -> String {
        let all: Vec<Token<'_>> = tokens(text).collect();
        let declared = declared(&all);
        let mut written = String::with_capacity(text.len());
        let mut from = 0;
        for (at, token) in all.iter().enumerate() {
            if token.kind != TokenKind::Word || is_member(&all, at) {
                continue;
            }
            let Some(full) = self.full.get(token.text) else {
                continue;
            };
            let is_local = declared.contains(token.text) || bound.contains(token.text);
            // `object.get(…)` is a builtin, whatever else is called `object`.
            let is_builtin = self.rules.contains(token.text) && is_call_along(&all, at);
            if is_local || is_builtin {
                continue;
            }
            written.push_str(text.get(from..token.start).unwrap_or_default());
            written.push_str(full);
            from = token.end();
        }
        written.push_str(text.get(from..).unwrap_or_default());
        written
    }
}

/// Returns the variables that a text declares: by `:=`, `some` and `every`.
pub fn declared_in(text: &str) -> BTreeSet<String> {
    let all: Vec<Token<'_>> = tokens(text).collect();
    declared(&all).into_iter().map(str::to_owned).collect()
}

/// Returns the variables that the statements of a text bind, those of comprehensions and `every` left out: they are gone
/// after them.
pub fn variables(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for statement in super::anatomy::statements(text) {
        let all: Vec<Token<'_>> = tokens(&statement.text).collect();
        if all
            .first()
            .is_some_and(|first| first.is_word("every") || first.is_word("not"))
        {
            continue;
        }
        let sign = all
            .iter()
            .position(|token| token.depth == 0 && matches!(token.text, "=" | ":"));
        let is_some = all.first().is_some_and(|first| first.is_word("some"));
        let end = if is_some {
            all.iter()
                .position(|token| token.depth == 0 && token.is_word("in"))
        } else {
            sign
        };
        let is_comparison = sign.is_some_and(|sign| {
            let next = all.get(sign + 1);
            let before = sign.checked_sub(1).and_then(|before| all.get(before));
            let equal = all.get(sign).is_some_and(|one| one.is_mark("="));
            equal
                && (next.is_some_and(|one| one.is_mark("="))
                    || before.is_some_and(|one| matches!(one.text, "!" | "<" | ">")))
        });
        if !is_some && (end.is_none() || is_comparison) {
            continue;
        }
        let left = all.get(..end.unwrap_or(all.len())).unwrap_or_default();
        for (at, token) in left.iter().enumerate() {
            let is_call = left
                .get(at + 1)
                .is_some_and(|open| open.is_mark("(") || open.is_mark("."));
            let is_root = matches!(
                token.text,
                "some" | "_" | "input" | "data" | "true" | "false" | "null"
            );
            if token.kind == TokenKind::Word && !is_member(left, at) && !is_call && !is_root {
                names.insert(token.text.to_owned());
            }
        }
    }
    names
}

fn declared<'a>(all: &[Token<'a>]) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for (at, token) in all.iter().enumerate() {
        if token.is_word("some") || token.is_word("every") {
            let level = token.depth;
            let until = all.iter().skip(at + 1).take_while(|next| {
                !(next.depth == level && (next.is_word("in") || next.is_mark(";")))
                    && (next.depth > level || next.place.line == token.place.line)
            });
            names.extend(
                until
                    .filter(|next| next.kind == TokenKind::Word)
                    .map(|next| next.text),
            );
        }
        let assigned = all.get(at + 1).zip(all.get(at + 2));
        let is_assigned = assigned.is_some_and(|(colon, sign)| {
            colon.is_mark(":") && sign.is_mark("=") && sign.start == colon.end()
        });
        if is_assigned {
            if token.kind == TokenKind::Word && !is_member(all, at) {
                names.insert(token.text);
            }
            names.extend(pattern(all, at));
        }
    }
    names
}

/// Returns the words of the brackets that close at a token: `[a, b] := …` declares both.
fn pattern<'a>(all: &[Token<'a>], close: usize) -> Vec<&'a str> {
    let Some(last) = all
        .get(close)
        .filter(|last| last.is_mark("]") || last.is_mark("}"))
    else {
        return Vec::new();
    };
    let inside = all
        .iter()
        .take(close)
        .rev()
        .take_while(|token| token.depth >= last.depth);
    inside
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| token.text)
        .collect()
}

fn is_member(all: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| all.get(before));
    let token = all.get(at);
    before
        .zip(token)
        .is_some_and(|(mark, token)| mark.is_mark(".") && mark.end() == token.start)
}

fn is_call_along(all: &[Token<'_>], at: usize) -> bool {
    let (keys, last) = keys_after(all, at);
    !keys.is_empty() && all.get(last + 1).is_some_and(|open| open.is_mark("("))
}

/// Writes a reference: `data.policies.lib["a-b"]`.
pub fn reference<'k>(root: &str, keys: impl Iterator<Item = &'k str>) -> String {
    let mut text = root.to_owned();
    for key in keys {
        let mut characters = key.chars();
        let starts = characters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if starts && characters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
            text.push('.');
            text.push_str(key);
        } else {
            text.push('[');
            text.push_str(&serde_json::Value::from(key).to_string());
            text.push(']');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let text = "package policies.a\n\nimport data.policies.lib.value\nimport data.tables.x as known\nimport rego.v1\n";
        Names::of(text, "policies.a", ["deny", "_open", "object"].into_iter())
    }

    fn qualified(text: &str) -> String {
        names().qualified(text, &["v".to_owned()].into())
    }

    #[test]
    fn imports_and_rules_are_named_in_full() {
        assert_eq!(
            qualified("value.get(r, [\"deny\"]) == known[_open(r)].deny"),
            "data.policies.lib.value.get(r, [\"deny\"]) == data.tables.x[data.policies.a._open(r)].deny"
        );
    }

    #[test]
    fn what_the_text_declares_stays() {
        assert_eq!(
            qualified("known := 1; [deny, x] := f(known)"),
            "known := 1; [deny, x] := f(known)"
        );
        assert_eq!(
            qualified("some deny in input.x\n_open(deny)"),
            "some deny in input.x\ndata.policies.a._open(deny)"
        );
    }

    #[test]
    fn variables_are_those_that_stay_bound() {
        let text = "some k, {\"a\": v} in input.x\ny := [z | some z in k]\n[p, _] := f(y)\nq = 1\nevery e in y { e }\nnot w\ny == k\ncount(y) != 2\nr.address";
        let found: Vec<String> = variables(text).into_iter().collect();
        assert_eq!(found, ["k", "p", "q", "v", "y"]);
    }

    #[test]
    fn a_builtin_is_not_a_rule_of_its_first_word() {
        assert_eq!(
            qualified("object.get(object, \"a\", 1)"),
            "object.get(data.policies.a.object, \"a\", 1)"
        );
    }

    #[test]
    fn keys_that_are_no_names_stand_in_brackets() {
        assert_eq!(
            reference("data", ["a", "b-c", "1"].into_iter()),
            "data.a[\"b-c\"][\"1\"]"
        );
    }
}
