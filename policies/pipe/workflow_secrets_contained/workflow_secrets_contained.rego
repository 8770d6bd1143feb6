# METADATA
# scope: package
# title: Keep secrets out of YAML, broad env blocks and wholesale sharing
# description: |
#   A secret reaches whoever can read where it was put: the file, the log, every step of every job, or a workflow in
#   somebody else's repository. What only one step is given only that step can lose.
# related_resources:
#   - ref: https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets
# custom:
#   id: PIPE-006
#   slug: workflow-secrets-contained
#   family: PIPE
#   severity: high
#   score: 7.7
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   params:
#     - name: refuse_local_inherit
#       type: boolean
#       description: Whether called workflows of the same repository must get secrets by name too.
#       default: false
#       presets: {strict: true}
#       stricter: true
#     - name: refuse_inline
#       type: boolean
#       description: Whether secrets may not stand in scripts as expressions.
#       default: false
#       presets: {strict: true}
#       stricter: true
#     - name: require_environment
#       type: boolean
#       description: Whether jobs that deploy with secrets need an environment.
#       default: false
#       presets: {strict: true}
#       stricter: true
#     - name: judge_self_hosted
#       type: boolean
#       description: Whether pull requests on self-hosted runners may have no secrets.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["IA-5(1)(c)", "AC-6"]
#       pci_dss_4.0: ["8.6.2"]
#       soc2: ["CC6.1"]
#       iso_27001_2022: ["A.5.17", "A.8.4"]
#   cwe: [798, 522]
#   remediation:
#     github-workflow: >-
#       Keep the secret in the repository or its environment, and pass it by name into the env of the one step that
#       needs it.
#   peers:
#     zizmor:
#       [secrets-inherit, overprovisioned-secrets, secrets-outside-env, unredacted-secrets, hardcoded-
#        container-credentials]
#     checkov: [CKV_GHA_3]
package policies.pipe.workflow_secrets_contained

import data.policies.lib.credentials
import data.policies.lib.deploy_jobs
import data.policies.lib.deploy_reach
import data.policies.lib.graph
import data.policies.lib.spelling

_params := data.params["PIPE-006"]

_jobs := graph.of_types(["job"])

_workflows := graph.of_types(["workflow"])

_all := array.concat(_workflows, _jobs)

subjects contains resource.address if some resource in _all

# Literals with their places: {"resource", "path", "text"}.
_literals := array.concat(
	[entry |
		some resource in _all
		env := object.get(resource.node, "env", null)
		is_object(env)
		some name, text in env
		entry := {"resource": resource.address, "path": ["env", name], "text": text}
	],
	array.concat(_step_literals, _script_literals),
)

_step_literals := [entry |
	some job in _jobs
	some step in job.steps
	some key in ["env", "with"]
	is_object(step[key])
	some name, text in step[key]
	entry := {"resource": job.address, "path": array.concat(step.path, [key, name]), "text": text}
]

_script_literals := [entry |
	some job in _jobs
	some step in job.steps
	some command in step.commands
	some text in array.concat([command.text], [redirect.body | some redirect in command.redirects])
	entry := {"resource": job.address, "path": array.concat(command.path, [command.text]), "text": text}
]

examined contains record if {
	some resource in _all
	some key in ["env", "container", "services", "secrets"]
	object.get(resource.node, key, null) != null
	record := {"resource": resource.address, "path": [key], "state": "known", "value": key}
}

deny contains violation if {
	some entry in _literals
	some found in credentials.found_in(entry.text)
	place := concat(".", [sprintf("%v", [part]) | some part in entry.path])
	violation := {
		"resource": entry.resource,
		"path": entry.path,
		"defect": sprintf("literal/%s/%s", [found.kind, place]),
		"message": sprintf("This text is %s; whoever can read the file has it. Revoke it and use a secret.", [found.kind]),
		"conceals": [found.text],
	}
}

# A password of a registry, written as it is.
deny contains violation if {
	some job in _jobs
	some place in _credential_places(job)
	written := object.get(job.node, place, null)
	is_string(written)
	not contains(written, "${{")
	not _placeholder(written)
	violation := {
		"resource": job.address,
		"path": place,
		"defect": sprintf("password/%s", [concat(".", place)]),
		"message": "The password of the registry is written into the workflow; use a secret.",
		"conceals": [written],
	}
}

_credential_places(job) := array.concat(
	[["container", "credentials", "password"]],
	[["services", name, "credentials", "password"] |
		services := object.get(job.node, "services", null)
		is_object(services)
		some name, _ in services
	],
)

_placeholder(text) if regex.match(`(?i)^(\*+|<.*>|changeme|example|)$`, text)

_expressions := [{"owner": resource, "expression": expression} |
	some resource in _all
	some expression in resource.expressions
]

_wholesale := {
	`(?i)tojson\(\s*secrets\s*\)`: "hands every secret of the repository over",
	`(?i)fromjson\(\s*secrets\.`: "takes a secret apart, and its parts are not masked in the log",
}

deny contains violation if {
	some entry in _expressions
	contains(lower(entry.expression.text), "json")
	some pattern, reason in _wholesale
	regex.match(pattern, entry.expression.text)
	violation := _at(entry, sprintf("'%s' %s; name the secrets that are needed.", [entry.expression.raw, reason]))
}

deny contains violation if {
	some entry in _expressions
	"secrets[…]" in entry.expression.contexts
	violation := _at(entry, sprintf("'%s' picks a secret by a computed name, which can be any secret.", [
		entry.expression.raw,
	]))
}

_place(expression) := expression.path if expression.condition

_place(expression) := array.concat(expression.path, [expression.raw]) if not expression.condition

# Always defined.
_at(entry, message) := {
	"resource": entry.owner.address,
	"path": _place(entry.expression),
	"defect": sprintf("expression/%s", [entry.expression.text]),
	"message": message,
}

deny contains violation if {
	some job in _jobs
	job.call != null
	object.get(job.node, "secrets", null) == "inherit"
	_too_far(job.call)
	violation := {
		"resource": job.address,
		"path": ["secrets"],
		"defect": "inherit",
		"message": sprintf("'%s' gets every secret of this repository; pass those that it needs by name.", [
			job.call.raw,
		]),
	}
}

_too_far(call) if call.kind == "remote"

_too_far(call) if {
	_params.refuse_local_inherit
	call.kind == "local"
}

# The secrets, but for the token that every job has anyway.
_secrets(expression) := [flow |
	some flow in expression.flows
	startswith(flow, "secrets.")
	flow != "secrets.github_token"
]

deny contains violation if {
	count(_jobs) > 1
	some workflow in _workflows
	some expression in workflow.expressions
	expression.path[0] == "env"
	some secret in _secrets(expression)
	violation := {
		"resource": workflow.address,
		"path": expression.path,
		"defect": sprintf("workflow-env/%s", [secret]),
		"message": sprintf("'%s' is given to every step of all %d jobs; put it into the env of the step that needs it.", [
			spelling.context(expression, secret),
			count(_jobs),
		]),
	}
}

_printers := {"echo", "printf", "write-host", "write-output"}

_dumpers := {"env", "printenv"}

# Commands that write to the log, with the secrets that they write: {"job", "command", "secret"}.
_printed := [entry |
	some job in _jobs
	count(job.secrets) > 0
	some step in job.steps
	some command in step.commands
	_to_log(command)
	some secret in _written_secrets(job, step, command)
	entry := {"job": job, "command": command, "secret": secret}
]

_to_log(command) if {
	command.operator != "|"
	command.depth == 0
	elsewhere := [redirect | some redirect in command.redirects; not regex.match(`^(2>|<)`, redirect.operator)]
	count(elsewhere) == 0
	not contains(command.text, "::add-mask::")
}

_written_secrets(job, step, command) := {secret |
	_printers[command.program]
	some expression in job.expressions
	some secret in _secrets(expression)
	_shows(expression, step, command)
} if {
	not _dumps(command)
}

_written_secrets(job, step, command) := {secret |
	some expression in job.expressions
	some path in [["env"], array.concat(step.path, ["env"])]
	array.slice(expression.path, 0, count(path)) == path
	some secret in _secrets(expression)
} if {
	_dumps(command)
}

_dumps(command) if {
	_dumpers[command.program]
	count(command.words) == 1
}

_shows(expression, _, command) if {
	expression.path == command.path
	contains(command.text, expression.raw)
}

_shows(expression, step, command) if {
	some path in [["env"], array.concat(step.path, ["env"])]
	array.slice(expression.path, 0, count(path)) == path
	count(expression.path) == count(path) + 1
	some word in command.words
	regex.match(sprintf(`\$(\{|env:)?%s\b`, [expression.path[count(path)]]), word)
}

deny contains violation if {
	some entry in _printed
	violation := {
		"resource": entry.job.address,
		"path": array.concat(entry.command.path, [entry.command.text]),
		"defect": sprintf("printed/%s", [entry.secret]),
		"message": sprintf("'%s' is written to the log by '%s'; masking misses every other form of it.", [
			sprintf("secrets.%s", [spelling.secret(entry.job, trim_prefix(entry.secret, "secrets."))]),
			entry.command.program,
		]),
	}
}

deny contains violation if {
	_params.refuse_inline
	some entry in _expressions
	parts := entry.expression.path
	parts[count(parts) - 1] == "run"
	some flow in entry.expression.flows
	startswith(flow, "secrets.")
	violation := _at(entry, sprintf(
		"'%s' becomes part of the script; pass it through the env of the step and quote the variable.",
		[spelling.context(entry.expression, flow)],
	))
}

deny contains violation if {
	_params.require_environment
	some row in deploy_jobs.rules
	row.certainty == "definite"
	job := input.resources[row.job]
	job.environment == null
	names := [name | some name in job.secrets; name != "github_token"]
	count(names) > 0
	violation := {
		"resource": job.address,
		"path": [],
		"defect": "no-environment",
		"message": sprintf("Job '%s' deploys with the secret '%s' but has no environment that keeps it.", [
			job.id,
			spelling.secret(job, names[0]),
		]),
	}
}

deny contains violation if {
	_params.judge_self_hosted
	some job in _jobs
	job.runs_on.self_hosted == true
	names := [name | some name in job.secrets; name != "github_token"]
	count(names) > 0
	some case in deploy_reach.cases
	case.event == "pull_request"
	deploy_reach.reached(deploy_reach.conditions_of(job), case)
	violation := {
		"resource": job.address,
		"path": ["runs-on"],
		"defect": "self-hosted",
		"message": sprintf("Job '%s' brings the secret '%s' to a self-hosted runner that runs pull requests.", [
			job.id,
			spelling.secret(job, names[0]),
		]),
	}
}
