# METADATA
# title: Joins by reference, by id or by name
# description: |
#   As data.policies.lib.network_joins, which follows references and known ids, and where these lead nowhere by the name
#   that a literal gives: names of clusters, families, groups and the like are often written out twice. A literal that
#   fits no resource leaves the join open.
package policies.lib.joins

import data.policies.lib.graph
import data.policies.lib.network_joins

# What the value at `path` of a resource names: {"to": addresses, "open", "written"}. `names` gives, for each type that
# is looked for, where a resource of it holds its name.
join(resource, path, names) := found if {
	found := network_joins.join(resource, path, object.keys(names))
	count(found.to) > 0
}

join(resource, path, names) := {"to": named, "open": open, "written": found.written} if {
	found := network_joins.join(resource, path, object.keys(names))
	count(found.to) == 0
	named := _by_name(object.get(resource.node, path, null), names)
	open := _open(found.written, named)
}

_open(written, named) if {
	written
	count(named) == 0
}

_open(written, named) := false if not _leads_nowhere(written, named)

_leads_nowhere(written, named) if {
	written
	count(named) == 0
}

# ARNs end in the name, after a slash or a colon, and a task definition in a revision.
_by_name(text, names) := {address |
	is_string(text)
	some type, path in names
	some address in _called(type, path, _spellings(lower(text)))
}

# The resources of a type whose name at `path` is one of the spellings: by the index where the table knows the type.
_called(type, path, spellings) := {address |
	some spelling in spellings
	some address in object.get(_named, concat(" ", [type, spelling]), set())
} if {
	object.get(data.tables.names, type, null) == path
}

_called(type, path, spellings) := {declared.address |
	some declared in graph.of_types([type])
	name := object.get(declared.node, path, null)
	is_string(name)
	lower(name) in spellings
} if {
	object.get(data.tables.names, type, null) != path
}

# Keeps the index without entries defined under regorus; no type is empty.
_named[""] contains null

_named[key] contains declared.address if {
	some type, path in data.tables.names
	some declared in graph.of_types([type])
	name := object.get(declared.node, path, null)
	is_string(name)
	key := concat(" ", [type, lower(name)])
}

_spellings(text) := {text, _last(text, "/"), _last(text, ":"), _unrevised(_last(text, "/"))}

_last(text, sign) := parts[count(parts) - 1] if parts := split(text, sign)

_unrevised(text) := regex.replace(text, `:[0-9]+$`, "")
