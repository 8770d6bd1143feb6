package policies.db.database_forces_tls_test

import data.policies.db.database_forces_tls
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_result(resources) := result if {
	result := database_forces_tls with input as scan.unit(resources)
}

_outcome(resources, address) := units.outcome(_result(resources), address)

_instance(properties) := scan.cfn("D", "AWS::RDS::DBInstance", properties)

_by_default(engine, version) := _outcome([_instance({"Engine": engine, "EngineVersion": version})], "D")

test_postgres_forces_tls_from_15_on if {
	_by_default("postgres", "14.12") == "fail"
	_by_default("postgres", "15") == "pass"
	_by_default("postgres", "16.3") == "pass"
}

_cluster(properties) := scan.cfn("C", "AWS::RDS::DBCluster", properties)

test_aurora_postgres_forces_tls_from_17_on if {
	_outcome([_cluster({"Engine": "aurora-postgresql", "EngineVersion": "16.4"})], "C") == "fail"
	_outcome([_cluster({"Engine": "aurora-postgresql", "EngineVersion": "17.4"})], "C") == "pass"
	_outcome([_cluster({"Engine": "postgres", "EngineVersion": "15.4", "DBClusterInstanceClass": "c"})], "C") == "pass"
}

test_no_version_of_mysql_or_sql_server_forces_it if {
	_outcome([_instance({"Engine": "mysql"})], "D") == "fail"
	_by_default("sqlserver-se", "16.00") == "fail"
	_outcome([_cluster({"Engine": "aurora-mysql"})], "C") == "fail"
}

test_mariadb_forces_it_after_11_4 if {
	_by_default("mariadb", "10.5.20") == "fail"
	_by_default("mariadb", "11.4.3") == "fail"
	_by_default("mariadb", "11.8.2") == "pass"
}

test_an_unknown_version_is_undecided if {
	_outcome([_instance({"Engine": "postgres"})], "D") == "unknown"
	_by_default("postgres", scan.parameter("V")) == "unknown"
	_outcome([_instance({"Engine": scan.parameter("E")})], "D") == "unknown"
}

test_oracle_and_db2_are_judged_elsewhere if {
	{_outcome([_instance({"Engine": engine})], "D") | some engine in ["oracle-se2", "db2-ae"]} == {"pass"}
	oracle := _instance({"Engine": "oracle-se2", "CACertificateIdentifier": "rds-ca-2019"})
	{violation.defect | some violation in _result([oracle]).deny} == {"certificate-authority"}
}

_group(properties) := scan.cfn("G", "AWS::RDS::DBParameterGroup", properties)

_with_group(engine, group) := _result([
	_instance(object.union({"DBParameterGroupName": scan.ref("G")}, engine)),
	_group(group),
])

_places(result) := {[violation.resource, violation.path] | some violation in result.deny}

test_a_parameter_decides_before_the_version if {
	off := _with_group({"Engine": "postgres", "EngineVersion": "16"}, {"Parameters": {"rds.force_ssl": "0"}})
	_places(off) == {["G", ["Properties", "Parameters", "rds.force_ssl"]]}
	on := _with_group({"Engine": "postgres", "EngineVersion": "13"}, {"Parameters": {"rds.force_ssl": 1}})
	units.outcome(on, "D") == "pass"
	units.outcome(on, "G") == "pass"
}

test_values_may_be_numbers_texts_or_booleans if {
	every written in [1, "1", "ON", "on", true, "true"] {
		_places(_with_group({"Engine": "mysql"}, {"Parameters": {"require_secure_transport": written}})) == set()
	}
	every written in [0, "0", "OFF", false] {
		count(_places(_with_group({"Engine": "mysql"}, {"Parameters": {"require_secure_transport": written}}))) == 1
	}
}

test_the_family_of_the_group_gives_the_version if {
	units.outcome(_with_group({"Engine": "postgres"}, {"Family": "postgres15"}), "G") == "pass"
	_places(_with_group({"Engine": "postgres"}, {"Family": "postgres14"})) == {[
		"G",
		["Properties", "Parameters", "rds.force_ssl"],
	]}
}

test_the_cluster_group_decides_for_aurora_not_that_of_an_instance if {
	result := _result([
		_cluster({
			"Engine": "aurora-postgresql",
			"EngineVersion": "16.4",
			"DBClusterParameterGroupName": scan.ref("CG"),
		}),
		scan.cfn("CG", "AWS::RDS::DBClusterParameterGroup", {"Parameters": {"rds.force_ssl": 1}}),
		_instance({
			"Engine": "aurora-postgresql",
			"DBClusterIdentifier": scan.ref("C"),
			"DBParameterGroupName": scan.ref("G"),
		}),
		_group({"Parameters": {"rds.force_ssl": 0}}),
	])
	result.deny == set()
	not "G" in result.subjects
}

test_the_default_group_is_named_or_not if {
	_outcome([_instance({"Engine": "mysql", "DBParameterGroupName": "default.mysql8.0"})], "D") == "fail"
}

test_a_group_elsewhere_is_undecided if {
	_outcome([_instance({"Engine": "mysql", "DBParameterGroupName": "shared"})], "D") == "unknown"
	_outcome([_instance({"Engine": "mysql", "DBParameterGroupName": scan.parameter("G")})], "D") == "unknown"
}

test_groups_that_no_database_uses_are_not_judged if {
	_outcome([_group({"Parameters": {"rds.force_ssl": 0}})], "G") == ""
}

test_parameters_of_a_plan_are_blocks if {
	database := scan.tf("aws_db_instance.d", "aws_db_instance", {
		"engine": "postgres",
		"parameter_group_name": scan.ref("aws_db_parameter_group.g"),
	})
	group := scan.tf("aws_db_parameter_group.g", "aws_db_parameter_group", {
		"family": "postgres16",
		"parameter": [{"name": "log_connections", "value": "1"}, {"name": "rds.force_ssl", "value": "0"}],
	})
	_places(_result([database, group])) == {["aws_db_parameter_group.g", ["parameter", 1, "value"]]}
}

test_expired_authorities_are_their_own_result if {
	old := _instance({"Engine": "aurora-mysql", "DBClusterIdentifier": "c", "CACertificateIdentifier": "rds-ca-2019"})
	{violation.defect | some violation in _result([old]).deny} == {"certificate-authority"}
	new := _instance({
		"Engine": "aurora-mysql",
		"DBClusterIdentifier": "c",
		"CACertificateIdentifier": "rds-ca-rsa2048-g1",
	})
	_result([new]).deny == set()
}

test_tls_below_1_2_is_its_own_result if {
	result := _with_group(
		{"Engine": "postgres", "EngineVersion": "16"},
		{"Parameters": {"ssl_min_protocol_version": "TLSv1.1"}},
	)
	{violation.defect | some violation in result.deny} == {"tls-version"}
}
