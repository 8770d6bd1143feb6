//! What SAM resources become.

mod apis;
mod connectors;
mod functions;
mod others;
mod references;

use super::*;
use crate::artifact::Span;

/// Returns a template of these resources, indented by two.
fn sam(resources: &str) -> String {
    format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{resources}")
}

/// Returns the unit of a function `F` with these properties, in flow style.
fn function(properties: &str) -> Unit {
    let function =
        format!("  F: {{Type: AWS::Serverless::Function, Properties: {{{properties}}}}}\n");
    unit(&sam(&(function + OTHERS)))
}

/// Native resources that the functions of the tests refer to.
const OTHERS: &str = "  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic}
  B: {Type: AWS::S3::Bucket}
  Pool: {Type: AWS::Cognito::UserPool}
";

/// Returns the addresses and types of what is not native.
fn made(unit: &Unit) -> Vec<String> {
    let made = unit
        .resources
        .iter()
        .filter(|resource| resource.facts.iter().any(|(name, _)| *name == "sam"));
    made.map(|resource| format!("{} {}", resource.address, resource.type_name))
        .collect()
}

/// Returns a property of a resource, by its path.
fn property<'u>(unit: &'u Unit, id: &str, path: &[&str]) -> &'u Node {
    let mut node = resource(unit, id).node.get("Properties").unwrap();
    for step in path {
        node = match step.parse::<usize>() {
            Ok(index) => node.child(&index.into()).unwrap(),
            Err(_) => node.get(step).unwrap(),
        };
    }
    node
}

/// Returns what a property becomes.
fn shown(unit: &Unit, id: &str, path: &[&str]) -> String {
    show(property(unit, id, path))
}

/// Returns the source text of a span.
fn source(unit: &Unit, span: Option<Span>) -> &str {
    let span = span.unwrap();
    let range = span.start as usize..span.end as usize;
    unit.artifact.text().get(range).unwrap()
}
