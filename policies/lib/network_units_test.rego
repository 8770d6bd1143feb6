# METADATA
# title: Units for the tests of network policies
# description: Builds the scan view of hand-made resources, with an edge for every reference that they hold.
package policies.lib.network_units_test

unit(resources) := {
	"resources": {resource.address: resource | some resource in resources},
	"by_type": {type: of_type |
		some type in {resource.type | some resource in resources}
		of_type := [resource | some resource in resources; resource.type == type]
	},
	"outputs": [],
	"unit": {"providers": {"aws": {"major": 6}}, "complete": true},
}

cfn(address, type, properties) := {
	"address": address,
	"type": type,
	"format": "cloudformation",
	"node": {"Type": type, "Properties": properties},
	"properties": properties,
	"references": _edges({"Properties": properties}),
}

tf(address, type, node) := {
	"address": address,
	"type": type,
	"format": "terraform-plan",
	"node": node,
	"properties": node,
	"module": "",
	"provider": "aws",
	"references": _edges(node),
}

ref(address) := {"$reference": {"address": address, "attribute": "id"}}

parameter(name) := {"$unknown": {"kind": "parameter", "name": name, "why": "has no default"}}

# A value that the plan computes from several resources.
computed(addresses) := {"$unknown": {
	"kind": "computed",
	"name": concat(", ", addresses),
	"why": "is known after apply",
	"references": [{"address": address, "attribute": "id"} | some address in addresses],
}}

conditional(resource, condition) := object.union(resource, {"conditional": {"$unknown": {
	"kind": "condition",
	"name": condition,
	"why": "is not decided",
}}})

_edges(node) := array.concat(
	[edge |
		walk(node, [path, found])
		is_object(found)
		target := object.get(found, "$reference", null)
		is_object(target)
		edge := object.union(target, {"path": path})
	],
	[edge |
		walk(node, [path, found])
		is_object(found)
		some target in object.get(object.get(found, "$unknown", {}), "references", [])
		edge := object.union(target, {"path": path})
	],
)
