//! `AWS::Serverless::HttpApi`: the HTTP API and its stage.

use super::Expander;
use super::api::stage_suffix;
use super::domain::Kind;
use super::load::Sam;
use super::make::Made;

/// Properties that are those of the stage.
const STAGE: [&str; 3] = ["AccessLogSettings", "DefaultRouteSettings", "RouteSettings"];

impl<'a> Expander<'_, 'a> {
    pub(super) fn http_api(&mut self, sam: &Sam<'a>) {
        let mut api = Made::new(sam.id, "AWS::ApiGatewayV2::Api", sam.at).with_same(
            &sam.properties,
            &[
                "Description",
                "DisableExecuteApiEndpoint",
                "FailOnWarnings",
                "Name",
            ],
        );
        if let Some(uri) = sam.get("DefinitionUri") {
            let location = super::function::stored(uri, ["Bucket", "Key", "Version"]);
            api = api.with("BodyS3Location", location);
        } else {
            api = api.with("Body", self.http_body(sam));
        }
        self.make(api.with_entry("Tags", sam.entry("Tags")));
        let stage = stage_id(sam);
        let name = sam.get("StageName").cloned();
        let place = sam.at("StageName");
        self.make(
            Made::new(&*stage, "AWS::ApiGatewayV2::Stage", place)
                .with("ApiId", place.reference(sam.id))
                .with("StageName", name.unwrap_or_else(|| place.text("$default")))
                .with("AutoDeploy", place.flag(true))
                .with_same(&sam.properties, &STAGE)
                .with_entry("StageVariables", sam.entry("StageVariables"))
                .with_entry("Tags", sam.entry("Tags")),
        );
        self.name(sam.id, "Stage", &stage);
        self.authorizer_permissions(sam);
        self.domain(sam, &stage, Kind::Http);
    }
}

fn stage_id(sam: &Sam<'_>) -> String {
    match sam.text("StageName") {
        Some("$default") => format!("{}ApiGatewayDefaultStage", sam.id),
        None if sam.get("StageName").is_none() => format!("{}ApiGatewayDefaultStage", sam.id),
        _ => format!("{}{}Stage", sam.id, stage_suffix(sam)),
    }
}
