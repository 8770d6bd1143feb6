package policies.db.cross_region_backup_copy_test

import data.policies.db.cross_region_backup_copy
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_result(resources) := result if {
	result := cross_region_backup_copy with input as scan.unit(resources)
}

_outcome(resources, address) := units.outcome(_result(resources), address)

_instance(properties) := scan.cfn("D", "AWS::RDS::DBInstance", object.union({"Engine": "postgres"}, properties))

_one(properties) := _outcome([_instance(properties)], "D")

test_nothing_that_leaves_the_region_fails if _one({}) == "fail"

test_the_region_of_replicated_backups_counts if {
	_one({"AutomaticBackupReplicationRegion": "us-west-2"}) == "pass"
	_one({"AutomaticBackupReplicationRegion": scan.parameter("Region")}) == "pass"
}

test_the_own_region_does_not_count if {
	own := {"$unknown": {"kind": "pseudo-parameter", "name": "AWS::Region", "why": "is known at deployment"}}
	_one({"AutomaticBackupReplicationRegion": own}) == "fail"
}

test_dev_and_staging_are_not_judged if {
	_one({"Tags": [{"Key": "Environment", "Value": "staging"}]}) == ""
	_one({"DBInstanceIdentifier": "dev-orders"}) == ""
	_one({"Tags": [{"Key": "Env", "Value": scan.parameter("Env")}]}) == "unknown"
}

test_members_and_replicas_are_no_databases_of_their_own if {
	_one({"Engine": "aurora-mysql"}) == ""
	_one({"SourceDBInstanceIdentifier": "o"}) == ""
}

test_a_global_cluster_counts if {
	aurora := {"Engine": "aurora-postgresql", "GlobalClusterIdentifier": "world"}
	_outcome([scan.cfn("C", "AWS::RDS::DBCluster", aurora)], "C") == "pass"
	global := scan.cfn("G", "AWS::RDS::GlobalCluster", {"SourceDBClusterIdentifier": scan.ref("C")})
	_outcome([scan.cfn("C", "AWS::RDS::DBCluster", {"Engine": "aurora-mysql"}), global], "C") == "pass"
}

_with_plan(rule, selection) := _outcome([
	_instance({}),
	scan.cfn("V", "AWS::Backup::BackupVault", {}),
	scan.cfn("P", "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": [rule]}}),
	scan.cfn("S", "AWS::Backup::BackupSelection", {"BackupPlanId": scan.ref("P"), "BackupSelection": selection}),
], "D")

_copying(vault) := _with_plan({"CopyActions": [{"DestinationBackupVaultArn": vault}]}, {"Resources": [scan.ref("D")]})

test_a_plan_without_copies_does_not_pass if _with_plan({}, {"Resources": [scan.ref("D")]}) == "fail"

test_a_copy_to_a_vault_elsewhere_counts if {
	_copying("arn:aws:backup:us-west-2:111122223333:backup-vault:dr") == "pass"
	_copying(scan.parameter("VaultArn")) == "pass"
}

test_a_copy_within_the_region_does_not_count if {
	_copying(scan.ref("V")) == "fail"
	region := {"$unknown": {"kind": "pseudo-parameter", "name": "AWS::Region", "why": "is known at deployment"}}
	_copying({"$partial": ["arn:aws:backup:", region, ":111122223333:backup-vault:x"]}) == "fail"
}

test_an_imported_vault_is_undecided if {
	_copying({"$unknown": {"kind": "import", "name": "Vault", "why": "is exported elsewhere"}}) == "unknown"
}

test_a_selection_by_an_undecided_tag_is_undecided if {
	tags := {"ListOfTags": [{"ConditionKey": "backup", "ConditionValue": "daily"}]}
	copies := {"CopyActions": [{"DestinationBackupVaultArn": "arn:aws:backup:us-west-2:1:backup-vault:dr"}]}
	resources := [
		_instance({"Tags": [{"Key": "backup", "Value": scan.parameter("Backup")}]}),
		scan.cfn("P", "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": [copies]}}),
		scan.cfn("S", "AWS::Backup::BackupSelection", {"BackupPlanId": scan.ref("P"), "BackupSelection": tags}),
	]
	_outcome(resources, "D") == "unknown"
}

_database := scan.tf("aws_db_instance.d", "aws_db_instance", {"engine": "postgres"})

_planned(other, provider) := _outcome([_database, object.union(other, {"provider": provider})], "aws_db_instance.d")

test_replicated_backups_of_a_plan_have_another_provider if {
	copy := scan.tf(
		"aws_db_instance_automated_backups_replication.d",
		"aws_db_instance_automated_backups_replication",
		{"source_db_instance_arn": scan.ref("aws_db_instance.d")},
	)
	_planned(copy, "aws.west") == "pass"
	_planned(copy, "aws") == "fail"
}

test_a_replica_in_another_region_counts if {
	replica := scan.tf("aws_db_instance.r", "aws_db_instance", {"replicate_source_db": scan.ref("aws_db_instance.d")})
	_planned(replica, "aws.west") == "pass"
	_planned(replica, "aws") == "fail"
}

test_the_region_argument_of_the_sixth_provider_counts if {
	replica := scan.tf("aws_db_instance.r", "aws_db_instance", {
		"replicate_source_db": scan.ref("aws_db_instance.d"),
		"region": "us-west-2",
	})
	_planned(replica, "aws") == "pass"
}
