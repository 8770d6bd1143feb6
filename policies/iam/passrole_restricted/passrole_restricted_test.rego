package policies.iam.passrole_restricted_test

import data.policies.iam.passrole_restricted
import data.policies.lib.network_units_test as units

_baseline := {"IAM-006": {"require_named": false}}

_strict := {"IAM-006": {"require_named": true}}

_policy(statements) := units.cfn("P", "AWS::IAM::Policy", {"PolicyDocument": {"Statement": statements}})

_denied(resources, params) := found if {
	denials := passrole_restricted.deny with input as units.unit(resources) with data.params as params
	found := {violation.severity | some violation in denials}
}

_severities(statements) := _denied([_policy(statements)], _baseline)

_severities_strict(statements) := _denied([_policy(statements)], _strict)

_undecided(resources) := found if {
	entries := passrole_restricted.undecided with input as units.unit(resources) with data.params as _baseline
	found := {entry.message | some entry in entries}
}

_pass(resource) := {"Effect": "Allow", "Action": "iam:PassRole", "Resource": resource}

_to(resource, condition) := object.union(_pass(resource), {"Condition": condition})

_tasks := {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}

_some_roles := "arn:aws:iam::111122223333:role/app-*"

test_any_role_to_any_service_is_high if {
	_severities(_pass("*")) == {"high"}
	_severities(_pass("arn:aws:iam::*:role/*")) == {"high"}
	_severities(_pass("arn:aws:iam::111122223333:role/*/*")) == {"high"}
	account := {"$unknown": {"kind": "pseudo-parameter", "name": "AWS::AccountId", "why": "x"}}
	_severities(_pass({"$partial": ["arn:aws:iam::", account, ":role/*"]})) == {"high"}
}

test_any_role_to_one_service_is_medium if {
	_severities(_to("*", _tasks)) == {"medium"}
	_severities(_to("*", {"StringEqualsIfExists": {"iam:PassedToService": "glue.amazonaws.com"}})) == {"medium"}
	_severities(_to("*", {"ArnLike": {"iam:AssociatedResourceARN": "arn:aws:ec2:*:*:instance/*"}})) == {"medium"}
}

test_a_condition_that_any_service_meets_limits_nothing if {
	_severities(_to("*", {"StringLike": {"iam:PassedToService": "*.amazonaws.com"}})) == {"high"}
	_severities(_to("*", {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})) == {"high"}
}

test_a_prefix_needs_the_service_and_is_not_enough_for_strict if {
	_severities(_pass(_some_roles)) == {"high"}
	_severities(_to(_some_roles, _tasks)) == set()
	_severities_strict(_to(_some_roles, _tasks)) == {"medium"}
}

test_named_roles_pass_and_strict_asks_for_the_service if {
	named := ["arn:aws:iam::111122223333:role/app/task", units.ref("TaskRole")]
	_severities(_pass(named)) == set()
	_severities_strict(_pass(named)) == {"high"}
	_severities_strict(_to(named, _tasks)) == set()
}

test_a_deny_with_the_negated_condition_is_a_condition if {
	other := {"StringNotEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
	deny := {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*", "Condition": other}
	_severities([_pass("*"), deny]) == {"medium"}
	_severities([_pass(_some_roles), deny]) == set()
}

test_what_is_denied_is_not_passed if {
	_severities([_pass("*"), {"Effect": "Deny", "Action": "iam:*", "Resource": "arn:aws:iam::*:role/*"}]) == set()
}

test_wildcards_and_exceptions_of_actions_belong_to_others if {
	_severities({"Effect": "Allow", "Action": ["iam:*", "iam:P*", "*"], "Resource": "*"}) == set()
	_severities({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}) == set()
}

test_a_path_to_more_privileges_is_reported_once if {
	_severities([_pass("*"), {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"}]) == set()
}

test_a_boundary_takes_passing_away if {
	policy := units.cfn("P", "AWS::IAM::Policy", {
		"PolicyDocument": {"Statement": _pass("*")}, "Roles": [units.ref("Role")],
	})
	bound := {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
	_denied([
		policy,
		units.cfn("Role", "AWS::IAM::Role", {"PermissionsBoundary": units.ref("Bound")}),
		units.cfn("Bound", "AWS::IAM::ManagedPolicy", {"PolicyDocument": bound}),
	], _baseline) == set()
}

test_a_boundary_that_is_not_shown_leaves_it_open if {
	role := units.cfn("Role", "AWS::IAM::Role", {
		"PermissionsBoundary": units.parameter("Boundary"),
		"Policies": [{"PolicyDocument": {"Statement": _pass("*")}}],
	})
	_denied([role], _baseline) == set()
	_undecided([role]) == {
		"Statement 1 of 'Role' may let its holder pass any role: parameter 'Boundary' has no default.",
	}
}

test_a_parameter_is_undecided_and_a_reference_passes if {
	_undecided([_policy(_pass(units.parameter("Role")))]) == {
		"Statement 1 of 'P' may let its holder pass any role: parameter 'Role' has no default.",
	}
	_undecided([_policy(_pass(units.ref("Role")))]) == set()
}

test_the_finding_stands_at_the_resource_and_says_to_whom if {
	statement := _to(["arn:aws:iam::1:role/a", "*"], _tasks)
	denials := passrole_restricted.deny with input as units.unit([_policy([statement])]) with data.params as _baseline
	[[violation.path, violation.message] | some violation in denials] == [[
		["Properties", "PolicyDocument", "Statement", 0, "Resource", 1],
		concat("", [
			"Statement 1 of 'P' lets its holder pass every role ('*') to 'ecs-tasks.amazonaws.com': ",
			"name the roles that are passed.",
		]),
	]]
}

test_a_statement_that_is_not_known_is_undecided if {
	_undecided([_policy([units.parameter("Statement")])]) == {
		"Statement 1 of 'P' may let its holder pass any role: parameter 'Statement' has no default.",
	}
}

test_no_identity_policy_no_subject if {
	found := passrole_restricted.subjects with input as units.unit([units.cfn("B", "AWS::S3::Bucket", {})])
	found == set()
}
