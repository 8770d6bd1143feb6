package policies.alb.alb_https_listeners_only_test

import data.policies.alb.alb_https_listeners_only as policy
import data.policies.lib.network_units_test as units

_verdict(resources, include_internal) := found if {
	unit := units.unit(resources)
	params := {"ALB-001": {"include_internal": include_internal}}
	deny := policy.deny with input as unit with data.params as params
	undecided := policy.undecided with input as unit with data.params as params
	subjects := policy.subjects with input as unit with data.params as params
	proven := policy.proven with input as unit with data.params as params
	found := {"deny": deny, "undecided": undecided, "subjects": subjects, "proven": proven}
}

_balancer(properties) := units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", properties)

_listener(name, properties) := units.cfn(name, "AWS::ElasticLoadBalancingV2::Listener", object.union(
	{"LoadBalancerArn": units.ref("Lb")},
	properties,
))

_forward := {"Protocol": "HTTP", "Port": 80, "DefaultActions": [{"Type": "forward", "TargetGroupArn": "arn"}]}

_redirect(config) := {
	"Protocol": "HTTP",
	"Port": 80,
	"DefaultActions": [{"Type": "redirect", "RedirectConfig": config}],
}

_answer(status) := {"Protocol": "HTTP", "Port": 80, "DefaultActions": [{
	"Type": "fixed-response",
	"FixedResponseConfig": {"StatusCode": status},
}]}

_https := _listener("Https", {"Protocol": "HTTPS", "Port": 443, "DefaultActions": [{"Type": "forward"}]})

_defects(resources) := {sprintf("%s %s", [violation.resource, violation.defect]) |
	some violation in _verdict(resources, true).deny
}

test_a_forwarding_http_listener_fails_at_its_protocol if {
	verdict := _verdict([_balancer({}), _listener("Http", _forward)], true)
	some violation in verdict.deny
	violation.path == ["Properties", "Protocol"]
	violation.severity == "critical"
	violation.related[0].address == "Lb"
	verdict.undecided == set()
}

test_https_and_a_redirect_pass if {
	verdict := _verdict([_balancer({}), _https, _listener("Http", _redirect({"Protocol": "HTTPS"}))], true)
	verdict.deny == set()
	verdict.proven == {"Lb", "Https", "Http"}
}

test_a_redirect_that_keeps_the_protocol_fails if {
	_defects([_balancer({}), _https, _listener("Http", _redirect({"StatusCode": "HTTP_301"}))]) == {"Http plaintext"}
	_defects([_balancer({}), _https, _listener("Http", _redirect({"Protocol": "#{protocol}"}))]) == {"Http plaintext"}
	_defects([_balancer({}), _https, _listener("Http", _redirect({"Protocol": "HTTP"}))]) == {"Http plaintext"}
}

test_an_undecided_redirect_is_unknown if {
	verdict := _verdict([_balancer({}), _https, _listener("Http", _redirect(units.parameter("Redirect")))], true)
	verdict.deny == set()
	{question.resource | some question in verdict.undecided} == {"Http"}
}

test_error_answers_pass_and_others_fail if {
	_defects([_balancer({}), _https, _listener("Http", _answer("404"))]) == set()
	_defects([_balancer({}), _https, _listener("Http", _answer(503))]) == set()
	_defects([_balancer({}), _https, _listener("Http", _answer("200"))]) == {"Http plaintext"}
}

test_a_public_balancer_without_https_fails_once if {
	_defects([_balancer({}), _listener("Http", _redirect({"Protocol": "HTTPS"}))]) == {"Lb no-https"}
	_defects([_balancer({}), _listener("Http", _forward)]) == {"Http plaintext"}
	_defects([_balancer({"Scheme": "internal"}), _listener("Http", _redirect({"Protocol": "HTTPS"}))]) == set()
}

test_internal_balancers_are_medium_and_can_be_left_out if {
	resources := [_balancer({"Scheme": "internal"}), _listener("Http", _forward)]
	{violation.severity | some violation in _verdict(resources, true).deny} == {"medium"}
	_verdict(resources, false).subjects == set()
}

test_a_listener_of_another_stack_is_judged_as_internal if {
	listener := _listener("Http", object.union(_forward, {"LoadBalancerArn": units.parameter("Lb")}))
	{violation.severity | some violation in _verdict([listener], true).deny} == {"medium"}
}

test_network_listeners_are_not_judged if {
	_verdict(
		[_balancer({"Type": "network"}), _listener("Tcp", {"Protocol": "TCP", "Port": 443})],
		true,
	).subjects == set()
}

test_an_undecided_protocol_is_unknown if {
	listener := _listener("Any", {"Protocol": units.parameter("Protocol"), "DefaultActions": [{"Type": "forward"}]})
	verdict := _verdict([_balancer({}), listener], true)
	verdict.deny == set()
	{question.resource | some question in verdict.undecided} == {"Any", "Lb"}
}

test_a_plan_listener_without_protocol_is_http if {
	listener := units.tf("aws_lb_listener.a", "aws_lb_listener", {
		"port": 80,
		"load_balancer_arn": units.ref("aws_lb.a"),
		"default_action": [{"type": "forward"}],
	})
	verdict := _verdict([units.tf("aws_lb.a", "aws_lb", {}), listener], true)
	{[violation.resource, violation.path] | some violation in verdict.deny} == {["aws_lb_listener.a", []]}
}

test_a_plan_redirect_passes if {
	redirect := units.tf("aws_lb_listener.a", "aws_lb_listener", {
		"port": 80,
		"load_balancer_arn": units.ref("aws_lb.a"),
		"default_action": [{"type": "redirect", "redirect": [{"protocol": "HTTPS", "port": "443"}]}],
	})
	secure := units.tf("aws_lb_listener.b", "aws_lb_listener", {
		"port": 443,
		"certificate_arn": "arn:aws:acm:eu-west-1:111122223333:certificate/1",
		"load_balancer_arn": units.ref("aws_lb.a"),
		"default_action": [{"type": "forward"}],
	})
	_verdict([units.tf("aws_lb.a", "aws_lb", {}), redirect, secure], true).deny == set()
}
