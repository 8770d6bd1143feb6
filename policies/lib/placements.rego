# METADATA
# title: Where a service or store stands
# description: |
#   The subnets that a resource is in and what they make of it (predicate P1): {"exposure", "subnets", "why"}. The
#   exposure is "public", "private", "isolated", "mixed" (public and others), "unknown" (`why` says what is missing), or
#   "none" where it stands in no subnet.
package policies.lib.placements

import data.policies.lib.joins
import data.policies.lib.network
import data.policies.lib.network_joins
import data.policies.lib.value

_types := data.tables.database_placement

_subnet_types := ["AWS::EC2::Subnet", "aws_subnet"]

# The placement by the lists of subnets at some paths of a resource.
of_paths(resource, paths) := _summed([found |
	some path in paths
	_says_something(value.get(resource, path))
	some found in _joined(resource, path)
])

_says_something(record) if value.is_unknown(record)

_says_something(record) if {
	value.is_known(record)
	not record.value in [[], ""]
}

_joined(resource, path) := [{"to": found.to, "open": found.open, "why": why} |
	some found in network_joins.joins(resource, path, _subnet_types)
	why := _why(object.get(resource.node, found.path, null), found.open)
]

_why(_, false) := ""

_why(written, true) := network_joins.waits(written) if written != null

_why(null, true) := "its subnets are known only at deployment"

_facts := data.tables.architecture

_group_paths := object.union({type: facts.group | some type, facts in _types.stores}, _facts.store_subnet_groups)

_group_names := object.union(_types.names, {type: facts.name | some type, facts in _facts.subnet_groups})

_holder_paths := object.union(
	{type: facts.subnets | some type, facts in _types.holders},
	{type: facts.subnets | some type, facts in _facts.subnet_groups},
)

_list_paths := object.union({type: facts.subnets | some type, facts in _types.holders}, _facts.store_subnets)

# The placement of a data store: by its subnet group, or its own list.
of_store(resource) := _of_group(resource) if _group_paths[resource.type]

of_store(resource) := of_paths(resource, [_list_paths[resource.type]]) if {
	not _group_paths[resource.type]
	_list_paths[resource.type]
}

of_store(resource) := nowhere if {
	not _group_paths[resource.type]
	not _list_paths[resource.type]
}

# The placement of what stands in no subnet.
nowhere := {"exposure": "none", "subnets": [], "why": ""}

_of_group(resource) := _summed([found |
	some address in group.to
	holder := input.resources[address]
	some found in _joined(holder, _holder_paths[holder.type])
]) if {
	group := _group(resource)
	count(group.to) > 0
}

_of_group(resource) := {"exposure": "unknown", "subnets": [], "why": why} if {
	count(_group(resource).to) == 0
	why := _without_group(value.present(resource, _group_paths[resource.type]))
}

_group(resource) := joins.join(resource, _group_paths[resource.type], _group_names)

_without_group(record) := "it names no subnet group, so that the default VPC decides" if value.is_absent(record)

_without_group(record) := network_joins.waits(record.value) if not value.is_absent(record)

_summed(found) := nowhere if count(found) == 0

_summed(found) := {"exposure": exposure, "subnets": subnets, "why": why} if {
	count(found) > 0
	subnets := sort({address | some one in found; some address in one.to})
	rows := [network.subnets[address] | some address in subnets]
	classes := {row.class | some row in rows} | {"unknown" | some one in found; one.open}
	exposure := _exposure(classes)
	why := _reason(exposure, array.concat(
		[row.why | some row in rows; row.class == "unknown"],
		[one.why | some one in found; one.open],
	))
}

_exposure(classes) := "unknown" if {
	"unknown" in classes
	not "public" in classes
}

_exposure(classes) := "unknown" if count(classes) == 0

_exposure(classes) := "public" if classes == {"public"}

_exposure(classes) := "isolated" if classes == {"isolated"}

_exposure(classes) := "private" if {
	"private" in classes
	count(classes - {"private", "isolated"}) == 0
}

_exposure(classes) := "mixed" if {
	"public" in classes
	count(classes) > 1
}

_reason(exposure, reasons) := concat("; ", array.slice(sort({text | some text in reasons}), 0, 2)) if {
	exposure in {"unknown", "mixed"}
}

_reason(exposure, _) := "" if not exposure in {"unknown", "mixed"}
