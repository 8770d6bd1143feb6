# METADATA
# scope: package
# title: Auto scale services between 2 and 20 tasks
# description: |
#   One task is no service: it stops with its host or its zone. And without a ceiling a flood of requests or a loop
#   of retries becomes a flood of tasks and of costs.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
# custom:
#   id: ECS-002
#   slug: service-auto-scaling-bounds
#   family: ECS
#   severity: medium
#   score: 4.4
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ApplicationAutoScaling::ScalableTarget
#     - AWS::ECS::Service
#     - aws_appautoscaling_target
#     - aws_ecs_service
#     - AWS::ECS::TaskDefinition
#     - AWS::ECS::Cluster
#     - AWS::ApplicationAutoScaling::ScalingPolicy
#     - AWS::CodeDeploy::DeploymentGroup
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - aws_ecs_task_definition
#     - aws_ecs_cluster
#     - aws_appautoscaling_policy
#     - aws_codedeploy_deployment_group
#     - aws_lb_target_group
#   subjects:
#     - AWS::ECS::Service
#     - aws_ecs_service
#   params:
#     - name: min
#       type: integer
#       description: "The least number of tasks that scaling may come down to."
#       default: 2
#       stricter: higher
#     - name: max
#       type: integer
#       description: "The greatest number of tasks that scaling may go up to."
#       default: 20
#       stricter: lower
#     - name: exact_bounds
#       type: boolean
#       description: "Whether the bounds must be these two numbers, not only lie between them."
#       default: false
#       presets: {reference-architecture: true, strict: false}
#       stricter: "true"
#     - name: desired_min
#       type: integer
#       description: "The least number of tasks that a service may start with."
#       default: 2
#       stricter: higher
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CP-2(6)", "SC-6", "SI-13(5)"]
#       soc2: ["A1.1"]
#       iso_27001_2022: ["A.8.6", "A.8.14"]
#   cwe: [400]
#   remediation:
#     cloudformation: "Add AWS::ApplicationAutoScaling::ScalableTarget for the service with MinCapacity: 2 and
#       MaxCapacity: 20."
#     terraform-plan: "Add aws_appautoscaling_target for the service with min_capacity = 2 and max_capacity = 20."
package policies.ecs.service_auto_scaling_bounds

import data.policies.lib.assessments
import data.policies.lib.ecs_services
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["ECS-002"]

_bound_paths := {
	"AWS::ApplicationAutoScaling::ScalableTarget": {
		"min": ["Properties", "MinCapacity"],
		"max": ["Properties", "MaxCapacity"],
		"dimension": ["Properties", "ScalableDimension"],
		"id": ["Properties", "ResourceId"],
	},
	"aws_appautoscaling_target": {
		"min": ["min_capacity"],
		"max": ["max_capacity"],
		"dimension": ["scalable_dimension"],
		"id": ["resource_id"],
	},
}

_desired_paths := {"AWS::ECS::Service": ["Properties", "DesiredCount"], "aws_ecs_service": ["desired_count"]}

_scheduling_paths := {
	"AWS::ECS::Service": ["Properties", "SchedulingStrategy"],
	"aws_ecs_service": ["scheduling_strategy"],
}

_services := ecs_services.scaled

_targets(service) := [target |
	some target in ecs_services.targets_of(service)
	target.dimension in {"ecs:service:desiredcount", null}
]

subjects contains service.address if some service in _services

subjects contains target.address if {
	some service in _services
	some target in _targets(service)
}

_bound(target, what) := value.get(declared, _bound_paths[declared.type][what]) if {
	declared := input.resources[target.address]
}

_desired(service) := value.get(input.resources[service.address], _desired_paths[service.type])

_of_targets := [row |
	some service in _services
	count(_targets(service)) == 0
	certain := {count(ecs_services.stray_targets) == 0, service.scheduling != null} == {true}
	row := {
		"state": assessments.hedged("fail", certain),
		"resource": service.address,
		"path": [],
		"defect": "no-target",
		"message": sprintf("Service '%s' does not scale: no scalable target of this file%s belongs to it.", [
			service.address,
			_doubt(certain),
		]),
	}
]

_doubt(certain) := "" if certain

_doubt(certain) := " for sure" if not certain

# The lower bound is at least, the upper one at most what is asked, or both are the very numbers.
_of_minimum := [row |
	some service in _services
	some target in _targets(service)
	record := _bound(target, "min")
	row := {
		"state": _low(settings.number(record, 0)),
		"resource": target.address,
		"path": record.path,
		"defect": "min",
		"message": sprintf("Service '%s' scales down to a minimum %s %d tasks asked for: %s.", [
			service.address,
			_off("below"),
			_params.min,
			settings.fact(record),
		]),
		"related": _place(service),
	}
]

# How a bound misses the number: it must be it, or only not lie beyond it.
_off(_) := "other than the" if _params.exact_bounds

_off(beyond) := sprintf("%s the", [beyond]) if not _params.exact_bounds

_place(service) := [{"address": service.address, "path": [], "message": "This is the service that scales."}]

_low(number) := "open" if number == null

_low(number) := _verdict[number >= _params.min] if {
	number != null
	not _params.exact_bounds
}

_low(number) := _verdict[number == _params.min] if {
	number != null
	_params.exact_bounds
}

_verdict := {true: "pass", false: "fail"}

_of_maximum := [row |
	some service in _services
	some target in _targets(service)
	record := _bound(target, "max")
	row := {
		"state": _high(settings.number(record, 0), settings.number(_bound(target, "min"), 0)),
		"resource": target.address,
		"path": record.path,
		"defect": "max",
		"message": sprintf("Service '%s' scales up to a maximum %s %d tasks asked for%s: %s.", [
			service.address,
			_off("above"),
			_params.max,
			_or_least,
			settings.fact(record),
		]),
		"related": _place(service),
	}
]

_or_least := "" if _params.exact_bounds

_or_least := ", or not above its minimum" if not _params.exact_bounds

_high(most, _) := "open" if most == null

_high(most, _) := _verdict[most == _params.max] if {
	most != null
	_params.exact_bounds
}

_high(most, _) := "fail" if {
	most != null
	not _params.exact_bounds
	most > _params.max
}

_high(most, least) := "open" if {
	most != null
	not _params.exact_bounds
	most <= _params.max
	least == null
}

_high(most, least) := _verdict[most > least] if {
	most != null
	not _params.exact_bounds
	most <= _params.max
	least != null
}

# What is left out is one task or none until scaling sets it, and is not judged.
_of_desired := [row |
	some service in _services
	record := _desired(service)
	row := {
		"state": settings.at_least(record, _params.desired_min, _params.desired_min),
		"resource": service.address,
		"path": record.path,
		"defect": "desired",
		"message": sprintf("Service '%s' starts with less than %d tasks: %s.", [
			service.address,
			_params.desired_min,
			settings.fact(record),
		]),
	}
]

_assessed := array.concat(_of_targets, array.concat(_of_minimum, array.concat(_of_maximum, _of_desired)))

examined contains record if {
	some service in _services
	record := _desired(service)
}

examined contains record if {
	some service in _services
	record := value.present(input.resources[service.address], _scheduling_paths[service.type])
}

examined contains record if {
	some service in _services
	some target in _targets(service)
	some what in ["min", "max", "dimension"]
	record := _bound(target, what)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
