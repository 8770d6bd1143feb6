//! What a policy reads to decide must appear in what it examines.
//!
//! Otherwise an undecided value that decides is no reason for `unknown`, and the policy passes in silence.
//!
//! The lint works on names in the text. It follows rules and functions from `subjects`, `deny`, `undecided` and
//! `proven` through the policy and the libraries it calls, and collects the names of properties that are read:
//! members of `.properties` and `.node`, and texts in the path arguments of `value.get`, `value.present` and of
//! `object.get` on a node. Each must occur as a text or a member in what `examined` reaches.
//!
//! It cannot see names that are computed, which table row a dynamic key picks (a table that `examined` reaches counts
//! as read in whole), or what a view reads to make its rows: views carry unknown values on instead.

use std::collections::{BTreeMap, BTreeSet};

use super::{Level, Remark};
use crate::policy::token::{Token, TokenKind, tokens};
use crate::policy::{Module, Policy, PolicySet};

/// The rules that decide.
const DECIDING: [&str; 4] = ["subjects", "deny", "undecided", "proven"];

/// A rule by its module's index and its name.
type Rule = (usize, String);

/// The text of all rules of some modules.
struct Rules<'s> {
    set: &'s PolicySet,
    bodies: BTreeMap<Rule, Vec<Token<'s>>>,
    modules: Vec<usize>,
}

/// Returns the properties that a policy reads without examining them.
pub(super) fn lint(set: &PolicySet, policy: &Policy) -> Vec<Remark> {
    let Ok(needs) = set.dependencies(policy) else {
        return Vec::new();
    };
    let mut rules = Rules {
        set,
        bodies: BTreeMap::new(),
        modules: needs.modules.iter().copied().collect(),
    };
    for index in needs.modules {
        rules.add(index);
    }
    let reach = |names: &[&str]| {
        let starts = names.iter().map(|name| (policy.module, (*name).to_owned()));
        rules.reach(starts.collect())
    };
    let examined: BTreeSet<&str> = reach(&["examined"])
        .iter()
        .flat_map(|rule| rules.names(rule))
        .collect();
    let mut missing: BTreeMap<&str, Remark> = BTreeMap::new();
    for rule in reach(&DECIDING) {
        for (name, token) in rules.reads(&rule) {
            if !examined.contains(name) {
                let path = set.module(rule.0).map(|module| &module.source.path);
                missing.entry(name).or_insert_with(|| Remark {
                    level: Level::Error,
                    lint: "unexamined",
                    path: path.map_or_else(|| "".into(), std::sync::Arc::clone),
                    place: token.place,
                    text: token.text.to_owned(),
                    message: format!("{} reads '{name}' and does not examine it", policy.metadata.id),
                    help: "Add value.get(r, PATH) of it to 'examined': what cannot be known of it would pass in silence".to_owned(),
                });
            }
        }
    }
    missing.into_values().collect()
}

impl<'s> Rules<'s> {
    fn add(&mut self, index: usize) {
        let Some(module) = self.set.module(index) else {
            return;
        };
        let mut current = None;
        for token in tokens(&module.source.text) {
            if token.depth == 0 && token.place.column == 1 && token.kind == TokenKind::Word {
                current = Some((index, token.text.to_owned()));
            }
            if let Some(rule) = &current {
                self.bodies.entry(rule.clone()).or_default().push(token);
            }
        }
    }

    fn module(&self, index: usize) -> Option<&'s Module> {
        self.set.module(index)
    }

    /// Follows names from rules to rules.
    fn reach(&self, mut open: Vec<Rule>) -> BTreeSet<Rule> {
        let mut reached = BTreeSet::new();
        while let Some(rule) = open.pop() {
            if reached.contains(&rule) || !self.bodies.contains_key(&rule) {
                continue;
            }
            open.extend(self.targets(&rule));
            reached.insert(rule);
        }
        reached
    }

    fn targets(&self, rule: &Rule) -> Vec<Rule> {
        let Some(body) = self.bodies.get(rule) else {
            return Vec::new();
        };
        let mut targets = Vec::new();
        for (at, token) in body
            .iter()
            .enumerate()
            .filter(|(_, one)| one.kind == TokenKind::Word)
        {
            match member(body, at) {
                None => targets.push((rule.0, token.text.to_owned())),
                Some(owner) => {
                    for index in self.imported(rule.0, owner) {
                        targets.push((index, token.text.to_owned()));
                    }
                }
            }
        }
        targets
    }

    /// Returns the modules that an alias of a module names.
    fn imported(&self, from: usize, alias: &str) -> Vec<usize> {
        let Some(module) = self.module(from) else {
            return Vec::new();
        };
        let packages: Vec<String> = module
            .reading()
            .data
            .iter()
            .filter(|one| one.keys.last().is_some_and(|last| last == alias))
            .map(|one| one.keys.join("."))
            .collect();
        let named = |index: &&usize| {
            self.module(**index)
                .is_some_and(|module| packages.iter().any(|package| **package == *module.package))
        };
        self.modules.iter().filter(named).copied().collect()
    }

    /// Returns every text and member name of a rule.
    fn names(&self, rule: &Rule) -> Vec<&str> {
        let Some(body) = self.bodies.get(rule) else {
            return Vec::new();
        };
        body.iter()
            .filter_map(|token| match token.kind {
                TokenKind::Text => token.literal(),
                TokenKind::Word => Some(token.text),
                _ => None,
            })
            .collect()
    }

    /// Returns the names of properties that a rule reads.
    fn reads(&self, rule: &Rule) -> Vec<(&str, &Token<'s>)> {
        let Some(body) = self.bodies.get(rule) else {
            return Vec::new();
        };
        let mut reads = Vec::new();
        for (at, token) in body.iter().enumerate() {
            if token.is_word("properties") || token.is_word("node") {
                reads.extend(members(body, at));
            }
            if token.is_word("get") || token.is_word("present") {
                reads.extend(path_argument(body, at));
            }
        }
        reads.retain(|(name, _)| !["Properties", "node", "properties"].contains(name));
        reads
    }
}

/// Returns the name before the dot before a word.
fn member<'a>(body: &[Token<'a>], at: usize) -> Option<&'a str> {
    let dot = at
        .checked_sub(1)
        .filter(|before| body[*before].is_mark("."))?;
    (body[dot].end() == body[at].start)
        .then(|| dot.checked_sub(1).map(|owner| body[owner].text))
        .flatten()
}

/// Returns the names that follow a word by dots and brackets: `.properties.A["B"]`. What is called is no property.
fn members<'b, 's>(body: &'b [Token<'s>], at: usize) -> Vec<(&'b str, &'b Token<'s>)> {
    let mut found = Vec::new();
    if member(body, at).is_none() {
        return found;
    }
    let mut at = at;
    while let (Some(last), Some(mark), Some(name)) =
        (body.get(at), body.get(at + 1), body.get(at + 2))
    {
        if mark.start != last.end() {
            break;
        }
        if mark.is_mark(".") && name.kind == TokenKind::Word {
            found.push((name.text, name));
            at += 2;
        } else if mark.is_mark("[") && body.get(at + 3).is_some_and(|close| close.is_mark("]")) {
            found.extend(name.literal().map(|text| (text, name)));
            at += 3;
        } else {
            break;
        }
    }
    found
}

/// Returns the texts of the second argument of `value.get`, `value.present`, and of `object.get` on a node.
fn path_argument<'b, 's>(body: &'b [Token<'s>], at: usize) -> Vec<(&'b str, &'b Token<'s>)> {
    let owner = member(body, at);
    let Some(open) = body.get(at + 1).filter(|mark| mark.is_mark("(")) else {
        return Vec::new();
    };
    let inside: Vec<&Token<'s>> = body[at + 2..]
        .iter()
        .take_while(|token| !(token.is_mark(")") && token.depth == open.depth + 1))
        .collect();
    let comma = |token: &&&Token<'s>| token.is_mark(",") && token.depth == open.depth + 1;
    let Some(first) = inside.iter().position(|token| comma(&token)) else {
        return Vec::new();
    };
    let on_node = inside[..first]
        .last()
        .is_some_and(|last| last.is_word("properties") || last.is_word("node"));
    let reads = match owner {
        Some("value") => true,
        Some("object") => on_node,
        _ => false,
    };
    if !reads {
        return Vec::new();
    }
    inside[first + 1..]
        .iter()
        .take_while(|token| !comma(token))
        .filter_map(|token| Some((token.literal()?, *token)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIBRARY: &str =
        "package policies.lib.value\n\nget(r, path) := object.get(r.node, path, null)\n";

    fn linted(rules: &str) -> Vec<String> {
        let text = format!(
            "# METADATA\n# title: A\n# description: B.\n# custom:\n#   id: S3-001\n#   slug: a\n#   family: S3\n#   severity: low\n#   score: 1.0\n#   formats: [cloudformation]\n#   resources: [\"AWS::S3::Bucket\"]\n#   packs: [strict]\n#   remediation: {{cloudformation: C.}}\npackage policies.s3.a\n\nimport data.policies.lib.value\n\n{rules}\n"
        );
        let set =
            super::super::tests::made_up(&[("s3/a/a.rego", &text), ("lib/value.rego", LIBRARY)]);
        let remarks = lint(&set, &set.policies()[0]);
        remarks.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_property_that_only_deny_reads_is_caught() {
        assert_eq!(
            linted(
                "deny contains r if {\n\tsome r in input.resources\n\tr.properties.Public == true\n}"
            ),
            ["s3/a/a.rego:20:15: S3-001 reads 'Public' and does not examine it"]
        );
        assert_eq!(
            linted(
                "deny contains r if {\n\tsome r in input.resources\n\t_open(r)\n}\n\n_open(r) if object.get(r.properties, [\"Acl\"], null) == \"public\""
            ),
            ["s3/a/a.rego:23:39: S3-001 reads 'Acl' and does not examine it"]
        );
    }

    #[test]
    fn what_is_examined_may_be_read() {
        let rules = "_path := [\"Properties\", \"Public\"]\n\nexamined contains x if {\n\tsome r in input.resources\n\tx := value.get(r, _path)\n}\n\ndeny contains r if {\n\tsome r in input.resources\n\tvalue.get(r, [\"Properties\", \"Public\"]) == true\n}";
        assert!(linted(rules).is_empty());
    }
}
