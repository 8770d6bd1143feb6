//! Errors of the Rego engine as places and messages. The only module that knows their text.
//!
//! regorus renders an error as a string; a place in it is a line `--> path:line:column`, the message stands after the
//! last `error: `.

use std::fmt;
use std::sync::Arc;

use crate::policy::Place;

/// A place in a policy file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyPlace {
    /// The file.
    pub path: Arc<str>,
    /// Where in it.
    pub place: Place,
}

/// What the Rego engine said, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Diagnostic {
    pub(super) place: Option<PolicyPlace>,
    pub(super) message: String,
}

/// Takes a rendered error apart.
pub(super) fn read(rendered: &str) -> Diagnostic {
    let place = rendered
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("--> "))
        .and_then(place);
    let message = rendered.rsplit("error: ").next().unwrap_or(rendered);
    let message: Vec<&str> = message.lines().map(str::trim).collect();
    let message = message.join(" ");
    Diagnostic {
        place,
        message: timeout(&message)
            .unwrap_or_else(|| message.trim().trim_end_matches('.').to_owned()),
    }
}

/// Says what exceeding the time limit means, without the time it took: that differs from run to run.
fn timeout(message: &str) -> Option<String> {
    let (_, details) = message.split_once("execution exceeded time limit (")?;
    let (_, limit) = details.split_once("limit=")?;
    let nanoseconds: u64 = limit
        .trim_end_matches(')')
        .strip_suffix("ns")?
        .parse()
        .ok()?;
    let milliseconds = nanoseconds / 1_000_000;
    Some(format!(
        "it took longer than the limit of {milliseconds} ms"
    ))
}

/// Reads `path:line:column`; the path may hold colons.
fn place(text: &str) -> Option<PolicyPlace> {
    let (rest, column) = text.trim_end().rsplit_once(':')?;
    let (path, line) = rest.rsplit_once(':')?;
    Some(PolicyPlace {
        path: path.into(),
        place: Place {
            line: line.parse().ok()?,
            column: column.parse().ok()?,
        },
    })
}

/// How many columns regorus counts for a tab.
const TAB: u32 = 4;

/// Returns the column in characters that regorus means by a column of a line.
pub(super) fn column(line: &str, column: u32) -> u32 {
    let (mut at, mut count) = (1, 1);
    for c in line.chars() {
        if at >= column {
            return count;
        }
        at += if c == '\t' { TAB } else { 1 };
        count += 1;
    }
    count + column.saturating_sub(at)
}

impl fmt::Display for PolicyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.place.line, self.place.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_taken_apart() {
        let rendered = "\n--> C:/my policy.rego:5:1\n  |\n5 | y := 3\n  | ^\nerror: expecting `}` while parsing set";
        assert_eq!(
            read(rendered),
            Diagnostic {
                place: Some(PolicyPlace {
                    path: "C:/my policy.rego".into(),
                    place: Place { line: 5, column: 1 }
                }),
                message: "expecting `}` while parsing set".into()
            }
        );
    }

    #[test]
    fn a_tab_is_one_character() {
        assert_eq!(column("\t\tab", 9), 3);
        assert_eq!(column("\t\tab", 10), 4);
        assert_eq!(column("ab", 4), 4);
    }

    #[test]
    fn an_error_without_a_place_is_all_message() {
        assert_eq!(
            read("not a valid rule path"),
            Diagnostic {
                place: None,
                message: "not a valid rule path".into()
            }
        );
    }
}
