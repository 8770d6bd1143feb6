# METADATA
# scope: package
# title: Deploy each environment only from its branch, tag or manual trigger
# description: |
#   A job that deploys to production from any branch, or from a pull request, brings there what nobody has merged. Its
#   triggers and conditions must leave only the branches, tags and people that production comes from.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
# custom:
#   id: GATE-007
#   slug: deploy-triggers-match-environment
#   family: GATE
#   severity: high
#   score: 7.2
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   params:
#     - name: production_refs
#       type: list
#       description: Regular expressions for the branches, or patterns of branches, that may deploy to production.
#       default:
#         - main
#         - master
#         - trunk
#         - prod
#         - production
#         - live
#         - release
#         - "releases?[-/].*"
#         - "hotfix[-/].*"
#         - "\\$default-branch"
#       presets:
#         reference-architecture: [main, master, "\\$default-branch"]
#       stricter: shorter
#     - name: allow_schedule
#       type: boolean
#       description: Whether a schedule may deploy to production.
#       default: true
#       presets: {reference-architecture: false}
#       stricter: false
#     - name: environment_branches
#       type: boolean
#       description: Whether staging must be deployed by pushes to main or master, and dev by pushes to develop.
#       default: false
#       presets: {reference-architecture: true}
#       stricter: true
#     - name: dispatch_needs_ref
#       type: boolean
#       description: Whether a run that somebody starts by hand must be limited to a branch.
#       default: false
#       presets: {strict: true}
#       stricter: true
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3", "CM-5", "AC-3"]
#       pci_dss_4.0: ["6.5.3"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.31", "A.8.32"]
#   cwe: [863]
#   remediation:
#     github-workflow: >-
#       Filter the trigger, `on: {push: {branches: [main]}}`, and let the job or step ask for it:
#       `if: github.event_name == 'push' && github.ref == 'refs/heads/main'`.
package policies.gate.deploy_triggers_match_environment

import data.policies.lib.comment_guards
import data.policies.lib.deploy_jobs
import data.policies.lib.deploy_reach
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.reaches

_params := data.params["GATE-007"]

_deploying := [{"row": row, "job": input.resources[row.job], "classes": classes} |
	some row in deploy_jobs.rules
	row.certainty == "definite"
	not row.attached
	classes := {found.class | some found in row.classes}
]

# Jobs that deploy to production, or may: {"row", "job", "why"}.
_productions := [entry |
	some found in _deploying
	reasons := gates.reasons(found.row, found.job, found.classes, true)
	count(reasons) > 0
	entry := {"row": found.row, "job": found.job, "why": reasons[0]}
]

# Every way to a deploying step: {"entry", "deploying", "conditions", "reach"}.
_ways := [{"entry": entry, "deploying": deploying, "conditions": conditions, "reach": reach} |
	some entry in _productions
	some deploying in entry.row.steps
	own := gates.conditions_of_step(entry.job, deploying.step)
	conditions := array.concat(deploy_reach.conditions_of(entry.job), own)
	some reach in reaches.of(conditions)
	not _previews(deploying, reach)
]

# Hosting actions make a preview of their own for a pull request, unless they are told the live channel.
_previews(deploying, reach) if {
	reach.kind == "pull_request"
	deploying.what == "azure/static-web-apps-deploy"
}

_previews(deploying, reach) if {
	reach.kind == "pull_request"
	deploying.what == "firebaseextended/action-hosting-deploy"
	job := input.resources[_job_of(deploying)]
	some step in job.steps
	step.index == deploying.step
	object.get(step["with"], "channelId", "") != "live"
}

_job_of(deploying) := address if {
	some entry in _productions
	some other in entry.row.steps
	other == deploying
	address := entry.row.job
}

_is_production_ref(text) if {
	some pattern in _params.production_refs
	regex.match(sprintf("^(%s)$", [pattern]), text)
}

# How each way stands: "good", "bad", or "open" with a reason.
_verdicts := [object.union(way, found) |
	some way in _ways
	some found in _judge(way)
	found.verdict != "good"
]

_judge(way) := [{"verdict": "good"}] if _is_good(way)

_judge(way) := [{"verdict": "bad", "how": _how(way), "reason": ""}] if {
	not _is_good(way)
	way.reach.why == ""
	_is_bad(way)
}

_judge(way) := [{
	"verdict": "open",
	"how": _how(way),
	"reason": sprintf("unless '%s', which only a run knows, keeps it out", [way.reach.why]),
}] if {
	not _is_good(way)
	way.reach.why != ""
	_is_bad(way)
}

_judge(way) := [{"verdict": "open", "how": _how(way), "reason": _unseen(way)}] if {
	not _is_good(way)
	not _is_bad(way)
}

_is_good(way) if {
	way.reach.event == "push"
	way.reach.kind == "tag"
}

_is_good(way) if {
	way.reach.kind in {"branch", "merged"}
	way.reach.event in {"push", "pull_request", "pull_request_target", "workflow_run"}
	_is_production_ref(way.reach.text)
}

_is_good(way) if way.reach.event in {"release", "repository_dispatch"}

_is_good(way) if {
	way.reach.event == "workflow_dispatch"
	not _params.dispatch_needs_ref
}

_is_good(way) if {
	way.reach.event == "workflow_dispatch"
	_is_production_ref(way.reach.text)
}

_is_good(way) if {
	way.reach.event == "schedule"
	_params.allow_schedule
}

# What calls a workflow that other events start too is judged with the caller.
_is_good(way) if {
	way.reach.event == "workflow_call"
	not _only_called
}

_is_good(way) if {
	comment_guards.events[way.reach.event]
	comment_guards.guard(way.entry.row, way.entry.job, way.reach.event).state == "guarded"
}

_only_called if {
	events := {trigger.event | some workflow in graph.of_types(["workflow"]); some trigger in workflow.triggers}
	events == {"workflow_call"}
}

_is_bad(way) if way.reach.event in {"push", "pull_request", "pull_request_target", "schedule"}

# An environment may limit the branches by its own settings.
_is_bad(way) if {
	way.reach.event == "workflow_dispatch"
	way.entry.job.environment == null
}

_is_bad(way) if {
	comment_guards.events[way.reach.event]
	comment_guards.guard(way.entry.row, way.entry.job, way.reach.event).state == "unguarded"
}

_unseen(way) := "unless the settings of its environment limit the branches" if way.reach.event == "workflow_dispatch"

_unseen(way) := "and what starts the workflow before it is not looked at from here" if {
	way.reach.event == "workflow_run"
}

_unseen(way) := "and its callers are not in the scan" if way.reach.event == "workflow_call"

_unseen(way) := comment_guards.guard(way.entry.row, way.entry.job, way.reach.event).why if {
	comment_guards.events[way.reach.event]
}

_unseen(way) := "which may bring there what was not merged" if {
	not way.reach.event in {"workflow_dispatch", "workflow_run", "workflow_call"}
	not comment_guards.events[way.reach.event]
}

# What lets it in, in words.
_how(way) := sprintf("a push to %s", [_branch(way.reach)]) if {
	way.reach.event == "push"
}

_how(way) := sprintf("a pull request (%s) that is not merged", [way.reach.event]) if {
	way.reach.kind == "pull_request"
}

_how(way) := sprintf("a pull request merged into %s", [_branch(way.reach)]) if way.reach.kind == "merged"

_how(way) := sprintf("whoever runs it by hand on %s", [_branch(way.reach)]) if way.reach.event == "workflow_dispatch"

_how(way) := sprintf("a comment (%s) of anybody", [way.reach.event]) if comment_guards.events[way.reach.event]

_how(way) := sprintf("'%s'", [way.reach.event]) if {
	not way.reach.event in {"push", "workflow_dispatch", "pull_request", "pull_request_target"}
	not comment_guards.events[way.reach.event]
}

_branch(reach) := "any branch" if reach.text in {"", "*", "**"}

_branch(reach) := sprintf("'%s'", [reach.text]) if not reach.text in {"", "*", "**"}

# The condition that lets it in, where one asks for the event or the ref; else the trigger.
_places(way) := [place |
	some condition in array.reverse(way.conditions)
	some name in condition.contexts
	regex.match(`^github\.(ref|ref_name|ref_type|base_ref|head_ref|event_name|event\..*)$`, name)
	some place in _place_of(way.entry.job, condition)
]

_place_of(job, condition) := [{"resource": job.address, "path": condition.path}] if _belongs(job, condition)

_place_of(job, condition) := [] if not _belongs(job, condition)

_belongs(job, condition) if {
	some own in array.concat([job.condition], [step.condition | some step in job.steps])
	own == condition
}

_workflow := "workflow"

_place(way) := _places(way)[0] if count(_places(way)) > 0

_place(way) := {"resource": _workflow, "path": way.reach.path} if count(_places(way)) == 0

_defect(way) := sprintf("%s/%s/%s", [way.entry.job.id, way.reach.event, way.reach.text])

# One way for each defect, a certain one before others.
_defects := [found |
	some key in {_key(way) | some way in _verdicts}
	ways := [way |
		some verdict in ["bad", "open"]
		some way in _verdicts
		way.verdict == verdict
		_key(way) == key
	]
	found := ways[0]
]

# A push to any branch says all of the others. Always defined.
_key(way) := [way.entry.job.address, way.reach.event, way.reach.kind]

_violation(way, message) := {
	"resource": place.resource,
	"path": place.path,
	"defect": _defect(way),
	"message": message,
	"related": [{"address": way.entry.job.address, "path": way.deploying.path, "message": "this deploys"}],
} if {
	place := _place(way)
}

# A job whose trigger lets too much in is judged there.
_elsewhere_judged := {way.entry.job.address |
	some way in _defects
	_place(way).resource != way.entry.job.address
}

subjects contains entry.job.address if {
	some entry in _productions
	not _elsewhere_judged[entry.job.address]
}

subjects contains place.resource if {
	some way in _defects
	place := _place(way)
}

examined contains record if {
	some entry in _productions
	written := object.get(entry.job, "if", null)
	record := {"resource": entry.job.address, "path": ["if"], "state": _written[written == null], "value": written}
}

_written := {true: "absent", false: "known"}

_certain(way) if way.entry.why in {"production", "unclassified"}

deny contains violation if {
	some way in _defects
	way.verdict == "bad"
	_certain(way)
	violation := _violation(way, sprintf("Job '%s' runs '%s' %s, and %s starts it too.", [
		way.entry.job.id,
		way.deploying.what,
		gates.where(way.entry.why),
		way.how,
	]))
}

undecided contains violation if {
	some way in _defects
	way.verdict == "open"
	_certain(way)
	violation := _violation(way, sprintf("Job '%s' runs '%s' %s, and %s starts it too, %s.", [
		way.entry.job.id,
		way.deploying.what,
		gates.where(way.entry.why),
		way.how,
		way.reason,
	]))
}

undecided contains violation if {
	some way in _defects
	not _certain(way)
	violation := _violation(way, sprintf(
		"Job '%s' runs '%s', and %s starts it; whether it deploys to production is not known.",
		[way.entry.job.id, way.deploying.what, way.how],
	))
}

# What the reference architecture asks of the other environments.
_wanted := {"staging": {"main", "master"}, "dev": {"develop"}}

_others := [entry |
	_params.environment_branches
	some found in _deploying
	found.row.role == "deploy"
	some class, branches in _wanted
	found.classes == {class}
	entry := object.union(found, {"class": class, "branches": branches, "ways": _ways_of(found)})
]

_ways_of(found) := [reach |
	some deploying in found.row.steps
	own := gates.conditions_of_step(found.job, deploying.step)
	some reach in reaches.of(array.concat(deploy_reach.conditions_of(found.job), own))
]

_by_branch(entry) if {
	some reach in entry.ways
	reach.event == "push"
	reach.kind == "branch"
	reach.name in entry.branches
}

# Another job of the workflow may do it, or what calls this one.
_elsewhere(entry) if {
	some other in _others
	other.class == entry.class
	_by_branch(other)
}

_elsewhere(entry) if {
	some reach in entry.ways
	reach.event in {"workflow_call", "workflow_run"}
}

subjects contains entry.job.address if some entry in _others

deny contains violation if {
	some entry in _others
	not _by_branch(entry)
	not _elsewhere(entry)
	violation := {
		"resource": entry.job.address,
		"path": ["if"],
		"defect": sprintf("%s/%s", [entry.job.id, entry.class]),
		"message": sprintf("Job '%s' deploys to %s, but a push to %s does not start it.", [
			entry.job.id,
			entry.class,
			concat(" or ", sort(entry.branches)),
		]),
		"related": gates.deploying_place(entry.row),
	}
}

_requested(entry) := [reach |
	entry.class == "staging"
	some reach in entry.ways
	reach.kind == "pull_request"
]

_request_violation(entry, reach, reason) := {
	"resource": entry.job.address,
	"path": ["if"],
	"defect": sprintf("%s/staging/pull_request", [entry.job.id]),
	"message": sprintf("Job '%s' deploys to staging for a pull request (%s) that is not merged%s.", [
		entry.job.id,
		reach.event,
		reason,
	]),
	"related": [{"address": _workflow, "path": reach.path, "message": "this starts it"}],
}

deny contains violation if {
	some entry in _others
	found := [reach | some reach in _requested(entry); reach.state == "yes"]
	count(found) > 0
	violation := _request_violation(entry, found[0], "")
}

undecided contains violation if {
	some entry in _others
	found := _requested(entry)
	count(found) > 0
	count([reach | some reach in found; reach.state == "yes"]) == 0
	violation := _request_violation(entry, found[0], sprintf(
		", unless '%s', which only a run knows, keeps it out",
		[found[0].why],
	))
}
