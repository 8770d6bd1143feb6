# METADATA
# scope: package
# title: Roll failed deployments back automatically
# description: |
#   A version that does not start, or that raises an alarm, stays until somebody is woken. ECS and CodeDeploy can go
#   back to the last good one by themselves, within minutes.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
# custom:
#   id: ECS-007
#   slug: deployment-rolls-back-automatically
#   family: ECS
#   severity: medium
#   score: 6.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECS::Service
#     - AWS::CodeDeploy::DeploymentGroup
#     - AWS::Lambda::Alias
#     - aws_ecs_service
#     - aws_codedeploy_deployment_group
#     - AWS::ECS::TaskDefinition
#     - AWS::ECS::Cluster
#     - AWS::ApplicationAutoScaling::ScalableTarget
#     - AWS::ApplicationAutoScaling::ScalingPolicy
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - aws_ecs_task_definition
#     - aws_ecs_cluster
#     - aws_appautoscaling_target
#     - aws_appautoscaling_policy
#     - aws_lb_target_group
#   subjects:
#     - AWS::ECS::Service
#     - aws_ecs_service
#   params:
#     - name: require_alarm
#       type: boolean
#       description: "Whether a deployment group must roll back on an alarm, not only on a failed deployment."
#       default: false
#       presets: {reference-architecture: true, strict: false}
#       stricter: "true"
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CP-10", "SI-13(5)", "CM-3(2)"]
#       soc2: ["CC8.1", "A1.2"]
#       iso_27001_2022: ["A.8.32"]
#   cwe: [754]
#   remediation:
#     cloudformation: "Set DeploymentCircuitBreaker: {Enable: true, Rollback: true}; for CodeDeploy
#       AutoRollbackConfiguration with DEPLOYMENT_FAILURE and DEPLOYMENT_STOP_ON_ALARM, and an alarm."
#     terraform-plan: "Add deployment_circuit_breaker { enable = true rollback = true }; for CodeDeploy
#       auto_rollback_configuration with DEPLOYMENT_FAILURE and DEPLOYMENT_STOP_ON_ALARM, and an alarm."
package policies.ecs.deployment_rolls_back_automatically

import data.policies.lib.assessments
import data.policies.lib.ecs_services
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["ECS-007"]

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

_services := ecs_services.scaled

subjects contains service.address if some service in _services

_paths(service) := _service_paths[service.type]

_resource(service) := input.resources[service.address]

_flag(service, what, index) := value.get(
	_resource(service),
	array.concat(_paths(service)[what], [_paths(service).names[index]]),
)

# ECS rolls back by its circuit breaker or by alarms.
_breaker(service) := _all({
	settings.must_be_on(_flag(service, "breaker", 0), "off"),
	settings.must_be_on(_flag(service, "breaker", 1), "off"),
})

_alarms(service) := _all({
	settings.must_be_on(_flag(service, "alarms", 0), "off"),
	settings.must_be_on(_flag(service, "alarms", 1), "off"),
	_some_names(value.get(_resource(service), array.concat(_paths(service).alarms, [_paths(service).names[2]]))),
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

_judged(service) := {
	"state": _either(_breaker(service), _alarms(service)),
	"resource": service.address,
	"path": _paths(service).breaker,
	"says": _ecs_fact(service),
} if {
	service.controller == "ecs"
}

_ecs_fact(service) := "neither a circuit breaker nor alarms are set up" if {
	value.is_absent(_flag(service, "breaker", 0))
	value.is_absent(_flag(service, "alarms", 0))
}

_ecs_fact(service) := "the circuit breaker only stops, for it is not told to roll back" if {
	settings.switch(_flag(service, "breaker", 0), "off") == "on"
	settings.switch(_flag(service, "breaker", 1), "off") != "on"
}

_ecs_fact(service) := "neither the circuit breaker nor the alarms are enabled with rollback" if {
	_is_set_up(service)
	settings.switch(_flag(service, "breaker", 0), "off") != "on"
}

_ecs_fact(service) := "it rolls back" if {
	settings.switch(_flag(service, "breaker", 0), "off") == "on"
	settings.switch(_flag(service, "breaker", 1), "off") == "on"
}

_is_set_up(service) if not value.is_absent(_flag(service, "breaker", 0))

_is_set_up(service) if not value.is_absent(_flag(service, "alarms", 0))

# With CodeDeploy the deployment group decides, and the circuit breaker is ignored.
_judged(service) := {
	"state": "open",
	"resource": service.address,
	"path": _paths(service).controller,
	"says": "no deployment group of this file is surely its",
} if {
	service.controller == "code_deploy"
	count(service.deployment_groups) == 0
}

_judged(service) := {
	"state": _all({_group_state(group) | some group in service.deployment_groups}),
	"resource": service.address,
	"path": _paths(service).controller,
	"says": concat("; ", [says | some group in service.deployment_groups; says := _group_fact(group)]),
} if {
	service.controller == "code_deploy"
	count(service.deployment_groups) > 0
}

_judged(service) := {
	"state": "open",
	"resource": service.address,
	"path": _paths(service).controller,
	"says": "another program deploys it, or its deployment controller is not known",
} if {
	not service.controller in {"ecs", "code_deploy"}
}

_group_record(address, what) := value.get(
	input.resources[address],
	_group_paths[input.resources[address].type][what],
)

_group_state(address) := _all({
	settings.must_be_on(_group_record(address, "enabled"), "off"),
	_has_event(_group_record(address, "events"), "DEPLOYMENT_FAILURE"),
	_alarm_state(address),
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

_alarm_state(_) := "pass" if not _params.require_alarm

_alarm_state(address) := _all({
	_has_event(_group_record(address, "events"), "DEPLOYMENT_STOP_ON_ALARM"),
	settings.must_be_on(_group_record(address, "alarming"), "on"),
	_some_names(_group_record(address, "alarms")),
}) if {
	_params.require_alarm
}

_group_fact(address) := sprintf("deployment group '%s' does not roll back on %s", [address, _asked])

_asked := "DEPLOYMENT_FAILURE and on an alarm" if _params.require_alarm

_asked := "DEPLOYMENT_FAILURE" if not _params.require_alarm

_assessed := [row |
	some service in _services
	judged := _judged(service)
	row := {
		"state": assessments.hedged(judged.state, service.scheduling != null),
		"resource": judged.resource,
		"path": judged.path,
		"defect": "rollback",
		"message": sprintf("A failed deployment of '%s' is not rolled back: %s.", [service.address, judged.says]),
		"related": [{"address": group, "path": [], "message": "This is its deployment group."} |
			some group in service.deployment_groups
		],
	}
]

examined contains record if {
	some service in _services
	some what in ["breaker", "alarms"]
	some index in [0, 1, 2]
	record := _flag(service, what, index)
	not value.is_absent(record)
}

examined contains record if {
	some service in _services
	some what in ["controller", "scheduling"]
	record := value.get(_resource(service), _paths(service)[what])
}

examined contains record if {
	some service in _services
	some group in service.deployment_groups
	some what in ["enabled", "events", "alarming"]
	found := _group_record(group, what)
	record := object.union(found, {"resource": service.address})
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
