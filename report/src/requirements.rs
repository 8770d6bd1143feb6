//! A framework's own controls, with what the scan says of each: what nothing judged is not assessed, never a pass.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use ordinance_engine::policy::Metadata;
use ordinance_engine::scan::{Account, Scan};

use crate::framework;
use crate::terminal::{Ink, Paint, Style, columns, wrap};
use crate::text::count;

/// What the policies behind a requirement came to, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Fails,
    Undecided,
    Excepted,
    Holds,
    NotAssessed,
}

impl State {
    const ALL: [Self; 5] = [
        Self::Fails,
        Self::Undecided,
        Self::Excepted,
        Self::Holds,
        Self::NotAssessed,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Fails => "fail",
            Self::Undecided => "unknown",
            Self::Excepted => "exception",
            Self::Holds => "pass",
            Self::NotAssessed => "not assessed",
        }
    }

    const fn ink(self) -> Ink {
        match self {
            Self::Fails => Ink::Red,
            Self::Undecided => Ink::Yellow,
            Self::Excepted => Ink::Cyan,
            Self::Holds => Ink::Green,
            Self::NotAssessed => Ink::Dim,
        }
    }

    const fn of(account: Account) -> Self {
        if account.fail > 0 {
            Self::Fails
        } else if account.unknown > 0 {
            Self::Undecided
        } else if account.suppressed + account.baselined > 0 {
            Self::Excepted
        } else if account.pass > 0 {
            Self::Holds
        } else {
            Self::NotAssessed
        }
    }
}

/// Returns the keys of the frameworks that policies serve.
pub fn keys(policies: &[Arc<Metadata>]) -> Vec<&str> {
    let mappings = policies.iter().flat_map(|policy| &policy.frameworks);
    let mut keys: Vec<&str> = mappings.map(|mapping| mapping.framework.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Writes the requirements of a framework that any of the policies serves, chosen or not, in their order.
pub fn write(
    scan: &Scan,
    key: &str,
    policies: &[Arc<Metadata>],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Paint::new(style);
    let accounts: BTreeMap<&str, Account> = scan
        .rules
        .iter()
        .map(|rule| (rule.metadata.id.as_str(), rule.account))
        .collect();
    let mut requirements: BTreeMap<Vec<Part<'_>>, (&str, Vec<&str>)> = BTreeMap::new();
    for policy in policies {
        for mapping in policy.frameworks.iter().filter(|one| one.framework == key) {
            let entry = requirements.entry(parts(&mapping.id));
            let entry = entry.or_insert((&mapping.id, Vec::new()));
            entry.1.push(&policy.id);
        }
    }
    writeln!(out, "{}\n", paint.ink(Ink::Bold, framework::title(key)))?;
    let widest = requirements.values().map(|(id, _)| columns(id)).max();
    let mut totals: BTreeMap<State, usize> = BTreeMap::new();
    for (id, policies) in requirements.values() {
        let states: Vec<(State, &str)> = policies
            .iter()
            .map(|policy| {
                let account = accounts.get(policy).copied().unwrap_or_default();
                (State::of(account), *policy)
            })
            .collect();
        let state = states.iter().map(|(state, _)| *state).min();
        let state = state.unwrap_or(State::NotAssessed);
        *totals.entry(state).or_default() += 1;
        row(id, widest.unwrap_or_default(), state, &states, paint, out)?;
    }
    let told: Vec<String> = State::ALL
        .iter()
        .filter_map(|state| Some(format!("{} {}", totals.get(state)?, state.word())))
        .collect();
    let all = count(requirements.len(), "requirement", "requirements");
    writeln!(out, "\n{all}: {}", told.join(", "))?;
    if !scan.complete {
        writeln!(
            out,
            "The scan is incomplete: something could not be read or evaluated."
        )?;
    }
    Ok(())
}

fn row(
    id: &str,
    widest: usize,
    state: State,
    states: &[(State, &str)],
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    // One word for all is said already.
    let is_one = states.iter().all(|(one, _)| *one == state);
    let mut told = Vec::new();
    for one in State::ALL {
        let of_state = states.iter().filter(|(state, _)| *state == one);
        let policies: Vec<&str> = of_state.map(|(_, policy)| *policy).collect();
        if !policies.is_empty() {
            let policies = policies.join(" ");
            told.push(if is_one {
                policies
            } else {
                format!("{}: {policies}", one.word())
            });
        }
    }
    let indent = widest + 18;
    let lines = wrap(
        &told.join("; "),
        paint.width().saturating_sub(indent).max(20),
    );
    let word = paint.ink(state.ink(), &format!("{:<12}", state.word()));
    let gap = " ".repeat(widest - columns(id));
    for (number, line) in lines.iter().enumerate() {
        if number == 0 {
            writeln!(out, "  {word}  {}{gap}  {line}", paint.clean(id))?;
        } else {
            writeln!(out, "{}{line}", " ".repeat(indent))?;
        }
    }
    Ok(())
}

/// A piece of an id: numbers are ordered as numbers, so that AC-6 stands before AC-17.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Number(u64),
    Text(&'a str),
}

fn parts(id: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = id;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_digit);
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        parts.push(piece.parse().map_or(Part::Text(piece), Part::Number));
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn numbers_of_ids_are_ordered_as_numbers() {
        let mut ids = ["AC-17", "AC-6(10)", "AC-6(9)", "AC-6", "SC-8"];
        ids.sort_by_key(|id| parts(id));
        assert_eq!(ids, ["AC-6", "AC-6(9)", "AC-6(10)", "AC-17", "SC-8"]);
    }
}
