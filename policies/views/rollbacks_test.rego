package policies.views.rollbacks_test

import data.policies.lib.workflow_units_test as units
import data.policies.views.rollbacks

_trigger(event) := {"event": event, "filters": {}, "path": ["on", event]}

_when(text, status) := {"condition": object.union(
	units.condition(["if"], text, null, status),
	{"contexts": []},
)}

_failing := _when("failure()", ["failure"])

_rows(jobs, event) := rows if {
	unit := units.unit(jobs, [_trigger(event)])
	rows := rollbacks.rows with input as unit
}

_deployment(jobs) := [row | some row in _rows(jobs, "push"); row.job == "jobs.deploy"][0]

_deploy(steps) := units.job("deploy", steps, {"environment": units.environment("production")})

_apply := units.run(0, ["kubectl apply -f web.yaml"])

_then(lines, given) := _deployment([_deploy([_apply, object.union(units.run(1, lines), given)])])

test_a_later_step_on_failure_takes_it_back if {
	_then(["kubectl rollout undo deployment/web"], _failing).own == "yes"
	_then(["helm rollback web"], _failing).own == "yes"
	_then(["aws ecs update-service --task-definition web:1"], _failing).own == "yes"
	_then(["aws lambda update-alias --name live"], _failing).own == "yes"
	_then(["kubectl apply -f previous.yaml"], _failing).own == "yes"
}

test_always_and_no_condition_ask_for_nothing if {
	_then(["kubectl rollout undo deployment/web"], {}).own == "no"
	_then(["kubectl rollout undo deployment/web"], _when("always()", ["always"])).own == "no"
	asking := _when("always() && needs.x.result == 'failure'", ["always"])
	_then(["kubectl rollout undo deployment/web"], asking).own == "yes"
}

test_a_script_on_failure_is_open_and_a_message_is_nothing if {
	row := _then(["./restore.sh"], _failing)
	row.own == "open"
	row.opaque == ["./restore.sh"]
	_then(["./notify-slack.sh"], _failing).own == "no"
}

_recover(given) := units.job("recover", [units.run(0, ["helm rollback web"])], object.union(given, _failing))

test_a_job_behind_on_failure_takes_it_back if {
	waiting := {"needs": ["deploy"], "needs_closure": ["deploy"]}
	_deployment([_deploy([_apply]), _recover(waiting)]).own == "yes"
	_deployment([_deploy([_apply]), _recover({})]).own == "no"
}

_native(lines) := _deployment([_deploy([units.run(0, lines)])]).native

test_tools_that_go_back_by_themselves if {
	_native(["helm upgrade web ./chart --atomic"]) == "yes"
	_native(["helm upgrade web ./chart --rollback-on-failure"]) == "yes"
	_native(["helm upgrade web ./chart"]) == "no"
	_native(["cdk deploy"]) == "yes"
	_native(["sam deploy"]) == "yes"
	_native(["aws cloudformation update-stack --stack-name a"]) == "yes"
	_native(["terraform apply"]) == "no"
}

_action(inputs) := _deployment([_deploy([units.use(0, "aws-actions/aws-cloudformation-github-deploy", inputs)])])

test_their_switches if {
	_native(["cdk deploy --no-rollback"]) == "off"
	_native(["sam deploy --disable-rollback"]) == "off"
	_native(["aws cloudformation create-stack --on-failure DO_NOTHING"]) == "off"
	_action({"disable-rollback": "1"}).native == "off"
	_action({}).native == "yes"
}

test_the_services_of_ecs if {
	_deployment([_deploy([units.run(0, ["aws ecs update-service --service shop"])])]).services == ["shop"]
	_deployment([_deploy([units.run(0, ["aws ecs update-service --service $NAME"])])]).services == [null]
	action := units.use(0, "aws-actions/amazon-ecs-deploy-task-definition", {"service": "shop"})
	_deployment([_deploy([action])]).services == ["shop"]
	_deployment([_deploy([_apply])]).services == []
}

test_a_workflow_by_hand_goes_back_by_its_name_or_an_input if {
	named := {"by_type": {"workflow": [{
		"address": "workflow", "type": "workflow", "name": "Rollback", "dispatch_inputs": {},
		"triggers": [_trigger("workflow_dispatch")],
	}]}}
	unit := object.union(units.unit([_deploy([_apply])], [_trigger("workflow_dispatch")]), named)
	with_job := object.union(unit, {"by_type": object.union(unit.by_type, {"job": [_deploy([_apply])]})})
	rows := rollbacks.rows with input as with_job
	[row.state | some row in rows; row.kind == "manual"] == ["yes"]
}

test_dev_and_rollbacks_are_not_judged if {
	dev := units.job("deploy", [_apply], {"environment": units.environment("dev")})
	_rows([dev], "push") == []
}
