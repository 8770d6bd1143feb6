# METADATA
# title: Databases, their roles, engines and clusters
# description: |
#   The view `databases`, and what several controls ask of it: which are databases of their own, which instances belong
#   to a cluster, and what a resource of the table says at a named place.
package policies.lib.databases

import data.policies.lib.value

rows := input.views.databases if input.views.databases

rows := data.policies.views.databases.rows if not input.views.databases

_types := data.tables.databases.types

# The rows of a role, in order of their addresses.
of_role(role) := object.get(_by_role, role, [])

_by_role := {role: [row | some row in _in_order; row.role == role] |
	some role in ["cluster", "instance", "member", "replica"]
}

# An object is walked in the order of its keys.
_in_order := [row | some _, row in rows]

# The resource of a row.
resource(row) := input.resources[row.address]

# The rows of a service and role.
of(service, role) := [row | some row in of_role(role); row.service == service]

# What a row's resource says at a place that the table names, where a literal is needed.
record(row, what) := value.get(resource(row), _types[row.type][what])

# Whether the table knows a place for the type of a row.
has(row, what) if count(object.get(_types, [row.type, what], [])) > 0

# The members that surely belong to a cluster, and whether some may belong to it.
members(cluster) := [rows[address] | some address in sort(object.get(_members, cluster.address, set()))]

# Keeps the index without entries defined under regorus; no address is empty.
_members[""] contains null

_members[cluster] contains row.address if {
	some row in of_role("member")
	some cluster in row.cluster.to
}

# Members that belong to a cluster which cannot be told.
stray_members(service) := [row | some row in _strays; row.service == service]

_strays := [row |
	some row in of_role("member")
	count(row.cluster.to) == 0
	row.cluster.written
]

# The places that tell what a row is.
evidence(row) := [found |
	some what in ["engine", "version", "cluster"]
	has(row, what)
	found := value.present(resource(row), _types[row.type][what])
	not value.is_absent(found)
]

# How a database is called in a message.
called(row) := sprintf("Aurora cluster '%s'", [row.address]) if {
	row.role == "cluster"
	row.aurora == "yes"
}

called(row) := sprintf("%s cluster '%s'", [_services[row.service], row.address]) if {
	row.role == "cluster"
	row.aurora != "yes"
}

called(row) := sprintf("%s instance '%s'", [_services[row.service], row.address]) if row.role != "cluster"

_services := {"rds": "RDS", "docdb": "DocumentDB", "neptune": "Neptune"}

# Whether a row is surely of none of the classes of environments that a control leaves out.
outside(row, classes) if not row.class in classes | {"unknown"}

outside(row, classes) := false if row.class in classes | {"unknown"}
