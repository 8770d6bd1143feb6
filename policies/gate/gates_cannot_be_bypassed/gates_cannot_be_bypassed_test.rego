package policies.gate.gates_cannot_be_bypassed_test

import data.policies.gate.gates_cannot_be_bypassed as policy
import data.policies.lib.workflow_units_test as units

_baseline := {"judged_classes": ["production", "staging", "unclassified"]}

_strict := {"judged_classes": ["production", "staging", "unclassified", "dev"]}

_trigger(event) := {"event": event, "filters": {}, "path": ["on", event]}

_on(jobs, event, params) := {
	"fail": {[found.resource, found.path] | some found in denied},
	"unknown": {[found.resource, found.path] | some found in undecided},
	"subjects": subjects,
} if {
	unit := units.unit(jobs, [_trigger(event)])
	denied := policy.deny with input as unit with data.params as {"GATE-006": params}
	undecided := policy.undecided with input as unit with data.params as {"GATE-006": params}
	subjects := policy.subjects with input as unit with data.params as {"GATE-006": params}
}

_given(steps, given) := _on(
	[units.job("test", steps, given), _deploy({})],
	"push", _baseline,
)

_deploy(given) := units.job("deploy", [units.run(0, ["sam deploy"])], object.union(
	{"needs": ["test"], "needs_closure": ["test"]},
	given,
))

_clean := {"fail": set(), "unknown": set(), "subjects": {"jobs.deploy"}}

_continuing(step) := object.union(step, {"continue_on_error": true})

_goes_on := ["steps", 0, "continue-on-error"]

test_a_gate_that_holds_passes if _given([units.run(0, ["npm test"])], {}) == _clean

test_a_step_that_goes_on_fails if {
	_given([_continuing(units.run(0, ["npm test"]))], {}).fail == {["jobs.test", _goes_on]}
}

test_a_deployment_does_not_pass_beside_its_open_gate if {
	_given([_continuing(units.run(0, ["npm test"]))], {}).subjects == {"jobs.test"}
}

test_a_job_that_goes_on_fails_unless_it_is_the_deployment_itself if {
	_given([units.run(0, ["npm test"])], {"continue_on_error": true}).fail == {["jobs.test", ["continue-on-error"]]}
	job := units.job("deploy", [units.run(0, ["npm test", "sam deploy"])], {"continue_on_error": true})
	_on([job], "push", _baseline) == _clean
}

test_uploads_comments_and_logins_are_no_gates if {
	upload := _continuing(units.use(1, "codecov/codecov-action", {}))
	login := _continuing(units.use(2, "aws-actions/configure-aws-credentials", {}))
	_given([units.run(0, ["npm test"]), upload, login], {}) == _clean
}

test_an_ignored_command_fails if {
	ignored := units.script(0, [["npm test", "||"], ["true", null]])
	_given([ignored], {}).fail == {["jobs.test", ["steps", 0, "run", "npm test"]]}
	own := units.script(0, [["npm test", "||"], ["true", ";"], ["sam deploy", null]])
	_on([units.job("deploy", [own], {})], "push", _baseline).fail == {["jobs.deploy", ["steps", 0, "run", "npm test"]]}
}

test_a_test_that_goes_on_behind_the_deployment_is_no_gate if {
	steps := [units.run(0, ["npm test", "sam deploy"]), _continuing(units.run(1, ["npm test"]))]
	_on([units.job("deploy", steps, {})], "push", _baseline) == _clean
}

test_without_gates_there_is_nothing_to_get_around if {
	_on([units.job("deploy", [units.run(0, ["sam deploy"])], {})], "push", _baseline).subjects == set()
}

test_opaque_gates_are_unknown if {
	_given([_continuing(units.run(0, ["./verify.sh"]))], {}).unknown == {["jobs.test", _goes_on]}
	building := units.job("prepare", [_continuing(units.run(0, ["./build.sh"]))], {})
	_on([building, _deploy({"needs": ["prepare"], "needs_closure": ["prepare"]})], "push", _baseline).unknown == set()
}

_always := {"call": "always", "args": []}

_when(ast, status) := {"condition": units.condition(["if"], "x", ast, status)}

test_a_deployment_that_always_runs_fails_at_its_condition if {
	jobs := [units.job("test", [units.run(0, ["npm test"])], {}), _deploy(_when(_always, ["always"]))]
	_on(jobs, "push", _baseline).fail == {["jobs.deploy", ["if"]]}
}

test_an_approval_is_a_gate if {
	approval := units.job("test", [units.run(0, ["echo approved"])], {"environment": units.environment("production")})
	_on([approval, _deploy(_when(_always, ["always"]))], "push", _baseline).fail == {["jobs.deploy", ["if"]]}
}

test_a_condition_of_the_gate_alone_is_fine if {
	asked := _when({"op": "!=", "args": [{"context": "github.event_name"}, {"literal": "pull_request"}]}, [])
	_given([units.run(0, ["npm test"])], asked) == _clean
}

test_always_on_what_is_no_deployment_is_right if {
	notify := units.job("notify", [units.run(0, ["echo done"])], object.union(
		{"needs": ["deploy"], "needs_closure": ["deploy", "test"]},
		_when(_always, ["always"]),
	))
	jobs := [units.job("test", [units.run(0, ["npm test"])], {}), _deploy({}), notify]
	_on(jobs, "push", _baseline) == _clean
}

_switch(name) := object.union(units.run(0, ["npm test"]), {"condition": object.union(
	units.condition(["steps", 0, "if"], "x", {"op": "!", "args": [{"context": name}]}, []),
	{"contexts": [name]},
)})

_switched(name, event) := _on([units.job("test", [_switch(name)], {}), _deploy({})], event, _baseline)

test_a_switch_for_the_step_alone_fails if {
	at := {["jobs.test", ["steps", 0, "if"]]}
	_switched("inputs.skip_tests", "workflow_dispatch").fail == at
	_switched("inputs.skip_tests", "push") == _clean
	_switched("github.event.head_commit.message", "push").fail == at
	_switched("github.event.pull_request.labels.*.name", "pull_request").fail == at
	_switched("github.event_name", "push") == _clean
}

test_what_selects_the_place_is_no_switch if {
	selecting := {"expressions": [{"path": ["environment"], "contexts": ["inputs.place"]}]}
	jobs := [units.job("test", [_switch("inputs.place")], {}), _deploy(selecting)]
	_on(jobs, "workflow_dispatch", _baseline) == _clean
}

test_development_is_judged_in_strict_only if {
	dev := _deploy({"environment": units.environment("dev")})
	jobs := [units.job("test", [_continuing(units.run(0, ["npm test"]))], {}), dev]
	_on(jobs, "push", _baseline).fail == set()
	_on(jobs, "push", _strict).fail == {["jobs.test", _goes_on]}
}

test_a_probable_deployment_is_unknown_at_worst if {
	probable := units.job("deploy", [units.run(0, ["./deploy.sh"])], {
		"secrets": ["aws_key"], "needs": ["test"], "needs_closure": ["test"],
	})
	jobs := [units.job("test", [_continuing(units.run(0, ["npm test"]))], {}), probable]
	_on(jobs, "push", _baseline).unknown == {["jobs.test", _goes_on]}
}

test_rollbacks_and_teardowns_are_not_judged if {
	failing := _when({"call": "failure", "args": []}, ["failure"])
	rollback := units.job("rollback", [units.run(0, ["helm rollback web"])], object.union(
		{"needs": ["deploy", "test"], "needs_closure": ["deploy", "test"]},
		failing,
	))
	jobs := [units.job("test", [units.run(0, ["npm test"])], {}), _deploy({}), rollback]
	_on(jobs, "push", _baseline) == _clean
}
