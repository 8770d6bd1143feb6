package policies.lib.kinds_of_steps_test

import data.policies.lib.kinds_of_steps
import data.policies.lib.workflow_units_test as units

_rows(id, steps) := kinds_of_steps.of_job(units.job(id, steps, {}))

# The kinds by tool of each of some commands.
_kinds(lines) := [row.kinds | some row in _rows("a", [units.run(0, lines)]); row.state == "tool"]

_opaque(lines) := [row.target | some row in _rows("a", [units.run(0, lines)]); row.opaque]

test_tools_of_unit_tests if {
	lines := ["pytest -q", "go test ./...", "cargo test", "npm test", "yarn test:unit", "npm run test", "make check"]
	every kinds in _kinds(lines) { kinds == ["unit"] }
	count(_kinds(lines)) == 7
}

test_modules_and_carried_programs_are_read if {
	_kinds(["python -m pytest", "bundle exec rspec", "yarn jest", "python3 manage.py test"]) == [
		["unit"],
		["unit"],
		["unit"],
		["unit"],
	]
}

test_left_out_tests_are_none if {
	_kinds(["mvn -B package -DskipTests"]) == []
	_kinds(["./gradlew build -x test"]) == []
	_kinds(["./mvnw verify", "./gradlew clean build"]) == [["unit"], ["unit"]]
}

test_a_script_that_may_be_missing_is_opaque if {
	_kinds(["npm test --if-present"]) == []
}

test_names_tell_what_tests_they_are if {
	_kinds(["npm run test:e2e", "pytest tests/integration"]) == [["e2e"], ["integration"]]
	rows := _rows("acceptance", [units.run(0, ["pytest"])])
	rows[0].kinds == ["integration"]
}

test_other_tools_have_their_kinds if {
	_kinds(["terraform validate", "trivy image web", "npm audit", "docker build .", "checkov -d ."]) == [
		["lint"],
		["image-scan"],
		["sca"],
		["build"],
		["iac-scan"],
	]
}

test_plumbing_is_neither_of_a_kind_nor_opaque if {
	_rows("test", [units.run(0, ["echo test", "cd test", "npm ci", "terraform init", "git push"])]) == []
	_rows("test", [units.run(0, ["python -m venv venv", "source venv/bin/activate", "./configure"])]) == []
}

test_scripts_and_targets_are_opaque if {
	_opaque(["./deploy.sh", "make deploy", "npm run deploy", "bash scripts/x.sh", "ssh host deploy"]) == [
		"deploy.sh",
		"make deploy",
		"deploy",
		"scripts/x.sh",
		"ssh host deploy",
	]
}

test_an_opaque_step_in_a_job_called_test_is_a_test_by_name if {
	rows := _rows("test", [units.run(0, ["./run.sh"])])
	rows[0].kinds == ["unit"]
	rows[0].state == "name"
}

test_actions_have_kinds_or_are_plain_or_opaque if {
	rows := _rows("a", [
		units.use(0, "actions/checkout", {}),
		units.use(1, "cypress-io/github-action", {}),
		units.use(2, "aquasecurity/trivy-action", {"scan-type": "fs"}),
		units.use(3, "example/unknown", {}),
		units.use(4, "example/setup-tool", {}),
	])
	[[row.step, row.kinds, row.opaque] | some row in rows] == [[1, ["e2e"], false], [2, ["sca"], false], [3, [], true]]
}

test_checks_of_health_and_smoke_tests if {
	_kinds(["curl -f https://shop.example/health", "kubectl rollout status deployment/web"]) == [
		["health-check"],
		["health-check"],
	]
	_kinds(["aws ecs wait services-stable --services web", "kubectl get pods"]) == [["health-check"]]
	_kinds(["pytest tests/smoke"]) == [["unit", "smoke"]]
	rows := _rows("smoke-test", [units.run(0, ["curl -f https://shop.example"])])
	[row.kinds | some row in rows] == [["health-check", "smoke"]]
}

test_what_buildx_tells_of_images_builds_none if {
	_kinds(["docker buildx imagetools inspect web", "docker buildx ls", "docker buildx create --use"]) == []
	_kinds(["docker buildx build .", "docker buildx bake"]) == [["build"], ["build"]]
}

test_options_of_nyc_with_values_hide_no_test if _kinds(["nyc --reporter lcov mocha", "c8 -r text vitest run"]) == [
	["unit"],
	["unit"],
]

test_composer_installs_and_runs_scripts if {
	_opaque(["composer config cache-files-dir", "composer install", "composer deploy"]) == ["composer deploy"]
}
