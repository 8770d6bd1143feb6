# METADATA
# scope: package
# title: Keep managed data stores and control planes off public endpoints
# description: |
#   A database, broker or control plane with a public endpoint is one leaked password or one unpatched flaw away
#   from everyone. Behind private addresses an attacker first needs a way into the network.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-2
# custom:
#   id: NET-004
#   slug: data-stores-not-publicly-accessible
#   family: NET
#   severity: critical
#   score: 9.4
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::AmazonMQ::Broker
#     - AWS::DMS::ReplicationInstance
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
#     - AWS::EKS::Cluster
#     - AWS::MSK::Cluster
#     - AWS::MWAA::Environment
#     - AWS::Neptune::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBSubnetGroup
#     - AWS::Redshift::Cluster
#     - AWS::RedshiftServerless::Workgroup
#     - aws_db_instance
#     - aws_default_route_table
#     - aws_dms_replication_instance
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_eks_cluster
#     - aws_internet_gateway
#     - aws_main_route_table_association
#     - aws_mq_broker
#     - aws_msk_cluster
#     - aws_mwaa_environment
#     - aws_neptune_cluster_instance
#     - aws_rds_cluster_instance
#     - aws_redshift_cluster
#     - aws_redshiftserverless_workgroup
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
#     - AWS::AmazonMQ::Broker
#     - AWS::DMS::ReplicationInstance
#     - AWS::EKS::Cluster
#     - AWS::MSK::Cluster
#     - AWS::MWAA::Environment
#     - AWS::Neptune::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - AWS::Redshift::Cluster
#     - AWS::RedshiftServerless::Workgroup
#     - aws_db_instance
#     - aws_dms_replication_instance
#     - aws_eks_cluster
#     - aws_mq_broker
#     - aws_msk_cluster
#     - aws_mwaa_environment
#     - aws_neptune_cluster_instance
#     - aws_rds_cluster_instance
#     - aws_redshift_cluster
#     - aws_redshiftserverless_workgroup
#   params:
#     - name: eks_endpoint
#       type: string
#       description: Who may reach the API endpoint of a cluster, named networks (restricted-cidrs) or none (private).
#       default: restricted-cidrs
#       presets: {"strict": "private"}
#       stricter: ["restricted-cidrs", "private"]
#   packs: [baseline, reference-architecture, cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["RDS.2", "Redshift.1", "DMS.1", "EKS.1", "MSK.4"]
#       cis_aws_3.0: ["2.3.3"]
#       cis_aws_5.0: ["2.2.3"]
#       nist_800_53_r5: ["AC-3", "AC-6", "SC-7", "SC-7(3)"]
#       pci_dss_4.0: ["1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1", "10.3.2"]
#       soc2: ["CC6.2"]
#       hipaa:
#         - "164.308(a)(1)(ii)(B)"
#         - "164.308(a)(3)(i)"
#         - "164.308(a)(4)(ii)(A)"
#         - "164.308(a)(4)(ii)(C)"
#         - "164.312(a)(1)"
#         - "164.312(e)(1)"
#     judged:
#       pci_dss_4.0: ["1.4.4"]
#       soc2: ["CC6.6"]
#       iso_27001_2022: ["A.8.20"]
#   cwe: [284, 1327]
#   remediation:
#     cloudformation: "PubliclyAccessible: false written explicitly."
#     terraform-plan: "publicly_accessible = false written explicitly."
#   peers:
#     checkov:
#       - CKV_AWS_17
#       - CKV_AWS_87
#       - CKV_AWS_89
#       - CKV_AWS_69
#       - CKV_AWS_102
#       - CKV_AWS_38
#       - CKV_AWS_39
#       - CKV_AWS_291
#       - CKV2_AWS_66
#     trivy: [AWS-0180, AWS-0072, AWS-0040, AWS-0041]
#     cfn_nag: [F22, W91]
#     guard:
#       - rds_instance_public_access_check
#       - redshift_cluster_public_access_check
#       - dms_replication_not_public
#       - eks_endpoint_no_public_access
#     cdk_nag:
#       - NIST.800.53.R5-RDSInstancePublicAccess
#       - NIST.800.53.R5-RedshiftClusterPublicAccess
#       - NIST.800.53.R5-DMSReplicationNotPublic
#       - AwsSolutions-RS8
#       - AwsSolutions-EKS1
#     prowler:
#       - rds_instance_no_public_access
#       - redshift_cluster_public_access
#       - dms_instance_no_public_access
#       - mq_broker_not_publicly_accessible
#       - kafka_cluster_is_public
#       - eks_cluster_not_publicly_accessible
package policies.net.data_stores_not_publicly_accessible

import data.policies.lib.cidr
import data.policies.lib.graph
import data.policies.lib.network
import data.policies.lib.network_joins
import data.policies.lib.value

_params := data.params["NET-004"]

# Where each service says it, and what it means to say nothing: "closed", "public", "open" (undecided), "subnets" (the
# subnets decide) or "provider" (the version of the Terraform provider decides).
_services := {
	"AWS::RDS::DBInstance": {"path": ["Properties", "PubliclyAccessible"], "absent": "subnets"},
	"AWS::RDS::DBCluster": {"path": ["Properties", "PubliclyAccessible"], "absent": "subnets"},
	"AWS::Redshift::Cluster": {"path": ["Properties", "PubliclyAccessible"], "absent": "open"},
	"AWS::RedshiftServerless::Workgroup": {"path": ["Properties", "PubliclyAccessible"], "absent": "closed"},
	"AWS::DMS::ReplicationInstance": {"path": ["Properties", "PubliclyAccessible"], "absent": "public"},
	"AWS::Neptune::DBInstance": {"path": ["Properties", "PubliclyAccessible"], "absent": "closed"},
	"AWS::AmazonMQ::Broker": {"path": ["Properties", "PubliclyAccessible"], "absent": "open"},
	"AWS::MSK::Cluster": {
		"path": ["Properties", "BrokerNodeGroupInfo", "ConnectivityInfo", "PublicAccess", "Type"],
		"absent": "closed",
	},
	"AWS::MWAA::Environment": {"path": ["Properties", "WebserverAccessMode"], "absent": "closed"},
	"aws_db_instance": {"path": ["publicly_accessible"], "absent": "closed"},
	"aws_rds_cluster_instance": {"path": ["publicly_accessible"], "absent": "closed"},
	"aws_redshift_cluster": {"path": ["publicly_accessible"], "absent": "provider"},
	"aws_redshiftserverless_workgroup": {"path": ["publicly_accessible"], "absent": "closed"},
	"aws_dms_replication_instance": {"path": ["publicly_accessible"], "absent": "closed"},
	"aws_neptune_cluster_instance": {"path": ["publicly_accessible"], "absent": "closed"},
	"aws_mq_broker": {"path": ["publicly_accessible"], "absent": "closed"},
	"aws_msk_cluster": {
		"path": ["broker_node_group_info", 0, "connectivity_info", 0, "public_access", 0, "type"],
		"absent": "closed",
	},
	"aws_mwaa_environment": {"path": ["webserver_access_mode"], "absent": "closed"},
}

_clusters := {
	"AWS::EKS::Cluster": {
		"endpoint": ["Properties", "ResourcesVpcConfig", "EndpointPublicAccess"],
		"blocks": ["Properties", "ResourcesVpcConfig", "PublicAccessCidrs"],
	},
	"aws_eks_cluster": {
		"endpoint": ["vpc_config", 0, "endpoint_public_access"],
		"blocks": ["vpc_config", 0, "public_access_cidrs"],
	},
}

_stores := [store |
	some store in graph.of_types(object.keys(_services))
	not _of_instances(store)
]

_control_planes := graph.of_types(object.keys(_clusters))

# The flag of Aurora belongs to the instances, never to the cluster.
_of_instances(store) if {
	store.type == "AWS::RDS::DBCluster"
	engine := object.get(store.node, ["Properties", "Engine"], null)
	is_string(engine)
	startswith(lower(engine), "aurora")
}

_of_instances(store) if {
	store.type == "AWS::RDS::DBCluster"
	object.get(store.node, ["Properties", "EngineMode"], null) == "serverless"
}

subjects contains store.address if some store in _stores

subjects contains plane.address if some plane in _control_planes

_flag(store) := value.get(store, _services[store.type].path)

_setting(plane, which) := value.get(plane, _clusters[plane.type][which])

examined contains record if {
	some store in _stores
	record := _flag(store)
}

examined contains record if {
	some plane in _control_planes
	record := _setting(plane, "endpoint")
}

examined contains record if {
	some plane in _control_planes
	record := value.present(plane, _clusters[plane.type].blocks)
	not _endpoint_off(plane)
}

_public_words := {"true", "service_provided_eips", "public_only", "public_and_private"}

_switched_on(record) if {
	value.is_known(record)
	lower(sprintf("%v", [record.value])) in _public_words
}

deny contains violation if {
	some store in _stores
	record := _flag(store)
	_switched_on(record)
	violation := {
		"resource": store.address,
		"path": record.path,
		"defect": "public",
		"message": sprintf("'%s' has a public endpoint: it is set to '%v'.", [store.address, record.value]),
	}
}

# What absence means for one store.
_absence(store) := _services[store.type].absent if not _services[store.type].absent in {"subnets", "provider"}

_absence(store) := _provider_default(object.get(input, "unit", {}), store) if {
	_services[store.type].absent == "provider"
}

_absence(store) := _placement(store).verdict if _services[store.type].absent == "subnets"

# Version 6 of the provider turned the default of Redshift clusters from public to private.
_provider_default(unit, store) := "public" if {
	major := _major(unit, store)
	major != null
	major < 6
}

_provider_default(unit, store) := "closed" if {
	major := _major(unit, store)
	major != null
	major >= 6
}

_provider_default(unit, store) := "open" if _major(unit, store) == null

_major(unit, store) := object.get(unit, ["providers", object.get(store, "provider", "aws"), "major"], null)

# The subnet group that a database ends up in: its own, else that of its cluster or source.
_group_path := ["Properties", "DBSubnetGroupName"]

_parent_paths := [["Properties", "DBClusterIdentifier"], ["Properties", "SourceDBInstanceIdentifier"]]

# A cluster says its own name where an instance says that of its cluster.
_parents(store) := [found |
	store.type == "AWS::RDS::DBInstance"
	some path in _parent_paths
	found := network_joins.join(store, path, ["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"])
	found.written
]

_named_group(store) := network_joins.join(store, _group_path, ["AWS::RDS::DBSubnetGroup"])

_effective_groups(store) := [_named_group(store)] if _named_group(store).written

_effective_groups(store) := [group |
	some parent in _parents(store)
	some group in _groups_of_parent(parent)
] if {
	not _named_group(store).written
}

_groups_of_parent(parent) := [{"to": set(), "open": true, "written": true}] if parent.open

_groups_of_parent(parent) := [group |
	some address in parent.to
	group := _named_group(graph.at(address))
	group.written
] if {
	not parent.open
}

_placement(store) := {
	"verdict": "public",
	"related": [],
	"why": "it names no subnet group, so it is in the default VPC",
} if {
	count(_effective_groups(store)) == 0
}

_placement(store) := {"verdict": verdict, "related": related, "why": why} if {
	groups := _effective_groups(store)
	count(groups) > 0
	open := count([group | some group in groups; group.open]) > 0
	exposures := [exposure |
		some group in groups
		some address in group.to
		some exposure in network.exposures(graph.at(address), ["Properties", "SubnetIds"])
	]
	classes := {exposure.class | some exposure in exposures}
	verdict := _verdict(classes, open)
	related := [place |
		some exposure in exposures
		exposure.class == "public"
		some row in exposure.rows
		some place in row.related
	]
	why := _why(verdict, exposures)
}

_verdict(classes, _) := "public" if "public" in classes

_verdict(classes, open) := "closed" if {
	classes == {"inside"}
	not open
}

_verdict(classes, open) := "open" if {
	not "public" in classes
	_questionable(classes, open)
}

_questionable(classes, _) if classes != {"inside"}

_questionable(_, open) if open

_why(verdict, exposures) := sprintf("its subnet group holds the public subnet '%s'", [names[0]]) if {
	verdict == "public"
	names := [row.address | some exposure in exposures; exposure.class == "public"; some row in exposure.rows]
}

_why(verdict, exposures) := concat("; ", sort(reasons)) if {
	verdict == "open"
	reasons := {exposure.why | some exposure in exposures; exposure.class == "unknown"}
	count([exposure | some exposure in exposures; exposure.class == "unknown"]) > 0
}

_why(verdict, exposures) := "its subnet group is not declared here" if {
	verdict == "open"
	count([exposure | some exposure in exposures; exposure.class == "unknown"]) == 0
}

_why(verdict, _) := "its subnets are private" if verdict == "closed"

_absence_reason(store) := _placement(store).why if _services[store.type].absent == "subnets"

_absence_reason(store) := "the service's own default is public" if _services[store.type].absent == "public"

_absence_reason(store) := "the default of this provider version is public" if _services[store.type].absent == "provider"

_absence_related(store) := _placement(store).related if _services[store.type].absent == "subnets"

_absence_related(store) := [] if _services[store.type].absent != "subnets"

# A cluster that may be Aurora has no flag to judge.
_engine_undecided(store) if {
	store.type == "AWS::RDS::DBCluster"
	value.opaque(object.get(store.node, ["Properties", "Engine"], null))
}

deny contains violation if {
	some store in _stores
	record := _flag(store)
	value.is_absent(record)
	not _engine_undecided(store)
	_absence(store) == "public"
	violation := {
		"resource": store.address,
		"path": record.path,
		"defect": "public",
		"message": sprintf("'%s' does not refuse a public endpoint and gets one: %s.", [
			store.address,
			_absence_reason(store),
		]),
		"related": _absence_related(store),
	}
}

undecided contains question if {
	some store in _stores
	record := _flag(store)
	value.is_absent(record)
	_open_absence(store)
	question := {
		"resource": store.address,
		"path": record.path,
		"defect": "public",
		"message": sprintf("Whether '%s' gets a public endpoint cannot be decided: %s.", [
			store.address,
			_open_reason(store),
		]),
	}
}

_open_absence(store) if _absence(store) == "open"

_open_absence(store) if {
	_engine_undecided(store)
	_absence(store) == "public"
}

_open_reason(store) := _placement(store).why if _services[store.type].absent == "subnets"

_open_reason(store) := "it is not written, and the default depends on when or by what it is created" if {
	_services[store.type].absent != "subnets"
}

# The endpoint of a control plane is public unless it is switched off.
_endpoint_off(plane) if {
	record := _setting(plane, "endpoint")
	value.is_known(record)
	value.falsy(record.value)
}

_endpoint_on(plane) if value.is_absent(_setting(plane, "endpoint"))

_endpoint_on(plane) if {
	record := _setting(plane, "endpoint")
	value.is_known(record)
	value.truthy(record.value)
}

deny contains violation if {
	_params.eks_endpoint == "private"
	some plane in _control_planes
	_endpoint_on(plane)
	violation := {
		"resource": plane.address,
		"path": _clusters[plane.type].endpoint,
		"defect": "endpoint",
		"message": sprintf("The API endpoint of cluster '%s' is public.", [plane.address]),
	}
}

_blocks(plane) := value.list(object.get(plane.node, _clusters[plane.type].blocks, null))

_reaches(plane) := {reach | some block in _blocks(plane); reach := cidr.reach(block)}

deny contains violation if {
	_params.eks_endpoint != "private"
	some plane in _control_planes
	_endpoint_on(plane)
	path := _open_block_path(plane)
	violation := {
		"resource": plane.address,
		"path": path,
		"defect": "endpoint",
		"message": sprintf("The API endpoint of cluster '%s' is open to the whole internet.", [plane.address]),
	}
}

_open_block_path(plane) := _setting(plane, "endpoint").path if {
	count(_blocks(plane)) == 0
	not value.is_unknown(_setting(plane, "blocks"))
}

_open_block_path(plane) := array.concat(_clusters[plane.type].blocks, [index]) if {
	index := min([position | some position, block in _blocks(plane); cidr.reach(block) == "world"])
}

_endpoint_undecided(plane) if {
	not _endpoint_off(plane)
	not _endpoint_on(plane)
	_exposed_if_on(plane)
}

_endpoint_undecided(plane) if {
	_params.eks_endpoint != "private"
	_endpoint_on(plane)
	not "world" in _reaches(plane)
	"unknown" in _reaches(plane)
}

_exposed_if_on(_) if _params.eks_endpoint == "private"

_exposed_if_on(plane) if _reaches(plane) != {"other"}

undecided contains question if {
	some plane in _control_planes
	_endpoint_undecided(plane)
	question := {
		"resource": plane.address,
		"path": _clusters[plane.type].endpoint,
		"defect": "endpoint",
		"message": sprintf(
			"Whether the API endpoint of cluster '%s' is open to the internet cannot be decided: %s.",
			[plane.address, "its switch or its list of networks is not known"],
		),
	}
}

# An undecided list or switch that cannot open the endpoint changes nothing.
proven contains plane.address if {
	some plane in _control_planes
	not _endpoint_undecided(plane)
}
