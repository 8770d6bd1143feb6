# METADATA
# scope: package
# title: Deploy production services blue/green or canary with at most 10 % first
# description: |
#   A rolling update hands a faulty version to every user. When a tenth of the traffic meets it first, the other
#   nine tenths never see the fault.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html
# custom:
#   id: ECS-008
#   slug: progressive-traffic-shift
#   family: ECS
#   severity: medium
#   score: 4.9
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECS::Service
#     - AWS::CodeDeploy::DeploymentGroup
#     - AWS::CodeDeploy::DeploymentConfig
#     - AWS::ElasticLoadBalancingV2::Listener
#     - aws_ecs_service
#     - aws_codedeploy_deployment_group
#     - aws_codedeploy_deployment_config
#     - aws_lb_listener
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
#     - name: max_initial_percent
#       type: integer
#       description: "The greatest share of traffic, in percent, that a new version gets first."
#       default: 10
#       stricter: lower
#     - name: accept_all_at_once_blue_green
#       type: boolean
#       description: "Whether blue/green deployments pass that move all traffic at once."
#       default: false
#       stricter: "false"
#   packs: [reference-architecture]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3(2)", "SI-13(5)"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.32"]
#   cwe: [754]
#   remediation:
#     cloudformation: "Set DeploymentConfiguration: {Strategy: CANARY, CanaryConfiguration: {CanaryPercent: 10}},
#       or DeploymentConfigName: CodeDeployDefault.ECSCanary10Percent5Minutes."
#     terraform-plan: "Set deployment_config_name = \"CodeDeployDefault.ECSCanary10Percent5Minutes\" with
#       controller CODE_DEPLOY, or strategy = \"CANARY\" (provider version 6)."
package policies.ecs.progressive_traffic_shift

import data.policies.lib.assessments
import data.policies.lib.ecs_services
import data.policies.lib.joins
import data.policies.lib.resource_classes
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["ECS-008"]

_configuration := ["Properties", "DeploymentConfiguration"]

_service_paths := {
	"AWS::ECS::Service": {
		"strategy": array.concat(_configuration, ["Strategy"]),
		"canary": array.concat(_configuration, ["CanaryConfiguration", "CanaryPercent"]),
		"linear": array.concat(_configuration, ["LinearConfiguration", "StepPercent"]),
		"controller": ["Properties", "DeploymentController", "Type"],
		"balancers": ["Properties", "LoadBalancers"],
		"name": ["Properties", "ServiceName"],
	},
	"aws_ecs_service": {
		"strategy": ["deployment_configuration", 0, "strategy"],
		"canary": ["deployment_configuration", 0, "canary_configuration", 0, "canary_percent"],
		"linear": ["deployment_configuration", 0, "linear_configuration", 0, "step_percent"],
		"controller": ["deployment_controller", 0, "type"],
		"balancers": ["load_balancer"],
		"name": ["name"],
	},
}

_group_paths := {
	"AWS::CodeDeploy::DeploymentGroup": {
		"config": ["Properties", "DeploymentConfigName"],
		"pairs": ["Properties", "LoadBalancerInfo", "TargetGroupPairInfoList"],
		"groups": "TargetGroups",
	},
	"aws_codedeploy_deployment_group": {
		"config": ["deployment_config_name"],
		"pairs": ["load_balancer_info", 0, "target_group_pair_info"],
		"groups": "target_group",
	},
}

_config_names := {
	"AWS::CodeDeploy::DeploymentConfig": ["Properties", "DeploymentConfigName"],
	"aws_codedeploy_deployment_config": ["deployment_config_name"],
}

_percent_paths := {
	"AWS::CodeDeploy::DeploymentConfig": [
		["Properties", "TrafficRoutingConfig", "TimeBasedCanary", "CanaryPercentage"],
		["Properties", "TrafficRoutingConfig", "TimeBasedLinear", "LinearPercentage"],
	],
	"aws_codedeploy_deployment_config": [
		["traffic_routing_config", 0, "time_based_canary", 0, "percentage"],
		["traffic_routing_config", 0, "time_based_linear", 0, "percentage"],
	],
}

# Without a load balancer there is no traffic to shift.
_services := [service |
	some service in ecs_services.scaled
	service.balanced != "no"
	service.class != "dev"
]

subjects contains service.address if some service in _services

_paths(service) := _service_paths[service.type]

_record(service, what) := value.get(input.resources[service.address], _paths(service)[what])

_judged(service) := _by_ecs(service, settings.text(_record(service, "strategy"), "rolling")) if {
	service.controller == "ecs"
}

_judged(service) := {
	"state": "open",
	"path": _record(service, "controller").path,
	"says": "another program deploys it, or its deployment controller is not known",
} if {
	not service.controller in {"ecs", "code_deploy"}
}

_judged(service) := {
	"state": "open",
	"path": _record(service, "controller").path,
	"says": "its deployment group is not in this file",
} if {
	service.controller == "code_deploy"
	count(service.deployment_groups) == 0
}

_judged(service) := {"state": judged.state, "path": _record(service, "controller").path, "says": judged.says} if {
	service.controller == "code_deploy"
	count(service.deployment_groups) > 0
	judged := _by_group(service.deployment_groups[0])
}

_by_ecs(service, null) := {
	"state": "open",
	"path": _record(service, "strategy").path,
	"says": "its deployment strategy is not known",
}

_by_ecs(service, strategy) := {"state": state, "path": record.path, "says": says} if {
	strategy in {"canary", "linear"}
	record := _record(service, strategy)
	# ECS starts a canary with 5 per cent, and goes on in steps of 10.
	state := settings.at_most(record, _params.max_initial_percent, {"canary": 5, "linear": 10}[strategy])
	says := settings.fact(record)
}

_by_ecs(service, strategy) := {"state": _blue_green, "path": record.path, "says": "all traffic moves at once"} if {
	strategy == "blue_green"
	record := _record(service, "strategy")
}

_by_ecs(service, strategy) := {"state": "fail", "path": record.path, "says": "it is a rolling update"} if {
	strategy != null
	not strategy in {"canary", "linear", "blue_green"}
	record := _record(service, "strategy")
}

_blue_green := "pass" if _params.accept_all_at_once_blue_green

_blue_green := "fail" if not _params.accept_all_at_once_blue_green

# What CodeDeploy brings along for ECS, by the share that it moves first; those of Lambda have another prefix.
_built_in := {
	"codedeploydefault.ecscanary10percent5minutes": 10,
	"codedeploydefault.ecscanary10percent15minutes": 10,
	"codedeploydefault.ecslinear10percentevery1minutes": 10,
	"codedeploydefault.ecslinear10percentevery3minutes": 10,
}

_all_at_once := "codedeploydefault.ecsallatonce"

_config(group) := value.get(input.resources[group], _group_paths[input.resources[group].type].config)

_by_group(group) := {"state": state, "says": says} if {
	record := _config(group)
	joined := joins.join(input.resources[group], record.path, _config_names)
	count(joined.to) == 0
	name := settings.text(record, _all_at_once)
	state := _named(name)
	says := sprintf("deployment group '%s' uses '%s'", [group, _shown(record)])
}

_shown(record) := "CodeDeployDefault.ECSAllAtOnce" if value.is_absent(record)

_shown(record) := value.shown(record.value) if not value.is_absent(record)

_named(name) := "open" if name == null

_named(name) := _blue_green if name == _all_at_once

_named(name) := _verdict[_built_in[name] <= _params.max_initial_percent] if name in object.keys(_built_in)

_named(name) := "open" if {
	name != null
	name != _all_at_once
	not name in object.keys(_built_in)
}

_verdict := {true: "pass", false: "fail"}

_by_group(group) := {"state": state, "says": says} if {
	joined := joins.join(input.resources[group], _config(group).path, _config_names)
	count(joined.to) > 0
	some config in joined.to
	percents := [record |
		some path in _percent_paths[input.resources[config].type]
		record := value.get(input.resources[config], path)
		not value.is_absent(record)
	]
	state := _custom(percents)
	says := sprintf("deployment configuration '%s' moves %s first", [config, _share(percents)])
}

_custom(percents) := _blue_green if count(percents) == 0

_custom(percents) := settings.at_most(percents[0], _params.max_initial_percent, 100) if count(percents) > 0

_share(percents) := "all traffic" if count(percents) == 0

_share(percents) := sprintf("%s %%", [value.shown(percents[0].value)]) if count(percents) > 0

_of_services := [row |
	some service in _services
	judged := _judged(service)
	certain := {service.balanced == "yes", service.class != "unknown", service.scheduling != null} == {true}
	row := {
		"state": assessments.hedged(judged.state, certain),
		"resource": service.address,
		"path": judged.path,
		"defect": "strategy",
		"message": sprintf("A new version of '%s' does not meet at most %d %% of the traffic first: %s.", [
			service.address,
			_params.max_initial_percent,
			judged.says,
		]),
		"related": [{"address": group, "path": _config(group).path, "message": "This deployment group decides."} |
			some group in service.deployment_groups
		],
	}
]

# Blue and green are two target groups.
_of_pairs := [row |
	some service in _services
	service.controller == "code_deploy"
	some group in service.deployment_groups
	paths := _group_paths[input.resources[group].type]
	some index, _ in value.list(object.get(input.resources[group].node, paths.pairs, null))
	record := value.get(input.resources[group], array.concat(paths.pairs, [index, paths.groups]))
	row := {
		"state": _two(record),
		"resource": service.address,
		"path": _record(service, "balancers").path,
		"defect": "target-groups",
		"message": sprintf("'%s' cannot be deployed blue/green: its deployment group '%s' has no two target groups.", [
			service.address,
			group,
		]),
		"related": [{"address": group, "path": record.path, "message": "These are the target groups."}],
	}
]

_two(record) := "open" if value.is_unknown(record)

_two(record) := _verdict[count(value.list(record.value)) > 1] if not value.is_unknown(record)

_assessed := array.concat(_of_services, _of_pairs)

examined contains record if {
	some service in _services
	some what in ["strategy", "canary", "linear", "controller"]
	record := _record(service, what)
	not value.is_absent(record)
}

examined contains record if {
	some service in _services
	record := value.present(input.resources[service.address], _paths(service).balancers)
}

examined contains record if {
	some service in _services
	some record in resource_classes.records(input.resources[service.address], [_paths(service).name])
}

examined contains record if {
	some service in _services
	some group in service.deployment_groups
	some path in [_group_paths[input.resources[group].type].config, _group_paths[input.resources[group].type].pairs]
	found := value.present(input.resources[group], path)
	record := object.union(found, {"resource": service.address})
}

examined contains record if {
	some service in _services
	some group in service.deployment_groups
	some config in joins.join(input.resources[group], _config(group).path, _config_names).to
	some path in _percent_paths[input.resources[config].type]
	found := value.get(input.resources[config], path)
	record := object.union(found, {"resource": service.address})
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
