package policies.ecs.deployment_rolls_back_automatically_test

import data.policies.ecs.deployment_rolls_back_automatically
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_judge(resources, alarm) := units.outcome(result, resources[0].address) if {
	result := deployment_rolls_back_automatically with input as scan.unit(resources)
		with data.params as {"ECS-007": {"require_alarm": alarm}}
}

_service(properties) := scan.cfn("S", "AWS::ECS::Service", properties)

_breaker(settings) := _judge([_service({"DeploymentConfiguration": {"DeploymentCircuitBreaker": settings}})], true)

_alarms(settings) := _judge([_service({"DeploymentConfiguration": {"Alarms": settings}})], true)

test_the_breaker_must_roll_back if {
	_breaker({"Enable": true, "Rollback": "true"}) == "pass"
	_breaker({"Enable": true, "Rollback": false}) == "fail"
	_breaker({"Enable": true}) == "fail"
	_breaker({"Enable": false, "Rollback": true}) == "fail"
	_judge([_service({})], false) == "fail"
}

test_alarms_with_rollback_and_a_name_do_as_well if {
	_alarms({"Enable": true, "Rollback": true, "AlarmNames": ["errors"]}) == "pass"
	_alarms({"Enable": true, "Rollback": true, "AlarmNames": []}) == "fail"
	_alarms({"Enable": true, "Rollback": true}) == "fail"
	_alarms({"Enable": true, "Rollback": true, "AlarmNames": scan.parameter("Names")}) == "unknown"
}

_deployed(group) := [
	_service({"DeploymentController": {"Type": "CODE_DEPLOY"}, "DeploymentConfiguration": {
		"DeploymentCircuitBreaker": {"Enable": true, "Rollback": true},
	}}),
	scan.cfn("G", "AWS::CodeDeploy::DeploymentGroup", object.union(
		{"ECSServices": [{"ServiceName": scan.ref("S")}]},
		group,
	)),
]

test_the_breaker_is_ignored_by_codedeploy if _judge(_deployed({}), false) == "fail"

test_a_deployment_group_rolls_back_on_failure if {
	on := {"AutoRollbackConfiguration": {"Enabled": true, "Events": ["DEPLOYMENT_FAILURE"]}}
	_judge(_deployed(on), false) == "pass"
	_judge(_deployed(on), true) == "fail"
}

test_the_design_asks_for_an_alarm_too if {
	on := {
		"AutoRollbackConfiguration": {"Enabled": true, "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]},
		"AlarmConfiguration": {"Enabled": true, "Alarms": [{"Name": "errors"}]},
	}
	_judge(_deployed(on), true) == "pass"
	_judge(_deployed(object.union(on, {"AlarmConfiguration": {"Enabled": false}})), true) == "fail"
}

test_what_deploys_elsewhere_is_undecided if {
	_judge([_service({"DeploymentController": {"Type": "CODE_DEPLOY"}})], false) == "unknown"
	_judge([_service({"DeploymentController": {"Type": "EXTERNAL"}})], false) == "unknown"
}

test_daemons_are_not_judged if _judge([_service({"SchedulingStrategy": "DAEMON"})], false) == ""

test_blocks_of_a_plan if {
	values := {"name": "web", "deployment_circuit_breaker": [{"enable": true, "rollback": true}]}
	_judge([scan.tf("aws_ecs_service.s", "aws_ecs_service", values)], false) == "pass"
	alarms := {"alarms": [{"enable": true, "rollback": true, "alarm_names": ["a"]}]}
	_judge([scan.tf("aws_ecs_service.s", "aws_ecs_service", alarms)], false) == "pass"
}
