package policies.sec.database_credentials_managed_test

import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units
import data.policies.sec.database_credentials_managed

_facts := {"parameters": {
	"Hidden": {"type": "String", "no_echo": true, "has_default": false},
	"Shown": {"type": "String", "no_echo": false, "has_default": false},
	"Filled": {"type": "String", "no_echo": true, "has_default": true},
}}

_judge(resources, facts, strict) := result if {
	unit := object.union(scan.unit(resources), {"unit": facts})
	result := database_credentials_managed with input as unit
		with data.params as {"SEC-004": {"refuse_random_password": strict}}
}

_cfn(type, properties) := units.outcome(_judge([scan.cfn("D", type, properties)], _facts, false), "D")

_instance(properties) := _cfn("AWS::RDS::DBInstance", object.union({"Engine": "postgres"}, properties))

_cluster(properties) := _cfn("AWS::RDS::DBCluster", object.union({"Engine": "aurora-postgresql"}, properties))

_plan(node, given) := units.outcome(
	_judge([scan.tf("d.d", "aws_db_instance", object.union({"engine": "postgres"}, node))], {"given": given}, false),
	"d.d",
)

test_a_managed_password_passes if {
	_instance({"ManageMasterUserPassword": true}) == "pass"
	_cluster({"ManageMasterUserPassword": "true"}) == "pass"
	_cfn("AWS::DocDB::DBCluster", {"ManageMasterUserPassword": true}) == "pass"
	_plan({"manage_master_user_password": true}, []) == "pass"
}

test_a_reference_to_the_store_passes if {
	_instance({"MasterUserPassword": {"$secret": "{{resolve:secretsmanager:db:SecretString:password}}"}}) == "pass"
	_instance({"MasterUserPassword": {"$partial": [{"$secret": "x"}, ""]}}) == "pass"
}

test_a_hidden_parameter_fails if {
	_instance({"MasterUserPassword": scan.parameter("Hidden")}) == "fail"
	_cluster({"MasterUserPassword": scan.parameter("Hidden")}) == "fail"
	_cfn("AWS::DocDB::DBCluster", {"MasterUserPassword": scan.parameter("Hidden")}) == "fail"
}

test_literals_and_defaults_are_another_controls if {
	_instance({"MasterUserPassword": "hunter2"}) == ""
	_instance({"MasterUserPassword": scan.parameter("Shown")}) == ""
	_instance({"MasterUserPassword": scan.parameter("Filled")}) == ""
	_plan({"password": "hunter2"}, []) == ""
}

test_a_variable_without_default_fails if _plan({"password": "hunter2"}, ["hunter2"]) == "fail"

test_a_write_only_password_passes if _plan({"password_wo_version": 1}, []) == "pass"

test_an_import_is_open if {
	_instance({"MasterUserPassword": units.unknown("import", "shop-password")}) == "unknown"
	_instance({"ManageMasterUserPassword": scan.parameter("Shown")}) == "unknown"
}

_random(strict) := units.outcome(
	_judge(
		[
			scan.tf("random_password.p", "random_password", {}),
			scan.tf("d.d", "aws_db_instance", {"engine": "postgres", "password": scan.ref("random_password.p")}),
		],
		{},
		strict,
	),
	"d.d",
)

test_a_random_password_fails_in_strict_only if {
	_random(false) == "pass"
	_random(true) == "fail"
}

test_a_random_password_of_an_applied_plan_is_one if {
	database := object.union(
		scan.tf("d.d", "aws_db_instance", {"engine": "postgres", "password": "hunter2"}),
		{"references": [{"path": ["password"], "address": "random_password.p", "attribute": "result"}]},
	)
	units.outcome(_judge([database], {}, true), "d.d") == "fail"
}

test_a_secret_that_is_read_passes if {
	read := scan.ref("data.aws_secretsmanager_secret_version.db")
	_plan({"password": read}, []) == "pass"
}

test_copies_have_the_password_of_their_source if {
	_instance({"SourceDBInstanceIdentifier": "main", "MasterUserPassword": scan.parameter("Hidden")}) == ""
	_cfn("AWS::RDS::DBInstance", {"Engine": "aurora-postgresql", "DBClusterIdentifier": scan.ref("C")}) == ""
	_cluster({"SnapshotIdentifier": "s", "MasterUserPassword": scan.parameter("Hidden")}) == ""
	_cluster({"GlobalClusterIdentifier": "g"}) == ""
	_instance({"DBSnapshotIdentifier": "s"}) == ""
}

test_the_first_cluster_of_a_global_one_is_judged if {
	_cluster({"GlobalClusterIdentifier": "g", "MasterUserPassword": scan.parameter("Hidden")}) == "fail"
}
