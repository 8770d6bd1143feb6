package policies.db.rds_proxy_fronts_database_test

import data.policies.db.rds_proxy_fronts_database
import data.policies.lib.network_units_test as scan
import data.policies.lib.units_test as units

_result(resources) := result if {
	result := rds_proxy_fronts_database with input as scan.unit(resources)
}

_outcome(resources, address) := units.outcome(_result(resources), address)

_database(properties) := scan.cfn("D", "AWS::RDS::DBInstance", object.union({"Engine": "postgres"}, properties))

_service := scan.cfn("S", "AWS::ECS::Service", {})

_proxy(family) := scan.cfn("P", "AWS::RDS::DBProxy", {"EngineFamily": family})

_target(databases) := scan.cfn("G", "AWS::RDS::DBProxyTargetGroup", {
	"DBProxyName": scan.ref("P"),
	"TargetGroupName": "default",
	"DBInstanceIdentifiers": databases,
})

test_a_database_beside_services_needs_a_proxy if {
	_outcome([_database({}), _service], "D") == "fail"
	_outcome([_database({}), scan.cfn("F", "AWS::Lambda::Function", {})], "D") == "fail"
}

test_without_a_workload_nothing_is_judged if _outcome([_database({})], "D") == ""

test_a_target_of_a_proxy_passes if {
	_outcome([_database({}), _service, _proxy("POSTGRESQL"), _target([scan.ref("D")])], "D") == "pass"
}

test_a_target_may_be_named if {
	named := _database({"DBInstanceIdentifier": "orders"})
	_outcome([named, _service, _proxy("POSTGRESQL"), _target(["orders"])], "D") == "pass"
}

test_the_family_of_the_proxy_must_be_that_of_the_engine if {
	_outcome([_database({}), _service, _proxy("MYSQL"), _target([scan.ref("D")])], "D") == "fail"
	maria := _database({"Engine": "mariadb"})
	_outcome([maria, _service, _proxy("MYSQL"), _target([scan.ref("D")])], "D") == "pass"
	_outcome([_database({}), _service, _proxy(scan.parameter("F")), _target([scan.ref("D")])], "D") == "unknown"
}

test_a_target_that_cannot_be_told_may_be_the_database if {
	_outcome([_database({}), _service, _proxy("POSTGRESQL"), _target(scan.parameter("Ids"))], "D") == "unknown"
}

test_engines_that_no_proxy_serves_are_not_judged if {
	_outcome([_database({"Engine": "oracle-ee"}), _service], "D") == ""
	_outcome([_database({"Engine": "db2-se"}), _service], "D") == ""
	serverless := {"Engine": "aurora-mysql", "EngineMode": "serverless"}
	_outcome([scan.cfn("C", "AWS::RDS::DBCluster", serverless), _service], "C") == ""
}

test_replicas_and_members_are_not_judged if {
	_outcome([_database({"SourceDBInstanceIdentifier": "o"}), _service], "D") == ""
	_outcome([_database({"Engine": "aurora-mysql"}), _service], "D") == ""
}

_task(target, attribute) := object.union(
	scan.cfn("T", "AWS::ECS::TaskDefinition", {"ContainerDefinitions": [{"Environment": [{"Name": "DB_HOST"}]}]}),
	{"references": [{
		"path": ["Properties", "ContainerDefinitions", 0, "Environment", 0, "Value"],
		"address": target,
		"attribute": attribute,
	}]},
)

test_a_task_with_the_endpoint_of_the_database_fails_at_the_entry if {
	result := _result([_database({}), _task("D", "Endpoint.Address")])
	{[violation.resource, violation.path] | some violation in result.deny} == {[
		"T",
		["Properties", "ContainerDefinitions", 0, "Environment", 0, "Value"],
	]}
}

test_a_task_with_the_endpoint_of_the_proxy_is_fine if {
	_outcome([_database({}), _proxy("POSTGRESQL"), _task("P", "Endpoint")], "T") == ""
	_outcome([_database({}), _task("D", "Endpoint.Port")], "T") == "fail"
}

test_a_plan_shows_the_endpoint_in_its_references if {
	task := object.union(
		scan.tf("aws_ecs_task_definition.t", "aws_ecs_task_definition", {}),
		{"references": [{"path": ["container_definitions"], "address": "aws_rds_cluster.c", "attribute": "endpoint"}]},
	)
	cluster := scan.tf("aws_rds_cluster.c", "aws_rds_cluster", {"engine": "aurora-mysql"})
	_outcome([task, cluster], "aws_ecs_task_definition.t") == "fail"
}
