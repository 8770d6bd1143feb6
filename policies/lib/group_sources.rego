# METADATA
# title: Which security groups may talk to a resource
# description: |
#   What the controls of ingress from groups share: the groups that a list names, the ingress rules of groups, and
#   whether the source of a rule is among those that are allowed.
package policies.lib.group_sources

import data.policies.lib.network_joins
import data.policies.lib.security_groups
import data.policies.lib.value

_group_types := ["AWS::EC2::SecurityGroup", "aws_security_group", "aws_default_security_group"]

# The groups of the list at `path` of a resource: {"to", "open", "why"}; an empty list and no list are alike.
named(resource, path) := {"to": to, "open": count(open) > 0, "why": why, "written": count(found) > 0} if {
	found := network_joins.joins(resource, path, _group_types)
	to := {address | some one in found; some address in one.to}
	open := [one | some one in found; one.open]
	why := concat("; ", [text | some one in open; text := _why(object.get(resource.node, one.path, null))])
}

_why(written) := network_joins.waits(written) if written != null

_why(written) := "a group is known only at deployment" if written == null

# Keeps an index without entries defined under regorus; no address is empty.
_ingress[""] contains null

_ingress[group] contains row if {
	some row in security_groups.rules.ingress
	some group in row.groups
}

# The ingress rules of some groups.
rules_of(groups) := {row | some group in groups; some row in object.get(_ingress, group, set())}

# Whether the source of a rule is one of the allowed groups or the group itself: "yes", "no" or "open".
from(row, _) := "yes" if row.kind == "self"

from(row, _) := "no" if row.kind == "prefix-list"

from(row, _) := _of_block(row.source) if row.kind == "cidr"

from(row, _) := "open" if row.kind == "unknown"

from(row, allowed) := answer if {
	row.kind == "group"
	source := source_of(row)
	answer := _of_group(source, allowed | {group | some group in row.groups})
}

# A block is no group, whatever it holds; one that may not be there is none yet.
_of_block(source) := "no" if not value.unknown(source)

_of_block(source) := "no" if {
	value.unknown(source)
	source["$unknown"].kind == "parameter"
}

_of_block(source) := "open" if {
	value.unknown(source)
	source["$unknown"].kind != "parameter"
}

_of_group(source, allowed) := "no" if count(source.to - allowed) > 0

_of_group(source, allowed) := "open" if {
	count(source.to - allowed) == 0
	source.open
}

_of_group(source, allowed) := "yes" if {
	count(source.to - allowed) == 0
	not source.open
}

# What the group source of a rule names.
source_of(row) := network_joins.join(input.resources[row.origin], row.at, _group_types)
