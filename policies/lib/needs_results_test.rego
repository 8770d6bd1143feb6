package policies.lib.needs_results_test

import data.policies.lib.needs_results
import data.policies.lib.workflow_units_test as units

_always := {"call": "always", "args": []}

_not(tree) := {"op": "!", "args": [tree]}

_and(trees) := {"op": "&&", "args": trees}

_failure := {"call": "failure", "args": []}

_cancelled := {"call": "cancelled", "args": []}

_result(id, operator, result) := {
	"op": operator,
	"args": [{"context": sprintf("needs.%s.result", [id])}, {"literal": result}],
}

_none(result) := _not({"call": "contains", "args": [{"context": "needs.*.result"}, {"literal": result}]})

_when(ast, status) := {"condition": units.condition(["if"], "x", ast, status)}

_own_if := _when({"op": "!=", "args": [{"context": "github.event_name"}, {"literal": "pull_request"}]}, [])

_test := units.job("test", [], {})

_skippable := units.job("test", [], _own_if)

_build := units.job("build", [], {"needs": ["test"], "needs_closure": ["test"]})

_deploy(needs, given) := units.job("deploy", [], object.union(
	{"needs": needs, "needs_closure": ["test", "build"]},
	given,
))

_escapes(gate, between, job) := results if {
	results := needs_results.escapes(job, gate) with input as units.unit([gate, between, job], [])
}

test_without_a_status_function_nothing_escapes if {
	_escapes(_test, _build, _deploy(["test"], {})) == []
	_escapes(_skippable, _build, _deploy(["build"], _own_if)) == []
}

test_always_escapes_and_asking_for_the_result_does_not if {
	_escapes(_test, _build, _deploy(["test"], _when(_always, ["always"]))) == ["failure"]
	asked := _and([_always, _result("test", "==", "success")])
	_escapes(_skippable, _build, _deploy(["test"], _when(asked, ["always"]))) == []
}

test_not_failed_lets_skipped_gates_through if {
	asked := _when(_and([_always, _result("test", "!=", "failure")]), ["always"])
	_escapes(_test, _build, _deploy(["test"], asked)) == []
	_escapes(_skippable, _build, _deploy(["test"], asked)) == ["skipped"]
}

test_a_job_between_that_waits_for_the_gate_stands_for_it if {
	asked := _when(_and([_always, _result("build", "==", "success")]), ["always"])
	_escapes(_skippable, _build, _deploy(["build"], asked)) == []
	careless := object.union(_build, _when(_always, ["always"]))
	_escapes(_test, careless, _deploy(["build"], asked)) == ["failure"]
	lax := _when(_and([_always, _result("build", "!=", "failure")]), ["always"])
	_escapes(_test, _build, _deploy(["build"], lax)) == ["failure"]
}

test_no_failure_among_the_needs_is_enough_for_direct_gates_without_a_condition if {
	asked := _when(_and([_always, _none("failure")]), ["always"])
	_escapes(_test, _build, _deploy(["test"], asked)) == []
	_escapes(_test, _build, _deploy(["build"], asked)) == ["failure"]
	_escapes(_skippable, _build, _deploy(["test"], asked)) == ["skipped"]
}

test_not_failure_is_enough_unless_the_gate_has_a_condition if {
	asked := _when(_and([_not(_failure), _not(_cancelled)]), ["failure", "cancelled"])
	_escapes(_test, _build, _deploy(["build"], asked)) == []
	_escapes(_skippable, _build, _deploy(["build"], asked)) == ["skipped"]
	_escapes(_test, _build, _deploy(["test"], _when(_not(_cancelled), ["cancelled"]))) == ["failure"]
	_escapes(_test, _build, _deploy(["test"], _when(_failure, ["failure"]))) == ["failure"]
}

test_a_called_job_is_asked_for_by_the_name_of_its_call if {
	called := object.union(_test, {"address": "jobs.ci/test", "id": "ci/test", "called_by": ["ci"]})
	caller := units.job("ci", [], {})
	asked := _when(_and([_always, _result("ci", "==", "success")]), ["always"])
	job := units.job("deploy", [], object.union({"needs": ["ci"], "needs_closure": ["ci/test", "ci"]}, asked))
	_escapes(called, caller, job) == []
}

test_an_output_of_a_job_that_always_runs_is_open if {
	output := {"op": "==", "args": [{"context": "needs.build.outputs.good"}, {"literal": "yes"}]}
	condition := object.union(
		units.condition(["if"], "x", _and([_always, output]), ["always"]),
		{"contexts": ["needs.build.outputs.good"]},
	)
	job := _deploy(["build"], {"condition": condition})
	careless := object.union(_build, _when(_always, ["always"]))
	_escapes(_test, careless, job) == ["failure"]
	unit := units.unit([_test, careless, job], [])
	needs_results.depends_on_output(job, _test) with input as unit
	_escapes(_test, _build, job) == []
}
