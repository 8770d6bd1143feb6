# METADATA
# scope: package
# title: Run containers without privileges, host access or root
# description: |
#   A privileged container, or one in the namespaces of its host, is root on the host: whoever breaks into it has
#   all others. Without privileges and as a user of its own it has only itself.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-4
# custom:
#   id: ECS-004
#   slug: containers-unprivileged
#   family: ECS
#   severity: high
#   score: 7.5
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::ECS::TaskDefinition
#     - AWS::Batch::JobDefinition
#     - AWS::CodeBuild::Project
#     - aws_ecs_task_definition
#     - aws_batch_job_definition
#     - aws_codebuild_project
#   subjects:
#     - AWS::ECS::TaskDefinition
#     - aws_ecs_task_definition
#     - AWS::Batch::JobDefinition
#     - AWS::CodeBuild::Project
#     - aws_batch_job_definition
#     - aws_codebuild_project
#   params:
#     - name: require_user
#       type: boolean
#       description: "Whether every container must state a user, because that of the image is not known."
#       default: false
#       presets: {baseline: false, reference-architecture: false, strict: true}
#       stricter: "true"
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ECS.1", "ECS.3", "ECS.4", "CodeBuild.5"]
#       pci_dss_4.0: ["1.4.5", "7.2.1", "7.2.2", "7.2.3"]
#       hipaa:
#         ["164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)",
#          "164.312(a)(1)"]
#     judged:
#       nist_800_53_r5: ["AC-6", "CM-7b"]
#       pci_dss_4.0: ["2.2.6"]
#       iso_27001_2022: ["A.8.2", "A.8.9"]
#   cwe: [250]
#   remediation:
#     cloudformation: "Remove Privileged, host namespaces, host paths and added capabilities, and set User:
#       \"10001\" on each container."
#     terraform-plan: "Remove privileged, host namespaces, host paths and added capabilities, and set user =
#       \"10001\" on each container."
#   peers:
#     checkov: [CKV_AWS_334, CKV_AWS_335, CKV_AWS_210, CKV_AWS_316]
#     cfn_nag: [W34]
#     guard: [batch_job_container_properties_privileged_rule, ecs_task_definition_user_for_host_mode_check]
#     cdk_nag: [NIST.800.53.R5-ECSTaskDefinitionUserForHostMode]
#     prowler:
#       [ecs_task_definitions_no_privileged_containers, ecs_task_definitions_host_namespace_not_shared,
#        ecs_task_definitions_host_networking_mode_users]
package policies.ecs.containers_unprivileged

import data.policies.lib.assessments
import data.policies.lib.containers
import data.policies.lib.graph
import data.policies.lib.settings
import data.policies.lib.value

_params := data.params["ECS-004"]

_task_paths := {
	"AWS::ECS::TaskDefinition": {
		"pid": ["Properties", "PidMode"],
		"ipc": ["Properties", "IpcMode"],
		"network": ["Properties", "NetworkMode"],
		"volumes": ["Properties", "Volumes"],
		"host": ["Host", "SourcePath"],
	},
	"aws_ecs_task_definition": {
		"pid": ["pid_mode"],
		"ipc": ["ipc_mode"],
		"network": ["network_mode"],
		"volumes": ["volume"],
		"host": ["host_path"],
	},
}

_fields := {
	"privileged": ["Privileged"],
	"user": ["User"],
	"added": ["LinuxParameters", "Capabilities", "Add"],
}

_tasks := [task | some _, task in containers.tasks]

subjects contains task.address if some task in _tasks

subjects contains other.address if some other in _others

_task_record(task, what) := value.get(task.resource, _task_paths[task.type][what])

_field(container, what) := containers.field(container, _fields[what])

_of_privileges := [row |
	some container in containers.all
	record := _field(container, "privileged")
	row := {
		"state": settings.must_be_off(record, "off"),
		"resource": container.task,
		"path": record.path,
		"defect": sprintf("privileged/%s", [container.name]),
		"message": sprintf("%s is privileged: %s.", [containers.called(container), settings.fact(record)]),
	}
]

# What Docker gives by itself, and what Fargate lets add. Sources: Docker Engine, runtime privilege and Linux
# capabilities; Amazon ECS API Reference, KernelCapabilities.
_harmless := {
	"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
	"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT", "SYS_PTRACE",
}

_of_capabilities := [row |
	some container in containers.all
	containers.tasks[container.task].windows != "yes"
	record := _field(container, "added")
	not value.is_absent(record)
	some added in _added(record)
	row := {
		"state": assessments.hedged(added.state, containers.tasks[container.task].windows == "no"),
		"resource": container.task,
		"path": record.path,
		"defect": sprintf("capability/%s/%s", [container.name, added.name]),
		"message": sprintf("%s is given the capability '%s'.", [containers.called(container), added.name]),
	}
]

_added(record) := [{"state": "open", "name": value.shown(record.value)}] if value.is_unknown(record)

_added(record) := [added |
	some name in value.list(record.value)
	added := {"state": _capability(name), "name": value.shown(name)}
] if {
	not value.is_unknown(record)
}

_capability(name) := "open" if value.opaque(name)

_capability(name) := _verdict[trim_prefix(upper(name), "CAP_") in _harmless] if is_string(name)

_verdict := {true: "pass", false: "fail"}

# The user of a container: "root", "named", "absent" or "open".
_user(container) := "absent" if value.is_absent(_field(container, "user"))

_user(container) := "open" if value.is_unknown(_field(container, "user"))

_user(container) := _who[split(text, ":")[0] in {"root", "0"}] if {
	record := _field(container, "user")
	value.is_known(record)
	text := settings.text(record, "")
}

_who := {true: "root", false: "named"}

_user_states := {
	true: {"root": "fail", "absent": "fail", "open": "open", "named": "pass"},
	false: {"root": "fail", "absent": "pass", "open": "open", "named": "pass"},
}

_of_users := [row |
	some container in containers.all
	containers.tasks[container.task].windows != "yes"
	record := _field(container, "user")
	state := _user_states[_params.require_user][_user(container)]
	row := {
		"state": assessments.hedged(state, containers.tasks[container.task].windows == "no"),
		"resource": container.task,
		"path": record.path,
		"defect": sprintf("user/%s", [container.name]),
		"severity": "medium",
		"message": sprintf("%s %s: %s.", [containers.called(container), _runs(container), settings.fact(record)]),
	}
]

_runs(container) := "may run as root" if _user(container) != "root"

_runs(container) := "runs as root" if _user(container) == "root"

# Namespaces of the host.
_of_namespaces := [row |
	some task in _tasks
	some what in ["pid", "ipc"]
	record := _task_record(task, what)
	row := {
		"state": _shared(settings.text(record, "task")),
		"resource": task.address,
		"path": record.path,
		"defect": sprintf("%s-namespace", [what]),
		"message": sprintf("The containers of '%s' are in a namespace of the host: %s.", [
			task.address,
			settings.fact(record),
		]),
	}
]

_shared(mode) := "open" if mode == null

_shared(mode) := "fail" if mode == "host"

_shared(mode) := "pass" if {
	mode != null
	mode != "host"
}

# In the network of the host, a container that is privileged or root has all of it.
_of_networks := [row |
	some task in _tasks
	record := _task_record(task, "network")
	mode := settings.text(record, "bridge")
	mode in {"host", null}
	some container in containers.of(task)
	state := _mighty(settings.switch(_field(container, "privileged"), "off"), _user(container))
	row := {
		"state": assessments.hedged(state, mode == "host"),
		"resource": task.address,
		"path": record.path,
		"defect": sprintf("host-network/%s", [container.name]),
		"message": sprintf("%s may run as root in the network of the host: %s.", [
			containers.called(container),
			settings.fact(record),
		]),
	}
]

_mighty(privileged, _) := "fail" if privileged == "on"

_mighty(privileged, user) := "fail" if {
	privileged != "on"
	user in {"root", "absent"}
}

_mighty(privileged, user) := "open" if {
	privileged != "on"
	not user in {"root", "absent"}
	"open" in {privileged, user}
}

_mighty(privileged, user) := "pass" if {
	privileged == "off"
	user == "named"
}

# Paths of the host that give the host away.
_of_volumes := [row |
	some task in _tasks
	paths := _task_paths[task.type]
	some index, _ in value.list(object.get(task.resource.node, paths.volumes, null))
	record := value.get(task.resource, array.concat(paths.volumes, array.concat([index], paths.host)))
	not value.is_absent(record)
	row := {
		"state": _mounted(settings.text(record, "")),
		"resource": task.address,
		"path": record.path,
		"defect": sprintf("host-path/%s", [value.shown(record.value)]),
		"message": sprintf("'%s' mounts a path of the host that gives the host away: %s.", [
			task.address,
			settings.fact(record),
		]),
	}
]

_mounted(path) := "open" if path == null

_mounted(path) := _refusal[_gives_away(path)] if path != null

_refusal := {true: "fail", false: "pass"}

_gives_away(path) if regex.match(`^/+$`, path)

_gives_away(path) if regex.match(`^/(proc|etc|root)(/|$)`, path)

_gives_away(path) if regex.match(`(docker|containerd)\.sock/?$`, path)

_gives_away(path) := false if {
	not regex.match(`^/+$`, path)
	not regex.match(`^/(proc|etc|root)(/|$)`, path)
	not regex.match(`(docker|containerd)\.sock/?$`, path)
}

# Job definitions and builds; a build needs privileges to run Docker.
_flag_paths := {
	"AWS::Batch::JobDefinition": {"path": ["Properties", "ContainerProperties", "Privileged"], "noun": "Job definition"},
	"AWS::CodeBuild::Project": {"path": ["Properties", "Environment", "PrivilegedMode"], "noun": "Build project"},
	"aws_codebuild_project": {"path": ["environment", 0, "privileged_mode"], "noun": "Build project"},
	"aws_batch_job_definition": {"path": ["container_properties", "privileged"], "noun": "Job definition"},
}

_others := graph.of_types(object.keys(_flag_paths))

_flag(other) := value.get(_parsed(other), _flag_paths[other.type].path)

# Terraform holds the properties of a job in a string.
_parsed(other) := {"address": other.address, "node": {"container_properties": documents[0]}} if {
	documents := _documents(other)
	count(documents) > 0
}

_parsed(other) := other if count(_documents(other)) == 0

_documents(other) := [document.value |
	some document in object.get(other, "documents", [])
	document.path == ["container_properties"]
]

_of_others := [row |
	some other in _others
	record := _flag(other)
	row := object.union(_severity(other), {
		"state": settings.must_be_off(record, "off"),
		"resource": other.address,
		"path": record.path,
		"defect": "privileged",
		"message": sprintf("%s '%s' runs a privileged container: %s.", [
			_flag_paths[other.type].noun,
			other.address,
			settings.fact(record),
		]),
	})
]

_severity(other) := {"severity": "medium"} if endswith(other.type, "roject")

_severity(other) := {} if not endswith(other.type, "roject")

# Task definitions whose containers cannot be read.
_of_undecided := [row |
	some task in containers.undecided
	row := {
		"state": "open",
		"resource": task.address,
		"path": task.at,
		"defect": "containers",
		"message": sprintf("Whether the containers of '%s' are privileged cannot be decided: %s.", [
			task.address,
			settings.fact(task.whole),
		]),
	}
]

_assessed := array.concat(
	array.concat(array.concat(_of_privileges, _of_capabilities), array.concat(_of_users, _of_namespaces)),
	array.concat(array.concat(_of_networks, _of_volumes), array.concat(_of_others, _of_undecided)),
)

examined contains record if {
	some task in _tasks
	some what in ["pid", "ipc", "network"]
	record := _task_record(task, what)
}

examined contains record if {
	some task in _tasks
	record := value.get(task.resource, _task_paths[task.type].volumes)
	not value.is_absent(record)
}

examined contains record if {
	some container in containers.all
	some what in ["privileged", "user", "added"]
	record := _field(container, what)
}

examined contains record if {
	some other in _others
	record := _flag(other)
}

_unread contains task.address if {
	some task in _tasks
	value.is_unknown(value.get(task.resource, _task_paths[task.type].volumes))
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed) - _unread
