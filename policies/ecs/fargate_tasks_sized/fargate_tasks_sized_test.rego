package policies.ecs.fargate_tasks_sized_test

import data.policies.ecs.fargate_tasks_sized
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_result(resources) := result if {
	result := fargate_tasks_sized with input as scan.unit(resources)
}

_outcome(resources, address) := units.outcome(_result(resources), address)

_service(properties) := scan.cfn("S", "AWS::ECS::Service", properties)

_one(properties) := _outcome([_service(properties)], "S")

_strategy(names) := {"CapacityProviderStrategy": [{"CapacityProvider": name} | some name in names]}

test_the_launch_type_decides if {
	_one({"LaunchType": "FARGATE"}) == "pass"
	_one({"LaunchType": "EC2"}) == "fail"
	_one({"LaunchType": "EXTERNAL"}) == "fail"
	_one({"LaunchType": scan.parameter("L")}) == "unknown"
}

test_a_strategy_wins_and_every_provider_counts if {
	_one(_strategy(["FARGATE", "FARGATE_SPOT"])) == "pass"
	_one(_strategy(["FARGATE", "spot-instances"])) == "fail"
	_one(object.union({"LaunchType": "FARGATE"}, _strategy(["spot-instances"]))) == "fail"
	_one(_strategy(["FARGATE", scan.parameter("P")])) == "unknown"
}

_cluster(properties) := scan.cfn("C", "AWS::ECS::Cluster", properties)

_in(cluster) := _outcome([_service({"Cluster": scan.ref("C")}), cluster], "S")

test_the_cluster_decides_where_nothing_is_stated if {
	_in(_cluster({"DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE"}]})) == "pass"
	_in(_cluster({"DefaultCapacityProviderStrategy": [{"CapacityProvider": "mine"}]})) == "fail"
	_in(_cluster({})) == "fail"
}

test_a_cluster_outside_the_scan_is_undecided if {
	_one({"Cluster": scan.parameter("Cluster")}) == "unknown"
	_one({}) == "unknown"
}

test_what_is_undecided_is_asked if {
	[row.message | some row in _result([_service({})]).undecided] == [concat(" ", [
		"Whether service 'S' runs on a current Fargate platform cannot be decided:",
		"nothing is stated, and its cluster is not in this file.",
	])]
}

test_the_strategy_of_a_planned_cluster_is_a_resource_of_its_own if {
	service := scan.tf("aws_ecs_service.s", "aws_ecs_service", {"cluster": scan.ref("aws_ecs_cluster.c")})
	cluster := scan.tf("aws_ecs_cluster.c", "aws_ecs_cluster", {"name": "main"})
	providers := scan.tf("aws_ecs_cluster_capacity_providers.p", "aws_ecs_cluster_capacity_providers", {
		"cluster_name": "main",
		"default_capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT"}],
	})
	_outcome([service, cluster, providers], "aws_ecs_service.s") == "pass"
	_outcome([service, cluster], "aws_ecs_service.s") == "fail"
}

test_old_platforms_fail if {
	_one({"LaunchType": "FARGATE", "PlatformVersion": "1.3.0"}) == "fail"
	_one({"LaunchType": "FARGATE", "PlatformVersion": "1.4.0"}) == "pass"
	_one({"LaunchType": "FARGATE", "PlatformVersion": "LATEST"}) == "pass"
}

test_platforms_of_windows_count_anew if {
	task := scan.cfn("T", "AWS::ECS::TaskDefinition", {
		"RequiresCompatibilities": ["FARGATE"],
		"NetworkMode": "awsvpc",
		"Cpu": "1024",
		"Memory": "2048",
		"RuntimePlatform": {"OperatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
	})
	windows := _service({"LaunchType": "FARGATE", "PlatformVersion": "1.0.0", "TaskDefinition": scan.ref("T")})
	_outcome([windows, task], "S") == "unknown"
}

_sized := {"RequiresCompatibilities": ["FARGATE"], "NetworkMode": "awsvpc", "Cpu": "256", "Memory": "512"}

_task(properties) := scan.cfn("T", "AWS::ECS::TaskDefinition", properties)

_used(properties) := _outcome(
	[_service({"LaunchType": "FARGATE", "TaskDefinition": scan.ref("T")}), _task(properties)],
	"T",
)

test_a_task_says_what_fargate_asks if {
	_used(_sized) == "pass"
	every name in ["RequiresCompatibilities", "NetworkMode", "Cpu", "Memory"] {
		_used(object.remove(_sized, [name])) == "fail"
	}
}

test_sizes_may_be_parameters if _used(object.union(_sized, {"Cpu": scan.parameter("Cpu")})) == "pass"

test_host_networking_is_another_controls_matter if _used(object.union(_sized, {"NetworkMode": "host"})) == "pass"

test_a_task_that_no_service_uses_is_judged_when_it_names_fargate if {
	_outcome([_task({"RequiresCompatibilities": ["FARGATE"]})], "T") == "fail"
	_outcome([_task({"RequiresCompatibilities": ["EC2"]})], "T") == ""
}

test_services_with_task_sets_are_not_judged if _one({"DeploymentController": {"Type": "EXTERNAL"}}) == ""

test_one_result_a_resource_names_all_that_is_missing if {
	result := _result([_task({"RequiresCompatibilities": ["FARGATE"]})])
	{violation.message | some violation in result.deny} == {concat("", [
		"Task definition 'T' does not fit Fargate: 'Cpu' is not set, 'Memory' is not set, ",
		"'NetworkMode' is not set.",
	])}
}
