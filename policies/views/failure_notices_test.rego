package policies.views.failure_notices_test

import data.policies.lib.workflow_units_test as units
import data.policies.views.failure_notices

_rows(jobs, triggers) := rows if {
	rows := failure_notices.rows with input as units.unit(jobs, triggers)
}

_push := [{"event": "push", "filters": {}, "path": ["on", "push"]}]

_row(jobs) := [row | some row in _rows(jobs, _push); row.type == "deployment"][0]

_when(text, status) := {"condition": {"value": null, "status": status, "text": text, "ast": null}}

_deploy(steps) := units.job(
	"deploy", array.concat([units.run(0, ["sam deploy"])], steps),
	{"environment": units.environment("production")},
)

_slack := units.use(1, "slackapi/slack-github-action", {})

_told(step) := count(_row([_deploy([step])]).notices) > 0

test_a_notifier_needs_a_condition_that_holds_after_a_failure if {
	not _told(_slack)
	_told(object.union(_slack, _when("failure()", ["failure"])))
	_told(object.union(_slack, _when("always()", ["always"])))
	_told(object.union(_slack, _when("!cancelled()", ["cancelled"])))
	not _told(object.union(_slack, _when("!failure()", ["failure"])))
	not _told(object.union(_slack, _when("github.ref == 'refs/heads/main'", [])))
}

_after(step) := units.step(1, object.union(object.remove(step, ["index", "path"]), _when("failure()", ["failure"])))

test_many_ways_tell if {
	every name in [
		"8398a7/action-slack", "dawidd6/action-send-mail", "rjstone/discord-webhook-notify",
		"skitionek/notify-microsoft-teams", "jasonetco/create-an-issue", "appleboy/telegram-action",
	] {
		_told(_after(units.use(1, name, {})))
	}
	every line in [
		"aws sns publish --topic-arn $TOPIC --message failed", "gh issue create --title failed",
		"curl -d failed ${{ secrets.SLACK_WEBHOOK }}", "curl https://hooks.example.com/x",
	] {
		_told(_after(units.run(1, [line])))
	}
	_told(_after(units.use(1, "actions/github-script", {"script": "github.rest.issues.create({})"})))
}

test_other_steps_tell_nobody if {
	not _told(_after(units.use(1, "actions/upload-artifact", {})))
	not _told(_after(units.use(1, "actions/github-script", {"script": "core.info('x')"})))
	not _told(_after(units.run(1, ["curl https://example.com/status"])))
	not _told(_after(units.run(1, ["gh issue list"])))
}

test_a_variable_may_hold_the_hook if {
	secret := {"$unknown": {"kind": "expression", "name": "secrets.alarm_webhook", "why": "only a run knows it"}}
	_told(object.union(_after(units.run(1, ["curl -d failed $URL"])), {"env": {"URL": secret}}))
}

_notify(given) := units.job("notify", [units.use(0, "slackapi/slack-github-action", {})], object.union(
	{"needs": ["deploy"], "needs_closure": ["deploy"]},
	given,
))

test_a_job_behind_tells_if_it_runs_after_a_failure if {
	count(_row([_deploy([]), _notify(_when("failure()", ["failure"]))]).notices) == 1
	count(_row([_deploy([]), _notify({})]).notices) == 0
	result := "always() && needs.deploy.result == 'failure'"
	count(_row([_deploy([]), _notify(_when(result, ["always"]))]).notices) == 1
	success := {"condition": {
		"value": null, "status": ["always"], "text": "always() && needs.deploy.result == 'success'",
		"ast": {"op": "&&", "args": [
			{"call": "always", "args": []},
			{"op": "==", "args": [{"context": "needs.deploy.result"}, {"literal": "success"}]},
		]},
	}}
	count(_row([_deploy([]), _notify(success)]).notices) == 0
}

test_opaque_steps_and_calls_after_a_failure_may_tell if {
	script := _row([_deploy([_after(units.run(1, ["./alarm.sh"]))])])
	[one.what | some one in script.candidates] == ["./alarm.sh"]
	call := units.job("alarm", [], object.union(
		{"needs_closure": ["deploy"], "call": {"kind": "remote", "raw": "o/r/.github/workflows/alarm.yml@v1"}},
		_when("failure()", ["failure"]),
	))
	[one.job | some one in _row([_deploy([]), call]).candidates] == ["jobs.alarm"]
}

test_a_workflow_behind_another_tells_of_its_failure if {
	behind := [{"event": "workflow_run", "filters": {"workflows": ["Deploy"]}, "path": ["on", "workflow_run"]}]
	rows := _rows([units.job("tell", [units.use(0, "8398a7/action-slack", {})], {})], behind)
	[[row.type, row.workflows, count(row.notices)] | some row in rows] == [["behind", ["Deploy"], 1]]
}

test_codedeploy_and_codepipeline_announce_failures_themselves if {
	_row([_deploy([])]).service == ""
	_row([_deploy([units.run(1, ["aws deploy create-deployment --application-name x"])])]).service == "codedeploy"
	_row([_deploy([units.run(1, ["aws codepipeline start-pipeline-execution --name x"])])]).service == "codepipeline"
}

_resource(type, node) := {"address": "X", "type": type, "node": node}

_state(type, node) := [row.state | some row in rows; row.service == "codedeploy"][0] if {
	rows := failure_notices.rows with input as {
		"format": "cloudformation",
		"resources": {"X": _resource(type, node)},
		"by_type": {type: [_resource(type, node)]},
	}
}

_rule(events, targets) := _state(
	"AWS::CodeStarNotifications::NotificationRule",
	{"Properties": {"EventTypeIds": events, "Targets": targets}},
)

_open := {"$unknown": {"kind": "parameter", "name": "Events", "why": "has no default"}}

test_a_notification_rule_needs_a_failure_and_a_target if {
	failed := ["codedeploy-application-deployment-failed"]
	_rule(failed, [{"TargetAddress": "x"}]) == "yes"
	_rule(failed, []) == "no"
	_rule(["codedeploy-application-deployment-succeeded"], [{"TargetAddress": "x"}]) == "no"
	_rule(["codepipeline-pipeline-pipeline-execution-failed"], [{"TargetAddress": "x"}]) == "no"
	_rule(_open, [{"TargetAddress": "x"}]) == "open"
	_rule([_open], [{"TargetAddress": "x"}]) == "open"
	_state("aws_codestarnotifications_notification_rule", {
		"event_type_ids": failed, "target": [{"address": "x"}], "status": "DISABLED",
	}) == "no"
}

test_a_trigger_needs_a_failure if {
	type := "aws_codedeploy_deployment_group"
	_state(type, {"trigger_configuration": [{"trigger_events": ["DeploymentFailure"]}]}) == "yes"
	_state(type, {"trigger_configuration": [{"trigger_events": ["DeploymentSuccess"]}]}) == "no"
	_state(type, {"trigger_configuration": [{"trigger_events": [_open]}]}) == "open"
	_state(type, {}) == "no"
	_state(type, {"trigger_configuration": _open}) == "open"
}
