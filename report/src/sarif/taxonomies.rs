//! CWE and the frameworks as taxonomies, and how the rules stand to their classes.

use std::collections::{BTreeMap, BTreeSet};

use ordinance_engine::policy::{Mapping, Metadata};
use ordinance_engine::scan::Scan;
use ordinance_sarif::{
    Message, MultiformatMessageString, Relationship, ReportingDescriptor,
    ReportingDescriptorReference, ToolComponent, ToolComponentReference,
};

use crate::framework;

const CWE: &str = "CWE";
const CWE_GUID: &str = "5d2f6a1c-90b7-4e48-8a3d-7be1c0f2d909";

/// The taxonomies of a run, with the classes that its rules refer to.
#[derive(Debug)]
pub(super) struct Taxonomies<'a> {
    cwe: BTreeSet<u32>,
    frameworks: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Taxonomies<'a> {
    /// Collects the classes that the rules of a scan refer to.
    pub(super) fn of(scan: &'a Scan) -> Self {
        let mut frameworks: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for mapping in scan.rules.iter().flat_map(|rule| &rule.metadata.frameworks) {
            frameworks
                .entry(&mapping.framework)
                .or_default()
                .insert(&mapping.id);
        }
        Self {
            cwe: scan
                .rules
                .iter()
                .flat_map(|rule| rule.metadata.cwe.iter().copied())
                .collect(),
            frameworks,
        }
    }

    /// Returns the taxonomies: CWE first, the frameworks by key.
    pub(super) fn components(&self) -> Vec<ToolComponent<'a>> {
        let cwe = (!self.cwe.is_empty()).then(|| self.cwe_component());
        cwe.into_iter()
            .chain(self.frameworks.iter().map(|(key, ids)| component(key, ids)))
            .collect()
    }

    /// Returns references to all taxonomies, in their order.
    pub(super) fn references(&self) -> Vec<ToolComponentReference<'a>> {
        let cwe = (!self.cwe.is_empty()).then(Self::cwe_reference);
        cwe.into_iter()
            .chain(self.frameworks.keys().map(|key| self.reference(key)))
            .collect()
    }

    /// Returns how a rule stands to its classes. CWE comes first: `DefectDojo` takes the first class it can read.
    pub(super) fn relationships(&self, metadata: &'a Metadata) -> Vec<Relationship<'a>> {
        let cwe = metadata.cwe.iter().map(|number| self.weakness(*number));
        cwe.chain(
            metadata
                .frameworks
                .iter()
                .map(|mapping| self.requirement(mapping)),
        )
        .collect()
    }

    fn weakness(&self, number: u32) -> Relationship<'a> {
        let target = ReportingDescriptorReference {
            id: format!("CWE-{number}").into(),
            index: self.cwe.iter().position(|other| *other == number),
            tool_component: Some(Self::cwe_reference()),
        };
        Relationship {
            target,
            kinds: vec!["relevant".into()],
            description: None,
        }
    }

    fn requirement(&self, mapping: &'a Mapping) -> Relationship<'a> {
        let ids = self.frameworks.get(mapping.framework.as_str());
        let target = ReportingDescriptorReference {
            id: mapping.id.as_str().into(),
            index: ids.and_then(|ids| ids.iter().position(|id| *id == mapping.id)),
            tool_component: Some(self.reference(&mapping.framework)),
        };
        let description = (!mapping.verified)
            .then(|| Message::new("Assigned by judgement: no published mapping says so."));
        Relationship {
            target,
            kinds: vec!["relevant".into()],
            description,
        }
    }

    fn reference(&self, key: &'a str) -> ToolComponentReference<'a> {
        let known = framework::of(key);
        let position = self.frameworks.keys().position(|other| *other == key);
        ToolComponentReference {
            name: Some(known.map_or(key, |framework| framework.name).into()),
            index: position.map(|position| position + usize::from(!self.cwe.is_empty())),
            guid: known.map(|framework| framework.guid.into()),
        }
    }

    fn cwe_reference() -> ToolComponentReference<'a> {
        ToolComponentReference {
            name: Some(CWE.into()),
            index: Some(0),
            guid: Some(CWE_GUID.into()),
        }
    }

    fn cwe_component(&self) -> ToolComponent<'a> {
        ToolComponent {
            guid: Some(CWE_GUID.into()),
            organization: Some("MITRE".into()),
            information_uri: Some("https://cwe.mitre.org/".into()),
            short_description: Some(MultiformatMessageString::plain(
                "Common Weakness Enumeration.",
            )),
            taxa: self.cwe.iter().map(|number| weakness(*number)).collect(),
            ..taxonomy(CWE)
        }
    }
}

fn weakness(number: u32) -> ReportingDescriptor<'static> {
    ReportingDescriptor {
        id: format!("CWE-{number}").into(),
        help_uri: Some(format!("https://cwe.mitre.org/data/definitions/{number}.html").into()),
        ..ReportingDescriptor::default()
    }
}

fn component<'a>(key: &'a str, ids: &BTreeSet<&'a str>) -> ToolComponent<'a> {
    let taxa = ids
        .iter()
        .map(|id| ReportingDescriptor {
            id: (*id).into(),
            ..ReportingDescriptor::default()
        })
        .collect();
    let Some(known) = framework::of(key) else {
        return ToolComponent {
            taxa,
            ..taxonomy(key)
        };
    };
    ToolComponent {
        guid: Some(known.guid.into()),
        organization: Some(known.organization.into()),
        information_uri: Some(known.uri.into()),
        short_description: Some(MultiformatMessageString::plain(format!("{}.", known.title))),
        taxa,
        ..taxonomy(known.name)
    }
}

fn taxonomy(name: &str) -> ToolComponent<'_> {
    ToolComponent {
        name: name.into(),
        is_comprehensive: Some(false),
        contents: vec!["localizedData".into(), "nonLocalizedData".into()],
        ..ToolComponent::default()
    }
}
