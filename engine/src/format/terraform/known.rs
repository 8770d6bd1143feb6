//! Joins by known ids: what a plan of applied resources shows in place of references.

use std::collections::HashMap;
use std::sync::Arc;

use crate::resource::{Edge, Node, Path, Resource, Segment, Target, Value};

/// Attributes that identify a resource wherever their value stands.
const IDENTITIES: [&str; 2] = ["arn", "id"];
/// Attributes that name a resource where the attribute that refers says its type (`role = "deploy"`).
const NAMES: [&str; 4] = ["name", "bucket", "function_name", "identifier"];

/// The resources of a plan by what identifies them.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Address, attribute and type of the first resource that has the value; `None` when several have it.
    by_value: HashMap<Arc<str>, Vec<Identity>>,
}

#[derive(Debug, Clone)]
struct Identity {
    address: Arc<str>,
    type_name: Arc<str>,
    attribute: &'static str,
}

impl Known {
    /// Indexes the resources that are managed here.
    pub(super) fn new(resources: &[Resource]) -> Self {
        let mut known = Self::default();
        for resource in resources {
            for attribute in IDENTITIES.into_iter().chain(NAMES) {
                let value = resource.node.get(attribute).map(|node| &node.value);
                if let Some(Value::String(value)) = value {
                    known
                        .by_value
                        .entry(Arc::clone(value))
                        .or_default()
                        .push(Identity {
                            address: Arc::clone(&resource.address),
                            type_name: Arc::clone(&resource.type_name),
                            attribute,
                        });
                }
            }
        }
        known
    }

    /// Adds the edges of one resource that its known values show and its references do not.
    pub(super) fn join(&self, resource: &mut Resource) {
        let mut found = Vec::new();
        let Value::Object(entries) = &resource.node.value else {
            return;
        };
        for entry in entries {
            // What identifies a resource itself is no reference of it.
            if !IDENTITIES.contains(&&*entry.key) {
                let mut path = Path(vec![Segment::Key(Arc::clone(&entry.key))]);
                self.search(&entry.node, &entry.key, &mut path, resource, &mut found);
            }
        }
        if found.is_empty() {
            return;
        }
        resource.references.append(&mut found);
        resource.references.sort();
        resource.references.dedup();
    }

    fn search(
        &self,
        node: &Node,
        attribute: &str,
        path: &mut Path,
        resource: &Resource,
        found: &mut Vec<Edge>,
    ) {
        match &node.value {
            Value::String(text) => self.edges(text, attribute, path, resource, found),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.0.push(Segment::Index(index));
                    self.search(item, attribute, path, resource, found);
                    path.0.pop();
                }
            }
            Value::Object(entries) => {
                for entry in entries {
                    path.0.push(Segment::Key(Arc::clone(&entry.key)));
                    self.search(&entry.node, &entry.key, path, resource, found);
                    path.0.pop();
                }
            }
            _ => {}
        }
    }

    fn edges(
        &self,
        text: &Arc<str>,
        attribute: &str,
        path: &Path,
        resource: &Resource,
        found: &mut Vec<Edge>,
    ) {
        let Some(identities) = self.by_value.get(text) else {
            return;
        };
        let is_named = |identity: &Identity| names(attribute, &identity.type_name);
        let any_named = identities.iter().any(is_named);
        let mut seen: Vec<&Arc<str>> = Vec::new();
        for identity in identities {
            // Parts of a thing share its id (a bucket and its policy): what the attribute names comes first.
            let is_meant = if any_named {
                is_named(identity)
            } else {
                IDENTITIES.contains(&identity.attribute) && is_unique(text)
            };
            // Where the reference is written, it already is an edge.
            let is_written = resource.references.iter().any(|edge| {
                edge.target.address == identity.address && path.starts_with(&edge.path)
            });
            let is_new = identity.address != resource.address && !seen.contains(&&identity.address);
            let is_meant = is_meant && is_new && !is_written;
            // A value that many share identifies none of them.
            if is_meant && seen.len() < 8 {
                seen.push(&identity.address);
                found.push(Edge {
                    path: path.clone(),
                    target: Target {
                        address: Arc::clone(&identity.address),
                        attribute: identity.attribute.into(),
                    },
                });
            }
        }
    }
}

/// Adds the edges of values that are passed on: what refers to `subnet.vpc_id` refers to what that refers to.
pub(super) fn pass_on(resources: &mut [Resource]) {
    /// How many resources a value is followed through.
    const ROUNDS: usize = 4;
    for _ in 0..ROUNDS {
        let mut given: HashMap<Target, Vec<Target>> = HashMap::new();
        for resource in resources.iter() {
            for edge in &resource.references {
                if let [Segment::Key(attribute)] = edge.path.0.as_slice() {
                    let own = Target {
                        address: Arc::clone(&resource.address),
                        attribute: Arc::clone(attribute),
                    };
                    given.entry(own).or_default().push(edge.target.clone());
                }
            }
        }
        let mut grew = false;
        for resource in resources.iter_mut() {
            grew |= pass_on_to(resource, &given);
        }
        if !grew {
            return;
        }
    }
}

fn pass_on_to(resource: &mut Resource, given: &HashMap<Target, Vec<Target>>) -> bool {
    let mut found: Vec<Edge> = Vec::new();
    for edge in &resource.references {
        for target in given.get(&edge.target).into_iter().flatten() {
            let is_known =
                |other: &Edge| other.path == edge.path && other.target.address == target.address;
            if target.address != resource.address && !resource.references.iter().any(is_known) {
                found.push(Edge {
                    path: edge.path.clone(),
                    target: target.clone(),
                });
            }
        }
    }
    if found.is_empty() {
        return false;
    }
    resource.references.append(&mut found);
    resource.references.sort();
    resource.references.dedup();
    true
}

/// Tells whether a text looks like an id that AWS made, not like a name that a person gave.
fn is_unique(text: &str) -> bool {
    let is_hexadecimal =
        |part: &str| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.starts_with("arn:")
        || text.contains("://")
        || text.split(['-', '_', '/']).any(is_hexadecimal)
}

/// Tells whether an attribute names resources of a type: `role` and `task_role_name` mean `aws_iam_role`.
fn names(attribute: &str, type_name: &str) -> bool {
    let stem = attribute
        .trim_end_matches("_name")
        .trim_end_matches("_id")
        .trim_end_matches("_names")
        .trim_end_matches("_ids");
    let stem = stem.strip_suffix('s').unwrap_or(stem);
    if type_name.starts_with("data.") || stem.is_empty() {
        return false;
    }
    let short = type_name
        .split_once('_')
        .map_or(type_name, |(_, short)| short);
    short == stem
        || short
            .strip_suffix(stem)
            .is_some_and(|before| before.ends_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_names_the_types_that_end_like_it() {
        assert!(names("role", "aws_iam_role"));
        assert!(names("bucket", "aws_s3_bucket"));
        assert!(names("db_subnet_group_name", "aws_db_subnet_group"));
        assert!(!names("bucket", "aws_s3_bucket_policy"));
        assert!(!names("name", "aws_iam_role"));
        assert!(!names("role", "data.aws_iam_role"));
    }

    #[test]
    fn names_that_people_give_are_no_ids() {
        assert!(is_unique("vpc-0123456789abcdef0"));
        assert!(is_unique("arn:aws:iam::123456789012:role/x"));
        assert!(!is_unique("main"));
        assert!(!is_unique("my-production-bucket"));
    }
}
