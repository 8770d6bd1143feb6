package policies.gate.automated_rollback_test

import data.policies.gate.automated_rollback as policy

_deployment(given) := object.union(
	{
		"kind": "deployment", "job": "jobs.deploy", "id": "deploy", "what": "runs 'kubectl apply'",
		"path": ["steps", 0, "run"], "certain": true, "production": true, "native": "no", "own": "no",
		"opaque": [], "services": [], "related": [],
	},
	given,
)

_workflow(rows) := {"unit": "a.yml", "uri": ".github/workflows/a.yml", "views": {"rollbacks": rows}}

_template(rows) := {"unit": "t.yaml", "uri": "t.yaml", "views": {"service_rollbacks": rows}}

_service(name, state, alarmed) := {"service": "Service", "name": name, "state": state, "alarmed": alarmed}

_strict := {"manual_rollback": false, "require_alarm": false}

_reference := {"manual_rollback": true, "require_alarm": true}

_scan(units, params) := outcome if {
	scanned := {"units": units}
	denied := policy.deny with input as scanned with data.params as {"GATE-009": params}
	undecided := policy.undecided with input as scanned with data.params as {"GATE-009": params}
	subjects := policy.subjects with input as scanned with data.params as {"GATE-009": params}
	outcome := [name |
		some name, found in {"1 fail": denied, "2 unknown": undecided, "3 judged": subjects}
		count(found) > 0
	][0]
}

_one(given) := _scan([_workflow([_deployment(given)])], _strict)

test_without_a_way_back_it_fails if _one({}) == "1 fail"

test_a_step_on_failure_or_the_tool_itself_passes if {
	_one({"own": "yes"}) == "3 judged"
	_one({"native": "yes"}) == "3 judged"
}

test_a_rollback_that_is_switched_off_fails if _one({"native": "off"}) == "1 fail"

test_an_opaque_step_on_failure_is_unknown if {
	_one({"own": "open", "opaque": ["./restore.sh"]}) == "2 unknown"
}

test_a_probable_deployment_is_unknown_at_worst if _one({"certain": false}) == "2 unknown"

test_a_service_outside_the_scan_is_unknown if {
	_one({"services": ["shop"]}) == "2 unknown"
	_one({"services": [null]}) == "2 unknown"
}

_served(names, services) := _scan([_workflow([_deployment({"services": names})]), _template(services)], _strict)

test_the_service_decides_by_its_name if {
	_served(["shop"], [_service("shop", "pass", "pass"), _service("api", "fail", "fail")]) == "3 judged"
	_served(["api"], [_service("shop", "pass", "pass"), _service("api", "fail", "fail")]) == "1 fail"
	_served(["other"], [_service("shop", "pass", "pass"), _service("api", "pass", "pass")]) == "2 unknown"
}

test_the_only_service_of_the_scan_is_meant if {
	_served([null], [_service(null, "pass", "pass")]) == "3 judged"
	_served(["shop"], [_service(null, "fail", "fail")]) == "1 fail"
	_served(["shop"], [_service("shop", "open", "open")]) == "2 unknown"
}

test_the_reference_architecture_asks_for_alarms if {
	units := [
		_workflow([_deployment({"services": ["shop"]}), {"kind": "manual", "state": "yes"}]),
		_template([_service("shop", "pass", "fail")]),
	]
	_scan(units, _reference) == "1 fail"
	_scan(units, _strict) == "3 judged"
}

test_the_reference_architecture_asks_for_a_way_by_hand if {
	good := _deployment({"own": "yes"})
	_scan([_workflow([good])], _reference) == "1 fail"
	_scan([_workflow([good])], _strict) == "3 judged"
	_scan([_workflow([good, {"kind": "manual", "state": "yes"}])], _reference) == "3 judged"
	_scan([_workflow([good, {"kind": "manual", "state": "open"}])], _reference) == "2 unknown"
	_scan([_workflow([_deployment({"own": "yes", "production": false})])], _reference) == "3 judged"
}

test_a_way_of_another_repository_is_none if {
	other := {"unit": "b", "uri": "b/.github/workflows/b.yml", "views": {"rollbacks": [
		{"kind": "manual", "state": "yes"},
	]}}
	_scan([_workflow([_deployment({"own": "yes"})]), other], _reference) == "1 fail"
}
