# METADATA
# title: CloudFront distributions, their cache behaviours and origins
# description: |
#   What templates and plans call differently, in one shape: the behaviours and the origins of each distribution, with
#   what an origin is by its configuration and its host name. Facts: Amazon CloudFront API Reference, types
#   CacheBehavior and Origin; Amazon S3 User Guide, "Website endpoints".
package policies.lib.distributions

import data.policies.lib.graph
import data.policies.lib.value

_shapes := {
	"AWS::CloudFront::Distribution": {
		"base": ["Properties", "DistributionConfig"],
		"first": ["DefaultCacheBehavior"],
		"ordered": ["CacheBehaviors"],
		"viewer": ["ViewerProtocolPolicy"],
		"target": ["TargetOriginId"],
		"pattern": ["PathPattern"],
		"origins": ["Origins"],
		"id": ["Id"],
		"domain": ["DomainName"],
		"custom": ["CustomOriginConfig"],
		"s3": ["S3OriginConfig"],
		"vpc": ["VpcOriginConfig"],
		"protocol": ["CustomOriginConfig", "OriginProtocolPolicy"],
		"versions": ["CustomOriginConfig", "OriginSSLProtocols"],
		"control": ["OriginAccessControlId"],
		"identity": ["S3OriginConfig", "OriginAccessIdentity"],
		"groups": ["OriginGroups", "Items"],
		"group": ["Id"],
		"members": ["Members", "Items"],
		"member": ["OriginId"],
	},
	"aws_cloudfront_distribution": {
		"base": [],
		"first": ["default_cache_behavior", 0],
		"ordered": ["ordered_cache_behavior"],
		"viewer": ["viewer_protocol_policy"],
		"target": ["target_origin_id"],
		"pattern": ["path_pattern"],
		"origins": ["origin"],
		"id": ["origin_id"],
		"domain": ["domain_name"],
		"custom": ["custom_origin_config"],
		"s3": ["s3_origin_config"],
		"vpc": ["vpc_origin_config"],
		"protocol": ["custom_origin_config", 0, "origin_protocol_policy"],
		"versions": ["custom_origin_config", 0, "origin_ssl_protocols"],
		"control": ["origin_access_control_id"],
		"identity": ["s3_origin_config", 0, "origin_access_identity"],
		"groups": ["origin_group"],
		"group": ["origin_id"],
		"members": ["member"],
		"member": ["origin_id"],
	},
}

# The distributions of the unit.
all := graph.of_types(object.keys(_shapes))

_path(resource, keys) := array.concat(_shapes[resource.type].base, keys)

_under(path, resource, key) := array.concat(path, _shapes[resource.type][key])

# Every behaviour: {"distribution", "name", "path", "viewer", "target"}; the last two are records.
behaviours := [row |
	some resource in all
	some place in _behaviour_places(resource)
	row := {
		"distribution": resource.address,
		"name": place.name,
		"path": place.path,
		"viewer": value.get(resource, _under(place.path, resource, "viewer")),
		"target": value.present(resource, _under(place.path, resource, "target")),
	}
]

# A partial object without entries is undefined to one of the engines: the index has an empty one.
_behaviours_of[""] contains {}

_behaviours_of[behaviour.distribution] contains behaviour if some behaviour in behaviours

# The behaviours of a distribution.
behaviours_of(address) := [behaviour | some behaviour in object.get(_behaviours_of, address, set())]

_behaviour_places(resource) := array.concat(
	[{"name": "default", "path": _path(resource, _shapes[resource.type].first)}],
	[place |
		at := _path(resource, _shapes[resource.type].ordered)
		some index, _ in value.list(object.get(resource.node, at, null))
		path := array.concat(at, [index])
		place := {"name": _pattern(resource, path), "path": path}
	],
)

_pattern(resource, path) := name if {
	written := object.get(resource.node, _under(path, resource, "pattern"), null)
	written != null
	name := value.shown(written)
}

_pattern(resource, path) := sprintf("behaviour %d", [path[count(path) - 1] + 1]) if {
	object.get(resource.node, _under(path, resource, "pattern"), null) == null
}

# Every origin: {"distribution", "name", "path", "kind", "certain", "id", "domain", "protocol", "versions", "control",
# "identity"}. The kind is "s3", "website", "vpc", "custom" or, for what is reached in another way, "other"; it is not
# certain where it follows from a host name that is not known.
origins := [row |
	some resource in all
	at := _path(resource, _shapes[resource.type].origins)
	some index, _ in value.list(object.get(resource.node, at, null))
	path := array.concat(at, [index])
	domain := value.present(resource, _under(path, resource, "domain"))
	id := value.present(resource, _under(path, resource, "id"))
	host := _host(resource, domain)
	config := _config(resource, path)
	row := {
		"distribution": resource.address,
		"name": _name(id, index),
		"path": path,
		"kind": _kind(config, host),
		"certain": _certain(config, host),
		"configured": config,
		"id": id,
		"domain": domain,
		"protocol": value.get(resource, _under(path, resource, "protocol")),
		"versions": value.get(resource, _under(path, resource, "versions")),
		"control": value.present(resource, _under(path, resource, "control")),
		"identity": value.present(resource, _under(path, resource, "identity")),
	}
]

_name(id, _) := value.shown(id.value) if {
	value.is_known(id)
	not value.partial(id.value)
}

_name(id, _) := value.source_text(id.value) if value.partial(id.value)

_name(id, index) := sprintf("origin %d", [index + 1]) if not value.is_known(id)

# How an origin is configured: "vpc", "custom", "s3" (said so, or said nothing, which means a bucket) or "unknown".
_config(resource, path) := configured[0] if {
	records := {kind: value.present(resource, _under(path, resource, kind)) | some kind in ["vpc", "custom", "s3"]}
	configured := array.concat(
		[kind | some kind in ["vpc", "custom", "s3"]; _is_written(records[kind])],
		array.concat(["unknown" | some record in records; value.is_unknown(record)], ["s3"]),
	)
}

# An empty list of blocks is none.
_is_written(record) if {
	value.is_known(record)
	record.value != []
}

# What the host name says: "s3", "website", "other" or "unknown". The attribute of a bucket says it, known or not.
_host(resource, domain) := _told(_attribute_host(resource, domain.path), domain)

_told(by_attribute, _) := by_attribute if by_attribute in {"s3", "website"}

_told(by_attribute, domain) := host if {
	not by_attribute in {"s3", "website"}
	host := _written_host(by_attribute, domain)
}

_written_host(_, domain) := _named_host(domain.value) if is_string(domain.value)

_written_host(by_attribute, domain) := _joined_host(domain.value, by_attribute) if value.partial(domain.value)

_written_host(by_attribute, domain) := by_attribute if {
	not is_string(domain.value)
	not value.partial(domain.value)
}

_bucket_types := {
	"AWS::S3::Bucket",
	"aws_s3_bucket",
	"aws_s3_bucket_website_configuration",
	"data.aws_s3_bucket",
}

_hosts_of_attributes := {
	"DomainName": "s3",
	"RegionalDomainName": "s3",
	"DualStackDomainName": "s3",
	"WebsiteURL": "website",
	"bucket_domain_name": "s3",
	"bucket_regional_domain_name": "s3",
	"website_endpoint": "website",
	"website_domain": "website",
}

# What the attribute of the bucket says; a host name that other resources give is none of S3.
_attribute_host(resource, path) := found[0] if {
	edges := [edge | some edge in object.get(resource, "references", []); edge.path == path]
	found := array.concat(
		[host |
			some edge in edges
			_type(edge.address) in _bucket_types
			host := object.get(_hosts_of_attributes, edge.attribute, "unknown")
		],
		array.concat([host | some edge in edges; host := _foreign_host(edge.address)], ["unknown"]),
	)
}

_type(address) := object.get(input.resources, [address, "type"], "")

_foreign_host(address) := "other" if {
	type := _type(address)
	type != ""
	not type in _bucket_types
	not type in _opaque_types
	not startswith(type, "Custom::")
}

# What gives anything.
_opaque_types := {
	"AWS::CloudFormation::CustomResource",
	"AWS::CloudFormation::Stack",
	"AWS::SSM::Parameter",
	"aws_ssm_parameter",
	"data.aws_ssm_parameter",
	"terraform_data",
	"null_resource",
	"data.external",
	"data.terraform_remote_state",
}

# Multi-Region access points and Object Lambda are reached through hosts of S3, but not as buckets.
_named_host(text) := _lowered_host(lower(text))

_lowered_host(text) := "other" if _is_other(text)

_lowered_host(text) := "website" if {
	not _is_other(text)
	_is_website(text)
}

_lowered_host(text) := "s3" if {
	not _is_other(text)
	not _is_website(text)
	_is_s3(text)
}

_is_other(text) if contains(text, ".s3-object-lambda.")

_is_other(text) if contains(text, "--ol-s3.")

_is_other(text) if endswith(text, ".accesspoint.s3-global.amazonaws.com")

_is_other(text) if not _in_s3(text)

_in_s3(text) if _is_s3(text)

_in_s3(text) if _is_website(text)

_is_website(text) if regex.match(`(^|[./])[^/]+\.s3-website[.-][a-z0-9-]+\.amazonaws\.com(\.cn)?/?$`, text)

_is_s3(text) if regex.match(`.\.s3([.-][a-z0-9-]+)?(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$`, text)

# A host name with holes: those of the account are filled, and what is written decides where it can.
_joined_host(written, by_attribute) := _decided_host(_filled(written), by_attribute)

_decided_host(text, by_attribute) := by_attribute if _is_open(text)

_decided_host(text, _) := host if {
	not _is_open(text)
	host := _named_host(text)
}

_filled(written) := lower(concat("", [text | some part in written["$partial"]; text := _fragment(part)]))

_fragment(part) := part if is_string(part)

_fragment(part) := object.get(_pseudo_parameters, object.get(part, ["$unknown", "name"], ""), _hole) if {
	not is_string(part)
}

_pseudo_parameters := {"AWS::URLSuffix": "amazonaws.com", "AWS::Region": "region-1"}

_hole := "0hole0"

# The end is not known, or the place where the name of the service stands.
_is_open(text) if endswith(text, _hole)

_is_open(text) if {
	not _in_s3(text)
	regex.match(`(^|\.)[^.]*0hole0[^.]*(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$`, text)
}

_kind("vpc", _) := "vpc"

_kind("custom", host) := "custom" if host in {"other", "unknown"}

_kind("custom", host) := host if host in {"s3", "website"}

_kind("s3", host) := "s3" if host != "other"

_kind("s3", "other") := "other"

_kind("unknown", "s3") := "s3"

_kind("unknown", host) := "custom" if host != "s3"

_certain("vpc", _) := true

_certain("unknown", host) := host == "s3"

_certain(config, host) := host != "unknown" if config in {"custom", "s3"}

# The groups of origins of each distribution: from the id of a group to the ids of its members.
_groups[""] contains {}

_groups[resource.address] contains {"id": id, "members": members} if {
	some resource in all
	at := _path(resource, _shapes[resource.type].groups)
	some index, _ in value.list(object.get(resource.node, at, null))
	path := array.concat(at, [index])
	id := object.get(resource.node, _under(path, resource, "group"), null)
	members := {member |
		inner := _under(path, resource, "members")
		some number, _ in value.list(object.get(resource.node, inner, null))
		member := object.get(resource.node, _under(array.concat(inner, [number]), resource, "member"), null)
	}
}

# Whether a behaviour sends requests to an origin, itself or through a group: "yes", "no" or "maybe".
sends(behaviour, origin) := "yes" if _reaches(behaviour, origin)

sends(behaviour, origin) := "maybe" if {
	not _reaches(behaviour, origin)
	_may_reach(behaviour, origin)
}

sends(behaviour, origin) := "no" if {
	not _reaches(behaviour, origin)
	not _may_reach(behaviour, origin)
}

_reaches(behaviour, origin) if {
	some id in _ids(behaviour)
	id == origin.id.value
}

_may_reach(behaviour, _) if {
	some id in _ids(behaviour)
	value.opaque(id)
}

_may_reach(_, origin) if value.opaque(origin.id.value)

_ids(behaviour) := {behaviour.target.value} | {member |
	some group in object.get(_groups, behaviour.distribution, set())
	group.id == behaviour.target.value
	some member in group.members
}
