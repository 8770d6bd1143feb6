# METADATA
# title: Every rule of the security groups of the unit
# description: |
#   {"ingress": rows, "egress": rows}, one row for each rule and source, written inline or as a resource of its own:
#   {"origin", "path", "at", "groups", "open", "protocol", "ports", "from", "to", "kind", "source", "reach", "shown",
#   "key"}. `protocol` is "tcp", "udp", "icmp", "icmpv6", "all", a number as text, or "unknown"; `ports` is "all",
#   "range" (`from` and `to` are numbers) or "unknown"; `kind` is "cidr", "prefix-list", "group", "self" or
#   "unknown"; `reach` is "world", "other" or "unknown"; `open` tells that the group is not one of the unit. What
#   cannot be decided stays in the row, and `waits` says what for; `one_port` is what both ends of the ports are,
#   where that is one undecided value, else null. Facts: Amazon VPC User Guide, "Security group rules".
package policies.views.security_group_rules

import data.policies.lib.cidr
import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.prefix_lists
import data.policies.lib.value

_group_types := ["AWS::EC2::SecurityGroup", "aws_security_group", "aws_default_security_group"]

# The names of the fields of a rule.
_template_fields := {
	"protocol": "IpProtocol",
	"from": "FromPort",
	"to": "ToPort",
	"scalars": {
		"CidrIp": "cidr",
		"CidrIpv6": "cidr",
		"SourcePrefixListId": "prefix-list",
		"DestinationPrefixListId": "prefix-list",
		"SourceSecurityGroupId": "group",
		"SourceSecurityGroupName": "group",
		"DestinationSecurityGroupId": "group",
	},
	"lists": {},
}

_block_fields := {
	"protocol": "protocol",
	"from": "from_port",
	"to": "to_port",
	"scalars": {"source_security_group_id": "group"},
	"lists": {
		"cidr_blocks": "cidr",
		"ipv6_cidr_blocks": "cidr",
		"prefix_list_ids": "prefix-list",
		"security_groups": "group",
	},
}

_vpc_rule_fields := {
	"protocol": "ip_protocol",
	"from": "from_port",
	"to": "to_port",
	"scalars": {
		"cidr_ipv4": "cidr",
		"cidr_ipv6": "cidr",
		"prefix_list_id": "prefix-list",
		"referenced_security_group_id": "group",
	},
	"lists": {},
}

_inline_at := {
	"AWS::EC2::SecurityGroup": {
		"ingress": ["Properties", "SecurityGroupIngress"],
		"egress": ["Properties", "SecurityGroupEgress"],
	},
	"aws_security_group": {"ingress": ["ingress"], "egress": ["egress"]},
	"aws_default_security_group": {"ingress": ["ingress"], "egress": ["egress"]},
}

_inline_fields := {
	"AWS::EC2::SecurityGroup": _template_fields,
	"aws_security_group": _block_fields,
	"aws_default_security_group": _block_fields,
}

_rule_types := {
	"AWS::EC2::SecurityGroupIngress": {
		"direction": "ingress",
		"base": ["Properties"],
		"group": ["Properties", "GroupId"],
		"fields": _template_fields,
	},
	"AWS::EC2::SecurityGroupEgress": {
		"direction": "egress",
		"base": ["Properties"],
		"group": ["Properties", "GroupId"],
		"fields": _template_fields,
	},
	"aws_security_group_rule": {
		"direction": "",
		"base": [],
		"group": ["security_group_id"],
		"fields": _block_fields,
	},
	"aws_vpc_security_group_ingress_rule": {
		"direction": "ingress",
		"base": [],
		"group": ["security_group_id"],
		"fields": _vpc_rule_fields,
	},
	"aws_vpc_security_group_egress_rule": {
		"direction": "egress",
		"base": [],
		"group": ["security_group_id"],
		"fields": _vpc_rule_fields,
	},
}

rows := _read if not _may_cover

rows := {direction: judged |
	some direction, found in _read
	judged := [final | some row in found; final := _judged(row, direction)]
} if {
	_may_cover
}

# Few blocks hold no more than each of them does: nearly every unit is done here.
_may_cover if {
	some found in _read
	count([row | some row in found; row.kind == "cidr"]) > 256
}

_read := {"ingress": _rows("ingress"), "egress": _rows("egress")}

# The blocks of each group, protocol and ports; the first key keeps the index defined under regorus.
_blocks[""] contains ""

_blocks[key] contains row.source if {
	some direction, found in _read
	some row in found
	row.kind == "cidr"
	is_string(row.source)
	key := _block_key(row, direction)
}

# Many blocks, each too small to count alone, that hold every address together.
_covering := {key |
	some key, texts in _blocks
	count(texts) > 256
	cidr.covers(texts)
}

_block_key(row, direction) := sprintf("%s %s %s %s", [direction, concat(" ", row.groups), row.protocol, row.port_text])

_judged(row, direction) := row if not _block_key(row, direction) in _covering

_judged(row, direction) := object.union(row, {"reach": "world"}) if {
	row.kind == "cidr"
	_block_key(row, direction) in _covering
}

_judged(row, direction) := row if {
	row.kind != "cidr"
	_block_key(row, direction) in _covering
}

_rows(direction) := [row |
	some entry in _entries
	direction in entry.directions
	some source in _sources(entry)
	row := _row(entry, source)
]

_entries := array.concat(array.concat(_inline_entries, _undecided_entries), _standalone_entries)

_inline_entries := [entry |
	some group in graph.of_types(_group_types)
	some direction, at in _inline_at[group.type]
	some index, _ in value.list(_decided_list(group.node, at))
	entry := {
		"resource": group,
		"base": _element(group.node, at, index),
		"standalone": false,
		"directions": [direction],
		"groups": {"to": {group.address}, "open": false},
		"fields": _inline_fields[group.type],
	}
]

_decided_list(node, at) := object.get(node, at, null) if not value.opaque(object.get(node, at, null))

_decided_list(node, at) := [] if value.opaque(object.get(node, at, null))

# CloudFormation takes one rule where a list of rules is expected.
_element(node, at, index) := array.concat(at, [index]) if is_array(object.get(node, at, null))

_element(node, at, _) := at if not is_array(object.get(node, at, null))

# A list of rules that is undecided as a whole.
_undecided_entries := [entry |
	some group in graph.of_types(_group_types)
	some direction, at in _inline_at[group.type]
	value.opaque(object.get(group.node, at, null))
	entry := {
		"resource": group,
		"base": at,
		"standalone": false,
		"directions": [direction],
		"groups": {"to": {group.address}, "open": false},
		"fields": _inline_fields[group.type],
	}
]

_standalone_entries := [entry |
	some type, form in _rule_types
	some rule in graph.of_types([type])
	entry := {
		"resource": rule,
		"base": form.base,
		"standalone": true,
		"directions": _directions(rule, form),
		"groups": network_joins.join(rule, form.group, _group_types),
		"fields": form.fields,
	}
]

_directions(_, form) := [form.direction] if form.direction != ""

_directions(rule, form) := [object.get(rule.node, "type", null)] if {
	form.direction == ""
	is_string(object.get(rule.node, "type", null))
}

_directions(rule, form) := ["ingress", "egress"] if {
	form.direction == ""
	not is_string(object.get(rule.node, "type", null))
}

_at(entry, name) := object.get(entry.resource.node, array.concat(entry.base, [name]), null)

# Where a finding on this rule points: a rule resource as a whole, or the place inside its group.
_place(entry, _) := [] if entry.standalone

_place(entry, inner) := array.concat(entry.base, inner) if not entry.standalone

_sources(entry) := [{"kind": "unknown", "value": whole, "path": entry.base, "at": entry.base}] if {
	whole := object.get(entry.resource.node, entry.base, null)
	value.opaque(whole)
}

_sources(entry) := array.concat(_scalar_sources(entry), array.concat(_list_sources(entry), _self_sources(entry))) if {
	not value.opaque(object.get(entry.resource.node, entry.base, null))
}

_scalar_sources(entry) := [source |
	some name, kind in entry.fields.scalars
	written := _at(entry, name)
	_set(written)
	at := array.concat(entry.base, [name])
	source := {"kind": kind, "value": written, "path": _place(entry, []), "at": at}
]

_set(written) if {
	written != null
	written != ""
}

_list_sources(entry) := array.concat(
	[source |
		some name, kind in entry.fields.lists
		some index, written in value.list(_decided_list(entry.resource.node, array.concat(entry.base, [name])))
		at := array.concat(entry.base, [name, index])
		source := {"kind": kind, "value": written, "path": _place(entry, [name, index]), "at": at}
	],
	[source |
		some name, kind in entry.fields.lists
		written := _at(entry, name)
		value.opaque(written)
		at := array.concat(entry.base, [name])
		source := {"kind": kind, "value": written, "path": _place(entry, [name]), "at": at}
	],
)

_self_sources(entry) := [{"kind": "self", "value": true, "path": _place(entry, []), "at": entry.base} |
	value.truthy(_at(entry, "self"))
]

_row(entry, source) := {
	"origin": entry.resource.address,
	"path": source.path,
	"at": source.at,
	"groups": sort([address | some address in entry.groups.to]),
	"open": entry.groups.open,
	"protocol": protocol,
	"ports": ports.state,
	"port_text": ports.text,
	"from": ports.from,
	"to": ports.to,
	"kind": source.kind,
	"source": source.value,
	"reach": _reach(entry, source),
	"shown": value.shown(source.value),
	"key": sprintf("%s/%s/%s", [protocol, ports.text, value.shown(source.value)]),
	"waits": _waits(entry, source),
	"one_port": _one_port(entry, source),
} if {
	protocol := _protocol(_field(entry, source, "protocol"))
	ports := _ports(_field(entry, source, "from"), _field(entry, source, "to"), protocol)
}

# What both ends of the range are, where that is one undecided value: one port, whichever it is; else null.
_one_port(entry, source) := low if {
	low := _field(entry, source, "from")
	_same(low, _field(entry, source, "to"))
}

_one_port(entry, source) := null if {
	low := _field(entry, source, "from")
	high := _field(entry, source, "to")
	not _same(low, high)
}

_same(low, high) if {
	value.reference(low)
	low == high
}

_same(low, high) if {
	value.unknown(low)
	low["$unknown"].kind == "parameter"
	low == high
}

# A field of the rule; undecided like the rule itself.
_field(_, source, _) := source.value if source.kind == "unknown"

_field(entry, source, which) := _at(entry, entry.fields[which]) if source.kind != "unknown"

_reach(_, source) := cidr.reach(source.value) if source.kind == "cidr"

_reach(_, source) := "other" if source.kind in {"group", "self"}

_reach(_, source) := "unknown" if source.kind == "unknown"

_reach(entry, source) := prefix_lists.reach(entry.resource, source.at) if source.kind == "prefix-list"

_protocol_names := {"-1": "all", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}

_protocol(written) := object.get(_protocol_names, text, text) if {
	value.known(written)
	text := lower(sprintf("%v", [written]))
}

_protocol(written) := "unknown" if not value.known(written)

_ports(_, _, protocol) := {"state": "all", "from": 0, "to": 65535, "text": "all"} if protocol == "all"

_ports(from, to, protocol) := {"state": "all", "from": 0, "to": 65535, "text": "all"} if {
	protocol != "all"
	_no_port(from)
	_no_port(to)
}

_ports(from, to, protocol) := {"state": "range", "from": low, "to": high, "text": _range_text(low, high)} if {
	protocol != "all"
	low := value.number(_first(from, to))
	high := value.number(_first(to, from))
	not _no_port(_first(from, to))
}

_ports(from, to, protocol) := {"state": "unknown", "from": 0, "to": 65535, "text": "unknown"} if {
	protocol != "all"
	not _decided_port(_first(from, to))
}

_ports(from, to, protocol) := {"state": "unknown", "from": 0, "to": 65535, "text": "unknown"} if {
	protocol != "all"
	_decided_port(_first(from, to))
	not _decided_port(_first(to, from))
}

_no_port(written) if written == null

_no_port(written) if written == -1

_no_port(written) if written == "-1"

_first(one, _) := one if one != null

_first(one, other) := other if one == null

_decided_port(written) if _no_port(written)

_decided_port(written) if is_number(written)

_decided_port(written) if {
	is_string(written)
	regex.match(`^-?[0-9]+$`, written)
}

_range_text(low, high) := sprintf("%d", [low]) if low == high

_range_text(low, high) := sprintf("%d-%d", [low, high]) if low != high

# What the undecided parts of a rule wait for.
_waits(entry, source) := concat(", ", sort({waits |
	some part in [
		source.value,
		_field(entry, source, "protocol"),
		_field(entry, source, "from"),
		_field(entry, source, "to"),
	]
	_undecided(part, source)
	waits := network_joins.waits(part)
}))

_undecided(part, _) if value.opaque(part)

_undecided(part, source) if {
	part == source.value
	source.kind == "prefix-list"
}
