# METADATA
# scope: package
# title: Run services on Fargate with explicit CPU, memory and awsvpc networking
# description: |
#   Tasks on instances of one's own share a kernel, and somebody has to patch it. Fargate isolates each task, and
#   asks for what every task needs: CPU, memory and a network interface of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-10
# custom:
#   id: ECS-001
#   slug: fargate-tasks-sized
#   family: ECS
#   severity: medium
#   score: 4.1
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECS::Service
#     - AWS::ECS::TaskDefinition
#     - AWS::ECS::Cluster
#     - aws_ecs_service
#     - aws_ecs_task_definition
#     - aws_ecs_cluster_capacity_providers
#     - AWS::ApplicationAutoScaling::ScalableTarget
#     - AWS::ApplicationAutoScaling::ScalingPolicy
#     - AWS::CodeDeploy::DeploymentGroup
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - aws_ecs_cluster
#     - aws_appautoscaling_target
#     - aws_appautoscaling_policy
#     - aws_codedeploy_deployment_group
#     - aws_lb_target_group
#     - AWS::ECS::ClusterCapacityProviderAssociations
#   subjects:
#     - AWS::ECS::Service
#     - aws_ecs_service
#     - AWS::ECS::TaskDefinition
#     - aws_ecs_task_definition
#   params: []
#   packs: [reference-architecture]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ECS.10"]
#       pci_dss_4.0: ["6.3.3"]
#     judged:
#       nist_800_53_r5: ["CM-2a", "SC-6"]
#       iso_27001_2022: ["A.8.9"]
#   cwe: [1188]
#   remediation:
#     cloudformation: "Set LaunchType: FARGATE on the service, and RequiresCompatibilities: [FARGATE],
#       NetworkMode: awsvpc, Cpu and Memory on the task definition."
#     terraform-plan: "Set launch_type = \"FARGATE\" on the service, and requires_compatibilities = [\"FARGATE\"],
#       network_mode = \"awsvpc\", cpu and memory on the task definition."
#   peers:
#     checkov: [CKV_AWS_332]
#     prowler: [ecs_service_fargate_latest_platform_version]
package policies.ecs.fargate_tasks_sized

import data.policies.lib.assessments
import data.policies.lib.containers
import data.policies.lib.ecs_services
import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.settings
import data.policies.lib.value

_service_paths := {
	"AWS::ECS::Service": {
		"launch": ["Properties", "LaunchType"],
		"strategy": ["Properties", "CapacityProviderStrategy"],
		"provider": "CapacityProvider",
		"version": ["Properties", "PlatformVersion"],
	},
	"aws_ecs_service": {
		"launch": ["launch_type"],
		"strategy": ["capacity_provider_strategy"],
		"provider": "capacity_provider",
		"version": ["platform_version"],
	},
}

_task_paths := {
	"AWS::ECS::TaskDefinition": {
		"compatibilities": ["Properties", "RequiresCompatibilities"],
		"cpu": ["Properties", "Cpu"],
		"memory": ["Properties", "Memory"],
		"network": ["Properties", "NetworkMode"],
	},
	"aws_ecs_task_definition": {
		"compatibilities": ["requires_compatibilities"],
		"cpu": ["cpu"],
		"memory": ["memory"],
		"network": ["network_mode"],
	},
}

# Where a cluster, or what belongs to it, says how its services run unless they say it themselves.
_default_paths := {
	"AWS::ECS::Cluster": {
		"cluster": [],
		"strategy": ["Properties", "DefaultCapacityProviderStrategy"],
		"provider": "CapacityProvider",
	},
	"AWS::ECS::ClusterCapacityProviderAssociations": {
		"cluster": ["Properties", "Cluster"],
		"strategy": ["Properties", "DefaultCapacityProviderStrategy"],
		"provider": "CapacityProvider",
	},
	"aws_ecs_cluster_capacity_providers": {
		"cluster": ["cluster_name"],
		"strategy": ["default_capacity_provider_strategy"],
		"provider": "capacity_provider",
	},
}

# Task sets say for themselves how they run.
_services := [service |
	some _, service in ecs_services.services
	service.controller != "external"
]

_used contains address if {
	some _, service in ecs_services.services
	some address in service.task.to
}

_tasks := [task |
	some address, task in containers.tasks
	_is_judged(address, task)
]

_is_judged(address, _) if address in _used

_is_judged(_, task) if task.fargate == "yes"

subjects contains service.address if some service in _services

subjects contains task.address if some task in _tasks

_record(address, paths, what) := value.get(input.resources[address], paths[input.resources[address].type][what])

# How a service runs: {"state", "record", "says"}.
_launch(service) := _by_strategy(strategy, service.address, _service_paths) if {
	strategy := _record(service.address, _service_paths, "strategy")
	not value.is_absent(strategy)
}

_launch(service) := {
	"state": _launched(settings.text(record, "")),
	"record": record,
	"says": settings.fact(record),
} if {
	value.is_absent(_record(service.address, _service_paths, "strategy"))
	record := _record(service.address, _service_paths, "launch")
	not value.is_absent(record)
}

_launch(service) := _by_cluster(service) if {
	value.is_absent(_record(service.address, _service_paths, "strategy"))
	value.is_absent(_record(service.address, _service_paths, "launch"))
}

_launched(kind) := "open" if kind == null

_launched(kind) := "pass" if kind == "fargate"

_launched(kind) := "fail" if {
	kind != null
	kind != "fargate"
}

_by_strategy(strategy, _, _) := {"state": "open", "record": strategy, "says": settings.fact(strategy)} if {
	value.is_unknown(strategy)
}

_by_strategy(strategy, address, paths) := {"state": state, "record": records[0], "says": says} if {
	not value.is_unknown(strategy)
	key := paths[input.resources[address].type].provider
	all := [record |
		some index, _ in value.list(strategy.value)
		record := value.get(input.resources[address], array.concat(strategy.path, [index, key]))
	]
	state := _worst({found | some record in all; found := _provider_state(settings.text(record, ""))})
	records := array.concat(
		[record | some record in all; _provider_state(settings.text(record, "")) == state],
		[strategy],
	)
	says := sprintf("its capacity provider strategy names '%s'", [value.shown(records[0].value)])
}

_provider_state(name) := "open" if name == null

_provider_state(name) := "pass" if name in {"fargate", "fargate_spot"}

_provider_state(name) := "fail" if {
	name != null
	not name in {"fargate", "fargate_spot"}
}

_worst(states) := "fail" if "fail" in states

_worst(states) := "open" if {
	not "fail" in states
	"open" in states
}

_worst(states) := "pass" if count(states & {"fail", "open"}) == 0

# A service that says nothing runs as its cluster says, and on instances where that says nothing either.
_by_cluster(service) := {
	"state": "open",
	"record": record,
	"says": "nothing is stated, and its cluster is not in this file",
} if {
	count(service.cluster.to) == 0
	record := _record(service.address, _service_paths, "launch")
}

_by_cluster(service) := found if {
	count(service.cluster.to) > 0
	strategies := [strategy | some cluster in service.cluster.to; some strategy in _defaults(cluster)]
	count(strategies) > 0
	own := _record(service.address, _service_paths, "launch")
	judged := _by_strategy(strategies[0], strategies[0].resource, _default_paths)
	found := {
		"state": judged.state,
		"record": own,
		"says": sprintf("nothing is stated, and by default of its cluster %s", [judged.says]),
	}
}

_by_cluster(service) := {
	"state": "fail",
	"record": record,
	"says": "neither it nor its cluster states Fargate, so it runs on EC2",
} if {
	count(service.cluster.to) > 0
	count([strategy | some cluster in service.cluster.to; some strategy in _defaults(cluster)]) == 0
	record := _record(service.address, _service_paths, "launch")
}

_defaults(cluster) := [record |
	some address in sort(object.get(_holders, cluster, set()))
	holder := input.resources[address]
	record := value.get(holder, _default_paths[holder.type].strategy)
	_says_something(record)
]

_says_something(record) if value.is_unknown(record)

_says_something(record) if {
	value.is_known(record)
	count(value.list(record.value)) > 0
}

# What may hold the defaults of a cluster. Keeps the index without entries defined under regorus; no address is empty.
_holders[""] contains null

_holders[holder.address] contains holder.address if {
	some type, paths in _default_paths
	count(paths.cluster) == 0
	some holder in graph.of_types([type])
}

_holders[cluster] contains holder.address if {
	some type, paths in _default_paths
	count(paths.cluster) > 0
	some holder in graph.of_types([type])
	some cluster in joins.join(holder, paths.cluster, _cluster_names).to
}

_cluster_names := {"AWS::ECS::Cluster": ["Properties", "ClusterName"], "aws_ecs_cluster": ["name"]}

# Linux platforms before 1.4.0 are no longer supported; those of Windows count anew.
_platform(service) := {"state": state, "record": record, "says": settings.fact(record)} if {
	record := _record(service.address, _service_paths, "version")
	state := assessments.hedged(_current(settings.text(record, "latest")), _certainly_linux(service))
}

_current(version) := "open" if version == null

_current(version) := "pass" if version == "latest"

_current(version) := _verdict[_weight(version) >= 104] if {
	version != null
	version != "latest"
}

_verdict := {true: "pass", false: "fail"}

_weight(version) := (to_number(parts[0]) * 100) + to_number(parts[1]) if {
	regex.match(`^[0-9]+\.[0-9]+(\.|$)`, version)
	parts := split(version, ".")
}

_weight(version) := 104 if not regex.match(`^[0-9]+\.[0-9]+(\.|$)`, version)

_certainly_linux(service) if count(_systems(service) - {"no"}) == 0

_certainly_linux(service) := false if count(_systems(service) - {"no"}) > 0

_systems(service) := {containers.tasks[address].windows | some address in service.task.to}

_of_services := [row |
	some service in _services
	parts := [_launch(service), _platform(service)]
	state := _worst({part.state | some part in parts})
	deciding := [part | some part in parts; part.state == state]
	row := {
		"state": state,
		"resource": service.address,
		"path": deciding[0].record.path,
		"defect": "launch",
		"message": sprintf(_platform_words[state], [
			service.address,
			concat("; ", [part.says | some part in deciding]),
		]),
	}
]

_platform_words := {
	"fail": "Service '%s' does not run on a current Fargate platform: %s.",
	"open": "Whether service '%s' runs on a current Fargate platform cannot be decided: %s.",
	"pass": "Service '%s' runs on Fargate: %s.",
}

# What Fargate asks of a task definition; host networking is another control's matter.
_parts(task) := [
	{"state": _fargate_state[task.fargate], "record": _task_record(task, "compatibilities")},
	{"state": _present(_task_record(task, "cpu")), "record": _task_record(task, "cpu")},
	{"state": _present(_task_record(task, "memory")), "record": _task_record(task, "memory")},
	{"state": _awsvpc(settings.text(_task_record(task, "network"), "bridge")), "record": _task_record(task, "network")},
]

_fargate_state := {"yes": "pass", "no": "fail", "open": "open"}

_task_record(task, what) := value.present(input.resources[task.address], _task_paths[task.type][what])

_present(record) := "fail" if value.is_absent(record)

_present(record) := "pass" if value.is_known(record)

# A parameter is there, whatever it is; a condition may leave it out.
_present(record) := "open" if {
	value.is_unknown(record)
	_perhaps_absent(record)
}

_present(record) := "pass" if {
	value.is_unknown(record)
	not _perhaps_absent(record)
}

_perhaps_absent(record) if {
	value.unknown(record.value)
	record.value["$unknown"].kind == "condition"
}

_awsvpc(mode) := "open" if mode == null

_awsvpc(mode) := "pass" if mode in {"awsvpc", "host"}

_awsvpc(mode) := "fail" if {
	mode != null
	not mode in {"awsvpc", "host"}
}

_of_tasks := [row |
	some task in _tasks
	parts := _parts(task)
	state := _worst({part.state | some part in parts})
	deciding := [part | some part in parts; part.state == state]
	row := {
		"state": state,
		"resource": task.address,
		"path": deciding[0].record.path,
		"defect": "task",
		"message": sprintf("Task definition '%s' does not fit Fargate: %s.", [
			task.address,
			concat(", ", [fact | some part in deciding; fact := settings.fact(part.record)]),
		]),
	}
]

_assessed := array.concat(_of_services, _of_tasks)

examined contains record if {
	some service in _services
	some what in ["launch", "strategy", "version"]
	record := _record(service.address, _service_paths, what)
}

examined contains record if {
	some task in _tasks
	some what in ["compatibilities", "cpu", "memory", "network"]
	record := _task_record(task, what)
}

examined contains record if {
	some service in _services
	some cluster in service.cluster.to
	some record in _defaults(cluster)
}

examined contains record if {
	some service in _services
	some cluster in service.cluster.to
	some path in [["Properties", "ClusterName"], ["name"], ["Properties", "Cluster"], ["cluster_name"]]
	record := value.present(input.resources[cluster], path)
	not value.is_absent(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
