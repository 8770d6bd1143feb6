package policies.gate.test_matrix_and_performance_gate_test

import data.policies.gate.test_matrix_and_performance_gate as policy

_params := {"unit_timeout_minutes": 15, "p95_ms": 2000}

_unit(name, rows) := {
	"unit": name,
	"uri": sprintf("%s/.github/workflows/x.yml", [split(name, ":")[0]]),
	"views": {"test_stages": rows},
}

_deployment(tests, given) := object.union(
	{
		"type": "deployment", "job": "jobs.deploy", "id": "deploy", "what": "runs 'sam deploy'", "related": [],
		"certainty": "definite", "classes": {"production"}, "tests": tests, "candidates": [],
	},
	given,
)

_test(kind) := {
	"job": sprintf("jobs.%s", [kind]), "path": ["steps", 0, "run"], "what": kind, "kinds": [kind], "state": "tool",
	"minutes": {"path": ["timeout-minutes"], "state": "known", "value": 10}, "load": _load_of(kind),
}

_load_of(kind) := {"state": "limit", "limit": 800} if kind == "performance"

_load_of(kind) := {"state": "none", "limit": null} if kind != "performance"

_kinds := ["unit", "integration", "e2e", "performance", "sca"]

_all := [_test(kind) | some kind in _kinds]

_without(kind) := [_test(other) | some other in _kinds; other != kind]

_judged(units, params) := {
	"fail": {[found.resource, split(found.defect, " ")[0]] | some found in denied},
	"unknown": {[found.resource, split(found.defect, " ")[0]] | some found in undecided},
	"subjects": {subject.resource | some subject in subjects},
} if {
	scan := {"format": "scan", "units": units}
	denied := policy.deny with input as scan with data.params as {"GATE-011": params}
	undecided := policy.undecided with input as scan with data.params as {"GATE-011": params}
	subjects := policy.subjects with input as scan with data.params as {"GATE-011": params}
}

_alone(tests, given) := _judged([_unit("a:1", [_deployment(tests, given)])], _params)

_passes(judged) if {
	judged.fail == set()
	judged.unknown == set()
	judged.subjects == {"jobs.deploy", "jobs.unit"}
}

test_all_kinds_with_limits_pass if {
	_passes(_alone(_all, {}))
}

test_each_missing_kind_is_a_defect_of_its_own if {
	every kind in ["integration", "e2e", "performance"] {
		_alone(_without(kind), {}).fail == {["jobs.deploy", kind]}
	}
	_alone(_without("sca"), {}).fail == {["jobs.deploy", "security"]}
	_alone([_test("unit")], {}).fail == {
		["jobs.deploy", "integration"], ["jobs.deploy", "e2e"], ["jobs.deploy", "performance"],
		["jobs.deploy", "security"],
	}
}

test_any_scan_is_security_but_one_for_secrets if {
	every kind in ["sast", "image-scan", "iac-scan", "dast"] {
		_passes(_alone(array.concat(_without("sca"), [_test(kind)]), {}))
	}
	_alone(array.concat(_without("sca"), [_test("secret-scan")]), {}).fail == {["jobs.deploy", "security"]}
}

test_tests_of_pull_requests_count_in_the_same_repository if {
	checks := {"type": "pull_request", "tests": [_test("e2e")], "candidates": []}
	here := _unit("a:1", [_deployment(_without("e2e"), {})])
	_passes(_judged([here, _unit("a:2", [checks])], _params))
	_judged([here, _unit("b:2", [checks])], _params).fail == {["jobs.deploy", "e2e"]}
}

test_a_name_alone_is_enough if {
	named := object.union(_test("e2e"), {"state": "name"})
	_passes(_alone(array.concat(_without("e2e"), [named]), {}))
}

test_what_may_test_makes_a_missing_kind_unknown if {
	candidate := {"job": "jobs.x", "path": ["steps", 0], "what": "./verify.sh"}
	_alone(_without("e2e"), {"candidates": [candidate]}).unknown == {["jobs.deploy", "e2e"]}
}

test_what_may_not_be_production_is_unknown_at_worst if {
	_alone(_without("e2e"), {"certainty": "probable"}).unknown == {["jobs.deploy", "e2e"]}
	_alone(_without("e2e"), {"classes": {"unknown"}}).unknown == {["jobs.deploy", "e2e"]}
}

_timed(minutes) := array.concat(_without("unit"), [object.union(
	object.remove(_test("unit"), ["minutes"]),
	{"minutes": minutes},
)])

test_unit_tests_need_a_short_limit if {
	_alone(_timed({"path": [], "state": "absent", "value": null}), {}).fail == {["jobs.unit", "unit"]}
	_alone(_timed({"path": [], "state": "known", "value": 16}), {}).fail == {["jobs.unit", "unit"]}
	_passes(_alone(_timed({"path": [], "state": "known", "value": 15}), {}))
	_alone(_timed({"path": [], "state": "unknown", "value": "x"}), {}).unknown == {["jobs.unit", "unit"]}
	_judged([_unit("a:1", [_deployment(_all, {})])], {"unit_timeout_minutes": 5, "p95_ms": 2000}).fail == {
		["jobs.unit", "unit"],
	}
}

_loaded(load) := array.concat(_without("performance"), [object.union(
	object.remove(_test("performance"), ["load"]),
	{"load": load},
)])

test_load_tests_need_a_limit if {
	_alone(_loaded({"state": "limit", "limit": 2001}), {}).fail == {["jobs.performance", "load"]}
	_alone(_loaded({"state": "open", "limit": null}), {}).unknown == {["jobs.performance", "load"]}
	_judged([_unit("a:1", [_deployment(_all, {})])], {"unit_timeout_minutes": 15, "p95_ms": 500}).fail == {
		["jobs.performance", "load"],
	}
}

test_without_a_production_deployment_nothing_is_judged if {
	checks := {"type": "pull_request", "tests": [_test("unit")], "candidates": []}
	_judged([_unit("a:1", [checks])], _params).subjects == set()
}
