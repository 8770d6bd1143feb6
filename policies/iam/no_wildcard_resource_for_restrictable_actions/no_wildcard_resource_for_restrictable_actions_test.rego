package policies.iam.no_wildcard_resource_for_restrictable_actions_test

import data.policies.iam.no_wildcard_resource_for_restrictable_actions as control

_params := {"IAM-003": {
	"tolerated_star": ["ecs:registertaskdefinition", "logs:createloggroup"],
	"data_read": ["s3:getobject*", "dynamodb:*get*", "dynamodb:query", "sqs:receivemessage"],
	"readonly_prefixes": ["get", "list", "describe", "batchget"],
	"exempt_services": ["ssmmessages"],
	"report_unlisted": false,
}}

_unit(statement) := {"resources": {"P": policy}, "by_type": {"AWS::IAM::Policy": [policy]}} if {
	policy := {
		"address": "P",
		"type": "AWS::IAM::Policy",
		"node": {"Properties": {"PolicyDocument": {"Statement": statement}}},
		"properties": {},
		"references": [],
	}
}

_messages(statement) := messages if {
	denials := control.deny with input as _unit(statement) with data.params as _params
	messages := [violation.message | some violation in denials]
}

_allow(action, resource) := {"Effect": "Allow", "Action": action, "Resource": resource}

_passes(action, resource) if _messages(_allow(action, resource)) == []

_fails(action, resource) if count(_messages(_allow(action, resource))) == 1

test_only_the_offending_actions_are_named if {
	_messages(_allow(["ecs:RunTask", "ecs:ListClusters", "ecr:GetAuthorizationToken", "ecs:StopTask"], "*")) == [
		"Statement 1 of 'P' allows 'ecs:RunTask', 'ecs:StopTask' on '*', although these actions can name resources.",
	]
}

test_reads_lists_and_unavoidable_actions_pass if {
	_passes(["ec2:Describe*", "ecs:DescribeTaskDefinition", "s3:ListAllMyBuckets", "sts:GetCallerIdentity"], "*")
	_passes(["cloudwatch:PutMetricData", "xray:PutTraceSegments", "ecs:DeregisterTaskDefinition"], "*")
	_passes(["ssmmessages:*", "kms:ListAliases", "secretsmanager:BatchGetSecretValue", "rds:Describe*"], "*")
}

test_tolerated_actions_pass if _passes(["ecs:RegisterTaskDefinition", "logs:CreateLogGroup"], "*")

test_a_write_on_all_of_one_service_fails if {
	_fails("s3:PutObject", "arn:aws:s3:::*")
	_fails("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/*")
	_fails("iam:CreateRole", "arn:aws:iam::*:role/*")
}

test_the_wildcard_of_another_service_is_not_meant if {
	_passes("dynamodb:PutItem", ["arn:aws:s3:::*", "arn:aws:dynamodb:eu-west-1:1:table/t"])
}

test_a_named_thing_passes if {
	_passes("s3:PutObject", "arn:aws:s3:::artifacts/*")
	_passes("sns:Publish", "arn:aws:sns:eu-west-1:111122223333:orders")
	_passes("ecs:UpdateService", "arn:aws:ecs:*:*:service/shop/*")
	_passes("sqs:SendMessage", {"$reference": {"address": "Q", "attribute": "Arn"}})
}

test_stored_data_is_read_by_name_only if {
	_fails("sqs:ReceiveMessage", "*")
	_passes("sqs:GetQueueAttributes", "*")
	_fails("s3:Get*", "*")
	_passes("s3:List*", "*")
}

test_a_wildcard_of_writes_fails if _fails("ec2:RunInstances*", "*")

test_what_other_controls_own_is_skipped if {
	_passes(["iam:PassRole", "iam:PutRolePolicy", "kms:Decrypt", "secretsmanager:GetSecretValue", "s3:GetObject"], "*")
	_passes(["s3:*", "*"], "arn:aws:s3:::*")
	_passes(["*", "s3:PutObject"], "*")
}

_conditioned(action, condition) := object.union(_allow(action, "*"), {"Condition": condition})

test_a_scoping_condition_names_resources if {
	_messages(_conditioned("ecs:StopTask", {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:eu-west-1:1:cluster/a"}})) == []
	_messages(_conditioned("ec2:StopInstances", {"StringEquals": {"ec2:ResourceTag/team": "a"}})) == []
	_messages(_conditioned("ec2:RunInstances", {"StringEquals": {"aws:RequestTag/team": "a"}})) == []
}

test_a_condition_that_need_not_hold_does_not if {
	count(_messages(_conditioned("ecs:StopTask", {"ArnEqualsIfExists": {"ecs:cluster": "a"}}))) == 1
	count(_messages(_conditioned("ecs:StopTask", {"StringNotEquals": {"aws:ResourceTag/team": "a"}}))) == 1
	count(_messages(_conditioned("ecs:StopTask", {"StringLike": {"aws:ResourceTag/team": "*"}}))) == 1
	count(_messages(_conditioned("ec2:StopInstances", {"StringEquals": {"aws:RequestTag/team": "a"}}))) == 1
}

test_the_finding_stands_at_the_resource if {
	statement := _allow("sqs:SendMessage", ["arn:aws:sqs:eu-west-1:1:q", "*"])
	denials := control.deny with input as _unit(statement) with data.params as _params
	[violation.path | some violation in denials] == [["Properties", "PolicyDocument", "Statement", "Resource", 1]]
}

_gap := {"$unknown": {"kind": "parameter", "name": "Queue", "why": "has no default"}}

_undecided(statement, params) := count(entries) if {
	entries := control.undecided with input as _unit(statement) with data.params as params
}

test_an_unknown_resource_is_undecided_for_what_could_name_it if {
	_undecided(_allow("sqs:SendMessage", _gap), _params) == 1
	_undecided(_allow("sqs:ListQueues", _gap), _params) == 0
	_undecided(_allow("sqs:SendMessage", {"$partial": ["arn:aws:sqs:eu-west-1:1:", _gap]}), _params) == 0
}

test_an_unlisted_action_is_undecided_where_asked_for if {
	asked := object.union(_params, {"IAM-003": {"report_unlisted": true}})
	_undecided(_allow("newservice:Create", "*"), _params) == 0
	_undecided(_allow("newservice:Create", "*"), asked) == 1
}
