# METADATA
# title: How ECS services take failed deployments back
# description: |
#   Reads the circuit breaker and the alarms of a service, and the deployment groups of one that CodeDeploy deploys.
#   https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
package policies.lib.service_rollback

import data.policies.lib.settings
import data.policies.lib.value

_configuration := ["Properties", "DeploymentConfiguration"]

_service_paths := {
	"AWS::ECS::Service": {
		"breaker": array.concat(_configuration, ["DeploymentCircuitBreaker"]),
		"alarms": array.concat(_configuration, ["Alarms"]),
		"names": ["Enable", "Rollback", "AlarmNames"],
		"controller": ["Properties", "DeploymentController", "Type"],
		"scheduling": ["Properties", "SchedulingStrategy"],
	},
	"aws_ecs_service": {
		"breaker": ["deployment_circuit_breaker", 0],
		"alarms": ["alarms", 0],
		"names": ["enable", "rollback", "alarm_names"],
		"controller": ["deployment_controller", 0, "type"],
		"scheduling": ["scheduling_strategy"],
	},
}

_group_paths := {
	"AWS::CodeDeploy::DeploymentGroup": {
		"enabled": ["Properties", "AutoRollbackConfiguration", "Enabled"],
		"events": ["Properties", "AutoRollbackConfiguration", "Events"],
		"alarming": ["Properties", "AlarmConfiguration", "Enabled"],
		"alarms": ["Properties", "AlarmConfiguration", "Alarms"],
	},
	"aws_codedeploy_deployment_group": {
		"enabled": ["auto_rollback_configuration", 0, "enabled"],
		"events": ["auto_rollback_configuration", 0, "events"],
		"alarming": ["alarm_configuration", 0, "enabled"],
		"alarms": ["alarm_configuration", 0, "alarms"],
	},
}

# Where a service says how it is deployed.
paths(service) := _service_paths[service.type]

_resource(service) := input.resources[service.address]

# A setting of a service: "breaker" 0 whether it is on, 1 whether it rolls back, "alarms" 0, 1 and 2 their names.
flag(service, what, index) := value.get(
	_resource(service),
	array.concat(paths(service)[what], [paths(service).names[index]]),
)

# ECS rolls back by its circuit breaker or by alarms.
_breaker(service) := _all({
	settings.must_be_on(flag(service, "breaker", 0), "off"),
	settings.must_be_on(flag(service, "breaker", 1), "off"),
})

_alarms(service) := _all({
	settings.must_be_on(flag(service, "alarms", 0), "off"),
	settings.must_be_on(flag(service, "alarms", 1), "off"),
	_some_names(value.get(_resource(service), array.concat(paths(service).alarms, [paths(service).names[2]]))),
})

_some_names(record) := "open" if {
	value.is_unknown(record)
	not value.reference(record.value)
}

_some_names(record) := "fail" if value.is_absent(record)

_some_names(record) := _verdict[count(value.list(record.value)) > 0] if value.is_known(record)

_some_names(record) := "pass" if value.reference(record.value)

_verdict := {true: "pass", false: "fail"}

_all(states) := "fail" if "fail" in states

_all(states) := "open" if {
	not "fail" in states
	"open" in states
}

_all(states) := "pass" if states == {"pass"}

_either(one, other) := "pass" if "pass" in {one, other}

_either(one, other) := "open" if {
	not "pass" in {one, other}
	"open" in {one, other}
}

_either(one, other) := "fail" if {one, other} == {"fail"}

# How a service of the view ecs_services takes failed deployments back: {"state": "pass" | "fail" | "open", "resource",
# "path", "says"}; `alarmed` whether a deployment group must do so on an alarm too.
judged(service, _) := {
	"state": _either(_breaker(service), _alarms(service)),
	"resource": service.address,
	"path": paths(service).breaker,
	"says": _ecs_fact(service),
} if {
	service.controller == "ecs"
}

_ecs_fact(service) := "neither a circuit breaker nor alarms are set up" if {
	value.is_absent(flag(service, "breaker", 0))
	value.is_absent(flag(service, "alarms", 0))
}

_ecs_fact(service) := "the circuit breaker only stops, for it is not told to roll back" if {
	settings.switch(flag(service, "breaker", 0), "off") == "on"
	settings.switch(flag(service, "breaker", 1), "off") != "on"
}

_ecs_fact(service) := "neither the circuit breaker nor the alarms are enabled with rollback" if {
	_is_set_up(service)
	settings.switch(flag(service, "breaker", 0), "off") != "on"
}

_ecs_fact(service) := "it rolls back" if {
	settings.switch(flag(service, "breaker", 0), "off") == "on"
	settings.switch(flag(service, "breaker", 1), "off") == "on"
}

_is_set_up(service) if not value.is_absent(flag(service, "breaker", 0))

_is_set_up(service) if not value.is_absent(flag(service, "alarms", 0))

# With CodeDeploy the deployment group decides, and the circuit breaker is ignored.
judged(service, _) := {
	"state": "open",
	"resource": service.address,
	"path": paths(service).controller,
	"says": "no deployment group of this file is surely its",
} if {
	service.controller == "code_deploy"
	count(service.deployment_groups) == 0
}

judged(service, alarmed) := {
	"state": _all({_group_state(group, alarmed) | some group in service.deployment_groups}),
	"resource": service.address,
	"path": paths(service).controller,
	"says": concat("; ", [says | some group in service.deployment_groups; says := _group_fact(group, alarmed)]),
} if {
	service.controller == "code_deploy"
	count(service.deployment_groups) > 0
}

judged(service, _) := {
	"state": "open",
	"resource": service.address,
	"path": paths(service).controller,
	"says": "another program deploys it, or its deployment controller is not known",
} if {
	not service.controller in {"ecs", "code_deploy"}
}

# A setting of a deployment group: "enabled", "events", "alarming", "alarms".
group_record(address, what) := value.get(
	input.resources[address],
	_group_paths[input.resources[address].type][what],
)

_group_state(address, alarmed) := _all({
	settings.must_be_on(group_record(address, "enabled"), "off"),
	_has_event(group_record(address, "events"), "DEPLOYMENT_FAILURE"),
	_alarm_state(address, alarmed),
})

_has_event(record, _) := "open" if value.is_unknown(record)

_has_event(record, name) := _verdict[name in value.list(record.value)] if {
	not value.is_unknown(record)
	count([event | some event in value.list(record.value); value.opaque(event)]) == 0
}

_has_event(record, name) := _found[name in value.list(record.value)] if {
	not value.is_unknown(record)
	count([event | some event in value.list(record.value); value.opaque(event)]) > 0
}

_found := {true: "pass", false: "open"}

_alarm_state(_, alarmed) := "pass" if not alarmed

_alarm_state(address, alarmed) := _all({
	_has_event(group_record(address, "events"), "DEPLOYMENT_STOP_ON_ALARM"),
	settings.must_be_on(group_record(address, "alarming"), "on"),
	_some_names(group_record(address, "alarms")),
}) if {
	alarmed
}

_group_fact(address, alarmed) := sprintf("deployment group '%s' does not roll back on %s", [
	address,
	_asked(alarmed),
])

_asked(alarmed) := "DEPLOYMENT_FAILURE and on an alarm" if alarmed

_asked(alarmed) := "DEPLOYMENT_FAILURE" if not alarmed
