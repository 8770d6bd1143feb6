package policies.lib.role_grants_test

import data.policies.lib.network_units_test as units
import data.policies.lib.role_grants

_level(properties) := level if {
	level := role_grants.levels("R") with input as units.unit([units.cfn("R", "AWS::IAM::Role", properties)])
}

_inline(statements) := {"Policies": [{"PolicyDocument": {"Statement": statements}}]}

_allow(action) := {"Effect": "Allow", "Action": action, "Resource": "*"}

_attached(name) := {"ManagedPolicyArns": [concat("", ["arn:aws:iam::aws:policy/", name])]}

test_reading_and_writing if {
	_level(_inline([_allow("s3:GetObject")])) == "read"
	_level(_inline([_allow(["s3:GetObject", "s3:PutObject"])])) == "write"
	_level(_inline([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}])) == "write"
}

test_what_is_denied_everywhere_is_not_written if {
	deny := {"Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}
	_level(_inline([_allow("s3:GetObject"), _allow("s3:PutObject"), deny])) == "read"
}

test_policies_that_are_known_by_name if {
	_level(_attached("ReadOnlyAccess")) == "read"
	_level(_attached("job-function/ViewOnlyAccess")) == "read"
	_level(_attached("AmazonECS_FullAccess")) == "write"
	_level(_attached("CloudWatchAgentServerPolicy")) == "undecided"
	_level(_attached("AmazonSQSFullAccess")) == "write"
	_level(_attached("AdministratorAccess")) == "write"
}

test_what_is_not_shown_is_undecided if {
	_level({}) == "undecided"
	_level(_inline([_allow("s3:GetObject"), units.parameter("Statement")])) == "undecided"
	_level({"ManagedPolicyArns": [units.parameter("Policy")]}) == "undecided"
}

test_the_worst_of_several_roles_counts if {
	unit := units.unit([
		units.cfn("R", "AWS::IAM::Role", _inline([_allow("s3:GetObject")])),
		units.cfn("W", "AWS::IAM::Role", _inline([_allow("s3:PutObject")])),
	])
	both := role_grants.combined(["R", "W"]) with input as unit
	both == "write"
	one := role_grants.combined(["R"]) with input as unit
	one == "read"
}

_may(properties) := answer if {
	unit := units.unit([units.cfn("R", "AWS::IAM::Role", properties)])
	answer := role_grants.may(["R"], ["secretsmanager:getsecretvalue"]) with input as unit
}

test_what_a_role_may_do if {
	_may(_inline([_allow("secretsmanager:Get*")])) == "yes"
	_may(_inline([_allow("s3:GetObject")])) == "no"
	_may(_inline([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}])) == "yes"
	_may(_inline([{"Effect": "Allow", "NotAction": "secretsmanager:*", "Resource": "*"}])) == "no"
	_may(_attached("SecretsManagerReadWrite")) == "yes"
	_may({"ManagedPolicyArns": [units.parameter("Policy")]}) == "open"
}
