//! `AWS::Serverless::SimpleTable`, `LayerVersion` and `Application`: one resource each.

use super::Expander;
use super::function::stored;
use super::load::Sam;
use super::make::{At, Made, at, get, tag_list, text};
use super::policies::tags;
use crate::resource::{Node, UnknownKind, Value};

impl<'a> Expander<'_, 'a> {
    pub(super) fn simple_table(&mut self, sam: &Sam<'a>) {
        let key = sam.entry("PrimaryKey");
        let place = sam.at("PrimaryKey");
        let name = key.and_then(|key| get(&key.node, "Name")).cloned();
        let name = name.unwrap_or_else(|| place.text("id"));
        let kind = key.and_then(|key| get(&key.node, "Type"));
        let attribute = place.map([
            ("AttributeName", name.clone()),
            ("AttributeType", attribute_type(kind, place)),
        ]);
        let hash = place.map([("AttributeName", name), ("KeyType", place.text("HASH"))]);
        let mut made = Made::new(sam.id, "AWS::DynamoDB::Table", sam.at)
            .with("AttributeDefinitions", place.list([attribute]))
            .with("KeySchema", place.list([hash]))
            .with_same(
                &sam.properties,
                &[
                    "PointInTimeRecoverySpecification",
                    "ProvisionedThroughput",
                    "SSESpecification",
                    "TableName",
                ],
            )
            .with_some("Tags", sam.get("Tags").map(tag_list));
        if sam.get("ProvisionedThroughput").is_none() {
            made = made.with("BillingMode", sam.at.text("PAY_PER_REQUEST"));
        }
        self.make(made);
    }

    pub(super) fn layer(&mut self, sam: &Sam<'a>) {
        let content = sam.get("ContentUri");
        let content = content.map(|uri| stored(uri, ["S3Bucket", "S3Key", "S3ObjectVersion"]));
        let policy = match sam.text("RetentionPolicy") {
            Some(policy) if policy.eq_ignore_ascii_case("delete") => "Delete",
            _ => "Retain",
        };
        let name = sam.get("LayerName").cloned();
        self.make(
            Made::new(sam.id, "AWS::Lambda::LayerVersion", sam.at)
                .with_some("Content", content)
                .with("LayerName", name.unwrap_or_else(|| sam.at.text(sam.id)))
                .with_same(
                    &sam.properties,
                    &[
                        "CompatibleArchitectures",
                        "CompatibleRuntimes",
                        "Description",
                        "LicenseInfo",
                    ],
                )
                .beside("DeletionPolicy", sam.at("RetentionPolicy").text(policy)),
        );
    }

    pub(super) fn application(&mut self, sam: &Sam<'a>) {
        self.make(
            Made::new(sam.id, "AWS::CloudFormation::Stack", sam.at)
                .with_some("TemplateURL", sam.get("Location").map(location))
                .with_same(
                    &sam.properties,
                    &["NotificationARNs", "Parameters", "TimeoutInMinutes"],
                )
                .with(
                    "Tags",
                    tags(sam.at("Tags"), "lambda:createdBy", sam.get("Tags")),
                ),
        );
    }
}

fn attribute_type(kind: Option<&Node>, place: At) -> Node {
    let short = match kind.and_then(Node::as_str) {
        None if kind.is_some() => return kind.cloned().unwrap_or_else(|| place.text("S")),
        Some("Number") => "N",
        Some("Binary") => "B",
        _ => "S",
    };
    kind.map_or(place, at).text(short)
}

/// Returns where the template of an application lies: one of the Serverless Application Repository is given at deployment.
fn location(location: &Node) -> Node {
    if !matches!(location.value, Value::Object(_)) {
        return location.clone();
    }
    at(location).node(Value::unknown(
        UnknownKind::Transform,
        text(location, "ApplicationId").unwrap_or("Location"),
        "is fetched from the Serverless Application Repository",
    ))
}
