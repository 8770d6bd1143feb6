package policies.db.iam_database_authentication_test

import data.policies.db.iam_database_authentication
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_judged(type, properties) := units.outcome(result, "D") if {
	result := iam_database_authentication with input as scan.unit([scan.cfn("D", type, properties)])
}

_instance(properties) := _judged("AWS::RDS::DBInstance", properties)

_cluster(properties) := _judged("AWS::RDS::DBCluster", properties)

test_the_flag_must_be_on if {
	_instance({"Engine": "postgres"}) == "fail"
	_instance({"Engine": "mysql", "EnableIAMDatabaseAuthentication": "true"}) == "pass"
	_instance({"Engine": "mysql", "EnableIAMDatabaseAuthentication": scan.parameter("F")}) == "unknown"
	_cluster({"Engine": "aurora-postgresql"}) == "fail"
	_judged("AWS::Neptune::DBCluster", {"IamAuthEnabled": false}) == "fail"
	_judged("AWS::Neptune::DBCluster", {"IamAuthEnabled": true}) == "pass"
}

test_engines_without_it_are_not_judged if {
	{_instance({"Engine": engine}) | some engine in ["oracle-ee", "sqlserver-ex", "db2-se", "custom-oracle-ee"]} == {""}
}

test_mariadb_has_it_from_10_6_on if {
	_instance({"Engine": "mariadb", "EngineVersion": "10.5.20"}) == ""
	_instance({"Engine": "mariadb", "EngineVersion": "10.6"}) == "fail"
	_instance({"Engine": "mariadb", "EngineVersion": "11.4.3"}) == "fail"
}

test_mariadb_without_version_counts_as_newer if _instance({"Engine": "mariadb"}) == "fail"

test_mariadb_of_an_unknown_version_is_undecided if {
	_instance({"Engine": "mariadb", "EngineVersion": scan.parameter("V")}) == "unknown"
}

test_an_unknown_engine_is_undecided if {
	_instance({"Engine": scan.parameter("E")}) == "unknown"
	_instance({"Engine": scan.parameter("E"), "EnableIAMDatabaseAuthentication": true}) == "pass"
}

test_the_instances_of_aurora_are_judged_at_the_cluster if _instance({"Engine": "aurora-mysql"}) == ""

test_a_replica_is_judged_only_by_what_it_says if {
	_instance({"SourceDBInstanceIdentifier": "o"}) == ""
	outspoken := {"Engine": "postgres", "SourceDBInstanceIdentifier": "o", "EnableIAMDatabaseAuthentication": false}
	_instance(outspoken) == "fail"
}

test_the_first_serverless_has_no_such_logins if {
	_cluster({"Engine": "aurora-mysql", "EngineMode": "serverless"}) == ""
}
