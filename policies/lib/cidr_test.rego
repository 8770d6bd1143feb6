package policies.lib.cidr_test

import data.policies.lib.cidr

_unknown(values) := {"$unknown": {"kind": "parameter", "name": "Office", "why": "has no default", "values": values}}

test_the_whole_space_is_the_world if {
	every text in ["0.0.0.0/0", "0.0.0.0/00", " 0.0.0.0/0 ", "::/0", "::0/0", "0:0:0:0:0:0:0:0/0"] {
		cidr.reach(text) == "world"
	}
}

test_short_prefixes_of_public_space_are_the_world if {
	every text in ["0.0.0.0/1", "128.0.0.0/1", "52.0.0.0/8", "10.0.0.0/7", "2000::/3", "2600::/16", "fc00::/6"] {
		cidr.reach(text) == "world"
	}
}

test_private_and_longer_prefixes_are_not if {
	every text in [
		"10.0.0.0/8",
		"52.0.0.0/9",
		"172.16.0.0/12",
		"100.64.0.0/10",
		"203.0.113.7/32",
		"fd00::/8",
		"fc00::/7",
	] {
		cidr.reach(text) == "other"
	}
	cidr.reach("2600:1f18::/33") == "other"
}

test_text_that_is_no_block_is_unknown if {
	every text in ["", "0.0.0.0", "anywhere", "sg-0123"] {
		cidr.reach(text) == "unknown"
	}
}

test_a_written_prefix_length_decides_a_partial if {
	address := {"$reference": {"address": "Nat", "attribute": "PublicIp"}}
	cidr.reach({"$partial": [address, "/32"]}) == "other"
	cidr.reach({"$partial": [address, "/0"]}) == "world"
	cidr.reach({"$partial": [address, "/12"]}) == "unknown"
	cidr.reach({"$partial": ["10.0.0.0/", address]}) == "unknown"
}

test_a_range_of_the_units_own_network_is_not_the_world if {
	source := {"$reference": {"address": "Vpc", "attribute": "CidrBlock"}}
	cidr.reach(source) == "other" with input as {"resources": {"Vpc": {"type": "AWS::EC2::VPC"}}}
	cidr.reach(source) == "unknown" with input as {"resources": {"Vpc": {"type": "AWS::SSM::Parameter"}}}
}

test_allowed_values_that_agree_decide if {
	cidr.reach(_unknown(["0.0.0.0/0"])) == "world"
	cidr.reach(_unknown(["10.1.0.0/16", "10.2.0.0/16"])) == "other"
	cidr.reach(_unknown(["0.0.0.0/0", "10.2.0.0/16"])) == "unknown"
	cidr.reach(_unknown([])) == "unknown"
}

test_what_is_no_text_is_unknown if {
	cidr.reach(7) == "unknown"
	cidr.reach(["0.0.0.0/0"]) == "unknown"
}

test_blocks_that_hold_every_address_cover_the_space if {
	halves := [text |
		some octet in numbers.range(0, 255)
		some half in [0, 128]
		text := sprintf("%d.%d.0.0/9", [octet, half])
	]
	cidr.covers(halves)
	cidr.covers(array.concat(halves, ["1.2.3.0/24", "nonsense"]))
	not cidr.covers(array.slice(halves, 1, 512))
	not cidr.covers(array.concat(array.slice(halves, 1, 512), ["1.2.0.0/9", "1.0.0.0/8"]))
	not cidr.covers([])
}
