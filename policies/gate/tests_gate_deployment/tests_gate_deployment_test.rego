package policies.gate.tests_gate_deployment_test

import data.policies.gate.tests_gate_deployment as policy
import data.policies.lib.workflow_units_test as units

_baseline := {"judged_classes": ["production", "staging", "unclassified"]}

_strict := {"judged_classes": ["production", "staging", "unclassified", "dev"]}

_trigger(event) := {"event": event, "filters": {}, "path": ["on", event]}

_on(jobs, event, params) := {
	"fail": {found.resource | some found in denied},
	"unknown": {found.resource | some found in undecided},
	"pass": (subjects - {found.resource | some found in denied}) - {found.resource | some found in undecided},
} if {
	unit := units.unit(jobs, [_trigger(event)])
	denied := policy.deny with input as unit with data.params as {"GATE-004": params}
	undecided := policy.undecided with input as unit with data.params as {"GATE-004": params}
	subjects := policy.subjects with input as unit with data.params as {"GATE-004": params}
}

_outcome(jobs, params) := [outcome |
	some outcome, resources in _on(jobs, "push", params)
	resources["jobs.deploy"]
]

_deploy(lines, given) := units.job("deploy", [units.run(0, lines)], given)

_test := units.job("test", [units.run(0, ["pytest"])], {})

_after(ids) := {"needs": ids, "needs_closure": ids}

test_a_test_in_a_needed_job_passes if {
	_outcome([_test, _deploy(["sam deploy"], _after(["test"]))], _baseline) == ["pass"]
}

test_a_test_before_in_the_same_script_passes_and_one_after_does_not if {
	_outcome([_deploy(["npm test", "sam deploy"], {})], _baseline) == ["pass"]
	_outcome([_deploy(["sam deploy", "npm test"], {})], _baseline) == ["fail"]
}

test_a_test_beside_the_deployment_fails if {
	_outcome([_test, _deploy(["sam deploy"], {})], _baseline) == ["fail"]
}

test_without_any_test_other_workflows_decide if {
	_outcome([_deploy(["sam deploy"], {})], _baseline) == ["unknown"]
}

test_linters_are_no_tests if {
	_outcome([_test, _deploy(["eslint .", "sam deploy"], {})], _baseline) == ["fail"]
}

test_integration_and_end_to_end_tests_count if {
	_outcome([_deploy(["playwright test", "sam deploy"], {})], _baseline) == ["pass"]
}

test_an_opaque_script_before_is_unknown_and_a_build_script_is_not if {
	_outcome([_test, _deploy(["./verify.sh", "sam deploy"], {})], _baseline) == ["unknown"]
	_outcome([_test, _deploy(["npm run build", "./build.sh", "sam deploy"], {})], _baseline) == ["fail"]
}

_call(id, kind, raw) := units.job(id, [], {"call": {"kind": kind, "raw": raw}})

test_a_needed_call_is_unknown_where_it_may_test if {
	quality := _call("quality", "local", "./.github/workflows/q.yml")
	_outcome([_test, quality, _deploy(["sam deploy"], _after(["quality"]))], _baseline) == ["unknown"]
	tests := _call("tests", "remote", "o/r/.github/workflows/q.yml@v1")
	_outcome([_test, tests, _deploy(["sam deploy"], _after(["tests"]))], _baseline) == ["unknown"]
	image := _call("image", "remote", "o/r/.github/workflows/q.yml@v1")
	_outcome([_test, image, _deploy(["sam deploy"], _after(["image"]))], _baseline) == ["fail"]
}

_only(event) := {"condition": {
	"value": null,
	"status": [],
	"text": "x",
	"ast": {"op": "==", "args": [{"context": "github.event_name"}, {"literal": event}]},
}}

test_a_test_that_the_deploying_event_never_runs_does_not_count if {
	steps := [object.union(units.run(0, ["pytest"]), _only("pull_request")), units.run(1, ["sam deploy"])]
	_outcome([units.job("deploy", steps, {})], _baseline) == ["fail"]
	same := [object.union(units.run(0, ["pytest"]), _only("push")), units.run(1, ["sam deploy"])]
	_outcome([units.job("deploy", same, {})], _baseline) == ["pass"]
}

test_development_is_judged_in_strict_only if {
	dev := {"environment": units.environment("dev")}
	_outcome([_test, _deploy(["sam deploy"], dev)], _baseline) == []
	_outcome([_test, _deploy(["sam deploy"], dev)], _strict) == ["fail"]
}

test_an_open_environment_may_be_development if {
	open := {"$unknown": {"kind": "expression", "name": "vars.PLACE", "why": "only a run knows it"}}
	job := _deploy(["sam deploy"], {"environment": units.environment(open)})
	_outcome([_test, job], _baseline) == ["unknown"]
	_outcome([_test, job], _strict) == ["fail"]
}

test_a_probable_deployment_is_unknown_at_worst if {
	probable := _deploy(["./deploy.sh"], {"secrets": ["aws_key"]})
	_outcome([_test, probable], _baseline) == ["unknown"]
	_outcome([_deploy(["pytest", "./deploy.sh"], {"secrets": ["aws_key"]})], _baseline) == ["pass"]
}

test_rollbacks_and_teardowns_are_not_judged if {
	_outcome([_test, _deploy(["helm rollback web"], {})], _baseline) == []
	_outcome([_test, _deploy(["terraform destroy"], {})], _baseline) == []
}

test_what_others_start_is_unknown if {
	jobs := [_test, _deploy(["sam deploy"], {})]
	_on(jobs, "workflow_call", _baseline).unknown == {"jobs.deploy"}
	_on(jobs, "workflow_run", _baseline).unknown == {"jobs.deploy"}
	_on(jobs, "workflow_dispatch", _baseline).fail == {"jobs.deploy"}
}
