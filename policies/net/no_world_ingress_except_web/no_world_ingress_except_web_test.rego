package policies.net.no_world_ingress_except_web_test

import data.policies.lib.network_units_test as units
import data.policies.net.no_world_ingress_except_web as policy

_params := {"NET-008": {"allowed_public_ports": [443, 80]}}

_verdict(resources) := _verdict_of(units.unit(resources))

_verdict_of(unit) := {"deny": deny, "undecided": undecided, "proven": proven} if {
	deny := policy.deny with input as unit with data.params as _params
	undecided := policy.undecided with input as unit with data.params as _params
	proven := policy.proven with input as unit with data.params as _params
}

_defects(resources) := {violation.defect | some violation in _verdict(resources).deny}

_group(rules) := units.cfn("Web", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": rules})

_rule(port, cidr) := {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": cidr}

_balancer(properties) := units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", object.union(
	{"SecurityGroups": [units.ref("Web")]},
	properties,
))

_instance := units.cfn("Host", "AWS::EC2::Instance", {"SecurityGroupIds": [units.ref("Web")]})

_web := [_rule(443, "0.0.0.0/0"), _rule(80, "0.0.0.0/0")]

test_web_ports_of_a_public_load_balancer_pass if {
	verdict := _verdict([_group(_web), _balancer({})])
	verdict.deny == set()
	verdict.undecided == set()
	verdict.proven == {"Web"}
}

test_quic_passes if {
	_defects(
		[_group([{"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}]), _balancer({})],
	) == set()
	_defects(
		[_group([{"IpProtocol": "udp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}]), _balancer({})],
	) == {"udp/80/0.0.0.0/0"}
}

test_other_ports_and_ranges_are_denied_even_there if {
	_defects([_group([_rule(8080, "0.0.0.0/0")]), _balancer({})]) == {"tcp/8080/0.0.0.0/0"}
	range := {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 443, "CidrIp": "0.0.0.0/0"}
	_defects([_group([range]), _balancer({})]) == {"tcp/80-443/0.0.0.0/0"}
	_defects([_group([{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]), _balancer({})]) == {"all/all/0.0.0.0/0"}
}

test_halves_of_the_space_are_denied if {
	rules := [_rule(8080, "0.0.0.0/1"), _rule(8080, "128.0.0.0/1")]
	_defects([_group(rules), _balancer({})]) == {"tcp/8080/0.0.0.0/1", "tcp/8080/128.0.0.0/1"}
}

test_web_ports_of_anything_else_are_denied if {
	verdict := _verdict([_group([_rule(443, "0.0.0.0/0")]), _balancer({}), _instance])
	some violation in verdict.deny
	{place.address | some place in violation.related} == {"Lb", "Host"}
	_defects([_group(_web), _balancer({"Scheme": "internal"})]) == {"tcp/443/0.0.0.0/0", "tcp/80/0.0.0.0/0"}
}

test_an_unused_group_is_judged_like_one_of_compute if {
	_defects([_group([_rule(443, "0.0.0.0/0")])]) == {"tcp/443/0.0.0.0/0"}
}

test_an_exported_group_is_unknown_for_https_only if {
	outputs := [{"name": "Group", "references": [{"address": "Web", "attribute": ""}]}]
	verdict := _verdict_of(object.union(units.unit([_group(_web)]), {"outputs": outputs}))
	{violation.defect | some violation in verdict.deny} == {"tcp/80/0.0.0.0/0"}
	{question.defect | some question in verdict.undecided} == {"tcp/443/0.0.0.0/0"}
}

test_a_group_of_another_stack_is_unknown_for_https if {
	rule := units.cfn("Https", "AWS::EC2::SecurityGroupIngress", object.union(
		_rule(443, "0.0.0.0/0"),
		{"GroupId": units.parameter("Group")},
	))
	verdict := _verdict([rule])
	verdict.deny == set()
	[question.resource | some question in verdict.undecided] == ["Https"]
}

test_an_undecided_scheme_is_unknown if {
	verdict := _verdict([_group(_web), _balancer({"Scheme": units.parameter("Scheme")})])
	verdict.deny == set()
	count(verdict.undecided) == 2
}

test_icmp_is_noted_for_every_type_only if {
	ping := {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "CidrIp": "0.0.0.0/0"}
	_defects([_group([ping]), _instance]) == set()
	every_type := {"IpProtocol": 1, "FromPort": -1, "ToPort": -1, "CidrIp": "0.0.0.0/0"}
	{violation.severity | some violation in _verdict([_group([every_type])]).deny} == {"low"}
}

test_other_protocols_are_denied if {
	_defects([_group([{"IpProtocol": "50", "CidrIp": "0.0.0.0/0"}]), _balancer({})]) == {"50/all/0.0.0.0/0"}
}

test_prefix_lists_are_unknown_unless_they_are_known if {
	foreign := {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "SourcePrefixListId": "pl-0123"}
	count(_verdict([_group([foreign]), _instance]).undecided) == 1
	cloudfront := {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "SourcePrefixListId": "pl-3b927c52"}
	verdict := _verdict([_group([cloudfront]), _instance])
	verdict.undecided == set()
	verdict.proven == {"Web"}
}

test_a_parameter_as_source_is_unknown if {
	verdict := _verdict([_group([_rule(8080, units.parameter("Office"))]), _instance])
	verdict.deny == set()
	some question in verdict.undecided
	contains(question.message, "'Office' has no default")
	web := _verdict([_group([_rule(443, units.parameter("Office"))]), _balancer({})])
	web.proven == {"Web"}
}

test_more_ports_can_be_allowed if {
	params := {"NET-008": {"allowed_public_ports": [443, 1883]}}
	unit := units.unit([_group([_rule(1883, "0.0.0.0/0")]), _balancer({"Type": "network"})])
	denied := policy.deny with input as unit with data.params as params
	denied == set()
}

test_an_undecided_protocol_may_be_one_without_ports if {
	rule := {"IpProtocol": units.parameter("Protocol"), "FromPort": 8, "ToPort": 0, "CidrIp": "0.0.0.0/0"}
	verdict := _verdict([_group([rule]), _instance])
	verdict.deny == set()
	count(verdict.undecided) == 1
	port := {"IpProtocol": "tcp", "FromPort": units.parameter("P"), "ToPort": units.parameter("P"), "CidrIp": "0.0.0.0/0"}
	count(_verdict([_group([port]), _instance]).deny) == 1
}

test_a_world_source_of_ipv6_is_denied if {
	rule := {"IpProtocol": "6", "FromPort": 8080, "ToPort": 8080, "CidrIpv6": "::0/0"}
	count(_verdict([_group([rule]), _balancer({})]).deny) == 1
}
