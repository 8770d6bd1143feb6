package policies.net.load_balancer_subnets_match_scheme_test

import data.policies.lib.network_units_test as units
import data.policies.net.load_balancer_subnets_match_scheme as policy

_network := [
	units.cfn("Vpc", "AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}),
	units.cfn("Igw", "AWS::EC2::InternetGateway", {}),
	units.cfn("Table", "AWS::EC2::RouteTable", {"VpcId": units.ref("Vpc")}),
	units.cfn("Route", "AWS::EC2::Route", {
		"RouteTableId": units.ref("Table"),
		"DestinationCidrBlock": "0.0.0.0/0",
		"GatewayId": units.ref("Igw"),
	}),
	units.cfn("Association", "AWS::EC2::SubnetRouteTableAssociation", {
		"SubnetId": units.ref("Front"),
		"RouteTableId": units.ref("Table"),
	}),
	units.cfn("Front", "AWS::EC2::Subnet", {"VpcId": units.ref("Vpc")}),
	units.cfn("Back", "AWS::EC2::Subnet", {"VpcId": units.ref("Vpc")}),
]

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(array.concat(_network, resources))
	deny := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
}

_balancer(properties) := units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", properties)

_both := [units.ref("Front"), units.ref("Back")]

test_no_scheme_is_internet_facing_and_wants_public_subnets if {
	some violation in _verdict([_balancer({"Subnets": _both})]).deny
	violation.path == ["Properties", "Subnets", 1]
	_verdict([_balancer({"Subnets": [units.ref("Front")]})]).deny == set()
}

test_an_internal_one_in_a_public_subnet_fails_once if {
	verdict := _verdict([_balancer({"Scheme": "internal", "Subnets": _both})])
	some violation in verdict.deny
	count(verdict.deny) == 1
	violation.path == ["Properties", "Subnets", 0]
	[place.address | some place in violation.related] == ["Association", "Route"]
}

test_mappings_name_subnets_too if {
	some violation in _verdict([_balancer({
		"Type": "network",
		"SubnetMappings": [{"SubnetId": units.ref("Front")}, {"SubnetId": units.ref("Back")}],
	})]).deny
	violation.path == ["Properties", "SubnetMappings", 1, "SubnetId"]
}

test_a_plan_without_internal_is_internet_facing if {
	balancer := units.tf("aws_lb.a", "aws_lb", {"subnets": units.computed(["Back"])})
	some violation in _verdict([balancer]).deny
	violation.resource == "aws_lb.a"
}

test_gateway_load_balancers_are_not_judged if {
	_verdict([_balancer({"Type": "gateway", "Subnets": _both})]).subjects == set()
}

test_an_open_subnet_is_unknown_unless_another_one_is_wrong if {
	open := _verdict([_balancer({"Subnets": [units.parameter("P"), units.ref("Front")]})])
	open.deny == set()
	count(open.undecided) == 1
	mixed := _verdict([_balancer({"Subnets": [units.parameter("P"), units.ref("Back")]})])
	count(mixed.deny) == 1
	mixed.undecided == set()
}

test_an_undecided_scheme_is_unknown if {
	verdict := _verdict([_balancer({"Scheme": units.parameter("Scheme"), "Subnets": _both})])
	verdict.deny == set()
	count(verdict.undecided) == 1
}

test_an_undecided_type_may_be_a_gateway if {
	verdict := _verdict([_balancer({"Type": units.parameter("Type"), "Subnets": _both})])
	verdict.deny == set()
	count(verdict.undecided) == 1
}
