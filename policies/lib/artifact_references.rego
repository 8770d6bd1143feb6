# METADATA
# title: Which artifact a deployment names
# description: |
#   Finds the images and artifacts that a job deploys by what its deploying steps, its render steps and its variables
#   are given, and compares those of two deployments. A reference is {"path", "text", "name", "tag", "artifact",
#   "state"}: the tag is what stands behind the name, artifact tells whether it is one of the run, and the state is
#   "literal", "steady" (the same in every job of a run) or "open".
package policies.lib.artifact_references

import data.policies.lib.environments
import data.policies.lib.value

# The references of a row of policies.lib.deploy_jobs.
of_deployment(row, job) := [reference |
	some written in array.concat(_given(row, job), array.concat(_variables(job), _downloads(job)))
	some reference in _reference(job, written)
]

# What the steps that deploy, and those that write the definition for them, are given.
_given(row, job) := array.concat(
	[{"path": array.concat(step.path, ["with", key]), "key": key, "text": written, "env": step.env} |
		some step in job.steps
		_is_given(row, step)
		some key, written in _inputs(step)
		is_string(written)
		_speaks_of_artifact(key)
	],
	[{"path": deploying.path, "key": words.key, "text": words.text, "env": step.env} |
		some deploying in row.steps
		deploying.position >= 0
		step := job.steps[deploying.step]
		command := step.commands[deploying.position]
		some words in _pairs_of(command)
	],
)

_is_given(row, step) if {
	some deploying in row.steps
	deploying.step == step.index
}

_is_given(_, step) if {
	step.uses != null
	object.get(step.uses, "name", "") == "aws-actions/amazon-ecs-render-task-definition"
}

_inputs(step) := step["with"] if is_object(step["with"])

_inputs(step) := {} if not is_object(step["with"])

_speaks_of_artifact(key) if {
	some token in environments.tokens(key)
	token in {"image", "images", "tag", "digest"}
}

# `--image x`, `--set image.tag=x`, `web=repo/web:tag`.
_pairs_of(command) := [pair |
	some position, word in command.words
	some pair in _pair(command, position, word)
]

_pair(command, position, word) := [{"key": word, "text": command.words[position + 1]}] if {
	startswith(word, "-")
	not contains(word, "=")
	_speaks_of_artifact(word)
	position + 1 < count(command.words)
}

_pair(_, _, word) := [{"key": key, "text": substring(word, count(key) + 1, -1)}] if {
	contains(word, "=")
	key := split(word, "=")[0]
	_speaks_of_artifact(key)
}

_pair(command, _, word) := [{"key": "image", "text": substring(word, count(key) + 1, -1)}] if {
	contains(word, "=")
	key := split(word, "=")[0]
	not _speaks_of_artifact(key)
	not startswith(word, "-")
	"image" in command.words
}

_pair(_, _, word) := [] if {
	not contains(word, "=")
	not startswith(word, "-")
}

_pair(_, _, word) := [] if {
	startswith(word, "-")
	not _speaks_of_artifact(word)
	not contains(word, "=")
}

_pair(_, _, word) := [] if {
	contains(word, "=")
	startswith(word, "-")
	not _speaks_of_artifact(split(word, "=")[0])
}

_pair(command, _, word) := [] if {
	contains(word, "=")
	not startswith(word, "-")
	not _speaks_of_artifact(split(word, "=")[0])
	not "image" in command.words
}

_variables(job) := [{"path": ["env", name], "key": name, "text": _written(found, "$"), "env": {}} |
	some name, found in _known(job.env)
	_speaks_of_artifact(name)
]

_downloads(job) := [{"path": array.concat(step.path, ["with", "name"]), "key": "artifact", "text": name, "env": {}} |
	some step in job.steps
	step.uses != null
	object.get(step.uses, "name", "") == "actions/download-artifact"
	name := object.get(_inputs(step), "name", null)
	is_string(name)
]

_reference(job, written) := [reference |
	text := trim_space(_passed(job, _resolved(_environment(job.env, written.env), written.text)))
	text != ""
	not regex.match(`^\d+$`, text)
	reference := {
		"path": written.path,
		"text": text,
		"name": _name(text),
		"tag": _tag(text),
		"artifact": written.key == "artifact",
		"state": _state(text),
	}
]

_environment(of_job, of_step) := object.union(_known(of_job), _known(of_step))

_known(env) := env if value.known(env)

_known(env) := {} if not value.known(env)

# `${{ env.TAG }}` and `$TAG` are what the variable holds, where that is known; a variable may hold another one.
_resolved(env, text) := _replaced(env, _replaced(env, text))

# `${{ inputs.image }}` of a called job is what the call passes; a call may pass on what it was given itself.
_passed(job, text) := _from_call(job, 1, _from_call(job, 0, text))

_input := `\$\{\{\s*inputs\.[\w-]+\s*\}\}`

_from_call(job, level, text) := text if level >= count(job.called_by)

_from_call(job, level, text) := concat("", [piece |
	caller := input.resources[sprintf("jobs.%s", [job.called_by[level]])]
	given := value.get(caller, ["with"])
	raws := regex.find_n(_input, text, -1)
	some position, part in regex.split(_input, text)
	inputs := [_given_input(given, raw) | some raw in array.slice(raws, position, position + 1)]
	piece := concat("", [part, concat("", inputs)])
]) if {
	level < count(job.called_by)
}

# Always defined.
_given_input(given, raw) := found[0] if {
	found := _found_input(given, raw)
	count(found) > 0
}

_given_input(given, raw) := raw if count(_found_input(given, raw)) == 0

_found_input(given, raw) := [sprintf("%v", [written]) |
	value.is_known(given)
	some name, written in given.value
	lower(name) == lower(regex.replace(raw, `^\$\{\{\s*inputs\.|[\s}]+$`, ""))
	not value.opaque(written)
]

_variable := `\$\{\{\s*env\.\w+\s*\}\}|\$\{?[A-Za-z_]\w*\}?`

_replaced(env, text) := concat("", [piece |
	raws := regex.find_n(_variable, text, -1)
	some position, part in regex.split(_variable, text)
	piece := concat("", [part, concat("", [_held(env, raw) | some raw in array.slice(raws, position, position + 1)])])
])

_held(env, raw) := _written(object.get(env, regex.replace(raw, `^\$(\{\{\s*env\.|\{)?|[\s}]+$`, ""), null), raw)

_written(found, _) := found if is_string(found)

_written(found, _) := sprintf("${{ %s }}", [found["$unknown"].name]) if value.unknown(found)

_written(found, raw) := raw if {
	not is_string(found)
	not value.unknown(found)
}

_last(text) := parts[count(parts) - 1] if parts := split(text, "/")

_name(text) := split(split(_last(text), "@")[0], ":")[0]

# What stands behind the name: the digest, the tag, or all of a text that is no name.
_tag(text) := split(text, "@")[1] if contains(text, "@")

_tag(text) := substring(_last(text), indexof(_last(text), ":") + 1, -1) if {
	not contains(text, "@")
	contains(_last(text), ":")
}

_tag(text) := text if {
	not contains(text, "@")
	not contains(_last(text), ":")
}

_state(text) := "literal" if not contains(text, "$")

_state(text) := "steady" if {
	contains(text, "$")
	_is_steady(text)
}

_state(text) := "open" if {
	contains(text, "$")
	not _is_steady(text)
}

# Only contexts that are the same in every job of a run.
_is_steady(text) if {
	left := regex.replace(text, `\$\{\{\s*(github|needs|inputs)\.[\w.-]+\s*\}\}`, "")
	rest := regex.replace(left, `\$\{?GITHUB_(SHA|RUN_ID|RUN_NUMBER|REF_NAME)\}?`, "")
	not contains(rest, "$")
}

# How the references of two deployments compare, with the first ones that tell: "none" where one of them has none,
# "same", "other", or "open".
compare(staging, production) := {"state": "none"} if _lacks(staging, production)

compare(staging, production) := {"state": "same"} if _same(staging, production)

compare(staging, production) := object.union(found[0], {"state": "other"}) if {
	not _lacks(staging, production)
	not _same(staging, production)
	found := _different(staging, production)
	count(found) > 0
}

compare(staging, production) := {"state": "open", "staging": staging[0], "production": production[0]} if {
	not _lacks(staging, production)
	not _same(staging, production)
	count(_different(staging, production)) == 0
}

_same(staging, production) if {
	not _lacks(staging, production)
	count(_decided(staging)) > 0
	_decided(staging) == _decided(production)
}

_lacks(staging, _) if count(staging) == 0

_lacks(_, production) if count(production) == 0

# Open references are never the same.
_decided(references) := {reference.text | some reference in references; reference.state != "open"} if {
	open := [reference | some reference in references; reference.state == "open"]
	count(open) == 0
}

_decided(references) := set() if {
	open := [reference | some reference in references; reference.state == "open"]
	count(open) > 0
}

# Literal tags of one name that differ, and artifacts that are named after their environments.
_different(staging, production) := [{"staging": one, "production": other} |
	some one in staging
	some other in production
	_differ(one, other)
]

_differ(one, other) if {
	not one.artifact
	not other.artifact
	one.state == "literal"
	other.state == "literal"
	contains(_last(one.text), ":")
	one.name == other.name
	one.tag != other.tag
}

_differ(one, other) if {
	one.artifact
	other.artifact
	environments.class(one.text, []) == "staging"
	environments.class(other.text, []) == "production"
}

# A tag on its own, as in `--set image.tag=staging`.
_differ(one, other) if {
	not one.artifact
	not other.artifact
	one.state == "literal"
	other.state == "literal"
	not contains(_last(one.text), ":")
	not contains(_last(other.text), ":")
	environments.class(one.text, []) == "staging"
	environments.class(other.text, []) == "production"
}
