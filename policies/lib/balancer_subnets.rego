# METADATA
# title: Where a load balancer names its subnets
# description: |
#   A load balancer lists its subnets, or maps each of them to an address of its own. `paths` are those of the lists and
#   values that name subnets.
package policies.lib.balancer_subnets

import data.policies.lib.value

_fields := {
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {
		"list": ["Properties", "Subnets"],
		"mappings": ["Properties", "SubnetMappings"],
		"subnet": "SubnetId",
	},
	"aws_lb": {"list": ["subnets"], "mappings": ["subnet_mapping"], "subnet": "subnet_id"},
}

# A plan computes the list from the mappings, so that the mappings count only where there is no list.
paths(balancer) := [fields.list] if {
	fields := _fields[balancer.type]
	_lists(balancer, fields)
}

paths(balancer) := found if {
	fields := _fields[balancer.type]
	not _lists(balancer, fields)
	found := [path |
		some index, _ in value.list(object.get(balancer.node, fields.mappings, null))
		path := array.concat(fields.mappings, [index, fields.subnet])
	]
}

_lists(balancer, fields) if {
	written := object.get(balancer.node, fields.list, null)
	written != null
	written != []
}
