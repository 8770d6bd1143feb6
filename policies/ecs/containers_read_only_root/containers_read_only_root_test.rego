package policies.ecs.containers_read_only_root_test

import data.policies.ecs.containers_read_only_root
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_judge(properties, all) := result if {
	result := containers_read_only_root with input as scan.unit([scan.cfn("T", "AWS::ECS::TaskDefinition", properties)])
		with data.params as {"ECS-005": {"include_non_essential": all}}
}

_defects(properties, all) := {violation.defect | some violation in _judge(properties, all).deny}

test_every_container_must_be_read_only_sidecars_included if {
	_defects({"ContainerDefinitions": [
		{"Name": "web", "ReadonlyRootFilesystem": "true"},
		{"Name": "envoy"},
		{"Name": "log", "ReadonlyRootFilesystem": false, "FirelensConfiguration": {"Type": "fluentbit"}},
	]}, false) == {"root-filesystem/envoy", "root-filesystem/log"}
}

_optional := {"ContainerDefinitions": [
	{"Name": "web", "ReadonlyRootFilesystem": true},
	{"Name": "init", "Essential": false},
]}

test_containers_that_are_not_essential_count_only_where_asked if {
	_defects(_optional, false) == set()
	_defects(_optional, true) == {"root-filesystem/init"}
}

test_windows_is_not_judged if {
	windows := {"RuntimePlatform": {"OperatingSystemFamily": "WINDOWS_SERVER_2019_CORE"}, "ContainerDefinitions": [{}]}
	_judge(windows, true).subjects == set()
}

test_undecided_values_are_open if {
	open := {"ContainerDefinitions": [{"Name": "web", "ReadonlyRootFilesystem": scan.parameter("R")}]}
	units.outcome(_judge(open, false), "T") == "unknown"
	units.outcome(_judge({"ContainerDefinitions": scan.parameter("C")}, false), "T") == "unknown"
	maybe := {"ContainerDefinitions": [{"Name": "web", "Essential": scan.parameter("E")}]}
	units.outcome(_judge(maybe, false), "T") == "unknown"
}
