# METADATA
# title: Who hears of a failed deployment
# description: |
#   Says of each deployment that may go to production which steps tell somebody when it fails, of a workflow that runs
#   behind others whom it tells, and of templates and plans whether they announce failed deployments. A row is
#   {"type": "deployment", "job", "id", "what", "related", "certainty", "classes", "workflow", "notices", "candidates",
#   "service"}, {"type": "behind", "workflows", "notices", "candidates"} or {"type": "rule" | "group", "service",
#   "state", "resource", "path", "production"}; notices and candidates are {"job", "path", "what"}; the service is
#   "codedeploy", "codepipeline" or none; the state is "yes", "no" or "open". A group is one of CodeDeploy, with its
#   triggers.
package policies.views.failure_notices

import data.policies.lib.before_deployment
import data.policies.lib.conditions
import data.policies.lib.environments
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps
import data.policies.lib.value

rows := array.concat(_deployments, array.concat(_behind, array.concat(_rules, _triggers)))

_deployments := [row |
	some deployment in before_deployment.all
	count({"production", "unknown"} & deployment.classes) > 0
	some workflow in graph.of_types(["workflow"])
	row := {
		"type": "deployment",
		"job": deployment.job.address,
		"id": deployment.job.id,
		"what": gates.what(deployment.row),
		"related": gates.deploying_place(deployment.row),
		"certainty": deployment.row.certainty,
		"classes": deployment.classes,
		"workflow": _names(workflow),
		"notices": _notices(_failing(deployment.job)),
		"candidates": array.concat(_opaque(_failing(deployment.job)), _calls(deployment.job)),
		"service": _service(deployment),
	}
]

# How a workflow can be called by one that runs behind it: its name, or its file.
_names(workflow) := [workflow.name] if is_string(workflow.name)

_names(workflow) := [concat("/", array.slice(parts, count(parts) - 3, count(parts)))] if {
	not is_string(workflow.name)
	parts := split(object.get(input, "uri", ""), "/")
}

# The steps that run when a job fails, in it and in the jobs that wait for it: {"job", "step"}.
_failing(job) := array.concat(
	[{"job": job, "step": step} | some step in job.steps; _runs_on_failure(step.condition)],
	[{"job": other, "step": step} |
		some other in gates.dependents(job)
		_runs_on_failure(other.condition)
		some step in other.steps
		not _for_success(step.condition)
	],
)

# A condition with always(), failure() or !cancelled(), or a test of a result, that asks for no success.
_runs_on_failure(condition) if {
	condition != null
	not condition.value == false
	not _for_success(condition)
	regex.match(`(?i)\balways\(\)|!\s*(cancelled|success)\(\)|(^|[^!\s])\s*failure\(\)`, condition.text)
}

_runs_on_failure(condition) if {
	condition != null
	not _for_success(condition)
	regex.match(`\.(result|outcome|conclusion)\s*(==\s*'failure'|!=\s*'success')`, condition.text)
}

# Whether a condition is false after a failure.
_for_success(condition) if {
	condition != null
	some part in conditions.conjuncts(condition)
	_is_success(part)
}

_is_success(part) if object.get(part, "call", "") == "success"

_is_success(part) if {
	object.get(part, "op", "") == "=="
	literals := {object.get(argument, "literal", "") | some argument in part.args}
	literals.success
	some argument in part.args
	regex.match(`\.(result|status|conclusion)$`, object.get(argument, "context", ""))
}

_notices(failing) := [{"job": one.job.address, "path": path, "what": _shown(one.step, path)} |
	some one in failing
	some path in array.slice(_notifiers(one.job, one.step), 0, 1)
]

_shown(step, _) := step.uses.raw if step.uses != null

_shown(step, path) := path[count(path) - 1] if step.uses == null

# Where a step tells somebody.
_notifiers(_, step) := [array.concat(step.path, ["uses"])] if {
	step.kind == "uses"
	_tells(step)
}

_notifiers(_, step) := [] if {
	step.kind == "uses"
	not _tells(step)
}

_notifiers(job, step) := [array.concat(command.path, [command.text]) |
	some command in step.commands
	_sends(job, step, command)
] if {
	step.kind != "uses"
}

_channels := `(?i)slack|slatify|discord|telegram|pagerduty|opsgenie|msteams|google-chat|mattermost|rocketchat`

_tells(step) if regex.match(_channels, object.get(step.uses, "name", ""))

_tells(step) if {
	some token in environments.tokens(object.get(step.uses, "name", ""))
	token in {"teams", "sns", "mail", "email", "sendgrid"}
}

_tells(step) if {
	tokens := {token | some token in environments.tokens(object.get(step.uses, "name", ""))}
	tokens.create
	tokens.issue
}

_tells(step) if {
	object.get(step.uses, "name", "") == "actions/github-script"
	regex.match(`issues\.create(Comment)?\b`, sprintf("%v", [object.get(_inputs(step), "script", "")]))
}

_inputs(step) := step["with"] if is_object(step["with"])

_inputs(step) := {} if not is_object(step["with"])

_sends(_, _, command) if {
	command.program == "aws"
	"sns" in command.words
	"publish" in command.words
}

_sends(_, _, command) if {
	command.program == "aws"
	some service in ["ses", "sesv2"]
	service in command.words
	"send-email" in command.words
}

_sends(_, _, command) if {
	command.program == "gh"
	array.slice(command.words, 1, 3) == ["issue", "create"]
}

_sends(_, _, command) if command.program in {"mail", "sendmail", "mailx", "swaks"}

_sends(job, step, command) if {
	command.program in {"curl", "wget", "http", "https", "invoke-restmethod", "invoke-webrequest"}
	some text in array.concat([command.text], _variables(job, step, command))
	regex.match(concat("|", [
		`(?i)hook`,
		_channels,
		`api\.(sendgrid|mailgun|postmarkapp|resend)\.`,
	]), text)
}

# What the variables hold that a command names.
_variables(job, step, command) := [sprintf("%s %s", [name, value.shown(written)]) |
	some env in [job.env, step.env]
	value.known(env)
	some name, written in env
	regex.match(sprintf(`\$\{?%s\b`, [name]), command.text)
]

# What may tell somebody without saying so.
_opaque(failing) := [{"job": row.job, "path": row.path, "what": row.what} |
	count(failing) > 0
	some address in {one.job.address | some one in failing}
	steps := {one.step.index | some one in failing; one.job.address == address}
	some row in kinds_of_steps.of_job(input.resources[address])
	row.opaque
	steps[row.step]
	before_deployment.may_do_more(row)
]

_calls(job) := [{"job": other.address, "path": ["uses"], "what": other.call.raw} |
	some other in gates.dependents(job)
	other.call != null
	not object.get(other.call, "inlined", false)
	_runs_on_failure(other.condition)
]

# What the deployment is handed to, where that announces failures itself.
_service(deployment) := "codedeploy" if {
	some step in deployment.row.steps
	regex.match(`^aws deploy `, step.what)
}

_service(deployment) := "codedeploy" if {
	some deploying in deployment.row.steps
	deploying.position < 0
	inputs := _inputs(deployment.job.steps[deploying.step])
	object.get(inputs, "codedeploy-application", "") != ""
}

_service(deployment) := "codepipeline" if {
	not _by_codedeploy(deployment)
	some step in deployment.job.steps
	some command in step.commands
	"start-pipeline-execution" in command.words
}

_service(deployment) := "" if {
	not _by_codedeploy(deployment)
	not _by_codepipeline(deployment)
}

_by_codedeploy(deployment) if {
	some step in deployment.row.steps
	regex.match(`^aws deploy `, step.what)
}

_by_codedeploy(deployment) if {
	some deploying in deployment.row.steps
	deploying.position < 0
	inputs := _inputs(deployment.job.steps[deploying.step])
	object.get(inputs, "codedeploy-application", "") != ""
}

_by_codepipeline(deployment) if {
	some step in deployment.job.steps
	some command in step.commands
	"start-pipeline-execution" in command.words
}

# Workflows that run behind others, also when those failed.
_behind := [row |
	some workflow in graph.of_types(["workflow"])
	names := [name |
		some trigger in workflow.triggers
		trigger.event == "workflow_run"
		some name in object.get(trigger.filters, "workflows", [])
	]
	count(names) > 0
	running := [{"job": job, "step": step} |
		some job in graph.of_types(["job"])
		not _for_success(job.condition)
		some step in job.steps
		not _for_success(step.condition)
	]
	row := {
		"type": "behind",
		"workflows": names,
		"notices": _notices(running),
		"candidates": _opaque(running),
	}
]

_keys := {
	"AWS::CodeStarNotifications::NotificationRule": {
		"events": ["Properties", "EventTypeIds"],
		"targets": ["Properties", "Targets"],
		"status": ["Properties", "Status"],
	},
	"aws_codestarnotifications_notification_rule": {
		"events": ["event_type_ids"],
		"targets": ["target"],
		"status": ["status"],
	},
}

_rules := [row |
	some resource in graph.of_types(object.keys(_keys))
	keys := _keys[resource.type]
	events := value.get(resource, keys.events)
	targets := value.get(resource, keys.targets)
	status := value.get(resource, keys.status)
	some service in ["codedeploy", "codepipeline"]
	row := {
		"type": "rule",
		"service": service,
		"resource": resource.address,
		"path": keys.events,
		"production": true,
		"state": _announces(_failures(events, service), targets, status),
	}
]

_announces(failures, targets, status) := "yes" if {
	failures == "yes"
	_is_filled(targets)
	_is_enabled(status)
}

_announces(failures, targets, status) := "open" if {
	failures != "no"
	not _is_empty(targets)
	not _is_disabled(status)
	not _is_certain(failures, targets, status)
}

_announces(failures, _, _) := "no" if failures == "no"

_announces(failures, targets, _) := "no" if {
	failures != "no"
	_is_empty(targets)
}

_announces(failures, targets, status) := "no" if {
	failures != "no"
	not _is_empty(targets)
	_is_disabled(status)
}

_is_certain(failures, targets, status) if {
	failures == "yes"
	_is_filled(targets)
	_is_enabled(status)
}

_is_filled(targets) if {
	value.is_known(targets)
	count(value.list(targets.value)) > 0
}

_is_empty(targets) if value.is_absent(targets)

_is_empty(targets) if {
	value.is_known(targets)
	count(value.list(targets.value)) == 0
}

_is_enabled(status) if value.is_absent(status)

_is_enabled(status) if {
	value.is_known(status)
	upper(sprintf("%v", [status.value])) == "ENABLED"
}

_is_disabled(status) if {
	value.is_known(status)
	upper(sprintf("%v", [status.value])) == "DISABLED"
}

# Whether the failures of a service are among the events.
_failures(events, _) := "no" if value.is_absent(events)

_failures(events, _) := "open" if value.is_unknown(events)

_failures(events, service) := "yes" if {
	value.is_known(events)
	count(_failed(events, service)) > 0
}

_failures(events, service) := "open" if {
	value.is_known(events)
	count(_failed(events, service)) == 0
	count(_unknown(events)) > 0
}

_failures(events, service) := "no" if {
	value.is_known(events)
	count(_failed(events, service)) == 0
	count(_unknown(events)) == 0
}

_failed(events, service) := [event |
	some event in value.list(events.value)
	is_string(event)
	startswith(event, service)
	regex.match(`fail`, lower(event))
]

_unknown(events) := [event | some event in value.list(events.value); not is_string(event)]

# The triggers of deployment groups of CodeDeploy.
_groups := {
	"AWS::CodeDeploy::DeploymentGroup": {
		"root": ["Properties", "TriggerConfigurations"],
		"events": "TriggerEvents",
		"name": ["Properties", "DeploymentGroupName"],
	},
	"aws_codedeploy_deployment_group": {
		"root": ["trigger_configuration"],
		"events": "trigger_events",
		"name": ["deployment_group_name"],
	},
}

_triggers := [row |
	some resource in graph.of_types(object.keys(_groups))
	keys := _groups[resource.type]
	configured := value.get(resource, keys.root)
	row := {
		"type": "group",
		"service": "codedeploy",
		"resource": resource.address,
		"path": keys.root,
		"production": _may_be_production(value.get(resource, keys.name), resource.address),
		"state": _triggered(configured, keys),
	}
]

# A group whose name says staging or dev is none of production.
_may_be_production(name, address) := false if {
	some text in [address, sprintf("%v", [name.value])]
	environments.class(text, []) in {"staging", "dev"}
}

_may_be_production(name, address) if {
	not environments.class(address, []) in {"staging", "dev"}
	not environments.class(sprintf("%v", [name.value]), []) in {"staging", "dev"}
}

_triggered(configured, _) := "no" if value.is_absent(configured)

_triggered(configured, _) := "open" if value.is_unknown(configured)

_triggered(configured, keys) := _best({state |
	some one in value.list(configured.value)
	some state in _trigger(one, keys)
}) if {
	value.is_known(configured)
}

_best(states) := "yes" if states.yes

_best(states) := "open" if {
	not states.yes
	states.open
}

_best(states) := "no" if {
	not states.yes
	not states.open
}

_trigger(one, _) := ["open"] if value.opaque(one)

_trigger(one, keys) := [state |
	some event in value.list(object.get(one, keys.events, null))
	state := _of_event(event)
] if {
	not value.opaque(one)
}

_of_event(event) := "yes" if event in {"DeploymentFailure", "InstanceFailure"}

_of_event(event) := "open" if not is_string(event)

_of_event(event) := "no" if {
	is_string(event)
	not event in {"DeploymentFailure", "InstanceFailure"}
}
