package policies.lib.before_deployment_test

import data.policies.lib.before_deployment
import data.policies.lib.workflow_units_test as units

_push := [{"event": "push", "filters": {}, "path": ["on", "push"]}]

_only(event) := {"condition": {
	"value": null,
	"status": [],
	"text": "x",
	"ast": {"op": "==", "args": [{"context": "github.event_name"}, {"literal": event}]},
}}

_deploy := units.job("deploy", [units.run(0, ["sam deploy"])], {"needs_closure": ["tests"]})

_call(kind, id) := units.job(id, [], {"call": {"kind": kind, "raw": "o/r/.github/workflows/x.yml@v1"}})

test_rollbacks_are_no_deployments if {
	jobs := [_deploy, units.job("back", [units.run(0, ["helm rollback web"])], {})]
	found := before_deployment.all with input as units.unit(jobs, _push)
	[one.row.job | some one in found] == ["jobs.deploy"]
}

_can_run(condition) if {
	step := object.union(units.run(0, ["npm audit"]), condition)
	unit := units.unit([units.job("tests", [step], {}), _deploy], _push)
	some deployment in before_deployment.all with input as unit
	before_deployment.can_run(deployment, {"job": "jobs.tests", "step": 0}) with input as unit
}

test_a_step_that_the_deploying_event_never_reaches_cannot_run if {
	_can_run({})
	_can_run(_only("push"))
	not _can_run(_only("pull_request"))
}

_elsewhere(event) if {
	unit := units.unit([_deploy], [{"event": event, "filters": {}, "path": ["on", event]}])
	some deployment in before_deployment.all with input as unit
	before_deployment.started_elsewhere(deployment) with input as unit
}

test_callers_and_workflows_before_start_it_elsewhere if {
	_elsewhere("workflow_call")
	_elsewhere("workflow_run")
	not _elsewhere("push")
}

test_a_script_with_a_name_that_says_enough_does_no_more if {
	before_deployment.may_do_more({"target": "./verify.sh"})
	not before_deployment.may_do_more({"target": "./build.sh"})
	not before_deployment.may_do_more({"target": "deploy:web"})
}

test_a_call_may_hold_what_its_name_says_and_a_local_one_anything if {
	words := {"scan"}
	before_deployment.may_hold(_call("local", "quality"), words)
	before_deployment.may_hold(_call("remote", "scan"), words)
	not before_deployment.may_hold(_call("remote", "image"), words)
	unit := units.unit([_call("local", "tests"), _deploy], _push)
	called := [needed.id |
		some deployment in before_deployment.all with input as unit
		some needed in before_deployment.calls(deployment, words) with input as unit
	]
	called == ["tests"]
}
