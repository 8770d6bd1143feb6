package policies.net.no_world_admin_ports_test

import data.policies.lib.network_units_test as units
import data.policies.net.no_world_admin_ports as policy

_params(changes) := {"NET-009": object.union(
	{"judge_nacl": false, "admin_ports": [22, 3389], "count_ephemeral": false},
	changes,
)}

_verdict(resources, changes) := {"deny": deny, "undecided": undecided, "subjects": subjects, "proven": proven} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit with data.params as _params(changes)
	undecided := policy.undecided with input as unit with data.params as _params(changes)
	subjects := policy.subjects with input as unit with data.params as _params(changes)
	proven := policy.proven with input as unit with data.params as _params(changes)
}

_defects(resources, changes) := {violation.defect | some violation in _verdict(resources, changes).deny}

_group(rule) := units.cfn("Web", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [rule]})

_ingress(rule) := _defects([_group(rule)], {})

_rule(from, to, cidr) := {"IpProtocol": "tcp", "FromPort": from, "ToPort": to, "CidrIp": cidr}

test_an_open_ssh_port_is_denied_at_its_rule if {
	verdict := _verdict([_group(_rule("22", 22, "0.0.0.0/0"))], {})
	some violation in verdict.deny
	violation.path == ["Properties", "SecurityGroupIngress", 0]
	violation.defect == "tcp/22/0.0.0.0/0"
	contains(violation.message, "Security group 'Web' lets '0.0.0.0/0' reach port '22' (tcp)")
}

test_ranges_that_hold_the_port_are_denied if {
	_ingress(_rule(0, 65535, "0.0.0.0/0")) == {"tcp/0-65535/0.0.0.0/0"}
	_ingress(_rule(20, 25, "0.0.0.0/0")) == {"tcp/20-25/0.0.0.0/0"}
	_ingress(_rule(23, 3388, "0.0.0.0/0")) == set()
}

test_all_protocols_and_udp_are_denied if {
	_ingress({"IpProtocol": -1, "CidrIp": "0.0.0.0/0"}) == {"all/all/0.0.0.0/0"}
	_ingress({"IpProtocol": 17, "FromPort": 3389, "ToPort": 3389, "CidrIpv6": "::/0"}) == {"udp/3389/::/0"}
}

test_icmp_and_other_protocols_have_no_ports if {
	_ingress({"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "CidrIp": "0.0.0.0/0"}) == set()
	_ingress({"IpProtocol": "47", "CidrIp": "0.0.0.0/0"}) == set()
}

test_other_ports_and_sources_pass if {
	verdict := _verdict([_group(_rule(443, 443, "0.0.0.0/0"))], {})
	verdict.deny == set()
	verdict.proven == {"Web"}
	_ingress(_rule(22, 22, "10.0.0.0/8")) == set()
}

test_undecided_ports_and_sources_are_unknown if {
	port := _verdict([_group(_rule(units.parameter("Port"), units.parameter("Port"), "0.0.0.0/0"))], {})
	some question in port.undecided
	contains(question.message, "'Port' has no default")
	source := _verdict([_group(_rule(22, 22, units.parameter("Office")))], {})
	count(source.undecided) == 1
	source.proven == set()
}

test_an_undecided_source_of_another_port_passes if {
	verdict := _verdict([_group(_rule(443, 443, units.parameter("Office")))], {})
	verdict.undecided == set()
	verdict.proven == {"Web"}
}

test_rule_resources_name_their_group if {
	rule := units.cfn("Ssh", "AWS::EC2::SecurityGroupIngress", object.union(
		_rule(22, 22, "0.0.0.0/0"),
		{"GroupId": units.ref("Web")},
	))
	verdict := _verdict([units.cfn("Web", "AWS::EC2::SecurityGroup", {}), rule], {})
	some violation in verdict.deny
	violation.resource == "Ssh"
	violation.path == []
	violation.related[0].address == "Web"
	verdict.subjects == {"Ssh", "Web"}
}

test_more_ports_are_judged_where_they_are_named if {
	_defects([_group(_rule(5432, 5432, "0.0.0.0/0"))], {"admin_ports": [22, 5432]}) == {"tcp/5432/0.0.0.0/0"}
	_ingress(_rule(5432, 5432, "0.0.0.0/0")) == set()
}

_acl := units.cfn("Acl", "AWS::EC2::NetworkAcl", {})

_entry(name, number, changes) := units.cfn(name, "AWS::EC2::NetworkAclEntry", object.union(
	{
		"NetworkAclId": units.ref("Acl"),
		"RuleNumber": number,
		"Protocol": 6,
		"RuleAction": "allow",
		"CidrBlock": "0.0.0.0/0",
		"PortRange": {"From": 22, "To": 22},
	},
	changes,
))

_nacl := {"judge_nacl": true}

test_acl_entries_are_judged_only_on_demand if {
	_defects([_acl, _entry("In", 100, {})], {}) == set()
	verdict := _verdict([_acl, _entry("In", 100, {})], _nacl)
	some violation in verdict.deny
	violation.severity == "medium"
	violation.defect == "acl/tcp/22-22/0.0.0.0/0"
}

test_outbound_entries_are_not_judged if {
	verdict := _verdict([_acl, _entry("Out", 100, {"Egress": "true"})], _nacl)
	verdict.subjects == set()
}

test_an_earlier_denial_closes_the_port if {
	deny_ssh := _entry("Deny", 90, {"RuleAction": "deny"})
	_defects([_acl, _entry("In", 100, {}), deny_ssh], _nacl) == set()
	later := _entry("Deny", 110, {"RuleAction": "deny"})
	_defects([_acl, _entry("In", 100, {}), later], _nacl) == {"acl/tcp/22-22/0.0.0.0/0"}
	narrow := _entry("Deny", 90, {"RuleAction": "deny", "CidrBlock": "203.0.113.0/24"})
	_defects([_acl, _entry("In", 100, {}), narrow], _nacl) == {"acl/tcp/22-22/0.0.0.0/0"}
}

test_an_undecided_denial_is_unknown if {
	perhaps := _entry("Deny", 90, {"RuleAction": units.parameter("Action")})
	verdict := _verdict([_acl, _entry("In", 100, {}), perhaps], _nacl)
	verdict.deny == set()
	{question.resource | some question in verdict.undecided} == {"In", "Deny"}
}

test_an_entry_for_everything_is_denied if {
	everything := _entry("In", 100, {"Protocol": -1, "PortRange": null})
	_defects([_acl, everything], _nacl) == {"acl/all/all/0.0.0.0/0"}
}

test_return_traffic_counts_only_for_cis if {
	answers := _entry("In", 100, {"PortRange": {"From": 1024, "To": 65535}})
	_defects([_acl, answers], _nacl) == set()
	_defects([_acl, answers], {"judge_nacl": true, "count_ephemeral": true}) == {"acl/tcp/1024-65535/0.0.0.0/0"}
	_defects(
		[_acl, _entry("In", 100, {"PortRange": {"From": 1, "To": 65535}})],
		_nacl,
	) == {"acl/tcp/1-65535/0.0.0.0/0"}
}

test_inline_entries_of_a_plan_are_judged if {
	acl := units.tf("aws_default_network_acl.this", "aws_default_network_acl", {"ingress": [
		{"action": "allow", "cidr_block": "0.0.0.0/0", "from_port": 0, "to_port": 0, "protocol": "-1", "rule_no": 100},
		{"action": "deny", "ipv6_cidr_block": "::/0", "from_port": 0, "to_port": 0, "protocol": "-1", "rule_no": 101},
	]})
	verdict := _verdict([acl], _nacl)
	[violation.path | some violation in verdict.deny] == [["ingress", 0]]
}
