package policies.kms.secrets_encrypted_with_kms_test

import data.policies.kms.secrets_encrypted_with_kms
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := secrets_encrypted_with_kms with input as unit with data.params as {"KMS-008": {"kms_level": level}}
}

_template(type, properties, level) := result if {
	result := _result(units.template({"S": {"type": type, "properties": properties}}), level)
}

_of(type, properties, level) := units.outcome(_template(type, properties, level), "S")

_secret(properties, level) := _of("AWS::SecretsManager::Secret", properties, level)

test_a_secret_without_a_key_has_the_key_of_the_service if {
	_secret({}, "any") == "pass"
	_secret({}, "aws-managed") == "pass"
	_secret({}, "cmk") == "fail"
}

test_the_managed_alias_is_no_key_of_ones_own if {
	_secret({"KmsKeyId": "alias/aws/secretsmanager"}, "aws-managed") == "pass"
	_secret({"KmsKeyId": "alias/aws/secretsmanager"}, "cmk") == "fail"
}

test_a_key_of_ones_own_satisfies_every_level if {
	_secret({"KmsKeyId": "alias/secrets"}, "cmk") == "pass"
	_secret({"KmsKeyId": units.unknown("parameter", "Key")}, "cmk") == "pass"
}

test_an_opaque_key_is_undecided_only_where_it_must_be_ones_own if {
	_secret({"KmsKeyId": units.unknown("dynamic-reference", "/key")}, "aws-managed") == "pass"
	_secret({"KmsKeyId": units.unknown("dynamic-reference", "/key")}, "cmk") == "unknown"
}

test_every_replica_needs_a_key if {
	keyed := {"Region": "eu-west-1", "KmsKeyId": "alias/secrets"}
	bare := {"Region": "us-east-1"}
	_secret({"KmsKeyId": "alias/secrets", "ReplicaRegions": [keyed]}, "cmk") == "pass"
	_secret({"KmsKeyId": "alias/secrets", "ReplicaRegions": [keyed, bare]}, "cmk") == "fail"
	_secret({"KmsKeyId": "alias/secrets", "ReplicaRegions": [keyed, bare]}, "any") == "pass"
}

test_the_secret_that_rds_makes_has_its_key_at_the_database if {
	managed := {"ManageMasterUserPassword": true}
	own := {"MasterUserSecret": {"KmsKeyId": "alias/secrets"}}
	every type in ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"] {
		_of(type, managed, "cmk") == "fail"
		_of(type, managed, "any") == ""
		_of(type, object.union(managed, own), "cmk") == "pass"
		_of(type, {}, "cmk") == ""
	}
}

test_the_secret_of_rds_is_called_so if {
	messages := {violation.message |
		some violation in _template("AWS::RDS::DBInstance", {"ManageMasterUserPassword": true}, "cmk").deny
	}
	messages == {concat(" ", [
		"Master password secret of 'S' is encrypted with an AWS managed key,",
		"but must be with a customer managed key: 'MasterUserSecret.KmsKeyId' is not set.",
	])}
}

_allow(principal) := {
	"Effect": "Allow",
	"Principal": principal,
	"Action": "secretsmanager:GetSecretValue",
	"Resource": "*",
}

_shared(secret, statements) := units.template({
	"S": {"type": "AWS::SecretsManager::Secret", "properties": secret},
	"P": {
		"type": "AWS::SecretsManager::ResourcePolicy",
		"properties": {"SecretId": units.reference("S", ""), "ResourcePolicy": {"Statement": statements}},
		"edges": [[["SecretId"], "S", ""]],
	},
	"R": {"type": "AWS::IAM::Role", "properties": {}},
})

_read_by(statements) := units.outcome(_result(_shared({}, statements), "any"), "S")

test_another_account_needs_a_key_of_ones_own_at_every_level if {
	_read_by([_allow({"AWS": "arn:aws:iam::210987654321:root"})]) == "fail"
	_read_by([_allow({"AWS": "210987654321"})]) == "fail"
	_read_by([_allow("*")]) == "fail"
	_read_by([_allow({"AWS": ["*"]})]) == "fail"
	statements := [_allow({"AWS": "210987654321"})]
	units.outcome(_result(_shared({"KmsKeyId": "alias/secrets"}, statements), "any"), "S") == "pass"
}

test_what_lets_the_other_account_in_is_related if {
	unit := _shared({}, [_allow({"AWS": "210987654321"})])
	some violation in _result(unit, "any").deny
	contains(violation.message, "Other accounts read it")
	violation.related == [{
		"address": "P",
		"path": ["Properties", "ResourcePolicy", "Statement", 0, "Principal", "AWS"],
		"message": "Lets another account in.",
	}]
}

test_an_organisation_has_other_accounts if {
	org := {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}
	_read_by([object.union(_allow("*"), org)]) == "fail"
}

_own := units.unknown("pseudo-parameter", "AWS::AccountId")

test_the_own_account_is_not_another if {
	_read_by([_allow({"AWS": {"$partial": ["arn:aws:iam::", _own, ":root"]}})]) == "pass"
	_read_by([_allow({"AWS": {"$partial": ["arn:aws:iam::", _own, ":role/reader"]}})]) == "pass"
	_read_by([_allow({"AWS": units.reference("R", "Arn")})]) == "pass"
	_read_by([_allow({"Service": "ecs-tasks.amazonaws.com"})]) == "pass"
	home := {"Condition": {"StringEquals": {"aws:PrincipalAccount": _own}}}
	_read_by([object.union(_allow("*"), home)]) == "pass"
}

test_a_denial_lets_nobody_in if _read_by([object.union(_allow("*"), {"Effect": "Deny"})]) == "pass"

test_a_reader_that_is_not_known_is_undecided if {
	_read_by([_allow({"AWS": units.unknown("parameter", "Reader")})]) == "unknown"
	_read_by([_allow({"AWS": "arn:aws:iam::210987654321:role/reader"})]) == "unknown"
	_read_by([units.unknown("parameter", "Statement")]) == "unknown"
	network := {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}}}
	_read_by([object.union(_allow("*"), network)]) == "unknown"
}

test_a_reader_that_is_not_known_is_explained if {
	unit := _shared({}, [_allow({"AWS": units.unknown("parameter", "Reader")})])
	some row in _result(unit, "any").undecided
	row.message == concat(" ", [
		"Secret 'S' may not be encrypted with a customer managed key: 'KmsKeyId' is not set, and its policy may let",
		"other accounts read it, which cannot use the key of Secrets Manager.",
	])
}

_named(name) := units.outcome(_result(unit, "any"), "S") if {
	unit := units.template({
		"S": {"type": "AWS::SecretsManager::Secret", "properties": {"Name": "shop/session"}},
		"P": {
			"type": "AWS::SecretsManager::ResourcePolicy",
			"properties": {"SecretId": name, "ResourcePolicy": {"Statement": [_allow("*")]}},
		},
	})
}

test_a_policy_of_another_secret_says_nothing if _named("shop/other") == "pass"

test_a_policy_may_name_its_secret if _named("shop/session") == "fail"

_plan(statement, account) := units.plan({
	"aws_secretsmanager_secret.s": {"type": "aws_secretsmanager_secret", "values": {"name": "s"}},
	"data.aws_iam_policy_document.d": {"type": "data.aws_iam_policy_document", "values": {"statement": [statement]}},
	"data.aws_caller_identity.me": {"type": "data.aws_caller_identity", "values": {"account_id": account}},
	"aws_secretsmanager_secret_policy.p": {
		"type": "aws_secretsmanager_secret_policy",
		"values": {
			"secret_arn": units.reference("aws_secretsmanager_secret.s", "arn"),
			"policy": units.reference("data.aws_iam_policy_document.d", "json"),
		},
		"edges": [
			[["secret_arn"], "aws_secretsmanager_secret.s", "arn"],
			[["policy"], "data.aws_iam_policy_document.d", "json"],
		],
	},
})

_planned_reader(arn, account) := units.outcome(_result(unit, "any"), "aws_secretsmanager_secret.s") if {
	statement := {
		"actions": ["secretsmanager:GetSecretValue"],
		"resources": ["*"],
		"principals": [{"type": "AWS", "identifiers": [arn]}],
	}
	unit := _plan(statement, account)
}

test_a_planned_policy_is_read_from_its_document if {
	_planned_reader("arn:aws:iam::210987654321:root", null) == "fail"
	_planned_reader("arn:aws:iam::210987654321:role/reader", null) == "unknown"
}

test_a_plan_that_knows_its_account_decides if {
	_planned_reader("arn:aws:iam::210987654321:role/reader", "123456789012") == "fail"
	_planned_reader("arn:aws:iam::123456789012:role/reader", "123456789012") == "pass"
	_planned_reader("arn:aws:iam::123456789012:root", "123456789012") == "pass"
}

test_a_planned_secret_needs_a_key_here_and_in_its_replicas if {
	own := "arn:aws:kms:eu-central-1:123456789012:key/mrk-1"
	bare := {"kms_key_id": own, "replica": [{"region": "eu-west-1", "kms_key_id": ""}]}
	keyed := {"kms_key_id": own, "replica": [{"region": "eu-west-1", "kms_key_id": own}]}
	outcomes := [outcome |
		some values in [{}, {"kms_key_id": own}, bare, keyed]
		unit := units.plan({"p": {"type": "aws_secretsmanager_secret", "values": values}})
		outcome := units.outcome(_result(unit, "cmk"), "p")
	]
	outcomes == ["fail", "pass", "fail", "pass"]
}

test_the_master_secret_of_a_planned_database_needs_a_key if {
	every type in ["aws_db_instance", "aws_rds_cluster"] {
		unit := units.plan({"p": {"type": type, "values": {"manage_master_user_password": true}}})
		units.outcome(_result(unit, "cmk"), "p") == "fail"
		keyed := {"manage_master_user_password": true, "master_user_secret_kms_key_id": "alias/secrets"}
		other := units.plan({"p": {"type": type, "values": keyed}})
		units.outcome(_result(other, "cmk"), "p") == "pass"
	}
}
