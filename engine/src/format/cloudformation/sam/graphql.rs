//! `AWS::Serverless::GraphQLApi`: the API, its schema, keys, data sources, functions and resolvers.

use super::Expander;
use super::load::Sam;
use super::make::{At, Made, at, entries, entry, get, items, text};
use super::policies::{managed, tags};
use crate::resource::{Entry, Node, Value};

/// The settings of an authentication: under what name they are written, and what they become.
const SETTINGS: [(&str, &str); 3] = [
    ("LambdaAuthorizer", "LambdaAuthorizerConfig"),
    ("OpenIDConnect", "OpenIDConnectConfig"),
    ("UserPool", "UserPoolConfig"),
];

/// The service that assumes the roles of an API.
const SERVICE: &str = "appsync.amazonaws.com";

impl<'a> Expander<'_, 'a> {
    pub(super) fn graphql_api(&mut self, sam: &Sam<'a>) {
        let name = sam.get("Name").cloned();
        let mut api = Made::new(sam.id, "AWS::AppSync::GraphQLApi", sam.at)
            .with("Name", name.unwrap_or_else(|| sam.at.text(sam.id)))
            .with_same(
                &sam.properties,
                &[
                    "IntrospectionConfig",
                    "OwnerContact",
                    "QueryDepthLimit",
                    "ResolverCountLimit",
                    "Visibility",
                    "XrayEnabled",
                ],
            )
            .with(
                "Tags",
                tags(sam.at("Tags"), "graphqlapi:createdBy", sam.get("Tags")),
            );
        if let Some(auth) = sam.get("Auth") {
            api.properties.extend(authentication(auth));
            if let Some(additional) = get(auth, "Additional") {
                let providers = items(additional).iter();
                let providers =
                    providers.map(|provider| at(provider).entries(authentication(provider)));
                api = api.with(
                    "AdditionalAuthenticationProviders",
                    at(additional).list(providers),
                );
            }
        }
        if let Some(log) = self.graphql_logging(sam) {
            api = api.with("LogConfig", log);
        }
        self.make(api);
        self.schema(sam);
        self.graphql_parts(sam);
        self.data_sources(sam);
        self.functions_and_resolvers(sam);
    }

    fn schema(&mut self, sam: &Sam<'a>) {
        let place = sam.at("SchemaInline");
        self.make(
            Made::new(
                format!("{}Schema", sam.id),
                "AWS::AppSync::GraphQLSchema",
                place,
            )
            .with("ApiId", place.attribute(sam.id, "ApiId"))
            .with_entry("Definition", sam.entry("SchemaInline"))
            .with_entry("DefinitionS3Location", sam.entry("SchemaUri")),
        );
    }

    /// Returns the configuration of the log, with a role of its own unless one is given.
    fn graphql_logging(&mut self, sam: &Sam<'a>) -> Option<Node> {
        let logging = sam.entry("Logging")?;
        let place = At(logging.key_span);
        let given = get(&logging.node, "CloudWatchLogsRoleArn").cloned();
        if matches!(logging.node.value, Value::Bool(false)) {
            return None;
        }
        let role = given.unwrap_or_else(|| {
            let id = format!("{}CloudWatchRole", sam.id);
            let arn = managed(place, "AWSAppSyncPushToCloudWatchLogs");
            self.make(
                Made::role(&*id, SERVICE, place).with("ManagedPolicyArns", place.list([arn])),
            );
            place.attribute(&id, "Arn")
        });
        let level = get(&logging.node, "FieldLogLevel").cloned();
        let mut config = vec![
            place.entry("CloudWatchLogsRoleArn", role),
            place.entry("FieldLogLevel", level.unwrap_or_else(|| place.text("ALL"))),
        ];
        config.extend(entry(&logging.node, "ExcludeVerboseContent").cloned());
        Some(place.entries(config))
    }

    /// Makes keys, cache and domain.
    fn graphql_parts(&mut self, sam: &Sam<'a>) {
        for key in sam.get("ApiKeys").map(entries).unwrap_or_default() {
            let place = At(key.key_span);
            self.make(
                Made::new(
                    format!("{}{}", sam.id, key.key),
                    "AWS::AppSync::ApiKey",
                    place,
                )
                .with("ApiId", place.attribute(sam.id, "ApiId"))
                .with_same(&key.node, &["ApiKeyId", "Description"])
                .with_entry("Expires", entry(&key.node, "ExpiresOn")),
            );
        }
        if let Some(cache) = sam.entry("Cache") {
            let place = At(cache.key_span);
            let mut made = Made::new(
                format!("{}ApiCache", sam.id),
                "AWS::AppSync::ApiCache",
                place,
            )
            .with("ApiId", place.attribute(sam.id, "ApiId"));
            made.properties.extend_from_slice(entries(&cache.node));
            self.make(made);
        }
        if let Some(domain) = sam.entry("DomainName") {
            let place = At(domain.key_span);
            let id = format!("{}DomainName", sam.id);
            let mut made = Made::new(&*id, "AWS::AppSync::DomainName", place);
            made.properties.extend_from_slice(entries(&domain.node));
            self.make(made);
            self.make(
                Made::new(
                    format!("{id}ApiAssociation"),
                    "AWS::AppSync::DomainNameApiAssociation",
                    place,
                )
                .with("ApiId", place.attribute(sam.id, "ApiId"))
                .with("DomainName", place.reference(&id)),
            );
        }
    }

    fn data_sources(&mut self, sam: &Sam<'a>) {
        let Some(sources) = sam.get("DataSources") else {
            return;
        };
        for source in get(sources, "DynamoDb").map(entries).unwrap_or_default() {
            let place = At(source.key_span);
            let region = self.pseudo(place, "${AWS::Region}");
            let mut config = vec![place.entry("AwsRegion", region)];
            for key in [
                "TableName",
                "DeltaSyncConfig",
                "UseCallerCredentials",
                "Versioned",
            ] {
                config.extend(entry(&source.node, key).cloned());
            }
            let made = ("DynamoDBDataSource", "AMAZON_DYNAMODB", "DynamoDBConfig");
            self.data_source(sam, source, made, place.entries(config));
        }
        for source in get(sources, "Lambda").map(entries).unwrap_or_default() {
            let place = At(source.key_span);
            let function = get(&source.node, "FunctionArn").cloned();
            let config = function.map(|function| place.entry("LambdaFunctionArn", function));
            let made = ("LambdaDataSource", "AWS_LAMBDA", "LambdaConfig");
            self.data_source(sam, source, made, place.entries(config));
        }
    }

    /// Makes a data source and, unless one is given, its role with the permissions of the connector between them.
    fn data_source(
        &mut self,
        sam: &Sam<'a>,
        source: &Entry,
        (suffix, kind, key): (&str, &str, &str),
        config: Node,
    ) {
        let place = At(source.key_span);
        let id = format!("{}{}{suffix}", sam.id, source.key);
        let role = format!("{id}Role");
        let given = get(&source.node, "ServiceRoleArn").cloned();
        if given.is_none() {
            self.make(Made::role(&*role, SERVICE, place));
            self.data_source_policy(&id, &role, source);
        }
        let name = get(&source.node, "Name").cloned();
        self.make(
            Made::new(&*id, "AWS::AppSync::DataSource", place)
                .with("ApiId", place.attribute(sam.id, "ApiId"))
                .with("Name", name.unwrap_or_else(|| place.text(&source.key)))
                .with("Type", place.text(kind))
                .with(
                    "ServiceRoleArn",
                    given.unwrap_or_else(|| place.attribute(&role, "Arn")),
                )
                .with(key, config)
                .with_same(&source.node, &["Description"]),
        );
    }

    fn functions_and_resolvers(&mut self, sam: &Sam<'a>) {
        for function in sam.get("Functions").map(entries).unwrap_or_default() {
            let place = At(function.key_span);
            let id = format!("{}{}", sam.id, function.key);
            let name = get(&function.node, "Name").cloned();
            self.make(
                Made::new(id, "AWS::AppSync::FunctionConfiguration", place)
                    .with("ApiId", place.attribute(sam.id, "ApiId"))
                    .with("Name", name.unwrap_or_else(|| place.text(&function.key)))
                    .with_some("DataSourceName", data_source_name(sam, &function.node))
                    .with_entry("Code", entry(&function.node, "InlineCode"))
                    .with_entry("CodeS3Location", entry(&function.node, "CodeUri")),
            );
        }
        for kind in sam.get("Resolvers").map(entries).unwrap_or_default() {
            for resolver in entries(&kind.node) {
                let place = At(resolver.key_span);
                let field = text(&resolver.node, "FieldName").unwrap_or(&resolver.key);
                self.make(
                    Made::new(
                        format!("{}{}{}", sam.id, kind.key, resolver.key),
                        "AWS::AppSync::Resolver",
                        place,
                    )
                    .with("ApiId", place.attribute(sam.id, "ApiId"))
                    .with("TypeName", place.text(&kind.key))
                    .with("FieldName", place.text(field))
                    .with_entry("Code", entry(&resolver.node, "InlineCode"))
                    .with_entry("CodeS3Location", entry(&resolver.node, "CodeUri"))
                    .waits_for(format!("{}Schema", sam.id)),
                );
            }
        }
    }
}

/// Returns the properties of one way to authenticate.
fn authentication(auth: &Node) -> Vec<Entry> {
    let mut written = Vec::new();
    if let Some(kind) = entry(auth, "Type") {
        written.push(Entry {
            key: "AuthenticationType".into(),
            ..kind.clone()
        });
    }
    for (from, to) in SETTINGS {
        if let Some(settings) = entry(auth, from) {
            written.push(Entry {
                key: to.into(),
                ..settings.clone()
            });
        }
    }
    written
}

/// Returns the name of the data source of a function, which is a key of `DataSources` or a name.
fn data_source_name(sam: &Sam<'_>, function: &Node) -> Option<Node> {
    let source = get(function, "DataSource")?;
    let has = |kind| {
        let sources = sam.get("DataSources").and_then(|all| get(all, kind));
        sources
            .zip(source.as_str())
            .is_some_and(|(sources, name)| entry(sources, name).is_some())
    };
    let suffix = if has("DynamoDb") {
        "DynamoDBDataSource"
    } else if has("Lambda") {
        "LambdaDataSource"
    } else {
        return Some(source.clone());
    };
    let id = format!("{}{}{suffix}", sam.id, source.as_str().unwrap_or_default());
    Some(at(source).attribute(&id, "Name"))
}
