package policies.views.tested_deployments_test

import data.policies.lib.workflow_units_test as units
import data.policies.views.tested_deployments

_trigger(event) := {"event": event, "filters": {}, "path": ["on", event]}

_rows(jobs, event) := rows if {
	rows := tested_deployments.rows with input as units.unit(jobs, [_trigger(event)])
}

_row(jobs) := [row | some row in _rows(jobs, "push"); row.type == "deployment"][0]

_workflow(jobs, event) := [row | some row in _rows(jobs, event); row.type == "workflow"]

_deploy(lines, given) := units.job("deploy", [units.run(0, lines)], given)

_test := units.job("test", [units.run(0, ["pytest"])], {})

_after(ids) := {"needs": ids, "needs_closure": ids}

_tests(jobs) := [test.what | some test in _row(jobs).tests]

test_a_test_in_a_needed_job_stands_before if {
	_tests([_test, _deploy(["sam deploy"], _after(["test"]))]) == ["pytest"]
	_tests([_test, _deploy(["sam deploy"], {})]) == []
}

test_a_test_before_in_the_same_script_counts_and_one_after_does_not if {
	_tests([_deploy(["npm test", "sam deploy"], {})]) == ["npm test"]
	_tests([_deploy(["sam deploy", "npm test"], {})]) == []
}

test_linters_are_no_tests_and_end_to_end_tests_are if {
	_tests([_deploy(["eslint .", "sam deploy"], {})]) == []
	_tests([_deploy(["playwright test", "sam deploy"], {})]) == ["playwright test"]
}

_candidates(jobs) := [candidate.what | some candidate in _row(jobs).candidates]

test_an_opaque_script_before_may_test_and_a_build_script_does_not if {
	_candidates([_deploy(["./verify.sh", "sam deploy"], {})]) == ["./verify.sh"]
	_candidates([_deploy(["npm run build", "./build.sh", "sam deploy"], {})]) == []
}

_call(id, kind, raw) := units.job(id, [], {"call": {"kind": kind, "raw": raw}})

test_a_needed_call_may_test_where_it_says_so_or_is_not_in_the_scan if {
	local := _call("quality", "local", "./.github/workflows/q.yml")
	_candidates([local, _deploy(["sam deploy"], _after(["quality"]))]) == [local.call.raw]
	tests := _call("tests", "remote", "o/r/.github/workflows/q.yml@v1")
	_candidates([tests, _deploy(["sam deploy"], _after(["tests"]))]) == [tests.call.raw]
	image := _call("image", "remote", "o/r/.github/workflows/q.yml@v1")
	_candidates([image, _deploy(["sam deploy"], _after(["image"]))]) == []
}

_only(event) := {"condition": {
	"value": null,
	"status": [],
	"text": "x",
	"ast": {"op": "==", "args": [{"context": "github.event_name"}, {"literal": event}]},
}}

_guarded(event) := [object.union(units.run(0, ["pytest"]), _only(event)), units.run(1, ["sam deploy"])]

test_a_test_that_the_deploying_event_never_runs_does_not_count if {
	_tests([units.job("deploy", _guarded("pull_request"), {})]) == []
	_tests([units.job("deploy", _guarded("push"), {})]) == ["pytest"]
}

test_tests_of_the_workflow_that_nothing_waits_for_stand_beside if {
	own := [units.run(0, ["sam deploy"]), units.run(1, ["npm test"])]
	[test.job | some test in _row([_test, units.job("deploy", own, {})]).beside] == ["jobs.deploy"]
	[test.job | some test in _row([_test, _deploy(["sam deploy"], {})]).beside] == ["jobs.test"]
}

test_rollbacks_and_teardowns_are_no_deployments if {
	[row | some row in _rows([_deploy(["helm rollback web"], {})], "push"); row.type == "deployment"] == []
	[row | some row in _rows([_deploy(["terraform destroy"], {})], "push"); row.type == "deployment"] == []
}

test_a_workflow_that_tests_changes_does_so_early if {
	[row.early | some row in _workflow([_test], "pull_request")] == [true]
	[row.early | some row in _workflow([_test], "schedule")] == [false]
	_workflow([units.job("lint", [units.run(0, ["eslint ."])], {})], "push") == []
}

_started(event, given) := [row |
	trigger := {"event": event, "filters": {"workflows": ["Checks"]}, "path": ["on", event]}
	rows := tested_deployments.rows with input as units.unit([_deploy(["sam deploy"], given)], [trigger])
	some row in rows
	row.type == "deployment"
][0]

_success := {"condition": {
	"value": null,
	"status": [],
	"text": "x",
	"ast": {"op": "==", "args": [
		{"context": "github.event.workflow_run.conclusion"},
		{"literal": "success"},
	]},
}}

test_callers_and_workflows_before_are_told_apart if {
	_started("workflow_call", {}).called
	not _started("workflow_dispatch", {}).called
	_started("workflow_run", {}).awaited == ["Checks"]
	_started("workflow_run", {}).upstreams == []
	_started("workflow_run", _success).upstreams == ["Checks"]
}
