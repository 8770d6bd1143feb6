package policies.alb.target_group_health_contract_test

import data.policies.alb.target_group_health_contract as policy
import data.policies.lib.network_units_test as units

_params := {"ALB-009": {
	"path_regex": "^/health(z|/.*)?$",
	"max_interval": 30,
	"healthy_threshold": 2,
	"forbid_stickiness": true,
}}

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit with data.params as _params
	undecided := policy.undecided with input as unit with data.params as _params
	subjects := policy.subjects with input as unit with data.params as _params
}

_good := {"Protocol": "HTTP", "HealthCheckPath": "/health", "HealthyThresholdCount": 2}

_used(properties) := [
	units.cfn("Targets", "AWS::ElasticLoadBalancingV2::TargetGroup", properties),
	units.cfn("Listener", "AWS::ElasticLoadBalancingV2::Listener", {
		"DefaultActions": [{"Type": "forward", "TargetGroupArn": units.ref("Targets")}],
	}),
]

_with(more) := _verdict(_used(object.union(_good, more)))

test_the_interval_defaults_to_what_is_allowed if {
	_with({}) == {"deny": set(), "undecided": set(), "subjects": {"Targets"}}
	_with({"HealthCheckPath": "/healthz", "HealthCheckIntervalSeconds": "30"}).deny == set()
	_with({"HealthCheckPath": "/health/ready"}).deny == set()
}

test_the_default_path_and_threshold_fail_in_one_finding if {
	some violation in _verdict(_used({"Protocol": "HTTP"})).deny
	violation.path == ["Properties", "HealthCheckPath"]
	contains(violation.message, "its health check asks for '/', and the path must match '^/health(z|/.*)?$'; ")
	contains(violation.message, "; a target is healthy after 5 checks, and must be after 2.")
}

test_the_provider_defaults_to_three_checks if {
	group := units.tf("aws_lb_target_group.t", "aws_lb_target_group", {
		"protocol": "HTTP",
		"health_check": [{"path": "/health"}],
	})
	service := units.tf("aws_ecs_service.s", "aws_ecs_service", {"load_balancer": [{
		"target_group_arn": units.ref("aws_lb_target_group.t"),
	}]})
	some violation in _verdict([group, service]).deny
	contains(violation.message, "after 3 checks")
}

_says(more, text) if {
	some violation in _with(more).deny
	contains(violation.message, text)
}

test_each_clause_fails_by_itself if {
	_says({"HealthCheckPath": "/Health"}, "'/Health'")
	_says({"HealthCheckPath": "/healthy"}, "'/healthy'")
	_says({"HealthCheckIntervalSeconds": 31}, "every 31 seconds, and at most 30 are allowed")
	_says({"HealthyThresholdCount": 3}, "after 3 checks")
	_says({"HealthCheckEnabled": false}, "switched off")
	_says({"TargetGroupAttributes": [{"Key": "stickiness.enabled", "Value": "true"}]}, "one target")
}

test_stickiness_absent_or_off_passes if {
	_with({"TargetGroupAttributes": [{"Key": "stickiness.enabled", "Value": "false"}]}).deny == set()
	_with({"TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]}).deny == set()
}

test_functions_load_balancers_and_network_protocols_are_not_judged if {
	_verdict(_used({"TargetType": "lambda"})).subjects == set()
	_verdict(_used({"TargetType": "alb", "Protocol": "TCP"})).subjects == set()
	_verdict(_used({"Protocol": "TLS"})).subjects == set()
}

test_a_group_that_nothing_uses_is_not_judged if {
	_verdict([units.cfn("Targets", "AWS::ElasticLoadBalancingV2::TargetGroup", {"Protocol": "HTTP"})]).subjects == set()
}

test_an_undecided_clause_is_unknown_unless_another_one_fails if {
	open := _with({"HealthCheckPath": units.parameter("Path")})
	open.deny == set()
	count(open.undecided) == 1
	mixed := _with({"HealthCheckPath": units.parameter("Path"), "HealthyThresholdCount": 9})
	count(mixed.deny) == 1
	mixed.undecided == set()
}

test_what_is_not_known_is_named_as_such if {
	some question in _with({"HealthCheckPath": "/health", "HealthyThresholdCount": units.parameter("Count")}).undecided
	contains(question.message, "a target is healthy after a number that is not known of checks, and must be after 2")
}
