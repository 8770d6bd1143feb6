# METADATA
# title: Units for tests
# description: Builds the scan view from short descriptions of resources. Holds functions only.
package policies.lib.units_test

# A template of {logical id: {"type", "properties", "edges"?}}; an edge is [path below Properties, id, attribute].
template(described) := _unit("cloudformation", {address: resource |
	some address, it in described
	resource := _resource("cloudformation", address, it, {"Properties": it.properties}, ["Properties"])
})

# A plan of {address: {"type", "values", "edges"?, "provider"?}}.
plan(described) := _unit("terraform-plan", {address: resource |
	some address, it in described
	resource := _resource("terraform-plan", address, it, it.values, [])
})

_resource(format, address, it, node, base) := {
	"address": address,
	"type": it.type,
	"format": format,
	"node": node,
	"properties": object.get(node, base, {}),
	"references": [edge |
		some given in object.get(it, "edges", [])
		edge := {"path": array.concat(base, given[0]), "address": given[1], "attribute": given[2]}
	],
	"provider": object.get(it, "provider", "aws"),
}

_unit(format, resources) := {
	"format": format,
	"resources": resources,
	"by_type": {type: of_type |
		some _, one in resources
		type := one.type
		of_type := [other | some _, other in resources; other.type == type]
	},
}

# An undecided value of a kind.
unknown(kind, name) := {"$unknown": {"kind": kind, "name": name, "why": "has no default"}}

# A reference to another resource.
reference(address, attribute) := {"$reference": {"address": address, "attribute": attribute}}

# The outcome of a subject by the engine's arithmetic: fail, unknown, pass, or "" for no subject.
outcome(result, address) := "fail" if _in(result.deny, address)

outcome(result, address) := "unknown" if {
	not _in(result.deny, address)
	_undecided(result, address)
}

outcome(result, address) := "pass" if {
	not _in(result.deny, address)
	not _undecided(result, address)
	address in result.subjects
}

outcome(result, address) := "" if {
	not _in(result.deny, address)
	not _undecided(result, address)
	not address in result.subjects
}

_in(rows, address) if {
	some row in rows
	row.resource == address
}

_undecided(result, address) if _in(object.get(result, "undecided", set()), address)

_undecided(result, address) if {
	some record in object.get(result, "examined", set())
	record.resource == address
	record.state == "unknown"
	not address in object.get(result, "proven", set())
}
