# METADATA
# title: Tests before deployments
# description: |
#   Says of each deployment of a workflow which test stands before it, and of each workflow which tests it runs. A row
#   is {"type": "deployment", "job", "id", "what", "related", "certainty", "classes", "tests", "candidates", "beside",
#   "called", "awaited", "upstreams"} or {"type": "workflow", "name", "tests", "candidates", "early"}. Tests are
#   {"job", "path", "what"}, steps of kind unit, integration or e2e by tool; candidates, of the same form, may test
#   without saying so; beside are tests of the workflow that the deployment does not wait for. called tells whether
#   only a caller starts the deployment, awaited are the workflows where only their end does, upstreams those whose
#   success it asks for; early tells whether the tests run for changes: on a pull request, in a merge queue, on a push.
package policies.views.tested_deployments

import data.policies.lib.before_deployment
import data.policies.lib.deploy_reach
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps
import data.policies.lib.step_kinds

_kinds := {"unit", "integration", "e2e"}

rows := array.concat(_deployments, _workflows)

_names_test(row) if {
	some kind in row.kinds
	_kinds[kind]
}

_is_test(row) if {
	row.state == "tool"
	_names_test(row)
}

# A step that only its name calls a test may be one.
_may_test(row) if {
	row.opaque
	_names_test(row)
}

_place(row) := {"job": row.job, "path": row.path, "what": row.what}

# What the steps of all jobs do: the rows of the view step_kinds, which has none for a workflow that does not deploy.
_done := step_kinds.rules if count(before_deployment.all) > 0

_done := [row | some job in graph.of_types(["job"]); some row in kinds_of_steps.of_job(job)] if {
	count(before_deployment.all) == 0
}

_tests := [row | some row in _done; _is_test(row)]

_deployments := [row |
	some deployment in before_deployment.all
	before := gates.before(deployment.row, deployment.job)
	tests := [_place(test) | some test in before; _is_test(test); before_deployment.can_run(deployment, test)]
	row := {
		"type": "deployment",
		"job": deployment.job.address,
		"id": deployment.job.id,
		"what": gates.what(deployment.row),
		"related": gates.deploying_place(deployment.row),
		"certainty": deployment.row.certainty,
		"classes": deployment.classes,
		"tests": array.slice(tests, 0, 1),
		"candidates": array.slice(_candidates(deployment, before), 0, 1),
		"beside": _beside(deployment),
		"called": _only_by(deployment, "workflow_call"),
		"awaited": _awaited(deployment),
		"upstreams": before_deployment.upstreams(deployment),
	}
]

_candidates(deployment, before) := array.concat(
	[_place(row) | some row in before; _may_test(row); before_deployment.can_run(deployment, row)],
	before_deployment.candidates(deployment, before, _telling),
)

# Words that name a call of another workflow which may test.
_telling := {"test", "tests", "ci", "unit", "integration", "e2e", "acceptance", "check", "checks"}

# The nearest test that does not hold the deployment: one of its own job, else one of the workflow.
_beside(deployment) := array.slice(array.concat(own, all), 0, 1) if {
	own := [_place(test) | some test in _tests; test.job == deployment.job.address]
	all := [_place(test) | some test in _tests]
}

# Whether an event that only others send is among those that deploy, and no event is that starts it here.
_only_by(deployment, event) := true if _is_only_by(deployment, event)

_only_by(deployment, event) := false if not _is_only_by(deployment, event)

_is_only_by(deployment, event) if {
	before_deployment.started_elsewhere(deployment)
	some case in deployment.cases
	case.event == event
}

_awaited(deployment) := before_deployment.awaited if _is_only_by(deployment, "workflow_run")

_awaited(deployment) := [] if not _is_only_by(deployment, "workflow_run")

_before_merge := {"pull_request", "merge_group", "push"}

_early := [test |
	some test in _tests
	guarding := gates.conditions_of_step(input.resources[test.job], test.step)
	conditions := array.concat(deploy_reach.conditions_of(input.resources[test.job]), guarding)
	some case in deploy_reach.cases
	_before_merge[case.event]
	deploy_reach.reached(conditions, case)
]

_workflows := [row |
	candidates := [_place(kind) | some kind in _done; kind.opaque; _may_hold(kind)]
	count(_tests) + count(candidates) > 0
	some workflow in graph.of_types(["workflow"])
	row := {
		"type": "workflow",
		"name": before_deployment.called(workflow),
		"tests": array.slice([_place(test) | some test in array.concat(_early, _tests)], 0, 1),
		"candidates": array.slice(candidates, 0, 1),
		"early": count(_early) > 0,
	}
]

_may_hold(kind) if _names_test(kind)

_may_hold(kind) if before_deployment.may_do_more(kind)
