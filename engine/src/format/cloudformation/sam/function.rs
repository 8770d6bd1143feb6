//! `AWS::Serverless::Function`: the function and its role.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Expander;
use super::load::Sam;
use super::make::{At, Made, at, entries, get, text};
use super::policies::{Granted, managed, tags};
use crate::resource::{Node, Unknown, UnknownKind, Value};

/// Properties that SAM interprets; all others are those of the function.
const INTERPRETED: [&str; 28] = [
    "AssumeRolePolicyDocument",
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "AutoPublishCodeSha256",
    "CapacityProviderConfig",
    "CodeUri",
    "DeadLetterQueue",
    "DeploymentPreference",
    "EventInvokeConfig",
    "Events",
    "FunctionScalingConfig",
    "FunctionUrlConfig",
    "ImageUri",
    "InlineCode",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "ProvisionedConcurrencyConfig",
    "PublishToLatestPublished",
    "Role",
    "RolePath",
    "SourceKMSKeyArn",
    "Tags",
    "Tracing",
    "TenancyConfig",
    "VersionDeletionPolicy",
    "VersionDescription",
    "DurableConfig",
];

/// What invokers name: the function, or its alias when one is published.
#[derive(Debug)]
pub(super) struct Invoked {
    /// The logical id of the function.
    pub(super) function: String,
    /// The logical id and the name of the alias.
    pub(super) alias: Option<(String, Node)>,
}

impl Invoked {
    /// Returns what names the function to the Lambda service.
    pub(super) fn name(&self, at: At) -> Node {
        match &self.alias {
            Some((alias, _)) => at.reference(alias),
            None => at.reference(&self.function),
        }
    }

    /// Returns the ARN that others invoke.
    pub(super) fn arn(&self, at: At) -> Node {
        match &self.alias {
            Some((alias, _)) => at.reference(alias),
            None => at.attribute(&self.function, "Arn"),
        }
    }

    /// Returns the logical id of what is invoked.
    pub(super) fn id(&self) -> &str {
        match &self.alias {
            Some((alias, _)) => alias,
            None => &self.function,
        }
    }
}

/// Returns the logical id of the role that a function or state machine gets.
pub(super) fn role_id(id: &str) -> String {
    format!("{id}Role")
}

/// Returns whether the role has to be made: no when one is given, `Err` with the reason when that is not decided.
pub(super) fn makes_role(sam: &Sam<'_>) -> Result<bool, Node> {
    match sam.get("Role") {
        None => Ok(true),
        Some(role) => match &role.value {
            Value::Unknown(unknown)
                if unknown.kind == UnknownKind::Condition
                    && unknown
                        .values
                        .iter()
                        .any(|branch| matches!(branch.value, Value::Null)) =>
            {
                Err(role.clone())
            }
            _ => Ok(false),
        },
    }
}

impl<'a> Expander<'_, 'a> {
    pub(super) fn function(&mut self, sam: &Sam<'a>) {
        let invoked = self.published(sam);
        let mut granted = Granted::default();
        dead_letters(sam, &mut granted);
        self.event_invoke(sam, &invoked, &mut granted);
        let own = self.policies(&format!("{}Role", sam.id), sam.get("Policies"));
        granted.inline.extend(own.inline);
        granted.managed.extend(own.managed);
        self.events(sam, &invoked, &mut granted);
        self.function_url(sam, &invoked);
        self.make(function(sam));
        match makes_role(sam) {
            Ok(false) => {}
            Ok(true) => {
                let role = function_role(sam, granted);
                self.make(role);
            }
            Err(open) => {
                let mut role = function_role(sam, granted);
                role.conditional = Some(undecided_role(open));
                self.make(role);
            }
        }
    }
}

/// The policy that lets a function write to its dead letter queue.
fn dead_letters(sam: &Sam<'_>, granted: &mut Granted) {
    let Some(queue) = sam.entry("DeadLetterQueue") else {
        return;
    };
    let place = At(queue.key_span);
    let action = match text(&queue.node, "Type") {
        Some("SNS") => "sns:Publish",
        _ => "sqs:SendMessage",
    };
    if let Some(target) = get(&queue.node, "TargetArn") {
        let document = place.document(place.allow(action, target.clone()));
        granted
            .inline
            .push(place.policy("DeadLetterQueuePolicy", document));
    }
}

fn function(sam: &Sam<'_>) -> Made {
    let mut made = Made::new(sam.id, "AWS::Lambda::Function", sam.at);
    made = made.with_some("Code", code(sam));
    let properties = entries(&sam.properties).iter();
    let same = properties.filter(|entry| !INTERPRETED.contains(&&*entry.key));
    made.properties.extend(same.cloned());
    if let Some(queue) = sam.entry("DeadLetterQueue") {
        let place = At(queue.key_span);
        let target = get(&queue.node, "TargetArn").cloned();
        let config = target.map(|target| place.map([("TargetArn", target)]));
        made = made.with_some("DeadLetterConfig", config);
    }
    made = made.with("Role", function_role_arn(sam));
    if let Some(tracing) = sam.entry("Tracing") {
        let config = At(tracing.key_span).map([("Mode", tracing.node.clone())]);
        made = made.with("TracingConfig", config);
    }
    let tags = tags(sam.at("Tags"), "lambda:createdBy", sam.get("Tags"));
    made.with("Tags", tags)
}

fn function_role_arn(sam: &Sam<'_>) -> Node {
    match sam.get("Role") {
        Some(role) => given_role(sam, role),
        None => sam.at.attribute(&role_id(sam.id), "Arn"),
    }
}

/// Returns the role that is given: where it may be none, the one that is made.
pub(super) fn given_role(sam: &Sam<'_>, role: &Node) -> Node {
    let mut role = role.clone();
    if let Value::Unknown(unknown) = &mut role.value {
        for branch in &mut unknown.values {
            if matches!(branch.value, Value::Null) {
                *branch = at(branch).attribute(&role_id(sam.id), "Arn");
            }
        }
    }
    role
}

/// Returns the code: where it is uploaded to, or that packaging will tell.
fn code(sam: &Sam<'_>) -> Option<Node> {
    if let Some(entry) = sam.entry("InlineCode") {
        return Some(At(entry.key_span).map([("ZipFile", entry.node.clone())]));
    }
    if let Some(entry) = sam.entry("ImageUri") {
        return Some(At(entry.key_span).map([("ImageUri", entry.node.clone())]));
    }
    let entry = sam.entry("CodeUri")?;
    Some(stored(
        &entry.node,
        ["S3Bucket", "S3Key", "S3ObjectVersion"],
    ))
}

/// Returns where a file lies in S3, under the names of a native property. A local path is uploaded when the template is
/// packaged.
pub(super) fn stored(uri: &Node, names: [&str; 3]) -> Node {
    let place = at(uri);
    let [bucket, key, version] = names;
    if let Some((at_bucket, at_key)) = uri.as_str().and_then(s3_uri) {
        return place.map([(bucket, place.text(at_bucket)), (key, place.text(at_key))]);
    }
    if matches!(uri.value, Value::Object(_)) {
        let parts = [("Bucket", bucket), ("Key", key), ("Version", version)];
        let parts = parts
            .into_iter()
            .filter_map(|(from, to)| Some(place.entry(to, get(uri, from)?.clone())));
        return place.entries(parts);
    }
    place.node(Value::unknown(
        UnknownKind::Transform,
        uri.as_str().unwrap_or("the code"),
        "is uploaded when the template is packaged",
    ))
}

fn s3_uri(uri: &str) -> Option<(&str, &str)> {
    uri.strip_prefix("s3://")?.split_once('/')
}

fn function_role(sam: &Sam<'_>, granted: Granted) -> Made {
    let mut made = match sam.entry("AssumeRolePolicyDocument") {
        Some(entry) => {
            Made::new(role_id(sam.id), "AWS::IAM::Role", sam.at).with_entry(&entry.key, Some(entry))
        }
        None => Made::role(role_id(sam.id), "lambda.amazonaws.com", sam.at),
    };
    let mut arns = vec![managed(sam.at, "AWSLambdaBasicExecutionRole")];
    if sam.get("Tracing").and_then(Node::as_str) != Some("Disabled") && sam.get("Tracing").is_some()
    {
        arns.push(managed(sam.at("Tracing"), "AWSXrayWriteOnlyAccess"));
    }
    if sam.get("VpcConfig").is_some() {
        arns.push(managed(
            sam.at("VpcConfig"),
            "AWSLambdaVPCAccessExecutionRole",
        ));
    }
    let mut named: BTreeSet<_> = arns.iter().filter_map(text_of).collect();
    for arn in granted.managed {
        if text_of(&arn).is_none_or(|text| named.insert(text)) {
            arns.push(arn);
        }
    }
    made = made.with("ManagedPolicyArns", sam.at("Policies").list(arns));
    if !granted.inline.is_empty() {
        made = made.with("Policies", sam.at("Policies").list(granted.inline));
    }
    made.with_entry("PermissionsBoundary", sam.entry("PermissionsBoundary"))
        .with_entry("Path", sam.entry("RolePath"))
        .with(
            "Tags",
            tags(sam.at("Tags"), "lambda:createdBy", sam.get("Tags")),
        )
}

fn text_of(node: &Node) -> Option<Arc<str>> {
    match &node.value {
        Value::String(text) => Some(Arc::clone(text)),
        _ => None,
    }
}

/// Returns the condition under which a role is made that may be given.
fn undecided_role(role: Node) -> Node {
    match role.value {
        Value::Unknown(unknown) => Node {
            value: Value::Unknown(Box::new(Unknown {
                values: Vec::new(),
                references: Vec::new(),
                ..*unknown
            })),
            span: role.span,
        },
        _ => role,
    }
}
