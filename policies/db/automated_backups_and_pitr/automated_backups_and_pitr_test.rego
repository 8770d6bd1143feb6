package policies.db.automated_backups_and_pitr_test

import data.policies.db.automated_backups_and_pitr
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_result(resources, days) := result if {
	result := automated_backups_and_pitr with input as scan.unit(resources)
		with data.params as {"DB-004": {"min_days": days}}
}

_one(type, properties, days) := units.outcome(_result([scan.cfn("D", type, properties)], days), "D")

_instance(properties, days) := _one("AWS::RDS::DBInstance", object.union({"Engine": "postgres"}, properties), days)

_severities(resources) := {violation.severity | some violation in _result(resources, 7).deny}

test_the_retention_must_reach_the_bound if {
	_instance({"BackupRetentionPeriod": 7}, 7) == "pass"
	_instance({"BackupRetentionPeriod": "7"}, 14) == "fail"
	_instance({"BackupRetentionPeriod": scan.parameter("Days")}, 7) == "unknown"
}

test_absent_means_one_day_in_templates if {
	_instance({}, 1) == "pass"
	_instance({}, 7) == "fail"
	_severities([scan.cfn("D", "AWS::RDS::DBInstance", {"Engine": "postgres"})]) == {"medium"}
}

test_absent_means_none_for_an_instance_of_a_plan if {
	instance := scan.tf("aws_db_instance.d", "aws_db_instance", {"engine": "postgres"})
	units.outcome(_result([instance], 1), "aws_db_instance.d") == "fail"
	_severities([instance]) == {"high"}
}

test_absent_means_one_day_for_a_cluster_of_a_plan if {
	cluster := scan.tf("aws_rds_cluster.c", "aws_rds_cluster", {"engine": "aurora-mysql"})
	units.outcome(_result([cluster], 1), "aws_rds_cluster.c") == "pass"
	_severities([cluster]) == {"medium"}
}

test_switched_off_is_high if {
	_severities([scan.cfn("D", "AWS::RDS::DBInstance", {"Engine": "mysql", "BackupRetentionPeriod": 0})]) == {"high"}
}

test_members_replicas_and_memcached_are_not_judged if {
	_instance({"Engine": "aurora-mysql"}, 7) == ""
	_instance({"DBClusterIdentifier": "c"}, 7) == ""
	_instance({"SourceDBInstanceIdentifier": "o"}, 7) == ""
	_one("AWS::ElastiCache::CacheCluster", {"Engine": "memcached"}, 7) == ""
}

test_recovery_of_a_table_is_off_unless_it_is_on if {
	_one("AWS::DynamoDB::Table", {}, 7) == "fail"
	_one("AWS::DynamoDB::Table", {"PointInTimeRecoverySpecification": {}}, 7) == "fail"
	_one("AWS::DynamoDB::Table", {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}, 7) == "pass"
	_severities([scan.cfn("T", "AWS::DynamoDB::Table", {})]) == {"medium"}
}

test_each_replica_of_a_table_counts if {
	on := {"PointInTimeRecoveryEnabled": true}
	table := scan.cfn("T", "AWS::DynamoDB::GlobalTable", {"Replicas": [
		{"Region": "eu-west-1", "PointInTimeRecoverySpecification": on},
		{"Region": "us-east-1"},
	]})
	{violation.defect | some violation in _result([table], 7).deny} == {"point-in-time-recovery/us-east-1"}
	planned := scan.tf("aws_dynamodb_table.t", "aws_dynamodb_table", {
		"point_in_time_recovery": [{"enabled": true}],
		"replica": [{"region_name": "us-east-1", "point_in_time_recovery": false}],
	})
	{violation.path | some violation in _result([planned], 7).deny} == {["replica", 0, "point_in_time_recovery"]}
}

test_undecided_replicas_are_open if {
	_one("AWS::DynamoDB::GlobalTable", {"Replicas": scan.parameter("Replicas")}, 7) == "unknown"
}

test_a_cache_keeps_a_snapshot if {
	_one("AWS::ElastiCache::ReplicationGroup", {}, 7) == "fail"
	_one("AWS::ElastiCache::ReplicationGroup", {"SnapshotRetentionLimit": 1}, 7) == "pass"
	_one("AWS::ElastiCache::CacheCluster", {"Engine": "redis", "SnapshotRetentionLimit": 0}, 7) == "fail"
	_severities([scan.cfn("R", "AWS::ElastiCache::ReplicationGroup", {})]) == {"low"}
}

_planned_backups(rule) := units.outcome(_result([
	scan.cfn("D", "AWS::RDS::DBInstance", {"Engine": "postgres"}),
	scan.cfn("P", "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": [rule]}}),
	scan.cfn("S", "AWS::Backup::BackupSelection", {
		"BackupPlanId": scan.ref("P"),
		"BackupSelection": {"Resources": [scan.ref("D")]},
	}),
], 7), "D")

test_a_continuous_daily_plan_stands_in if {
	_planned_backups({"ScheduleExpression": "cron(0 3 * * ? *)", "EnableContinuousBackup": true}) == "pass"
	_planned_backups({"ScheduleExpression": "cron(0 3 * * ? *)"}) == "fail"
	_planned_backups({"EnableContinuousBackup": scan.parameter("C")}) == "unknown"
}
