package policies.gate.production_follows_staging_test

import data.policies.gate.production_follows_staging as policy

_root := "shop/.github/workflows/"

_unit(file, rows) := {"unit": file, "uri": concat("", [_root, file]), "views": {"promotions": rows}}

_event(event) := {"event": event, "ref": "", "workflows": [], "succeeded": false}

_after(workflow, succeeded) := {
	"event": "workflow_run", "ref": "", "workflows": [workflow],
	"succeeded": succeeded,
}

_production(events, staged) := {
	"kind": "production", "job": "jobs.deploy", "id": "deploy", "what": "runs 'sam deploy'", "certain": true,
	"path": ["needs"], "events": events, "staged": staged, "reason": "nothing comes first", "beside": [], "related": [],
}

_workflow(name, events, staged) := {
	"kind": "workflow", "name": name, "staged": staged, "reason": "",
	"events": [{"event": event} | some event in events],
}

_strict := {"trust_release_flow": false}

_scan(units, params) := outcome if {
	scanned := {"units": units}
	denied := policy.deny with input as scanned with data.params as {"GATE-003": params}
	undecided := policy.undecided with input as scanned with data.params as {"GATE-003": params}
	subjects := policy.subjects with input as scanned with data.params as {"GATE-003": params}
	outcome := [name |
		some name, found in {"1 fail": denied, "2 unknown": undecided, "3 judged": subjects}
		count(found) > 0
	][0]
}

_one(events, staged) := _scan([_unit("a.yml", [_production(events, staged)])], _strict)

test_what_was_tried_in_staging_passes_whatever_starts_it if {
	_one([_event("push"), _event("workflow_dispatch")], "yes") == "3 judged"
}

test_a_push_past_staging_fails if _one([_event("push")], "no") == "1 fail"

test_a_trigger_beside_the_push_does_not_excuse_it if {
	_one([_event("workflow_dispatch"), _event("push")], "no") == "1 fail"
}

test_opaque_tests_are_unknown if _one([_event("push")], "open") == "2 unknown"

test_releases_tags_and_persons_are_unknown if {
	_one([_event("release")], "no") == "2 unknown"
	_one([_event("workflow_dispatch")], "no") == "2 unknown"
	_one([_event("repository_dispatch")], "no") == "2 unknown"
	_one([_event("workflow_call")], "no") == "2 unknown"
	_one([object.union(_event("push"), {"ref": "tag"})], "no") == "2 unknown"
}

test_releases_pass_where_they_are_trusted if {
	trusting := {"trust_release_flow": true}
	_scan([_unit("a.yml", [_production([_event("release")], "no")])], trusting) == "3 judged"
	_scan([_unit("a.yml", [_production([_event("release"), _event("push")], "no")])], trusting) == "1 fail"
}

_behind(event, upstream) := _scan(
	[_unit("a.yml", [_production([event], "no")]), _unit("b.yml", [upstream])],
	_strict,
)

test_the_workflow_before_may_have_tried_it if {
	_behind(_after("Staging", true), _workflow("Staging", ["push"], "yes")) == "3 judged"
	_behind(_after("Staging", true), _workflow("Staging", ["push"], "no")) == "1 fail"
	_behind(_after("Staging", true), _workflow("Staging", ["push"], "open")) == "2 unknown"
	_behind(_after("Staging", true), _workflow("Staging", ["release"], "no")) == "2 unknown"
}

test_a_workflow_without_a_name_is_called_by_its_file if {
	_behind(_after(".github/workflows/b.yml", true), _workflow(null, ["push"], "yes")) == "3 judged"
}

test_a_workflow_outside_the_scan_is_unknown if {
	_one([_after("Staging", true)], "no") == "2 unknown"
}

test_the_workflow_of_another_repository_is_another_one if {
	other := {"unit": "x", "uri": "other/.github/workflows/b.yml", "views": {"promotions": [
		_workflow("Staging", ["push"], "yes"),
	]}}
	_scan([_unit("a.yml", [_production([_after("Staging", true)], "no")]), other], _strict) == "2 unknown"
}

test_without_a_test_of_the_conclusion_there_is_no_link if {
	_behind(_after("Staging", false), _workflow("Staging", ["push"], "yes")) == "1 fail"
}

test_what_may_not_be_production_is_unknown_at_worst if {
	perhaps := object.union(_production([_event("push")], "no"), {"certain": false})
	_scan([_unit("a.yml", [perhaps])], _strict) == "2 unknown"
}

test_the_place_is_the_needs_of_the_job if {
	scanned := {"units": [_unit("a.yml", [_production([_event("push")], "no")])]}
	denied := policy.deny with input as scanned with data.params as {"GATE-003": _strict}
	{[found.unit, found.resource, found.path] | some found in denied} == {["a.yml", "jobs.deploy", ["needs"]]}
}
