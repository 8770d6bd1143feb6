# METADATA
# title: Workflow jobs for tests
# description: Builds jobs and steps as the engine gives them from short descriptions. Holds functions only.
package policies.lib.workflow_units_test

# A script step of commands, each a line of plain words.
run(index, lines) := step(index, {"kind": "run", "run": concat("\n", lines), "commands": [command |
	some position, line in lines
	words := split(line, " ")
	parts := split(words[0], "/")
	command := {
		"path": ["steps", index, "run"],
		"text": line,
		"program": lower(parts[count(parts) - 1]),
		"words": words,
		"operator": ";",
		"index": position,
		"next": null,
		"assignments": {},
		"wrappers": [],
		"background": false,
		"condition": false,
		"negated": false,
		"depth": 0,
		"function": null,
		"redirects": [],
	}
]})

# A step that uses a remote action.
use(index, name, inputs) := step(index, {
	"kind": "uses",
	"with": inputs,
	"uses": {
		"kind": "remote",
		"name": name,
		"raw": sprintf("%s@v1", [name]),
		"owner": split(name, "/")[0],
		"repo": split(name, "/")[1],
	},
})

step(index, given) := object.union(
	{
		"index": index,
		"id": null,
		"path": ["steps", index],
		"name": null,
		"condition": null,
		"uses": null,
		"run": null,
		"with": {},
		"env": {},
		"commands": [],
		"shell": null,
		"language": "sh",
		"working_directory": null,
		"continue_on_error": false,
	},
	given,
)

# A job of steps, with what is given over the defaults.
job(id, steps, given) := object.union(
	{
		"address": sprintf("jobs.%s", [id]),
		"type": "job",
		"id": id,
		"name": null,
		"node": {},
		"needs": [],
		"needs_closure": [],
		"condition": null,
		"call": null,
		"called_by": [],
		"continue_on_error": false,
		"environment": null,
		"images": [],
		"env": {},
		"secrets": [],
		"expressions": [],
		"runs_on": {"labels": [], "group": null, "self_hosted": false},
		"steps": steps,
	},
	given,
)

environment(name) := {"path": ["environment"], "name": name, "raw": name, "deployment_false": false}

# A workflow of jobs that the given triggers start.
unit(jobs, triggers) := {
	"format": "github-workflow",
	"uri": ".github/workflows/x.yml",
	"resources": object.union({one.address: one | some one in jobs}, {"workflow": _workflow(triggers)}),
	"by_type": {"job": jobs, "workflow": [_workflow(triggers)]},
}

_workflow(triggers) := {
	"address": "workflow", "type": "workflow", "name": null,
	"triggers": triggers, "dispatch_inputs": {},
}

# A script step of commands, each [text, operator behind it] or [text, operator, what is given over the defaults].
script(index, written) := object.union(plain, {"run": text, "commands": [command |
	some position, one in plain.commands
	command := object.union(one, object.union(
		{"operator": written[position][1], "next": _next(position, written)},
		_given(written[position]),
	))
]}) if {
	plain := run(index, [part[0] | some part in written])
	text := concat(" ", [word | some part in written; some word in part; is_string(word)])
}

_next(position, written) := position + 1 if position + 1 < count(written)

_next(position, written) := null if position + 1 >= count(written)

# The condition of a job or step.
condition(path, text, ast, status) := {
	"path": path, "raw": text, "text": text, "ast": ast, "status": status, "value": null,
	"contexts": [], "functions": [],
}

_given(part) := part[2] if count(part) > 2

_given(part) := {} if count(part) <= 2
