package policies.alb.http_redirects_to_https_test

import data.policies.alb.http_redirects_to_https as policy
import data.policies.lib.network_units_test as units

_verdict(resources, require_301) := {"deny": deny, "undecided": undecided, "subjects": subjects, "proven": proven} if {
	unit := units.unit(resources)
	params := {"ALB-002": {"require_301": require_301}}
	deny := policy.deny with input as unit with data.params as params
	undecided := policy.undecided with input as unit with data.params as params
	subjects := policy.subjects with input as unit with data.params as params
	proven := policy.proven with input as unit with data.params as params
}

_balancer := units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", {})

_https(port) := units.cfn("Https", "AWS::ElasticLoadBalancingV2::Listener", {
	"LoadBalancerArn": units.ref("Lb"),
	"Protocol": "HTTPS",
	"Port": port,
	"DefaultActions": [{"Type": "forward"}],
})

_http(config) := units.cfn("Http", "AWS::ElasticLoadBalancingV2::Listener", {
	"LoadBalancerArn": units.ref("Lb"),
	"Protocol": "HTTP",
	"Port": 80,
	"DefaultActions": [{"Type": "redirect", "RedirectConfig": config}],
})

_rule(listener, action) := units.cfn("Rule", "AWS::ElasticLoadBalancingV2::ListenerRule", {
	"ListenerArn": listener,
	"Actions": [action],
})

_good := {"Protocol": "HTTPS", "Port": 443, "StatusCode": "HTTP_301"}

_redirected(config, require_301) := {violation.defect |
	some violation in _verdict([_balancer, _https(443), _http(config)], require_301).deny
}

test_a_permanent_redirect_to_443_passes if {
	verdict := _verdict([_balancer, _https(443), _http(_good)], true)
	verdict.deny == set()
	verdict.undecided == set()
	verdict.subjects == {"Http"}
	verdict.proven == {"Http"}
	_redirected(object.union(_good, {"Port": "443"}), true) == set()
}

test_a_redirect_that_keeps_the_port_fails_at_its_configuration if {
	verdict := _verdict([_balancer, _https(443), _http({"Protocol": "HTTPS", "StatusCode": "HTTP_301"})], false)
	some violation in verdict.deny
	violation.path == ["Properties", "DefaultActions", 0, "RedirectConfig"]
	_redirected(object.union(_good, {"Port": "#{port}"}), false) == {"port"}
}

test_a_temporary_redirect_fails_where_301_is_required if {
	_redirected(object.union(_good, {"StatusCode": "HTTP_302"}), false) == set()
	_redirected(object.union(_good, {"StatusCode": "HTTP_302"}), true) == {"status"}
}

test_another_port_needs_an_https_listener_there if {
	config := object.union(_good, {"Port": "8443"})
	_verdict([_balancer, _https(8443), _http(config)], false).undecided == set()
	count(_verdict([_balancer, _https(443), _http(config)], false).undecided) == 1
}

test_a_listener_that_serves_plain_http_is_left_to_alb_001 if {
	_verdict([_balancer, _https(443), _http({"Protocol": "HTTP"})], false).subjects == set()
}

test_no_http_listener_is_not_judged if _verdict([_balancer, _https(443)], false).subjects == set()

test_a_forwarding_rule_of_an_http_listener_fails if {
	verdict := _verdict([_balancer, _https(443), _http(_good), _rule(units.ref("Http"), {"Type": "forward"})], false)
	some violation in verdict.deny
	violation.resource == "Rule"
	violation.path == ["Properties", "Actions", 0]
	violation.related[0].address == "Http"
}

test_redirecting_and_refusing_rules_pass if {
	every action in [
		{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS"}},
		{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}},
	] {
		_verdict([_balancer, _https(443), _http(_good), _rule(units.ref("Http"), action)], false).deny == set()
	}
}

test_rules_of_https_listeners_are_not_judged if {
	verdict := _verdict([_balancer, _https(443), _rule(units.ref("Https"), {"Type": "forward"})], false)
	verdict.subjects == set()
}

test_a_rule_of_an_imported_listener_is_unknown if {
	verdict := _verdict([_rule(units.parameter("Listener"), {"Type": "forward"})], false)
	verdict.deny == set()
	[question.resource | some question in verdict.undecided] == ["Rule"]
}

test_an_undecided_port_is_unknown if {
	config := object.union(_good, {"Port": units.parameter("Port")})
	verdict := _verdict([_balancer, _https(443), _http(config)], false)
	some question in verdict.undecided
	contains(question.message, "'Port' has no default")
}

test_a_plan_is_judged_like_a_template if {
	listener := units.tf("aws_lb_listener.http", "aws_lb_listener", {
		"port": 80,
		"protocol": "HTTP",
		"default_action": [
			{"type": "redirect", "redirect": [{"protocol": "HTTPS", "port": "#{port}", "status_code": "HTTP_301"}]},
		],
	})
	rule := units.tf("aws_lb_listener_rule.acme", "aws_lb_listener_rule", {
		"listener_arn": units.ref("aws_lb_listener.http"),
		"action": [{"type": "forward"}],
	})
	{[violation.resource, violation.path] | some violation in _verdict([listener, rule], false).deny} == {
		["aws_lb_listener.http", ["default_action", 0, "redirect", 0]],
		["aws_lb_listener_rule.acme", ["action", 0]],
	}
}

_asked(resources, require_301) := {question.message |
	verdict := _verdict(resources, require_301)
	verdict.deny == set()
	some question in verdict.undecided
}

test_a_status_that_is_not_known_is_unknown_only_where_301_is_required if {
	config := object.union(_good, {"StatusCode": units.parameter("Status")})
	some question in _asked([_balancer, _https(443), _http(config)], true)
	contains(question, "the status of the redirect is not known")
	_asked([_balancer, _https(443), _http(config)], false) == set()
}

test_a_protocol_that_is_not_known_is_unknown if {
	config := object.union(_good, {"Protocol": units.parameter("Protocol")})
	some question in _asked([_balancer, _https(443), _http(config)], true)
	contains(question, "the protocol of the redirect is not known")
}

test_an_action_that_is_not_known_is_unknown if {
	listener := units.cfn("Http", "AWS::ElasticLoadBalancingV2::Listener", {
		"LoadBalancerArn": units.ref("Lb"),
		"Protocol": "HTTP",
		"Port": 80,
		"DefaultActions": units.parameter("Actions"),
	})
	some question in _asked([_balancer, _https(443), listener], true)
	contains(question, "its action is not known")
}

test_a_rule_whose_action_is_not_known_is_unknown if {
	rule := _rule(units.ref("Http"), units.parameter("Action"))
	some question in _asked([_balancer, _https(443), _http(_good), rule], true)
	contains(question, "its action is not known")
}
