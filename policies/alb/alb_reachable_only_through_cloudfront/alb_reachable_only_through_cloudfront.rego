# METADATA
# scope: package
# title: Restrict the public ALB to CloudFront when a distribution fronts it
# description: |
#   Whoever finds the address of a load balancer behind CloudFront goes around the web ACL, the rate limits and the
#   logs of the distribution. Its security group can admit CloudFront only.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html
# custom:
#   id: ALB-011
#   slug: alb-reachable-only-through-cloudfront
#   family: ALB
#   severity: medium
#   score: 5.0
#   formats: [cloudformation, terraform-plan]
#   scope: unit
#   resources:
#     - AWS::CloudFront::Distribution
#     - AWS::CloudFront::VpcOrigin
#     - AWS::EC2::PrefixList
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupEgress
#     - AWS::EC2::SecurityGroupIngress
#     - AWS::EC2::Subnet
#     - AWS::EC2::VPC
#     - AWS::ECS::Service
#     - AWS::ElasticLoadBalancing::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::Listener
#     - AWS::ElasticLoadBalancingV2::ListenerRule
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - AWS::ElasticLoadBalancingV2::TargetGroup
#     - aws_cloudfront_distribution
#     - aws_cloudfront_vpc_origin
#     - aws_default_security_group
#     - aws_ec2_managed_prefix_list
#     - aws_ec2_managed_prefix_list_entry
#     - aws_ecs_service
#     - aws_elb
#     - aws_lb
#     - aws_lb_listener
#     - aws_lb_listener_rule
#     - aws_lb_target_group
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_subnet
#     - aws_vpc
#     - aws_vpc_security_group_egress_rule
#     - aws_vpc_security_group_ingress_rule
#     - data.aws_ec2_managed_prefix_list
#     - data.aws_prefix_list
#   subjects:
#     - AWS::EC2::SecurityGroup
#     - AWS::EC2::SecurityGroupIngress
#     - AWS::ElasticLoadBalancingV2::LoadBalancer
#     - aws_default_security_group
#     - aws_lb
#     - aws_security_group
#     - aws_security_group_rule
#     - aws_vpc_security_group_ingress_rule
#   params: []
#   packs: [strict]
#   yields_to: []
#   frameworks:
#     judged:
#       nist_800_53_r5: ["SC-7", "AC-4(21)"]
#       iso_27001_2022: ["A.8.22"]
#   cwe: [284, 693]
#   remediation:
#     cloudformation: "SourcePrefixListId of the CloudFront origin-facing list."
#     terraform-plan: "prefix_list_id = data.aws_ec2_managed_prefix_list.cloudfront.id."
package policies.alb.alb_reachable_only_through_cloudfront

import data.policies.lib.assessments
import data.policies.lib.cloudfront_origins
import data.policies.lib.graph
import data.policies.lib.security_groups
import data.policies.lib.value

_read_paths := {
	"AWS::ElasticLoadBalancingV2::LoadBalancer": [["Properties", "Scheme"], ["Properties", "SecurityGroups"]],
	"aws_lb": [["internal"], ["security_groups"]],
}

_ways := cloudfront_origins.ways

_of_rules := [assessed |
	some balancer, way in _ways
	some row in way.rows
	assessed := {
		"state": way.state,
		"resource": row.origin,
		"path": row.path,
		"defect": sprintf("past-cloudfront/%s/%s", [balancer, row.key]),
		"message": sprintf("%s lets '%s' reach load balancer '%s' on %s, past CloudFront and what protects it%s.", [
			security_groups.group_shown(row),
			row.shown,
			balancer,
			security_groups.ports_shown(row),
			_tail(way),
		]),
		"related": _places(balancer, way),
	}
]

_tail(way) := "" if way.state == "fail"

_tail(way) := sprintf("; it cannot be decided: %s", [way.why]) if way.state != "fail"

_places(balancer, way) := array.concat(
	[{"address": balancer, "path": [], "message": "This is the load balancer."}],
	[place |
		some distribution in sort([each | some each in way.distributions])
		place := {"address": distribution, "path": [], "message": "This distribution is in front of it."}
	],
)

_of_balancers := [assessed |
	some balancer, way in _ways
	count(way.rows) == 0
	assessed := {
		"state": way.state,
		"resource": balancer,
		"path": [],
		"defect": "past-cloudfront",
		"message": sprintf("Whether load balancer '%s' can be reached past CloudFront cannot be decided: %s.", [
			balancer,
			way.why,
		]),
	}
]

_assessed := array.concat(_of_rules, _of_balancers)

subjects contains row.resource if some row in _assessed

examined contains record if {
	some balancer, _ in _ways
	resource := graph.at(balancer)
	some path in _read_paths[resource.type]
	record := value.present(resource, path)
	value.is_known(record)
}

deny contains violation if some violation in assessments.violations(_assessed)

undecided contains question if some question in assessments.questions(_assessed)

proven contains address if some address in assessments.settled(subjects, _assessed)
