# METADATA
# scope: package
# title: Guard deployments triggered by comments
# description: |
#   Anybody who can comment starts a workflow that listens to comments, with the secrets of the repository. Unless it
#   asks who wrote the comment, and deploys the commit that was looked at, a stranger deploys what he likes.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/security/secure-use
# custom:
#   id: GATE-014
#   slug: comment-triggered-deploys-guarded
#   family: GATE
#   severity: high
#   score: 8.2
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-3", "CM-5"]
#       pci_dss_4.0: ["6.5.1"]
#       soc2: ["CC6.3", "CC8.1"]
#       iso_27001_2022: ["A.5.15", "A.8.32"]
#   cwe: [862, 367]
#   remediation:
#     github-workflow: >-
#       Give the job `if: contains(fromJSON('["OWNER","MEMBER"]'), github.event.comment.author_association)` and an
#       environment, and check out the commit id that was looked up before the check.
package policies.gate.comment_triggered_deploys_guarded

import data.policies.lib.comment_guards
import data.policies.lib.deploy_jobs
import data.policies.lib.foreign_code
import data.policies.lib.gates
import data.policies.lib.graph

# Jobs that deploy when somebody comments: {"row", "job", "event"}.
_judged := [entry |
	some row in deploy_jobs.rules
	job := input.resources[row.job]
	events := {case.event | some case in gates.deploying_cases(row, job)}
	some event in events & comment_guards.events
	entry := {"row": row, "job": job, "event": event}
]

subjects contains entry.job.address if some entry in _judged

examined contains record if {
	some entry in _judged
	written := object.get(entry.job, "if", null)
	record := {
		"resource": entry.job.address,
		"path": _place(entry.job),
		"state": _written[written == null],
		"value": written,
	}
}

_written := {true: "absent", false: "known"}

_place(job) := job.condition.path if job.condition != null

_place(job) := [] if job.condition == null

_triggers(event) := [{"address": workflow.address, "path": trigger.path, "message": "a comment starts it"} |
	some workflow in graph.of_types(["workflow"])
	some trigger in workflow.triggers
	trigger.event == event
]

_related(entry) := array.concat(_triggers(entry.event), gates.deploying_place(entry.row))

# Every defect: {"entry", "path", "defect", "state", "message"}.
_defects := array.concat(_unguarded, array.concat(_moving, _without_environment))

_unguarded := [defect |
	some entry in _judged
	guard := comment_guards.guard(entry.row, entry.job, entry.event)
	guard.state != "guarded"
	defect := {
		"entry": entry,
		"path": _place(entry.job),
		"defect": sprintf("author/%s", [entry.event]),
		"state": _state(guard.state),
		"message": sprintf("A comment ('%s') makes job '%s' deploy: %s.", [entry.event, entry.job.id, guard.why]),
	}
]

_state("unguarded") := "bad"

_state("open") := "open"

# What is checked out by a name may have moved since somebody looked at it.
_moving := [defect |
	some entry in _judged
	some checkout in _checkouts(entry)
	state := _stands(checkout.text)
	state != "fixed"
	defect := {
		"entry": entry,
		"path": checkout.path,
		"defect": sprintf("checkout/%s", [checkout.what]),
		"state": state,
		"message": sprintf("Job '%s' deploys %s: check out a commit id that was looked up before.", [
			entry.job.id,
			_moved(state, checkout.what),
		]),
	}
]

_moved(state, what) := sprintf("what '%s' points to by then, which may have changed since the comment", [what]) if {
	state == "bad"
}

_moved(state, what) := sprintf("what '%s' says, which may be a branch that moves", [what]) if state == "open"

_checkouts(entry) := [object.union(checkout, {"text": _text(entry.job, checkout)}) |
	some checkout in foreign_code.checkouts(entry.job)
]

# The whole text of what is checked out: of a script the command.
_text(job, checkout) := written if {
	checkout.command < 0
	written := sprintf("%s %v", [checkout.what, object.get(job.node, checkout.path, "")])
}

_text(_, checkout) := sprintf("%s %s", [checkout.what, checkout.path[count(checkout.path) - 1]]) if {
	checkout.command >= 0
}

_stands(text) := "fixed" if _is_commit(text)

_stands(text) := "bad" if {
	not _is_commit(text)
	_is_name(text)
}

_stands(text) := "open" if {
	not _is_commit(text)
	not _is_name(text)
}

_is_commit(text) if regex.match(`(?i)[._-](sha|oid|commit)\b|head_?sha`, text)

_is_name(text) if {
	regex.match(`(?i)refs/(pull|heads)/|head_?ref|\.ref\b|branch|(issue|pull_request)\.number|gh pr checkout`, text)
}

_without_environment := [defect |
	some entry in _judged
	entry.job.environment == null
	defect := {
		"entry": entry,
		"path": [],
		"defect": "environment",
		"state": "bad",
		"message": sprintf("Job '%s' deploys after a comment without an environment: nobody can be asked first.", [
			entry.job.id,
		]),
	}
]

_violation(defect) := {
	"resource": defect.entry.job.address,
	"path": defect.path,
	"defect": defect.defect,
	"message": defect.message,
	"related": _related(defect.entry),
}

_certain(defect) if {
	defect.state == "bad"
	defect.entry.row.certainty == "definite"
}

deny contains violation if {
	some defect in _defects
	_certain(defect)
	violation := _violation(defect)
}

undecided contains violation if {
	some defect in _defects
	not _certain(defect)
	violation := _violation(defect)
}
