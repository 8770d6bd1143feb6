package policies.views.security_group_rules_test

import data.policies.lib.network_units_test as units
import data.policies.views.security_group_rules as view

_rows(resources) := rows if {
	rows := view.rows with input as units.unit(resources)
}

_group(rules) := units.cfn("Web", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": rules})

_row(rule) := _rows([_group([rule])]).ingress[0]

test_an_inline_rule_of_a_template_is_a_row if {
	row := _row({"IpProtocol": "tcp", "FromPort": 22, "ToPort": "22", "CidrIp": "0.0.0.0/0"})
	row.origin == "Web"
	row.path == ["Properties", "SecurityGroupIngress", 0]
	row.groups == ["Web"]
	row.reach == "world"
	row.key == "tcp/22/0.0.0.0/0"
}

test_protocol_numbers_and_minus_one_are_understood if {
	_row({"IpProtocol": 6, "FromPort": 20, "ToPort": 25, "CidrIp": "0.0.0.0/0"}).key == "tcp/20-25/0.0.0.0/0"
	_row({"IpProtocol": "6", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8"}).reach == "other"
	row := _row({"IpProtocol": -1, "CidrIpv6": "::/0"})
	row.protocol == "all"
	row.ports == "all"
	row.key == "all/all/::/0"
}

test_one_rule_instead_of_a_list_is_read if {
	rows := _rows([_group({"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"})])
	rows.ingress[0].path == ["Properties", "SecurityGroupIngress"]
}

test_undecided_ports_stay_in_the_row if {
	row := _row(
		{
			"IpProtocol": "tcp",
			"FromPort": units.parameter("Port"),
			"ToPort": units.parameter("Port"),
			"CidrIp": "0.0.0.0/0",
		},
	)
	row.ports == "unknown"
	row.reach == "world"
	contains(row.waits, "'Port' has no default")
}

test_an_undecided_list_is_one_undecided_row if {
	rows := _rows([_group(units.parameter("Rules"))])
	[[row.kind, row.protocol, row.ports, row.reach] |
		some row in rows.ingress
	] == [["unknown", "unknown", "unknown", "unknown"]]
}

test_every_source_of_a_block_is_a_row if {
	group := units.tf("aws_security_group.a", "aws_security_group", {"ingress": [{
		"protocol": "tcp",
		"from_port": 443,
		"to_port": 443,
		"cidr_blocks": ["10.0.0.0/16", "0.0.0.0/0"],
		"ipv6_cidr_blocks": ["::/0"],
		"prefix_list_ids": [],
		"security_groups": ["sg-1"],
		"self": true,
		"description": "",
	}]})
	rows := _rows([group]).ingress
	count(rows) == 5
	{row.path | some row in rows; row.reach == "world"} == {
		["ingress", 0, "cidr_blocks", 1],
		["ingress", 0, "ipv6_cidr_blocks", 0],
	}
}

test_rule_resources_name_their_group if {
	rows := _rows([
		units.tf("aws_security_group.a", "aws_security_group", {}),
		units.tf("aws_security_group_rule.r", "aws_security_group_rule", {
			"type": "ingress",
			"protocol": "tcp",
			"from_port": 22,
			"to_port": 22,
			"cidr_blocks": ["0.0.0.0/0"],
			"security_group_id": units.ref("aws_security_group.a"),
		}),
		units.tf("aws_vpc_security_group_ingress_rule.v", "aws_vpc_security_group_ingress_rule", {
			"ip_protocol": "-1",
			"cidr_ipv4": "0.0.0.0/0",
			"security_group_id": "sg-0abc",
		}),
		units.tf("aws_security_group_rule.out", "aws_security_group_rule", {
			"type": "egress",
			"protocol": "-1",
			"from_port": 0,
			"to_port": 0,
			"cidr_blocks": ["0.0.0.0/0"],
			"security_group_id": units.ref("aws_security_group.a"),
		}),
	])
	[[row.origin, row.path, row.groups, row.open, row.key] | some row in rows.ingress] == [
		["aws_security_group_rule.r", [], ["aws_security_group.a"], false, "tcp/22/0.0.0.0/0"],
		["aws_vpc_security_group_ingress_rule.v", [], [], true, "all/all/0.0.0.0/0"],
	]
	[row.origin | some row in rows.egress] == ["aws_security_group_rule.out"]
}

test_groups_and_known_lists_of_cloudfront_are_not_the_world if {
	_row(
		{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "SourceSecurityGroupId": units.ref("Other")},
	).reach == "other"
	_row({"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "SourcePrefixListId": "pl-4fa04526"}).reach == "other"
	_row({"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "SourcePrefixListId": "pl-0123"}).reach == "unknown"
}

test_a_lookup_by_region_of_lists_of_cloudfront_is_not_the_world if {
	_looked_up(["pl-4fa04526", "pl-58a04531"]) == "other"
	_looked_up(["pl-4fa04526", "pl-0123"]) == "unknown"
	_looked_up([]) == "unknown"
}

_looked_up(values) := _row({"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "SourcePrefixListId": list}).reach if {
	list := {"$unknown": {"kind": "mapping", "name": "Lists", "why": "depends on 'AWS::Region'", "values": values}}
}

test_a_data_source_of_the_cloudfront_list_is_known if {
	list := units.tf("data.aws_ec2_managed_prefix_list.cf", "data.aws_ec2_managed_prefix_list", {
		"id": "pl-0new",
		"name": "com.amazonaws.global.cloudfront.origin-facing",
	})
	rule := units.tf("aws_vpc_security_group_ingress_rule.v", "aws_vpc_security_group_ingress_rule", {
		"ip_protocol": "tcp",
		"from_port": 443,
		"to_port": 443,
		"prefix_list_id": "pl-0new",
	})
	_rows([list, rule]).ingress[0].reach == "other"
}

test_a_declared_prefix_list_with_the_world_reaches_it if {
	list := units.cfn("List", "AWS::EC2::PrefixList", {"Entries": [{"Cidr": "10.0.0.0/8"}, {"Cidr": "0.0.0.0/1"}]})
	rule := {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "SourcePrefixListId": units.ref("List")}
	_rows([list, _group([rule])]).ingress[0].reach == "world"
}

test_small_blocks_that_cover_the_space_together_reach_the_world if {
	rules := [rule |
		some octet in numbers.range(0, 255)
		some half in [0, 128]
		rule := {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": sprintf("%d.%d.0.0/9", [octet, half])}
	]
	all_of_them := _rows([_group(rules)]).ingress
	{row.reach | some row in all_of_them} == {"world"}
	all_but_one := _rows([_group(array.slice(rules, 1, 512))]).ingress
	{row.reach | some row in all_but_one} == {"other"}
}
