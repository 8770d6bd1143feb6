# METADATA
# title: What conditions leave of a right
# description: |
#   Sorts the conditions of a statement by what they limit: the services that a role may be passed to, the boundary
#   that must be set, the policies that may be attached, or the resources. Conditions on the caller or the moment (MFA,
#   source address, region, tags of the principal) limit none of these and give no limit.
package policies.lib.limiting_conditions

import data.policies.lib.iam_actions
import data.policies.lib.policy_patterns
import data.policies.lib.scoping_conditions
import data.policies.lib.value

_positive := {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"}

# The operator that a negated one denies.
_negated := {
	"stringnotequals": "stringequals",
	"stringnotequalsignorecase": "stringequalsignorecase",
	"stringnotlike": "stringlike",
	"arnnotequals": "arnequals",
	"arnnotlike": "arnlike",
}

# Keys that name an account or an organisation: everything in it is left.
_of_accounts := {"aws:resourceaccount", "aws:resourceorgid", "s3:resourceaccount"}

# The limits of an Allow statement on an action: {"kind", "values", "path"}, `values` as patterns.
of_allow(statement, action) := [limit |
	some condition in statement.conditions
	kind := _kind(condition, action)
	limit := {"kind": kind, "key": condition.key, "values": _patterns(condition), "path": condition.path}
]

# What a Deny statement with one condition demands of what remains allowed: the opposite of a negated condition. A
# negated condition holds also where its key is missing, so that what remains must have it.
of_deny(statement, action) := [limit |
	count(statement.conditions) == 1
	some condition in statement.conditions
	positive := _negated[condition.operator]
	condition.qualifier != "foranyvalue"
	opposite := object.union(condition, {"operator": positive, "if_exists": false, "qualifier": ""})
	kind := _kind(opposite, action)
	limit := {"kind": kind, "key": condition.key, "values": _patterns(condition), "path": condition.path}
]

# The services that a Deny statement keeps a role from.
barred(statement) := {pattern |
	count(statement.conditions) == 1
	some condition in statement.conditions
	condition.key == "iam:passedtoservice"
	_positive[condition.operator]
	some pattern in _patterns(condition)
}

_patterns(condition) := [pattern |
	some written in condition.values
	pattern := policy_patterns.pattern(written)
]

_kind(condition, _) := "undecided" if scoping_conditions.undecided(condition)

# StringEqualsIfExists is what samples of AWS use here.
_kind(condition, action) := "service" if {
	action == "iam:passrole"
	condition.key == "iam:passedtoservice"
	_binds_loosely(condition)
}

_kind(condition, action) := "associated" if {
	action == "iam:passrole"
	condition.key == "iam:associatedresourcearn"
	_binds_loosely(condition)
}

_kind(condition, _) := "boundary" if {
	condition.key == "iam:permissionsboundary"
	scoping_conditions.binds(condition)
}

_kind(condition, _) := "policies" if {
	condition.key == "iam:policyarn"
	scoping_conditions.binds(condition)
}

_kind(condition, action) := "resource" if {
	_names_resources(condition, action)
	scoping_conditions.binds(condition)
}

# An alias or a context says which keys decrypt, a tag which objects are read.
_names_resources(condition, action) if {
	startswith(action, "kms:")
	condition.key in {"kms:resourcealiases", "kms:requestalias", "kms:encryptioncontextkeys"}
}

_names_resources(condition, action) if {
	startswith(action, "s3:")
	startswith(condition.key, "s3:existingobjecttag/")
}

_names_resources(condition, action) if {
	scoping_conditions.scopes(condition, action)
	not _of_accounts[condition.key]
}

_binds_loosely(condition) if {
	_positive[condition.operator]
	condition.qualifier != "forallvalues"
	count(condition.values) > 0
	count([1 | some written in condition.values; _is_open(written)]) == 0
}

_is_open(written) if {
	pattern := policy_patterns.pattern(written)
	iam_actions.any_text(pattern)
}

_is_open(written) if {
	pattern := policy_patterns.pattern(written)
	regex.match(`^[*?]*\*[*?]*\.amazonaws\.com$`, pattern)
}

# Tells whether limits have one of a kind.
has(limits, kind) if {
	some limit in limits
	limit.kind == kind
}

# Why limits are not decided: {"path", "value"} of a condition.
gaps(statement) := [{"path": condition.path, "value": written} |
	some condition in statement.conditions
	scoping_conditions.undecided(condition)
	some written in condition.values
	value.opaque(written)
]
