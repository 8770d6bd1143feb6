package policies.iam.resource_policies_not_public_test

import data.policies.iam.resource_policies_not_public as control
import data.policies.lib.units_test as units

_result(unit) := result if {
	result := control with input as unit with data.params as {"IAM-015": {}}
}

_one(type, properties) := _result(units.template({"P": {"type": type, "properties": properties}}))

_outcome(type, properties) := units.outcome(_one(type, properties), "P")

_severities(result) := [severity | some violation in result.deny; severity := object.get(violation, "severity", "high")]

_statement(principal, condition) := object.union(
	{"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": "*"},
	{key: value | some key, value in {"Condition": condition}; count(value) > 0},
)

_queue(statement) := _one("AWS::SQS::QueuePolicy", {"PolicyDocument": {"Statement": [statement]}})

_of_queue(statement) := units.outcome(_queue(statement), "P")

test_everybody_fails_at_the_statement if {
	result := _queue(_statement("*", {}))
	[violation.path | some violation in result.deny] == [["Properties", "PolicyDocument", "Statement", 0]]
	_severities(result) == ["high"]
	_of_queue(_statement({"AWS": "*"}, {})) == "fail"
}

test_policies_of_every_kind_are_judged if {
	documents := {
		"AWS::SQS::QueueInlinePolicy": "PolicyDocument",
		"AWS::SNS::TopicPolicy": "PolicyDocument",
		"AWS::SNS::TopicInlinePolicy": "PolicyDocument",
		"AWS::ECR::Repository": "RepositoryPolicyText",
		"AWS::SecretsManager::ResourcePolicy": "ResourcePolicy",
		"AWS::OpenSearchService::Domain": "AccessPolicies",
		"AWS::Elasticsearch::Domain": "AccessPolicies",
		"AWS::EFS::FileSystem": "FileSystemPolicy",
		"AWS::Backup::BackupVault": "AccessPolicy",
	}
	every type, property in documents {
		_outcome(type, {property: {"Statement": [_statement("*", {})]}}) == "fail"
		_outcome(type, {property: {"Statement": [_statement({"AWS": "123456789012"}, {})]}}) == "pass"
		_outcome(type, {property: units.unknown("parameter", "Policy")}) == "unknown"
	}
}

test_no_policy_is_not_judged if {
	_outcome("AWS::ECR::Repository", {}) == ""
	_outcome("AWS::EFS::FileSystem", {}) == ""
}

test_a_limiting_condition_passes if {
	_of_queue(_statement("*", {"ArnEquals": {"aws:SourceArn": units.reference("Topic", "")}})) == "pass"
	_of_queue(_statement("*", {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}})) == "pass"
	own := units.unknown("pseudo-parameter", "AWS::AccountId")
	_of_queue(_statement("*", {"StringEquals": {"AWS:SourceOwner": own}})) == "pass"
}

test_a_condition_that_fixes_nobody_fails if {
	_of_queue(_statement("*", {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}})) == "fail"
	_of_queue(_statement("*", {"Bool": {"aws:SecureTransport": "true"}})) == "fail"
	_of_queue(_statement("*", {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abcdefghij"}})) == "fail"
}

test_a_fixed_source_limits_and_any_source_does_not if {
	_of_queue(_statement("*", {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}})) == "pass"
	_of_queue(_statement("*", {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::uploads"}})) == "pass"
	_of_queue(_statement("*", {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:*"}})) == "fail"
}

test_not_principal_fails if {
	statement := {"Effect": "Allow", "NotPrincipal": {"AWS": "123456789012"}, "Action": "sqs:*", "Resource": "*"}
	_of_queue(statement) == "fail"
	_of_queue(object.union(statement, {"Effect": "Deny"})) == "pass"
}

test_an_undecided_principal_or_condition_is_unknown if {
	_of_queue(_statement(units.unknown("parameter", "Reader"), {})) == "unknown"
	_of_queue(_statement("*", {"StringEquals": {"aws:PrincipalOrgID": units.unknown("parameter", "O")}})) == "unknown"
}

_wide(principal) := object.union(_statement(principal, {}), {
	"Action": "SQS:*",
	"Resource": "arn:aws:sqs:eu-west-1:111122223333:orders",
})

test_every_action_for_others_is_medium if {
	_severities(_queue(_wide({"AWS": "arn:aws:iam::444455556666:root"}))) == ["medium"]
	_severities(_queue(_wide({"AWS": "arn:aws:iam::444455556666:role/ci"}))) == ["medium"]
	_severities(_queue(_wide({"Service": "sns.amazonaws.com"}))) == ["medium"]
	_of_queue(object.union(_wide({"Service": "sns.amazonaws.com"}), {"Action": "*"})) == "fail"
}

test_every_action_for_the_own_account_passes if {
	_of_queue(_wide({"AWS": "arn:aws:iam::111122223333:root"})) == "pass"
	own := units.unknown("pseudo-parameter", "AWS::AccountId")
	_of_queue(_wide({"AWS": {"$partial": ["arn:aws:iam::", own, ":root"]}})) == "pass"
	_of_queue(object.union(_wide("*"), {"Condition": {"StringEquals": {"AWS:SourceOwner": "111122223333"}}})) == "pass"
}

test_every_action_for_an_account_that_may_be_the_own_is_unknown if {
	statement := object.union(_wide({"AWS": "444455556666"}), {"Resource": units.reference("Q", "Arn")})
	_of_queue(statement) == "unknown"
	_of_queue(_wide({"AWS": {"$partial": ["arn:aws:iam::", units.unknown("parameter", "A"), ":root"]}})) == "unknown"
}

test_everybody_with_every_action_is_one_finding if _severities(_queue(_wide("*"))) == ["high"]

_permission(properties) := _outcome("AWS::Lambda::Permission", object.union({"FunctionName": "f"}, properties))

test_a_permission_for_everybody_fails if {
	_permission({"Principal": "*"}) == "fail"
	_permission({"Principal": "*", "FunctionUrlAuthType": "AWS_IAM"}) == "fail"
	_permission({"Principal": "*", "PrincipalOrgID": "o-abcdefghij"}) == "pass"
	_permission({"Principal": "*", "SourceArn": "arn:aws:s3:::uploads"}) == "pass"
	_permission({"Principal": "sns.amazonaws.com"}) == "pass"
	_permission({"Principal": units.reference("Role", "Arn")}) == "pass"
}

test_an_undecided_permission_is_unknown if {
	_permission({"Principal": units.unknown("parameter", "Caller")}) == "unknown"
	_permission({"Principal": "*", "SourceArn": units.unknown("parameter", "Source")}) == "unknown"
	limited := {"Principal": units.unknown("parameter", "Caller"), "PrincipalOrgID": "o-abcdefghij"}
	_permission(limited) == "pass"
}

test_a_layer_for_everybody_fails if {
	_outcome("AWS::Lambda::LayerVersionPermission", {"Principal": "*"}) == "fail"
	_outcome("AWS::Lambda::LayerVersionPermission", {"Principal": "*", "OrganizationId": "o-abcdefghij"}) == "pass"
	_outcome("AWS::Lambda::LayerVersionPermission", {"Principal": "123456789012"}) == "pass"
}

test_a_function_url_without_authorisation_fails if {
	_outcome("AWS::Lambda::Url", {"AuthType": "NONE"}) == "fail"
	_outcome("AWS::Lambda::Url", {"AuthType": "AWS_IAM"}) == "pass"
	_outcome("AWS::Lambda::Url", {"AuthType": units.unknown("parameter", "Auth")}) == "unknown"
}

test_an_open_url_is_reported_once if {
	given := {"Principal": "*", "FunctionName": "f"}
	result := _result(units.template({
		"U": {"type": "AWS::Lambda::Url", "properties": {"AuthType": "NONE"}},
		"P": {"type": "AWS::Lambda::Permission", "properties": object.union(given, {"FunctionUrlAuthType": "NONE"})},
		"I": {"type": "AWS::Lambda::Permission", "properties": object.union(given, {"InvokedViaFunctionUrl": true})},
	}))
	[violation.resource | some violation in result.deny] == ["U"]
	_permission({"Principal": "*", "FunctionUrlAuthType": "NONE"}) == "fail"
}

test_switching_off_the_check_of_a_secret_is_medium if {
	policy := {"Statement": [_statement({"AWS": "123456789012"}, {})]}
	given := {"ResourcePolicy": policy, "BlockPublicPolicy": false}
	_severities(_one("AWS::SecretsManager::ResourcePolicy", given)) == ["medium"]
	_outcome("AWS::SecretsManager::ResourcePolicy", {"ResourcePolicy": policy, "BlockPublicPolicy": true}) == "pass"
}

_domain(properties) := _severities(_one("AWS::OpenSearchService::Domain", object.union(
	{"AccessPolicies": {"Statement": [_statement({"AWS": "*"}, {})]}},
	properties,
)))

test_a_domain_that_is_guarded_otherwise_is_medium if {
	_domain({}) == ["high"]
	_domain({"VPCOptions": {"SubnetIds": ["subnet-1"]}}) == ["medium"]
	_domain({"AdvancedSecurityOptions": {"Enabled": true}}) == ["medium"]
	_domain({"AdvancedSecurityOptions": {"Enabled": false}}) == ["high"]
}

test_the_documented_policy_of_a_file_system_passes if {
	condition := {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}
	policy := {"Statement": [_statement({"AWS": "*"}, condition)]}
	_outcome("AWS::EFS::FileSystem", {"FileSystemPolicy": policy}) == "pass"
}

_api(types, statements) := _outcome("AWS::ApiGateway::RestApi", {
	"Policy": {"Statement": statements},
	"EndpointConfiguration": {"Types": types},
})

_everybody := _statement("*", {})

test_only_private_apis_are_judged if {
	_api(["REGIONAL"], [_everybody]) == ""
	_api(["EDGE"], [_everybody]) == ""
	_outcome("AWS::ApiGateway::RestApi", {"Policy": {"Statement": [_everybody]}}) == ""
	_api(["PRIVATE"], [_everybody]) == "fail"
	_api(units.unknown("parameter", "Types"), [_everybody]) == "unknown"
}

test_a_private_api_may_deny_all_but_its_endpoint if {
	limited := _statement("*", {"StringEquals": {"aws:SourceVpce": "vpce-1"}})
	_api(["PRIVATE"], [limited]) == "pass"
	deny := object.union(
		_statement("*", {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}),
		{"Effect": "Deny"},
	)
	_api(["PRIVATE"], [_everybody, deny]) == "pass"
}

test_the_two_forms_of_bus_policies_are_judged if {
	_outcome("AWS::Events::EventBusPolicy", {"Statement": _everybody}) == "fail"
	_outcome("AWS::Events::EventBusPolicy", {"Statement": _statement({"AWS": "123456789012"}, {})}) == "pass"
	older := {"StatementId": "s", "Principal": "*", "Action": "events:PutEvents"}
	_outcome("AWS::Events::EventBusPolicy", older) == "fail"
	organisation := {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-abcdefghij"}
	_outcome("AWS::Events::EventBusPolicy", object.union(older, {"Condition": organisation})) == "pass"
	_outcome("AWS::Events::EventBusPolicy", object.union(older, {"Principal": "123456789012"})) == "pass"
}

_text(statement) := {"Statement": [statement]}

_planned(type, attribute) := units.outcome(
	_result(units.plan({"x": {"type": type, "values": {attribute: _text(_everybody)}}})),
	"x",
)

test_the_policies_of_plans_are_judged_alike if {
	every type in [
		"aws_sqs_queue",
		"aws_sqs_queue_policy",
		"aws_sns_topic",
		"aws_sns_topic_policy",
		"aws_ecr_repository_policy",
		"aws_ecr_registry_policy",
		"aws_secretsmanager_secret_policy",
		"aws_efs_file_system_policy",
		"aws_cloudwatch_event_bus_policy",
		"aws_backup_vault_policy",
	] {
		_planned(type, "policy") == "fail"
	}
	every type in ["aws_opensearch_domain", "aws_opensearch_domain_policy", "aws_elasticsearch_domain"] {
		_planned(type, "access_policies") == "fail"
	}
	_planned("aws_api_gateway_rest_api", "policy") == ""
}

test_a_policy_of_its_own_replaces_the_one_of_the_queue if {
	result := _result(units.plan({
		"aws_sqs_queue.q": {"type": "aws_sqs_queue", "values": {"policy": _text(_everybody)}},
		"aws_sqs_queue_policy.p": {
			"type": "aws_sqs_queue_policy",
			"values": {"policy": _text(_everybody)},
			"edges": [[["queue_url"], "aws_sqs_queue.q", "id"]],
		},
	}))
	[violation.resource | some violation in result.deny] == ["aws_sqs_queue_policy.p"]
}

_with_api(types) := _result(units.plan({
	"aws_api_gateway_rest_api.a": {
		"type": "aws_api_gateway_rest_api",
		"values": {"endpoint_configuration": [{"types": types}]},
	},
	"aws_api_gateway_rest_api_policy.p": {
		"type": "aws_api_gateway_rest_api_policy",
		"values": {"policy": _text(_everybody)},
		"edges": [[["rest_api_id"], "aws_api_gateway_rest_api.a", "id"]],
	},
}))

test_a_policy_of_a_private_api_finds_it if {
	units.outcome(_with_api(["PRIVATE"]), "aws_api_gateway_rest_api_policy.p") == "fail"
	units.outcome(_with_api(["REGIONAL"]), "aws_api_gateway_rest_api_policy.p") == ""
}

test_a_data_source_is_reported_where_it_is_used if {
	result := _result(units.plan({
		"data.aws_iam_policy_document.d": {
			"type": "data.aws_iam_policy_document",
			"values": {"statement": [{
				"actions": ["ecr:GetDownloadUrlForLayer"],
				"principals": [{"type": "*", "identifiers": ["*"]}],
			}]},
		},
		"aws_ecr_repository_policy.p": {
			"type": "aws_ecr_repository_policy",
			"values": {"policy": units.unknown("computed", "json")},
			"edges": [[["policy"], "data.aws_iam_policy_document.d", "json"]],
		},
	}))
	[violation.resource | some violation in result.deny] == ["aws_ecr_repository_policy.p"]
	sources := [place.address | some violation in result.deny; some place in violation.related]
	sources == ["data.aws_iam_policy_document.d"]
}
