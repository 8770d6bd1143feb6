# METADATA
# title: Containers of the unit's task definitions
# description: |
#   {"tasks": {address: task}, "containers": [container]}. A task is {"address", "type", "resource", "at", "fargate",
#   "windows", "whole"}: `resource` is the task definition with its containers parsed where they stand in a string, so
#   that paths into them are paths of the resource; `fargate` and `windows` are "yes", "no" or "open"; `whole` is the
#   record of the list of containers. A container is {"task", "at", "name", "essential"}, `at` being its path and
#   `essential` "yes", "no" or "open". Facts: Amazon ECS API Reference, TaskDefinition and ContainerDefinition; keys in
#   JSON strings begin with a small letter.
package policies.views.containers

import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.value

_types := {
	"AWS::ECS::TaskDefinition": {
		"containers": ["Properties", "ContainerDefinitions"],
		"compatibilities": ["Properties", "RequiresCompatibilities"],
		"system": ["Properties", "RuntimePlatform", "OperatingSystemFamily"],
		"name": "Name",
		"essential": "Essential",
	},
	"aws_ecs_task_definition": {
		"containers": ["container_definitions"],
		"compatibilities": ["requires_compatibilities"],
		"system": ["runtime_platform", 0, "operating_system_family"],
		"name": "name",
		"essential": "essential",
	},
}

_tasks := {task.address: task |
	some type, facts in _types
	some declared in graph.of_types([type])
	resource := _with_containers(declared, facts)
	task := {
		"address": declared.address,
		"type": type,
		"resource": resource,
		"at": facts.containers,
		"fargate": _fargate(value.get(declared, facts.compatibilities)),
		"windows": _windows(settings.text(value.get(declared, facts.system), "linux")),
		"whole": value.get(resource, facts.containers),
	}
}

rows := {"tasks": _tasks, "containers": _containers}

_containers := [container |
	some address in sort(object.keys(_tasks))
	task := _tasks[address]
	facts := _types[task.type]
	list := object.get(task.resource.node, facts.containers, null)
	is_array(list)
	some index, written in list
	at := array.concat(facts.containers, [index])
	container := {
		"task": address,
		"at": at,
		"name": value.shown(object.get(_object(written), facts.name, "")),
		"essential": _answers[settings.switch(value.get(task.resource, array.concat(at, [facts.essential])), "on")],
	}
]

_object(written) := written if is_object(written)

_object(written) := {} if not is_object(written)

_answers := {"on": "yes", "off": "no", "open": "open"}

_with_containers(declared, facts) := {
	"address": declared.address,
	"type": declared.type,
	"node": object.union(declared.node, {facts.containers[0]: parsed[0]}),
} if {
	parsed := _parsed(declared, facts)
	count(parsed) > 0
}

_with_containers(declared, facts) := {"address": declared.address, "type": declared.type, "node": declared.node} if {
	count(_parsed(declared, facts)) == 0
}

# The list that a string holds.
_parsed(declared, facts) := [document.value |
	some document in object.get(declared, "documents", [])
	document.path == facts.containers
]

# FARGATE may stand beside what is not known.
_fargate(record) := "open" if value.is_unknown(record)

_fargate(record) := "no" if value.is_absent(record)

_fargate(record) := "yes" if {
	value.is_known(record)
	"FARGATE" in value.list(record.value)
}

_fargate(record) := "open" if {
	value.is_known(record)
	not "FARGATE" in value.list(record.value)
	count([one | some one in value.list(record.value); value.opaque(one)]) > 0
}

_fargate(record) := "no" if {
	value.is_known(record)
	not "FARGATE" in value.list(record.value)
	count([one | some one in value.list(record.value); value.opaque(one)]) == 0
}

_windows(system) := "open" if system == null

_windows(system) := "yes" if {
	is_string(system)
	startswith(system, "windows")
}

_windows(system) := "no" if {
	is_string(system)
	not startswith(system, "windows")
}
