package policies.net.data_stores_not_publicly_accessible_test

import data.policies.lib.network_units_test as units
import data.policies.net.data_stores_not_publicly_accessible as policy

_verdict(resources, endpoint) := _verdict_of(units.unit(resources), endpoint)

_verdict_of(unit, endpoint) := {"deny": deny, "undecided": undecided, "subjects": subjects, "proven": proven} if {
	params := {"NET-004": {"eks_endpoint": endpoint}}
	deny := policy.deny with input as unit with data.params as params
	undecided := policy.undecided with input as unit with data.params as params
	subjects := policy.subjects with input as unit with data.params as params
	proven := policy.proven with input as unit with data.params as params
}

# "fail", "unknown" or "pass" of one resource, as far as the policy itself says it.
_outcome(resources) := _outcome_of(_verdict(resources, "restricted-cidrs"))

_outcome_of(verdict) := "fail" if count(verdict.deny) > 0

_outcome_of(verdict) := "unknown" if {
	count(verdict.deny) == 0
	count(verdict.undecided) > 0
}

_outcome_of(verdict) := "pass" if {
	count(verdict.deny) == 0
	count(verdict.undecided) == 0
}

_network := [
	units.cfn("Vpc", "AWS::EC2::VPC", {}),
	units.cfn("Igw", "AWS::EC2::InternetGateway", {}),
	units.cfn("Table", "AWS::EC2::RouteTable", {"VpcId": units.ref("Vpc")}),
	units.cfn("Front", "AWS::EC2::Subnet", {"VpcId": units.ref("Vpc")}),
	units.cfn("Back", "AWS::EC2::Subnet", {"VpcId": units.ref("Vpc")}),
	units.cfn("Association", "AWS::EC2::SubnetRouteTableAssociation", {
		"SubnetId": units.ref("Front"),
		"RouteTableId": units.ref("Table"),
	}),
	units.cfn("Route", "AWS::EC2::Route", {
		"RouteTableId": units.ref("Table"),
		"DestinationCidrBlock": "0.0.0.0/0",
		"GatewayId": units.ref("Igw"),
	}),
	units.cfn("Public", "AWS::RDS::DBSubnetGroup", {"SubnetIds": [units.ref("Front"), units.ref("Back")]}),
	units.cfn("Private", "AWS::RDS::DBSubnetGroup", {"SubnetIds": [units.ref("Back")]}),
]

_db(properties) := units.cfn("Db", "AWS::RDS::DBInstance", properties)

_in_network(properties) := _outcome(array.concat(_network, [_db(properties)]))

test_flags_are_read_as_booleans_and_as_text if {
	_outcome([_db({"PubliclyAccessible": "true"})]) == "fail"
	_outcome([_db({"PubliclyAccessible": true})]) == "fail"
	_outcome([_db({"PubliclyAccessible": "false"})]) == "pass"
}

test_words_of_other_services_are_read if {
	_outcome([units.cfn("M", "AWS::MWAA::Environment", {"WebserverAccessMode": "PUBLIC_ONLY"})]) == "fail"
	_outcome([units.cfn("M", "AWS::MWAA::Environment", {"WebserverAccessMode": "PUBLIC_AND_PRIVATE"})]) == "fail"
	_outcome([units.cfn("M", "AWS::MWAA::Environment", {"WebserverAccessMode": "PRIVATE_ONLY"})]) == "pass"
	access := {"BrokerNodeGroupInfo": {"ConnectivityInfo": {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}}}}
	_outcome([units.cfn("K", "AWS::MSK::Cluster", access)]) == "fail"
	_outcome([units.cfn("K", "AWS::MSK::Cluster", {})]) == "pass"
}

test_absence_means_what_each_service_makes_of_it if {
	_outcome([units.cfn("D", "AWS::DMS::ReplicationInstance", {})]) == "fail"
	_outcome([units.cfn("R", "AWS::Redshift::Cluster", {})]) == "unknown"
	_outcome([units.cfn("R", "AWS::RedshiftServerless::Workgroup", {})]) == "pass"
	_outcome([units.cfn("N", "AWS::Neptune::DBInstance", {})]) == "pass"
	_outcome([units.tf("aws_db_instance.a", "aws_db_instance", {})]) == "pass"
}

test_the_default_of_redshift_depends_on_the_provider if {
	cluster := units.tf("aws_redshift_cluster.a", "aws_redshift_cluster", {})
	_outcome([cluster]) == "pass"
	five := object.union(units.unit([cluster]), {"unit": {"providers": {"aws": {"major": 5}}}})
	_outcome_of(_verdict_of(five, "restricted-cidrs")) == "fail"
	none := object.union(units.unit([cluster]), {"unit": {"providers": {"aws": {"major": null}}}})
	_outcome_of(_verdict_of(none, "restricted-cidrs")) == "unknown"
}

test_a_silent_database_follows_its_subnet_group if {
	_in_network({"DBSubnetGroupName": units.ref("Public")}) == "fail"
	_in_network({"DBSubnetGroupName": units.ref("Private")}) == "pass"
	_in_network({"DBSubnetGroupName": units.parameter("Group")}) == "unknown"
	_in_network({"DBSubnetGroupName": "a-name"}) == "unknown"
}

test_a_silent_database_without_subnet_group_is_in_the_default_vpc if {
	_in_network({}) == "fail"
}

test_instances_of_a_cluster_have_its_subnet_group if {
	private := units.cfn("Cluster", "AWS::RDS::DBCluster", {
		"Engine": "aurora-mysql",
		"DBSubnetGroupName": units.ref("Private"),
	})
	member := _db({"DBClusterIdentifier": units.ref("Cluster")})
	_outcome(array.concat(_network, [private, member])) == "pass"
	_in_network({"DBClusterIdentifier": units.parameter("Cluster")}) == "unknown"
}

test_a_replica_has_the_subnet_group_of_its_source if {
	source := units.cfn(
		"Source",
		"AWS::RDS::DBInstance",
		{"PubliclyAccessible": false, "DBSubnetGroupName": units.ref("Private")},
	)
	_outcome(array.concat(_network, [source, _db({"SourceDBInstanceIdentifier": units.ref("Source")})])) == "pass"
}

test_an_aurora_cluster_is_not_judged if {
	aurora := units.cfn("Cluster", "AWS::RDS::DBCluster", {"Engine": "aurora-postgresql"})
	_verdict([aurora], "restricted-cidrs").subjects == set()
	multi_az := units.cfn("Cluster", "AWS::RDS::DBCluster", {"Engine": "mysql", "PubliclyAccessible": true})
	_outcome([multi_az]) == "fail"
}

_eks(config) := [units.cfn("Eks", "AWS::EKS::Cluster", {"ResourcesVpcConfig": config})]

test_a_cluster_endpoint_without_networks_is_open if {
	_outcome(_eks({"SubnetIds": ["subnet-1"]})) == "fail"
	_outcome(_eks({"EndpointPublicAccess": true, "PublicAccessCidrs": []})) == "fail"
	verdict := _verdict(_eks({"PublicAccessCidrs": ["203.0.113.0/24", "0.0.0.0/0"]}), "restricted-cidrs")
	[violation.path | some violation in verdict.deny] == [["Properties", "ResourcesVpcConfig", "PublicAccessCidrs", 1]]
}

test_a_restricted_or_private_endpoint_passes if {
	_outcome(_eks({"PublicAccessCidrs": ["203.0.113.0/24"]})) == "pass"
	_outcome(_eks({"EndpointPublicAccess": "false"})) == "pass"
}

test_only_private_endpoints_pass_where_that_is_required if {
	_outcome_of(_verdict(_eks({"PublicAccessCidrs": ["203.0.113.0/24"]}), "private")) == "fail"
	_outcome_of(_verdict(_eks({"EndpointPublicAccess": false}), "private")) == "pass"
}

test_an_undecided_network_or_switch_is_unknown if {
	_outcome(_eks({"PublicAccessCidrs": [units.parameter("Office")]})) == "unknown"
	_outcome(_eks({"EndpointPublicAccess": units.parameter("Public")})) == "unknown"
	restricted := {"EndpointPublicAccess": units.parameter("Public"), "PublicAccessCidrs": ["203.0.113.0/24"]}
	verdict := _verdict(_eks(restricted), "restricted-cidrs")
	_outcome_of(verdict) == "pass"
	verdict.proven == {"Eks"}
}

test_a_multi_az_cluster_is_not_its_own_parent if {
	_outcome([units.cfn("Orders", "AWS::RDS::DBCluster", {
		"Engine": "postgres",
		"DBClusterIdentifier": "orders",
	})]) == "fail"
}
