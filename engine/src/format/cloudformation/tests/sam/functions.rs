//! Functions: roles, policies, events.

use super::*;

#[test]
fn a_function_becomes_a_function_and_its_role() {
    let unit = function("Handler: a.b, Runtime: r, CodeUri: 's3://b/k/l.zip'");
    assert_eq!(
        made(&unit),
        ["F AWS::Lambda::Function", "FRole AWS::IAM::Role"]
    );
    assert_eq!(
        shown(&unit, "F", &[]),
        r#"{"Code":{"S3Bucket":"b","S3Key":"k/l.zip"},"Handler":"a.b","Runtime":"r","Role":<FRole.Arn>,"Tags":[{"Key":"lambda:createdBy","Value":"SAM"}]}"#
    );
    assert_eq!(
        edges_of(resource(&unit, "F")),
        ["Properties.Role -> FRole.Arn"]
    );
    assert_eq!(notices(&unit), [""; 0]);
}

#[test]
fn the_role_of_a_function_trusts_lambda_and_may_write_logs() {
    let unit = function("");
    assert_eq!(
        shown(&unit, "FRole", &["AssumeRolePolicyDocument"]),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole"],"Principal":{"Service":["lambda.amazonaws.com"]}}]}"#
    );
    assert_eq!(
        shown(&unit, "FRole", &["ManagedPolicyArns"]),
        r#"["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]"#
    );
}

#[test]
fn a_given_role_is_taken() {
    let unit = function("Role: 'arn:aws:iam::1:role/r', Policies: AdministratorAccess");
    assert_eq!(made(&unit), ["F AWS::Lambda::Function"]);
    assert_eq!(shown(&unit, "F", &["Role"]), r#""arn:aws:iam::1:role/r""#);
}

#[test]
fn a_role_that_may_be_given_is_made_for_the_other_case() {
    let text = sam(
        "  F: {Type: AWS::Serverless::Function, Properties: {Role: !If [C, !Ref AWS::NoValue, 'arn:r']}}\n",
    ) + "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\n";
    let unit = unit(&text);
    assert_eq!(
        shown(&unit, "F", &["Role"]),
        "<condition C: depends on 'P' of <FRole.Arn> or \"arn:r\">"
    );
    let (name, conditional) = &resource(&unit, "FRole").facts[0];
    assert_eq!(
        (*name, show(conditional)),
        ("conditional", "<condition C: depends on 'P'>".to_owned())
    );
}

#[test]
fn tracing_and_a_vpc_need_managed_policies() {
    let unit = function("Tracing: Active, VpcConfig: {SubnetIds: [s], SecurityGroupIds: [g]}");
    assert_eq!(
        shown(&unit, "FRole", &["ManagedPolicyArns"]),
        "[\"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole\",\
          \"arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess\",\
          \"arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole\"]"
    );
    assert_eq!(
        shown(&unit, "F", &["VpcConfig"]),
        r#"{"SubnetIds":["s"],"SecurityGroupIds":["g"]}"#
    );
    assert_eq!(
        shown(&unit, "F", &["TracingConfig"]),
        r#"{"Mode":"Active"}"#
    );
}

#[test]
fn a_statement_of_the_role_stands_where_the_function_has_it() {
    let unit = function("Policies: [{Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}]");
    let path = ["Policies", "0", "PolicyDocument", "Statement", "0"];
    let statement = property(&unit, "FRole", &path);
    assert_eq!(
        source(&unit, statement.span),
        "{Effect: Allow, Action: '*', Resource: '*'}"
    );
    assert_eq!(
        shown(&unit, "FRole", &["Policies"]),
        r#"[{"PolicyName":"FRolePolicy0","PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}}]"#
    );
}

#[test]
fn managed_policies_are_given_by_name_or_arn() {
    let unit = function("Policies: [ViewOnlyAccess, 'arn:x', AmazonS3ReadOnlyAccess, !Ref T]");
    assert_eq!(
        shown(&unit, "FRole", &["ManagedPolicyArns"]),
        "[\"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole\",\
          \"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess\",\"arn:x\",\
          \"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess\",<T>]"
    );
}

#[test]
fn a_policy_template_becomes_its_statements() {
    let unit = function("Policies: [{SNSPublishMessagePolicy: {TopicName: !GetAtt T.TopicName}}]");
    assert_eq!(
        shown(
            &unit,
            "FRole",
            &["Policies", "0", "PolicyDocument", "Statement"]
        ),
        "[{\"Action\":[\"sns:Publish\"],\"Effect\":\"Allow\",\"Resource\":partial[\"arn:\",\
          <pseudo-parameter AWS::Partition: is known only at deployment>,\":sns:\",\
          <pseudo-parameter AWS::Region: is known only at deployment>,\":\",\
          <pseudo-parameter AWS::AccountId: is known only at deployment>,\":\",<T.TopicName>]}]"
    );
    assert_eq!(
        edges_of(resource(&unit, "FRole")),
        ["Properties.Policies[0].PolicyDocument.Statement[0].Resource -> T.TopicName"]
    );
}

#[test]
fn an_unknown_policy_template_is_noted() {
    let unit = function("Policies: [{MagicPolicy: {}}]");
    assert_eq!(
        notices(&unit),
        ["SAM has no policy template 'MagicPolicy'."]
    );
}

#[test]
fn a_policy_under_an_undecided_condition_shows_both_branches() {
    let text = sam(
        "  F: {Type: AWS::Serverless::Function, Properties: {Policies: [!If [C, AdministratorAccess, !Ref AWS::NoValue]]}}\n",
    ) + "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\n";
    assert_eq!(
        shown(&unit(&text), "FRole", &["ManagedPolicyArns", "1"]),
        "<condition C: depends on 'P' of \"arn:aws:iam::aws:policy/AdministratorAccess\" or null>"
    );
}

#[test]
fn boundary_path_and_trust_are_those_of_the_role() {
    let unit = function(
        "PermissionsBoundary: b, RolePath: /p/, AssumeRolePolicyDocument: {Statement: []}",
    );
    assert_eq!(shown(&unit, "FRole", &["PermissionsBoundary"]), r#""b""#);
    assert_eq!(shown(&unit, "FRole", &["Path"]), r#""/p/""#);
    assert_eq!(
        shown(&unit, "FRole", &["AssumeRolePolicyDocument"]),
        r#"{"Statement":[]}"#
    );
}

#[test]
fn a_dead_letter_queue_is_configured_and_granted() {
    let unit = function("DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Q.Arn}");
    assert_eq!(
        shown(&unit, "F", &["DeadLetterConfig"]),
        r#"{"TargetArn":<Q.Arn>}"#
    );
    assert_eq!(
        shown(
            &unit,
            "FRole",
            &["Policies", "0", "PolicyDocument", "Statement"]
        ),
        r#"[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":<Q.Arn>}]"#
    );
}

#[test]
fn destinations_without_a_target_are_made() {
    let unit = function("EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SNS}}}");
    assert_eq!(
        made(&unit),
        [
            "FEventInvokeConfigOnFailureTopic AWS::SNS::Topic",
            "FEventInvokeConfig AWS::Lambda::EventInvokeConfig",
            "F AWS::Lambda::Function",
            "FRole AWS::IAM::Role"
        ]
    );
    assert_eq!(
        shown(&unit, "FEventInvokeConfig", &["DestinationConfig"]),
        r#"{"OnFailure":{"Destination":<FEventInvokeConfigOnFailureTopic>}}"#
    );
}

#[test]
fn an_alias_stands_between_events_and_function() {
    let unit = function(
        "AutoPublishAlias: live, Events: {E: {Type: SNS, Properties: {Topic: !Ref T}}}, DeploymentPreference: {Type: AllAtOnce}",
    );
    assert_eq!(
        made(&unit),
        [
            "FVersion AWS::Lambda::Version",
            "FDeploymentGroup AWS::CodeDeploy::DeploymentGroup",
            "FAliaslive AWS::Lambda::Alias",
            "FE AWS::SNS::Subscription",
            "FEPermission AWS::Lambda::Permission",
            "F AWS::Lambda::Function",
            "FRole AWS::IAM::Role"
        ]
    );
    assert_eq!(shown(&unit, "FE", &["Endpoint"]), "<FAliaslive>");
    assert_eq!(
        &*resource(&unit, "CodeDeployServiceRole").type_name,
        "AWS::IAM::Role"
    );
}

#[test]
fn a_public_url_is_open_to_everyone() {
    let unit = function("FunctionUrlConfig: {AuthType: NONE}");
    assert_eq!(
        shown(&unit, "FUrlPublicPermissions", &[]),
        r#"{"Action":"lambda:InvokeFunctionUrl","FunctionName":<F>,"Principal":"*","FunctionUrlAuthType":"NONE"}"#
    );
    let node = &resource(&unit, "FUrlPublicPermissions").node;
    assert_eq!(source(&unit, node.span), "NONE");
    let signed = function("FunctionUrlConfig: {AuthType: AWS_IAM}");
    assert_eq!(
        made(&signed),
        [
            "FUrl AWS::Lambda::Url",
            "F AWS::Lambda::Function",
            "FRole AWS::IAM::Role"
        ]
    );
}

/// Events, and what they make besides function and role.
const EVENTS: [(&str, &[&str]); 16] = [
    (
        "{Type: S3, Properties: {Bucket: !Ref B, Events: x}}",
        &["FEPermission AWS::Lambda::Permission"],
    ),
    (
        "{Type: SNS, Properties: {Topic: !Ref T, SqsSubscription: true}}",
        &[
            "FEQueue AWS::SQS::Queue",
            "FEQueuePolicy AWS::SQS::QueuePolicy",
            "FEEventSourceMapping AWS::Lambda::EventSourceMapping",
            "FE AWS::SNS::Subscription",
        ],
    ),
    (
        "{Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}",
        &["FE AWS::Lambda::EventSourceMapping"],
    ),
    (
        "{Type: Kinesis, Properties: {Stream: s}}",
        &["FE AWS::Lambda::EventSourceMapping"],
    ),
    (
        "{Type: DynamoDB, Properties: {Stream: s}}",
        &["FE AWS::Lambda::EventSourceMapping"],
    ),
    (
        "{Type: MSK, Properties: {Stream: s}}",
        &["FE AWS::Lambda::EventSourceMapping"],
    ),
    (
        "{Type: MQ, Properties: {Broker: b}}",
        &["FE AWS::Lambda::EventSourceMapping"],
    ),
    (
        "{Type: Schedule, Properties: {Schedule: rate(1 day)}}",
        &[
            "FE AWS::Events::Rule",
            "FEPermission AWS::Lambda::Permission",
        ],
    ),
    (
        "{Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}",
        &["FE AWS::Scheduler::Schedule", "FERole AWS::IAM::Role"],
    ),
    (
        "{Type: CloudWatchEvent, Properties: {Pattern: {}}}",
        &[
            "FE AWS::Events::Rule",
            "FEPermission AWS::Lambda::Permission",
        ],
    ),
    (
        "{Type: EventBridgeRule, Properties: {Pattern: {}, DeadLetterConfig: {Type: SQS}}}",
        &[
            "FEQueue AWS::SQS::Queue",
            "FEQueuePolicy AWS::SQS::QueuePolicy",
            "FE AWS::Events::Rule",
            "FEPermission AWS::Lambda::Permission",
        ],
    ),
    (
        "{Type: CloudWatchLogs, Properties: {LogGroupName: l}}",
        &[
            "FEPermission AWS::Lambda::Permission",
            "FE AWS::Logs::SubscriptionFilter",
        ],
    ),
    (
        "{Type: Cognito, Properties: {UserPool: !Ref Pool, Trigger: PreSignUp}}",
        &["FCognitoPermission AWS::Lambda::Permission"],
    ),
    (
        "{Type: IoTRule, Properties: {Sql: s}}",
        &[
            "FEPermission AWS::Lambda::Permission",
            "FE AWS::IoT::TopicRule",
        ],
    ),
    (
        "{Type: AlexaSkill}",
        &["FEPermission AWS::Lambda::Permission"],
    ),
    (
        "{Type: Api, Properties: {Path: /, Method: get}}",
        &["FEPermissionProd AWS::Lambda::Permission"],
    ),
];

#[test]
fn each_event_makes_its_resources() {
    for (event, expected) in EVENTS {
        let unit = function(&format!("Events: {{E: {event}}}"));
        let mut made = made(&unit);
        made.retain(|made| !made.starts_with("Serverless"));
        let function = made.split_off(expected.len());
        assert_eq!(made, expected, "{event}");
        assert_eq!(function.len(), 2, "{event}");
    }
}

#[test]
fn a_source_is_granted_to_the_role() {
    let unit =
        function("Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn, BatchSize: 5}}}");
    assert_eq!(
        shown(&unit, "FE", &[]),
        r#"{"EventSourceArn":<Q.Arn>,"FunctionName":<F>,"BatchSize":5}"#
    );
    assert_eq!(
        shown(&unit, "FRole", &["ManagedPolicyArns", "1"]),
        r#""arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole""#
    );
}

#[test]
fn an_event_that_is_not_known_is_noted() {
    let unit = function("Events: {E: {Type: Magic}}");
    assert_eq!(
        notices(&unit),
        ["The event type 'Magic' is not known: what it makes is not judged."]
    );
}

#[test]
fn what_an_event_makes_stands_at_its_name() {
    let unit = function("Events: {Daily: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}");
    assert_eq!(source(&unit, resource(&unit, "FDaily").span), "Daily");
    let expression = property(&unit, "FDaily", &["ScheduleExpression"]);
    assert_eq!(source(&unit, expression.span), "rate(1 day)");
}

#[test]
fn code_that_is_packaged_later_is_unknown() {
    assert_eq!(
        shown(&function("CodeUri: src/"), "F", &["Code"]),
        "<transform src/: is uploaded when the template is packaged>"
    );
    assert_eq!(
        shown(&function("InlineCode: x"), "F", &["Code"]),
        r#"{"ZipFile":"x"}"#
    );
}
