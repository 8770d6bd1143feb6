# METADATA
# title: Who may deploy by a comment
# description: |
#   Comments and reviews start workflows with the secrets of the repository, whoever writes them. Tells whether the way
#   to a deployment asks who wrote the comment: by `author_association`, tried with each of its values, or by a look-up
#   of the permission.
#   https://docs.github.com/en/graphql/reference/enums#commentauthorassociation
package policies.lib.comment_guards

import data.policies.lib.deploy_reach
import data.policies.lib.environments
import data.policies.lib.gates

# The events that somebody without write access causes by a comment or review.
events := {"issue_comment", "pull_request_review", "pull_request_review_comment", "discussion_comment"}

_trusted := {"OWNER", "MEMBER", "COLLABORATOR"}

_outsiders := {"CONTRIBUTOR", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "MANNEQUIN", "NONE"}

# Whose comments of an event reach a row of the view deploy_jobs: {"state": "guarded" | "open" | "unguarded", "why"}.
guard(row, job, event) := {"state": "guarded", "why": ""} if _is_guarded(row, job, event)

guard(row, job, event) := {"state": "unguarded", "why": _admitted(row, job, event)} if {
	not _is_guarded(row, job, event)
	count(_opaque_checks(row, job)) == 0
}

guard(row, job, event) := {"state": "open", "why": _opaque_checks(row, job)[0]} if {
	not _is_guarded(row, job, event)
	count(_opaque_checks(row, job)) > 0
}

_is_guarded(row, job, event) if count(_reaching(row, job, event, _outsiders)) == 0

_is_guarded(row, job, _) if {
	some lookup in _lookups(row, job)
	_decides(row, job, lookup)
}

# The associations whose comments reach a deploying step.
_reaching(row, job, event, associations) := {association |
	some guarding in gates.guards(row, job)
	some association in associations
	case := {
		"event": event,
		"production": false,
		"values": {
			"github.event_name": event,
			"github.event.comment.author_association": association,
			"github.event.review.author_association": association,
		},
		"prefixes": {},
	}
	deploy_reach.reached(array.concat(deploy_reach.conditions_of(job), guarding), case)
}

_admitted(row, job, event) := "nothing asks who wrote it" if {
	_reaching(row, job, event, _outsiders) == _outsiders
}

_admitted(row, job, event) := sprintf("the association %s is let in too", [sort([name | some name in found])[0]]) if {
	found := _reaching(row, job, event, _outsiders)
	count(found) > 0
	found != _outsiders
}

# The steps on the way to a deployment: those of needed jobs, and those before it in its own.
_steps_before(row, job) := array.concat(
	[{"job": needed, "step": step} |
		some address in gates.closure(job)
		needed := input.resources[address]
		some step in needed.steps
	],
	[{"job": job, "step": step} |
		first := min(array.concat([deploying.step | some deploying in row.steps], [count(job.steps)]))
		some step in job.steps
		step.index < first
	],
)

_permission_actions := {
	"actions-cool/check-user-permission", "lannonbr/repo-permission-check-action",
	"prince-chrismc/check-actor-permissions-action", "scherermichael-oss/action-has-permission",
	"sushichop/action-repository-permission", "skjnldsv/check-actor-permission", "zirkelc/check-actor-permission",
	"scanny3000/check-permissions-action", "peter-evans/slash-command-dispatch",
}

# Steps that look the permission up: {"job", "step", "fails": whether the step itself stops who may not}.
_lookups(row, job) := [lookup |
	some before in _steps_before(row, job)
	some fails in _looks_up(before.step)
	lookup := {"job": before.job, "step": before.step, "fails": fails}
]

_looks_up(step) := [true] if {
	step.kind == "uses"
	_permission_actions[step.uses.name]
}

_looks_up(step) := [regex.match(`throw |setFailed|process\.exit`, step["with"].script)] if {
	step.kind == "uses"
	step.uses.name == "actions/github-script"
	is_string(step["with"].script)
	contains(step["with"].script, "getCollaboratorPermissionLevel")
	regex.match(`(?i)['"](admin|maintain|write)['"]`, step["with"].script)
}

_looks_up(step) := [regex.match(`\bexit [1-9]`, step.run)] if {
	step.kind == "run"
	is_string(step.run)
	regex.match(`collaborators/[^ ]+/permission`, step.run)
	regex.match(`\b(admin|maintain|write)\b`, step.run)
}

_decides(_, _, lookup) if lookup.fails

# The output of the look-up is asked for on the way.
_decides(row, job, lookup) if {
	is_string(lookup.step.id)
	some condition in _conditions(row, job)
	sprintf("steps.%s.outputs", [lower(lookup.step.id)]) in {_three(name) | some name in condition.contexts}
}

_decides(row, job, lookup) if {
	lookup.job.id != job.id
	some condition in _conditions(row, job)
	sprintf("needs.%s.outputs", [lower(lookup.job.id)]) in {_three(name) | some name in condition.contexts}
}

# The beginning of a context. Always defined.
_three(name) := concat(".", array.slice(split(name, "."), 0, 3))

_conditions(row, job) := array.concat(
	deploy_reach.conditions_of(job),
	[condition | some guarding in gates.guards(row, job); some condition in guarding],
)

# What may check, but does so inside of it: an action that is no known one, whose output the way asks for, or whose
# name speaks of commands or permissions.
_opaque_checks(row, job) := array.concat(
	[sprintf("whether '%s' asks who wrote it is not known", [before.step.uses.raw]) |
		some before in _steps_before(row, job)
		before.step.kind == "uses"
		_may_check(row, job, before)
	],
	[sprintf("whether '%s' asks who wrote it is not known", [called.call.raw]) |
		some address in gates.closure(job)
		called := input.resources[address]
		called.call != null
		not object.get(called.call, "inlined", false)
	],
)

_may_check(_, _, before) if {
	words := {word | some word in environments.tokens(before.step.uses.raw)}
	count(words & {"command", "permission", "permissions", "authorize", "authorise", "membership", "chatops"}) > 0
}

_may_check(row, job, before) if {
	not before.step.uses.owner in {"actions", "github"}
	_decides(row, job, {"job": before.job, "step": before.step, "fails": false})
}
