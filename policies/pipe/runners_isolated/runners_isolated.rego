# METADATA
# scope: package
# title: Do not run untrusted pull requests on self-hosted runners
# description: |
#   A self-hosted runner keeps what a job leaves on it and stands in the network of its owner. A pull request that
#   runs there hands the machine, and what it reaches, to whoever opened it.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/security/secure-use
# custom:
#   id: PIPE-007
#   slug: runners-isolated
#   family: PIPE
#   severity: medium
#   score: 6.0
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   params:
#     - name: hosted_label_regex
#       type: string
#       description: Labels of runners that their operator makes anew for every job.
#       default: '(?i)^(ubuntu|windows|macos)-[\w.-]+$'
#       stricter: ['(?i)^(ubuntu|windows|macos)-[\w.-]+$']
#     - name: trusted_groups
#       type: list
#       description: Groups of runners that pull requests may use.
#       default: []
#       stricter: shorter
#   packs: [baseline, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SC-7", "AC-6"]
#       soc2: ["CC6.8"]
#       iso_27001_2022: ["A.8.31"]
#   cwe: [653, 829]
#   remediation:
#     github-workflow: "Run jobs for pull requests on hosted runners: `runs-on: ubuntu-24.04`."
#   peers:
#     zizmor: [self-hosted-runner]
package policies.pipe.runners_isolated

import data.policies.lib.deploy_reach
import data.policies.lib.foreign_code
import data.policies.lib.graph
import data.policies.lib.value

_params := data.params["PIPE-007"]

_outside := {
	"pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment", "issue_comment",
}

_jobs := [job | some job in graph.of_types(["job"]); job.call == null]

subjects contains job.address if some job in _jobs

examined contains record if {
	some job in _jobs
	record := {"resource": job.address, "path": ["runs-on"], "state": "known", "value": "runs-on"}
}

# The events that outsiders cause and that start the job.
_events(job) := {case.event |
	not foreign_code.excluded(job)
	some case in deploy_reach.cases
	_outside[case.event]
	deploy_reach.reached(deploy_reach.conditions_of(job), case)
}

_called(job) if {
	some case in deploy_reach.cases
	case.event == "workflow_call"
	deploy_reach.reached(deploy_reach.conditions_of(job), case)
}

# Every label that a job can have, and those that only a run knows.
_labels(job) := {label |
	some written in job.runs_on.labels
	some label in _texts(written)
}

_texts(written) := [written] if is_string(written)

_texts(written) := [text |
	some text in object.get(written["$unknown"], "values", [])
	is_string(text)
] if {
	value.unknown(written)
}

_texts(written) := [] if {
	not is_string(written)
	not value.unknown(written)
}

_open_label(job) if {
	some written in job.runs_on.labels
	value.opaque(written)
	count(_texts(written)) == 0
}

_hosted(label) if regex.match(_params.hosted_label_regex, label)

_self_hosted(job) if {
	some label in _labels(job)
	lower(label) == "self-hosted"
}

_trusted_group(job) if {
	some group in _params.trusted_groups
	is_string(job.runs_on.group)
	lower(group) == lower(job.runs_on.group)
}

_exposed := [entry |
	some job in _jobs
	not _trusted_group(job)
	events := _events(job)
	count(events) > 0
	entry := {"job": job, "event": sort([event | some event in events])[0]}
]

_related(event) := [{"address": workflow.address, "path": trigger.path, "message": "outsiders start it by this"} |
	some workflow in graph.of_types(["workflow"])
	some trigger in workflow.triggers
	trigger.event == event
]

deny contains violation if {
	some entry in _exposed
	_self_hosted(entry.job)
	violation := {
		"resource": entry.job.address,
		"path": ["runs-on"],
		"defect": "self-hosted",
		"message": sprintf("Job '%s' runs on a self-hosted runner for '%s', which outsiders can cause.", [
			entry.job.id,
			entry.event,
		]),
		"related": _related(entry.event),
	}
}

# A runner of which the label does not say whose it is.
_doubtful(job) := sprintf("the group '%s'", [value.shown(job.runs_on.group)]) if job.runs_on.group != null

_doubtful(job) := "an expression" if {
	job.runs_on.group == null
	_open_label(job)
}

_doubtful(job) := sprintf("the label '%s'", [strange[0]]) if {
	job.runs_on.group == null
	not _open_label(job)
	strange := sort([label | some label in _labels(job); not _hosted(label)])
	count(strange) > 0
}

undecided contains violation if {
	some entry in _exposed
	not _self_hosted(entry.job)
	what := _doubtful(entry.job)
	violation := {
		"resource": entry.job.address,
		"path": ["runs-on"],
		"defect": "runner",
		"message": sprintf("Job '%s' runs for '%s' on %s; whether that is a self-hosted runner is not known.", [
			entry.job.id,
			entry.event,
			what,
		]),
	}
}

undecided contains violation if {
	some job in _jobs
	not _trusted_group(job)
	_self_hosted(job)
	count(_events(job)) == 0
	not foreign_code.excluded(job)
	_called(job)
	violation := {
		"resource": job.address,
		"path": ["runs-on"],
		"defect": "self-hosted",
		"message": sprintf("Job '%s' runs on a self-hosted runner; which events start its callers is not known.", [job.id]),
	}
}
