# METADATA
# title: What a role is known to be allowed
# description: |
#   Follows the identity policies of a role that the unit shows: inline ones, policies that name the role, and attached
#   managed policies. A managed policy of AWS is known by its name only.
package policies.lib.role_grants

import data.policies.lib.iam_actions
import data.policies.lib.identity_statements
import data.policies.lib.policy_documents
import data.policies.lib.policy_patterns
import data.policies.lib.value

# "write" if the role may change something, "read" if everything that it may is known and only reads, else "undecided".
levels(role) := "write" if _writes(role)

levels(role) := "read" if {
	not _writes(role)
	_only_reads(role)
}

levels(role) := "undecided" if {
	not _writes(role)
	not _only_reads(role)
}

# The same of several roles: the worst of them, "undecided" without any.
combined(roles) := "write" if "write" in _levels_of(roles)

combined(roles) := "read" if _levels_of(roles) == {"read"}

combined(roles) := "undecided" if {
	found := _levels_of(roles)
	not "write" in found
	found != {"read"}
}

_levels_of(roles) := {level | some role in roles; level := levels(role)}

# Resources that hold policies of a role: itself, those that refer to it, and what their attachments refer to.
_holders(role) := {role} | _naming(role) | _attached(role)

_naming(role) := object.get(_policies_of, role, set())

# What refers to each role, indexed: a plan has thousands of them.
_policies_of[""] contains ""

_policies_of[edge.address] contains resource.address if {
	some resource in _policy_resources
	some edge in object.get(resource, "references", [])
}

_policy_types := [
	"AWS::IAM::Policy",
	"AWS::IAM::ManagedPolicy",
	"AWS::IAM::RolePolicy",
	"aws_iam_role_policy",
]

_policy_resources := [resource |
	some type in _policy_types
	some resource in object.get(input.by_type, type, [])
]

_attachment_types := [
	"aws_iam_role_policy_attachment",
	"aws_iam_policy_attachment",
	"aws_iam_role_policy_attachments_exclusive",
]

_attachments(role) := [input.resources[address] | some address in sort(object.get(_attachments_of, role, set()))]

_attachments_of[""] contains ""

_attachments_of[edge.address] contains resource.address if {
	some type in _attachment_types
	some resource in object.get(input.by_type, type, [])
	some edge in object.get(resource, "references", [])
}

_attaching := {"ManagedPolicyArns", "managed_policy_arns", "policy_arn", "policy_arns"}

_attached(role) := {edge.address |
	itself := object.get(input.resources, role, null)
	some resource in array.concat([itself | itself != null], _attachments(role))
	some edge in object.get(resource, "references", [])
	some attribute in edge.path
	_attaching[attribute]
}

# A document stands at its holder, or at the data source that the holder takes it from.
_documents(role) := [policy_documents.rules[index] |
	some place in sort(_places(role))
	some index in sort(object.get(_documents_at, place, set()))
]

# The rows of the documents of identities, by where they stand.
_documents_at[""] contains 0

_documents_at[document.resource] contains index if {
	some index, document in policy_documents.rules
	document.kind == "identity"
}

_places(role) := holders | sources if {
	holders := _holders(role)
	sources := {edge.address |
		some holder in holders
		resource := object.get(input.resources, holder, null)
		resource != null
		some edge in object.get(resource, "references", [])
		contains(edge.address, "data.aws_iam_policy_document.")
	}
}

# ARNs of managed policies that are written out.
_written_arns(role) := [arn |
	itself := object.get(input.resources, role, null)
	some resource in array.concat([itself | itself != null], _attachments(role))
	some path in [["Properties", "ManagedPolicyArns"], ["managed_policy_arns"], ["policy_arn"], ["policy_arns"]]
	some written in value.list(object.get(resource.node, path, null))
	not value.reference(written)
	arn := _arn(written)
]

_arn(written) := policy_patterns.pattern(written) if not policy_patterns.anything(written)

_arn(written) := "" if policy_patterns.anything(written)

_writes(role) if {
	some document in _documents(role)
	some statement in document.statements
	identity_statements.allows(statement)
	_statement_writes(statement)
}

_writes(role) if {
	some arn in _written_arns(role)
	regex.match(`/(AdministratorAccess|PowerUserAccess|[A-Za-z0-9]*FullAccess)$`, arn)
}

_statement_writes(statement) if count(statement.not_actions) > 0

_statement_writes(statement) if {
	some action in statement.actions
	pattern := policy_patterns.pattern(action.value)
	_action_writes(pattern)
}

_action_writes(pattern) if iam_actions.every_action(pattern)

_action_writes(pattern) if count(iam_actions.matching(pattern, ["write", "permissions"])) > 0

_only_reads(role) if {
	documents := _documents(role)
	arns := _written_arns(role)
	count(documents) + count(arns) > 0
	every arn in arns {
		regex.match(`/(job-function/)?[A-Za-z0-9]*(ReadOnlyAccess|ViewOnlyAccess)$`, arn)
	}
	every document in documents {
		document.unknown == null
		count([statement | some statement in document.statements; not _statement_reads(statement)]) == 0
	}
}

_statement_reads(statement) if statement.effect == "Deny"

_statement_reads(statement) if {
	statement.unknown == null
	count(statement.not_actions) == 0
	every action in statement.actions {
		pattern := policy_patterns.pattern(action.value)
		count(iam_actions.matching(pattern, ["read", "list"])) > 0
		count(iam_actions.matching(pattern, ["write", "permissions", "tagging"])) == 0
	}
}

# Whether one of several roles is allowed one of several actions (in lower case), whatever the resources: "yes", "no"
# where everything that they may is known and none of it is, else "open".
may(roles, actions) := "yes" if {
	some role in roles
	some document in _documents(role)
	some statement in document.statements
	identity_statements.allows(statement)
	_names_one(statement, actions)
}

may(roles, actions) := "no" if {
	not _may(roles, actions)
	every role in roles {
		_is_known(role)
	}
}

may(roles, actions) := "open" if {
	not _may(roles, actions)
	some role in roles
	not _is_known(role)
}

_may(roles, actions) if {
	some role in roles
	some document in _documents(role)
	some statement in document.statements
	identity_statements.allows(statement)
	_names_one(statement, actions)
}

_names_one(statement, _) if count(statement.not_actions) > 0

_names_one(statement, actions) if {
	some action in statement.actions
	pattern := policy_patterns.pattern(action.value)
	some wanted in actions
	_fits(pattern, wanted)
}

_fits(pattern, wanted) if pattern == wanted

_fits(pattern, wanted) if {
	contains(pattern, "*")
	regex.match(sprintf("^%s$", [replace(pattern, "*", ".*")]), wanted)
}

_is_known(role) if {
	count(_written_arns(role)) == 0
	every document in _documents(role) {
		document.unknown == null
	}
}
