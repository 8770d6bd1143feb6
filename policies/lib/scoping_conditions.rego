# METADATA
# title: Conditions that limit a statement to some resources
# description: |
#   A condition stands for named resources when it must hold (a positive operator, without IfExists or ForAllValues) and
#   its key says which resources, tags, cluster, namespace or calling service are meant.
package policies.lib.scoping_conditions

import data.policies.lib.iam_actions
import data.policies.lib.policy_patterns
import data.policies.lib.value

_operators := {
	"stringequals",
	"stringequalsignorecase",
	"stringlike",
	"arnequals",
	"arnlike",
}

_keys := {
	"cloudwatch:namespace",
	"ecs:cluster",
	"kms:viaservice",
	"s3:resourceaccount",
}

# Tells whether a condition limits the resources of an action.
scopes(condition, action) if {
	binds(condition)
	_scoping_key(condition, action)
}

# Tells whether a condition must hold, and holds for some values only.
binds(condition) if {
	_operators[condition.operator]
	condition.qualifier != "forallvalues"
	not condition.if_exists
	count(condition.values) > 0
	not _has_open_value(condition)
}

_has_open_value(condition) if {
	some written in condition.values
	pattern := policy_patterns.pattern(written)
	iam_actions.any_text(pattern)
}

_scoping_key(condition, _) if _keys[condition.key]

_scoping_key(condition, _) if regex.match(`^[a-z0-9-]+:resourcetag/`, condition.key)

_scoping_key(condition, _) if startswith(condition.key, "kms:encryptioncontext:")

_scoping_key(condition, _) if condition.key == "aws:resourceaccount"

_scoping_key(condition, action) if {
	startswith(condition.key, "aws:requesttag/")
	regex.match(`:(batch)?(create|run|request|allocate|start)`, action)
}

# Tells whether a condition is not known, so that it could limit.
undecided(condition) if {
	condition.key == ""
	some written in condition.values
	value.opaque(written)
}
