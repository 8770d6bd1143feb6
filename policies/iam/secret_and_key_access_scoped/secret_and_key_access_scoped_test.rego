package policies.iam.secret_and_key_access_scoped_test

import data.policies.iam.secret_and_key_access_scoped
import data.policies.lib.network_units_test as units

_baseline := {"IAM-013": {
	"actions": [
		"secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath",
		"ssm:GetParameterHistory", "kms:Decrypt", "kms:ReEncryptFrom", "rds-db:connect", "s3:GetObject",
		"dynamodb:Scan", "dynamodb:Query", "dynamodb:GetItem",
	],
	"readonly_prefixes": ["get", "list", "describe", "batchget", "view", "search", "query", "scan"],
	"require_names": false,
}}

_strict := {"IAM-013": object.union(_baseline["IAM-013"], {"require_names": true})}

_policy(statements) := units.cfn("P", "AWS::IAM::Policy", {"PolicyDocument": {"Statement": statements}})

_denials(resources, params) := found if {
	found := secret_and_key_access_scoped.deny with input as units.unit(resources) with data.params as params
}

_denied(action, resource) := found if {
	statement := {"Effect": "Allow", "Action": action, "Resource": resource}
	found := [violation.severity | some violation in _denials([_policy(statement)], _baseline)]
}

_denied_strict(action, resource) := found if {
	statement := {"Effect": "Allow", "Action": action, "Resource": resource}
	found := [violation.severity | some violation in _denials([_policy(statement)], _strict)]
}

_denied_if(action, condition, params) := found if {
	statement := {"Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition}
	found := [violation.severity | some violation in _denials([_policy(statement)], params)]
}

_undecided(statement) := found if {
	unit := units.unit([_policy(statement)])
	entries := secret_and_key_access_scoped.undecided with input as unit with data.params as _baseline
	found := {entry.message | some entry in entries}
}

test_secrets_and_keys_on_everything_are_high if {
	every action in [
		"secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath",
		"ssm:GetParameterHistory", "kms:Decrypt", "kms:ReEncryptFrom", "rds-db:connect",
	] {
		_denied(action, "*") == ["high"]
	}
}

test_stored_data_on_everything_is_medium if {
	every action in ["s3:GetObject", "dynamodb:Scan", "dynamodb:Query", "dynamodb:GetItem"] {
		_denied(action, "*") == ["medium"]
	}
}

test_every_thing_of_a_type_is_wide if {
	_denied("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:*") == ["high"]
	_denied("ssm:GetParameter", "arn:aws:ssm:*:*:parameter/*") == ["high"]
	_denied("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/*") == ["high"]
	_denied("rds-db:connect", "arn:aws:rds-db:eu-west-1:111122223333:dbuser:*/*") == ["high"]
	_denied("s3:GetObject", "arn:aws:s3:::*") == ["medium"]
	_denied("s3:GetObject", "arn:aws:s3:::*/*") == ["medium"]
	_denied("dynamodb:Query", "arn:aws:dynamodb:*:*:table/*") == ["medium"]
	_denied("dynamodb:Query", "arn:aws:dynamodb:*:*:table/*/index/*") == ["medium"]
}

test_wildcards_of_aliases_are_wide if {
	_denied("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:alias/*") == ["high"]
	_denied("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:alias/app-*") == ["high"]
}

test_named_things_pass if {
	secret := "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db/credentials"
	_denied_strict("secretsmanager:GetSecretValue", concat("", [secret, "-??????"])) == []
	_denied_strict("secretsmanager:GetSecretValue", concat("", [secret, "-*"])) == []
	_denied_strict("ssm:GetParameter*", "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/*") == []
	_denied_strict("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab") == []
	_denied_strict("rds-db:connect", "arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-ABCDEFGHIJKL/app") == []
	_denied_strict("s3:GetObject", "arn:aws:s3:::uploads/*") == []
	table := "arn:aws:dynamodb:*:*:table/orders"
	_denied_strict("dynamodb:Query", [table, concat("", [table, "/index/*"])]) == []
	_denied_strict("secretsmanager:GetSecretValue", units.ref("DbSecret")) == []
}

test_a_prefix_of_secrets_is_too_wide_for_strict if {
	prefix := "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/*"
	_denied("secretsmanager:GetSecretValue", prefix) == []
	_denied_strict("secretsmanager:GetSecretValue", prefix) == ["high"]
}

test_a_user_of_any_database_is_too_wide_for_strict if {
	_denied("rds-db:connect", "arn:aws:rds-db:*:*:dbuser:*/app") == []
	_denied_strict("rds-db:connect", "arn:aws:rds-db:*:*:dbuser:*/app") == ["high"]
}

test_a_condition_may_say_which_keys if {
	_denied_if("kms:Decrypt", {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}, _strict) == []
	_denied_if("kms:Decrypt", {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/app"}}, _strict) == []
	_denied_if("kms:Decrypt", {"StringEquals": {"kms:EncryptionContext:app": "shop"}}, _strict) == []
	_denied_if("kms:Decrypt", {"Bool": {"aws:SecureTransport": "true"}}, _baseline) == ["high"]
}

test_tags_of_the_resource_are_for_baseline if {
	every key in ["aws:ResourceTag/app", "secretsmanager:ResourceTag/app"] {
		_denied_if("secretsmanager:GetSecretValue", {"StringEquals": {key: "shop"}}, _baseline) == []
		_denied_if("secretsmanager:GetSecretValue", {"StringEquals": {key: "shop"}}, _strict) == ["high"]
	}
	_denied_if("ssm:GetParameter", {"StringEquals": {"ssm:resourceTag/app": "shop"}}, _baseline) == []
}

test_the_account_of_the_resource_is_no_scope if {
	account := {"StringEquals": {"aws:ResourceAccount": "111122223333"}}
	_denied_if("secretsmanager:GetSecretValue", account, _baseline) == ["high"]
	negated := {"StringNotEquals": {"aws:ResourceTag/app": "shop"}}
	_denied_if("secretsmanager:GetSecretValue", negated, _baseline) == ["high"]
}

test_whole_services_belong_to_another_control if {
	_denied(["secretsmanager:*", "*", "s3:*Object"], "*") == []
	statement := {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
	_denials([_policy(statement)], _baseline) == set()
}

test_wildcards_that_read_count if {
	_denied("s3:Get*", "*") == ["medium"]
	_denied("ssm:Get*", "*") == ["high"]
	_denied("secretsmanager:Get*", "*") == ["high"]
}

test_reading_several_secrets_at_once_names_none if {
	_denied("secretsmanager:BatchGetSecretValue", "*") == []
}

test_one_finding_an_element if {
	statement := {
		"Effect": "Allow",
		"Action": ["s3:GetObject", "secretsmanager:GetSecretValue"],
		"Resource": ["arn:aws:s3:::uploads/*", "*"],
	}
	[[violation.severity, violation.path, violation.message] |
		some violation in _denials([_policy(statement)], _baseline)
	] == [[
		"high",
		["Properties", "PolicyDocument", "Statement", "Resource", 1],
		concat("", [
			"Statement 1 of 'P' lets its holder read too much with 's3:GetObject', ",
			"'secretsmanager:GetSecretValue' on '*': name the bucket and the secrets that are read.",
		]),
	]]
}

_task(attribute) := [
	units.cfn("Task", "AWS::ECS::TaskDefinition", {attribute: units.ref("Role")}),
	units.cfn("Role", "AWS::IAM::Role", {"Policies": [{"PolicyDocument": {"Statement": {
		"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*",
	}}}]}),
]

_of_task(attribute) := [message |
	some violation in _denials(_task(attribute), _baseline)
	message := split(violation.message, " with 'secrets")[0]
]

test_roles_of_tasks_have_their_own_words if {
	_of_task("TaskRoleArn") == [
		"Statement 1 of 'Role' lets the containers that run with the task role 'Role' read too much",
	]
	_of_task("ExecutionRoleArn") == [
		"Statement 1 of 'Role' lets the execution role 'Role' read more than its tasks are started with",
	]
}

test_what_is_denied_is_not_read if {
	allow := {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
	deny := {
		"Effect": "Deny", "Action": "secretsmanager:*",
		"NotResource": "arn:aws:secretsmanager:*:*:secret:shop/*",
	}
	_denials([_policy([allow, deny])], _baseline) == set()
}

test_a_parameter_is_undecided if {
	_undecided({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": units.parameter("Key")}) == {
		"Statement 1 of 'P' may allow 'kms:Decrypt' on everything: parameter 'Key' has no default.",
	}
	count(_undecided({"Effect": "Allow", "Action": units.parameter("Action"), "Resource": "*"})) == 1
	count(_undecided(units.parameter("Statement"))) == 1
}

test_a_condition_may_say_which_keys_of_a_parameter if {
	statement := {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": units.parameter("Key")}
	via := {"Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}}
	_undecided(object.union(statement, via)) == set()
	transport := {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}
	count(_undecided(object.union(statement, transport))) == 1
}
