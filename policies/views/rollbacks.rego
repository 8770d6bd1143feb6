# METADATA
# title: What takes failed deployments back
# description: |
#   For policies over the whole scan, of one workflow. A row of kind "deployment" is a job that deploys to production or
#   to a place without a class: {"kind", "job", "id", "what", "path", "certain", "production", "native": "yes", "no" or
#   "off", "own": "yes", "no" or "open", "opaque": what may do it, "services": the names of the ECS services that it
#   deploys, null where one is not known, "related"}. One of kind "manual" is a workflow by which somebody can go back:
#   {"kind", "state": "yes" or "open"}.
package policies.views.rollbacks

import data.policies.lib.deploy_commands
import data.policies.lib.deploy_jobs
import data.policies.lib.deploy_steps
import data.policies.lib.environments
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.step_kinds

rows := array.concat(_deployments, _manual)

_judged := {"production", "unclassified", "unknown"}

_deployments := [deployment |
	some row in deploy_jobs.rules
	row.role == "deploy"
	not row.attached
	classes := {found.class | some found in row.classes}
	count(classes & _judged) > 0
	job := input.resources[row.job]
	forward := gates.forward(row)
	opaque := _opaque(row, job)
	deployment := {
		"kind": "deployment",
		"job": job.address,
		"id": job.id,
		"what": gates.what(row),
		"path": _path(row),
		"certain": _is_certain(row, classes),
		"production": "production" in classes,
		"native": _native({state | some step in forward; state := deploy_steps.takes_back(job, step)}),
		"own": _own(row, job, opaque),
		"opaque": opaque,
		"services": [service | some step in forward; some service in _services(job, step)],
		"related": gates.deploying_place(row),
	}
]

_is_certain(row, classes) := true if {
	row.certainty == "definite"
	not "unknown" in classes
}

_is_certain(row, _) := false if row.certainty != "definite"

_is_certain(_, classes) := false if "unknown" in classes

_path(row) := row.steps[0].path if count(row.steps) > 0

_path(row) := [] if count(row.steps) == 0

_native(states) := "off" if "off" in states

_native(states) := "yes" if {
	not "off" in states
	"yes" in states
}

_native(states) := "no" if count(states & {"off", "yes"}) == 0

_own(row, job, _) := "yes" if count(_undoing(row, job)) > 0

_own(row, job, opaque) := "open" if {
	count(_undoing(row, job)) == 0
	count(opaque) > 0
}

_own(row, job, opaque) := "no" if {
	count(_undoing(row, job)) == 0
	count(opaque) == 0
}

# The job and those that wait for it, with the steps of it that stand behind the deployment.
_behind(row, job) := array.concat(
	[{"job": job, "step": step} |
		place := gates.last_place(row)
		some step in job.steps
		step.index > place[0]
	],
	[{"job": other, "step": step} | some other in gates.dependents(job); some step in other.steps],
)

# What runs when the deployment, or a check behind it, failed.
_on_failure(row, job) := [found |
	some found in _behind(row, job)
	_asks_for_failure(found, job)
]

_asks_for_failure(found, _) if _fails(found.step.condition)

_asks_for_failure(found, job) if {
	found.job.id != job.id
	_fails(found.job.condition)
}

# `always()` alone asks for nothing.
_fails(condition) if {
	condition != null
	"failure" in condition.status
	not regex.match(`!\s*failure\(`, condition.text)
}

_fails(condition) if {
	condition != null
	regex.match(`(\.(result|outcome|conclusion)|job\.status)\s*(==\s*'failure'|!=\s*'success')`, condition.text)
}

_undoing(row, job) := [step |
	some found in _on_failure(row, job)
	some other in deploy_jobs.rules
	other.job == found.job.address
	some step in other.steps
	step.step == found.step.index
	_takes_back(other, found, step)
]

_takes_back(_, _, step) if step.role == "rollback"

_takes_back(other, _, _) if other.role == "rollback"

_takes_back(_, found, step) if {
	step.position >= 0
	command := found.step.commands[step.position]
	words := deploy_commands.normalised(command)
	words.program == "aws"
	_undoes(words.words, command)
}

# A deployment of what was there before.
_takes_back(_, found, step) if {
	step.role == "deploy"
	texts := [text |
		some text in array.concat(
			[found.step.name],
			[command.text | some command in found.step.commands],
		)
		is_string(text)
	]
	regex.match(`(?i)(previous|prev\b|prev_|last[_-]?(good|stable)|rollback|old[_-]?version)`, concat(" ", texts))
}

_undoes(words, command) if {
	array.slice(words, 0, 2) == ["ecs", "update-service"]
	deploy_commands.has_option(command, ["--task-definition"])
}

_undoes(words, _) if array.slice(words, 0, 2) == ["lambda", "update-alias"]

_undoes(words, _) if array.slice(words, 0, 2) == ["deploy", "stop-deployment"]

_telling := {
	"notify", "notification", "slack", "teams", "discord", "telegram", "pagerduty", "opsgenie", "mail", "email",
	"comment", "report", "upload", "sentry", "issue", "logs", "log", "status", "artifact",
}

# What runs on a failure and may take it back.
_opaque(row, job) := array.concat(
	[kind.what |
		some found in _on_failure(row, job)
		some kind in step_kinds.rules
		kind.job == found.job.address
		kind.step == found.step.index
		kind.opaque
		count({word | some word in environments.tokens(kind.target)} & _telling) == 0
	],
	[called.call.raw |
		some called in gates.dependents(job)
		called.call != null
		not object.get(called.call, "inlined", false)
		_fails(called.condition)
	],
)

# The services that a step deploys to ECS, null for one whose name is not known.
_services(job, step) := [_name(object.get(deploy_steps.inputs(job, step), "service", null))] if {
	step.what in {
		"aws-actions/amazon-ecs-deploy-task-definition",
		"aws-actions/amazon-ecs-deploy-express-service",
	}
}

_services(job, step) := [_name(_option(deploy_steps.command(job, step), "--service"))] if _deploys_to_ecs(job, step)

_deploys_to_ecs(job, step) if {
	words := deploy_commands.normalised(deploy_steps.command(job, step))
	words.program == "aws"
	array.slice(words.words, 0, 2) in {
		["ecs", "update-service"],
		["ecs", "create-service"],
		["deploy", "create-deployment"],
	}
}

_deploys_to_ecs(job, step) if deploy_commands.normalised(deploy_steps.command(job, step)).program == "ecspresso"

# A name that is written out. Always defined.
_name(written) := _literal(sprintf("%v", [written]))

_literal(text) := text if regex.match(`^[A-Za-z0-9_-]+$`, text)

_literal(text) := null if not regex.match(`^[A-Za-z0-9_-]+$`, text)

_option(command, option) := values[0] if {
	values := _values(command, option)
	count(values) > 0
}

_option(command, option) := "${{ }}" if count(_values(command, option)) == 0

_values(command, option) := [found |
	some position, word in command.words
	some found in _value_at(command, position, word, option)
]

_value_at(command, position, word, option) := [command.words[position + 1]] if {
	word == option
	position + 1 < count(command.words)
}

_value_at(_, _, word, option) := [trim_prefix(word, joined)] if {
	joined := sprintf("%s=", [option])
	startswith(word, joined)
}

# A workflow that somebody starts with the version to go back to.
_manual := [{"kind": "manual", "state": state} |
	some workflow in graph.of_types(["workflow"])
	_is_started_by_hand(workflow)
	_goes_back(workflow)
	some row in deploy_jobs.rules
	row.role != "teardown"
	some found in row.classes
	found.class in _judged
	state := _manual_state(row, found.class)
]

_manual_state(row, class) := "yes" if {
	row.certainty == "definite"
	class != "unknown"
}

_manual_state(row, _) := "open" if row.certainty != "definite"

_manual_state(row, class) := "open" if {
	row.certainty == "definite"
	class == "unknown"
}

_is_started_by_hand(workflow) if {
	some trigger in workflow.triggers
	trigger.event == "workflow_dispatch"
}

_goes_back(workflow) if {
	is_string(workflow.name)
	some token in environments.tokens(workflow.name)
	data.tables.deploy_programs.rollback_tokens[token]
}

_goes_back(_) if {
	some token in environments.tokens(split(object.get(input, "uri", ""), "workflows/")[1])
	data.tables.deploy_programs.rollback_tokens[token]
}

_goes_back(workflow) if {
	some name, _ in workflow.dispatch_inputs
	some token in environments.tokens(name)
	token in {"version", "tag", "sha", "digest", "image"}
}
