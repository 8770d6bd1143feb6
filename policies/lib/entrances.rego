# METADATA
# title: Where traffic enters
# description: |
#   Load balancers (predicate P3), distributions and APIs of the unit: {"address", "noun", "exposure": "internet",
#   "internal" or "unknown", "why", "details", "to": the addresses that they hand requests to, "open": what is missing}.
package policies.lib.entrances

import data.policies.lib.distributions
import data.policies.lib.graph
import data.policies.lib.load_balancers
import data.policies.lib.network_joins
import data.policies.lib.traffic
import data.policies.lib.value

_facts := data.tables.architecture

_service_types := {type | some type, _ in _facts.services}

all := array.concat(array.concat(_balancers, _classic), array.concat(_distributions, _apis))

_exposures := {"internet-facing": "internet", "internal": "internal", "unknown": "unknown"}

_nouns := {
	"application": "Application load balancer",
	"network": "Network load balancer",
	"gateway": "Gateway load balancer",
	"unknown": "Load balancer of unknown type",
}

_balancers := [entry |
	some address, row in load_balancers.balancers
	exposure := _exposures[row.scheme]
	entry := {
		"address": address,
		"noun": _nouns[row.kind],
		"exposure": exposure,
		"why": _scheme_why(exposure),
		"details": array.concat(_listeners(address), _acl_details(address, row.kind == "application")),
		"to": _behind_balancer(address),
		"open": _open_listeners(address),
	}
]

_scheme_why("unknown") := "its scheme is not known"

_scheme_why(exposure) := "" if exposure != "unknown"

_listeners(balancer) := sort({shown |
	some listener in load_balancers.listeners
	listener.balancer == balancer
	shown := concat(" ", [_protocol(listener.protocol), _port(listener.port)])
})

_protocol(protocol) := protocol if protocol != "unknown"

_protocol("unknown") := "undecided protocol"

_port(port) := sprintf("%v", [port]) if {
	port != null
	not value.opaque(port)
}

_port(port) := "undecided port" if value.opaque(port)

_port(null) := "undecided port"

_open_listeners(balancer) := sort({sprintf("where listener '%s' forwards to is not declared here", [address]) |
	some address, listener in traffic.listeners
	load_balancers.listeners[address].balancer == balancer
	listener.open
})

# What a load balancer forwards to: services by their target groups, what groups list, and what is attached to them.
_behind_balancer(balancer) := {target |
	some address, group in traffic.groups
	balancer in group.balancers
	some target in _targets(address)
} | {address |
	some address, service in traffic.services
	balancer in service.balancers
}

_targets(group) := {target |
	some target in _using(group)
} | {target |
	some target in graph.referenced(input.resources[group], [])
	_is_service(target)
} | {target |
	some attachment in graph.referrers(group, _facts.attachments)
	some target in graph.referenced(attachment, [])
	_is_service(target)
}

# Keeps the index without entries defined under regorus; no address is empty.
_users[""] contains null

_users[used] contains service.address if {
	some service in graph.of_types(object.keys(_facts.services))
	some edge in object.get(service, "references", [])
	used := edge.address
}

_using(address) := object.get(_users, address, set())

_is_service(address) if object.get(input.resources, [address, "type"], "") in _service_types

_classic := [entry |
	some balancer in graph.of_types(_facts.classic_balancers)
	kind := load_balancers.place_kind({"address": balancer.address, "type": balancer.type})
	exposure := {"public": "internet", "other": "internal", "open": "unknown"}[kind]
	entry := {
		"address": balancer.address,
		"noun": "Classic load balancer",
		"exposure": exposure,
		"why": _scheme_why(exposure),
		"details": [],
		"to": _using(balancer.address) | _targets(balancer.address),
		"open": [],
	}
]

_distributions := [entry |
	some distribution in distributions.all
	origins := [origin | some origin in distributions.origins; origin.distribution == distribution.address]
	to := {address |
		some origin in origins
		some address in graph.referenced(distribution, origin.path)
		some target in _origin_target(address)
		_is_origin(target)
	}
	entry := {
		"address": distribution.address,
		"noun": "CloudFront distribution",
		"exposure": "internet",
		"why": "",
		"details": array.concat(_viewers(distribution.address), _distribution_acl(distribution)),
		"to": to,
		"open": sort({text |
			some origin in origins
			count(graph.referenced(distribution, origin.path)) == 0
			text := sprintf("origin '%s' is not declared here", [origin.name])
		}),
	}
]

# An origin in a VPC leads to a load balancer, and a website configuration to its bucket.
_leading := {
	"AWS::CloudFront::VpcOrigin",
	"aws_cloudfront_vpc_origin",
	"aws_s3_bucket_website_configuration",
	"AWS::ApiGateway::Stage",
	"AWS::ApiGatewayV2::Stage",
	"aws_api_gateway_stage",
	"aws_apigatewayv2_stage",
}

_origin_target(address) := graph.referenced(input.resources[address], []) if _type(address) in _leading

_origin_target(address) := {address} if not _type(address) in _leading

_type(address) := object.get(input.resources, [address, "type"], "")

_is_origin(address) if _type(address) in {"AWS::S3::Bucket", "aws_s3_bucket"}

_is_origin(address) if _facts.apis[_type(address)]

_is_origin(address) if _type(address) in _facts.classic_balancers

_is_origin(address) if _is_target(address)

_viewers(address) := sort({shown |
	some behaviour in distributions.behaviours_of(address)
	value.is_known(behaviour.viewer)
	shown := object.get(_viewer_texts, behaviour.viewer.value, "undecided protocol")
})

_viewer_texts := {
	"https-only": "HTTPS only",
	"redirect-to-https": "HTTP redirected to HTTPS",
	"allow-all": "HTTP and HTTPS",
}

_apis := [entry |
	some type, noun in _facts.apis
	some api in graph.of_types([type])
	exposure := _api_exposure(api)
	entry := {
		"address": api.address,
		"noun": noun,
		"exposure": exposure,
		"why": _endpoint_why(exposure),
		"details": [],
		"to": _behind_api(api),
		"open": [],
	}
]

_endpoint_why("unknown") := "the types of its endpoints are not known"

_endpoint_why(exposure) := "" if exposure != "unknown"

_api_exposure(api) := "internet" if not _facts.endpoints[api.type]

_api_exposure(api) := exposure if {
	record := value.get(api, _facts.endpoints[api.type])
	exposure := _of_endpoint(record)
}

_of_endpoint(record) := "internet" if value.is_absent(record)

_of_endpoint(record) := "unknown" if value.is_unknown(record)

_of_endpoint(record) := "internal" if {
	value.is_known(record)
	"PRIVATE" in value.list(record.value)
}

_of_endpoint(record) := "internet" if {
	value.is_known(record)
	not "PRIVATE" in value.list(record.value)
}

_behind_api(api) := {target |
	some target in graph.referenced(api, [])
	_is_service(target)
} | {target |
	some part in graph.referrers(api.address, _facts.api_parts)
	some target in graph.referenced(part, [])
	target != api.address
	_is_target(target)
}

_is_target(address) if _is_service(address)

_is_target(address) if load_balancers.balancers[address]

# The web ACLs in front of an entry point.
_acl_details(address, true) := [sprintf("web ACL '%s'", [acl]) | some acl in _acls(address)] if count(_acls(address)) > 0

_acl_details(address, true) := ["no web ACL declared here"] if count(_acls(address)) == 0

_acl_details(_, false) := []

_acls(address) := sort({acl |
	some association in graph.referrers(address, _facts.acl_associations)
	some acl in graph.referenced(association, [])
	input.resources[acl].type in {"AWS::WAFv2::WebACL", "aws_wafv2_web_acl", "data.aws_wafv2_web_acl"}
})

_distribution_acl(distribution) := [shown |
	record := value.present(distribution, _facts.distribution_acl[distribution.type])
	shown := _acl_text(record)
]

_acl_text(record) := "no web ACL" if value.is_absent(record)

_acl_text(record) := "no web ACL" if record.value == ""

_acl_text(record) := sprintf("web ACL '%s'", [value.shown(record.value)]) if {
	value.is_known(record)
	record.value != ""
}

_acl_text(record) := sprintf("web ACL not known: %s", [network_joins.waits(record.value)]) if value.is_unknown(record)
