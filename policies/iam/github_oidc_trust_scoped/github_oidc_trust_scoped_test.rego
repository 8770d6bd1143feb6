package policies.iam.github_oidc_trust_scoped_test

import data.policies.iam.github_oidc_trust_scoped as control

_host := "token.actions.githubusercontent.com"

_arn := "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"

_statement(principal, condition) := {
	"Effect": "Allow",
	"Principal": {"Federated": principal},
	"Action": "sts:AssumeRoleWithWebIdentity",
	"Condition": condition,
}

_role(statement, policies) := {
	"address": "R",
	"type": "AWS::IAM::Role",
	"node": {"Properties": {"AssumeRolePolicyDocument": {"Statement": [statement]}, "Policies": policies}},
	"properties": {},
	"references": [],
}

_unit(role) := {"resources": {"R": role}, "by_type": {"AWS::IAM::Role": [role]}}

_found(statement) := {[violation.severity, violation.defect] | some violation in denials} if {
	denials := control.deny with input as _unit(_role(statement, []))
}

_scoped := "repo:shop/storefront:environment:production"

_condition(operator, subject) := object.union(
	{"StringEquals": {concat("", [_host, ":aud"]): "sts.amazonaws.com"}},
	{operator: {concat("", [_host, ":sub"]): subject}},
)

test_a_scoped_subject_and_audience_pass if {
	_found(_statement(_arn, _condition("StringEquals", _scoped))) == set()
	subjects := control.subjects with input as _unit(_role(_statement(_arn, _condition("StringEquals", _scoped)), []))
	subjects == {"R"}
}

test_without_a_subject_every_workflow_is_let_in if {
	condition := {"StringEquals": {concat("", [_host, ":aud"]): "sts.amazonaws.com"}}
	_found(_statement(_arn, condition)) == {["critical", "sub/none"]}
	_found(_statement(_arn, {})) == {["critical", "sub/none"], ["medium", "aud/none"]}
}

test_a_condition_with_if_exists_is_critical if {
	_found(_statement(_arn, _condition("StringEqualsIfExists", _scoped))) == {["critical", "sub/vacuous"]}
	_found(_statement(_arn, _condition("ForAllValues:StringEquals", _scoped))) == {["critical", "sub/vacuous"]}
}

test_a_negative_operator_fixes_nothing if {
	_found(_statement(_arn, _condition("StringNotLike", _scoped))) == {["critical", "sub/none"]}
}

test_without_an_audience_it_is_medium if {
	condition := {"StringEquals": {concat("", [_host, ":sub"]): _scoped}}
	_found(_statement(_arn, condition)) == {["medium", concat("", ["aud/", _scoped])]}
}

test_a_finding_stands_at_the_condition if {
	statement := _statement(_arn, _condition("StringLike", "repo:shop/*"))
	denials := control.deny with input as _unit(_role(statement, []))
	condition := ["Condition", "StringLike", concat("", [_host, ":sub"])]
	{violation.path | some violation in denials} == {array.concat(
		["Properties", "AssumeRolePolicyDocument", "Statement", 0],
		condition,
	)}
}

test_a_provider_of_a_server_is_github_too if {
	host := "github.example.com/_services/token"
	condition := {"StringLike": {
		concat("", [host, ":sub"]): "repo:shop/*",
		concat("", [host, ":aud"]): "sts.amazonaws.com",
	}}
	principal := concat("", ["arn:aws:iam::111122223333:oidc-provider/", host])
	_found(_statement(principal, condition)) == {["critical", "sub/repo:shop/*"]}
}

test_another_provider_is_another_control if {
	_found(_statement("arn:aws:iam::111122223333:oidc-provider/gitlab.com", {})) == set()
	_found(_statement("cognito-identity.amazonaws.com", {})) == set()
}

test_a_statement_that_only_tags_sessions_is_not_judged if {
	statement := object.union(_statement(_arn, {}), {"Action": "sts:TagSession"})
	_found(statement) == set()
}

_severities(subject, policies) := {violation.severity | some violation in denials} if {
	role := _role(_statement(_arn, _condition("StringLike", subject)), policies)
	denials := control.deny with input as _unit(role)
}

_policy(action) := {"PolicyDocument": {"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}}}

test_what_the_role_may_do_counts if {
	_severities("repo:shop/storefront:*", []) == {"high"}
	_severities("repo:shop/storefront:*", [_policy("s3:PutObject")]) == {"high"}
	_severities("repo:shop/storefront:*", [_policy("s3:GetObject")]) == {"medium"}
	_severities("repo:shop/storefront:pull_request", [_policy("s3:PutObject")]) == {"high"}
	_severities("repo:shop/storefront:pull_request", [_policy(["s3:GetObject", "ec2:Describe*"])]) == set()
}

test_pull_requests_without_known_permissions_are_undecided if {
	role := _role(_statement(_arn, _condition("StringLike", "repo:shop/storefront:pull_request")), [])
	entries := control.undecided with input as _unit(role)
	count(entries) == 1
}

test_a_data_source_is_judged_without_a_role if {
	source := {
		"address": "data.aws_iam_policy_document.t",
		"type": "data.aws_iam_policy_document",
		"node": {"statement": [{
			"actions": ["sts:AssumeRoleWithWebIdentity"],
			"principals": [{"type": "Federated", "identifiers": [_arn]}],
		}]},
		"references": [],
	}
	unit := {"resources": {source.address: source}, "by_type": {source.type: [source]}}
	denials := control.deny with input as unit
	{violation.severity | some violation in denials} == {"critical", "medium"}
}

_open := {"$unknown": {"kind": "parameter", "name": "Given", "why": "has no default"}}

_undecided(statement) := {[violation.defect, violation.path] | some violation in entries} if {
	entries := control.undecided with input as _unit(_role(statement, []))
}

test_a_subject_that_is_not_known_is_undecided_at_its_place if {
	statement := ["Properties", "AssumeRolePolicyDocument", "Statement", 0]
	path := array.concat(statement, ["Condition", "StringEquals", concat("", [_host, ":sub"])])
	some [defect, place] in _undecided(_statement(_arn, _condition("StringEquals", _open)))
	startswith(defect, "sub/")
	place == path
}

test_an_audience_that_is_not_known_is_undecided if {
	condition := {"StringEquals": {concat("", [_host, ":sub"]): _scoped, concat("", [_host, ":aud"]): _open}}
	path := ["Properties", "AssumeRolePolicyDocument", "Statement", 0]
	_undecided(_statement(_arn, condition)) == {[concat("", ["aud/", _scoped]), path]}
}

test_an_effect_that_is_not_known_is_undecided_where_the_subject_is_open if {
	open := object.union(_statement(_arn, _condition("StringLike", "repo:*")), {"Effect": _open})
	["effect", ["Properties", "AssumeRolePolicyDocument", "Statement", 0]] in _undecided(open)
	scoped := object.union(_statement(_arn, _condition("StringEquals", _scoped)), {"Effect": _open})
	not "effect" in {defect | some [defect, _] in _undecided(scoped)}
}
