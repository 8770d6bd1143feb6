//! The book is true: its pages are listed, its commands run, and what it says they print they print.
//!
//! `UPDATE_DOCS=1` writes into the pages what the commands print.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn docs() -> PathBuf {
    support::root().join("docs")
}

fn is_update() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

#[test]
fn every_page_is_in_the_summary() {
    let summary = fs::read_to_string(docs().join("SUMMARY.md")).unwrap();
    for path in support::children(&docs()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_page = path.extension().is_some_and(|end| end == "md") && name != "SUMMARY.md";
        assert!(
            !is_page || summary.contains(&format!("({name})")),
            "{name} is not in SUMMARY.md"
        );
    }
    for (at, _) in summary.match_indices("](") {
        let target = summary[at + 2..].split(')').next().unwrap();
        assert!(
            docs().join(target).exists(),
            "{target} of SUMMARY.md does not exist"
        );
    }
}

/// A piece of a page.
enum Piece<'a> {
    /// A line that is a name in backticks alone: the file that the next block is.
    Name(&'a str),
    /// A fenced block: its language, and its text.
    Block(&'a str, &'a str),
    Other(&'a str),
}

fn pieces(page: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = page;
    while !rest.is_empty() {
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let (line, after) = rest.split_at(end);
        if let Some(language) = line.strip_prefix("```") {
            let close = after.find("```\n").unwrap();
            pieces.push(Piece::Block(language.trim(), &after[..close]));
            rest = &after[close + 4..];
            continue;
        }
        let name = line.trim().trim_start_matches("with ");
        let is_name =
            name.starts_with('`') && name.ends_with('`') && name.matches('`').count() == 2;
        pieces.push(if is_name {
            Piece::Name(line)
        } else {
            Piece::Other(line)
        });
        rest = after;
    }
    pieces
}

/// Splits a line at blanks that do not stand between single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Runs the commands of a block and returns what they print. Other programs than ours are not run.
fn run(folder: &Path, block: &str) -> String {
    let mut printed = String::new();
    for line in block.lines().filter(|line| line.starts_with("ordinance ")) {
        let words = words(line);
        let end = words
            .iter()
            .position(|word| word.starts_with(['#', '>', '<']))
            .unwrap_or(words.len());
        let mut command = Command::new(env!("CARGO_BIN_EXE_ordinance"));
        command.current_dir(folder).env_clear().args(&words[1..end]);
        if words.get(end).is_some_and(|word| word == "<") {
            command.stdin(fs::File::open(folder.join(&words[end + 1])).unwrap());
        }
        let output = command.output().unwrap();
        let code = output.status.code().unwrap();
        assert!(
            code < 2,
            "'{line}' exits with {code}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        printed.push_str(&String::from_utf8(output.stdout).unwrap());
    }
    printed
}

/// Follows a page: writes the files that it shows, runs its commands, and returns the page with what they print.
fn follow(folder: &Path, page: &str) -> String {
    let mut written = String::new();
    let (mut name, mut printed) = (None, None);
    let shown = pieces(page);
    // A file may be shown after the command that reads it.
    for pair in shown.windows(3) {
        if let [Piece::Name(line), Piece::Other("\n"), Piece::Block(_, text)] = pair
            && line.starts_with("with ")
        {
            save(folder, line, text);
        }
    }
    for piece in shown {
        match piece {
            Piece::Name(line) => {
                name = Some(line);
                written.push_str(line);
            }
            Piece::Other(line) => written.push_str(line),
            Piece::Block("sh", text) => {
                printed = Some(run(folder, text));
                written.extend(["```sh\n", text, "```\n"]);
            }
            Piece::Block("text", _) => {
                let lines: Vec<String> = printed
                    .take()
                    .unwrap_or_default()
                    .lines()
                    .map(|line| line.trim_end().to_owned())
                    .collect();
                let text = lines.join("\n");
                written.extend(["```text\n", text.trim_matches('\n'), "\n```\n"]);
            }
            Piece::Block(language, text) => {
                if let Some(line) = name.take() {
                    save(folder, line, text);
                }
                written.extend(["```", language, "\n", text, "```\n"]);
            }
        }
    }
    written
}

fn save(folder: &Path, line: &str, text: &str) {
    let name = line.trim().trim_start_matches("with ").trim_matches('`');
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Holds a page to what its commands do.
fn hold(page: &str, prepare: &[(&str, &str)]) {
    let folder = support::scratch(&format!("book-{}", page.replace(['/', '.'], "-")));
    fs::create_dir_all(folder.join(".git")).unwrap();
    for (name, text) in prepare {
        save(&folder, name, text);
    }
    let path = docs().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let true_text = follow(&folder, &text);
    if is_update() {
        fs::write(&path, &true_text).unwrap();
    } else {
        assert!(
            text == true_text,
            "{page} is not what its commands print; UPDATE_DOCS=1 cargo test --test book writes it"
        );
    }
}

const TEMPLATE: &str = "Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n";

#[test]
fn the_first_five_minutes() {
    hold("first-five-minutes.md", &[]);
}

#[test]
fn writing_policies() {
    hold("writing-policies.md", &[("queue.yaml", TEMPLATE)]);
}

#[test]
fn the_first_policy() {
    hold("first-policy.md", &[]);
}

#[test]
fn the_commands_of_the_other_pages_run() {
    for page in [
        "auditors.md",
        "inputs.md",
        "suppressions.md",
        "hooks-and-ci.md",
        "configuration.md",
        "reports.md",
        "concepts.md",
        "policy-tests.md",
    ] {
        hold(page, &[("queue.yaml", TEMPLATE)]);
    }
}

#[test]
fn the_commands_of_the_readme_run() {
    let folder = support::scratch("book-readme");
    fs::create_dir_all(folder.join(".git")).unwrap();
    save(&folder, "infra/queue.yaml", TEMPLATE);
    let readme = fs::read_to_string(support::root().join("README.md")).unwrap();
    let commands = pieces(&readme).into_iter().filter_map(|piece| match piece {
        Piece::Block("sh", text) => Some(text),
        _ => None,
    });
    let mut number = 0;
    for block in commands {
        // What asks git is tried in tests/adoption.rs, in a repository.
        let block: Vec<&str> = block
            .lines()
            .filter(|line| !line.contains("--changed-only"))
            .collect();
        number += block
            .iter()
            .filter(|line| line.starts_with("ordinance "))
            .count();
        run(&folder, &block.join("\n"));
    }
    assert!(number > 5, "{number}");
}
