# METADATA
# title: Databases of the unit
# description: |
#   {address: row} of every relational, document and graph database: {"address", "service" ("rds", "docdb",
#   "neptune"), "kind", "role", "certain", "serverless", "engine", "engine_open", "family", "aurora", "version",
#   "major", "cluster", "multi_az", "class"}. The kind is what the type holds, "cluster", "instance" or "member" (of
#   a cluster), the role what this one is: one of these or "replica"; `certain` is false where an undecided value
#   decides the role. `serverless` means the first Aurora Serverless, which has no instances; `multi_az` a Multi-AZ
#   DB cluster. `engine` is lower-case text or null, `family` "postgres", "mysql", "mariadb", "oracle", "sqlserver",
#   "db2", "docdb", "neptune" or "unknown", `aurora` "yes", "no" or "unknown", `version` text or null, `major` a
#   list of numbers ([8, 0]; empty where it is undecided), `cluster` a join. Facts: Amazon RDS API Reference,
#   CreateDBInstance and CreateDBCluster.
package policies.views.databases

import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.resource_classes
import data.policies.lib.settings
import data.policies.lib.value
import data.policies.lib.versions

_types := data.tables.databases.types

rows := {declared.address: row |
	some type, facts in _types
	some declared in graph.of_types([type])
	row := _row(declared, facts)
}

_row(declared, facts) := {
	"address": declared.address,
	"type": declared.type,
	"service": facts.service,
	"kind": facts.role,
	"role": role,
	"serverless": _serverless(declared, facts),
	"certain": _certain(declared, facts, role),
	"engine": engine,
	"engine_open": _engine_open(declared, facts),
	"family": _family(engine),
	"aurora": _aurora(engine, facts),
	"version": version,
	"major": versions.leading(version),
	"cluster": _cluster(declared, facts),
	"multi_az": _multi_az(declared, facts),
	"class": resource_classes.class(declared, facts.names),
} if {
	engine := _engine(declared, facts)
	version := _version(declared, facts)
	role := _role(declared, facts, engine)
}

# The engine: what is written, else what the type or the cluster says.
_engine(declared, facts) := engine if {
	engine := settings.text(value.get(declared, facts.engine), _inherited(declared, facts, "engine"))
}

_engine_open(declared, facts) if value.is_unknown(value.get(declared, facts.engine))

_engine_open(declared, facts) := false if not value.is_unknown(value.get(declared, facts.engine))

_version(declared, facts) := settings.text(value.get(declared, facts.version), _inherited(declared, facts, "version"))

_inherited(declared, facts, what) := text if {
	count(_parents(declared, facts)) == 1
	some address in _parents(declared, facts)
	parent := graph.at(address)
	text := settings.text(value.get(parent, _types[parent.type][what]), facts[sprintf("absent_%s", [what])])
}

_inherited(declared, facts, what) := facts[sprintf("absent_%s", [what])] if count(_parents(declared, facts)) != 1

# The cluster of a member, the source of a replica.
_parents(declared, facts) := _cluster(declared, facts).to | {address |
	some path in facts.sources
	some address in joins.join(declared, path, _identifiers).to
	address != declared.address
}

_identifiers := {type: facts.identifier | some type, facts in _types}

_cluster(_, facts) := {"to": set(), "open": false, "written": false} if count(facts.cluster) == 0

_cluster(declared, facts) := joins.join(declared, facts.cluster, _cluster_names) if count(facts.cluster) > 0

_cluster_names := {type: facts.identifier | some type, facts in _types; facts.role == "cluster"}

# A member says its cluster, or has an engine that knows no other instances.
_role(declared, facts, _) := "cluster" if {
	facts.role == "cluster"
	not _replicates(declared, facts)
}

_role(declared, facts, _) := "replica" if _replicates(declared, facts)

_role(declared, facts, engine) := "member" if {
	facts.role != "cluster"
	not _replicates(declared, facts)
	_is_member(declared, facts, engine)
}

_role(declared, facts, engine) := "instance" if {
	facts.role != "cluster"
	not _replicates(declared, facts)
	not _is_member(declared, facts, engine)
}

_is_member(_, facts, _) if facts.role == "member"

_is_member(declared, facts, _) if {
	count(facts.cluster) > 0
	record := value.present(declared, facts.cluster)
	not value.is_absent(record)
	not _perhaps_absent(record)
}

_is_member(_, _, engine) if {
	is_string(engine)
	regex.match(`^(aurora|neptune|docdb)`, engine)
}

_perhaps_absent(record) if {
	value.unknown(record.value)
	record.value["$unknown"].kind == "condition"
}

# A restore to a point in time names its source, too, and is a database of its own.
_replicates(declared, facts) if {
	some path in facts.sources
	record := value.present(declared, path)
	not value.is_absent(record)
	not _perhaps_absent(record)
	not _is_restored(declared, facts)
}

_is_restored(declared, facts) if {
	some path in facts.restores
	not value.is_absent(value.present(declared, path))
}

_certain(_, _, role) if role in {"cluster", "member", "replica"}

_certain(declared, facts, role) if {
	role == "instance"
	not _engine_open(declared, facts)
	count([path | some path in _role_paths(facts); _perhaps_absent(value.present(declared, path))]) == 0
}

_certain(declared, facts, role) := false if {
	role == "instance"
	_engine_open(declared, facts)
}

_certain(declared, facts, role) := false if {
	role == "instance"
	not _engine_open(declared, facts)
	count([path | some path in _role_paths(facts); _perhaps_absent(value.present(declared, path))]) > 0
}

_role_paths(facts) := array.concat(facts.sources, [path | some path in [facts.cluster]; count(path) > 0])

_family(engine) := "unknown" if engine == null

_family(engine) := family if {
	is_string(engine)
	found := [name | some row in data.tables.databases.families; regex.match(row.pattern, engine); name := row.family]
	family := array.concat(found, ["unknown"])[0]
}

_aurora(_, facts) := "no" if facts.service != "rds"

_aurora(engine, facts) := "unknown" if {
	facts.service == "rds"
	engine == null
}

_aurora(engine, facts) := "unknown" if {
	facts.service == "rds"
	engine == ""
}

_aurora(engine, facts) := "yes" if {
	facts.service == "rds"
	is_string(engine)
	startswith(engine, "aurora")
}

_aurora(engine, facts) := "no" if {
	facts.service == "rds"
	is_string(engine)
	engine != ""
	not startswith(engine, "aurora")
}

_serverless(declared, facts) if {
	count(object.get(facts, "mode", [])) > 0
	settings.text(value.get(declared, facts.mode), "") == "serverless"
}

_serverless(_, facts) := false if count(object.get(facts, "mode", [])) == 0

_serverless(declared, facts) := false if {
	count(object.get(facts, "mode", [])) > 0
	settings.text(value.get(declared, facts.mode), "") != "serverless"
}

# A cluster with instance classes of its own has a writer and two readers in three zones.
_multi_az(declared, facts) := false if {
	count(object.get(facts, "class", [])) > 0
	value.is_absent(value.present(declared, facts.class))
}

_multi_az(declared, facts) if {
	count(object.get(facts, "class", [])) > 0
	not value.is_absent(value.present(declared, facts.class))
}

_multi_az(_, facts) := false if count(object.get(facts, "class", [])) == 0
