# METADATA
# title: Which kinds of tests stand before production
# description: |
#   Says of each deployment that may go to production, and of pull requests, which tests run, how long they may take
#   and which limits load tests have. A row is {"type": "deployment", "job", "id", "what", "related", "certainty",
#   "classes", "tests", "candidates"} or {"type": "pull_request", "tests", "candidates"}; a test is {"job", "path",
#   "what", "kinds", "state", "minutes", "load"}. Minutes are {"path", "state": "known" | "absent" | "unknown",
#   "value"}, load is {"state": "none" | "limit" | "open", "limit"}; a candidate, {"job", "path", "what"}, may test
#   without saying so.
package policies.views.test_stages

import data.policies.lib.before_deployment
import data.policies.lib.deploy_reach
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps
import data.policies.lib.scanners
import data.policies.lib.value

rows := array.concat(_deployments, _pull_requests)

_kinds := {"unit", "integration", "e2e", "performance"} | scanners.kinds

_deployments := [row |
	some deployment in before_deployment.all
	count({"production", "unknown"} & deployment.classes) > 0
	before := gates.before(deployment.row, deployment.job)
	row := {
		"type": "deployment",
		"job": deployment.job.address,
		"id": deployment.job.id,
		"what": gates.what(deployment.row),
		"related": gates.deploying_place(deployment.row),
		"certainty": deployment.row.certainty,
		"classes": deployment.classes,
		"tests": [test | some kind in before; some test in _test(kind)],
		"candidates": array.concat(
			[candidate | some kind in before; some candidate in _candidate(kind)],
			[{"job": needed.address, "path": ["uses"], "what": needed.call.raw} |
				some needed in before_deployment.calls(deployment, _telling)
			],
		),
	}
]

_pull_requests := [{"type": "pull_request", "tests": tests, "candidates": candidates} |
	some case in deploy_reach.cases
	case.event == "pull_request"
	jobs := [job |
		some job in graph.of_types(["job"])
		deploy_reach.reached(deploy_reach.conditions_of(job), case)
	]
	kinds := [kind |
		some job in jobs
		some kind in kinds_of_steps.of_job(job)
		deploy_reach.reached(gates.conditions_of_step(job, kind.step), case)
	]
	tests := [test | some kind in kinds; some test in _test(kind)]
	candidates := array.concat(
		[candidate | some kind in kinds; some candidate in _candidate(kind)],
		[{"job": job.address, "path": ["uses"], "what": job.call.raw} |
			some job in jobs
			job.call != null
			before_deployment.may_hold(job, _telling)
		],
	)
	count(tests) + count(candidates) > 0
]

_telling := {
	"test", "tests", "ci", "unit", "integration", "e2e", "acceptance", "check", "checks", "quality", "scan", "security",
	"performance", "load", "verify", "validate",
}

# What a tool or a name says a step tests: none or one.
_test(kind) := [{
	"job": kind.job,
	"path": kind.path,
	"what": kind.what,
	"kinds": kinds,
	"state": kind.state,
	"minutes": _minutes(input.resources[kind.job], kind.step),
	"load": _load(input.resources[kind.job].steps[kind.step], kinds),
}] if {
	kinds := [one | some one in kind.kinds; _kinds[one]]
	count(kinds) > 0
}

_test(kind) := [] if count([one | some one in kind.kinds; _kinds[one]]) == 0

_candidate(kind) := [{"job": kind.job, "path": kind.path, "what": kind.what} |
	kind.opaque
	count([one | some one in kind.kinds; _kinds[one]]) == 0
	before_deployment.may_do_more(kind)
]

# How long a step may take: what is written for the step or its job, the lesser of both.
_minutes(job, step) := _least([
	value.get(job, ["timeout-minutes"]),
	value.get(job, ["steps", step, "timeout-minutes"]),
])

_least(records) := {"path": found.path, "state": "known", "value": found.value} if {
	known := [record | some record in records; _is_number(record)]
	count(known) > 0
	least := min([record.value | some record in known])
	found := [record | some record in known; record.value == least][0]
}

_least(records) := {"path": open[0].path, "state": "unknown", "value": value.shown(open[0].value)} if {
	count([record | some record in records; _is_number(record)]) == 0
	open := [record | some record in records; not value.is_absent(record)]
	count(open) > 0
}

_least(records) := {"path": [], "state": "absent", "value": null} if {
	every record in records { value.is_absent(record) }
}

_is_number(record) if {
	value.is_known(record)
	is_number(record.value)
}

_load(_, kinds) := {"state": "none", "limit": null} if not "performance" in kinds

# The limit of a load test where its script, its options or its assertions stand in the workflow.
_load(step, kinds) := _limit(_limits(step)) if "performance" in kinds

_limit(limits) := {"state": "limit", "limit": max(limits)} if count(limits) > 0

_limit(limits) := {"state": "open", "limit": null} if count(limits) == 0

_limits(step) := [to_number(found[1]) |
	some text in [object.get(step, "run", ""), json.marshal(step["with"])]
	is_string(text)
	some pattern in [`p\(95\)\s*<=?\s*(\d+)`, `\\?["']?\bp95\\?["']?\s*[:=]\s*\\?["']?(\d+)`]
	some found in regex.find_all_string_submatch_n(pattern, text, -1)
]
