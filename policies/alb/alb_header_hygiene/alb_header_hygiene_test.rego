package policies.alb.alb_header_hygiene_test

import data.policies.alb.alb_header_hygiene as policy
import data.policies.lib.network_units_test as units

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
}

_balancer(attributes) := units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", {
	"LoadBalancerAttributes": attributes,
})

_drop(written) := {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": written}

_desync(written) := {"Key": "routing.http.desync_mitigation_mode", "Value": written}

_defects(resources) := {violation.defect | some violation in _verdict(resources).deny}

test_true_as_text_and_as_a_boolean_passes if {
	_defects([_balancer([_drop("true")])]) == set()
	_defects([_balancer([_drop(true)])]) == set()
}

test_absent_or_false_keeps_invalid_headers if {
	_defects([_balancer([])]) == {"drop-invalid"}
	some violation in _verdict([_balancer([_desync("strictest"), _drop("false")])]).deny
	violation.path == ["Properties", "LoadBalancerAttributes", 1, "Value"]
	_defects([units.tf("aws_lb.l", "aws_lb", {"drop_invalid_header_fields": false})]) == {"drop-invalid"}
}

test_only_monitoring_is_a_defect_of_its_own if {
	_defects([_balancer([_drop("true"), _desync("monitor")])]) == {"desync"}
	_defects([_balancer([_drop("true"), _desync("defensive")])]) == set()
}

test_network_and_gateway_load_balancers_are_not_judged if {
	_verdict([units.tf("aws_lb.n", "aws_lb", {"load_balancer_type": "network"})]).subjects == set()
	_verdict([units.tf("aws_lb.g", "aws_lb", {"load_balancer_type": "gateway"})]).subjects == set()
}

_open(attributes) if {
	verdict := _verdict([_balancer(attributes)])
	verdict.deny == set()
	count(verdict.undecided) > 0
}

test_undecided_values_keys_and_lists_are_unknown if {
	_open([_drop(units.parameter("P"))])
	_open(units.parameter("P"))
	_open([{"Key": units.parameter("P"), "Value": "true"}])
}

test_an_undecided_kind_is_unknown if {
	verdict := _verdict([units.tf("aws_lb.l", "aws_lb", {"load_balancer_type": units.parameter("kind")})])
	verdict.deny == set()
	{question.defect | some question in verdict.undecided} == {"drop-invalid"}
}
