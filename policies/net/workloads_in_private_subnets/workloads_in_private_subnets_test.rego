package policies.net.workloads_in_private_subnets_test

import data.policies.lib.network_units_test as units
import data.policies.net.workloads_in_private_subnets as policy

_vpc := units.cfn("Vpc", "AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"})

_subnet(name) := units.cfn(name, "AWS::EC2::Subnet", {"VpcId": units.ref("Vpc"), "MapPublicIpOnLaunch": false})

_association := units.cfn("Association", "AWS::EC2::SubnetRouteTableAssociation", {
	"SubnetId": units.ref("Front"),
	"RouteTableId": units.ref("Table"),
})

_route := units.cfn("Route", "AWS::EC2::Route", {
	"RouteTableId": units.ref("Table"),
	"DestinationCidrBlock": "0.0.0.0/0",
	"GatewayId": units.ref("Igw"),
})

_network := [
	_vpc,
	_subnet("Front"),
	_subnet("Back"),
	_association,
	_route,
	units.cfn("Table", "AWS::EC2::RouteTable", {"VpcId": units.ref("Vpc")}),
	units.cfn("Igw", "AWS::EC2::InternetGateway", {}),
]

_service(subnets) := units.cfn("Service", "AWS::ECS::Service", {"NetworkConfiguration": {"AwsvpcConfiguration": {
	"Subnets": subnets,
	"AssignPublicIp": "DISABLED",
}}})

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects, "proven": proven} if {
	unit := units.unit(array.concat(_network, resources))
	deny := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
	proven := policy.proven with input as unit
}

test_one_public_subnet_fails_with_its_route_and_association if {
	verdict := _verdict([_service([units.ref("Back"), units.ref("Front")])])
	some violation in verdict.deny
	violation.path == ["Properties", "NetworkConfiguration", "AwsvpcConfiguration", "Subnets", 1]
	[place.address | some place in violation.related] == ["Association", "Route"]
}

test_private_subnets_pass if {
	verdict := _verdict([_service([units.ref("Back")])])
	count(verdict.deny) == 0
	verdict.proven == {"Service"}
}

test_a_parameter_is_unknown_unless_another_subnet_is_public if {
	verdict := _verdict([_service(units.parameter("Subnets"))])
	count(verdict.deny) == 0
	some question in verdict.undecided
	contains(question.message, "'Subnets' has no default")
	mixed := _verdict([_service([units.parameter("Extra"), units.ref("Front")])])
	count(mixed.deny) == 1
	count(mixed.undecided) == 0
}

test_a_service_without_network_configuration_is_not_judged if {
	verdict := _verdict([units.cfn("Service", "AWS::ECS::Service", {"LaunchType": "EC2"})])
	verdict.subjects == set()
}

test_a_function_outside_a_vpc_is_not_judged if {
	verdict := _verdict([units.cfn("F", "AWS::Lambda::Function", {"VpcConfig": {"SubnetIds": []}})])
	verdict.subjects == set()
}

test_instances_of_a_compute_environment_are_not_judged if {
	verdict := _verdict([units.cfn("Env", "AWS::Batch::ComputeEnvironment", {"ComputeResources": {
		"Type": "SPOT",
		"Subnets": [units.ref("Front")],
	}})])
	verdict.subjects == set()
}

test_fargate_compute_environments_and_event_targets_are_judged if {
	environment := units.cfn("Env", "AWS::Batch::ComputeEnvironment", {"ComputeResources": {
		"Type": "FARGATE",
		"Subnets": [units.ref("Front")],
	}})
	rule := units.cfn("Nightly", "AWS::Events::Rule", {"Targets": [
		{"Id": "queue", "Arn": "arn:aws:sqs:eu-west-1:111122223333:q"},
		{
			"Id": "task",
			"EcsParameters": {"NetworkConfiguration": {"AwsVpcConfiguration": {"Subnets": [units.ref("Front")]}}},
		},
	]})
	verdict := _verdict([environment, rule])
	{violation.resource | some violation in verdict.deny} == {"Env", "Nightly"}
}

test_subnets_that_a_plan_computes_are_followed if {
	public := units.tf("aws_subnet.p[0]", "aws_subnet", {"vpc_id": units.ref("aws_vpc.main")})
	table := units.tf(
		"aws_route_table.p",
		"aws_route_table",
		{"route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}]},
	)
	association := units.tf("aws_route_table_association.p[0]", "aws_route_table_association", {
		"subnet_id": units.ref("aws_subnet.p[0]"),
		"route_table_id": units.ref("aws_route_table.p"),
	})
	service := units.tf(
		"aws_ecs_service.s",
		"aws_ecs_service",
		{"network_configuration": [{"subnets": units.computed(["aws_subnet.p[0]"])}]},
	)
	verdict := _verdict([public, table, association, service, units.tf("aws_vpc.main", "aws_vpc", {})])
	some violation in verdict.deny
	violation.path == ["network_configuration", 0, "subnets"]
}

test_a_compute_environment_of_an_undecided_type_in_a_public_subnet_is_unknown if {
	verdict := _verdict([units.cfn("Env", "AWS::Batch::ComputeEnvironment", {"ComputeResources": {
		"Type": units.parameter("Type"),
		"Subnets": [units.ref("Front")],
	}})])
	verdict.deny == set()
	count(verdict.undecided) == 1
}
