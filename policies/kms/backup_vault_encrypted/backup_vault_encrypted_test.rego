package policies.kms.backup_vault_encrypted_test

import data.policies.kms.backup_vault_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := backup_vault_encrypted with input as unit with data.params as {"KMS-015": {"kms_level": level}}
}

_vault(properties, level) := outcome if {
	unit := units.template({"V": {"type": "AWS::Backup::BackupVault", "properties": properties}})
	outcome := units.outcome(_result(unit, level), "V")
}

test_a_vault_without_a_key_has_that_of_aws if {
	_vault({}, "any") == "pass"
	_vault({}, "aws-managed") == "pass"
	_vault({}, "cmk") == "fail"
}

test_the_alias_of_aws_is_no_key_of_ones_own if {
	_vault({"EncryptionKeyArn": "arn:aws:kms:eu-west-1:111122223333:alias/aws/backup"}, "cmk") == "fail"
}

test_a_key_of_ones_own_passes if {
	_vault({"EncryptionKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/1"}, "cmk") == "pass"
	_vault({"EncryptionKeyArn": units.unknown("parameter", "Key")}, "cmk") == "pass"
	_vault({"EncryptionKeyArn": units.unknown("import", "Key")}, "cmk") == "pass"
}

test_an_opaque_key_proves_no_key_of_ones_own if {
	opaque := {"EncryptionKeyArn": units.unknown("dynamic-reference", "/key")}
	_vault(opaque, "aws-managed") == "pass"
	_vault(opaque, "cmk") == "unknown"
}

test_a_key_under_an_open_condition_may_be_absent if {
	open := {"EncryptionKeyArn": units.unknown("condition", "HasKey")}
	_vault(open, "aws-managed") == "pass"
	_vault(open, "cmk") == "unknown"
}

test_a_planned_vault_is_judged_alike if {
	unit := units.plan({
		"aws_kms_key.k": {"type": "aws_kms_key", "values": {}},
		"aws_backup_vault.own": {
			"type": "aws_backup_vault",
			"values": {"kms_key_arn": units.reference("aws_kms_key.k", "arn")},
		},
		"aws_backup_vault.none": {"type": "aws_backup_vault", "values": {"name": "none"}},
	})
	units.outcome(_result(unit, "cmk"), "aws_backup_vault.own") == "pass"
	units.outcome(_result(unit, "cmk"), "aws_backup_vault.none") == "fail"
	units.outcome(_result(unit, "aws-managed"), "aws_backup_vault.none") == "pass"
}

_policy(principal) := {"Version": "2012-10-17", "Statement": [{
	"Effect": "Allow",
	"Action": "backup:CopyIntoBackupVault",
	"Principal": principal,
	"Resource": "*",
}]}

test_a_vault_for_copies_of_other_accounts_needs_a_key_of_its_own if {
	open := _policy("*")
	_vault({"AccessPolicy": open}, "aws-managed") == "fail"
	_vault({"AccessPolicy": open, "EncryptionKeyArn": "mrk-1"}, "aws-managed") == "pass"
}

test_the_message_says_why_a_vault_for_copies_needs_a_key if {
	properties := {"AccessPolicy": _policy({"AWS": "*"})}
	unit := units.template({"V": {"type": "AWS::Backup::BackupVault", "properties": properties}})
	some violation in _result(unit, "any").deny
	contains(violation.message, "Other accounts may copy into it")
}

test_whether_a_named_account_is_another_one_is_not_known if {
	_vault({"AccessPolicy": _policy({"AWS": "arn:aws:iam::111122223333:root"})}, "aws-managed") == "unknown"
	_vault({"AccessPolicy": _policy({"AWS": "arn:aws:iam::111122223333:root"})}, "cmk") == "unknown"
	_vault({"AccessPolicy": _policy({"AWS": units.unknown("parameter", "Source")})}, "aws-managed") == "unknown"
}

test_ones_own_account_is_no_other if {
	account := units.unknown("pseudo-parameter", "AWS::AccountId")
	own := {"$partial": ["arn:aws:iam::", account, ":root"]}
	_vault({"AccessPolicy": _policy({"AWS": own})}, "aws-managed") == "pass"
}

test_a_policy_that_lets_no_copies_in_changes_nothing if {
	policy := {"Statement": [{"Effect": "Deny", "Action": "backup:*", "Principal": "*", "Resource": "*"}]}
	_vault({"AccessPolicy": policy}, "aws-managed") == "pass"
	reading := {"Statement": [{"Effect": "Allow", "Action": "backup:DescribeBackupVault", "Principal": "*"}]}
	_vault({"AccessPolicy": reading}, "aws-managed") == "pass"
}

test_a_planned_policy_belongs_to_its_vault if {
	vaults := units.plan({
		"aws_backup_vault.v": {"type": "aws_backup_vault", "values": {}},
		"aws_backup_vault.other": {"type": "aws_backup_vault", "values": {}},
		"aws_backup_vault_policy.p": {
			"type": "aws_backup_vault_policy",
			"values": {"backup_vault_name": units.reference("aws_backup_vault.v", "name")},
			"edges": [[["backup_vault_name"], "aws_backup_vault.v", "name"]],
		},
	})
	held := object.union(
		vaults.resources["aws_backup_vault_policy.p"],
		{"documents": [{"path": ["policy"], "value": _policy("*")}]},
	)
	unit := object.union(vaults, {"by_type": {"aws_backup_vault_policy": [held]}})
	units.outcome(_result(unit, "aws-managed"), "aws_backup_vault.v") == "fail"
	units.outcome(_result(unit, "aws-managed"), "aws_backup_vault.other") == "pass"
}
