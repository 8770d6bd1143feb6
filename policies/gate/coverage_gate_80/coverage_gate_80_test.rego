package policies.gate.coverage_gate_80_test

import data.policies.gate.coverage_gate_80 as policy
import data.policies.lib.workflow_units_test as units

_params := {"threshold": 80}

_on(jobs, event, params) := {
	"fail": {found.resource | some found in denied},
	"unknown": {found.resource | some found in undecided},
	"subjects": subjects,
} if {
	unit := units.unit(jobs, [{"event": event, "filters": {}, "path": ["on", event]}])
	denied := policy.deny with input as unit with data.params as {"GATE-010": params}
	undecided := policy.undecided with input as unit with data.params as {"GATE-010": params}
	subjects := policy.subjects with input as unit with data.params as {"GATE-010": params}
}

_outcome(lines) := _outcome_of(lines, _params)

_outcome_of(lines, params) := outcome if {
	judged := _on([units.job("test", [units.run(0, lines)], {})], "pull_request", params)
	outcome := [name | some name, found in judged; count(found) > 0; name != "subjects"]
	judged.subjects == {"jobs.test"}
}

test_a_limit_of_enough_passes_and_a_lower_one_fails if {
	_outcome(["pytest --cov-fail-under=80"]) == []
	_outcome(["pytest --cov-fail-under=79"]) == ["fail"]
	_outcome_of(["pytest --cov-fail-under=80"], {"threshold": 90}) == ["fail"]
}

test_one_limit_of_enough_is_enough if {
	_outcome(["pytest", "pytest --cov-fail-under=60", "jest --coverageThreshold='{\"global\":{\"lines\":80}}'"]) == []
}

test_tools_without_files_fail_and_others_are_unknown if {
	_outcome(["go test ./..."]) == ["fail"]
	_outcome(["pytest"]) == ["unknown"]
	_outcome(["go test ./...", "pytest"]) == ["unknown"]
}

test_a_script_that_may_check_makes_it_unknown if {
	_outcome(["go test ./...", "./check.sh"]) == ["unknown"]
	_outcome(["go test ./...", "./build.sh"]) == ["fail"]
}

test_a_workflow_without_unit_tests_is_not_judged if {
	_on([units.job("test", [units.run(0, ["eslint ."])], {})], "pull_request", _params).subjects == set()
}

_test := units.job("test", [units.run(0, ["go test ./..."])], {})

_deploy(environment, needs) := units.job(
	"deploy", [units.run(0, ["sam deploy"])],
	{"environment": units.environment(environment), "needs": needs, "needs_closure": needs},
)

test_tests_before_a_deployment_are_judged if {
	_on([_test, _deploy("production", ["test"])], "push", _params).fail == {"jobs.test"}
	_on([_test, _deploy("staging", ["test"])], "push", _params).fail == {"jobs.test"}
	_on([_test, _deploy("dev", ["test"])], "push", _params).subjects == set()
	_on([_test, _deploy("production", [])], "push", _params).subjects == set()
}
