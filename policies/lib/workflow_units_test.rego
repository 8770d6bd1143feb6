# METADATA
# title: Workflow jobs for tests
# description: Builds jobs and steps as the engine gives them from short descriptions. Holds functions only.
package policies.lib.workflow_units_test

# A script step of commands, each a line of plain words.
run(index, lines) := step(index, {"kind": "run", "commands": [command |
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
		"path": ["steps", index],
		"name": null,
		"condition": null,
		"uses": null,
		"with": {},
		"env": {},
		"commands": [],
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

_workflow(triggers) := {"address": "workflow", "type": "workflow", "name": null, "triggers": triggers}
