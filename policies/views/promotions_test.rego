package policies.views.promotions_test

import data.policies.lib.workflow_units_test as units
import data.policies.views.promotions

_job(id, place, lines, needs) := units.job(id, [units.run(0, lines)], {
	"needs": needs, "needs_closure": needs,
	"environment": units.environment(place),
})

_test(lines, needs) := units.job("test", [units.run(0, lines)], {"needs": needs, "needs_closure": needs})

_trigger(event) := {"event": event, "filters": {}, "path": ["on", event]}

_production(jobs) := [row | some row in rows; row.kind == "production"; row.job == "jobs.deploy"] if {
	unit := units.unit(jobs, [_trigger("push")])
	rows := promotions.rows with input as unit
}

_staged(jobs) := _production(jobs)[0].staged

_staging := _job("staging", "staging", ["sam deploy"], [])

_deploy(needs) := _job("deploy", "production", ["sam deploy"], needs)

test_a_test_behind_staging_comes_first if {
	_staged([_staging, _test(["playwright test"], ["staging"]), _deploy(["test", "staging"])]) == "yes"
}

test_a_test_in_the_job_of_staging_must_follow_its_deployment if {
	behind := _job("staging", "staging", ["sam deploy", "playwright test"], [])
	_staged([behind, _deploy(["staging"])]) == "yes"
	before := _job("staging", "staging", ["playwright test", "sam deploy"], [])
	_staged([before, _deploy(["staging"])]) == "no"
}

test_without_needs_nothing_comes_first if {
	_staged([_staging, _test(["playwright test"], ["staging"]), _deploy([])]) == "no"
	row := _production([_staging, _deploy([])])[0]
	[found.address | some found in row.beside] == ["jobs.staging"]
}

test_a_test_that_does_not_wait_for_staging_is_none_of_it if {
	_staged([_staging, _test(["playwright test"], []), _deploy(["test", "staging"])]) == "no"
}

test_unit_tests_are_no_trial if {
	_staged([_staging, _test(["npm test"], ["staging"]), _deploy(["test", "staging"])]) == "no"
}

test_a_script_or_a_name_leaves_it_open if {
	_staged([_staging, _test(["./verify.sh"], ["staging"]), _deploy(["test", "staging"])]) == "open"
}

test_development_is_no_staging_and_an_unnamed_place_may_be if {
	dev := _job("staging", "dev", ["sam deploy", "playwright test"], [])
	unnamed := _job("first", "aws", ["sam deploy", "playwright test"], [])
	_staged([object.union(dev, {"id": "first", "address": "jobs.first"}), _deploy(["first"])]) == "no"
	_staged([unnamed, _deploy(["first"])]) == "open"
}

test_a_call_outside_the_scan_leaves_it_open if {
	call := units.job("stage", [], {"call": {"kind": "remote", "raw": "o/r/.github/workflows/s.yml@v1"}})
	_staged([call, _deploy(["stage"])]) == "open"
}

test_the_workflow_tells_what_others_wait_for if {
	unit := units.unit([_job("staging", "staging", ["sam deploy", "playwright test"], [])], [_trigger("push")])
	rows := promotions.rows with input as unit
	[row.staged | some row in rows; row.kind == "workflow"] == ["yes"]
}
