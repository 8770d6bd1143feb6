//! Connectors, and the APIs of GraphQL.

use super::*;

/// Returns the unit of these resources beside a function `F` and the common ones.
fn connected(resources: &str) -> Unit {
    let function = "  F: {Type: AWS::Serverless::Function}\n";
    unit(&sam(&format!("{function}{OTHERS}{resources}")))
}

#[test]
fn a_connector_is_a_policy_of_the_source() {
    let unit = connected(
        "  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: F}, Destination: {Id: T}, Permissions: [Write]}}\n",
    );
    assert_eq!(
        shown(&unit, "CPolicy", &[]),
        "{\"PolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Action\":[\"sns:Publish\"],\"Effect\":\"Allow\",\"Resource\":[<T>]}]},\
          \"Roles\":[<FRole>]}"
    );
    assert_eq!(notices(&unit), [""; 0]);
}

#[test]
fn a_connector_to_a_queue_is_a_policy_of_the_queue() {
    let unit = connected(
        "  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: T}, Destination: [{Id: Q}], Permissions: [Write]}}\n",
    );
    assert_eq!(
        shown(&unit, "CQueuePolicyDestination0", &["Queues"]),
        "[<Q>]"
    );
}

#[test]
fn a_connector_to_a_function_is_a_permission() {
    let unit = connected(
        "  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: T}, Destination: {Id: F}, Permissions: [Write]}}\n",
    );
    assert_eq!(
        shown(&unit, "CWriteLambdaPermission", &[]),
        r#"{"FunctionName":<F.Arn>,"Action":"lambda:InvokeFunction","Principal":"sns.amazonaws.com","SourceArn":<T>}"#
    );
}

#[test]
fn a_resource_can_have_its_own_connectors() {
    let unit = unit(&sam(
        "  L: {Type: AWS::Lambda::Function, Connectors: {C: {Properties: {Destination: {Id: T}, Permissions: [Write]}}}, Properties: {Role: !GetAtt R.Arn}}
  R: {Type: AWS::IAM::Role}
  T: {Type: AWS::SNS::Topic}
",
    ));
    assert_eq!(made(&unit), ["LCPolicy AWS::IAM::ManagedPolicy"]);
    assert_eq!(shown(&unit, "LCPolicy", &["Roles"]), "[<R>]");
}

#[test]
fn a_connector_that_sam_does_not_know_is_noted() {
    let unit = connected(
        "  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Pool}, Destination: {Id: T}, Permissions: [Write]}}
  D: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Nope}, Destination: {Id: T}, Permissions: [Write]}}
",
    );
    assert_eq!(
        notices(&unit),
        [
            "The permissions of the connector 'C' are not judged: SAM connects no 'AWS::Cognito::UserPool' to a 'AWS::SNS::Topic'.",
            "The permissions of the connector 'D' are not judged: its source or destination is not known."
        ]
    );
}

#[test]
fn a_graphql_api_has_roles_for_its_log_and_data_sources() {
    let unit = unit(&sam(
        "  G: {Type: AWS::Serverless::GraphQLApi, Properties: {SchemaInline: s, Auth: {Type: API_KEY}, Logging: true, DataSources: {DynamoDb: {D: {TableName: t, TableArn: arn, Permissions: [Read]}}}}}\n",
    ));
    assert_eq!(
        made(&unit),
        [
            "GCloudWatchRole AWS::IAM::Role",
            "G AWS::AppSync::GraphQLApi",
            "GSchema AWS::AppSync::GraphQLSchema",
            "GDDynamoDBDataSourceRole AWS::IAM::Role",
            "GDDynamoDBDataSourceToTableConnectorPolicy AWS::IAM::ManagedPolicy",
            "GDDynamoDBDataSource AWS::AppSync::DataSource"
        ]
    );
    assert_eq!(
        shown(&unit, "G", &["LogConfig"]),
        r#"{"CloudWatchLogsRoleArn":<GCloudWatchRole.Arn>,"FieldLogLevel":"ALL"}"#
    );
    assert_eq!(shown(&unit, "G", &["AuthenticationType"]), r#""API_KEY""#);
}
