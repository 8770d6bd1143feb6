//! Templates that others call: judged once per set of parameters, their results put together.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::file::FileResult;
use super::stacks::{CallSet, Stacks};
use crate::artifact::Artifact;
use crate::finding::mark;
use crate::format::Options;

/// Judges a template in every way in which it is called, or on its own where nobody calls it.
pub(super) fn judge(
    stacks: &Stacks,
    artifact: &Arc<Artifact>,
    options: &Options,
    judge: impl Fn(&Options) -> FileResult,
) -> FileResult {
    let uri = artifact.uri();
    let judge_as = |set: Option<&CallSet>| match stacks.options(uri, set, options) {
        Some(options) => judge(&options),
        None => judge(options),
    };
    let mut results = stacks
        .sets(uri)
        .iter()
        .map(|set| marked(judge_as(Some(set)), set));
    let mut result = match results.next() {
        Some(first) => results.fold(first, merged),
        None => judge_as(None),
    };
    result.notices.extend_from_slice(stacks.notices(uri));
    result
}

/// Names the calls in each finding.
fn marked(mut result: FileResult, set: &CallSet) -> FileResult {
    for finding in &mut result.findings {
        mark(finding, &set.key, &set.chain);
    }
    for kept in &mut result.kept {
        kept.called(&set.key, &set.chain);
    }
    for understood in &mut result.understood {
        understood.way = shown(&set.key);
    }
    result
}

/// Returns the key of a set (`URI\0ID\0` a call) as people write it: the logical ids of the calls, from the outside in.
fn shown(key: &str) -> String {
    let ids: Vec<&str> = key.split('\0').skip(1).step_by(2).collect();
    ids.join(" / ")
}

fn merged(mut all: FileResult, next: FileResult) -> FileResult {
    all.findings.extend(next.findings);
    all.kept.extend(next.kept);
    all.marks.extend(next.marks);
    all.understood.extend(next.understood);
    // What the template itself gives rise to is said once, whatever is passed.
    for notice in next.notices {
        if !all.notices.contains(&notice) {
            all.notices.push(notice);
        }
    }
    for (rule, passes) in next.passes {
        *all.passes.entry(rule).or_default() += passes;
    }
    let everywhere: BTreeSet<_> = next.not_applicable.into_iter().collect();
    all.not_applicable.retain(|rule| everywhere.contains(rule));
    all
}
