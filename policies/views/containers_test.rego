package policies.views.containers_test

import data.policies.lib.containers
import data.policies.lib.network_units_test as units
import data.policies.views.containers as view

_rows(resource) := rows if {
	rows := view.rows with input as units.unit([resource])
}

_template(properties) := units.cfn("T", "AWS::ECS::TaskDefinition", properties)

_planned(values, definitions) := object.union(
	units.tf("aws_ecs_task_definition.t", "aws_ecs_task_definition", values),
	{"documents": [{"path": ["container_definitions"], "value": definitions}]},
)

test_containers_of_a_template if {
	rows := _rows(_template({"ContainerDefinitions": [{"Name": "web"}, {"Name": "log", "Essential": "false"}]}))
	[[one.name, one.essential, one.at] | some one in rows.containers] == [
		["web", "yes", ["Properties", "ContainerDefinitions", 0]],
		["log", "no", ["Properties", "ContainerDefinitions", 1]],
	]
}

test_containers_in_a_string_are_read_at_their_path if {
	web := {"name": "web", "linuxParameters": {"initProcessEnabled": true}}
	unit := units.unit([_planned({"container_definitions": "[…]"}, [web])])
	record := containers.field(containers.all[0], ["LinuxParameters", "InitProcessEnabled"]) with input as unit
	record == {
		"resource": "aws_ecs_task_definition.t",
		"path": ["container_definitions", 0, "linuxParameters", "initProcessEnabled"],
		"state": "known",
		"value": true,
	}
}

test_an_undecided_list_is_undecided_as_a_whole if {
	task := units.tf("aws_ecs_task_definition.t", "aws_ecs_task_definition", {
		"container_definitions": units.computed(["aws_ecr_repository.r"]),
	})
	rows := _rows(task)
	rows.containers == []
	rows.tasks["aws_ecs_task_definition.t"].whole.state == "unknown"
}

test_fargate_may_stand_beside_others if {
	_rows(_template({"RequiresCompatibilities": ["EC2", "FARGATE"]})).tasks.T.fargate == "yes"
	_rows(_template({"RequiresCompatibilities": ["EC2"]})).tasks.T.fargate == "no"
	_rows(_template({})).tasks.T.fargate == "no"
	_rows(_template({"RequiresCompatibilities": [units.parameter("C")]})).tasks.T.fargate == "open"
	_rows(_template({"RequiresCompatibilities": units.parameter("C")})).tasks.T.fargate == "open"
}

test_windows_is_told_by_the_platform if {
	windows := {"OperatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}
	_rows(_template({"RuntimePlatform": windows})).tasks.T.windows == "yes"
	_rows(_template({})).tasks.T.windows == "no"
	_rows(_template({"RuntimePlatform": {"OperatingSystemFamily": units.parameter("O")}})).tasks.T.windows == "open"
	planned := _planned({"runtime_platform": [{"operating_system_family": "LINUX"}]}, [])
	_rows(planned).tasks["aws_ecs_task_definition.t"].windows == "no"
}
