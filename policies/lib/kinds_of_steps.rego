# METADATA
# title: What the steps of a job do
# description: |
#   Gives every command and action of a job its kinds: unit, integration, e2e, performance, smoke, lint, sast, sca,
#   image-scan, iac-scan, secret-scan, dast, build or health-check. By tool where a table knows it; by a word in a name
#   where the step is opaque. A row is {"job", "step", "position", "path", "what", "kinds", "state", "opaque",
#   "target"}; position is that of the command in its script, -1 for an action.
package policies.lib.kinds_of_steps

import data.policies.lib.deploy_commands
import data.policies.lib.environments
import data.policies.lib.graph
import data.policies.lib.health_checks

_programs := data.tables.deploy_programs

# The rows of a job, told once for all who ask.
of_job(job) := _by_address[job.address] if _by_address[job.address]

of_job(job) := _of(job) if not _by_address[job.address]

_by_address := {job.address: _of(job) | some job in graph.of_types(["job"])}

_of(job) := [row |
	some step in job.steps
	not _never(step)
	some row in array.concat(_of_action(job, step), _of_commands(job, step))
	_tells(row)
]

# Programs of which no command has a kind or is opaque: most commands of most scripts.
_silent := object.keys(_programs.plain) - union({
	object.keys(data.tables.step_kinds_commands),
	object.keys(_programs.script_runners),
	object.keys(_programs.test_verbs),
	object.keys(_programs.builtin_verbs),
	object.keys(_programs.target_runners),
	object.keys(_programs.interpreters),
	object.keys(_programs.payload_verbs),
	object.keys(_programs.aliases),
	object.keys(_programs.carriers),
	object.keys(_programs.carrying_python),
	{"curl", "wget"},
})

# A step whose condition is false whatever happens.
_never(step) if {
	step.condition != null
	step.condition.value == false
}

_tells(row) if count(row.kinds) > 0

_tells(row) if row.opaque

_of_commands(job, step) := [row |
	some position, command in step.commands
	command.program != ""
	command.function == null
	not command.program in _silent
	normal := deploy_commands.normalised(command)
	found := deploy_commands.opaque(normal, command)
	kinds := _by_tool(job, step, normal, command)
	row := {
		"job": job.address,
		"step": step.index,
		"position": position,
		"path": array.concat(command.path, [command.text]),
		"what": command.text,
		"kinds": _kinds(kinds, found, job, step),
		"state": _state(kinds),
		"opaque": _is_opaque(kinds, found),
		"target": _target(found),
	}
]

_is_opaque(kinds, found) := true if {
	count(kinds) == 0
	found != null
}

_is_opaque(kinds, _) := false if count(kinds) > 0

_is_opaque(_, found) := false if found == null

_state(kinds) := "tool" if count(kinds) > 0

_state(kinds) := "name" if count(kinds) == 0

_target(found) := "" if found == null

_target(found) := found.target if found != null

_kinds(kinds, _, _, _) := kinds if count(kinds) > 0

_kinds(kinds, found, _, _) := [] if {
	count(kinds) == 0
	found == null
}

_kinds(kinds, found, job, step) := _by_name(job, step, found.target) if {
	count(kinds) == 0
	found != null
}

_by_tool(job, step, normal, command) := kinds if {
	rule := deploy_commands.rule(data.tables.step_kinds_commands, normal, command)
	plain := array.concat(array.concat(_of_rule(rule), _script_kinds(normal, command)), _asking(step, command))
	words := concat(" ", command.words)
	distinct := {each | some each in plain}
	named := [kind | some one in distinct; kind := _named_kind(one, job, step, words)]
	kinds := array.concat(named, _smoke(named, job, step, words))
}

_asking(step, command) := ["health-check" | health_checks.asks(step, command)]

# A test or a check that is called a smoke test is one as well.
_smoke(named, job, step, text) := ["smoke" |
	checks := [kind | some kind in named; _checking[kind]]
	count(checks) > 0
	_says(_names(job, step, text), {"smoke", "smoketest", "smoketests"})
]

_checking := {"unit", "integration", "e2e", "health-check"}

_of_rule(rule) := [] if rule == null

_of_rule(rule) := [rule.kind] if rule != null

# `npm test`, `yarn test:unit`, `make check`.
_script_kinds(normal, command) := ["unit" |
	not deploy_commands.has_option(command, ["--if-present"])
	_runs_tests(normal)
] if {
	_is_runner(normal)
}

_script_kinds(normal, _) := ["unit" |
	some word in normal.words
	_names_tests(word)
] if {
	_programs.target_runners[normal.program]
}

_script_kinds(normal, _) := [] if {
	not _is_runner(normal)
	not _programs.target_runners[normal.program]
}

_runs_tests(normal) if {
	count(normal.words) > 0
	normal.words[0] in object.get(_programs.test_verbs, normal.program, [])
}

_runs_tests(normal) if startswith(_script_name(normal), "test")

_is_runner(normal) if object.get(_programs.script_runners, normal.program, null) != null

_script_name(normal) := normal.words[1] if {
	count(normal.words) > 1
	normal.words[0] in _programs.script_runners[normal.program]
}

_script_name(normal) := normal.words[0] if {
	count(normal.words) > 0
	not normal.words[0] in _programs.script_runners[normal.program]
}

_names_tests(word) if word == "check"

_names_tests(word) if {
	some token in split(environments.words(word), " ")
	token in {"test", "tests"}
}

# Which kind of test: a name, a target or a path tells.
_named_kind(kind, _, _, _) := kind if kind != "unit"

_named_kind(kind, job, step, text) := "e2e" if {
	kind == "unit"
	_says(_names(job, step, text), {"e2e", "endtoend", "system", "end to end"})
}

_named_kind(kind, job, step, text) := "integration" if {
	kind == "unit"
	said := _names(job, step, text)
	not _says(said, {"e2e", "endtoend", "system", "end to end"})
	_says(said, {"integration", "acceptance", "contract"})
}

_named_kind(kind, job, step, text) := "unit" if {
	kind == "unit"
	not _says(_names(job, step, text), {
		"e2e", "endtoend", "system", "end to end",
		"integration", "acceptance", "contract",
	})
}

_names(job, step, text) := environments.words(concat(" ", [
	job.id,
	_text(job.name),
	_text(step.name),
	text,
]))

_text(name) := name if is_string(name)

_text(name) := "" if not is_string(name)

_says(said, phrases) if {
	some phrase in phrases
	contains(sprintf(" %s ", [said]), sprintf(" %s ", [phrase]))
}

_kind_words := {
	"test": "unit",
	"tests": "unit",
	"unit": "unit",
	"integration": "integration",
	"acceptance": "integration",
	"e2e": "e2e",
	"performance": "performance",
	"lint": "lint",
	"sast": "sast",
	"sca": "sca",
	"dast": "dast",
	"build": "build",
	"smoke": "smoke",
	"smoketest": "smoke",
	"health": "health-check",
	"healthcheck": "health-check",
}

# The kinds that the names of an opaque step claim.
_by_name(job, step, target) := [kind |
	said := split(environments.words(concat(" ", [job.id, _text(job.name), _text(step.name), target])), " ")
	some kind in {_kind_words[word] | some word in said; object.get(_kind_words, word, null) != null}
]

_of_action(job, step) := [row |
	step.kind == "uses"
	some use in _uses(step)
	named := [kind | some one in _of_use(step, use); kind := _named_kind(one, job, step, "")]
	kinds := array.concat(named, _smoke(named, job, step, ""))
	found := _opaque_use(step, use)
	row := {
		"job": job.address,
		"step": step.index,
		"position": -1,
		"path": array.concat(step.path, ["uses"]),
		"what": step.uses.raw,
		"kinds": _kinds(kinds, found, job, step),
		"state": _state(kinds),
		"opaque": _is_opaque(kinds, found),
		"target": _target(found),
	}
]

_uses(step) := [name | name := object.get(step.uses, "name", null); is_string(name)] if step.uses.kind == "remote"

_uses(step) := [step.uses.raw] if step.uses.kind != "remote"

_inputs(step) := step["with"] if is_object(step["with"])

_inputs(step) := {} if not is_object(step["with"])

_of_use(step, name) := [kind |
	entry := object.get(data.tables.step_kinds_actions, name, null)
	entry != null
	some kind in _of_entry(entry, _inputs(step))
]

_of_entry(entry, _) := [entry.kind] if object.get(entry, "kind", null) != null

_of_entry(entry, inputs) := [kind |
	object.get(entry, "kind", null) == null
	written := object.get(inputs, entry.input, null)
	kind := _of_input(entry, written)
	kind != null
] if {
	object.get(entry, "kind", null) == null
}

_of_input(entry, written) := entry.absent if written == null

_of_input(entry, written) := object.get(entry, "present", null) if {
	written != null
	object.get(entry.values, sprintf("%v", [written]), null) == null
}

_of_input(entry, written) := object.get(entry.values, sprintf("%v", [written]), null) if {
	written != null
	object.get(entry.values, sprintf("%v", [written]), null) != null
}

_opaque_use(step, name) := null if _understood(step, name)

_opaque_use(step, name) := {"target": name} if not _understood(step, name)

_understood(step, _) if step.uses.kind == "invalid"

_understood(step, name) if {
	step.uses.kind == "remote"
	_plain_action(step, name)
}

_plain_action(_, name) if _programs.plain_actions[name]

_plain_action(_, name) if object.get(data.tables.deploy_actions, name, null) != null

_plain_action(_, name) if object.get(data.tables.step_kinds_actions, name, null) != null

_plain_action(step, _) if step.uses.owner in {"actions", "github"}

_plain_action(step, _) if regex.match(`^(setup|install|login|cache)-`, step.uses.repo)

_plain_action(step, _) if regex.match(`-(setup|login|cache|installer|credentials?)(-action)?$`, step.uses.repo)
