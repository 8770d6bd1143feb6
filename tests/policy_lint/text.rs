//! Lints over lines and tokens.

use std::collections::BTreeMap;

use ordinance_engine::policy::token::{Token, TokenKind, tokens};
use ordinance_engine::policy::{Module, Place};

/// The longest line, in characters.
const LONGEST_LINE: usize = 120;

/// The most lines of one rule.
const LONGEST_RULE: u32 = 30;

/// Calls on which the engines differ, that leave the sandbox, or that are too slow for a scan.
const FORBIDDEN_CALLS: [&str; 9] = [
    "walk(",
    "print(",
    "trace(",
    "glob.match(",
    "http.",
    "time.",
    "opa.",
    "rand.",
    "net.lookup_ip_addr(",
];

/// Returns everything that is wrong with a policy, library or view.
pub(crate) fn lint(module: &Module) -> Vec<String> {
    let all: Vec<Token<'_>> = tokens(&module.source.text).collect();
    let mut found = tidy(module, &all);
    found.extend(forbidden(&all));
    found.extend(calls_in_heads(module, &all));
    found.extend(negated_calls(&all));
    found.extend(long_rules(&all));
    found.sort();
    found
        .into_iter()
        .map(|(place, message)| at(module, place, &message))
        .collect()
}

/// Returns everything that is wrong with a file of unit tests.
pub(crate) fn lint_test(module: &Module) -> Vec<String> {
    let all: Vec<Token<'_>> = tokens(&module.source.text).collect();
    let mut found = tidy(module, &all);
    found.extend(repeated_tests(&all));
    if !module.package.ends_with("_test") {
        let message = format!("package '{}' must end in '_test'", module.package);
        found.push((Place::START, message));
    }
    found
        .into_iter()
        .map(|(place, message)| at(module, place, &message))
        .collect()
}

fn at(module: &Module, place: Place, message: &str) -> String {
    format!(
        "{}:{}:{}: {message}",
        module.source.path, place.line, place.column
    )
}

type Found = Vec<(Place, String)>;

/// Lines: tabs for indentation (except in multi-line strings and continued comments), no overlong ones, none that end
/// in blanks.
fn tidy(module: &Module, all: &[Token<'_>]) -> Found {
    let mut found = Found::new();
    let inside_text = |line: u32| {
        all.iter().any(|token| {
            let lines = u32::try_from(token.text.matches('\n').count()).unwrap_or(0);
            token.place.line < line && line <= token.place.line + lines
        })
    };
    for (number, line) in (1..).zip(module.source.text.lines()) {
        let place = Place {
            line: number,
            column: 1,
        };
        if line.chars().count() > LONGEST_LINE {
            found.push((place, format!("line longer than {LONGEST_LINE} characters")));
        }
        if line.trim_end() != line {
            found.push((place, "line ends in blanks".into()));
        }
        if line.starts_with(' ') && !inside_text(number) {
            found.push((place, "indented by spaces instead of tabs".into()));
        }
    }
    found
}

fn forbidden(all: &[Token<'_>]) -> Found {
    let mut found = Found::new();
    for (index, token) in all.iter().enumerate() {
        if token.kind != TokenKind::Word || follows_dot(all, index) {
            continue;
        }
        if token.text == "else" {
            found.push((
                token.place,
                "'else': write disjoint bodies with guards".into(),
            ));
        }
        let name = called(all, index);
        for call in FORBIDDEN_CALLS {
            if name.starts_with(call) {
                found.push((token.place, format!("'{call}' is not used in this pack")));
            }
        }
    }
    found
}

/// Returns a name with its dots, and `(` where it is called: `glob.match(`.
fn called(all: &[Token<'_>], index: usize) -> String {
    let mut name = String::new();
    let mut end = all[index].start;
    for token in &all[index..] {
        if token.start != end {
            break;
        }
        match token.kind {
            TokenKind::Word => name.push_str(token.text),
            TokenKind::Mark if token.text == "." => name.push('.'),
            TokenKind::Mark if token.text == "(" => {
                name.push('(');
                break;
            }
            _ => break,
        }
        end = token.end();
    }
    name
}

fn follows_dot(all: &[Token<'_>], index: usize) -> bool {
    index
        .checked_sub(1)
        .is_some_and(|before| all[before].is_mark(".") && all[before].end() == all[index].start)
}

/// Functions of the libraries that are defined for every argument.
const TOTAL: [&str; 9] = [
    "value.get(",
    "value.present(",
    "value.list(",
    "value.shown(",
    "value.child(",
    "graph.at(",
    "graph.of_types(",
    "graph.referenced(",
    "graph.referrers(",
];

/// What the comment above a function says when it is defined for every argument.
const ALWAYS: &str = "Always defined";

/// Tells whether the text above the first clause of a function says that it is always defined, or the function has
/// one clause without conditions.
fn is_total(module: &Module, name: &str) -> bool {
    let name = name.strip_suffix('(').unwrap_or(name);
    let clause = format!("{name}(");
    let lines: Vec<&str> = module.source.text.lines().collect();
    let clauses: Vec<usize> = (0..lines.len())
        .filter(|at| lines[*at].starts_with(&clause))
        .collect();
    let Some(first) = clauses.first() else {
        return false;
    };
    let comment = lines[..*first]
        .iter()
        .rev()
        .take_while(|line| line.starts_with('#'));
    let said = comment.into_iter().any(|line| line.contains(ALWAYS));
    let open = lines[*first].ends_with('{') && !lines[*first].ends_with("if {");
    said || clauses.len() == 1
        && (open || !lines[*first].contains(" if "))
        && !lines[*first].ends_with("if {")
}

/// Tells whether a called name is a function of a policy: one of the module, or one of an imported package. Builtins
/// are total over the values they are given; functions of policies may be undefined.
fn is_ours(module: &Module, name: &str) -> bool {
    let Some(name) = name.strip_suffix('(') else {
        return false;
    };
    match name.split_once('.') {
        None => module.reading().rules.contains(name),
        Some((alias, _)) => {
            let imports = &module.reading().data;
            imports
                .iter()
                .any(|one| one.keys.last().is_some_and(|last| last == alias))
        }
    }
}

/// `contains f(x)`, `[f(x) | …]`, `{f(x) | …}`: the interpreter fails where `f` is undefined, OPA skips the element.
fn calls_in_heads(module: &Module, all: &[Token<'_>]) -> Found {
    let mut found = Found::new();
    for (index, token) in all.iter().enumerate() {
        let opens = token.is_mark("[") || token.is_mark("{");
        let contains = token.is_word("contains") && token.depth == 0;
        let Some(next) = all.get(index + 1).filter(|_| opens || contains) else {
            continue;
        };
        if next.kind != TokenKind::Word {
            continue;
        }
        let name = called(all, index + 1);
        if !is_ours(module, &name) || TOTAL.contains(&name.as_str()) || is_total(module, &name) {
            continue;
        }
        let close = after_call(all, index + 1);
        let in_head = contains || all.get(close).is_some_and(|mark| mark.is_mark("|"));
        if in_head {
            let message = format!(
                "'{name}…)' in a head: bind its value in the body first, or say '{ALWAYS}' of it"
            );
            found.push((next.place, message));
        }
    }
    found
}

/// Returns the index after a call that begins at `index`.
fn after_call(all: &[Token<'_>], index: usize) -> usize {
    let open = (index..all.len()).find(|at| all[*at].is_mark("("));
    let Some(open) = open else { return all.len() };
    let depth = all[open].depth;
    (open + 1..all.len())
        .find(|at| all[*at].is_mark(")") && all[*at].depth == depth + 1)
        .map_or(all.len(), |close| close + 1)
}

/// `not f(input.…)`: the engine takes an undefined argument for false, OPA for undefined.
fn negated_calls(all: &[Token<'_>]) -> Found {
    let mut found = Found::new();
    for (index, token) in all.iter().enumerate() {
        if !token.is_word("not") || !called(all, index + 1).ends_with('(') {
            continue;
        }
        let end = after_call(all, index + 1);
        let reads = |at: usize| all[at].is_word("input") && !follows_dot(all, at);
        if (index + 1..end.min(all.len())).any(reads) {
            let message = "'not f(input.…)': bind the argument first";
            found.push((token.place, message.into()));
        }
    }
    found
}

fn long_rules(all: &[Token<'_>]) -> Found {
    let heads: Vec<&Token<'_>> = all
        .iter()
        .filter(|token| {
            token.depth == 0 && token.place.column == 1 && token.kind == TokenKind::Word
        })
        .collect();
    let mut found = Found::new();
    for (index, head) in heads.iter().enumerate() {
        let next = heads.get(index + 1).map_or(usize::MAX, |next| next.start);
        let last = all.iter().rfind(|token| token.start < next);
        let lines = last.map_or(1, |last| last.place.line + 1 - head.place.line);
        // A table is as long as what it says.
        let table = all
            .iter()
            .skip_while(|token| token.start <= head.start)
            .take(3)
            .map(|token| token.text)
            .eq([":", "=", "{"]);
        if lines > LONGEST_RULE && !table {
            let message = format!(
                "rule '{}' has {lines} lines, more than {LONGEST_RULE}",
                head.text
            );
            found.push((head.place, message));
        }
    }
    found
}

/// Two tests of one name are one rule: either passing makes both pass.
fn repeated_tests(all: &[Token<'_>]) -> Found {
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    let mut found = Found::new();
    for token in all.iter().filter(|token| {
        token.depth == 0 && token.place.column == 1 && token.text.starts_with("test_")
    }) {
        if let Some(first) = seen.insert(token.text, token.place) {
            let message = format!(
                "test '{}' stands already on line {}",
                token.text, first.line
            );
            found.push((token.place, message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    /// Lints one module; the package clause is line 1.
    fn linted(body: &str) -> Vec<String> {
        let text = format!("package a\n{body}\n");
        lint(&made_up(&[("a.rego", &text)]).modules()[0])
    }

    #[test]
    fn spaces_long_lines_and_trailing_blanks_are_caught() {
        assert_eq!(
            linted("x if {\n  true\n}"),
            ["a.rego:3:1: indented by spaces instead of tabs"]
        );
        assert_eq!(linted("x := 1 "), ["a.rego:2:1: line ends in blanks"]);
        let long = format!("x := \"{}\"", "a".repeat(120));
        assert_eq!(
            linted(&long),
            ["a.rego:2:1: line longer than 120 characters"]
        );
        assert!(linted("x := `\n  a\n`").is_empty());
    }

    #[test]
    fn forbidden_forms_are_caught_where_they_are_code() {
        assert_eq!(
            linted("x if walk(y)"),
            ["a.rego:2:6: 'walk(' is not used in this pack"]
        );
        assert_eq!(
            linted("x := time.now_ns()"),
            ["a.rego:2:6: 'time.' is not used in this pack"]
        );
        assert_eq!(
            linted("x if { 1 == 2 } else := 3"),
            ["a.rego:2:17: 'else': write disjoint bodies with guards"]
        );
        assert!(linted("x := y.time\n\n# walk(x)\nz := \"print(\"").is_empty());
    }

    #[test]
    fn a_call_in_a_head_is_caught_when_the_function_may_be_undefined() {
        assert_eq!(
            linted("f(x) := x if x > 1\n\ny := [f(x) | some x in [1, 2]]"),
            [
                "a.rego:4:7: 'f(…)' in a head: bind its value in the body first, or say 'Always defined' of it"
            ]
        );
        assert_eq!(
            linted("import data.b.lib\n\ny contains lib.f(x) if some x in [1]"),
            [
                "a.rego:4:12: 'lib.f(…)' in a head: bind its value in the body first, or say 'Always defined' of it"
            ]
        );
        assert!(linted("y := {lower(x) | some x in [\"A\"]}").is_empty());
        assert!(linted("f(x) := x if x > 1\n\ny := [f(1), f(2)]").is_empty());
        assert!(linted("f(x) := {\"a\": x}\n\ny := [f(x) | some x in [1]]").is_empty());
        let said = "# Always defined.\nf(x) := 1 if x > 1\n\nf(x) := 2 if x <= 1\n\n";
        assert!(linted(&format!("{said}y := [f(x) | some x in [1]]")).is_empty());
    }

    #[test]
    fn a_negated_call_on_input_is_caught() {
        assert_eq!(
            linted("x if not startswith(input.a, \"b\")"),
            ["a.rego:2:6: 'not f(input.…)': bind the argument first"]
        );
        assert!(linted("x if {\n\ty := input.a\n\tnot startswith(y, \"b\")\n}").is_empty());
    }

    #[test]
    fn a_long_rule_is_caught_and_a_table_is_not() {
        let lines = "\ttrue\n".repeat(30);
        assert_eq!(
            linted(&format!("x if {{\n{lines}}}")),
            ["a.rego:2:1: rule 'x' has 32 lines, more than 30"]
        );
        let rows = "\t\"a\": 1,\n".repeat(30);
        assert!(linted(&format!("x := {{\n{rows}}}")).is_empty());
    }

    #[test]
    fn a_repeated_test_is_caught() {
        let text = "package a_test\n\ntest_x if true\n\ntest_x if false\n";
        let set = made_up(&[("a_test.rego", text)]);
        assert_eq!(
            lint_test(&set.tests()[0]),
            ["a_test.rego:5:1: test 'test_x' stands already on line 3"]
        );
    }
}
