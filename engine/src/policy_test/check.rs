//! What an author should see of a policy before anybody runs it: faults, lints, missing tests.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use super::fixture::lies_in;
use crate::evaluate::{Limits, Problem, faults};
use crate::policy::lint::{Level, Remark, Schemas, policy as lint};
use crate::policy::{Module, Place, Policy, PolicySet};

/// Looks at the policies that lie in these folders or files, sorted by file and place.
pub fn check(set: &PolicySet, tested: &[PathBuf], schemas: &Schemas<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for policy in set.policies() {
        let Some(module) = set.module(policy.module) else {
            continue;
        };
        if !lies_in(module, tested) {
            continue;
        }
        let found = faults(set, policy, Limits::default());
        remarks.extend(found.into_iter().map(|problem| fault(module, problem)));
        remarks.extend(lint(set, policy, Some(schemas)));
        remarks.extend(untested(set, policy, module));
    }
    remarks.sort();
    remarks.dedup();
    remarks
}

fn fault(module: &Module, problem: Problem) -> Remark {
    let place = problem.place;
    Remark {
        path: place.as_ref().map_or_else(
            || Arc::clone(&module.source.path),
            |place| Arc::clone(&place.path),
        ),
        place: place.map_or(Place::START, |place| place.place),
        text: String::new(),
        level: Level::Error,
        lint: "fault",
        message: problem.message,
        help: "Mend it: the policy cannot be evaluated".to_owned(),
    }
}

/// Says so where a policy has no unit test, or no fixture of each kind.
fn untested(set: &PolicySet, policy: &Policy, module: &Module) -> Vec<Remark> {
    let remark = |lint: &'static str, message: String, help: String| Remark {
        path: Arc::clone(&module.source.path),
        place: Place::START,
        text: String::new(),
        level: Level::Warning,
        lint,
        message,
        help,
    };
    let id = &policy.metadata.id;
    let mut remarks = Vec::new();
    let package: Vec<&str> = policy.package.split('.').collect();
    let reads = |test: &Module| {
        let mut data = test.reading().data.iter();
        data.any(|one| {
            one.keys
                .iter()
                .map(String::as_str)
                .take(package.len())
                .eq(package.iter().copied())
        })
    };
    if !set.tests().iter().any(reads) {
        remarks.push(remark(
            "no-tests",
            format!("no unit test reads {id}"),
            format!(
                "Write test_… rules beside it, in {}_test.rego",
                stem(module)
            ),
        ));
    }
    let folder = Path::new(&*module.source.path)
        .parent()
        .map(|one| one.join("fixtures"));
    let entries = folder
        .and_then(|folder| folder.read_dir().ok())
        .into_iter()
        .flatten();
    let names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    for kind in ["fail", "pass"] {
        if !names
            .iter()
            .any(|name| name.starts_with(&format!("{kind}_")))
        {
            remarks.push(remark(
                "no-fixtures",
                format!(
                    "{id} has no fixture that shows when it {kind}{}",
                    if kind == "pass" { "es" } else { "s" }
                ),
                format!("Put a whole input into fixtures/{kind}_… beside it"),
            ));
        }
    }
    remarks
}

fn stem(module: &Module) -> String {
    let stem = Path::new(&*module.source.path).file_stem();
    stem.unwrap_or_default().to_string_lossy().into_owned()
}
