# METADATA
# title: Policies of resources, whole
# description: |
#   The policy of a bucket, a key or the like may be written where it stands or put together by data sources that take
#   each other in. This brings together, for each resource that holds a policy, every document of it and every statement
#   that counts. Fact: a statement replaces another of its Sid (provider documentation, aws_iam_policy_document).
package policies.lib.resource_policies

import data.policies.lib.graph as unit
import data.policies.lib.policy_documents

_source_type := "data.aws_iam_policy_document"

# The types of plans that take a policy from elsewhere, and where.
_places := {
	"aws_api_gateway_rest_api": ["policy"],
	"aws_api_gateway_rest_api_policy": ["policy"],
	"aws_backup_vault_policy": ["policy"],
	"aws_cloudwatch_event_bus_policy": ["policy"],
	"aws_ecr_registry_policy": ["policy"],
	"aws_ecr_repository_policy": ["policy"],
	"aws_efs_file_system_policy": ["policy"],
	"aws_elasticsearch_domain": ["access_policies"],
	"aws_elasticsearch_domain_policy": ["access_policies"],
	"aws_kms_key": ["policy"],
	"aws_kms_key_policy": ["policy"],
	"aws_kms_replica_key": ["policy"],
	"aws_opensearch_domain": ["access_policies"],
	"aws_opensearch_domain_policy": ["access_policies"],
	"aws_s3_bucket": ["policy"],
	"aws_s3_bucket_policy": ["policy"],
	"aws_secretsmanager_secret_policy": ["policy"],
	"aws_sns_topic": ["policy"],
	"aws_sns_topic_policy": ["policy"],
	"aws_sqs_queue": ["policy"],
	"aws_sqs_queue_policy": ["policy"],
}

# Resources with a policy in them that another resource of the unit replaces.
replaced contains edge.address if {
	some type, policies in _replacing
	some policy in unit.of_types(policies)
	some edge in object.get(policy, "references", [])
	object.get(object.get(input.resources, edge.address, {}), "type", "") == type
}

_replacing := {
	"aws_api_gateway_rest_api": ["aws_api_gateway_rest_api_policy"],
	"aws_elasticsearch_domain": ["aws_elasticsearch_domain_policy"],
	"aws_opensearch_domain": ["aws_opensearch_domain_policy"],
	"aws_sns_topic": ["aws_sns_topic_policy"],
	"aws_sqs_queue": ["aws_sqs_queue_policy"],
}

# Every document of a policy: {"subject", "row", "path"}, the path being that of the whole policy.
documents := array.concat(
	[document |
		some row in policy_documents.rules
		row.kind == "resource"
		row.type != _source_type
		document := {"subject": row.resource, "row": row, "path": row.path}
	],
	[document |
		some type, path in _places
		some holder in unit.of_types([type])
		not _written[holder.address]
		some address in unit.referenced(holder, path)
		_chosen(holder, path, address)
		some source in _composed(address)
		some row in object.get(_source_rows, source, set())
		document := {"subject": holder.address, "row": row, "path": path}
	],
)

# A policy whose text is known and is none of its data sources' is judged by the text. Without an entry the index would
# be undefined to one of the engines.
_written[""] := true

_written[row.resource] := true if {
	some row in policy_documents.rules
	row.kind == "resource"
	row.type != _source_type
	row.unknown == null
}

# Of data sources that stand for alternatives, the one whose text the policy has.
_chosen(holder, path, address) if {
	held := _texts(holder, path)
	given := _texts(unit.at(address), ["json"])
	count(held) * count(given) == 0
}

_chosen(holder, path, address) if {
	some held in _texts(holder, path)
	some given in _texts(unit.at(address), ["json"])
	held.Statement == given.Statement
}

_texts(resource, path) := [document.value |
	resource != null
	some document in object.get(resource, "documents", [])
	document.path == path
]

_source_rows[""] contains {}

_source_rows[row.resource] contains row if {
	some row in policy_documents.rules
	row.type == _source_type
	row.kind == "resource"
}

_composing := {"source_policy_documents", "override_policy_documents", "source_json", "override_json"}

# From each data source to those whose documents it takes in.
_taken_in := {source.address: taken |
	some source in unit.of_types([_source_type])
	taken := {edge.address |
		some edge in object.get(source, "references", [])
		edge.path[0] in _composing
	}
}

_composed(address) := graph.reachable(_taken_in, {address}) | {address}

# Every statement that counts: {"document", "statement"}.
statements := [judged |
	some document in documents
	some statement in document.row.statements
	not _overridden(document, statement)
	judged := {"document": document, "statement": statement}
]

# A statement of another document with the same Sid stands in for this one.
_overridden(document, statement) if {
	is_string(statement.sid)
	some other in object.get(_sids, [document.subject, statement.sid], set())
	other != document.row.resource
	_overrides(other, document.row.resource)
}

_sids[""][""] contains ""

_sids[document.subject][statement.sid] contains document.row.resource if {
	some document in documents
	some statement in document.row.statements
	is_string(statement.sid)
}

# What a document composes is overridden by its own statements, and its own by its overrides.
_overrides(winner, loser) if {
	some edge in object.get(unit.at(winner), "references", [])
	edge.address == loser
	edge.path[0] in {"source_policy_documents", "source_json"}
}

_overrides(winner, loser) if {
	some edge in object.get(unit.at(loser), "references", [])
	edge.address == winner
	edge.path[0] in {"override_policy_documents", "override_json"}
}

# A partial object without entries is undefined to one of the engines: each index has an empty one.
_documents_of[""] contains {}

_documents_of[document.subject] contains document if some document in documents

_statements_of[""] contains {}

_statements_of[judged.document.subject] contains judged if some judged in statements

# The documents of the policy that a resource holds.
documents_of(address) := [document | some document in object.get(_documents_of, address, set())]

# The statements that count of the policy that a resource holds.
statements_of(address) := [judged | some judged in object.get(_statements_of, address, set())]

# The record of each document, for what a policy examines.
record(document) := {
	"resource": document.subject,
	"path": document.path,
	"state": _state(document.row),
	"value": _value(document.row),
}

_state(row) := "known" if row.unknown == null

_state(row) := "unknown" if row.unknown != null

_value(row) := sprintf("%d statements", [count(row.statements)]) if row.unknown == null

_value(row) := row.unknown if row.unknown != null

# Where a finding of a statement stands: a statement of a data source is reported at the policy that takes it in.
place(judged) := judged.statement.path if judged.document.row.resource == judged.document.subject

place(judged) := judged.document.path if judged.document.row.resource != judged.document.subject

# The data source that holds a statement, as what is related to a finding.
related(judged) := [] if judged.document.row.resource == judged.document.subject

related(judged) := [{
	"address": judged.document.row.resource,
	"path": judged.statement.path,
	"message": "The statement is written here.",
}] if {
	judged.document.row.resource != judged.document.subject
}

# What a statement is called: its Sid, else its actions.
name(statement) := statement.sid if is_string(statement.sid)

name(statement) := actions(statement) if not is_string(statement.sid)

# The actions of a statement, as they are written.
actions(statement) := concat(",", [action.written |
	some action in array.concat(statement.actions, statement.not_actions)
])
