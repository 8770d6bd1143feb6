//! Terraform plans: the JSON of `terraform show -json PLAN`.
//!
//! A plan is read in two stages. First its top level is split into slices; then one resource change after another
//! is parsed, and only those of types that policies read are converted.
//!
//! * `plan` splits the file, `state` the modules of a state. `address` takes addresses apart, `configuration` holds
//!   what the author wrote.
//! * `texts` keeps repeated texts once. `values` merges planned and unknown values, `pending` says what stands for the unknown ones, `matching`
//!   tells which block made which element.
//! * `references` follows references through modules, `known` joins by ids that are known.
//! * `sources` and `folder` read the `.tf` files, `completion` takes from them what the configuration leaves out, `locate`
//!   finds the line behind a path, with `blocks`, `heredoc` and `origins`.
//!
//! Facts of a resource: `module`, `provider`, `mode`, `index`, `replaced`, `sensitive`, `documents`.
//! Facts of the unit: `providers` (name to `{"major"}`), `complete`, `terraform_version`, and `given`: the texts that
//! variables of the root module without a default were given.
//! A provider configuration is a resource, `provider.KEY` of the type `provider`, where policies read that type: its
//! literal arguments.

mod address;
mod blocks;
mod completion;
mod configuration;
mod facts;
mod folder;
mod heredoc;
mod known;
mod literals;
mod locate;
mod matching;
mod origins;
mod parts;
mod pending;
mod plan;
mod references;
mod sensitive;
mod sources;
mod state;
mod texts;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use super::sources::{DiskSources, MemorySources, NoSources, SourceAccess};

use crate::artifact::Artifact;
use crate::document::SyntaxError;
use crate::document::raw::{self, Json};
use crate::resource::{Edge, Format, Node, Output, Path, Resource, Secrets, Unit, Value};
use address::Address;
use configuration::{Configuration, Declared};
use known::Known;
use locate::Places;
use plan::{Change, Plan};
use references::{Graph, Scope};
use sources::Sources;
use texts::Texts;
use values::Builder;

/// Reads a plan. `sources` shows the files beside it, for places and for what plans leave out.
pub fn read(
    artifact: Arc<Artifact>,
    options: &super::Options,
    sources: Arc<dyn SourceAccess>,
) -> Result<Unit, SyntaxError> {
    let plan = Plan::split(artifact.text())?;
    let mut configuration = plan.configuration()?;
    let calls = configuration
        .as_ref()
        .map(module_sources)
        .unwrap_or_default();
    let sources = Arc::new(Sources::new(sources, calls));
    if let Some(configuration) = &mut configuration {
        completion::complete(configuration, &sources);
    }
    let changes = plan.changes()?;
    let (addressed, misnamed) = addressed(&changes);
    let graph = Graph::new(
        configuration.as_ref(),
        &sources,
        addressed
            .iter()
            .map(|(address, change)| (address, &change.address)),
    );
    let texts = Texts::default();
    let reader = Reader {
        plan: &plan,
        configuration: configuration.as_ref(),
        graph: &graph,
        texts: &texts,
    };
    let mut resources = reader.resources(&addressed, options)?;
    let known = Known::new(&resources);
    for resource in &mut resources {
        known.join(resource);
    }
    known::pass_on(&mut resources);
    resources.extend(asked_for(&plan, configuration.as_ref(), options)?);
    let outputs = reader.outputs();
    let variables = variables(&plan);
    let secrets = secrets(&plan, configuration.as_ref(), &changes)?;
    let (mut facts, mut notices) = facts::of_unit(&plan, configuration.as_ref(), &sources)?;
    notices.extend(facts::misnamed(&misnamed));
    facts.push(("given", facts::given(&variables, configuration.as_ref())));
    Ok(Unit {
        format: Format::TerraformPlan,
        artifact,
        resources,
        outputs,
        facts,
        assumptions: Vec::new(),
        choices: Vec::new(),
        notices,
        secrets,
        sources: Some(Box::new(Places { sources, variables })),
    })
}

/// Takes the addresses of the changes apart; the second list holds those that are none.
fn addressed<'c, 't>(changes: &'c [Change<'t>]) -> (Vec<(Address, &'c Change<'t>)>, Vec<Arc<str>>) {
    let mut addressed = Vec::with_capacity(changes.len());
    let mut misnamed = Vec::new();
    for change in changes {
        match address::resource(&change.address) {
            Some(address) => addressed.push((address, change)),
            None => misnamed.push(Arc::clone(&change.address)),
        }
    }
    (addressed, misnamed)
}

/// Returns what is a resource only to those who name its type.
fn asked_for(
    plan: &Plan<'_>,
    configuration: Option<&Configuration>,
    options: &super::Options,
) -> Result<Vec<Resource>, SyntaxError> {
    let mut resources = provider_resources(configuration, options);
    resources.extend(deleted_resources(plan, options)?);
    Ok(resources)
}

/// The type of provider configurations.
const PROVIDER: &str = "provider";

/// Returns the provider configurations with their literal arguments, for policies that read them.
fn provider_resources(
    configuration: Option<&Configuration>,
    options: &super::Options,
) -> Vec<Resource> {
    if !options.wanted.names(PROVIDER) {
        return Vec::new();
    }
    let written = configuration.map_or(&[][..], |one| &one.provider_literals);
    let resource = |(key, literals): &(String, Vec<(String, Node)>)| Resource {
        address: format!("{PROVIDER}.{key}").into(),
        type_name: PROVIDER.into(),
        node: facts::object_of(
            literals
                .iter()
                .map(|(name, node)| (name.as_str().into(), node.clone()))
                .collect(),
        ),
        properties_key: None,
        references: Vec::new(),
        facts: Vec::new(),
        left_out: Vec::new(),
        span: None,
    };
    written.iter().map(resource).collect()
}

/// What the types of resources begin with that the plan deletes.
const DELETED: &str = "deleted.";

/// What identifies a deleted resource to those that still name it. Nothing else of it is kept.
const IDENTITY: [&str; 3] = ["arn", "id", "key_id"];

/// Returns what the plan deletes for good, for policies that name `deleted.TYPE`: to all others it is not there.
fn deleted_resources(
    plan: &Plan<'_>,
    options: &super::Options,
) -> Result<Vec<Resource>, SyntaxError> {
    let mut resources = Vec::new();
    if !options.wanted.names_any_below(DELETED) {
        return Ok(resources);
    }
    for deleted in plan.deleted()? {
        let Some(address) = address::resource(&deleted.address).filter(|one| !one.data) else {
            continue;
        };
        let type_name: Arc<str> = format!("{DELETED}{}", type_name(&address)).into();
        if !options.wanted.names(&type_name) {
            continue;
        }
        let before = plan.parse(deleted.before)?;
        let text = |name: &str| match before.get(name) {
            Some(Json::String(text)) => Some((name.into(), Value::String((&**text).into()))),
            _ => None,
        };
        let members = IDENTITY.into_iter().filter_map(text);
        resources.push(Resource {
            address: (&*deleted.address).into(),
            type_name,
            node: facts::object_of(
                members
                    .map(|(name, value)| (name, Node::unplaced(value)))
                    .collect(),
            ),
            properties_key: None,
            references: Vec::new(),
            facts: Vec::new(),
            left_out: Vec::new(),
            span: None,
        });
    }
    Ok(resources)
}

/// Collects the values that must not be shown.
fn secrets(
    plan: &Plan<'_>,
    configuration: Option<&Configuration>,
    changes: &[Change<'_>],
) -> Result<Secrets, SyntaxError> {
    let secrets = Secrets::default();
    if let Some(configuration) = configuration {
        sensitive::of_variables(plan, configuration, &secrets)?;
    }
    for change in changes {
        sensitive::of_change(plan, change, &secrets)?;
    }
    Ok(secrets)
}

/// Returns the values of the root module's variables. What cannot be read only costs places.
fn variables(plan: &Plan<'_>) -> BTreeMap<String, Node> {
    let text = plan.member("variables").unwrap_or("null");
    let variables = raw::parse(text).unwrap_or(Json::Null);
    let value = |(name, variable): &(_, Json<'_>)| {
        let name: &std::borrow::Cow<'_, str> = name;
        Some((name.to_string(), literals::literal(variable.get("value")?)))
    };
    variables.members().iter().filter_map(value).collect()
}

/// Returns the source of every module call by the path of the module.
fn module_sources(configuration: &Configuration) -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    for (path, module) in configuration.modules() {
        for (name, call) in &module.calls {
            let below = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            sources.insert(below, call.source.clone());
        }
    }
    sources
}

/// Returns the type that policies see: the two names of load balancers are one, data sources are types of their own.
fn type_name(address: &Address) -> Arc<str> {
    let native = match address.type_name.strip_prefix("aws_alb") {
        Some(rest) if rest.is_empty() || rest.starts_with('_') => format!("aws_lb{rest}"),
        _ => address.type_name.clone(),
    };
    if address.data {
        format!("data.{native}").into()
    } else {
        native.into()
    }
}

/// A resource that no policy reads: it is there to be counted and referred to.
fn stub(change: &Change<'_>, type_name: Arc<str>) -> Resource {
    Resource {
        address: Arc::clone(&change.address),
        type_name,
        node: Node::unplaced(Value::Object(Vec::new())),
        properties_key: None,
        references: Vec::new(),
        facts: Vec::new(),
        left_out: Vec::new(),
        span: None,
    }
}

struct Reader<'a> {
    plan: &'a Plan<'a>,
    configuration: Option<&'a Configuration>,
    graph: &'a Graph<'a>,
    texts: &'a Texts,
}

impl<'a> Reader<'a> {
    /// Reads the changed resources; those of types that nobody wants are named only.
    fn resources(
        &self,
        addressed: &[(Address, &Change<'_>)],
        options: &super::Options,
    ) -> Result<Vec<Resource>, SyntaxError> {
        let resources = addressed.iter().map(|(address, change)| {
            let type_name = self.texts.shared(&type_name(address));
            if options.wanted.wants(&type_name) {
                self.resource(address, change, type_name)
            } else {
                Ok(stub(change, type_name))
            }
        });
        resources.collect()
    }

    fn declared(&self, address: &Address) -> Option<&'a Declared> {
        let data = if address.data { "data." } else { "" };
        self.configuration?
            .module(&address::module_path(&address.module))?
            .resources
            .get(&format!("{data}{}.{}", address.type_name, address.name))
    }

    fn resource(
        &self,
        address: &Address,
        change: &Change<'a>,
        type_name: Arc<str>,
    ) -> Result<Resource, SyntaxError> {
        let declared = self.declared(address);
        let after = self.plan.parse(change.after)?;
        let unknown = self.plan.parse(change.unknown)?;
        let sensitive = self.plan.parse(change.sensitive)?;
        let scope = Scope {
            module: address.module.clone(),
            key: address.key.clone(),
            for_each: declared.and_then(|declared| declared.for_each.as_ref()),
            is_chosen_by_key: false,
        };
        let dependencies = declared.map_or_else(Vec::new, |declared| {
            self.graph.targets(&declared.depends_on, &scope)
        });
        let builder = Builder::new(self.graph, scope, self.texts);
        let (node, mut references) = builder.build(&after, &unknown, declared);
        references.extend(dependencies.into_iter().map(|target| Edge {
            path: Path::default().child("depends_on"),
            target,
        }));
        references.sort();
        references.dedup();
        let facts = facts::of_resource(address, change, declared, (&sensitive, &node), self.texts);
        Ok(Resource {
            address: Arc::clone(&change.address),
            type_name,
            node,
            properties_key: None,
            references,
            facts,
            left_out: Vec::new(),
            span: None,
        })
    }

    /// Returns the outputs of the root module.
    fn outputs(&self) -> Vec<Output> {
        let root = Scope {
            module: Vec::new(),
            key: None,
            for_each: None,
            is_chosen_by_key: false,
        };
        let outputs = self
            .configuration
            .and_then(|configuration| configuration.module(""))
            .map(|module| &module.outputs);
        outputs
            .into_iter()
            .flatten()
            .map(|(name, expression)| Output {
                name: name.as_str().into(),
                references: self.graph.expression_targets(expression, &root),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
