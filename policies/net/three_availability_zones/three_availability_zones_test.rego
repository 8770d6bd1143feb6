package policies.net.three_availability_zones_test

import data.policies.lib.network_units_test as units
import data.policies.net.three_availability_zones as policy

_params := {"NET-007": {"min_azs": 3}}

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit with data.params as _params
	undecided := policy.undecided with input as unit with data.params as _params
	subjects := policy.subjects with input as unit with data.params as _params
}

_item(index) := {"$unknown": {
	"kind": "pseudo-parameter",
	"name": sprintf("Fn::GetAZs[%d]", [index]),
	"why": "is known only at deployment",
}}

_subnet(name, zone) := units.cfn(name, "AWS::EC2::Subnet", {"AvailabilityZone": zone})

_group(names) := units.cfn("Group", "AWS::RDS::DBSubnetGroup", {"SubnetIds": [units.ref(name) | some name in names]})

test_three_items_of_the_list_of_zones_pass if {
	verdict := _verdict([
		_subnet("A", _item(0)), _subnet("B", _item(1)), _subnet("C", _item(2)),
		_group(["A", "B", "C"]),
	])
	verdict.deny == set()
	verdict.undecided == set()
	verdict.subjects == {"Group"}
}

test_three_subnets_in_one_zone_fail if {
	verdict := _verdict([
		_subnet("A", "us-east-1a"), _subnet("B", "us-east-1a"), _subnet("C", "us-east-1a"),
		_group(["A", "B", "C"]),
	])
	some violation in verdict.deny
	contains(violation.message, "at most 1 Availability Zones")
	[place.address | some place in violation.related] == ["A", "B", "C"]
}

test_subnets_without_a_zone_are_unknown_only_where_they_can_reach_three if {
	bare := units.cfn("C", "AWS::EC2::Subnet", {})
	reaching := _verdict([_subnet("A", _item(0)), _subnet("B", _item(1)), bare, _group(["A", "B", "C"])])
	reaching.deny == set()
	count(reaching.undecided) == 1
	short := _verdict([_subnet("A", _item(0)), bare, _group(["A", "C"])])
	count(short.deny) == 1
}

test_a_list_that_is_handed_in_is_unknown if {
	group := units.cfn("Group", "AWS::RDS::DBSubnetGroup", {"SubnetIds": units.parameter("Subnets")})
	verdict := _verdict([group])
	verdict.deny == set()
	some question in verdict.undecided
	contains(question.message, "'Subnets' has no default")
}

test_two_subnets_that_are_handed_in_one_by_one_cannot_reach_three if {
	handed := [units.parameter("One"), units.parameter("Two"), units.parameter("Three")]
	two := _verdict([units.cfn("Group", "AWS::RDS::DBSubnetGroup", {"SubnetIds": array.slice(handed, 0, 2)})])
	two.undecided == set()
	some violation in two.deny
	contains(violation.message, "at most 2 Availability Zones")
	three := _verdict([units.cfn("Group", "AWS::RDS::DBSubnetGroup", {"SubnetIds": handed})])
	three.deny == set()
	count(three.undecided) == 1
}

test_every_kind_of_consumer_is_judged if {
	subnet := units.tf("aws_subnet.a", "aws_subnet", {"availability_zone": "eu-west-1a"})
	named := [units.ref("aws_subnet.a")]
	verdict := _verdict([
		subnet,
		units.tf("aws_ecs_service.s", "aws_ecs_service", {"network_configuration": [{"subnets": named}]}),
		units.tf("aws_lb.l", "aws_lb", {"subnet_mapping": [{"subnet_id": units.ref("aws_subnet.a")}]}),
		units.tf("aws_autoscaling_group.g", "aws_autoscaling_group", {"vpc_zone_identifier": named}),
		units.tf("aws_lb.gateway", "aws_lb", {"load_balancer_type": "gateway", "subnets": named}),
	])
	{violation.resource | some violation in verdict.deny} == {"aws_ecs_service.s", "aws_lb.l", "aws_autoscaling_group.g"}
}

test_subnets_of_a_plan_expand_by_their_index if {
	verdict := _verdict([
		units.tf("aws_subnet.p[0]", "aws_subnet", {"availability_zone": "eu-west-1a"}),
		units.tf("aws_subnet.p[1]", "aws_subnet", {"availability_zone": "eu-west-1b"}),
		units.tf("aws_subnet.p[2]", "aws_subnet", {"availability_zone": "eu-west-1c"}),
		units.tf("aws_db_subnet_group.g", "aws_db_subnet_group", {
			"subnet_ids": units.computed(["aws_subnet.p[0]", "aws_subnet.p[1]", "aws_subnet.p[2]"]),
		}),
	])
	verdict.deny == set()
	verdict.undecided == set()
}

test_a_mapping_that_is_handed_in_is_one_subnet if {
	mappings := [{"SubnetId": units.parameter(name)} | some name in ["One", "Two", "Three"]]
	two := _verdict([units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", {
		"Type": "network",
		"SubnetMappings": array.slice(mappings, 0, 2),
	})])
	two.undecided == set()
	count(two.deny) == 1
	three := _verdict([units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", {
		"Type": "network",
		"SubnetMappings": mappings,
	})])
	three.deny == set()
	count(three.undecided) == 1
}

_planned(zones) := _verdict(array.concat(
	[units.tf(sprintf("aws_subnet.s%d", [at]), "aws_subnet", {"availability_zone": zone}) | some at, zone in zones],
	[units.tf("aws_db_subnet_group.g", "aws_db_subnet_group", {
		"subnet_ids": [units.ref(sprintf("aws_subnet.s%d", [at])) | some at, _ in zones],
	})],
))

_given(address, attribute) := {"$reference": {"address": address, "attribute": attribute}}

test_items_of_the_data_source_of_zones_are_told_apart if {
	source := "data.aws_availability_zones.available"
	three := _planned([_given(source, sprintf("names[%d]", [at])) | some at in [0, 1, 2]])
	three.deny == set()
	three.undecided == set()
	one := _planned([_given(source, "names[0]") | some _ in [0, 1, 2]])
	count(one.deny) == 1
}

test_zones_that_others_give_may_be_any if {
	whole := _planned([_given("data.aws_availability_zones.available", "names") | some _ in [0, 1, 2]])
	whole.deny == set()
	count(whole.undecided) == 1
	foreign := _planned([_given("terraform_data.zones", "output[0]") | some _ in [0, 1, 2]])
	foreign.deny == set()
	count(foreign.undecided) == 1
	handed := _planned([units.parameter("Zone") | some _ in [0, 1, 2]])
	handed.deny == set()
	count(handed.undecided) == 1
	partial := _planned([{"$partial": ["eu-west-1", units.parameter("Letter")]} | some _ in [0, 1, 2]])
	partial.deny == set()
	count(partial.undecided) == 1
}
