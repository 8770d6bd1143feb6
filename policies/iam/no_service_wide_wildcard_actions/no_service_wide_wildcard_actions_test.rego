package policies.iam.no_service_wide_wildcard_actions_test

import data.policies.iam.no_service_wide_wildcard_actions

_params := {"IAM-002": {
	"sensitive_services": ["iam", "s3", "ec2"],
	"readonly_prefixes": ["Get", "List", "Describe"],
	"exempt_services": ["ssmmessages"],
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

_denied(action, resource) := found if {
	statement := {"Effect": "Allow", "Action": action, "Resource": resource}
	denials := no_service_wide_wildcard_actions.deny with input as _unit(statement) with data.params as _params
	found := {[violation.severity, violation.path[count(violation.path) - 1]] | some violation in denials}
}

_bucket := "arn:aws:s3:::artifacts"

test_a_sensitive_service_on_everything_is_high if _denied("s3:*", "*") == {["high", "Action"]}

test_a_service_on_one_resource_is_medium if _denied(["S3:*"], _bucket) == {["medium", 0]}

test_a_service_of_its_own_type_of_arn_is_wide if _denied("s3:*", "arn:aws:s3:::*") == {["high", "Action"]}

test_any_other_service_is_medium if _denied("sqs:*", "*") == {["medium", "Action"]}

test_a_service_that_the_table_does_not_know_fails if _denied("newservice:*", "*") == {["medium", "Action"]}

test_logs_of_one_group_are_low if {
	_denied("logs:*", "arn:aws:logs:eu-west-1:111122223333:log-group:/app:*") == {["low", "Action"]}
	_denied("logs:*", "*") == {["medium", "Action"]}
}

test_iam_on_everything_is_critical if _denied("iam:*", "*") == {["critical", "Action"]}

test_everything_on_one_bucket_is_high if _denied("*", _bucket) == {["high", "Action"]}

test_everything_on_everything_is_another_control if _denied(["*", "s3:*"], "*") == set()

test_channels_of_agents_are_exempt if _denied("ssmmessages:*", "*") == set()

test_wildcards_that_only_read_pass if {
	_denied(["s3:Get*", "ec2:Describe*", "iam:List*", "iam:Get?ole"], "*") == set()
}

test_a_wildcard_of_one_level_passes if _denied(["ec2:RunInstances*", "s3:GetObject"], "*") == set()

test_a_wildcard_over_reads_and_writes_is_medium if _denied("s3:*Object*", "*") == {["medium", "Action"]}

test_a_wildcard_that_raises_privileges_is_high_on_wide_resources if {
	_denied("iam:P*", "*") == {["high", "Action"]}
	_denied("iam:P*ssRole", "arn:aws:iam::*:role/*") == {["high", "Action"]}
	_denied("iam:P*", "arn:aws:iam::111122223333:role/app") == {["medium", "Action"]}
}

test_a_wildcard_of_an_unknown_service_passes if _denied("newservice:Do*", "*") == set()

test_a_deny_grants_nothing if {
	statement := {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
	denials := no_service_wide_wildcard_actions.deny with input as _unit(statement) with data.params as _params
	denials == set()
}

_gap := {"$unknown": {"kind": "parameter", "name": "Actions", "why": "has no default"}}

_undecided(statement) := messages if {
	entries := no_service_wide_wildcard_actions.undecided with input as _unit(statement) with data.params as _params
	messages := {entry.message | some entry in entries}
}

test_an_unknown_action_is_undecided_on_any_resource if {
	_undecided({"Effect": "Allow", "Action": _gap, "Resource": _bucket}) == {
		"Statement 1 of 'P' may allow a whole service: parameter 'Actions' has no default.",
	}
}

test_an_unknown_effect_is_undecided if {
	count(_undecided({"Effect": _gap, "Action": "s3:*", "Resource": _bucket})) == 1
	_undecided({"Effect": _gap, "Action": "s3:GetObject", "Resource": _bucket}) == set()
}

test_a_service_from_a_parameter_is_a_whole_service if {
	_denied({"$partial": [_gap, ":*"]}, _bucket) == {["medium", "Action"]}
}
