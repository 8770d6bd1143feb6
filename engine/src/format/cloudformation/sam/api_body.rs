//! The `OpenAPI` documents of APIs that only events describe.

use super::Expander;
use super::load::Sam;
use super::make::{At, at, entries, entry, get, is_true, text};
use super::routes::Route;
use crate::resource::{Entry, Node, Value};

impl<'a> Expander<'_, 'a> {
    /// Returns the document of a REST API: what is written, else what its events say.
    pub(super) fn rest_body(&mut self, sam: &Sam<'a>) -> Node {
        let mut body = match sam.get("DefinitionBody") {
            Some(body) if !matches!(body.value, Value::Object(_)) => return body.clone(),
            Some(body) => entries(body).to_vec(),
            None => {
                let mut body = vec![sam.at.entry("swagger", sam.at.text("2.0"))];
                body.push(sam.at.entry("paths", self.paths(sam)));
                body
            }
        };
        if let Some(auth) = sam.entry("Auth") {
            let schemes = self.schemes(sam, &auth.node);
            if !entries(&schemes).is_empty() {
                add(&mut body, "securityDefinitions", schemes);
            }
            if let Some(policy) = get(&auth.node, "ResourcePolicy") {
                let policy = resource_policy(policy);
                add(&mut body, "x-amazon-apigateway-policy", policy);
            }
        }
        sam.at("DefinitionBody").entries(body)
    }

    /// Returns the document of an HTTP API.
    pub(super) fn http_body(&mut self, sam: &Sam<'a>) -> Node {
        let mut body = match sam.get("DefinitionBody") {
            Some(body) if !matches!(body.value, Value::Object(_)) => return body.clone(),
            Some(body) => entries(body).to_vec(),
            None => {
                let mut body = vec![sam.at.entry("openapi", sam.at.text("3.0.1"))];
                body.push(sam.at.entry("paths", self.paths(sam)));
                body
            }
        };
        if let Some(auth) = sam.entry("Auth") {
            let schemes = self.schemes(sam, &auth.node);
            if !entries(&schemes).is_empty() {
                let schemes = at(&schemes).map([("securitySchemes", schemes)]);
                add(&mut body, "components", schemes);
            }
        }
        if let Some(cors) = sam.get("CorsConfiguration") {
            add(&mut body, "x-amazon-apigateway-cors", cors_of(cors));
        }
        sam.at("DefinitionBody").entries(body)
    }

    fn paths(&mut self, sam: &Sam<'a>) -> Node {
        let mut paths: Vec<Entry> = Vec::new();
        for route in self.routes.get(sam.id).cloned().unwrap_or_default() {
            let operation = route.at.entry(&route.method(), self.operation(sam, &route));
            let existing = paths.iter_mut().find(|entry| *entry.key == *route.path());
            match existing.map(|entry| &mut entry.node.value) {
                Some(Value::Object(methods)) => methods.push(operation),
                _ => paths.push(route.at.entry(route.path(), route.at.entries([operation]))),
            }
        }
        sam.at.entries(paths)
    }

    fn operation(&mut self, sam: &Sam<'a>, route: &Route) -> Node {
        let place = route.at;
        let target = match &route.alias {
            Some(alias) => place.reference(alias).value,
            None => place.attribute(&route.owner, "Arn").value,
        };
        let (kind, uri) = if route.role.is_some() {
            (
                "aws",
                "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution",
            )
        } else {
            (
                "aws_proxy",
                "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${target}/invocations",
            )
        };
        let uri = self.pattern(place, uri, &|name| {
            (name == "target").then(|| target.clone())
        });
        let mut integration = vec![
            place.entry("type", place.text(kind)),
            place.entry("httpMethod", place.text("POST")),
            place.entry("uri", uri),
        ];
        if let Some(role) = &route.role {
            integration.push(place.entry("credentials", place.attribute(role, "Arn")));
        }
        let integration = place.entries(integration);
        let mut operation = vec![place.entry("x-amazon-apigateway-integration", integration)];
        operation.extend(security(sam, route));
        place.entries(operation)
    }

    /// Returns the authorizers of an API as security schemes.
    fn schemes(&mut self, sam: &Sam<'a>, auth: &Node) -> Node {
        let mut schemes = Vec::new();
        for authorizer in get(auth, "Authorizers").map(entries).unwrap_or_default() {
            let node = self.scheme(authorizer);
            schemes.push(Entry {
                node,
                ..authorizer.clone()
            });
        }
        let uses_iam = text(auth, "DefaultAuthorizer") == Some("AWS_IAM");
        if uses_iam {
            let place = sam.at("Auth");
            let scheme = place.map([
                ("type", place.text("apiKey")),
                ("x-amazon-apigateway-authtype", place.text("awsSigv4")),
            ]);
            schemes.push(place.entry("AWS_IAM", scheme));
        }
        if let Some(required) = entry(auth, "ApiKeyRequired").filter(|key| is_true(&key.node)) {
            let place = At(required.key_span);
            let scheme = place.map([
                ("type", place.text("apiKey")),
                ("name", place.text("x-api-key")),
                ("in", place.text("header")),
            ]);
            schemes.push(place.entry("api_key", scheme));
        }
        sam.at("Auth").entries(schemes)
    }

    fn scheme(&mut self, authorizer: &Entry) -> Node {
        let (node, place) = (&authorizer.node, At(authorizer.key_span));
        let (kind, details) = if let Some(pools) = get(node, "UserPoolArn") {
            let pools = at(pools).list(super::make::items(pools).iter().cloned());
            (
                "cognito_user_pools",
                vec![place.entry("providerARNs", pools)],
            )
        } else if let Some(jwt) = get(node, "JwtConfiguration") {
            let mut details = vec![place.entry("jwtConfiguration", jwt.clone())];
            let source = get(node, "IdentitySource").cloned();
            details.extend(source.map(|source| place.entry("identitySource", source)));
            ("jwt", details)
        } else if let Some(function) = get(node, "FunctionArn") {
            let arn = function.value.clone();
            let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${function}/invocations";
            let uri = self.pattern(at(function), uri, &|name| {
                (name == "function").then(|| arn.clone())
            });
            let is_request = text(node, "FunctionPayloadType") == Some("REQUEST")
                || get(node, "AuthorizerPayloadFormatVersion").is_some();
            let kind = if is_request { "request" } else { "token" };
            (kind, vec![place.entry("authorizerUri", uri)])
        } else {
            return node.clone();
        };
        let mut written = vec![place.entry("type", place.text(kind))];
        written.extend(details);
        place.map([
            (
                "type",
                place.text(if kind == "jwt" { "oauth2" } else { "apiKey" }),
            ),
            ("x-amazon-apigateway-authorizer", place.entries(written)),
        ])
    }
}

/// The lists of a resource policy: the condition key and operator of the denial that each stands for.
const LISTS: [(&str, &str, &str); 6] = [
    ("IpRangeWhitelist", "aws:SourceIp", "NotIpAddress"),
    ("IpRangeBlacklist", "aws:SourceIp", "IpAddress"),
    ("SourceVpcWhitelist", "aws:SourceVpc", "StringNotEquals"),
    ("SourceVpcBlacklist", "aws:SourceVpc", "StringEquals"),
    (
        "IntrinsicVpceWhitelist",
        "aws:SourceVpce",
        "StringNotEquals",
    ),
    ("IntrinsicVpceBlacklist", "aws:SourceVpce", "StringEquals"),
];

/// Returns the resource policy of an API: the statements written, and those that the lists stand for.
fn resource_policy(policy: &Node) -> Node {
    let custom = get(policy, "CustomStatements").map(super::make::items);
    let mut statements = custom.unwrap_or_default().to_vec();
    for (list, condition, operator) in LISTS {
        let Some(listed) = get(policy, list) else {
            continue;
        };
        let place = at(listed);
        if statements.len() == custom.map_or(0, <[Node]>::len) {
            statements.push(invoking(place, "Allow", None));
        }
        let test = place.map([(operator, place.map([(condition, listed.clone())]))]);
        statements.push(invoking(place, "Deny", Some(test)));
    }
    let place = at(policy);
    place.map([
        ("Version", place.text("2012-10-17")),
        ("Statement", place.list(statements)),
    ])
}

fn invoking(place: At, effect: &str, test: Option<Node>) -> Node {
    let mut statement = vec![
        place.entry("Effect", place.text(effect)),
        place.entry("Principal", place.text("*")),
        place.entry("Action", place.text("execute-api:Invoke")),
        place.entry("Resource", place.text("execute-api:/*")),
    ];
    statement.extend(test.map(|test| place.entry("Condition", test)));
    place.entries(statement)
}

/// Adds to a document what it does not say itself.
fn add(body: &mut Vec<Entry>, key: &str, node: Node) {
    if !body.iter().any(|entry| &*entry.key == key) {
        body.push(at(&node).entry(key, node));
    }
}

/// Returns what authorizes a route: its own authorizer, else the default of the API.
fn security(sam: &Sam<'_>, route: &Route) -> Option<Entry> {
    let of_api = |key| sam.get("Auth").and_then(|auth| get(auth, key));
    let authorizer = route.auth("Authorizer").or(of_api("DefaultAuthorizer"));
    let key = route.auth("ApiKeyRequired").or(of_api("ApiKeyRequired"));
    let mut needed = Vec::new();
    if let Some(name) = authorizer
        && let Some(text) = name.as_str()
    {
        let place = at(name);
        needed.push(place.map([(text, place.list([]))]));
    }
    if let Some(key) = key.filter(|key| is_true(key)) {
        needed.push(at(key).map([("api_key", at(key).list([]))]));
    }
    let place = authorizer.or(key).map_or(route.at, at);
    (!needed.is_empty()).then(|| place.entry("security", place.list(needed)))
}

/// Returns the CORS configuration as `OpenAPI` has it.
fn cors_of(cors: &Node) -> Node {
    let place = at(cors);
    match &cors.value {
        Value::Object(given) => place.entries(given.iter().map(|entry| {
            let mut key = entry.key.chars();
            let first = key.next().map(|first| first.to_ascii_lowercase());
            let key: String = first.into_iter().chain(key).collect();
            Entry {
                key: key.into(),
                ..entry.clone()
            }
        })),
        Value::Bool(true) => place.map([("allowOrigins", place.texts(&["*"]))]),
        _ => cors.clone(),
    }
}
