# METADATA
# title: The inbound entries of the network ACLs of the unit
# description: |
#   One row for each inbound entry, inline or a resource of its own: {"origin", "path", "at", "acls", "number",
#   "action", "protocol", "from", "to", "decided", "block", "reach", "key", "waits"}. `protocol` is "tcp", "udp",
#   "all", another number as text, or "unknown"; `decided` tells whether the ports are known. Facts: Amazon VPC User
#   Guide, "Network ACL rules".
package policies.views.network_acl_entries

import data.policies.lib.cidr
import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.value

_acl_types := ["AWS::EC2::NetworkAcl", "aws_network_acl", "aws_default_network_acl"]

_fields := {
	"AWS::EC2::NetworkAclEntry": {
		"blocks": [["Properties", "CidrBlock"], ["Properties", "Ipv6CidrBlock"]],
		"from": ["Properties", "PortRange", "From"],
		"to": ["Properties", "PortRange", "To"],
		"protocol": ["Properties", "Protocol"],
		"action": ["Properties", "RuleAction"],
		"number": ["Properties", "RuleNumber"],
		"egress": ["Properties", "Egress"],
		"acl": ["Properties", "NetworkAclId"],
	},
	"aws_network_acl_rule": {
		"blocks": [["cidr_block"], ["ipv6_cidr_block"]],
		"from": ["from_port"],
		"to": ["to_port"],
		"protocol": ["protocol"],
		"action": ["rule_action"],
		"number": ["rule_number"],
		"egress": ["egress"],
		"acl": ["network_acl_id"],
	},
}

_inline_fields := {
	"blocks": [["cidr_block"], ["ipv6_cidr_block"]],
	"from": ["from_port"],
	"to": ["to_port"],
	"protocol": ["protocol"],
	"action": ["action"],
	"number": ["rule_no"],
	"egress": ["no such field"],
}

rows := [row |
	some entry in array.concat(_standalone, _inline)
	not value.truthy(_at(entry, "egress"))
	some block in entry.fields.blocks
	written := object.get(entry.resource.node, array.concat(entry.base, block), null)
	_set(written)
	row := _row(entry, array.concat(entry.base, block), written)
]

_set(written) if {
	written != null
	written != ""
}

_standalone := [{"resource": rule, "base": [], "fields": fields, "acls": acls} |
	some type, fields in _fields
	some rule in graph.of_types([type])
	acls := sort([address | some address in network_joins.join(rule, fields.acl, _acl_types).to])
]

_inline := [{"resource": acl, "base": ["ingress", index], "fields": _inline_fields, "acls": [acl.address]} |
	some acl in graph.of_types(["aws_network_acl", "aws_default_network_acl"])
	entries := object.get(acl.node, "ingress", null)
	is_array(entries)
	some index, _ in entries
]

_at(entry, which) := object.get(entry.resource.node, array.concat(entry.base, entry.fields[which]), null)

_row(entry, at, written) := {
	"origin": entry.resource.address,
	"path": entry.base,
	"at": at,
	"acls": entry.acls,
	"number": _at(entry, "number"),
	"action": _action(_at(entry, "action")),
	"protocol": protocol,
	"from": ports.from,
	"to": ports.to,
	"decided": ports.decided,
	"block": written,
	"reach": cidr.reach(written),
	"key": sprintf("acl/%s/%s/%s", [protocol, ports.text, value.shown(written)]),
	"waits": _waits(entry, written),
} if {
	protocol := _protocol(_at(entry, "protocol"))
	ports := _ports(_at(entry, "from"), _at(entry, "to"), protocol)
}

_action(written) := lower(written) if is_string(written)

_action(written) := "unknown" if not is_string(written)

_names := {"-1": "all", "6": "tcp", "17": "udp"}

_protocol(written) := object.get(_names, text, text) if {
	value.known(written)
	text := lower(sprintf("%v", [written]))
}

_protocol(written) := "unknown" if not value.known(written)

_all_ports := {"from": 0, "to": 65535, "decided": true, "text": "all"}

_ports(_, _, protocol) := _all_ports if protocol == "all"

_ports(from, to, protocol) := _all_ports if {
	protocol != "all"
	from == null
	to == null
}

_ports(from, to, protocol) := {"from": low, "to": high, "decided": true, "text": sprintf("%d-%d", [low, high])} if {
	protocol != "all"
	low := value.number(from)
	high := value.number(to)
}

_ports(from, to, protocol) := {"from": 0, "to": 65535, "decided": false, "text": "unknown"} if {
	protocol != "all"
	_undecided_end(from, to)
}

_undecided_end(from, _) if value.opaque(from)

_undecided_end(_, to) if value.opaque(to)

_undecided_end(from, to) if {
	from == null
	to != null
}

_undecided_end(from, to) if {
	from != null
	to == null
}

_waits(entry, written) := concat(", ", sort({waits |
	some part in [written, _at(entry, "protocol"), _at(entry, "from"), _at(entry, "to"), _at(entry, "action")]
	value.opaque(part)
	waits := network_joins.waits(part)
}))
