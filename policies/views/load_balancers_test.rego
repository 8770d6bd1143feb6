package policies.views.load_balancers_test

import data.policies.lib.network_units_test as units
import data.policies.views.load_balancers as view

_rows(resources) := rows if {
	rows := view.rows with input as units.unit(resources)
}

_balancer(properties) := units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", properties)

_listener(properties) := units.cfn("Listener", "AWS::ElasticLoadBalancingV2::Listener", object.union(
	{"LoadBalancerArn": units.ref("Lb")},
	properties,
))

test_the_scheme_of_a_template_defaults_to_internet_facing if {
	_rows([_balancer({})]).balancers.Lb == {"address": "Lb", "kind": "application", "scheme": "internet-facing"}
	_rows([_balancer({"Scheme": "internal", "Type": "network"})]).balancers.Lb.scheme == "internal"
	_rows([_balancer({"Scheme": units.parameter("S")})]).balancers.Lb.scheme == "unknown"
}

test_the_scheme_of_a_plan_defaults_to_internet_facing if {
	_rows([units.tf("aws_lb.a", "aws_lb", {})]).balancers["aws_lb.a"].scheme == "internet-facing"
	_rows([units.tf("aws_lb.a", "aws_lb", {"internal": "true"})]).balancers["aws_lb.a"].scheme == "internal"
}

test_the_protocol_tells_the_kind_of_load_balancer if {
	_rows([_listener({"Protocol": "HTTP"})]).listeners.Listener.kind == "application"
	_rows([_listener({"Protocol": "TLS"})]).listeners.Listener.kind == "network"
	_rows([_listener({"Protocol": units.parameter("P")})]).listeners.Listener.kind == "unknown"
	_rows(
		[_balancer({"Type": "network"}), _listener({"Protocol": units.parameter("P")})],
	).listeners.Listener.kind == "network"
}

test_a_listener_of_a_plan_without_protocol_is_http_unless_it_is_secure if {
	_protocol({"port": 80}) == "HTTP"
	_protocol({"port": "443"}) == "HTTPS"
	_protocol({"port": 8443, "certificate_arn": "arn:aws:acm:eu-west-1:111122223333:certificate/1"}) == "HTTPS"
}

_protocol(node) := _rows(
	[units.tf("aws_lb_listener.a", "aws_lb_listener", node)],
).listeners["aws_lb_listener.a"].protocol

test_a_gateway_listener_has_no_protocol if {
	_rows([_balancer({"Type": "gateway"}), _listener({})]).listeners.Listener.kind == "gateway"
}
