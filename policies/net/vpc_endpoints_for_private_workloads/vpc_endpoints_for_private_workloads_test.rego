package policies.net.vpc_endpoints_for_private_workloads_test

import data.policies.lib.network_units_test as units
import data.policies.net.vpc_endpoints_for_private_workloads as policy

_params := {"NET-014": {"required_services": ["ecr.api", "s3"]}}

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit with data.params as _params
	undecided := policy.undecided with input as unit with data.params as _params
	subjects := policy.subjects with input as unit with data.params as _params
}

_network := [
	units.cfn("Vpc", "AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}),
	units.cfn("Back", "AWS::EC2::Subnet", {"VpcId": units.ref("Vpc")}),
	units.cfn("Table", "AWS::EC2::RouteTable", {"VpcId": units.ref("Vpc")}),
	units.cfn("Other", "AWS::EC2::RouteTable", {"VpcId": units.ref("Vpc")}),
	units.cfn("Association", "AWS::EC2::SubnetRouteTableAssociation", {
		"SubnetId": units.ref("Back"),
		"RouteTableId": units.ref("Table"),
	}),
	units.cfn("Service", "AWS::ECS::Service", {"NetworkConfiguration": {"AwsvpcConfiguration": {
		"Subnets": [units.ref("Back")],
	}}}),
]

_within(resources) := _verdict(array.concat(_network, resources))

_region := {"$unknown": {"kind": "pseudo-parameter", "name": "AWS::Region", "why": "is known only at deployment"}}

_name(service) := {"$partial": ["com.amazonaws.", _region, concat("", [".", service])]}

_endpoint(name, service, properties) := units.cfn(name, "AWS::EC2::VPCEndpoint", object.union(
	{"VpcId": units.ref("Vpc"), "ServiceName": service},
	properties,
))

_interface := {"VpcEndpointType": "Interface", "PrivateDnsEnabled": true}

_gateway(tables) := {"VpcEndpointType": "Gateway", "RouteTableIds": tables}

test_names_are_compared_after_the_region if {
	verdict := _within([
		_endpoint("Ecr", _name("ecr.api"), _interface),
		_endpoint("S3", "com.amazonaws.eu-west-1.s3", _gateway([units.ref("Table")])),
	])
	verdict.deny == set()
	verdict.undecided == set()
}

test_each_missing_endpoint_is_a_finding_on_the_vpc if {
	verdict := _within([_endpoint("Dkr", _name("ecr.dkr"), _interface)])
	{[violation.resource, violation.defect] | some violation in verdict.deny} == {
		["Vpc", "endpoint/ecr.api"],
		["Vpc", "endpoint/s3"],
	}
}

test_private_dns_is_off_by_default if {
	verdict := _within([
		_endpoint("Ecr", _name("ecr.api"), {"VpcEndpointType": "Interface"}),
		_endpoint("S3", _name("s3"), _gateway([units.ref("Table")])),
	])
	some violation in verdict.deny
	count(verdict.deny) == 1
	violation.resource == "Ecr"
}

test_a_gateway_in_another_route_table_fails if {
	verdict := _within([
		_endpoint("Ecr", _name("ecr.api"), _interface),
		_endpoint("S3", _name("s3"), _gateway([units.ref("Other")])),
	])
	some violation in verdict.deny
	violation.resource == "S3"
	violation.path == ["Properties", "RouteTableIds"]
}

test_an_endpoint_of_an_undecided_service_may_be_the_wanted_one if {
	verdict := _within([_endpoint("Any", units.parameter("Service"), _interface)])
	verdict.deny == set()
	count(verdict.undecided) == 2
}

test_without_private_services_nothing_is_judged if {
	vpc := units.cfn("Vpc", "AWS::EC2::VPC", {})
	_verdict([vpc, units.cfn("Service", "AWS::ECS::Service", {})]).subjects == set()
	route := units.cfn("Route", "AWS::EC2::Route", {
		"RouteTableId": units.ref("Table"),
		"DestinationCidrBlock": "0.0.0.0/0",
		"GatewayId": units.ref("Gateway"),
	})
	gateway := units.cfn("Gateway", "AWS::EC2::InternetGateway", {})
	_within([route, gateway]).subjects == set()
}

test_a_switch_of_its_own_turns_private_dns_on if {
	resources := [
		units.tf("aws_vpc.v", "aws_vpc", {}),
		units.tf("aws_subnet.s", "aws_subnet", {"vpc_id": units.ref("aws_vpc.v")}),
		units.tf("aws_ecs_service.s", "aws_ecs_service", {
			"network_configuration": [{"subnets": [units.ref("aws_subnet.s")]}],
		}),
		units.tf("aws_vpc_endpoint.e", "aws_vpc_endpoint", {
			"vpc_id": units.ref("aws_vpc.v"),
			"service_name": "com.amazonaws.eu-west-1.ecr.api",
			"vpc_endpoint_type": "Interface",
		}),
		units.tf("aws_vpc_endpoint_private_dns.p", "aws_vpc_endpoint_private_dns", {
			"vpc_endpoint_id": units.ref("aws_vpc_endpoint.e"),
			"private_dns_enabled": true,
		}),
	]
	{violation.defect | some violation in _verdict(resources).deny} == {"endpoint/s3"}
}

_placed(subnets) := units.cfn("Service", "AWS::ECS::Service", {"NetworkConfiguration": {"AwsvpcConfiguration": {
	"Subnets": subnets,
}}})

test_subnets_that_are_not_known_are_unknown if {
	every subnets in [units.parameter("Subnets"), [units.parameter("One"), units.parameter("Two")]] {
		verdict := _verdict([_placed(subnets)])
		verdict.deny == set()
		verdict.subjects == {"Service"}
		{question.defect | some question in verdict.undecided} == {"vpc"}
		some question in verdict.undecided
		contains(question.message, "has no default")
	}
}

test_a_subnet_that_is_not_known_beside_a_private_one_changes_nothing if {
	mixed := _placed([units.ref("Back"), units.parameter("Other")])
	verdict := _verdict(array.concat(array.slice(_network, 0, count(_network) - 1), [mixed]))
	{question.resource | some question in verdict.undecided} == set()
	{violation.resource | some violation in verdict.deny} == {"Vpc"}
}
