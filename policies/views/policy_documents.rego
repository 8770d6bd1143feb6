# METADATA
# title: Policy documents of the unit, their statements normalised
# description: |
#   One row a policy document: where it stands, what it is for ("identity", "boundary" where it only ever bounds,
#   "trust", "resource"), and its statements (catalogue P5). Single statements,
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
	"AWS::SQS::QueueInlinePolicy": [{"path": ["Properties", "PolicyDocument"], "kind": "resource"}],
	"AWS::SNS::TopicInlinePolicy": [{"path": ["Properties", "PolicyDocument"], "kind": "resource"}],
	"AWS::ECR::Repository": [{"path": ["Properties", "RepositoryPolicyText"], "kind": "resource"}],
	"AWS::SecretsManager::ResourcePolicy": [{"path": ["Properties", "ResourcePolicy"], "kind": "resource"}],
	"AWS::OpenSearchService::Domain": [{"path": ["Properties", "AccessPolicies"], "kind": "resource"}],
	"AWS::Elasticsearch::Domain": [{"path": ["Properties", "AccessPolicies"], "kind": "resource"}],
	"AWS::EFS::FileSystem": [{"path": ["Properties", "FileSystemPolicy"], "kind": "resource"}],
	"AWS::Backup::BackupVault": [{"path": ["Properties", "AccessPolicy"], "kind": "resource"}],
	"AWS::ApiGateway::RestApi": [{"path": ["Properties", "Policy"], "kind": "resource"}],
	"AWS::KMS::Key": [{"path": ["Properties", "KeyPolicy"], "kind": "resource"}],
	"AWS::KMS::ReplicaKey": [{"path": ["Properties", "KeyPolicy"], "kind": "resource"}],
	"AWS::SSO::PermissionSet": [{"path": ["Properties", "InlinePolicy"], "kind": "identity"}],
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
	"aws_ecr_repository_policy": [{"path": ["policy"], "kind": "resource"}],
	"aws_ecr_registry_policy": [{"path": ["policy"], "kind": "resource"}],
	"aws_secretsmanager_secret": [{"path": ["policy"], "kind": "resource"}],
	"aws_secretsmanager_secret_policy": [{"path": ["policy"], "kind": "resource"}],
	"aws_opensearch_domain": [{"path": ["access_policies"], "kind": "resource"}],
	"aws_opensearch_domain_policy": [{"path": ["access_policies"], "kind": "resource"}],
	"aws_elasticsearch_domain": [{"path": ["access_policies"], "kind": "resource"}],
	"aws_elasticsearch_domain_policy": [{"path": ["access_policies"], "kind": "resource"}],
	"aws_efs_file_system_policy": [{"path": ["policy"], "kind": "resource"}],
	"aws_cloudwatch_event_bus_policy": [{"path": ["policy"], "kind": "resource"}],
	"aws_backup_vault_policy": [{"path": ["policy"], "kind": "resource"}],
	"aws_api_gateway_rest_api": [{"path": ["policy"], "kind": "resource"}],
	"aws_api_gateway_rest_api_policy": [{"path": ["policy"], "kind": "resource"}],
	"aws_kms_key": [{"path": ["policy"], "kind": "resource"}],
	"aws_kms_key_policy": [{"path": ["policy"], "kind": "resource"}],
	"aws_kms_replica_key": [{"path": ["policy"], "kind": "resource"}],
}

# Lists of inline policies: by type, the path of the list and the key of the document in each element.
_inline := {
	"AWS::IAM::Role": {"list": ["Properties", "Policies"], "document": "PolicyDocument"},
	"AWS::IAM::User": {"list": ["Properties", "Policies"], "document": "PolicyDocument"},
	"AWS::IAM::Group": {"list": ["Properties", "Policies"], "document": "PolicyDocument"},
	"aws_iam_role": {"list": ["inline_policy"], "document": "policy"},
}

_document_source := "data.aws_iam_policy_document"

# Types that take a document without being granted what it says: guardrails and scope-down policies.
_not_granting := [
	"aws_organizations_policy",
	"aws_vpc_endpoint",
	"aws_vpc_endpoint_policy",
	"aws_transfer_user",
	"aws_iot_policy",
]

rows := array.concat(
	[row |
		some place in _places
		held := object.get(place.resource.node, place.path, null)
		held != null
		not _is_from_source(place)
		row := _row(object.union(place, {"kind": _use_kind(place)}), held)
	],
	[row |
		some source in _sources
		some kind in _source_kinds(source)
		row := _source_row(source, kind)
	],
)

_sources := object.get(input.by_type, _document_source, [])

# Every place of the unit where a document can stand.
_places := array.concat(
	[place |
		some type, resources in input.by_type
		attributes := _attributes[type]
		some resource in resources
		some attribute in attributes
		place := {"resource": resource, "path": attribute.path, "kind": attribute.kind}
	],
	[place |
		some type, resources in input.by_type
		inline := _inline[type]
		some resource in resources
		some path in _inline_paths(resource, inline)
		place := {"resource": resource, "path": path, "kind": "identity"}
	],
)

# The path of each inline document; that of the list or of an element where it is unknown as a whole.
_inline_paths(resource, inline) := paths if {
	policies := object.get(resource.node, inline.list, null)
	is_array(policies)
	opaque := [array.concat(inline.list, [index]) | some index, policy in policies; value.opaque(policy)]
	written := [array.concat(inline.list, [index, inline.document]) |
		some index, policy in policies
		not value.opaque(policy)
	]
	paths := array.concat(written, opaque)
}

_inline_paths(resource, inline) := [inline.list] if value.opaque(object.get(resource.node, inline.list, null))

# A place that takes its document from a data source of the unit holds none itself: the source is judged.
_is_from_source(place) if {
	count(_sources) > 0
	count(_sources_at(place)) > 0
}

_sources_at(place) := {edge.address |
	some edge in object.get(place.resource, "references", [])
	edge.path == place.path
	source := object.get(input.resources, edge.address, null)
	source != null
	source.type == _document_source
	not _differs(place, source)
}

# A document that is known, and is not that of the source it refers to: the source was not chosen, or was changed.
_differs(place, source) if {
	held := _parsed(place)
	given := _strings_at(source, ["json"])
	count(held) == 1
	count(given) == 1
	held[0].Statement != given[0].Statement
}

_row(place, held) := policy_syntax.from_document(place.resource, place.path, place.kind, held) if _is_map(held)

_row(place, held) := row if {
	not _is_map(held)
	parsed := _strings_at(place.resource, place.path)
	count(parsed) > 0
	row := policy_syntax.from_document(place.resource, place.path, place.kind, parsed[0])
}

_row(place, held) := row if {
	not _is_map(held)
	count(_strings_at(place.resource, place.path)) == 0
	row := policy_syntax.unknown_document(place.resource, place.path, place.kind, held)
}

_is_map(held) if {
	is_object(held)
	not value.opaque(held)
}

# The document as an object: written as one, or parsed from a JSON string by the engine.
_parsed(place) := array.concat(
	[written |
		written := object.get(place.resource.node, place.path, null)
		is_object(written)
		not value.opaque(written)
	],
	_strings_at(place.resource, place.path),
)

_strings_at(resource, path) := [document.value |
	some document in object.get(resource, "documents", [])
	document.path == path
]

# What a data source is for follows from who uses it, directly or through another data source.
_source_kinds(source) := kinds - {"none"} if {
	kinds := _kinds(source)
	count(kinds) > 0
}

# One that nothing of the unit uses is judged by itself: only policies of identities name no principal.
_source_kinds(source) := {_own_kind(source)} if count(_kinds(source)) == 0

_kinds(source) := {kind |
	some user in graph.reachable(_composed_into, {source.address})
	some kind in object.get(_uses_of, user, set())
}

_own_kind(source) := "identity" if not _names_principals(source)

_own_kind(source) := "trust" if {
	_names_principals(source)
	_assumes(source)
}

_own_kind(source) := "resource" if {
	_names_principals(source)
	not _assumes(source)
}

_blocks(source) := [block |
	some block in value.list(object.get(source.node, "statement", null))
	is_object(block)
]

_names_principals(source) if {
	some block in _blocks(source)
	some key in ["principals", "not_principals"]
	count(value.list(object.get(block, key, null))) > 0
}

_assumes(source) if {
	some block in _blocks(source)
	some action in value.list(object.get(block, "actions", null))
	is_string(action)
	startswith(lower(action), "sts:")
}

# What each data source is used for directly. Without entries the index would be undefined to one of the engines.
_uses_of[""] contains "none"

_uses_of[address] contains kind if {
	some place in _places
	some address in _sources_at(place)
	kind := _use_kind(place)
}

_uses_of[edge.address] contains "none" if {
	some type in _not_granting
	some resource in object.get(input.by_type, type, [])
	some edge in object.get(resource, "references", [])
}

_use_kind(place) := "boundary" if _boundaries[place.resource.address]

_use_kind(place) := place.kind if not _boundaries[place.resource.address]

# From each data source to those that take it in as a source or override document.
_composed_into := {source.address: users |
	some source in _sources
	users := object.get(_users_of, source.address, set())
}

_users_of[""] contains ""

_users_of[edge.address] contains user.address if {
	some user in _sources
	some edge in object.get(user, "references", [])
}

# The statements of a data source: its blocks, and the documents that it takes in as text. Those that it takes in
# from other data sources are judged there. Statements that a later document replaces by their Sid do not count.
_source_row(source, kind) := object.union(row, {"statements": statements}) if {
	row := policy_syntax.from_source(source, kind)
	taken := [statement |
		some list in ["source_policy_documents", "override_policy_documents"]
		some index, written in value.list(object.get(source.node, list, null))
		some statement in _taken(source, kind, list, index, written)
	]
	statements := [statement |
		some statement in array.concat(row.statements, taken)
		not _replaced(source, statement)
	]
}

_taken(source, kind, list, index, written) := statements if {
	path := [list, index]
	parsed := _strings_at(source, path)
	count(parsed) > 0
	not _is_text_of(parsed[0], _sources_in(source, list))
	statements := policy_syntax.from_document(source, path, kind, parsed[0]).statements
	written != null
}

_taken(source, _, list, index, written) := [statement] if {
	value.opaque(written)
	statement := policy_syntax.unknown_statement({"path": [list, index], "value": written})
	count(_sources_in(source, list)) == 0
	count(_strings_at(source, [list, index])) == 0
}

# The data sources that a list of documents takes in.
_sources_in(source, list) := [other |
	some edge in object.get(source, "references", [])
	edge.path[0] == list
	other := object.get(input.resources, edge.address, null)
	other != null
	other.type == _document_source
]

_is_text_of(document, sources) if {
	some source in sources
	some given in _strings_at(source, ["json"])
	given.Statement == document.Statement
}

# Everything that uses the data source does so through another one that has a statement of the same Sid.
_replaced(source, statement) if {
	is_string(statement.sid)
	statement.sid != ""
	users := _composed_into[source.address]
	count(users) > 0
	count(object.get(_uses_of, source.address, set())) == 0
	every user in users {
		_replaces(input.resources[user], source.address, statement.sid)
	}
}

# An override document of the data source itself has the Sid.
_replaced(source, statement) if {
	is_string(statement.sid)
	statement.sid != ""
	not statement.path[0] == "override_policy_documents"
	statement.sid in _sids_of(source, "override_policy_documents")
}

_replaces(user, address, sid) if {
	_takes(user, address, "source_policy_documents")
	sid in {object.get(block, "sid", null) | some block in _blocks(user)}
}

_replaces(user, address, sid) if {
	_takes(user, address, "source_policy_documents")
	sid in _sids_of(user, "override_policy_documents")
}

_takes(user, address, list) if {
	some edge in object.get(user, "references", [])
	edge.address == address
	edge.path[0] == list
}

# The Sids of the documents in a list of a data source, from other data sources or from text.
_sids_of(source, list) := sids if {
	given := {object.get(block, "sid", null) |
		some other in _sources_in(source, list)
		some block in _blocks(other)
	}
	written := {object.get(statement, "Sid", null) |
		some document in object.get(source, "documents", [])
		document.path[0] == list
		some statement in value.list(object.get(document.value, "Statement", null))
		is_object(statement)
	}
	sids := given | written
}

# A managed policy that is only ever used as a permissions boundary grants nothing.
_boundaries contains address if {
	some address in _bounding
	not _attached[address]
}

_boundary_attributes := {"PermissionsBoundary", "permissions_boundary"}

_attaching_attributes := {"ManagedPolicyArns", "managed_policy_arns", "policy_arn", "policy_arns"}

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
	"aws_iam_role_policy_attachments_exclusive",
	"aws_iam_user_policy_attachments_exclusive",
	"aws_iam_group_policy_attachments_exclusive",
}

_edges := [edge |
	some type in _attaching_types
	some resource in object.get(input.by_type, type, [])
	some edge in object.get(resource, "references", [])
]

_bounding contains edge.address if {
	some edge in _edges
	some attribute in edge.path
	_boundary_attributes[attribute]
}

_attached contains edge.address if {
	some edge in _edges
	some attribute in edge.path
	_attaching_attributes[attribute]
}

# A policy that names whom it is attached to grants, whatever else refers to it.
_attached contains resource.address if {
	some resource in object.get(input.by_type, "AWS::IAM::ManagedPolicy", [])
	some property in ["Roles", "Users", "Groups"]
	object.get(resource.properties, property, null) != null
}
