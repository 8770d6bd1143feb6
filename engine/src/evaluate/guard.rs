//! What is checked of policies that are not ours before the Rego engine sees their text.
//!
//! Its parser takes time exponential in the nesting of literals, and its interpreter exhausts the stack on a function
//! that calls itself; neither can be caught once it happens.

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::token::{Token, TokenKind, tokens};
use crate::policy::{Module, Place};

/// The deepest nesting of brackets and braces that is let through: deeper literals take the parser seconds.
const DEEPEST: usize = 8;

/// The longest policy file, in bytes.
const LONGEST_FILE: usize = 256 * 1024;

/// Something that must not reach the Rego engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) place: Place,
    pub(super) message: String,
}

/// The same for unit tests, which spell inputs out and are run by their author alone.
const DEEPEST_OF_TESTS: usize = 12;

/// Tells whether a module's text is safe to parse.
pub(super) fn check(module: &Module) -> Result<(), Refusal> {
    let deepest = if module.source.is_test() {
        DEEPEST_OF_TESTS
    } else {
        DEEPEST
    };
    check_depth(&module.source.text, deepest)
}

/// Tells whether a text is safe to parse.
pub(super) fn check_text(text: &str) -> Result<(), Refusal> {
    check_depth(text, DEEPEST)
}

fn check_depth(text: &str, deepest: usize) -> Result<(), Refusal> {
    if text.len() > LONGEST_FILE {
        return Err(Refusal {
            place: Place::START,
            message: format!("the file is larger than {LONGEST_FILE} bytes"),
        });
    }
    let mut open: Vec<&str> = Vec::new();
    for token in tokens(text).filter(|token| token.kind == TokenKind::Mark) {
        match token.text {
            "{" | "[" | "(" => open.push(token.text),
            "}" | "]" | ")" => drop(open.pop()),
            _ => continue,
        }
        // Parentheses do not make the parser go back.
        if open.iter().filter(|mark| **mark != "(").count() > deepest {
            return Err(Refusal {
                place: token.place,
                message: format!("literals are nested deeper than {deepest} levels"),
            });
        }
    }
    Ok(())
}

/// A function, by its package and name.
type Function = (String, String);

/// Finds a function that calls itself, directly or through others, among modules that are evaluated together.
pub(super) fn recursion<'m>(
    modules: impl Iterator<Item = &'m Module>,
) -> Option<(&'m Module, Refusal)> {
    let mut calls: BTreeMap<Function, BTreeSet<Function>> = BTreeMap::new();
    let mut places: BTreeMap<Function, (&Module, Place)> = BTreeMap::new();
    for module in modules {
        collect(module, &mut calls, &mut places);
    }
    let mut done: BTreeSet<&Function> = BTreeSet::new();
    for start in calls.keys() {
        if let Some(found) = cycle(start, &calls, &mut done) {
            let (module, place) = places.get(found)?;
            let message = format!("the function '{}' calls itself", found.1);
            return Some((
                module,
                Refusal {
                    place: *place,
                    message,
                },
            ));
        }
    }
    None
}

/// Notes which functions each function of a module calls.
fn collect<'m>(
    module: &'m Module,
    calls: &mut BTreeMap<Function, BTreeSet<Function>>,
    places: &mut BTreeMap<Function, (&'m Module, Place)>,
) {
    let all: Vec<Token<'_>> = tokens(&module.source.text).collect();
    let aliases = aliases(&all);
    let mut current: Option<Function> = None;
    let mut local: BTreeSet<&str> = BTreeSet::new();
    for (at, token) in all.iter().enumerate() {
        if token.kind != TokenKind::Word {
            continue;
        }
        let called = all
            .get(at + 1)
            .is_some_and(|next| next.is_mark("(") && next.start == token.end());
        if token.depth == 0 && token.place.column == 1 {
            let named = (module.package.to_string(), token.text.to_owned());
            if called {
                let place = (module, token.place);
                places.entry(named.clone()).or_insert(place);
            }
            // A rule in between counts too: it may be what closes the circle.
            calls.entry(named.clone()).or_default();
            current = Some(named);
            local = locals(all.get(at + 1..).unwrap_or_default());
            continue;
        }
        let Some(from) = &current else { continue };
        // A variable of the rule is not the function of its name.
        if !called && local.contains(token.text) {
            continue;
        }
        if let Some(target) = target(&all, at, module, &aliases) {
            calls.entry(from.clone()).or_default().insert(target);
        }
    }
}

/// Returns the variables that are assigned in the rule whose tokens these are, up to the next rule.
fn locals<'a>(rest: &[Token<'a>]) -> BTreeSet<&'a str> {
    let is_head = |token: &&Token<'_>| {
        token.depth == 0 && token.place.column == 1 && token.kind == TokenKind::Word
    };
    let end = rest.iter().position(|token| is_head(&token));
    let rule = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    let mut assigned = BTreeSet::new();
    for (name, sign) in rule.iter().zip(rule.iter().skip(1)) {
        // In the head `:=` follows a parenthesis, in a body a name.
        if name.kind == TokenKind::Word && name.depth > 0 && sign.is_mark(":") {
            assigned.insert(name.text);
        }
    }
    assigned
}

/// Returns the names that imports of packages give: (name, package).
fn aliases<'a>(all: &[Token<'a>]) -> BTreeMap<&'a str, String> {
    let mut aliases = BTreeMap::new();
    for (at, _) in all
        .iter()
        .enumerate()
        .filter(|(_, token)| token.is_word("import") && token.depth == 0 && token.place.column == 1)
    {
        let words: Vec<&Token<'a>> = all
            .iter()
            .skip(at + 1)
            .take_while(|token| token.place.line == all[at].place.line)
            .filter(|token| token.kind == TokenKind::Word)
            .collect();
        let renamed = words.iter().position(|word| word.text == "as");
        let path = words.get(1..renamed.unwrap_or(words.len()));
        let names: Vec<&str> = path.into_iter().flatten().map(|word| word.text).collect();
        let alias = renamed
            .and_then(|at| words.get(at + 1).map(|word| word.text))
            .or_else(|| names.last().copied());
        if let Some(alias) = alias {
            aliases.insert(alias, names.join("."));
        }
    }
    aliases
}

/// Returns the function or rule that a word names, when it may name one.
fn target(
    all: &[Token<'_>],
    at: usize,
    module: &Module,
    aliases: &BTreeMap<&str, String>,
) -> Option<Function> {
    let token = all.get(at)?;
    let after_dot = |at: usize| {
        at.checked_sub(1)
            .and_then(|before| all.get(before))
            .is_some_and(|mark| mark.is_mark(".") && mark.end() == all[at].start)
    };
    if !after_dot(at) {
        return Some((module.package.to_string(), token.text.to_owned()));
    }
    // The words before the dots name the package.
    let mut first = at;
    let mut names = Vec::new();
    while after_dot(first) {
        first = first.checked_sub(2)?;
        names.push(all.get(first)?.text);
    }
    names.reverse();
    let (root, rest) = names.split_first()?;
    let package = if *root == "data" {
        rest.join(".")
    } else {
        let mut package = aliases.get(root)?.clone();
        for name in rest {
            package.push('.');
            package.push_str(name);
        }
        package
    };
    Some((package, token.text.to_owned()))
}

/// Follows calls from a function, without recursion of our own, until one is reached again.
fn cycle<'c>(
    start: &'c Function,
    calls: &'c BTreeMap<Function, BTreeSet<Function>>,
    done: &mut BTreeSet<&'c Function>,
) -> Option<&'c Function> {
    let mut path: Vec<(&Function, Vec<&Function>)> = Vec::new();
    let targets = |function: &Function| -> Vec<&'c Function> {
        calls
            .get(function)
            .into_iter()
            .flatten()
            .filter(|target| calls.contains_key(*target))
            .collect()
    };
    if done.insert(start) {
        path.push((start, targets(start)));
    }
    while let Some((_, open)) = path.last_mut() {
        let Some(next) = open.pop() else {
            path.pop();
            continue;
        };
        if path.iter().any(|(function, _)| *function == next) {
            return Some(next);
        }
        if done.insert(next) {
            path.push((next, targets(next)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{PolicySet, Source};

    fn found(texts: &[&str]) -> Option<String> {
        let sources = texts
            .iter()
            .map(|text| Source::custom("policies.rego", (*text).to_owned()));
        let (set, _) = PolicySet::new(sources, []);
        recursion(set.modules().iter()).map(|(_, refusal)| {
            let place = refusal.place;
            format!("{}:{} {}", place.line, place.column, refusal.message)
        })
    }

    #[test]
    fn deep_literals_are_refused_and_deep_parentheses_are_not() {
        let deep = |open: &str, close: &str| format!("x := {}1{}", open.repeat(9), close.repeat(9));
        assert_eq!(
            check_text(&deep("[", "]")),
            Err(Refusal {
                place: Place {
                    line: 1,
                    column: 14
                },
                message: "literals are nested deeper than 8 levels".into()
            })
        );
        assert_eq!(check_text(&deep("(", ")")), Ok(()));
        assert_eq!(check_text("# [[[[[[[[[[[[\nx := \"[[[[[[[[[[[\""), Ok(()));
    }

    #[test]
    fn a_function_that_calls_itself_is_found() {
        assert_eq!(
            found(&["package a\n\nf(x) := y if y := f(x - 1)\n"]),
            Some("3:1 the function 'f' calls itself".into())
        );
    }

    #[test]
    fn functions_that_call_each_other_across_packages_are_found() {
        let a = "package a\n\nimport data.b as other\n\nf(x) := other.g(x)\n";
        let b = "package b\n\ng(x) := data.a.f(x)\n";
        assert!(found(&[a, b]).is_some_and(|text| text.ends_with("calls itself")));
    }

    #[test]
    fn a_variable_of_a_function_s_name_is_no_call() {
        let text =
            "package a\n\nf(x) := y if y := g(x)\n\ng(x) := y if {\n\tf := x + 1\n\ty := f\n}\n";
        assert_eq!(found(&[text]), None);
        let real =
            "package a\n\nf(x) := y if y := g(x)\n\ng(x) := y if {\n\tz := 1\n\ty := f(z)\n}\n";
        assert!(found(&[real]).is_some());
    }

    #[test]
    fn calls_that_end_are_no_recursion() {
        let text = "package a\n\nf(x) := g(x)\n\ng(x) := x\n\ndeny contains f(1)\n";
        assert_eq!(found(&[text]), None);
    }
}
