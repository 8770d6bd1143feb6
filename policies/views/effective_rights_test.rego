package policies.views.effective_rights_test

import data.policies.lib.effective_rights
import data.policies.lib.network_units_test as units

_allow(action, resource) := {"Effect": "Allow", "Action": action, "Resource": resource}

_deny(action, resource) := {"Effect": "Deny", "Action": action, "Resource": resource}

_role(properties) := units.cfn("Role", "AWS::IAM::Role", properties)

_inline(statements) := {"Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": statements}}]}

# What the view says of a principal: {action: [tail, …]}.
_held(row) := {hold.action: tails |
	some hold in row.holds
	tails := {element.tail | some other in row.holds; other.action == hold.action; some element in other.elements}
}

_row(resources, principal) := row if {
	rows := effective_rights.rules with input as units.unit(resources)
	row := [found | some found in rows; found.principal == principal][0]
}

test_what_is_split_over_policies_comes_together if {
	unit := [
		_role(_inline([_allow("iam:PassRole", "*")])),
		units.cfn("More", "AWS::IAM::Policy", {
			"Roles": [units.ref("Role")],
			"PolicyDocument": {"Statement": _allow("ec2:RunInstances", "*")},
		}),
	]
	_held(_row(unit, "Role")) == {"iam:passrole": {"*"}, "ec2:runinstances": {"*"}}
}

test_a_deny_takes_away if {
	unit := [_role(_inline([_allow("iam:P*Role", "*"), _deny("iam:PassRole", "*")]))]
	_held(_row(unit, "Role")) == {}
}
