# METADATA
# title: The way of a request from load balancers to services
# description: |
#   Service, target group, listener or listener rule, load balancer: {"groups": {address: group}, "listeners":
#   {address: listener}, "services": {address: service}}. A group is {"address", "listeners", "rules", "balancers",
#   "services", "open"}: `listeners` are those that forward to it themselves or by a rule, `open` tells that one of
#   them or its load balancer is not of the unit. A listener is {"address", "groups", "open"}, by its default action.
#   A service is {"address", "groups", "balancers", "ports", "open", "balanced"}: `ports` are the container ports as
#   written, `open` tells that a target group, listener or load balancer on its way is not of the unit, `balanced`
#   whether it states a load balancer at all. All lists are sorted addresses.
package policies.views.traffic

import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.value

_group_types := ["AWS::ElasticLoadBalancingV2::TargetGroup", "aws_lb_target_group"]

_listener_types := ["AWS::ElasticLoadBalancingV2::Listener", "aws_lb_listener"]

_balancer_types := ["AWS::ElasticLoadBalancingV2::LoadBalancer", "aws_lb"]

_classic_types := ["AWS::ElasticLoadBalancing::LoadBalancer", "aws_elb"]

_balancer_path := {
	"AWS::ElasticLoadBalancingV2::Listener": ["Properties", "LoadBalancerArn"],
	"aws_lb_listener": ["load_balancer_arn"],
}

_listener_path := {
	"AWS::ElasticLoadBalancingV2::ListenerRule": ["Properties", "ListenerArn"],
	"aws_lb_listener_rule": ["listener_arn"],
}

# Where an action stands, and the target groups in it.
_action_fields := {
	"AWS::ElasticLoadBalancingV2::Listener": _template_actions(["Properties", "DefaultActions"]),
	"AWS::ElasticLoadBalancingV2::ListenerRule": _template_actions(["Properties", "Actions"]),
	"aws_lb_listener": _plan_actions(["default_action"]),
	"aws_lb_listener_rule": _plan_actions(["action"]),
}

_template_actions(base) := {
	"base": base,
	"direct": ["TargetGroupArn"],
	"weighted": ["ForwardConfig", "TargetGroups"],
	"arn": "TargetGroupArn",
}

_plan_actions(base) := {
	"base": base,
	"direct": ["target_group_arn"],
	"weighted": ["forward", 0, "target_group"],
	"arn": "arn",
}

_services_fields := {
	"AWS::ECS::Service": {
		"balancers": ["Properties", "LoadBalancers"],
		"group": "TargetGroupArn",
		"name": "LoadBalancerName",
		"port": "ContainerPort",
	},
	"aws_ecs_service": {
		"balancers": ["load_balancer"],
		"group": "target_group_arn",
		"name": "elb_name",
		"port": "container_port",
	},
}

rows := {"groups": _groups, "listeners": _listeners, "services": _services}

# The paths in a listener or rule that can name a target group.
_target_paths(sender) := array.concat(
	[path |
		fields := _action_fields[sender.type]
		some index, _ in value.list(object.get(sender.node, fields.base, null))
		path := array.concat(fields.base, array.concat([index], fields.direct))
	],
	[path |
		fields := _action_fields[sender.type]
		some index, _ in value.list(object.get(sender.node, fields.base, null))
		weighted := array.concat(fields.base, array.concat([index], fields.weighted))
		some choice, _ in value.list(object.get(sender.node, weighted, null))
		path := array.concat(weighted, [choice, fields.arn])
	],
)

# Keeps an index without entries defined under regorus; no address is empty.
_forwarders[""] contains null

_forwarders[group] contains sender.address if {
	some sender in graph.of_types(object.keys(_action_fields))
	some path in _target_paths(sender)
	some group in network_joins.join(sender, path, _group_types).to
}

_is_listener(address) if input.resources[address].type in _listener_types

_listener_of(address) := {"to": {address}, "open": false} if _is_listener(address)

_listener_of(address) := found if {
	not _is_listener(address)
	rule := input.resources[address]
	found := network_joins.join(rule, _listener_path[rule.type], _listener_types)
}

_balancer_of(listener) := network_joins.join(
	input.resources[listener],
	_balancer_path[input.resources[listener].type],
	_balancer_types,
)

_groups := {group.address: row |
	some group in graph.of_types(_group_types)
	senders := {address | some address in object.get(_forwarders, group.address, set())}
	ways := [found | some address in senders; found := _listener_of(address)]
	listeners := {address | some way in ways; some address in way.to}
	ends := [found | some address in listeners; found := _balancer_of(address)]
	row := {
		"address": group.address,
		"listeners": sort([address | some address in listeners]),
		"rules": sort([address | some address in senders; not _is_listener(address)]),
		"balancers": sort([each | some each in {address | some end in ends; some address in end.to}]),
		"services": sort([each | some each in object.get(_users, group.address, set())]),
		"open": count([way | some way in array.concat(ways, ends); way.open]) > 0,
	}
}

_users[""] contains null

_users[group] contains service.address if {
	some service in graph.of_types(object.keys(_services_fields))
	some found in _named(service, "group", _group_types)
	some group in found.to
}

_listeners := {listener.address: row |
	some listener in graph.of_types(_listener_types)
	found := [one | some path in _target_paths(listener); one := network_joins.join(listener, path, _group_types)]
	row := {
		"address": listener.address,
		"groups": sort([each | some each in {group | some one in found; some group in one.to}]),
		"open": count([one | some one in found; one.open]) > 0,
	}
}

# What the load balancers of a service name under a field, one join for each that names something.
_named(service, field, types) := [found |
	fields := _services_fields[service.type]
	some index, _ in value.list(_known_list(object.get(service.node, fields.balancers, null)))
	path := array.concat(fields.balancers, [index, fields[field]])
	found := network_joins.join(service, path, types)
	found.written
]

_known_list(written) := written if not value.opaque(written)

_known_list(written) := [] if value.opaque(written)

_services := {service.address: row |
	some service in graph.of_types(object.keys(_services_fields))
	fields := _services_fields[service.type]
	written := object.get(service.node, fields.balancers, null)
	targets := _named(service, "group", _group_types)
	classic := _named(service, "name", _classic_types)
	groups := {address | some found in targets; some address in found.to}
	reached := {balancer | some group in groups; some balancer in _groups[group].balancers}
	row := {
		"address": service.address,
		"groups": sort([address | some address in groups]),
		"balancers": sort([each | some each in reached | {address | some found in classic; some address in found.to}]),
		"ports": [port |
			some index, _ in value.list(_known_list(written))
			port := object.get(service.node, array.concat(fields.balancers, [index, fields.port]), null)
			port != null
		],
		"open": _open(written, array.concat(targets, classic), groups),
		"balanced": count(value.list(written)) > 0,
	}
}

_open(written, _, _) if value.opaque(written)

_open(written, found, _) if {
	not value.opaque(written)
	count([one | some one in found; one.open]) > 0
}

_open(written, found, groups) := count(uncertain) > 0 if {
	not value.opaque(written)
	count([one | some one in found; one.open]) == 0
	uncertain := [group | some group in groups; _leads_outside(_groups[group])]
}

# A group that nothing in the unit forwards to is one of a listener elsewhere.
_leads_outside(group) if group.open

_leads_outside(group) if count(group.balancers) == 0
