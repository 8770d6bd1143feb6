package policies.lib.deploy_steps_test

import data.policies.lib.deploy_steps
import data.policies.lib.workflow_units_test as units

_command(line) := [deploy_steps.waits(job, deploying), deploy_steps.takes_back(job, deploying)] if {
	job := units.job("deploy", [units.run(0, [line])], {})
	deploying := {"step": 0, "position": 0, "what": line}
}

_action(name, inputs) := [deploy_steps.waits(job, deploying), deploy_steps.takes_back(job, deploying)] if {
	job := units.job("deploy", [units.use(0, name, inputs)], {})
	deploying := {"step": 0, "position": -1, "what": name}
}

test_commands if {
	_command("cdk deploy") == ["yes", "yes"]
	_command("cdk deploy --no-rollback") == ["yes", "off"]
	_command("kubectl apply -f web.yaml") == ["no", "no"]
	_command("helm upgrade web ./chart --wait") == ["yes", "no"]
	_command("helm upgrade web ./chart --atomic") == ["yes", "yes"]
	_command("aws cloudformation create-stack --on-failure DO_NOTHING") == ["no", "off"]
}

test_actions if {
	_action("aws-actions/aws-cloudformation-github-deploy", {}) == ["yes", "yes"]
	_action("aws-actions/aws-cloudformation-github-deploy", {"disable-rollback": "1"}) == ["yes", "off"]
	_action("aws-actions/amazon-ecs-deploy-task-definition", {"service": "a"}) == ["no", "no"]
	_action("aws-actions/amazon-ecs-deploy-task-definition", {"wait-for-service-stability": "true"}) == ["yes", "no"]
}
