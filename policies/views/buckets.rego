# METADATA
# title: What configures each bucket
# description: |
#   One row for every resource that configures or guards a bucket: {"type", "address", "bucket", "resolved"}. `bucket`
#   is the address of the bucket, or null where it lies outside the unit (resolved) or cannot be told (not resolved).
package policies.views.buckets

import data.policies.lib.graph
import data.policies.lib.value

_parts := {
	"AWS::S3::BucketPolicy": ["Properties", "Bucket"],
	"aws_s3_bucket_acl": ["bucket"],
	"aws_s3_bucket_logging": ["bucket"],
	"aws_s3_bucket_ownership_controls": ["bucket"],
	"aws_s3_bucket_policy": ["bucket"],
	"aws_s3_bucket_public_access_block": ["bucket"],
	"aws_s3_bucket_replication_configuration": ["bucket"],
	"aws_s3_bucket_server_side_encryption_configuration": ["bucket"],
	"aws_s3_bucket_versioning": ["bucket"],
}

_bucket_types := {"AWS::S3::Bucket", "aws_s3_bucket"}

_buckets := {bucket.address | some bucket in graph.of_types(_bucket_types)}

# A partial object without entries is undefined to one of the engines: the index has an empty one.
_named[" "] contains ""

_named[name] contains bucket.address if {
	some bucket in graph.of_types(_bucket_types)
	some path in [["Properties", "BucketName"], ["bucket"], ["id"]]
	name := object.get(bucket.node, path, null)
	_is_name(name)
}

# A name that is put together of the same parameters in two places is one name.
_is_name(written) if is_string(written)

_is_name(written) if _is_given(written)

_is_name(written) if {
	value.partial(written)
	count([part | some part in written["$partial"]; _is_name_part(part)]) == count(written["$partial"])
}

_is_name_part(part) if is_string(part)

_is_name_part(part) if value.reference(part)

_is_name_part(part) if _is_given(part)

_is_given(part) if {
	value.unknown(part)
	part["$unknown"].kind in {"parameter", "pseudo-parameter"}
}

rows := [row |
	some type, path in _parts
	some part in object.get(input.by_type, type, [])
	some row in _rows(part, path)
]

_rows(part, path) := [row | some bucket in _targets(part, path); row := _row(part, bucket, true)] if {
	count(_targets(part, path)) > 0
}

_rows(part, path) := [_row(part, null, _outside(part, path))] if count(_targets(part, path)) == 0

_row(part, bucket, resolved) := {
	"type": part.type,
	"address": part.address,
	"bucket": bucket,
	"resolved": resolved,
}

# Instances with the same key belong together; without one of the same key, all that are referred to.
_targets(part, path) := same if {
	same := {target | some target in _candidates(part, path); _key(target) == _key(part.address)}
	count(same) > 0
}

_targets(part, path) := candidates if {
	candidates := _candidates(part, path)
	count([1 | some target in candidates; _key(target) == _key(part.address)]) == 0
}

_candidates(part, path) := _direct(part, path) | _through(part, path) | _by_name(part, path)

_direct(part, path) := {address | some address in graph.referenced(part, path); address in _buckets}

# A bucket may be named through another part of it, as in aws_s3_bucket_versioning.x.bucket.
_through(part, path) := {address |
	some middle in graph.referenced(part, path)
	found := graph.at(middle)
	found != null
	further := object.get(_parts, found.type, null)
	further != null
	some address in _direct(found, further)
}

_by_name(part, path) := addresses if {
	name := object.get(part.node, path, null)
	_is_name(name)
	addresses := object.get(_named, name, set())
}

_by_name(part, path) := set() if {
	name := object.get(part.node, path, null)
	not _is_name(name)
}

_key(address) := key if {
	found := regex.find_n(`\[[^\[\]]*\]$`, address, 1)
	key := concat("", found)
}

# A written name, or a reference to something that is no bucket of the unit, settles that the bucket lies outside.
_outside(part, path) if _is_outside(part, path)

_outside(part, path) := false if not _is_outside(part, path)

_is_outside(part, path) if is_string(object.get(part.node, path, null))

_is_outside(part, path) if {
	some address in graph.referenced(part, path)
	found := graph.at(address)
	found != null
	startswith(found.type, "data.aws_s3_bucket")
}
