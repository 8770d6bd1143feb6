# METADATA
# title: Which resources of the unit a value names
# description: |
#   Follows one value, or a list of them, to resources of the given types: by a known id or ARN first, then by the
#   references that the engine recorded. A join is {"to": addresses, "open": whether the value may name something
#   that the unit does not declare, "written": whether there is a value at all}.
package policies.lib.network_joins

import data.policies.lib.value

# Keeps an index without entries defined under regorus; no address is empty.
identified[""] contains null

# The addresses of the resources whose id or ARN a plan knows.
identified[id] contains address if {
	some address, declared in input.resources
	is_object(declared.node)
	some key in ["id", "arn"]
	id := object.get(declared.node, key, null)
	is_string(id)
}

# What the value at `path` of a resource names.
join(resource, path, types) := {"to": set(), "open": false, "written": false} if {
	object.get(resource.node, path, null) == null
	edges := _edges(resource, path)
	count(edges) == 0
}

join(resource, path, types) := {"to": named, "open": false, "written": true} if {
	text := object.get(resource.node, path, null)
	is_string(text)
	named := _of_id(text, types)
	count(named) > 0
}

join(resource, path, types) := {"to": named, "open": open, "written": true} if {
	written := object.get(resource.node, path, null)
	edges := _edges(resource, path)
	_follows_edges(written, edges, types)
	named := {edge.address | some edge in edges; _type(edge.address) in types}
	foreign := {edge.address | some edge in edges; _foreign(_type(edge.address))}
	open := _open(named, foreign)
}

_follows_edges(null, edges, _) if count(edges) > 0

_follows_edges(written, _, types) if {
	is_string(written)
	named := _of_id(written, types)
	count(named) == 0
}

_follows_edges(written, _, _) if {
	written != null
	not is_string(written)
}

_of_id(text, types) := {address | some address in object.get(identified, text, set()); _type(address) in types}

# A plan records references by attribute; the elements of a list that are references say themselves what they name.
_edges(resource, path) := array.concat(
	[edge |
		some edge in object.get(resource, "references", [])
		array.slice(edge.path, 0, count(path)) == path
	],
	[written["$reference"] |
		written := object.get(resource.node, path, null)
		value.reference(written)
	],
)

_type(address) := object.get(object.get(input.resources, address, {}), "type", "")

_open(named, _) if count(named) == 0

_open(_, foreign) if count(foreign) > 0

_open(named, foreign) := false if {
	count(named) > 0
	count(foreign) == 0
}

# What hands in values from outside the unit; zones and the like only choose among the unit's own.
_foreign(type) if type == ""

_foreign(type) if {
	startswith(type, "data.")
	not type in {"data.aws_availability_zones", "data.aws_region", "data.aws_caller_identity", "data.aws_partition"}
}

_foreign(type) if type == "AWS::CloudFormation::Stack"

_foreign(type) if startswith(type, "Custom::")

# The joins of a list: one for each element where the elements are known, else one for the whole value.
joins(resource, path, types) := [found |
	some index, _ in object.get(resource.node, path, null)
	at := array.concat(path, [index])
	found := object.union(join(resource, at, types), {"path": at})
] if is_array(object.get(resource.node, path, null))

joins(resource, path, types) := [found |
	whole := join(resource, path, types)
	whole.written
	found := object.union(whole, {"path": path})
] if not is_array(object.get(resource.node, path, null))

# Tells whether a join names exactly one resource and nothing else.
exact(join_of) if {
	count(join_of.to) == 1
	not join_of.open
}

# Tells whether two resources stand or fall together: neither has an undecided condition, or both have the same.
together(one, other) if object.get(one, "conditional", null) == null

together(one, other) if {
	object.get(one, "conditional", null) != null
	object.get(one, "conditional", null) == object.get(other, "conditional", null)
}

# What an undecided value waits for, as the end of a sentence.
waits(source) := sprintf("'%s' %s", [source["$unknown"].name, source["$unknown"].why]) if value.unknown(source)

waits(source) := sprintf("'%s' is given by '%s' at deployment", [
	source["$reference"].attribute,
	source["$reference"].address,
]) if value.reference(source)

waits(source) := "it is known only in part" if value.partial(source)

waits(source) := "it comes from a secret store" if value.secret(source)

waits(source) := sprintf("'%s' is not declared here", [value.shown(source)]) if not value.opaque(source)
