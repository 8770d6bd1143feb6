//! What a scan understood of a system: its components, what leads from one to another, and what is missing to know more.
//!
//! The rows of the view `architecture` as types. The view stands on the views and libraries that policies judge by, so
//! that it shows what they saw; nothing is read here a second time.

use regorus::Value as Rego;
use serde::Deserialize;

use super::diagnostic::Diagnostic;
use crate::resource::Unit;

/// The view whose rows these are.
pub(super) const VIEW: &str = "architecture";

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Where traffic comes in: a load balancer, a distribution, an API.
    Entry,
    /// Something that computes: a service, a function, an instance, a proxy.
    Service,
    /// Something that keeps data.
    Store,
    /// A subnet.
    Subnet,
    /// A job of a workflow that deploys.
    Job,
}

/// From where a component can be reached, as far as it follows from where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Exposure {
    /// An entry point that faces the internet.
    Internet,
    /// An entry point of a private network.
    Internal,
    /// In subnets with a route to an internet gateway (catalogue P1).
    Public,
    /// In subnets of both kinds.
    Mixed,
    /// In subnets whose default route leads elsewhere.
    Private,
    /// In subnets without a default route.
    Isolated,
    /// In no subnet: behind the API of its service, or without a network.
    None,
    /// It does not follow from the files.
    Unknown,
}

/// How a store is encrypted at rest (catalogue P6): an interval of levels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Encryption {
    /// The lowest level that it can have.
    pub least: Level,
    /// The highest.
    pub most: Level,
    /// What is missing where they differ.
    pub why: String,
}

/// How much control the owner of data has over the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Not encrypted.
    None,
    /// By a key that AWS owns.
    AwsOwned,
    /// By a key that AWS manages in the account.
    AwsManaged,
    /// By a key of the customer.
    Cmk,
}

/// Who is let in by the security groups of a component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Peer {
    /// The address of the component; empty for what is none of the unit.
    pub from: String,
    /// How a report calls it.
    pub name: String,
    /// By which protocol and ports.
    pub how: String,
    /// Whether it is certain.
    pub certain: bool,
    /// What is missing where it is not.
    pub why: String,
}

/// How a job deploys.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Deployment {
    /// `definite` or `probable`.
    pub certainty: String,
    /// `deploy`, `rollback` or `teardown`.
    pub role: String,
    /// The classes of what it deploys to: `production`, `staging`, `dev`, `unclassified` or `unknown`.
    pub classes: Vec<String>,
    /// The GitHub environment, empty where it has none.
    pub environment: String,
    /// The addresses of the jobs that it needs.
    pub needs: Vec<String>,
    /// The kinds of checks that stand before it.
    pub checks: Vec<String>,
    /// What it does, as a clause without subject.
    pub does: String,
}

/// One component of a system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Component {
    /// The address of its resource.
    pub address: String,
    /// What it is.
    pub kind: Kind,
    /// What a report calls its type.
    pub noun: String,
    /// From where it can be reached.
    pub exposure: Exposure,
    /// What is missing where that is not known.
    pub why: String,
    /// Facts in a few words.
    pub details: Vec<String>,
    /// How it is encrypted: stores only.
    pub encryption: Option<Encryption>,
    /// The addresses of its subnets.
    pub subnets: Vec<String>,
    /// The addresses that it hands requests or work to.
    pub to: Vec<String>,
    /// Who its security groups let in.
    pub from: Vec<Peer>,
    /// What else is missing.
    pub open: Vec<String>,
    /// How it deploys: jobs only.
    pub deployment: Option<Deployment>,
}

/// Reads the rows of the view, sorted by kind and address. Secrets of the unit are hidden.
pub(super) fn read(rows: &Rego, unit: &Unit) -> Result<Vec<Component>, Diagnostic> {
    let wrong = |message: String| Diagnostic {
        place: None,
        message: format!("the rows of the view '{VIEW}' cannot be read: {message}"),
    };
    let text = rows
        .to_json_str()
        .map_err(|error| wrong(error.to_string()))?;
    let mut components: Vec<Component> =
        serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    for component in &mut components {
        component.hide(&|text| unit.secrets.hide(text));
    }
    components.sort_by(|a, b| (a.kind, &a.address).cmp(&(b.kind, &b.address)));
    Ok(components)
}

impl Component {
    /// Applies `hide` to every text that comes from values; addresses are names.
    fn hide(&mut self, hide: &dyn Fn(String) -> String) {
        let encryption = self.encryption.iter_mut().map(|one| &mut one.why);
        let peers = self.from.iter_mut();
        let peers = peers.flat_map(|peer| [&mut peer.name, &mut peer.why]);
        let deployment = self.deployment.iter_mut();
        let deployment = deployment.flat_map(|one| [&mut one.environment, &mut one.does]);
        let own = [&mut self.why].into_iter();
        let lists = self.details.iter_mut().chain(&mut self.open);
        for text in own
            .chain(lists)
            .chain(encryption)
            .chain(peers)
            .chain(deployment)
        {
            *text = hide(std::mem::take(text));
        }
    }
}
