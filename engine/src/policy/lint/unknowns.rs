//! Tests that hold for a value that cannot be known: it is an object, so it is unequal to everything, and no builtin holds
//! for it. `r.properties.Encrypted != true` then denies what nobody knows.

use std::collections::BTreeSet;

use super::{Level, Remark};
use crate::policy::Module;
use crate::policy::anatomy::{BodyText, RuleText, Statement, rules};
use crate::policy::token::{Token, TokenKind, tokens};

/// Returns the tests of `deny`, and of the helpers that it reaches, that hold for what is unknown.
pub(super) fn lint(module: &Module) -> Vec<Remark> {
    let rules = rules(&module.source.text);
    let reached = reached(&rules);
    let mut remarks = Vec::new();
    for rule in rules
        .iter()
        .filter(|rule| reached.contains(rule.name.as_str()))
    {
        for body in &rule.bodies {
            if !is_guarded(body) {
                let unsafe_ones = body.statements.iter().filter(|one| is_unsafe(one));
                remarks.extend(unsafe_ones.map(|one| remark(module, one)));
            }
        }
    }
    remarks
}

fn remark(module: &Module, statement: &Statement) -> Remark {
    Remark {
        path: std::sync::Arc::clone(&module.source.path),
        place: statement.place,
        text: statement.text.lines().next().unwrap_or_default().to_owned(),
        level: Level::Warning,
        lint: "unknown-unsafe",
        message: "this holds for a value that cannot be known, which is then denied".to_owned(),
        help: "Read it with value.get(r, PATH) and ask value.is_known first, or compare with =="
            .to_owned(),
    }
}

/// Returns the names of `deny` and of the rules of the module that it names, however far.
fn reached(rules: &[RuleText]) -> BTreeSet<&str> {
    let mut open = vec!["deny"];
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !reached.insert(name) {
            continue;
        }
        for rule in rules.iter().filter(|rule| rule.name == name) {
            for statement in rule.bodies.iter().flat_map(|body| &body.statements) {
                let words: BTreeSet<&str> = tokens(&statement.text)
                    .filter(|token| token.kind == TokenKind::Word)
                    .map(|token| token.text)
                    .collect();
                let named = rules
                    .iter()
                    .filter(|other| words.contains(other.name.as_str()));
                open.extend(named.map(|other| other.name.as_str()));
            }
        }
    }
    reached
}

/// Tells whether a body asks whether something is known.
fn is_guarded(body: &BodyText) -> bool {
    let guards = [
        "known",
        "is_known",
        "unknown",
        "is_unknown",
        "opaque",
        "is_string",
        "is_boolean",
        "is_number",
        "is_array",
        "is_null",
    ];
    let mut all = body.statements.iter().flat_map(|one| tokens(&one.text));
    all.any(|token| token.kind == TokenKind::Word && guards.contains(&token.text))
}

/// Tells whether a statement is a `!=` or a `not f(…)`, `not a == b` on a property as it is written.
fn is_unsafe(statement: &Statement) -> bool {
    let all: Vec<Token<'_>> = tokens(&statement.text).collect();
    let reads = all.windows(3).any(|three| {
        let [word, dot, key] = three else {
            return false;
        };
        (word.is_word("properties") || word.is_word("node"))
            && dot.is_mark(".")
            && key.kind == TokenKind::Word
    });
    let unequal = all.windows(2).any(|two| {
        let [first, second] = two else { return false };
        first.is_mark("!") && second.is_mark("=")
    });
    let starts_not = all.first().is_some_and(|first| first.is_word("not"));
    // `not r.properties.X` asks whether it is there, and what is unknown is there.
    let tests = all
        .iter()
        .any(|token| token.is_mark("(") || token.is_mark("="));
    reads && (unequal || starts_not && tests)
}

#[cfg(test)]
mod tests {
    use super::super::tests::linted;

    fn with(statement: &str) -> Vec<String> {
        linted(&format!(
            "subjects contains 1 if true\n\ndeny contains v if {{\n\tsome r in input.resources\n\tv := r.address\n\t{statement}\n}}"
        ))
    }

    #[test]
    fn a_test_that_holds_for_the_unknown_is_told() {
        let told = [
            "unknown-unsafe a.rego:22:2: this holds for a value that cannot be known, which is then denied",
        ];
        assert_eq!(with("r.properties.Tags != true"), told);
        assert_eq!(with("not startswith(r.properties.Tags, \"a\")"), told);
        assert_eq!(with("not r.properties.Tags == \"a\""), told);
    }

    #[test]
    fn what_asks_first_and_what_needs_a_value_is_not() {
        assert!(with("not r.properties.Tags").is_empty());
        assert!(with("r.properties.Tags == \"a\"").is_empty());
        assert!(with("is_string(r.properties.Tags); r.properties.Tags != \"a\"").is_empty());
        assert!(with("value.known(r.properties.Tags)\n\tr.properties.Tags != \"a\"").is_empty());
    }
}
