//! `AWS::Serverless::Api`: the REST API, its deployment, stage, authorizers and usage plan.

use std::collections::BTreeMap;

use super::Expander;
use super::domain::Kind;
use super::globals::{self, Ignored};
use super::load::Sam;
use super::make::{At, Made, at, entries, get, items, tag_list, text};
use super::routes::{IMPLICIT_HTTP, IMPLICIT_REST};
use crate::resource::{Node, Value};

/// Properties that are those of the stage.
const STAGE: [&str; 8] = [
    "AccessLogSetting",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "CanarySetting",
    "MethodSettings",
    "StageName",
    "TracingEnabled",
    "Variables",
];

/// Properties that are those of the API.
const API: [&str; 8] = [
    "ApiKeySourceType",
    "BinaryMediaTypes",
    "Description",
    "DisableExecuteApiEndpoint",
    "FailOnWarnings",
    "MinimumCompressionSize",
    "Mode",
    "Name",
];

/// Returns the part of a logical id that a stage name gives: only a name that is written out does.
pub(super) fn stage_suffix<'s>(sam: &'s Sam<'_>) -> &'s str {
    let name = sam.text("StageName").filter(|_| sam.literal_stage);
    name.filter(|name| name.chars().all(char::is_alphanumeric))
        .unwrap_or_default()
}

impl<'a> Expander<'_, 'a> {
    pub(super) fn rest_api(&mut self, sam: &Sam<'a>) {
        let deployment = format!("{}Deployment", sam.id);
        let stage = format!("{}{}Stage", sam.id, stage_suffix(sam));
        let mut api =
            Made::new(sam.id, "AWS::ApiGateway::RestApi", sam.at).with_same(&sam.properties, &API);
        if let Some(uri) = sam.get("DefinitionUri") {
            let location = super::function::stored(uri, ["Bucket", "Key", "Version"]);
            api = api.with("BodyS3Location", location);
        } else {
            api = api.with("Body", self.rest_body(sam));
        }
        if let Some(endpoint) = sam.entry("EndpointConfiguration") {
            api = api.with("EndpointConfiguration", endpoints(&endpoint.node));
        }
        self.make(api);
        let mut made = Made::new(&*deployment, "AWS::ApiGateway::Deployment", sam.at)
            .with("RestApiId", sam.at.reference(sam.id));
        if sam.get("OpenApiVersion").is_none() {
            made = made.with("StageName", sam.at.text("Stage"));
        }
        self.make(made);
        let made = Made::new(&*stage, "AWS::ApiGateway::Stage", sam.at("StageName"))
            .with("RestApiId", sam.at.reference(sam.id))
            .with("DeploymentId", sam.at.reference(&deployment))
            .with_same(&sam.properties, &STAGE)
            .with_some("Tags", sam.get("Tags").map(tag_list));
        self.make(made);
        self.name(sam.id, "Stage", &stage);
        self.name(sam.id, "Deployment", &deployment);
        self.authorizer_permissions(sam);
        self.usage_plan(sam, &stage);
        self.domain(sam, &stage, Kind::Rest);
    }

    /// Makes the permissions of an API to invoke its authorizers.
    pub(super) fn authorizer_permissions(&mut self, sam: &Sam<'a>) {
        let Some(authorizers) = sam.get("Auth").and_then(|auth| get(auth, "Authorizers")) else {
            return;
        };
        for authorizer in entries(authorizers) {
            let node = &authorizer.node;
            let Some(function) = get(node, "FunctionArn") else {
                continue;
            };
            let asked = get(node, "EnableFunctionDefaultPermissions")
                .map_or(sam.kind == "Api", super::make::is_true);
            if get(node, "FunctionInvokeRole").is_some() || !asked {
                continue;
            }
            let place = At(authorizer.key_span);
            let api = place.reference(sam.id).value;
            let arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${api}/authorizers/*";
            let source = self.pattern(place, arn, &|name| (name == "api").then(|| api.clone()));
            let id = format!("{}{}AuthorizerPermission", sam.id, authorizer.key);
            self.make(
                Made::permission(id, function, "apigateway.amazonaws.com", place)
                    .with("SourceArn", source),
            );
        }
    }

    /// Makes the usage plan and key of an API that asks for them.
    fn usage_plan(&mut self, sam: &Sam<'a>, stage: &str) {
        let Some(plan) = sam.get("Auth").and_then(|auth| get(auth, "UsagePlan")) else {
            return;
        };
        let place = at(plan);
        let owner = match text(plan, "CreateUsagePlan") {
            Some("PER_API") => sam.id,
            Some("SHARED") => "Serverless",
            _ => return,
        };
        let [plan_id, key, plan_key] =
            ["UsagePlan", "ApiKey", "UsagePlanKey"].map(|suffix| format!("{owner}{suffix}"));
        let of_stage = place.map([
            ("ApiId", place.reference(sam.id)),
            ("Stage", place.reference(stage)),
        ]);
        let keys = place.map([
            ("RestApiId", place.reference(sam.id)),
            ("StageName", place.reference(stage)),
        ]);
        let made = [
            Made::new(&*plan_id, "AWS::ApiGateway::UsagePlan", place)
                .with("ApiStages", place.list([of_stage]))
                .with_same(plan, &["Description", "Quota", "Throttle", "UsagePlanName"])
                .waits_for(sam.id),
            Made::new(&*key, "AWS::ApiGateway::ApiKey", place)
                .with("Enabled", place.flag(true))
                .with("StageKeys", place.list([keys]))
                .waits_for(&*plan_id),
            Made::new(&*plan_key, "AWS::ApiGateway::UsagePlanKey", place)
                .with("KeyId", place.reference(&key))
                .with("KeyType", place.text("API_KEY"))
                .with("UsagePlanId", place.reference(&plan_id))
                .waits_for(&*key),
        ];
        for made in made {
            if owner == sam.id {
                self.make(made);
            } else {
                self.share(made);
            }
        }
        self.name(sam.id, "UsagePlan", &plan_id);
        self.name(sam.id, "ApiKey", &key);
        self.name(sam.id, "UsagePlanKey", &plan_key);
    }

    /// Makes the APIs of the events that name none. They exist where any of those functions does.
    pub(super) fn implicit_apis(&mut self, sams: &BTreeMap<&'a str, Sam<'a>>) {
        for (id, kind) in [(IMPLICIT_REST, "Api"), (IMPLICIT_HTTP, "HttpApi")] {
            let Some(routes) = self.routes.get(id) else {
                continue;
            };
            if sams.contains_key(id) {
                continue;
            }
            let Some(first) = routes.first() else {
                continue;
            };
            let conditional = routes
                .iter()
                .all(|route| route.conditional.is_some())
                .then(|| first.conditional.clone())
                .flatten();
            let place = first.at;
            let own = match kind {
                "Api" => place.map([("StageName", place.text("Prod"))]),
                _ => place.entries([]),
            };
            let sam = Sam {
                id,
                kind,
                at: place,
                properties: globals::merge(self.globals.as_ref(), kind, own, &Ignored::default()),
                attributes: Vec::new(),
                conditional,
                literal_stage: true,
            };
            match kind {
                "Api" => self.rest_api(&sam),
                _ => self.http_api(&sam),
            }
            let made = std::mem::take(&mut self.made);
            self.shared
                .extend(made.into_iter().map(|made| sam.stamp(made)));
        }
    }
}

/// Returns the endpoint configuration as API Gateway takes it.
fn endpoints(given: &Node) -> Node {
    let place = at(given);
    if !matches!(given.value, Value::Object(_)) {
        return place.map([("Types", place.list([given.clone()]))]);
    }
    let mut written = Vec::new();
    if let Some(kind) = get(given, "Type") {
        written.push(place.entry("Types", at(kind).list(items(kind).iter().cloned())));
    }
    if let Some(ids) = get(given, "VPCEndpointIds") {
        written.push(place.entry("VpcEndpointIds", ids.clone()));
    }
    written.extend(super::make::entry(given, "IpAddressType").cloned());
    place.entries(written)
}
