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
import data.policies.lib.service_rollback
import data.policies.lib.value

_params := data.params["ECS-007"]

_services := ecs_services.scaled

subjects contains service.address if some service in _services

_assessed := [row |
	some service in _services
	judged := service_rollback.judged(service, _params.require_alarm)
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
	record := service_rollback.flag(service, what, index)
	not value.is_absent(record)
}

examined contains record if {
	some service in _services
	some what in ["controller", "scheduling"]
	record := value.get(input.resources[service.address], service_rollback.paths(service)[what])
}

examined contains record if {
	some service in _services
	some group in service.deployment_groups
	some what in ["enabled", "events", "alarming"]
	found := service_rollback.group_record(group, what)
	record := object.union(found, {"resource": service.address})
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
