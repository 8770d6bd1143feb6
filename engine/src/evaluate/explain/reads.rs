//! What a statement reads and calls, by its text.

use std::collections::BTreeSet;

use crate::policy::keys_after;
use crate::policy::qualify::{declared_in, variables};
use crate::policy::token::{Token, TokenKind, tokens};

/// Words that are no references.
const KEYWORDS: [&str; 11] = [
    "some", "every", "not", "in", "with", "as", "true", "false", "null", "contains", "if",
];

/// Returns what a statement reads: both sides of a comparison, and each reference as far as it is literal.
pub(super) fn read_by(text: &str) -> Vec<String> {
    let all: Vec<Token<'_>> = tokens(text).collect();
    let mut found = sides(text, &all);
    found.retain(|side| !is_literal(side));
    // What stands before `with` has other values without it.
    if all
        .iter()
        .any(|token| token.depth == 0 && token.is_word("with"))
    {
        return found;
    }
    // Variables of comprehensions have no value outside of them.
    let bound = variables(text);
    let inner: BTreeSet<String> = declared_in(text)
        .into_iter()
        .filter(|name| !bound.contains(name))
        .collect();
    let mut at = 0;
    while let Some(token) = all.get(at) {
        let after_dot = at
            .checked_sub(1)
            .and_then(|before| all.get(before))
            .is_some_and(|mark| mark.is_mark(".") && mark.end() == token.start);
        let is_name = token.kind == TokenKind::Word && !after_dot;
        let is_inner = inner.contains(token.text);
        if !is_name || is_inner || KEYWORDS.contains(&token.text) || is_declared(&all, at) {
            at += 1;
            continue;
        }
        let (_, last) = keys_after(&all, at);
        let called = all
            .get(last + 1)
            .zip(all.get(last))
            .is_some_and(|(open, name)| open.is_mark("(") && open.start == name.end());
        if !called && let Some(end) = all.get(last) {
            found.extend(text.get(token.start..end.end()).map(str::to_owned));
        }
        at = last + 1;
    }
    let mut seen = BTreeSet::new();
    found.retain(|one| seen.insert(one.clone()));
    found
}

/// Tells whether an expression is spelt out: there is nothing to learn from its value.
fn is_literal(text: &str) -> bool {
    let until = |token: &Token<'_>| !(token.depth == 0 && token.is_word("with"));
    tokens(text).take_while(until).all(|token| {
        token.kind != TokenKind::Word || matches!(token.text, "true" | "false" | "null")
    })
}

/// Tells whether a name is declared where it stands: there is no value of it yet.
fn is_declared(all: &[Token<'_>], at: usize) -> bool {
    let next = all.get(at + 1).zip(all.get(at + 2));
    let assigned = next.is_some_and(|(colon, sign)| colon.is_mark(":") && sign.is_mark("="));
    let declared = all
        .first()
        .is_some_and(|first| first.is_word("some") || first.is_word("every"))
        && all
            .iter()
            .position(|token| token.is_word("in"))
            .is_none_or(|sign| at < sign);
    assigned || declared
}

/// Returns both sides of a comparison at the outermost level, and what `not` or `:=` stands before.
pub(super) fn sides(text: &str, all: &[Token<'_>]) -> Vec<String> {
    let with = all
        .iter()
        .position(|token| token.depth == 0 && token.is_word("with"));
    let (body, rest) = all.split_at(with.unwrap_or(all.len()));
    let suffix = rest
        .first()
        .and_then(|first| text.get(first.start..))
        .map(|rest| format!(" {rest}"))
        .unwrap_or_default();
    let written = |part: &[Token<'_>]| {
        let (first, last) = (part.first()?, part.last()?);
        let text = text.get(first.start..last.end())?;
        Some(format!("{text}{suffix}"))
    };
    if body.first().is_some_and(|first| first.is_word("not")) {
        return body.get(1..).and_then(written).into_iter().collect();
    }
    if body
        .first()
        .is_some_and(|first| first.is_word("some") || first.is_word("every"))
    {
        let sign = body.iter().position(|token| token.is_word("in"));
        let collection = sign.and_then(|sign| body.get(sign + 1..));
        return collection.and_then(written).into_iter().collect();
    }
    let is_sign = |token: &Token<'_>| {
        token.depth == 0
            && (token.is_word("in") || matches!(token.text, "=" | "!" | "<" | ">" | ":"))
    };
    let Some(first) = body.iter().position(is_sign) else {
        return written(body).into_iter().collect();
    };
    let after = body.iter().skip(first).take_while(|token| is_sign(token));
    let right = body.get(first + after.count()..).and_then(written);
    let is_assignment = body.get(first).is_some_and(|sign| sign.is_mark(":"));
    let left = body
        .get(..first)
        .filter(|_| !is_assignment)
        .and_then(written);
    left.into_iter().chain(right).collect()
}

/// Returns the calls of a statement: the name, and the arguments as written.
pub(super) fn calls(text: &str, all: &[Token<'_>]) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for (at, token) in all.iter().enumerate() {
        let Some(open) = all.get(at + 1) else { break };
        let after_dot = at
            .checked_sub(1)
            .and_then(|before| all.get(before))
            .is_some_and(|mark| mark.is_mark("."));
        let called = open.is_mark("(") && open.start == token.end();
        if token.kind != TokenKind::Word || after_dot || !called {
            continue;
        }
        let inside: Vec<Token<'_>> = all
            .iter()
            .skip(at + 2)
            .take_while(|one| !(one.depth == open.depth + 1 && one.is_mark(")")))
            .copied()
            .collect();
        let parts = inside.split(|one| one.is_mark(",") && one.depth == open.depth + 1);
        let parts = parts.filter_map(|part| {
            let (first, last) = (part.first()?, part.last()?);
            text.get(first.start..last.end()).map(str::to_owned)
        });
        found.push((token.text.to_owned(), parts.collect()));
    }
    found
}
