package policies.gate.codepipeline_manual_approval_test

import data.policies.gate.codepipeline_manual_approval as policy

_action(name, category, provider, order) := {
	"Name": name,
	"ActionTypeId": {"Category": category, "Provider": provider},
	"RunOrder": order,
}

_deploy(order) := _action("Deploy", "Deploy", "ECS", order)

_approval(order) := _action("Approve", "Approval", "Manual", order)

_stage(name, actions) := {"Name": name, "Actions": actions}

_pipeline(stages) := {
	"address": "Pipeline",
	"type": "AWS::CodePipeline::Pipeline",
	"node": {"Properties": {"Stages": stages}},
}

_outcome(stages) := "fail" if {
	found := policy.deny with input as _unit(stages)
	count(found) > 0
} else := "unknown" if {
	found := policy.undecided with input as _unit(stages)
	count(found) > 0
} else := "pass" if {
	found := policy.subjects with input as _unit(stages)
	count(found) > 0
} else := "not applicable"

_unit(stages) := {"by_type": {"AWS::CodePipeline::Pipeline": [_pipeline(stages)]}}

_source := _stage("Source", [_action("Source", "Source", "S3", null)])

test_a_production_stage_without_approval_fails if _outcome([_source, _stage("Prod", [_deploy(null)])]) == "fail"

test_an_approval_in_the_stage_before_passes if {
	_outcome([_source, _stage("Approve", [_approval(null)]), _stage("Prod", [_deploy(null)])]) == "pass"
}

test_an_approval_before_the_last_other_deployment_is_none if {
	_outcome([_stage("A", [_approval(null)]), _stage("Staging", [_deploy(1)]), _stage("Prod", [_deploy(1)])]) == "fail"
	_outcome([_stage("Staging", [_deploy(1), _approval(2)]), _stage("Prod", [_deploy(1)])]) == "pass"
	_outcome([_stage("Staging", [_deploy(2), _approval(1)]), _stage("Prod", [_deploy(1)])]) == "fail"
}

test_an_approval_without_order_runs_beside_the_deployment if {
	_outcome([_stage("Prod", [_approval(null), _deploy(null)])]) == "fail"
	_outcome([_stage("Prod", [_approval(2), _deploy(1)])]) == "fail"
	_outcome([_stage("Prod", [_approval(1), _deploy(2)])]) == "pass"
}

test_without_classes_the_last_deployment_is_production if {
	_outcome([_source, _stage("First", [_deploy(1)]), _stage("Second", [_approval(1), _deploy(2)])]) == "pass"
	_outcome([_source, _stage("First", [_deploy(1)]), _stage("Second", [_deploy(2)])]) == "fail"
}

test_pipelines_to_staging_only_are_not_judged if {
	_outcome([_source, _stage("Staging", [_deploy(1)])]) == "not applicable"
	_outcome([_source]) == "not applicable"
}

test_a_build_that_is_called_a_deployment_deploys if {
	_outcome([_stage("Prod", [_action("DeployStack", "Build", "CodeBuild", null)])]) == "fail"
	_outcome([_stage("Prod", [_action("Compile", "Build", "CodeBuild", null)])]) == "not applicable"
}

_open := {"$unknown": {"kind": "parameter", "name": "Order", "why": "has no default"}}

test_an_open_order_is_unknown if _outcome([_stage("Prod", [_approval(1), _deploy(_open)])]) == "unknown"
