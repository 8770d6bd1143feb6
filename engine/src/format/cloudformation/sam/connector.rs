//! `AWS::Serverless::Connector` and the attribute `Connectors`: the permissions between two resources.

use std::sync::LazyLock;

use serde_json::Value as Json;

use super::Expander;
use super::ends::End;
use super::load::Sam;
use super::make::{At, Made, at, entries, get, items};
use crate::resource::{Entry, Node, NoticeLevel, Value};

/// What a connector gives between two types of resources. Source: *AWS SAM connector reference*.
static CONNECTORS: LazyLock<Json> =
    LazyLock::new(|| serde_json::from_str(include_str!("connectors.json")).unwrap_or_default());

/// One connection of a connector.
struct Connection<'c> {
    /// The logical id of the connector.
    id: &'c str,
    /// Where the connector stands.
    at: At,
    /// What is added to ids when there are several destinations.
    suffix: String,
    /// `Read` and `Write`.
    permissions: &'c Node,
    source: End,
    destination: End,
}

impl<'a> Expander<'_, 'a> {
    pub(super) fn connector(&mut self, sam: &Sam<'a>) {
        let source = sam.get("Source").cloned();
        let source = source.and_then(|source| self.end(&source));
        self.connections(sam.id, sam.at, source.as_ref(), &sam.properties);
    }

    /// Makes what the attribute `Connectors` of a resource asks for.
    pub(super) fn own_connectors(&mut self, id: &'a str, connectors: &Node) {
        for connector in entries(connectors) {
            let place = At(connector.key_span);
            let reference = get(&connector.node, "SourceReference").cloned();
            let qualifier = reference.and_then(|node| get(&node, "Qualifier").cloned());
            let source = self.end_of(id, qualifier, place);
            let properties = get(&connector.node, "Properties").unwrap_or(&connector.node);
            let id = format!("{id}{}", connector.key);
            self.connections(&id, place, source.as_ref(), properties);
        }
    }

    /// Makes the policy that the role of a data source needs.
    pub(super) fn data_source_policy(&mut self, id: &str, role: &str, source: &Entry) {
        let place = At(source.key_span);
        let (name, type_name, key) = if id.ends_with("LambdaDataSource") {
            ("ToLambdaConnector", "AWS::Lambda::Function", "FunctionArn")
        } else {
            ("ToTableConnector", "AWS::DynamoDB::Table", "TableArn")
        };
        let Some(arn) = get(&source.node, key) else {
            return self.note_connector(id, place, "its data source has no ARN");
        };
        let end = |type_name: &str, arn: Node, role: Option<Node>| End {
            type_name: type_name.to_owned(),
            arn,
            role,
            url: None,
            id: None,
            name: None,
            qualifier: place.text("*"),
        };
        let both = place.texts(if type_name == "AWS::Lambda::Function" {
            &["Write"]
        } else {
            &["Read", "Write"]
        });
        let reference = Some(place.reference(role));
        self.connect(&Connection {
            id: &format!("{id}{name}"),
            at: place,
            suffix: String::new(),
            permissions: get(&source.node, "Permissions").unwrap_or(&both),
            source: end("AWS::AppSync::DataSource", place.reference(id), reference),
            destination: end(type_name, arn.clone(), None),
        });
    }

    fn connections(&mut self, id: &str, place: At, source: Option<&End>, properties: &Node) {
        let Some(destination) = get(properties, "Destination") else {
            return self.note_connector(id, place, "it has no destination");
        };
        let is_list = matches!(destination.value, Value::Array(_));
        let nothing = place.list([]);
        for (position, destination) in items(destination).iter().enumerate() {
            let suffix = if is_list {
                format!("Destination{position}")
            } else {
                String::new()
            };
            let (Some(source), Some(destination)) = (source.cloned(), self.end(destination)) else {
                self.note_connector(id, place, "its source or destination is not known");
                continue;
            };
            self.connect(&Connection {
                id,
                at: place,
                suffix,
                permissions: get(properties, "Permissions").unwrap_or(&nothing),
                source,
                destination,
            });
        }
    }

    fn connect(&mut self, connection: &Connection<'_>) {
        let Connection {
            id,
            source,
            destination,
            ..
        } = connection;
        let profile = profile(&source.type_name, &destination.type_name);
        let Some((kind, access)) = profile else {
            let why = format!(
                "SAM connects no '{}' to a '{}'",
                source.type_name, destination.type_name
            );
            return self.note_connector(id, connection.at, &why);
        };
        let mut granted = Vec::new();
        for permission in items(connection.permissions) {
            match permission.as_str().and_then(|name| access.get(name)) {
                Some(pattern) => granted.push((permission, pattern)),
                None => self.note_connector(id, connection.at, "its permissions are not known"),
            }
        }
        if kind == "permission" {
            for (permission, pattern) in granted {
                self.invoke_permission(connection, permission, pattern);
            }
            return;
        }
        let mut statements = Vec::new();
        for (permission, pattern) in granted {
            let made = self.between(connection, at(permission), pattern);
            statements.extend(items(&made).to_vec());
        }
        self.policy_between(connection, kind, statements);
    }

    /// Makes the policy of a role, topic or queue that a connection needs.
    fn policy_between(&mut self, connection: &Connection<'_>, kind: &str, statements: Vec<Node>) {
        let place = connection.at;
        let document = place.map([
            ("Version", place.text("2012-10-17")),
            ("Statement", place.list(statements)),
        ]);
        let (source, destination) = (&connection.source, &connection.destination);
        let (name, type_name, of, target) = match kind {
            "topic" => (
                "TopicPolicy",
                "AWS::SNS::TopicPolicy",
                "Topics",
                Some(&destination.arn),
            ),
            "queue" => (
                "QueuePolicy",
                "AWS::SQS::QueuePolicy",
                "Queues",
                destination.url.as_ref(),
            ),
            "source" => (
                "Policy",
                "AWS::IAM::ManagedPolicy",
                "Roles",
                source.role.as_ref(),
            ),
            _ => (
                "Policy",
                "AWS::IAM::ManagedPolicy",
                "Roles",
                destination.role.as_ref(),
            ),
        };
        let id = format!("{}{name}{}", connection.id, connection.suffix);
        let target = target.cloned().map(|target| place.list([target]));
        self.make(
            Made::new(id, type_name, place)
                .with("PolicyDocument", document)
                .with_some(of, target),
        );
    }

    fn invoke_permission(
        &mut self,
        connection: &Connection<'_>,
        permission: &Node,
        pattern: &'static Json,
    ) {
        let place = connection.at;
        let category = permission.as_str().unwrap_or_default();
        let id = format!(
            "{}{category}LambdaPermission{}",
            connection.id, connection.suffix
        );
        let properties = self.between(connection, place, pattern);
        let mut made = Made::new(id, "AWS::Lambda::Permission", place)
            .with("FunctionName", connection.destination.arn.clone());
        made.properties.extend_from_slice(entries(&properties));
        self.make(made);
    }

    /// Returns a pattern with the two ends of a connection filled in.
    fn between(&mut self, connection: &Connection<'_>, place: At, pattern: &'static Json) -> Node {
        let (source, destination) = (&connection.source, &connection.destination);
        self.instance(place, pattern, &|name| {
            let node = match name {
                "Source.Arn" => &source.arn,
                "Source.ResourceId" => source.id.as_ref()?,
                "Source.Qualifier" => &source.qualifier,
                "Destination.Arn" => &destination.arn,
                "Destination.Name" => destination.name.as_ref()?,
                _ => return None,
            };
            Some(node.value.clone())
        })
    }

    fn note_connector(&mut self, id: &str, place: At, why: &str) {
        let message = format!("The permissions of the connector '{id}' are not judged: {why}.");
        self.resolver
            .notices
            .outside(NoticeLevel::Warning, place.0, message);
    }
}

/// Returns what has the policy between two types, and the statements by permission.
fn profile(source: &str, destination: &str) -> Option<(&'static str, &'static Json)> {
    let found = CONNECTORS.as_array()?.iter().find(|profile| {
        profile.get("source").and_then(Json::as_str) == Some(source)
            && profile.get("destination").and_then(Json::as_str) == Some(destination)
    })?;
    let kind = match found.get("kind").and_then(Json::as_str)? {
        "role" => found.get("of").and_then(Json::as_str)?,
        kind => kind,
    };
    Some((kind, found.get("access")?))
}
