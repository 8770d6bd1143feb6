# METADATA
# title: What an Allow statement of an identity policy grants
# description: |
#   Judges single statements of the rows of `policy_documents`: whether they grant everything, what could make them do
#   so, and how findings call them.
package policies.lib.identity_statements

import data.policies.lib.iam_actions
import data.policies.lib.value

# What was read of a document: known, or unknown as a whole.
record(document) := {
	"resource": document.resource,
	"path": document.path,
	"state": "known",
	"value": sprintf("%d statements", [count(document.statements)]),
} if document.unknown == null

record(document) := {
	"resource": document.resource,
	"path": document.path,
	"state": "unknown",
	"value": document.unknown,
} if document.unknown != null

# Effect is case sensitive: anything but "Allow" grants nothing.
allows(statement) if statement.effect == "Allow"

# Tells whether a statement allows every action on every resource. Allow with NotAction or NotResource is another control's.
full_access(statement) if {
	allows(statement)
	some action in statement.actions
	is_string(action.value)
	iam_actions.every_action(action.value)
	on_everything(statement)
}

# Tells whether a statement's resources match every ARN.
on_everything(statement) if {
	some resource in statement.resources
	is_string(resource.value)
	iam_actions.every_resource(resource.value)
}

# The undecided parts that could make a statement allow everything: {"path", "value"}.
could_be_full_access(statement) := [{"path": statement.path, "value": statement.unknown}] if statement.unknown != null

could_be_full_access(statement) := witnesses if {
	statement.unknown == null
	_may_allow(statement)
	_may_be(statement, statement.actions, "action")
	_may_be(statement, statement.resources, "resource")
	witnesses := [{"path": element.path, "value": element.value} |
		some element in array.concat(statement.actions, statement.resources)
		_could_match_all(element.value)
	]
}

could_be_full_access(statement) := [] if {
	statement.unknown == null
	not _may_allow(statement)
}

could_be_full_access(statement) := [] if {
	statement.unknown == null
	_may_allow(statement)
	not _may_be(statement, statement.actions, "action")
}

could_be_full_access(statement) := [] if {
	statement.unknown == null
	_may_allow(statement)
	_may_be(statement, statement.actions, "action")
	not _may_be(statement, statement.resources, "resource")
}

_may_allow(statement) if allows(statement)

_may_allow(statement) if value.opaque(statement.effect)

_may_be(_, elements, _) if {
	some element in elements
	_could_match_all(element.value)
}

_may_be(_, elements, "action") if {
	some element in elements
	is_string(element.value)
	iam_actions.every_action(element.value)
}

_may_be(_, elements, "resource") if {
	some element in elements
	is_string(element.value)
	iam_actions.every_resource(element.value)
}

# A reference gives one resource's name or ARN, and a string with literal text that is no wildcard is narrow: only an
# unknown of which nothing is known can be everything.
_could_match_all(written) if value.unknown(written)

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
	resources := concat(",", [value.shown(resource.value) | some resource in statement.resources])
}
