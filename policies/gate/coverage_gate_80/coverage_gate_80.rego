# METADATA
# scope: package
# title: Fail the build below 80 % test coverage
# description: |
#   Tests that reach little of the code say little, and coverage falls unseen where nothing fails the build for it.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
# custom:
#   id: GATE-010
#   slug: coverage-gate-80
#   family: GATE
#   severity: low
#   score: 3.2
#   formats: [github-workflow]
#   scope: unit
#   resources:
#     - workflow
#     - job
#   params:
#     - name: threshold
#       type: integer
#       description: The least coverage of lines, in percent, below which a build must fail.
#       default: 80
#       stricter: higher
#   packs: [reference-architecture]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3(2)"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.29"]
#   cwe: [693]
#   remediation:
#     github-workflow: >-
#       Let the tests fail below 80 %: `pytest --cov --cov-fail-under=80`, or for Jest
#       `npx jest --coverage --coverageThreshold='{"global": {"lines": 80}}'`.
package policies.gate.coverage_gate_80

import data.policies.lib.before_deployment
import data.policies.lib.coverage_gates
import data.policies.lib.deploy_reach
import data.policies.lib.gates
import data.policies.lib.graph
import data.policies.lib.kinds_of_steps

_params := data.params["GATE-010"]

# The jobs that stand before a deployment to staging or production, and those of pull requests.
_addresses := {address |
	some deployment in before_deployment.all
	count({"staging", "production"} & deployment.classes) > 0
	some address in gates.closure(deployment.job) | {deployment.job.address}
} | {job.address |
	some job in graph.of_types(["job"])
	some case in deploy_reach.cases
	case.event == "pull_request"
	deploy_reach.reached(deploy_reach.conditions_of(job), case)
}

_jobs := [job |
	some job in graph.of_types(["job"])
	_addresses[job.address]
]

_tests := [kind |
	some job in _jobs
	some kind in kinds_of_steps.of_job(job)
	kind.state == "tool"
	"unit" in kind.kinds
]

_rows := [row |
	count(_tests) > 0
	some job in _jobs
	some row in coverage_gates.of_job(job)
]

_limited := [row | some row in _rows; row.state == "limit"]

_enough := [row | some row in _limited; row.limit >= _params.threshold]

_open := [row | some row in _rows; row.state == "open"]

# Steps that nothing is known of may check the coverage too.
_opaque := [{"job": kind.job, "path": kind.path, "what": kind.what} |
	some job in _jobs
	some kind in kinds_of_steps.of_job(job)
	kind.opaque
	before_deployment.may_do_more(kind)
]

# The step that decides for the workflow.
_deciding := found[0] if {
	found := array.concat(
		array.concat(_enough, [row | some row in _limited; row.limit < _params.threshold]),
		array.concat(_open, _rows),
	)
	count(found) > 0
}

subjects contains _deciding.job

examined contains {"resource": row.job, "path": row.path, "state": "known", "value": row.what} if {
	row := _deciding
}

deny contains violation if {
	row := _deciding
	row.state == "limit"
	row.limit < _params.threshold
	violation := {
		"resource": row.job,
		"path": row.path,
		"message": sprintf("This build fails only below %v %% coverage; it should below %v %%.", [
			row.limit,
			_params.threshold,
		]),
	}
}

deny contains violation if {
	row := _deciding
	row.state == "none"
	count(_opaque) == 0
	violation := {
		"resource": row.job,
		"path": row.path,
		"message": sprintf("Nothing fails when '%s' covers little of the code: no step asks for %v %% coverage.", [
			row.what,
			_params.threshold,
		]),
	}
}

undecided contains found if {
	row := _deciding
	row.state == "open"
	found := {
		"resource": row.job,
		"path": row.path,
		"message": sprintf("Whether '%s' fails below %v %% coverage is not known: %s.", [
			row.what,
			_params.threshold,
			"no limit stands on its command line, and the files that it reads are not looked at",
		]),
	}
}

undecided contains found if {
	row := _deciding
	row.state == "none"
	some opaque in array.slice(_opaque, 0, 1)
	found := {
		"resource": row.job,
		"path": row.path,
		"message": sprintf("Whether a build below %v %% coverage fails is not known: '%s' may check it.", [
			_params.threshold,
			opaque.what,
		]),
		"related": [{"address": opaque.job, "path": opaque.path, "message": "this may check the coverage"}],
	}
}
