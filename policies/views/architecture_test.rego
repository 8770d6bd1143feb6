package policies.views.architecture_test

import data.policies.lib.units_test as units
import data.policies.views.architecture as view

_by_address(resources) := {row.address: row | some row in rows} if {
	rows := view.rows with input as units.template(resources)
}

_network := {
	"Vpc": {"type": "AWS::EC2::VPC", "properties": {}},
	"Inside": {
		"type": "AWS::EC2::Subnet",
		"properties": {"VpcId": units.reference("Vpc", ""), "CidrBlock": "10.0.0.0/24"},
		"edges": [[["VpcId"], "Vpc", ""]],
	},
	"Group": {"type": "AWS::EC2::SecurityGroup", "properties": {"VpcId": units.reference("Vpc", "")}},
}

_database(properties, edges) := {"Database": {
	"type": "AWS::RDS::DBInstance",
	"properties": object.union({"Engine": "postgres", "DBSubnetGroupName": units.reference("Subnets", "")}, properties),
	"edges": array.concat([[["DBSubnetGroupName"], "Subnets", ""]], edges),
}}

_subnets := {"Subnets": {
	"type": "AWS::RDS::DBSubnetGroup",
	"properties": {"SubnetIds": [units.reference("Inside", "")]},
	"edges": [[["SubnetIds", 0], "Inside", ""]],
}}

_function := {"Function": {
	"type": "AWS::Lambda::Function",
	"properties": {"VpcConfig": {
		"SubnetIds": [units.reference("Inside", "")],
		"SecurityGroupIds": [units.reference("Group", "")],
	}},
	"edges": [[["VpcConfig", "SubnetIds", 0], "Inside", ""], [["VpcConfig", "SecurityGroupIds", 0], "Group", ""]],
}}

_store_group := {"StoreGroup": {
	"type": "AWS::EC2::SecurityGroup",
	"properties": {"SecurityGroupIngress": [{
		"IpProtocol": "tcp",
		"FromPort": 5432,
		"ToPort": 5432,
		"SourceSecurityGroupId": units.reference("Group", "GroupId"),
	}]},
	"edges": [[["SecurityGroupIngress", 0, "SourceSecurityGroupId"], "Group", "GroupId"]],
}}

_grouped := _database(
	{"VPCSecurityGroups": [units.reference("StoreGroup", "GroupId")], "StorageEncrypted": true},
	[[["VPCSecurityGroups", 0], "StoreGroup", "GroupId"]],
)

test_a_store_is_placed_and_reached_through_its_groups if {
	rows := _by_address(_all([_network, _subnets, _store_group, _function, _grouped]))
	rows.Database.kind == "store"
	rows.Database.noun == "postgres database"
	rows.Database.exposure == "isolated"
	rows.Database.subnets == ["Inside"]
	rows.Database.encryption == {"least": "aws-managed", "most": "aws-managed", "why": ""}
	rows.Database.from == [{"from": "Function", "name": "Function", "how": "tcp 5432", "certain": true, "why": ""}]
	rows.Database.open == []
}

test_a_function_is_in_its_subnets if {
	rows := _by_address(_all([_network, _function]))
	rows.Function.kind == "service"
	rows.Function.exposure == "isolated"
}

test_a_store_without_groups_says_that_the_default_one_decides if {
	rows := _by_address(_all([_network, _subnets, _database({}, [])]))
	rows.Database.encryption.most == "none"
	contains(rows.Database.open[0], "the default one of its VPC")
}

test_an_undecided_switch_is_an_interval_with_its_reason if {
	rows := _by_address(_all([
		_network, _subnets,
		_database({"StorageEncrypted": units.unknown("parameter", "Encrypted")}, []),
	]))
	rows.Database.encryption.least == "none"
	rows.Database.encryption.most == "aws-managed"
	contains(rows.Database.encryption.why, "'Encrypted' has no default")
}

test_an_instance_without_a_subnet_is_not_called_outside_of_all if {
	rows := _by_address({"Server": {"type": "AWS::EC2::Instance", "properties": {}}})
	rows.Server.exposure == "unknown"
	contains(rows.Server.why, "the default VPC decides")
}

test_a_distribution_leads_to_its_bucket_and_not_to_its_access_control if {
	rows := _by_address({
		"Site": {"type": "AWS::S3::Bucket", "properties": {}},
		"Control": {"type": "AWS::CloudFront::OriginAccessControl", "properties": {}},
		"Cdn": {
			"type": "AWS::CloudFront::Distribution",
			"properties": {"DistributionConfig": {"Enabled": true, "Origins": [{
				"Id": "site",
				"DomainName": units.reference("Site", "RegionalDomainName"),
				"OriginAccessControlId": units.reference("Control", ""),
			}]}},
			"edges": [
				[["DistributionConfig", "Origins", 0, "DomainName"], "Site", "RegionalDomainName"],
				[["DistributionConfig", "Origins", 0, "OriginAccessControlId"], "Control", ""],
			],
		},
	})
	rows.Cdn.exposure == "internet"
	rows.Cdn.to == ["Site"]
}

_all(parts) := {address: resource | some part in parts; some address, resource in part}
