# METADATA
# title: Attributes of load balancers and target groups
# description: |
#   Templates write attributes as a list of keys and values. `get` reads one as a record of data.policies.lib.value: at
#   the value where the key is written, below the list, under its key, where it is not. Elastic Load Balancing lets no
#   key stand twice.
package policies.lib.balancer_attributes

import data.policies.lib.value

# The record of the attribute `key` in the list at `path` of a resource.
get(resource, path, key) := value.get(resource, path) if value.is_unknown(value.get(resource, path))

get(resource, path, key) := value.get(resource, array.concat(path, [_index(resource, path, key), "Value"])) if {
	not value.is_unknown(value.get(resource, path))
	count(_indices(resource, path, key)) > 0
}

get(resource, path, key) := {
	"resource": resource.address,
	"path": at,
	"state": "unknown",
	"value": {"$unknown": {"kind": "value", "name": "Key", "why": "is not known"}},
} if {
	at := array.concat(path, [_open(resource, path)[0]])
	not value.is_unknown(value.get(resource, path))
	count(_indices(resource, path, key)) == 0
	count(_open(resource, path)) > 0
}

get(resource, path, key) := {
	"resource": resource.address,
	"path": array.concat(path, [key]),
	"state": "absent",
	"value": null,
} if {
	not value.is_unknown(value.get(resource, path))
	count(_indices(resource, path, key)) == 0
	count(_open(resource, path)) == 0
}

_entries(resource, path) := value.list(object.get(resource.node, path, null))

_index(resource, path, key) := _indices(resource, path, key)[0]

_indices(resource, path, key) := [index |
	some index, entry in _entries(resource, path)
	is_object(entry)
	object.get(entry, "Key", null) == key
]

# Entries that may be of any key.
_open(resource, path) := array.concat(
	[index | some index, entry in _entries(resource, path); value.opaque(entry)],
	[index |
		some index, entry in _entries(resource, path)
		not value.opaque(entry)
		is_object(entry)
		value.opaque(object.get(entry, "Key", null))
	],
)
