package policies.ecs.containers_unprivileged_test

import data.policies.ecs.containers_unprivileged
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_judge(resource, strict) := result if {
	result := containers_unprivileged with input as scan.unit([resource])
		with data.params as {"ECS-004": {"require_user": strict}}
}

_defects(resource, strict) := {violation.defect | some violation in _judge(resource, strict).deny}

_task(properties) := scan.cfn("T", "AWS::ECS::TaskDefinition", properties)

_container(settings) := _task({"ContainerDefinitions": [object.union({"Name": "web"}, settings)]})

_one(settings) := _defects(_container(settings), false)

test_a_privileged_container_fails_even_where_fargate_would_refuse_it if {
	_one({"Privileged": true}) == {"privileged/web"}
	_one({"Privileged": "false"}) == set()
	_defects(_task({
		"RequiresCompatibilities": ["FARGATE"],
		"ContainerDefinitions": [{"Name": "web", "Privileged": true}],
	}), false) == {"privileged/web"}
}

_added(names) := {"LinuxParameters": {"Capabilities": {"Add": names}}}

test_capabilities_beyond_the_default_fail_one_by_one if {
	_one(_added(["NET_ADMIN", "SYS_PTRACE", "CHOWN"])) == {"capability/web/NET_ADMIN"}
	_one(_added(["SYS_ADMIN", "ALL"])) == {"capability/web/SYS_ADMIN", "capability/web/ALL"}
	_one({"LinuxParameters": {"Capabilities": {"Drop": ["ALL"]}}}) == set()
}

test_root_fails_in_every_spelling if {
	every user in ["root", "0", 0, "root:root", "0:0"] {
		_one({"User": user}) == {"user/web"}
	}
	every user in ["10001", "app", "1000:0"] {
		_one({"User": user}) == set()
	}
}

test_an_absent_user_fails_only_where_one_is_asked if {
	_one({}) == set()
	_defects(_container({}), true) == {"user/web"}
}

test_users_are_medium if {
	{violation.severity | some violation in _judge(_container({"User": "root"}), false).deny} == {"medium"}
}

test_users_and_capabilities_do_not_apply_to_windows if {
	windows := _task({
		"RuntimePlatform": {"OperatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
		"ContainerDefinitions": [object.union({"Name": "web"}, _added(["NET_ADMIN"]))],
	})
	_defects(windows, true) == set()
}

test_namespaces_of_the_host_fail if {
	_defects(_task({"PidMode": "host", "IpcMode": "host"}), false) == {"pid-namespace", "ipc-namespace"}
	_defects(_task({"PidMode": "task", "IpcMode": "none"}), false) == set()
}

test_the_network_of_the_host_needs_an_unprivileged_user if {
	host := {"NetworkMode": "host", "ContainerDefinitions": [{"Name": "web"}]}
	_defects(_task(host), false) == {"host-network/web"}
	named := {"NetworkMode": "host", "ContainerDefinitions": [{"Name": "web", "User": "1000"}]}
	_defects(_task(named), false) == set()
}

_mounted(path) := _defects(_task({"Volumes": [{"Name": "v", "Host": {"SourcePath": path}}]}), false)

test_paths_of_the_host_that_give_it_away_fail if {
	every path in ["/", "/proc", "/etc/ssl", "/root", "/var/run/docker.sock", "/run/containerd/containerd.sock"] {
		count(_mounted(path)) == 1
	}
	every path in ["/data", "/etcd", "/var/log"] { _mounted(path) == set() }
}

test_a_volume_without_a_host_path_is_none_of_the_host if {
	_defects(_task({"Volumes": [{"Name": "v"}, {"Name": "w", "Host": {}}]}), false) == set()
}

test_undecided_containers_are_open if {
	planned := scan.tf("aws_ecs_task_definition.t", "aws_ecs_task_definition", {
		"container_definitions": scan.computed(["aws_ecr_repository.r"]),
	})
	units.outcome(_judge(planned, false), "aws_ecs_task_definition.t") == "unknown"
}

test_a_container_of_a_plan_fails_inside_its_string if {
	planned := object.union(
		scan.tf("aws_ecs_task_definition.t", "aws_ecs_task_definition", {"container_definitions": "[…]"}),
		{"documents": [{"path": ["container_definitions"], "value": [{"name": "web", "privileged": true}]}]},
	)
	{violation.path | some violation in _judge(planned, false).deny} == {["container_definitions", 0, "privileged"]}
}

test_builds_and_jobs_are_judged_too if {
	build := scan.cfn("B", "AWS::CodeBuild::Project", {"Environment": {"PrivilegedMode": true}})
	{violation.severity | some violation in _judge(build, false).deny} == {"medium"}
	batch := scan.cfn("J", "AWS::Batch::JobDefinition", {"ContainerProperties": {"Privileged": true}})
	_defects(batch, false) == {"privileged"}
	job := object.union(
		scan.tf("aws_batch_job_definition.j", "aws_batch_job_definition", {"container_properties": "{…}"}),
		{"documents": [{"path": ["container_properties"], "value": {"privileged": true}}]},
	)
	_defects(job, false) == {"privileged"}
}
