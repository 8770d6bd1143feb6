//! Which jobs wait for which.

use std::collections::{BTreeMap, BTreeSet};

use super::fact;
use super::tree::Notices;
use crate::resource::{Node, Path};

/// The `needs` of every job.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// By job id: the declared jobs it names, each with its path, in source order.
    direct: BTreeMap<String, Vec<(Path, String)>>,
}

impl Needs {
    /// Reads the jobs (id, node); unknown ids and cycles are noticed.
    pub(super) fn read(jobs: &[(&str, &Node)], notices: &mut Notices) -> Self {
        let mut needs = Self::default();
        for (id, job) in jobs {
            let Some(node) = job.get("needs") else {
                continue;
            };
            let mut direct = Vec::new();
            for (path, wanted) in fact::scalars(node, &Path::default().child("needs")) {
                let declared = jobs
                    .iter()
                    .find(|(other, _)| other.eq_ignore_ascii_case(&wanted));
                if let Some((other, _)) = declared {
                    direct.push((path, (*other).to_owned()));
                } else {
                    let message = format!("Job '{id}' needs '{wanted}', which does not exist.");
                    notices.error(message, node.span);
                }
            }
            needs.direct.insert((*id).to_owned(), direct);
        }
        for (id, job) in jobs {
            if needs.closure(id).iter().any(|other| other == id) {
                let message = format!("Job '{id}' needs itself through its needs.");
                notices.error(message, job.get("needs").and_then(|node| node.span));
            }
        }
        needs
    }

    /// Returns the jobs that a job names, with their paths.
    pub(super) fn direct(&self, id: &str) -> &[(Path, String)] {
        self.direct.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns every job that must have ended before this one, nearest first; itself only in a cycle.
    pub(super) fn closure(&self, id: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut level: Vec<&str> = vec![id];
        while !level.is_empty() {
            let mut next = Vec::new();
            for job in level {
                for (_, wanted) in self.direct(job) {
                    if seen.insert(wanted) {
                        found.push(wanted.clone());
                        next.push(wanted.as_str());
                    }
                }
            }
            level = next;
        }
        found
    }
}
