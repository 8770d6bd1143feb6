# METADATA
# title: Whom a statement lets in
# description: |
#   Judges one normalised statement of a resource policy (rows of `policy_documents`): whether it lets everybody in.
#   A condition limits who may call only with a positive operator on a key that identifies the caller, and only when no
#   value of it is a wildcard in the part that identifies.
package policies.lib.principals

import data.policies.lib.value

# Keys of conditions that identify the caller, or whom a service calls for.
limiting_keys := {
	"aws:sourcearn",
	"aws:sourceaccount",
	"aws:sourceorgid",
	"aws:principalorgid",
	"aws:principalorgpaths",
	"aws:principalaccount",
	"aws:principalarn",
	"aws:sourcevpce",
	"aws:sourcevpc",
	"aws:sourceip",
	"aws:userid",
	"s3:dataaccesspointaccount",
	"s3:dataaccesspointarn",
}

_positive := {
	"stringequals",
	"stringlike",
	"stringequalsignorecase",
	"arnequals",
	"arnlike",
	"ipaddress",
}

# Whether an Allow statement is "public", "undecided" or "closed"; `keys` are the condition keys that limit.
exposure(statement, _) := "undecided" if statement.unknown != null

exposure(statement, keys) := worst if {
	statement.unknown == null
	effect := _effect(statement.effect)
	everybody := _everybody(statement)
	limits := _limits(statement, keys)
	worst := _combined({effect, everybody, limits})
}

# Three answers to "is it open": yes, maybe, no.
_combined(answers) := "closed" if "no" in answers

_combined(answers) := "undecided" if {
	not "no" in answers
	"maybe" in answers
}

_combined(answers) := "public" if answers == {"yes"}

_effect(effect) := "yes" if effect == "Allow"

_effect(effect) := "maybe" if value.opaque(effect)

_effect(effect) := "no" if {
	effect != "Allow"
	not value.opaque(effect)
}

_everybody(statement) := "yes" if _lets_everybody(statement)

_everybody(statement) := "maybe" if {
	not _lets_everybody(statement)
	_may_let_everybody(statement)
}

_everybody(statement) := "no" if {
	not _lets_everybody(statement)
	not _may_let_everybody(statement)
}

_lets_everybody(statement) if count(statement.not_principals) > 0

_lets_everybody(statement) if {
	some principal in statement.principals
	principal.type in {"*", "AWS"}
	principal.value == "*"
}

_may_let_everybody(statement) if {
	some principal in statement.principals
	principal.type in {"*", "AWS"}
	value.unknown(principal.value)
	not principal.value["$unknown"].kind in {"pseudo-parameter", "computed"}
	not _is_somebody(principal.value)
}

# What it can be is known, as the accounts of a mapping by Region are, and none of it is everybody.
_is_somebody(undecided) if {
	candidates := object.get(undecided["$unknown"], "values", [])
	count(candidates) > 0
	count([one | some one in candidates; not is_string(one)]) == 0
	not "*" in candidates
}

# Whether the conditions of a statement limit who calls, whoever the principal is: "limited", "undecided" or "open".
conditions(statement, keys) := _named_limits[_limits(statement, keys)]

_named_limits := {"no": "limited", "maybe": "undecided", "yes": "open"}

# Whether a condition on one of the keys limits who may call: "yes", "maybe" or "no".
limited(statement, keys) := _opposite[_combined_limits(answers)] if {
	answers := {one | some condition in statement.conditions; one := _condition(condition, keys)}
}

_opposite := {"no": "yes", "maybe": "maybe", "yes": "no"}

# Whether the conditions leave it open who calls. Allow with NotPrincipal is wrong whatever they say.
_limits(statement, _) := "yes" if count(statement.not_principals) > 0

_limits(statement, keys) := answer if {
	count(statement.not_principals) == 0
	answers := {one | some condition in statement.conditions; one := _condition(condition, keys)}
	answer := _combined_limits(answers)
}

_combined_limits(answers) := "no" if "no" in answers

_combined_limits(answers) := "maybe" if {
	not "no" in answers
	"maybe" in answers
}

_combined_limits(answers) := "yes" if {
	not "no" in answers
	not "maybe" in answers
}

# Conditions that are unknown as a whole have no key.
_condition(condition, _) := "maybe" if condition.key == ""

_condition(condition, keys) := "yes" if {
	condition.key != ""
	not _can_limit(condition, keys)
}

_condition(condition, keys) := answer if {
	condition.key != ""
	_can_limit(condition, keys)
	answers := {one | some given in condition.values; one := _value(condition.key, given)}
	answer := _any_value(answers)
}

_can_limit(condition, keys) if {
	condition.key in keys
	condition.operator in _positive
	condition.qualifier != "forallvalues"
	not condition.if_exists
}

# One value that is open opens the condition.
_any_value(answers) := "yes" if "yes" in answers

_any_value(answers) := "maybe" if {
	not "yes" in answers
	"maybe" in answers
}

_any_value(answers) := "no" if {
	not "yes" in answers
	not "maybe" in answers
}

_value(key, given) := _open_text(key, given) if is_string(given)

_value(key, given) := _open_text(key, sprintf("%v", [given])) if is_number(given)

_value(_, given) := "no" if value.reference(given)

_value(_, given) := "no" if _settled(given)

_value(_, given) := "maybe" if {
	value.unknown(given)
	not _settled(given)
}

_value(_, given) := "maybe" if value.secret(given)

# The holes of a string that a resource or the account fills are literal, others may be wildcards.
_value(key, given) := _weaker(_open_text(key, concat("", filled))) if {
	value.partial(given)
	filled := [text | some fragment in given["$partial"]; text := _filled(fragment)]
}

_value(_, given) := "maybe" if {
	not is_string(given)
	not is_number(given)
	not value.opaque(given)
}

_weaker(answer) := "no" if answer == "no"

_weaker(answer) := "maybe" if answer != "no"

_filled(fragment) := fragment if is_string(fragment)

_filled(fragment) := "x" if {
	not is_string(fragment)
	_given(fragment)
}

_filled(fragment) := "*" if {
	not is_string(fragment)
	not _given(fragment)
}

_given(fragment) if value.reference(fragment)

_given(fragment) if _settled(fragment)

# Values that are unknown but somebody's own: of this account, or of a resource that is still to be made.
_settled(given) if {
	value.unknown(given)
	given["$unknown"].kind == "pseudo-parameter"
}

_settled(given) if {
	value.unknown(given)
	given["$unknown"].kind == "computed"
	count(object.get(given["$unknown"], "references", [])) > 0
}

_open_text(key, text) := "yes" if _wild(key, text)

_open_text(key, text) := "no" if not _wild(key, text)

_wild("aws:sourceip", text) if _world(text)

_wild(key, text) if {
	key != "aws:sourceip"
	not startswith(text, "arn:")
	not regex.match(`[A-Za-z0-9]`, regex.replace(text, `(^|/)(o|r|ou|vpce|vpc)-`, "$1"))
}

_wild(key, text) if {
	key != "aws:sourceip"
	startswith(text, "arn:")
	parts := split(text, ":")
	not _identifies(key, object.get({"part": parts}, ["part", 4], ""), array.slice(parts, 5, count(parts)))
}

# An ARN identifies by its account, else by the name of the resource; a role's name without its account is anybody's.
_identifies(_, account, _) if regex.match(`[A-Za-z0-9]`, account)

_identifies(_, "", resource) if _has_name(resource)

_identifies(key, account, resource) if {
	account != ""
	key != "aws:principalarn"
	_has_name(resource)
}

_has_name(resource) if regex.match(`[A-Za-z0-9][^/:]*$`, concat(":", resource))

# Address ranges as wide as the internet.
_world(text) if text in {"*", ""}

_world(text) if {
	not contains(text, ":")
	parts := split(text, "/")
	count(parts) == 2
	regex.match(`^[0-9]+$`, parts[1])
	to_number(parts[1]) <= 8
	not startswith(parts[0], "10.")
}

_world(text) if {
	contains(text, ":")
	parts := split(text, "/")
	count(parts) == 2
	regex.match(`^[0-9]+$`, parts[1])
	to_number(parts[1]) <= 16
	not regex.match(`^[fF][cCdD]`, parts[0])
}
