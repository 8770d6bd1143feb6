//! Whole templates in, resources out.

mod cases;
mod conditions;
mod documents;
mod hostile;
mod references;
mod sam;
mod shapes;
mod spans;
mod values;

use std::fmt::Write as _;
use std::sync::Arc;

use crate::artifact::{Artifact, Encoding};
use crate::document;
use crate::format::Options;
use crate::resource::{Fragment, Node, Resource, Target, Unit, Value};

/// Normalises a template without parameter values.
fn unit(text: &str) -> Unit {
    unit_with(text, &Options::default())
}

/// Normalises a template with parameter values and wanted types.
fn unit_with(text: &str, options: &Options) -> Unit {
    let artifact = Artifact::new("template.yaml", text.to_owned(), Encoding::Utf8);
    let (document, errors) = document::parse(artifact.text());
    assert_eq!(errors, [], "the template of the test is valid YAML");
    super::normalise(&document, Arc::new(artifact), options)
}

/// Options with these parameter values.
fn given(parameters: &[(&str, &str)]) -> Options {
    let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
    Options {
        parameters: parameters.iter().map(owned).collect(),
        ..Options::default()
    }
}

/// Returns the resource with a logical id.
fn resource<'u>(unit: &'u Unit, id: &str) -> &'u Resource {
    let mut resources = unit.resources.iter();
    resources.find(|resource| &*resource.address == id).unwrap()
}

/// The sections that the short templates of the tests have in common.
const COMMON: &str = "
Transform: AWS::LanguageExtensions
Parameters:
  Env: {Type: String, Default: prod}
  Port: {Type: Number, Default: 80}
  Zones: {Type: CommaDelimitedList, Default: 'a, b ,c'}
  Subnets: {Type: 'List<AWS::EC2::Subnet::Id>'}
  Size: {Type: String, AllowedValues: [small, large]}
  Name: {Type: String}
  Password: {Type: String, NoEcho: true, Default: hunter2}
  Ami: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/ami}
  Flag: {Type: String, Default: yes}
  Resolved: {Type: String, Default: '{{resolve:secretsmanager:Db}}'}
Mappings:
  Regions:
    us-east-1: {Ami: ami-1, Same: x, Zones: [a, b]}
    eu-west-1: {Ami: ami-2, Same: x, Zones: [c]}
  Envs:
    prod: {Size: 10}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsDev: !Equals [!Ref Env, dev]
  IsNamed: !Equals [!Ref Name, x]
Resources:
  Key: {Type: 'AWS::KMS::Key', Properties: {}}
  Vpc: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: 10.0.0.0/16}}
  Stack: {Type: 'AWS::CloudFormation::Stack', Properties: {}}
  Custom: {Type: 'Custom::Thing', Properties: {}}
  Gone: {Type: 'AWS::KMS::Key', Condition: IsDev}
  Maybe: {Type: 'AWS::KMS::Key', Condition: IsNamed}
";

/// Returns the common template with a resource `R` whose property `P` is written like this.
fn template(property: &str) -> String {
    format!("{COMMON}  R:\n    Type: Test::Type\n    Properties:\n      P: {property}\n")
}

/// Returns the unit of such a template.
fn unit_of(property: &str) -> Unit {
    unit(&template(property))
}

/// Returns what such a property becomes, `absent` when it does not exist.
fn value(property: &str) -> String {
    let unit = unit_of(property);
    let properties = resource(&unit, "R").node.get("Properties");
    properties
        .and_then(|properties| properties.get("P"))
        .map_or("absent".to_owned(), show)
}

/// Returns the edges of such a resource.
fn edges(property: &str) -> Vec<String> {
    edges_of(resource(&unit_of(property), "R"))
}

fn edges_of(resource: &Resource) -> Vec<String> {
    let edges = resource.references.iter();
    edges
        .map(|edge| format!("{} -> {}", edge.path, target(&edge.target)))
        .collect()
}

/// Returns the messages of the notices, those that the common sections cause left out.
fn notices(unit: &Unit) -> Vec<&str> {
    let messages = unit.notices.iter().map(|notice| &*notice.message);
    messages
        .filter(|message| !message.starts_with("'Stack' is a nested stack"))
        .collect()
}

/// Returns the messages of the notices that such a property causes.
fn notices_of(property: &str) -> Vec<String> {
    notices(&unit_of(property))
        .into_iter()
        .map(str::to_owned)
        .collect()
}

fn target(target: &Target) -> String {
    if target.attribute.is_empty() {
        target.address.to_string()
    } else {
        format!("{}.{}", target.address, target.attribute)
    }
}

/// Writes a node as compact JSON, its special forms between angle brackets.
fn show(node: &Node) -> String {
    let mut out = String::new();
    write_value(&node.value, &mut out);
    out
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => write!(out, "{truth}").unwrap(),
        Value::Number(text) => out.push_str(text),
        Value::String(text) => write!(out, "{text:?}").unwrap(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(show).collect();
            write!(out, "[{}]", items.join(",")).unwrap();
        }
        Value::Object(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|entry| format!("{:?}:{}", entry.key, show(&entry.node)))
                .collect();
            write!(out, "{{{}}}", entries.join(",")).unwrap();
        }
        Value::Reference(to) => write!(out, "<{}>", target(to)).unwrap(),
        Value::Secret(text) => write!(out, "<secret {text}>").unwrap(),
        Value::Partial(fragments) => write_fragments(fragments, out),
        Value::Unknown(unknown) => {
            write!(
                out,
                "<{} {}: {}",
                unknown.kind.name(),
                unknown.name,
                unknown.why
            )
            .unwrap();
            if !unknown.values.is_empty() {
                let values: Vec<_> = unknown.values.iter().map(show).collect();
                write!(out, " of {}", values.join(" or ")).unwrap();
            }
            if !unknown.references.is_empty() {
                let references: Vec<_> = unknown.references.iter().map(target).collect();
                write!(out, " from {}", references.join(" and ")).unwrap();
            }
            out.push('>');
        }
    }
}

fn write_fragments(fragments: &[Fragment], out: &mut String) {
    out.push_str("partial[");
    for (position, fragment) in fragments.iter().enumerate() {
        out.push_str(if position == 0 { "" } else { "," });
        match fragment {
            Fragment::Text(text) => write!(out, "{text:?}").unwrap(),
            Fragment::Hole(hole) => write_value(hole, out),
        }
    }
    out.push(']');
}
