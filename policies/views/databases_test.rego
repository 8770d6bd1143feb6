package policies.views.databases_test

import data.policies.lib.network_units_test as units
import data.policies.views.databases as view

_rows(resources) := rows if {
	rows := view.rows with input as units.unit(resources)
}

_instance(properties) := _rows([units.cfn("D", "AWS::RDS::DBInstance", properties)]).D

_planned(values) := _rows([units.tf("aws_db_instance.d", "aws_db_instance", values)])["aws_db_instance.d"]

_cluster(properties) := units.cfn("C", "AWS::RDS::DBCluster", properties)

test_an_instance_of_its_own if {
	row := _instance({"Engine": "postgres", "EngineVersion": 15.4})
	[row.role, row.certain, row.family, row.aurora, row.major] == ["instance", true, "postgres", "no", [15, 4]]
}

test_an_instance_of_a_cluster_is_a_member if {
	_instance({"Engine": "postgres", "DBClusterIdentifier": units.parameter("C")}).role == "member"
	_instance({"Engine": "aurora-mysql"}).role == "member"
	_planned({"engine": "neptune"}).role == "member"
}

test_an_undecided_engine_may_be_that_of_a_member if {
	row := _instance({"Engine": units.parameter("Engine")})
	[row.role, row.certain, row.family] == ["instance", false, "unknown"]
}

test_a_replica_names_its_source if {
	_instance({"SourceDBInstanceIdentifier": "orders"}).role == "replica"
	_instance({"SourceDBClusterIdentifier": "orders"}).role == "replica"
	_planned({"replicate_source_db": units.ref("aws_db_instance.o")}).role == "replica"
}

test_a_restore_to_a_point_in_time_is_no_replica if {
	_instance({"SourceDBInstanceIdentifier": "orders", "UseLatestRestorableTime": true}).role == "instance"
}

test_a_member_takes_engine_and_version_from_its_cluster if {
	rows := _rows([
		_cluster({"Engine": "aurora-postgresql", "EngineVersion": "16.4"}),
		units.cfn("M", "AWS::RDS::DBInstance", {"DBClusterIdentifier": units.ref("C")}),
	])
	[rows.M.role, rows.M.aurora, rows.M.family, rows.M.major] == ["member", "yes", "postgres", [16, 4]]
	rows.M.cluster.to == {"C"}
}

test_a_member_joins_its_cluster_by_name if {
	rows := _rows([
		_cluster({"Engine": "aurora-mysql", "DBClusterIdentifier": "Orders"}),
		units.cfn("M", "AWS::RDS::DBInstance", {"Engine": "aurora-mysql", "DBClusterIdentifier": "orders"}),
	])
	rows.M.cluster.to == {"C"}
}

test_a_replica_takes_engine_and_version_from_its_source if {
	rows := _rows([
		units.cfn("D", "AWS::RDS::DBInstance", {"Engine": "mysql", "EngineVersion": "8.0.36"}),
		units.cfn("R", "AWS::RDS::DBInstance", {"SourceDBInstanceIdentifier": units.ref("D")}),
	])
	[rows.R.role, rows.R.family, rows.R.major] == ["replica", "mysql", [8, 0, 36]]
}

test_a_multi_az_cluster_has_an_instance_class if {
	_rows([_cluster({"Engine": "mysql", "DBClusterInstanceClass": "db.r6gd.large"})]).C.multi_az
	_rows([_cluster({"Engine": "aurora-mysql"})]).C.multi_az == false
}

test_the_version_of_aurora_mysql_starts_with_that_of_mysql if {
	_rows([_cluster({"Engine": "aurora-mysql", "EngineVersion": "8.0.mysql_aurora.3.05.2"})]).C.major == [8, 0]
}

test_families_by_engine if {
	{engine: family |
		some engine in ["oracle-ee-cdb", "custom-sqlserver-se", "db2-ae", "mariadb", "aurora", "mysql"]
		family := _instance({"Engine": engine}).family
	} == {
		"oracle-ee-cdb": "oracle",
		"custom-sqlserver-se": "sqlserver",
		"db2-ae": "db2",
		"mariadb": "mariadb",
		"aurora": "mysql",
		"mysql": "mysql",
	}
}

test_docdb_and_neptune_need_no_engine if {
	rows := _rows([
		units.cfn("D", "AWS::DocDB::DBCluster", {}),
		units.tf("aws_neptune_cluster_instance.n", "aws_neptune_cluster_instance", {}),
	])
	[rows.D.family, rows.D.role, rows.D.aurora] == ["docdb", "cluster", "no"]
	rows["aws_neptune_cluster_instance.n"].role == "member"
}
