//! The rules of a module as written: heads, bodies, and the statements of each body, with their places.
//!
//! For those who show a policy to its author: what was covered, and where a body stopped. Works on the text alone and
//! never fails: what it cannot take apart is one statement.

use super::error::Place;
use super::module::begins_rule;
use super::token::{Token, TokenKind, tokens};

/// A rule, or one of several of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub place: Place,
    /// The arguments of a function, as written.
    pub arguments: Option<Vec<String>>,
    /// The key of a rule that gives an object (`cases[name]`), as written.
    pub key: Option<String>,
    /// What the head gives: the value after `:=`, or the element after `contains`.
    pub value: Option<Statement>,
    /// Its bodies: the first, and those after `else`. A rule without a condition has one without statements.
    pub bodies: Vec<BodyText>,
}

/// A body of a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BodyText {
    /// What an `else` gives.
    pub value: Option<Statement>,
    /// What must hold, in the order of the text.
    pub statements: Vec<Statement>,
}

/// A piece of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// As written.
    pub text: String,
    /// Where it begins.
    pub place: Place,
    /// The line where it ends.
    pub last_line: u32,
}

/// Marks that cannot begin a statement: a line that begins so continues the one before.
const CONTINUING: [&str; 12] = ["=", "+", "-", "*", "/", "%", "<", ">", "|", "&", ".", ":"];

/// Words that cannot begin a statement.
const CONTINUING_WORDS: [&str; 3] = ["with", "in", "as"];

/// Words that do not end one.
const OPEN_WORDS: [&str; 6] = ["some", "every", "not", "with", "in", "as"];

/// Returns the rules of a module in the order of its text. Defaults are left out: nothing can go wrong with them.
pub fn rules(text: &str) -> Vec<RuleText> {
    let all: Vec<Token<'_>> = tokens(text).collect();
    let starts: Vec<usize> = (0..all.len())
        .filter(|at| {
            let before = at.checked_sub(1).and_then(|before| all.get(before));
            all.get(*at)
                .is_some_and(|token| begins_rule(*token, before))
        })
        .collect();
    let ends = starts.iter().skip(1).copied().chain([all.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| rule(text, all.get(*start..end)?))
        .collect()
}

/// Returns the statements of a query, or of what is typed as one.
pub fn statements(text: &str) -> Vec<Statement> {
    let all: Vec<Token<'_>> = tokens(text).collect();
    split(text, &all, 0)
}

/// Reads one rule.
fn rule(text: &str, all: &[Token<'_>]) -> Option<RuleText> {
    let name = all.first()?;
    if name.is_word("default") {
        return None;
    }
    let mut at = 1;
    let mut arguments = None;
    if all
        .get(1)
        .is_some_and(|open| open.is_mark("(") && open.start == name.end())
    {
        let close = closing(all, 1);
        arguments = Some(list(text, all.get(2..close)?));
        at = close + 1;
    }
    let mut key = None;
    if all
        .get(1)
        .is_some_and(|open| open.is_mark("[") && open.start == name.end())
    {
        let close = closing(all, 1);
        key = statement(text, all.get(2..close)?).map(|one| one.text);
        at = close + 1;
    }
    let level = name.depth;
    let next = |from: usize, word: &str| {
        (from..all.len()).find(|at| all[*at].depth == level && all[*at].is_word(word))
    };
    let mut bodies = Vec::new();
    let first_else = next(at, "else").unwrap_or(all.len());
    let head_end = next(at, "if").filter(|found| *found < first_else);
    let value = value(text, all.get(at..head_end.unwrap_or(first_else))?);
    let first = head_end.map_or(&[][..], |found| &all[found + 1..first_else]);
    bodies.push(BodyText {
        value: None,
        statements: body(text, first, level),
    });
    let mut from = first_else;
    while from < all.len() {
        let end = next(from + 1, "else").unwrap_or(all.len());
        let condition = next(from + 1, "if").filter(|found| *found < end);
        bodies.push(BodyText {
            value: self::value(text, &all[from + 1..condition.unwrap_or(end)]),
            statements: body(
                text,
                condition.map_or(&[], |found| &all[found + 1..end]),
                level,
            ),
        });
        from = end;
    }
    Some(RuleText {
        name: name.text.to_owned(),
        place: name.place,
        arguments,
        key,
        value,
        bodies,
    })
}

/// Returns the index of the mark that closes the one at `open`.
fn closing(all: &[Token<'_>], open: usize) -> usize {
    let Some(depth) = all.get(open).map(|token| token.depth) else {
        return open;
    };
    let inside = all.iter().enumerate().skip(open + 1);
    let mut closing = inside.filter(|(_, token)| {
        token.depth == depth + 1
            && token.kind == TokenKind::Mark
            && matches!(token.text, ")" | "]" | "}")
    });
    closing.next().map_or(all.len(), |(at, _)| at)
}

/// Splits at the commas of the outermost level.
fn list(text: &str, all: &[Token<'_>]) -> Vec<String> {
    let Some(level) = all.first().map(|token| token.depth) else {
        return Vec::new();
    };
    all.split(|token| token.is_mark(",") && token.depth == level)
        .filter_map(|part| statement(text, part))
        .map(|part| part.text)
        .collect()
}

/// Returns what follows `:=`, `=` or `contains` in a head.
fn value(text: &str, head: &[Token<'_>]) -> Option<Statement> {
    let level = head.first()?.depth;
    let sign = head.iter().position(|token| {
        token.depth == level && (token.is_mark("=") || token.is_word("contains"))
    })?;
    statement(text, head.get(sign + 1..)?)
}

/// Reads what follows `if`: statements in braces, or a single one.
fn body(text: &str, all: &[Token<'_>], level: usize) -> Vec<Statement> {
    match all.first() {
        Some(open) if open.is_mark("{") && closing(all, 0) + 1 == all.len() => {
            split(text, &all[1..all.len() - 1], level + 1)
        }
        _ => statement(text, all).into_iter().collect(),
    }
}

/// Splits statements at line ends and semicolons.
fn split(text: &str, all: &[Token<'_>], level: usize) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, token) in all.iter().enumerate() {
        let semicolon = token.is_mark(";") && token.depth == level;
        let before = at.checked_sub(1).and_then(|before| all.get(before));
        let line_ends = token.depth == level
            && before.is_some_and(|before| {
                token.place.line > last_line(before) && ends(before) && begins(token)
            });
        if semicolon || line_ends {
            found.extend(statement(text, &all[start..at]));
            start = at + usize::from(semicolon);
        }
    }
    found.extend(statement(text, all.get(start..).unwrap_or_default()));
    found
}

fn last_line(token: &Token<'_>) -> u32 {
    let lines = token.text.matches('\n').count();
    token.place.line + u32::try_from(lines).unwrap_or_default()
}

fn ends(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::Word => !OPEN_WORDS.contains(&token.text),
        TokenKind::Text | TokenKind::Number => true,
        TokenKind::Mark => matches!(token.text, "}" | "]" | ")"),
    }
}

fn begins(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::Word => !CONTINUING_WORDS.contains(&token.text),
        TokenKind::Text | TokenKind::Number => true,
        TokenKind::Mark => !CONTINUING.contains(&token.text),
    }
}

fn statement(text: &str, all: &[Token<'_>]) -> Option<Statement> {
    let (first, last) = (all.first()?, all.last()?);
    Some(Statement {
        text: text.get(first.start..last.end())?.to_owned(),
        place: first.place,
        last_line: last_line(last),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let one = |rule: &RuleText| {
            let value = |value: &Option<Statement>| match value {
                Some(value) => format!(" = {}", value.text),
                None => String::new(),
            };
            let bodies: Vec<String> = rule
                .bodies
                .iter()
                .map(|body| {
                    let statements: Vec<&str> = body
                        .statements
                        .iter()
                        .map(|one| one.text.as_str())
                        .collect();
                    format!("[{}]{}", statements.join(" ; "), value(&body.value))
                })
                .collect();
            let arguments = rule.arguments.as_ref().map(|all| all.join("/"));
            let arguments = arguments.map(|all| format!("({all})")).unwrap_or_default();
            let key = rule.key.as_ref().map(|key| format!("[{key}]"));
            let arguments = arguments + &key.unwrap_or_default();
            let (line, head) = (rule.place.line, value(&rule.value));
            format!(
                "{line} {}{arguments}{head} {}",
                rule.name,
                bodies.join(" else ")
            )
        };
        rules(text).iter().map(one).collect()
    }

    #[test]
    fn a_rule_is_its_head_and_its_statements() {
        assert_eq!(
            shown(
                "package a\n\ndeny contains v if {\n\tsome r in input.x\n\tnot r.ok; r.size >\n\t\t3\n\tv := {\n\t\t\"a\": 1,\n\t}\n}\n"
            ),
            [
                "3 deny = v [some r in input.x ; not r.ok ; r.size >\n\t\t3 ; v := {\n\t\t\"a\": 1,\n\t}]"
            ]
        );
    }

    #[test]
    fn conditions_without_braces_and_rules_without_conditions_are_read() {
        assert_eq!(
            shown(
                "package a\nt[\"a b\"] := 1\nf(x, [y, z]) := x if x > 1\nb := {1, 2}\nc if d\ndefault e := 1\n"
            ),
            [
                "2 t[\"a b\"] = 1 []",
                "3 f(x/[y, z]) = x [x > 1]",
                "4 b = {1, 2} []",
                "5 c [d]"
            ]
        );
    }

    #[test]
    fn an_else_is_a_body_with_its_value() {
        assert_eq!(
            shown("package a\nx := 1 if {\n\ta\n} else := 2 if {\n\tb\n\tc\n} else := 3\n"),
            ["2 x = 1 [a] else [b ; c] = 2 else [] = 3"]
        );
    }

    #[test]
    fn a_line_that_continues_is_no_statement_of_its_own() {
        assert_eq!(
            shown(
                "package a\nx if {\n\tcount(y) == 1\n\t\twith input as z\n\t\twith data.b as c\n\ty\n\t== 2\n\t{1} == a\n}\n"
            ),
            [
                "2 x [count(y) == 1\n\t\twith input as z\n\t\twith data.b as c ; y\n\t== 2 ; {1} == a]"
            ]
        );
    }

    #[test]
    fn damaged_text_is_taken_as_far_as_it_goes() {
        for text in [
            "x if {",
            "x := ",
            "f(",
            "x if { a }}} b",
            "else",
            "x contains",
        ] {
            let _ = rules(text);
        }
        assert_eq!(shown("x if {\n\ta"), ["1 x [{\n\ta]"]);
    }
}
