# METADATA
# title: Steps that publish
# description: |
#   Finds the commands and actions that put an image, a package or a release where others take it from. A row is
#   {"step", "position", "path", "what", "kind": "image" | "package" | "release", "open"}; position is that of the
#   command in its script, -1 for an action; open tells that only a run knows whether it publishes.
package policies.lib.publishing

import data.policies.lib.deploy_commands
import data.policies.lib.value

_table := data.tables.publishing

# The rows of a job.
of_job(job) := [row |
	some step in job.steps
	not _never(step)
	some row in array.concat(_of_action(step), _of_commands(step))
]

_never(step) if {
	step.condition != null
	step.condition.value == false
}

_of_action(step) := [row |
	step.kind == "uses"
	entry := object.get(_table.actions, object.get(step.uses, "name", ""), null)
	entry != null
	not _told_not_to(entry, step)
	some open in _publishes(entry, step)
	row := {
		"step": step.index,
		"position": -1,
		"path": array.concat(step.path, ["uses"]),
		"what": step.uses.name,
		"kind": entry.kind,
		"open": open,
	}
]

# `install-only: true` installs the tool, `args: release --snapshot` builds what it would publish.
_told_not_to(entry, step) if {
	some key, pattern in object.get(entry, "unless", {})
	regex.match(pattern, lower(sprintf("%v", [object.get(_inputs(step), key, "")])))
}

_publishes(entry, _) := [false] if object.get(entry, "input", null) == null

_publishes(entry, step) := _by_switch(switch, sprintf("%v", [object.get(_inputs(step), "outputs", "")])) if {
	object.get(entry, "input", null) != null
	switch := object.get(_inputs(step), entry.input, null)
}

_by_switch(switch, _) := [false] if value.truthy(switch)

_by_switch(switch, outputs) := [false] if {
	not value.truthy(switch)
	contains(outputs, "push=true")
}

# `push: ${{ github.event_name != 'pull_request' }}` pushes in some run.
_by_switch(switch, outputs) := [true] if {
	is_string(switch)
	contains(switch, "${{")
	not contains(outputs, "push=true")
}

_by_switch(switch, outputs) := [] if {
	not value.truthy(switch)
	not contains(outputs, "push=true")
	not contains(sprintf("%v", [switch]), "${{")
}

_inputs(step) := step["with"] if is_object(step["with"])

_inputs(step) := {} if not is_object(step["with"])

_of_commands(step) := [row |
	some position, command in step.commands
	command.function == null
	normal := deploy_commands.normalised(command)
	kinds := _kinds(normal, command)
	count(kinds) > 0
	not deploy_commands.rehearsal(command)
	not _snapshot(normal, command)
	row := {
		"step": step.index,
		"position": position,
		"path": array.concat(command.path, [command.text]),
		"what": command.text,
		"kind": kinds[0],
		"open": false,
	}
]

# `goreleaser release --snapshot` publishes nothing.
_snapshot(normal, command) if {
	normal.program == "goreleaser"
	deploy_commands.has_option(command, ["--snapshot"])
}

_kinds(normal, _) := [kind |
	words := concat(" ", normal.words)
	some verb, kind in object.get(_table.commands, normal.program, {})
	_begins(words, verb)
] if {
	not _builds_image(normal)
}

_begins(words, verb) if startswith(sprintf("%s ", [words]), sprintf("%s ", [verb]))

_begins(_, verb) if verb == ""

# `docker buildx build --push …`
_builds_image(normal) if {
	normal.program == "docker"
	"build" in array.slice(normal.words, 0, 2)
}

_kinds(normal, command) := ["image" | _pushes(command)] if _builds_image(normal)

_pushes(command) if deploy_commands.has_option(command, ["--push"])

_pushes(command) if {
	some word in command.words
	contains(word, "push=true")
}
