//! Bodies that never hold, and policies that judge nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Level, Remark};
use crate::policy::Module;
use crate::policy::anatomy::{BodyText, RuleText, Statement, rules};
use crate::policy::token::{Token, TokenKind, tokens};

/// Returns what is said of the rules of a policy.
pub(super) fn lint(module: &Module) -> Vec<Remark> {
    let rules = rules(&module.source.text);
    let mut remarks: Vec<Remark> = rules
        .iter()
        .flat_map(|rule| {
            rule.bodies
                .iter()
                .filter_map(|body| never(module, rule, body))
        })
        .collect();
    let deny = rules.iter().find(|rule| rule.name == "deny");
    if let Some(deny) = deny.filter(|_| !rules.iter().any(|rule| rule.name == "subjects")) {
        remarks.push(Remark {
            path: Arc::clone(&module.source.path),
            place: deny.place,
            text: deny.name.clone(),
            level: Level::Error,
            lint: "no-subjects",
            message:
                "the policy has no rule 'subjects': it judges nothing, and 'deny' is never asked"
                    .to_owned(),
            help: "Say what is judged: subjects contains r.address if some r in …".to_owned(),
        });
    }
    remarks
}

/// Says so where a body cannot hold.
fn never(module: &Module, rule: &RuleText, body: &BodyText) -> Option<Remark> {
    let said: BTreeSet<String> = body.statements.iter().map(spaced).collect();
    let contradicts = |statement: &&Statement| {
        let text = spaced(statement);
        let denied = text
            .strip_prefix("not ")
            .is_some_and(|rest| said.contains(rest));
        denied || is_false(&statement.text)
    };
    let statement = body.statements.iter().find(contradicts)?;
    Some(Remark {
        path: Arc::clone(&module.source.path),
        place: statement.place,
        text: statement.text.lines().next().unwrap_or_default().to_owned(),
        level: Level::Error,
        lint: "unreachable",
        message: format!("this body of '{}' never holds", rule.name),
        help: "Remove it, or mend the statement that is always false".to_owned(),
    })
}

/// Returns a statement with single blanks between its tokens.
fn spaced(statement: &Statement) -> String {
    let all: Vec<&str> = tokens(&statement.text).map(|token| token.text).collect();
    all.join(" ")
}

/// Tells whether a statement is false whatever the input: `false`, or a comparison of two different literals.
fn is_false(text: &str) -> bool {
    let all: Vec<Token<'_>> = tokens(text).collect();
    let literal = |token: &Token<'_>| match token.kind {
        TokenKind::Text | TokenKind::Number => true,
        TokenKind::Word => matches!(token.text, "true" | "false" | "null"),
        TokenKind::Mark => false,
    };
    match &all[..] {
        [only] => only.is_word("false"),
        [left, first, second, right] if first.is_mark("=") && second.is_mark("=") => {
            literal(left) && literal(right) && left.text != right.text && left.kind == right.kind
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::linted;

    #[test]
    fn a_body_that_never_holds_is_told() {
        let rules = "subjects contains 1 if true\n\ndeny contains v if {\n\tv := 1\n\tf(v)\n\tnot f(v)\n}\n\ndeny contains v if {\n\t\"a\" == \"b\"\n\tv := 1\n}\n\nf(x) if x > 1";
        assert_eq!(
            linted(rules),
            [
                "unreachable a.rego:22:2: this body of 'deny' never holds",
                "unreachable a.rego:26:2: this body of 'deny' never holds"
            ]
        );
        assert!(
            linted("subjects contains 1 if true\n\ndeny contains v if {\n\tv := 1\n\t1 == 1\n}")
                .is_empty()
        );
    }

    #[test]
    fn a_policy_without_subjects_judges_nothing() {
        assert_eq!(
            linted("deny contains 1 if true"),
            [
                "no-subjects a.rego:17:1: the policy has no rule 'subjects': it judges nothing, and 'deny' is never asked"
            ]
        );
    }
}
