# METADATA
# scope: package
# title: Declare minimal GITHUB_TOKEN permissions
# description: |
#   The token of a job opens the repository for whoever gets a command into that job. Scopes that nobody wrote down
#   are those of the repository's settings, which may be everything.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
# custom:
#   id: PIPE-004
#   slug: token-permissions-minimal
#   family: PIPE
#   severity: medium
#   score: 6.5
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   params:
#     - name: refuse_read_all
#       type: boolean
#       description: Whether read-all is too much.
#       default: false
#       presets: {strict: true}
#       stricter: true
#     - name: judge_id_token
#       type: boolean
#       description: Whether id-token write needs a step that uses it.
#       default: false
#       presets: {strict: true}
#       stricter: true
#     - name: judge_app_tokens
#       type: boolean
#       description: Whether tokens of apps must name their permissions.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-6", "AC-6(10)"]
#       pci_dss_4.0: ["7.2.1"]
#       soc2: ["CC6.3"]
#       iso_27001_2022: ["A.8.2", "A.5.15"]
#   cwe: [250, 272]
#   remediation:
#     github-workflow: >-
#       Write `permissions: {contents: read}` at the top of the workflow and the write scopes at the jobs that need
#       them.
#   peers:
#     checkov: [CKV2_GHA_1]
#     zizmor: [excessive-permissions, github-app]
package policies.pipe.token_permissions_minimal

import data.policies.lib.deploy_commands
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps
import data.policies.lib.value

_params := data.params["PIPE-004"]

_jobs := graph.of_types(["job"])

_workflows := graph.of_types(["workflow"])

subjects contains workflow.address if some workflow in _workflows

subjects contains job.address if {
	some job in _jobs
	not _limited_by_caller(job)
}

# A called job without permissions of its own has those of the call, and the calling job is judged.
_limited_by_caller(job) if {
	count(job.called_by) > 0
	job.permissions.origin != "called_workflow"
	object.get(job.permissions, "address", job.address) != job.address
}

_limited_by_caller(job) if {
	count(job.called_by) > 0
	job.permissions.origin == "default"
}

examined contains record if {
	some job in _jobs
	not _limited_by_caller(job)
	record := {
		"resource": job.address,
		"path": ["permissions"],
		"state": "known",
		"value": sprintf("%v", [job.permissions.value]),
	}
}

# The caller decides what a called workflow may do, and the calling job is judged where it is written.
_called_only if {
	some workflow in _workflows
	events := {trigger.event | some trigger in workflow.triggers}
	events == {"workflow_call"}
}

deny contains violation if {
	some job in _jobs
	job.permissions.origin == "default"
	not _called_only
	not _limited_by_caller(job)
	violation := {
		"resource": job.address,
		"path": [],
		"defect": "absent",
		"message": sprintf(
			"Job '%s' has no permissions, nor has its workflow: its token gets what the repository's settings say.",
			[job.id],
		),
		"related": [{"address": called.address, "path": [], "message": "this called job gets the same token"} |
			some called in _called(job)
		],
	}
}

# The jobs that a job calls and whose permissions are its own.
_called(caller) := [job |
	some job in _jobs
	caller.id in job.called_by
	_limited_by_caller(job)
]

# Blocks as they are written, each once: {"resource", "value", "name"}.
_blocks := array.concat(
	[{"resource": job.address, "value": job.permissions.value, "name": sprintf("Job '%s'", [job.id])} |
		some job in _jobs
		job.permissions.origin == "job"
		not _limited_by_caller(job)
	],
	[{"resource": workflow.address, "value": workflow.permissions.value, "name": "This workflow"} |
		some workflow in _workflows
		workflow.permissions.origin == "workflow"
	],
)

deny contains violation if {
	some block in _blocks
	block.value == "write-all"
	violation := {
		"resource": block.resource,
		"path": ["permissions"],
		"defect": "write-all",
		"message": sprintf("%s may write everything in the repository: 'write-all' grants every scope.", [block.name]),
	}
}

deny contains violation if {
	_params.refuse_read_all
	some block in _blocks
	block.value == "read-all"
	violation := {
		"resource": block.resource,
		"path": ["permissions"],
		"defect": "read-all",
		"message": sprintf("%s may read everything in the repository; name the scopes that it needs.", [block.name]),
	}
}

# The jobs that stand in the workflow itself.
_written := [job | some job in _jobs; count(job.called_by) == 0]

# What the workflow grants every job gets; that is fine where there is one.
deny contains violation if {
	count(_written) > 1
	some workflow in _workflows
	is_object(workflow.permissions.value)
	some scope, level in workflow.permissions.value
	level == "write"
	violation := {
		"resource": workflow.address,
		"path": ["permissions", scope],
		"defect": sprintf("scope/%s", [scope]),
		"message": sprintf("'%s: write' is granted to all %d jobs; grant it to the job that needs it.", [
			scope,
			count(_written),
		]),
	}
}

# A token for other clouds, in a job that signs in nowhere.
_identified := [job |
	_params.judge_id_token
	some job in _jobs
	is_object(job.permissions.value)
	object.get(job.permissions.value, "id-token", "none") == "write"
	not _limited_by_caller(job)
	not _uses_identity(job)
	using := [called | some called in _called(job); _uses_identity(called)]
	count(using) == 0
]

_uses_identity(job) if {
	some step in job.steps
	step.kind == "uses"
	is_string(step.uses.name)
	_is_user(step.uses.name)
}

_uses_identity(job) if {
	some step in job.steps
	some command in step.commands
	_identifies(command)
}

# An action that asks for it only where an input says so.
_uses_identity(job) if {
	some step in job.steps
	step.kind == "uses"
	input_name := object.get(data.tables.identity_users.switched, object.get(step.uses, "name", ""), null)
	value.truthy(object.get(object.get(step, "with", {}), input_name, null))
}

# A called workflow of others whose name says what it does: `slsa-framework/slsa-github-generator/…`.
_uses_identity(job) if {
	job.call != null
	job.call.kind == "remote"
	_is_user(job.call.raw)
}

_is_user(name) if data.tables.identity_users.actions[name]

_is_user(name) if {
	some word in split(regex.replace(lower(name), `[^a-z0-9]+`, " "), " ")
	data.tables.identity_users.words[word]
}

_identifies(command) if contains(command.text, "ACTIONS_ID_TOKEN_REQUEST")

_identifies(command) if {
	normal := deploy_commands.normalised(command)
	some verb in object.get(data.tables.identity_users.commands, normal.program, [])
	startswith(concat(" ", normal.words), verb)
}

_may_identify(job) if {
	job.call != null
	not object.get(job.call, "inlined", false)
}

_may_identify(job) if {
	some called in _called(job)
	some row in kinds_of_steps.of_job(called)
	row.opaque
}

_may_identify(job) if {
	some row in kinds_of_steps.of_job(job)
	row.opaque
}

_scope_place(job) := [["permissions", "id-token"], job.address] if job.permissions.origin == "job"

_scope_place(job) := [[], job.address] if job.permissions.origin != "job"

deny contains violation if {
	some job in _identified
	not _may_identify(job)
	place := _scope_place(job)
	violation := {
		"resource": place[1],
		"path": place[0],
		"defect": "id-token",
		"message": sprintf(
			"Job '%s' may ask for identity tokens (id-token: write) but signs in nowhere, signs and publishes nothing.",
			[job.id],
		),
	}
}

undecided contains violation if {
	some job in _identified
	_may_identify(job)
	place := _scope_place(job)
	violation := {
		"resource": place[1],
		"path": place[0],
		"defect": "id-token",
		"message": sprintf("Whether job '%s' uses the identity token that 'id-token: write' grants is not known.", [job.id]),
	}
}

# A token of an app has all that the app may, unless it is told less.
deny contains violation if {
	_params.judge_app_tokens
	some job in _jobs
	some step in job.steps
	step.kind == "uses"
	object.get(step.uses, "name", "") == "actions/create-github-app-token"
	not _narrowed(step)
	violation := {
		"resource": job.address,
		"path": array.concat(step.path, ["uses"]),
		"defect": sprintf("app-token/%s", [_step_name(step)]),
		"message": "This token gets every permission that the app has; name those needed by 'permission-…' inputs.",
	}
}

_narrowed(step) if {
	is_object(step["with"])
	some key, _ in step["with"]
	startswith(lower(key), "permission-")
}

_step_name(step) := step.id if is_string(step.id)

_step_name(step) := "unnamed" if not is_string(step.id)
