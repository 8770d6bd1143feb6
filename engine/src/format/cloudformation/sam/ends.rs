//! The two ends of a connector: what is known of the resources that it joins.

use super::Expander;
use super::function::role_id;
use super::kind;
use super::make::{At, at, get, text};
use crate::format::cloudformation::compose::derive;
use crate::resource::{Node, Value};

/// One end of a connection.
#[derive(Debug, Clone)]
pub(super) struct End {
    /// The native type.
    pub(super) type_name: String,
    /// The ARN.
    pub(super) arn: Node,
    /// The name of its role.
    pub(super) role: Option<Node>,
    /// The URL of a queue.
    pub(super) url: Option<Node>,
    /// What `Ref` gives.
    pub(super) id: Option<Node>,
    /// The name of a state machine.
    pub(super) name: Option<Node>,
    /// The part of the resource that is meant, `*` for all of it.
    pub(super) qualifier: Node,
}

impl<'a> Expander<'_, 'a> {
    /// Returns the end that a connector writes: a logical id, or what is needed of a resource elsewhere.
    pub(super) fn end(&mut self, written: &Node) -> Option<End> {
        let place = at(written);
        let qualifier = get(written, "Qualifier").cloned();
        if let Some(id) = text(written, "Id") {
            let id = self.resolver.template.resource(id)?.pair.key;
            return self.end_of(id, qualifier, place);
        }
        let given = |key| get(written, key).cloned();
        let arn = given("Arn");
        Some(End {
            type_name: native(text(written, "Type")?).to_owned(),
            arn: arn.or_else(|| given("ResourceId"))?,
            role: given("RoleName"),
            url: given("QueueUrl"),
            id: given("ResourceId"),
            name: given("Name"),
            qualifier: qualifier.unwrap_or_else(|| place.text("*")),
        })
    }

    /// Returns the end that a resource of the template is.
    pub(super) fn end_of(
        &mut self,
        id: &'a str,
        qualifier: Option<Node>,
        place: At,
    ) -> Option<End> {
        let declaration = self.resolver.template.resource(id)?;
        let type_name = native(declaration.type_name);
        let by_reference = matches!(
            type_name,
            "AWS::SNS::Topic"
                | "AWS::StepFunctions::StateMachine"
                | "AWS::AppSync::DataSource"
                | "AWS::AppSync::GraphQLApi"
        );
        let attribute = if by_reference { "" } else { "Arn" };
        let resource_id = if type_name == "AWS::AppSync::GraphQLApi" {
            place.attribute(id, "ApiId")
        } else {
            place.reference(id)
        };
        Some(End {
            type_name: type_name.to_owned(),
            arn: place.attribute(id, attribute),
            role: self.role_name(id, place),
            url: Some(place.reference(id)),
            id: Some(resource_id),
            name: Some(place.attribute(id, "Name")),
            qualifier: qualifier.unwrap_or_else(|| place.text("*")),
        })
    }

    /// Returns the name of the role of a resource.
    fn role_name(&mut self, id: &'a str, place: At) -> Option<Node> {
        let declaration = self.resolver.template.resource(id)?;
        let key = match declaration.type_name {
            "AWS::Lambda::Function"
            | "AWS::Serverless::Function"
            | "AWS::Serverless::StateMachine" => "Role",
            "AWS::StepFunctions::StateMachine" => "RoleArn",
            "AWS::AppSync::DataSource" => "ServiceRoleArn",
            _ => return None,
        };
        let properties = declaration.pair.value.get("Properties");
        let Some(role) = properties.and_then(|properties| properties.get(key)) else {
            let has_own = kind(declaration.type_name).is_some();
            return has_own.then(|| place.reference(&role_id(id)));
        };
        let value = match self.resolver.value(role) {
            Value::Reference(target) if &*target.attribute == "Arn" => {
                return Some(place.reference(&target.address));
            }
            Value::String(arn) => Value::String(arn.rsplit('/').next().unwrap_or(&arn).into()),
            other => derive(&other, "the name of the role")?,
        };
        Some(place.node(value))
    }
}

/// Returns the type that a SAM type becomes; a native one is itself.
fn native(type_name: &str) -> &str {
    match kind(type_name) {
        Some("Function") => "AWS::Lambda::Function",
        Some("Api") => "AWS::ApiGateway::RestApi",
        Some("HttpApi") => "AWS::ApiGatewayV2::Api",
        Some("SimpleTable") => "AWS::DynamoDB::Table",
        Some("StateMachine") => "AWS::StepFunctions::StateMachine",
        Some("GraphQLApi") => "AWS::AppSync::GraphQLApi",
        _ => type_name,
    }
}
