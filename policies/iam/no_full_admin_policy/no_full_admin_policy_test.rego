package policies.iam.no_full_admin_policy_test

import data.policies.iam.no_full_admin_policy

_unit(statements) := {
	"resources": {"P": _policy(statements)},
	"by_type": {"AWS::IAM::Policy": [_policy(statements)]},
}

_policy(statements) := {
	"address": "P",
	"type": "AWS::IAM::Policy",
	"node": {"Properties": {"PolicyDocument": {"Statement": statements}}},
	"properties": {"PolicyDocument": {"Statement": statements}},
	"references": [],
}

_denied(statements) := severities if {
	denials := no_full_admin_policy.deny with input as _unit(statements)
	severities := [violation.severity | some violation in denials]
}

_undecided(statements) := messages if {
	entries := no_full_admin_policy.undecided with input as _unit(statements)
	messages := [entry.message | some entry in entries]
}

_allow(action, resource) := {"Effect": "Allow", "Action": action, "Resource": resource}

test_everything_on_everything_is_denied if _denied(_allow("*", "*")) == ["critical"]

test_patterns_equal_to_everything_are_denied if {
	_denied([_allow(["s3:Get*", "*:*"], ["arn:*:*:*:*:*"])]) == ["critical"]
	_denied([_allow("?*", "*?")]) == ["critical"]
}

test_one_service_or_one_bucket_is_no_admin if {
	_denied([_allow("s3:*", "*")]) == []
	_denied([_allow("*", "arn:aws:s3:::b/*")]) == []
}

test_a_deny_and_a_misspelt_effect_grant_nothing if {
	_denied([{"Effect": "Deny", "Action": "*", "Resource": "*"}]) == []
	_denied([{"Effect": "allow", "Action": "*", "Resource": "*"}]) == []
}

test_a_condition_downgrades_but_never_passes if {
	condition := {"StringEquals": {"aws:PrincipalTag/team": "ops"}}
	_denied([object.union(_allow("*", "*"), {"Condition": condition})]) == ["high"]
}

test_a_weak_condition_stays_critical if {
	condition := {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
	_denied([object.union(_allow("*", "*"), {"Condition": condition})]) == ["critical"]
}

test_not_action_belongs_to_another_control if {
	_denied([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]) == []
}

_gap := {"$unknown": {"kind": "parameter", "name": "Actions", "why": "has no default"}}

test_an_unknown_action_on_everything_is_undecided if {
	_undecided([_allow(_gap, "*")]) == [
		"Statement 1 of 'P' may allow every action on every resource: parameter 'Actions' has no default.",
	]
}

test_an_unknown_action_on_one_bucket_is_narrow if _undecided([_allow(_gap, "arn:aws:s3:::b/*")]) == []

test_a_reference_is_one_resource if {
	_undecided([_allow("*", {"$reference": {"address": "B", "attribute": "Arn"}})]) == []
}

test_an_unknown_effect_of_everything_is_undecided if {
	count(_undecided([{"Effect": _gap, "Action": "*", "Resource": "*"}])) == 1
	_undecided([{"Effect": _gap, "Action": "s3:GetObject", "Resource": "*"}]) == []
}

test_a_partition_in_an_arn_of_wildcards_is_decided if {
	partition := {"$unknown": {"kind": "pseudo-parameter", "name": "AWS::Partition", "why": ""}}
	_denied([_allow("*", {"$partial": ["arn:", partition, ":*:*:*:*"]})]) == ["critical"]
}

test_a_parameter_inside_a_text_is_a_name if {
	_denied([_allow("*", {"$partial": ["arn:aws:s3:::", _gap, "/*"]})]) == []
	_undecided([_allow("*", {"$partial": ["arn:aws:s3:::", _gap, "/*"]})]) == []
}

test_a_list_of_inline_policies_that_is_unknown_is_read if {
	role := {"address": "R", "type": "AWS::IAM::Role", "node": {"Properties": {"Policies": _gap}}, "references": []}
	unit := {"resources": {"R": role}, "by_type": {"AWS::IAM::Role": [role]}}
	records := no_full_admin_policy.examined with input as unit
	{record.state | some record in records} == {"unknown"}
}

test_the_inline_policy_of_a_permission_set_is_judged if {
	properties := {"Name": "ops", "InlinePolicy": {"Statement": _allow("*", "*")}}
	set := {
		"address": "S",
		"type": "AWS::SSO::PermissionSet",
		"node": {"Properties": properties},
		"properties": properties,
		"references": [],
	}
	denials := no_full_admin_policy.deny with input as {"resources": {"S": set}, "by_type": {set.type: [set]}}
	{[denial.resource, array.slice(denial.path, 0, 2)] | some denial in denials} == {["S", ["Properties", "InlinePolicy"]]}
}
