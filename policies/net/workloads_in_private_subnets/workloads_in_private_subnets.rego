# METADATA
# scope: package
# title: Run ECS tasks and other VPC workloads only in private subnets
# description: |
#   A task, function or build in a subnet with a default route to an internet gateway can be given a public address,
#   by itself or by the next change, and is then scanned and attacked from the whole internet. Private subnets reach
#   out through NAT or endpoints, and nothing reaches in.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html
# custom:
#   id: NET-001
#   slug: workloads-in-private-subnets
#   family: NET
#   severity: high
#   score: 8.2
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::Batch::ComputeEnvironment
#     - AWS::CodeBuild::Project
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
#     - AWS::ECS::Service
#     - AWS::ECS::TaskSet
#     - AWS::Events::Rule
#     - AWS::Lambda::Function
#     - aws_batch_compute_environment
#     - aws_cloudwatch_event_target
#     - aws_codebuild_project
#     - aws_default_route_table
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_ecs_service
#     - aws_ecs_task_set
#     - aws_internet_gateway
#     - aws_lambda_function
#     - aws_main_route_table_association
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
#     - AWS::Batch::ComputeEnvironment
#     - AWS::CodeBuild::Project
#     - AWS::ECS::Service
#     - AWS::ECS::TaskSet
#     - AWS::Events::Rule
#     - AWS::Lambda::Function
#     - aws_batch_compute_environment
#     - aws_cloudwatch_event_target
#     - aws_codebuild_project
#     - aws_ecs_service
#     - aws_ecs_task_set
#     - aws_lambda_function
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["AC-4(21)", "SC-7", "SC-7b", "SC-7(3)"]
#       pci_dss_4.0: ["1.3.1", "1.4.4"]
#       soc2: ["CC6.6"]
#       hipaa: ["164.312(a)(1)"]
#       iso_27001_2022: ["A.8.20", "A.8.22"]
#   cwe: [1327, 284]
#   remediation:
#     cloudformation: "Point Subnets at subnets whose route table sends 0.0.0.0/0 to NAT, or has no default route."
#     terraform-plan: "Use aws_subnet.private[*].id whose aws_route_table has nat_gateway_id, never gateway_id."
package policies.net.workloads_in_private_subnets

import data.policies.lib.graph
import data.policies.lib.network
import data.policies.lib.value

_paths := {
	"AWS::ECS::Service": ["Properties", "NetworkConfiguration", "AwsvpcConfiguration", "Subnets"],
	"AWS::ECS::TaskSet": ["Properties", "NetworkConfiguration", "AwsVpcConfiguration", "Subnets"],
	"AWS::Lambda::Function": ["Properties", "VpcConfig", "SubnetIds"],
	"AWS::Batch::ComputeEnvironment": ["Properties", "ComputeResources", "Subnets"],
	"AWS::CodeBuild::Project": ["Properties", "VpcConfig", "Subnets"],
	"aws_ecs_service": ["network_configuration", 0, "subnets"],
	"aws_ecs_task_set": ["network_configuration", 0, "subnets"],
	"aws_lambda_function": ["vpc_config", 0, "subnet_ids"],
	"aws_batch_compute_environment": ["compute_resources", 0, "subnets"],
	"aws_codebuild_project": ["vpc_config", 0, "subnets"],
	"aws_cloudwatch_event_target": ["ecs_target", 0, "network_configuration", 0, "subnets"],
}

_target_path := ["EcsParameters", "NetworkConfiguration", "AwsVpcConfiguration", "Subnets"]

_type_path := {
	"AWS::Batch::ComputeEnvironment": ["Properties", "ComputeResources", "Type"],
	"aws_batch_compute_environment": ["compute_resources", 0, "type"],
}

# What each workload says of its subnets; a rule of EventBridge says it once a target.
_reads contains record if {
	some type, path in _paths
	some workload in graph.of_types([type])
	not _on_instances(workload)
	record := value.get(workload, path)
	_says_something(record)
}

_reads contains record if {
	some rule in graph.of_types(["AWS::Events::Rule"])
	targets := object.get(rule.node, ["Properties", "Targets"], null)
	is_array(targets)
	some index, _ in targets
	record := value.get(rule, array.concat(["Properties", "Targets", index], _target_path))
	_says_something(record)
}

_reads contains record if {
	some rule in graph.of_types(["AWS::Events::Rule"])
	record := value.get(rule, ["Properties", "Targets"])
	value.is_unknown(record)
}

# Absence is another network mode or no network at all, and so is an empty list.
_says_something(record) if value.is_unknown(record)

_says_something(record) if {
	value.is_known(record)
	is_array(record.value)
	count(record.value) > 0
}

# Instances of a compute environment are judged by their addresses.
_on_instances(workload) if {
	kind := object.get(workload.node, object.get(_type_path, workload.type, ["Type", "of", "none"]), null)
	is_string(kind)
	upper(kind) in {"EC2", "SPOT"}
}

_may_be_on_instances(address) if {
	workload := input.resources[address]
	path := _type_path[workload.type]
	value.is_unknown(value.get(workload, path))
}

subjects contains record.resource if some record in _reads

examined contains record if some record in _reads

examined contains record if {
	some type, path in _type_path
	some workload in graph.of_types([type])
	record := value.get(workload, path)
	value.is_known(record)
}

_exposures := {address: found |
	some record in _reads
	address := record.resource
	found := [exposure |
		some own in _reads
		own.resource == address
		some exposure in network.exposures(input.resources[address], own.path)
	]
}

_public(address) := [exposure | some exposure in _exposures[address]; exposure.class == "public"]

_unknown(address) := [exposure | some exposure in _exposures[address]; exposure.class == "unknown"]

proven contains address if {
	some address, found in _exposures
	count(found) > 0
	count(_public(address)) == 0
	count(_unknown(address)) == 0
}

deny contains violation if {
	some address, _ in _exposures
	public := _public(address)
	count(public) > 0
	not _may_be_on_instances(address)
	names := sort({row.address | some exposure in public; some row in exposure.rows})
	violation := {
		"resource": address,
		"path": public[0].path,
		"defect": "public-subnets",
		"message": sprintf(
			"'%s' runs in public subnets, with a default route to an internet gateway: '%s'.",
			[address, concat("', '", names)],
		),
		"related": [place | some exposure in public; some row in exposure.rows; some place in row.related],
	}
}

undecided contains question if {
	some address, _ in _exposures
	count(_public(address)) == 0
	unknown := _unknown(address)
	count(unknown) > 0
	question := {
		"resource": address,
		"path": unknown[0].path,
		"defect": "public-subnets",
		"message": sprintf(
			"Whether '%s' runs in public subnets cannot be decided: %s.",
			[address, unknown[0].why],
		),
	}
}

undecided contains question if {
	some address, _ in _exposures
	public := _public(address)
	count(public) > 0
	_may_be_on_instances(address)
	question := {
		"resource": address,
		"path": public[0].path,
		"defect": "public-subnets",
		"message": sprintf("Whether '%s' runs tasks in public subnets cannot be decided: its type is not known.", [address]),
	}
}
