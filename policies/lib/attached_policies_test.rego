package policies.lib.attached_policies_test

import data.policies.lib.attached_policies
import data.policies.lib.network_units_test as units

_name(written) := name if {
	name := attached_policies.managed_name(written) with input as {"resources": {}}
}

_partition := {"$unknown": {"kind": "pseudo-parameter", "name": "AWS::Partition", "why": "x"}}

test_names_of_policies_of_aws if {
	_name("arn:aws:iam::aws:policy/ReadOnlyAccess") == "ReadOnlyAccess"
	_name("arn:aws-cn:iam::aws:policy/job-function/Billing") == "job-function/Billing"
	_name({"$partial": ["arn:", _partition, ":iam::aws:policy/ReadOnlyAccess"]}) == "ReadOnlyAccess"
}

test_other_policies_have_none if {
	_name("arn:aws:iam::111122223333:policy/ReadOnlyAccess") == null
	_name({"$partial": ["arn:aws:iam::aws:policy/", units.parameter("Name")]}) == null
	_name(units.parameter("Arn")) == null
}

_of_role(arns, others) := attachments if {
	role := units.cfn("R", "AWS::IAM::Role", {"ManagedPolicyArns": arns})
	attachments := attached_policies.at("R") with input as units.unit(array.concat([role], others))
}

_open(arns) := [index |
	role := units.cfn("R", "AWS::IAM::Role", {"ManagedPolicyArns": arns})
	unit := units.unit([role])
	attachments := attached_policies.at("R") with input as unit
	some index, attachment in attachments
	attached_policies.undecided(attachment) with input as unit
]

test_policies_of_the_unit_are_found_by_reference_and_name if {
	own := units.cfn("P", "AWS::IAM::ManagedPolicy", {"ManagedPolicyName": "app"})
	attachments := _of_role([units.ref("P"), "arn:aws:iam::111122223333:policy/app"], [own])
	[attachment.policies | some attachment in attachments] == [{"P"}, {"P"}]
}

test_an_arn_is_decided_and_a_parameter_is_not if {
	_open([
		"arn:aws:iam::aws:policy/ReadOnlyAccess",
		"arn:aws:iam::111122223333:policy/elsewhere",
		units.parameter("Arn"),
		{"$partial": [units.parameter("Prefix"), "/AdministratorAccess"]},
	]) == [2, 3]
}
