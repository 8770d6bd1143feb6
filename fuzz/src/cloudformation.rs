//! CloudFormation templates: intrinsics, conditions, loops, includes, SAM.

use std::sync::Arc;

use ordinance_engine::artifact::Artifact;
use ordinance_engine::document;
use ordinance_engine::format::sources::MemorySources;
use ordinance_engine::format::{Options, cloudformation};
use ordinance_engine::resource::Unit;

use super::inside;
use super::rewrite;

/// Every place lies in the template; each scenario is read as well; a template in another layout has the same values.
pub fn check(bytes: &[u8]) {
    let Some(artifact) = inside::artifact("template.yaml", bytes) else {
        return;
    };
    let Some(unit) = read(&artifact, &Options::default()) else {
        return;
    };
    inside::unit(&unit);
    for choice in unit.choices.iter().take(3) {
        for assignment in choice.assignments.iter().take(3) {
            let options = Options {
                assignment: assignment.clone(),
                ..Options::default()
            };
            if let Some(settled) = read(&artifact, &options) {
                inside::unit(&settled);
                assert!(settled.choices.is_empty(), "a scenario leaves nothing open");
            }
        }
    }
    let (document, _) = document::parse(artifact.text());
    if document.roots().count() != 1 || !document.duplicate_keys().is_empty() {
        return;
    }
    let Some(text) = rewrite::flow(&document) else {
        return;
    };
    let again = inside::file("template.yaml", text);
    match read(&again, &Options::default()) {
        Some(second) => assert_eq!(values(&unit), values(&second), "{}", again.text()),
        None => panic!("cannot be read again: {}", again.text()),
    }
}

fn read(artifact: &Arc<Artifact>, options: &Options) -> Option<Unit> {
    let files = MemorySources([("part.yaml".to_owned(), PART.to_owned())].into());
    let (document, errors) = document::parse(artifact.text());
    errors
        .is_empty()
        .then(|| cloudformation::normalise_beside(&document, Arc::clone(artifact), options, &files))
}

/// What an include may name.
const PART: &str = "Queue:\n  Type: AWS::SQS::Queue\n  Properties: {QueueName: !Ref Name}\n";

/// What a template says, without any place.
fn values(unit: &Unit) -> Vec<String> {
    let resources = unit.resources.iter();
    resources
        .map(|resource| {
            format!(
                "{} {} {} {:?}",
                resource.address,
                resource.type_name,
                inside::bare(&resource.node.value),
                resource.references
            )
        })
        .collect()
}
