# METADATA
# title: Who can reach what through security groups
# description: |
#   Follows the ingress rules of the groups at some paths of a resource (predicates P4 and P11) to what uses the groups
#   that they name: {"from": address or "", "name", "how", "certain", "why"}. `from` is empty where it is no resource of
#   the unit.
package policies.lib.reachability

import data.policies.lib.group_sources
import data.policies.lib.network_joins
import data.policies.lib.prefix_lists
import data.policies.lib.security_groups
import data.policies.lib.value

# The groups at the paths of a resource: {"to", "why": what is missing}.
groups(resource, paths) := {"to": to, "why": why} if {
	found := [one | some path in paths; one := group_sources.named(resource, path)]
	to := union({one.to | some one in found})
	why := concat("; ", sort({one.why | some one in found; one.open}))
}

# Whether a resource names security groups at a path.
written(resource, path) := found.written if found := group_sources.named(resource, path)

# Who is let in by the rules of some groups, in order.
peers(own) := sort({peer | some row in group_sources.rules_of(own); some peer in _peers(row, own)})

_peers(row, own) := {peer |
	source := _source(row)
	some group in source.to
	some peer in _of_group(row, group, own)
} | {_outside(row, "a security group that is not declared here", _reason(row.source)) |
	source := _source(row)
	source.open
} if {
	row.kind in {"group", "self"}
}

_peers(row, _) := {_outside(row, name, why) |
	name := _named(row)
	why := _missing(row)
} if {
	not row.kind in {"group", "self"}
}

_source(row) := {"to": {group | some group in row.groups}, "open": false} if row.kind == "self"

_source(row) := group_sources.source_of(row) if row.kind == "group"

# What uses the group; a group that nothing of the unit uses stands for itself.
_of_group(row, group, own) := {_inside(row, place.address) |
	some place in object.get(security_groups.attachments, [group, "attached"], [])
} if {
	_is_used(group)
	not group in own
}

_of_group(row, group, own) := {_outside(row, sprintf("members of '%s'", [group]), "")} if {
	not _is_used(group)
	not group in own
}

# A group that admits itself lets its members talk to one another.
_of_group(row, group, own) := {_outside(row, "its own security group", "") | row.kind in {"self", "group"}} if {
	group in own
}

_is_used(group) if count(object.get(security_groups.attachments, [group, "attached"], [])) > 0

_inside(row, address) := {"from": address, "name": address, "how": _how(row), "certain": true, "why": ""}

_outside(row, name, why) := {"from": "", "name": name, "how": _how(row), "certain": why == "", "why": why}

_how(row) := sprintf("%s, %s", [security_groups.ports_shown(row), security_groups.protocol_shown(row)]) if {
	row.protocol != "tcp"
	row.ports != "all"
}

_how(row) := security_groups.protocol_shown(row) if {
	row.protocol != "tcp"
	row.ports == "all"
}

_how(row) := "every port" if {
	row.protocol == "tcp"
	row.ports == "all"
}

_how(row) := sprintf("tcp %d", [row.from]) if {
	row.protocol == "tcp"
	row.ports == "range"
	row.from == row.to
}

_how(row) := sprintf("tcp %d-%d", [row.from, row.to]) if {
	row.protocol == "tcp"
	row.ports == "range"
	row.from != row.to
}

_how(row) := "an undecided port" if {
	row.protocol == "tcp"
	row.ports == "unknown"
}

_named(row) := "the internet" if row.reach == "world"

_named(row) := "CloudFront" if {
	row.reach != "world"
	_is_cloudfront(row)
}

_named(row) := row.shown if {
	row.reach != "world"
	not _is_cloudfront(row)
}

_is_cloudfront(row) if {
	row.kind == "prefix-list"
	prefix_lists.cloudfront(input.resources[row.origin], row.at)
}

_missing(row) := row.waits if {
	row.reach == "unknown"
	row.waits != ""
}

_missing(row) := "the source is not known" if {
	row.reach == "unknown"
	row.waits == ""
}

_missing(row) := "" if row.reach != "unknown"

_reason(source) := network_joins.waits(source) if value.opaque(source)

_reason(source) := "the source is not declared here" if not value.opaque(source)
