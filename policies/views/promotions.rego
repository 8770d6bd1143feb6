# METADATA
# title: What is tried in staging before production
# description: |
#   For policies over the whole scan, of one workflow. A row of kind "production" is a job that deploys to production:
#   {"kind", "job", "id", "what", "certain", "path", "events", "staged", "beside", "related"}; one of kind "workflow" is
#   the workflow itself: {"kind", "name", "events", "staged"}. events are {"event", "ref": "branch" | "tag" | "",
#   "workflows", "succeeded"}, those that deploy, of the workflow those that start it; workflows are the names that
#   workflow_run waits for, succeeded whether the job asks for their success. staged says whether a deployment to
#   staging, and an integration, end-to-end or smoke test behind it, come first: "yes", "no" or "open", with a `reason`.
package policies.views.promotions

import data.policies.lib.conditions
import data.policies.lib.deploy_jobs
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.step_kinds

_tests := {"integration", "e2e", "smoke"}

rows := array.concat(_productions, _workflows)

_productions := [production |
	some row in deploy_jobs.rules
	row.role == "deploy"
	not row.attached
	job := input.resources[row.job]
	reasons := gates.reasons(row, job, {found.class | some found in row.classes}, true)
	count(reasons) > 0
	events := [event | some case in gates.deploying_cases(row, job); event := _event(case, job)]
	count(events) > 0
	staged := _staged(gates.closure(job) | {job.address}, gates.closure(job), gates.before(row, job))
	production := {
		"kind": "production",
		"job": job.address,
		"id": job.id,
		"what": sprintf("%s %s", [gates.what(row), gates.where(reasons[0])]),
		"certain": _is_certain(row, reasons[0]),
		"path": _path(job),
		"events": events,
		"staged": staged.state,
		"reason": staged.reason,
		"beside": _beside(job),
		"related": gates.deploying_place(row),
	}
]

_is_certain(row, why) := true if {
	row.certainty == "definite"
	why in {"production", "unclassified"}
}

_is_certain(row, _) := false if row.certainty != "definite"

_is_certain(_, why) := false if not why in {"production", "unclassified"}

_path(job) := ["needs"] if object.get(job.node, "needs", null) != null

_path(job) := [] if object.get(job.node, "needs", null) == null

_event(case, job) := {
	"event": case.event,
	"ref": object.get(case.values, "github.ref_type", ""),
	"workflows": _awaited(case.event),
	"succeeded": _asks_for_success(job),
}

_awaited(event) := [] if event != "workflow_run"

_awaited(event) := [name |
	some workflow in graph.of_types(["workflow"])
	some trigger in workflow.triggers
	trigger.event == "workflow_run"
	some name in object.get(trigger.filters, "workflows", [])
] if {
	event == "workflow_run"
}

# Only a job that asks for it waits for the success of what started it.
_asks_for_success(job) := true if _implies_success(job)

_asks_for_success(job) := false if not _implies_success(job)

_implies_success(job) if {
	some address in gates.closure(job) | {job.address}
	some part in conditions.conjuncts(input.resources[address].condition)
	conditions.compares(part, "==", "github.event.workflow_run.conclusion", "success")
}

# Jobs that deploy to staging, or may, among some.
_stagings(addresses) := [{"job": input.resources[row.job], "row": row, "certain": certain} |
	some row in deploy_jobs.rules
	row.role == "deploy"
	addresses[row.job]
	classes := {found.class | some found in row.classes}
	some certain in _staging_certainty(row, classes)
]

_staging_certainty(row, classes) := [true] if {
	classes == {"staging"}
	row.certainty == "definite"
}

_staging_certainty(row, classes) := [false] if {
	classes == {"staging"}
	row.certainty != "definite"
}

_staging_certainty(_, classes) := [false] if {
	classes != {"staging"}
	some named in ["unclassified", "unknown", "staging"]
	classes[named]
}

# Whether among some jobs there is a deployment to staging, and among some rows of step kinds a test behind it.
_staged(_, addresses, kinds) := {"state": "yes", "reason": ""} if {
	some staging in _stagings(addresses)
	staging.certain
	some kind in kinds
	_tries(kind, staging)
	_certainly_tests(kind)
}

_staged(inside, addresses, kinds) := {"state": "open", "reason": sprintf("whether %s is not known", [reasons[0]])} if {
	not _certainly_staged(addresses, kinds)
	reasons := _open(inside, addresses, kinds)
	count(reasons) > 0
}

_staged(inside, addresses, kinds) := {"state": "no", "reason": _lacking(addresses)} if {
	not _certainly_staged(addresses, kinds)
	count(_open(inside, addresses, kinds)) == 0
}

_certainly_staged(addresses, kinds) if {
	some staging in _stagings(addresses)
	staging.certain
	some kind in kinds
	_tries(kind, staging)
	_certainly_tests(kind)
}

# A test behind a deployment: in a job that waits for it, or later in the same job.
_tries(kind, staging) if staging.row.job in gates.closure(input.resources[kind.job])

_tries(kind, staging) if {
	kind.job == staging.row.job
	[kind.step, kind.position] > gates.last_place(staging.row)
}

_certainly_tests(kind) if {
	kind.state == "tool"
	_is_test(kind)
}

_is_test(kind) if {
	some named in kind.kinds
	_tests[named]
}

_may_test(kind) if _is_test(kind)

_may_test(kind) if kind.opaque

# What leaves it open: a call that is not looked into, or a deployment or test that only may be one.
_open(inside, addresses, kinds) := array.concat(
	[sprintf("'%s' deploys to staging and tests", [called.call.raw]) |
		some address in inside
		called := graph.at(address)
		called != null
		called.call != null
		not object.get(called.call, "inlined", false)
	],
	[sprintf("'%s' tests what job '%s' deployed", [kind.what, staging.job.id]) |
		some staging in _stagings(addresses)
		some kind in kinds
		_tries(kind, staging)
		_may_test(kind)
	],
)

_lacking(addresses) := "no job that it needs deploys to staging first" if count(_stagings(addresses)) == 0

_lacking(addresses) := sprintf("no integration, end-to-end or smoke test follows '%s'", [found[0].job.id]) if {
	found := _stagings(addresses)
	count(found) > 0
}

# Deployments to staging that a job does not wait for.
_beside(job) := [{"address": staging.row.job, "path": [], "message": "this deploys to staging, but is not waited for"} |
	all := {row.job | some row in deploy_jobs.rules} - {job.address}
	some staging in _stagings(all - gates.closure(job))
	staging.certain
]

_workflows := [row |
	some workflow in graph.of_types(["workflow"])
	deploying := {found.job | some found in deploy_jobs.rules}
	staged := _staged({job.address | some job in graph.of_types(["job"])}, deploying, step_kinds.rules)
	row := {
		"kind": "workflow",
		"name": workflow.name,
		"events": [{"event": trigger.event} | some trigger in workflow.triggers],
		"staged": staged.state,
		"reason": staged.reason,
	}
]
