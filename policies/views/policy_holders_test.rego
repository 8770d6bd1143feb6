package policies.views.policy_holders_test

import data.policies.lib.network_units_test as units
import data.policies.lib.policy_holders

_document := {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}

_rows(resources) := {row.principal: row | some row in rows} if {
	rows := policy_holders.rules with input as units.unit(resources)
}

test_a_policy_belongs_to_those_that_it_names if {
	rows := _rows([
		units.cfn("R", "AWS::IAM::Role", {}),
		units.cfn("U", "AWS::IAM::User", {"UserName": "u"}),
		units.cfn("P", "AWS::IAM::Policy", {
			"Roles": [units.ref("R")], "Users": ["u"], "PolicyDocument": _document,
		}),
	])
	{principal: count(row.documents) | some principal, row in rows} == {"R": 1, "U": 1}
}

test_what_is_attached_and_not_shown_is_hidden if {
	rows := _rows([units.cfn("R", "AWS::IAM::Role", {"ManagedPolicyArns": [
		"arn:aws:iam::111122223333:policy/elsewhere",
		{"$partial": ["arn:", units.parameter("AWS::Partition"), ":iam::aws:policy/ReadOnlyAccess"]},
		units.parameter("Policy"),
	]})])
	[part.path[2] | some part in rows.R.hidden] == [0, 2]
	[attachment.managed | some attachment in rows.R.managed] == ["ReadOnlyAccess"]
}

test_a_policy_that_is_known_by_its_name_is_not_hidden if {
	rows := _rows([
		units.cfn("R", "AWS::IAM::Role", {"ManagedPolicyArns": ["arn:aws:iam::111122223333:policy/app"]}),
		units.cfn("P", "AWS::IAM::ManagedPolicy", {"ManagedPolicyName": "app", "PolicyDocument": _document}),
	])
	object.keys(rows) == {"R"}
	rows.R.hidden == []
	count(rows.R.documents) == 1
}

test_groups_reach_their_members_from_both_sides if {
	rows := _rows([
		units.tf("aws_iam_user.u", "aws_iam_user", {"name": "u"}),
		units.tf("aws_iam_user.v", "aws_iam_user", {"name": "v"}),
		units.tf("aws_iam_group.g", "aws_iam_group", {"name": "g"}),
		units.tf("aws_iam_user_group_membership.m", "aws_iam_user_group_membership", {
			"user": units.ref("aws_iam_user.u"), "groups": ["g"],
		}),
		units.tf("aws_iam_group_membership.m", "aws_iam_group_membership", {
			"users": ["v"], "group": units.ref("aws_iam_group.g"),
		}),
		object.union(
			units.tf("aws_iam_group_policy.p", "aws_iam_group_policy", {"group": "g", "policy": "{…}"}),
			{"documents": [{"path": ["policy"], "value": _document}]},
		),
	])
	{principal: count(row.documents) | some principal, row in rows} == {
		"aws_iam_user.u": 1, "aws_iam_user.v": 1, "aws_iam_group.g": 1,
	}
}

test_a_permission_set_holds_its_inline_policy_and_hides_policies_of_its_accounts if {
	rows := _rows([units.cfn("S", "AWS::SSO::PermissionSet", {"InlinePolicy": _document})])
	count(rows.S.documents) == 1
	rows.S.hidden == []
	named := _rows([units.cfn("S", "AWS::SSO::PermissionSet", {"CustomerManagedPolicyReferences": [{"Name": "ops"}]})])
	[part.path | some part in named.S.hidden] == [["Properties", "CustomerManagedPolicyReferences"]]
}

test_a_boundary_is_no_grant if {
	rows := _rows([
		units.cfn("R", "AWS::IAM::Role", {"PermissionsBoundary": units.ref("B")}),
		units.cfn("B", "AWS::IAM::ManagedPolicy", {"PolicyDocument": _document}),
	])
	rows.R.documents == []
	count(rows.R.boundary.documents) == 1
	object.keys(rows) == {"R"}
}
