package policies.kms.rds_aurora_encrypted_test

import data.policies.kms.rds_aurora_encrypted
import data.policies.lib.units_test as units

_result(unit, level) := result if {
	result := rds_aurora_encrypted with input as unit with data.params as {"KMS-003": {"kms_level": level}}
}

_one(type, properties, level) := _result(units.template({"D": {"type": type, "properties": properties}}), level)

_instance(properties, level) := units.outcome(_one("AWS::RDS::DBInstance", properties, level), "D")

_cluster(properties, level) := units.outcome(_one("AWS::RDS::DBCluster", properties, level), "D")

test_an_instance_that_says_nothing_is_plaintext if _instance({"Engine": "postgres"}, "any") == "fail"

test_the_switch_as_text_counts if _instance({"StorageEncrypted": "true"}, "aws-managed") == "pass"

test_a_managed_key_is_not_enough_where_ones_own_is_asked if _instance({"StorageEncrypted": true}, "cmk") == "fail"

test_a_parameter_is_a_key_of_ones_own if {
	_instance({"StorageEncrypted": true, "KmsKeyId": units.unknown("parameter", "Key")}, "cmk") == "pass"
}

test_an_opaque_key_still_proves_encryption if {
	settings := {"StorageEncrypted": true, "KmsKeyId": units.unknown("attribute", "Nested.Outputs.Key")}
	_instance(settings, "aws-managed") == "pass"
	_instance(settings, "cmk") == "unknown"
}

test_an_unknown_switch_is_undecided if {
	_instance({"StorageEncrypted": units.unknown("parameter", "Encrypt")}, "any") == "unknown"
}

test_an_instance_of_a_cluster_is_judged_there if {
	_instance({"Engine": "aurora-mysql", "DBClusterIdentifier": units.unknown("parameter", "Cluster")}, "any") == ""
}

test_an_instance_that_may_be_of_a_cluster_is_undecided if {
	_instance({"Engine": "mysql", "DBClusterIdentifier": units.unknown("condition", "InCluster")}, "any") == "unknown"
}

test_an_instance_from_a_snapshot_is_undecided if _instance({"DBSnapshotIdentifier": "s"}, "any") == "unknown"

test_a_multi_az_cluster_that_says_nothing_is_plaintext if {
	result := _one("AWS::RDS::DBCluster", {"Engine": "postgres"}, "any")
	units.outcome(result, "D") == "fail"
	every violation in result.deny { not violation.severity }
}

test_aurora_encrypts_with_a_key_of_the_service if {
	_cluster({"Engine": "aurora-postgresql"}, "any") == "pass"
	_cluster({"Engine": "aurora-postgresql", "StorageEncrypted": false}, "any") == "pass"
}

test_aurora_below_the_level_for_want_of_the_switch_is_medium if {
	result := _one("AWS::RDS::DBCluster", {"Engine": "aurora-postgresql"}, "aws-managed")
	[violation.severity | some violation in result.deny] == ["medium"]
}

test_aurora_switched_off_keeps_its_severity if {
	result := _one("AWS::RDS::DBCluster", {"Engine": "aurora", "StorageEncrypted": false}, "aws-managed")
	units.outcome(result, "D") == "fail"
	every violation in result.deny { not violation.severity }
}

test_the_first_serverless_is_always_encrypted if {
	mode := {"Engine": "aurora-mysql", "EngineMode": "serverless"}
	_cluster(mode, "aws-managed") == "pass"
	_cluster(mode, "cmk") == "fail"
	_cluster(object.union(mode, {"KmsKeyId": "alias/data"}), "cmk") == "pass"
}

test_an_unknown_engine_leaves_the_default_open if {
	engine := {"Engine": units.unknown("parameter", "Engine")}
	_cluster(engine, "any") == "unknown"
	_cluster(engine, "aws-managed") == "fail"
	_cluster(object.union(engine, {"StorageEncrypted": true}), "aws-managed") == "pass"
}

test_a_cluster_from_a_snapshot_is_undecided if {
	_cluster({"Engine": "aurora-mysql", "SnapshotIdentifier": "s"}, "aws-managed") == "unknown"
}

test_a_global_cluster_of_a_declared_one_is_judged_there if {
	unit := units.template({
		"C": {"type": "AWS::RDS::DBCluster", "properties": {"Engine": "aurora-mysql", "StorageEncrypted": true}},
		"G": {
			"type": "AWS::RDS::GlobalCluster",
			"properties": {"SourceDBClusterIdentifier": units.reference("C", "")},
			"edges": [[["SourceDBClusterIdentifier"], "C", ""]],
		},
	})
	_result(unit, "aws-managed").subjects == {"C"}
}

test_a_global_cluster_says_only_whether_it_encrypts if {
	units.outcome(_one("AWS::RDS::GlobalCluster", {"StorageEncrypted": true}, "cmk"), "D") == "pass"
	units.outcome(_one("AWS::RDS::GlobalCluster", {"Engine": "aurora-mysql"}, "aws-managed"), "D") == "fail"
}

test_performance_insights_are_judged_where_a_key_of_ones_own_is_asked if {
	encrypted := {"StorageEncrypted": true, "KmsKeyId": "alias/data", "EnablePerformanceInsights": true}
	_instance(encrypted, "aws-managed") == "pass"
	result := _one("AWS::RDS::DBInstance", encrypted, "cmk")
	{violation.defect | some violation in result.deny} == {"performance-insights"}
	_instance(object.union(encrypted, {"PerformanceInsightsKMSKeyId": "alias/pi"}), "cmk") == "pass"
}

test_performance_insights_that_are_off_hold_nothing if {
	_instance({"StorageEncrypted": true, "KmsKeyId": "alias/data", "EnablePerformanceInsights": "false"}, "cmk") == "pass"
}

test_a_replica_of_an_instance_elsewhere_is_undecided if {
	_instance({"SourceDBInstanceIdentifier": "orders"}, "any") == "unknown"
	_instance({"SourceDBInstanceIdentifier": "orders", "KmsKeyId": "alias/data"}, "cmk") == "pass"
}

test_a_replica_in_another_region_states_its_key if {
	abroad := {"SourceDBInstanceIdentifier": "arn:aws:rds:us-east-1:1:db:o", "SourceRegion": "us-east-1"}
	_instance(abroad, "any") == "fail"
	_instance(object.union(abroad, {"KmsKeyId": "alias/data"}), "aws-managed") == "pass"
}

_database(values, provider) := {"type": "aws_db_instance", "values": values, "provider": provider}

_replica(provider, values) := units.plan({
	"aws_db_instance.o": _database({"storage_encrypted": true}, "aws"),
	"aws_db_instance.r": object.union(_database(values, provider), {"edges": [
		[["replicate_source_db"], "aws_db_instance.o", "arn"],
	]}),
})

test_a_replica_beside_its_source_is_judged_there if {
	unit := _replica("aws", {"replicate_source_db": units.reference("aws_db_instance.o", "identifier")})
	_result(unit, "aws-managed").subjects == {"aws_db_instance.o"}
}

# Terraform AWS provider, aws_db_instance: storage_encrypted is ignored for a replica in another region.
test_the_switch_of_a_replica_in_another_region_is_ignored if {
	switched := {"replicate_source_db": units.reference("aws_db_instance.o", "arn"), "storage_encrypted": true}
	units.outcome(_result(_replica("aws.west", switched), "any"), "aws_db_instance.r") == "fail"
}

test_a_replica_with_another_provider_states_its_key if {
	source := {"replicate_source_db": units.reference("aws_db_instance.o", "arn")}
	units.outcome(_result(_replica("aws.west", source), "any"), "aws_db_instance.r") == "fail"
	keyed := object.union(source, {"kms_key_id": "arn:aws:kms:us-west-2:123456789012:key/k"})
	units.outcome(_result(_replica("aws.west", keyed), "cmk"), "aws_db_instance.r") == "pass"
}

_copy(values) := units.plan({
	"aws_db_instance.o": _database({"storage_encrypted": true}, "aws"),
	"aws_db_snapshot.s": {
		"type": "aws_db_snapshot",
		"values": {},
		"edges": [[["db_instance_identifier"], "aws_db_instance.o", "identifier"]],
	},
	"aws_db_snapshot_copy.c": {
		"type": "aws_db_snapshot_copy",
		"values": values,
		"edges": [[["source_db_snapshot_identifier"], "aws_db_snapshot.s", "db_snapshot_arn"]],
	},
})

test_a_copy_without_a_key_is_what_its_source_is if {
	units.outcome(_result(_copy({}), "cmk"), "aws_db_snapshot_copy.c") == "fail"
	units.outcome(_result(_copy({"kms_key_id": "alias/data"}), "cmk"), "aws_db_snapshot_copy.c") == "pass"
	units.outcome(_result(_copy({}), "aws-managed"), "aws_db_snapshot_copy.c") == ""
}

test_a_copy_of_something_elsewhere_is_undecided if {
	copy := {"aws_db_snapshot_copy.c": {"type": "aws_db_snapshot_copy", "values": {}}}
	units.outcome(_result(units.plan(copy), "cmk"), "aws_db_snapshot_copy.c") == "unknown"
}

test_the_message_names_property_and_value if {
	result := _one("AWS::RDS::DBInstance", {"StorageEncrypted": "false"}, "any")
	messages := {violation.message | some violation in result.deny}
	messages == {"Database 'D' is not encrypted: 'StorageEncrypted' is 'false'."}
}
