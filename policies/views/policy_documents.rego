# METADATA
# title: Policy documents of the unit, their statements normalised
# description: |
#   One row a policy document: where it stands, what it is for, and its statements (catalogue P5). Single statements,
#   strings and lists become lists; every action, resource, principal and condition keeps the path of its own.
#   A document that is unknown as a whole has `unknown` set and no statements.
package policies.views.policy_documents

import data.policies.lib.policy_syntax
import data.policies.lib.value

# Where documents stand: by type, the path of each and what it is for.
_attributes := {
	"AWS::IAM::Policy": [{"path": ["Properties", "PolicyDocument"], "kind": "identity"}],
	"AWS::IAM::ManagedPolicy": [{"path": ["Properties", "PolicyDocument"], "kind": "identity"}],
	"AWS::IAM::RolePolicy": [{"path": ["Properties", "PolicyDocument"], "kind": "identity"}],
	"AWS::IAM::UserPolicy": [{"path": ["Properties", "PolicyDocument"], "kind": "identity"}],
	"AWS::IAM::GroupPolicy": [{"path": ["Properties", "PolicyDocument"], "kind": "identity"}],
	"AWS::IAM::Role": [{"path": ["Properties", "AssumeRolePolicyDocument"], "kind": "trust"}],
	"AWS::S3::BucketPolicy": [{"path": ["Properties", "PolicyDocument"], "kind": "resource"}],
	"AWS::SQS::QueuePolicy": [{"path": ["Properties", "PolicyDocument"], "kind": "resource"}],
	"AWS::SNS::TopicPolicy": [{"path": ["Properties", "PolicyDocument"], "kind": "resource"}],
	"AWS::KMS::Key": [{"path": ["Properties", "KeyPolicy"], "kind": "resource"}],
	"aws_iam_policy": [{"path": ["policy"], "kind": "identity"}],
	"aws_iam_role_policy": [{"path": ["policy"], "kind": "identity"}],
	"aws_iam_user_policy": [{"path": ["policy"], "kind": "identity"}],
	"aws_iam_group_policy": [{"path": ["policy"], "kind": "identity"}],
	"aws_iam_role": [{"path": ["assume_role_policy"], "kind": "trust"}],
	"aws_ssoadmin_permission_set_inline_policy": [{"path": ["inline_policy"], "kind": "identity"}],
	"aws_s3_bucket": [{"path": ["policy"], "kind": "resource"}],
	"aws_s3_bucket_policy": [{"path": ["policy"], "kind": "resource"}],
	"aws_sqs_queue": [{"path": ["policy"], "kind": "resource"}],
	"aws_sqs_queue_policy": [{"path": ["policy"], "kind": "resource"}],
	"aws_sns_topic": [{"path": ["policy"], "kind": "resource"}],
	"aws_sns_topic_policy": [{"path": ["policy"], "kind": "resource"}],
	"aws_kms_key": [{"path": ["policy"], "kind": "resource"}],
	"aws_kms_key_policy": [{"path": ["policy"], "kind": "resource"}],
}

# Lists of inline policies: by type, the path of the list and the key of the document in each element.
_inline := {
	"AWS::IAM::Role": {"list": ["Properties", "Policies"], "document": "PolicyDocument"},
	"AWS::IAM::User": {"list": ["Properties", "Policies"], "document": "PolicyDocument"},
	"AWS::IAM::Group": {"list": ["Properties", "Policies"], "document": "PolicyDocument"},
	"aws_iam_role": {"list": ["inline_policy"], "document": "policy"},
}

_document_source := "data.aws_iam_policy_document"

rows := array.concat(
	[row | some place in _places; _holds(place); not _boundary_only(place); row := _row(place)],
	[row |
		some source in object.get(input.by_type, _document_source, [])
		some kind in _source_kinds(source)
		row := policy_syntax.from_source(source, kind)
	],
)

# Every place of the unit where a document can stand.
_places := array.concat(
	[place |
		some type, attributes in _attributes
		some resource in object.get(input.by_type, type, [])
		some attribute in attributes
		place := {"resource": resource, "path": attribute.path, "kind": attribute.kind}
	],
	[place |
		some type, inline in _inline
		some resource in object.get(input.by_type, type, [])
		policies := object.get(resource.node, inline.list, null)
		is_array(policies)
		some index, _ in policies
		path := array.concat(inline.list, [index, inline.document])
		place := {"resource": resource, "path": path, "kind": "identity"}
	],
)

# A place that takes its document from a data source of the unit holds none itself: the source is judged.
_holds(place) if {
	object.get(place.resource.node, place.path, null) != null
	count(_sources_at(place)) == 0
}

_sources_at(place) := {edge.address |
	some edge in object.get(place.resource, "references", [])
	edge.path == place.path
	contains(edge.address, "data.aws_iam_policy_document.")
	object.get(input.resources, edge.address, null) != null
}

_row(place) := policy_syntax.from_document(place.resource, place.path, place.kind, parsed[0]) if {
	parsed := _parsed(place)
	count(parsed) > 0
}

_row(place) := policy_syntax.unknown_document(place.resource, place.path, place.kind, written) if {
	count(_parsed(place)) == 0
	written := object.get(place.resource.node, place.path, null)
}

# The document as an object: written as one, or parsed from a JSON string by the engine.
_parsed(place) := array.concat(
	[written |
		written := object.get(place.resource.node, place.path, null)
		is_object(written)
		not value.opaque(written)
	],
	[document.value |
		some document in object.get(place.resource, "documents", [])
		document.path == place.path
	],
)

# What a data source is for follows from who uses it, directly or through another data source.
_source_kinds(source) := {use.kind |
	users := graph.reachable(_composed_into, {source.address})
	some use in _source_uses
	users[use.source]
}

_source_uses := [use |
	some place in _places
	not _boundary_only(place)
	some address in _sources_at(place)
	use := {"source": address, "kind": place.kind}
]

# From each data source to those that take it in as a source or override document.
_composed_into[address] := users if {
	some source in object.get(input.by_type, _document_source, [])
	address := source.address
	users := {user.address |
		some user in object.get(input.by_type, _document_source, [])
		some edge in object.get(user, "references", [])
		edge.address == address
	}
}

# A managed policy that is only ever used as a permissions boundary grants nothing.
_boundary_only(place) if {
	_bounding[place.resource.address]
	not _attached[place.resource.address]
}

_boundary_attributes := {"PermissionsBoundary", "permissions_boundary"}

_attaching_types := {
	"AWS::IAM::Role",
	"AWS::IAM::User",
	"AWS::IAM::Group",
	"aws_iam_role",
	"aws_iam_user",
	"aws_iam_role_policy_attachment",
	"aws_iam_user_policy_attachment",
	"aws_iam_group_policy_attachment",
	"aws_iam_policy_attachment",
}

_edges := [edge |
	some type in _attaching_types
	some resource in object.get(input.by_type, type, [])
	some edge in object.get(resource, "references", [])
]

_bounding contains edge.address if {
	some edge in _edges
	_boundary_attributes[edge.path[count(edge.path) - 1]]
}

_attached contains edge.address if {
	some edge in _edges
	not _boundary_attributes[edge.path[count(edge.path) - 1]]
}

# A policy that names whom it is attached to grants, whatever else refers to it.
_attached contains resource.address if {
	some resource in object.get(input.by_type, "AWS::IAM::ManagedPolicy", [])
	some property in ["Roles", "Users", "Groups"]
	object.get(resource.properties, property, null) != null
}
