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
targets_of(service) := [targets[address] |
	some address in sort(object.keys(targets))
	_belongs(targets[address], service)
]

_belongs(target, service) if service.address in target.services

_belongs(target, _) if {
	target.open
	count(services) == 1
	count(targets) == 1
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
policies_of(service) := [policies[address] |
	own := {target.address | some target in targets_of(service)}
	some address in sort(object.keys(policies))
	_serves(policies[address], service, own)
]

_serves(policy, service, _) if service.address in policy.services

_serves(policy, _, own) if count(policy.targets & own) > 0

# Scaling policies that may be those of any service.
stray_policies := [policy |
	some address in sort(object.keys(policies))
	policy := policies[address]
	policy.open
	count(policy.targets & {target.address | some target in targets}) == 0
]
