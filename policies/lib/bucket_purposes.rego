# METADATA
# title: What buckets are for
# description: |
#   Tells which buckets CloudFront serves, where pipelines and builds store artifacts, where trails write, and what the
#   names of a bucket say of it. A name that is put together is judged by the words that are written.
package policies.lib.bucket_purposes

import data.policies.lib.distributions
import data.policies.lib.environments
import data.policies.lib.graph
import data.policies.lib.value

_bucket_types := {"AWS::S3::Bucket", "aws_s3_bucket"}

# The buckets of the unit.
buckets := graph.of_types(_bucket_types)

# Who stores what where: by type, lists of places and where in each the bucket stands.
_stores := {
	"AWS::CodePipeline::Pipeline": {"purpose": "artifacts", "places": [
		{"list": null, "path": ["Properties", "ArtifactStore", "Location"]},
		{"list": ["Properties", "ArtifactStores"], "path": ["ArtifactStore", "Location"]},
	]},
	"AWS::CodeBuild::Project": {"purpose": "artifacts", "places": [
		{"list": null, "path": ["Properties", "Artifacts", "Location"]},
		{"list": ["Properties", "SecondaryArtifacts"], "path": ["Location"]},
	]},
	"AWS::CloudTrail::Trail": {"purpose": "trail", "places": [{"list": null, "path": ["Properties", "S3BucketName"]}]},
	"aws_codepipeline": {"purpose": "artifacts", "places": [{"list": ["artifact_store"], "path": ["location"]}]},
	"aws_codebuild_project": {"purpose": "artifacts", "places": [
		{"list": ["artifacts"], "path": ["location"]},
		{"list": ["secondary_artifacts"], "path": ["location"]},
	]},
	"aws_cloudtrail": {"purpose": "trail", "places": [{"list": null, "path": ["s3_bucket_name"]}]},
}

_places := [{"user": user, "purpose": stores.purpose, "path": path} |
	some type, stores in _stores
	some user in graph.of_types([type])
	some place in stores.places
	some path in _paths(user, place)
]

_paths(_, place) := [place.path] if place.list == null

_paths(user, place) := [path |
	some index, _ in value.list(object.get(user.node, place.list, null))
	path := array.concat(place.list, array.concat([index], place.path))
] if {
	place.list != null
}

# A partial object without entries is undefined to one of the engines: each index has an empty one.
_named[""] contains ""

_named[name] contains bucket.address if {
	some bucket in buckets
	some path in [["Properties", "BucketName"], ["bucket"]]
	name := object.get(bucket.node, path, null)
	is_string(name)
}

_uses[""] contains {}

_uses[bucket] contains {"purpose": place.purpose, "user": place.user.address} if {
	some place in _places
	some bucket in _targets(place.user, place.path)
}

_uses[bucket] contains {"purpose": "origin", "user": origin.distribution} if {
	some origin in distributions.origins
	origin.kind in {"s3", "website"}
	some bucket in _origin_targets(origin)
}

_targets(user, path) := referred | object.get(_named, object.get(user.node, path, null), set()) if {
	referred := {address | some address in graph.referenced(user, path); _is_bucket(address)}
}

_is_bucket(address) if graph.at(address).type in _bucket_types

_origin_targets(origin) := _origin_referred(origin) | _origin_named(origin.domain.value)

# The website of a bucket names it in turn.
_origin_referred(origin) := {bucket |
	some address in graph.referenced(input.resources[origin.distribution], origin.domain.path)
	some bucket in {address} | graph.referenced(object.get(input.resources, address, {}), ["bucket"])
	_is_bucket(bucket)
}

_origin_named(domain) := object.get(_named, split(domain, ".s3")[0], set()) if is_string(domain)

_origin_named(domain) := set() if not is_string(domain)

# What a bucket is used for: {"purpose", "user"}, the purpose being "origin", "artifacts" or "trail".
uses(bucket) := object.get(_uses, bucket.address, set())

# The addresses of the buckets that distributions serve.
origins := {bucket |
	some bucket, found in _uses
	some use in found
	use.purpose == "origin"
}

# What the names of a bucket say: its logical id or address, its own name and the values of its tags.
texts(bucket) := [text |
	some text in array.concat(
		[_address_words(bucket.address)],
		array.concat(
			[text |
				some path in [["Properties", "BucketName"], ["bucket"], ["bucket_prefix"]]
				text := _literal(object.get(bucket.node, path, null))
			],
			_tags(bucket),
		),
	)
	text != ""
]

_address_words(address) := regex.replace(address, `(^|\.)(aws_s3_bucket|module)\.`, ".")

_literal(written) := written if is_string(written)

_literal(written) := concat(" ", [part | some part in written["$partial"]; is_string(part)]) if value.partial(written)

_literal(written) := "" if {
	not is_string(written)
	not value.partial(written)
}

_tags(bucket) := array.concat(
	[text |
		some tag in value.list(object.get(bucket.node, ["Properties", "Tags"], null))
		is_object(tag)
		text := _literal(object.get(tag, "Value", null))
	],
	[text |
		tags := _tag_map(bucket)
		some _, written in tags
		text := _literal(written)
	],
)

_tag_map(bucket) := {} if not is_object(object.get(bucket.node, "tags", null))

_tag_map(bucket) := bucket.node.tags if is_object(object.get(bucket.node, "tags", null))

# The name or tags of a bucket that are not known at all, and could say anything.
nameless(bucket) := [record |
	some path in [["Properties", "BucketName"], ["bucket"], ["Properties", "Tags"], ["tags"]]
	record := value.present(bucket, path)
	value.is_unknown(record)
	record.value["$unknown"].kind in {"parameter", "import", "condition", "dynamic-reference"}
]

# The first of the words that a name of the bucket has, in whatever form: "deploy" is in "deployments".
said(bucket, words) := found[0] if {
	found := array.concat(
		[word |
			some word in words
			some text in texts(bucket)
			_says(text, word)
		],
		[""],
	)
}

_says(text, word) if {
	word != "state"
	contains(lower(text), word)
}

# "state" is part of many other words.
_says(text, "state") if {
	some token in environments.tokens(text)
	token in {"state", "states", "tfstate", "tfstates", "statefile", "statefiles"}
}
