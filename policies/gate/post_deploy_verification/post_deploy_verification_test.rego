package policies.gate.post_deploy_verification_test

import data.policies.gate.post_deploy_verification as policy
import data.policies.lib.workflow_units_test as units

_trigger := {"event": "push", "filters": {"branches": ["main"]}, "path": ["on", "push"]}

_outcome(jobs) := [outcome |
	unit := units.unit(jobs, [_trigger])
	denied := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
	some outcome, found in {"1 fail": denied, "2 unknown": undecided, "3 judged": subjects}
	count(found) > 0
]

_in(place, steps) := units.job("deploy", steps, {"environment": units.environment(place)})

_staging(lines) := _outcome([_in("staging", [units.run(0, lines)])])[0]

_production(lines) := _outcome([_in("production", [units.run(0, lines)])])[0]

test_nothing_behind_fails if {
	_staging(["kubectl apply -f web.yaml"]) == "1 fail"
	_production(["kubectl apply -f web.yaml"]) == "1 fail"
}

test_staging_needs_health_or_a_smoke_test if {
	_staging(["kubectl apply -f web.yaml", "kubectl rollout status deployment/web"]) == "3 judged"
	_staging(["kubectl apply -f web.yaml", "curl -f https://shop.example"]) == "3 judged"
	_staging(["kubectl apply -f web.yaml", "playwright test"]) == "3 judged"
}

test_production_needs_both if {
	_production(["kubectl apply -f web.yaml", "curl -f https://shop.example"]) == "1 fail"
	_production(["kubectl apply -f web.yaml", "playwright test"]) == "1 fail"
	_production(["kubectl apply -f web.yaml", "curl -f https://shop.example", "playwright test"]) == "3 judged"
}

test_what_stands_before_checks_nothing if {
	_staging(["curl -f https://shop.example", "kubectl apply -f web.yaml"]) == "1 fail"
}

test_curl_without_fail_is_no_check if {
	_staging(["kubectl apply -f web.yaml", "curl -s https://shop.example"]) == "1 fail"
	_staging(["kubectl apply -f web.yaml", "wget -q https://shop.example"]) == "3 judged"
}

test_tools_that_wait_are_a_check_of_health if {
	_staging(["cdk deploy --all"]) == "3 judged"
	_staging(["sam deploy"]) == "3 judged"
	_staging(["copilot svc deploy"]) == "3 judged"
	_staging(["aws cloudformation deploy --stack-name a"]) == "3 judged"
	_staging(["aws cloudformation create-stack --stack-name a"]) == "1 fail"
	_staging(["helm upgrade web ./chart --atomic"]) == "3 judged"
	_staging(["helm upgrade web ./chart"]) == "1 fail"
	_staging(["aws ecs update-service --service a", "aws ecs wait services-stable --services a"]) == "3 judged"
	_production(["sam deploy"]) == "1 fail"
}

_ecs(inputs) := _outcome([_in("staging", [units.use(
	0, "aws-actions/amazon-ecs-deploy-task-definition",
	object.union({"service": "web"}, inputs),
)])])[0]

test_the_action_for_ecs_waits_only_when_told if {
	_ecs({}) == "1 fail"
	_ecs({"wait-for-service-stability": true}) == "3 judged"
	_ecs({"wait-for-service-stability": "false"}) == "1 fail"
	_ecs({"wait-for-service-stability": "${{ inputs.wait }}"}) == "2 unknown"
}

_verify(steps, given) := units.job("verify", steps, object.union(
	{"needs": ["deploy"], "needs_closure": ["deploy"]},
	given,
))

_deployed := _in("staging", [units.run(0, ["kubectl apply -f web.yaml"])])

_behind(steps, given) := _outcome([_deployed, _verify(steps, given)])[0]

test_a_job_must_wait_for_the_deployment if {
	_behind([units.run(0, ["playwright test"])], {}) == "3 judged"
	_outcome([_deployed, units.job("verify", [units.run(0, ["playwright test"])], {})])[0] == "1 fail"
}

test_a_check_that_may_fail_unnoticed_is_none if {
	step := units.run(0, ["playwright test"])
	_behind([object.union(step, {"continue_on_error": true})], {}) == "1 fail"
	_behind([step], {"continue_on_error": true}) == "1 fail"
	_behind([units.script(0, [["playwright test", "||"], ["true", null]])], {}) == "1 fail"
}

test_a_check_only_on_failure_is_none if {
	failing := units.condition(["if"], "failure()", {"call": "failure", "args": []}, ["failure"])
	_behind([units.run(0, ["playwright test"])], {"condition": failing}) == "1 fail"
}

test_a_script_a_name_or_a_call_is_unknown if {
	_behind([units.run(0, ["./verify.sh"])], {}) == "2 unknown"
	_behind([], {"call": {"kind": "remote", "raw": "o/r/.github/workflows/v.yml@v1"}}) == "2 unknown"
	_behind([units.run(0, ["./notify.sh"])], {}) == "1 fail"
}

test_a_probable_deployment_is_unknown_at_worst if {
	job := units.job("deploy", [units.run(0, ["./deploy.sh"])], {"secrets": ["aws_key"]})
	_outcome([job])[0] == "2 unknown"
}

test_dev_rollbacks_and_teardowns_are_not_judged if {
	_outcome([_in("dev", [units.run(0, ["sam deploy"])])]) == []
	_outcome([_in("production", [units.run(0, ["helm rollback web"])])]) == []
	_outcome([_in("production", [units.run(0, ["terraform destroy"])])]) == []
}
