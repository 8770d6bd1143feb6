# METADATA
# title: Resources of the unit and the edges between them
# description: |
#   Looks resources up by type and follows the references that the engine recorded. An edge is
#   {"path", "address", "attribute"}; its path starts at the resource node.
package policies.lib.graph

# The resources of the given types.
of_types(types) := [declared |
	some type in types
	some declared in object.get(input.by_type, type, [])
]

# The resource of an address, or null when the unit does not declare it.
at(address) := object.get(input.resources, address, null)

# The addresses that the value at `path` of a resource, or anything below it, refers to.
referenced(subject, path) := {edge.address |
	some edge in object.get(subject, "references", [])
	array.slice(edge.path, 0, count(path)) == path
}

# The resources of the given types that refer to `address` anywhere.
referrers(address, types) := [referrer |
	some referrer in of_types(types)
	some edge in object.get(referrer, "references", [])
	edge.address == address
]
