//! The transform `AWS::Serverless-2016-10-31`: the resources that SAM makes of `AWS::Serverless::*`.
//!
//! Owns which resources those are, their logical ids and what SAM writes into them. Works on resolved values, so each
//! made value stands at the SAM text that asks for it, and what SAM adds of its own at the SAM resource or the event.
//! Reference: the *AWS SAM specification* and *Generated CloudFormation resources for AWS SAM*.
//!
//! Decisions that policies can rely on:
//!
//! - A SAM resource does not remain: what it becomes has its logical id (a function is `AWS::Lambda::Function`, a
//!   simple table `AWS::DynamoDB::Table`, …). Each made resource has the fact `sam` with `address` and `type` of the
//!   SAM resource, for policies that want to know. A SAM resource that cannot be expanded stays as it is, with a notice.
//! - Logical ids are those that SAM gives. Of ids with a hash only what is stable stays (`ApiDeployment`); a layer keeps
//!   the id of the SAM resource.
//! - They are expanded whether or not the template declares the transform.
//! - Managed policies given by name have the ARN of the partition `aws`.
//! - Buckets and user pools of events are not changed: SAM adds nothing to them that a policy judges.
//! - A connector becomes the policies and permissions that it stands for; where its ends are not known, a notice says so.
//! - The properties of the main resource that SAM does not interpret are copied as they are.

mod alias;
mod api;
mod api_body;
mod connector;
mod domain;
mod ends;
mod events;
mod function;
mod globals;
mod graphql;
mod http_api;
mod invoke;
mod load;
mod make;
mod output;
mod patterns;
mod policies;
mod references;
mod routes;
mod schedules;
mod simple;
mod sources;
mod state_machine;

use std::collections::BTreeMap;

use load::Sam;
pub(super) use load::note_unexpanded;
use make::Made;
pub(super) use output::Expansion;
pub(super) use references::{Pending, is_made, may_make};
use routes::Routes;

use super::resolver::Resolver;
use super::resources::{Presence, presence};
use super::template::Declaration;
use crate::document::NodeRef;
use crate::format::Wanted;
use crate::resource::{Node, Value};

/// The prefix of the types that the transform replaces.
const PREFIX: &str = "AWS::Serverless::";

/// The kinds that are expanded.
const KINDS: [&str; 9] = [
    "Api",
    "Application",
    "Connector",
    "Function",
    "GraphQLApi",
    "HttpApi",
    "LayerVersion",
    "SimpleTable",
    "StateMachine",
];

/// The name of the transform.
pub(super) const TRANSFORM: &str = "AWS::Serverless-2016-10-31";

/// The type of a connector.
const CONNECTOR: &str = "AWS::Serverless::Connector";

/// Returns the attribute `Connectors` of a resource.
fn connectors(declaration: Declaration<'_>) -> Option<NodeRef<'_>> {
    declaration.pair.value.get("Connectors")
}

/// Returns the kind of a SAM resource that is expanded (`Function`).
pub(super) fn kind(type_name: &str) -> Option<&str> {
    type_name
        .strip_prefix(PREFIX)
        .filter(|kind| KINDS.contains(kind))
}

/// Makes the resources of one template.
struct Expander<'r, 'a> {
    resolver: &'r mut Resolver<'a>,
    /// The paths that events add to APIs, by the logical id of the API.
    routes: Routes,
    /// What the resource in hand makes.
    made: Vec<Made>,
    /// What belongs to several resources: implicit APIs, the deployment application.
    shared: Vec<Made>,
    /// What SAM calls made resources in references (`Api.Stage`).
    names: BTreeMap<String, String>,
    /// `Globals`, for the APIs that events imply.
    globals: Option<Node>,
    /// What the names of stages add to the ids of permissions, by the logical id of the API.
    stages: BTreeMap<String, String>,
    /// The domain names so far, by the start of their ids.
    domains: BTreeMap<String, Vec<Value>>,
}

/// Expands the SAM resources of a template.
pub(super) fn expand(resolver: &mut Resolver<'_>, wanted: &Wanted) -> Expansion {
    let declarations = &resolver.template.resources;
    if !declarations.iter().any(|declaration| {
        kind(declaration.type_name).is_some() || connectors(*declaration).is_some()
    }) {
        return Expansion::default();
    }
    let (sams, globals) = load::load(resolver);
    let apis = sams.values().filter(|sam| sam.kind == "Api");
    let stages = apis.map(|sam| (sam.id.to_owned(), api::stage_suffix(sam).to_owned()));
    let expander = Expander {
        stages: stages.collect(),
        routes: routes::collect(&sams),
        resolver,
        made: Vec::new(),
        shared: Vec::new(),
        names: BTreeMap::new(),
        globals,
        domains: BTreeMap::new(),
    };
    expander.run(&sams, wanted)
}

impl<'a> Expander<'_, 'a> {
    fn run(mut self, sams: &BTreeMap<&'a str, Sam<'a>>, wanted: &Wanted) -> Expansion {
        let mut expansion = Expansion::default();
        let template = self.resolver.template;
        for declaration in &template.resources {
            self.connect_own(*declaration);
            let Some(sam) = sams.get(declaration.pair.key) else {
                continue;
            };
            self.expand_one(sam);
            let made = std::mem::take(&mut self.made);
            let made = made.into_iter().map(|made| sam.stamp(made)).collect();
            expansion.add(Some(sam.id), made, &mut self, wanted);
        }
        self.implicit_apis(sams);
        let shared = std::mem::take(&mut self.shared);
        expansion.add(None, shared, &mut self, wanted);
        expansion.names = self.names;
        expansion
    }

    fn expand_one(&mut self, sam: &Sam<'a>) {
        match sam.kind {
            "Function" => self.function(sam),
            "Api" => self.rest_api(sam),
            "HttpApi" => self.http_api(sam),
            "SimpleTable" => self.simple_table(sam),
            "LayerVersion" => self.layer(sam),
            "Application" => self.application(sam),
            "StateMachine" => self.state_machine(sam),
            "Connector" => self.connector(sam),
            _ => self.graphql_api(sam),
        }
    }

    /// Makes the connectors that a resource of any type has as an attribute.
    fn connect_own(&mut self, declaration: Declaration<'a>) {
        let Some(node) = connectors(declaration) else {
            return;
        };
        let Presence::Exists(conditional) = presence(self.resolver, declaration) else {
            return;
        };
        if let Some(node) = self.resolver.node(node) {
            self.own_connectors(declaration.pair.key, &node);
        }
        for mut made in std::mem::take(&mut self.made) {
            made.conditional.clone_from(&conditional);
            made.origin = Some((declaration.pair.key.to_owned(), CONNECTOR.to_owned()));
            self.shared.push(made);
        }
    }

    fn make(&mut self, made: Made) {
        self.made.push(made);
    }

    /// Makes what several resources share: only once.
    fn share(&mut self, made: Made) {
        if !self.shared.iter().any(|other| other.id == made.id) {
            self.shared.push(made);
        }
    }

    /// Remembers what `${OWNER.NAME}` stands for.
    fn name(&mut self, owner: &str, name: &str, id: &str) {
        self.names.insert(format!("{owner}.{name}"), id.to_owned());
    }
}
