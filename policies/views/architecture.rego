# METADATA
# title: What is understood of a unit
# description: |
#   The components of a unit and what leads from one to another, for `explain --architecture` and the audit report; no
#   policy reads it. A row is {"address", "kind": "subnet" | "entry" | "service" | "store" | "job", "noun", "exposure",
#   "why": what is missing to know the exposure, "details": texts, "encryption": {"least", "most", "why"} or null,
#   "subnets": addresses, "to": addresses that it hands requests or work to, "from": the rows of
#   policies.lib.reachability, "open": what else is missing}. A job has {"certainty", "role", "classes", "environment",
#   "needs", "checks", "does"} in `deployment`; for the others that is null.
package policies.views.architecture

import data.policies.lib.databases
import data.policies.lib.deploy_jobs
import data.policies.lib.ecs_services
import data.policies.lib.entrances
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.network
import data.policies.lib.placements
import data.policies.lib.reachability
import data.policies.lib.store_levels
import data.policies.lib.value

_facts := data.tables.architecture

rows := array.concat(
	array.concat(_subnets, _entries),
	array.concat(_services, array.concat(_stores, _jobs)),
)

_blank := {
	"why": "",
	"details": [],
	"encryption": null,
	"subnets": [],
	"to": [],
	"from": [],
	"open": [],
	"deployment": null,
}

_subnets := [row |
	some address, exposed in network.subnets
	subnet := input.resources[address]
	row := object.union(_blank, {
		"address": address,
		"kind": "subnet",
		"noun": "Subnet",
		"exposure": exposed.class,
		"why": _subnet_why(exposed),
		"details": array.concat(_shown(subnet, _facts.blocks), _shown(subnet, _facts.zones)),
		"to": sort(graph.referenced(subnet, _facts.networks[subnet.type])),
	})
]

_subnet_why(exposed) := exposed.why if exposed.class == "unknown"

_subnet_why(exposed) := "" if exposed.class != "unknown"

_shown(resource, paths) := [text |
	record := value.get(resource, paths[resource.type])
	value.is_known(record)
	is_string(record.value)
	text := record.value
]

_entries := [row |
	some entry in entrances.all
	resource := input.resources[entry.address]
	reach := _reach(resource, _facts.balancer_groups)
	row := object.union(_blank, {
		"address": entry.address,
		"kind": "entry",
		"noun": entry.noun,
		"exposure": entry.exposure,
		"why": entry.why,
		"details": entry.details,
		"to": sort(entry.to),
		"from": reach.from,
		"open": array.concat(entry.open, reach.open),
	})
]

_reach(resource, paths) := _reached(reachability.groups(resource, [paths[resource.type]])) if {
	count(object.get(paths, resource.type, [])) > 0
}

_reach(resource, paths) := {"from": [], "open": []} if count(object.get(paths, resource.type, [])) == 0

_reached(groups) := {
	"from": reachability.peers(groups.to),
	"open": [sprintf("who reaches it: %s", [groups.why]) | groups.why != ""],
}

# What stands in a VPC and names no security group has the default one of its VPC.
_defaulted(reach, groups, exposure) := object.union(reach, {"open": array.concat(reach.open, [text])}) if {
	exposure != "none"
	groups == false
	text := "who reaches it: it names no security group, so that it has the default one of its VPC"
}

_defaulted(reach, _, "none") := reach

_defaulted(reach, true, exposure) := reach if exposure != "none"

_group_paths := {type: facts.groups | some type, facts in _facts.services}

_services := [row |
	some type, facts in _facts.services
	some service in graph.of_types([type])
	place := _standing(placements.of_paths(service, [path | some path in [facts.subnets]; count(path) > 0]), facts)
	reach := _reach(service, _group_paths)
	row := object.union(_blank, {
		"address": service.address,
		"kind": "service",
		"noun": facts.noun,
		"exposure": place.exposure,
		"why": place.why,
		"subnets": place.subnets,
		"to": sort(_named_stores(service)),
		"from": reach.from,
		"open": reach.open,
	})
]

# Without subnets of its own, something else may decide where it stands.
_standing(place, facts) := place if place.exposure != "none"

_standing(place, facts) := place if not facts.without

_standing(place, facts) := object.union(place, {"exposure": "unknown", "why": facts.without}) if {
	place.exposure == "none"
	facts.without
}

# The stores that a service names, or its task definition, its roles and their policies.
_named_stores(service) := {store |
	some holder in _speaking_for(service)
	some edge in object.get(object.get(input.resources, holder, {}), "references", [])
	store := edge.address
	store_levels.levels[store]
}

_speaking_for(service) := near | roles | {policy |
	some role in roles
	some policy in _policies_of(role)
} if {
	near := {service.address} | _task_definitions(service)
	roles := {role |
		some address in near
		some role in graph.referenced(input.resources[address], [])
		input.resources[role].type in _facts.roles
	}
}

_task_definitions(service) := ecs_services.services[service.address].task.to if ecs_services.services[service.address]

_task_definitions(service) := set() if not ecs_services.services[service.address]

_policies_of(role) := near | far | beyond if {
	near := {holder.address | some holder in graph.referrers(role, _facts.policies)}
	far := {address |
		some holder in near
		some address in graph.referenced(input.resources[holder], [])
		input.resources[address].type in {"aws_iam_policy", "data.aws_iam_policy_document"}
	}
	beyond := {address |
		some holder in far
		some address in graph.referenced(input.resources[holder], [])
		input.resources[address].type == "data.aws_iam_policy_document"
	}
}

_mounts := [mount |
	some type, facts in _facts.mounts
	some resource in graph.of_types([type])
	mount := {"resource": resource, "facts": facts, "stores": graph.referenced(resource, facts.store)}
]

_stores := [row |
	some address, level in store_levels.levels
	not _is_member(address)
	store := input.resources[address]
	place := _place(store)
	reach := _defaulted(_store_reach(store), _says_groups(store), place.exposure)
	row := object.union(_blank, {
		"address": address,
		"kind": "store",
		"noun": _store_noun(address, level),
		"exposure": place.exposure,
		"why": place.why,
		"details": _store_details(address),
		"encryption": _level(address, level),
		"subnets": place.subnets,
		"from": reach.from,
		"open": reach.open,
	})
]

# Members have the storage of their cluster.
_is_member(address) if databases.rows[address].role == "member"

_store_noun(address, level) := level.noun if not databases.rows[address]

_store_noun(address, _) := sprintf("%s %s", [_family(row), _roles[row.role]]) if {
	row := databases.rows[address]
}

_roles := {"cluster": "cluster", "instance": "database", "replica": "replica", "member": "instance"}

_family(row) := row.engine if {
	is_string(row.engine)
	row.engine != ""
}

_family(row) := "database" if row.engine in {null, ""}

_store_details(address) := [sprintf("%d instances", [count(members)]) |
	members := databases.members(databases.rows[address])
	count(members) > 0
] if {
	databases.rows[address].role == "cluster"
}

_store_details(address) := [] if not databases.rows[address]

_store_details(address) := [] if databases.rows[address].role != "cluster"

# A replica has the encryption of its source.
_level(address, level) := object.remove(level, ["noun"]) if not _is_replica(address)

_level(address, level) := {"least": "none", "most": "cmk", "why": "a replica is encrypted as its source is"} if {
	_is_replica(address)
	level.most == "none"
}

_level(address, level) := object.remove(level, ["noun"]) if {
	_is_replica(address)
	level.most != "none"
}

_is_replica(address) if databases.rows[address].role == "replica"

# Whether a store names security groups, or has no place for them.
_says_groups(store) := reachability.written(store, _facts.store_groups[store.type]) if _facts.store_groups[store.type]

_says_groups(store) if not _facts.store_groups[store.type]

_own_mounts(store) := [mount | some mount in _mounts; store.address in mount.stores]

_place(store) := placements.of_store(store) if count(_own_mounts(store)) == 0

_place(store) := _first_of([place |
	some mount in _own_mounts(store)
	place := placements.of_paths(mount.resource, [mount.facts.subnets])
]) if {
	count(_own_mounts(store)) > 0
}

# The most exposed of several mount targets, with the subnets of all.
_first_of(places) := object.union(worst[0], {"subnets": subnets}) if {
	subnets := sort({subnet | some place in places; some subnet in place.subnets})
	worst := [place |
		some exposure in ["public", "mixed", "unknown", "private", "isolated", "none"]
		some place in places
		place.exposure == exposure
	]
}

_store_reach(store) := _reach(store, _facts.store_groups) if count(_own_mounts(store)) == 0

_store_reach(store) := {"from": from, "open": open} if {
	count(_own_mounts(store)) > 0
	found := [reach |
		some mount in _own_mounts(store)
		reach := _reached(reachability.groups(mount.resource, [mount.facts.groups]))
	]
	from := sort({peer | some reach in found; some peer in reach.from})
	open := sort({text | some reach in found; some text in reach.open})
}

_jobs := [row |
	some found in deploy_jobs.rules
	job := input.resources[found.job]
	row := object.union(_blank, {
		"address": found.job,
		"kind": "job",
		"noun": "Job",
		"exposure": "none",
		"to": [],
		"deployment": {
			"certainty": found.certainty,
			"role": found.role,
			"classes": sort({each.class | some each in found.classes}),
			"environment": _environment(job.environment),
			"needs": [sprintf("jobs.%s", [id]) | some id in job.needs],
			"checks": _checks(found, job),
			"does": gates.what(found),
		},
		"open": array.concat(_open_classes(found), _open_approval(_environment(job.environment))),
	})
]

_environment(null) := ""

_environment(environment) := environment.name if is_string(environment.name)

_environment(environment) := value.shown(object.get(environment, "raw", "")) if {
	environment != null
	not is_string(environment.name)
}

# The kinds of checks that stand before the deployment.
_checks(found, job) := sort({kind |
	some step in gates.before(found, job)
	some kind in step.kinds
	not kind in {"deploy", "build"}
}) if {
	_has_place(found)
}

_checks(found, _) := [] if not _has_place(found)

_has_place(found) if gates.first_place(found)

_open_classes(found) := ["which environment it deploys to is decided only by a run" |
	some each in found.classes
	each.class == "unknown"
]

_open_approval("") := []

_open_approval(name) := [text] if {
	name != ""
	text := sprintf("whether environment '%s' asks for an approval: that is a setting of the repository", [name])
}
