package policies.net.databases_in_private_subnets_test

import data.policies.lib.network_units_test as units
import data.policies.net.databases_in_private_subnets as policy

_network := [
	units.cfn("Vpc", "AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}),
	units.cfn("Igw", "AWS::EC2::InternetGateway", {}),
	units.cfn("Table", "AWS::EC2::RouteTable", {"VpcId": units.ref("Vpc")}),
	units.cfn("Route", "AWS::EC2::Route", {
		"RouteTableId": units.ref("Table"),
		"DestinationCidrBlock": "0.0.0.0/0",
		"GatewayId": units.ref("Igw"),
	}),
	units.cfn("Association", "AWS::EC2::SubnetRouteTableAssociation", {
		"SubnetId": units.ref("Front"),
		"RouteTableId": units.ref("Table"),
	}),
	units.cfn("Front", "AWS::EC2::Subnet", {"VpcId": units.ref("Vpc")}),
	units.cfn("BackA", "AWS::EC2::Subnet", {"VpcId": units.ref("Vpc")}),
	units.cfn("BackB", "AWS::EC2::Subnet", {"VpcId": units.ref("Vpc")}),
]

_verdict(resources) := {"deny": deny, "undecided": undecided, "subjects": subjects} if {
	unit := units.unit(resources)
	deny := policy.deny with input as unit
	undecided := policy.undecided with input as unit
	subjects := policy.subjects with input as unit
}

_within(resources) := _verdict(array.concat(_network, resources))

_group(subnets) := units.cfn("Group", "AWS::RDS::DBSubnetGroup", {"SubnetIds": subnets})

_instance(properties) := units.cfn("Db", "AWS::RDS::DBInstance", properties)

test_one_public_subnet_of_three_fails_at_the_group_with_its_stores if {
	verdict := _within([
		_group([units.ref("BackA"), units.ref("BackB"), units.ref("Front")]),
		_instance({"DBSubnetGroupName": units.ref("Group")}),
	])
	some violation in verdict.deny
	count(verdict.deny) == 1
	violation.resource == "Group"
	violation.path == ["Properties", "SubnetIds", 2]
	[place.address | some place in violation.related] == ["Db", "Association", "Route"]
	verdict.subjects == {"Group"}
}

test_private_subnets_pass_without_a_store if {
	verdict := _within([_group([units.ref("BackA"), units.ref("BackB")])])
	verdict.deny == set()
	verdict.undecided == set()
	verdict.subjects == {"Group"}
}

test_members_of_a_cluster_and_replicas_are_not_judged if {
	verdict := _within([
		units.cfn("Member", "AWS::RDS::DBInstance", {"DBClusterIdentifier": units.ref("Cluster")}),
		units.cfn("Replica", "AWS::RDS::DBInstance", {"SourceDBInstanceIdentifier": "orders"}),
		units.tf("aws_elasticache_cluster.c", "aws_elasticache_cluster", {"replication_group_id": "g"}),
	])
	verdict.subjects == set()
}

test_without_a_group_rds_fails_where_a_vpc_is_declared_and_is_open_elsewhere if {
	some violation in _within([_instance({})]).deny
	violation.resource == "Db"
	alone := _verdict([_instance({})])
	alone.deny == set()
	{question.resource | some question in alone.undecided} == {"Db"}
}

test_caches_and_warehouses_without_a_group_or_in_the_default_one_fail if {
	verdict := _verdict([
		units.cfn("Cache", "AWS::ElastiCache::ReplicationGroup", {}),
		units.cfn("Node", "AWS::ElastiCache::CacheCluster", {"CacheSubnetGroupName": "Default"}),
		units.tf("aws_redshift_cluster.w", "aws_redshift_cluster", {}),
	])
	{violation.resource | some violation in verdict.deny} == {"Cache", "Node", "aws_redshift_cluster.w"}
}

test_a_group_is_found_by_its_name if {
	verdict := _verdict([
		units.tf("aws_db_subnet_group.g", "aws_db_subnet_group", {"name": "orders", "subnet_ids": ["subnet-1"]}),
		units.tf("aws_db_instance.d", "aws_db_instance", {"db_subnet_group_name": "orders"}),
	])
	verdict.subjects == {"aws_db_subnet_group.g"}
	{question.resource | some question in verdict.undecided} == {"aws_db_subnet_group.g"}
}

test_a_domain_without_a_vpc_has_a_public_endpoint if {
	verdict := _verdict([
		units.cfn("Search", "AWS::OpenSearchService::Domain", {"EngineVersion": "OpenSearch_2.11"}),
		units.tf("aws_opensearch_domain.s", "aws_opensearch_domain", {"vpc_options": []}),
	])
	{violation.defect | some violation in verdict.deny} == {"public-endpoint"}
	count(verdict.deny) == 2
}

test_a_parameter_is_unknown_unless_another_subnet_is_public if {
	unknown := _within([_group([units.parameter("Extra"), units.ref("BackA")])])
	unknown.deny == set()
	some question in unknown.undecided
	contains(question.message, "'Extra' has no default")
	mixed := _within([_group([units.parameter("Extra"), units.ref("Front")])])
	count(mixed.deny) == 1
	mixed.undecided == set()
	named := _within([_instance({"DBSubnetGroupName": units.parameter("Group")})])
	named.deny == set()
	count(named.undecided) == 1
}

_far := "arn:aws:rds:us-east-1:123456789012:db:orders"

test_a_replica_from_elsewhere_is_where_its_own_group_is if {
	open := _within([_instance({"SourceDBInstanceIdentifier": _far, "DBSubnetGroupName": units.parameter("Group")})])
	{question.resource | some question in open.undecided} == {"Db"}
	_within([_instance({"SourceDBInstanceIdentifier": _far})]).subjects == set()
	near := _within([_instance({"SourceDBInstanceIdentifier": "orders", "DBSubnetGroupName": units.parameter("Group")})])
	near.subjects == set()
	own := units.cfn("Orders", "AWS::RDS::DBCluster", {"DBSubnetGroupName": units.ref("Group")})
	beside := _instance({"SourceDBClusterIdentifier": units.ref("Orders"), "DBSubnetGroupName": units.parameter("Group")})
	not "Db" in _within([own, beside, _group([units.ref("BackA")])]).subjects
}

test_a_database_without_a_group_and_a_vpc_is_told_why_it_is_unknown if {
	{question.message | some question in _verdict([_instance({})]).undecided} == {concat("", [
		"Whether 'Db' is in public subnets cannot be decided: it names no subnet group ",
		"and may be in a default VPC.",
	])}
}
