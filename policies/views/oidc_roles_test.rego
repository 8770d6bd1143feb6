package policies.views.oidc_roles_test

import data.policies.lib.oidc_roles
import data.policies.views.assumed_roles
import data.policies.views.oidc_trusts

_job(written, environment, expressions) := {
	"address": "jobs.deploy", "type": "job", "environment": environment, "expressions": expressions,
	"steps": [{
		"index": 0, "path": ["steps", 0], "kind": "uses",
		"uses": {"name": "aws-actions/configure-aws-credentials"},
		"with": {"role-to-assume": written},
	}],
}

_assumed(written, environment, expressions) := rows if {
	rows := assumed_roles.rows with input as {"by_type": {"job": [_job(written, environment, expressions)]}}
}

_production := {"name": "Production", "path": ["environment"]}

test_the_name_is_known_although_the_account_is_not if {
	rows := _assumed("arn:aws:iam::${{ vars.ACCOUNT }}:role/ci/deploy", _production, [])
	expected := [["deploy", ["production"], false]]
	[[row.name, row.environments, row.environment_open] | some row in rows] == expected
}

test_a_role_from_a_variable_has_no_name if {
	rows := _assumed("${{ vars.ROLE }}", null, [])
	[[row.name, row.environments] | some row in rows] == [[null, []]]
}

test_each_value_of_an_expression_is_a_role if {
	path := ["steps", 0, "with", "role-to-assume"]
	expression := {"path": path, "raw": "${{ inputs.role }}", "branches": ["a", "b"]}
	rows := _assumed("${{ inputs.role }}", null, [expression])
	[row.name | some row in rows] == ["a", "b"]
}

test_an_open_environment_is_not_none if {
	rows := _assumed("deploy", {"name": {"$unknown": {"kind": "expression", "name": "inputs.e", "why": "x"}}}, [])
	[row.environment_open | some row in rows] == [true]
}

_trust(subject) := rows if {
	rows := oidc_trusts.rows with input as {
		"format": "cloudformation",
		"resources": {"Deploy": _role(subject)},
		"by_type": {"AWS::IAM::Role": [_role(subject)]},
	}
}

_role(subject) := {
	"address": "Deploy", "type": "AWS::IAM::Role", "format": "cloudformation", "references": [],
	"properties": _properties(subject), "node": {"Type": "AWS::IAM::Role", "Properties": _properties(subject)},
}

_properties(subject) := {"RoleName": "deploy", "AssumeRolePolicyDocument": {"Statement": [{
	"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
	"Principal": {"Federated": "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"},
	"Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": subject}},
}]}}

test_the_environment_of_a_subject if {
	rows := _trust("repo:acme/shop:environment:Production")
	expected := [["Deploy", "deploy", "scoped", "production"]]
	[[row.role, row.name, row.subjects[0].form, row.subjects[0].environment] | some row in rows] == expected
}

test_a_branch_fixes_no_environment if {
	rows := _trust("repo:acme/shop:ref:refs/heads/main")
	[[row.subjects[0].form, row.subjects[0].environment] | some row in rows] == [["scoped", null]]
}

test_a_wildcard_fixes_no_environment if {
	rows := _trust("repo:acme/shop:environment:prod*")
	[row.subjects[0].environment | some row in rows] == [null]
}

_joined(subject, written) := rows if {
	units := [
		{"unit": "a.yml", "views": {"assumed_roles": _assumed(written, _production, [])}},
		{"unit": "t.yaml", "views": {"oidc_trusts": _trust(subject)}},
	]
	rows := oidc_roles.rules with input as {"units": units}
}

test_the_join_is_by_name if {
	rows := _joined("repo:acme/shop:environment:production", "arn:aws:iam::1:role/deploy")
	expected := [["a.yml", "jobs.deploy", "t.yaml", "Deploy"]]
	[[row.unit, row.job, row.trust.unit, row.trust.role] | some row in rows] == expected
}

test_another_role_is_not_joined if count(_joined("repo:acme/shop:environment:production", "other")) == 0

test_its_own_environment_is_nothing_beyond if {
	rows := _joined("repo:acme/shop:environment:production", "deploy")
	count(oidc_roles.beyond(rows[0])) == 0
}

test_a_branch_is_beyond_the_environment if {
	rows := _joined("repo:acme/shop:ref:refs/heads/*", "deploy")
	count(oidc_roles.beyond(rows[0])) == 1
}

test_roles_of_stacks_and_commands_are_read if {
	job := {
		"address": "jobs.deploy", "type": "job", "environment": null, "expressions": [],
		"steps": [
			{
				"index": 0, "path": ["steps", 0], "kind": "uses", "commands": [],
				"uses": {"name": "aws-actions/aws-cloudformation-github-deploy"},
				"with": {"role-arn": "arn:aws:iam::1:role/stack"},
			},
			{"index": 1, "path": ["steps", 1], "kind": "run", "commands": [
				_command("aws", ["cloudformation", "deploy", "--role-arn", "arn:aws:iam::1:role/own"]),
				_command("aws", ["sts", "assume-role", "--role-arn=arn:aws:iam::1:role/other"]),
				_command("aws", ["scheduler", "create-schedule", "--role-arn", "arn:aws:iam::1:role/runs"]),
				_command("sam", ["deploy", "--role-arn", "$ROLE"]),
			]},
		],
	}
	rows := assumed_roles.rows with input as {"by_type": {"job": [job]}}
	[[row.name, row.use] | some row in rows] == [["stack", "service"], ["own", "service"], ["other", "service"]]
}

_command(program, words) := {"program": program, "words": words, "path": ["steps", 1, "run"], "text": "…"}
