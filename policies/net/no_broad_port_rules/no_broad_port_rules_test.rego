package policies.net.no_broad_port_rules_test

import data.policies.lib.network_units_test as units
import data.policies.net.no_broad_port_rules as policy

_baseline := {"NET-010": {"max_port_span": 100, "check_egress": "off", "tolerate_self": true}}

_strict := {"NET-010": {"max_port_span": 1, "check_egress": "any", "tolerate_self": false}}

_protocols := {"NET-010": {"max_port_span": 1, "check_egress": "all-protocols", "tolerate_self": true}}

_verdict(resources, params) := {"deny": deny, "undecided": undecided} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit with data.params as params
	undecided := policy.undecided with input as unit with data.params as params
}

_group(rule) := units.cfn("Group", "AWS::EC2::SecurityGroup", {
	"SecurityGroupIngress": [rule],
	"SecurityGroupEgress": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}],
})

_rule(protocol, from, to) := {"IpProtocol": protocol, "FromPort": from, "ToPort": to, "CidrIp": "10.0.0.0/8"}

_fails(rule, params) if count(_verdict([_group(rule)], params).deny) == 1

_passes(rule, params) if {
	verdict := _verdict([_group(rule)], params)
	verdict.deny == set()
	verdict.undecided == set()
}

test_the_span_counts_both_ends if {
	_passes(_rule("tcp", 8000, 8099), _baseline)
	_fails(_rule("tcp", 8000, 8100), _baseline)
	_fails(_rule("tcp", 8000, 8001), _strict)
	_passes(_rule("tcp", 8000, 8000), _strict)
}

test_all_protocols_fail_as_a_number_and_as_text if {
	_fails({"IpProtocol": -1, "CidrIp": "10.0.0.0/8"}, _baseline)
	_fails({"IpProtocol": "-1", "FromPort": 0, "ToPort": 0, "CidrIp": "10.0.0.0/8"}, _baseline)
	_fails({"IpProtocol": "50", "CidrIp": "10.0.0.0/8"}, _baseline)
}

test_all_is_another_word_for_every_protocol if {
	group := units.tf("aws_security_group.g", "aws_security_group", {"ingress": [{
		"protocol": "all",
		"from_port": 0,
		"to_port": 0,
		"cidr_blocks": ["10.0.0.0/8"],
	}]})
	count(_verdict([group], _baseline).deny) == 1
}

test_port_zero_of_tcp_is_one_port if _passes(_rule("tcp", 0, 0), _strict)

test_icmp_is_narrow if _passes({"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "CidrIp": "10.0.0.0/8"}, _strict)

test_the_world_is_left_to_the_controls_of_open_ports if {
	_passes({"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}, _baseline)
}

test_members_of_a_group_may_talk_in_baseline_but_not_in_strict if {
	rule := units.cfn("Rule", "AWS::EC2::SecurityGroupIngress", {
		"GroupId": units.ref("Group"),
		"IpProtocol": "-1",
		"SourceSecurityGroupId": units.ref("Group"),
	})
	group := units.cfn("Group", "AWS::EC2::SecurityGroup", {"SecurityGroupEgress": [_rule("tcp", 443, 443)]})
	_verdict([rule, group], _baseline).deny == set()
	{violation.resource | some violation in _verdict([rule, group], _strict).deny} == {"Rule"}
}

test_dynamic_ports_may_come_from_a_load_balancer_only if {
	rule := object.union(
		object.remove(_rule("tcp", 32768, 65535), ["CidrIp"]),
		{"SourceSecurityGroupId": units.ref("Front")},
	)
	front := units.cfn("Front", "AWS::EC2::SecurityGroup", {"SecurityGroupEgress": [_rule("tcp", 443, 443)]})
	balancer := units.cfn("Lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", {"SecurityGroups": [units.ref("Front")]})
	_verdict([_group(rule), front, balancer], _strict).deny == set()
	count(_verdict([_group(rule), front], _strict).deny) == 1
}

test_no_egress_means_everything_in_templates_and_nothing_in_plans if {
	template := units.cfn("Group", "AWS::EC2::SecurityGroup", {})
	plan := units.tf("aws_security_group.g", "aws_security_group", {})
	{violation.resource | some violation in _verdict([template, plan], _strict).deny} == {"Group"}
	_verdict([template], _baseline).deny == set()
}

test_an_egress_rule_of_its_own_replaces_the_default if {
	group := units.cfn("Group", "AWS::EC2::SecurityGroup", {})
	rule := units.cfn("Out", "AWS::EC2::SecurityGroupEgress", object.union(
		_rule("tcp", 443, 443),
		{"GroupId": units.ref("Group")},
	))
	_verdict([group, rule], _strict).deny == set()
}

test_what_egress_counts_is_a_parameter if {
	web := units.tf("aws_vpc_security_group_egress_rule.w", "aws_vpc_security_group_egress_rule", {
		"ip_protocol": "tcp",
		"from_port": 443,
		"to_port": 443,
		"cidr_ipv4": "0.0.0.0/0",
	})
	count(_verdict([web], _strict).deny) == 1
	_verdict([web], _protocols).deny == set()
	_verdict([web], _baseline).deny == set()
}

test_one_undecided_port_is_one_port if {
	_passes(_rule("tcp", units.parameter("Port"), units.parameter("Port")), _strict)
	port := {"$reference": {"address": "Db", "attribute": "Endpoint.Port"}}
	_passes(_rule("tcp", port, port), _strict)
}

test_undecided_ports_are_unknown if {
	verdict := _verdict([_group(_rule("tcp", 80, units.parameter("Port")))], _strict)
	verdict.deny == set()
	some question in verdict.undecided
	contains(question.message, "'Port' has no default")
}

test_an_empty_list_of_egress_rules_keeps_the_default_one if {
	template := units.cfn("Group", "AWS::EC2::SecurityGroup", {"SecurityGroupEgress": []})
	{violation.defect | some violation in _verdict([template], _strict).deny} == {"egress/default"}
}

test_protocols_by_number_are_broad_but_for_four if {
	_fails({"IpProtocol": 50, "CidrIp": "10.0.0.0/8"}, _baseline)
	_passes(_rule("17", 53, 53), _strict)
	_passes({"IpProtocol": 58, "FromPort": -1, "ToPort": -1, "CidrIpv6": "fd00::/8"}, _strict)
}

test_a_broad_rule_whose_source_is_not_known_is_unknown if {
	rule := {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "CidrIp": units.parameter("Source")}
	verdict := _verdict([_group(rule)], _baseline)
	verdict.deny == set()
	some question in verdict.undecided
	contains(question.message, "whether that is the whole internet is not known")
}

test_a_protocol_that_is_not_known_is_unknown if {
	rule := {"IpProtocol": units.parameter("Protocol"), "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}
	verdict := _verdict([_group(rule)], _baseline)
	verdict.deny == set()
	some question in verdict.undecided
	contains(question.message, "which ports it opens is not known")
}

_out(rule) := units.cfn("Group", "AWS::EC2::SecurityGroup", {"SecurityGroupEgress": [rule]})

test_egress_of_a_protocol_that_is_not_known_counts_where_all_protocols_do if {
	open := _verdict([_out({"IpProtocol": units.parameter("Protocol"), "CidrIp": "0.0.0.0/0"})], _protocols)
	open.deny == set()
	count(open.undecided) == 1
	tcp := _verdict([_out({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"})], _protocols)
	tcp.deny == set()
	tcp.undecided == set()
}

test_egress_to_what_is_not_known_is_unknown if {
	verdict := _verdict([_out({"IpProtocol": "-1", "CidrIp": units.parameter("Target")})], _strict)
	verdict.deny == set()
	count(verdict.undecided) == 1
}
