# METADATA
# scope: package
# title: Run unit, integration, end-to-end, performance and security tests with limits
# description: |
#   Each kind of test finds what the others cannot: a unit test no slow page, a load test no broken sum. Tests without
#   a time limit, and load tests without one, hold nothing back.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
# custom:
#   id: GATE-011
#   slug: test-matrix-and-performance-gate
#   family: GATE
#   severity: low
#   score: 3.4
#   formats: [github-workflow]
#   scope: scan
#   resources:
#     - workflow
#     - job
#   unit_views: [test_stages]
#   params:
#     - name: unit_timeout_minutes
#       type: integer
#       description: The longest that unit tests may take, in minutes.
#       default: 15
#       stricter: lower
#     - name: p95_ms
#       type: integer
#       description: The longest that 95 % of the requests of a load test may take, in milliseconds.
#       default: 2000
#       stricter: lower
#   packs: [reference-architecture]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["CM-3(2)"]
#       pci_dss_4.0: ["6.2.3"]
#       soc2: ["CC8.1"]
#       iso_27001_2022: ["A.8.29"]
#   cwe: [693]
#   remediation:
#     github-workflow: >-
#       Add a job for each kind that is missing and list it in the `needs` of the deploy job; give the job of the unit
#       tests `timeout-minutes: 15`, and the load test a threshold such as `http_req_duration: ["p(95)<2000"]`.
package policies.gate.test_matrix_and_performance_gate

_params := data.params["GATE-011"]

_wanted := {
	"unit": {"unit"},
	"integration": {"integration"},
	"e2e": {"e2e"},
	"performance": {"performance"},
	"security": {"sast", "sca", "image-scan", "iac-scan", "dast"},
}

_words := {
	"unit": "unit test (for example `npm test`)",
	"integration": "integration test (for example `pytest tests/integration`)",
	"e2e": "end-to-end test (for example `npx playwright test`)",
	"performance": "load test (for example `k6 run load.js`)",
	"security": "security scan (for example `npm audit` or CodeQL)",
}

# Deployments that go to production, or may: {"unit", "root", "row"}.
_judged := [entry |
	some unit in input.units
	some row in _rows(unit)
	row.type == "deployment"
	entry := {"unit": unit.unit, "root": _root(unit.uri), "row": row}
]

_rows(unit) := object.get(unit.views, "test_stages", [])

# The repository of a file: what stands before the folder of workflows.
_root(uri) := split(uri, ".github/workflows/")[0]

_roots := {entry.root | some entry in _judged}

# What runs for pull requests of a repository that deploys to production: {root: [test]} and {root: [candidate]}.
_shared(key) := {root: found |
	some root in _roots
	found := [object.union(one, {"unit": unit.unit}) |
		some unit in input.units
		_root(unit.uri) == root
		some row in _rows(unit)
		row.type == "pull_request"
		some one in row[key]
	]
}

_shared_tests := _shared("tests")

_shared_candidates := _shared("candidates")

_shared_kinds := {root: kinds |
	some root, tests in _shared_tests
	kinds := {wanted: found |
		some wanted, _ in _wanted
		found := _filtered(tests, wanted)
	}
}

_filtered(tests, wanted) := [test |
	some test in tests
	some kind in test.kinds
	_wanted[wanted][kind]
]

_is_certain(entry) if {
	entry.row.certainty == "definite"
	"production" in entry.row.classes
}

_of_kind(entry, wanted) := array.concat(
	_filtered(entry.row.tests, wanted),
	_shared_kinds[entry.root][wanted],
)

_lacking := [{"entry": entry, "wanted": wanted, "candidates": candidates} |
	some entry in _judged
	some wanted, _ in _wanted
	count(_filtered(entry.row.tests, wanted)) == 0
	count(_shared_kinds[entry.root][wanted]) == 0
	candidates := array.concat(
		[object.union(one, {"unit": entry.unit}) | some one in array.slice(entry.row.candidates, 0, 1)],
		array.slice(_shared_candidates[entry.root], 0, 1),
	)
]

# The unit tests and load tests that some deployment has before it: only those that a tool shows.
_unit_tests := {object.filter(test, ["unit", "job", "minutes"]) | some test in _shown("unit")}

_load_tests := {test | some test in _shown("performance")}

_shown(wanted) := array.concat(
	[object.union(test, {"unit": entry.unit}) |
		some entry in _judged
		some test in _filtered(entry.row.tests, wanted)
		test.state == "tool"
	],
	[test |
		some root in _roots
		some test in _shared_kinds[root][wanted]
		test.state == "tool"
	],
)

subjects contains {"unit": entry.unit, "resource": entry.row.job} if some entry in _judged

subjects contains {"unit": test.unit, "resource": test.job} if some test in _unit_tests

examined contains record if {
	some entry in _judged
	some wanted, _ in _wanted
	record := {
		"unit": entry.unit,
		"resource": entry.row.job,
		"path": ["needs"],
		"state": "known",
		"value": sprintf("%s: %s", [wanted, concat(", ", [test.what |
			some test in array.slice(_of_kind(entry, wanted), 0, 2)
		])]),
	}
}

examined contains record if {
	some test in _unit_tests
	record := {
		"unit": test.unit,
		"resource": test.job,
		"path": ["timeout-minutes"],
		"state": "known",
		"value": sprintf("%v", [test.minutes.value]),
	}
}

_missing(lack, message) := {
	"unit": lack.entry.unit,
	"resource": lack.entry.row.job,
	"path": [],
	"defect": lack.wanted,
	"message": message,
	"related": [object.union(place, {"unit": lack.entry.unit}) | some place in lack.entry.row.related],
}

deny contains violation if {
	some lack in _lacking
	_is_certain(lack.entry)
	count(lack.candidates) == 0
	violation := _missing(lack, sprintf("Job '%s' %s for production, and no %s runs before it or for pull requests.", [
		lack.entry.row.id,
		lack.entry.row.what,
		_words[lack.wanted],
	]))
}

undecided contains found if {
	some lack in _lacking
	some candidate in array.slice(lack.candidates, 0, 1)
	found := _missing(lack, sprintf("Whether any %s runs before job '%s' deploys is not known: '%s' may be one.", [
		_words[lack.wanted],
		lack.entry.row.id,
		candidate.what,
	]))
}

undecided contains found if {
	some lack in _lacking
	not _is_certain(lack.entry)
	count(lack.candidates) == 0
	found := _missing(lack, sprintf("No %s runs before job '%s'; whether it deploys to production is not known.", [
		_words[lack.wanted],
		lack.entry.row.id,
	]))
}

deny contains violation if {
	some test in _unit_tests
	test.minutes.state == "known"
	test.minutes.value > _params.unit_timeout_minutes
	violation := {
		"unit": test.unit,
		"resource": test.job,
		"path": test.minutes.path,
		"defect": "unit timeout",
		"message": sprintf("These unit tests may run for %v minutes; more than %v hide that they hang.", [
			test.minutes.value,
			_params.unit_timeout_minutes,
		]),
	}
}

deny contains violation if {
	some test in _unit_tests
	test.minutes.state == "absent"
	violation := {
		"unit": test.unit,
		"resource": test.job,
		"path": [],
		"defect": "unit timeout",
		"message": sprintf("This job tests without 'timeout-minutes': tests that hang run for six hours. Set %v.", [
			_params.unit_timeout_minutes,
		]),
	}
}

undecided contains found if {
	some test in _unit_tests
	test.minutes.state == "unknown"
	found := {
		"unit": test.unit,
		"resource": test.job,
		"path": test.minutes.path,
		"defect": "unit timeout",
		"message": sprintf("How long the unit tests may run is not known: '%s'.", [test.minutes.value]),
	}
}

_of_load(test, message) := {
	"unit": test.unit,
	"resource": test.job,
	"path": test.path,
	"defect": sprintf("load %s", [test.what]),
	"message": message,
}

deny contains violation if {
	some test in _load_tests
	test.load.state == "limit"
	test.load.limit > _params.p95_ms
	violation := _of_load(test, sprintf(
		"This load test lets 95 %% of the requests take up to %v ms; ask for %v ms.",
		[test.load.limit, _params.p95_ms],
	))
}

undecided contains found if {
	some test in _load_tests
	test.load.state == "open"
	found := _of_load(test, sprintf("Whether '%s' fails when requests take too long is not known: %s.", [
		test.what,
		"the file that holds its limits is not looked at",
	]))
}
