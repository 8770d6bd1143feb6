//! What is typed into a session: imports and rules that stay, or a query that is answered.

use std::collections::BTreeSet;

use ordinance_engine::policy::token::{Token, TokenKind, tokens};

/// What a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An import.
    Import,
    /// A rule of this name.
    Rule(String),
    /// Anything else.
    Query,
}

/// The imports and rules of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    imports: Vec<String>,
    /// Names and texts.
    rules: Vec<(String, String)>,
}

impl Typed {
    /// Returns what stays with one more text. A rule that gives one value takes the place of the one before it; elements of
    /// a set, bodies of a function and cases of an object are added.
    pub(crate) fn with(&self, kind: &Kind, text: &str) -> Self {
        let mut next = self.clone();
        match kind {
            Kind::Import => {
                if !next.imports.iter().any(|one| one == text) {
                    next.imports.push(text.to_owned());
                }
            }
            Kind::Rule(name) => {
                if gives_one_value(text) {
                    next.rules.retain(|(other, _)| other != name);
                }
                next.rules.push((name.clone(), text.to_owned()));
            }
            Kind::Query => {}
        }
        next
    }

    /// Returns what stays without the rules of a name.
    pub(crate) fn without(&self, name: &str) -> Self {
        let mut next = self.clone();
        next.rules.retain(|(other, _)| other != name);
        next
    }

    /// Returns the names of the rules.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.rules.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Returns the imports, one a line.
    pub(crate) fn imports(&self) -> String {
        let mut imports = self.imports.clone();
        imports.sort();
        imports.push(String::new());
        imports.join("\n")
    }

    /// Returns the rules, a blank line between two.
    pub(crate) fn rules(&self) -> String {
        let rules: Vec<&str> = self.rules.iter().map(|(_, text)| text.as_str()).collect();
        rules.join("\n\n")
    }

    /// Returns all of it as the rest of a module.
    pub(crate) fn text(&self) -> String {
        format!("{}\n{}\n", self.imports(), self.rules())
    }
}

fn gives_one_value(text: &str) -> bool {
    let all: Vec<Token<'_>> = tokens(text).collect();
    !all.get(1)
        .is_some_and(|next| next.is_mark("(") || next.is_mark("[") || next.is_word("contains"))
}

/// Tells what a text is.
pub(crate) fn kind(text: &str) -> Kind {
    let all: Vec<Token<'_>> = tokens(text).collect();
    let Some(first) = all.first() else {
        return Kind::Query;
    };
    if first.is_word("import") {
        return Kind::Import;
    }
    let several = all
        .iter()
        .any(|token| token.depth == 0 && token.is_mark(";"));
    let starts = [
        "some", "every", "not", "input", "data", "true", "false", "null",
    ];
    if first.kind != TokenKind::Word || several || starts.contains(&first.text) {
        return Kind::Query;
    }
    if first.is_word("default") {
        return match all.get(1) {
            Some(name) => Kind::Rule(name.text.to_owned()),
            None => Kind::Query,
        };
    }
    let is_sign = |token: &Token<'_>| {
        token.depth == first.depth
            && (token.is_word("if") || token.is_word("contains") || token.is_mark(":"))
    };
    // What stands between the name and the sign is at most its arguments or its key.
    let sign = all.iter().position(is_sign);
    let head = sign.and_then(|sign| all.get(1..sign)).unwrap_or_default();
    let plain = head
        .iter()
        .all(|token| token.depth > first.depth || token.is_mark("(") || token.is_mark("["));
    match sign {
        Some(_) if plain => Kind::Rule(first.text.to_owned()),
        _ => Kind::Query,
    }
}

/// Tells whether more must follow: something is open, or the last word waits for the next.
pub(crate) fn is_open(text: &str) -> bool {
    let all: Vec<Token<'_>> = tokens(text).collect();
    let Some(last) = all.last() else { return false };
    let opens = matches!(last.text, "{" | "[" | "(") && last.kind == TokenKind::Mark;
    let closes = matches!(last.text, "}" | "]" | ")") && last.kind == TokenKind::Mark;
    let depth = last.depth + usize::from(opens) - usize::from(closes && last.depth > 0);
    let waits = [
        "if", "contains", "in", "with", "as", "not", "else", "some", "every",
    ];
    let signs = ["=", ",", "|", "&", "+", "-", "*", "/", "<", ">", ":", "."];
    depth > 0
        || last.kind == TokenKind::Word && waits.contains(&last.text)
        || last.kind == TokenKind::Mark && signs.contains(&last.text)
        || last.kind == TokenKind::Text
            && last.text.starts_with('`')
            && (last.text.len() == 1 || !last.text.ends_with('`'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_imports_and_queries_are_told_apart() {
        let rule = |name: &str| Kind::Rule(name.to_owned());
        for (text, expected) in [
            ("import data.a.b", Kind::Import),
            ("deny contains r if {\n true\n}", rule("deny")),
            ("x := 1", rule("x")),
            ("f(a, [b]) := a + b", rule("f")),
            ("ok if input.a", rule("ok")),
            ("cases[name] := 1 if some name in [\"a\"]", rule("cases")),
            ("default ok := false", rule("ok")),
            ("input.a == 1", Kind::Query),
            ("x := 1; x + 1", Kind::Query),
            ("some r in input.resources", Kind::Query),
            ("count(x) == {\"a\": 1}", Kind::Query),
            ("[x | some x in y; x := 1]", Kind::Query),
            ("value.get(r, [\"a\"])", Kind::Query),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn an_open_text_waits_for_more() {
        for text in [
            "deny contains r if {",
            "x := [1,",
            "f(",
            "x :=",
            "some r in",
            "x := `a",
        ] {
            assert!(is_open(text), "{text}");
        }
        for text in [
            "",
            "x := [1]",
            "deny contains r if { true }",
            "x := `a`",
            "# {",
        ] {
            assert!(!is_open(text), "{text}");
        }
    }

    #[test]
    fn a_value_is_replaced_and_elements_are_added() {
        let rule = |name: &str| Kind::Rule(name.to_owned());
        let typed = Typed::default()
            .with(&rule("x"), "x := 1")
            .with(&rule("x"), "x := 2")
            .with(&rule("s"), "s contains 1")
            .with(&rule("s"), "s contains 2")
            .with(&Kind::Import, "import data.b")
            .with(&Kind::Import, "import data.a")
            .with(&Kind::Import, "import data.b");
        assert_eq!(
            typed.text(),
            "import data.a\nimport data.b\n\nx := 2\n\ns contains 1\n\ns contains 2\n"
        );
        assert_eq!(
            typed.without("s").text(),
            "import data.a\nimport data.b\n\nx := 2\n"
        );
    }
}
