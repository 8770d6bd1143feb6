# METADATA
# scope: package
# title: Do not assign public IP addresses to tasks or instances
# description: |
#   A task or instance with a public address can be reached from the internet as soon as one security group rule is
#   too wide. Without one, traffic comes in through a load balancer and goes out through NAT, where it can be
#   watched.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-2
# custom:
#   id: NET-003
#   slug: no-public-ip-on-compute
#   family: NET
#   severity: high
#   score: 7.8
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::AutoScaling::AutoScalingGroup
#     - AWS::AutoScaling::LaunchConfiguration
#     - AWS::EC2::EIP
#     - AWS::EC2::EIPAssociation
#     - AWS::EC2::Instance
#     - AWS::EC2::LaunchTemplate
#     - AWS::EC2::NetworkInterface
#     - AWS::EC2::Subnet
#     - AWS::ECS::Service
#     - AWS::ECS::TaskSet
#     - aws_autoscaling_group
#     - aws_default_subnet
#     - aws_ecs_service
#     - aws_ecs_task_set
#     - aws_eip
#     - aws_eip_association
#     - aws_instance
#     - aws_launch_configuration
#     - aws_launch_template
#     - aws_network_interface
#     - aws_network_interface_attachment
#     - aws_subnet
#   subjects:
#     - AWS::AutoScaling::LaunchConfiguration
#     - AWS::EC2::Instance
#     - AWS::EC2::LaunchTemplate
#     - AWS::ECS::Service
#     - AWS::ECS::TaskSet
#     - aws_ecs_service
#     - aws_ecs_task_set
#     - aws_instance
#     - aws_launch_configuration
#     - aws_launch_template
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["ECS.2", "EC2.9", "EC2.25", "AutoScaling.5"]
#       nist_800_53_r5: ["AC-4(21)", "SC-7(3)", "AC-6"]
#       pci_dss_4.0: ["1.4.5"]
#       soc2: ["CC6.6"]
#       hipaa:
#         - "164.308(a)(1)(ii)(B)"
#         - "164.308(a)(3)(i)"
#         - "164.308(a)(3)(ii)(B)"
#         - "164.308(a)(4)(ii)(A)"
#         - "164.308(a)(4)(ii)(C)"
#         - "164.312(a)(1)"
#         - "164.312(e)(1)"
#       iso_27001_2022: ["A.8.20"]
#     judged:
#       aws_fsbp: ["ECS.16"]
#   cwe: [1327, 284]
#   remediation:
#     cloudformation: "AssignPublicIp: DISABLED and reach the internet through NAT or VPC endpoints."
#     terraform-plan: "assign_public_ip = false."
#   peers:
#     checkov: [CKV_AWS_333, CKV_AWS_88, CKV_AWS_389]
#     trivy: [AWS-0009]
#     guard: [ec2_instance_no_public_ip, autoscaling_launch_config_public_ip_disabled]
#     cdk_nag: [NIST.800.53.R5-EC2InstanceNoPublicIp, NIST.800.53.R5-AutoScalingLaunchConfigPublicIpDisabled]
#     prowler:
#       - ecs_service_no_assign_public_ip
#       - ecs_task_set_no_assign_public_ip
#       - ec2_instance_public_ip
#       - ec2_launch_template_no_public_ip
#       - autoscaling_group_launch_configuration_no_public_ip
package policies.net.no_public_ip_on_compute

import data.policies.lib.graph
import data.policies.lib.network_joins
import data.policies.lib.value

_task_paths := {
	"AWS::ECS::Service": ["Properties", "NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp"],
	"AWS::ECS::TaskSet": ["Properties", "NetworkConfiguration", "AwsVpcConfiguration", "AssignPublicIp"],
	"aws_ecs_service": ["network_configuration", 0, "assign_public_ip"],
	"aws_ecs_task_set": ["network_configuration", 0, "assign_public_ip"],
}

# Where the value stands directly, and the list of interfaces that can hold it.
_flag_paths := {
	"AWS::AutoScaling::LaunchConfiguration": ["Properties", "AssociatePublicIpAddress"],
	"aws_instance": ["associate_public_ip_address"],
	"aws_launch_configuration": ["associate_public_ip_address"],
}

_interface_paths := {
	"AWS::EC2::Instance": {"list": ["Properties", "NetworkInterfaces"], "flag": "AssociatePublicIpAddress"},
	"AWS::EC2::LaunchTemplate": {
		"list": ["Properties", "LaunchTemplateData", "NetworkInterfaces"],
		"flag": "AssociatePublicIpAddress",
	},
	"aws_launch_template": {"list": ["network_interfaces"], "flag": "associate_public_ip_address"},
}

_subnet_paths := {
	"AWS::EC2::Instance": [["Properties", "SubnetId"]],
	"aws_instance": [["subnet_id"]],
	"AWS::AutoScaling::AutoScalingGroup": [["Properties", "VPCZoneIdentifier"]],
	"aws_autoscaling_group": [["vpc_zone_identifier"]],
}

_map_paths := {
	"AWS::EC2::Subnet": ["Properties", "MapPublicIpOnLaunch"],
	"aws_subnet": ["map_public_ip_on_launch"],
	"aws_default_subnet": ["map_public_ip_on_launch"],
}

_instance_types := ["AWS::EC2::Instance", "aws_instance"]

_template_types := [
	"AWS::EC2::LaunchTemplate",
	"AWS::AutoScaling::LaunchConfiguration",
	"aws_launch_template",
	"aws_launch_configuration",
]

_scaling_types := ["AWS::AutoScaling::AutoScalingGroup", "aws_autoscaling_group"]

_interface_types := ["AWS::EC2::NetworkInterface", "aws_network_interface"]

_subnet_types := ["AWS::EC2::Subnet", "aws_subnet", "aws_default_subnet"]

_tasks := graph.of_types(object.keys(_task_paths))

_computers := graph.of_types(array.concat(_instance_types, _template_types))

subjects contains task.address if {
	some task in _tasks
	_has_network(task)
}

subjects contains computer.address if some computer in _computers

# A task without a network configuration has the addresses of its host.
_has_network(task) if {
	path := _task_paths[task.type]
	above := array.slice(path, 0, count(path) - 1)
	object.get(task.node, above, null) != null
}

_has_network(task) if value.is_unknown(value.get(task, _task_paths[task.type]))

# Every place where a computer says whether it gets a public address.
_flags(computer) := [value.get(computer, _flag_paths[computer.type])] if {
	computer.type in object.keys(_flag_paths)
}

_flags(computer) := [record |
	names := _interface_paths[computer.type]
	written := object.get(computer.node, names.list, null)
	is_array(written)
	some index, _ in written
	record := value.get(computer, array.concat(names.list, [index, names.flag]))
] if {
	computer.type in object.keys(_interface_paths)
	not value.opaque(object.get(computer.node, _interface_paths[computer.type].list, null))
}

_flags(computer) := [record] if {
	computer.type in object.keys(_interface_paths)
	record := value.get(computer, _interface_paths[computer.type].list)
	value.is_unknown(record)
}

examined contains record if {
	some task in _tasks
	_has_network(task)
	record := value.get(task, _task_paths[task.type])
}

examined contains record if {
	some computer in _computers
	some record in _flags(computer)
}

examined contains record if {
	some computer in graph.of_types(array.concat(_instance_types, _scaling_types))
	some path in _subnet_paths[computer.type]
	record := value.present(computer, path)
	value.is_known(record)
}

_switched_on(record) if {
	value.is_known(record)
	lower(sprintf("%v", [record.value])) in {"true", "enabled"}
}

deny contains violation if {
	some task in _tasks
	record := value.get(task, _task_paths[task.type])
	_switched_on(record)
	violation := {
		"resource": task.address,
		"path": record.path,
		"defect": "public-ip",
		"message": sprintf("'%s' gives its tasks public IP addresses.", [task.address]),
	}
}

deny contains violation if {
	some computer in _computers
	on := [record | some record in _flags(computer); _switched_on(record)]
	count(on) > 0
	violation := {
		"resource": computer.address,
		"path": on[0].path,
		"defect": "public-ip",
		"message": sprintf("'%s' gives its instances public IP addresses.", [computer.address]),
	}
}

# Nothing is said when the value is written nowhere; the interfaces then follow their subnet.
_says_nothing(computer) if {
	records := _flags(computer)
	count([record | some record in records; not value.is_absent(record)]) == 0
}

# The groups that launch from a template or configuration, by address.
_launched_by[""] contains null

_launched_by[address] contains group.address if {
	some group in graph.of_types(_scaling_types)
	some edge in object.get(group, "references", [])
	address := edge.address
	object.get(object.get(input.resources, address, {}), "type", "") in _template_types
}

# The subnets that an instance, or the groups that launch one, put it into: joins with their resource.
_placements(computer) := _joined(computer) if computer.type in _instance_types

_placements(computer) := [placement |
	computer.type in _template_types
	some group in object.get(_launched_by, computer.address, set())
	some placement in _joined(graph.at(group))
] if {
	computer.type in _template_types
}

_joined(resource) := array.concat(
	[placement |
		some path in _subnet_paths[resource.type]
		some found in network_joins.joins(resource, path, _subnet_types)
		placement := {"resource": resource.address, "join": found, "path": found.path}
	],
	[placement |
		resource.type == "AWS::EC2::Instance"
		interfaces := object.get(resource.node, ["Properties", "NetworkInterfaces"], null)
		is_array(interfaces)
		some index, _ in interfaces
		path := ["Properties", "NetworkInterfaces", index, "SubnetId"]
		found := network_joins.join(resource, path, _subnet_types)
		found.written
		placement := {"resource": resource.address, "join": found, "path": path}
	],
)

# What a placement gives: "public", "closed" or "open", as the subnets assign addresses.
_assigns(placement) := "public" if {
	_maps(placement) == {"on"}
	not placement.join.open
}

_assigns(placement) := "closed" if {
	_maps(placement) == {"off"}
	not placement.join.open
}

_assigns(placement) := "open" if placement.join.open

_assigns(placement) := "open" if {
	not placement.join.open
	not _maps(placement) in [{"on"}, {"off"}]
}

_maps(placement) := {maps | some address in placement.join.to; maps := _map(graph.at(address))}

# A subnet of the default VPC gives addresses out unless it is told not to.
_mapping(subnet) := written if {
	written := object.get(subnet.node, _map_paths[subnet.type], null)
	written != null
}

_mapping(subnet) := subnet.type == "aws_default_subnet" if {
	object.get(subnet.node, _map_paths[subnet.type], null) == null
}

_map(subnet) := "on" if value.truthy(_mapping(subnet))

_map(subnet) := "open" if value.opaque(_mapping(subnet))

_map(subnet) := "off" if {
	not value.truthy(_mapping(subnet))
	not value.opaque(_mapping(subnet))
}

# An interface of its own brings its own addresses.
_brings_interface(computer) if count(_own_interfaces(computer)) > 0

_own_interfaces(computer) := [edge |
	computer.type in _instance_types
	some edge in object.get(computer, "references", [])
	object.get(object.get(input.resources, edge.address, {}), "type", "") in _interface_types
]

deny contains violation if {
	some computer in _computers
	_says_nothing(computer)
	public := [placement | some placement in _placements(computer); _assigns(placement) == "public"]
	count(public) > 0
	subnets := sort({address | some placement in public; some address in placement.join.to})
	violation := {
		"resource": computer.address,
		"path": _absent_path(computer),
		"defect": "public-ip",
		"message": sprintf("'%s' gets public IP addresses from the subnet '%s', because it does not refuse them.", [
			computer.address,
			concat("', '", subnets),
		]),
		"related": [place |
			some address in subnets
			place := {
				"address": address,
				"path": _map_paths[graph.at(address).type],
				"message": "This subnet assigns public addresses.",
			}
		],
	}
}

_absent_path(computer) := _flag_paths[computer.type] if computer.type in object.keys(_flag_paths)

_absent_path(computer) := _interface_paths[computer.type].list if computer.type in object.keys(_interface_paths)

undecided contains question if {
	some computer in _computers
	_says_nothing(computer)
	not _brings_interface(computer)
	placements := _placements(computer)
	count([placement | some placement in placements; _assigns(placement) == "public"]) == 0
	reason := _gap(computer, placements)
	question := {
		"resource": computer.address,
		"path": _absent_path(computer),
		"defect": "public-ip",
		"message": sprintf("Whether '%s' gets public IP addresses cannot be decided: %s.", [computer.address, reason]),
	}
}

_gap(computer, placements) := "it names no subnet, so the default VPC decides" if {
	computer.type in _instance_types
	count(placements) == 0
}

_gap(_, placements) := _reason(open[0]) if {
	open := [placement | some placement in placements; _assigns(placement) == "open"]
	count(open) > 0
}

_reason(placement) := sprintf("its subnet is not declared here (%s)", [network_joins.waits(written)]) if {
	placement.join.open
	written := _placed(placement)
	value.unknown(written)
}

_reason(placement) := "its subnet is not declared here" if {
	placement.join.open
	not value.unknown(_placed(placement))
}

_reason(placement) := "the subnet's own setting is not known" if not placement.join.open

_placed(placement) := object.get(graph.at(placement.resource).node, placement.path, null)

# Elastic addresses that end at an instance, directly or through an interface.
_address_paths := {
	"AWS::EC2::EIPAssociation": [["Properties", "InstanceId"], ["Properties", "NetworkInterfaceId"]],
	"AWS::EC2::EIP": [["Properties", "InstanceId"]],
	"aws_eip": [["instance"], ["network_interface"]],
	"aws_eip_association": [["instance_id"], ["network_interface_id"]],
}

_users_of_interface[""] contains null

_users_of_interface[interface] contains computer.address if {
	some computer in graph.of_types(_instance_types)
	some edge in object.get(computer, "references", [])
	interface := edge.address
	object.get(object.get(input.resources, interface, {}), "type", "") in _interface_types
}

_users_of_interface[interface] contains address if {
	some declared in graph.of_types(["aws_network_interface", "aws_network_interface_attachment"])
	some path in [["attachment", 0, "instance"], ["instance_id"]]
	some address in network_joins.join(declared, path, _instance_types).to
	some interface in _interface_of(declared)
}

_interface_of(declared) := {declared.address} if declared.type == "aws_network_interface"

_interface_of(declared) := network_joins.join(declared, ["network_interface_id"], _interface_types).to if {
	declared.type == "aws_network_interface_attachment"
}

_bound contains {"instance": instance, "address": elastic.address, "path": path} if {
	some elastic in graph.of_types(object.keys(_address_paths))
	some path in _address_paths[elastic.type]
	found := network_joins.join(elastic, path, array.concat(_instance_types, _interface_types))
	network_joins.exact(found)
	some target in found.to
	some instance in _ends_at(target)
}

_ends_at(target) := {target} if graph.at(target).type in _instance_types

_ends_at(target) := object.get(_users_of_interface, target, set()) if graph.at(target).type in _interface_types

deny contains violation if {
	some binding in _bound
	violation := {
		"resource": binding.instance,
		"path": [],
		"defect": "eip",
		"message": sprintf("Instance '%s' has the elastic IP address of '%s'.", [binding.instance, binding.address]),
		"related": [{
			"address": binding.address,
			"path": binding.path,
			"message": "This binds a public address to the instance.",
		}],
	}
}
