package policies.lib.deploy_roles_test

import data.policies.lib.deploy_roles
import data.policies.lib.network_units_test as units

_trusted(principal) := parties if {
	statement := {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
	role := units.cfn("R", "AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": statement}})
	trusted := deploy_roles.trusted with input as units.unit([role])
	parties := object.get(trusted, "R", set())
}

test_services_that_deploy if {
	_trusted({"Service": ["codebuild.amazonaws.com", "ec2.amazonaws.com"]}) == {"codebuild.amazonaws.com"}
	_trusted({"Service": "codedeploy.amazonaws.com.cn"}) == {"codedeploy.amazonaws.com"}
	_trusted({"Service": "cloudformation.amazonaws.com"}) == {"cloudformation.amazonaws.com"}
}

test_services_that_run_things_do_not if _trusted({"Service": "ecs-tasks.amazonaws.com"}) == set()

test_workflows_of_github if {
	statement := {
		"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
		"Principal": {"Federated": "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"},
	}
	role := units.cfn("R", "AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": statement}})
	trusted := deploy_roles.trusted with input as units.unit([role])
	trusted.R == {"GitHub"}
}
