package policies.kms.redshift_encrypted_test

import data.policies.kms.redshift_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := redshift_encrypted with input as unit with data.params as {"KMS-014": {"kms_level": level}}
}

_cluster(properties, level) := outcome if {
	unit := units.template({"C": {"type": "AWS::Redshift::Cluster", "properties": properties}})
	outcome := units.outcome(_result(unit, level), "C")
}

_namespace(properties, level) := outcome if {
	unit := units.template({"N": {"type": "AWS::RedshiftServerless::Namespace", "properties": properties}})
	outcome := units.outcome(_result(unit, level), "N")
}

_planned(values, level) := outcome if {
	unit := units.plan({"aws_redshift_cluster.c": {"type": "aws_redshift_cluster", "values": values}})
	outcome := units.outcome(_result(unit, level), "aws_redshift_cluster.c")
}

test_an_encrypted_cluster_has_a_key_of_aws if {
	_cluster({"Encrypted": true}, "aws-managed") == "pass"
	_cluster({"Encrypted": true}, "cmk") == "fail"
}

test_an_encrypted_cluster_with_a_key_passes if {
	_cluster({"Encrypted": "true", "KmsKeyId": "alias/warehouse"}, "cmk") == "pass"
}

test_a_cluster_that_says_no_fails if _cluster({"Encrypted": false}, "any") == "fail"

test_a_cluster_that_says_nothing_may_be_older_than_the_default if {
	_cluster({}, "any") == "unknown"
	_cluster({}, "aws-managed") == "fail"
	_cluster({}, "cmk") == "fail"
}

test_a_key_without_the_switch_is_undecided if {
	_cluster({"KmsKeyId": "mrk-1"}, "any") == "unknown"
	_cluster({"KmsKeyId": "mrk-1"}, "cmk") == "unknown"
	_cluster({"KmsKeyId": units.unknown("parameter", "Key")}, "cmk") == "unknown"
}

test_a_restored_cluster_is_undecided if {
	_cluster({"SnapshotIdentifier": "sales"}, "any") == "unknown"
	_cluster({"SnapshotIdentifier": "sales"}, "cmk") == "unknown"
}

test_an_unknown_switch_is_undecided if _cluster({"Encrypted": units.unknown("parameter", "E")}, "any") == "unknown"

test_an_opaque_key_of_an_encrypted_cluster_proves_encryption_only if {
	opaque := {"Encrypted": true, "KmsKeyId": units.unknown("dynamic-reference", "/key")}
	_cluster(opaque, "any") == "pass"
	_cluster(opaque, "cmk") == "unknown"
}

test_a_namespace_has_a_key_of_the_service if {
	_namespace({}, "any") == "pass"
	_namespace({}, "aws-managed") == "fail"
}

test_a_namespace_may_ask_for_the_key_of_the_service if {
	_namespace({"KmsKeyId": "AWS_OWNED_KMS_KEY"}, "any") == "pass"
	_namespace({"KmsKeyId": "AWS_OWNED_KMS_KEY"}, "cmk") == "fail"
}

test_a_namespace_with_a_key_passes if _namespace({"KmsKeyId": "mrk-1"}, "cmk") == "pass"

test_version_5_of_the_provider_writes_a_boolean if {
	_planned({"encrypted": false}, "any") == "fail"
	_planned({"encrypted": true}, "any") == "pass"
}

test_version_6_of_the_provider_writes_a_text if {
	_planned({"encrypted": "false"}, "any") == "fail"
	_planned({"encrypted": "true"}, "aws-managed") == "pass"
	_planned({"encrypted": "true"}, "cmk") == "fail"
}

test_a_plan_without_the_default_of_its_provider_is_undecided if _planned({}, "any") == "unknown"

test_a_planned_restore_is_undecided if {
	_planned({"encrypted": false, "snapshot_identifier": "sales"}, "any") == "unknown"
	_planned({"encrypted": false, "snapshot_arn": "arn:aws:redshift:eu-west-1:1:snapshot:a/b"}, "any") == "unknown"
	_planned({"encrypted": true, "snapshot_identifier": "sales", "kms_key_id": "mrk-1"}, "cmk") == "pass"
}

test_a_planned_namespace_without_a_key_is_encrypted_by_the_service if {
	unit := units.plan({"aws_redshiftserverless_namespace.n": {
		"type": "aws_redshiftserverless_namespace",
		"values": {"namespace_name": "n"},
	}})
	units.outcome(_result(unit, "any"), "aws_redshiftserverless_namespace.n") == "pass"
	units.outcome(_result(unit, "cmk"), "aws_redshiftserverless_namespace.n") == "fail"
}
