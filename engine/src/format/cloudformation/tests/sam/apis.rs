//! REST and HTTP APIs, of their own or implied by events.

use super::*;

#[test]
fn an_event_without_api_implies_one() {
    let unit = function("Events: {E: {Type: Api, Properties: {Path: '/a/{id}', Method: any}}}");
    assert_eq!(
        made(&unit)[3..],
        [
            "ServerlessRestApi AWS::ApiGateway::RestApi",
            "ServerlessRestApiDeployment AWS::ApiGateway::Deployment",
            "ServerlessRestApiProdStage AWS::ApiGateway::Stage"
        ]
    );
    let arn = shown(&unit, "FEPermissionProd", &["SourceArn"]);
    assert!(
        arn.ends_with(r#"":",<ServerlessRestApi>,"/*/*/a/*"]"#),
        "{arn}"
    );
    let path = [
        "Body",
        "paths",
        "/a/{id}",
        "x-amazon-apigateway-any-method",
        "x-amazon-apigateway-integration",
        "type",
    ];
    assert_eq!(shown(&unit, "ServerlessRestApi", &path), r#""aws_proxy""#);
}

#[test]
fn globals_reach_the_implied_api() {
    let text = sam(
        "  F: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}}}\n",
    ) + "Globals: {Api: {TracingEnabled: true, Auth: {DefaultAuthorizer: AWS_IAM}}}\n";
    let unit = unit(&text);
    assert_eq!(
        shown(&unit, "ServerlessRestApiProdStage", &["TracingEnabled"]),
        "true"
    );
    let path = ["Body", "paths", "/", "get", "security"];
    assert_eq!(
        shown(&unit, "ServerlessRestApi", &path),
        r#"[{"AWS_IAM":[]}]"#
    );
}

#[test]
fn an_api_becomes_api_deployment_and_stage() {
    let unit = unit(&sam(
        "  A: {Type: AWS::Serverless::Api, Properties: {StageName: prod, DefinitionBody: {swagger: '2.0'}, EndpointConfiguration: PRIVATE, AccessLogSetting: {DestinationArn: x}}}\n",
    ));
    assert_eq!(
        made(&unit),
        [
            "A AWS::ApiGateway::RestApi",
            "ADeployment AWS::ApiGateway::Deployment",
            "AprodStage AWS::ApiGateway::Stage"
        ]
    );
    assert_eq!(
        shown(&unit, "A", &[]),
        r#"{"Body":{"swagger":"2.0"},"EndpointConfiguration":{"Types":["PRIVATE"]}}"#
    );
    assert_eq!(
        shown(&unit, "AprodStage", &[]),
        r#"{"RestApiId":<A>,"DeploymentId":<ADeployment>,"AccessLogSetting":{"DestinationArn":"x"},"StageName":"prod"}"#
    );
}

#[test]
fn a_stage_name_that_is_no_text_is_no_part_of_the_id() {
    let text = sam("  A: {Type: AWS::Serverless::Api, Properties: {StageName: !Ref S}}\n")
        + "Parameters: {S: {Type: String, Default: prod}}\n";
    let unit = unit(&text);
    assert_eq!(shown(&unit, "AStage", &["StageName"]), r#""prod""#);
}

#[test]
fn a_lambda_authorizer_may_be_invoked_by_the_api() {
    let unit = unit(&sam(
        "  A: {Type: AWS::Serverless::Api, Properties: {StageName: p, Auth: {Authorizers: {L: {FunctionArn: x}}}}}\n",
    ));
    assert_eq!(
        shown(&unit, "ALAuthorizerPermission", &["FunctionName"]),
        r#""x""#
    );
}

#[test]
fn two_domains_have_two_ids() {
    let api = |id: &str, name: &str| {
        format!(
            "  {id}: {{Type: AWS::Serverless::HttpApi, Properties: {{Domain: {{DomainName: {name}, CertificateArn: c}}}}}}\n"
        )
    };
    let unit = unit(&sam(&(api("A", "a.x")
        + &api("B", "b.x")
        + &api("C", "a.x"))));
    let name = |id| shown(&unit, id, &["DomainName"]);
    assert_eq!(name("ApiGatewayDomainNameV2"), r#""a.x""#);
    assert_eq!(name("ApiGatewayDomainNameV22"), r#""b.x""#);
    assert_eq!(name("CApiMapping"), "<ApiGatewayDomainNameV2>");
}

#[test]
fn an_http_api_has_its_default_stage_and_cors() {
    let unit = unit(&sam(
        "  H: {Type: AWS::Serverless::HttpApi, Properties: {CorsConfiguration: {AllowOrigins: ['*']}, AccessLogSettings: {DestinationArn: x}}}\n",
    ));
    assert_eq!(
        made(&unit),
        [
            "H AWS::ApiGatewayV2::Api",
            "HApiGatewayDefaultStage AWS::ApiGatewayV2::Stage"
        ]
    );
    assert_eq!(
        shown(&unit, "H", &["Body", "x-amazon-apigateway-cors"]),
        r#"{"allowOrigins":["*"]}"#
    );
    assert_eq!(
        shown(&unit, "HApiGatewayDefaultStage", &["AccessLogSettings"]),
        r#"{"DestinationArn":"x"}"#
    );
}
