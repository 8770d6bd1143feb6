package policies.gate.tests_gate_deployment_test

import data.policies.gate.tests_gate_deployment as policy

_baseline := {"judged_classes": ["production", "staging", "unclassified"]}

_strict := {"judged_classes": ["production", "staging", "unclassified", "dev"]}

_test := {"job": "jobs.test", "path": ["steps", 0, "run"], "what": "pytest"}

_script := {"job": "jobs.test", "path": ["steps", 0, "run"], "what": "./verify.sh"}

_deployment(given) := object.union(
	{
		"type": "deployment", "job": "jobs.deploy", "id": "deploy", "what": "runs 'sam deploy'", "related": [],
		"certainty": "definite", "classes": {"production"}, "tests": [], "candidates": [], "beside": [],
		"called": false, "awaited": [], "upstreams": [],
	},
	given,
)

_workflow(tests, candidates, early) := {
	"type": "workflow", "name": "Checks", "tests": tests, "candidates": candidates, "early": early,
}

_unit(name, rows) := {
	"unit": name,
	"uri": sprintf("%s/.github/workflows/%s.yml", [split(name, ":")[0], split(name, ":")[1]]),
	"by_type": {"workflow": [{"name": "Checks"}]},
	"views": {"tested_deployments": rows},
}

_outcome(units, params) := [outcome |
	scan := {"format": "scan", "units": units}
	denied := policy.deny with input as scan with data.params as {"GATE-004": params}
	undecided := policy.undecided with input as scan with data.params as {"GATE-004": params}
	subjects := policy.subjects with input as scan with data.params as {"GATE-004": params}
	failing := {found.resource | some found in denied}
	open := {found.resource | some found in undecided}
	some outcome, resources in {
		"fail": failing,
		"unknown": open,
		"pass": ({found.resource | some found in subjects} - failing) - open,
	}
	resources["jobs.deploy"]
]

_alone(given, params) := _outcome([_unit("a:deploy", [_deployment(given)])], params)

_beside(given, workflow) := _outcome(
	[_unit("a:deploy", [_deployment(given)]), _unit("a:checks", [workflow])],
	_baseline,
)

test_a_test_before_the_deployment_passes if _alone({"tests": [_test]}, _baseline) == ["pass"]

test_without_any_test_in_the_scan_it_fails if {
	_alone({}, _baseline) == ["fail"]
	_alone({"beside": [_test]}, _baseline) == ["fail"]
	_beside({}, _workflow([], [_script], false)) == ["fail"]
}

test_what_may_test_before_is_unknown if _alone({"candidates": [_script]}, _baseline) == ["unknown"]

test_a_caller_or_workflow_outside_the_scan_may_test if {
	_alone({"called": true}, _baseline) == ["unknown"]
	_alone({"awaited": ["Elsewhere"]}, _baseline) == ["unknown"]
	_alone({"awaited": ["Checks"]}, _baseline) == ["fail"]
}

test_tests_for_changes_in_another_workflow_are_unknown if {
	_beside({}, _workflow([_test], [], true)) == ["unknown"]
	_beside({}, _workflow([_test], [], false)) == ["fail"]
}

test_a_workflow_of_another_repository_decides_nothing if {
	other := _unit("b:checks", [_workflow([_test], [], true)])
	_outcome([_unit("a:deploy", [_deployment({})]), other], _baseline) == ["fail"]
}

_waits := {"awaited": ["Checks"], "upstreams": ["Checks"]}

test_the_workflow_whose_success_it_waits_for_tests if {
	_beside(_waits, _workflow([_test], [], false)) == ["pass"]
	_beside(_waits, _workflow([], [_script], false)) == ["unknown"]
	_beside(_waits, _workflow([], [], false)) == ["fail"]
	_beside({"awaited": ["Checks"]}, _workflow([_test], [], false)) == ["fail"]
}

test_each_workflow_that_may_start_it_must_test if {
	both := {"awaited": ["Checks", "Elsewhere"], "upstreams": ["Checks", "Elsewhere"]}
	_beside(both, _workflow([_test], [], false)) == ["unknown"]
}

test_development_is_judged_in_strict_only if {
	_alone({"classes": {"dev"}}, _baseline) == []
	_alone({"classes": {"dev"}}, _strict) == ["fail"]
}

test_an_open_environment_may_be_development if {
	_alone({"classes": {"unknown"}}, _baseline) == ["unknown"]
	_alone({"classes": {"unknown"}}, _strict) == ["fail"]
}

test_a_probable_deployment_is_unknown_at_worst if {
	_alone({"certainty": "probable"}, _baseline) == ["unknown"]
	_alone({"certainty": "probable", "tests": [_test]}, _baseline) == ["pass"]
}
