# METADATA
# title: What resource patterns reach of the things that an action acts on
# description: |
#   A form is "service:beginning of the resource part", such as "iam:role/". What a pattern of a policy reaches of it is
#   a tail: "*" for every role, "app-*" for those that begin so. Region and account stand beside it, where they tell
#   things apart: IAM and S3 have none that do.
#   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
package policies.lib.arn_forms

import data.policies.lib.iam_actions

_without_scope := {"iam", "s3"}

# What a pattern reaches of a form: {"tail", "text"}. Undefined where it is about other things. Texts compare by
# `covers`, scope and all.
reach(pattern, form) := {"tail": tail, "text": text} if {
	form != ""
	prefix := _prefix(form)
	service := split(form, ":")[0]
	tail := _tail(pattern, service, prefix)
	text := _text(pattern, service, tail)
}

# Without a form the pattern itself is compared.
reach(pattern, form) := {"tail": pattern, "text": pattern} if {
	form == ""
	not iam_actions.every_resource(pattern)
}

reach(pattern, form) := {"tail": "*", "text": "*"} if {
	form == ""
	iam_actions.every_resource(pattern)
}

_prefix(form) := substring(form, indexof(form, ":") + 1, -1)

_tail(pattern, _, prefix) := "*" if {
	iam_actions.every_resource(pattern)
	prefix != "alias/"
}

_tail(pattern, service, prefix) := tail if {
	not iam_actions.every_resource(pattern)
	parts := split(pattern, ":")
	parts[0] == "arn"
	count(parts) >= 6
	covers(parts[2], service)
	tail := _remainder(concat(":", array.slice(parts, 5, count(parts))), prefix)
}

# An ARN that a wildcard cuts short.
_tail(pattern, service, _) := "*" if {
	not iam_actions.every_resource(pattern)
	parts := split(pattern, ":")
	parts[0] == "arn"
	count(parts) < 6
	count(parts) > 2
	endswith(pattern, "*")
	covers(parts[2], service)
}

# What is no ARN by its look, such as a reference, is taken for one thing of the form.
_tail(pattern, _, _) := pattern if {
	not iam_actions.every_resource(pattern)
	split(pattern, ":")[0] != "arn"
}

_remainder(rest, prefix) := substring(rest, count(prefix), -1) if startswith(rest, prefix)

_remainder(rest, prefix) := substring(rest, count(literal), -1) if {
	not startswith(rest, prefix)
	literal := _literal(rest)
	literal != rest
	startswith(prefix, literal)
}

# The text before the first wildcard.
_literal(pattern) := split(replace(pattern, "?", "*"), "*")[0]

_text(_, service, tail) := tail if _without_scope[service]

_text(pattern, service, tail) := concat(":", [_part(pattern, 3), _part(pattern, 4), tail]) if {
	not _without_scope[service]
}

_part(pattern, index) := parts[index] if {
	parts := split(pattern, ":")
	count(parts) >= 6
}

_part(pattern, _) := "*" if count(split(pattern, ":")) < 6

# Tells whether a pattern matches everything that another one matches.
covers(wider, narrower) if wider == "*"

covers(wider, narrower) if wider == narrower

covers(wider, narrower) if {
	iam_actions.has_wildcard(wider)
	quoted := regex.replace(wider, `[^a-zA-Z0-9*?]`, `[$0]`)
	expression := sprintf("^%s$", [replace(replace(quoted, "?", "[^*]"), "*", ".*")])
	regex.match(replace(expression, "[^.*]", "[^*]"), narrower)
}

# Tells whether two patterns may match the same text: the texts before their wildcards agree.
overlap(one, other) if startswith(_literal(one), _literal(other))

overlap(one, other) if startswith(_literal(other), _literal(one))

# Tells whether a tail names no thing: it is only wildcards and separators.
open(tail) if {
	contains(tail, "*")
	trim(tail, "*?/:") == ""
}

open(tail) if {
	contains(tail, "*")
	trim(tail, "*?/:") in {"index", "index/", "stream"}
}
