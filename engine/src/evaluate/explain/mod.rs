//! What a rule came to, and why: each body statement by statement, up to the one at which it stops.
//!
//! A body is asked again as a query, with one statement more each time. The statement at which no solution is left is
//! where it stops; the last solution shows the values with which it stopped. Helpers of the same package that such a
//! statement calls are explained in turn.

mod reads;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use regorus::Value as Rego;

use reads::{calls, read_by, sides};

use super::diagnostic::PolicyPlace;
use super::program::Program;
use super::shown;
use crate::policy::anatomy::{self, BodyText, RuleText, Statement};
use crate::policy::qualify::{Names, declared_in};
use crate::policy::token::{Token, TokenKind, tokens};
use crate::policy::{Module, PolicySet};
use crate::resource::Secrets;

/// A variable for the value of one expression.
const VALUE: &str = "ordinance_value";

/// How deep helpers are explained.
const DEEPEST: usize = 3;

/// The most values that are shown of one statement.
const MOST_VALUES: usize = 8;

/// What one body of a rule came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The rule, with the arguments of a function as they are written in its head.
    pub rule: String,
    /// Where the body begins.
    pub place: PolicyPlace,
    /// What it came to.
    pub came: Came,
}

/// What a body came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// All of it holds.
    Holds {
        /// What the rule gives, for the first solution.
        gives: Option<String>,
    },
    /// One statement does not hold.
    Stops {
        /// The statement.
        statement: String,
        /// Where it stands.
        place: PolicyPlace,
        /// Both sides of an equation as JSON over several lines, where both are defined.
        sides: Option<[String; 2]>,
        /// The values that it reads, in the first solution of what stands before it.
        values: Vec<Shown>,
        /// What the helpers came to that it calls.
        helpers: Vec<Trace>,
    },
    /// It cannot be asked about.
    Unclear {
        /// Why.
        message: String,
    },
}

/// An expression and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The expression as written.
    pub text: String,
    /// Its value on one line, shortened; `None` where it is undefined.
    pub value: Option<String>,
}

/// Explains rules.
pub(super) struct Explainer<'a> {
    pub(super) set: &'a PolicySet,
    pub(super) program: Program,
    pub(super) secrets: &'a Secrets,
    /// Only solutions count that do not speak of another resource than this.
    pub(super) about: Option<&'a str>,
    /// Only solutions count whose rule has this key.
    pub(super) case: Option<&'a str>,
}

impl Trace {
    /// Tells whether the body came to anything but success.
    pub const fn is_no_success(&self) -> bool {
        !matches!(self.came, Came::Holds { .. })
    }
}

/// A body on its way.
struct Asked<'m> {
    module: &'m Module,
    names: Names,
    /// What stands before the statements: the arguments of a function.
    given: String,
    bound: BTreeSet<String>,
}

impl Explainer<'_> {
    /// Explains the rules of a name in a package.
    pub(super) fn package(&mut self, package: &str, rule: &str) -> Vec<Trace> {
        let set = self.set;
        let modules = set.modules().iter().chain(set.tests());
        let modules: Vec<&Module> = modules
            .filter(|module| &*module.package == package)
            .collect();
        let mut traces = Vec::new();
        for module in modules {
            traces.extend(self.module(module, rule, &[], 0));
        }
        traces
    }

    /// Explains the rules of a name in a module; those of a function with these arguments.
    pub(super) fn module(
        &mut self,
        module: &Module,
        rule: &str,
        arguments: &[Rego],
        depth: usize,
    ) -> Vec<Trace> {
        let rules = anatomy::rules(&module.source.text);
        let mut traces = Vec::new();
        for one in rules.iter().filter(|one| one.name == rule) {
            for body in &one.bodies {
                traces.push(self.body(module, one, body, arguments, depth));
            }
        }
        traces
    }

    fn body(
        &mut self,
        module: &Module,
        rule: &RuleText,
        body: &BodyText,
        arguments: &[Rego],
        depth: usize,
    ) -> Trace {
        let asked = asked(self.set, module, rule, arguments);
        let first = body.statements.first().map(|one| one.place);
        let place = |place| PolicyPlace {
            path: module.source.path.clone(),
            place,
        };
        let written = rule.arguments.as_ref().map(|all| all.join(", "));
        let written = written.map(|all| format!("({all})")).unwrap_or_default();
        let came = self.statements(&asked, rule, body, depth);
        Trace {
            rule: format!("{}{written}", rule.name),
            place: place(first.filter(|_| body.value.is_some()).unwrap_or(rule.place)),
            came,
        }
    }

    /// Finds the first statement that does not hold.
    fn statements(
        &mut self,
        asked: &Asked<'_>,
        rule: &RuleText,
        body: &BodyText,
        depth: usize,
    ) -> Came {
        let mut before = asked.given.clone();
        match self.solutions(&before) {
            Ok(rows) if !rows.is_empty() => {}
            Ok(_) => {
                return Came::Unclear {
                    message: "the arguments do not fit its head".to_owned(),
                };
            }
            Err(message) => return Came::Unclear { message },
        }
        let mut waiting = String::new();
        let mut case = self.case.zip(rule.key.as_deref());
        for statement in &body.statements {
            let full = asked.names.qualified(&statement.text, &asked.bound);
            let with = format!("{before}{waiting}{full}\n");
            match self.solutions(&with) {
                // Rego reads statements in any order: what needs a later one is asked with it.
                Err(message) if is_unsafe(&message) => {
                    waiting.push_str(&full);
                    waiting.push('\n');
                }
                Err(message) => return Came::Unclear { message },
                Ok(rows) if rows.is_empty() => {
                    return self.stop(asked, &before, statement, depth);
                }
                Ok(_) => {
                    before = with;
                    waiting.clear();
                    if let Some(chosen) = case.and_then(|case| self.chosen(asked, &before, case)) {
                        before = chosen;
                        case = None;
                    }
                }
            }
        }
        if !waiting.is_empty() {
            let message = "its statements cannot be asked one by one".to_owned();
            return Came::Unclear { message };
        }
        let value = body.value.as_ref().or(rule.value.as_ref());
        let gives = value.and_then(|value| self.value(asked, &before, &value.text));
        Came::Holds { gives }
    }

    /// Returns a query that holds for one case alone, where its key is bound.
    fn chosen(
        &mut self,
        asked: &Asked<'_>,
        before: &str,
        (case, key): (&str, &str),
    ) -> Option<String> {
        let key = asked.names.qualified(key, &declared_in(before));
        let text = serde_json::Value::from(case).to_string();
        [text.as_str(), case].into_iter().find_map(|literal| {
            let query = format!("{before}{key} == {literal}\n");
            let rows = self.solutions(&query).ok()?;
            (!rows.is_empty()).then_some(query)
        })
    }

    fn stop(
        &mut self,
        asked: &Asked<'_>,
        before: &str,
        statement: &Statement,
        depth: usize,
    ) -> Came {
        let sides = self.equation(asked, before, &statement.text);
        let mut values = Vec::new();
        for text in read_by(&statement.text).into_iter().take(MOST_VALUES) {
            let value = self.value(asked, before, &text);
            values.push(Shown { text, value });
        }
        let helpers = if depth < DEEPEST {
            self.helpers(asked, before, statement, depth)
        } else {
            Vec::new()
        };
        Came::Stops {
            statement: statement.text.clone(),
            place: PolicyPlace {
                path: asked.module.source.path.clone(),
                place: statement.place,
            },
            sides,
            values,
            helpers,
        }
    }

    /// Returns both sides of an equation, where a statement is one.
    fn equation(&mut self, asked: &Asked<'_>, before: &str, text: &str) -> Option<[String; 2]> {
        let all: Vec<Token<'_>> = tokens(text).collect();
        let mut signs = all.iter().zip(all.iter().skip(1));
        signs.find(|(first, second)| {
            first.depth == 0
                && first.is_mark("=")
                && second.is_mark("=")
                && second.start == first.end()
        })?;
        let [left, right]: [String; 2] = sides(text, &all).try_into().ok()?;
        let json = |value: &Rego| {
            let plain = serde_json::from_str(&value.to_json_str().ok()?).ok()?;
            let plain: serde_json::Value = plain;
            Some(
                self.secrets
                    .hide(serde_json::to_string_pretty(&plain).ok()?),
            )
        };
        let (left, right) = (
            self.rego(asked, before, &left)?,
            self.rego(asked, before, &right)?,
        );
        Some([json(&left)?, json(&right)?])
    }

    /// Returns the keys of a rule with cases, those included for which it does not hold.
    pub(super) fn cases(&mut self, module: &Module, rule: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for one in anatomy::rules(&module.source.text) {
            let Some(key) = one.key.as_ref().filter(|_| one.name == rule) else {
                continue;
            };
            let asked = asked(self.set, module, &one, &[]);
            for body in &one.bodies {
                found.extend(self.keys(&asked, body, key));
            }
        }
        found
    }

    /// Returns the values of a key at the first statement after which it has one.
    fn keys(&mut self, asked: &Asked<'_>, body: &BodyText, key: &str) -> Vec<String> {
        let mut before = String::new();
        for statement in &body.statements {
            before += &asked.names.qualified(&statement.text, &asked.bound);
            before.push('\n');
            let full = asked.names.qualified(key, &declared_in(&before));
            let Ok(rows) = self.solutions(&format!("{before}{VALUE} := {full}\n")) else {
                continue;
            };
            let keys = rows.iter().filter_map(|row| {
                let value = row.as_object().ok()?.get(&Rego::from(VALUE))?;
                let text = value.as_string().map(ToString::to_string);
                text.ok().or_else(|| value.to_json_str().ok())
            });
            return keys.collect();
        }
        Vec::new()
    }

    /// Explains the helpers of the same module that a statement calls.
    fn helpers(
        &mut self,
        asked: &Asked<'_>,
        before: &str,
        statement: &Statement,
        depth: usize,
    ) -> Vec<Trace> {
        let all: Vec<Token<'_>> = tokens(&statement.text).collect();
        let mut traces = Vec::new();
        for (name, arguments) in calls(&statement.text, &all) {
            if !asked.names.is_rule(&name) {
                continue;
            }
            let given: Option<Vec<Rego>> = arguments
                .iter()
                .map(|argument| self.rego(asked, before, argument))
                .collect();
            if let Some(given) = given {
                traces.extend(self.module(asked.module, &name, &given, depth + 1));
            }
        }
        traces
    }

    /// Returns the value of an expression in the first solution, on one line.
    fn value(&mut self, asked: &Asked<'_>, before: &str, text: &str) -> Option<String> {
        let value = self.rego(asked, before, text)?;
        Some(match resource(&value) {
            Some(name) => name,
            None => shown::value(&value, self.secrets),
        })
    }

    fn rego(&mut self, asked: &Asked<'_>, before: &str, text: &str) -> Option<Rego> {
        let full = asked.names.qualified(text, &asked.bound_with(before));
        let rows = self.solutions(&format!("{before}{VALUE} := {full}\n"));
        let row = rows.ok()?.into_iter().next()?;
        let value = row.as_object().ok()?.get(&Rego::from(VALUE))?;
        Some(value.clone())
    }

    /// Returns the solutions of a query that do not speak of another resource.
    fn solutions(&mut self, query: &str) -> Result<Vec<Rego>, String> {
        let backup = self.program.clone();
        let answer = self.program.solutions(query);
        match answer {
            Ok(rows) => Ok(rows.into_iter().filter(|row| self.counts(row)).collect()),
            Err(diagnostic) => {
                self.program = backup;
                Err(diagnostic.message)
            }
        }
    }

    fn counts(&self, row: &Rego) -> bool {
        let Ok(fields) = row.as_object() else {
            return false;
        };
        let Some(about) = self.about else { return true };
        let mut others = false;
        for value in fields.values() {
            match address(value) {
                Some(address) if address == about => return true,
                Some(_) => others = true,
                None if value.as_string().is_ok_and(|text| &**text == about) => return true,
                None => {}
            }
        }
        !others
    }
}

impl Asked<'_> {
    /// Returns the variables that are bound where an expression after `before` stands.
    fn bound_with(&self, before: &str) -> BTreeSet<String> {
        let mut bound = declared_in(before);
        bound.extend(self.bound.iter().cloned());
        bound
    }
}

/// Returns the address of a resource, or of what a policy says of one.
fn address(value: &Rego) -> Option<&str> {
    let fields = value.as_object().ok()?;
    let text = |key: &str| {
        let found = fields.get(&Rego::from(key))?;
        found.as_string().ok().map(|text| &**text)
    };
    match text("address") {
        Some(address) if fields.contains_key(&Rego::from("type")) => Some(address),
        _ => text("resource"),
    }
}

/// Names a resource: what a reader knows it by, instead of all of it.
fn resource(value: &Rego) -> Option<String> {
    let fields = value.as_object().ok()?;
    let text = |key: &str| fields.get(&Rego::from(key))?.as_string().ok();
    fields.get(&Rego::from("node"))?;
    Some(format!("<{} '{}'>", text("type")?, text("address")?))
}

fn asked<'m>(
    set: &PolicySet,
    module: &'m Module,
    rule: &RuleText,
    arguments: &[Rego],
) -> Asked<'m> {
    let names = if set.modules().iter().any(|one| std::ptr::eq(one, module)) {
        set.names(module)
    } else {
        Names::of(
            &module.source.text,
            &module.package,
            module.reading().rules.iter().map(String::as_str),
        )
    };
    let mut given = String::new();
    let mut bound = BTreeSet::new();
    for (written, value) in rule.arguments.iter().flatten().zip(arguments) {
        let json = value.to_json_str().unwrap_or_default();
        let words: Vec<Token<'_>> = tokens(written).collect();
        let is_name = words.len() == 1 && words.iter().all(|one| one.kind == TokenKind::Word);
        let sign = if is_name { ":=" } else { "=" };
        if written != "_" {
            // Writing to a String cannot fail.
            let _ = writeln!(given, "{written} {sign} {json}");
        }
        let variables = words.iter().filter(|one| one.kind == TokenKind::Word);
        bound.extend(variables.map(|one| one.text.to_owned()));
    }
    Asked {
        module,
        names,
        given,
        bound,
    }
}

/// Tells whether a query failed because a variable is bound only later.
fn is_unsafe(message: &str) -> bool {
    message.contains("unsafe") || message.contains("undefined variable")
}
