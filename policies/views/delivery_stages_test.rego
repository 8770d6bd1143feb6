package policies.views.delivery_stages_test

import data.policies.lib.workflow_units_test as units
import data.policies.views.delivery_stages

_rows(jobs) := rows if rows := delivery_stages.rows with input as units.unit(jobs, [])

_short(jobs) := [[row.built, row.tested, row.verified] | some row in _rows(jobs)]

_deploy := "aws ecs update-service --cluster main --service web --force-new-deployment"

test_stages_in_the_steps_of_one_job_are_linked_by_their_order if {
	_short([units.job("all", [units.run(0, [
		"docker build -t web .",
		"pytest",
		_deploy,
		"curl -f https://example.com/health",
	])], {})]) == [[true, true, true]]
	_short([units.job("all", [units.run(0, [_deploy, "docker build -t web .", "pytest"])], {})]) == [[false, false, false]]
}

test_stages_in_jobs_are_linked_by_needs if {
	build := units.job("build", [units.use(0, "docker/build-push-action", {})], {})
	test := units.job("test", [units.run(0, ["pytest"])], {})
	deploy := units.job("deploy", [units.run(0, [_deploy])], {"needs_closure": ["build", "test"]})
	verify := units.job("verify", [units.run(0, ["curl -f https://example.com/health"])], {"needs_closure": ["deploy"]})
	_short([build, test, deploy, verify]) == [[true, true, true]]
	_short([build, test, units.job("deploy", [units.run(0, [_deploy])], {})]) == [[false, false, false]]
}

test_what_builds_no_image_is_no_container_build if {
	_short([units.job("all", [units.run(0, ["npm run build", _deploy])], {})]) == [[false, false, false]]
}
