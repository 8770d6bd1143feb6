# METADATA
# scope: package
# title: Put internet-facing load balancers in public subnets and internal ones in private subnets
# description: |
#   A public load balancer in a private subnet cannot be reached in that zone; an internal one in a public subnet
#   stands where attackers look. Subnets and scheme must say the same.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
# custom:
#   id: NET-006
#   slug: load-balancer-subnets-match-scheme
#   family: NET
#   severity: medium
#   score: 5.3
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
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_default_route_table
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_internet_gateway
#     - aws_lb
#     - aws_lb_listener
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
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_lb
#   params: []
#   packs: [reference-architecture, strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SC-7"]
#       iso_27001_2022: ["A.8.22"]
#   cwe: [1327]
#   remediation:
#     cloudformation: "List the public subnets for Scheme internet-facing."
#     terraform-plan: "subnets = aws_subnet.public[*].id."
package policies.net.load_balancer_subnets_match_scheme

import data.policies.lib.assessments
import data.policies.lib.balancer_subnets
import data.policies.lib.graph
import data.policies.lib.load_balancers
import data.policies.lib.network
import data.policies.lib.value

_scheme_path := {
	"AWS::ElasticLoadBalancingV2::LoadBalancer": ["Properties", "Scheme"],
	"aws_lb": ["internal"],
}

_kind_path := {
	"AWS::ElasticLoadBalancingV2::LoadBalancer": ["Properties", "Type"],
	"aws_lb": ["load_balancer_type"],
}

# Gateway load balancers have no scheme.
_balancers := [balancer |
	some balancer in graph.of_types(object.keys(_scheme_path))
	load_balancers.balancers[balancer.address].kind != "gateway"
	count(_exposures(balancer)) > 0
]

# One whose type is undecided may be a gateway load balancer.
_scheme(balancer) := load_balancers.balancers[balancer.address].scheme if {
	load_balancers.balancers[balancer.address].kind != "unknown"
}

_scheme(balancer) := "unknown" if load_balancers.balancers[balancer.address].kind == "unknown"

_exposures(balancer) := [exposure |
	some path in balancer_subnets.paths(balancer)
	some exposure in network.exposures(balancer, path)
]

_wrong := {"internet-facing": "inside", "internal": "public"}

_assessed := [row |
	some balancer in _balancers
	row := _row(balancer, _scheme(balancer), _exposures(balancer))
]

_row(balancer, scheme, found) := row if {
	scheme in object.keys(_wrong)
	wrong := [one | some one in found; one.class == _wrong[scheme]]
	count(wrong) > 0
	names := sort({each.address | some one in wrong; some each in one.rows})
	row := {
		"state": "fail",
		"resource": balancer.address,
		"path": wrong[0].path,
		"defect": "subnets",
		"message": sprintf(_messages[scheme], [balancer.address, concat("', '", names)]),
		"related": [place | some one in wrong; some each in one.rows; some place in each.related],
	}
}

_messages := {
	"internet-facing": "Load balancer '%s' is internet-facing, but no internet gateway leads to its subnets '%s'.",
	"internal": "Load balancer '%s' is internal, but stands in public subnets: '%s'.",
}

_row(balancer, scheme, found) := row if {
	scheme in object.keys(_wrong)
	count([one | some one in found; one.class == _wrong[scheme]]) == 0
	open := [one | some one in found; one.class == "unknown"]
	count(open) > 0
	row := _open(balancer, open[0].path, open[0].why)
}

_row(balancer, scheme, found) := {"state": "pass", "resource": balancer.address} if {
	scheme in object.keys(_wrong)
	count([one | some one in found; one.class in {_wrong[scheme], "unknown"}]) == 0
}

_row(balancer, scheme, found) := row if {
	not scheme in object.keys(_wrong)
	row := _open(balancer, found[0].path, "its scheme or type is not known")
}

_open(balancer, path, why) := {
	"state": "open",
	"resource": balancer.address,
	"path": path,
	"defect": "subnets",
	"message": sprintf("Whether load balancer '%s' stands in the right subnets cannot be decided: %s.", [
		balancer.address,
		why,
	]),
}

subjects contains balancer.address if some balancer in _balancers

examined contains record if {
	some balancer in _balancers
	some path in [_scheme_path[balancer.type], _kind_path[balancer.type]]
	record := value.get(balancer, path)
}

examined contains record if {
	some balancer in _balancers
	some path in balancer_subnets.paths(balancer)
	record := value.present(balancer, path)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
