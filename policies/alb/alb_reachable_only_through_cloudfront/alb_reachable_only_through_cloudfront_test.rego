package policies.alb.alb_reachable_only_through_cloudfront_test

import data.policies.alb.alb_reachable_only_through_cloudfront as policy
import data.policies.lib.network_units_test as units
import data.policies.views.load_balancers
import data.policies.views.security_group_rules

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := _viewed(units.unit(resources))
	deny := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
}

# The unit with its views, as a scan hands it in.
_viewed(unit) := object.union(unit, {"views": {"load_balancers": balancers, "security_group_rules": rules}}) if {
	balancers := load_balancers.rows with input as unit
	rules := security_group_rules.rows with input as unit
}

_edge := units.cfn("Edge", "AWS::CloudFront::Distribution", {"DistributionConfig": {"Origins": [{
	"DomainName": {"$reference": {"address": "Lb", "attribute": "DNSName"}},
	"OriginCustomHeaders": [{"HeaderName": "X-Origin-Secret", "HeaderValue": {"$secret": "secretsmanager"}}],
}]}})

_balancer(more) := units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", object.union(
	{"SecurityGroups": [units.ref("Group")]},
	more,
))

_listener(action) := units.cfn("Listener", "AWS::ElasticLoadBalancingV2::Listener", {
	"LoadBalancerArn": units.ref("Lb"),
	"Protocol": "HTTPS",
	"Port": 443,
	"DefaultActions": [action],
})

_forward := {"Type": "forward", "TargetGroupArn": "arn"}

_group(rules) := units.cfn("Group", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": rules})

_rule(port, source) := object.union({"IpProtocol": "tcp", "FromPort": port, "ToPort": port}, source)

_behind(rules) := _verdict([_edge, _balancer({}), _listener(_forward), _group(rules)])

test_the_list_of_cloudfront_alone_passes if {
	_behind([_rule(443, {"SourcePrefixListId": "pl-3b927c52"})]) == {
		"deny": set(),
		"undecided": set(),
		"subjects": {"Lb"},
	}
}

test_the_world_fails_at_its_rule_on_ports_of_listeners_only if {
	verdict := _behind([
		_rule(443, {"SourcePrefixListId": "pl-3b927c52"}),
		_rule(443, {"CidrIp": "0.0.0.0/0"}),
		_rule(22, {"CidrIp": "10.0.0.0/8"}),
	])
	some violation in verdict.deny
	count(verdict.deny) == 1
	violation.path == ["Properties", "SecurityGroupIngress", 1]
	[place.address | some place in violation.related] == ["Lb", "Edge"]
}

test_a_list_that_is_handed_in_is_unknown if {
	verdict := _behind([_rule(443, {"SourcePrefixListId": units.parameter("List")})])
	verdict.deny == set()
	count(verdict.undecided) == 1
}

test_an_internal_one_behind_a_vpc_origin_passes if {
	edge := units.cfn("Edge", "AWS::CloudFront::Distribution", {"DistributionConfig": {"Origins": [{
		"VpcOriginConfig": {"VpcOriginId": units.ref("Origin")},
	}]}})
	origin := units.cfn("Origin", "AWS::CloudFront::VpcOrigin", {"VpcOriginEndpointConfig": {"Arn": units.ref("Lb")}})
	rules := [_rule(443, {"CidrIp": "0.0.0.0/0"})]
	_verdict([edge, origin, _balancer({"Scheme": "internal"}), _group(rules)]).deny == set()
	count(_verdict([edge, origin, _balancer({}), _group(rules)]).deny) == 1
}

test_a_secret_header_stands_in_for_the_list if {
	condition := {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-origin-secret", "Values": ["s"]}}
	rule := units.cfn("Rule", "AWS::ElasticLoadBalancingV2::ListenerRule", {
		"ListenerArn": units.ref("Listener"),
		"Conditions": [condition],
		"Actions": [_forward],
	})
	closed := {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}
	open_group := _group([_rule(443, {"CidrIp": "0.0.0.0/0"})])
	_verdict([_edge, _balancer({}), _listener(closed), rule, open_group]).deny == set()
	count(_verdict([_edge, _balancer({}), _listener(_forward), rule, open_group]).deny) == 1
	unguarded := units.cfn("Rule", "AWS::ElasticLoadBalancingV2::ListenerRule", {
		"ListenerArn": units.ref("Listener"),
		"Conditions": [{"Field": "path-pattern"}],
		"Actions": [_forward],
	})
	count(_verdict([_edge, _balancer({}), _listener(closed), unguarded, open_group]).deny) == 1
}

test_a_load_balancer_that_no_distribution_fronts_is_not_judged if {
	_verdict([_balancer({}), _group([_rule(443, {"CidrIp": "0.0.0.0/0"})])]).subjects == set()
}

_edge_with(header) := units.cfn("Edge", "AWS::CloudFront::Distribution", {"DistributionConfig": {"Origins": [{
	"DomainName": {"$reference": {"address": "Lb", "attribute": "DNSName"}},
	"OriginCustomHeaders": [{"HeaderName": header, "HeaderValue": "s"}],
}]}})

_wanting(header) := units.cfn("Rule", "AWS::ElasticLoadBalancingV2::ListenerRule", {
	"ListenerArn": units.ref("Listener"),
	"Conditions": [{"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": header, "Values": ["s"]}}],
	"Actions": [_forward],
})

_guarded(edge, rule, action) := _verdict([
	edge,
	_balancer({}),
	_listener(action),
	rule,
	_group([_rule(443, {"CidrIp": "0.0.0.0/0"})]),
])

_closed := {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}

test_a_header_whose_name_is_not_known_is_unknown if {
	name := units.parameter("Header")
	every verdict in [
		_guarded(_edge_with(name), _wanting("x-origin-secret"), _closed),
		_guarded(_edge_with("x-origin-secret"), _wanting(name), _closed),
		_guarded(_edge_with("x-origin-secret"), _wanting("x-origin-secret"), units.parameter("Action")),
	] {
		verdict.deny == set()
		count(verdict.undecided) == 1
	}
}

test_a_header_of_another_name_guards_nothing if {
	count(_guarded(_edge_with("x-one"), _wanting("x-two"), _closed).deny) == 1
	count(_guarded(_edge_with(units.parameter("Header")), _wanting("x-two"), _forward).deny) == 1
}
