//! The blocks of a source that a page shows: resources, jobs.

use std::collections::BTreeSet;

/// The comment that chooses a block for the page.
const CHOSEN: &str = "# example";

/// The longest block that a page shows, in lines.
const MOST_LINES: usize = 45;

/// Returns the blocks that hold a place where the rule is expected to fail.
pub(crate) fn failing(language: &str, text: &str, rule: &str) -> Vec<String> {
    let mark = |block: &String| {
        block.lines().any(|line| {
            let comment = line.split_once("# expect: ").map(|(_, comment)| comment);
            comment.is_some_and(|comment| {
                comment
                    .split(',')
                    .any(|one| one.split_whitespace().eq([rule, "fail"]))
            })
        })
    };
    blocks(language, text).into_iter().filter(mark).collect()
}

/// Returns the blocks that declare what another block declares.
pub(crate) fn alike(language: &str, text: &str, block: &str) -> Vec<String> {
    let wanted = kind(language, block);
    blocks(language, text)
        .into_iter()
        .filter(|other| wanted.is_some() && kind(language, other) == wanted)
        .collect()
}

/// Tells whether the author of a fixture chose a block for the page.
pub(crate) fn is_chosen(block: &str) -> bool {
    block.lines().any(|line| line.trim() == CHOSEN)
}

/// Returns how many lines of a block have no like in another one, less those that have.
pub(crate) fn difference(block: &str, other: &str) -> isize {
    let other: BTreeSet<&str> = other.lines().map(str::trim).collect();
    let lines = block.lines().map(str::trim);
    lines
        .map(|line| if other.contains(line) { -1 } else { 1 })
        .sum()
}

/// Returns a block as it is shown: without expectations and without its indentation.
pub(crate) fn clean(block: &str) -> String {
    let indents = block
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(indent);
    let least = indents.min().unwrap_or_default();
    let lines: Vec<&str> = block
        .lines()
        .filter(|line| !line.trim_start().starts_with("# expect: ") && line.trim() != CHOSEN)
        .map(|line| line.split("# expect: ").next().unwrap_or(line).trim_end())
        .map(|line| line.get(least..).unwrap_or_default())
        .collect();
    lines.join("\n")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The type of the resource, or what makes a job one.
fn kind(language: &str, block: &str) -> Option<String> {
    if language == "hcl" {
        return block.split('"').nth(1).map(str::to_owned);
    }
    let types = block
        .lines()
        .find_map(|line| line.trim().strip_prefix("Type: "));
    let types = types.map(|one| one.split(" #").next().unwrap_or(one).to_owned());
    types.or_else(|| block.contains("steps:").then(|| "steps".to_owned()))
}

fn blocks(language: &str, text: &str) -> Vec<String> {
    let found = if language == "hcl" {
        top_blocks(text)
    } else {
        entries(text)
    };
    let short = |block: &String| block.lines().count() <= MOST_LINES;
    found.into_iter().filter(short).collect()
}

/// The resources of a Terraform file: from the header to the brace that closes it.
fn top_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<Vec<&str>> = None;
    for line in text.lines() {
        if line.starts_with("resource ") || line.starts_with("data ") {
            open = Some(Vec::new());
        }
        if let Some(lines) = &mut open {
            lines.push(line);
            if line == "}" || (lines.len() == 1 && line.trim_end().ends_with("{}")) {
                blocks.push(lines.join("\n"));
                open = None;
            }
        }
    }
    blocks
}

/// The entries below `Resources:`, `jobs:` or `runs:`; an action is shown whole.
fn entries(text: &str) -> Vec<String> {
    if text.lines().any(|line| line.starts_with("runs:")) {
        return vec![text.to_owned()];
    }
    let mut blocks: Vec<Vec<&str>> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if indent(line) == 0 && !line.is_empty() && !line.starts_with('#') {
            inside = line.starts_with("Resources:") || line.starts_with("jobs:");
            continue;
        }
        if !inside {
            continue;
        }
        if indent(line) == 2 && !line.trim_start().starts_with('#') && !line.trim().is_empty() {
            blocks.push(Vec::new());
        }
        if let Some(block) = blocks.last_mut() {
            block.push(line);
        }
    }
    blocks.into_iter().map(|lines| lines.join("\n")).collect()
}
