package policies.net.database_ingress_only_from_application_test

import data.policies.lib.network_units_test as units
import data.policies.net.database_ingress_only_from_application as policy

_params := {"NET-012": {"allow_cidr_sources": false}}

_loose := {"NET-012": {"allow_cidr_sources": true}}

_verdict(resources, params) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit with data.params as params
	undecided := policy.undecided with input as unit with data.params as params
	subjects := policy.subjects with input as unit with data.params as params
}

_database(properties) := units.cfn("Db", "AWS::RDS::DBCluster", object.union(
	{"Engine": "aurora-postgresql", "VpcSecurityGroupIds": [units.ref("Store")]},
	properties,
))

_store(rules) := units.cfn("Store", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": rules})

_app := units.cfn("App", "AWS::EC2::SecurityGroup", {})

_service := units.cfn("Service", "AWS::ECS::Service", {"NetworkConfiguration": {"AwsvpcConfiguration": {
	"SecurityGroups": [units.ref("App")],
}}})

_rule(port, source) := object.union({"IpProtocol": "tcp", "FromPort": port, "ToPort": port}, source)

_app_source := {"SourceSecurityGroupId": units.ref("App")}

_with(rules, properties) := _verdict([_database(properties), _store(rules), _app, _service], _params)

test_a_group_on_the_port_of_the_engine_passes if {
	verdict := _with([_rule(5432, _app_source)], {})
	verdict.deny == set()
	verdict.undecided == set()
	verdict.subjects == {"Db", "Store"}
}

test_the_port_of_the_database_comes_before_that_of_its_engine if {
	count(_with([_rule(5432, _app_source)], {"Port": 6432}).deny) == 1
	_with([_rule(6432, _app_source)], {"Port": "6432"}).deny == set()
}

test_the_port_that_the_database_gives_out_is_its_own if {
	port := {"$reference": {"address": "Db", "attribute": "Endpoint.Port"}}
	verdict := _with([object.union(_rule(0, _app_source), {"FromPort": port, "ToPort": port})], {})
	verdict.deny == set()
	verdict.undecided == set()
}

test_every_engine_has_its_port if {
	_with([_rule(3306, _app_source)], {"Engine": "aurora-mysql"}).deny == set()
	_with([_rule(1521, _app_source)], {"Engine": "oracle-ee"}).deny == set()
	_with([_rule(1433, _app_source)], {"Engine": "sqlserver-se"}).deny == set()
	cache := units.cfn("Cache", "AWS::ElastiCache::ReplicationGroup", {"SecurityGroupIds": [units.ref("Store")]})
	_verdict([cache, _store([_rule(6379, _app_source)]), _app], _params).deny == set()
}

test_blocks_fail_unless_small_private_ones_are_accepted if {
	some violation in _with([_rule(5432, {"CidrIp": "10.1.2.0/24"})], {}).deny
	violation.resource == "Store"
	violation.path == ["Properties", "SecurityGroupIngress", 0]
	small := [_database({}), _store([_rule(5432, {"CidrIp": "10.1.2.0/24"})])]
	_verdict(small, _loose).deny == set()
	wide := [_database({}), _store([_rule(5432, {"CidrIp": "10.1.0.0/16"})])]
	count(_verdict(wide, _loose).deny) == 1
	public := [_database({}), _store([_rule(5432, {"CidrIp": "203.0.113.0/24"})])]
	count(_verdict(public, _loose).deny) == 1
}

test_a_range_of_ports_and_every_protocol_fail if {
	count(_with([object.union(_rule(5432, _app_source), {"ToPort": 5433})], {}).deny) == 1
	count(_with([object.union(_app_source, {"IpProtocol": "-1"})], {}).deny) == 1
}

test_no_ingress_passes_and_no_group_fails if {
	_with([], {}).deny == set()
	bare := units.cfn("Db", "AWS::RDS::DBCluster", {"Engine": "aurora-postgresql"})
	some violation in _verdict([bare], _params).deny
	violation.path == ["Properties", "VpcSecurityGroupIds"]
}

test_members_and_replicas_are_judged_with_their_cluster if {
	member := units.cfn("Member", "AWS::RDS::DBInstance", {"DBClusterIdentifier": units.ref("Db")})
	replica := units.tf("aws_db_instance.r", "aws_db_instance", {"replicate_source_db": "orders"})
	_verdict([member, replica], _params).subjects == set()
}

_proxy := [
	units.cfn("Proxy", "AWS::RDS::DBProxy", {"VpcSecurityGroupIds": [units.ref("ProxyGroup")]}),
	units.cfn("ProxyTargets", "AWS::RDS::DBProxyTargetGroup", {
		"DBProxyName": units.ref("Proxy"),
		"DBClusterIdentifiers": [units.ref("Db")],
	}),
	units.cfn("Rotation", "AWS::SecretsManager::RotationSchedule", {"HostedRotationLambda": {
		"VpcSecurityGroupIds": units.ref("RotationGroup"),
	}}),
	units.cfn("RotationGroup", "AWS::EC2::SecurityGroup", {}),
]

test_past_a_proxy_only_its_group_and_that_of_the_rotation_pass if {
	proxy_group := units.cfn("ProxyGroup", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [
		_rule(5432, _app_source),
		_rule(5432, {"CidrIp": "10.0.0.0/16"}),
	]})
	rules := [
		_rule(5432, {"SourceSecurityGroupId": units.ref("ProxyGroup")}),
		_rule(5432, {"SourceSecurityGroupId": units.ref("RotationGroup")}),
		_rule(5432, _app_source),
	]
	verdict := _verdict(array.concat(_proxy, [_database({}), _store(rules), _app, _service, proxy_group]), _params)
	{[violation.resource, violation.path[2]] | some violation in verdict.deny} == {["Store", 2], ["ProxyGroup", 1]}
}

test_open_groups_sources_and_ports_are_unknown if {
	group := _verdict([_database({"VpcSecurityGroupIds": [units.parameter("Group")]})], _params)
	group.deny == set()
	count(group.undecided) == 1
	source := _with([_rule(5432, {"SourceSecurityGroupId": units.parameter("Source")})], {})
	source.deny == set()
	count(source.undecided) == 1
	port := _with([_rule(5432, _app_source)], {"Port": units.parameter("Port")})
	port.deny == set()
	count(port.undecided) == 1
}

test_a_replica_with_groups_of_its_own_is_judged_on_the_port_of_its_source if {
	source := units.cfn("Source", "AWS::RDS::DBInstance", {"Engine": "postgres", "DBClusterIdentifier": "c"})
	replica := units.cfn("Replica", "AWS::RDS::DBInstance", {
		"SourceDBInstanceIdentifier": units.ref("Source"),
		"VPCSecurityGroups": [units.ref("Store")],
	})
	good := _verdict([source, replica, _store([_rule(5432, _app_source)]), _app], _params)
	good.subjects == {"Replica", "Store"}
	good.deny == set()
	good.undecided == set()
	bad := _verdict([source, replica, _store([_rule(5432, {"CidrIp": "10.0.0.0/8"})]), _app], _params)
	{violation.resource | some violation in bad.deny} == {"Store"}
}
