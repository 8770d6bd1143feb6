# METADATA
# scope: package
# title: Do not restore caches in jobs that publish or deploy
# description: |
#   A cache is a folder that other runs have filled, runs of other branches and of privileged pull requests among
#   them. What a release takes from it was built by nobody who reviewed the release.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching
# custom:
#   id: PIPE-013
#   slug: release-jobs-restore-no-cache
#   family: PIPE
#   severity: medium
#   score: 6.1
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   packs: [strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SI-7(1)", "SR-3"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.30"]
#   cwe: [349, 345]
#   remediation:
#     github-workflow: >-
#       Build what is released without caches: `cache: false`, `enable-cache: false`, or no cache step.
#   peers:
#     zizmor: [cache-poisoning]
package policies.pipe.release_jobs_restore_no_cache

import data.policies.lib.deploy_jobs
import data.policies.lib.deploy_reach
import data.policies.lib.graph
import data.policies.lib.publishing

# Jobs that deploy or publish for others, with the place where they do: {"job", "step", "what", "path"}.
_releasing := [entry |
	some job in graph.of_types(["job"])
	places := array.concat(_deploying(job), _publishing(job))
	count(places) > 0
	first := min([place.step | some place in places])
	last := max([place.step | some place in places])
	place := [one | some one in places; one.step == first][0]
	entry := {"job": job, "step": last, "what": place.what, "path": place.path, "guard": place.step}
]

_deploying(job) := [place |
	some row in deploy_jobs.rules
	row.job == job.address
	row.certainty == "definite"
	some place in row.steps
]

_publishing(job) := publishing.of_job(job)

# The runs that release: pushes to production refs and tags, releases, and those that a person starts.
_cases(entry) := [case |
	some case in deploy_reach.cases
	_releases(case)
	deploy_reach.reached(array.concat(deploy_reach.conditions_of(entry.job), _own(entry.job, entry.guard)), case)
]

_releases(case) if {
	case.production
	case.event != "schedule"
}

_releases(case) if case.event == "workflow_dispatch"

_own(job, index) := [step.condition |
	some step in job.steps
	step.index == index
	step.condition != null
]

# What is judged: the job itself, and the jobs whose artifacts or images it takes: {"job", "before", "entry", "cases"}.
_judged := [judged |
	some entry in _releasing
	cases := _cases(entry)
	count(cases) > 0
	some one in array.concat([{"job": entry.job, "before": entry.step}], _sources(entry))
	judged := {"job": one.job, "before": one.before, "entry": entry, "cases": cases}
]

_sources(entry) := [{"job": job, "before": 1000000} |
	some id in entry.job.needs_closure
	job := graph.at(sprintf("jobs.%s", [id]))
	job != null
	_feeds(job, entry.job)
]

_feeds(job, other) if {
	_uses(job, "actions/upload-artifact")
	_uses(other, "actions/download-artifact")
}

_feeds(job, _) if {
	some row in publishing.of_job(job)
	row.kind == "image"
}

_uses(job, name) if {
	some step in job.steps
	step.uses != null
	object.get(step.uses, "name", "") == name
}

subjects contains judged.job.address if some judged in _judged

examined contains record if {
	some judged in _judged
	record := {"resource": judged.job.address, "path": ["steps"], "state": "known", "value": judged.entry.what}
}

# The steps that restore a cache before: {"step", "path", "certain"}.
_restoring(judged) := [found |
	some step in judged.job.steps
	step.index <= judged.before
	step.kind == "uses"
	entry := object.get(data.tables.cache_actions, object.get(step.uses, "name", ""), null)
	entry != null
	_can_run(judged, step)
	some found in _restores(entry, step, judged.job)
]

_can_run(judged, step) if {
	own := [step.condition | step.condition != null]
	some case in judged.cases
	deploy_reach.reached(own, case)
}

_inputs(step) := step["with"] if is_object(step["with"])

_inputs(step) := {} if not is_object(step["with"])

_restores(entry, step, _) := [_found(step, ["uses"], true)] if {
	object.get(entry, "always", false)
	count(_switched_off(entry, step)) == 0
	count(_open_switches(entry, step)) == 0
}

_restores(entry, step, _) := [_found(step, ["with", key], false) | some key in _open_switches(entry, step)] if {
	object.get(entry, "always", false)
	count(_switched_off(entry, step)) == 0
	count(_open_switches(entry, step)) > 0
}

_restores(entry, step, _) := [] if {
	object.get(entry, "always", false)
	count(_switched_off(entry, step)) > 0
}

_switched_off(entry, step) := [key |
	some key, values in object.get(entry, "unless", {})
	lower(sprintf("%v", [object.get(_inputs(step), key, "")])) in values
]

_open_switches(entry, step) := [key |
	some key, _ in object.get(entry, "unless", {})
	contains(sprintf("%v", [object.get(_inputs(step), key, "")]), "${{")
]

_restores(entry, step, _) := _by_input(entry, step, object.get(_inputs(step), entry.input, null)) if {
	not object.get(entry, "always", false)
	object.get(_inputs(step), entry.input, null) != null
}

_restores(entry, step, job) := _by_default(entry, step, job) if {
	not object.get(entry, "always", false)
	object.get(_inputs(step), entry.input, null) == null
}

_by_input(entry, step, written) := [_found(step, ["with", entry.input], false)] if {
	contains(sprintf("%v", [written]), "${{")
	not _names_value(entry, written)
}

_by_input(entry, step, written) := [_found(step, ["with", entry.input], true)] if _switches_on(entry, written)

_by_input(entry, _, written) := [] if {
	not _switches_on(entry, written)
	not contains(sprintf("%v", [written]), "${{")
}

_by_input(entry, _, written) := [] if {
	not _switches_on(entry, written)
	_names_value(entry, written)
}

# A value such as `type=gha,scope=${{ … }}` says enough.
_names_value(entry, written) if {
	wanted := object.get(entry, "value", null)
	wanted != null
	regex.match(`^\s*type=`, written)
}

_switches_on(entry, written) if {
	wanted := object.get(entry, "value", null)
	wanted != null
	contains(sprintf("%v", [written]), wanted)
}

_switches_on(entry, written) if {
	object.get(entry, "value", null) == null
	not contains(sprintf("%v", [written]), "${{")
	not _off(entry, lower(sprintf("%v", [written])))
}

_off(entry, written) if {
	not object.get(entry, "inverted", false)
	written in {"false", ""}
}

_off(entry, written) if {
	object.get(entry, "inverted", false)
	written == "true"
}

_by_default(entry, _, _) := [] if not entry["default"]

_by_default(entry, step, job) := found if {
	entry["default"]
	found := [_found(step, ["uses"], certain) | some certain in _default_state(entry, step, job)]
}

_default_state(entry, _, job) := [] if {
	object.get(entry, "hosted", false)
	job.runs_on.self_hosted == true
}

_default_state(entry, step, job) := [_new_enough(entry, step)] if {
	not _only_hosted(entry, job)
	not _too_old(entry, step)
}

_default_state(entry, step, job) := [] if {
	not _only_hosted(entry, job)
	_too_old(entry, step)
}

_only_hosted(entry, job) if {
	object.get(entry, "hosted", false)
	job.runs_on.self_hosted == true
}

_too_old(entry, step) if {
	since := object.get(entry, "since", 0)
	step.uses.version != null
	step.uses.version[0] < since
}

_new_enough(entry, _) if object.get(entry, "since", 0) == 0

_new_enough(entry, step) := true if {
	object.get(entry, "since", 0) > 0
	step.uses.version != null
}

_new_enough(entry, step) := false if {
	object.get(entry, "since", 0) > 0
	step.uses.version == null
}

_found(step, path, certain) := {"step": step, "path": array.concat(step.path, path), "certain": certain}

_finding(judged, found, message) := {
	"resource": judged.job.address,
	"path": found.path,
	"defect": sprintf("cache/%s", [found.step.uses.name]),
	"message": message,
	"related": [{
		"address": judged.entry.job.address,
		"path": judged.entry.path,
		"message": "this brings it to others",
	}],
}

deny contains violation if {
	some judged in _judged
	some found in _restoring(judged)
	found.certain
	violation := _finding(judged, found, sprintf(
		"'%s' restores a cache that other runs filled, and '%s' brings what is built with it to others.",
		[found.step.uses.name, judged.entry.what],
	))
}

undecided contains violation if {
	some judged in _judged
	some found in _restoring(judged)
	not found.certain
	violation := _finding(judged, found, sprintf(
		"Whether '%s' restores a cache before '%s' is not known here.",
		[found.step.uses.name, judged.entry.what],
	))
}
