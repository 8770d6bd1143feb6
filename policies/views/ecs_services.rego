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
		"deployment_groups": sort([group | some group in _deployment_groups(declared, facts)]),
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

# Whether the value at `path` of another resource names the service: by a reference, or by the name at its end.
_names(resource, path, declared, _) if declared.address in graph.referenced(resource, path)

_names(resource, path, declared, facts) if {
	count([address | some address in graph.referenced(resource, path); _is_service(address)]) == 0
	name := object.get(declared.node, facts.name, null)
	is_string(name)
	_ending(object.get(resource.node, path, null)) == name
}

_is_service(address) if object.get(input, ["resources", address, "type"], "") in object.keys(_types)

_ending(written) := parts[count(parts) - 1] if {
	is_string(written)
	parts := split(written, "/")
}

_ending(written) := parts[count(parts) - 1] if {
	value.partial(written)
	fragments := written["$partial"]
	last := fragments[count(fragments) - 1]
	is_string(last)
	contains(last, "/")
	parts := split(last, "/")
}

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

_named_services(resource, path) := {service.address |
	some type, facts in _types
	some service in graph.of_types([type])
	_names(resource, path, service, facts)
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
	address in object.keys(_targets)
} | {address |
	some path in facts.ids
	written := object.get(declared.node, path, null)
	is_string(written)
	some address, _ in _targets
	target := input.resources[address]
	object.get(target.node, _target_types[target.type].id, null) == written
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

# Groups of CodeDeploy name the services that they deploy.
_deployment_groups(declared, facts) := {group.address |
	some type, group_facts in _group_types
	some group in graph.of_types([type])
	some path in _service_paths(group, group_facts)
	_names(group, path, declared, facts)
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
