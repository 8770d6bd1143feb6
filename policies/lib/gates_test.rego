package policies.lib.gates_test

import data.policies.lib.gates
import data.policies.lib.workflow_units_test as units

_job(steps) := {"environment": {"name": "production"}, "call": null, "steps": steps}

_run(program) := {"kind": "run", "commands": [{"program": program}]}

test_a_job_that_does_nothing_approves if {
	gates.approval(_job([]))
	gates.approval(_job([_run("echo"), _run("exit")]))
}

test_a_job_that_works_approves_nothing if {
	not gates.approval(_job([_run("make")]))
	not gates.approval(_job([{"kind": "uses", "commands": []}]))
	not gates.approval(object.union(_job([]), {"environment": null}))
}

test_a_status_function_other_than_success_waits_for_nothing if {
	gates.waits_for_success({"condition": null}, {"id": "a"})
	gates.waits_for_success({"condition": {"status": ["success"], "ast": null}}, {"id": "a"})
	not gates.waits_for_success({"condition": {"status": ["always"], "ast": null}}, {"id": "a"})
}

_row(id, steps) := {"job": sprintf("jobs.%s", [id]), "certainty": "definite", "steps": steps}

_kind(id, step, position) := {
	"job": sprintf("jobs.%s", [id]), "step": step, "position": position,
	"kinds": ["unit"], "opaque": false,
}

_needing(id, needed) := units.job(id, [], {"needs": needed, "needs_closure": needed})

_unit(kinds) := object.union(
	units.unit([_needing("test", []), _needing("deploy", ["test"]), _needing("verify", ["deploy", "test"])], []),
	{"views": {"step_kinds": kinds}},
)

test_before_a_deployment_stand_its_needs_and_the_earlier_commands_of_its_job if {
	row := _row("deploy", [{"step": 1, "position": 2}, {"step": 3, "position": -1}])
	inside := [_kind("deploy", 1, 1), _kind("deploy", 2, 0), _kind("deploy", 3, 0)]
	outside := [_kind("test", 0, 0), _kind("verify", 0, 0)]
	unit := _unit(array.concat(inside, outside))
	before := gates.before(row, _needing("deploy", ["test"])) with input as unit
	before == [_kind("test", 0, 0), _kind("deploy", 1, 1)]
	after := gates.after(row, _needing("deploy", ["test"])) with input as unit
	after == [_kind("deploy", 3, 0), _kind("verify", 0, 0)]
}

_trigger(event) := {"event": event, "filters": {}, "path": ["on", event]}

test_a_place_without_a_class_is_production_where_main_reaches_it if {
	job := _needing("deploy", [])
	row := _row("deploy", [])
	pushed := gates.reasons(row, job, {"unclassified"}, true) with input as units.unit([job], [_trigger("push")])
	pushed == ["unclassified"]
	called := gates.reasons(row, job, {"unclassified"}, true) with input as units.unit([job], [_trigger("workflow_call")])
	called == ["called"]
	by_hand := units.unit([job], [_trigger("workflow_dispatch")])
	started := gates.reasons(row, job, {"unclassified"}, true) with input as by_hand
	started == []
	gates.reasons(row, job, {"production"}, true) == ["production"]
	gates.reasons(row, job, {"unknown"}, true) == ["open"]
	gates.reasons(row, job, {"staging"}, true) == []
}
