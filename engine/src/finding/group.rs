//! One finding for what is written once: the instances of a Terraform block, and the plans of one project.
//!
//! Findings of plans that have one identity and one outcome are one: their addresses are listed. What other instances
//! have of their own (another place, another sentence) stays as related places.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Finding, Related};
use crate::evaluate::Outcome;
use crate::resource::Format;

/// How many other instances a message names.
const NAMED: usize = 3;
/// How wide a number in an address is made to sort it.
const DIGITS: usize = 10;
/// How many places of other instances are kept.
const PLACES: usize = 20;

/// Puts together the findings of what is written once, in the order of the findings.
pub fn grouped(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_unstable();
    let mut groups: BTreeMap<(String, Outcome), Vec<Finding>> = BTreeMap::new();
    let mut all = Vec::with_capacity(findings.len());
    for finding in findings {
        if finding.format == Format::TerraformPlan.id() {
            let key = (finding.identity.clone(), finding.outcome);
            groups.entry(key).or_default().push(finding);
        } else {
            all.push(finding);
        }
    }
    all.extend(groups.into_values().filter_map(one));
    all.sort_unstable();
    all
}

/// Makes one finding of several: that with the exact place, else the first.
fn one(mut group: Vec<Finding>) -> Option<Finding> {
    let chosen = group
        .iter()
        .position(|finding| finding.location.exact)
        .unwrap_or_default();
    if group.len() < 2 {
        return group.pop();
    }
    let mut finding = group.remove(chosen);
    let mut addresses = BTreeSet::from([Arc::clone(&finding.address)]);
    let mut places = 0;
    for other in group {
        finding.severity = finding.severity.max(other.severity);
        if other.unit_uri != finding.unit_uri && !finding.also_in.contains(&other.unit_uri) {
            finding.also_in.push(Arc::clone(&other.unit_uri));
        }
        if addresses.insert(Arc::clone(&other.address)) {
            places += usize::from(own_place(&mut finding, &other, places < PLACES));
        }
        add_related(&mut finding.related, other.related);
        if finding.unit_uri == other.unit_uri {
            finding.evidence.extend(other.evidence);
        }
    }
    finding.also_in.sort_unstable();
    let mut addresses: Vec<_> = addresses.into_iter().collect();
    addresses.sort_by_cached_key(|address| counted(address));
    if addresses.len() > 1 {
        name_others(&mut finding, &addresses);
        finding.instances = addresses;
    }
    Some(finding)
}

/// Returns a text that sorts as people count: `x[2]` before `x[10]`.
fn counted(address: &str) -> String {
    let mut key = String::with_capacity(address.len() + DIGITS);
    let mut rest = address;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        let (before, digits) = rest.split_at(start);
        let end = digits
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(digits.len());
        let (number, after) = digits.split_at(end);
        key.push_str(before);
        key.extend(std::iter::repeat_n(
            '0',
            DIGITS.saturating_sub(number.len()),
        ));
        key.push_str(number);
        rest = after;
    }
    key.push_str(rest);
    key
}

/// Keeps the place and the sentence of an instance where they differ. Tells whether they do.
fn own_place(finding: &mut Finding, other: &Finding, keep: bool) -> bool {
    let is_alike = without_keys(&other.message) == without_keys(&finding.message);
    let message = if is_alike {
        format!("the same in instance '{}'", other.address)
    } else {
        other.message.trim_end_matches('.').to_owned()
    };
    let differs = other.location != finding.location || !is_alike;
    if differs && keep {
        finding.related.push(Related {
            location: other.location.clone(),
            address: Arc::clone(&other.address),
            message,
        });
    }
    differs
}

/// Returns a sentence without the keys of instances in it: `module.a["x"].b.c[0]` as `module.a.b.c`.
fn without_keys(message: &str) -> String {
    let mut kept = String::with_capacity(message.len());
    let mut rest = message;
    while let Some((before, key)) = rest.split_once('[') {
        kept.push_str(before);
        let end = match key.strip_prefix('"') {
            Some(quoted) => end_of_quoted(quoted).map(|end| end + 1),
            None => key.find(']'),
        };
        rest = end.and_then(|end| key.get(end + 1..)).unwrap_or_default();
    }
    kept.push_str(rest);
    kept
}

/// Returns where the bracket stands that closes a quoted key.
fn end_of_quoted(quoted: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, character) in quoted.char_indices() {
        if !is_escaped && character == '"' {
            return quoted.get(at..)?.starts_with("\"]").then_some(at + 1);
        }
        is_escaped = !is_escaped && character == '\\';
    }
    None
}

fn add_related(all: &mut Vec<Related>, more: Vec<Related>) {
    for related in more {
        let is_new = all
            .iter()
            .all(|old| old.location != related.location || old.message != related.message);
        if is_new && all.len() < 2 * PLACES {
            all.push(related);
        }
    }
}

fn name_others(finding: &mut Finding, addresses: &[Arc<str>]) {
    let others: Vec<&Arc<str>> = addresses
        .iter()
        .filter(|address| **address != finding.address)
        .collect();
    let mut named: Vec<String> = others
        .iter()
        .take(NAMED)
        .map(|address| format!("'{address}'"))
        .collect();
    let more = others.len().saturating_sub(NAMED);
    let instances = if more == 1 { "instance" } else { "instances" };
    let last = if more > 0 {
        Some(format!("{more} more {instances}"))
    } else {
        named.pop()
    };
    let listed = match (named.as_slice(), last) {
        ([], Some(last)) => last,
        (named, Some(last)) => format!("{} and {last}", named.join(", ")),
        (named, None) => named.join(", "),
    };
    finding.message = format!(
        "{} The same holds for {listed}.",
        finding.message.trim_end()
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::Region;
    use crate::finding::Location;
    use crate::policy::Severity;

    fn finding(address: &str, unit: &str, line: u32, identity: &str) -> Finding {
        let region = Region {
            start_line: line,
            start_column: 1,
            end_line: line,
            end_column: 2,
        };
        Finding {
            location: Location {
                uri: "main.tf".into(),
                region: Some(region),
                excerpt: None,
                exact: line > 1,
            },
            rule: "KMS-002".into(),
            address: address.into(),
            defect: String::new(),
            outcome: Outcome::Fail,
            severity: Severity::Medium,
            unit_uri: unit.into(),
            format: "terraform-plan",
            resource_type: "aws_ebs_volume".into(),
            construct: None,
            path: "encrypted".into(),
            message: format!("Volume '{address}' is not encrypted."),
            related: Vec::new(),
            instances: Vec::new(),
            also_in: Vec::new(),
            evidence: Vec::new(),
            identity: identity.to_owned(),
            line_fingerprint: String::new(),
        }
    }

    #[test]
    fn instances_of_one_block_are_one_finding_that_lists_them() {
        let all = (0..12).map(|index| finding(&format!("v.x[{index}]"), "plan.json", 4, "a"));
        let found = grouped(all.rev().collect());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].instances.len(), 12);
        assert_eq!(&*found[0].instances[2], "v.x[2]");
        assert_eq!(&*found[0].instances[11], "v.x[11]");
        assert_eq!(
            found[0].message,
            "Volume 'v.x[0]' is not encrypted. The same holds for 'v.x[1]', 'v.x[2]', 'v.x[3]' and 8 more instances."
        );
        assert!(found[0].related.is_empty());
    }

    #[test]
    fn two_plans_of_one_project_are_both_named() {
        let found = grouped(vec![
            finding("v.x", "b.json", 4, "a"),
            finding("v.x", "a.json", 4, "a"),
            finding("v.y", "a.json", 9, "b"),
        ]);
        assert_eq!(found.len(), 2);
        assert_eq!(&*found[0].unit_uri, "a.json");
        assert_eq!(found[0].also_in, ["b.json".into()]);
        assert_eq!(found[0].message, "Volume 'v.x' is not encrypted.");
        assert!(found[0].instances.is_empty() && found[1].also_in.is_empty());
    }

    #[test]
    fn the_exact_place_is_shown_and_another_one_is_related() {
        let found = grouped(vec![
            finding("v.x[0]", "plan.json", 1, "a"),
            finding("v.x[1]", "plan.json", 5, "a"),
        ]);
        assert_eq!(found[0].location.region.unwrap().start_line, 5);
        assert_eq!(found[0].related[0].message, "the same in instance 'v.x[0]'");
        assert_eq!(found[0].related[0].location.region.unwrap().start_line, 1);
    }

    #[test]
    fn keys_of_instances_make_no_sentence_another_one() {
        assert_eq!(
            without_keys(r#"'module.a["x]y"].b.c[0]' of 'd["e[\"n\"]"]', f"#),
            "'module.a.b.c' of 'd', f"
        );
        assert_eq!(without_keys("a [b"), "a ");
    }

    #[test]
    fn other_outcomes_and_other_formats_stay_apart() {
        let mut unknown = finding("v.x[1]", "plan.json", 4, "a");
        unknown.outcome = Outcome::Unknown;
        let mut template = finding("X", "a.yaml", 4, "a");
        template.format = "cloudformation";
        let found = grouped(vec![
            finding("v.x[0]", "plan.json", 4, "a"),
            unknown,
            template.clone(),
            template,
        ]);
        assert_eq!(found.len(), 4);
    }
}
