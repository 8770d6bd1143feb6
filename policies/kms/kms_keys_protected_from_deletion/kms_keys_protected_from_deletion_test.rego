package policies.kms.kms_keys_protected_from_deletion_test

import data.policies.kms.kms_keys_protected_from_deletion
import data.policies.lib.units_test as units

_of(unit, days) := result if {
	result := kms_keys_protected_from_deletion with input as unit with data.params as {"KMS-022": {"min_window": days}}
}

_key(properties) := {"K": {"type": "AWS::KMS::Key", "properties": properties}}

_outcome(properties, days) := units.outcome(_of(units.template(_key(properties)), days), "K")

test_the_longest_window_passes_and_is_the_default if {
	_outcome({"PendingWindowInDays": 30}, 30) == "pass"
	_outcome({}, 30) == "pass"
}

test_shorter_windows_fail if {
	_outcome({"PendingWindowInDays": 29}, 30) == "fail"
	_outcome({"PendingWindowInDays": "7"}, 30) == "fail"
}

test_the_window_is_a_parameter if {
	_outcome({"PendingWindowInDays": 14}, 14) == "pass"
	_outcome({"PendingWindowInDays": 13}, 14) == "fail"
}

test_a_disabled_key_fails if {
	_outcome({"Enabled": "false"}, 30) == "fail"
	_outcome({"Enabled": true}, 30) == "pass"
}

test_what_is_not_known_is_undecided if {
	_outcome({"PendingWindowInDays": units.unknown("parameter", "Days")}, 30) == "unknown"
	_outcome({"Enabled": units.unknown("parameter", "On")}, 30) == "unknown"
}

test_a_proven_defect_wins_over_an_unknown_one if {
	_outcome({"PendingWindowInDays": 7, "Enabled": units.unknown("parameter", "On")}, 30) == "fail"
}

test_each_defect_is_a_finding if {
	defects := {violation.defect |
		some violation in _of(units.template(_key({"PendingWindowInDays": 7, "Enabled": false})), 30).deny
	}
	defects == {"window", "enabled"}
}

# A unit with a key, one resource that refers to it, and the policy that keeps the key.
_kept(policy, type, edge) := units.outcome(_of(unit, 30), "K") if {
	made := units.template(object.union(_key({}), {
		"A": {
			"type": "AWS::KMS::Alias",
			"properties": {"AliasName": "alias/orders", "TargetKeyId": units.reference("K", "")},
			"edges": [[["TargetKeyId"], "K", ""]],
		},
		"S": {"type": type, "properties": {}, "edges": [[["KmsKeyId"], edge, "Arn"]]},
	}))
	key := object.union(made.resources.K, {"node": {"DeletionPolicy": policy}})
	unit := object.union(made, {"resources": {"K": key}, "by_type": {"AWS::KMS::Key": [key]}})
}

test_a_key_of_data_must_be_kept if {
	every policy in ["Retain", "RetainExceptOnCreate"] {
		_kept(policy, "AWS::RDS::DBInstance", "K") == "pass"
	}
	every policy in ["Delete", "Snapshot", null] {
		_kept(policy, "AWS::RDS::DBInstance", "K") == "fail"
	}
	_kept(units.unknown("parameter", "Keep"), "AWS::RDS::DBInstance", "K") == "unknown"
}

test_every_store_counts if {
	every type in [
		"AWS::RDS::DBCluster",
		"AWS::DynamoDB::Table",
		"AWS::S3::Bucket",
		"AWS::EFS::FileSystem",
		"AWS::EC2::Volume",
		"AWS::Backup::BackupVault",
		"AWS::SecretsManager::Secret",
		"AWS::OpenSearchService::Domain",
		"AWS::Redshift::Cluster",
	] {
		_kept("Delete", type, "K") == "fail"
	}
}

test_an_alias_leads_to_the_key if _kept("Delete", "AWS::RDS::DBInstance", "A") == "fail"

test_the_name_of_an_alias_leads_to_the_key if {
	unit := units.template(object.union(_key({}), {
		"A": {
			"type": "AWS::KMS::Alias",
			"properties": {"AliasName": "alias/orders"},
			"edges": [[["TargetKeyId"], "K", ""]],
		},
		"S": {"type": "AWS::EFS::FileSystem", "properties": {"KmsKeyId": "alias/orders"}},
	}))
	units.outcome(_of(unit, 30), "K") == "fail"
}

test_a_key_of_something_else_may_go if _kept("Delete", "AWS::SQS::Queue", "K") == "pass"

_plan(values) := units.outcome(
	_of(units.plan({"aws_kms_key.k": {"type": "aws_kms_key", "values": values}}), 30),
	"aws_kms_key.k",
)

test_plans_are_read_alike if {
	_plan({}) == "pass"
	_plan({"deletion_window_in_days": 7}) == "fail"
	_plan({"is_enabled": false}) == "fail"
}

test_the_message_names_what_is_lost if {
	unit := units.template(object.union(_key({}), {
		"S": {"type": "AWS::S3::Bucket", "properties": {}, "edges": [[["BucketEncryption"], "K", "Arn"]]},
	}))
	{violation.message | some violation in _of(unit, 30).deny} == {concat(" ", [
		"Key 'K' is deleted when it leaves the stack, and 'S' cannot be read without it:",
		"'DeletionPolicy' is not set.",
	])}
}

_arn := "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

_deleting(resources) := _of(units.plan(object.union(resources, {"aws_kms_key.old": {
	"type": "deleted.aws_kms_key",
	"values": {"arn": _arn, "key_id": "1234abcd-12ab-34cd-56ef-1234567890ab"},
}})), 30)

_database(key) := {"aws_db_instance.d": {"type": "aws_db_instance", "values": {"kms_key_id": key}}}

test_a_plan_that_deletes_a_key_in_use_fails if {
	some violation in _deleting(_database(_arn)).deny
	[violation.resource, violation.defect] == ["aws_kms_key.old", "deleted"]
	violation.message == "The plan deletes key 'aws_kms_key.old', and 'aws_db_instance.d' cannot be read without it."
	[place.address | some place in violation.related] == ["aws_db_instance.d"]
}

test_an_alias_that_names_a_deleted_key_by_its_id_is_a_user_of_it if {
	alias := {"aws_kms_alias.a": {
		"type": "aws_kms_alias",
		"values": {"target_key_id": "1234abcd-12ab-34cd-56ef-1234567890ab"},
	}}
	{violation.resource | some violation in _deleting(alias).deny} == {"aws_kms_key.old"}
}

test_a_plan_may_delete_a_key_that_nothing_names if {
	every resources in [{}, _database("arn:aws:kms:eu-central-1:123456789012:key/another")] {
		result := _deleting(resources)
		result.deny == set()
		result.subjects == {"aws_kms_key.old"}
	}
}
