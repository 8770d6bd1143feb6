package policies.ecs.container_logs_configured_test

import data.policies.ecs.container_logs_configured
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_baseline := {"include_non_essential": false, "routers_log": false}

_strict := {"include_non_essential": true, "routers_log": true}

_judge(properties, params) := result if {
	result := container_logs_configured with input as scan.unit([scan.cfn("T", "AWS::ECS::TaskDefinition", properties)])
		with data.params as {"ECS-006": params}
}

_defects(containers, params) := {violation.defect |
	some violation in _judge({"ContainerDefinitions": containers}, params).deny
}

_driver(name) := {"Name": "web", "LogConfiguration": {"LogDriver": name}}

test_a_driver_that_sends_the_logs_elsewhere_passes if {
	every name in ["awslogs", "awsfirelens", "splunk", "fluentd", "syslog"] {
		_defects([_driver(name)], _baseline) == set()
	}
}

test_no_driver_or_one_that_keeps_the_logs_fails if {
	_defects([{"Name": "web"}], _baseline) == {"logs/web"}
	_defects([_driver("none")], _baseline) == {"logs/web"}
	_defects([_driver("json-file")], _baseline) == {"logs/web"}
}

test_fargate_knows_three_drivers if {
	tasks := {"RequiresCompatibilities": ["FARGATE"], "ContainerDefinitions": [_driver("fluentd")]}
	units.outcome(_judge(tasks, _baseline), "T") == "fail"
	splunk := {"RequiresCompatibilities": ["FARGATE"], "ContainerDefinitions": [_driver("splunk")]}
	units.outcome(_judge(splunk, _baseline), "T") == "pass"
	open := {"RequiresCompatibilities": scan.parameter("C"), "ContainerDefinitions": [_driver("fluentd")]}
	units.outcome(_judge(open, _baseline), "T") == "unknown"
}

test_an_essential_flag_that_is_absent_is_true if _defects([{"Name": "web"}], _baseline) == {"logs/web"}

test_others_count_only_where_asked if {
	optional := [{"Name": "init", "Essential": "false"}]
	_defects(optional, _baseline) == set()
	_defects(optional, _strict) == {"logs/init"}
}

test_a_firelens_router_may_keep_silent if {
	router := [{"Name": "router", "FirelensConfiguration": {"Type": "fluentbit"}}]
	_defects(router, _baseline) == set()
	_defects(router, _strict) == {"logs/router"}
}

test_undecided_values_are_open if {
	units.outcome(_judge({"ContainerDefinitions": [_driver(scan.parameter("D"))]}, _baseline), "T") == "unknown"
	units.outcome(_judge({"ContainerDefinitions": scan.parameter("C")}, _baseline), "T") == "unknown"
}
