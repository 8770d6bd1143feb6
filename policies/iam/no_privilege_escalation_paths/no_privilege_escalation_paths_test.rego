package policies.iam.no_privilege_escalation_paths_test

import data.policies.iam.no_privilege_escalation_paths
import data.policies.lib.network_units_test as units

_baseline := {"IAM-007": {"report_incomplete": false}}

_strict := {"IAM-007": {"report_incomplete": true}}

_policy(statements) := units.cfn("P", "AWS::IAM::Policy", {"PolicyDocument": {"Statement": statements}})

_denials(resources) := found if {
	found := no_privilege_escalation_paths.deny with input as units.unit(resources) with data.params as _baseline
}

_denied(statements) := {violation.severity | some violation in _denials([_policy(statements)])}

_messages(resources) := {violation.message | some violation in _denials(resources)}

_undecided(resources, params) := found if {
	entries := no_privilege_escalation_paths.undecided with input as units.unit(resources) with data.params as params
	found := {entry.message | some entry in entries}
}

_allow(action, resource) := {"Effect": "Allow", "Action": action, "Resource": resource}

_if(statement, condition) := object.union(statement, {"Condition": condition})

_every_role := "arn:aws:iam::*:role/*"

_singles := [
	"iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:PutUserPolicy", "iam:PutRolePolicy",
	"iam:PutGroupPolicy", "iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:AttachGroupPolicy",
	"iam:AddUserToGroup", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile",
	"iam:UpdateAssumeRolePolicy", "iam:DeleteUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary",
	"iam:UpdateSAMLProvider", "lambda:UpdateFunctionCode", "ssm:SendCommand", "ssm:StartSession",
	"glue:UpdateDevEndpoint", "sagemaker:CreatePresignedNotebookInstanceUrl",
]

test_each_single_action_on_everything_is_high if {
	every action in _singles { _denied(_allow(action, "*")) == {"high"} }
}

test_assuming_any_role_is_medium if {
	_denied(_allow("sts:AssumeRole", _every_role)) == {"medium"}
	_denied(_allow("sts:AssumeRole", "arn:aws:iam::111122223333:role/reader")) == set()
}

test_all_things_of_a_type_are_wide if {
	_denied(_allow("iam:PutRolePolicy", _every_role)) == {"high"}
	_denied(_allow("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:111122223333:function:*")) == {"high"}
	_denied(_allow("ssm:SendCommand", "arn:aws:ec2:*:*:instance/*")) == {"high"}
	_denied(_allow("ssm:SendCommand", "arn:aws:ssm:*:*:document/*")) == set()
}

test_named_things_are_not_wide if {
	_denied(_allow("iam:PutRolePolicy", "arn:aws:iam::*:role/app-*")) == set()
	_denied(_allow("lambda:UpdateFunctionCode", units.ref("Function"))) == set()
}

test_the_own_user_is_no_escalation if {
	_denied(_allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")) == set()
}

test_delegated_administration_is_no_escalation if {
	bound := {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/bound"}}
	_denied(_if(_allow(["iam:PutRolePolicy", "iam:AttachRolePolicy"], "*"), bound)) == set()
	_denied(_if(_allow("iam:UpdateAssumeRolePolicy", "*"), bound)) == {"high"}
}

_attaching(arn) := _if(_allow("iam:AttachRolePolicy", "*"), {"ArnLike": {"iam:PolicyARN": arn}})

test_a_list_of_policies_to_attach_is_no_escalation if {
	_denied(_attaching("arn:aws:iam::111122223333:policy/app/*")) == set()
	_denied(_attaching("arn:aws:iam::aws:policy/ReadOnlyAccess")) == set()
	_denied(_attaching("arn:aws:iam::aws:policy/*")) == {"high"}
	_denied(_attaching("arn:aws:iam::aws:policy/AdministratorAccess")) == {"high"}
	_denied(_attaching("arn:aws:iam::*:policy/app/*")) == {"high"}
}

test_a_condition_on_the_caller_changes_nothing if {
	_denied(_if(_allow("iam:PutRolePolicy", "*"), {"Bool": {"aws:MultiFactorAuthPresent": "true"}})) == {"high"}
	_denied(_if(_allow("iam:PutRolePolicy", "*"), {"StringEquals": {"iam:ResourceTag/team": "web"}})) == set()
}

test_administrators_are_left_to_others if {
	_denied(_allow("*", "*")) == set()
	_denied(_allow("iam:*", "*")) == set()
	_denied(_allow(["iam:*", "s3:GetObject"], _every_role)) == set()
}

_pairs := [
	["ec2:RunInstances"],
	["ec2:RequestSpotInstances"],
	["ec2:AssociateIamInstanceProfile"],
	["ec2:ReplaceIamInstanceProfileAssociation"],
	["autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"],
	["lambda:CreateFunction", "lambda:InvokeFunction"],
	["lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"],
	["ecs:RegisterTaskDefinition", "ecs:RunTask"],
	["ecs:RegisterTaskDefinition", "ecs:UpdateService"],
	["batch:RegisterJobDefinition", "batch:SubmitJob"],
	["cloudformation:CreateStack"],
	["cloudformation:UpdateStack"],
	["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"],
	["codebuild:UpdateProject", "codebuild:StartBuildBatch"],
	["codepipeline:CreatePipeline"],
	["glue:CreateDevEndpoint"],
	["glue:UpdateJob", "glue:CreateTrigger"],
	["sagemaker:CreateTrainingJob"],
	["sagemaker:CreateProcessingJob"],
	["states:UpdateStateMachine", "states:StartExecution"],
	["scheduler:CreateSchedule"],
	["events:PutRule", "events:PutTargets"],
	["apprunner:CreateService"],
	["elasticmapreduce:RunJobFlow"],
	["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"],
	["bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:InvokeCodeInterpreter"],
]

test_each_way_to_use_a_passed_role_is_high if {
	every actions in _pairs { _denied([_allow("iam:PassRole", "*"), _allow(actions, "*")]) == {"high"} }
}

test_half_a_way_is_none if {
	every actions in [pair | some pair in _pairs; count(pair) > 1] {
		_denied([_allow("iam:PassRole", "*"), _allow(array.slice(actions, 0, 1), "*")]) == set()
	}
}

test_passing_named_roles_is_what_deployments_do if {
	roles := [units.ref("TaskRole"), "arn:aws:iam::111122223333:role/app-execution"]
	actions := ["ecs:RegisterTaskDefinition", "ecs:UpdateService"]
	_denied([_allow("iam:PassRole", roles), _allow(actions, "*")]) == set()
}

test_the_condition_on_the_service_leaves_its_ways_only if {
	to_lambda := {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
	pass := _if(_allow("iam:PassRole", "*"), to_lambda)
	_denied([pass, _allow("ec2:RunInstances", "*")]) == set()
	_denied([pass, _allow(["lambda:CreateFunction", "lambda:InvokeFunction"], "*")]) == {"high"}
}

test_a_part_of_a_name_to_any_service_counts if {
	some_roles := "arn:aws:iam::111122223333:role/app-*"
	_denied([_allow("iam:PassRole", some_roles), _allow("ec2:RunInstances", "*")]) == {"high"}
}

test_a_hidden_wildcard_counts_as_passing if {
	_denied([_allow("iam:P*ssRole", "*"), _allow("ec2:Run*", "*")]) == {"high"}
}

_split := [
	units.cfn("Role", "AWS::IAM::Role", {"ManagedPolicyArns": [units.ref("Start")]}),
	units.cfn("Pass", "AWS::IAM::Policy", {
		"Roles": [units.ref("Role")], "PolicyDocument": {"Statement": _allow("iam:PassRole", "*")},
	}),
	units.cfn("Start", "AWS::IAM::ManagedPolicy", {
		"PolicyDocument": {"Statement": _allow("ec2:RunInstances", "*")},
	}),
]

test_a_pair_split_over_two_policies_is_found_where_roles_are_passed if {
	denials := _denials(_split)
	[[violation.resource, violation.path, violation.related] | some violation in denials] == [[
		"Pass",
		["Properties", "PolicyDocument", "Statement"],
		[{"address": "Start", "path": ["Properties", "PolicyDocument", "Statement"], "message": "contributes to it"}],
	]]
	_messages(_split) == {concat("", [
		"Statement 1 of 'Pass' lets the role 'Role' raise its own privileges: it may pass any role ('*') to what ",
		"'ec2:RunInstances' starts; name the roles that it passes.",
	])}
}

test_policies_of_two_principals_do_not_come_together if {
	_messages([
		units.cfn("One", "AWS::IAM::Role", {"Policies": [{
			"PolicyDocument": {"Statement": _allow("iam:PassRole", "*")},
		}]}),
		units.cfn("Other", "AWS::IAM::Role", {"Policies": [{
			"PolicyDocument": {"Statement": _allow("ec2:RunInstances", "*")},
		}]}),
	]) == set()
}

test_what_is_denied_or_out_of_bounds_does_not_count if {
	deny := {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}
	_denied([_allow("iam:PassRole", "*"), _allow("ec2:RunInstances", "*"), deny]) == set()
	_denied([_allow("iam:PutRolePolicy", "*"), {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]) == set()
}

_deployer(statements) := units.cfn("Deployer", "AWS::IAM::Role", {"Policies": [{
	"PolicyDocument": {"Statement": statements},
}]})

_admin(service) := units.cfn("Admin", "AWS::IAM::Role", {
	"RoleName": "admin",
	"AssumeRolePolicyDocument": {"Statement": {
		"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole",
	}},
	"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
})

test_passing_a_named_administrator_is_an_escalation if {
	start := _allow("ec2:RunInstances", "*")
	by_reference := [_allow("iam:PassRole", units.ref("Admin")), start]
	by_name := [_allow("iam:PassRole", "arn:aws:iam::111122223333:role/admin"), start]
	_messages([_deployer(by_reference), _admin("ec2.amazonaws.com")]) == {concat("", [
		"Statement 1 of 'Deployer' lets the role 'Deployer' raise its own privileges: it may pass 'Admin', ",
		"which holds a policy that allows everything, to what 'ec2:RunInstances' starts; pass a weaker role.",
	])}
	count(_messages([_deployer(by_name), _admin("ec2.amazonaws.com")])) == 1
	_messages([_deployer(by_reference), _admin("lambda.amazonaws.com")]) == set()
}

test_a_resource_that_is_not_known_is_undecided if {
	_undecided([_policy(_allow("iam:PutRolePolicy", units.parameter("Role")))], _baseline) == {
		"Statement 1 of 'P' may raise privileges: parameter 'Role' has no default.",
	}
}

test_an_action_that_is_not_known_is_undecided_on_wide_resources_only if {
	count(_undecided([_policy(_allow(units.parameter("Action"), "*"))], _baseline)) == 1
	_undecided([_policy(_allow(units.parameter("Action"), "arn:aws:s3:::b"))], _baseline) == set()
}

test_policies_elsewhere_are_undecided_in_strict_only if {
	role := units.cfn("Role", "AWS::IAM::Role", {"ManagedPolicyArns": [
		"arn:aws:iam::111122223333:policy/elsewhere", "arn:aws:iam::aws:policy/ReadOnlyAccess",
	]})
	_undecided([role], _baseline) == set()
	_undecided([role], _strict) == {
		concat("", [
			"The role 'Role' may raise its own privileges: what 'Role' attaches is not part of the scan ",
			"('arn:aws:iam::111122223333:policy/elsewhere').",
		]),
	}
	handed_in := units.cfn("Role", "AWS::IAM::Role", {"ManagedPolicyArns": [units.parameter("Extra")]})
	some message in _undecided([handed_in], _strict)
	endswith(message, "is not part of the scan (parameter 'Extra' has no default).")
}

test_no_identity_policy_no_subject if {
	unit := units.unit([units.cfn("B", "AWS::S3::Bucket", {})])
	found := no_privilege_escalation_paths.subjects with input as unit with data.params as _strict
	found == set()
}
