//! The line editor of a terminal: history, rules over several lines, highlighting and completion.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::PathBuf;

use ordinance_engine::policy::token::{Token, TokenKind, tokens};
use ordinance_report::terminal::Style;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};
use serde_json::Value;

use super::session::Session;
use super::{After, answer, commands, typed};
use crate::exit::{CommandError, Exit};
use crate::streams;

/// The most lines that are remembered from session to session.
const REMEMBERED: usize = 1000;

/// Words of Rego.
const KEYWORDS: [&str; 15] = [
    "as", "contains", "default", "else", "every", "false", "if", "import", "in", "not", "null",
    "some", "true", "with", "package",
];

/// Builtins that are offered.
const BUILTINS: [&str; 38] = [
    "abs",
    "array.concat",
    "array.slice",
    "ceil",
    "concat",
    "contains",
    "count",
    "endswith",
    "floor",
    "format_int",
    "glob.match",
    "graph.reachable",
    "indexof",
    "is_array",
    "is_boolean",
    "is_null",
    "is_number",
    "is_object",
    "is_set",
    "is_string",
    "json.unmarshal",
    "lower",
    "max",
    "min",
    "net.cidr_contains",
    "net.cidr_intersects",
    "numbers.range",
    "object.get",
    "object.keys",
    "object.union",
    "regex.match",
    "replace",
    "sort",
    "split",
    "sprintf",
    "startswith",
    "to_number",
    "upper",
];

/// Answers what is typed at a terminal.
///
/// # Errors
/// When the terminal cannot be used.
pub(super) fn run(session: &mut Session, style: Style) -> Result<Exit, CommandError> {
    let unusable = |error: ReadlineError| CommandError::usage(format!("the terminal: {error}"));
    let config = Config::builder()
        .history_ignore_space(true)
        .max_history_size(REMEMBERED)
        .map_err(unusable)?
        .completion_type(CompletionType::List)
        .build();
    let mut editor: Editor<Help, FileHistory> = Editor::with_config(config).map_err(unusable)?;
    let history = history_file();
    if let Some(path) = &history {
        // A history that is not there yet is none.
        let _ = editor.load_history(path);
    }
    greet(session);
    loop {
        editor.set_helper(Some(Help::of(session, style.color)));
        match editor.readline("> ") {
            Ok(line) => {
                // A line that cannot be remembered is answered all the same.
                let _ = editor.add_history_entry(line.trim());
                let mut out = io::stdout().lock();
                match answer(session, &line, style, &mut out) {
                    Ok(After::Next) => {}
                    Ok(After::Quit) => break,
                    Err(error @ CommandError::Write { .. }) => return Err(error),
                    Err(error) => drop(error.print()),
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(unusable(error)),
        }
    }
    if let Some(path) = &history {
        let saved = path.parent().map(fs::create_dir_all);
        if saved.is_some_and(|made| made.is_ok()) {
            let _ = editor.save_history(path);
        }
    }
    Ok(Exit::Clean)
}

fn greet(session: &Session) {
    let policies = session.set_of_policies().policies().len();
    let looked = match session.current() {
        Some(looked) => format!("input is {}", ordinance_report::harmless(&looked.name)),
        None => "no input; ':load FILE' loads one".to_owned(),
    };
    streams::complain(&format!(
        "{policies} policies, {looked}. ':help' lists the commands, Ctrl-D ends."
    ));
}

/// The history lies where XDG puts the state of programs.
fn history_file() -> Option<PathBuf> {
    let folder = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let state = folder("XDG_STATE_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".local").join("state")))?;
    Some(state.join("ordinance").join("repl-history"))
}

/// What the editor knows of the session, taken before each line.
pub(super) struct Help {
    input: Value,
    names: BTreeSet<String>,
    packages: BTreeSet<String>,
    color: bool,
}

impl Help {
    pub(super) fn of(session: &mut Session, color: bool) -> Self {
        let input = session.input().clone();
        let mut names: BTreeSet<String> = KEYWORDS
            .iter()
            .chain(&BUILTINS)
            .map(ToString::to_string)
            .collect();
        names.extend(session.typed.names().into_iter().map(str::to_owned));
        names.insert("input".to_owned());
        names.insert("data".to_owned());
        let set = session.set_of_policies();
        let mut packages = BTreeSet::new();
        for module in set.modules() {
            let rules = module
                .reading()
                .rules
                .iter()
                .filter(|rule| !rule.starts_with('_'));
            packages.extend(rules.map(|rule| format!("data.{}.{rule}", module.package)));
            packages.insert(format!("data.{}", module.package));
        }
        names.extend(set.policies().iter().map(|one| one.metadata.id.clone()));
        if let Some(resources) = input.get("resources").and_then(Value::as_object) {
            names.extend(resources.keys().cloned());
        }
        if let Some(types) = input.get("by_type").and_then(Value::as_object) {
            names.extend(types.keys().cloned());
        }
        Self {
            input,
            names,
            packages,
            color,
        }
    }

    /// Returns where the word before the cursor begins, and what it may become.
    pub(super) fn candidates(&self, line: &str, position: usize) -> (usize, Vec<String>) {
        let before = line.get(..position).unwrap_or(line);
        let inside =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '"' | ':' | '-');
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| inside(*c))
            .last()
            .map_or(position, |(at, _)| at);
        let word = before.get(start..).unwrap_or_default();
        if start == 0 && word.starts_with(':') {
            let names = commands::COMMANDS
                .iter()
                .map(|(name, _, _)| format!(":{name}"));
            return (start, names.filter(|name| name.starts_with(word)).collect());
        }
        if word.starts_with("input.") || word.starts_with("input[") {
            return (start, self.below_input(word));
        }
        if word.starts_with("data.") {
            return (start, packages(&self.packages, word));
        }
        let quote = word.rfind('"').map_or(0, |at| at + 1);
        let bare = word.get(quote..).unwrap_or_default();
        let fitting = self
            .names
            .iter()
            .filter(|name| name.starts_with(bare) && !bare.is_empty());
        (start + quote, fitting.cloned().collect())
    }

    /// Returns the paths of the input that go on from a word by one key.
    fn below_input(&self, word: &str) -> Vec<String> {
        let end = word.rfind(['.', '[']).unwrap_or_default();
        let (parent, key) = word.split_at(end);
        let key = key.trim_start_matches(['.', '[']).trim_start_matches('"');
        let mut value = &self.input;
        let all: Vec<Token<'_>> = tokens(parent).collect();
        for token in all.iter().skip(1) {
            let next = match token.kind {
                TokenKind::Word => value.get(token.text),
                TokenKind::Text => token.literal().and_then(|key| value.get(key)),
                TokenKind::Number => token
                    .text
                    .parse::<usize>()
                    .ok()
                    .and_then(|at| value.get(at)),
                TokenKind::Mark => continue,
            };
            match next {
                Some(next) => value = next,
                None => return Vec::new(),
            }
        }
        let Some(fields) = value.as_object() else {
            return Vec::new();
        };
        let fitting = fields.keys().filter(|name| name.starts_with(key));
        fitting
            .map(|name| {
                ordinance_engine::policy::qualify::reference(parent, [name.as_str()].into_iter())
            })
            .collect()
    }
}

/// Returns the names that go on from a word up to the next dot.
fn packages(all: &BTreeSet<String>, word: &str) -> Vec<String> {
    let next = all
        .iter()
        .filter(|name| name.starts_with(word))
        .map(|name| {
            let rest = name.get(word.len()..).unwrap_or_default();
            let end = rest.find('.').map_or(name.len(), |dot| word.len() + dot);
            name.get(..end).unwrap_or(name).to_owned()
        });
    next.collect::<BTreeSet<_>>().into_iter().collect()
}

impl Completer for Help {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, candidates) = self.candidates(line, position);
        let pairs = candidates.into_iter().map(|text| Pair {
            display: text.clone(),
            replacement: text,
        });
        Ok((start, pairs.collect()))
    }
}

impl Validator for Help {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        let is_open = !text.trim_start().starts_with(':') && typed::is_open(text);
        Ok(if is_open {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}

impl Highlighter for Help {
    fn highlight<'l>(&self, line: &'l str, _position: usize) -> Cow<'l, str> {
        if !self.color || line.trim_start().starts_with(':') {
            return Cow::Borrowed(line);
        }
        let mut text = String::new();
        let mut from = 0;
        for token in tokens(line) {
            let code = match token.kind {
                TokenKind::Text => "32",
                TokenKind::Number => "36",
                TokenKind::Word if KEYWORDS.contains(&token.text) => "35",
                TokenKind::Word if matches!(token.text, "input" | "data") => "1",
                _ => continue,
            };
            text.push_str(line.get(from..token.start).unwrap_or_default());
            // Writing to a String cannot fail.
            let _ = write!(text, "\u{1b}[{code}m{}\u{1b}[0m", token.text);
            from = token.end();
        }
        text.push_str(line.get(from..).unwrap_or_default());
        Cow::Owned(text)
    }

    fn highlight_char(&self, _line: &str, _position: usize, _kind: CmdKind) -> bool {
        self.color
    }
}

impl Hinter for Help {
    type Hint = String;
}

impl Helper for Help {}

#[cfg(test)]
mod tests {
    use super::*;

    fn help() -> Help {
        Help {
            input: serde_json::json!({"resources": {"Logs": {"properties": {"Tags": [], "Tier-2": 1}}}}),
            names: ["count", "Logs", "AWS::S3::Bucket"]
                .map(str::to_owned)
                .into(),
            packages: ["data.policies.lib.value", "data.policies.lib.value.get"]
                .map(str::to_owned)
                .into(),
            color: false,
        }
    }

    fn completed(line: &str) -> (usize, Vec<String>) {
        help().candidates(line, line.len())
    }

    #[test]
    fn paths_of_the_input_are_completed_key_by_key() {
        assert_eq!(
            completed("x := input.res"),
            (5, vec!["input.resources".to_owned()])
        );
        assert_eq!(
            completed("input.resources.Logs.properties.T").1,
            [
                "input.resources.Logs.properties.Tags",
                "input.resources.Logs.properties[\"Tier-2\"]"
            ]
        );
        assert_eq!(
            completed("input.resources[\"Logs\"].prop").1,
            ["input.resources[\"Logs\"].properties"]
        );
        assert!(completed("input.nothing.a").1.is_empty());
    }

    #[test]
    fn packages_types_addresses_and_commands_are_completed() {
        assert_eq!(
            completed("data.policies.lib.value").1,
            ["data.policies.lib.value"]
        );
        assert_eq!(completed("data.pol").1, ["data.policies"]);
        assert_eq!(completed("input.by_type[\"AWS::S3").0, 0);
        assert_eq!(completed("x == \"AWS::S3").1, ["AWS::S3::Bucket"]);
        assert_eq!(completed(":why Lo").1, ["Logs"]);
        assert_eq!(completed(":wh").1, [":why", ":where"]);
    }
}
