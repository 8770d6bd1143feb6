# METADATA
# scope: package
# title: Place databases, proxies and caches in private subnets
# description: |
#   A database in a public subnet is one flag or one rule away from the whole internet, and its failover may move it
#   there unasked. In private subnets it has no way from the internet at all, whatever its other settings say.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
# custom:
#   id: NET-002
#   slug: databases-in-private-subnets
#   family: NET
#   severity: critical
#   score: 9.1
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::DMS::ReplicationSubnetGroup
#     - AWS::DocDB::DBSubnetGroup
#     - AWS::EC2::InternetGateway
#     - AWS::EC2::PrefixList
#     - AWS::EC2::Route
#     - AWS::EC2::RouteTable
#     - AWS::EC2::Subnet
#     - AWS::EC2::SubnetRouteTableAssociation
#     - AWS::EC2::VPC
#     - AWS::EC2::VPCBlockPublicAccessExclusion
#     - AWS::EC2::VPCBlockPublicAccessOptions
#     - AWS::EC2::VPCEndpoint
#     - AWS::EC2::VPNGateway
#     - AWS::EFS::MountTarget
#     - AWS::ElastiCache::CacheCluster
#     - AWS::ElastiCache::ReplicationGroup
#     - AWS::ElastiCache::SubnetGroup
#     - AWS::Elasticsearch::Domain
#     - AWS::MSK::Cluster
#     - AWS::Neptune::DBSubnetGroup
#     - AWS::OpenSearchService::Domain
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBProxy
#     - AWS::RDS::DBSubnetGroup
#     - AWS::Redshift::Cluster
#     - AWS::Redshift::ClusterSubnetGroup
#     - aws_db_instance
#     - aws_db_proxy
#     - aws_db_subnet_group
#     - aws_default_route_table
#     - aws_dms_replication_subnet_group
#     - aws_docdb_subnet_group
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_efs_mount_target
#     - aws_elasticache_cluster
#     - aws_elasticache_replication_group
#     - aws_elasticache_subnet_group
#     - aws_elasticsearch_domain
#     - aws_internet_gateway
#     - aws_main_route_table_association
#     - aws_msk_cluster
#     - aws_neptune_subnet_group
#     - aws_opensearch_domain
#     - aws_rds_cluster
#     - aws_redshift_cluster
#     - aws_redshift_subnet_group
#     - aws_route
#     - aws_route_table
#     - aws_route_table_association
#     - aws_subnet
#     - aws_vpc
#     - aws_vpc_block_public_access_exclusion
#     - aws_vpc_block_public_access_options
#     - aws_vpc_endpoint
#     - aws_vpn_gateway
#     - data.aws_ec2_managed_prefix_list
#     - data.aws_internet_gateway
#     - data.aws_prefix_list
#     - data.aws_vpn_gateway
#   subjects:
#     - AWS::DMS::ReplicationSubnetGroup
#     - AWS::DocDB::DBSubnetGroup
#     - AWS::EFS::MountTarget
#     - AWS::ElastiCache::CacheCluster
#     - AWS::ElastiCache::ReplicationGroup
#     - AWS::ElastiCache::SubnetGroup
#     - AWS::Elasticsearch::Domain
#     - AWS::MSK::Cluster
#     - AWS::Neptune::DBSubnetGroup
#     - AWS::OpenSearchService::Domain
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBProxy
#     - AWS::RDS::DBSubnetGroup
#     - AWS::Redshift::Cluster
#     - AWS::Redshift::ClusterSubnetGroup
#     - aws_db_instance
#     - aws_db_proxy
#     - aws_db_subnet_group
#     - aws_dms_replication_subnet_group
#     - aws_docdb_subnet_group
#     - aws_efs_mount_target
#     - aws_elasticache_cluster
#     - aws_elasticache_replication_group
#     - aws_elasticache_subnet_group
#     - aws_elasticsearch_domain
#     - aws_msk_cluster
#     - aws_neptune_subnet_group
#     - aws_opensearch_domain
#     - aws_rds_cluster
#     - aws_redshift_cluster
#     - aws_redshift_subnet_group
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["OpenSearch.2", "ES.2", "ElastiCache.7"]
#       nist_800_53_r5: ["AC-4(21)", "SC-7", "SC-7(3)"]
#       pci_dss_4.0: ["1.4.4", "1.3.1", "1.3.2", "1.4.1"]
#       hipaa: ["164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"]
#     judged:
#       aws_fsbp: ["RDS.46"]
#       iso_27001_2022: ["A.8.20", "A.8.22"]
#   cwe: [1327, 284]
#   remediation:
#     cloudformation: "Reference a DBSubnetGroup whose SubnetIds are private in at least two AZs."
#     terraform-plan: "Set db_subnet_group_name to a group built from private subnets."
#   peers:
#     checkov: [CKV_AWS_137, CKV_AWS_154, CKV_AWS_323]
#     trivy: [AWS-0127]
#     cfn_nag: [W90]
#     guard: [elasticsearch_in_vpc_only, opensearch_in_vpc_only]
#     cdk_nag: [AwsSolutions-OS1, AwsSolutions-AEC1, AwsSolutions-RS2, NIST.800.53.R5-OpenSearchInVPCOnly]
#     prowler:
#       [elasticache_cluster_uses_public_subnet, neptune_cluster_uses_public_subnet,
#        efs_mount_target_not_publicly_accessible]
package policies.net.databases_in_private_subnets

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.joins
import data.policies.lib.network
import data.policies.lib.network_joins
import data.policies.lib.value

_types := data.tables.database_placement

_holders := graph.of_types(object.keys(_types.holders))

_path(holder) := _types.holders[holder.type].subnets

# A domain of OpenSearch without options for a VPC has a public endpoint; the others need subnets to exist.
_of_holders := [row |
	some holder in _holders
	record := value.get(holder, _path(holder))
	not _empty(record)
	found := network.exposures(holder, record.path)
	row := object.union(_of_exposures(holder, found), {
		"resource": holder.address,
		"defect": "public-subnets",
	})
]

_of_holders_without := [row |
	some holder in _holders
	_types.holders[holder.type].public_without
	record := value.get(holder, _path(holder))
	_empty(record)
	row := {
		"state": "fail",
		"resource": holder.address,
		"path": record.path,
		"defect": "public-endpoint",
		"message": sprintf("Domain '%s' has no VPC options, so that its endpoint is public.", [holder.address]),
	}
]

_empty(record) if value.is_absent(record)

_empty(record) if record.value == []

_of_exposures(holder, found) := row if {
	public := [one | some one in found; one.class == "public"]
	count(public) > 0
	names := sort({each.address | some one in public; some each in one.rows})
	row := {
		"state": "fail",
		"path": public[0].path,
		"message": sprintf("'%s' places a data store in public subnets: '%s'.", [
			holder.address,
			concat("', '", names),
		]),
		"related": array.concat(_users(holder), [place |
			some one in public
			some each in one.rows
			some place in each.related
		]),
	}
}

_of_exposures(holder, found) := row if {
	count([one | some one in found; one.class == "public"]) == 0
	unknown := [one | some one in found; one.class == "unknown"]
	count(unknown) > 0
	row := {
		"state": "open",
		"path": unknown[0].path,
		"message": sprintf("Whether '%s' places a data store in public subnets cannot be decided: %s.", [
			holder.address,
			unknown[0].why,
		]),
	}
}

_of_exposures(holder, found) := row if {
	count([one | some one in found; one.class in {"public", "unknown"}]) == 0
	row := {"state": "pass", "path": _path(holder), "message": ""}
}

# The stores in a subnet group.
_users(holder) := [place |
	some store in _stores
	holder.address in _group(store).to
	place := {
		"address": store.address,
		"path": _types.stores[store.type].group,
		"message": "This data store is in the subnet group.",
	}
]

# Members of a cluster and replicas are where their parent is.
_stores := [store |
	some store in graph.of_types(object.keys(_types.stores))
	parents := [path |
		some path in _types.stores[store.type].parents
		not value.is_absent(value.present(store, path))
		not _placed_apart(store, path)
	]
	count(parents) == 0
]

# A replica of a database elsewhere that names a subnet group of its own.
_placed_apart(store, path) if {
	path[count(path) - 1] in _sources
	not value.is_absent(_placement(store))
	count([source |
		some address in graph.referenced(store, path)
		source := graph.at(address)
		source != null
		object.get(source, "provider", "") == object.get(store, "provider", "")
	]) == 0
	_is_far(value.present(store, path))
}

_sources := {
	"SourceDBInstanceIdentifier",
	"SourceDBClusterIdentifier",
	"ReplicationSourceIdentifier",
	"replicate_source_db",
	"replication_source_identifier",
}

# A database of the same Region is named by its identifier, another one by its ARN.
_is_far(record) if value.opaque(record.value)

_is_far(record) if {
	is_string(record.value)
	startswith(record.value, "arn:")
}

_group(store) := joins.join(store, _types.stores[store.type].group, _types.names)

_placement(store) := value.present(store, _types.stores[store.type].group)

# A store whose group is declared is judged with its group.
_of_stores := [row |
	some store in _stores
	state := _store_state(store)
	state.name != "declared"
	row := {
		"state": state.name,
		"resource": store.address,
		"path": _types.stores[store.type].group,
		"defect": "subnet-group",
		"message": state.message,
	}
]

_store_state(store) := {"name": "declared"} if count(_group(store).to) > 0

_store_state(store) := {"name": state, "message": message} if {
	count(_group(store).to) == 0
	value.is_absent(_placement(store))
	state := _without_group(store)
	message := sprintf(_without[state], [store.address])
}

_store_state(store) := {"name": "fail", "message": message} if {
	count(_group(store).to) == 0
	not value.is_absent(_placement(store))
	_default_group(store)
	message := sprintf("'%s' is in the subnet group 'default', of public subnets of the default VPC.", [store.address])
}

_store_state(store) := {"name": "open", "message": message} if {
	count(_group(store).to) == 0
	not value.is_absent(_placement(store))
	not _default_group(store)
	message := sprintf("Whether '%s' is in public subnets cannot be decided: %s.", [
		store.address,
		network_joins.waits(_placement(store).value),
	])
}

_without := {
	"fail": "'%s' names no subnet group, so that it lands in public subnets of the default VPC.",
	"open": "Whether '%s' is in public subnets cannot be decided: it names no subnet group and may be in a default VPC.",
}

_default_group(store) if {
	_types.stores[store.type].default_vpc
	text := _placement(store).value
	is_string(text)
	lower(text) == "default"
}

# RDS says itself whether it is public (NET-004); a unit that declares a VPC wants its databases there.
_without_group(store) := "fail" if _types.stores[store.type].default_vpc

_without_group(store) := "fail" if {
	not _types.stores[store.type].default_vpc
	_declares_vpc
}

_without_group(store) := "open" if {
	not _types.stores[store.type].default_vpc
	not _declares_vpc
}

_declares_vpc if count(graph.of_types(["AWS::EC2::VPC", "aws_vpc"])) > 0

default _declares_vpc := false

_assessed := array.concat(array.concat(_of_holders, _of_holders_without), _of_stores)

subjects contains row.resource if some row in _assessed

examined contains record if {
	some holder in _holders
	record := value.get(holder, _types.holders[holder.type].subnets)
}

examined contains record if {
	some store in _stores
	record := _placement(store)
	_store_state(store).name != "declared"
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
