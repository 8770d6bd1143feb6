package policies.ecs.progressive_traffic_shift_test

import data.policies.ecs.progressive_traffic_shift
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_judge(resources, accept) := result if {
	result := progressive_traffic_shift with input as scan.unit(resources)
		with data.params as {"ECS-008": {"max_initial_percent": 10, "accept_all_at_once_blue_green": accept}}
}

_outcome(resources) := units.outcome(_judge(resources, false), resources[0].address)

_service(properties) := scan.cfn("S", "AWS::ECS::Service", object.union(
	{"LoadBalancers": [{"TargetGroupArn": scan.ref("G")}]},
	properties,
))

_strategy(settings) := _outcome([_service({"DeploymentConfiguration": settings})])

test_canary_and_linear_pass_up_to_the_bound if {
	_strategy({"Strategy": "CANARY", "CanaryConfiguration": {"CanaryPercent": 10}}) == "pass"
	_strategy({"Strategy": "CANARY", "CanaryConfiguration": {"CanaryPercent": "25.0"}}) == "fail"
	_strategy({"Strategy": "LINEAR", "LinearConfiguration": {"StepPercent": 10}}) == "pass"
	_strategy({"Strategy": "LINEAR", "LinearConfiguration": {"StepPercent": 20}}) == "fail"
}

test_shares_that_are_not_stated_are_those_of_ecs if {
	_strategy({"Strategy": "CANARY"}) == "pass"
	_strategy({"Strategy": "LINEAR"}) == "pass"
}

test_rolling_is_the_default_and_fails if {
	_outcome([_service({})]) == "fail"
	_strategy({"Strategy": "ROLLING"}) == "fail"
}

test_all_at_once_passes_only_where_it_is_accepted if {
	blue := _service({"DeploymentConfiguration": {"Strategy": "BLUE_GREEN"}})
	units.outcome(_judge([blue], false), "S") == "fail"
	units.outcome(_judge([blue], true), "S") == "pass"
	units.outcome(_judge(_deployed({"DeploymentConfigName": "CodeDeployDefault.ECSAllAtOnce"}), true), "S") == "pass"
}

_deployed(group) := [
	_service({"DeploymentController": {"Type": "CODE_DEPLOY"}}),
	scan.cfn("D", "AWS::CodeDeploy::DeploymentGroup", object.union(
		{"ECSServices": [{"ServiceName": scan.ref("S")}]},
		group,
	)),
]

_config(name) := _outcome(_deployed({"DeploymentConfigName": name}))

test_configurations_of_codedeploy_for_ecs if {
	_config("CodeDeployDefault.ECSCanary10Percent5Minutes") == "pass"
	_config("CodeDeployDefault.ECSLinear10PercentEvery3Minutes") == "pass"
	_config("CodeDeployDefault.ECSAllAtOnce") == "fail"
	_outcome(_deployed({})) == "fail"
}

test_configurations_of_lambda_are_no_such if {
	_config("CodeDeployDefault.LambdaCanary10Percent5Minutes") == "unknown"
}

test_a_configuration_of_ones_own_is_read if {
	own := scan.cfn("C", "AWS::CodeDeploy::DeploymentConfig", {"TrafficRoutingConfig": {
		"Type": "TimeBasedCanary",
		"TimeBasedCanary": {"CanaryPercentage": 25, "CanaryInterval": 5},
	}})
	_outcome(array.concat(_deployed({"DeploymentConfigName": scan.ref("C")}), [own])) == "fail"
	planned := [
		scan.tf("aws_ecs_service.s", "aws_ecs_service", {
			"name": "web",
			"load_balancer": [{"target_group_arn": "arn"}],
			"deployment_controller": [{"type": "CODE_DEPLOY"}],
		}),
		scan.tf("aws_codedeploy_deployment_group.g", "aws_codedeploy_deployment_group", {
			"ecs_service": [{"service_name": "web"}],
			"deployment_config_name": "slow",
		}),
		scan.tf("aws_codedeploy_deployment_config.c", "aws_codedeploy_deployment_config", {
			"deployment_config_name": "slow",
			"traffic_routing_config": [{"time_based_linear": [{"percentage": 5}]}],
		}),
	]
	_outcome(planned) == "pass"
}

test_a_pair_of_target_groups_is_needed if {
	pair := {"DeploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes", "LoadBalancerInfo": {
		"TargetGroupPairInfoList": [{"TargetGroups": [{"Name": "blue"}]}],
	}}
	{violation.defect | some violation in _judge(_deployed(pair), false).deny} == {"target-groups"}
}

test_a_deployment_group_elsewhere_is_undecided if {
	_outcome([_service({"DeploymentController": {"Type": "CODE_DEPLOY"}})]) == "unknown"
}

test_services_without_traffic_and_dev_ones_are_not_judged if {
	_outcome([scan.cfn("S", "AWS::ECS::Service", {})]) == ""
	_outcome([_service({"Tags": [{"Key": "Environment", "Value": "dev"}]})]) == ""
}

test_a_strategy_of_the_sixth_provider if {
	_outcome([scan.tf("aws_ecs_service.s", "aws_ecs_service", {
		"load_balancer": [{"target_group_arn": "arn"}],
		"deployment_configuration": [{"strategy": "CANARY", "canary_configuration": [{"canary_percent": 10}]}],
	})]) == "pass"
}
