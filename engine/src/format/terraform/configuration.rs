//! The `configuration` of a plan: what the author wrote, as expressions without their text.
//!
//! Facts of the shape: Terraform's "JSON Output Format", configuration representation and expression representation.

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use super::literals::literal;
use crate::document::hcl::{self, Traversal};
use crate::document::raw::Json;
use crate::resource::Node;

/// What is written under the names of a block.
pub(super) type Names = BTreeMap<String, Written>;

/// The modules by path (`""`, `a.b`), and the providers.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    modules: BTreeMap<String, Module>,
    /// The provider configurations by key: name and version constraint.
    pub(super) providers: BTreeMap<String, (String, Option<String>)>,
    /// The variables of the root module that must not be shown.
    pub(super) sensitive_variables: Vec<String>,
    /// The variables of the root module that have a default with something in it.
    pub(super) defaults: BTreeSet<String>,
    /// The literal arguments of provider configurations, by key.
    pub(super) provider_literals: Vec<(String, Vec<(String, Node)>)>,
}

/// One module, written once however many instances it has.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// By `type.name`, or `data.type.name`.
    pub(super) resources: BTreeMap<String, Declared>,
    /// The module calls by name.
    pub(super) calls: BTreeMap<String, Call>,
    /// The outputs by name.
    pub(super) outputs: BTreeMap<String, Expression>,
}

/// A resource as written.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// The provider configuration it uses.
    pub(super) provider: String,
    /// Its attributes and blocks.
    pub(super) names: Names,
    /// What it iterates over.
    pub(super) for_each: Option<Expression>,
    /// Whether the sources show it, dynamic blocks included.
    pub(super) is_sourced: bool,
    /// What it depends on beyond its references.
    pub(super) depends_on: Vec<Traversal>,
}

/// A module call as written.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// Where the module comes from.
    pub(super) source: String,
    /// Its arguments.
    pub(super) names: Names,
    /// What it iterates over.
    pub(super) for_each: Option<Expression>,
}

/// An attribute or nested blocks.
#[derive(Debug)]
pub(super) enum Written {
    /// An attribute.
    Expression(Expression),
    /// Blocks of a list or set.
    Blocks(Blocks),
    /// A single block, or blocks by key.
    Block(Names),
}

/// Blocks of one name.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// Those that stand there.
    pub(super) fixed: Vec<Names>,
    /// The content of dynamic ones, which only the sources show.
    pub(super) dynamic: Vec<Names>,
}

/// An expression: a literal, or what it refers to.
#[derive(Debug, Default)]
pub(super) struct Expression {
    /// Its value when it is literal.
    pub(super) constant: Option<Node>,
    /// What it refers to, each at full length.
    pub(super) references: Vec<Traversal>,
    /// The expression itself, where the sources show it.
    pub(super) source: Option<hcl::Expression>,
}

impl Configuration {
    /// Reads the `configuration` member of a plan.
    pub(super) fn read(json: &Json<'_>) -> Self {
        let mut configuration = Self::default();
        if let Some(root) = json.get("root_module") {
            configuration.read_module(root, String::new());
            let variables = root.get("variables").map_or(&[][..], Json::members);
            let sensitive =
                |variable: &Json<'_>| variable.get("sensitive").is_some_and(Json::is_true);
            configuration.defaults = variables
                .iter()
                .filter(|(_, variable)| variable.get("default").is_some_and(is_something))
                .map(|(name, _)| name.to_string())
                .collect();
            configuration.sensitive_variables = variables
                .iter()
                .filter(|(_, variable)| sensitive(variable))
                .map(|(name, _)| name.to_string())
                .collect();
        }
        let providers = json.get("provider_config").map_or(&[][..], Json::members);
        for (key, provider) in providers {
            let name = provider.text("name").unwrap_or_default().to_owned();
            let constraint = provider.text("version_constraint").map(str::to_owned);
            configuration
                .providers
                .insert(key.to_string(), (name, constraint));
            let arguments = provider.get("expressions").map_or(&[][..], Json::members);
            let literals: Vec<_> = arguments
                .iter()
                .filter_map(|(name, written)| {
                    Some((name.to_string(), literal(written.get("constant_value")?)))
                })
                .collect();
            configuration
                .provider_literals
                .push((key.to_string(), literals));
        }
        configuration
    }

    /// Returns the module of a path.
    pub(super) fn module(&self, path: &str) -> Option<&Module> {
        self.modules.get(path)
    }

    /// Returns all modules by path, to complete them.
    pub(super) fn modules_mut(&mut self) -> impl Iterator<Item = (&String, &mut Module)> {
        self.modules.iter_mut()
    }

    /// Returns all modules by path.
    pub(super) fn modules(&self) -> impl Iterator<Item = (&String, &Module)> {
        self.modules.iter()
    }

    // The depth is bounded by the parser's.
    fn read_module(&mut self, json: &Json<'_>, path: String) {
        let mut module = Module::default();
        for resource in json.get("resources").map_or(&[][..], Json::items) {
            let (key, declared) = read_resource(resource);
            module.resources.insert(key, declared);
        }
        for (name, output) in json.get("outputs").map_or(&[][..], Json::members) {
            let expression = output.get("expression").map(read_expression);
            module
                .outputs
                .insert(name.to_string(), expression.unwrap_or_default());
        }
        for (name, call) in json.get("module_calls").map_or(&[][..], Json::members) {
            if let Some(called) = call.get("module") {
                let below = if path.is_empty() {
                    name.to_string()
                } else {
                    format!("{path}.{name}")
                };
                self.read_module(called, below);
            }
            module.calls.insert(
                name.to_string(),
                Call {
                    source: call.text("source").unwrap_or_default().to_owned(),
                    names: call.get("expressions").map(read_names).unwrap_or_default(),
                    for_each: call.get("for_each_expression").map(read_expression),
                },
            );
        }
        self.modules.insert(path, module);
    }
}

fn is_something(default: &Json<'_>) -> bool {
    !matches!(default, Json::Null) && default.as_str() != Some("")
}

fn read_resource(json: &Json<'_>) -> (String, Declared) {
    let data = if json.text("mode") == Some("data") {
        "data."
    } else {
        ""
    };
    let type_name = json.text("type").unwrap_or_default();
    let name = json.text("name").unwrap_or_default();
    let depends_on = json.get("depends_on").map_or(&[][..], Json::items);
    let declared = Declared {
        is_sourced: false,
        provider: json
            .text("provider_config_key")
            .unwrap_or_default()
            .to_owned(),
        names: json.get("expressions").map(read_names).unwrap_or_default(),
        for_each: json.get("for_each_expression").map(read_expression),
        depends_on: depends_on
            .iter()
            .filter_map(Json::as_str)
            .filter_map(address::traversal)
            .collect(),
    };
    (format!("{data}{type_name}.{name}"), declared)
}

fn read_names(json: &Json<'_>) -> Names {
    json.members()
        .iter()
        .map(|(name, value)| (name.to_string(), read_written(value)))
        .collect()
}

fn read_written(json: &Json<'_>) -> Written {
    match json {
        Json::Array(blocks) => Written::Blocks(Blocks {
            fixed: blocks.iter().map(read_names).collect(),
            dynamic: Vec::new(),
        }),
        _ if is_expression(json) => Written::Expression(read_expression(json)),
        _ => Written::Block(read_names(json)),
    }
}

/// Tells an expression from a single nested block: a block's members are expressions, never a list of texts.
fn is_expression(json: &Json<'_>) -> bool {
    json.members().iter().all(|(name, value)| {
        name == "constant_value" || name == "references" && matches!(value, Json::Array(_))
    })
}

fn read_expression(json: &Json<'_>) -> Expression {
    let written: Vec<_> = json
        .get("references")
        .map_or(&[][..], Json::items)
        .iter()
        .filter_map(Json::as_str)
        .collect();
    Expression {
        constant: json.get("constant_value").map(literal),
        references: longest(&written)
            .into_iter()
            .filter_map(address::traversal)
            .collect(),
        source: None,
    }
}

/// Drops the references that only are the beginning of another one: Terraform lists `aws_vpc.a.id` and `aws_vpc.a`.
fn longest<'a>(references: &[&'a str]) -> Vec<&'a str> {
    let mut beginnings: BTreeSet<&str> = BTreeSet::new();
    for reference in references {
        let ends = reference.match_indices(['.', '[']).map(|(end, _)| end);
        beginnings.extend(ends.filter_map(|end| reference.get(..end)));
    }
    references
        .iter()
        .filter(|reference| !beginnings.contains(**reference))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_longest_references_stay() {
        let written = ["aws_vpc.a.id", "aws_vpc.a", "aws_vpc.ab", "each.key"];
        assert_eq!(
            longest(&written),
            ["aws_vpc.a.id", "aws_vpc.ab", "each.key"]
        );
    }
}
