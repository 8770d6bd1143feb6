package policies.alb.nlb_and_classic_listeners_encrypted_test

import data.policies.alb.nlb_and_classic_listeners_encrypted as policy
import data.policies.lib.network_units_test as units

_params := {"ALB-010": {"include_internal_nlb": false}}

_strict := {"ALB-010": {"include_internal_nlb": true}}

_verdict(resources, params) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit with data.params as params
	undecided := policy.undecided with input as unit with data.params as params
	subjects := policy.subjects with input as unit with data.params as params
}

_listener(properties) := units.cfn("Listener", "AWS::ElasticLoadBalancingV2::Listener", object.union(
	{
		"LoadBalancerArn": units.ref("Nlb"),
		"DefaultActions": [{"Type": "forward", "TargetGroupArn": units.ref("Targets")}],
	},
	properties,
))

_nlb(scheme) := units.cfn("Nlb", "AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": "network", "Scheme": scheme})

_targets(properties) := units.cfn("Targets", "AWS::ElasticLoadBalancingV2::TargetGroup", properties)

_tcp(port, targets) := _verdict(
	[_listener({"Protocol": "TCP", "Port": port}), _nlb("internet-facing"), _targets(targets)],
	_params,
)

test_tls_passes_and_plain_tcp_fails if {
	_verdict([_listener({"Protocol": "TLS", "Port": 443}), _nlb("internet-facing")], _params).deny == set()
	some violation in _tcp(80, {"Protocol": "TCP", "Port": 80}).deny
	violation.path == ["Properties", "Protocol"]
}

test_tls_that_the_targets_end_passes if {
	_tcp(443, {"Protocol": "TCP", "Port": 443}) == {"deny": set(), "undecided": set(), "subjects": {"Listener"}}
	_tcp(80, {"Protocol": "TLS", "Port": 8443}).deny == set()
	_tcp(80, {"Protocol": "TCP", "Port": 80, "TargetType": "alb"}).deny == set()
}

test_port_443_in_front_of_another_port_is_unknown if {
	verdict := _tcp(443, {"Protocol": "TCP", "Port": 8080})
	verdict.deny == set()
	count(verdict.undecided) == 1
}

test_targets_elsewhere_are_unknown if {
	verdict := _verdict([_listener({"Protocol": "TCP", "Port": 80}), _nlb("internet-facing")], _params)
	verdict.deny == set()
	count(verdict.undecided) == 1
}

test_udp_and_application_listeners_are_not_judged if {
	_verdict([_listener({"Protocol": "UDP", "Port": 53})], _params).subjects == set()
	_verdict([_listener({"Protocol": "TCP_UDP", "Port": 53})], _params).subjects == set()
	_verdict([_listener({"Protocol": "HTTP", "Port": 80})], _params).subjects == set()
}

test_internal_ones_are_judged_on_demand_as_medium if {
	targets := _targets({"Protocol": "TCP", "Port": 80})
	resources := [_listener({"Protocol": "TCP", "Port": 80}), _nlb("internal"), targets]
	_verdict(resources, _params).subjects == set()
	some violation in _verdict(resources, _strict).deny
	violation.severity == "medium"
}

_classic(listener, policies) := units.cfn("Classic", "AWS::ElasticLoadBalancing::LoadBalancer", {
	"Listeners": [listener],
	"Policies": policies,
})

_defects(listener, policies) := {violation.defect |
	some violation in _verdict([_classic(listener, policies)], _params).deny
}

_secure := {"Protocol": "HTTPS", "LoadBalancerPort": "443", "InstancePort": "80", "PolicyNames": ["tls"]}

_policy(attributes) := [{"PolicyName": "tls", "PolicyType": "SSLNegotiationPolicyType", "Attributes": attributes}]

test_plain_classic_listeners_fail_but_for_tls_passed_through if {
	_defects({"Protocol": "http", "LoadBalancerPort": "80", "InstancePort": "80"}, []) == {"protocol/80"}
	_defects({"Protocol": "TCP", "LoadBalancerPort": "443", "InstancePort": "443"}, []) == set()
	_defects({"Protocol": "TCP", "LoadBalancerPort": "443", "InstancePort": "80"}, []) == {"protocol/443"}
}

test_classic_listeners_need_a_policy_of_tls_1_2 if {
	_defects(object.remove(_secure, ["PolicyNames"]), []) == {"policy/443"}
	_defects(_secure, _policy([{
		"Name": "Reference-Security-Policy",
		"Value": "ELBSecurityPolicy-TLS-1-2-2017-01",
	}])) == set()
	_defects(_secure, _policy([{"Name": "Reference-Security-Policy", "Value": "ELBSecurityPolicy-2016-08"}])) == {
		"policy/443",
	}
	_defects(_secure, _policy([{"Name": "Protocol-TLSv1.2", "Value": true}])) == set()
	_defects(_secure, _policy([
		{"Name": "Protocol-TLSv1.2", "Value": "true"},
		{"Name": "Protocol-TLSv1.1", "Value": "true"},
	])) == {"policy/443"}
}

_open(listener, policies) if {
	verdict := _verdict([_classic(listener, policies)], _params)
	verdict.deny == set()
	count(verdict.undecided) == 1
}

test_undecided_ports_and_policies_of_classic_listeners_are_unknown if {
	_open({"Protocol": "TCP", "LoadBalancerPort": units.parameter("Port"), "InstancePort": "443"}, [])
	_open(_secure, units.parameter("Policies"))
	_open(_secure, _policy([{"Name": "Reference-Security-Policy", "Value": units.parameter("Policy")}]))
	_open(_secure, _policy([{"Name": "Protocol-TLSv1.2", "Value": units.parameter("Switch")}]))
}

test_policies_of_a_plan_are_resources_of_their_own if {
	balancer := units.tf("aws_elb.e", "aws_elb", {"listener": [{
		"lb_protocol": "https",
		"lb_port": 443,
		"instance_port": 80,
	}]})
	negotiation := units.tf("aws_lb_ssl_negotiation_policy.n", "aws_lb_ssl_negotiation_policy", {
		"load_balancer": units.ref("aws_elb.e"),
		"lb_port": 443,
		"attribute": [{"name": "Protocol-TLSv1.2", "value": "true"}],
	})
	count(_verdict([balancer], _params).deny) == 1
	_verdict([balancer, negotiation], _params).deny == set()
	attached := [
		units.tf("aws_load_balancer_policy.p", "aws_load_balancer_policy", {
			"policy_type_name": "SSLNegotiationPolicyType",
			"policy_attribute": [{"name": "Reference-Security-Policy", "value": "ELBSecurityPolicy-TLS-1-2-2017-01"}],
		}),
		units.tf("aws_load_balancer_listener_policy.l", "aws_load_balancer_listener_policy", {
			"load_balancer_name": units.ref("aws_elb.e"),
			"load_balancer_port": 443,
			"policy_names": [units.ref("aws_load_balancer_policy.p")],
		}),
	]
	_verdict(array.concat([balancer], attached), _params).deny == set()
}

_elb := units.tf("aws_elb.e", "aws_elb", {"name": "front", "listener": [{
	"lb_protocol": "https",
	"lb_port": 443,
	"instance_port": 80,
	"ssl_certificate_id": "arn",
}]})

_link(more) := units.tf("aws_load_balancer_listener_policy.l", "aws_load_balancer_listener_policy", object.union(
	{"load_balancer_name": "front", "load_balancer_port": 443},
	more,
))

_tls_1_2 := units.tf("aws_load_balancer_policy.p", "aws_load_balancer_policy", {
	"policy_name": "tls",
	"policy_type_name": "SSLNegotiationPolicyType",
	"policy_attribute": [{"name": "Protocol-TLSv1.2", "value": "true"}],
})

test_policies_of_a_plan_join_by_name if {
	_verdict([_elb, _link({"policy_names": ["tls"]}), _tls_1_2], _params) == {
		"deny": set(),
		"undecided": set(),
		"subjects": {"aws_elb.e"},
	}
	elsewhere := _link({"load_balancer_name": "back", "policy_names": ["tls"]})
	{violation.defect | some violation in _verdict([_elb, elsewhere, _tls_1_2], _params).deny} == {"policy/443"}
}

test_policies_of_a_plan_that_are_not_known_are_unknown if {
	every link in [
		_link({"policy_names": units.parameter("names")}),
		_link({"policy_names": [units.parameter("name")]}),
		_link({"policy_names": ["made-elsewhere"]}),
		_link({"load_balancer_name": units.parameter("balancer"), "policy_names": ["tls"]}),
	] {
		verdict := _verdict([_elb, link, _tls_1_2], _params)
		verdict.deny == set()
		{question.defect | some question in verdict.undecided} == {"policy/443"}
	}
}
