# METADATA
# title: What an Allow statement of an identity policy grants
# description: |
#   Judges single statements of the rows of `policy_documents`: whether they grant everything, what could make them do
#   so, and how findings call them.
package policies.lib.identity_statements

import data.policies.lib.iam_actions
import data.policies.lib.policy_patterns
import data.policies.lib.value

# What was read of a document: known, or unknown as a whole.
record(document) := {
	"resource": document.resource,
	"path": document.path,
	"state": "known",
	"value": _count(count(document.statements)),
} if document.unknown == null

record(document) := {
	"resource": document.resource,
	"path": document.path,
	"state": "unknown",
	"value": document.unknown,
} if document.unknown != null

_count(number) := "1 statement" if number == 1

_count(number) := sprintf("%d statements", [number]) if number != 1

# Effect is case sensitive: anything but "Allow" grants nothing.
allows(statement) if statement.effect == "Allow"

# Tells whether a statement allows every action on every resource. Allow with NotAction or NotResource is another
# control's.
full_access(statement) if {
	statement.on_wide
	allows(statement)
	_has_every_action(statement)
	on_everything(statement)
}

_has_every_action(statement) if {
	some action in statement.actions
	action.pattern != null
	iam_actions.every_action(action.pattern)
}

# Tells whether a statement's resources match every ARN.
on_everything(statement) if {
	some resource in statement.resources
	resource.wide == "*"
	iam_actions.every_resource(resource.pattern)
}

# The undecided parts that could make a statement allow everything: {"path", "value"}.
could_be_full_access(statement) := [{"path": statement.path, "value": statement.unknown}] if statement.unknown != null

could_be_full_access(statement) := witnesses if {
	statement.unknown == null
	witnesses := [gap |
		statement.on_wide
		may_allow(statement)
		_may_have_every_action(statement)
		_may_be_on_everything(statement)
		some gap in gaps(statement)
	]
}

# The parts of a statement that could be anything, its effect included: {"path", "value"}.
gaps(statement) := array.concat(
	[{"path": statement.path, "value": statement.effect} | value.opaque(statement.effect)],
	[{"path": element.path, "value": element.value} |
		some element in array.concat(statement.actions, statement.resources)
		element.pattern == null
		policy_patterns.anything(element.value)
	],
)

# The distinct action patterns of the statements of documents that allow, or could.
action_patterns(documents) := {pattern |
	some document in documents
	some statement in document.statements
	may_allow(statement)
	some action in statement.actions
	pattern := action.pattern
	pattern != null
}

# Tells whether the effect is Allow, or could be.
may_allow(statement) if allows(statement)

may_allow(statement) if {
	is_object(statement.effect)
	value.opaque(statement.effect)
}

_may_have_every_action(statement) if _has_every_action(statement)

_may_have_every_action(statement) if {
	some action in statement.actions
	action.pattern == null
	policy_patterns.anything(action.value)
}

_may_be_on_everything(statement) if on_everything(statement)

_may_be_on_everything(statement) if {
	some resource in statement.resources
	resource.pattern == null
	policy_patterns.anything(resource.value)
}

# How a finding calls a statement: by its Sid, else by its position.
name(_, statement) := sprintf("'%s'", [statement.sid]) if is_string(statement.sid)

name(_, statement) := sprintf("%d", [last + 1]) if {
	not is_string(statement.sid)
	last := statement.path[count(statement.path) - 1]
	is_number(last)
}

name(_, statement) := "1" if {
	not is_string(statement.sid)
	last := statement.path[count(statement.path) - 1]
	not is_number(last)
}

# Names a statement by content: its Sid, else its actions and resources.
key(_, statement) := sprintf("statement/%s", [statement.sid]) if is_string(statement.sid)

key(_, statement) := sprintf("statement/%s/%s", [actions, resources]) if {
	not is_string(statement.sid)
	actions := concat(",", [action.written | some action in statement.actions])
	resources := concat(",", [shown | some resource in statement.resources; shown := _shown(resource.value)])
}

_shown(written) := value.shown(written) if not value.partial(written)

_shown(written) := value.source_text(written) if value.partial(written)
