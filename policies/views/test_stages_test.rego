package policies.views.test_stages_test

import data.policies.lib.workflow_units_test as units
import data.policies.views.test_stages

_trigger(event) := {"event": event, "filters": {}, "path": ["on", event]}

_rows(jobs, event) := rows if {
	rows := test_stages.rows with input as units.unit(jobs, [_trigger(event)])
}

_production := {"environment": units.environment("production")}

_deploy(needs) := units.job(
	"deploy", [units.run(0, ["sam deploy"])],
	object.union(_production, {"needs": needs, "needs_closure": needs}),
)

_job(lines, node) := units.job("test", [units.run(0, lines)], {"node": node})

_row(jobs) := [row | some row in _rows(jobs, "push"); row.type == "deployment"][0]

_kinds(lines) := [test.kinds | some test in _row([_job(lines, {}), _deploy(["test"])]).tests]

test_tests_before_a_deployment_have_their_kinds if {
	_kinds(["pytest", "playwright test", "k6 run load.js", "npm audit", "eslint ."]) == [
		["unit"], ["e2e"], ["performance"], ["sca"],
	]
	[test | some test in _row([_job(["pytest"], {}), _deploy([])]).tests] == []
}

test_pull_requests_have_a_row_of_their_own if {
	rows := _rows([_job(["pytest"], {})], "pull_request")
	[[row.type, count(row.tests)] | some row in rows] == [["pull_request", 1]]
	_rows([_job(["pytest"], {})], "push") == []
}

_minutes(node) := [test.minutes | some test in _row([_job(["pytest"], node), _deploy(["test"])]).tests][0]

test_the_lesser_limit_of_job_and_step_counts if {
	_minutes({}).state == "absent"
	_minutes({"timeout-minutes": 10}) == {"path": ["timeout-minutes"], "state": "known", "value": 10}
	both := _minutes({"timeout-minutes": 10, "steps": [{"timeout-minutes": 5}]})
	both == {"path": ["steps", 0, "timeout-minutes"], "state": "known", "value": 5}
	_minutes({"timeout-minutes": "${{ vars.MINUTES }}"}).state == "unknown"
}

_load(given) := [test.load | some test in _row([units.job("test", [given], {}), _deploy(["test"])]).tests][0]

test_a_limit_of_a_load_test_is_read_where_it_stands if {
	k6 := units.run(0, ["k6 run load.js"])
	_load(k6) == {"state": "open", "limit": null}
	_load(object.union(k6, {"run": "thresholds: { http_req_duration: ['p(95)<500'] }"})) == {
		"state": "limit", "limit": 500,
	}
	artillery := "artillery run --overrides '{\"ensure\":{\"p95\":900}}' load.yml"
	_load(object.union(units.run(0, [artillery]), {"run": artillery})).limit == 900
	_load(units.run(0, ["pytest"])).state == "none"
}

test_what_is_opaque_may_test if {
	row := _row([_job(["./verify.sh", "./build.sh"], {}), units.job("tests", [], {"call": {
		"kind": "remote", "raw": "o/r/.github/workflows/x.yml@v1",
	}}), _deploy(["test", "tests"])])
	{candidate.job | some candidate in row.candidates} == {"jobs.tests"}
	named := units.job("checks", [units.run(0, ["./verify.sh", "./build.sh"])], {})
	[one.what | some one in _row([named, _deploy(["checks"])]).candidates] == ["./verify.sh"]
}

test_only_what_may_be_production_has_a_row if {
	staging := units.job("deploy", [units.run(0, ["sam deploy"])], {"environment": units.environment("staging")})
	_rows([staging], "push") == []
}
