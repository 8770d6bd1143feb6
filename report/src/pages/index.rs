//! The index of the controls: by family, and by framework.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ordinance_engine::policy::Metadata;

use super::markdown::{cell, table};
use crate::{framework, words};

/// Returns the index of all controls. `families` says what each family is about, in the order of the page.
pub fn index(rules: &[&Metadata], families: &[(&str, &str)]) -> String {
    let mut page = format!(
        "# Controls\n\n{} controls. `ordinance explain ID` says the same in the terminal.\n",
        rules.len()
    );
    for (family, subject) in families {
        let mine: Vec<&&Metadata> = rules.iter().filter(|rule| rule.family == *family).collect();
        if mine.is_empty() {
            continue;
        }
        let _ = write!(page, "\n## {family}: {subject}\n\n");
        let rows = mine.into_iter().map(|rule| row(rule));
        page.push_str(&table(
            &["control", "severity", "judges", "packs", ""],
            rows,
        ));
    }
    page.push_str("\n# By framework\n\nMappings in italics are assigned by judgement; the others are published.\n");
    for (key, requirements) in requirements(rules) {
        let _ = write!(page, "\n## {}\n\n", framework::title(key));
        let rows = requirements
            .into_iter()
            .map(|(id, rules)| vec![id.0.to_owned(), rules.join(", ")]);
        page.push_str(&table(&["requirement", "controls"], rows));
    }
    page
}

fn row(rule: &Metadata) -> Vec<String> {
    let formats: Vec<&str> = rule.formats.iter().map(|one| words::format(*one)).collect();
    let packs: Vec<&str> = rule.packs.iter().map(String::as_str).collect();
    vec![
        format!("[{id}]({id}.md)", id = rule.id),
        rule.severity.name().to_owned(),
        formats.join(", "),
        packs.join(", "),
        cell(&rule.title),
    ]
}

/// Links to the controls that serve a requirement.
type Requirements<'a> = BTreeMap<Natural<'a>, Vec<String>>;

fn requirements<'a>(rules: &[&'a Metadata]) -> BTreeMap<&'a str, Requirements<'a>> {
    let mut frameworks: BTreeMap<&str, Requirements<'a>> = BTreeMap::new();
    for rule in rules {
        for mapping in &rule.frameworks {
            let link = format!("[{id}]({id}.md)", id = rule.id);
            let link = if mapping.verified {
                link
            } else {
                format!("*{link}*")
            };
            let requirements = frameworks.entry(&mapping.framework).or_default();
            requirements
                .entry(Natural(&mapping.id))
                .or_default()
                .push(link);
        }
    }
    frameworks
}

/// An id in the order that people expect: numbers by their value.
#[derive(Debug, PartialEq, Eq)]
struct Natural<'a>(&'a str);

impl Natural<'_> {
    fn parts(&self) -> Vec<(u64, &str)> {
        let text = self.0;
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest
                .find(|one: char| !one.is_ascii_digit())
                .unwrap_or(rest.len());
            let (number, after) = rest.split_at(digits);
            let words = after
                .find(|one: char| one.is_ascii_digit())
                .unwrap_or(after.len());
            let (word, next) = after.split_at(words);
            parts.push((number.parse().unwrap_or_default(), word));
            rest = next;
        }
        parts
    }
}

impl Ord for Natural<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.parts()
            .cmp(&other.parts())
            .then_with(|| self.0.cmp(other.0))
    }
}

impl PartialOrd for Natural<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_by_their_numbers() {
        let mut ids = [
            "EC2.13", "EC2.2", "AC-4(21)", "AC-4", "AC-12", "3.10", "3.9",
        ]
        .map(Natural);
        ids.sort();
        let sorted = ids.map(|one| one.0);
        assert_eq!(
            sorted,
            [
                "AC-4", "AC-4(21)", "AC-12", "EC2.2", "EC2.13", "3.9", "3.10"
            ]
        );
    }
}
