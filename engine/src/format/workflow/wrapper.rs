//! Which program a command runs, behind wrappers such as `sudo` and `npx`.

use super::shell::{Simple, Word};

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
pub(super) struct Stripped<'a> {
    pub(super) words: &'a [Word],
    pub(super) assignments: Vec<(String, String)>,
    pub(super) wrappers: Vec<String>,
    versioned: bool,
}

impl<'a> Stripped<'a> {
    /// Takes the wrappers off a command.
    pub(super) fn of(command: &'a Simple) -> Self {
        let (assignments, words) = split_assignments(&command.words);
        let mut stripped = Self {
            words,
            assignments,
            wrappers: Vec::new(),
            versioned: false,
        };
        stripped.strip();
        stripped
    }

    /// The word that is itself a script: behind the `-c` of a shell, or that of `eval`.
    pub(super) fn script(&self) -> Option<&'a Word> {
        let program = self.program();
        let (_, arguments) = self.words.split_first()?;
        if program == "eval" {
            return arguments.first().filter(|word| word.quoted);
        }
        if !matches!(program.as_str(), "bash" | "sh" | "dash" | "zsh") {
            return None;
        }
        let flag = arguments.iter().position(|word| {
            word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('c')
        })?;
        arguments.get(flag + 1)
    }

    /// The program that runs; empty for assignments alone. A version behind a package runner is no part of it.
    pub(super) fn program(&self) -> String {
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
