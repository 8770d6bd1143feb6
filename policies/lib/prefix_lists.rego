# METADATA
# title: What managed prefix lists reach
# description: |
#   Follows a value to a prefix list of the unit and judges its entries. A list that the unit does not declare is
#   unknown, except the one that CloudFront publishes for its own servers, which is not the world; its ids by Region
#   are in the table cloudfront_prefix_lists.
package policies.lib.prefix_lists

import data.policies.lib.cidr
import data.policies.lib.network_joins
import data.policies.lib.value

_types := ["AWS::EC2::PrefixList", "aws_ec2_managed_prefix_list"]

_entries_path := {
	"AWS::EC2::PrefixList": {"entries": ["Properties", "Entries"], "block": "Cidr"},
	"aws_ec2_managed_prefix_list": {"entries": ["entry"], "block": "cidr"},
}

# Keeps an index without entries defined under regorus; no address is empty.
_separate[""] contains null

_separate[list] contains block if {
	some entry in object.get(input.by_type, "aws_ec2_managed_prefix_list_entry", [])
	some list in network_joins.join(entry, ["prefix_list_id"], _types).to
	block := object.get(entry.node, "cidr", null)
}

# What the list that the value at `path` names reaches: "world", "other" or "unknown".
reach(resource, path) := "other" if cloudfront(resource, path)

reach(resource, path) := _summed(reaches, found.open) if {
	not cloudfront(resource, path)
	found := network_joins.join(resource, path, _types)
	reaches := {reached | some address in found.to; reached := _reach_of(address)}
}

_reach_of(address) := _summed(reaches, count(reaches) == 0) if {
	list := input.resources[address]
	names := _entries_path[list.type]
	inline := [object.get(entry, names.block, null) |
		entries := object.get(list.node, names.entries, null)
		is_array(entries)
		some entry in entries
		is_object(entry)
	]
	separate := [block | some block in object.get(_separate, address, set())]
	decided := {reached | some block in array.concat(inline, separate); reached := cidr.reach(block)}
	reaches := decided | _undecided(list, names)
}

_undecided(list, names) := {"unknown" |
	entries := object.get(list.node, names.entries, [])
	not is_array(entries)
}

_summed(reaches, _) := "world" if "world" in reaches

_summed(reaches, open) := "other" if {
	reaches == {"other"}
	not open
}

_summed(reaches, open) := "unknown" if {
	not "world" in reaches
	_uncertain(reaches, open)
}

_uncertain(reaches, _) if reaches != {"other"}

_uncertain(_, open) if open == true

# Tells whether the value at `path` names the list that CloudFront publishes for its own servers.
cloudfront(resource, path) if object.get(resource.node, path, null) in data.tables.cloudfront_prefix_lists.ids

# A lookup by Region gives one of known values: CloudFront's where all of them are.
cloudfront(resource, path) if {
	open := object.get(resource.node, path, null)
	value.unknown(open)
	open["$unknown"].kind in {"mapping", "parameter"}
	choices := {choice | some choice in object.get(open["$unknown"], "values", [])}
	count(choices) > 0
	choices - {id | some id in data.tables.cloudfront_prefix_lists.ids} == set()
}

cloudfront(resource, path) if {
	lists := network_joins.join(resource, path, ["data.aws_ec2_managed_prefix_list", "data.aws_prefix_list"]).to
	count(lists) == 1
	some address in lists
	object.get(input.resources[address].node, "name", "") in data.tables.cloudfront_prefix_lists.names
}
