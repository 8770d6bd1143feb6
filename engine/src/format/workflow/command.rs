//! The commands of a script: which program runs, behind wrappers such as `sudo` and `npx`.

use super::fact;
use super::shell::{self, Redirect, Simple, Word};
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

/// Returns the fact `commands` of a script that stands at `place`.
pub(super) fn fact(script: &str, language: Language, place: &Path) -> Node {
    let found = match language {
        Language::Posix => shell::commands(script),
        Language::Lines(_) => lines(script),
    };
    fact::list(found.iter().map(|command| shape(script, command, place)))
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

fn shape(script: &str, command: &Simple, place: &Path) -> Node {
    let (assignments, words) = split_assignments(&command.words);
    let mut stripped = Stripped {
        words,
        assignments,
        wrappers: Vec::new(),
        versioned: false,
    };
    stripped.strip();
    let program = stripped.program();
    let text = script.get(command.start..command.end).unwrap_or_default();
    fact::object([
        ("program", fact::text(&program)),
        (
            "words",
            fact::texts(stripped.words.iter().map(|word| &word.text)),
        ),
        ("operator", fact::optional(command.operator)),
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

/// The program that a word names: its last path segment, lower-cased. A `/` inside `${{ }}`, `${}` or `$()` is none.
fn program(word: &str) -> String {
    let mut open = 0_usize;
    let mut start = 0;
    for (at, byte) in word.bytes().enumerate() {
        match byte {
            b'{' | b'(' => open += 1,
            b'}' | b')' => open = open.saturating_sub(1),
            b'/' if open == 0 && at + 1 < word.len() => start = at + 1,
            _ => {}
        }
    }
    word.get(start..).unwrap_or(word).to_lowercase()
}

/// Splits `NAME=value` words off the front.
fn split_assignments(words: &[Word]) -> (Vec<(String, String)>, &[Word]) {
    let mut found = Vec::new();
    let mut rest = words;
    while let Some((name, value)) = rest.first().and_then(|word| assignment(&word.text)) {
        found.push((name.to_owned(), value.to_owned()));
        rest = rest.get(1..).unwrap_or_default();
    }
    (found, rest)
}

fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let plain = name.split('[').next().unwrap_or_default();
    let starts = plain.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let valid = plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (starts && valid).then_some((plain, value))
}

/// A wrapper: its program, the verbs of which one must follow (none: nothing must), and its options that take a value.
struct Wrapper {
    program: &'static str,
    verbs: &'static [&'static str],
    valued: &'static [&'static str],
    /// How many plain words stand before the wrapped command.
    operands: usize,
    /// Whether the wrapped word may carry a version (`cdk@2`).
    versioned: bool,
}

const fn plain(program: &'static str, valued: &'static [&'static str]) -> Wrapper {
    Wrapper {
        program,
        verbs: &[],
        valued,
        operands: 0,
        versioned: false,
    }
}

const fn runner(
    program: &'static str,
    verbs: &'static [&'static str],
    valued: &'static [&'static str],
    versioned: bool,
) -> Wrapper {
    Wrapper {
        program,
        verbs,
        valued,
        operands: 0,
        versioned,
    }
}

const UV: &[&str] = &[
    "--with",
    "--python",
    "-p",
    "--extra",
    "--group",
    "--only-group",
    "--no-group",
    "--project",
    "--directory",
    "--package",
    "--env-file",
    "--index",
    "--index-url",
    "--with-requirements",
    "--with-editable",
    "--from",
];

/// Catalogue P7, with `timeout`, `nice`, `uvx` and `pipx run`, which wrap in the same way.
const WRAPPERS: &[Wrapper] = &[
    plain(
        "sudo",
        &[
            "-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R", "--user", "--group",
        ],
    ),
    plain("time", &["-f", "-o"]),
    plain("env", &["-u", "-C", "--unset", "--chdir"]),
    plain("nohup", &[]),
    plain("command", &[]),
    plain("builtin", &[]),
    plain("exec", &["-a"]),
    plain("nice", &["-n"]),
    plain("stdbuf", &["-i", "-o", "-e"]),
    plain("xvfb-run", &["-n", "-s", "--server-args"]),
    Wrapper {
        program: "timeout",
        verbs: &[],
        valued: &["-k", "-s", "--kill-after", "--signal"],
        operands: 1,
        versioned: false,
    },
    runner("npx", &[], &["-p", "--package", "-w", "--workspace"], true),
    runner("bunx", &[], &["-p", "--package"], true),
    runner("pnpx", &[], &["-p", "--package"], true),
    runner("uvx", &[], UV, true),
    runner(
        "npm",
        &["exec", "x"],
        &["-p", "--package", "-w", "--workspace", "--prefix", "-C"],
        true,
    ),
    runner(
        "pnpm",
        &["exec", "dlx"],
        &["-F", "--filter", "-C", "--dir", "--package"],
        true,
    ),
    runner(
        "yarn",
        &["exec", "dlx"],
        &["-p", "--package", "--cwd"],
        true,
    ),
    runner("bun", &["x"], &["-p", "--package"], true),
    runner(
        "poetry",
        &["run"],
        &["-C", "--directory", "-P", "--project"],
        false,
    ),
    runner("uv", &["run"], UV, false),
    runner("pipenv", &["run"], &[], false),
    runner("pdm", &["run"], &["-p", "--project"], false),
    runner("hatch", &["run"], &["-e", "--env"], false),
    runner("rye", &["run"], &[], false),
    runner("pipx", &["run"], &["--spec", "--python"], true),
    runner("bundle", &["exec"], &["--gemfile"], false),
];

/// A command while its wrappers are taken off.
struct Stripped<'a> {
    words: &'a [Word],
    assignments: Vec<(String, String)>,
    wrappers: Vec<String>,
    versioned: bool,
}

impl Stripped<'_> {
    /// The program that runs; empty for assignments alone. A version behind a package runner is no part of it.
    fn program(&self) -> String {
        let name = self
            .words
            .first()
            .map(|word| program(&word.text))
            .unwrap_or_default();
        if !self.versioned || name.contains("${{") {
            return name;
        }
        match name.split_once('@') {
            Some((plain, _)) if !plain.is_empty() => plain.to_owned(),
            _ => name,
        }
    }

    fn strip(&mut self) {
        while let Some(name) = self.words.first().map(|word| program(&word.text)) {
            let Some((wrapper, rest)) = WRAPPERS
                .iter()
                .filter(|wrapper| wrapper.program == name)
                .find_map(|wrapper| Some((wrapper, unwrap(wrapper, self.words)?)))
            else {
                return;
            };
            self.versioned = wrapper.versioned;
            self.wrappers.push(name);
            let (assignments, rest) = split_assignments(rest);
            self.assignments.extend(assignments);
            self.words = rest;
        }
    }
}

/// Returns the words behind a wrapper, or `None` when it wraps nothing.
fn unwrap<'a>(wrapper: &Wrapper, words: &'a [Word]) -> Option<&'a [Word]> {
    let mut rest = skip_options(wrapper, words.get(1..)?)?;
    if !wrapper.verbs.is_empty() {
        let verb = rest.first()?;
        if !wrapper.verbs.contains(&verb.text.as_str()) {
            return None;
        }
        rest = skip_options(wrapper, rest.get(1..)?)?;
    }
    rest = rest.get(wrapper.operands..)?;
    (!rest.is_empty()).then_some(rest)
}

/// Skips options and their values. `None` for `command -v`, which runs nothing, and `npx -c`, whose text is a script.
fn skip_options<'a>(wrapper: &Wrapper, words: &'a [Word]) -> Option<&'a [Word]> {
    let mut rest = words;
    while let Some(word) = rest.first() {
        let text = word.text.as_str();
        if text == "--" {
            return rest.get(1..);
        }
        if !text.starts_with('-') || text == "-" {
            break;
        }
        if matches!((wrapper.program, text), ("command", "-v" | "-V")) {
            return None;
        }
        let skipped = if wrapper.valued.contains(&text) { 2 } else { 1 };
        rest = rest.get(skipped..)?;
    }
    Some(rest)
}
