# METADATA
# title: ECS services and what belongs to them
# description: |
#   {"services": {address: service}, "targets": {address: target}, "policies": {address: policy}}. A service is
#   {"address", "task", "cluster", "scheduling", "controller", "balanced", "target_groups", "class",
#   "deployment_groups", "groups_open"}: task and cluster are joins, `balanced` is "yes", "no" or "open", target groups
#   are joins. A scalable target is {"address", "services", "open", "dimension"}: `open` where it may be that of a
#   service which cannot be told. A scaling policy is {"address", "targets", "services", "open"}.
package policies.views.ecs_services

import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.network_joins
import data.policies.lib.resource_classes
import data.policies.lib.settings
import data.policies.lib.value

_types := data.tables.ecs.services

_target_types := data.tables.ecs.targets

_policy_types := data.tables.ecs.policies

_group_types := data.tables.ecs.deployment_groups

rows := {"services": _services, "targets": _targets, "policies": _policies}

_services := {declared.address: row |
	some type, facts in _types
	some declared in graph.of_types([type])
	row := {
		"address": declared.address,
		"type": type,
		"task": joins.join(declared, facts.task, _task_names),
		"cluster": joins.join(declared, facts.cluster, _cluster_names),
		"scheduling": settings.text(value.get(declared, facts.scheduling), "replica"),
		"controller": settings.text(value.get(declared, facts.controller), "ecs"),
		"balanced": _balanced(value.present(declared, facts.balancers)),
		"target_groups": _target_groups(declared, facts),
		"class": resource_classes.class(declared, [facts.name]),
		"deployment_groups": sort([group | some group in object.get(_deployment_groups, declared.address, set())]),
		"groups_open": _groups_open,
	}
}

_task_names := {
	"AWS::ECS::TaskDefinition": ["Properties", "Family"],
	"aws_ecs_task_definition": ["family"],
}

_cluster_names := {"AWS::ECS::Cluster": ["Properties", "ClusterName"], "aws_ecs_cluster": ["name"]}

_balanced(record) := "open" if value.is_unknown(record)

_balanced(record) := "no" if value.is_absent(record)

_balanced(record) := _some[count(value.list(record.value)) > 0] if value.is_known(record)

_some := {true: "yes", false: "no"}

_target_groups(declared, facts) := [found |
	some index, _ in value.list(object.get(declared.node, facts.balancers, null))
	path := array.concat(facts.balancers, [index, facts.target_group])
	found := network_joins.join(declared, path, [
		"AWS::ElasticLoadBalancingV2::TargetGroup",
		"aws_lb_target_group",
	])
]

# The services that the value at `path` of another resource names: by a reference, or by the name at its end.
_named_services(resource, path) := _referenced_services(resource, path) if {
	count(_referenced_services(resource, path)) > 0
}

_named_services(resource, path) := {address |
	some address in object.get(_service_names, _ending(object.get(resource.node, path, null)), set())
} if {
	count(_referenced_services(resource, path)) == 0
}

_referenced_services(resource, path) := {address |
	some address in graph.referenced(resource, path)
	_is_service(address)
}

# Keeps the index without entries defined under regorus.
_service_names[""] contains null

_service_names[name] contains declared.address if {
	some type, facts in _types
	some declared in graph.of_types([type])
	name := object.get(declared.node, facts.name, null)
	is_string(name)
	name != ""
}

_is_service(address) if object.get(input, ["resources", address, "type"], "") in object.keys(_types)

# The name at the end of an ARN or an id, or null; of a text known in part, only what stands behind a slash.
_ending(written) := _last(written) if is_string(written)

_ending(written) := _last(_known_end(written)) if {
	not is_string(written)
	contains(_known_end(written), "/")
}

_ending(written) := null if {
	not is_string(written)
	not contains(_known_end(written), "/")
}

_last(text) := parts[count(parts) - 1] if parts := split(text, "/")

_known_end(written) := concat("", [last |
	value.partial(written)
	fragments := written["$partial"]
	last := fragments[count(fragments) - 1]
	is_string(last)
])

_targets := {declared.address: row |
	some type, facts in _target_types
	some declared in graph.of_types([type])
	settings.text(value.get(declared, facts.namespace), "ecs") in {"ecs", null}
	services := _named_services(declared, facts.id)
	row := {
		"address": declared.address,
		"services": services,
		"open": _is_open(declared, facts.id, services),
		"dimension": settings.text(value.get(declared, facts.dimension), ""),
	}
}

# A written text names its service; what is not known may name any.
_is_open(resource, path, services) if {
	count(services) == 0
	value.opaque(object.get(resource.node, path, null))
}

_is_open(_, _, services) := false if count(services) > 0

_is_open(resource, path, services) := false if {
	count(services) == 0
	not value.opaque(object.get(resource.node, path, null))
}

_policies := {declared.address: row |
	some type, facts in _policy_types
	some declared in graph.of_types([type])
	targets := _named_targets(declared, facts)
	named := {service | some path in facts.ids; some service in _named_services(declared, path)}
	services := {service | some target in targets; some service in _targets[target].services} | named
	row := {
		"address": declared.address,
		"targets": targets,
		"services": services,
		"open": _policy_open(declared, facts, targets, services),
	}
}

_named_targets(declared, facts) := {address |
	some path in facts.ids
	some address in graph.referenced(declared, path)
	object.get(_targets, address, null) != null
} | {address |
	some path in facts.ids
	written := object.get(declared.node, path, null)
	is_string(written)
	some address in object.get(_targets_by_id, written, set())
}

# Keeps the index without entries defined under regorus.
_targets_by_id[""] contains null

_targets_by_id[id] contains address if {
	some address, _ in _targets
	target := input.resources[address]
	id := object.get(target.node, _target_types[target.type].id, null)
	is_string(id)
	id != ""
}

_policy_open(declared, facts, targets, services) if {
	count(targets) == 0
	count(services) == 0
	count([path | some path in facts.ids; value.opaque(object.get(declared.node, path, null))]) > 0
}

_policy_open(declared, facts, targets, services) if {
	count(services) == 0
	count([target | some target in targets; _targets[target].open]) > 0
}

_policy_open(_, _, _, services) := false if count(services) > 0

_policy_open(declared, facts, targets, services) := false if {
	count(services) == 0
	count(targets) == 0
	count([path | some path in facts.ids; value.opaque(object.get(declared.node, path, null))]) == 0
}

_policy_open(_, _, targets, services) := false if {
	count(services) == 0
	count(targets) > 0
	count([target | some target in targets; _targets[target].open]) == 0
}

# Groups of CodeDeploy name the services that they deploy. Keeps the index without entries defined under regorus.
_deployment_groups[""] contains null

_deployment_groups[service] contains group.address if {
	some type, facts in _group_types
	some group in graph.of_types([type])
	some path in _service_paths(group, facts)
	some service in _named_services(group, path)
}

_service_paths(group, facts) := [array.concat(facts.services, [index, facts.name]) |
	some index, _ in value.list(object.get(group.node, facts.services, null))
]

_groups_open if {
	some type, facts in _group_types
	some group in graph.of_types([type])
	some path in array.concat(_service_paths(group, facts), [facts.services])
	_undecided_name(group, path)
}

_undecided_name(group, path) if {
	value.opaque(object.get(group.node, path, null))
	count([address | some address in graph.referenced(group, path); _is_service(address)]) == 0
}

default _groups_open := false
