package policies.net.subnets_no_auto_public_ip_test

import data.policies.lib.network_units_test as units
import data.policies.net.subnets_no_auto_public_ip as policy

_verdict(resources) := {"deny": deny, "undecided": undecided, "proven": proven} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	proven := policy.proven with input as unit
}

_subnet(properties) := units.cfn("Subnet", "AWS::EC2::Subnet", properties)

test_true_fails_as_a_boolean_and_as_text if {
	some violation in _verdict([_subnet({"MapPublicIpOnLaunch": true})]).deny
	violation.path == ["Properties", "MapPublicIpOnLaunch"]
	not "severity" in object.keys(violation)
	count(_verdict([_subnet({"MapPublicIpOnLaunch": "true"})]).deny) == 1
}

test_absent_and_false_pass if {
	_verdict([_subnet({})]).proven == {"Subnet"}
	_verdict([_subnet({"MapPublicIpOnLaunch": "false"})]).proven == {"Subnet"}
}

test_addresses_of_ipv6_are_no_failure if {
	_verdict([_subnet({"AssignIpv6AddressOnCreation": true})]).deny == set()
}

test_a_default_subnet_without_the_attribute_fails if {
	default_subnet := units.tf("aws_default_subnet.a", "aws_default_subnet", {"availability_zone": "eu-west-1a"})
	some violation in _verdict([default_subnet]).deny
	violation.resource == "aws_default_subnet.a"
	closed := units.tf("aws_default_subnet.a", "aws_default_subnet", {"map_public_ip_on_launch": false})
	_verdict([closed]).deny == set()
}

test_a_private_subnet_fails_as_high if {
	resources := [
		units.tf("aws_vpc.v", "aws_vpc", {}),
		units.tf("aws_subnet.s", "aws_subnet", {"vpc_id": units.ref("aws_vpc.v"), "map_public_ip_on_launch": true}),
		units.tf("aws_route_table.t", "aws_route_table", {"route": [{"cidr_block": "0.0.0.0/0", "nat_gateway_id": "n"}]}),
		units.tf("aws_route_table_association.a", "aws_route_table_association", {
			"subnet_id": units.ref("aws_subnet.s"),
			"route_table_id": units.ref("aws_route_table.t"),
		}),
	]
	some violation in _verdict(resources).deny
	violation.severity == "high"
}

test_a_parameter_is_unknown if {
	verdict := _verdict([_subnet({"MapPublicIpOnLaunch": units.parameter("P")})])
	verdict.deny == set()
	some question in verdict.undecided
	contains(question.message, "'P' has no default")
}
