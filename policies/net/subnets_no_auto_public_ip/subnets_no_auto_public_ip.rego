# METADATA
# scope: package
# title: Do not auto-assign public IPs in subnets
# description: |
#   A subnet that hands out public addresses puts every instance on the internet that is ever started in it, also those
#   that were meant to stay inside. Load balancers and NAT gateways get their addresses without it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-15
# custom:
#   id: NET-005
#   slug: subnets-no-auto-public-ip
#   family: NET
#   severity: medium
#   score: 6.1
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
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
#     - aws_default_route_table
#     - aws_default_subnet
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_internet_gateway
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
#     - AWS::EC2::Subnet
#     - aws_default_subnet
#     - aws_subnet
#   params: []
#   packs: [baseline, reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     verified:
#       aws_fsbp: ["EC2.15"]
#       nist_800_53_r5: ["AC-4(21)", "SC-7(3)"]
#       soc2: ["CC6.6"]
#       hipaa: ["164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"]
#       iso_27001_2022: ["A.8.20", "A.8.22"]
#   cwe: [1188, 284]
#   remediation:
#     cloudformation: "Remove MapPublicIpOnLaunch or set it to false."
#     terraform-plan: "map_public_ip_on_launch = false."
#   peers:
#     checkov: [CKV_AWS_130]
#     trivy: [AWS-0164]
#     cfn_nag: [W33]
#     guard: [subnet_auto_assign_public_ip_disabled]
#     cdk_nag: [NIST.800.53.R5-VPCSubnetAutoAssignPublicIpDisabled]
#     prowler: [vpc_subnet_no_public_ip_by_default]
package policies.net.subnets_no_auto_public_ip

import data.policies.lib.assessments
import data.policies.lib.graph
import data.policies.lib.network
import data.policies.lib.settings
import data.policies.lib.value

# A subnet of the default VPC gives addresses out unless it is told not to.
_types := {
	"AWS::EC2::Subnet": {"path": ["Properties", "MapPublicIpOnLaunch"], "absent": "off"},
	"aws_subnet": {"path": ["map_public_ip_on_launch"], "absent": "off"},
	"aws_default_subnet": {"path": ["map_public_ip_on_launch"], "absent": "on"},
}

_subnets := graph.of_types(object.keys(_types))

_record(subnet) := value.get(subnet, _types[subnet.type].path)

_assessed := [object.union(_severity(subnet), row) |
	some subnet in _subnets
	record := _record(subnet)
	row := {
		"state": settings.must_be_off(record, _types[subnet.type].absent),
		"resource": subnet.address,
		"path": record.path,
		"defect": "auto-assign",
		"message": sprintf("Subnet '%s' gives every instance a public address: %s.", [
			subnet.address,
			settings.fact(record),
		]),
	}
]

# What is private otherwise must not be opened by an address.
_severity(subnet) := {"severity": "high"} if _class(subnet) == "private"

_severity(subnet) := {} if _class(subnet) != "private"

_class(subnet) := object.get(network.subnets, [subnet.address, "class"], "unknown")

subjects contains subnet.address if some subnet in _subnets

examined contains record if {
	some subnet in _subnets
	record := _record(subnet)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
