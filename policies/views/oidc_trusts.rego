# METADATA
# title: Roles that GitHub workflows may assume
# description: |
#   The trust policies of a template or plan that let GitHub workflows in, one row a statement and role: {"role",
#   "name", "document", "path", "subjects"}. `name` is the role's literal name or null; `path` leads to the statement in
#   the resource `document`; subjects are {"shown", "form", "environment", "environments", "path"}: form as
#   `github_subjects.form`, or "undecided"; environment is the one that a subject fixes, or null; environments is the
#   pattern of those that it lets in, or null. A policy over the whole scan names this view in its `unit_views`.
package policies.views.oidc_trusts

import data.policies.lib.github_subjects
import data.policies.lib.identity_statements
import data.policies.lib.oidc_trust
import data.policies.lib.policy_documents
import data.policies.lib.policy_patterns
import data.policies.lib.value

rows := [row |
	some document in policy_documents.rules
	some statement in document.statements
	count(statement.principals) > 0
	oidc_trust.lets_github_in(statement)
	identity_statements.allows(statement)
	some role in _roles(document)
	row := {
		"role": role,
		"name": _name(role),
		"document": document.resource,
		"path": statement.path,
		"subjects": _subjects(statement),
	}
]

# The role that a document belongs to; of a data source, those that use it.
_roles(document) := [document.resource] if document.type != "data.aws_iam_policy_document"

_roles(document) := [role.address |
	some role in object.get(input.by_type, "aws_iam_role", [])
	some edge in object.get(role, "references", [])
	edge.path == ["assume_role_policy"]
	edge.address == document.resource
] if {
	document.type == "data.aws_iam_policy_document"
}

_name(address) := name if {
	name := _written_name(address)
	is_string(name)
}

_name(address) := null if not is_string(_written_name(address))

_written_name(address) := object.get(
	input.resources[address].node, ["Properties", "RoleName"],
	object.get(input.resources[address].node, "name", null),
)

# What the conditions on the subject or the environment let in.
_subjects(statement) := [subject |
	some condition in oidc_trust.conditions(statement)
	condition.claim in {"sub", "environment"}
	condition.binds
	some index, written in condition.values
	subject := {
		"shown": value.shown(written),
		"form": _form(condition, written),
		"environment": _environment(condition, written),
		"environments": _environments(condition, written),
		"path": _value_path(condition, index),
	}
]

_value_path(condition, index) := array.concat(condition.path, [index]) if count(condition.values) > 1

_value_path(condition, _) := condition.path if count(condition.values) == 1

_form(_, written) := "undecided" if policy_patterns.anything(written)

_form(condition, written) := "scoped" if {
	not policy_patterns.anything(written)
	condition.claim == "environment"
}

_form(condition, written) := github_subjects.form(policy_patterns.pattern(written)) if {
	not policy_patterns.anything(written)
	condition.claim == "sub"
}

_environment(condition, written) := name if {
	name := _environment_in(condition, written)
	not regex.match(`[*?]`, name)
}

_environment(condition, written) := null if not _fixes_environment(condition, written)

_fixes_environment(condition, written) if {
	name := _environment_in(condition, written)
	not regex.match(`[*?]`, name)
}

# The pattern for the environment, wildcards and all; of none null.
_environments(condition, written) := patterns[0] if {
	patterns := array.concat([pattern | pattern := _environment_in(condition, written)], [_open_environment(written)])
}

_open_environment(written) := "(not known)" if _has_open_environment(written)

_open_environment(written) := null if not _has_open_environment(written)

_has_open_environment(written) if {
	value.partial(written)
	contains(policy_patterns.pattern(written), ":environment:")
}

_environment_in(condition, written) := lower(written) if {
	is_string(written)
	condition.claim == "environment"
}

_environment_in(condition, written) := lower(split(written, ":environment:")[1]) if {
	is_string(written)
	condition.claim == "sub"
	contains(written, ":environment:")
}
