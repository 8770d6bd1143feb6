//! Scores by family of controls and by framework, with bars.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use ordinance_engine::scan::Scan;

use super::{Status, escape, section, status};
use crate::framework;

/// How many of something have each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally([usize; 5]);

impl Tally {
    fn of(statuses: impl Iterator<Item = Status>) -> Self {
        let mut tally = Self::default();
        for status in statuses {
            if let Some(number) = tally.0.get_mut(status as usize) {
                *number += 1;
            }
        }
        tally
    }

    const fn assessed(self) -> usize {
        let [fail, unknown, excepted, pass, _] = self.0;
        fail + unknown + excepted + pass
    }

    /// The share that is proven to hold, of what was assessed, in whole percent, rounded down.
    fn score(self) -> String {
        let [_, _, _, pass, _] = self.0;
        match (pass * 100).checked_div(self.assessed()) {
            Some(percent) => format!("{percent} %"),
            None => "–".to_owned(),
        }
    }

    /// A bar of the shares. The numbers stand beside it in the table.
    fn bar(self) -> String {
        let all: usize = self.0.iter().sum();
        let mut bar = String::from(
            "<svg width=\"200\" height=\"14\" viewBox=\"0 0 200 14\" aria-hidden=\"true\">",
        );
        let mut start = 0;
        let mut seen = 0;
        for (number, class) in self.0.iter().zip(["bf", "bu", "be", "bp", "bn"]) {
            seen += number;
            let end = (seen * 200).checked_div(all).unwrap_or_default();
            if end > start {
                // Writing to a string does not fail.
                let _ = write!(
                    bar,
                    "<rect class=\"{class}\" x=\"{start}\" width=\"{}\" height=\"14\"/>",
                    end - start
                );
            }
            start = end;
        }
        bar + "</svg>"
    }
}

pub(super) fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    section("scores", out)?;
    writeln!(
        out,
        "<p class=\"soft\">A score is the share that is proven to hold of what was assessed. What is unknown or \
         excepted counts against it.</p>"
    )?;
    table("Controls by family", "Family", &families(scan), out)?;
    table(
        "Requirements by framework",
        "Framework",
        &frameworks(scan),
        out,
    )
}

fn table(
    caption: &str,
    first: &str,
    rows: &[(String, Tally)],
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\"><table><caption>{caption}\
         </caption><thead><tr><th scope=\"col\">{first}</th><th scope=\"col\" class=\"n\">Score</th>\
         <th scope=\"col\">Shares</th><th scope=\"col\" class=\"n\">Fail</th><th scope=\"col\" class=\"n\">Unknown</th>\
         <th scope=\"col\" class=\"n\">Exception</th><th scope=\"col\" class=\"n\">Pass</th><th scope=\"col\" class=\"n\">Not assessed</th></tr></thead><tbody>"
    )?;
    for (name, tally) in rows {
        let [fail, unknown, excepted, pass, none] = tally.0;
        writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td>{}</td><td class=\"n\">{fail}</td>\
             <td class=\"n\">{unknown}</td><td class=\"n\">{excepted}</td><td class=\"n\">{pass}</td><td class=\"n\">{none}</td></tr>",
            escape(name),
            tally.score(),
            tally.bar()
        )?;
    }
    writeln!(out, "</tbody></table></div>")
}

fn families(scan: &Scan) -> Vec<(String, Tally)> {
    let mut families: BTreeMap<&str, Vec<Status>> = BTreeMap::new();
    for rule in &scan.rules {
        let family = families.entry(&rule.metadata.family).or_default();
        family.push(status(&rule.account));
    }
    let families = families.into_iter();
    families
        .map(|(family, all)| (family.to_owned(), Tally::of(all.into_iter())))
        .collect()
}

/// The requirements that chosen controls serve. One fails with any of its controls, and holds where each of them that
/// was assessed holds.
fn frameworks(scan: &Scan) -> Vec<(String, Tally)> {
    let mut frameworks: BTreeMap<&str, BTreeMap<&str, BTreeSet<Status>>> = BTreeMap::new();
    for rule in &scan.rules {
        for mapping in &rule.metadata.frameworks {
            let requirements = frameworks.entry(&mapping.framework).or_default();
            let statuses = requirements.entry(&mapping.id).or_default();
            statuses.insert(status(&rule.account));
        }
    }
    let frameworks = frameworks.into_iter();
    frameworks
        .map(|(key, requirements)| {
            // The worst status stands first; "not assessed" last.
            let worst = requirements.into_values();
            let worst = worst.filter_map(|statuses| statuses.into_iter().next());
            (framework::title(key).to_owned(), Tally::of(worst))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Status, Tally};

    #[test]
    fn unknown_counts_against_the_score_and_what_was_not_assessed_does_not() {
        let statuses = [Status::Pass, Status::Pass, Status::Unknown, Status::None];
        let tally = Tally::of(statuses.into_iter());
        assert_eq!(tally.score(), "66 %");
        assert_eq!(Tally::of([Status::None].into_iter()).score(), "–");
    }

    #[test]
    fn a_bar_is_as_wide_as_its_shares() {
        let bar = Tally([1, 0, 0, 1, 0]).bar();
        assert!(
            bar.contains("<rect class=\"bf\" x=\"0\" width=\"100\""),
            "{bar}"
        );
        assert!(
            bar.contains("<rect class=\"bp\" x=\"100\" width=\"100\""),
            "{bar}"
        );
        assert!(!bar.contains("\"bu\""), "{bar}");
    }
}
