# METADATA
# title: Exposure of the subnets that a workload names
# description: |
#   `subnets` is the row of every subnet of the unit by address; see policies/views/subnet_exposure.rego.
package policies.lib.network

import data.policies.lib.network_joins

subnets := input.views.subnet_exposure if input.views.subnet_exposure

subnets := data.policies.views.subnet_exposure.rows if not input.views.subnet_exposure

# What the subnets at `path` of a resource are: one entry a list element, or one for a list that is not known as such:
# {"path", "class", "rows", "why"}, the class being "public", "inside" or "unknown".
exposures(resource, path) := [exposure |
	some found in network_joins.joins(resource, path, ["AWS::EC2::Subnet", "aws_subnet"])
	named := [row | some address in sort([each | some each in found.to]); row := subnets[address]]
	classes := {row.class | some row in named} | {"unknown" | found.open}
	written := object.get(resource.node, found.path, null)
	exposure := {
		"path": found.path,
		"class": _one_class(classes),
		"rows": named,
		"why": _why(classes, named, written),
	}
]

_one_class(classes) := "public" if classes == {"public"}

_one_class(classes) := "inside" if {
	count(classes) > 0
	count(classes - {"private", "isolated"}) == 0
}

_one_class(classes) := "unknown" if count(classes) == 0

_one_class(classes) := "unknown" if {
	classes != {"public"}
	count(classes - {"private", "isolated"}) > 0
}

_why(classes, named, written) := network_joins.waits(written) if {
	"unknown" in classes
	count(named) == 0
}

_why(classes, named, _) := concat("; ", [row.why | some row in named; row.class == "unknown"]) if {
	"unknown" in classes
	count([row | some row in named; row.class == "unknown"]) > 0
}

_why(classes, named, _) := "some of its values are not declared here" if {
	"unknown" in classes
	count(named) > 0
	count([row | some row in named; row.class == "unknown"]) == 0
}

_why(classes, _, _) := "it can be public and private subnets" if not "unknown" in classes
