//! The property `Policies` of functions and state machines.
//!
//! An item is the name or ARN of a managed policy, a policy document, or a policy template of SAM.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value as Json;

use super::Expander;
use super::make::{At, at, get, items};
use crate::resource::{Entry, Node, Unknown, Value};

/// The statements of the policy templates, by name. Source: *AWS SAM policy templates* of the AWS SAM developer guide.
static TEMPLATES: LazyLock<BTreeMap<String, Json>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("policy_templates.json")).unwrap_or_default()
});

/// Managed policies below `service-role/`. Source: *AWS managed policy reference*.
const SERVICE_ROLES: [&str; 16] = [
    "AWSAppSyncPushToCloudWatchLogs",
    "AWSCodeDeployRoleForECS",
    "AWSCodeDeployRoleForLambda",
    "AWSConfigRole",
    "AWSGlueServiceRole",
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaDynamoDBExecutionRole",
    "AWSLambdaENIManagementAccess",
    "AWSLambdaKinesisExecutionRole",
    "AWSLambdaMSKExecutionRole",
    "AWSLambdaRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AmazonAPIGatewayPushToCloudWatchLogs",
    "AmazonSNSRole",
    "AmazonSSMAutomationRole",
];

/// Managed policies below `job-function/`.
const JOB_FUNCTIONS: [&str; 7] = [
    "Billing",
    "DataScientist",
    "DatabaseAdministrator",
    "NetworkAdministrator",
    "SupportUser",
    "SystemAdministrator",
    "ViewOnlyAccess",
];

/// What policies come to.
#[derive(Debug, Default)]
pub(super) struct Granted {
    /// The ARNs of managed policies.
    pub(super) managed: Vec<Node>,
    /// Inline policies.
    pub(super) inline: Vec<Node>,
}

/// One item of `Policies`.
enum Policy {
    Managed(Node),
    Inline(Node),
}

impl Expander<'_, '_> {
    /// Reads the policies of the role `role`.
    pub(super) fn policies(&mut self, role: &str, policies: Option<&Node>) -> Granted {
        let mut granted = Granted::default();
        for (position, item) in policies.map(items).unwrap_or_default().iter().enumerate() {
            let name = format!("{role}Policy{position}");
            if let Value::Unknown(unknown) = &item.value {
                self.undecided(&name, item, unknown, &mut granted);
                continue;
            }
            match self.policy(&name, item) {
                Some(Policy::Managed(arn)) => granted.managed.push(arn),
                Some(Policy::Inline(policy)) => granted.inline.push(policy),
                None => {}
            }
        }
        granted
    }

    fn policy(&mut self, name: &str, item: &Node) -> Option<Policy> {
        match &item.value {
            Value::Null => None,
            Value::String(policy) => Some(Policy::Managed(at(item).text(&arn(policy)))),
            Value::Object(written) => match written.as_slice() {
                [template] if get(item, "Statement").is_none() => {
                    let document = self.policy_template(template)?;
                    Some(Policy::Inline(At(template.key_span).policy(name, document)))
                }
                _ => Some(Policy::Inline(at(item).policy(name, item.clone()))),
            },
            _ => Some(Policy::Managed(item.clone())),
        }
    }

    /// Returns the document of a policy template.
    fn policy_template(&mut self, template: &Entry) -> Option<Node> {
        let place = At(template.key_span);
        let Some(statements) = TEMPLATES.get(&*template.key) else {
            let message = format!("SAM has no policy template '{}'.", template.key);
            self.resolver.notices.odd(template.key_span, message);
            return None;
        };
        let given = &template.node;
        let statements = self.instance(place, statements, &|name| {
            get(given, name).map(|node| node.value.clone())
        });
        Some(place.map([
            ("Version", place.text("2012-10-17")),
            ("Statement", statements),
        ]))
    }

    /// A policy that an undecided condition chooses: of each kind the branches that are of it, null for the others.
    fn undecided(&mut self, name: &str, item: &Node, unknown: &Unknown, granted: &mut Granted) {
        let (mut managed, mut inline) = (Vec::new(), Vec::new());
        for branch in unknown.values.iter().flat_map(branches) {
            let nothing = at(branch).node(Value::Null);
            let (arn, policy) = match self.policy(name, branch) {
                Some(Policy::Managed(arn)) => (arn, nothing),
                Some(Policy::Inline(policy)) => (nothing, policy),
                None => (nothing.clone(), nothing),
            };
            managed.push(arn);
            inline.push(policy);
        }
        let with = |values: Vec<Node>| Node {
            value: Value::Unknown(Box::new(Unknown {
                values,
                ..unknown.clone()
            })),
            span: item.span,
        };
        let says = |values: &[Node]| values.iter().any(|node| !matches!(node.value, Value::Null));
        if says(&inline) {
            granted.inline.push(with(inline));
        }
        if says(&managed) || unknown.values.is_empty() {
            granted.managed.push(with(managed));
        }
    }
}

/// Returns the policies of a branch; a branch without any is null.
fn branches(branch: &Node) -> &[Node] {
    match &branch.value {
        Value::Array(items) => items,
        _ => std::slice::from_ref(branch),
    }
}

/// Returns the ARN of a managed policy given by name or ARN.
fn arn(policy: &str) -> String {
    if policy.starts_with("arn:") {
        return policy.to_owned();
    }
    let folder = if SERVICE_ROLES.contains(&policy) {
        "service-role/"
    } else if JOB_FUNCTIONS.contains(&policy) {
        "job-function/"
    } else {
        ""
    };
    format!("arn:aws:iam::aws:policy/{folder}{policy}")
}

/// Returns the ARN of a managed policy of AWS as a value at a place.
pub(super) fn managed(at: At, name: &str) -> Node {
    at.text(&arn(name))
}

/// Returns the tags of a role: the mark of SAM and, when they are propagated, those of the resource.
pub(super) fn tags(at: At, mark: &str, own: Option<&Node>) -> Node {
    let mark = at.map([("Key", at.text(mark)), ("Value", at.text("SAM"))]);
    let own = own.map(super::make::tag_list);
    let own = own.as_ref().map(items).unwrap_or_default();
    at.list(std::iter::once(mark).chain(own.iter().cloned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_template_allows_something() {
        assert_eq!(TEMPLATES.len(), 81);
        for (name, statements) in &*TEMPLATES {
            let statements = statements.as_array().unwrap();
            let allows = statements
                .iter()
                .all(|statement| statement["Effect"] == "Allow");
            assert!(allows && !statements.is_empty(), "{name}");
        }
    }
}
