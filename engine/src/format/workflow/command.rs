//! The commands of a script as facts.

use super::fact;
use super::shell::{self, Redirect, Simple, Word};
use super::wrapper::Stripped;
use crate::resource::{Node, Path};

/// How the text of a `run` is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// `bash`, `sh` and their kin.
    Posix,
    /// Anything else: a command a line.
    Lines(&'static str),
}

impl Language {
    /// Returns the language of an effective `shell`, or of the runner's default.
    pub(super) fn of(shell: Option<&str>, windows: bool) -> Self {
        let Some(shell) = shell else {
            return if windows {
                Self::Lines("powershell")
            } else {
                Self::Posix
            };
        };
        let program = shell.split_whitespace().next().unwrap_or_default();
        let program = program.rsplit(['/', '\\']).next().unwrap_or_default();
        match program.trim_end_matches(".exe") {
            "bash" | "sh" | "dash" | "zsh" | "ksh" | "ash" => Self::Posix,
            "pwsh" | "powershell" => Self::Lines("powershell"),
            "cmd" => Self::Lines("cmd"),
            name if name.starts_with("python") => Self::Lines("python"),
            _ => Self::Lines("other"),
        }
    }

    /// Returns its name in facts.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Posix => "sh",
            Self::Lines(name) => name,
        }
    }
}

/// How deep scripts given to `bash -c` are followed.
const MAX_SCRIPTS: usize = 4;

/// Returns the fact `commands` of a script that stands at `place`.
pub(super) fn fact(script: &str, language: Language, place: &Path) -> Node {
    let found = match language {
        Language::Posix => posix(script, 0),
        Language::Lines(_) => lines(script),
    };
    fact::list(found.iter().enumerate().map(|(index, command)| {
        // What lies inside this command's own text belongs to it; the first one behind follows it.
        let next = command.operator.and_then(|_| {
            let behind = found.iter().enumerate().skip(index + 1);
            let mut behind = behind.filter(|(_, other)| other.start >= command.end);
            behind.next().map(|(next, _)| next)
        });
        shape(script, command, (index, next), place)
    }))
}

/// The commands of a script, those of scripts given to `bash -c` and `eval` behind what runs them.
fn posix(script: &str, level: usize) -> Vec<Simple> {
    let mut found = Vec::new();
    for command in shell::commands(script) {
        let inner = Stripped::of(&command).script();
        let inner = inner
            .filter(|_| level < MAX_SCRIPTS)
            .map(|word| (word.start, word.end, word.text.clone()));
        let (start, end, depth) = (command.start, command.end, command.depth + 1);
        found.push(command);
        let Some((word_start, word_end, text)) = inner else {
            continue;
        };
        // Where quoting changed the text its commands have no place of their own: they stand for the whole command.
        let source = script.get(word_start..word_end).unwrap_or_default();
        let offset = source.find(&text).map(|at| word_start + at);
        for mut nested in posix(&text, level + 1) {
            (nested.start, nested.end) = offset.map_or((start, end), |offset| {
                (nested.start + offset, nested.end + offset)
            });
            nested.depth += depth;
            found.push(nested);
        }
    }
    found
}

/// One command a line, words at blanks; comments dropped. Enough to see which programs other shells start.
fn lines(script: &str) -> Vec<Simple> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in script.split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start().len());
        let text = line.trim();
        at += line.len();
        if text.is_empty() || text.starts_with('#') || text.to_lowercase().starts_with("rem ") {
            continue;
        }
        found.push(Simple {
            words: text
                .split_whitespace()
                .map(|word| Word {
                    text: word.trim_matches(['"', '\'']).to_owned(),
                    quoted: word.starts_with(['"', '\'']),
                    start,
                    end: start,
                })
                .collect(),
            operator: Some(";"),
            start,
            end: start + text.len(),
            ..Simple::default()
        });
    }
    if let Some(last) = found.last_mut() {
        last.operator = None;
    }
    found
}

fn shape(
    script: &str,
    command: &Simple,
    (index, next): (usize, Option<usize>),
    place: &Path,
) -> Node {
    let stripped = Stripped::of(command);
    let program = stripped.program();
    let text = script.get(command.start..command.end).unwrap_or_default();
    fact::object([
        ("program", fact::text(&program)),
        (
            "words",
            fact::texts(stripped.words.iter().map(|word| &word.text)),
        ),
        ("operator", fact::optional(command.operator)),
        ("index", fact::number(index)),
        ("next", next.map_or_else(fact::null, fact::number)),
        ("text", fact::text(text)),
        ("path", fact::path(place)),
        (
            "assignments",
            fact::object(
                stripped
                    .assignments
                    .into_iter()
                    .map(|(name, value)| (name, fact::text(&value))),
            ),
        ),
        ("wrappers", fact::texts(&stripped.wrappers)),
        ("background", fact::flag(command.operator == Some("&"))),
        (
            "redirects",
            fact::list(command.redirects.iter().map(redirect)),
        ),
        ("depth", fact::number(command.depth)),
        ("condition", fact::flag(command.condition)),
        ("negated", fact::flag(command.negated)),
        ("function", fact::optional(command.function.as_deref())),
    ])
}

fn redirect(redirect: &Redirect) -> Node {
    fact::object([
        ("operator", fact::text(&redirect.operator)),
        ("target", fact::text(&redirect.target)),
        ("body", fact::optional(redirect.body.as_deref())),
    ])
}
