//! Modules as the evaluator loads them: all in one package, without imports.
//!
//! The compiler of `ordinance-rego` knows rules by one name. So each rule `get` of the package numbered 12 becomes
//! `m12__get`, wherever it is meant, and what policies know as `data.tables` and `data.params` is read from `input`.
//!
//! Lines stay where they are; [`Linked::place`] undoes what happened to columns. A name that means a rule is renamed
//! in its whole file, local variables of that name included, so that whatever shadowed it still does.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{Place, PolicyError};
use super::module::{Module, keys_after};
use super::set::PolicySet;
use super::suggest;
use super::token::{Token, TokenKind, tokens};

/// The package that all modules are linked into.
pub const PACKAGE: &str = "ordinance";

/// Where linked modules find what policies know as `data.tables`, as a key of `input`.
pub const TABLES: &str = "data_tables";

/// Where linked modules find what policies know as `data.params`, as a key of `input`.
pub const PARAMS: &str = "data_params";

/// A module's text, ready to be loaded beside others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The text.
    pub text: String,
    shifts: Vec<Shift>,
}

/// A piece of text that was replaced: where it stands, where it stood, and both lengths in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shift {
    line: u32,
    now: u32,
    was: u32,
    now_length: u32,
    was_length: u32,
}

impl Linked {
    /// Returns where a place of the linked text stands in the module as its author wrote it.
    pub fn place(&self, place: Place) -> Place {
        let last = self
            .shifts
            .iter()
            .rev()
            .find(|shift| shift.line == place.line && shift.now <= place.column);
        let column = last.map_or(place.column, |shift| {
            let into = place.column - shift.now;
            match into.checked_sub(shift.now_length) {
                Some(after) => shift.was + shift.was_length + after,
                None => shift.was,
            }
        });
        Place { column, ..place }
    }
}

/// Returns the name of a rule in the common package.
fn name(package: usize, rule: &str) -> String {
    format!("m{package}__{rule}")
}

/// Removes what linking put before names from a message of the Rego engine.
pub fn unlinked(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find('m') {
        let (before, found) = rest.split_at(at);
        text.push_str(before);
        let inside = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let skipped = if let Some(length) = prefix_length(found).filter(|_| !inside) {
            length
        } else {
            text.push('m');
            1
        };
        rest = found.get(skipped..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// Returns the length of the `m12__` that a text starts with.
fn prefix_length(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('m')?;
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let marked = rest.len() < digits.len() && rest.starts_with("__");
    marked.then(|| text.len() - rest.len() + 2)
}

/// What an imported or written path under `data` leads to.
enum Target {
    /// A rule; how many keys led to it.
    Rule { name: String, keys: usize },
    /// A package without a rule after it.
    Package,
    /// Data that the scan brings; how many keys led to it.
    Input { key: &'static str, keys: usize },
}

impl PolicySet {
    /// Returns the name of a rule once its module is linked.
    pub fn linked_rule(&self, package: &str, rule: &str) -> Option<String> {
        Some(name(self.package_number(package)?, rule))
    }

    /// Links a module, and adds `entry`, an object of those of the rules that it defines, when that is asked for.
    ///
    /// # Errors
    /// When a name under `data` is not one that a module defines, when an imported package's name is used otherwise, or
    /// when a policy replaces the whole `input`, where its tables are.
    pub fn link(&self, module: &Module, entry: Option<&str>) -> Result<Linked, PolicyError> {
        let number = self.package_number(&module.package).unwrap_or_default();
        let linker = Linker {
            set: self,
            module,
            number,
            all: tokens(&module.source.text).collect(),
            renamed: self
                .rules_of(&module.package)
                .map(|rule| (rule.to_owned(), name(number, rule)))
                .collect(),
            packages: BTreeMap::new(),
            skipped: BTreeSet::new(),
            added: String::new(),
            linked: Linked {
                text: String::new(),
                shifts: Vec::new(),
            },
        };
        linker.run(entry)
    }

    pub(super) fn rules_of(&self, package: &str) -> impl Iterator<Item = &str> {
        self.modules_in(package)
            .flat_map(|module| module.reading().rules.iter().map(String::as_str))
    }

    /// Follows keys under `data`. Names that nothing defines have been refused before.
    fn target(&self, keys: &[String]) -> Result<Target, String> {
        match keys.first().map(String::as_str) {
            Some("tables") => {
                return Ok(Target::Input {
                    key: TABLES,
                    keys: 1,
                });
            }
            Some("params") => {
                return Ok(Target::Input {
                    key: PARAMS,
                    keys: 1,
                });
            }
            _ => {}
        }
        let Some((package, length)) = self.package_along(keys) else {
            return Ok(Target::Package);
        };
        let Some(rule) = keys.get(length) else {
            return Ok(Target::Package);
        };
        let number = self.package_number(package).unwrap_or_default();
        let mut modules = self.modules_in(package);
        if modules.any(|module| module.reading().rules.contains(rule)) {
            return Ok(Target::Rule {
                name: name(number, rule),
                keys: length + 1,
            });
        }
        let hint = suggest::hint(rule, self.rules_of(package));
        Err(format!("'data.{package}' defines no '{rule}'{hint}"))
    }
}

/// One module on its way.
struct Linker<'s> {
    set: &'s PolicySet,
    module: &'s Module,
    number: usize,
    all: Vec<Token<'s>>,
    /// What words of this file stand for: its rules, and imported rules.
    renamed: BTreeMap<String, String>,
    /// Imported packages: the keys that their names stand for.
    packages: BTreeMap<String, Vec<String>>,
    /// The tokens of package clause and imports.
    skipped: BTreeSet<usize>,
    /// Rules that stand for imports of values.
    added: String,
    linked: Linked,
}

impl Linker<'_> {
    fn run(mut self, entry: Option<&str>) -> Result<Linked, PolicyError> {
        self.read_head()?;
        self.linked.text.push_str("package ");
        self.linked.text.push_str(PACKAGE);
        let (mut at, mut from) = (0, 0);
        while let Some(token) = self.all.get(at).copied() {
            let skipped = self.skipped.contains(&at);
            self.copy_gap(from, token.start, !skipped);
            let consumed = if skipped { 1 } else { self.token(at, token)? };
            at += consumed;
            from = self.all.get(at - 1).map_or(from, Token::end);
        }
        let added = std::mem::take(&mut self.added);
        self.linked.text.push_str(&added);
        if let Some(entry) = entry {
            self.add_entry(entry);
        }
        Ok(self.linked)
    }

    fn error(&self, place: Place, message: String) -> PolicyError {
        PolicyError::at(&self.module.source.path, place, message)
    }

    /// Copies the line ends between two tokens, and the blanks where they are wanted; comments go.
    fn copy_gap(&mut self, from: usize, to: usize, blanks: bool) {
        let gap = self.module.source.text.get(from..to).unwrap_or_default();
        for (number, line) in gap.split('\n').enumerate() {
            if number > 0 {
                self.linked.text.push('\n');
            }
            if blanks {
                let before_comment = line.split('#').next().unwrap_or_default();
                self.linked.text.push_str(before_comment);
            }
        }
    }

    /// Writes a token, and those that belong to its reference; returns how many.
    fn token(&mut self, at: usize, token: Token<'_>) -> Result<usize, PolicyError> {
        if token.kind != TokenKind::Word || self.is_member(at, token) {
            self.linked.text.push_str(token.text);
            return Ok(1);
        }
        if token.text == "data" {
            return self.reference(at, token, Vec::new());
        }
        if let Some(keys) = self.packages.get(token.text) {
            return self.reference(at, token, keys.clone());
        }
        if token.text == "with" && self.replaces_input(at) {
            let message = "a policy cannot replace the whole 'input'; tests can";
            return Err(self.error(token.place, message.to_owned()));
        }
        match self.renamed.get(token.text) {
            Some(new) if !self.is_call_along(at) => {
                let new = new.clone();
                self.replace(at, at, &new);
            }
            _ => self.linked.text.push_str(token.text),
        }
        Ok(1)
    }

    fn is_member(&self, at: usize, token: Token<'_>) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.all.get(before));
        before.is_some_and(|mark| mark.is_mark(".") && mark.end() == token.start)
    }

    /// Tells whether a name starts a dotted call such as `object.get(…)`: builtins have such names, values do not.
    fn is_call_along(&self, at: usize) -> bool {
        let (keys, last) = keys_after(&self.all, at);
        let open = self.all.get(last + 1);
        !keys.is_empty() && open.is_some_and(|mark| mark.is_mark("("))
    }

    fn replaces_input(&self, at: usize) -> bool {
        let named = self.all.get(at + 1);
        named.is_some_and(|word| word.is_word("input"))
            && self.all.get(at + 2).is_some_and(|word| word.is_word("as"))
    }

    /// Writes the reference that begins at a token, which stands for `keys` under `data`.
    fn reference(
        &mut self,
        at: usize,
        token: Token<'_>,
        mut keys: Vec<String>,
    ) -> Result<usize, PolicyError> {
        let given = keys.len();
        let (written, _) = keys_after(&self.all, at);
        keys.extend(written.iter().map(|(key, _)| (*key).to_owned()));
        let target = self.set.target(&keys);
        let (new, length) = match target.map_err(|message| self.error(token.place, message))? {
            Target::Rule { name, keys } => (name, keys),
            Target::Input { key, keys } => (format!("input.{key}"), keys),
            Target::Package => {
                let message = if given > 0 {
                    let name = token.text;
                    format!("'{name}' is an imported package here; a variable needs another name")
                } else {
                    "a package cannot be read as a whole; name one of its rules".to_owned()
                };
                return Err(self.error(token.place, message));
            }
        };
        let end = match length.checked_sub(given + 1) {
            Some(index) => written.get(index).map_or(at, |(_, end)| *end),
            None => at,
        };
        self.replace(at, end, &new);
        Ok(end - at + 1)
    }

    /// Writes `new` in place of the tokens from `first` to `last`.
    fn replace(&mut self, first: usize, last: usize, new: &str) {
        let (Some(start), Some(end)) = (self.all.get(first), self.all.get(last)) else {
            return;
        };
        let text = &self.module.source.text;
        let old = text.get(start.start..end.end()).unwrap_or_default();
        let line = self.linked.text.rsplit('\n').next().unwrap_or_default();
        self.linked.shifts.push(Shift {
            line: start.place.line,
            now: characters(line) + 1,
            was: start.place.column,
            now_length: characters(new),
            was_length: characters(old),
        });
        self.linked.text.push_str(new);
    }

    /// Reads the package clause and the imports, which are not written.
    fn read_head(&mut self) -> Result<(), PolicyError> {
        let starts: Vec<usize> = (0..self.all.len())
            .filter(|at| self.is_clause(*at))
            .collect();
        for start in starts {
            let word = self.all.get(start).copied();
            let first = start + 1;
            let (written, mut last) = keys_after(&self.all, first);
            let keys: Vec<String> = written.iter().map(|(key, _)| (*key).to_owned()).collect();
            let mut alias = keys.last().cloned();
            if self
                .all
                .get(last + 1)
                .is_some_and(|word| word.is_word("as"))
            {
                last += 2;
                alias = self.all.get(last).map(|word| word.text.to_owned());
            }
            self.skipped.extend(start..=last);
            let Some(word) = word.filter(|word| word.is_word("import")) else {
                continue;
            };
            let (Some(root), Some(alias)) = (self.all.get(first).copied(), alias) else {
                continue;
            };
            self.import(root, keys, alias)
                .map_err(|message| self.error(word.place, message))?;
        }
        Ok(())
    }

    fn is_clause(&self, at: usize) -> bool {
        self.all.get(at).is_some_and(|token| {
            token.depth == 0
                && token.place.column == 1
                && (token.is_word("import") || token.is_word("package"))
        })
    }

    fn import(&mut self, root: Token<'_>, keys: Vec<String>, alias: String) -> Result<(), String> {
        match root.text {
            "data" => match self.set.target(&keys)? {
                Target::Package => {
                    self.packages.insert(alias, keys);
                }
                Target::Rule { name, keys: length } if length == keys.len() => {
                    self.renamed.insert(alias, name);
                }
                Target::Rule { name, keys: length } => {
                    self.stand_for(alias, &name, keys.get(length..).unwrap_or_default());
                }
                Target::Input { key, keys: length } => {
                    let root = format!("input.{key}");
                    self.stand_for(alias, &root, keys.get(length..).unwrap_or_default());
                }
            },
            "input" => self.stand_for(alias, "input", &keys),
            // `rego.v1` and `future.keywords` are how Rego reads anyway.
            _ => {}
        }
        Ok(())
    }

    /// Adds a rule that an imported value is read from.
    fn stand_for(&mut self, alias: String, root: &str, keys: &[String]) {
        let new = name(self.number, &alias);
        let path: Vec<String> = keys.iter().map(|key| format!("[{key:?}]")).collect();
        let rule = format!("\n{new} := {root}{}\n", path.concat());
        self.added.push_str(&rule);
        self.renamed.insert(alias, new);
    }

    fn add_entry(&mut self, entry: &str) {
        let rules = &self.module.reading().rules;
        let fields: Vec<String> = super::set::ENTRY_RULES
            .iter()
            .filter(|rule| rules.contains(**rule))
            .map(|rule| format!("\"{rule}\": {}", name(self.number, rule)))
            .collect();
        let entry = name(self.number, entry);
        let rule = format!("\n{entry} := {{{}}}\n", fields.join(", "));
        self.linked.text.push_str(&rule);
    }
}

fn characters(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
