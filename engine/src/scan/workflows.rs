//! Which workflow calls which, and which actions there are: found by a cheap first look at the files, before they are judged one by one.
//!
//! Only where a workflow holds the words of a local call is anything parsed. A workflow that nothing but calls starts
//! is judged through its callers, if one of them is judged; else on its own, so that none is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use memchr::memmem;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::artifact::{self, Artifact, Candidate, decode};
use crate::document;
use crate::format::workflow::{Callable, Library, Neighbours};
use crate::resource::{Format, Unit, Value};

/// Where workflows lie; also what a local call begins with.
const FOLDER: &str = ".github/workflows/";

/// Workflows larger than this are not looked into: GitHub itself takes at most 512 KB.
const MAX_WORKFLOW: u64 = 1 << 20;

/// The workflows and actions of a scan that workflows may call.
#[derive(Debug, Default)]
struct Workflows {
    files: BTreeMap<String, PathBuf>,
    read: Mutex<BTreeMap<String, Option<Callable>>>,
    covered: BTreeSet<String>,
}

/// Looks at the files.
pub(super) fn survey(candidates: &[Candidate]) -> Neighbours {
    let workflows = candidates.iter().filter(|one| one.uri.contains(FOLDER));
    let workflows: Vec<&Candidate> = workflows.collect();
    let actions = candidates.iter().filter(|one| is_action(&one.uri));
    let actions: Vec<&Candidate> = actions.collect();
    let mut callers: Vec<&str> = workflows
        .par_iter()
        .filter(|candidate| calls(candidate))
        .map(|candidate| candidate.uri.as_str())
        .collect();
    if callers.is_empty() && (actions.is_empty() || workflows.is_empty()) {
        return Neighbours::default();
    }
    callers.sort_unstable();
    let files = workflows
        .iter()
        .chain(&actions)
        .map(|one| (one.uri.clone(), one.path.clone()));
    let mut found = Workflows {
        files: files.collect(),
        ..Workflows::default()
    };
    found.covered = found.cover(&callers);
    Neighbours(Some(Arc::new(found)))
}

fn is_action(uri: &str) -> bool {
    let name = uri.rsplit('/').next();
    name.is_some_and(|name| matches!(name, "action.yml" | "action.yaml"))
}

/// Counts the expressions of a workflow or action whose values only a run knows, by the reason. Those of a called job or
/// of an action count for each job that brings them in.
pub(super) fn opaque(unit: &Unit) -> BTreeMap<Arc<str>, usize> {
    let mut counts: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    if !matches!(unit.format, Format::GithubWorkflow | Format::GithubAction) {
        return counts;
    }
    let facts = unit.resources.iter().flat_map(|resource| &resource.facts);
    for (_, expressions) in facts.filter(|(name, _)| *name == "expressions") {
        let Value::Array(expressions) = &expressions.value else {
            continue;
        };
        for why in expressions
            .iter()
            .filter_map(|one| one.get("opaque")?.as_str())
        {
            *counts.entry(why.into()).or_default() += 1;
        }
    }
    counts
}

/// Tells whether a file holds the words of a local call.
fn calls(candidate: &Candidate) -> bool {
    let bytes = artifact::read_found(&candidate.path, MAX_WORKFLOW);
    bytes.is_ok_and(|bytes| memmem::find(&bytes, b"./.github/workflows/").is_some())
}

impl Workflows {
    /// Returns the workflows that are judged through a caller that is itself judged.
    fn cover(&self, callers: &[&str]) -> BTreeSet<String> {
        let read = callers.iter().filter_map(|uri| self.workflow(uri));
        let calls: BTreeMap<String, Vec<String>> = read
            .map(|one| (one.artifact.uri().to_string(), one.calls()))
            .collect();
        let called: BTreeSet<&String> = calls.values().flatten().collect();
        let only_called = |uri: &str| {
            let workflow = self.workflow(uri);
            called.contains(&uri.to_owned()) && workflow.is_some_and(|one| one.is_only_called())
        };
        let mut next: Vec<&String> = calls.keys().filter(|uri| !only_called(uri)).collect();
        let mut reached: BTreeSet<&String> = BTreeSet::new();
        while let Some(uri) = next.pop() {
            let below = calls.get(uri).into_iter().flatten();
            next.extend(below.filter(|uri| reached.insert(uri)));
        }
        let covered = reached.into_iter().filter(|uri| only_called(uri));
        covered.cloned().collect()
    }

    fn open(&self, uri: &str) -> Option<Callable> {
        let bytes = artifact::read_found(self.files.get(uri)?, MAX_WORKFLOW).ok()?;
        let (text, encoding) = decode(bytes).ok()?;
        let artifact = Arc::new(Artifact::new(uri, text, encoding));
        let (document, errors) = document::parse(artifact.text());
        let whole = errors.is_empty().then_some(document)?;
        Callable::new(artifact, &whole)
    }
}

impl Library for Workflows {
    fn workflow(&self, uri: &str) -> Option<Callable> {
        let lock = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(uri) {
            return known.clone();
        }
        let opened = self.open(uri);
        lock().insert(uri.to_owned(), opened.clone());
        opened
    }

    fn action(&self, uri: &str) -> Option<Callable> {
        is_action(uri).then(|| self.workflow(uri)).flatten()
    }

    fn is_covered(&self, uri: &str) -> bool {
        self.covered.contains(uri)
    }
}

#[cfg(test)]
#[path = "workflows_tests.rs"]
mod tests;
