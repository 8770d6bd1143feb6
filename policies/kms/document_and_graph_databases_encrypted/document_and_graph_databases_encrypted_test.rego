package policies.kms.document_and_graph_databases_encrypted_test

import data.policies.kms.document_and_graph_databases_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	params := {"KMS-018": {"kms_level": level}}
	result := document_and_graph_databases_encrypted with input as unit with data.params as params
}

_template_types := ["AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"]

# The outcomes over both services.
_clusters(properties, level) := {outcome |
	some type in _template_types
	unit := units.template({"C": {"type": type, "properties": properties}})
	outcome := units.outcome(_result(unit, level), "C")
}

_planned(type, values, level) := outcome if {
	unit := units.plan({"one": {"type": type, "values": values}})
	outcome := units.outcome(_result(unit, level), "one")
}

test_a_cluster_that_says_nothing_is_plaintext if _clusters({}, "any") == {"fail"}

test_a_cluster_that_says_no_is_plaintext if _clusters({"StorageEncrypted": "false"}, "any") == {"fail"}

test_a_key_without_the_switch_encrypts_nothing if _clusters({"KmsKeyId": "mrk-1"}, "any") == {"fail"}

test_the_switch_alone_takes_a_key_that_aws_manages if {
	_clusters({"StorageEncrypted": true}, "aws-managed") == {"pass"}
	_clusters({"StorageEncrypted": true}, "cmk") == {"fail"}
}

test_a_key_of_ones_own_passes if _clusters({"StorageEncrypted": true, "KmsKeyId": "mrk-1"}, "cmk") == {"pass"}

test_an_unknown_switch_is_undecided if {
	_clusters({"StorageEncrypted": units.unknown("parameter", "Encrypt")}, "any") == {"unknown"}
}

test_an_opaque_key_proves_encryption_only if {
	properties := {"StorageEncrypted": true, "KmsKeyId": units.unknown("dynamic-reference", "/key")}
	_clusters(properties, "aws-managed") == {"pass"}
	_clusters(properties, "cmk") == {"unknown"}
}

test_a_restored_cluster_is_as_its_snapshot if _clusters({"SnapshotIdentifier": "before"}, "any") == {"unknown"}

test_a_restored_cluster_that_says_no_fails if {
	_clusters({"SnapshotIdentifier": "before", "StorageEncrypted": false}, "any") == {"fail"}
}

test_a_copied_cluster_is_as_its_source if _clusters({"SourceDBClusterIdentifier": "old"}, "any") == {"unknown"}

test_the_clusters_of_a_plan_are_judged_alike if {
	_planned("aws_docdb_cluster", {"storage_encrypted": null}, "any") == "fail"
	_planned("aws_docdb_cluster", {"storage_encrypted": true, "kms_key_id": "mrk-1"}, "cmk") == "pass"
	_planned("aws_docdb_cluster", {"snapshot_identifier": "before"}, "any") == "unknown"
	_planned("aws_docdb_cluster", {"restore_to_point_in_time": [{"source_cluster_identifier": "a"}]}, "any") == "unknown"
	_planned("aws_neptune_cluster", {"storage_encrypted": false}, "any") == "fail"
	_planned("aws_neptune_cluster", {"storage_encrypted": true, "kms_key_arn": "mrk-1"}, "cmk") == "pass"
}

test_the_provider_writes_no_for_a_restored_graph_database if {
	_planned("aws_neptune_cluster", {"storage_encrypted": false, "snapshot_identifier": "before"}, "any") == "unknown"
	_planned(
		"aws_neptune_cluster",
		{"storage_encrypted": false, "replication_source_identifier": "arn:aws:rds:eu-west-1:1:cluster:a"},
		"any",
	) == "unknown"
}

test_a_global_cluster_has_no_key if {
	_planned("aws_docdb_global_cluster", {}, "any") == "fail"
	_planned("aws_docdb_global_cluster", {"storage_encrypted": false}, "any") == "fail"
	_planned("aws_docdb_global_cluster", {"storage_encrypted": true}, "cmk") == "pass"
	_planned("aws_docdb_global_cluster", {"source_db_cluster_identifier": "arn:a"}, "any") == "unknown"
}

test_the_message_names_database_and_property if {
	unit := units.template({"C": {"type": "AWS::DocDB::DBCluster", "properties": {}}})
	messages := {violation.message | some violation in _result(unit, "any").deny}
	messages == {"Document database 'C' is not encrypted: 'StorageEncrypted' is not set."}
}
