package policies.ecs.service_auto_scaling_bounds_test

import data.policies.ecs.service_auto_scaling_bounds
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_params := {"min": 2, "max": 20, "exact_bounds": false, "desired_min": 2}

_judge(resources, params) := result if {
	result := service_auto_scaling_bounds with input as scan.unit(resources)
		with data.params as {"ECS-002": object.union(_params, params)}
}

_result(resources) := _judge(resources, {})

_defects(resources) := {violation.defect | some violation in _result(resources).deny}

_service(properties) := scan.cfn("S", "AWS::ECS::Service", properties)

# Unions merge objects, so that what replaces one takes its place first.
_target(properties) := scan.cfn("T", "AWS::ApplicationAutoScaling::ScalableTarget", object.union(
	object.remove(_base, object.keys(properties)),
	properties,
))

_base := {
	"ResourceId": {"$partial": ["service/main/", scan.ref("S")]},
	"ScalableDimension": "ecs:service:DesiredCount",
	"ServiceNamespace": "ecs",
	"MinCapacity": 2,
	"MaxCapacity": 20,
}

test_a_service_without_target_fails if _defects([_service({})]) == {"no-target"}

test_bounds_between_two_and_twenty_pass if {
	_defects([_service({}), _target({})]) == set()
	_defects([_service({}), _target({"MinCapacity": "3", "MaxCapacity": 10})]) == set()
}

test_bounds_outside_fail_apart if {
	_defects([_service({}), _target({"MinCapacity": 1, "MaxCapacity": 100})]) == {"min", "max"}
	_defects([_service({}), _target({"MinCapacity": 5, "MaxCapacity": 5})]) == {"max"}
}

test_the_design_may_ask_for_the_very_numbers if {
	result := _judge([_service({}), _target({"MinCapacity": 3, "MaxCapacity": 10})], {"exact_bounds": true})
	{violation.defect | some violation in result.deny} == {"min", "max"}
	_judge([_service({}), _target({})], {"exact_bounds": true}).deny == set()
}

test_the_desired_count_counts_only_when_it_is_stated if {
	_defects([_service({"DesiredCount": 1}), _target({})]) == {"desired"}
	_defects([_service({"DesiredCount": "2"}), _target({})]) == set()
	_defects([_service({}), _target({})]) == set()
}

test_daemons_are_not_judged if _result([_service({"SchedulingStrategy": "DAEMON"})]).subjects == set()

test_one_target_and_one_service_are_judged_together if {
	alone := _target({"ResourceId": scan.parameter("Id"), "MinCapacity": 1})
	_defects([_service({}), alone]) == {"min"}
}

test_an_undecided_target_may_be_that_of_any_of_several_services if {
	several := [
		_service({}),
		scan.cfn("U", "AWS::ECS::Service", {}),
		_target({"ResourceId": scan.parameter("Id")}),
	]
	units.outcome(_result(several), "S") == "unknown"
}

test_undecided_bounds_are_open if {
	units.outcome(_result([_service({}), _target({"MinCapacity": scan.parameter("Min")})]), "T") == "unknown"
}

test_targets_of_other_dimensions_do_not_scale_a_service if {
	_defects([_service({}), _target({"ScalableDimension": "dynamodb:table:ReadCapacityUnits"})]) == {"no-target"}
}

test_a_planned_service_is_joined_by_its_names if {
	planned := [
		scan.tf("aws_ecs_service.s", "aws_ecs_service", {"name": "web", "desired_count": 2}),
		scan.tf("aws_appautoscaling_target.t", "aws_appautoscaling_target", {
			"resource_id": "service/main/web",
			"scalable_dimension": "ecs:service:DesiredCount",
			"service_namespace": "ecs",
			"min_capacity": 1,
			"max_capacity": 20,
		}),
	]
	{[violation.resource, violation.path] | some violation in _result(planned).deny} == {[
		"aws_appautoscaling_target.t",
		["min_capacity"],
	]}
}
