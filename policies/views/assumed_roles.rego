# METADATA
# title: Roles that jobs assume
# description: |
#   What the steps of a workflow that get credentials of AWS name as their role: {"job", "step", "path", "written",
#   "text", "name", "environments", "environment_open"}. `text` is `written` with each value that it can have; `name` is
#   the name at the end of the ARN, known although the account is not, or null; environments are the names, in lower
#   case, that the job's environment can have. A policy over the whole scan names this view in its `unit_views`.
package policies.views.assumed_roles

import data.policies.lib.graph
import data.policies.lib.value

_action := "aws-actions/configure-aws-credentials"

rows := [row |
	some job in graph.of_types(["job"])
	some step in job.steps
	step.kind == "uses"
	step.uses.name == _action
	is_object(step["with"])
	some key, written in step["with"]
	lower(key) == "role-to-assume"
	is_string(written)
	path := array.concat(step.path, ["with", key])
	some text in _texts(job, path, written)
	row := {
		"job": job.address,
		"step": step.index,
		"path": path,
		"written": written,
		"text": text,
		"name": _name(text),
		"environments": _environments(job),
		"environment_open": _is_open(job),
	}
]

# A text with each value that its one expression can have; as written where that is not known.
_texts(_, _, written) := [written] if not contains(written, "${{")

_texts(job, path, written) := texts if {
	contains(written, "${{")
	texts := _branches(job, path, written)
	count(texts) > 0
}

_texts(job, path, written) := [written] if {
	contains(written, "${{")
	count(_branches(job, path, written)) == 0
}

_branches(job, path, written) := [text |
	some expression in job.expressions
	expression.path == path
	is_array(expression.branches)
	some branch in expression.branches
	is_string(branch)
	text := replace(written, expression.raw, branch)
]

_name(text) := name if {
	name := _tail(text)
	not contains(name, "${{")
	not contains(name, "}}")
}

_name(text) := null if not _has_name(text)

_has_name(text) if {
	name := _tail(text)
	not contains(name, "${{")
	not contains(name, "}}")
}

# What stands behind the last slash of an ARN; a name alone is itself.
_tail(text) := parts[count(parts) - 1] if {
	contains(text, ":role/")
	parts := split(text, "/")
}

_tail(text) := text if not contains(text, ":role/")

_environments(job) := [] if job.environment == null

_environments(job) := [lower(job.environment.name)] if {
	job.environment != null
	is_string(job.environment.name)
}

_environments(job) := [lower(name) |
	some name in object.get(job.environment.name["$unknown"], "values", [])
	is_string(name)
] if {
	job.environment != null
	value.unknown(job.environment.name)
}

_is_open(job) := true if _opens(job)

_is_open(job) := false if not _opens(job)

_opens(job) if {
	job.environment != null
	value.unknown(job.environment.name)
	count(_environments(job)) == 0
}
