//! The paths that the events of functions and state machines add to APIs, and their permissions.

use std::collections::BTreeMap;

use super::Expander;
use super::alias::alias_id;
use super::events::{Event, events_of};
use super::function::Invoked;
use super::load::Sam;
use super::make::{At, Made, get};
use crate::resource::{Node, Value};

/// The REST API of events that name none.
pub(super) const IMPLICIT_REST: &str = "ServerlessRestApi";

/// The HTTP API of events that name none.
pub(super) const IMPLICIT_HTTP: &str = "ServerlessHttpApi";

/// A path and method of an API.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// The SAM resource that serves it.
    pub(super) owner: String,
    /// Its alias, when it publishes one.
    pub(super) alias: Option<String>,
    /// The role of the event, when a state machine serves it.
    pub(super) role: Option<String>,
    /// Where the event stands.
    pub(super) at: At,
    /// The properties of the event.
    pub(super) event: Node,
    /// What the owner exists under, when that is not decided.
    pub(super) conditional: Option<Node>,
}

impl Route {
    /// Returns the path.
    pub(super) fn path(&self) -> &str {
        super::make::text(&self.event, "Path").unwrap_or("/$default")
    }

    /// Returns the method as `OpenAPI` writes it.
    pub(super) fn method(&self) -> String {
        let method = super::make::text(&self.event, "Method").unwrap_or("any");
        if method.eq_ignore_ascii_case("any") || method == "*" {
            "x-amazon-apigateway-any-method".to_owned()
        } else {
            method.to_ascii_lowercase()
        }
    }

    /// Returns what the event says about authorization.
    pub(super) fn auth(&self, key: &str) -> Option<&Node> {
        get(&self.event, "Auth").and_then(|auth| get(auth, key))
    }
}

/// The routes by the logical id of the API.
pub(super) type Routes = BTreeMap<String, Vec<Route>>;

/// Collects the routes of all events.
pub(super) fn collect(sams: &BTreeMap<&str, Sam<'_>>) -> Routes {
    let mut routes = Routes::new();
    for sam in sams.values() {
        for event in events_of(sam) {
            let Some(api) = api_of(event) else { continue };
            let is_state_machine = sam.kind == "StateMachine";
            routes.entry(api).or_default().push(Route {
                owner: sam.id.to_owned(),
                alias: alias_id(sam),
                role: is_state_machine.then(|| format!("{}{}Role", sam.id, event.name)),
                at: event.at,
                event: event.properties.clone(),
                conditional: sam.conditional.clone(),
            });
        }
    }
    routes
}

/// Returns the API of the template that an event belongs to.
fn api_of(event: Event<'_>) -> Option<String> {
    let (key, implicit) = match event.kind {
        "Api" => ("RestApiId", IMPLICIT_REST),
        "HttpApi" => ("ApiId", IMPLICIT_HTTP),
        _ => return None,
    };
    match event.get(key).map(|node| &node.value) {
        None => Some(implicit.to_owned()),
        Some(Value::Reference(target)) => Some(target.address.to_string()),
        Some(Value::String(id)) => Some(id.to_string()),
        Some(_) => None,
    }
}

impl Expander<'_, '_> {
    /// Makes the permission of a REST API to invoke a function.
    pub(super) fn api_permissions(&mut self, id: &str, event: Event<'_>, invoked: &Invoked) {
        let api = api_of(event);
        let stage = match api.as_deref() {
            Some(IMPLICIT_REST) => "Prod".to_owned(),
            Some(api) => self.stages.get(api).cloned().unwrap_or_default(),
            None => String::new(),
        };
        let stage = if stage.is_empty() {
            "Stage".to_owned()
        } else {
            stage
        };
        self.invocation(
            format!("{id}Permission{stage}"),
            event,
            invoked,
            IMPLICIT_REST,
            "RestApiId",
        );
    }

    /// Makes the permission of an HTTP API to invoke a function.
    pub(super) fn http_api_permission(&mut self, id: &str, event: Event<'_>, invoked: &Invoked) {
        let id = format!("{id}Permission");
        self.invocation(id, event, invoked, IMPLICIT_HTTP, "ApiId");
    }

    fn invocation(
        &mut self,
        id: String,
        event: Event<'_>,
        invoked: &Invoked,
        implicit: &str,
        key: &str,
    ) {
        let place = event.at;
        let api = event.get(key).cloned();
        let api = api.unwrap_or_else(|| place.reference(implicit)).value;
        let suffix = place.text(&called(event)).value;
        let arn =
            "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${api}/*${called}";
        let source = self.pattern(place, arn, &|name| match name {
            "api" => Some(api.clone()),
            "called" => Some(suffix.clone()),
            _ => None,
        });
        self.make(
            Made::permission(id, &invoked.name(place), "apigateway.amazonaws.com", place)
                .with("SourceArn", source),
        );
    }
}

/// Returns method and path of an event as the ARN of an invocation has them.
fn called(event: Event<'_>) -> String {
    let Some(path) = event.text("Path") else {
        return "/*".to_owned();
    };
    let method = event.text("Method").unwrap_or("*").to_ascii_uppercase();
    let method = if method == "ANY" { "*" } else { &*method };
    let parts = path.split('/').map(|part| {
        if part.starts_with('{') && part.ends_with('}') {
            "*"
        } else {
            part
        }
    });
    format!("/{method}{}", parts.collect::<Vec<_>>().join("/"))
}
