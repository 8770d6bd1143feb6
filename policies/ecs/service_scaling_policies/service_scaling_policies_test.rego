package policies.ecs.service_scaling_policies_test

import data.policies.ecs.service_scaling_policies
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_params := {"ECS-003": {"cpu_target": 70, "memory_target": 75, "cooldown": 300, "require_request_count": true}}

_result(resources) := result if {
	result := service_scaling_policies with input as scan.unit(resources) with data.params as _params
}

_defects(resources) := {violation.defect | some violation in _result(resources).deny}

_target := scan.cfn("T", "AWS::ApplicationAutoScaling::ScalableTarget", {
	"ResourceId": {"$partial": ["service/main/", scan.ref("S")]},
	"ServiceNamespace": "ecs",
	"ScalableDimension": "ecs:service:DesiredCount",
})

_service := scan.cfn("S", "AWS::ECS::Service", {})

_policy(address, metric, settings) := scan.cfn(address, "AWS::ApplicationAutoScaling::ScalingPolicy", {
	"PolicyType": "TargetTrackingScaling",
	"ScalingTargetId": scan.ref("T"),
	"TargetTrackingScalingPolicyConfiguration": object.union(
		{"PredefinedMetricSpecification": {"PredefinedMetricType": metric}},
		settings,
	),
})

_cpu(settings) := _policy("Cpu", "ECSServiceAverageCPUUtilization", settings)

_memory(settings) := _policy("Memory", "ECSServiceAverageMemoryUtilization", settings)

_good := [_service, _target, _cpu({"TargetValue": 70}), _memory({"TargetValue": "75.0"})]

test_both_utilisations_at_their_targets_pass if _defects(_good) == set()

test_each_missing_metric_is_its_own_result if _defects([_service, _target]) == {"missing/CPU", "missing/memory"}

test_a_target_above_fails_at_its_value if {
	{[violation.defect, violation.resource] |
		some violation in _result([_service, _target, _cpu({"TargetValue": 80}), _memory({"TargetValue": 75})]).deny
	} == {["target/CPU", "Cpu"]}
}

test_an_undecided_target_is_open if {
	open := [_service, _target, _cpu({"TargetValue": scan.parameter("V")}), _memory({"TargetValue": 75})]
	units.outcome(_result(open), "Cpu") == "unknown"
}

test_another_cooldown_fails if {
	cooled := _cpu({"TargetValue": 70, "ScaleInCooldown": 300, "ScaleOutCooldown": 60})
	_defects([_service, _target, cooled, _memory({"TargetValue": 70})]) == {"cooldown/out"}
}

test_services_without_target_are_another_controls_matter if _result([_service]).subjects == set()

_balanced(protocol) := [
	scan.cfn("S", "AWS::ECS::Service", {"LoadBalancers": [{"TargetGroupArn": scan.ref("G")}]}),
	scan.cfn("G", "AWS::ElasticLoadBalancingV2::TargetGroup", {"Protocol": protocol}),
	_target,
	_cpu({"TargetValue": 60}),
	_memory({"TargetValue": 60}),
]

_requests(specification) := scan.cfn("Requests", "AWS::ApplicationAutoScaling::ScalingPolicy", {
	"ScalingTargetId": scan.ref("T"),
	"TargetTrackingScalingPolicyConfiguration": {"PredefinedMetricSpecification": object.union(
		{"PredefinedMetricType": "ALBRequestCountPerTarget"},
		specification,
	)},
})

test_requests_count_only_behind_an_application_load_balancer if {
	_defects(_balanced("HTTP")) == {"missing/requests"}
	_defects(_balanced("TCP")) == set()
}

test_requests_need_the_label_of_their_target_group if {
	_defects(array.concat(_balanced("HTTP"), [_requests({})])) == {"label"}
	_defects(array.concat(_balanced("HTTP"), [_requests({"ResourceLabel": {"$partial": ["a/", scan.ref("G")]}})])) == set()
}

_step(address) := scan.cfn(address, "AWS::ApplicationAutoScaling::ScalingPolicy", {
	"PolicyType": "StepScaling",
	"ScalingTargetId": scan.ref("T"),
	"StepScalingPolicyConfiguration": {"Cooldown": 300},
})

_alarm(address, policy, operator, threshold) := scan.cfn(address, "AWS::CloudWatch::Alarm", {
	"MetricName": "CPUUtilization",
	"AlarmActions": [scan.ref(policy)],
	"ComparisonOperator": operator,
	"Threshold": threshold,
})

test_a_pair_of_steps_with_alarms_does_for_the_processor if {
	base := [_service, _target, _memory({"TargetValue": 75}), _step("Up"), _step("Down")]
	pair := [
		_alarm("High", "Up", "GreaterThanThreshold", 70),
		_alarm("Low", "Down", "LessThanThreshold", 30),
	]
	_defects(array.concat(base, pair)) == set()
	_defects(array.concat(base, [pair[0]])) == {"missing/CPU"}
	late := [_alarm("High", "Up", "GreaterThanThreshold", 90), pair[1]]
	_defects(array.concat(base, late)) == {"missing/CPU"}
}
