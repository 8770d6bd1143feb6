//! What differs between two readings of a template.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::Change;
use crate::resource::{Node, Resource, Unit, Value};

/// Returns what differs, by the types of the resources that differ. Where the outputs do, which any policy may read,
/// it is all of them.
pub(super) fn between<'u>(one: &'u Unit, other: &'u Unit) -> BTreeMap<&'u str, Change<'u>> {
    if one.outputs != other.outputs {
        let all = one.resources.iter().chain(&other.resources);
        return all
            .map(|resource| (&*resource.type_name, Change::Whole))
            .collect();
    }
    let mut changes = BTreeMap::new();
    let mut add = |resource: &'u Resource, change: Change<'u>| {
        changes
            .entry(&*resource.type_name)
            .and_modify(|all: &mut Change<'u>| all.join(change.clone()))
            .or_insert(change);
    };
    let mut others: BTreeMap<&str, &Resource> = other
        .resources
        .iter()
        .map(|resource| (&*resource.address, resource))
        .collect();
    for resource in &one.resources {
        match others.remove(&*resource.address) {
            Some(same) if same.type_name == resource.type_name => {
                if let Some(change) = of_resource(resource, same) {
                    add(resource, change);
                }
            }
            Some(another) => {
                add(resource, Change::Whole);
                add(another, Change::Whole);
            }
            None => add(resource, Change::Whole),
        }
    }
    for resource in others.into_values() {
        add(resource, Change::Whole);
    }
    changes
}

fn of_resource<'u>(one: &'u Resource, other: &'u Resource) -> Option<Change<'u>> {
    if one.references != other.references || one.facts != other.facts {
        return Some(Change::Whole);
    }
    if one.node == other.node {
        return None;
    }
    let names = differing(&one.node, &other.node).and_then(|keys| {
        let mut names = BTreeSet::new();
        for (key, first, second) in keys {
            if Some(key) == one.properties_key {
                names.extend(differing(first?, second?)?.into_iter().map(|(key, ..)| key));
            } else {
                names.insert(key);
            }
        }
        Some(names)
    });
    Some(names.map_or(Change::Whole, Change::Properties))
}

/// A key of two objects that hold different values there, or one of them none.
type Differing<'u> = (&'u str, Option<&'u Node>, Option<&'u Node>);

/// Returns the keys in which two objects differ; `None` where one is no object.
fn differing<'u>(one: &'u Node, other: &'u Node) -> Option<Vec<Differing<'u>>> {
    let (first, second) = (entries(one)?, entries(other)?);
    let keys: BTreeSet<&str> = first.keys().chain(second.keys()).copied().collect();
    let pairs = keys
        .into_iter()
        .map(|key| (key, first.get(key).copied(), second.get(key).copied()));
    Some(pairs.filter(|(_, one, other)| one != other).collect())
}

fn entries(node: &Node) -> Option<BTreeMap<&str, &Node>> {
    let Value::Object(entries) = &node.value else {
        return None;
    };
    let entries = entries.iter();
    Some(entries.map(|entry| (&*entry.key, &entry.node)).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::artifact::{Artifact, Encoding};
    use crate::document;
    use crate::format::{Options, cloudformation};
    use crate::resource::Assignment;

    const TEMPLATE: &str = "
Conditions: {Big: !Equals [!Ref Env, prod]}
Parameters: {Env: {Type: String}}
Resources:
  Key: {Type: AWS::KMS::Key, Properties: {Description: same}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !If [Big, a, b], Tags: !If [Big, [], !Ref AWS::NoValue]}}
  Topic: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !If [Big, !Ref Key, alias/aws/sns]}}
  Bucket: {Type: AWS::S3::Bucket, Condition: Big}
";

    fn unit(env: &str) -> Unit {
        let artifact = Artifact::new("template.yaml", TEMPLATE.to_owned(), Encoding::Utf8);
        let (document, errors) = document::parse(artifact.text());
        assert_eq!(errors, []);
        let parameters = [("Env".into(), env.into())].into();
        let options = Options {
            assignment: Assignment {
                parameters,
                ..Assignment::default()
            },
            ..Options::default()
        };
        cloudformation::normalise(&document, Arc::new(artifact), &options)
    }

    #[test]
    fn properties_are_told_from_references_and_existence() {
        let (one, other) = (unit("prod"), unit("test"));
        let expected = BTreeMap::from([
            ("AWS::S3::Bucket", Change::Whole),
            ("AWS::SNS::Topic", Change::Whole),
            (
                "AWS::SQS::Queue",
                Change::Properties(["QueueName", "Tags"].into()),
            ),
        ]);
        assert_eq!(between(&one, &other), expected);
        assert_eq!(between(&other, &one), expected);
        assert_eq!(between(&one, &unit("prod")), BTreeMap::new());
    }
}
