# METADATA
# scope: package
# title: Bind every production deployment job to a protected environment
# description: |
#   A job that deploys to production as soon as it is reached lets one push, by one person or one stolen account, change
#   what customers use. An environment holds the job until the reviewers that the repository names have agreed.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
# custom:
#   id: GATE-001
#   slug: production-deploy-needs-environment-approval
#   family: GATE
#   severity: critical
#   score: 9.3
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   params:
#     - name: production_names
#       type: list
#       description: Further words in names that mean production.
#       default: []
#       stricter: longer
#     - name: unclassified_is_prod
#       type: boolean
#       description: Whether a job that deploys to an unnamed place from a production ref counts as production.
#       default: true
#       stricter: true
#     - name: accept_issue_approval
#       type: boolean
#       description: Whether an approval by a comment on an issue (trstringer/manual-approval) is enough.
#       default: false
#       stricter: false
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3", "CM-5(1)(a)", "AC-5b"]
#       pci_dss_4.0: ["6.5.1", "6.5.3"]
#       soc2: ["CC8.1"]
#       hipaa: ["164.308(a)(4)(ii)(B)"]
#       iso_27001_2022: ["A.8.32", "A.5.3"]
#   cwe: [284]
#   remediation:
#     github-workflow: "Add `environment: production` to the deploy job and required reviewers in the settings."
package policies.gate.production_deploy_needs_environment_approval

import data.policies.lib.deploy_jobs
import data.policies.lib.environments
import data.policies.lib.gates
import data.policies.lib.value

_params := data.params["GATE-001"]

# Jobs that deploy to production, or may, and why they count: {"row", "job", "classes", "why"}.
_judged := [entry |
	some row in deploy_jobs.rules
	not row.attached
	job := input.resources[row.job]
	classes := environments.classes(row.sources, _params.production_names)
	some why in _reasons(row, job, classes)
	entry := {"row": row, "job": job, "classes": classes, "why": why}
]

_reasons(row, job, classes) := gates.reasons(
	row, job,
	{found.class | some found in classes},
	_params.unclassified_is_prod,
)

subjects contains entry.job.address if some entry in _judged

examined contains record if {
	some entry in _judged
	record := _examined(entry.job)
}

_examined(job) := {"resource": job.address, "path": ["environment"], "state": "absent", "value": null} if {
	job.environment == null
}

_examined(job) := record if {
	job.environment != null
	record := {
		"resource": job.address,
		"path": job.environment.path,
		"state": "known",
		"value": sprintf("%v", [job.environment.raw]),
	}
}

# A job without an environment is approved by a job that it needs directly, and that has one.
_approved(entry) if {
	some needed in _needed(entry.job)
	gates.waits_for_success(entry.job, needed)
	gates.approval(needed)
	some name in _names(needed.environment.name)
	environments.class(name, _params.production_names) in {"production", null}
	not _names_other(needed.environment.name)
}

_approved(entry) if {
	_params.accept_issue_approval
	some needed in _needed(entry.job)
	gates.waits_for_success(entry.job, needed)
	some step in needed.steps
	step.uses != null
	object.get(step.uses, "name", "") == "trstringer/manual-approval"
}

# Approval that only a run can tell.
_perhaps_approved(entry) if {
	some needed in _needed(entry.job)
	gates.waits_for_success(entry.job, needed)
	gates.approval(needed)
	value.opaque(needed.environment.name)
}

_needed(job) := [needed |
	some id in job.needs
	needed := object.get(input.resources, sprintf("jobs.%s", [id]), null)
	needed != null
]

_names(written) := [written] if {
	is_string(written)
	written != ""
}

_names(written) := [name | some name in object.get(written["$unknown"], "values", []); name != ""] if {
	value.unknown(written)
}

_names_other(written) if {
	value.unknown(written)
	some name in object.get(written["$unknown"], "values", [])
	not environments.class(name, _params.production_names) in {"production", null}
}

_what(row) := row.steps[0].what if count(row.steps) > 0

_what(row) := row.evidence if count(row.steps) == 0

_where(entry) := "for production" if entry.why == "production"

_where(entry) := "from a production branch, tag, release or schedule" if {
	entry.why == "unclassified"
}

_lacking := [entry |
	some entry in _judged
	entry.job.environment == null
	not _approved(entry)
]

deny contains violation if {
	some entry in _lacking
	entry.row.certainty == "definite"
	entry.why in {"production", "unclassified"}
	not _perhaps_approved(entry)
	violation := {
		"resource": entry.job.address,
		"path": [],
		"message": sprintf("Job '%s' runs '%s' %s without an environment, so nobody has to approve it.", [
			entry.job.id,
			_what(entry.row),
			_where(entry),
		]),
		"related": gates.deploying_place(entry.row),
	}
}

# In some combination of a matrix the environment is empty, which is none.
deny contains violation if {
	some entry in _judged
	_empty_in_matrix(entry.job)
	_unnamed_is_production(entry)
	entry.row.certainty == "definite"
	violation := {
		"resource": entry.job.address,
		"path": entry.job.environment.path,
		"message": sprintf("Job '%s' deploys without an environment where '%s' is empty.", [
			entry.job.id,
			entry.job.environment.raw,
		]),
		"related": gates.deploying_place(entry.row),
	}
}

_empty(job) if {
	job.environment != null
	value.unknown(job.environment.name)
	"" in object.get(job.environment.name["$unknown"], "values", [])
}

_empty(job) if {
	job.environment != null
	job.environment.name == ""
}

_empty_in_matrix(job) if {
	_empty(job)
	contexts := [name |
		some expression in job.expressions
		expression.path == job.environment.path
		some name in expression.contexts
	]
	every name in contexts { startswith(name, "matrix.") }
}

# Without the environment, what else names the place decides; where nothing does, the reach.
_unnamed_is_production(entry) if {
	sources := [source | some source in entry.row.sources; source.source != "environment"]
	classes := environments.classes(sources, _params.production_names)
	some why in _reasons(entry.row, entry.job, classes)
	why in {"production", "unclassified"}
}

_undecided(entry, path, reason) := {
	"resource": entry.job.address,
	"path": path,
	"message": reason,
	"related": gates.deploying_place(entry.row),
}

undecided contains found if {
	some entry in _judged
	_empty(entry.job)
	not _empty_in_matrix(entry.job)
	_unnamed_is_production(entry)
	found := _undecided(entry, entry.job.environment.path, sprintf(
		"Job '%s' deploys without an environment where '%s' is empty, and whether that happens is not known.",
		[entry.job.id, entry.job.environment.raw],
	))
}

undecided contains found if {
	some entry in _judged
	entry.why == "open"
	entry.job.environment != null
	found := _undecided(entry, entry.job.environment.path, sprintf(
		"Which environment holds job '%s' depends on '%s', which only a run knows.",
		[entry.job.id, entry.job.environment.raw],
	))
}

undecided contains found if {
	some entry in _lacking
	entry.row.certainty == "definite"
	entry.why in {"production", "unclassified"}
	_perhaps_approved(entry)
	found := _undecided(entry, [], sprintf(
		"Job '%s' waits for a job whose environment only a run knows.",
		[entry.job.id],
	))
}

undecided contains found if {
	some entry in _lacking
	entry.row.certainty == "probable"
	entry.why in {"production", "unclassified"}
	entry.job.call == null
	found := _undecided(entry, [], sprintf(
		"Job '%s' %s and has no environment; whether that deploys is not known.",
		[entry.job.id, entry.row.evidence],
	))
}

undecided contains found if {
	some entry in _lacking
	entry.row.certainty == "probable"
	entry.job.call != null
	found := _undecided(entry, [], sprintf(
		"Job '%s' %s, whose jobs and environments are not looked at from here.",
		[entry.job.id, entry.row.evidence],
	))
}

undecided contains found if {
	some entry in _lacking
	entry.row.certainty == "definite"
	entry.why == "called"
	found := _undecided(entry, [], sprintf(
		"Job '%s' runs '%s' without an environment; from which ref depends on %s, not looked at from here.",
		[entry.job.id, _what(entry.row), "what starts this workflow"],
	))
}
