//! Globals, conditions, and the kinds that become one or two resources.

use super::*;

/// Returns the unit of an empty function under these globals.
fn under(globals: &str, properties: &str) -> Unit {
    let function =
        format!("  F: {{Type: AWS::Serverless::Function, Properties: {{{properties}}}}}\n");
    unit(&(sam(&function) + &format!("Globals: {{Function: {{{globals}}}}}\n")))
}

#[test]
fn globals_merge_maps_append_lists_and_yield_scalars() {
    let unit = under(
        "Timeout: 3, MemorySize: 128, Environment: {Variables: {A: 1, B: 1}}, Layers: [a], Architectures: [x86_64]",
        "Timeout: 9, Environment: {Variables: {B: 2}}, Layers: [b], Architectures: [arm64]",
    );
    let value = |path: &[&str]| shown(&unit, "F", path);
    assert_eq!(value(&["Timeout"]), "9");
    assert_eq!(value(&["MemorySize"]), "128");
    assert_eq!(value(&["Environment"]), r#"{"Variables":{"B":2,"A":1}}"#);
    assert_eq!(value(&["Layers"]), r#"["a","b"]"#);
    assert_eq!(value(&["Architectures"]), r#"["arm64"]"#);
}

#[test]
fn a_global_stands_where_it_is_written() {
    let unit = under("KmsKeyArn: 'arn:key'", "Timeout: 1");
    let key = property(&unit, "F", &["KmsKeyArn"]);
    assert_eq!(source(&unit, key.span), "'arn:key'");
}

#[test]
fn no_value_removes_a_global() {
    let unit = under(
        "VpcConfig: {SubnetIds: [s]}",
        "VpcConfig: !Ref AWS::NoValue",
    );
    assert!(
        resource(&unit, "F")
            .node
            .get("Properties")
            .unwrap()
            .get("VpcConfig")
            .is_none()
    );
}

#[test]
fn globals_can_be_ignored() {
    let text = sam(
        "  F: {Type: AWS::Serverless::Function, IgnoreGlobals: [Timeout], Properties: {}}\n  G: {Type: AWS::Serverless::Function, IgnoreGlobals: '*', Properties: {}}\n",
    ) + "Globals: {Function: {Timeout: 1, MemorySize: 2}}\n";
    let unit = unit(&text);
    let has = |id: &str, key: &str| {
        let properties = resource(&unit, id).node.get("Properties").unwrap();
        properties.get(key).is_some()
    };
    assert!(!has("F", "Timeout") && has("F", "MemorySize"));
    assert!(!has("G", "Timeout") && !has("G", "MemorySize"));
}

#[test]
fn a_section_that_globals_do_not_have_is_noted() {
    let unit =
        unit(&(sam("  T: {Type: AWS::Serverless::SimpleTable}\n") + "Globals: {Table: {}}\n"));
    assert_eq!(notices(&unit), ["'Globals' has no section 'Table'."]);
}

#[test]
fn a_condition_is_that_of_all_that_is_made() {
    let text = sam(
        "  F: {Type: AWS::Serverless::Function, Condition: C}\n  G: {Type: AWS::Serverless::Function, Condition: N}\n  R: {Type: T, Properties: {P: !Ref GRole}}\n",
    ) + "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x], N: !Equals [a, b]}\n";
    let unit = unit(&text);
    assert_eq!(
        made(&unit),
        ["F AWS::Lambda::Function", "FRole AWS::IAM::Role"]
    );
    for id in ["F", "FRole"] {
        let facts = &resource(&unit, id).facts;
        let conditional = facts.iter().find(|(name, _)| *name == "conditional");
        assert_eq!(
            conditional.map(|(_, node)| show(node)).as_deref(),
            Some("<condition C: depends on 'P'>")
        );
    }
    assert_eq!(
        notices(&unit),
        ["'GRole' is referred to, but is no resource of the template, nor does SAM make it."]
    );
}

#[test]
fn a_simple_table_is_a_table_with_its_encryption() {
    let unit = unit(&sam(
        "  T: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Name: k, Type: Number}, SSESpecification: {SSEEnabled: true}}}\n",
    ));
    assert_eq!(made(&unit), ["T AWS::DynamoDB::Table"]);
    assert_eq!(
        shown(&unit, "T", &[]),
        "{\"AttributeDefinitions\":[{\"AttributeName\":\"k\",\"AttributeType\":\"N\"}],\
          \"KeySchema\":[{\"AttributeName\":\"k\",\"KeyType\":\"HASH\"}],\
          \"SSESpecification\":{\"SSEEnabled\":true},\"BillingMode\":\"PAY_PER_REQUEST\"}"
    );
}

#[test]
fn a_layer_is_kept_unless_it_says_otherwise() {
    let unit = unit(&sam(
        "  L: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: 's3://b/k'}}\n",
    ));
    assert_eq!(
        show(&resource(&unit, "L").node),
        r#"{"Type":"AWS::Lambda::LayerVersion","Properties":{"Content":{"S3Bucket":"b","S3Key":"k"},"LayerName":"L"},"DeletionPolicy":"Retain"}"#
    );
}

#[test]
fn a_state_machine_has_a_role_with_its_policies() {
    let unit = unit(&sam(
        "  S: {Type: AWS::Serverless::StateMachine, Properties: {Definition: {}, Type: EXPRESS, Logging: {Level: ALL}, Tracing: {Enabled: true}, Policies: [{Statement: []}], Events: {E: {Type: Schedule, Properties: {Schedule: r}}}}}\n",
    ));
    assert_eq!(
        made(&unit),
        [
            "S AWS::StepFunctions::StateMachine",
            "SRole AWS::IAM::Role",
            "SE AWS::Events::Rule",
            "SERole AWS::IAM::Role"
        ]
    );
    assert_eq!(
        shown(&unit, "S", &["LoggingConfiguration"]),
        r#"{"Level":"ALL"}"#
    );
    assert_eq!(
        shown(
            &unit,
            "SERole",
            &["Policies", "0", "PolicyDocument", "Statement", "0"]
        ),
        r#"{"Effect":"Allow","Action":"states:StartExecution","Resource":<S>}"#
    );
}

#[test]
fn an_application_is_a_nested_stack() {
    let unit = unit(&sam(
        "  A: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: arn:app, SemanticVersion: 1.0.0}}}\n",
    ));
    assert_eq!(made(&unit), ["A AWS::CloudFormation::Stack"]);
    assert_eq!(
        shown(&unit, "A", &["TemplateURL"]),
        "<transform arn:app: is fetched from the Serverless Application Repository>"
    );
    assert_eq!(unit.notices.len(), 1);
}

#[test]
fn a_type_that_is_not_expanded_stays_and_is_noted() {
    let unit = unit(&sam(
        "  W: {Type: AWS::Serverless::WebSocketApi}\n  R: {Type: T, Properties: {P: !Ref WStage}}\n",
    ));
    assert_eq!(
        &*resource(&unit, "W").type_name,
        "AWS::Serverless::WebSocketApi"
    );
    assert_eq!(
        notices(&unit),
        [
            "'W' is an 'AWS::Serverless::WebSocketApi': the resources that SAM makes of this type are not known, so they are not judged."
        ]
    );
    assert_eq!(
        shown(&unit, "R", &["P"]),
        "<transform WStage: is not declared here; 'AWS::Serverless::WebSocketApi' may make it>"
    );
}

#[test]
fn the_transform_alone_excuses_nothing() {
    let unit = unit(&sam("  R: {Type: T, Properties: {P: !Ref Nope}}\n"));
    assert_eq!(
        notices(&unit),
        ["'Nope' is referred to, but is neither a parameter nor a resource."]
    );
}

#[test]
fn an_unwanted_type_that_sam_makes_keeps_its_address_only() {
    let options = Options {
        wanted: crate::format::Wanted::Types(Arc::new(["AWS::IAM::Role".to_owned()].into())),
        ..Options::default()
    };
    let unit = unit_with(
        &sam("  F: {Type: AWS::Serverless::Function, Properties: {Handler: x}}\n"),
        &options,
    );
    assert_eq!(show(&resource(&unit, "F").node), "{}");
    assert!(shown(&unit, "FRole", &[]).contains("lambda.amazonaws.com"));
}

#[test]
fn a_made_resource_names_where_it_comes_from() {
    let unit = unit(&sam("  F: {Type: AWS::Serverless::Function}\n"));
    let facts = &resource(&unit, "FRole").facts;
    assert_eq!(facts.len(), 1);
    assert_eq!(
        show(&facts[0].1),
        r#"{"address":"F","type":"AWS::Serverless::Function"}"#
    );
}

#[test]
fn a_made_resource_does_not_replace_a_declared_one() {
    let unit = unit(&sam(
        "  F: {Type: AWS::Serverless::Function}\n  FRole: {Type: AWS::IAM::Role}\n",
    ));
    assert_eq!(made(&unit), ["F AWS::Lambda::Function"]);
    assert_eq!(
        notices(&unit),
        ["SAM makes a resource 'FRole', but the template has one of this name."]
    );
}

#[test]
fn globals_that_multiply_are_limited() {
    let mut variables = String::new();
    let mut functions = String::new();
    for number in 0..2000 {
        write!(variables, "V{number}: x, ").unwrap();
    }
    for number in 0..1000 {
        writeln!(
            functions,
            "  F{number}: {{Type: AWS::Serverless::Function}}"
        )
        .unwrap();
    }
    let globals =
        format!("Globals: {{Function: {{Environment: {{Variables: {{{variables}}}}}}}}}\n");
    let unit = unit(&(sam(&functions) + &globals));
    assert_eq!(made(&unit).len(), 2000);
    assert_eq!(
        notices(&unit),
        ["The template becomes larger than the scan reads: what is left out is unknown."]
    );
}

/// SAM resources of the wrong shape.
const ODD: [&str; 12] = [
    "Properties: [x]",
    "Properties: {Events: [a], Policies: {}, Tags: x, EventInvokeConfig: x, DeploymentPreference: []}",
    "Properties: {Events: {E: x, F: {}, G: {Type: [a]}, H: {Type: SNS}, I: {Type: SQS, Properties: x}}}",
    "Properties: {Policies: [[], null, {A: x}, 5], VpcConfig: x, CodeUri: [], AutoPublishAlias: []}",
    "Properties: {FunctionUrlConfig: x, DeadLetterQueue: 5, Role: [], Layers: x}",
    "Properties: {Events: {E: {Type: Api}, F: {Type: HttpApi, Properties: {ApiId: []}}, G: {Type: IoTRule}}}",
    "Properties: {Auth: x, Domain: [], StageName: [], EndpointConfiguration: [], DefinitionBody: x}",
    "Properties: {Auth: {Authorizers: [a], ResourcePolicy: 5, UsagePlan: x}, Domain: {DomainName: []}}",
    "Properties: {Source: x, Destination: [], Permissions: x, PrimaryKey: x, Location: [], Definition: x}",
    "Properties: {Source: {Id: X}, Destination: {Id: X}, Permissions: [Read, [x]]}",
    "Properties: {DataSources: {DynamoDb: {A: x}}, Functions: [x], Resolvers: {A: {B: x}}, Logging: x}",
    "Connectors: {A: x, B: {Properties: {Destination: {Id: X}}}}",
];

#[test]
fn odd_shapes_never_hurt() {
    for body in ODD {
        for kind in KINDS {
            let unit = unit(&sam(&format!(
                "  X:\n    Type: AWS::Serverless::{kind}\n    {body}\n  Y: {{Type: T, Properties: {{P: !GetAtt X.Arn}}}}\n"
            )));
            assert_eq!(&*resource(&unit, "Y").type_name, "T", "{kind} {body}");
        }
    }
}

/// The kinds that are expanded.
const KINDS: [&str; 9] = [
    "Api",
    "Application",
    "Connector",
    "Function",
    "GraphQLApi",
    "HttpApi",
    "LayerVersion",
    "SimpleTable",
    "StateMachine",
];
