package policies.views.pull_request_checks_test

import data.policies.lib.workflow_units_test as units
import data.policies.views.pull_request_checks

_trigger(event, filters) := {"event": event, "filters": filters, "path": ["on", event]}

_rows(jobs, triggers) := rows if {
	rows := pull_request_checks.rows with input as units.unit(jobs, triggers)
}

_job(lines) := units.job("test", [units.run(0, lines)], {})

_triggers(event, filters) := _rows([_job(["pytest"])], [_trigger(event, filters)])[0].triggers

test_a_trigger_covers_every_pull_request_to_production if {
	_triggers("pull_request", {}) == {"pull_request"}
	_triggers("pull_request", {"branches": ["main", "spike"]}) == {"pull_request"}
	_triggers("pull_request", {"branches": ["release/**"]}) == {"pull_request"}
	_triggers("pull_request", {"types": ["opened", "labeled"]}) == {"pull_request"}
	_triggers("merge_group", {}) == {"merge_group"}
	_triggers("push", {}) == {"push"}
	_triggers("push", {"branches": ["**"]}) == {"push"}
}

test_a_trigger_for_some_of_them_does_not if {
	_rows([_job(["pytest"])], [_trigger("pull_request", {"branches": ["spike"]})]) == []
	_rows([_job(["pytest"])], [_trigger("pull_request", {"types": ["labeled"]})]) == []
	_rows([_job(["pytest"])], [_trigger("pull_request", {"branches-ignore": ["main"]})]) == []
	_triggers("push", {"branches": ["main"]}) == set()
	_triggers("push", {"tags": ["v*"]}) == set()
}

_filters(filters) := _rows([_job(["pytest"])], [_trigger("pull_request", filters)])[0].filters

test_filters_that_leave_code_out_are_named if {
	_filters({"paths-ignore": ["docs/**", "src/**"]}) == ["paths-ignore: src/**"]
	_filters({"paths-ignore": ["**/*.py"]}) == ["paths-ignore: **/*.py"]
	_filters({"paths-ignore": ["docs/**", "**.md"]}) == []
	_filters({"paths": ["docs/**", ".github/**"]}) == ["paths: docs/**, .github/**"]
	_filters({"paths": ["src/**", "package.json"]}) == []
}

_only(event) := {"condition": {
	"value": null, "status": [], "text": "x",
	"ast": {"op": "==", "args": [{"context": "github.event_name"}, {"literal": event}]},
}}

_checked(jobs) := [check.what |
	some check in _rows(jobs, [_trigger("pull_request", {}), _trigger("push", {})])[0].checks
]

test_a_step_for_another_event_checks_no_pull_request if {
	pushed := units.job("test", [object.union(units.run(0, ["pytest"]), _only("push"))], {})
	[check.events | some check in _rows([pushed], [_trigger("pull_request", {})])[0].checks] == []
	_checked([_job(["pytest", "eslint .", "npm audit", "npm run build"])]) == ["pytest", "eslint .", "npm audit"]
}

_tolerated(step, given) := row.checks[0].tolerated if {
	row := _rows([units.job("test", [step], given)], [_trigger("pull_request", {})])[0]
}

test_what_cannot_fail_is_tolerated if {
	_tolerated(units.run(0, ["pytest"]), {}) == ""
	_tolerated(units.run(0, ["pytest"]), {"continue_on_error": true}) != ""
	_tolerated(object.union(units.run(0, ["pytest"]), {"continue_on_error": true}), {}) != ""
	open := {"$unknown": {"kind": "expression", "name": "matrix.x", "why": "only a run knows it"}}
	_tolerated(units.run(0, ["pytest"]), {"continue_on_error": open}) == null
}

test_names_calls_and_opaque_steps_may_check if {
	call := units.job("security", [], {"call": {"kind": "remote", "raw": "o/r/.github/workflows/x.yml@v1"}})
	job := _job(["npm run lint", "./verify.sh", "./build.sh"])
	candidates := _rows([job, call], [_trigger("pull_request", {})])[0].candidates
	[[one.what, one.kinds] | some one in candidates] == [
		["npm run lint", ["lint", "unit"]], ["./verify.sh", ["unit"]], ["./build.sh", ["unit"]],
		["o/r/.github/workflows/x.yml@v1", []],
	]
}

test_a_workflow_tells_what_it_deploys_and_tests if {
	deploy := units.job("deploy", [units.run(0, ["sam deploy"])], {"environment": units.environment("staging")})
	row := _rows([_job(["pytest"]), deploy], [_trigger("push", {"branches": ["main"]})])[0]
	row.tests
	row.deploys == [{"job": "jobs.deploy", "certainty": "definite", "production": false}]
	_rows([_job(["pytest"])], [_trigger("schedule", {})]) == []
}
