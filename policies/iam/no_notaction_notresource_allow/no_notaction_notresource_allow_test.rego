package policies.iam.no_notaction_notresource_allow_test

import data.policies.iam.no_notaction_notresource_allow

_unit(type, statement) := {"resources": {"P": policy}, "by_type": {type: [policy]}} if {
	policy := {
		"address": "P",
		"type": type,
		"node": {"Properties": {"PolicyDocument": {"Statement": statement}}},
		"properties": {},
		"references": [],
	}
}

_denied(type, statement) := found if {
	denials := no_notaction_notresource_allow.deny with input as _unit(type, statement)
	found := {[violation.severity, violation.path[count(violation.path) - 1]] | some violation in denials}
}

_allow(statement) := _denied("AWS::IAM::Policy", object.union({"Effect": "Allow"}, statement))

_bucket := "arn:aws:s3:::artifacts/*"

test_not_action_on_one_bucket_is_high if {
	_allow({"NotAction": "s3:DeleteObject", "Resource": _bucket}) == {["high", "NotAction"]}
}

test_not_action_that_leaves_iam_on_everything_is_critical if {
	_allow({"NotAction": ["s3:*"], "Resource": "*"}) == {["critical", "NotAction"]}
}

test_leaving_one_of_iam_and_sts_is_critical if {
	_allow({"NotAction": ["iam:*"], "Resource": "*"}) == {["critical", "NotAction"]}
	_allow({"NotAction": ["sts:*", "iam:Create*"], "Resource": "*"}) == {["critical", "NotAction"]}
}

test_excluding_iam_and_sts_is_high if {
	_allow({"NotAction": ["IAM:*", "sts:*"], "Resource": "*"}) == {["high", "NotAction"]}
	_allow({"NotAction": ["ia?:*", "st*:*"], "Resource": "*"}) == {["high", "NotAction"]}
}

test_not_resource_is_high if {
	_allow({"Action": "s3:GetObject", "NotResource": [_bucket]}) == {["high", "NotResource"]}
}

test_both_are_two_findings if {
	_allow({"NotAction": "s3:*", "NotResource": _bucket}) == {["high", "NotAction"], ["high", "NotResource"]}
}

test_a_guardrail_denies_and_passes if {
	guardrail := {
		"Effect": "Deny",
		"NotAction": ["iam:*", "sts:*"],
		"Resource": "*",
		"Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
	}
	_denied("AWS::IAM::Policy", guardrail) == set()
}

test_action_and_resource_pass if _allow({"Action": "s3:GetObject", "Resource": _bucket}) == set()

test_effect_is_case_sensitive if {
	_denied("AWS::IAM::Policy", {"Effect": "allow", "NotAction": "s3:*", "Resource": "*"}) == set()
}

test_policies_of_queues_are_judged if {
	statement := {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "NotAction": "sqs:DeleteQueue", "Resource": "*"}
	_denied("AWS::SQS::QueuePolicy", statement) == {["critical", "NotAction"]}
}

test_policies_of_buckets_are_another_control if {
	statement := {"Effect": "Allow", "Principal": "*", "NotAction": "s3:Delete*", "Resource": "*"}
	unit := _unit("AWS::S3::BucketPolicy", statement)
	subjects := no_notaction_notresource_allow.subjects with input as unit
	subjects == set()
	_denied("AWS::S3::BucketPolicy", statement) == set()
}

_gap := {"$unknown": {"kind": "parameter", "name": "Effect", "why": "has no default"}}

test_an_effect_that_is_not_known_is_undecided if {
	unit := _unit("AWS::IAM::Policy", {"Effect": _gap, "NotAction": "s3:*", "Resource": "*"})
	entries := no_notaction_notresource_allow.undecided with input as unit
	denials := no_notaction_notresource_allow.deny with input as unit
	denials == set()
	{entry.path[count(entry.path) - 1] | some entry in entries} == {"NotAction"}
}

test_a_statement_that_is_not_known_is_undecided if {
	entries := no_notaction_notresource_allow.undecided with input as _unit("AWS::IAM::Policy", [_gap])
	{entry.message | some entry in entries} == {
		"Statement 1 of 'P' may allow all but a list: parameter 'Effect' has no default.",
	}
}

# The data source of a plan spells the elements in its own way.
_source(statement) := {"resources": {source.address: source}, "by_type": {source.type: [source]}} if {
	source := {
		"address": "data.aws_iam_policy_document.it",
		"type": "data.aws_iam_policy_document",
		"node": {"statement": [statement]},
		"properties": {},
		"references": [],
	}
}

test_a_data_source_spells_not_actions if {
	denials := no_notaction_notresource_allow.deny with input as _source({"not_actions": ["iam:*"], "resources": ["*"]})
	{violation.path | some violation in denials} == {["statement", 0, "not_actions"]}
}
