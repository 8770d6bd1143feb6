# METADATA
# scope: package
# title: Verify health and smoke tests after each deployment
# description: |
#   A deployment that nobody looks at afterwards is found broken by those who use it. A check of its health and a smoke
#   test right behind it tell within minutes, while the change is still at hand.
# related_resources:
#   - ref: https://docs.github.com/en/actions/concepts/workflows-and-actions/deployment-environments
# custom:
#   id: GATE-008
#   slug: post-deploy-verification
#   family: GATE
#   severity: medium
#   score: 6.0
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3(2)", "CA-7", "SI-13(5)"]
#       soc2: ["CC8.1", "CC7.1"]
#       iso_27001_2022: ["A.8.29", "A.8.32"]
#   cwe: [754]
#   remediation:
#     github-workflow: >-
#       Add a job with `needs: [deploy]` that runs `curl --fail https://…/health` and a smoke test, or let the deploying
#       step wait (`wait-for-service-stability: true`).
package policies.gate.post_deploy_verification

import data.policies.lib.deploy_jobs
import data.policies.lib.deploy_steps
import data.policies.lib.environments
import data.policies.lib.gates
import data.policies.lib.health_checks
import data.policies.lib.ignored_failures

_smoke := {"smoke", "e2e", "integration", "performance"}

# Jobs that deploy to a judged place, and what stands behind: {"row", "job", "classes", "checks", "waiting"}.
_judged := [entry |
	some row in deploy_jobs.rules
	row.role == "deploy"
	not row.attached
	classes := {found.class | some found in row.classes}
	gates.in_scope(classes, ["production", "staging", "unclassified"])
	job := input.resources[row.job]
	entry := {
		"row": row,
		"job": job,
		"classes": classes,
		"checks": _checks(row, job),
		"waiting": {state | some deploying in row.steps; state := deploy_steps.waits(job, deploying)},
	}
]

# The rows of step kinds behind the deployment: {"kind", "holds": "yes", or "no" and "open" where a failure is ignored}.
_checks(row, job) := [{"kind": kind, "holds": holds, "path": kind.path} |
	some kind in gates.after(row, job)
	holder := input.resources[kind.job]
	some step in holder.steps
	step.index == kind.step
	not _only_on_failure(holder, step)
	holds := _holds(job, holder, step, kind)
]

# What runs only when something failed checks nothing.
_only_on_failure(holder, step) if {
	some guarded in [holder, step]
	guarded.condition != null
	"failure" in guarded.condition.status
	not regex.match(`!\s*failure\(`, guarded.condition.text)
	not "always" in guarded.condition.status
}

_holds(_, holder, step, kind) := "no" if _is_ignored(holder, step, kind)

_holds(job, holder, step, kind) := "yes" if {
	not _is_ignored(holder, step, kind)
	_continuing(job, holder, step) == {"no"}
}

_holds(job, holder, step, kind) := "no" if {
	not _is_ignored(holder, step, kind)
	"yes" in _continuing(job, holder, step)
}

_holds(job, holder, step, kind) := "open" if {
	not _is_ignored(holder, step, kind)
	_continuing(job, holder, step) != {"no"}
	not "yes" in _continuing(job, holder, step)
}

_continuing(job, holder, step) := {how |
	some guarded in [{"of": step, "path": step.path}, {"of": holder, "path": []}]
	not _is_asked_later(holder, guarded.of)
	how := ignored_failures.continues(holder, guarded.of, guarded.path)
} | {"no" | job.id == holder.id}

_is_asked_later(holder, guarded) if {
	object.get(guarded, "index", null) != null
	ignored_failures.asked_later(holder, guarded)
}

_is_ignored(_, step, kind) if {
	kind.position >= 0
	count(ignored_failures.reasons(step, step.commands[kind.position])) > 0
}

# The states of the evidence for "health" and "smoke": "yes", "no", "open".
_evidence(entry, what) := "yes" if _proves(entry, what)

_evidence(entry, what) := "open" if {
	not _proves(entry, what)
	count(_opens(entry, what)) > 0
}

_evidence(entry, what) := "no" if {
	not _proves(entry, what)
	count(_opens(entry, what)) == 0
}

_proves(entry, what) if {
	some check in entry.checks
	check.holds == "yes"
	check.kind.state == "tool"
	_is_of(check.kind, what)
}

_proves(entry, what) if {
	what == "health"
	"yes" in entry.waiting
}

_is_of(kind, what) if {
	what == "health"
	"health-check" in kind.kinds
}

_is_of(kind, what) if {
	what == "smoke"
	some named in kind.kinds
	_smoke[named]
}

# What may be the evidence.
_opens(entry, what) := array.concat(
	array.concat(
		[check.kind.what |
			some check in entry.checks
			check.kind.opaque
			_may_check(check.kind)
		],
		[check.kind.what |
			some check in entry.checks
			check.holds == "open"
			_is_of(check.kind, what)
		],
	),
	array.concat(
		[called.call.raw |
			some called in gates.dependents(entry.job)
			called.call != null
			not object.get(called.call, "inlined", false)
		],
		["the wait of the deploying step" |
			what == "health"
			"open" in entry.waiting
		],
	),
)

_telling := {
	"notify", "notification", "slack", "teams", "discord", "telegram", "pagerduty", "opsgenie", "mail", "email",
	"comment", "report", "upload", "release", "changelog", "rollback", "undo", "revert", "deploy", "sentry", "tag",
}

# A script or action that says what it is, and is no check, is none.
_may_check(kind) if {
	words := {word | some word in environments.tokens(kind.target)}
	count(words & _telling) == 0
	count({word | some word in words; data.tables.deploy_programs.plain_script_tokens[word]}) == 0
}

# Production needs both, other places one of the two.
_lacking(entry) := [what |
	some what in ["health", "smoke"]
	_evidence(entry, what) != "yes"
] if {
	entry.classes.production
}

_lacking(entry) := [what |
	some what in ["health"]
	not _either(entry)
] if {
	not entry.classes.production
}

_either(entry) if {
	some what in ["health", "smoke"]
	_evidence(entry, what) == "yes"
}

# Whether anything that lacks may be there after all.
_open(entry, what) := _opens(entry, what) if entry.classes.production

_open(entry, _) := array.concat(_opens(entry, "health"), _opens(entry, "smoke")) if not entry.classes.production

_unverified := [{"entry": entry, "lacking": lacking, "open": open} |
	some entry in _judged
	lacking := _lacking(entry)
	count(lacking) > 0
	open := [name | some what in lacking; some name in _open(entry, what)]
]

# Proven where one of what lacks cannot be there.
_proven(found) if {
	some what in found.lacking
	count(_open(found.entry, what)) == 0
	found.entry.row.certainty == "definite"
	not found.entry.classes.unknown
}

subjects contains entry.job.address if some entry in _judged

examined contains record if {
	some entry in _judged
	record := {
		"resource": entry.job.address,
		"path": _place(entry),
		"state": "known",
		"value": count(entry.checks),
	}
}

_place(entry) := entry.row.steps[count(entry.row.steps) - 1].path if count(entry.row.steps) > 0

_place(entry) := [] if count(entry.row.steps) == 0

_wants(entry, _) := "asks afterwards whether it is healthy, or tries it" if not entry.classes.production

_wants(entry, lacking) := _wanted[concat("+", lacking)] if entry.classes.production

_wanted := {
	"health": "asks afterwards whether it is healthy",
	"smoke": "tries afterwards what it deployed (a smoke test)",
	"health+smoke": "asks afterwards whether it is healthy, or tries it (a smoke test)",
}

# A check that is there, but cannot fail.
_vain(entry) := array.concat(_ignored(entry), _silent(entry))

_ignored(entry) := [{
	"address": check.kind.job,
	"path": check.path,
	"message": "this checks, but its failure is ignored",
} |
	some check in entry.checks
	check.holds == "no"
	check.kind.state == "tool"
	some what in ["health", "smoke"]
	_is_of(check.kind, what)
]

_silent(entry) := [{
	"address": holder.address,
	"path": array.concat(command.path, [command.text]),
	"message": "this succeeds whatever the server answers: add --fail",
} |
	some holder in array.concat([entry.job], gates.dependents(entry.job))
	some step in holder.steps
	some position, command in step.commands
	_is_behind(entry, holder, step, position)
	health_checks.asks_in_vain(step, command)
]

_is_behind(entry, holder, _, _) if holder.address != entry.job.address

_is_behind(entry, holder, step, position) if {
	holder.address == entry.job.address
	[step.index, position] > gates.last_place(entry.row)
}

_but(entry) := sprintf(" (%s)", [_vain(entry)[0].message]) if count(_vain(entry)) > 0

_but(entry) := "" if count(_vain(entry)) == 0

_message(found) := sprintf("Job '%s' %s, and nothing %s%s.", [
	found.entry.job.id,
	gates.what(found.entry.row),
	_wants(found.entry, found.lacking),
	_but(found.entry),
])

_violation(found, message) := {
	"resource": found.entry.job.address,
	"path": _place(found.entry),
	"message": message,
	"related": array.slice(_vain(found.entry), 0, 3),
}

deny contains violation if {
	some found in _unverified
	_proven(found)
	violation := _violation(found, _message(found))
}

undecided contains violation if {
	some found in _unverified
	not _proven(found)
	count(found.open) > 0
	violation := _violation(found, sprintf("Job '%s' %s; whether '%s' checks it afterwards is not known.", [
		found.entry.job.id,
		gates.what(found.entry.row),
		split(found.open[0], "\n")[0],
	]))
}

undecided contains violation if {
	some found in _unverified
	not _proven(found)
	count(found.open) == 0
	violation := _violation(found, sprintf("%s Whether it deploys to a judged place is not known.", [_message(found)]))
}
