package policies.db.database_logs_exported_test

import data.policies.db.database_logs_exported
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_result(resources, insights) := result if {
	result := database_logs_exported with input as scan.unit(resources)
		with data.params as {"DB-011": {"require_performance_insights": insights}}
}

_defects(resources, address, insights) := {violation.defect |
	some violation in _result(resources, insights).deny
	violation.resource == address
}

_instance(properties) := scan.cfn("D", "AWS::RDS::DBInstance", object.union({"MonitoringInterval": 60}, properties))

_exports(engine, logs) := units.outcome(
	_result([_instance({"Engine": engine, "EnableCloudwatchLogsExports": logs})], false),
	"D",
)

test_each_engine_has_logs_of_its_own if {
	_exports("postgres", ["postgresql"]) == "pass"
	_exports("postgres", ["upgrade"]) == "fail"
	_exports("mysql", ["slowquery"]) == "fail"
	_exports("mysql", ["slowquery", "error"]) == "pass"
	_exports("mariadb", ["general"]) == "pass"
	_exports("sqlserver-se", ["agent"]) == "fail"
	_exports("oracle-ee", ["listener"]) == "pass"
	_exports("db2-se", ["diag.log"]) == "pass"
}

test_no_exports_fail if {
	_exports("postgres", []) == "fail"
	_defects([_instance({"Engine": "postgres"})], "D", false) == {"log-exports"}
}

test_undecided_logs_are_open if {
	_exports("postgres", scan.parameter("Logs")) == "unknown"
	_exports("postgres", [scan.parameter("Log")]) == "unknown"
	_exports(scan.parameter("Engine"), ["audit"]) == "unknown"
}

_cluster(properties) := scan.cfn("C", "AWS::RDS::DBCluster", object.union({"Engine": "aurora-mysql"}, properties))

_member(properties) := scan.cfn("M", "AWS::RDS::DBInstance", object.union(
	{"Engine": "aurora-mysql", "DBClusterIdentifier": scan.ref("C")},
	properties,
))

test_exports_of_aurora_belong_to_the_cluster_and_monitoring_to_the_instance if {
	both := [_cluster({}), _member({})]
	_defects(both, "C", false) == {"log-exports"}
	_defects(both, "M", false) == {"enhanced-monitoring"}
}

test_aurora_mysql_may_export_its_audit_log if {
	_defects([_cluster({"EnableCloudwatchLogsExports": ["audit"]})], "C", false) == set()
}

test_a_cluster_speaks_for_instances_that_say_nothing if {
	speaking := _cluster({"MonitoringInterval": 60, "PerformanceInsightsEnabled": true})
	_defects([speaking, _member({})], "M", true) == set()
	_defects([speaking, _member({"MonitoringInterval": 0})], "M", true) == {"enhanced-monitoring"}
}

test_a_multi_az_cluster_is_monitored_itself if {
	multi := _cluster({"Engine": "mysql", "DBClusterInstanceClass": "db.r6gd.large"})
	_defects([multi], "C", true) == {"log-exports", "enhanced-monitoring", "performance-insights"}
}

test_performance_insights_only_where_asked if {
	bare := _instance({"Engine": "postgres", "EnableCloudwatchLogsExports": ["postgresql"]})
	_defects([bare], "D", false) == set()
	_defects([bare], "D", true) == {"performance-insights"}
}

test_a_small_class_is_noted if {
	small := _instance({"Engine": "mysql", "DBInstanceClass": "db.t3.micro", "EnableCloudwatchLogsExports": ["error"]})
	messages := {violation.message | some violation in _result([small], true).deny}
	count([message | some message in messages; contains(message, "do not offer it on this instance class")]) == 1
}

test_an_interval_of_zero_is_off if {
	off := scan.tf("aws_db_instance.d", "aws_db_instance", {
		"engine": "postgres",
		"enabled_cloudwatch_logs_exports": ["postgresql"],
		"monitoring_interval": 0,
	})
	_defects([off], "aws_db_instance.d", false) == {"enhanced-monitoring"}
}
