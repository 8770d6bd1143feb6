# METADATA
# title: Public entry points that a web ACL can protect
# description: |
#   Internet-facing application load balancers, distributions and stages of REST APIs, and on demand GraphQL APIs and
#   user pools. HTTP APIs and network load balancers cannot have a web ACL. A point is {"address", "resource", "noun",
#   "distribution", "certain", "evidence"}: `certain` is false where it may not be public, `evidence` are the paths that
#   tell. Facts: AWS WAF Developer Guide, "Resources that you can protect".
package policies.lib.entry_points

import data.policies.lib.cloudfront_origins
import data.policies.lib.graph
import data.policies.lib.load_balancers
import data.policies.lib.network_joins
import data.policies.lib.value

_balancer_paths := {
	"AWS::ElasticLoadBalancingV2::LoadBalancer": [["Properties", "Scheme"], ["Properties", "Type"]],
	"aws_lb": [["internal"], ["load_balancer_type"]],
}

_enabled_path := {
	"AWS::CloudFront::Distribution": ["Properties", "DistributionConfig", "Enabled"],
	"aws_cloudfront_distribution": ["enabled"],
}

_stage_paths := {
	"AWS::ApiGateway::Stage": {"api": ["Properties", "RestApiId"], "name": ["Properties", "StageName"]},
	"aws_api_gateway_stage": {"api": ["rest_api_id"], "name": ["stage_name"]},
}

_endpoint_types := {
	"AWS::ApiGateway::RestApi": ["Properties", "EndpointConfiguration", "Types"],
	"aws_api_gateway_rest_api": ["endpoint_configuration", 0, "types"],
}

_extra_types := {
	"AWS::AppSync::GraphQLApi": "GraphQL API",
	"aws_appsync_graphql_api": "GraphQL API",
	"AWS::Cognito::UserPool": "User pool",
	"aws_cognito_user_pool": "User pool",
}

# The types of which an association can name a resource.
types := {type | some type, _ in _balancer_paths} | {type | some type, _ in _stage_paths} |
	{type | some type, _ in _endpoint_types} | {type | some type, _ in _extra_types}

# The public entry points of the unit, in order.
public(extra) := array.concat(
	array.concat(_balancers, _distributions),
	array.concat(_stages, [point | extra; some point in _extras]),
)

_balancers := [point |
	some balancer in graph.of_types(object.keys(_balancer_paths))
	row := load_balancers.balancers[balancer.address]
	row.kind in {"application", "unknown"}
	row.scheme in {"internet-facing", "unknown"}
	point := {
		"address": balancer.address,
		"resource": balancer,
		"noun": "Load balancer",
		"distribution": false,
		"certain": {row.kind, row.scheme} == {"application", "internet-facing"},
		"evidence": _balancer_paths[balancer.type],
	}
]

_distributions := [point |
	some distribution in graph.of_types(object.keys(_enabled_path))
	record := value.get(distribution, _enabled_path[distribution.type])
	not _disabled(record)
	point := {
		"address": distribution.address,
		"resource": distribution,
		"noun": "Distribution",
		"distribution": true,
		"certain": value.is_known(record),
		"evidence": [_enabled_path[distribution.type]],
	}
]

_disabled(record) if {
	value.is_known(record)
	value.falsy(record.value)
}

_stages := [point |
	some stage in graph.of_types(object.keys(_stage_paths))
	found := _api(stage)
	kinds := {kind | some api in found.to; kind := _exposure(input.resources[api])}
	kinds != {"private"}
	point := {
		"address": stage.address,
		"resource": stage,
		"noun": "API stage",
		"distribution": false,
		"certain": kinds == {"public"},
		"evidence": [_stage_paths[stage.type].api, _stage_paths[stage.type].name],
	}
]

_api(stage) := network_joins.join(stage, _stage_paths[stage.type].api, object.keys(_endpoint_types))

# Whether an API has an endpoint on the internet: "public", "private" or "unknown".
_exposure(api) := _endpoint(value.get(api, _endpoint_types[api.type]))

_endpoint(record) := "public" if value.is_absent(record)

_endpoint(record) := "unknown" if value.is_unknown(record)

_endpoint(record) := "private" if {
	value.is_known(record)
	"PRIVATE" in value.list(record.value)
}

_endpoint(record) := "unknown" if {
	value.is_known(record)
	not "PRIVATE" in value.list(record.value)
	count([item | some item in value.list(record.value); value.opaque(item)]) > 0
}

_endpoint(record) := "public" if {
	value.is_known(record)
	not "PRIVATE" in value.list(record.value)
	count([item | some item in value.list(record.value); value.opaque(item)]) == 0
}

_extras := [point |
	some resource in graph.of_types(object.keys(_extra_types))
	point := {
		"address": resource.address,
		"resource": resource,
		"noun": _extra_types[resource.type],
		"distribution": false,
		"certain": true,
		"evidence": [],
	}
]

# The addresses that a resource refers to when it names an entry point by reference: the point's, or its API's.
spoken_for(point) := {point.address} | {api |
	point.resource.type in object.keys(_stage_paths)
	some api in _api(point.resource).to
}

# Tells whether the value at `path` of a resource names an entry point: by a reference to it, or, for a stage, by a
# reference to its API and the name of the stage.
named_by(point, resource, path) if point.address in graph.referenced(resource, path)

named_by(point, resource, path) if {
	point.resource.type in object.keys(_stage_paths)
	count(_api(point.resource).to & graph.referenced(resource, path)) > 0
	not _other_stage(point, resource, path)
}

# The ARN ends in the name of another stage.
_other_stage(point, resource, path) if {
	written := object.get(resource.node, path, null)
	value.partial(written)
	last := written["$partial"][count(written["$partial"]) - 1]
	is_string(last)
	name := object.get(point.resource.node, _stage_paths[point.resource.type].name, null)
	is_string(name)
	not endswith(last, sprintf("/%s", [name]))
}

_other_stage(point, resource, path) if {
	some address in graph.referenced(resource, path)
	input.resources[address].type in object.keys(_stage_paths)
	address != point.address
}

# How a load balancer is reached through CloudFront.
behind_cloudfront(address) := cloudfront_origins.way(address)
