package policies.lib.coverage_gates_test

import data.policies.lib.coverage_gates
import data.policies.lib.workflow_units_test as units

_states(steps, given) := [[row.state, row.limit] |
	some row in coverage_gates.of_job(units.job("test", steps, given))
]

_of(line) := _states([object.union(units.run(0, [line]), {"run": line})], {})

_action(name, inputs) := _states([units.use(0, name, inputs)], {})

test_options_of_tests_limit_coverage if {
	_of("pytest --cov --cov-fail-under=80") == [["limit", 80]]
	_of("pytest --cov --cov-fail-under 75.5") == [["limit", 75.5]]
	_of("jest --coverageThreshold='{\"global\":{\"branches\":50,\"lines\":85}}'") == [["limit", 85]]
	_of("jest --coverageThreshold='{\"global\":{\"branches\":50,\"functions\":60}}'") == [["limit", 50]]
	_of("npm test -- --coverageThreshold='{\"global\":{\"lines\":90}}'") == [["limit", 90]]
	_of("vitest run --coverage.thresholds.lines=80") == [["limit", 80]]
	_of("nyc --check-coverage --lines 82 mocha") == [["limit", 82]]
	_of("nyc --check-coverage mocha") == [["limit", 90]]
	_of("c8 --100 mocha") == [["limit", 100]]
	_of("cargo llvm-cov --fail-under-lines 80") == [["limit", 80]]
	_of("dotnet test /p:CollectCoverage=true /p:Threshold=80") == [["limit", 80]]
}

test_a_limit_that_only_a_run_knows_is_open if {
	_of("pytest --cov-fail-under=${{ vars.LEAST }}") == [["open", null]]
}

test_without_a_limit_the_tool_decides if {
	every line in ["pytest", "jest", "vitest run", "nyc mocha", "mvn verify", "gradle test", "npm test"] {
		_of(line) == [["open", null]]
	}
	every line in ["go test ./...", "cargo test", "python -m unittest", "ctest"] {
		_of(line) == [["none", null]]
	}
}

test_reports_of_coverage_are_looked_at_too if {
	_of("coverage report --fail-under=80") == [["limit", 80]]
	_of("coverage report") == [["open", null]]
	_of("cargo tarpaulin --fail-under 81") == [["limit", 81]]
	_of("eslint --min 3 .") == []
}

test_actions_limit_where_they_are_told_to_fail if {
	summary := "irongut/codecoveragesummary"
	_action(summary, {"thresholds": "60 80", "fail_below_min": true}) == [["limit", 60]]
	_action(summary, {"thresholds": "60 80"}) == [["none", null]]
	_action("orgoro/coverage", {"thresholdAll": 0.8}) == [["limit", 80]]
	_action("codecov/codecov-action", {}) == [["open", null]]
}

_script(least) := concat("\n", [
	"total=$(cat coverage.txt)",
	sprintf("if [ $total -lt %s ]; then", [least]),
	"  exit 1",
	"fi",
])

_of_script(text, given) := _states([units.step(0, {"kind": "run", "run": text})], given)

test_a_script_that_compares_and_fails_limits if {
	_of_script(_script("80"), {}) == [["limit", 80]]
	_of_script(_script("$LEAST"), {"env": {"LEAST": "85"}}) == [["limit", 85]]
	_of_script(concat("\n", ["LEAST=70", _script("$LEAST")]), {}) == [["limit", 70]]
	_of_script(_script("$LEAST"), {}) == [["open", null]]
	_of_script("if [ $disk -lt 80 ]; then exit 1; fi", {}) == []
	_of_script("if [ $coverage -lt 80 ]; then echo low; fi", {}) == []
}

test_the_gate_of_sonar_limits if {
	_action("sonarsource/sonarqube-scan-action", {"args": "-Dsonar.qualitygate.wait=true"}) == [["limit", 80]]
	_action("sonarsource/sonarqube-scan-action", {}) == [["open", null]]
}
