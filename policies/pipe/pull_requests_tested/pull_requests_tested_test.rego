package policies.pipe.pull_requests_tested_test

import data.policies.pipe.pull_requests_tested as policy

_loose := {"accept_push": true}

_strict := {"accept_push": false}

_unit(name, row) := {
	"unit": name,
	"uri": sprintf("%s/.github/workflows/x.yml", [split(name, ":")[0]]),
	"views": {"pull_request_checks": [object.union(
		{"triggers": set(), "filters": [], "checks": [], "candidates": [], "deploys": [], "tests": false},
		row,
	)]},
}

_check(kind, tolerated) := {
	"job": "jobs.test", "path": ["steps", 0, "run"], "what": kind, "kinds": [kind], "tolerated": tolerated,
	"events": {"pull_request"},
}

_all := [_check("unit", ""), _check("lint", ""), _check("sca", "")]

_covering(checks) := {"triggers": {"pull_request"}, "checks": checks, "tests": true}

_deploying := {"deploys": [{"job": "jobs.deploy", "certainty": "definite", "production": true}]}

# {"fail": {[unit, resource, defect]}, "unknown": …, "subjects": {[unit, resource]}}
_judged(units, params) := {
	"fail": {[found.unit, found.resource, found.defect] | some found in denied},
	"unknown": {[found.unit, found.resource, found.defect] | some found in undecided},
	"subjects": {[subject.unit, subject.resource] | some subject in subjects},
} if {
	scan := {"format": "scan", "units": units}
	denied := policy.deny with input as scan with data.params as {"PIPE-012": params}
	undecided := policy.undecided with input as scan with data.params as {"PIPE-012": params}
	subjects := policy.subjects with input as scan with data.params as {"PIPE-012": params}
}

_passes(judged) if {
	judged.fail == set()
	judged.unknown == set()
	count(judged.subjects) == 1
}

test_tests_lint_and_scan_together_pass if {
	_passes(_judged([_unit("a:1", _covering(_all))], _strict))
	apart := [_unit("a:1", _covering([_all[0], _all[1]])), _unit("a:2", _covering([_all[2]])), _unit("a:3", _deploying)]
	_passes(_judged(apart, _strict))
}

test_each_missing_kind_is_a_defect_of_its_own if {
	_judged([_unit("a:1", _covering([_all[1]]))], _loose).fail == {
		["a:1", "workflow", "test"], ["a:1", "workflow", "scan"],
	}
}

test_repositories_are_judged_apart if {
	judged := _judged([_unit("a:1", _covering(_all)), _unit("b:1", _deploying)], _loose)
	judged.fail == {["b:1", "jobs.deploy", "workflow"]}
	judged.subjects == {["a:1", "workflow"], ["b:1", "jobs.deploy"]}
}

test_without_a_workflow_for_pull_requests_the_production_deployment_is_named if {
	both := {"deploys": [
		{"job": "jobs.staging", "certainty": "definite", "production": false},
		{"job": "jobs.deploy", "certainty": "definite", "production": true},
	]}
	_judged([_unit("a:1", both)], _loose).fail == {["a:1", "jobs.deploy", "workflow"]}
	_judged([_unit("a:1", {"tests": true})], _loose).fail == {["a:1", "workflow", "workflow"]}
}

test_a_repository_that_neither_deploys_nor_tests_pushes_is_not_judged if {
	_judged([_unit("a:1", object.union(_covering([]), {"tests": false}))], _loose).subjects == set()
}

test_what_may_not_deploy_is_unknown_at_worst if {
	probable := {"deploys": [{"job": "jobs.deploy", "certainty": "probable", "production": true}]}
	_judged([_unit("a:1", probable)], _loose).unknown == {["a:1", "jobs.deploy", "workflow"]}
	covered := object.union(object.union(probable, _covering([_all[0], _all[1]])), {"tests": false})
	_judged([_unit("a:1", covered)], _loose).unknown == {["a:1", "workflow", "scan"]}
}

test_a_tolerated_check_counts_as_none if {
	tolerated := [_all[0], _check("lint", "the step has 'continue-on-error'"), _all[2]]
	_judged([_unit("a:1", _covering(tolerated))], _loose).fail == {["a:1", "workflow", "lint"]}
	open := [_all[0], _check("lint", null), _all[2]]
	_judged([_unit("a:1", _covering(open))], _loose).unknown == {["a:1", "workflow", "lint"]}
}

_candidate(kinds) := {"candidates": [{
	"job": "jobs.test", "path": ["steps", 1], "what": "npm run x", "kinds": kinds, "events": {"pull_request"},
}]}

test_candidates_make_their_kinds_unknown if {
	lacking := _covering([_all[0]])
	any := object.union(lacking, _candidate([]))
	_judged([_unit("a:1", any)], _loose).unknown == {["a:1", "workflow", "lint"], ["a:1", "workflow", "scan"]}
	judged := _judged([_unit("a:1", object.union(lacking, _candidate(["lint"])))], _loose)
	judged.unknown == {["a:1", "workflow", "lint"]}
	judged.fail == {["a:1", "workflow", "scan"]}
}

test_pushes_to_every_branch_count_outside_strict if {
	pushed := {
		"triggers": {"push"}, "tests": true,
		"checks": [object.union(check, {"events": {"push"}}) | some check in _all],
	}
	_passes(_judged([_unit("a:1", pushed)], _loose))
	_judged([_unit("a:1", pushed)], _strict).fail == {["a:1", "workflow", "workflow"]}
}

test_a_filter_counts_only_where_nothing_else_tests if {
	filtered := object.union(_covering(_all), {"filters": ["paths-ignore: src/**"]})
	_judged([_unit("a:1", filtered)], _loose).fail == {["a:1", "workflow", "filter paths-ignore: src/**"]}
	_passes(_judged([_unit("a:1", filtered), _unit("a:2", _covering(_all))], _loose))
}

test_the_workflow_that_checks_most_is_named if {
	judged := _judged([_unit("a:1", _covering([_all[0]])), _unit("a:2", _covering([_all[0], _all[1]]))], _loose)
	judged.subjects == {["a:2", "workflow"]}
}
