package policies.net.default_security_group_closed_test

import data.policies.lib.network_units_test as units
import data.policies.net.default_security_group_closed as policy

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
}

_vpc := units.cfn("Vpc", "AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"})

_default := {"$reference": {"address": "Vpc", "attribute": "DefaultSecurityGroup"}}

test_a_default_group_that_nothing_names_passes if {
	verdict := _verdict([_vpc])
	verdict.deny == set()
	verdict.undecided == set()
	verdict.subjects == {"Vpc"}
}

test_a_rule_or_a_workload_of_the_default_group_fails_where_it_stands if {
	rule := units.cfn("Rule", "AWS::EC2::SecurityGroupIngress", {"GroupId": _default, "IpProtocol": "-1"})
	some added in _verdict([_vpc, rule]).deny
	added.resource == "Rule"
	added.path == ["Properties", "GroupId"]
	instance := units.cfn("Host", "AWS::EC2::Instance", {"SecurityGroupIds": [_default]})
	some used in _verdict([_vpc, instance]).deny
	used.path == ["Properties", "SecurityGroupIds", 0]
}

test_a_custom_resource_that_may_empty_it_is_unknown if {
	verdict := _verdict([_vpc, units.cfn("Closer", "Custom::CloseDefaultGroup", {"GroupId": _default})])
	verdict.deny == set()
	{question.resource | some question in verdict.undecided} == {"Vpc"}
}

test_a_vpc_of_a_plan_needs_its_default_group_managed if {
	vpc := units.tf("aws_vpc.v", "aws_vpc", {})
	{violation.resource | some violation in _verdict([vpc]).deny} == {"aws_vpc.v"}
	closed := units.tf("aws_default_security_group.d", "aws_default_security_group", {
		"vpc_id": units.ref("aws_vpc.v"),
		"ingress": [],
		"egress": [],
	})
	_verdict([vpc, closed]).deny == set()
}

test_rules_in_and_beside_the_managed_group_fail if {
	vpc := units.tf("aws_vpc.v", "aws_vpc", {})
	open := units.tf("aws_default_security_group.d", "aws_default_security_group", {
		"vpc_id": units.ref("aws_vpc.v"),
		"ingress": [{"protocol": "-1", "self": true}],
	})
	rule := units.tf("aws_security_group_rule.r", "aws_security_group_rule", {
		"security_group_id": units.ref("aws_default_security_group.d"),
	})
	verdict := _verdict([vpc, open, rule])
	{violation.resource | some violation in verdict.deny} == {
		"aws_default_security_group.d",
		"aws_security_group_rule.r",
	}
}

test_a_group_named_default_is_not_the_default_group if {
	vpc := units.tf("aws_vpc.v", "aws_vpc", {})
	named := units.tf("aws_security_group.default", "aws_security_group", {
		"name": "default",
		"vpc_id": units.ref("aws_vpc.v"),
	})
	{violation.resource | some violation in _verdict([vpc, named]).deny} == {"aws_vpc.v"}
}

test_a_managed_group_of_an_unknown_vpc_leaves_the_others_open if {
	vpc := units.tf("aws_vpc.v", "aws_vpc", {})
	stray := units.tf("aws_default_security_group.d", "aws_default_security_group", {"vpc_id": units.parameter("vpc")})
	verdict := _verdict([vpc, stray])
	verdict.deny == set()
	{question.resource | some question in verdict.undecided} == {"aws_vpc.v"}
}

test_a_rule_of_another_group_with_the_default_one_as_its_source_is_unknown if {
	rule := units.cfn("Rule", "AWS::EC2::SecurityGroupIngress", {
		"GroupId": units.ref("Group"),
		"SourceSecurityGroupId": _default,
	})
	inline := units.cfn("Group", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [{
		"IpProtocol": "tcp",
		"SourceSecurityGroupId": _default,
	}]})
	every each in [[_vpc, rule], [_vpc, inline]] {
		_verdict(each).deny == set()
		{question.resource | some question in _verdict(each).undecided} == {"Vpc"}
	}
}
