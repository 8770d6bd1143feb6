package policies.db.database_multi_az_test

import data.policies.db.database_multi_az
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_result(resources) := result if {
	result := database_multi_az with input as scan.unit(resources)
}

_outcome(resources, address) := units.outcome(_result(resources), address)

_instance(properties) := scan.cfn("D", "AWS::RDS::DBInstance", properties)

_one(properties) := _outcome([_instance(object.union({"Engine": "postgres"}, properties))], "D")

_cluster := scan.cfn("C", "AWS::RDS::DBCluster", {"Engine": "aurora-postgresql"})

_member(address, properties) := scan.cfn(address, "AWS::RDS::DBInstance", object.union(
	{"Engine": "aurora-postgresql", "DBClusterIdentifier": scan.ref("C")},
	properties,
))

test_an_instance_of_its_own_needs_a_standby if {
	_one({}) == "fail"
	_one({"MultiAZ": "false"}) == "fail"
	_one({"MultiAZ": true}) == "pass"
	_one({"MultiAZ": scan.parameter("MultiAZ")}) == "unknown"
}

test_aurora_instances_are_never_failed if _outcome([_cluster, _member("A", {})], "A") == ""

test_read_replicas_are_not_judged if _one({"SourceDBInstanceIdentifier": "orders"}) == ""

test_an_instance_that_may_be_one_of_a_cluster_is_undecided if {
	_outcome([_instance({"Engine": scan.parameter("Engine")})], "D") == "unknown"
}

test_dev_databases_are_not_judged if {
	_one({"Tags": [{"Key": "Environment", "Value": "dev"}]}) == ""
	_one({"Tags": [{"Key": "Environment", "Value": "prod"}]}) == "fail"
	_one({"Tags": [{"Key": "Environment", "Value": scan.parameter("Env")}]}) == "unknown"
}

test_a_staging_copy_is_not_judged if {
	_one({"DBInstanceIdentifier": "staging-orders", "DBSnapshotIdentifier": "s"}) == ""
	_one({"DBInstanceIdentifier": "staging-orders"}) == "fail"
}

test_mirroring_by_an_option_group_stands_in_for_sql_server if {
	mirrored := scan.cfn("G", "AWS::RDS::OptionGroup", {"OptionConfigurations": [{"OptionName": "Mirroring"}]})
	plain := scan.cfn("G", "AWS::RDS::OptionGroup", {"OptionConfigurations": [{"OptionName": "TDE"}]})
	database := _instance({"Engine": "sqlserver-se", "OptionGroupName": scan.ref("G")})
	_outcome([mirrored, database], "D") == ""
	_outcome([plain, database], "D") == "fail"
	_one({"Engine": "sqlserver-se", "OptionGroupName": "elsewhere"}) == "unknown"
}

test_a_cluster_needs_two_instances if {
	_outcome([_cluster, _member("A", {})], "C") == "fail"
	_outcome([_cluster, _member("A", {}), _member("B", {})], "C") == "pass"
}

test_serverless_instances_count if {
	serverless := {"DBInstanceClass": "db.serverless"}
	_outcome([_cluster, _member("A", serverless), _member("B", serverless)], "C") == "pass"
}

test_a_cluster_whose_instances_are_elsewhere_is_undecided if _outcome([_cluster], "C") == "unknown"

test_an_instance_of_an_unknown_cluster_may_be_the_second if {
	stray := scan.cfn("S", "AWS::RDS::DBInstance", {
		"Engine": "aurora-postgresql",
		"DBClusterIdentifier": scan.parameter("Cluster"),
	})
	_outcome([_cluster, _member("A", {}), stray], "C") == "unknown"
}

_zoned(one, other) := _outcome(
	[_cluster, _member("A", {"AvailabilityZone": one}), _member("B", {"AvailabilityZone": other})],
	"C",
)

_zone(index) := {"$unknown": {"kind": "function", "name": sprintf("Fn::GetAZs[%d]", [index]), "why": "depends"}}

test_instances_pinned_to_one_zone_fail if {
	_zoned("eu-west-1a", "eu-west-1a") == "fail"
	_zoned(scan.parameter("Zone"), scan.parameter("Zone")) == "fail"
	_zoned("eu-west-1a", "eu-west-1b") == "pass"
}

test_items_of_the_list_of_zones_differ if {
	_zoned(_zone(0), _zone(1)) == "pass"
	_zoned(_zone(0), _zone(0)) == "fail"
}

test_zones_of_two_parameters_may_be_the_same if _zoned(scan.parameter("A"), scan.parameter("B")) == "unknown"

test_a_multi_az_cluster_needs_no_instances if {
	multi := {"Engine": "mysql", "DBClusterInstanceClass": "db.r6gd.large"}
	_outcome([scan.cfn("C", "AWS::RDS::DBCluster", multi)], "C") == "pass"
}

test_each_flag_of_a_cache_is_its_own_defect if {
	result := _result([scan.cfn("R", "AWS::ElastiCache::ReplicationGroup", {"AutomaticFailoverEnabled": true})])
	{violation.defect | some violation in result.deny} == {"multi-az"}
	both := scan.tf("aws_elasticache_replication_group.r", "aws_elasticache_replication_group", {})
	{violation.defect | some violation in _result([both]).deny} == {"multi-az", "failover"}
}

test_instances_of_a_plan_are_counted if {
	cluster := scan.tf("aws_docdb_cluster.c", "aws_docdb_cluster", {})
	members := [member |
		some index in [0, 1]
		address := sprintf("aws_docdb_cluster_instance.m[%d]", [index])
		link := {"cluster_identifier": scan.ref("aws_docdb_cluster.c")}
		member := scan.tf(address, "aws_docdb_cluster_instance", link)
	]
	_outcome(array.concat([cluster], members), "aws_docdb_cluster.c") == "pass"
	_outcome([cluster, members[0]], "aws_docdb_cluster.c") == "fail"
}
