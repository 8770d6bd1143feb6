# METADATA
# scope: package
# title: Avoid running untrusted code in privileged triggers
# description: |
#   pull_request_target, workflow_run and issue_comment run with the secrets of the repository although outsiders start
#   them. A job that then checks out and runs what the outsider wrote hands those secrets over.
# related_resources:
#   - ref: https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/
# custom:
#   id: PIPE-002
#   slug: no-dangerous-triggers
#   family: PIPE
#   severity: critical
#   score: 9.1
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   params:
#     - name: forbid_triggers
#       type: boolean
#       description: Whether pull_request_target and workflow_run are refused whatever their jobs do.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-6", "SI-7(1)"]
#       pci_dss_4.0: ["6.2.4"]
#       soc2: ["CC6.8", "CC8.1"]
#       iso_27001_2022: ["A.8.4", "A.8.25"]
#   cwe: [829, 250]
#   remediation:
#     github-workflow: "Use pull_request, or split into an unprivileged and a privileged workflow."
#   peers:
#     zizmor: [dangerous-triggers, bot-conditions]
package policies.pipe.no_dangerous_triggers

import data.policies.lib.conditions
import data.policies.lib.foreign_code
import data.policies.lib.graph
import data.policies.lib.untrusted

_params := data.params["PIPE-002"]

_workflows := graph.of_types(["workflow"])

# Every workflow is judged for its triggers; jobs only where such a trigger starts them.
subjects contains workflow.address if some workflow in _workflows

subjects contains job.address if some job in _privileged_jobs

examined contains record if {
	some workflow in _workflows
	some trigger in workflow.triggers
	record := {"resource": workflow.address, "path": trigger.path, "state": "known", "value": trigger.event}
}

_privileged_jobs := [job |
	untrusted.privileged
	some job in graph.of_types(["job"])
	not _needs_other_event(job)
]

# A job whose condition asks for another event never runs privileged.
_needs_other_event(job) if {
	some part in conditions.conjuncts(job.condition)
	events := conditions.compared(part, "==", "github.event_name")
	count(events) > 0
	count(events & untrusted.privileged_events) == 0
}

# (a) Foreign code is checked out, and something after it runs.
deny contains violation if {
	some job in _privileged_jobs
	not foreign_code.excluded(job)
	some checkout in foreign_code.checkouts(job)
	checkout.state == "foreign"
	executed := foreign_code.executions(job, checkout)
	count(executed) > 0
	violation := {
		"resource": job.address,
		"path": checkout.path,
		"defect": sprintf("checkout/%s", [checkout.what]),
		"message": sprintf(
			"Code of an outsider ('%s') is checked out and then run with this repository's secrets.",
			[checkout.what],
		),
		"related": array.concat(_triggers, [{
			"address": job.address,
			"path": executed[0],
			"message": "this runs it",
		}]),
	}
}

_triggers := [{"address": workflow.address, "path": trigger.path, "message": "this starts it with secrets"} |
	some workflow in _workflows
	some trigger in workflow.triggers
	untrusted.privileged_events[trigger.event]
]

# (b) An artifact of the run that started this one is executed, or written into the environment.
deny contains violation if {
	some job in _privileged_jobs
	not foreign_code.excluded(job)
	some download in foreign_code.downloads(job)
	used := foreign_code.executed_artifacts(job, download)
	count(used) > 0
	violation := {
		"resource": job.address,
		"path": used[0],
		"defect": "artifact",
		"message": "The content of an artifact that an outsider's run made is executed here with secrets.",
		"related": [{"address": job.address, "path": download.path, "message": "the artifact comes from here"}],
	}
}

# (c) Whoever started the last event is not who wrote the code.
deny contains violation if {
	some job in _privileged_jobs
	some guarded in array.concat([job], job.steps)
	guarded.condition != null
	not foreign_code.excluded(guarded)
	some part in conditions.comparisons(guarded.condition)
	some name in ["github.actor", "github.triggering_actor"]
	some text in conditions.compared(part, "==", name)
	_bot(text)
	violation := {
		"resource": job.address,
		"path": guarded.condition.path,
		"defect": sprintf("actor/%s", [text]),
		"message": sprintf(
			"The guard '%s == %s' asks who acted last, not who wrote the code: an outsider's commit passes it.",
			[name, text],
		),
	}
}

_bot(name) if endswith(name, "[bot]")

_bot(name) if name in {"dependabot", "renovate", "renovate-bot", "github-actions"}

# (d) Where the pack refuses the triggers altogether.
_refused := {"pull_request_target", "workflow_run"}

deny contains violation if {
	_params.forbid_triggers
	some workflow in _workflows
	some trigger in workflow.triggers
	_refused[trigger.event]
	not _only_labels
	violation := {
		"resource": workflow.address,
		"path": trigger.path,
		"defect": sprintf("trigger/%s", [trigger.event]),
		"message": sprintf("'%s' starts this workflow with secrets on events that outsiders cause.", [trigger.event]),
	}
}

_only_labels if {
	steps := [step | some job in graph.of_types(["job"]); some step in job.steps]
	count(steps) == 1
	steps[0].uses != null
	steps[0].uses.name == "actions/labeler"
}

undecided contains entry if {
	some job in _privileged_jobs
	not foreign_code.excluded(job)
	some checkout in foreign_code.checkouts(job)
	checkout.state == "open"
	count(foreign_code.executions(job, checkout)) > 0
	entry := {
		"resource": job.address,
		"path": checkout.path,
		"defect": sprintf("checkout/%s", [checkout.what]),
		"message": sprintf("Whose code is checked out and run here depends on '%s', which only a run knows.", [
			checkout.what,
		]),
	}
}

undecided contains entry if {
	some job in _privileged_jobs
	not foreign_code.excluded(job)
	some checkout in foreign_code.checkouts(job)
	checkout.state == "foreign"
	count(foreign_code.executions(job, checkout)) == 0
	some after in foreign_code.opaque_uses(job, checkout)
	entry := {
		"resource": job.address,
		"path": after.path,
		"defect": sprintf("checkout/%s", [checkout.what]),
		"message": sprintf("Whether '%s' runs the outsider's code that was checked out before is not known.", [after.name]),
	}
}

undecided contains entry if {
	some job in _privileged_jobs
	not foreign_code.excluded(job)
	some download in foreign_code.downloads(job)
	count(foreign_code.executed_artifacts(job, download)) == 0
	some path in foreign_code.opaque_commands(job, download)
	entry := {
		"resource": job.address,
		"path": path,
		"defect": "artifact",
		"message": "Whether this script runs the content of the artifact that was downloaded before is not known.",
	}
}

# A called workflow of the repository runs in this one's place, with the secrets that it is given.
undecided contains entry if {
	some job in _privileged_jobs
	not foreign_code.excluded(job)
	job.call != null
	job.call.kind == "local"
	not object.get(job.call, "inlined", false)
	entry := {
		"resource": job.address,
		"path": ["uses"],
		"defect": "call",
		"message": sprintf("Whether '%s' runs an outsider's code is not known: its jobs are not looked at from here.", [
			job.call.raw,
		]),
	}
}

subjects contains job.address if some job in _called_jobs

_called_jobs := [job |
	not untrusted.privileged
	some workflow in _workflows
	some trigger in workflow.triggers
	trigger.event == "workflow_call"
	some job in graph.of_types(["job"])
]

# Only the callers know whether an event with secrets starts them.
undecided contains entry if {
	some job in _called_jobs
	not foreign_code.excluded(job)
	some checkout in foreign_code.checkouts(job)
	checkout.state == "foreign"
	count(foreign_code.executions(job, checkout)) > 0
	entry := {
		"resource": job.address,
		"path": checkout.path,
		"defect": sprintf("checkout/%s", [checkout.what]),
		"message": sprintf(
			"An outsider's code ('%s') is checked out and run here; which events start the callers is not looked at.",
			[checkout.what],
		),
	}
}
