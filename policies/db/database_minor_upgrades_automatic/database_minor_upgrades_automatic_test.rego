package policies.db.database_minor_upgrades_automatic_test

import data.policies.db.database_minor_upgrades_automatic
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_judged(resource) := units.outcome(result, resource.address) if {
	result := database_minor_upgrades_automatic with input as scan.unit([resource])
}

_instance(properties) := _judged(scan.cfn("D", "AWS::RDS::DBInstance", properties))

_cluster(properties) := _judged(scan.cfn("C", "AWS::RDS::DBCluster", properties))

test_absent_is_true if _instance({"Engine": "postgres"}) == "pass"

test_only_false_fails if {
	_instance({"Engine": "postgres", "AutoMinorVersionUpgrade": "false"}) == "fail"
	_instance({"Engine": "postgres", "AutoMinorVersionUpgrade": true}) == "pass"
	_instance({"Engine": "postgres", "AutoMinorVersionUpgrade": scan.parameter("F")}) == "unknown"
}

test_instances_of_a_cluster_are_judged if {
	_instance({"Engine": "aurora-mysql", "AutoMinorVersionUpgrade": false}) == "fail"
	values := {"engine": "aurora-mysql", "auto_minor_version_upgrade": false}
	_judged(scan.tf("aws_rds_cluster_instance.i", "aws_rds_cluster_instance", values)) == "fail"
}

test_only_multi_az_clusters_have_the_flag if {
	_cluster({"Engine": "aurora-mysql", "AutoMinorVersionUpgrade": false}) == ""
	multi := {"Engine": "mysql", "DBClusterInstanceClass": "db.r6gd.large", "AutoMinorVersionUpgrade": false}
	_cluster(multi) == "fail"
}
