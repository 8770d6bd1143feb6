# METADATA
# title: Where the routes of the unit lead
# description: |
#   Classes every route: "public" (a default route to an internet gateway), "private" (a default route to anything
#   else), "none" (no default route) or "unknown". Indexed by the route table, and by the VPC where a route names its
#   main table.
package policies.views.subnet_routes

import data.policies.lib.cidr
import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.prefix_lists
import data.policies.lib.value

_table_types := ["AWS::EC2::RouteTable", "aws_route_table", "aws_default_route_table", "aws_vpc"]

_gateway_types := ["AWS::EC2::InternetGateway", "aws_internet_gateway", "data.aws_internet_gateway"]

_inside_types := [
	"AWS::EC2::VPNGateway",
	"AWS::EC2::VPCEndpoint",
	"aws_vpn_gateway",
	"aws_vpc_endpoint",
	"data.aws_vpn_gateway",
]

# The names of what a route says, by the type that holds it.
_fields := {
	"AWS::EC2::Route": {
		"blocks": ["DestinationCidrBlock", "DestinationIpv6CidrBlock"],
		"list": "DestinationPrefixListId",
		"gateway": "GatewayId",
		"inside": [
			"NatGatewayId",
			"EgressOnlyInternetGatewayId",
			"TransitGatewayId",
			"VpcPeeringConnectionId",
			"NetworkInterfaceId",
			"InstanceId",
			"VpcEndpointId",
			"LocalGatewayId",
			"CoreNetworkArn",
		],
	},
	"aws_route": object.union(_terraform_fields, {
		"blocks": ["destination_cidr_block", "destination_ipv6_cidr_block"],
		"list": "destination_prefix_list_id",
	}),
	"aws_route_table": object.union(_terraform_fields, {
		"blocks": ["cidr_block", "ipv6_cidr_block"],
		"list": "destination_prefix_list_id",
	}),
	"aws_default_route_table": object.union(_terraform_fields, {
		"blocks": ["cidr_block", "ipv6_cidr_block"],
		"list": "destination_prefix_list_id",
	}),
}

_terraform_fields := {
	"gateway": "gateway_id",
	"inside": [
		"nat_gateway_id",
		"egress_only_gateway_id",
		"transit_gateway_id",
		"vpc_peering_connection_id",
		"network_interface_id",
		"instance_id",
		"vpc_endpoint_id",
		"local_gateway_id",
		"core_network_arn",
	],
}

_table_path := {"AWS::EC2::Route": ["Properties", "RouteTableId"], "aws_route": ["route_table_id"]}

_base := {"AWS::EC2::Route": ["Properties"], "aws_route": []}

# The routes that stand alone, and those written inside their table.
_standalone := [{"resource": route, "path": [], "base": _base[route.type], "tables": tables} |
	some route in graph.of_types(["AWS::EC2::Route", "aws_route"])
	tables := network_joins.join(route, _table_path[route.type], _table_types)
]

_inline := [{"resource": table, "path": path, "base": path, "tables": tables} |
	some table in graph.of_types(["aws_route_table", "aws_default_route_table"])
	routes := object.get(table.node, ["route"], null)
	is_array(routes)
	some index, _ in routes
	path := ["route", index]
	tables := {"to": {table.address}, "open": false, "written": true}
]

_undecided_tables contains table.address if {
	some table in graph.of_types(["aws_route_table", "aws_default_route_table"])
	value.opaque(object.get(table.node, ["route"], null))
}

_classed := [{"address": route.resource.address, "path": route.path, "class": class, "tables": route.tables} |
	some route in array.concat(_standalone, _inline)
	class := _class(route)
]

# Keeps an index without entries defined under regorus; no address is empty.
_alike[""] contains null

# Standalone routes that may name the same tables; as many of them as tables give each table its own.
_alike[key] contains route.address if {
	some route in _classed
	count(route.tables.to) > 1
	key := _key(route)
}

_key(route) := concat(" ", array.concat(
	sort([address | some address in route.tables.to]),
	[route.class],
))

by_table[""] contains null

by_table[table] contains found if {
	some route in _classed
	some table in route.tables.to
	found := {"address": route.address, "path": route.path, "class": _certain(route, table)}
}

by_table[table] contains found if {
	some table in _undecided_tables
	found := {"address": table, "path": ["route"], "class": "unknown"}
}

# Whether a route to an internet gateway stands in a table that the unit does not show: it may be any main table.
default stray := false

stray if {
	some route in _classed
	route.tables.open
	route.class in {"public", "unknown"}
}

_certain(route, _) := route.class if route.class in {"private", "none", "unknown"}

_certain(route, table) := "public" if {
	route.class == "public"
	_sure(route, table)
}

_certain(route, table) := "unknown" if {
	route.class == "public"
	not _sure(route, table)
}

_sure(route, table) if {
	not route.tables.open
	network_joins.together(graph.at(route.address), graph.at(table))
	count(object.get(_alike, _key(route), {route.address})) >= count(route.tables.to)
}

_class(route) := _crossed(_destination(route), _gateway(route))

_crossed(destination, gateway) := "none" if {
	destination == "specific"
	gateway != ""
}

_crossed("default", "internet") := "public"

_crossed("list", "internet") := "public"

_crossed("unknown", "internet") := "unknown"

_crossed(destination, "inside") := "private" if destination != "specific"

_crossed(destination, "unknown") := "unknown" if destination != "specific"

_read(route, name) := object.get(route.resource.node, array.concat(route.base, [name]), null)

# "default", "specific", "list" (a prefix list that the unit does not declare) or "unknown".
_destination(route) := _strongest(reaches) if {
	names := _fields[route.resource.type]
	blocks := {reach |
		some name in names.blocks
		text := _read(route, name)
		text != null
		reach := {"world": "default", "other": "specific", "unknown": "unknown"}[cidr.reach(text)]
	}
	lists := {reach |
		_read(route, names.list) != null
		path := array.concat(route.base, [names.list])
		reach := {"world": "default", "other": "specific", "unknown": "list"}[prefix_lists.reach(route.resource, path)]
	}
	reaches := blocks | lists
}

_strongest(reaches) := "default" if "default" in reaches

_strongest(reaches) := "list" if {
	not "default" in reaches
	"list" in reaches
}

_strongest(reaches) := "specific" if reaches == {"specific"}

_strongest(reaches) := "unknown" if {
	not "default" in reaches
	not "list" in reaches
	reaches != {"specific"}
}

# "internet", "inside" or "unknown".
_gateway(route) := "inside" if _goes_inside(route)

_gateway(route) := "internet" if {
	not _goes_inside(route)
	_goes_out(route)
}

_gateway(route) := "unknown" if {
	not _goes_inside(route)
	not _goes_out(route)
}

_goes_inside(route) if {
	some name in _fields[route.resource.type].inside
	_read(route, name) != null
}

_goes_inside(route) if {
	text := _read(route, _fields[route.resource.type].gateway)
	is_string(text)
	not startswith(text, "igw-")
}

_goes_inside(route) if {
	path := array.concat(route.base, [_fields[route.resource.type].gateway])
	network_joins.exact(network_joins.join(route.resource, path, _inside_types))
}

_goes_out(route) if {
	text := _read(route, _fields[route.resource.type].gateway)
	is_string(text)
	startswith(text, "igw-")
}

_goes_out(route) if {
	path := array.concat(route.base, [_fields[route.resource.type].gateway])
	_internet_only(route.resource, path)
}

# Every resource that the gateway can be is an internet gateway.
_internet_only(resource, path) if {
	addresses := graph.referenced(resource, path)
	count(addresses) > 0
	every address in addresses {
		object.get(object.get(input.resources, address, {}), "type", "") in _gateway_types
	}
}
