# METADATA
# title: How each subnet of the unit reaches the internet
# description: |
#   One row a subnet: {"address", "class", "why", "related"}. The class is "public" when a default route of its
#   effective route table leads to an internet gateway, "private" when its default routes lead elsewhere, "isolated"
#   without a default route, and "unknown", with the reason, when the unit does not decide it. The effective table is
#   the associated one, else the main table of the VPC. Facts: Amazon VPC User Guide, "Configure route tables".
package policies.views.subnet_exposure

import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.value
import data.policies.views.subnet_routes

_subnet_types := ["AWS::EC2::Subnet", "aws_subnet"]

_vpc_types := ["AWS::EC2::VPC", "aws_vpc"]

_table_types := ["AWS::EC2::RouteTable", "aws_route_table", "aws_default_route_table", "aws_vpc"]

_subnet_path := {
	"AWS::EC2::SubnetRouteTableAssociation": ["Properties", "SubnetId"],
	"aws_route_table_association": ["subnet_id"],
	"AWS::EC2::VPCBlockPublicAccessExclusion": ["Properties", "SubnetId"],
	"aws_vpc_block_public_access_exclusion": ["subnet_id"],
}

_table_path := {
	"AWS::EC2::SubnetRouteTableAssociation": ["Properties", "RouteTableId"],
	"aws_route_table_association": ["route_table_id"],
	"aws_main_route_table_association": ["route_table_id"],
}

_vpc_path := {
	"AWS::EC2::Subnet": ["Properties", "VpcId"],
	"aws_subnet": ["vpc_id"],
	"aws_main_route_table_association": ["vpc_id"],
	"aws_default_route_table": ["default_route_table_id"],
	"AWS::EC2::VPCBlockPublicAccessExclusion": ["Properties", "VpcId"],
	"aws_vpc_block_public_access_exclusion": ["vpc_id"],
}

_mode_path := {
	"AWS::EC2::VPCBlockPublicAccessOptions": ["Properties", "InternetGatewayBlockMode"],
	"aws_vpc_block_public_access_options": ["internet_gateway_block_mode"],
}

rows := {subnet.address: row |
	some subnet in graph.of_types(_subnet_types)
	row := _row(subnet)
}

_associations := [{"address": association.address, "conditional": condition, "subnets": subnets, "tables": tables} |
	some association in graph.of_types(["AWS::EC2::SubnetRouteTableAssociation", "aws_route_table_association"])
	condition := object.get(association, "conditional", null)
	subnets := network_joins.join(association, _subnet_path[association.type], _subnet_types)
	tables := network_joins.join(association, _table_path[association.type], _table_types)
]

# Keeps an index without entries defined under regorus; no address is empty.
_alike[""] contains null

# Associations that may name the same subnets; as many of them as subnets give each subnet its own.
_alike[key] contains association.address if {
	some association in _associations
	key := concat(" ", sort([address | some address in association.subnets.to]))
}

_associated[""] contains null

_associated[subnet] contains found if {
	some association in _associations
	some subnet in association.subnets.to
	key := concat(" ", sort([address | some address in association.subnets.to]))
	found := {
		"address": association.address,
		"tables": association.tables,
		"certain": _certain(association, key, object.get(input.resources, subnet, {})),
	}
}

_certain(association, key, subnet) := true if {
	network_joins.together(association, subnet)
	count(_alike[key]) >= count(association.subnets.to)
}

_certain(association, _, subnet) := false if not network_joins.together(association, subnet)

_certain(association, key, subnet) := false if {
	network_joins.together(association, subnet)
	count(_alike[key]) < count(association.subnets.to)
}

_chosen_mains[""] contains null

# The tables that can be the main one of a VPC of the unit.
_chosen_mains[vpc] contains found if {
	some association in graph.of_types(["aws_main_route_table_association"])
	some vpc in network_joins.join(association, _vpc_path[association.type], _vpc_types).to
	found := network_joins.join(association, _table_path[association.type], _table_types)
}

_adopted_mains[""] contains null

_adopted_mains[vpc] contains table.address if {
	some table in graph.of_types(["aws_default_route_table"])
	some vpc in network_joins.join(table, _vpc_path[table.type], _vpc_types).to
}

_main(vpc) := {"tables": union({found.to | some found in chosen}), "open": _any_open(chosen)} if {
	chosen := object.get(_chosen_mains, vpc, set())
	count(chosen) > 0
}

_main(vpc) := {"tables": {vpc}, "open": subnet_routes.stray} if count(object.get(_chosen_mains, vpc, set())) == 0

_any_open(found) := count([one | some one in found; one.open]) > 0

# The tables that can be the effective one, whether another can be, and the associations that chose them.
_effective(subnet) := {"tables": tables, "open": _any_open(joined), "associations": names} if {
	own := object.get(_associated, subnet.address, set())
	_decided(own)
	joined := {found.tables | some found in own}
	tables := union({found.to | some found in joined})
	names := sort([found.address | some found in own])
}

_effective(subnet) := {"tables": tables, "open": open, "associations": names} if {
	own := object.get(_associated, subnet.address, set())
	not _decided(own)
	vpc := network_joins.join(subnet, _vpc_path[subnet.type], _vpc_types)
	mains := {main | some one in vpc.to; main := _main(one)}
	joined := {found.tables | some found in own}
	tables := union({found.to | some found in joined}) | union({found.tables | some found in mains})
	open := _any_open(joined | mains | {vpc})
	names := sort([found.address | some found in own])
}

_decided(own) if {
	some found in own
	found.certain
}

_row(subnet) := row if {
	effective := _effective(subnet)
	classes := {each | some table in effective.tables; each := _class(table)} | {"unknown" | effective.open}
	class := _shielded(subnet, _combined(classes))
	row := {
		"address": subnet.address,
		"class": class,
		"why": _why(subnet, class, effective),
		"related": _related(class, effective),
	}
}

_routes(table) := {route |
	some each in {table} | object.get(_adopted_mains, table, set())
	some route in object.get(subnet_routes.by_table, each, set())
}

_class(table) := "public" if _leads(table, "public")

_class(table) := "unknown" if {
	not _leads(table, "public")
	_leads(table, "unknown")
}

_class(table) := "private" if {
	not _leads(table, "public")
	not _leads(table, "unknown")
	_leads(table, "private")
}

_class(table) := "isolated" if {
	not _leads(table, "public")
	not _leads(table, "unknown")
	not _leads(table, "private")
}

_leads(table, class) if {
	some route in _routes(table)
	route.class == class
}

_combined(classes) := "public" if classes == {"public"}

_combined(classes) := "isolated" if classes == {"isolated"}

_combined(classes) := "private" if {
	"private" in classes
	count(classes - {"private", "isolated"}) == 0
}

_combined(classes) := "unknown" if {
	classes != {"public"}
	count(classes - {"private", "isolated"}) > 0
}

_combined(classes) := "unknown" if count(classes) == 0

# Block public access of the account in both directions closes every internet gateway, exclusions apart.
_block_modes := {object.get(options.node, _mode_path[options.type], null) |
	some options in graph.of_types(["AWS::EC2::VPCBlockPublicAccessOptions", "aws_vpc_block_public_access_options"])
}

_excluded contains address if {
	some exclusion in graph.of_types([
		"AWS::EC2::VPCBlockPublicAccessExclusion",
		"aws_vpc_block_public_access_exclusion",
	])
	some found in [
		network_joins.join(exclusion, _subnet_path[exclusion.type], _subnet_types),
		network_joins.join(exclusion, _vpc_path[exclusion.type], _vpc_types),
	]
	some address in found.to
}

_shielded(_, class) := class if class != "public"

_shielded(_, "public") := "public" if not _shield_possible

_shielded(subnet, "public") := "public" if {
	_shield_possible
	_is_excluded(subnet)
}

_shielded(subnet, "public") := "private" if {
	"block-bidirectional" in _block_modes
	not _is_excluded(subnet)
}

_shielded(subnet, "public") := "unknown" if {
	_shield_possible
	not "block-bidirectional" in _block_modes
	not _is_excluded(subnet)
}

_shield_possible if "block-bidirectional" in _block_modes

_shield_possible if {
	some mode in _block_modes
	value.opaque(mode)
}

_is_excluded(subnet) if subnet.address in _excluded

_is_excluded(subnet) if {
	vpc := network_joins.join(subnet, _vpc_path[subnet.type], _vpc_types)
	count(vpc.to & _excluded) > 0
}

_why(_, class, _) := "" if class != "unknown"

_why(subnet, "unknown", effective) := reason if {
	effective.open
	reason := sprintf("the route table of subnet '%s' is not declared here", [subnet.address])
}

_why(subnet, "unknown", effective) := sprintf("a route of subnet '%s' cannot be decided", [subnet.address]) if {
	not effective.open
	count(effective.tables) < 2
}

_why(subnet, "unknown", effective) := sprintf("several route tables can apply to subnet '%s'", [subnet.address]) if {
	not effective.open
	count(effective.tables) > 1
}

_related(class, _) := [] if class != "public"

_related("public", effective) := array.concat(_association_places(effective), [place |
	some table in sort([each | some each in effective.tables])
	some route in sort([each | some each in _routes(table)])
	route.class == "public"
	place := {
		"address": route.address,
		"path": route.path,
		"message": "This default route leads to an internet gateway.",
	}
])

_association_places(effective) := [place |
	some address in effective.associations
	place := {"address": address, "path": [], "message": "This association gives the subnet its route table."}
]
