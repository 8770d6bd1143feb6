# METADATA
# title: ECS services, their scaling and their deployment groups
# description: The view `ecs_services`, and what several controls ask of it.
package policies.lib.ecs_services

services := input.views.ecs_services.services if input.views.ecs_services

services := data.policies.views.ecs_services.rows.services if not input.views.ecs_services

targets := input.views.ecs_services.targets if input.views.ecs_services

targets := data.policies.views.ecs_services.rows.targets if not input.views.ecs_services

policies := input.views.ecs_services.policies if input.views.ecs_services

policies := data.policies.views.ecs_services.rows.policies if not input.views.ecs_services

# The services that run a number of tasks of their own, in order: a daemon runs one on each instance.
scaled := [services[address] |
	some address in sort(object.keys(services))
	services[address].scheduling != "daemon"
]

# The scalable targets of a service, in order. One target and one service that cannot be told apart belong together.
targets_of(service) := [targets[address] | some address in sort(object.get(_targets_of, service.address, set()))]

# Keeps the indexes here without entries defined under regorus; no address is empty.
_targets_of[""] contains null

_targets_of[service] contains target.address if {
	some _, target in targets
	some service in target.services
}

_targets_of[service] contains target.address if {
	count(services) == 1
	count(targets) == 1
	some service, _ in services
	some _, target in targets
	target.open
}

# Targets that may be those of any service.
stray_targets := [target |
	some address in sort(object.keys(targets))
	target := targets[address]
	target.open
	_alone != 1
]

_alone := count(services) * count(targets)

# The scaling policies of a service, in order.
policies_of(service) := [policies[address] | some address in sort(object.get(_policies_of, service.address, set()))]

_policies_of[""] contains null

_policies_of[service] contains policy.address if {
	some _, policy in policies
	some service in policy.services
}

_policies_of[service] contains policy.address if {
	some _, policy in policies
	some target in policy.targets
	some service in object.get(_services_of, target, set())
}

_services_of[""] contains null

_services_of[target] contains service if {
	some service, owned in _targets_of
	some target in owned
	target != null
}

# Scaling policies that may be those of any service.
stray_policies := [policy |
	some address in sort(object.keys(policies))
	policy := policies[address]
	policy.open
	count([target | some target in policy.targets; object.get(targets, target, null) != null]) == 0
]
