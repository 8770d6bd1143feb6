package policies.iam.task_and_execution_roles_separate_test

import data.policies.iam.task_and_execution_roles_separate as control
import data.policies.lib.units_test as units

_loose := {"judge_execution_role": false}

_strict := {"judge_execution_role": true}

_judged(unit, params) := result if {
	result := control with input as unit with data.params as {"IAM-012": params}
}

_role(properties) := {"type": "AWS::IAM::Role", "properties": properties}

_task(task, execution) := {
	"type": "AWS::ECS::TaskDefinition",
	"properties": {key: given |
		some key, given in {"TaskRoleArn": task, "ExecutionRoleArn": execution}
		given != null
	},
	"edges": [edge |
		some key, given in {"TaskRoleArn": task, "ExecutionRoleArn": execution}
		is_object(given)
		target := given["$reference"]
		edge := [[key], target.address, target.attribute]
	],
}

_outcome(task, execution) := units.outcome(
	_judged(
		units.template({
			"T": _task(task, execution),
			"A": _role({"RoleName": "task"}),
			"B": _role({"RoleName": "execution"}),
		}),
		_loose,
	),
	"T",
)

_arn(role) := units.reference(role, "Arn")

test_two_roles_pass if _outcome(_arn("A"), _arn("B")) == "pass"

test_one_role_for_both_fails_however_it_is_written if {
	_outcome(_arn("A"), _arn("A")) == "fail"
	_outcome(_arn("A"), units.reference("A", "")) == "fail"
	_outcome(_arn("A"), "arn:aws:iam::123456789012:role/task") == "fail"
	_outcome("ecsTaskExecutionRole", "arn:aws:iam::123456789012:role/ecsTaskExecutionRole") == "fail"
}

test_one_role_absent_passes if {
	_outcome(null, _arn("A")) == "pass"
	_outcome(_arn("A"), null) == "pass"
	_outcome(null, null) == "pass"
	_outcome("", _arn("A")) == "pass"
}

test_two_names_pass if {
	_outcome("arn:aws:iam::123456789012:role/orders", _arn("B")) == "pass"
	account := units.unknown("pseudo-parameter", "AWS::AccountId")
	_outcome(
		{"$partial": ["arn:aws:iam::", account, ":role/orders"]},
		{"$partial": ["arn:aws:iam::", account, ":role/ecsTaskExecutionRole"]},
	) == "pass"
}

test_one_parameter_for_both_fails_and_two_pass if {
	_outcome(units.unknown("parameter", "Role"), units.unknown("parameter", "Role")) == "fail"
	_outcome(units.unknown("parameter", "Role"), units.unknown("parameter", "Other")) == "pass"
}

test_an_unresolved_role_is_unknown if {
	_outcome(units.unknown("import", "Role"), _arn("B")) == "unknown"
	_outcome(_arn("A"), units.unknown("parameter", "Role")) == "unknown"
	_outcome(units.unknown("import", "Role"), units.unknown("import", "Role")) == "fail"
}

_policy := "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"

_with_roles(task, execution, params) := _judged(
	units.template({
		"T": _task(_arn("A"), _arn("B")),
		"A": _role(task),
		"B": _role(execution),
	}),
	params,
)

_defects(result) := {violation.defect | some violation in result.deny}

test_the_execution_policy_belongs_to_the_execution_role if {
	_defects(_with_roles({"ManagedPolicyArns": [_policy]}, {}, _loose)) == {"execution-policy-on-task-role"}
	_defects(_with_roles({}, {"ManagedPolicyArns": [_policy]}, _loose)) == set()
}

test_undecided_policies_of_the_task_role_are_unknown if {
	result := _with_roles({"ManagedPolicyArns": [units.unknown("parameter", "Policy")]}, {}, _loose)
	units.outcome(result, "T") == "unknown"
}

test_one_role_for_both_is_one_finding if {
	unit := units.template({"T": _task(_arn("A"), _arn("A")), "A": _role({"ManagedPolicyArns": [_policy]})})
	_defects(_judged(unit, _strict)) == {"same-role"}
}

_allowing(actions) := {"Policies": [{"PolicyName": "p", "PolicyDocument": {
	"Version": "2012-10-17",
	"Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
}}]}

test_an_execution_role_that_reaches_data_fails_where_it_is_judged if {
	every action in [
		"dynamodb:*",
		"dynamodb:GetItem",
		"SQS:SendMessage",
		"sns:Publish",
		"s3:Put*",
		"s3:DeleteObject",
		"rds-db:connect",
		"*",
	] {
		count(_defects(_with_roles({}, _allowing(action), _strict))) == 1
		_defects(_with_roles({}, _allowing(action), _loose)) == set()
	}
}

test_what_the_agent_needs_passes if {
	needed := ["s3:GetObject", "secretsmanager:GetSecretValue", "kms:Decrypt", "logs:PutLogEvents", "ecr:*"]
	result := _with_roles({}, object.union({"ManagedPolicyArns": [_policy]}, _allowing(needed)), _strict)
	units.outcome(result, "T") == "pass"
}

test_policies_of_aws_that_reach_data_fail if {
	given := {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"]}
	_defects(_with_roles({}, given, _strict)) == {"execution-role/AmazonDynamoDBFullAccess"}
}

test_a_deny_reaches_nothing if {
	denied := {"Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": [
		{"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"},
	]}}]}
	units.outcome(_with_roles({}, denied, _strict), "T") == "pass"
}

test_policies_that_are_not_shown_are_unknown if {
	given := {"ManagedPolicyArns": [units.unknown("parameter", "Policy")]}
	units.outcome(_with_roles({}, given, _strict), "T") == "unknown"
	units.outcome(_with_roles({}, given, _loose), "T") == "pass"
}

test_plans_are_judged_alike if {
	same := units.plan({
		"aws_iam_role.r": {"type": "aws_iam_role", "values": {"name": "app"}},
		"aws_ecs_task_definition.t": {
			"type": "aws_ecs_task_definition",
			"values": {
				"task_role_arn": units.unknown("computed", "arn"),
				"execution_role_arn": units.unknown("computed", "arn"),
			},
			"edges": [[["task_role_arn"], "aws_iam_role.r", "arn"], [["execution_role_arn"], "aws_iam_role.r", "arn"]],
		},
	})
	units.outcome(_judged(same, _loose), "aws_ecs_task_definition.t") == "fail"
	known := units.plan({
		"aws_iam_role.r": {"type": "aws_iam_role", "values": {"name": "app", "arn": "arn:aws:iam::123456789012:role/app"}},
		"aws_ecs_task_definition.t": {
			"type": "aws_ecs_task_definition",
			"values": {
				"task_role_arn": "arn:aws:iam::123456789012:role/app",
				"execution_role_arn": "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
			},
		},
	})
	units.outcome(_judged(known, _loose), "aws_ecs_task_definition.t") == "pass"
}
