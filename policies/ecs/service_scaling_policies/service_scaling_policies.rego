# METADATA
# scope: package
# title: Scale on CPU 70 %, memory 75 % and ALB requests with a 300 s cooldown
# description: |
#   Scaling on one number misses the load that another one shows. Processor, memory and requests for each task
#   together follow what users do, and a cooldown of five minutes keeps the service from swinging.
# related_resources:
#   - ref: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
# custom:
#   id: ECS-003
#   slug: service-scaling-policies
#   family: ECS
#   severity: low
#   score: 3.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ApplicationAutoScaling::ScalingPolicy
#     - aws_appautoscaling_policy
#     - AWS::ECS::Service
#     - AWS::ECS::TaskDefinition
#     - AWS::ECS::Cluster
#     - AWS::ApplicationAutoScaling::ScalableTarget
#     - AWS::CodeDeploy::DeploymentGroup
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - aws_ecs_service
#     - aws_ecs_task_definition
#     - aws_ecs_cluster
#     - aws_appautoscaling_target
#     - aws_codedeploy_deployment_group
#     - aws_lb_target_group
#     - AWS::CloudWatch::Alarm
#     - aws_cloudwatch_metric_alarm
#   subjects:
#     - AWS::ECS::Service
#     - aws_ecs_service
#   params:
#     - name: cpu_target
#       type: integer
#       description: "The average CPU utilisation, in percent, that scaling keeps to at most."
#       default: 70
#       stricter: lower
#     - name: memory_target
#       type: integer
#       description: "The average memory utilisation, in percent, that scaling keeps to at most."
#       default: 75
#       stricter: lower
#     - name: cooldown
#       type: integer
#       description: "The cooldown in seconds that policies state, if they state one."
#       default: 300
#       stricter: lower
#     - name: require_request_count
#       type: boolean
#       description: "Whether services behind an application load balancer must scale on requests, too."
#       default: true
#       stricter: "true"
#   packs: [reference-architecture]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SC-6", "CP-2(6)"]
#       iso_27001_2022: ["A.8.6"]
#   cwe: [400]
#   remediation:
#     cloudformation: "Add three target-tracking policies: ECSServiceAverageCPUUtilization at 70,
#       ECSServiceAverageMemoryUtilization at 75, and ALBRequestCountPerTarget with a ResourceLabel; leave the
#       cooldowns out or set 300."
#     terraform-plan: "Add three aws_appautoscaling_policy resources: ECSServiceAverageCPUUtilization at 70,
#       ECSServiceAverageMemoryUtilization at 75, and ALBRequestCountPerTarget with a resource_label; leave the
#       cooldowns out or set 300."
package policies.ecs.service_scaling_policies

import data.policies.lib.assessments
import data.policies.lib.ecs_services
import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["ECS-003"]

_config := "TargetTrackingScalingPolicyConfiguration"

_paths := {
	"AWS::ApplicationAutoScaling::ScalingPolicy": {
		"type": ["Properties", "PolicyType"],
		"metric": ["Properties", _config, "PredefinedMetricSpecification", "PredefinedMetricType"],
		"label": ["Properties", _config, "PredefinedMetricSpecification", "ResourceLabel"],
		"target": ["Properties", _config, "TargetValue"],
		"in": ["Properties", _config, "ScaleInCooldown"],
		"out": ["Properties", _config, "ScaleOutCooldown"],
		"step": ["Properties", "StepScalingPolicyConfiguration", "Cooldown"],
	},
	"aws_appautoscaling_policy": {
		"type": ["policy_type"],
		"metric": [_block, 0, "predefined_metric_specification", 0, "predefined_metric_type"],
		"label": [_block, 0, "predefined_metric_specification", 0, "resource_label"],
		"target": [_block, 0, "target_value"],
		"in": [_block, 0, "scale_in_cooldown"],
		"out": [_block, 0, "scale_out_cooldown"],
		"step": ["step_scaling_policy_configuration", 0, "cooldown"],
	},
}

_block := "target_tracking_scaling_policy_configuration"

# Services that scale at all; whether they do is another control's matter.
_services := [service |
	some service in ecs_services.scaled
	count(ecs_services.targets_of(service)) > 0
]

subjects contains service.address if some service in _services

subjects contains policy.address if {
	some service in _services
	some policy in ecs_services.policies_of(service)
}

_record(policy, what) := value.get(declared, _paths[declared.type][what]) if {
	declared := input.resources[policy.address]
}

_metric(policy) := settings.text(_record(policy, "metric"), "")

# The metrics that a service must scale on, with what a policy may aim at.
_wanted(service) := array.concat(
	[
		{"metric": "ecsserviceaveragecpuutilization", "name": "CPU", "most": _params.cpu_target, "certain": true},
		{"metric": "ecsserviceaveragememoryutilization", "name": "memory", "most": _params.memory_target, "certain": true},
	],
	[{"metric": "albrequestcountpertarget", "name": "requests", "most": null, "certain": certain} |
		_params.require_request_count
		balancing := _behind_alb(service)
		balancing != "no"
		certain := balancing == "yes"
	],
)

# Network load balancers count no requests.
_behind_alb(service) := "no" if service.balanced == "no"

_behind_alb(service) := "open" if {
	service.balanced != "no"
	count(_protocols(service) & {"http", "https"}) == 0
	_unclear(service)
}

_behind_alb(service) := "yes" if {
	service.balanced != "no"
	count(_protocols(service) & {"http", "https"}) > 0
}

_behind_alb(service) := "no" if {
	service.balanced != "no"
	count(_protocols(service) & {"http", "https"}) == 0
	not _unclear(service)
}

_unclear(service) if service.balanced == "open"

_unclear(service) if null in _protocols(service)

_unclear(service) if {
	some found in service.target_groups
	count(found.to) == 0
}

_protocols(service) := {protocol |
	some found in service.target_groups
	some address in found.to
	protocol := settings.text(_protocol(address), "http")
}

_protocol(address) := value.get(input.resources[address], _protocol_paths[input.resources[address].type])

_protocol_paths := {
	"AWS::ElasticLoadBalancingV2::TargetGroup": ["Properties", "Protocol"],
	"aws_lb_target_group": ["protocol"],
}

_matching(service, metric) := [policy |
	some policy in ecs_services.policies_of(service)
	_metric(policy) == metric
]

_of_missing := [row |
	some service in _services
	some wanted in _wanted(service)
	count(_matching(service, wanted.metric)) == 0
	not _stepped(service, wanted)
	row := {
		"state": assessments.hedged("fail", {wanted.certain, _all_known(service)} == {true}),
		"resource": service.address,
		"path": [],
		"defect": sprintf("missing/%s", [wanted.name]),
		"message": sprintf("Service '%s' does not scale on %s: no scaling policy of it tracks that.", [
			service.address,
			wanted.name,
		]),
		"related": [{"address": target.address, "path": [], "message": "This is its scalable target."} |
			some target in ecs_services.targets_of(service)
		],
	}
]

# A policy of an undecided metric or of an undecided service may be the one that is missing.
_all_known(service) if {
	count([policy | some policy in ecs_services.policies_of(service); _metric(policy) == null]) == 0
	count(ecs_services.stray_policies) == 0
}

_all_known(service) := false if {
	count([policy | some policy in ecs_services.policies_of(service); _metric(policy) == null]) > 0
}

_all_known(_) := false if count(ecs_services.stray_policies) > 0

# Two steps with alarms on the utilisation, up and down, do for the processor.
_stepped(service, wanted) if {
	wanted.name == "CPU"
	signs := {sign |
		some policy in ecs_services.policies_of(service)
		settings.text(_record(policy, "type"), "stepscaling") == "stepscaling"
		some alarm in _alarms_of(policy)
		sign := _sign(alarm)
	}
	signs == {"up", "down"}
}

_alarm_paths := {
	"AWS::CloudWatch::Alarm": {
		"metric": ["Properties", "MetricName"],
		"actions": ["Properties", "AlarmActions"],
		"operator": ["Properties", "ComparisonOperator"],
		"threshold": ["Properties", "Threshold"],
	},
	"aws_cloudwatch_metric_alarm": {
		"metric": ["metric_name"],
		"actions": ["alarm_actions"],
		"operator": ["comparison_operator"],
		"threshold": ["threshold"],
	},
}

_alarms_of(policy) := [input.resources[alarm] | some alarm in sort(object.get(_alarms, policy.address, set()))]

# The alarms on the CPU by what they set off. Keeps the index without entries defined under regorus.
_alarms[""] contains null

_alarms[policy] contains alarm.address if {
	some type, paths in _alarm_paths
	some alarm in graph.of_types([type])
	settings.text(value.get(alarm, paths.metric), "") == "cpuutilization"
	some policy in graph.referenced(alarm, paths.actions)
}

_sign(alarm) := "up" if {
	_compares(alarm, "greater")
	settings.at_most(value.get(alarm, _alarm_paths[alarm.type].threshold), _params.cpu_target, 0) == "pass"
}

_sign(alarm) := "down" if _compares(alarm, "less")

_compares(alarm, word) if {
	operator := settings.text(value.get(alarm, _alarm_paths[alarm.type].operator), "")
	is_string(operator)
	startswith(operator, word)
}

_of_values := [row |
	some service in _services
	some wanted in _wanted(service)
	wanted.most != null
	some policy in _matching(service, wanted.metric)
	record := _record(policy, "target")
	row := {
		"state": settings.at_most(record, wanted.most, wanted.most + 1),
		"resource": policy.address,
		"path": record.path,
		"defect": sprintf("target/%s", [wanted.name]),
		"message": sprintf("Service '%s' scales on %s only above %d %%: %s.", [
			service.address,
			wanted.name,
			wanted.most,
			settings.fact(record),
		]),
	}
]

_of_labels := [row |
	some service in _services
	some policy in _matching(service, "albrequestcountpertarget")
	record := value.present(input.resources[policy.address], _paths[input.resources[policy.address].type].label)
	row := {
		"state": _given(record),
		"resource": policy.address,
		"path": record.path,
		"defect": "label",
		"message": sprintf("The policy of '%s' counts the requests of no target group: %s.", [
			service.address,
			settings.fact(record),
		]),
	}
]

_given(record) := "fail" if value.is_absent(record)

_given(record) := "pass" if not value.is_absent(record)

# ECS waits 300 seconds where nothing is stated.
_of_cooldowns := [row |
	some service in _services
	some policy in ecs_services.policies_of(service)
	some what in ["in", "out", "step"]
	record := _record(policy, what)
	row := {
		"state": _cooled(settings.number(record, _params.cooldown)),
		"resource": policy.address,
		"path": record.path,
		"defect": sprintf("cooldown/%s", [what]),
		"message": sprintf("The policy of '%s' does not wait %d seconds between two steps: %s.", [
			service.address,
			_params.cooldown,
			settings.fact(record),
		]),
	}
]

_cooled(seconds) := "open" if seconds == null

_cooled(seconds) := "pass" if seconds == _params.cooldown

_cooled(seconds) := "fail" if {
	seconds != null
	seconds != _params.cooldown
}

_assessed := array.concat(_of_missing, array.concat(_of_values, array.concat(_of_labels, _of_cooldowns)))

examined contains record if {
	some service in _services
	some policy in ecs_services.policies_of(service)
	some what in ["type", "metric", "target", "in", "out", "step", "label"]
	record := _record(policy, what)
}

examined contains record if {
	some service in _services
	some found in service.target_groups
	some address in found.to
	record := _protocol(address)
}

examined contains record if {
	some service in _services
	some policy in ecs_services.policies_of(service)
	some alarm in _alarms_of(policy)
	some what in ["metric", "operator", "threshold"]
	found := value.get(alarm, _alarm_paths[alarm.type][what])
	record := object.union(found, {"resource": alarm.address})
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
