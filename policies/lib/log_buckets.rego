# METADATA
# title: Buckets that receive access logs
# description: |
#   Load balancers and S3 itself write their access logs with SSE-S3 only, so that such a bucket cannot ask for KMS.
package policies.lib.log_buckets

import data.policies.lib.graph
import data.policies.lib.value

# Where a type names the bucket that its logs go to.
_paths := {
	"AWS::S3::Bucket": [["Properties", "LoggingConfiguration", "DestinationBucketName"]],
	"AWS::ElasticLoadBalancing::LoadBalancer": [["Properties", "AccessLoggingPolicy", "S3BucketName"]],
	"aws_s3_bucket": [["logging", 0, "target_bucket"]],
	"aws_s3_bucket_logging": [["target_bucket"]],
	"aws_lb": [["access_logs", 0, "bucket"], ["connection_logs", 0, "bucket"]],
	"aws_elb": [["access_logs", 0, "bucket"]],
}

_attributes := {"access_logs.s3.bucket", "connection_logs.s3.bucket", "health_check_logs.s3.bucket"}

# The addresses of the buckets that receive access logs.
targets := (_referred | _named) | _own

_places contains {"source": source, "path": path} if {
	some type, paths in _paths
	some source in object.get(input.by_type, type, [])
	some path in paths
}

_places contains {"source": source, "path": path} if {
	some source in graph.of_types(["AWS::ElasticLoadBalancingV2::LoadBalancer"])
	some index, attribute in value.list(object.get(source.properties, "LoadBalancerAttributes", null))
	object.get(attribute, "Key", "") in _attributes
	path := ["Properties", "LoadBalancerAttributes", index, "Value"]
}

_referred contains address if {
	some place in _places
	some address in graph.referenced(place.source, place.path)
}

_names contains name if {
	some place in _places
	name := object.get(place.source.node, place.path, null)
	_tells(name)
}

# A name that nobody knows yet still tells the bucket when both are written alike: one parameter has one value.
_tells(name) if is_string(name)

_tells(name) if _is_settled(name)

_tells(name) if {
	value.partial(name)
	count([part | some part in name["$partial"]; _is_open(part)]) == 0
}

_is_settled(gap) if {
	value.unknown(gap)
	gap["$unknown"].kind in {"parameter", "pseudo-parameter", "import", "mapping", "dynamic-reference"}
}

_is_open(part) if {
	value.unknown(part)
	not _is_settled(part)
}

_named contains bucket.address if {
	some bucket in graph.of_types(["AWS::S3::Bucket", "aws_s3_bucket"])
	some path in [["Properties", "BucketName"], ["bucket"]]
	name := object.get(bucket.node, path, null)
	name != null
	name in _names
}

# A LoggingConfiguration without a destination logs into the bucket itself.
_own contains bucket.address if {
	some bucket in graph.of_types(["AWS::S3::Bucket"])
	logging := object.get(bucket.properties, "LoggingConfiguration", null)
	is_object(logging)
	not value.opaque(logging)
	object.get(logging, "DestinationBucketName", null) == null
}
