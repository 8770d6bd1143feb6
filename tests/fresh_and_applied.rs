//! A plan that creates everything and the plan of the same project once it is applied give the same verdicts.
//!
//! A fresh plan knows no id: its joins follow the references of the configuration. An applied one shows ids and ARNs.
//! `plan.noop.json` beside a fixture's `plan.json` is made by `fixtures/plan.py --noop`, which fakes what applying
//! would have left.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ordinance_engine::evaluate::Outcome;

/// Where the two differ, and must: (control, fixture, why).
const DIFFER: &[(&str, &str, &str)] = &[
    (
        "IAM-001",
        "fail_documents",
        "the defect holds a resource as the plan writes it: its address, then its ARN",
    ),
    (
        "NET-003",
        "fail_plan",
        "the faked state says false where AWS would follow the subnet",
    ),
    (
        "NET-003",
        "unknown_plan",
        "the faked state says false where AWS would follow the subnet",
    ),
];

/// What a scan of one plan says of one control: the verdicts, each with its subject and defect.
fn verdicts(rule: &str, plan: &Path) -> BTreeSet<(&'static str, String, String)> {
    // The fixture's folder chooses the pack, the plan alone is scanned.
    let request = support::request(rule, plan.parent().unwrap());
    let scan = support::scan_with(&request, plan);
    scan.findings
        .iter()
        .filter(|finding| &*finding.rule == rule)
        .map(|finding| {
            let outcome = match finding.outcome {
                Outcome::Fail => "fail",
                Outcome::Unknown => "unknown",
                Outcome::Pass => "pass",
            };
            (outcome, finding.address.to_string(), finding.defect.clone())
        })
        .collect()
}

/// Every fixture of a policy that has both plans: the control and the folder.
fn pairs() -> Vec<(String, PathBuf)> {
    let mut pairs = Vec::new();
    for policy in support::policy_folders() {
        let rule = support::rule_id(&policy);
        for folder in support::children(&policy.join("fixtures")) {
            if folder.join("plan.noop.json").is_file() {
                pairs.push((rule.clone(), folder));
            }
        }
    }
    pairs
}

#[test]
fn a_fresh_plan_and_an_applied_one_give_the_same_verdicts() {
    let mut wrong = String::new();
    for (rule, folder) in pairs() {
        let name = support::uri(&folder);
        let fresh = verdicts(&rule, &folder.join("plan.json"));
        let applied = verdicts(&rule, &folder.join("plan.noop.json"));
        let is_excused = DIFFER
            .iter()
            .any(|(excused, fixture, _)| *excused == rule && name.ends_with(fixture));
        if (fresh == applied) == is_excused {
            let only_fresh: Vec<_> = fresh.difference(&applied).collect();
            let only_applied: Vec<_> = applied.difference(&fresh).collect();
            // Writing to a String cannot fail.
            let _ = writeln!(
                wrong,
                "{rule} {name}\n  fresh only   {only_fresh:?}\n  applied only {only_applied:?}"
            );
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn there_are_pairs_to_compare() {
    assert!(pairs().len() >= 80, "{} pairs", pairs().len());
}
