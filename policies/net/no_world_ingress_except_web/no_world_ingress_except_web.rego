# METADATA
# scope: package
# title: Open security groups to the internet only for HTTPS (and the redirect port) on public load balancers
# description: |
#   Every port that the whole internet can reach is attack surface. A public load balancer needs HTTPS, and HTTP for
#   the redirect; anything else that is open to the world is open by mistake or bypasses the load balancer.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18
# custom:
#   id: NET-008
#   slug: no-world-ingress-except-web
#   family: NET
#   severity: high
#   score: 8.6
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::AmazonMQ::Broker
#     - AWS::ApiGatewayV2::VpcLink
#     - AWS::AppRunner::VpcConnector
#     - AWS::AutoScaling::LaunchConfiguration
#     - AWS::Batch::ComputeEnvironment
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
#     - aws_apigatewayv2_vpc_link
#     - aws_apprunner_vpc_connector
#     - aws_batch_compute_environment
#     - aws_cloudformation_stack
#     - aws_cloudwatch_event_target
#     - aws_codebuild_project
#     - aws_dax_cluster
#     - aws_db_instance
#     - aws_db_proxy
#     - aws_default_security_group
#     - aws_dms_replication_instance
#     - aws_docdb_cluster
#     - aws_ec2_client_vpn_endpoint
#     - aws_ec2_instance_connect_endpoint
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_ecs_service
#     - aws_ecs_task_set
#     - aws_efs_mount_target
#     - aws_eks_cluster
#     - aws_eks_node_group
#     - aws_elastic_beanstalk_environment
#     - aws_elasticache_cluster
#     - aws_elasticache_replication_group
#     - aws_elasticache_serverless_cache
#     - aws_elasticsearch_domain
#     - aws_elb
#     - aws_emr_cluster
#     - aws_fsx_lustre_file_system
#     - aws_fsx_ontap_file_system
#     - aws_fsx_openzfs_file_system
#     - aws_fsx_windows_file_system
#     - aws_glue_connection
#     - aws_imagebuilder_infrastructure_configuration
#     - aws_instance
#     - aws_kinesisanalyticsv2_application
#     - aws_lambda_function
#     - aws_launch_configuration
#     - aws_launch_template
#     - aws_lb
#     - aws_lb_listener
#     - aws_memorydb_cluster
#     - aws_mq_broker
#     - aws_msk_cluster
#     - aws_msk_serverless_cluster
#     - aws_mskconnect_connector
#     - aws_mwaa_environment
#     - aws_neptune_cluster
#     - aws_network_interface
#     - aws_network_interface_sg_attachment
#     - aws_opensearch_domain
#     - aws_opensearchserverless_vpc_endpoint
#     - aws_pipes_pipe
#     - aws_quicksight_vpc_connection
#     - aws_rds_cluster
#     - aws_redshift_cluster
#     - aws_redshiftserverless_workgroup
#     - aws_route53_resolver_endpoint
#     - aws_sagemaker_domain
#     - aws_sagemaker_model
#     - aws_sagemaker_notebook_instance
#     - aws_scheduler_schedule
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_spot_fleet_request
#     - aws_spot_instance_request
#     - aws_ssm_parameter
#     - aws_subnet
#     - aws_synthetics_canary
#     - aws_transfer_server
#     - aws_vpc
#     - aws_vpc_endpoint
#     - aws_vpc_endpoint_security_group_association
#     - aws_vpc_security_group_egress_rule
#     - aws_vpc_security_group_ingress_rule
#     - aws_vpclattice_service_network_vpc_association
#     - data.aws_ec2_managed_prefix_list
#     - data.aws_prefix_list
#   subjects:
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupIngress
#     - aws_default_security_group
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_vpc_security_group_ingress_rule
#   params:
#     - name: allowed_public_ports
#       type: list
#       description: The ports that a public load balancer may open to the internet.
#       default: [443, 80]
#       presets: {}
#       stricter: shorter
#   packs: [baseline, reference-architecture, strict]
#   yields_to: [NET-009]
#   frameworks:
#     verified:
#       aws_fsbp: ["EC2.18", "EC2.19"]
#       nist_800_53_r5: ["AC-4(21)", "SC-7", "SC-7(5)", "CM-7b"]
#       pci_dss_4.0: ["1.3.1", "1.2.5", "1.2.8", "1.3.2", "1.4.2", "1.5.1", "2.2.5"]
#       soc2: ["CC6.6"]
#       hipaa:
#         - "164.308(a)(3)(i)"
#         - "164.308(a)(3)(ii)(B)"
#         - "164.308(a)(4)(i)"
#         - "164.308(a)(4)(ii)(A)"
#         - "164.308(a)(4)(ii)(B)"
#         - "164.308(a)(4)(ii)(C)"
#         - "164.312(a)(1)"
#         - "164.312(e)(1)"
#       iso_27001_2022: ["A.8.20", "A.8.22"]
#   cwe: [284, 1327]
#   remediation:
#     cloudformation: "Replace CidrIp with SourceSecurityGroupId or a corporate CIDR; keep 443 for the ALB group."
#     terraform-plan: "Use referenced_security_group_id instead of cidr_ipv4 = \"0.0.0.0/0\"."
#   peers:
#     checkov: [CKV_AWS_260]
#     cfn_nag: [W2]
#     guard: [ec2_security_group_ingress_open_to_world_rule]
#     cdk_nag: [AwsSolutions-EC23, NIST.800.53.R5-EC2RestrictedCommonPorts]
#     prowler:
#       - ec2_securitygroup_allow_ingress_from_internet_to_any_port
#       - ec2_securitygroup_allow_ingress_from_internet_to_high_risk_tcp_ports
package policies.net.no_world_ingress_except_web

import data.policies.lib.graph
import data.policies.lib.load_balancers
import data.policies.lib.security_groups
import data.policies.lib.value

_params := data.params["NET-008"]

_inline_path := {
	"AWS::EC2::SecurityGroup": ["Properties", "SecurityGroupIngress"],
	"aws_security_group": ["ingress"],
	"aws_default_security_group": ["ingress"],
}

subjects contains group.address if {
	some type, _ in _inline_path
	some group in graph.of_types([type])
}

subjects contains row.origin if some row in security_groups.rules.ingress

examined contains record if {
	some type, path in _inline_path
	some group in graph.of_types([type])
	record := value.present(group, path)
}

examined contains record if {
	some row in security_groups.rules.ingress
	record := value.present(input.resources[row.origin], row.at)
}

# The scheme of a load balancer decides what its group may open.
_scheme_paths := {
	"AWS::ElasticLoadBalancingV2::LoadBalancer": ["Properties", "Scheme"],
	"AWS::ElasticLoadBalancing::LoadBalancer": ["Properties", "Scheme"],
	"aws_lb": ["internal"],
	"aws_elb": ["internal"],
}

examined contains record if {
	some type, path in _scheme_paths
	some balancer in graph.of_types([type])
	record := value.present(balancer, path)
}

# How a rule with the world as its source fares: "web" on a public load balancer, "bad", "icmp" (types, not ports),
# "ignored", or "open" with what is missing.
_port(row) := "web" if {
	row.ports == "range"
	row.from == row.to
	row.from in _params.allowed_public_ports
	_web_protocol(row)
}

_port(row) := "icmp" if _every_icmp(row)

_port(row) := "ignored" if {
	row.protocol in {"icmp", "icmpv6"}
	not _every_icmp(row)
}

_port(row) := "open" if _undecided_port(row)

_port(row) := "bad" if {
	not row.protocol in {"icmp", "icmpv6"}
	not _undecided_port(row)
	not _allowed(row)
}

_allowed(row) if {
	row.ports == "range"
	row.from == row.to
	row.from in _params.allowed_public_ports
	_web_protocol(row)
}

_every_icmp(row) if {
	row.protocol in {"icmp", "icmpv6"}
	row.ports == "all"
}

# HTTP/3 runs over UDP.
_web_protocol(row) if row.protocol == "tcp"

_web_protocol(row) if {
	row.protocol == "udp"
	row.from == 443
}

_undecided_port(row) if row.protocol == "unknown"

_undecided_port(row) if {
	row.ports == "unknown"
	row.protocol in {"tcp", "udp"}
}

# Where the group of a row is used: "public" load balancers only, "other", "open" or "" (not decided here).
_uses := {group: use |
	some group, attachment in security_groups.attachments
	use := _use(attachment)
}

_place_kinds(attachment) := {kind | some place in attachment.attached; kind := load_balancers.place_kind(place)}

_use(attachment) := "public" if _place_kinds(attachment) == {"public"}

_use(attachment) := "other" if "other" in _place_kinds(attachment)

_use(attachment) := "open" if {
	"open" in _place_kinds(attachment)
	not "other" in _place_kinds(attachment)
}

_use(attachment) := "other" if {
	count(attachment.attached) == 0
	count(attachment.passed) == 0
	not attachment.exported
}

_use(attachment) := "unresolved" if {
	count(attachment.attached) == 0
	_leaves(attachment)
}

_leaves(attachment) if count(attachment.passed) > 0

_leaves(attachment) if attachment.exported

_use_of(row) := "unresolved" if count(row.groups) == 0

_use_of(row) := _agreed({_uses[group] | some group in row.groups}) if count(row.groups) > 0

_agreed(uses) := use if {
	count(uses) == 1
	some use in uses
}

_agreed(uses) := "open" if count(uses) != 1

# The verdict on one row: "deny", "undecided" or "pass".
_verdict(row) := _world_verdict(_port(row), _use_of(row), row) if row.reach == "world"

_verdict(row) := _unknown_verdict(_world_verdict(_port(row), _use_of(row), row)) if row.reach == "unknown"

_unknown_verdict(verdict) := "pass" if verdict == "pass"

_unknown_verdict(verdict) := "undecided" if verdict != "pass"

_world_verdict(port, _, _) := "pass" if port == "ignored"

_world_verdict(port, _, _) := "deny" if port in {"bad", "icmp"}

_world_verdict(port, use, _) := "pass" if {
	port == "web"
	use == "public"
}

_world_verdict("web", "other", _) := "deny"

_world_verdict("open", "other", row) := "deny" if row.protocol != "unknown"

# It may be that of messages, which have no ports.
_world_verdict("open", "other", row) := "undecided" if row.protocol == "unknown"

_world_verdict(port, use, _) := "undecided" if {
	port in {"web", "open"}
	use == "open"
}

_world_verdict(port, use, _) := "undecided" if {
	port == "open"
	use in {"public", "unresolved"}
}

# A group whose use the scan does not show may belong to a public load balancer, for HTTPS only.
_world_verdict(port, use, row) := "undecided" if {
	port == "web"
	use == "unresolved"
	row.from == 443
}

_world_verdict(port, use, row) := "deny" if {
	port == "web"
	use == "unresolved"
	row.from != 443
}

# Each rule that opens something and how it fares, judged once: {"row", "verdict"}.
_judgements := [judgement |
	some row in security_groups.rules.ingress
	row.reach != "other"
	verdict := _verdict(row)
	judgement := {"row": row, "verdict": verdict}
]

deny contains violation if {
	some judgement in _judgements
	judgement.verdict == "deny"
	row := judgement.row
	violation := {
		"resource": row.origin,
		"path": row.path,
		"defect": row.key,
		"severity": _severity(row),
		"message": sprintf("%s lets '%s' reach %s (%s)%s.", [
			security_groups.group_shown(row),
			row.shown,
			security_groups.ports_shown(row),
			security_groups.protocol_shown(row),
			_reason(row),
		]),
		"related": array.concat(security_groups.owners(row), _attachment_places(row)),
	}
}

# Echo requests and the like tell an attacker little.
_severity(row) := "low" if _every_icmp(row)

_severity(row) := "high" if not _every_icmp(row)

_reason(row) := "" if _port(row) != "web"

_reason(row) := ", but is attached to something else than a public load balancer" if {
	_port(row) == "web"
	count(_attachment_places(row)) > 0
}

_reason(row) := ", but no public load balancer in the scan uses it" if {
	_port(row) == "web"
	count(_attachment_places(row)) == 0
}

_attachment_places(row) := [related |
	some group in row.groups
	some place in security_groups.attachments[group].attached
	related := {"address": place.address, "path": place.path, "message": "This uses the security group."}
]

undecided contains question if {
	some judgement in _judgements
	judgement.verdict == "undecided"
	row := judgement.row
	question := {
		"resource": row.origin,
		"path": row.path,
		"defect": row.key,
		"message": sprintf("Whether %s opens more than a public load balancer needs cannot be decided: %s.", [
			security_groups.rule_shown(row),
			_waits(row),
		]),
	}
}

_waits(row) := row.waits if row.waits != ""

_waits(row) := "what uses the group is not declared here" if row.waits == ""

_open_questions contains origin if {
	some judgement in _judgements
	judgement.verdict == "undecided"
	origin := judgement.row.origin
}

# What is undecided but opens nothing that a public load balancer does not need changes nothing.
proven contains address if {
	some address in subjects
	not address in _open_questions
}
