package policies.net.no_public_ip_on_compute_test

import data.policies.lib.network_units_test as units
import data.policies.net.no_public_ip_on_compute as policy

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
}

_denied(resources) := {[violation.resource, violation.defect] | some violation in _verdict(resources).deny}

_service(network) := units.cfn(
	"Service",
	"AWS::ECS::Service",
	{"NetworkConfiguration": {"AwsvpcConfiguration": network}},
)

_subnet(maps) := units.cfn("Subnet", "AWS::EC2::Subnet", {"MapPublicIpOnLaunch": maps})

_host(properties) := units.cfn("Host", "AWS::EC2::Instance", properties)

_in_subnet := {"SubnetId": units.ref("Subnet")}

test_tasks_with_public_addresses_fail_at_the_value if {
	verdict := _verdict([_service({"AssignPublicIp": "ENABLED"})])
	some violation in verdict.deny
	violation.path == ["Properties", "NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp"]
}

test_an_absent_value_of_a_task_is_disabled if {
	_denied([_service({"Subnets": ["subnet-1"]})]) == set()
	_denied([_service({"AssignPublicIp": "DISABLED"})]) == set()
	_verdict([units.cfn("Service", "AWS::ECS::Service", {"LaunchType": "EC2"})]).subjects == set()
}

test_a_plan_task_is_judged if {
	service := units.tf(
		"aws_ecs_service.a",
		"aws_ecs_service",
		{"network_configuration": [{"assign_public_ip": true}]},
	)
	_denied([service]) == {["aws_ecs_service.a", "public-ip"]}
}

test_an_instance_follows_its_subnet_unless_it_says_otherwise if {
	_denied([_subnet("true"), _host(_in_subnet)]) == {["Host", "public-ip"]}
	_denied([_subnet(false), _host(_in_subnet)]) == set()
	closed := {"NetworkInterfaces": [{"AssociatePublicIpAddress": false, "SubnetId": units.ref("Subnet")}]}
	_denied([_subnet(true), _host(closed)]) == set()
	silent := {"NetworkInterfaces": [{"DeviceIndex": "0", "SubnetId": units.ref("Subnet")}]}
	_denied([_subnet(true), _host(silent)]) == {["Host", "public-ip"]}
}

test_an_instance_in_an_undecided_subnet_is_unknown if {
	count(_verdict([_host({})]).undecided) == 1
	count(_verdict([_host({"SubnetId": units.parameter("Subnet")})]).undecided) == 1
	count(_verdict([_subnet(units.parameter("Map")), _host(_in_subnet)]).undecided) == 1
	count(_verdict([_subnet(false), _host(_in_subnet)]).undecided) == 0
}

test_the_question_names_the_subnet_that_is_handed_in if {
	host := units.cfn("Host", "AWS::EC2::Instance", {"SubnetId": units.parameter("Place")})
	some question in _verdict([host]).undecided
	contains(question.message, "its subnet is not declared here ('Place' has no default)")
	some other in _verdict([_subnet(units.parameter("Map")), _host(_in_subnet)]).undecided
	contains(other.message, "the subnet's own setting is not known")
}

test_a_computed_attribute_that_nobody_wrote_is_absent if {
	subnet := units.tf("aws_subnet.a", "aws_subnet", {"map_public_ip_on_launch": true})
	host := units.tf("aws_instance.a", "aws_instance", {"subnet_id": units.ref("aws_subnet.a")})
	_denied([subnet, host]) == {["aws_instance.a", "public-ip"]}
	refusing := units.tf("aws_instance.a", "aws_instance", {
		"subnet_id": units.ref("aws_subnet.a"),
		"associate_public_ip_address": false,
	})
	_denied([subnet, refusing]) == set()
}

test_a_template_follows_the_subnets_of_its_groups if {
	template := units.cfn("Template", "AWS::EC2::LaunchTemplate", {"LaunchTemplateData": {"InstanceType": "t3.micro"}})
	group := units.cfn("Group", "AWS::AutoScaling::AutoScalingGroup", {
		"LaunchTemplate": {"LaunchTemplateId": units.ref("Template"), "Version": "1"},
		"VPCZoneIdentifier": [units.ref("Subnet")],
	})
	_denied([template, group, _subnet(true)]) == {["Template", "public-ip"]}
	_denied([template, group, _subnet(false)]) == set()
	unused := _verdict([template])
	unused.deny == set()
	unused.undecided == set()
}

test_a_configuration_with_the_value_fails if {
	configuration := units.cfn("Launch", "AWS::AutoScaling::LaunchConfiguration", {"AssociatePublicIpAddress": "true"})
	_denied([configuration]) == {["Launch", "public-ip"]}
}

test_an_elastic_address_of_an_instance_is_reported_on_it if {
	elastic := units.cfn("Address", "AWS::EC2::EIP", {"InstanceId": units.ref("Host")})
	_denied([_subnet(false), _host(_in_subnet), elastic]) == {["Host", "eip"]}
}

test_an_elastic_address_of_a_nat_gateway_is_fine if {
	elastic := units.cfn("Address", "AWS::EC2::EIP", {"Domain": "vpc"})
	nat := units.cfn("Nat", "AWS::EC2::NatGateway", {"AllocationId": units.ref("Address")})
	_denied([_subnet(false), _host(_in_subnet), elastic, nat]) == set()
}

test_an_elastic_address_reaches_an_instance_through_its_interface if {
	interface := units.tf("aws_network_interface.a", "aws_network_interface", {})
	host := units.tf(
		"aws_instance.a",
		"aws_instance",
		{"network_interface": [{"network_interface_id": units.ref("aws_network_interface.a")}]},
	)
	elastic := units.tf("aws_eip.a", "aws_eip", {"network_interface": units.ref("aws_network_interface.a")})
	_denied([interface, host, elastic]) == {["aws_instance.a", "eip"]}
	_denied([interface, elastic]) == set()
}

test_a_default_subnet_assigns_addresses_unless_told_not_to if {
	host := units.tf("aws_instance.h", "aws_instance", {"subnet_id": units.ref("aws_default_subnet.d")})
	silent := units.tf("aws_default_subnet.d", "aws_default_subnet", {})
	_denied([silent, host]) == {["aws_instance.h", "public-ip"]}
	closed := units.tf("aws_default_subnet.d", "aws_default_subnet", {"map_public_ip_on_launch": false})
	_denied([closed, host]) == set()
}
