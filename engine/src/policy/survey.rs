//! A view that the program itself asks for: it is loaded and kept of each unit as if a policy over the whole scan had
//! named it, and judges nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::metadata::{Metadata, Remediation, Scope, Severity};
use super::selection::Chosen;
use super::set::{Policy, PolicySet};

impl PolicySet {
    /// Returns a view in the form of a policy that keeps its rows of every unit; `None` where there is no such view.
    ///
    /// It reads every type that some policy reads, and those that the list `reads` of the table of its name adds.
    pub(crate) fn survey(&self, view: &str) -> Option<Chosen> {
        let package: Arc<str> = format!("policies.views.{view}").into();
        let module = self.package_number(&package)?;
        let policies = self.policies().iter();
        let mut resources: BTreeSet<String> = policies
            .flat_map(|policy| policy.metadata.resources.iter().cloned())
            .collect();
        resources.extend(self.further_types(view));
        let metadata = metadata(view, resources);
        Some(Chosen {
            policy: Policy {
                metadata: Arc::new(metadata),
                package,
                module,
            },
            parameters: BTreeMap::new(),
        })
    }

    fn further_types(&self, view: &str) -> Vec<String> {
        let table = self
            .table(view)
            .and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
        let reads = table.as_ref().and_then(|table| table.get("reads"));
        let reads = reads
            .and_then(|reads| reads.as_array())
            .into_iter()
            .flatten();
        reads
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect()
    }
}

fn metadata(view: &str, resources: BTreeSet<String>) -> Metadata {
    Metadata {
        id: view.to_owned(),
        slug: view.to_owned(),
        title: String::new(),
        description: String::new(),
        family: String::new(),
        severity: Severity::Low,
        score: 0.0,
        formats: BTreeSet::new(),
        resources,
        subjects: BTreeSet::new(),
        reads_unnamed: true,
        scope: Scope::Scan,
        unit_views: vec![view.to_owned()],
        params: Vec::new(),
        packs: BTreeSet::new(),
        frameworks: Vec::new(),
        cwe: Vec::new(),
        remediation: Remediation::default(),
        peers: BTreeMap::new(),
        yields_to: Vec::new(),
        references: Vec::new(),
    }
}
