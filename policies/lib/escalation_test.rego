package policies.lib.escalation_test

import data.policies.lib.escalation
import data.policies.lib.network_units_test as units

_unit(statements) := units.unit([units.cfn("P", "AWS::IAM::ManagedPolicy", {
	"PolicyDocument": {"Statement": statements},
})])

_allow(action, resource) := {"Effect": "Allow", "Action": action, "Resource": resource}

_breadth(tail) := escalation.breadth({"tail": tail})

test_how_much_a_tail_names if {
	_breadth("*") == "open"
	_breadth("app-*") == "part"
	_breadth("*-task") == "part"
	_breadth("app/task") == "named"
	_breadth("${aws:username}") == "named"
	_breadth(null) == "unknown"
}

test_single_actions if {
	found := escalation.alone with input as _unit(_allow(["iam:PutRolePolicy", "iam:GetRole", "sts:AssumeRole"], "*"))
	{[finding.hold.action, finding.severity] | some finding in found} == {
		["iam:putrolepolicy", "high"], ["sts:assumerole", "medium"],
	}
}

test_every_complete_way_is_listed if {
	actions := ["ec2:RunInstances", "lambda:CreateFunction", "ecs:RegisterTaskDefinition", "ecs:RunTask"]
	found := escalation.passing with input as _unit([_allow("iam:PassRole", "*"), _allow(actions, "*")])
	[use.names | some finding in found; some use in finding.uses] == [
		["ec2:RunInstances"],
		["ecs:RegisterTaskDefinition", "ecs:RunTask"],
	]
	keys := escalation.passing_keys with input as _unit([_allow("iam:PassRole", "*"), _allow(actions, "*")])
	keys == {"0/0"}
}

test_a_barred_service_is_no_way if {
	deny := {
		"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*",
		"Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
	}
	unit := _unit([_allow("iam:PassRole", "*"), _allow("ec2:RunInstances", "*"), deny])
	found := escalation.passing with input as unit
	found == []
}
