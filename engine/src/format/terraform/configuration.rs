//! The `configuration` of a plan: what the author wrote, as expressions without their text.
//!
//! Facts of the shape: Terraform's "JSON Output Format", configuration representation and expression representation.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::address;
use super::literals::literal;
use super::plan::{find, shifted};
use crate::artifact::Span;
use crate::document::SyntaxError;
use crate::document::hcl::{self, Traversal};
use crate::document::raw::{self, Json, Member};
use crate::resource::Node;

/// How deep modules may nest: as deep as the JSON parser's limit of 128 levels lets them.
const DEPTH: usize = 40;

/// What is written under the names of a block.
pub(super) type Names = BTreeMap<String, Written>;

/// The modules by path (`""`, `a.b`), and the providers.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    modules: BTreeMap<String, Arc<Module>>,
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
#[derive(Debug, Clone, Default)]
pub(super) struct Module {
    /// By `type.name`, or `data.type.name`.
    pub(super) resources: BTreeMap<String, Declared>,
    /// The module calls by name.
    pub(super) calls: BTreeMap<String, Call>,
    /// The outputs by name.
    pub(super) outputs: BTreeMap<String, Expression>,
}

/// A resource as written.
#[derive(Debug, Clone, Default)]
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
#[derive(Debug, Clone, Default)]
pub(super) struct Call {
    /// Where the module comes from.
    pub(super) source: String,
    /// Its arguments.
    pub(super) names: Names,
    /// What it iterates over.
    pub(super) for_each: Option<Expression>,
}

/// An attribute or nested blocks.
#[derive(Debug, Clone)]
pub(super) enum Written {
    /// An attribute.
    Expression(Expression),
    /// Blocks of a list or set.
    Blocks(Blocks),
    /// A single block, or blocks by key.
    Block(Names),
}

/// Blocks of one name.
#[derive(Debug, Clone, Default)]
pub(super) struct Blocks {
    /// Those that stand there.
    pub(super) fixed: Vec<Names>,
    /// The content of dynamic ones, which only the sources show.
    pub(super) dynamic: Vec<Names>,
}

/// An expression: a literal, or what it refers to.
#[derive(Debug, Clone, Default)]
pub(super) struct Expression {
    /// Its value when it is literal.
    pub(super) constant: Option<Node>,
    /// What it refers to, each at full length.
    pub(super) references: Vec<Traversal>,
    /// The expression itself, where the sources show it.
    pub(super) source: Option<hcl::Expression>,
}

impl Configuration {
    /// Reads the `configuration` member of a plan; `None` where it has no root module.
    pub(super) fn read(text: &str) -> Result<Option<Self>, SyntaxError> {
        let members = members_of(text)?;
        let Some(root) = find(&members, "root_module") else {
            return Ok(None);
        };
        let mut configuration = Self::default();
        within(text, root, configuration.read_root(root))?;
        let providers = find(&members, "provider_config").unwrap_or("null");
        let providers = within(text, providers, raw::parse(providers))?;
        configuration.read_providers(&providers);
        Ok(Some(configuration))
    }

    fn read_root(&mut self, root: &str) -> Result<(), SyntaxError> {
        self.read_module(root, String::new(), &mut HashMap::new(), 0)?;
        let members = members_of(root)?;
        let variables = find(&members, "variables").unwrap_or("null");
        let variables = within(root, variables, raw::parse(variables))?;
        let sensitive = |variable: &Json<'_>| variable.get("sensitive").is_some_and(Json::is_true);
        self.defaults = variables
            .members()
            .iter()
            .filter(|(_, variable)| variable.get("default").is_some_and(is_something))
            .map(|(name, _)| name.to_string())
            .collect();
        self.sensitive_variables = variables
            .members()
            .iter()
            .filter(|(_, variable)| sensitive(variable))
            .map(|(name, _)| name.to_string())
            .collect();
        Ok(())
    }

    fn read_providers(&mut self, providers: &Json<'_>) {
        for (key, provider) in providers.members() {
            let name = provider.text("name").unwrap_or_default().to_owned();
            let constraint = provider.text("version_constraint").map(str::to_owned);
            self.providers.insert(key.to_string(), (name, constraint));
            let arguments = provider.get("expressions").map_or(&[][..], Json::members);
            let literals: Vec<_> = arguments
                .iter()
                .filter_map(|(name, written)| {
                    Some((name.to_string(), literal(written.get("constant_value")?)))
                })
                .collect();
            self.provider_literals.push((key.to_string(), literals));
        }
    }

    /// Returns the module of a path.
    pub(super) fn module(&self, path: &str) -> Option<&Module> {
        self.modules.get(path).map(|module| &**module)
    }

    /// Returns all modules by path, to complete them: [`Arc::make_mut`] gives a path a module of its own.
    pub(super) fn modules_mut(&mut self) -> impl Iterator<Item = (&String, &mut Arc<Module>)> {
        self.modules.iter_mut()
    }

    /// Returns all modules by path.
    pub(super) fn modules(&self) -> impl Iterator<Item = (&String, &Module)> {
        self.modules.iter().map(|(path, module)| (path, &**module))
    }

    /// Reads a module and those below it. `known` are the modules so far by their text: a plan repeats a module wherever it
    /// is called.
    fn read_module<'t>(
        &mut self,
        text: &'t str,
        path: String,
        known: &mut HashMap<&'t str, Arc<Module>>,
        depth: usize,
    ) -> Result<(), SyntaxError> {
        if depth > DEPTH {
            return Err(SyntaxError {
                message: "recursion limit exceeded".to_owned(),
                span: Span::new(0, 0),
            });
        }
        let module = match known.get(text) {
            Some(module) => Arc::clone(module),
            None => Arc::new(read_own(text)?),
        };
        known.insert(text, Arc::clone(&module));
        for (name, call) in called(text)? {
            let members = within(text, call, members_of(call))?;
            if let Some(below) = find(&members, "module") {
                let path = if path.is_empty() {
                    name.to_string()
                } else {
                    format!("{path}.{name}")
                };
                let read = self.read_module(below, path, known, depth + 1);
                within(text, below, read)?;
            }
        }
        self.modules.insert(path, module);
        Ok(())
    }
}

/// Returns the module calls of a module, as written.
fn called(module: &str) -> Result<Vec<Member<'_>>, SyntaxError> {
    let members = members_of(module)?;
    let calls = find(&members, "module_calls").unwrap_or("null");
    within(module, calls, members_of(calls))
}

/// Reads what a module itself declares.
fn read_own(text: &str) -> Result<Module, SyntaxError> {
    let mut module = Module::default();
    let members = members_of(text)?;
    let part = |name| find(&members, name).unwrap_or("null");
    let resources = part("resources");
    for resource in within(text, resources, items_of(resources))? {
        let json = within(text, resource, raw::parse(resource))?;
        let (key, declared) = read_resource(&json);
        module.resources.insert(key, declared);
    }
    let outputs = part("outputs");
    let outputs = within(text, outputs, raw::parse(outputs))?;
    for (name, output) in outputs.members() {
        let expression = output.get("expression").map(read_expression);
        let expression = expression.unwrap_or_default();
        module.outputs.insert(name.to_string(), expression);
    }
    for (name, call) in called(text)? {
        let call = within(text, call, read_call(call))?;
        module.calls.insert(name.to_string(), call);
    }
    Ok(module)
}

fn read_call(text: &str) -> Result<Call, SyntaxError> {
    let members = members_of(text)?;
    let part = |name| {
        find(&members, name)
            .map(|slice| within(text, slice, raw::parse(slice)))
            .transpose()
    };
    let source = part("source")?;
    let source = source.as_ref().and_then(Json::as_str).unwrap_or_default();
    Ok(Call {
        source: source.to_owned(),
        names: part("expressions")?
            .as_ref()
            .map(read_names)
            .unwrap_or_default(),
        for_each: part("for_each_expression")?.as_ref().map(read_expression),
    })
}

/// Splits an object; anything else has no members.
fn members_of(text: &str) -> Result<Vec<Member<'_>>, SyntaxError> {
    if text.trim_start().starts_with('{') {
        raw::members(text)
    } else {
        Ok(Vec::new())
    }
}

/// Splits an array; anything else has no items.
fn items_of(text: &str) -> Result<Vec<&str>, SyntaxError> {
    if text.trim_start().starts_with('[') {
        raw::items(text)
    } else {
        Ok(Vec::new())
    }
}

/// Moves an error of a slice to where the slice lies in the text.
fn within<T>(text: &str, slice: &str, read: Result<T, SyntaxError>) -> Result<T, SyntaxError> {
    read.map_err(|error| {
        if std::ptr::eq(text, slice) || slice == "null" {
            error
        } else {
            shifted(error, text, slice)
        }
    })
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
