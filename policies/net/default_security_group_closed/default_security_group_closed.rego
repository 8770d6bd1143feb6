# METADATA
# scope: package
# title: Strip all rules from the VPC default security group
# description: |
#   Whatever is started without a security group gets the default one of its VPC, which lets its members reach each
#   other and everything outside. Without rules that mistake opens nothing.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2
# custom:
#   id: NET-013
#   slug: default-security-group-closed
#   family: NET
#   severity: medium
#   score: 5.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::AmazonMQ::Broker
#     - AWS::ApiGatewayV2::VpcLink
#     - AWS::AppRunner::VpcConnector
#     - AWS::AutoScaling::LaunchConfiguration
#     - AWS::Batch::ComputeEnvironment
#     - AWS::CloudFormation::CustomResource
#     - AWS::CloudFormation::Stack
#     - AWS::CodeBuild::Project
#     - AWS::DAX::Cluster
#     - AWS::DMS::ReplicationInstance
#     - AWS::DocDB::DBCluster
#     - AWS::EC2::ClientVpnEndpoint
#     - AWS::EC2::Instance
#     - AWS::EC2::InstanceConnectEndpoint
#     - AWS::EC2::LaunchTemplate
#     - AWS::EC2::NetworkInterface
#     - AWS::EC2::PrefixList
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupEgress
#     - AWS::EC2::SecurityGroupIngress
#     - AWS::EC2::SpotFleet
#     - AWS::EC2::Subnet
#     - AWS::EC2::VPC
#     - AWS::EC2::VPCEndpoint
#     - AWS::ECS::Service
#     - AWS::ECS::TaskSet
#     - AWS::EFS::MountTarget
#     - AWS::EKS::Cluster
#     - AWS::EKS::Nodegroup
#     - AWS::EMR::Cluster
#     - AWS::ElastiCache::CacheCluster
#     - AWS::ElastiCache::ReplicationGroup
#     - AWS::ElastiCache::ServerlessCache
#     - AWS::ElasticBeanstalk::Environment
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::Elasticsearch::Domain
#     - AWS::Events::Rule
#     - AWS::FSx::FileSystem
#     - AWS::Glue::Connection
#     - AWS::ImageBuilder::InfrastructureConfiguration
#     - AWS::KafkaConnect::Connector
#     - AWS::Lambda::EventSourceMapping
#     - AWS::Lambda::Function
#     - AWS::MSK::Cluster
#     - AWS::MWAA::Environment
#     - AWS::MemoryDB::Cluster
#     - AWS::Neptune::DBCluster
#     - AWS::OpenSearchServerless::VpcEndpoint
#     - AWS::OpenSearchService::Domain
#     - AWS::Pipes::Pipe
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBProxy
#     - AWS::Redshift::Cluster
#     - AWS::RedshiftServerless::Workgroup
#     - AWS::Route53Resolver::ResolverEndpoint
#     - AWS::SSM::Parameter
#     - AWS::SageMaker::Model
#     - AWS::SageMaker::NotebookInstance
#     - AWS::Scheduler::Schedule
#     - AWS::Synthetics::Canary
#     - AWS::Transfer::Server
#     - AWS::VpcLattice::ServiceNetworkVpcAssociation
#     - AWS::WorkSpacesWeb::NetworkSettings
#     - aws_default_security_group
#     - aws_security_group_rule
#     - aws_vpc
#     - aws_vpc_security_group_egress_rule
#     - aws_vpc_security_group_ingress_rule
#   subjects:
#     - AWS::AmazonMQ::Broker
#     - AWS::ApiGatewayV2::VpcLink
#     - AWS::AppRunner::VpcConnector
#     - AWS::AutoScaling::LaunchConfiguration
#     - AWS::Batch::ComputeEnvironment
#     - AWS::CodeBuild::Project
#     - AWS::DAX::Cluster
#     - AWS::DMS::ReplicationInstance
#     - AWS::DocDB::DBCluster
#     - AWS::EC2::ClientVpnEndpoint
#     - AWS::EC2::Instance
#     - AWS::EC2::InstanceConnectEndpoint
#     - AWS::EC2::LaunchTemplate
#     - AWS::EC2::NetworkInterface
#     - AWS::EC2::PrefixList
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupEgress
#     - AWS::EC2::SecurityGroupIngress
#     - AWS::EC2::SpotFleet
#     - AWS::EC2::Subnet
#     - AWS::EC2::VPC
#     - AWS::EC2::VPCEndpoint
#     - AWS::ECS::Service
#     - AWS::ECS::TaskSet
#     - AWS::EFS::MountTarget
#     - AWS::EKS::Cluster
#     - AWS::EKS::Nodegroup
#     - AWS::EMR::Cluster
#     - AWS::ElastiCache::CacheCluster
#     - AWS::ElastiCache::ReplicationGroup
#     - AWS::ElastiCache::ServerlessCache
#     - AWS::ElasticBeanstalk::Environment
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::Elasticsearch::Domain
#     - AWS::Events::Rule
#     - AWS::FSx::FileSystem
#     - AWS::Glue::Connection
#     - AWS::ImageBuilder::InfrastructureConfiguration
#     - AWS::KafkaConnect::Connector
#     - AWS::Lambda::EventSourceMapping
#     - AWS::Lambda::Function
#     - AWS::MSK::Cluster
#     - AWS::MWAA::Environment
#     - AWS::MemoryDB::Cluster
#     - AWS::Neptune::DBCluster
#     - AWS::OpenSearchServerless::VpcEndpoint
#     - AWS::OpenSearchService::Domain
#     - AWS::Pipes::Pipe
#     - AWS::RDS::DBCluster
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBProxy
#     - AWS::Redshift::Cluster
#     - AWS::RedshiftServerless::Workgroup
#     - AWS::Route53Resolver::ResolverEndpoint
#     - AWS::SageMaker::Model
#     - AWS::SageMaker::NotebookInstance
#     - AWS::Scheduler::Schedule
#     - AWS::Synthetics::Canary
#     - AWS::Transfer::Server
#     - AWS::VpcLattice::ServiceNetworkVpcAssociation
#     - AWS::WorkSpacesWeb::NetworkSettings
#     - aws_default_security_group
#     - aws_security_group_rule
#     - aws_vpc
#     - aws_vpc_security_group_egress_rule
#     - aws_vpc_security_group_ingress_rule
#   params: []
#   packs: [cis, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["EC2.2"]
#       cis_aws_3.0: ["5.4"]
#       cis_aws_5.0: ["5.5"]
#       nist_800_53_r5: ["AC-4(21)", "SC-7(5)"]
#       hipaa: ["164.312(e)(1)"]
#       iso_27001_2022: ["A.8.20"]
#   cwe: [1188, 276]
#   remediation:
#     cloudformation: "Attach explicit groups everywhere, and clear the default group by a custom resource."
#     terraform-plan: "Add aws_default_security_group with no ingress/egress blocks."
#   peers:
#     checkov: [CKV2_AWS_12]
#     trivy: [AWS-0173]
#     cdk_nag: [NIST.800.53.R5-VPCDefaultSecurityGroupClosed]
#     prowler: [ec2_securitygroup_default_restrict_traffic]
package policies.net.default_security_group_closed

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.value

_rule_types := ["AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"]

# What only hands the group on: to a function that may empty it, to another stack, or to a parameter.
_carriers := {"AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource", "AWS::SSM::Parameter"}

# Keeps an index without entries defined under regorus; no address is empty.
_mentions[""] contains null

# Where the default group of a VPC is named.
_mentions[vpc] contains place if {
	count(graph.of_types(["AWS::EC2::VPC"])) > 0
	some address, resource in input.resources
	some edge in object.get(resource, "references", [])
	edge.attribute == "DefaultSecurityGroup"
	vpc := edge.address
	place := {"address": address, "path": edge.path, "kind": _kind(resource.type, edge.path)}
}

_kind(type, path) := "rule" if {
	type in _rule_types
	not _as_peer(path)
}

_kind(type, path) := "carrier" if _only_names(type, path)

_kind(type, path) := "workload" if {
	not type in _rule_types
	not _only_names(type, path)
}

_only_names(type, _) if _carries(type)

_only_names(_, path) if _as_peer(path)

# As the other end of a rule of another group, the default one gets neither a rule nor a member.
_as_peer(path) if {
	some key in path
	key in {"SourceSecurityGroupId", "DestinationSecurityGroupId"}
}

_carries(type) if type in _carriers

_carries(type) if startswith(type, "Custom::")

_places(vpc, kind) := sort([place | some place in object.get(_mentions, vpc, set()) - {null}; place.kind == kind])

_of_templates := [row |
	some vpc in graph.of_types(["AWS::EC2::VPC"])
	row := _of_vpc(vpc, array.concat(_places(vpc.address, "rule"), _places(vpc.address, "workload")))
]

_of_vpc(vpc, used) := row if {
	count(used) > 0
	row := {
		"state": "fail",
		"resource": used[0].address,
		"path": used[0].path,
		"defect": sprintf("default-group/%s", [vpc.address]),
		"message": sprintf("'%s' %s the default security group of VPC '%s'.", [
			used[0].address,
			{"rule": "adds a rule to", "workload": "uses"}[used[0].kind],
			vpc.address,
		]),
		"related": [place |
			some index, each in used
			index > 0
			place := {"address": each.address, "path": each.path, "message": "This names the default group as well."}
		],
	}
}

_of_vpc(vpc, []) := {"state": "pass", "resource": vpc.address} if {
	count(_places(vpc.address, "carrier")) == 0
	not vpc.address in _given_away
}

_of_vpc(vpc, []) := row if {
	_handed_on(vpc)
	row := {
		"state": "open",
		"resource": vpc.address,
		"path": [],
		"defect": sprintf("default-group/%s", [vpc.address]),
		"message": sprintf("What becomes of the default security group of VPC '%s' cannot be decided: it is handed on.", [
			vpc.address,
		]),
	}
}

_handed_on(vpc) if count(_places(vpc.address, "carrier")) > 0

_handed_on(vpc) if vpc.address in _given_away

_given_away contains edge.address if {
	some output in object.get(input, "outputs", [])
	some edge in object.get(output, "references", [])
	object.get(edge, "attribute", "") == "DefaultSecurityGroup"
}

# A plan: the provider empties the default group of a VPC that it is told to manage.
_managed := graph.of_types(["aws_default_security_group"])

_of_managed := [row |
	some group in _managed
	some direction in ["ingress", "egress"]
	record := value.get(group, [direction])
	row := {
		"state": _emptiness(record),
		"resource": group.address,
		"path": _first_rule(record),
		"defect": direction,
		"message": sprintf("Default security group '%s' keeps %s rules.", [group.address, direction]),
	}
]

_emptiness(record) := "open" if value.is_unknown(record)

_emptiness(record) := "pass" if value.is_absent(record)

_emptiness(record) := {true: "pass", false: "fail"}[count(value.list(record.value)) == 0] if value.is_known(record)

_first_rule(record) := array.concat(record.path, [0]) if is_array(record.value)

_first_rule(record) := record.path if not is_array(record.value)

_added_paths := {
	"aws_security_group_rule": ["security_group_id"],
	"aws_vpc_security_group_ingress_rule": ["security_group_id"],
	"aws_vpc_security_group_egress_rule": ["security_group_id"],
}

_of_added := [row |
	some type, path in _added_paths
	some rule in graph.of_types([type])
	found := network_joins.join(rule, path, ["aws_default_security_group"])
	count(found.to) > 0
	row := {
		"state": {true: "open", false: "fail"}[found.open],
		"resource": rule.address,
		"path": path,
		"defect": "added-rule",
		"message": sprintf("'%s' adds a rule to the default security group of a VPC.", [rule.address]),
	}
]

_joined := [found | some group in _managed; found := network_joins.join(group, ["vpc_id"], ["aws_vpc"])]

_covered := {vpc | some found in _joined; some vpc in found.to}

# A default group whose VPC is not known may be that of any VPC.
_stray := [found | some found in _joined; count(found.to) == 0]

_of_plans := [row |
	some vpc in graph.of_types(["aws_vpc"])
	not vpc.address in _covered
	row := {
		"state": {true: "fail", false: "open"}[count(_stray) == 0],
		"resource": vpc.address,
		"path": [],
		"defect": "default-group",
		"message": sprintf("The default security group of VPC '%s' keeps the rules that AWS gives it%s.", [
			vpc.address,
			{true: "", false: ", unless another resource of this plan empties it"}[count(_stray) == 0],
		]),
	}
]

_assessed := array.concat(array.concat(_of_templates, _of_managed), array.concat(_of_added, _of_plans))

subjects contains row.resource if some row in _assessed

examined contains record if {
	some group in _managed
	some name in ["ingress", "egress", "vpc_id"]
	record := value.present(group, [name])
}

examined contains record if {
	some type, path in _added_paths
	some rule in graph.of_types([type])
	record := value.present(rule, path)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
