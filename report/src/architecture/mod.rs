//! What a scan understood of a system: one model, one module a form.
//!
//! Here is what all forms share: the words for exposures and levels, the tiers, and what leads from one component to
//! another. Every text of the model comes from files: each form escapes it.

mod mermaid;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use ordinance_engine::evaluate::{Component, Deployment, Encryption, Exposure, Kind, Level};
use ordinance_engine::scan::Understood;

pub use mermaid::write as write_mermaid;
pub use text::write as write_text;

/// The kinds in the order in which they are shown, with their headings.
pub(crate) const KINDS: [(Kind, &str); 5] = [
    (Kind::Entry, "Entry points"),
    (Kind::Service, "Services"),
    (Kind::Store, "Data stores"),
    (Kind::Subnet, "Subnets"),
    (Kind::Job, "Jobs that deploy"),
];

/// Where something stands, from the outside in.
pub(crate) const TIERS: [(Exposure, &str); 6] = [
    (Exposure::Public, "Public subnets"),
    (Exposure::Mixed, "Public and private subnets"),
    (Exposure::Private, "Private subnets"),
    (Exposure::Isolated, "Isolated subnets"),
    (Exposure::None, "In no subnet of the system"),
    (Exposure::Unknown, "Subnets that are not known"),
];

/// Returns the components of a kind.
pub(crate) fn of_kind(unit: &Understood, kind: Kind) -> impl Iterator<Item = &Component> {
    let components = unit.components.iter();
    components.filter(move |component| component.kind == kind)
}

/// Returns from where a component can be reached, as a clause.
pub(crate) fn exposed(component: &Component) -> &'static str {
    match (component.kind, component.exposure) {
        (_, Exposure::Internet) => "faces the internet",
        (_, Exposure::Internal) => "internal",
        (Kind::Entry, _) => "exposure not known",
        (Kind::Job, _) => "",
        (_, Exposure::Public) => "in public subnets",
        (_, Exposure::Mixed) => "in public and private subnets",
        (_, Exposure::Private) => "in private subnets",
        (_, Exposure::Isolated) => "in isolated subnets",
        (Kind::Store, Exposure::None) => "behind the API of AWS",
        (_, Exposure::None) => "in no subnet",
        (_, Exposure::Unknown) => "subnets not known",
    }
}

/// Returns how a store is encrypted, as a clause.
pub(crate) fn encrypted(encryption: &Encryption) -> String {
    let Encryption { least, most, .. } = encryption;
    match (least, most) {
        (least, most) if least == most => level(*least).to_owned(),
        (Level::None, Level::Cmk) => "encryption not known".to_owned(),
        (Level::None, most) => format!("encryption not known: none, or {}", key(*most)),
        (least, most) => format!("encrypted with {} or {}", key(*least), key(*most)),
    }
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::None => "not encrypted",
        Level::AwsOwned => "encrypted with a key that AWS owns",
        Level::AwsManaged => "encrypted with a key that AWS manages",
        Level::Cmk => "encrypted with a customer key",
    }
}

const fn key(level: Level) -> &'static str {
    match level {
        Level::None => "no key",
        Level::AwsOwned => "a key that AWS owns",
        Level::AwsManaged => "one that AWS manages",
        Level::Cmk => "a customer key",
    }
}

/// Returns what guards a deployment, as clauses.
pub(crate) fn gates(deployment: &Deployment) -> Vec<String> {
    let mut said = vec![deployment.classes.join(" or ")];
    if deployment.role != "deploy" {
        said.push(deployment.role.clone());
    }
    if deployment.certainty != "definite" {
        said.push("probably deploys".to_owned());
    }
    said.push(match deployment.environment.as_str() {
        "" => "no environment, so that no approval is asked for".to_owned(),
        name => format!("environment '{name}'"),
    });
    said.push(match deployment.checks.as_slice() {
        [] => "no check stands before it".to_owned(),
        checks => format!("after {}", checks.join(", ")),
    });
    said
}

/// What is missing to know more of a component.
pub(crate) fn gaps(component: &Component) -> Vec<String> {
    let mut gaps = Vec::new();
    if !component.why.is_empty() {
        gaps.push(component.why.clone());
    }
    if let Some(encryption) = component
        .encryption
        .as_ref()
        .filter(|one| !one.why.is_empty())
    {
        gaps.push(format!("encryption: {}", encryption.why));
    }
    gaps.extend(component.open.iter().cloned());
    let unsure = component.from.iter().filter(|peer| !peer.certain);
    gaps.extend(unsure.map(|peer| format!("whether '{}' reaches it: {}", peer.name, peer.why)));
    gaps
}

/// Who reaches a component, each with its protocols and ports; a question mark where that is not certain.
pub(crate) fn reached_by(component: &Component) -> Vec<String> {
    let mut peers: BTreeMap<(&str, bool), Vec<&str>> = BTreeMap::new();
    for peer in &component.from {
        let ways = peers.entry((&peer.name, peer.certain)).or_default();
        ways.push(&peer.how);
    }
    let peers = peers.into_iter();
    peers
        .map(|((name, certain), ways)| {
            let doubt = if certain { "" } else { "?" };
            format!("{name}{doubt} ({})", ways.join(", "))
        })
        .collect()
}

/// One end of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// Anybody.
    Internet,
    /// The component at this position of the unit.
    Component(usize),
}

/// What leads from one component to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Flow {
    /// Where it begins.
    pub(crate) from: End,
    /// Where it ends.
    pub(crate) to: End,
    /// By which ports, where security groups say so.
    pub(crate) how: String,
    /// Whether it is certain.
    pub(crate) certain: bool,
}

/// Returns what leads from where to where in a unit, sorted; of two components at most one flow each way.
pub(crate) fn flows(unit: &Understood) -> Vec<Flow> {
    let positions: BTreeMap<&str, usize> = unit
        .components
        .iter()
        .enumerate()
        .map(|(position, component)| (component.address.as_str(), position))
        .collect();
    let mut found: BTreeMap<(End, End), (BTreeSet<&str>, bool)> = BTreeMap::new();
    let mut add = |from, to, how, certain| {
        let (ways, sure) = found.entry((from, to)).or_default();
        ways.extend(Some(how).filter(|how: &&str| !how.is_empty()));
        *sure |= certain;
    };
    for (position, component) in unit.components.iter().enumerate() {
        let here = End::Component(position);
        let at = |address: &String| {
            positions
                .get(address.as_str())
                .map(|at| End::Component(*at))
        };
        match (component.kind, component.exposure) {
            (Kind::Entry, Exposure::Internet) => add(End::Internet, here, "", true),
            (Kind::Entry, Exposure::Unknown) => add(End::Internet, here, "", false),
            _ => {}
        }
        if component.kind != Kind::Subnet {
            for to in component.to.iter().filter_map(at) {
                add(here, to, "", true);
            }
        }
        for peer in component
            .from
            .iter()
            .filter(|_| component.kind != Kind::Entry)
        {
            if let Some(from) = at(&peer.from).filter(|from| *from != here) {
                add(from, here, &peer.how, peer.certain);
            } else if peer.name == "the internet" {
                add(End::Internet, here, &peer.how, peer.certain);
            }
        }
        let needs = component.deployment.iter().flat_map(|one| &one.needs);
        for needed in needs.filter_map(at) {
            add(needed, here, "", true);
        }
    }
    found
        .into_iter()
        .map(|((from, to), (ways, certain))| Flow {
            from,
            to,
            how: ways.into_iter().collect::<Vec<_>>().join(", "),
            certain,
        })
        .collect()
}

/// Returns the title of a unit.
pub(crate) fn title(unit: &Understood) -> String {
    if unit.way.is_empty() {
        unit.uri.to_string()
    } else {
        format!("{} as {}", unit.uri, unit.way)
    }
}

/// Returns the texts that are not empty, joined.
pub(crate) fn joined(parts: impl IntoIterator<Item = String>, separator: &str) -> String {
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(separator)
}
