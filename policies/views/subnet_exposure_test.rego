package policies.views.subnet_exposure_test

import data.policies.lib.network_units_test as units
import data.policies.views.subnet_exposure

_rows(resources) := rows if {
	rows := subnet_exposure.rows with input as units.unit(resources)
}

_class(resources) := _rows(resources)["Subnet"].class

_vpc := units.cfn("Vpc", "AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"})

_igw := units.cfn("Igw", "AWS::EC2::InternetGateway", {})

_nat := units.cfn("Nat", "AWS::EC2::NatGateway", {})

_table := units.cfn("Table", "AWS::EC2::RouteTable", {"VpcId": units.ref("Vpc")})

_subnet := units.cfn("Subnet", "AWS::EC2::Subnet", {"VpcId": units.ref("Vpc"), "MapPublicIpOnLaunch": false})

_association := units.cfn("Association", "AWS::EC2::SubnetRouteTableAssociation", {
	"SubnetId": units.ref("Subnet"),
	"RouteTableId": units.ref("Table"),
})

_route(properties) := units.cfn(
	"Route",
	"AWS::EC2::Route",
	object.union({"RouteTableId": units.ref("Table")}, properties),
)

_network := [_vpc, _igw, _nat, _table, _subnet, _association]

_with(route) := _class(array.concat(_network, [_route(route)]))

test_a_default_route_to_an_internet_gateway_is_public if {
	resources := array.concat(_network, [_route({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": units.ref("Igw")})])
	row := _rows(resources)["Subnet"]
	row.class == "public"
	[place.address | some place in row.related] == ["Association", "Route"]
}

test_halves_of_the_space_and_ipv6_count_as_default if {
	_with({"DestinationCidrBlock": "128.0.0.0/1", "GatewayId": units.ref("Igw")}) == "public"
	_with({"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-0abc"}) == "public"
}

test_other_gateways_keep_a_subnet_private if {
	every route in [
		{"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": units.ref("Nat")},
		{"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"},
		{"DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": units.parameter("Tgw")},
		{"DestinationCidrBlock": "0.0.0.0/0", "VpcPeeringConnectionId": "pcx-1"},
		{"DestinationCidrBlock": "0.0.0.0/0", "VpcEndpointId": "vpce-1"},
		{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "vgw-1"},
	] {
		_with(route) == "private"
	}
}

test_a_route_to_one_network_is_no_default if {
	_with({"DestinationCidrBlock": "203.0.113.0/24", "GatewayId": units.ref("Igw")}) == "isolated"
}

test_no_default_route_is_isolated if _class(_network) == "isolated"

test_a_subnet_without_association_has_the_local_route if _class([_vpc, _subnet]) == "isolated"

test_a_foreign_table_with_a_public_route_may_be_the_main_one if {
	route := units.cfn("Route", "AWS::EC2::Route", {
		"RouteTableId": units.parameter("Main"),
		"DestinationCidrBlock": "0.0.0.0/0",
		"GatewayId": units.ref("Igw"),
	})
	_class([_vpc, _igw, _subnet, route]) == "unknown"
}

test_an_imported_vpc_or_table_is_unknown if {
	_class([units.cfn("Subnet", "AWS::EC2::Subnet", {"VpcId": units.parameter("Vpc")})]) == "unknown"
	association := units.cfn("Association", "AWS::EC2::SubnetRouteTableAssociation", {
		"SubnetId": units.ref("Subnet"),
		"RouteTableId": units.parameter("Table"),
	})
	row := _rows([_vpc, _subnet, association])["Subnet"]
	row.class == "unknown"
	contains(row.why, "not declared here")
}

test_a_prefix_list_to_an_internet_gateway_is_public if {
	_with({"DestinationPrefixListId": "pl-0123", "GatewayId": units.ref("Igw")}) == "public"
}

test_a_declared_prefix_list_is_judged_by_its_entries if {
	list := units.cfn("List", "AWS::EC2::PrefixList", {"Entries": [{"Cidr": "203.0.113.0/24"}]})
	route := _route({"DestinationPrefixListId": units.ref("List"), "GatewayId": units.ref("Igw")})
	_class(array.concat(_network, [list, route])) == "isolated"
}

test_an_undecided_gateway_or_destination_is_unknown if {
	_with({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": units.parameter("Gateway")}) == "unknown"
	_with({"DestinationCidrBlock": units.parameter("Net"), "GatewayId": units.ref("Igw")}) == "unknown"
}

test_a_conditional_public_route_is_unknown_unless_the_network_shares_it if {
	route := units.conditional(
		_route({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": units.ref("Igw")}),
		"WithInternet",
	)
	_class(array.concat(_network, [route])) == "unknown"
	table := units.conditional(_table, "WithInternet")
	_class([_vpc, _igw, table, _subnet, _association, route]) == "public"
}

test_blocked_public_access_makes_subnets_private if {
	route := _route({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": units.ref("Igw")})
	blocked := units.cfn(
		"Block",
		"AWS::EC2::VPCBlockPublicAccessOptions",
		{"InternetGatewayBlockMode": "block-bidirectional"},
	)
	excluded := units.cfn("Exclusion", "AWS::EC2::VPCBlockPublicAccessExclusion", {"VpcId": units.ref("Vpc")})
	_class(array.concat(_network, [route, blocked])) == "private"
	_class(array.concat(_network, [route, blocked, excluded])) == "public"
}

_tf_vpc := units.tf("aws_vpc.main", "aws_vpc", {"cidr_block": "10.0.0.0/16"})

_tf_igw := units.tf("aws_internet_gateway.this", "aws_internet_gateway", {})

_tf_subnet(address) := units.tf(address, "aws_subnet", {"vpc_id": units.ref("aws_vpc.main")})

_public_route := {"cidr_block": "0.0.0.0/0", "gateway_id": units.ref("aws_internet_gateway.this")}

test_inline_routes_of_terraform_decide if {
	table := units.tf("aws_route_table.public", "aws_route_table", {"route": [_public_route]})
	association := units.tf("aws_route_table_association.a", "aws_route_table_association", {
		"subnet_id": units.ref("aws_subnet.a"),
		"route_table_id": units.ref("aws_route_table.public"),
	})
	row := _rows([_tf_vpc, _tf_igw, _tf_subnet("aws_subnet.a"), table, association])["aws_subnet.a"]
	row.class == "public"
	row.related[1].path == ["route", 0]
}

test_the_default_route_table_is_the_main_one if {
	table := units.tf("aws_default_route_table.main", "aws_default_route_table", {
		"default_route_table_id": units.ref("aws_vpc.main"),
		"route": [_public_route],
	})
	_rows([_tf_vpc, _tf_igw, _tf_subnet("aws_subnet.a"), table])["aws_subnet.a"].class == "public"
}

test_a_route_in_the_main_table_of_the_vpc_counts if {
	route := units.tf("aws_route.out", "aws_route", {
		"route_table_id": {"$reference": {"address": "aws_vpc.main", "attribute": "main_route_table_id"}},
		"destination_cidr_block": "0.0.0.0/0",
		"gateway_id": units.ref("aws_internet_gateway.this"),
	})
	_rows([_tf_vpc, _tf_igw, _tf_subnet("aws_subnet.a"), route])["aws_subnet.a"].class == "public"
}

test_a_chosen_main_table_replaces_the_default_one if {
	table := units.tf("aws_route_table.public", "aws_route_table", {"route": [_public_route]})
	main := units.tf("aws_main_route_table_association.this", "aws_main_route_table_association", {
		"vpc_id": units.ref("aws_vpc.main"),
		"route_table_id": units.ref("aws_route_table.public"),
	})
	_rows([_tf_vpc, _tf_igw, _tf_subnet("aws_subnet.a"), table, main])["aws_subnet.a"].class == "public"
}

test_as_many_associations_as_subnets_give_each_its_own if {
	subnets := ["aws_subnet.p[0]", "aws_subnet.p[1]"]
	table := units.tf(
		"aws_route_table.nat",
		"aws_route_table",
		{"route": [{"cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"}]},
	)
	associations := [units.tf(address, "aws_route_table_association", {
		"subnet_id": units.computed(subnets),
		"route_table_id": units.ref("aws_route_table.nat"),
	}) |
		some address in ["aws_route_table_association.p[0]", "aws_route_table_association.p[1]"]
	]
	both := array.concat([_tf_vpc, table, _tf_subnet(subnets[0]), _tf_subnet(subnets[1])], associations)
	rows := _rows(both)
	{row.class | some row in rows} == {"private"}
}

test_a_known_id_joins if {
	subnet := units.tf("aws_subnet.a", "aws_subnet", {"id": "subnet-1", "vpc_id": "vpc-1"})
	table := units.tf(
		"aws_route_table.t",
		"aws_route_table",
		{"id": "rtb-1", "route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}]},
	)
	association := units.tf("aws_route_table_association.a", "aws_route_table_association", {
		"subnet_id": "subnet-1",
		"route_table_id": "rtb-1",
	})
	_rows([subnet, table, association])["aws_subnet.a"].class == "public"
}
